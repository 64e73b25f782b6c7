/** An answer that follows its question: the last one stays on screen until the next has come. */
import { Gone, Refused, ask, type Query } from "../api";
import type { Answer, Claim } from "../model";
import { openFromAddress } from "./evidence.svelte";
import { see } from "./seen.svelte";

export interface Asked<R> {
  readonly answer: Answer<R> | undefined;
  readonly error: unknown;
  readonly isWaiting: boolean;
  /** Milliseconds waited, told in steps: 0, 300, 2000. */
  readonly waited: number;
  again: () => void;
}

/** `isAside`: the answer stands beside another, whose origin the frame goes on telling. */
export function asked<R>(question: () => { verb: string; query: Query } | undefined, { isAside = false }: { isAside?: boolean } = {}): Asked<R> {
  let answer = $state.raw<Answer<R>>();
  let error = $state.raw<unknown>();
  let waited = $state(0);
  let isWaiting = $state(true);
  let tries = $state(0);
  let seq = 0;
  $effect(() => {
    void tries;
    const now = question();
    if (!now) return;
    const mine = ++seq;
    isWaiting = true;
    waited = 0;
    const clocks = [300, 2000].map((ms) => setTimeout(() => (waited = ms), ms));
    let retry: ReturnType<typeof setTimeout> | undefined;
    ask<R>(now.verb, now.query)
      .then(
        (come) => {
          if (mine !== seq) return;
          answer = come;
          if (!isAside) see(come);
          error = undefined;
          openFromAddress(come.result, (come.result as { claims?: Record<string, Claim> }).claims);
        },
        (why: unknown) => {
          if (mine !== seq) return;
          error = why;
          // Both pass by themselves: a connection that comes back, a machine that gets ready.
          if (why instanceof Gone || (why instanceof Refused && why.status === 503)) retry = setTimeout(() => tries++, 3000);
        },
      )
      .finally(() => {
        clocks.forEach(clearTimeout);
        if (mine === seq) isWaiting = false;
      });
    return () => {
      clocks.forEach(clearTimeout);
      clearTimeout(retry);
    };
  });
  return {
    get answer() { return answer; },
    get error() { return error; },
    get isWaiting() { return isWaiting; },
    get waited() { return waited; },
    again: () => void tries++,
  };
}
