/** The machine as a picture: wheels whose area is money received, bands whose width is money paid. Pure geometry. */
import type { Money } from "../model";
import type { Part, Period, Role, Stream } from "./model";

export interface Point { x: number; y: number }
export interface Frame { width: number; height: number; largest: number; smallest: number; widest: number; places: Readonly<Record<string, Point>> }

export const DESK: Frame = {
  width: 640, height: 372, largest: 84, smallest: 9, widest: 34,
  places: {
    fuel: { x: 112, y: 132 }, engine: { x: 520, y: 132 }, gear: { x: 316, y: 248 },
    capital: { x: 250, y: 20 }, customers: { x: 612, y: 262 }, other_firms: { x: 386, y: 20 }, gone: { x: 520, y: 340 },
  },
};
/** Upright, with places of its own: a shrunken desk could not be read. */
export const PHONE: Frame = {
  width: 350, height: 500, largest: 70, smallest: 9, widest: 28,
  places: {
    fuel: { x: 84, y: 150 }, engine: { x: 272, y: 150 }, gear: { x: 178, y: 350 },
    capital: { x: 110, y: 20 }, customers: { x: 312, y: 322 }, other_firms: { x: 246, y: 20 }, gone: { x: 300, y: 476 },
  },
};

/** Where a place of the ledger stands in the picture; what has no place of its own is told in the table. */
const STANDS: Readonly<Record<string, string>> = {
  fuel: "fuel", gear: "gear", engine: "engine", outside_equity: "capital", debt: "capital", end_users: "customers",
  other_customers: "customers", other_firms: "other_firms", staff: "gone", power: "gone",
};
const ROLES: readonly string[] = ["fuel", "gear", "engine"];

/** Area is money: a wheel that received four times as much is twice as wide. */
export function radiusOf(receipts: number, largest: number, frame: Frame = DESK): number {
  if (receipts <= 0 || largest <= 0) return 0;
  return Math.max(frame.largest * Math.sqrt(Math.min(receipts, largest) / largest), frame.smallest);
}

export interface Arc { part: Part; path: string }

const at = (c: Point, r: number, turn: number): string => `${(c.x + r * Math.sin(turn * 2 * Math.PI)).toFixed(2)} ${(c.y - r * Math.cos(turn * 2 * Math.PI)).toFixed(2)}`;

/** The stacked ring: each part as long as its share, from the top on, in the order given. */
export function rim(parts: readonly Part[], c: Point, outer: number, inner: number): Arc[] {
  let from = 0;
  return parts.map((part) => {
    // A whole circle has no two ends that an arc could run between.
    const to = Math.min(from + part.share, from + 0.9999);
    const big = to - from > 0.5 ? 1 : 0;
    const path = `M${at(c, outer, from)}A${outer} ${outer} 0 ${big} 1 ${at(c, outer, to)}L${at(c, inner, to)}A${inner} ${inner} 0 ${big} 0 ${at(c, inner, from)}Z`;
    from += part.share;
    return { part, path };
  });
}

export interface Ribbon { stream: Stream; key: string; width: number; from: Point; to: Point; body: string; arrow: string; label: Point; isOpen: boolean }

export const keyOf = (one: Stream): string => `${one.payer}>${one.payee}>${one.how}`;
/** Streams that the picture has room for: between two places, not within one. */
export const isDrawn = (one: Stream): boolean => {
  const [from, to] = [STANDS[one.payer], STANDS[one.payee]];
  return from !== undefined && to !== undefined && from !== to && one.usd > 0;
};

/** Dollars to pixels, in proportion; what could not be seen is drawn as thin as can be. */
export const widthOf = (usd: number, widest: number, frame: Frame = DESK): number =>
  usd <= 0 || widest <= 0 ? 0 : Math.max((frame.widest * Math.min(usd, widest)) / widest, 1.5);

export const widestOf = (periods: readonly Period[]): number => Math.max(0, ...periods.flatMap((each) => each.streams.filter(isDrawn).map((one) => one.usd)));

const text = (points: readonly Point[]): string => points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

