/** Lines on event time: quarters before and after a turn, which may not have come yet. */

export interface Step { readonly quarter: string; readonly value: number }
export interface Placed { readonly at: number; readonly value: number; readonly index: number }

/** Quarters counted through, so that the next one is one more. */
export function ordinal(quarter: string): number {
  const found = /^(\d{4})Q([1-4])$/.exec(quarter);
  return found ? 4 * Number(found[1]) + Number(found[2]) - 1 : NaN;
}

export function quarterOf(ordinal: number): string {
  return `${Math.floor(ordinal / 4)}Q${(((ordinal % 4) + 4) % 4) + 1}`;
}

/**
 * Each step by its distance to the turn. Where the turn has not come, the newest step stands one quarter before it:
 * no later place is possible, every earlier one is.
 */
export function aligned(steps: readonly Step[], turn: string | null): Placed[] {
  const newest = Math.max(...steps.map((step) => ordinal(step.quarter)));
  const zero = turn === null ? newest + 1 : ordinal(turn);
  return steps.map((step, index) => ({ at: ordinal(step.quarter) - zero, value: step.value, index }));
}

/** The quarters between two, both included. */
export function between(first: string, last: string): string[] {
  const [from, to] = [ordinal(first), ordinal(last)];
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, n) => quarterOf(from + n));
}

/** Runs of steps that follow one another without a missing quarter: a gap is not drawn across. */
export function runs<P extends { readonly at: number }>(placed: readonly P[]): P[][] {
  const found: P[][] = [];
  for (const one of placed) {
    const last = found.at(-1);
    if (last && one.at - last.at(-1)!.at === 1) last.push(one);
    else found.push([one]);
  }
  return found;
}

/** The span of all heights, with a little air, and zero where it lies near. */
export function spanOf(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = (high - low || Math.abs(high) || 1) * 0.12;
  const bottom = low >= 0 && low - air < (high - low) * 0.5 ? 0 : low - air;
  return [bottom, high + air];
}
