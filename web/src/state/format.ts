/** The twin of `report/numbers.py`, for axis ticks and for numbers that come without their words. */
import type { Language } from "./url";

const THIN = "\u202f";
const MINUS = "\u2212";
const SCALES = {
  en: [[1e12, "tn"], [1e9, "bn"], [1e6, "m"]],
  zh: [[1e12, "兆"], [1e8, "億"], [1e4, "萬"]],
} as const;

/** Three significant digits, thousands apart, no idle zeros. */
function digits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 12 }).replace("-", MINUS).replace(/^\u22120$/, "0");
}

function scaled(value: number, language: Language): [string, string] {
  const rounded = Number(value.toPrecision(3));
  for (const [unit, name] of SCALES[language]) {
    if (Math.abs(rounded) >= unit) return [digits(rounded / unit), name];
  }
  return [digits(rounded), ""];
}

export function money(value: number, language: Language): string {
  const [number, scale] = scaled(language === "en" ? Math.abs(value) : value, language);
  if (language === "zh") return `${number}${THIN}${scale}美元`;
  return `${value < 0 && number !== "0" ? MINUS : ""}US$${number}${scale}`;
}

export function share(value: number, language: Language): string {
  if (value > 0 && value < 1e-4) return language === "en" ? `below 0.01${THIN}%` : `小於${THIN}0.01${THIN}%`;
  // Rounded to 100 it would say that nothing else is there.
  if (value >= 0.9995 && value < 1 - 1e-9) return language === "en" ? `above 99.9${THIN}%` : `大於${THIN}99.9${THIN}%`;
  return `${digits(Number((Number(value.toPrecision(3)) * 100).toPrecision(12)))}${THIN}%`;
}

export function count(value: number, unit: string, language: Language): string {
  const [number, scale] = scaled(value, language);
  return language === "en" ? `${number}${scale} ${unit}` : `${number}${THIN}${scale}${unit}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day, month, quarter, year, or a stretch between two of them. */
export function period(label: string, language: Language): string {
  const [head = "", tail] = label.split("..");
  if (tail !== undefined) return period(head, language) + (language === "en" ? " to " : `至${THIN}`) + period(tail, language);
  const zh = language === "zh";
  const quarter = /^(\d{4})Q([1-4])$/.exec(label);
  if (quarter) return zh ? `${quarter[1]}${THIN}年第${THIN}${quarter[2]}${THIN}季` : `${quarter[1]} Q${quarter[2]}`;
  const date = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(label);
  if (date) {
    const [, year, month, day] = date;
    if (zh) return `${year}${THIN}年${THIN}${Number(month)}${THIN}月` + (day ? `${THIN}${Number(day)}${THIN}日` : "");
    return `${day ? `${Number(day)} ` : ""}${MONTHS[Number(month) - 1]} ${year}`;
  }
  return /^\d{4}$/.test(label) && zh ? `${label}${THIN}年` : label;
}

/** The scale one axis is written in, and its title: ticks carry no unit. */
export function axis(largest: number, unit: string, language: Language): { by: number; title: string } {
  if (unit === "ratio") return { by: 0.01, title: "%" };
  if (unit !== "USD") return { by: 1, title: unit };
  const zh = language === "zh";
  if (largest >= (zh ? 1e12 : 2e12)) return { by: 1e12, title: zh ? "兆美元" : "US$tn" };
  if (zh) return { by: 1e8, title: "億美元" };
  return largest >= 2e9 ? { by: 1e9, title: "US$bn" } : { by: 1e6, title: "US$m" };
}

export const tick = (value: number, by: number): string => digits(value / by);

/** The scale a number is typed in, and the word behind the field. */
export function field(largest: number, unit: string, language: Language): { by: number; title: string } {
  if (unit === "ratio") return { by: 0.01, title: "%" };
  if (!unit.startsWith("USD")) return { by: 1, title: "" };
  const [by, name] = SCALES[language].find(([scale]) => largest >= scale) ?? [1, ""];
  return { by, title: language === "zh" ? `${name}美元` : `US$${name}` };
}

/** Six significant digits without an exponent, as the terminal and the address write them. */
export function plainDigits(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const text = Math.abs(rounded) < 1e-3 && rounded !== 0 ? rounded.toFixed(15).replace(/0+$/, "") : String(rounded);
  return text.includes("e") ? rounded.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 15 }) : text;
}
