import { expect, test } from "vitest";
import { FRAME, band, dollarsOfADot, dotsOf, outline, places, widthOf } from "../src/draw/loop";
import { bandsOf } from "../src/draw/fan";

const PARTS = [["end_users", 0.25], ["outside", 0.25], ["recycled", 0.3], ["unknown", 0.2]] as const;
const area = (points: string) => {
  const p = points.split(" ").map((pair) => pair.split(",").map(Number) as [number, number]);
  return Math.abs(p.reduce((sum, [x, y], i) => { const [a, b] = p[(i + 1) % p.length]!; return sum + x * b - a * y; }, 0)) / 2;
};

test("width is money: twice the dollars are twice as wide, on one scale", () => {
  expect(widthOf(2e11, 3e11) / widthOf(1e11, 3e11)).toBeCloseTo(2);
  expect(widthOf(3e11, 3e11)).toBe(FRAME.widest);
});

test("nothing and unknown have no width, little stays visible", () => {
  expect([widthOf(0, 1e9), widthOf(null, 1e9), widthOf(1, 1e9)]).toEqual([0, 0, 2]);
});

test("strips of a band fill it in proportion to its money", () => {
  const [a, b] = places(3);
  const drawn = band({ amount: 1e11, parts: PARTS.map(([m, f]) => [m, f]) }, a!, b!, 3, 1e11);
  const areas = drawn.strips.map((strip) => area(strip.points));
  const whole = areas.reduce((x, y) => x + y, 0);
  PARTS.forEach(([, fraction], i) => expect(areas[i]! / whole).toBeCloseTo(fraction, 2));
});

test("every firm of a loop stands inside the picture", () => {
  for (let count = 2; count <= 6; count++) {
    for (const { x, y } of places(count)) {
      expect(x).toBeGreaterThan(FRAME.node);
      expect(x).toBeLessThan(FRAME.width - FRAME.node);
      expect(y).toBeGreaterThan(FRAME.node);
      expect(y).toBeLessThan(FRAME.height - FRAME.node + 20);
    }
  }
});

test("bands of two firms step aside and do not lie on one another", () => {
  const [a, b] = places(2);
  const there = band({ amount: 1, parts: [] }, a!, b!, 2, 1);
  const back = band({ amount: 1, parts: [] }, b!, a!, 2, 1);
  expect(Math.abs(there.path[0].x - back.path[1].x)).toBeGreaterThan(FRAME.widest);
  expect(there.anchor).not.toBe(back.anchor);
});

test.each([[[3e11, 4e10, 3e10]], [[2e9]], [[7, 11, 13]], [[1e12, 1, 1]]])("dots of %s stay few and never make money", (amounts) => {
  const each = dollarsOfADot(amounts);
  const dots = amounts.map((amount) => dotsOf(amount, each));
  expect(dots.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(160);
  dots.forEach((count, i) => expect(count * each).toBeLessThanOrEqual(amounts[i]! * (1 + 1e-9)));
  const lead = each / 10 ** Math.floor(Math.log10(each) + 1e-9);
  expect([1, 2, 5].some((one) => Math.abs(one - lead) < 1e-6)).toBe(true);
});

test("roles are told by shape", () => {
  const shapes = ["fuel", "gear", "engine", "outside"].map((role) => outline(role, { x: 0, y: 0 }, 10));
  expect(new Set(shapes).size).toBe(4);
});

test("the bands of a fan lie between their quantiles, also below zero", () => {
  const [outer, inner] = bandsOf([[-4, 1], [-3, 2], [-2, 3], [1, 4], [2, 5]]);
  expect(outer).toEqual({ base: [-4, 1], height: [6, 4] });
  expect(inner).toEqual({ base: [-3, 2], height: [4, 2] });
});
