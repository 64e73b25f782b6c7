/** What every question says: case, date, known by, policy; and the names of firms. */
import { ask, type Query } from "../api";
import type { About, Entity, Text } from "../model";
import { place } from "./place.svelte";
import { isBrought, value, values, type Stage } from "./url";
import { has, say, told } from "./words.svelte";

/** The part of a question that the frame decides. Defaults are left to the server. */
export function common(): Record<string, string> {
  const query: Record<string, string> = {};
  for (const key of ["case", "at", "asof", "policy"]) {
    const given = values(place.address, key)[0];
    if (given) query[key] = given;
  }
  return query;
}

/** What a question about possible futures says: they open at the newest date, whatever date is looked at. */
export function caseOnly(): Record<string, string> {
  const { case: name, policy } = common();
  return { ...(name ? { case: name } : {}), ...(policy ? { policy } : {}) };
}

export const stage = (): Stage => value(place.address, "stage") as Stage;

const firms = $state<{ known: Record<string, Entity> }>({ known: {} });

/** Ask once for the names of all firms; where they are not told, ids stand in. */
export function learnFirms(): void {
  const query: Query = { ...caseOnly(), show: "entities", rows: "500" };
  ask<{ rows: Entity[] }>("ledger", query).then(
    (come) => { firms.known = Object.fromEntries(come.result.rows.map((each) => [each.id, each])); },
    () => undefined,
  );
}

const learned = $state<{ cases: Record<string, Text>; topics: Record<string, Text> }>({ cases: {}, topics: {} });

/** Ask once for the name of the case, and for the names of what is no firm: chips, an economy, a group of buyers. */
export function learnCase(): void {
  const id = values(place.address, "case")[0];
  ask<{ name: Text; topics: Record<string, Text> }>("ledger", { ...caseOnly(), show: "case" }).then(
    (come) => {
      learned.topics = come.result.topics;
      if (id) learned.cases[id] = come.result.name;
    },
    () => undefined,
  );
}
/** What people call a case; of a name that is a hash its first signs stand in. */
export function caseName(id: string, listed?: Text): string {
  if (has(`ui.case.${id}`)) return say(`ui.case.${id}`);
  const name = learned.cases[id] ?? listed;
  return name ? told(name) : isBrought(id) ? id.slice(0, 8) : id;
}

const plain = (id: string): Text => {
  const words = id.replaceAll("_", " ");
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return { en: text, zh: text };
};
export const nameOf = (id: string): Text => firms.known[id]?.name ?? learned.topics[id] ?? plain(id);
export const isFirm = (id: string): boolean => id in firms.known;
export const firm = (id: string): string => told(nameOf(id));
const ROLES = ["fuel", "gear", "engine"];
export const roleOf = (id: string): string => firms.known[id]?.roles.find((role) => ROLES.includes(role)) ?? "outside";
export const allFirms = (): Entity[] => Object.values(firms.known);
