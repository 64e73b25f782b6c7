/** Losses as parts of one bar, side by side in the order of the channels. Pure geometry. */
import { CHANNELS, type Channel } from "./model";

export interface Part { channel: Channel | "contingent"; x: number; width: number }

/** Parts of a bar of length 100; what was gained has no length. Guarantees stand inside owed, at its end. */
export function partsOf(losses: Readonly<Partial<Record<Channel, number>>>, largest: number, contingent = 0): Part[] {
  let x = 0;
  const parts: Part[] = [];
  const put = (channel: Part["channel"], amount: number): void => {
    const width = largest > 0 ? (Math.max(0, amount) / largest) * 100 : 0;
    if (width > 0) parts.push({ channel, x, width });
    x += width;
  };
  for (const channel of CHANNELS) {
    const amount = Math.max(0, losses[channel] ?? 0);
    const called = channel === "owed" ? Math.min(amount, contingent) : 0;
    put(channel, amount - called);
    if (called > 0) put("contingent", called);
  }
  return parts;
}
