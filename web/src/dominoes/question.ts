/** A shock between a form and the terminal's words: `lab:stops-paying`, `cloud: -40 % assets`. */

export const WORDS = ["stops-paying", "withdraws", "demand", "price", "assets", "called", "cancelled", "taken-over", "words"] as const;
export type Word = (typeof WORDS)[number];
/** What a form holds; `percent` is the share that is lost, or the part of the shock that happens. */
export interface Draft { word: Word; whom: string; by: string; percent: string; words: string }

/** Of these the share stands in the shock itself; of the others it is the size. */
const SHARED: readonly Word[] = ["demand", "price", "assets"];
export const hasSize = (word: Word): boolean => word !== "called" && word !== "taken-over";
export const EVERYONE = "all";

const BARE = /^([^:;]+):\s*(stops[ -]paying|withdraws|cancelled|called)$/u;
const LOSS = /^([^:;]+):\s*-\s*(\d{1,3}(?:\.\d{1,3})?)\s*%(?:\s+(assets|demand|price))?$/u;
const TAKEN = /^([^:;]+):\s*taken[ -]over by (\S+)$/u;

/** What a form shows of a shock in the address; what it has no fields for stands there in the terminal's words. */
export function draftOf(shock: string, size: string): Draft {
  const whole = size.replace("%", "");
  const bare = BARE.exec(shock);
  if (bare) return { word: bare[2]!.replace(" ", "-") as Word, whom: bare[1]!.trim(), by: "", percent: whole, words: shock };
  const loss = LOSS.exec(shock);
  if (loss && size === "100%") return { word: (loss[3] ?? "assets") as Word, whom: loss[1]!.trim(), by: "", percent: loss[2]!, words: shock };
  const taken = TAKEN.exec(shock);
  if (taken) return { word: "taken-over", whom: taken[1]!.trim(), by: taken[2]!, percent: "100", words: shock };
  return { word: "words", whom: "", by: "", percent: whole, words: shock };
}

/** The two keys of the address that a form stands for. */
export function shockOf(draft: Draft): { shock: string; size: string } {
  const size = `${draft.percent || "100"}%`;
  if (draft.word === "words") return { shock: draft.words.trim(), size };
  if (SHARED.includes(draft.word)) return { shock: `${draft.whom}: -${draft.percent || "100"} % ${draft.word}`, size: "100%" };
  if (draft.word === "taken-over") return { shock: `${draft.whom}: taken over by ${draft.by}`, size: "100%" };
  return { shock: `${draft.whom}:${draft.word}`, size: hasSize(draft.word) ? size : "100%" };
}

export const isPercent = (text: string): boolean => /^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) > 0 && Number(text) <= 100;

/** A valuation in the words of the terminal; parameters at their usual value are left out. */
export function valuationOf(channel: string, id: string, parameters: readonly { name: string; value: number; usual: number }[]): string {
  const said = parameters.filter((one) => one.value !== one.usual).map((one) => `${one.name}=${one.value}`);
  return `${channel}=${id}${said.length ? `(${said.join(",")})` : ""}`;
}
