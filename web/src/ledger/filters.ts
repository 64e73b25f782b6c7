/** The filters of the book, by their key in the address, and what they are called. */
import { firm } from "../state/common.svelte";
import { money, period } from "../state/format";
import { place } from "../state/place.svelte";
import { values } from "../state/url";
import { has, language, say } from "../state/words.svelte";

export const FILTERS = ["q", "firm", "kind", "family", "has", "status", "least", "since"] as const;

/** What the server calls them; only one name differs, because the frame's stage is another thing. */
export const ASKED: Readonly<Record<string, string>> = { has: "stage" };
export const KEY: Readonly<Record<string, string>> = { stage: "has" };

export function asFilters(): Record<string, string> {
  return Object.fromEntries(FILTERS.flatMap((id) => {
    const given = values(place.address, id)[0];
    return given ? [[ASKED[id] ?? id, given]] : [];
  }));
}

export function filterWords(id: string, given: string): string {
  if (id === "firm") return firm(given);
  if (id === "kind") return has(`ui.deal.${given}`) ? say(`ui.deal.${given}`) : given.replaceAll("_", " ");
  if (id === "family") return say(`ui.family.${given}`);
  if (id === "has") return say(`mark.${given}`);
  if (id === "status") return say(`ui.standing.${given}`);
  if (id === "least") return money(Number(given), language());
  return id === "since" ? period(given, language()) : given;
}
