/** Which outcomes stand beside the chosen one. The address names the chosen one first, then the others. */

export const MOST_PINS = 3;

export const pinned = (outcomes: readonly string[]): string[] => [...new Set(outcomes.slice(1))].slice(0, MOST_PINS);

/** Until somebody chooses: the engine's cash, what the gears spend, and what the engine is worth. */
export function usualPins(known: readonly string[], engine: string | undefined, chosen: string | undefined): string[] {
  const wanted = [...(engine ? [`${engine}.cash`] : []), "gears.capex", ...(engine ? [`${engine}.valuation`] : []), "mood"];
  return wanted.filter((id) => id !== chosen && known.includes(id)).slice(0, MOST_PINS);
}
