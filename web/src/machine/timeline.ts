/** The quarters of a chart: those of the past that somebody reported, then the simulated ones. */
import { between, ordinal, quarterOf } from "../draw/quarters";
import type { ReportedRow } from "./model";

export interface Timeline { quarters: string[]; before: number; reported: (number | null)[] }

const PAST = 8;

/** Reported numbers on one axis with the simulated quarters; at most eight quarters of the past are shown. */
export function timelineOf(simulated: readonly string[], rows: readonly ReportedRow[]): Timeline {
  const first = simulated[0] ?? "";
  const past = rows.map((row) => row.quarter).filter((quarter) => quarter < first);
  const before = past.length ? between(past[Math.max(0, past.length - PAST)]!, quarterOf(ordinal(first) - 1)).slice(-PAST) : [];
  const quarters = [...before, ...simulated];
  const known = new Map(rows.map((row) => [row.quarter, row.value]));
  return { quarters, before: before.length, reported: rows.length ? quarters.map((quarter) => known.get(quarter) ?? null) : [] };
}
