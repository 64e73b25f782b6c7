/** A question that may take a while: asked when it is sent, told how long it has taken, and stopped when wished. */
import { Refused, askLive, post, type Query } from "../api";
import type { Answer } from "../model";
import type { Asked } from "../state/asked.svelte";
import { see } from "../state/seen.svelte";

export interface Slow<R> extends Asked<R> {
  readonly seconds: number;
  readonly isStopped: boolean;
  /** Was anything asked? */
  readonly isAsked: boolean;
  ask: (query: Query) => void;
  /** The same in the body of a request, where it stands in no address. */
  post: (body: Readonly<Record<string, unknown>>) => void;
  stop: () => void;
}

export function slow<R>(verb: string): Slow<R> {
  let answer = $state.raw<Answer<R>>();
  let error = $state.raw<unknown>();
  let isWaiting = $state(false);
  let isStopped = $state(false);
  let isAsked = $state(false);
  let seconds = $state(0);
  let seq = 0;
  let flight: AbortController | undefined;
  let last: (() => void) | undefined;
  const view = `dominoes-${Math.random().toString(36).slice(2, 12)}`;

  function send(how: (seq: number, signal: AbortSignal) => Promise<Answer<R>>): void {
    flight?.abort();
    const stop = (flight = new AbortController());
    isWaiting = isAsked = true;
    isStopped = false;
    error = undefined;
    seconds = 0;
    const clock = setInterval(() => seconds++, 1000);
    how(++seq, stop.signal)
      .then(
        (come) => {
          if (stop.signal.aborted) return;
          answer = come;
          see(come);
        },
        (why: unknown) => {
          if (!stop.signal.aborted && !(why instanceof Refused && why.status === 409)) error = why;
        },
      )
      .finally(() => {
        clearInterval(clock);
        if (flight === stop) isWaiting = false;
      });
  }

  const again = (): void => last?.();
  return {
    get answer() { return answer; },
    get error() { return error; },
    get isWaiting() { return isWaiting; },
    get waited() { return seconds * 1000; },
    get seconds() { return seconds; },
    get isStopped() { return isStopped; },
    get isAsked() { return isAsked; },
    ask(query) { last = () => send((n, signal) => askLive<R>(verb, query, view, n, signal)); again(); },
    post(body) { last = () => send((_, signal) => post<R>(verb, body, signal)); again(); },
    stop() { isStopped ||= isWaiting; flight?.abort(); isWaiting = false; },
    again,
  };
}
