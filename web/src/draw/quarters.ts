/** Quarters in a row, counted through so that the next one is one more. */

/** The number of a quarter; not a number for what is none. */
export function ordinal(quarter: string): number {
  const found = /^(\d{4})Q([1-4])$/.exec(quarter);
  return found ? 4 * Number(found[1]) + Number(found[2]) - 1 : NaN;
}

export function quarterOf(ordinal: number): string {
  return `${Math.floor(ordinal / 4)}Q${(((ordinal % 4) + 4) % 4) + 1}`;
}

/** The quarters between two, both included. */
export function between(first: string, last: string): string[] {
  const [from, to] = [ordinal(first), ordinal(last)];
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, n) => quarterOf(from + n));
}

/** Quarters from the first one on; none while nobody has said which is the first. */
export function quartersFrom(first: string | undefined, count = 40): string[] {
  const from = ordinal(first ?? "");
  return Number.isNaN(from) ? [] : between(first!, quarterOf(from + count - 1));
}
