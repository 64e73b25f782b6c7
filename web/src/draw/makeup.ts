/** Lengths beside one another, and how full a firm still is. Pure geometry. */

/** Length of one amount beside the largest, between 0 and 1. */
export const lengthOf = (amount: number | null | undefined, largest: number): number =>
  amount && largest > 0 ? Math.min(Math.abs(amount) / largest, 1) : 0;

/** How full a firm still is: what is left of its equity, between 0 and 1; nothing where it is not known. */
export function levelOf(before: number | null, after: number | null): number | null {
  if (before === null || after === null || before <= 0) return null;
  return Math.max(0, Math.min(1, after / before));
}
