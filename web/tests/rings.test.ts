import { expect, test } from "vitest";
import type { LoopAtStage, Text } from "../src/model";
import { partsOf } from "../src/draw/makeup";
import { ringsOf } from "../src/state/rings";

const share = { value: null, low: null, high: null, not_traced: 1, window: "2026Q3", because: { en: "why", zh: "何故" } };
const hop = (payer: string, payee: string, more: object) => ({ payer, payee, legs: [], unknown: [], amount: 0, status: "moved", undated: 0, ...more });
const loop: LoopAtStage = {
  firms: ["a", "b", "c"], window: "2026Q3", boomerang: {}, shares: { burn: share, pooled: share },
  makeup: [{ own_financing: 3, debt: 1 }, {}, {}],
  hops: [hop("a", "b", { amount: 1e8, unknown: ["x"], undated: 3e10 }), hop("b", "c", { status: "nothing" }), hop("c", "a", { status: "unknown" })],
};
const words = (key: string): Text => ({ en: key === "undated" ? "{amount} not dated" : key === "at_least" ? "at least {amount}" : key, zh: key });
const [ring] = ringsOf({ paid: loop }, (id) => ({ en: id, zh: id }), () => "engine", words);

test("nothing, unknown and at least stay three different things", () => {
  expect(ring!.bands.map((one) => one.label.text.en)).toEqual(["at least US$100m", "nothing", "unknown"]);
  expect(ring!.bands.map((one) => one.amount)).toEqual([1e8, 0, null]);
});

test("money without a date is said beside the arrow and not drawn in it", () => {
  expect(ring!.bands[0]!.note?.en).toBe("US$30bn not dated");
});

test("a share that cannot be computed says why", () => {
  expect(ring!.share.tone).toBe("unknown");
  expect(ring!.share.small).toEqual({ en: "why", zh: "何故" });
});

test("rows of the origin table fall under their colours and fill the band", () => {
  expect(partsOf(loop.makeup[0])).toEqual([["end_users", 0], ["outside", 0.25], ["recycled", 0.75], ["unknown", 0]]);
  expect(partsOf({})).toEqual([["end_users", 0], ["outside", 0], ["recycled", 0], ["unknown", 1]]);
});
