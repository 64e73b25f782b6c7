/** The question of the dominoes that an address stands for, part by part. */
import { value, values, type Address } from "../state/url";

export type Query = Record<string, string | readonly string[]>;

/** What every part says: stage, shock, its size, the valuations, and which books. */
export function saidOf(address: Address, usualShock: string | undefined): Query {
  const query: Query = {};
  const shock = values(address, "shock")[0] ?? usualShock;
  if (shock) query.shock = shock;
  for (const key of ["size", "channel", "view", "basis", "horizon"]) {
    const given = values(address, key);
    if (given.length) query[key] = key === "channel" ? given : given[0]!;
  }
  return query;
}

/** Obligations are what binds: signed, unless announced ones are asked for. */
export const stageOf = (address: Address): string => (value(address, "stage") === "announced" ? "announced" : "signed");

/** What each part asks, beside case and dates; nothing where nothing can be asked yet. */
export function questionOf(address: Address, usualShock: string | undefined): Query | undefined {
  const said = saidOf(address, usualShock);
  const show = value(address, "show");
  if (show === "reverse") {
    const reverse = value(address, "reverse");
    if (!reverse) return undefined;
    const { shock, size, ...rest } = said;
    void size;
    return { ...rest, reverse, ...(value(address, "by") === "shock" && shock ? { shock } : {}), stage: stageOf(address) };
  }
  if (!said.shock) return undefined;
  if (show !== "futures") return { ...said, stage: stageOf(address) };
  const at = value(address, "at-quarter");
  return { ...said, scenario: value(address, "scenario")!, draws: value(address, "draws")!, ...(at ? { "at-quarter": at } : {}) };
}
