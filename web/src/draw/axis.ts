/** The numbers that stand along an axis: round ones, zero among them, a few. */

export interface Axis { low: number; high: number; ticks: number[] }

const ROUND = [1, 2, 3, 5, 10];

/** From the round number below everything to the one above, in about five steps. */
export function axisOf(values: Iterable<number | null>): Axis {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) high = low + 1;
  const rough = (high - low) / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ROUND.reduce((best, one) => (Math.abs(Math.log(one * ten / rough)) < Math.abs(Math.log(best * ten / rough)) ? one : best));
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return { low: first * step, high: last * step, ticks: Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step) };
}
