import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { axisOf } from "../src/draw/axis";
import { Pull, REST } from "../src/machine/pull";

let shown: (readonly string[] | undefined)[];
let written: [string, string][];
let pull: Pull;

beforeEach(() => {
  vi.useFakeTimers();
  [shown, written] = [[], []];
  pull = new Pull({ show: (sets) => shown.push(sets), write: (sets, how) => { written.push([sets.join("&"), how]); pull.read(sets); } });
  pull.read([]);
});
afterEach(() => vi.useRealTimers());

test("every move is shown at once, and the address waits for the hand to rest", () => {
  for (let n = 1; n <= 50; n++) {
    pull.move("a", [`a=${n}`], false);
    vi.advanceTimersByTime(16);
  }
  expect(shown).toHaveLength(50);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(REST);
  expect(written).toEqual([["a=50", "add"]]);
  expect(shown.at(-1)).toBeUndefined();
});

test("one pull is one step of history, however often the hand rests in it", () => {
  for (const n of [1, 2, 3]) {
    pull.move("a", [`a=${n}`], false);
    vi.advanceTimersByTime(REST);
  }
  pull.move("a", ["a=4"], false);
  pull.move("a", ["a=4"], true);
  expect(written).toEqual([["a=1", "add"], ["a=2", "replace"], ["a=3", "replace"], ["a=4", "replace"]]);
  pull.move("a", ["a=5"], true);
  expect(written.at(-1)).toEqual(["a=5", "add"]);
});

test("what was let go where it rested is written once", () => {
  pull.move("a", ["a=1"], false);
  vi.advanceTimersByTime(REST);
  pull.move("a", ["a=1"], true);
  expect(written).toEqual([["a=1", "add"]]);
});

test("another knob is another step, and the first one is not lost", () => {
  pull.move("a", ["a=1"], false);
  pull.move("b", ["a=1", "b=1"], false);
  vi.advanceTimersByTime(REST);
  expect(written).toEqual([["a=1", "add"], ["a=1&b=1", "add"]]);
});

test("an address that was changed elsewhere ends the pull", () => {
  pull.move("a", ["a=1"], false);
  pull.read(["c=1"]);
  vi.advanceTimersByTime(REST);
  expect(written).toEqual([]);
  expect(shown.at(-1)).toBeUndefined();
});

test("an axis holds everything and zero, in a few round steps", () => {
  expect(axisOf([3, 47, null])).toEqual({ low: 0, high: 50, ticks: [0, 10, 20, 30, 40, 50] });
  expect(axisOf([-2.2e9, 9e9]).ticks).toEqual([-4e9, -2e9, 0, 2e9, 4e9, 6e9, 8e9, 1e10]);
  expect(axisOf([]).ticks).toContain(1);
  for (const top of [1e-9, 0.07, 1, 13, 999, 4.2e13]) {
    const { low, high, ticks } = axisOf([top]);
    expect([low, ticks.length >= 4, ticks.length <= 9, high >= top]).toEqual([0, true, true, true]);
  }
});