/** Bands between the same two places lie side by side, each on its own lane. */
export function ribbons(streams: readonly Stream[], radius: Readonly<Partial<Record<Role, number>>>, widest: number, frame: Frame = DESK): Ribbon[] {
  const lanes = new Map<string, Stream[]>();
  for (const one of streams.filter(isDrawn)) {
    const pair = [STANDS[one.payer]!, STANDS[one.payee]!].sort().join("|");
    lanes.set(pair, [...(lanes.get(pair) ?? []), one]);
  }
  const GAP = 5;
  return [...lanes.entries()].flatMap(([pair, beside]) => {
    const [first, second] = pair.split("|").map((id) => frame.places[id]!) as [Point, Point];
    const widths = beside.map((one) => widthOf(one.usd, widest, frame));
    const total = widths.reduce((sum, width) => sum + width, GAP * (beside.length - 1));
    const length = Math.hypot(second.x - first.x, second.y - first.y);
    // One direction for the whole pair, so that lanes do not change sides with the way the money runs.
    const n = { x: -(second.y - first.y) / length, y: (second.x - first.x) / length };
    let across = -total / 2;
    return beside.map((stream, i) => {
      const width = widths[i]!;
      const lane = across + width / 2;
      across += width + GAP;
      const drawn = ribbon(stream, width, lane, n, radius, frame);
      // Side by side their numbers would lie on one another, so each stands further on.
      const on = (i + 1) / (beside.length + 1) - 0.5;
      const label = { x: drawn.label.x + (second.x - first.x) * on * 0.45, y: drawn.label.y + (second.y - first.y) * on * 0.45 };
      return { ...drawn, label };
    });
  });
}

export interface Box { x: number; y: number; width: number; height: number }
const isClear = (box: Box, taken: readonly Box[]): boolean => taken.every((one) => Math.abs(one.x - box.x) * 2 >= one.width + box.width || Math.abs(one.y - box.y) * 2 >= one.height + box.height);

/** How much room words take; a Chinese sign is as wide as it is high. Boxes stand around their middle. */
export function roomOf(words: string, at: Point, size: number): Box {
  const signs = [...words].reduce((sum, sign) => sum + (sign > "\u2e80" ? 1 : 0.58), 0);
  return { ...at, width: signs * size + 4, height: size * 1.25 };
}

/** Where along its band each number can be read: the wider band chooses first; where nothing is free none is written. */
export function written(bands: readonly Ribbon[], words: (one: Ribbon) => string, size: number, taken: readonly Box[]): Map<string, Point> {
  const kept = [...taken];
  const found = new Map<string, Point>();
  for (const one of [...bands].sort((a, b) => b.width - a.width)) {
    const along = (part: number): Point => ({ x: one.from.x + (one.to.x - one.from.x) * part, y: one.from.y + (one.to.y - one.from.y) * part });
    const free = [one.label, ...[0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map(along)].find((at) => isClear(roomOf(words(one), at, size), kept));
    if (!free) continue;
    kept.push(roomOf(words(one), free, size));
    found.set(one.key, free);
  }
  return found;
}

function ribbon(stream: Stream, width: number, lane: number, n: Point, radius: Readonly<Partial<Record<Role, number>>>, frame: Frame): Ribbon {
  const [payer, payee] = [frame.places[STANDS[stream.payer]!]!, frame.places[STANDS[stream.payee]!]!];
  const length = Math.hypot(payee.x - payer.x, payee.y - payer.y);
  const u = { x: (payee.x - payer.x) / length, y: (payee.y - payer.y) / length };
  const clear = (place: string): number => (ROLES.includes(place) ? Math.max(radius[place as Role] ?? 0, 14) + 5 : 16);
  const [start, end] = [clear(stream.payer), length - clear(stream.payee)];
  const p = (along: number, aside: number): Point => ({ x: payer.x + u.x * along + n.x * (lane + aside), y: payer.y + u.y * along + n.y * (lane + aside) });
  const head = Math.min(Math.max(7, width * 0.4), Math.max((end - start) / 2, 4));
  const half = width / 2;
  return {
    stream, key: keyOf(stream), width, from: p(start, 0), to: p(end, 0), isOpen: STANDS[stream.payee] === "gone",
    body: text([p(start, -half), p(end - head, -half), p(end - head, half), p(start, half)]),
    arrow: text([p(end - head, -half - 3), p(end, 0), p(end - head, half + 3)]),
    label: p(start + (end - start) * 0.5, 0),
  };
}

/** What money a band is made of by the place it comes from; what a firm buys with may be anybody's. */
export const inkOf = (one: Stream): Money | "ink" => one.money ?? "ink";

/** Milliseconds of a quarter. */
export const QUARTER = 12_000;
export interface Line { from: Point; to: Point; width: number; dots: number }

/** Where a dot is after so many milliseconds; across the band it keeps its place. */
export function placeOf(line: Line, dot: number, time: number, quarters: number): Point {
  const along = (time / (QUARTER * quarters) + dot / line.dots) % 1;
  const across = (((dot * 7919) % 17) / 16 - 0.5) * Math.max(line.width - 4, 0);
  const length = Math.hypot(line.to.x - line.from.x, line.to.y - line.from.y) || 1;
  const [nx, ny] = [-(line.to.y - line.from.y) / length, (line.to.x - line.from.x) / length];
  return { x: line.from.x + (line.to.x - line.from.x) * along + nx * across, y: line.from.y + (line.to.y - line.from.y) * along + ny * across };
}
