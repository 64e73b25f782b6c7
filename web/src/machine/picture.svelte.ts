/** The picture that follows the hand: a preview while a slider moves, the whole answer once it rests, facts last. */
import { Gone, Refused, askLive } from "../api";
import type { Answer } from "../model";
import { Live } from "../state/live";
import { see, seen } from "../state/seen.svelte";
import type { Drawn, Part, Question, Whole } from "./model";

export const QUICK = "2000";
/** Where others wait, a preview may have fewer futures; the caption says how many. */
const FEWEST = "500";
const WHOLE = "10000";
const REST = 1000;
const RETRY = 3000;

export interface Picture {
  readonly drawn: Drawn | undefined;
  /** Facts, drivers and all outcomes of changed assumptions: the last that came, which may be old. */
  readonly moved: Answer<Whole> | undefined;
  readonly isOld: boolean;
  /** The question whose whole answer stands on the screen: what takes longer asks only this. */
  readonly settled: Question | undefined;
  readonly error: unknown;
  readonly isWaiting: boolean;
  again: () => void;
  /** A longer run of the same question takes the picture's place. */
  replace: (answer: Answer<Part>) => void;
}

export function picture(question: () => Question | undefined): Picture {
  let drawn = $state.raw<Drawn>();
  let moved = $state.raw<Answer<Whole>>();
  let isOld = $state(true);
  let settled = $state.raw<Question>();
  let error = $state.raw<unknown>();
  let isWaiting = $state(true);
  let pause: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const live = new Live<Question, Answer<Part>>({
    ask: (asked, n, signal) => askLive<Part>("simulate", asked, "machine", n, signal),
    preview: (asked) => ({ ...asked, draws: QUICK, fewest: FEWEST }),
    refined: (asked) => ({ ...asked, draws: WHOLE }),
    isOvertaken: (why) => why instanceof Refused && why.status === 409,
    paint: ({ answer, seq, isRefined, question: asked }) => {
      drawn = { answer, seq, isRefined, question: asked, outcome: String(asked.outcome) };
      // The frame tells of what stands, not of what passes.
      if (isRefined || !seen.origin) see(answer);
      error = undefined;
      isWaiting = false;
      if (isRefined) settled = asked;
      if (isRefined && asked.set) rest(asked);
      else isOld = true;
    },
    fail: (why) => {
      error = why;
      isWaiting = false;
      // Both pass by themselves: a connection that comes back, a machine that gets ready.
      if (why instanceof Gone || (why instanceof Refused && why.status === 503)) retry = setTimeout(again, RETRY);
    },
  });

  /** Facts and drivers of changed assumptions, a second after the picture is whole. */
  function rest(asked: Question): void {
    const { outcome: _, ...all } = asked;
    clearTimeout(pause);
    isOld = true;
    pause = setTimeout(() => {
      live.slow((seq, signal) => askLive<Whole>("simulate", { ...all, draws: QUICK }, "machine", seq, signal)).then(
        (come) => {
          if (!come) return;
          moved = come;
          isOld = false;
        },
        () => undefined,
      );
    }, REST);
  }
  function again(): void {
    const now = question();
    if (now) live.settle(now);
  }

  // An address that changes elsewhere asks nothing new.
  let last = "";
  $effect(() => {
    const now = question();
    const said = JSON.stringify(now);
    if (!now || said === last) return;
    last = said;
    isOld = true;
    clearTimeout(retry);
    live.move(now);
  });
  $effect(() => () => {
    clearTimeout(pause);
    clearTimeout(retry);
    live.stop();
  });
  return {
    get drawn() { return drawn; },
    get moved() { return moved; },
    get isOld() { return isOld; },
    get settled() { return settled; },
    get error() { return error; },
    get isWaiting() { return isWaiting; },
    again,
    replace: (answer) => {
      if (!drawn) return;
      drawn = { ...drawn, answer, isRefined: true };
      see(answer);
    },
  };
}
