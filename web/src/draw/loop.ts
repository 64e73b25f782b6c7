/** A loop as a picture: firms on a circle, payments as bands whose width is money. Pure geometry. */
import type { Band, Money } from "../model";

export interface Point { x: number; y: number }
export interface Frame { width: number; height: number; radius: number; node: number; widest: number }
export const FRAME: Frame = { width: 380, height: 320, radius: 108, node: 22, widest: 40 };
const THINNEST = 2;

export function places(count: number, frame: Frame = FRAME): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    return { x: frame.width / 2 + frame.radius * Math.cos(angle), y: frame.height / 2 + (count % 2 ? 20 : 0) + frame.radius * Math.sin(angle) };
  });
}

/** Dollars to pixels: in proportion, the widest as wide as the frame allows, and never too thin to see. */
export function widthOf(amount: number | null, widest: number, frame: Frame = FRAME): number {
  if (amount === null || amount <= 0 || widest <= 0) return 0;
  return Math.max((frame.widest * Math.min(amount, widest)) / widest, THINNEST);
}

export interface Strip { money: Money; points: string }
export interface Drawn { from: Point; to: Point; width: number; strips: Strip[]; spine: string; label: Point; anchor: "start" | "middle" | "end"; arrow: string; path: [Point, Point] }

const text = (points: Point[]): string => points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

export function band(one: Pick<Band, "amount" | "parts">, payer: Point, payee: Point, firms: number, widest: number, frame: Frame = FRAME): Drawn {
  const length = Math.hypot(payee.x - payer.x, payee.y - payer.y);
  const u = { x: (payee.x - payer.x) / length, y: (payee.y - payer.y) / length };
  const n = { x: -u.y, y: u.x };
  const width = widthOf(one.amount, widest, frame);
  // Two firms pay each other along one line: the bands step aside.
  const aside = firms === 2 ? -(frame.widest / 2 + 6) : 0;
  const head = Math.max(10, width * 0.35);
  const at = (along: number, across: number): Point => ({ x: payer.x + u.x * along + n.x * (across + aside), y: payer.y + u.y * along + n.y * (across + aside) });
  const start = frame.node + 7;
  const end = length - frame.node - 8;
  const strips: Strip[] = [];
  let across = -width / 2;
  for (const [money, fraction] of one.parts) {
    const thick = width * fraction;
    if (thick > 0.05) strips.push({ money, points: text([at(start, across), at(end - head, across), at(end - head, across + thick), at(start, across + thick)]) });
    across += thick;
  }
  const wing = width / 2 + 3;
  const arrow = text([at(end - head, -wing), at(end, 0), at(end - head, wing)]);
  const middle = at((start + end) / 2, 0);
  const out = { x: middle.x - frame.width / 2, y: middle.y - (frame.height / 2 + (firms % 2 ? 20 : 0)) };
  const side = firms === 2 ? Math.sign(n.x * aside) || 1 : Math.sign(out.x) || 1;
  const flat = Math.abs(u.y) < 0.2 && firms !== 2;
  // Words about a payment that is not there are long: they stand below the names of the firms.
  const under = width > 0 ? width / 2 + 18 : frame.node + 37;
  const label = flat ? { x: middle.x, y: middle.y + under } : { x: middle.x + side * (Math.abs(n.x) * (width / 2) + 12), y: middle.y };
  return { from: at(start, 0), to: at(end, 0), width, strips, spine: text([at(start, 0), at(end - head, 0)]), label, anchor: flat ? "middle" : side < 0 ? "end" : "start", arrow, path: [at(start, 0), at(end, 0)] };
}

/** The outline of a role: fuel a hexagon, gear a notched square, engine a circle, others a rounded box. */
export function outline(role: string, { x, y }: Point, r: number): string {
  const path = (points: [number, number][]): string => "M" + points.map(([a, b]) => `${(x + a).toFixed(1)} ${(y + b).toFixed(1)}`).join("L") + "Z";
  if (role === "fuel") return path([0, 1, 2, 3, 4, 5].map((k) => [r * Math.cos((Math.PI / 3) * k), r * Math.sin((Math.PI / 3) * k)]));
  if (role === "engine") return `M${x - r * 0.92} ${y}a${r * 0.92} ${r * 0.92} 0 1 0 ${r * 1.84} 0a${r * 0.92} ${r * 0.92} 0 1 0 ${-r * 1.84} 0Z`;
  const s = r * 0.86;
  const c = role === "gear" ? r * 0.34 : r * 0.12;
  return path([[-s + c, -s], [s - c, -s], [s, -s + c], [s, s - c], [s - c, s], [-s + c, s], [-s, s - c], [-s, -s + c]]);
}

/** One dot's dollars: 1, 2 or 5 times a power of ten, so that at most 160 dots are on screen. */
export function dollarsOfADot(amounts: readonly number[], most = 160): number {
  const sum = amounts.reduce((a, b) => a + b, 0);
  if (sum <= 0) return 0;
  for (let power = Math.floor(Math.log10(sum / most)); ; power++) {
    for (const lead of [1, 2, 5]) {
      const each = lead * 10 ** power;
      if (amounts.reduce((count, amount) => count + Math.floor(amount / each + 1e-9), 0) <= most) return each;
    }
  }
}

/** How many dots a payment sends: whole dots only, so that dots never make money. */
export const dotsOf = (amount: number, each: number): number => (each > 0 ? Math.floor(amount / each + 1e-9) : 0);
