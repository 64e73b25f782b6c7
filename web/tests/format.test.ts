import { expect, test } from "vitest";
import { axis, money, period, share, tick } from "../src/state/format";

const T = "\u202f";
test.each([
  [1.2e12, "US$1.2tn", `1.2${T}兆美元`],
  [3e11, "US$300bn", `3,000${T}億美元`],
  [4.5e9, "US$4.5bn", `45${T}億美元`],
  [6.2e7, "US$62m", `6,200${T}萬美元`],
  [4500, "US$4,500", `4,500${T}美元`],
  [-2.4e10, "−US$24bn", `−240${T}億美元`],
  [0, "US$0", `0${T}美元`],
])("money %s", (value, en, zh) => {
  expect(money(value, "en")).toBe(en);
  expect(money(value, "zh")).toBe(zh);
});

test.each([
  [0.27, `27${T}%`, `27${T}%`],
  [0.0004, `0.04${T}%`, `0.04${T}%`],
  [2e-6, `below 0.01${T}%`, `小於${T}0.01${T}%`],
  [0.99988, `above 99.9${T}%`, `大於${T}99.9${T}%`],
  [1, `100${T}%`, `100${T}%`],
  [0, `0${T}%`, `0${T}%`],
])("share %s", (value, en, zh) => {
  expect(share(value, "en")).toBe(en);
  expect(share(value, "zh")).toBe(zh);
});

test.each([
  ["2025Q3", "2025 Q3", `2025${T}年第${T}3${T}季`],
  ["2026-09-16", "16 Sep 2026", `2026${T}年${T}9${T}月${T}16${T}日`],
  ["2026-06", "Jun 2026", `2026${T}年${T}6${T}月`],
  ["2025Q1..2025Q4", "2025 Q1 to 2025 Q4", `2025${T}年第${T}1${T}季至${T}2025${T}年第${T}4${T}季`],
])("period %s", (label, en, zh) => {
  expect(period(label, "en")).toBe(en);
  expect(period(label, "zh")).toBe(zh);
});

test("an axis has one scale and its ticks no unit", () => {
  expect(axis(3e11, "USD", "en")).toEqual({ by: 1e9, title: "US$bn" });
  expect(axis(3e11, "USD", "zh")).toEqual({ by: 1e8, title: "億美元" });
  expect(tick(3e11, 1e8)).toBe("3,000");
});
