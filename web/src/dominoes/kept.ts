/** Holdings of this visitor: kept in this browser only where a tick says so, and nowhere else. */

export interface Holding { name: string; weight: string }
const KEY = "perpetuum-holdings";

/** What was kept; nothing where nothing was, or where the browser keeps nothing. */
export function kept(store: Pick<Storage, "getItem">): Holding[] {
  try {
    const found: unknown = JSON.parse(store.getItem(KEY) ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter((one): one is Holding => typeof one?.name === "string" && typeof one?.weight === "string").slice(0, 50);
  } catch {
    return [];
  }
}

export function keep(store: Pick<Storage, "setItem" | "removeItem">, holdings: readonly Holding[] | undefined): void {
  try {
    if (holdings?.length) store.setItem(KEY, JSON.stringify(holdings));
    else store.removeItem(KEY);
  } catch {
    // A browser that keeps nothing: then nothing is kept.
  }
}

const isWeight = (text: string): boolean => /^\d{1,3}(\.\d{1,6})?$/.test(text.trim()) && Number(text) > 0 && Number(text) <= 100;
export const isWhole = (one: Holding): boolean => one.name.trim() !== "" && !one.name.includes("=") && isWeight(one.weight);

/** The words of the terminal for what is filled in whole. */
export const saidOf = (holdings: readonly Holding[]): string[] => holdings.filter(isWhole).map((one) => `${one.name.trim()}=${Number(one.weight)}%`);
