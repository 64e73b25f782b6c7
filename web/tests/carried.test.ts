import { expect, test } from "vitest";
import { carried } from "../src/state/carried";
import type { Cell, Claim } from "../src/model";

const cell = (more: Partial<Cell> = {}): Cell => ({ text: { en: "1", zh: "1" }, evidence: [], href: null, tone: "plain", stage: null, small: null, ...more });
const claim = (id: string, more: Partial<Claim> = {}): Claim => ({
  id, subject: "a", attribute: "revenue", says: { value: 1, unit: "USD", bound: "exactly", says: "1 USD" }, status: "reported", period: "2026Q1", known_from: "2026-05-01",
  source: { id: "s", title: "t", publisher: null, kind: "filing", tier: 1, url: null, published: null, through: null }, ...more,
});

test("a sum of filings and one estimate is an estimate", () => {
  expect(carried(cell({ evidence: [claim("a"), claim("b", { status: "estimated" })] }), {}).knowledge).toBe("estimated");
  expect(carried(cell({ evidence: [claim("a"), claim("b")] }), {}).knowledge).toBe("reported");
});

test("what is only remembered says so, whatever else it claims to be", () => {
  const memory = claim("a", { source: { ...claim("a").source, kind: "memory" } });
  expect(carried(cell({ evidence: [memory, claim("b", { status: "projection" })] }), {}).knowledge).toBe("remembered");
});

test("a period is named where all speak of the same one, and nowhere else", () => {
  expect(carried(cell({ evidence: ["a", "b"] }), { a: claim("a"), b: claim("b") }).period).toBe("2026Q1");
  expect(carried(cell({ evidence: [claim("a"), claim("b", { period: "2026Q2" })] }), {}).period).toBeUndefined();
});

test("unknown is a way of knowing, and nothing is made up for a bare word", () => {
  expect(carried(cell({ tone: "unknown" }), {}).knowledge).toBe("unknown");
  expect(carried(cell(), {})).toEqual({ knowledge: undefined, period: undefined, bounds: undefined, unknown: undefined, sources: 0 });
});
