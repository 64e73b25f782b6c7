/** Columns of time and rows of firms: a payment leaves its row at the left of a column and reaches the other at its right. */
import type { Money } from "../model";
import type { Link, Unrolled } from "./model";

export const COLUMN = 150;
export const ROW = 44;
export const LEFT = 170;
export const TOP = 30;
const WIDEST = 30;

export interface Strand { link: Link; money: Money; width: number; path: string }

export const widthOf = (usd: number, widest: number): number => (usd > 0 && widest > 0 ? Math.max((WIDEST * usd) / widest, 1.5) : 0);

/** Every link as strands of one colour, side by side; together as wide as the money. */
export function strands(told: Unrolled): Strand[] {
  const y = new Map(told.rows.map((row, n) => [row.id, TOP + ROW * (n + 0.5)]));
  return told.links.flatMap((link) => {
    const [from, to] = [y.get(link.payer)!, y.get(link.payee)!];
    const [x0, x1] = [LEFT + COLUMN * link.column + 8, LEFT + COLUMN * (link.column + 1) - 8];
    const whole = widthOf(link.usd, told.widest);
    let across = -whole / 2;
    return link.parts.map(([money, share]) => {
      const width = whole * share;
      const aside = across + width / 2;
      across += width;
      const middle = (x0 + x1) / 2;
      const path = `M${x0} ${(from + aside).toFixed(1)}C${middle} ${(from + aside).toFixed(1)} ${middle} ${(to + aside).toFixed(1)} ${x1} ${(to + aside).toFixed(1)}`;
      return { link, money, width, path };
    });
  });
}
