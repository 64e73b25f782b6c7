/** A number in its unit, where the answer brings the number without its words. */
import words from "virtual:words";
import { money, share, tick } from "./format";
import type { Language } from "./url";

export function unitWords(value: number, unit: string, language: Language): string {
  if (unit === "USD") return money(value, language);
  if (unit === "ratio") return share(value, language);
  const name = words[`ui.unit.${unit}`]?.[language] ?? unit;
  return `${tick(value, 1)}\u202f${name}`;
}
