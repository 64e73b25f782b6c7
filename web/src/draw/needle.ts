/** Where a needle stands: three bands of one third each, and the number's place within its band. */

export type KnownBand = "running" | "watch" | "alarm";
export interface Cut { readonly watch?: number | undefined; readonly alarm?: number | undefined; readonly end?: number | undefined; readonly worse: "high" | "low" }

const BANDS: readonly KnownBand[] = ["running", "watch", "alarm"];
// A needle never lies on the line between two bands: the word decides which it is.
const MARGIN = 0.08;

/** From 0 (the good end) to 1; the band is the rule's, so a number past an edge that has not lasted stays before it. */
export function needle(number: number | null, band: KnownBand, cut: Cut): number {
  const inside = number === null ? 0.5 : within(number, band, cut);
  return (BANDS.indexOf(band) + MARGIN + (1 - 2 * MARGIN) * inside) / 3;
}

function within(number: number, band: KnownBand, cut: Cut): number {
  const turn = cut.worse === "high" ? 1 : -1;
  const at = turn * number;
  const watch = cut.watch === undefined ? undefined : turn * cut.watch;
  const alarm = cut.alarm === undefined ? undefined : turn * cut.alarm;
  if (watch === undefined) return 0.5;
  // An open end has no far side: the further away, the shorter each step.
  const width = (alarm === undefined ? Math.abs(watch) : alarm - watch) || 1;
  const beyond = (distance: number): number => (distance <= 0 ? 0 : distance / (distance + width));
  if (band === "running") {
    const end = cut.end === undefined ? undefined : turn * cut.end;
    return end === undefined || end >= watch ? 1 - beyond(watch - at) : share(at, end, watch);
  }
  if (band === "watch") return alarm === undefined ? beyond(at - watch) : share(at, watch, alarm);
  return alarm === undefined ? 0.5 : beyond(at - alarm);
}

const share = (at: number, from: number, to: number): number => Math.min(Math.max((at - from) / (to - from), 0), 1);

/** A point of half a circle, from the left end over the top to the right end. */
export function onArc(position: number, radius: number, centre: readonly [number, number]): [number, number] {
  const angle = Math.PI * position;
  return [centre[0] - Math.cos(angle) * radius, centre[1] - Math.sin(angle) * radius];
}
