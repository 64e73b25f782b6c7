/** The same view in the terminal and in Python, and the question whose answer the page draws. */
import { questionOf as dominoes } from "../dominoes/asked";
import { value, values, type Address, type Language } from "./url";

type Question = { verb: string; query: Record<string, string | readonly string[]> };

const FRAME = ["case", "at", "asof", "policy"];

const report = (query: Question["query"], page: string): Question => {
  const { case: name, at, asof, policy } = query;
  return { verb: "report", query: { ...(name ? { case: name } : {}), ...(at ? { at } : {}), ...(asof ? { asof } : {}), ...(policy ? { policy } : {}), page } };
};

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

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
const listed = (given: string | readonly string[] | undefined): readonly string[] => (given === undefined ? [] : typeof given === "string" ? [given] : given);
const BROUGHT = /^[0-9a-f]{32}$/;
/** Parts of the ledger that the terminal has a command for; the rest are tables of the page. */
const COMMANDS = ["audit", "gaps"];

export function inTheTerminal(address: Address, language: Language, usualShock?: string): string {
  const { verb, query } = questionOf(address, usualShock);
  const words = ["perpetuum", verb];
  const { show, q, name } = query;
  if (verb === "ledger" && typeof show === "string" && COMMANDS.includes(show)) words.push(show);
  if (verb === "ledger" && show === "find" && typeof q === "string") words.push("find", quoted(q));
  if (verb === "ledger" && show === "deal" && typeof name === "string") words.push("chain", quoted(name));
  // A part of its own in the terminal, not an option.
  if (verb === "gauges" && typeof show === "string") words.push(show, ...(show === "bubble" ? ["prices.csv"] : []));
  for (const [key, given] of Object.entries(query)) {
    if (verb === "ledger" && !FRAME.includes(key)) continue;
    if (verb === "gauges" && (key === "show" || show === "bubble")) continue;
    if (key === "broad") { words.push("--broad"); continue; }
    // The terminal knows a case that was brought by its folder.
    for (const one of listed(given)) words.push(`--${key}`, key === "case" && BROUGHT.test(one) ? "my-case" : quoted(one));
  }
  if (language === "zh") words.push("--lang", "zh");
  return words.join(" ");
}

const text = (given: string | readonly string[]): string => JSON.stringify(listed(given)[0]);
const tuple = (given: string | readonly string[]): string => `(${listed(given).map((one) => `${JSON.stringify(one)},`).join(" ")})`;

/** The lines that give the object which the page draws. */
export function inPython(address: Address, usualShock?: string): string {
  const { verb, query } = questionOf(address, usualShock);
  const asked = ["at", "asof", "policy"].flatMap((key) => (query[key] === undefined ? [] : [`${key}=${text(query[key])}`]));
  const given = (keys: Readonly<Record<string, string>>, write = text): string[] =>
    Object.entries(keys).flatMap(([key, name]) => (query[key] === undefined ? [] : [`${name}=${write(query[key])}`]));
  const imports = ["import perpetuum", "from perpetuum.report import verbs"];
  let call: string;
  switch (verb) {
    case "loops":
      // The picture needs all three words, said or not.
      call = `verbs.loops(ledger, asked, verbs.stages_of("all"), verbs.about_loops(${["show", "firm", "via"].map((key) => `${key}=${query[key] === undefined ? "None" : text(query[key])}`).concat(given({ window: "window" })).join(", ")}))`;
      break;
    case "stress":
      imports.push("from perpetuum.report.views.stressed import Question");
      call = `verbs.stress(ledger, asked, "signed", Question(${[...given({ shock: "shocks" }, tuple), ...given({ size: "size" })].join(", ")}))`;
      break;
    case "simulate": {
      imports.splice(1, 1, "from perpetuum.report.machine_question import Question", "from perpetuum.report.machine_verb import simulate");
      const question = [...given({ scenario: "scenario", against: "against" }), ...given({ set: "sets" }, tuple), ...given({ seed: "seed" }, (one) => String(Number(listed(one)[0])))];
      return [...imports, "", ledger(query), `print(simulate(${["ledger", `Question(${question.join(", ")})`, ...given({ policy: "policy" })].join(", ")}).result)`].join("\n");
    }
    case "report":
      call = `verbs.report(ledger, asked, page=${text(query.page!)}).told`;
      break;
    case "ledger":
      if (query.show === "audit" || query.show === "gaps") call = `verbs.${query.show}(ledger, asked)`;
      else if (query.show === "find") call = query.q === undefined ? 'verbs.summary(ledger, asked, verbs.stages_of("all"))' : `verbs.find(ledger, ${text(query.q)}, asked)`;
      else {
        imports.splice(1, 1, "from perpetuum.report import ledger_tables, verbs");
        call = `ledger_tables.table(ledger, ${text(query.show ?? "deals")}, asked, ledger_tables.Page(${given({ q: "q" }).join(", ")}))`;
      }
      break;
    default:
      call = `verbs.${verb}(ledger, asked)`;
  }
  return [...imports, "", ledger(query), `asked = verbs.Asked(${asked.join(", ")})`, `print(${call}.answer())`].join("\n");
}

const ledger = (query: Question["query"]): string => `ledger = perpetuum.load(${text(query.case ?? "ai")})`;
