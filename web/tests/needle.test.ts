import { describe, expect, test } from "vitest";
import { needle, onArc, type Cut, type KnownBand } from "../src/draw/needle";

const CUT: Cut = { watch: 0.7, alarm: 1, end: 0, worse: "high" };
const third = (position: number): KnownBand => (["running", "watch", "alarm"] as const)[Math.floor(position * 3)]!;

describe("a needle", () => {
  test("stands in the third of its band, further the worse the number is", () => {
    const places = [0.1, 0.4, 0.69].map((number) => needle(number, "running", CUT));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(3);
    expect([needle(0.68, "running", CUT), needle(0.85, "watch", CUT), needle(3, "alarm", CUT)].map(third)).toEqual(["running", "watch", "alarm"]);
    expect(needle(0.85, "watch", CUT)).toBeCloseTo(0.5, 9);
  });
  test("turns round where a low number is bad", () => {
    const low: Cut = { watch: 0.3, alarm: 0, worse: "low" };
    expect(third(needle(0.42, "running", low))).toBe("running");
    expect(needle(0.9, "running", low)).toBeLessThan(needle(0.42, "running", low));
    expect(needle(0.05, "watch", low)).toBeGreaterThan(needle(0.25, "watch", low));
    expect(needle(-2, "alarm", low)).toBeGreaterThan(needle(-0.1, "alarm", low));
  });
  test("never leaves the band that the rule gave, whatever the number", () => {
    for (const cut of [CUT, { watch: 0, worse: "high" }, { watch: -1, worse: "low" }, { worse: "high" }] as Cut[])
      for (const band of ["running", "watch", "alarm"] as KnownBand[])
        for (const number of [-1e9, -1, -0.5, 0, 0.5, 0.7, 1, 1e9, null]) {
          const at = needle(number, band, cut);
          expect(third(at)).toBe(band);
          expect(Number.isFinite(at)).toBe(true);
        }
  });
  test("stands at the edge where a number past it has not lasted", () => {
    expect(needle(0.9, "running", CUT)).toBe(needle(0.7, "running", CUT));
    expect(needle(0.2, "alarm", CUT)).toBe(needle(1, "alarm", CUT));
  });
  test("runs from the left end over the top to the right", () => {
    const [left, top, right] = [0, 0.5, 1].map((position) => onArc(position, 10, [50, 50]).map((each) => Math.round(each)));
    expect([left, top, right]).toEqual([[40, 50], [50, 40], [60, 50]]);
  });
});
