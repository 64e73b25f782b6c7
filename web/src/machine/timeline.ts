/** The quarters of a chart: those of the past that somebody reported, then the simulated ones. */
import type { ReportedRow } from "./model";

export interface Timeline { quarters: string[]; before: number; reported: (number | null)[] }

const PAST = 8;

/** Reported numbers on one axis with the simulated quarters; at most eight quarters of the past are shown. */
export function timelineOf(simulated: readonly string[], rows: readonly ReportedRow[]): Timeline {
  const first = simulated[0] ?? "";
  const past = rows.map((row) => row.quarter).filter((quarter) => quarter < first);
  const before = past.length ? quartersTo(past[Math.max(0, past.length - PAST)]!, first).slice(-PAST) : [];
  const quarters = [...before, ...simulated];
  const known = new Map(rows.map((row) => [row.quarter, row.value]));
  return { quarters, before: before.length, reported: rows.length ? quarters.map((quarter) => known.get(quarter) ?? null) : [] };
}

/** Every quarter from one up to another, which is left out. */
function quartersTo(from: string, to: string): string[] {
  const found: string[] = [];
  let [year, quarter] = [Number(from.slice(0, 4)), Number(from.slice(5))];
  while (`${year}Q${quarter}` < to) {
    found.push(`${year}Q${quarter}`);
    [year, quarter] = quarter === 4 ? [year + 1, 1] : [year, quarter + 1];
  }
  return found;
}
