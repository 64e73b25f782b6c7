/** Lines on event time: quarters before and after a turn, which may not have come yet. */
import { ordinal } from "./quarters";

export interface Step { readonly quarter: string; readonly value: number }
export interface Placed { readonly at: number; readonly value: number; readonly index: number }

/**
 * Each step by its distance to the turn. Where the turn has not come, the newest step stands one quarter before it:
 * no later place is possible, every earlier one is.
 */
export function aligned(steps: readonly Step[], turn: string | null): Placed[] {
  const newest = Math.max(...steps.map((step) => ordinal(step.quarter)));
  const zero = turn === null ? newest + 1 : ordinal(turn);
  return steps.map((step, index) => ({ at: ordinal(step.quarter) - zero, value: step.value, index }));
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
