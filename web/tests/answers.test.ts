/** The twin of `spelled` in `web/export.py`: the same question has the same name on both sides. */
import { expect, test } from "vitest";
import { found, spelled, type Index } from "../src/state/answers";

const index: Index = {
  case: "ai",
  newest: { ai: "2026-09-16" },
  defaults: { ledger: { show: "summary", rows: "100", page: "1" }, simulate: { draws: "10000", scenario: "neutral" } },
  instead: { simulate: { outcome: null, draws: "2000" } },
  answers: { "ledger page=2 show=deals": "a.json", "simulate draws=2000 quarters=24": "b.json" },
  refused: {},
};

test("keys stand in order, and what is usual is left out", () => {
  expect(spelled(index, "ledger", { rows: "100", show: "deals", page: "2", case: "ai" })).toBe("ledger page=2 show=deals");
  expect(spelled(index, "ledger", { case: "old", at: undefined })).toBe("ledger case=old");
});

test("the newest date is the date of the answers, another is not", () => {
  expect(spelled(index, "ledger", { at: "2026-09-16" })).toBe("ledger");
  expect(spelled(index, "ledger", { at: "2025-01-01" })).toBe("ledger at=2025-01-01");
  expect(spelled(index, "ledger", { at: "2026-09-16", asof: "latest" })).toBe("ledger asof=latest at=2026-09-16");
});

test("a longer run of one series is told by the shorter one of all; other assumptions are not", () => {
  expect(found(index, "simulate", { quarters: "24", outcome: "x.gap", draws: "10000" })).toBe("b.json");
  expect(found(index, "simulate", { quarters: "24", set: ["a=1"], draws: "10000" })).toBeUndefined();
});
