/** The nine rows of the origin table under their three colours and the hatch, as parts of one length. */
import type { Money } from "../model";

const UNDER: Record<string, Money> = {
  end_users: "end_users", other_customers: "end_users", outside_equity: "outside", debt: "outside",
  own_financing: "recycled", own_purchases: "recycled", others_financing: "recycled", unnamed_customers: "unknown", unknown: "unknown",
};
const ORDER: readonly Money[] = ["end_users", "outside", "recycled", "unknown"];

export function partsOf(makeup: Readonly<Record<string, number>> | undefined): [Money, number][] {
  const lengths: Record<Money, number> = { end_users: 0, outside: 0, recycled: 0, unknown: 0 };
  for (const [row, amount] of Object.entries(makeup ?? {})) lengths[UNDER[row] ?? "unknown"] += amount;
  const whole = ORDER.reduce((sum, money) => sum + lengths[money], 0);
  if (whole <= 0) return [["end_users", 0], ["outside", 0], ["recycled", 0], ["unknown", 1]];
  return ORDER.map((money) => [money, lengths[money] / whole]);
}

/** Length of one amount beside the largest, between 0 and 1. */
export const lengthOf = (amount: number | null | undefined, largest: number): number =>
  amount && largest > 0 ? Math.min(Math.abs(amount) / largest, 1) : 0;

/** How full a firm still is: what is left of its equity, between 0 and 1; nothing where it is not known. */
export function levelOf(before: number | null, after: number | null): number | null {
  if (before === null || after === null || before <= 0) return null;
  return Math.max(0, Math.min(1, after / before));
}
