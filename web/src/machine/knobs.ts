/** Assumptions that were changed: how they are written in the address, as the terminal's `--set` reads them. */
import type { Simulation, Stated } from "../model";
import { plainDigits } from "../state/format";

// A number alone is a share, a multiple or a number of quarters; everything else says its unit.
const BARE = ["ratio", "quarters", "x"];

export const addressOf = (said: string): string => said.slice(0, said.indexOf("="));

export function written(stated: Pick<Stated, "address" | "unit">, value: number): string {
  return `${stated.address}=${plainDigits(value)}${BARE.includes(stated.unit) ? "" : ` ${stated.unit}`}`;
}

/** The number a knob stands at: the last word on it, or its own. */
export function valueOf(sets: readonly string[], stated: Stated): number {
  const said = sets.find((each) => addressOf(each) === stated.address);
  return said === undefined ? stated.value : Number.parseFloat(said.slice(said.indexOf("=") + 1));
}

/** The same changes with another word on one knob; without one it is as it was. */
export function turned(sets: readonly string[], stated: Pick<Stated, "address" | "unit">, to: number | undefined): string[] {
  const others = sets.filter((each) => addressOf(each) !== stated.address);
  return to === undefined ? others : [...others, written(stated, to)];
}

/** Knobs that can be turned: first what moves the answer most, then all others. */
export function knobsOf(told: Pick<Simulation, "assumed" | "sourced" | "drivers">): Stated[] {
  const known = new Map<string, Stated>();
  for (const one of [...told.assumed, ...told.sourced]) if (one.low !== null && one.high !== null && one.low < one.high) known.set(one.address, one);
  const first = (told.drivers?.rows ?? []).flatMap((row) => row.addresses);
  const ids = [...first, ...known.keys()].filter((id) => known.has(id));
  return [...new Set(ids)].map((id) => known.get(id)!);
}

/** The first few, then whatever else was changed: none moves to another place while a hand holds it. */
export const shownOf = (knobs: readonly Stated[], changed: ReadonlySet<string>, few: number): Stated[] => knobs.filter((one, n) => n < few || changed.has(one.address));

/** At most a hundred steps, so that going back is free; whole numbers stay whole. */
export const stepOf = (stated: Stated): number => (stated.unit === "quarters" ? 1 : (stated.high! - stated.low!) / 100);
