/** The same view in the terminal, and the question whose answer the page draws. */
import { questionOf as dominoes } from "../dominoes/asked";
import { value, values, type Address, type Language } from "./url";

type Question = { verb: string; query: Record<string, string | readonly string[]> };

const FRAME = ["case", "at", "asof", "policy"];

export function questionOf(address: Address, usualShock?: string): Question {
  const query: Record<string, string | readonly string[]> = {};
  const take = (...keys: string[]) => keys.forEach((key) => { const list = values(address, key); if (list.length) query[key] = list.length === 1 ? list[0]! : list; });
  const isFuture = address.page === "machine" || (address.page === "dominoes" && value(address, "show") === "futures");
  take(...(isFuture ? ["case", "policy"] : FRAME));
  const show = value(address, "show");
  switch (address.page) {
    case "loops":
      take("firm", "via", "window");
      return { verb: "loops", query: { ...query, show: show ?? "loop" } };
    case "machine":
      take("scenario", "set", "against", "seed");
      return { verb: "simulate", query };
    case "dominoes":
      return { verb: "stress", query: { ...query, ...dominoes(address, usualShock) } };
    case "gauges":
      return { verb: "gauges", query };
    case "ledger":
      take("q");
      return { verb: "ledger", query: { ...query, show: show! } };
    case "report":
      return { verb: "report", query: { ...query, page: value(address, "section")! } };
    default:
      return { verb: "verdict", query };
  }
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export function inTheTerminal(address: Address, language: Language, usualShock?: string): string {
  const { verb, query } = questionOf(address, usualShock);
  const words = ["perpetuum", verb];
  if (verb === "ledger" && typeof query.show === "string") {
    // The terminal has commands for some of these; the rest are tables of the page.
    if (["audit", "gaps", "find"].includes(query.show)) words.push(query.show);
    if (query.show === "find" && typeof query.q === "string") words.push(quoted(query.q));
  }
  for (const [key, given] of Object.entries(query)) {
    if (verb === "ledger" && (key === "show" || key === "q")) continue;
    for (const one of typeof given === "string" ? [given] : given) words.push(`--${key}`, quoted(one));
  }
  if (language === "zh") words.push("--lang", "zh");
  return words.join(" ");
}
