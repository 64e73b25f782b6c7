/** Small fans: lines and bands of one series as paths, from left to right and from high to low. */

export interface Extent { low: number; high: number }

/** The values that must fit, zero among them. */
export function extentOf(lines: readonly (readonly (number | null)[])[]): Extent {
  const values = lines.flat().filter((one): one is number => one !== null && Number.isFinite(one));
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  return high > low ? { low, high } : { low: low - 1, high: high + 1 };
}

export const yOf = (value: number, { low, high }: Extent, height: number): number => height * (1 - (value - low) / (high - low));
const xOf = (n: number, count: number, width: number): number => (count > 1 ? (width * n) / (count - 1) : 0);
const spot = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** A line; where a value is missing the pen is lifted. */
export function linePath(values: readonly (number | null)[], extent: Extent, width: number, height: number): string {
  let isDown = false;
  return values
    .map((value, n) => {
      if (value === null || !Number.isFinite(value)) {
        isDown = false;
        return "";
      }
      const move = isDown ? "L" : "M";
      isDown = true;
      return move + spot(xOf(n, values.length, width), yOf(value, extent, height));
    })
    .join("");
}

/** The area between two lines of the same length. */
export function bandPath(low: readonly number[], high: readonly number[], extent: Extent, width: number, height: number): string {
  const along = (values: readonly number[]): string[] => values.map((value, n) => spot(xOf(n, values.length, width), yOf(value, extent, height)));
  return low.length ? `M${[...along(high), ...along(low).reverse()].join("L")}Z` : "";
}
