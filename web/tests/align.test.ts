import { describe, expect, test } from "vitest";
import { aligned, runs, spanOf } from "../src/draw/align";
import { between, ordinal, quarterOf } from "../src/draw/quarters";

const steps = ["1999Q4", "2000Q1", "2000Q3", "2001Q1"].map((quarter, value) => ({ quarter, value }));

describe("event time", () => {
  test("quarters count through years and back", () => {
    expect(ordinal("2001Q1") - ordinal("2000Q4")).toBe(1);
    expect(["1998Q4", "2000Q1", "2003Q3"].map((each) => quarterOf(ordinal(each)))).toEqual(["1998Q4", "2000Q1", "2003Q3"]);
    expect(between("1999Q3", "2000Q2")).toEqual(["1999Q3", "1999Q4", "2000Q1", "2000Q2"]);
    expect(between("2000Q2", "1999Q3")).toEqual([]);
  });
  test("the turn is zero, whatever the calendar", () => {
    expect(aligned(steps, "2000Q4").map((one) => one.at)).toEqual([-4, -3, -1, 1]);
    const later = steps.map((step) => ({ ...step, quarter: quarterOf(ordinal(step.quarter) + 97) }));
    expect(aligned(later, quarterOf(ordinal("2000Q4") + 97))).toEqual(aligned(steps, "2000Q4"));
  });
  test("a turn that has not come leaves the newest step one quarter before it", () => {
    expect(aligned(steps, null).map((one) => one.at)).toEqual([-6, -5, -3, -1]);
  });
  test("no line is drawn across a quarter that is missing", () => {
    expect(runs(aligned(steps, "2000Q4")).map((run) => run.length)).toEqual([2, 1, 1]);
  });
  test("a span holds every height and some air", () => {
    const [low, high] = spanOf([-0.3, 0.2]);
    expect(low).toBeLessThan(-0.3);
    expect(high).toBeGreaterThan(0.2);
    expect(spanOf([0.1, 0.9])[0]).toBe(0);
    expect(spanOf([5])[1]).toBeGreaterThan(5);
  });
});
