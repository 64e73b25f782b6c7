/** Lanes: time to the right, money as area, versions that can be told apart. */
import { expect, test } from "vitest";
import { EDGE, LARGEST, ROW, SMALLEST, drawn, radius, ticks, x, type Point } from "../src/ledger/lanes";

const scale = { first: "2024-01-01", last: "2026-01-01", width: 400 };
const point = (id: string, day: string, more: Partial<Point> = {}): Point => ({ id, day, until: null, amount: 1e9, follows: null, ...more });

test("time runs to the right, from edge to edge, and never out of the picture", () => {
  expect(x(scale, "2024-01-01")).toBe(EDGE);
  expect(x(scale, "2026-01-01")).toBe(400 - EDGE);
  expect(x(scale, "2019-05-01")).toBe(EDGE);
  expect(x(scale, "2025-01-01")).toBeGreaterThan(x(scale, "2024-12-01"));
});

test("four times the money is twice the radius", () => {
  expect(radius(4e9, 16e9) / radius(16e9, 16e9)).toBeCloseTo(0.5);
  expect(radius(16e9, 16e9)).toBe(LARGEST);
  expect(radius(1, 16e9)).toBe(SMALLEST);
});

test("an amount nobody knows is neither the smallest nor the largest", () => {
  expect(radius(null, 1e9)).toBe(radius(0, 1e9));
  expect(radius(null, 1e9)).not.toBe(SMALLEST);
});

test("what replaces an earlier version stands on its row and ends where the next begins", () => {
  const { marks, ties, height } = drawn([point("a", "2024-03-01", { until: "2025-03-01" }), point("b", "2025-03-01", { follows: { leg: "a", mode: "replaces" } })], scale, 1e9);
  expect(marks.map((mark) => mark.row)).toEqual([0, 0]);
  expect(marks[0]!.ends).toBeCloseTo(marks[1]!.x);
  expect(ties).toHaveLength(1);
  expect(ties[0]!.mode).toBe("replaces");
  expect(height).toBe(2 * EDGE);
});

test("versions of one day get rows of their own and do not cover one another", () => {
  const { marks, height } = drawn(["a", "b", "c"].map((id) => point(id, "2025-01-01")), scale, 1e9);
  expect(new Set(marks.map((mark) => mark.row)).size).toBe(3);
  expect(height).toBe(2 * EDGE + 2 * ROW);
});

test("a line to a version that is not known yet is not drawn", () => {
  expect(drawn([point("b", "2025-03-01", { follows: { leg: "gone", mode: "adds" } })], scale, 1e9).ties).toEqual([]);
});

test("dates on the line have room for their names", () => {
  expect(ticks(scale).map((each) => each.text)).toEqual(["2024", "2025", "2026"]);
  const short = ticks({ first: "2025-08-10", last: "2026-05-01", width: 900 }).map((each) => each.text);
  expect(short).toEqual(["Q4", "2026", "Q2"]);
  const long = ticks({ first: "1990-06-01", last: "2026-01-01", width: 400 });
  expect(long.length).toBeLessThanOrEqual(8);
  expect(Number(long[0]!.text)).toBeGreaterThanOrEqual(1991);
});
