/** Where the versions of a deal stand on a line of time, how large they are, and which lines tie them. */
import type { Mode } from "./model";

export interface Point { readonly id: string; readonly day: string; readonly until: string | null; readonly amount: number | null; readonly follows: { leg: string; mode: Mode } | null }
export interface Placed { readonly id: string; readonly x: number; readonly y: number; readonly r: number; readonly ends: number; readonly row: number }
export interface Tie { readonly from: string; readonly to: string; readonly mode: Mode; readonly path: string }
export interface Drawn { readonly marks: readonly Placed[]; readonly ties: readonly Tie[]; readonly height: number }

export const LARGEST = 13, SMALLEST = 3.5, NO_AMOUNT = 4.5, ROW = 30, EDGE = 16;
const DAY = 86_400_000;
const days = (date: string): number => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY;

export interface Scale { readonly first: string; readonly last: string; readonly width: number }

export function x(scale: Scale, date: string): number {
  const begin = days(scale.first), whole = Math.max(days(scale.last) - begin, 1);
  const part = Math.min(1, Math.max(0, (days(date) - begin) / whole));
  return EDGE + part * Math.max(scale.width - 2 * EDGE, 1);
}

/** Area stands for money, so the radius is its root; what has no amount is small and hollow. */
export function radius(amount: number | null, largest: number): number {
  if (amount === null || !(amount > 0)) return NO_AMOUNT;
  return Math.max(SMALLEST, LARGEST * Math.sqrt(Math.min(amount / Math.max(largest, 1), 1)));
}

/** A version that takes another's place stands on its row; all others get the first row with room. */
export function drawn(points: readonly Point[], scale: Scale, largest: number): Drawn {
  const placed = new Map<string, Placed>();
  const taken: { row: number; from: number; to: number }[] = [];
  const ordered = [...points].sort((a, b) => days(a.day) - days(b.day));
  for (const one of ordered) {
    const at = x(scale, one.day), r = radius(one.amount, largest);
    const before = one.follows ? placed.get(one.follows.leg) : undefined;
    const wanted = before && (one.follows!.mode === "replaces" || one.follows!.mode === "cancels") ? before.row : 0;
    const isFree = (row: number): boolean => taken.every((each) => each.row !== row || at + r < each.from || at - r > each.to);
    let row = wanted;
    while (!isFree(row)) row++;
    taken.push({ row, from: at - r - 2, to: at + r + 2 });
    placed.set(one.id, { id: one.id, x: at, y: EDGE + row * ROW, r, ends: Math.max(at, x(scale, one.until ?? scale.last)), row });
  }
  const marks = [...placed.values()];
  const ties = points.flatMap((one): Tie[] => {
    const to = placed.get(one.id)!, from = one.follows ? placed.get(one.follows.leg) : undefined;
    return from ? [{ from: from.id, to: to.id, mode: one.follows!.mode, path: tie(from, to) }] : [];
  });
  return { marks, ties, height: 2 * EDGE + ROW * Math.max(0, ...marks.map((mark) => mark.row)) };
}

const digits = (value: number): string => String(Math.round(value * 10) / 10);

/** From the rim of one mark to the rim of the other: straight on one row, a bow between rows or close by. */
function tie(from: Placed, to: Placed): string {
  const dx = to.x - from.x, dy = to.y - from.y, far = Math.hypot(dx, dy) || 1;
  const a = [from.x + (dx / far) * from.r, from.y + (dy / far) * from.r] as const;
  const b = [to.x - (dx / far) * to.r, to.y - (dy / far) * to.r] as const;
  if (from.row === to.row) return `M${digits(a[0])} ${digits(a[1])}L${digits(b[0])} ${digits(b[1])}`;
  const middle = (a[0] + b[0]) / 2;
  return `M${digits(a[0])} ${digits(a[1])}C${digits(middle)} ${digits(a[1])} ${digits(middle)} ${digits(b[1])} ${digits(b[0])} ${digits(b[1])}`;
}

export interface Tick { readonly text: string; readonly x: number; readonly isYear: boolean }

/** Beginnings of years, with those of quarters where there is room; every second, fifth or tenth year where there is not. */
export function ticks(scale: Scale): Tick[] {
  const begin = scale.first.slice(0, 10), end = scale.last.slice(0, 10);
  const first = Number(begin.slice(0, 4)), years = Array.from({ length: Number(end.slice(0, 4)) - first + 1 }, (_, n) => first + n);
  const room = Math.max(1, Math.floor(scale.width / 48));
  const step = [1, 2, 5, 10, 20, 50].find((each) => years.length / each <= room) ?? 100;
  const quarters = years.length * 4 <= room ? [1, 2, 3, 4] : [1];
  return years.filter((year) => year % step === 0)
    .flatMap((year) => quarters.map((quarter) => ({ date: `${year}-${String(quarter * 3 - 2).padStart(2, "0")}-01`, text: quarter === 1 ? String(year) : `Q${quarter}`, isYear: quarter === 1 })))
    .filter(({ date }) => date >= begin && date <= end)
    .map(({ date, text, isYear }) => ({ text, isYear, x: x(scale, date) }));
}
