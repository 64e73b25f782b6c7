import { expect, test } from "vitest";
import { dollarsOfADot, dotsOf } from "../src/draw/loop";
import { DESK, PHONE, QUARTER, isDrawn, placeOf, radiusOf, ribbons, rim, roomOf, widestOf, widthOf, written } from "../src/overview/geometry";
import { COLUMN, LEFT, strands, widthOf as unrolledWidth } from "../src/loops/unroll";
import type { Unrolled } from "../src/loops/model";
import type { Part, Stream } from "../src/overview/model";

const text = { en: "", zh: "" };
const stream = (payer: string, payee: string, usd: number, how: Stream["how"] = "op"): Stream => ({ payer, payee, how, money: null, usd, text, sentence: text, evidence: [] });
const part = (origin: string, share: number): Part => ({ origin, money: "unknown", share, usd: share, name: text, text });
const turnsOf = (path: string): [number, number] => {
  const numbers = [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number);
  return [Math.atan2(numbers[0]!, -numbers[1]!), Math.atan2(numbers[7]!, -numbers[8]!)];
};

test("area is money: four times the receipts are twice the width", () => {
  expect(radiusOf(1e12, 1e12) / radiusOf(2.5e11, 1e12)).toBeCloseTo(2);
  expect([radiusOf(0, 1e12), radiusOf(1, 1e12)]).toEqual([0, DESK.smallest]);
});

test("the parts of a rim follow one another and close the ring", () => {
  const arcs = rim([part("a", 0.25), part("b", 0.4), part("c", 0.35)], { x: 0, y: 0 }, 100, 70);
  const [first, second] = arcs.map((arc) => turnsOf(arc.path)) as [[number, number], [number, number]];
  expect(first[0]).toBeCloseTo(0);
  expect(first[1]).toBeCloseTo(Math.PI / 2, 3);
  expect(second[0]).toBeCloseTo(first[1], 3);
  expect(turnsOf(arcs[2]!.path)[1]).toBeCloseTo(0, 2);
});

test("a rim of one part is a whole ring", () => {
  const [arc] = rim([part("a", 1)], { x: 0, y: 0 }, 100, 70);
  expect(arc!.path).toContain("A100 100 0 1 1");
});

test("width is money, on one scale for all periods", () => {
  const [wide, narrow] = ribbons([stream("gear", "fuel", 4e10), stream("engine", "gear", 1e10)], { fuel: 30, gear: 80, engine: 12 }, 4e10);
  expect(wide!.width / narrow!.width).toBeCloseTo(4);
  expect(widthOf(0, 4e10)).toBe(0);
  expect(widestOf([{ label: "a", text, quarters: 1, wheels: [], streams: [stream("unnamed_customers", "gear", 9e12), stream("debt", "gear", 3e10)] }])).toBe(3e10);
});

test("money both ways between two wheels lies side by side", () => {
  const [there, back] = ribbons([stream("gear", "fuel", 4e10), stream("fuel", "gear", 4e10, "fin")], { fuel: 30, gear: 80 }, 4e10);
  const middle = (one: typeof there) => ({ x: (one!.from.x + one!.to.x) / 2, y: (one!.from.y + one!.to.y) / 2 });
  const apart = Math.hypot(middle(there).x - middle(back).x, middle(there).y - middle(back).y);
  expect(apart).toBeGreaterThanOrEqual(there!.width / 2 + back!.width / 2);
});

test("what stays within a wheel, or has no place, is told in the list and not drawn", () => {
  expect([stream("gear", "gear", 1), stream("fuel", "unnamed_payees", 1), stream("unnamed_customers", "fuel", 1)].map(isDrawn)).toEqual([false, false, false]);
});

test("every place lies inside the picture, on the desk and upright", () => {
  for (const frame of [DESK, PHONE]) for (const { x, y } of Object.values(frame.places)) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(frame.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(frame.height);
  }
});

test("dots conserve money: 40 to 160 of a round sum, never more than was paid", () => {
  for (const scale of [1e6, 3.3e9, 7e11]) {
    const sums = [40, 17.2, 10.3, 39.3, 8].map((each) => each * scale);
    const each = dollarsOfADot(sums);
    const dots = sums.map((usd) => dotsOf(usd, each));
    expect([1, 2, 5]).toContain(Math.round(each / 10 ** Math.floor(Math.log10(each) + 1e-9)));
    const count = dots.reduce((a, b) => a + b, 0);
    expect(count).toBeGreaterThanOrEqual(40);
    expect(count).toBeLessThanOrEqual(160);
    sums.forEach((usd, i) => {
      expect(dots[i]! * each).toBeLessThanOrEqual(usd * (1 + 1e-9));
      expect((dots[i]! + 1) * each).toBeGreaterThan(usd);
    });
  }
});

test("a dot crosses in the quarters of its period, twelve seconds each", () => {
  const line = { from: { x: 0, y: 0 }, to: { x: 100, y: 0 }, width: 4, dots: 1 };
  expect(placeOf(line, 0, QUARTER * 2, 4).x).toBeCloseTo(50);
  expect(placeOf(line, 0, QUARTER * 4, 4).x).toBeCloseTo(0);
});

test("unrolled, strands of a link are together as wide as its money and stay in their column", () => {
  const told: Unrolled = { firm: "b", widest: 4e10, columns: [text, text], rows: ["unknown", "a", "b"].map((id) => ({ id, name: text, kind: "" })),
    links: [{ column: 1, payer: "a", payee: "b", usd: 2e10, parts: [["outside", 0.25], ["unknown", 0.75]], text, sentence: text }] };
  const drawn = strands(told);
  expect(drawn.reduce((sum, one) => sum + one.width, 0)).toBeCloseTo(unrolledWidth(2e10, 4e10));
  for (const one of drawn) expect(Number(/^M(\d+)/.exec(one.path)![1])).toBeGreaterThan(LEFT + COLUMN);
});

test("numbers on bands do not lie on one another, and where there is no room none is written", () => {
  const bands = ribbons([stream("fuel", "other_firms", 1.3e10), stream("other_firms", "fuel", 8e9, "fin"), stream("debt", "gear", 4e10)], { fuel: 30, gear: 80 }, 4e10);
  const say = () => "US$39.3bn";
  const found = [...written(bands, say, 12.5, []).values()].map((at) => roomOf(say(), at, 12.5));
  expect(found).toHaveLength(3);
  for (const [n, one] of found.entries()) for (const other of found.slice(n + 1)) expect(Math.abs(one.x - other.x) * 2 >= one.width + other.width || Math.abs(one.y - other.y) * 2 >= one.height + other.height).toBe(true);
  expect(written(bands, say, 12.5, [{ x: 320, y: 186, width: 640, height: 372 }]).size).toBe(0);
});
