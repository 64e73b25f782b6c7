/** Bands of a fan: where each begins and how high it is, quarter by quarter. */

export interface BandShape { base: number[]; height: number[] }

/** From the outermost pair of quantiles to the innermost; the middle one is the line. */
export function bandsOf(quantiles: readonly (readonly number[])[]): BandShape[] {
  const pairs = Math.floor(quantiles.length / 2);
  return Array.from({ length: pairs }, (_, k) => {
    const low = quantiles[k]!;
    const high = quantiles[quantiles.length - 1 - k]!;
    return { base: [...low], height: high.map((top, i) => top - low[i]!) };
  });
}

export const middleOf = (quantiles: readonly (readonly number[])[]): readonly number[] => quantiles[Math.floor(quantiles.length / 2)]!;

export function largest(quantiles: readonly (readonly number[])[]): number {
  return Math.max(...quantiles.flat().map(Math.abs));
}
