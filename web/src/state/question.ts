/** The question whose answer a page draws, in the words of the terminal and of the API. */
import { questionOf as dominoes } from "../dominoes/asked";
import { value, values, type Address, type Language } from "./url";

export type Question = { verb: string; query: Record<string, string | readonly string[]> };

export const FRAME = ["case", "at", "asof", "policy"];

const report = (query: Question["query"], page: string): Question => ({ verb: "report", query: { ...Object.fromEntries(FRAME.flatMap((key) => (query[key] === undefined ? [] : [[key, query[key]]]))), page } });

export function questionOf(address: Address, usualShock?: string): Question {
  const query: Record<string, string | readonly string[]> = {};
  const take = (...keys: string[]) => keys.forEach((key) => { const list = values(address, key); if (list.length) query[key] = list.length === 1 ? list[0]! : list; });
  const isFuture = address.page === "machine" || (address.page === "dominoes" && value(address, "show") === "futures");
  take(...(isFuture ? ["case", "policy"] : FRAME));
  const show = value(address, "show");
  switch (address.page) {
    case "loops":
      take("firm", "via", "window", "rule", "view", "counts", "broad");
      // The table of all firms has no verb of its own: it stands in the rings.
      return { verb: "loops", query: { ...query, show: show === "origin" && !query.firm ? "rings" : (show ?? "loop") } };
    case "machine":
      take("scenario", "set", "against", "seed");
      // The terminal sets one other scenario against the first.
      if (typeof query.against === "object") query.against = query.against[0]!;
      return { verb: "simulate", query };
    case "dominoes":
      return { verb: "stress", query: { ...query, ...dominoes(address, usualShock) } };
    case "gauges":
      if (show === "adoption") take("technology", "population", "launch", "curve", "share");
      if (show === "dials" || !show) take("gauge");
      return { verb: "gauges", query: show && show !== "dials" ? { ...query, show } : query };
    case "history":
      take("beside");
      return { verb: "verdict", query };
    case "ledger": {
      take("q", "firm", "kind", "family", "status", "least", "since");
      const [has, deal] = [value(address, "has"), value(address, "deal")];
      if (show === "deals" && deal) return { verb: "ledger", query: { ...query, show: "deal", name: deal } };
      const table = { claims: "disagreements", bring: "case", find: query.q ? "find" : "summary" }[show!] ?? show!;
      return { verb: "ledger", query: { ...query, ...(has ? { stage: has } : {}), show: table } };
    }
    case "report":
      return report(query, value(address, "section")!);
    default:
      return { verb: "verdict", query };
  }
}

/** All that was said under one word. */
export const listed = (given: string | readonly string[] | undefined): readonly string[] => (given === undefined ? [] : typeof given === "string" ? [given] : given);
