/** An answer that follows its question: the last one stays on screen until the next has come. */
import { Refused, ask, type Query } from "../api";
import type { Answer, Claim } from "../model";
import { connection } from "./connection.svelte";
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

type Held = Record<string, Claim>;
/** The claims an answer holds: at its foot, or at the foot of each stage. */
function claimsIn(result: unknown): Held {
  if (result === null || typeof result !== "object") return {};
  const { claims } = result as { claims?: Held };
  return claims ?? Object.assign({}, ...["announced", "signed", "paid"].map((stage) => (result as Record<string, { claims?: Held } | undefined>)[stage]?.claims ?? {}));
}

/** `isAside` is an answer about another date or case than the frame's: the frame does not speak of it. */
export function asked<R>(question: () => { verb: string; query: Query } | undefined, { isAside = false }: { isAside?: boolean } = {}): Asked<R> {
  let answer = $state.raw<Answer<R>>();
  let error = $state.raw<unknown>();
  let waited = $state(0);
  let isWaiting = $state(true);
  let tries = $state(0);
  let seq = 0;
  // An address that changes elsewhere asks nothing new: one question, one text.
  const said = $derived(JSON.stringify(question()));
  $effect(() => {
    void tries;
    // Asked again after a connection or a token came; what was answered comes from memory.
    void connection.times;
    if (said === undefined) return;
    const now = JSON.parse(said) as { verb: string; query: Query };
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
          openFromAddress(come.result, claimsIn(come.result));
        },
        (why: unknown) => {
          if (mine !== seq) return;
          error = why;
          // A machine that gets ready; of a connection that comes back the frame tells.
          if (why instanceof Refused && why.status === 503) retry = setTimeout(() => tries++, 3000);
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
