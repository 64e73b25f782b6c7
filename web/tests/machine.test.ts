import { expect, test } from "vitest";
import { readEvents } from "../src/machine/events";
import { addressOf, knobsOf, shownOf, turned, valueOf, written } from "../src/machine/knobs";
import type { ReportedRow } from "../src/machine/model";
import { pinned, usualPins } from "../src/machine/pins";
import { bandPath, extentOf, linePath, yOf } from "../src/machine/small";
import { timelineOf } from "../src/machine/timeline";
import type { Stated } from "../src/model";
import { field, plainDigits } from "../src/state/format";
import { KEYS } from "../src/state/url";

const knob = (address: string, unit: string, value: number, low: number | null = 0, high: number | null = 10 * value): Stated => ({ address, unit, value, low, high, says: { en: "", zh: "" }, because: { en: "", zh: "" }, basis: "assumed", source: null });

test("what is turned is written as the terminal reads it: shares bare, all else with its unit", () => {
  expect(written(knob("lab.churn", "ratio", 0.1), 0.025)).toBe("lab.churn=0.025");
  expect(written(knob("lab.pay_per_user", "USD", 20), 21.5)).toBe("lab.pay_per_user=21.5 USD");
  expect(written(knob("lab.gw_per_user", "GW/user", 1e-9), 2.5e-9)).toBe("lab.gw_per_user=0.0000000025 GW/user");
  expect(written(knob("lab.headline", "USD", 1e11), 123456789012)).toBe("lab.headline=123457000000 USD");
});

test("every word on a knob fits into the address", () => {
  const fits = KEYS.find((key) => key.id === "set")!.fits;
  for (const [unit, value] of [["ratio", 0.1], ["USD", 3e11], ["GW/user", 1e-9], ["USD/GW-quarter", 4e9], ["quarters", 3], ["users", 9e8], ["x", -2.5]] as const) {
    expect(fits(written(knob("oracle>nvidia:chips.share", unit, value), value), "machine")).toBe(true);
  }
  for (const bad of ["lab.churn=1e5", "lab.churn=<b>", "=3", "lab.churn="]) expect(fits(bad, "machine")).toBe(false);
});

test("a knob is read back, turned again, and put back", () => {
  const one = knob("lab.pay", "USD", 20);
  const sets = turned(["lab.churn=0.1"], one, 25);
  expect(sets).toEqual(["lab.churn=0.1", "lab.pay=25 USD"]);
  expect(valueOf(sets, one)).toBe(25);
  expect(turned(sets, one, 30)).toEqual(["lab.churn=0.1", "lab.pay=30 USD"]);
  expect(turned(sets, one, undefined)).toEqual(["lab.churn=0.1"]);
  expect(valueOf([], one)).toBe(20);
  expect(addressOf(sets[1]!)).toBe("lab.pay");
});

test("knobs without a range cannot be turned; what moves the answer most comes first, and what was changed is always shown", () => {
  const assumed = [knob("a", "ratio", 1), knob("fixed", "ratio", 1, null, null), knob("b", "ratio", 1), knob("c", "ratio", 1)];
  const drivers = { rows: [{ addresses: ["c"] }] } as unknown as Parameters<typeof knobsOf>[0]["drivers"];
  const knobs = knobsOf({ assumed, sourced: [], drivers });
  expect(knobs.map((one) => one.address)).toEqual(["c", "a", "b"]);
  expect(shownOf(knobs, new Set(["b"]), 1).map((one) => one.address)).toEqual(["c", "b"]);
});

test("the address names the chosen outcome first and three others beside it", () => {
  expect(pinned(["a", "b", "c", "b", "d", "e"])).toEqual(["b", "c", "d"]);
  expect(pinned(["a"])).toEqual([]);
  expect(usualPins(["lab.cash", "gears.capex", "mood"], "lab", "gears.capex")).toEqual(["lab.cash", "mood"]);
});

test("the past is on the same axis, without a gap for quarters nobody reported", () => {
  const row = (quarter: string, value: number): ReportedRow => ({ quarter, value, text: { en: "", zh: "" }, evidence: [] });
  const time = timelineOf(["2026Q1", "2026Q2"], [row("2025Q2", 1), row("2025Q4", 3), row("2026Q1", 4)]);
  expect(time.quarters).toEqual(["2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"]);
  expect(time.reported).toEqual([1, null, 3, 4, null]);
  expect(time.before).toBe(3);
  expect(timelineOf(["2026Q1"], []).reported).toEqual([]);
  expect(timelineOf(["2026Q1"], [row("2010Q1", 1), row("2025Q4", 2)]).before).toBe(8);
});

test("small fans hold zero, lift the pen where nothing is known, and close their bands", () => {
  expect(extentOf([[5, 8]])).toEqual({ low: 0, high: 8 });
  expect(extentOf([[0, null]])).toEqual({ low: -1, high: 1 });
  expect(yOf(0, { low: -4, high: 4 }, 100)).toBe(50);
  expect(linePath([0, null, 8], { low: 0, high: 8 }, 100, 10)).toBe("M0.0 10.0M100.0 0.0");
  expect(bandPath([0, 0], [8, 8], { low: 0, high: 8 }, 100, 10)).toBe("M0.0 0.0L100.0 0.0L100.0 10.0L0.0 10.0Z");
});

test("events are read from a stream that comes in pieces", () => {
  const text = 'event: progress\ndata: {"done":1}\n\n: still here\n\nevent: done\ndata: {"id":"a"}\n\nevent: pro';
  const { events, rest } = readEvents(text);
  expect(events).toEqual([{ event: "progress", data: { done: 1 } }, { event: "done", data: { id: "a" } }]);
  expect(rest).toBe("event: pro");
});

test("numbers are typed in the scale they are spoken in", () => {
  expect(field(0.3, "ratio", "en")).toEqual({ by: 0.01, title: "%" });
  expect(field(3e11, "USD", "en")).toEqual({ by: 1e9, title: "US$bn" });
  expect(field(3e11, "USD", "zh")).toEqual({ by: 1e8, title: "億美元" });
  expect(field(20, "USD", "en")).toEqual({ by: 1, title: "US$" });
  expect([plainDigits(0.1 + 0.2), plainDigits(-4), plainDigits(1.5e21)]).toEqual(["0.3", "-4", "1500000000000000000000"]);
});
