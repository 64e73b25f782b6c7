/** What a number takes along: how it is known, for which period, how far it may be off, how much is missing. */
import type { Cell, Claim, Evidence, Figure, Text } from "../model";

export type Knowledge = "reported" | "estimated" | "projection" | "guidance" | "remembered" | "model" | "assumed" | "unknown";
export interface More { knowledge?: Knowledge | undefined; period?: string | undefined; bounds?: Text | null | undefined; unknown?: Text | null | undefined }
export interface Carried { knowledge: Knowledge | undefined; period: string | undefined; bounds: Text | undefined; unknown: Text | undefined; sources: number }

type Claims = Readonly<Record<string, Claim>>;
const chosen = (item: Claim | Figure | string, claims: Claims): Claim | undefined =>
  typeof item === "string" ? claims[item] : "chosen" in item ? item.chosen : item;

/** The weakest way in which any part of a number is known: a sum of filings and one estimate is an estimate. */
const WEAKEST: readonly Knowledge[] = ["remembered", "projection", "guidance", "estimated", "reported"];

function known(evidence: Evidence, claims: Claims): Knowledge | undefined {
  const ways = evidence.flatMap((item) => {
    const claim = chosen(item, claims);
    if (!claim) return [];
    return [claim.source.kind === "memory" ? "remembered" : (claim.status ?? "reported")];
  });
  return WEAKEST.find((way) => ways.includes(way));
}

/** The period of a number, where all that it rests on speaks of the same one. */
function spoken(evidence: Evidence, claims: Claims): string | undefined {
  const periods = new Set(evidence.map((item) => chosen(item, claims)?.period));
  return periods.size === 1 ? [...periods][0] : undefined;
}

export function carried(cell: Cell, claims: Claims, more: More = {}): Carried {
  return {
    knowledge: more.knowledge ?? (cell.tone === "unknown" ? "unknown" : known(cell.evidence, claims)),
    period: more.period ?? spoken(cell.evidence, claims),
    bounds: more.bounds ?? undefined,
    unknown: more.unknown ?? undefined,
    sources: cell.evidence.length,
  };
}
