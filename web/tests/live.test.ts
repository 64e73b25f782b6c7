import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Live, type Painted } from "../src/state/live";

interface Asked { question: string; seq: number; answer: (text: string) => void; fail: (error: unknown) => void; signal: AbortSignal }
let asked: Asked[];
let painted: Painted<string, string>[];
let failed: unknown[];
let live: Live<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  [asked, painted, failed] = [[], [], []];
  live = new Live<string, string>({
    ask: (question, seq, signal) =>
      new Promise((answer, fail) => asked.push({ question, seq, answer, fail, signal })),
    paint: (one) => painted.push(one),
    fail: (error) => failed.push(error),
    preview: (question) => `${question} quick`,
    refined: (question) => `${question} whole`,
  });
});
afterEach(() => vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

test("one preview is in flight and only the newest waits", async () => {
  live.move("1");
  live.move("2");
  live.move("3");
  expect(asked.map((each) => each.question)).toEqual(["1 quick"]);
  asked[0]!.answer("one");
  await settle();
  expect(asked.map((each) => each.question)).toEqual(["1 quick", "3 quick"]);
});

test("after 120 ms of rest the whole answer is asked for", async () => {
  live.move("1");
  asked[0]!.answer("one");
  await vi.advanceTimersByTimeAsync(119);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked[1]!.question).toBe("1 whole");
  asked[1]!.answer("all of one");
  await settle();
  expect(painted.map((each) => [each.answer, each.isRefined])).toEqual([["one", false], ["all of one", true]]);
});

test("a preview on its way is painted before the whole answer is asked for", async () => {
  live.move("1");
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.map((each) => each.question)).toEqual(["1 quick"]);
  asked[0]!.answer("one");
  await settle();
  expect(painted.map((each) => each.answer)).toEqual(["one"]);
  expect(asked[1]!.question).toBe("1 whole");
});

test("what the server dropped for a newer question is no failure", async () => {
  const quiet = new Live<string, string>({
    ask: () => Promise.reject(new Error("superseded")), paint: () => undefined, fail: (error) => failed.push(error),
    preview: (question) => question, refined: (question) => question, isOvertaken: () => true,
  });
  quiet.settle("1");
  await settle();
  expect(failed).toEqual([]);
});

test("a slow question is dropped as soon as a slider moves", async () => {
  let stopped: AbortSignal | undefined;
  const slow = live.slow((_, signal) => new Promise<string>((answer) => { stopped = signal; setTimeout(() => answer("late"), 1000); }));
  live.move("1");
  expect(stopped!.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await slow).toBeUndefined();
});

test("a new move overtakes a running refinement at once", async () => {
  live.settle("1");
  live.move("2");
  expect(asked[0]!.signal.aborted).toBe(true);
  expect(asked[1]!.question).toBe("2 quick");
  asked[0]!.answer("late");
  asked[1]!.answer("two");
  await settle();
  expect(painted.map((each) => each.answer)).toEqual(["two"]);
});

test("an older answer is never painted over a newer one", async () => {
  live.settle("1");
  live.settle("2");
  asked[1]!.answer("two");
  await settle();
  asked[0]!.answer("one");
  await settle();
  expect(painted.map((each) => each.answer)).toEqual(["two"]);
});

test("a failure is told once and the next question still goes out", async () => {
  live.move("1");
  live.move("2");
  asked[0]!.fail(new Error("gone"));
  await settle();
  expect(failed).toHaveLength(1);
  expect(asked[1]!.question).toBe("2 quick");
});

test("what was stopped stays silent", async () => {
  live.move("1");
  live.stop();
  asked[0]!.fail(new DOMException("aborted", "AbortError"));
  await vi.advanceTimersByTimeAsync(1000);
  expect([painted, failed, asked.length]).toEqual([[], [], 1]);
});
