import { expect, test } from "vitest";
import { KEYS, PAGES, changed, read, turned, value, write, type Address } from "../src/state/url";

const split = (text: string): [string, string] => {
  const at = text.indexOf("?");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
};
const again = (address: Address) => read(...split("/any/prefix/" + write(address).replace("./", ""))).address;

// Small and repeatable chance: the same views on every machine.
function* chance(seed: number): Generator<number, never> {
  for (;;) yield (seed = (seed * 1664525 + 1013904223) % 4294967296) / 4294967296;
}
const SAMPLES: Record<string, string[]> = {
  case: ["ai", "telecom-2000", "0f3c"], at: ["2026Q2", "2025-10-24", "article"], asof: ["latest", "2026"],
  stage: ["announced", "signed", "paid"], policy: ["low", "article", "best_source"], lang: ["zh", "en"],
  show: ["loop", "inventory", "origin", "audit", "gaps", "deals", "reverse", "holdings"], firm: ["nvidia"], via: ["openai,oracle"],
  step: ["quarter", "year"], period: ["2025", "2026Q1..2026Q3"], rule: ["pooled", "burn"], view: ["ultimate", "cash", "value"], counts: ["economic"], broad: ["true"],
  window: ["4", "2025Q1..2025Q4"], scale: ["own", "same"], scenario: ["stall", "mood-1.5", "neutral"],
  set: ["mood_persistence=0.95", "chip_life=3", "burn.openai=-2.5", "openai.pay_per_user=20 USD"], outcome: ["cash.openai"], against: ["stall"], future: ["3", "17"], books: ["2027Q1"],
  replay: ["central", "mean", "12", "2000Q3"], seed: ["7", "0"],
  shock: ["openai:stops-paying", "cloud: -40 % assets"], size: ["60%", "100%"], round: ["2"], gauge: ["capex_to_revenue"],
  tour: ["1"], h: ["2e461c19"],
  kind: ["cloud"], family: ["funding"], has: ["paid"], status: ["disputed"], least: ["10000000000"], since: ["2026-01-31"],
  sort: ["-largest", "-changed"], as: ["table", "lanes"], deal: ["nvidia-openai-equity"], try: ["low"], verdict: ["unit_slip"],
  gap: ["one_source"], document: ["0f3c0f3c0f3c"],
  channel: ["owed=debtrank_2015(rho=0.4)", "revenue=orders_follow_revenue"], basis: ["market", "book"], horizon: ["8", "4"],
  reverse: ["3:fall", "cloud:loss>=10%"], by: ["shock", "least", "firms", "sectors"], "at-quarter": ["2028Q4"], draws: ["20", "100"],
  technology: ["chat"], population: ["us"], launch: ["first"], curve: ["bass"], share: ["0.2", "0.1"],
  beside: ["telecom-2000"], align: ["first_default", "capex_peak"],
  n: ["2", "1"], q: ["甲骨文 & co", "nvidia"], section: ["gauges", "overview"], evidence: ["nvda_openai_2025_loi/announced/2"],
};

test("every view becomes an address and comes back the same", () => {
  const draw = chance(7);
  for (let n = 0; n < 2000; n++) {
    const page = PAGES[Math.floor(draw.next().value * PAGES.length)]!;
    const parts: string[] = [];
    for (const key of KEYS) {
      if (draw.next().value < 0.5) continue;
      const options = SAMPLES[key.id]!;
      parts.push(`${key.id}=${encodeURIComponent(options[Math.floor(draw.next().value * options.length)]!)}`);
    }
    const { address } = read(page, "?" + parts.join("&"));
    expect(again(address)).toEqual(address);
    expect(write(again(address))).toBe(write(address));
  }
});

test("one state has one address whatever the order it was typed in", () => {
  const a = read("loops", "?stage=signed&case=telecom-2000&firm=lucent").address;
  const b = read("loops", "?firm=lucent&case=telecom-2000&stage=signed").address;
  expect(write(a)).toBe(write(b));
});

test("what is the default is left out", () => {
  expect(write(read("loops", "?case=ai&stage=paid&show=loop").address)).toBe("loops");
  expect(write(read("", "?policy=best_source").address)).toBe("./");
});

test("a value that makes no sense falls back and is named", () => {
  const { address, refused } = read("loops", "?stage=imagined&firm=<script>&lang=zh");
  expect(refused).toEqual(["stage", "firm"]);
  expect(value(address, "stage")).toBe("paid");
  expect(value(address, "lang")).toBe("zh");
});

test("a key that no view has is left out and named", () => {
  const { address, refused, unknown } = read("loops", "?fbclid=1&stage=signed");
  expect([unknown, refused]).toEqual([["fbclid"], []]);
  expect(write(address)).toBe("loops?stage=signed");
});

test("sources have an address of their own", () => {
  expect(write(read("sources", "?lang=zh").address)).toBe("ledger?lang=zh&show=sources");
});

test("repeated keys are kept in order", () => {
  const address = changed(read("machine", "").address, { set: ["a=1", "b=2"] });
  expect(write(address)).toBe("machine?set=a%3D1&set=b%3D2");
  expect(again(address)).toEqual(address);
});

test("another page keeps what decides every number and drops the rest", () => {
  const address = read("loops", "?stage=signed&firm=nvidia&lang=zh&evidence=x").address;
  expect(write(turned(address, "gauges"))).toBe("gauges?stage=signed&lang=zh");
});
