/** The same view in the terminal, and the question whose answer the page draws. */
import { value, values, type Address, type Language } from "./url";

type Question = { verb: string; query: Record<string, string | readonly string[]> };

const FRAME = ["case", "at", "asof", "policy"];

export function questionOf(address: Address): Question {
  const query: Record<string, string | readonly string[]> = {};
  const take = (...keys: string[]) => keys.forEach((key) => { const list = values(address, key); if (list.length) query[key] = list.length === 1 ? list[0]! : list; });
  take(...(address.page === "machine" ? ["case", "policy"] : FRAME));
  const show = value(address, "show");
  switch (address.page) {
    case "loops":
      take("firm", "via", "window");
      return { verb: "loops", query: { ...query, show: show ?? "loop" } };
    case "machine":
      take("scenario", "set", "against", "seed");
      // The terminal sets one other scenario against the first.
      if (typeof query.against === "object") query.against = query.against[0]!;
      return { verb: "simulate", query };
    case "dominoes":
      take("shock", "size");
      return { verb: "stress", query };
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

export function inTheTerminal(address: Address, language: Language): string {
  const { verb, query } = questionOf(address);
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
  if (verb === "loops" || verb === "stress") {
    const stage = value(address, "stage");
    if (verb === "stress" && values(address, "stage").length && stage) words.push("--stage", stage);
  }
  if (language === "zh") words.push("--lang", "zh");
  return words.join(" ");
}
