/** A number in its unit, where the answer brings the number without its words. */
import { money, share, tick } from "./format";
import type { Language } from "./url";

const NAMES: Record<string, { en: string; zh: string }> = {
  quarters: { en: "quarters", zh: "季" }, years: { en: "years", zh: "年" }, GW: { en: "GW", zh: "GW" }, x: { en: "times", zh: "倍" }, users: { en: "users", zh: "人" },
};

export function unitWords(value: number, unit: string, language: Language): string {
  if (unit === "USD") return money(value, language);
  if (unit === "ratio") return share(value, language);
  const name = NAMES[unit]?.[language] ?? unit;
  return `${tick(value, 1)}\u202f${name}`;
}
