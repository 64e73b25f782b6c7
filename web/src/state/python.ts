/** The same view in Python: the lines that give the object which the page draws. */
import { listed, questionOf, type Question } from "./question";
import type { Address } from "./url";

type Given = string | readonly string[];
const text = (given: Given): string => JSON.stringify(listed(given)[0]);
const tuple = (given: Given): string => `(${listed(given).map((one) => `${JSON.stringify(one)},`).join(" ")})`;
const whole = (given: Given): string => String(Number(listed(given)[0]));

const LOOPS = { window: "window", rule: "rule", view: "view", counts: "counts" };
const SHOCK = { size: "size", view: "view", basis: "basis", reverse: "reverse" };

export function inPython(address: Address, usualShock?: string): string {
  const { verb, query } = questionOf(address, usualShock);
  const given = (keys: Readonly<Record<string, string>>, write = text): string[] =>
    Object.entries(keys).flatMap(([key, name]) => (query[key] === undefined ? [] : [`${name}=${write(query[key])}`]));
  const imports = ["import perpetuum", "from perpetuum.report import verbs"];
  let call: string;
  switch (verb) {
    case "loops": {
      // The picture needs all three words, said or not.
      const picture = ["show", "firm", "via"].map((key) => `${key}=${query[key] === undefined ? "None" : text(query[key])}`);
      const how = [...picture, ...given(LOOPS), ...given({ broad: "broad" }, () => "True")];
      call = `verbs.loops(ledger, asked, verbs.stages_of("all"), verbs.about_loops(${how.join(", ")}))`;
      break;
    }
    case "stress": {
      imports.push("from perpetuum.report.views.stressed import Question");
      const how = [...given({ shock: "shocks", channel: "channels" }, tuple), ...given(SHOCK), ...given({ horizon: "horizon" }, whole)];
      const futures = [...given({ scenario: "scenario", "at-quarter": "at" }), ...given({ draws: "draws" }, whole)];
      const verbOf = futures.length ? "stress_futures" : "stress";
      const rest = futures.length ? `, dict(${futures.join(", ")})` : "";
      call = `verbs.${verbOf}(ledger, asked, ${text(query.stage ?? "signed")}, Question(${how.join(", ")})${rest})`;
      break;
    }
    case "simulate": {
      imports.splice(1, 1, "from perpetuum.report.machine_question import Question", "from perpetuum.report.machine_verb import simulate");
      const how = [...given({ scenario: "scenario", against: "against" }), ...given({ set: "sets" }, tuple), ...given({ seed: "seed" }, whole)];
      return [...imports, "", ledger(query), `print(simulate(${["ledger", `Question(${how.join(", ")})`, ...given({ policy: "policy" })].join(", ")}).result)`].join("\n");
    }
    case "report":
      call = `verbs.report(ledger, asked, page=${text(query.page!)}).told`;
      break;
    case "gauges": {
      const spread = [...given({ technology: "technology", population: "population", launch: "launch", curve: "curve" }), ...given({ share: "share" }, whole)];
      const how = query.show === "adoption" ? spread : query.show === "bubble" ? [] : given({ gauge: "gauge" });
      call = `verbs.${query.show ?? "gauges"}(${["ledger", "asked", ...how].join(", ")})`;
      break;
    }
    case "ledger":
      call = aboutTheLedger(query, imports, given);
      break;
    default:
      call = `verbs.${verb}(${["ledger", "asked", ...given({ beside: "beside" })].join(", ")})`;
  }
  const asked = given({ at: "at", asof: "asof", policy: "policy" });
  return [...imports, "", ledger(query), `asked = verbs.Asked(${asked.join(", ")})`, `print(${call}.answer())`].join("\n");
}

type Write = (keys: Readonly<Record<string, string>>, write?: (given: Given) => string) => string[];
const MODULES: Readonly<Record<string, string>> = { deal: "ledger_deal", disagreements: "ledger_sides" };

function aboutTheLedger(query: Question["query"], imports: string[], given: Write): string {
  const { show, q, name } = query;
  if (show === "audit" || show === "gaps") return `verbs.${show}(ledger, asked)`;
  if (show === "summary") return 'verbs.summary(ledger, asked, verbs.stages_of("all"))';
  if (show === "find") return `verbs.find(ledger, ${text(q!)}, asked)`;
  const module = MODULES[String(show)] ?? "ledger_tables";
  imports.splice(1, 1, `from perpetuum.report import ${[...new Set([module, ...(show === "deal" || show === "case" ? [] : ["ledger_tables"]), "verbs"])].sort().join(", ")}`);
  if (show === "deal") return `ledger_deal.opened(ledger, ${text(name!)}, asked)`;
  if (show === "case") return "ledger_tables.about(ledger, asked)";
  const page = `ledger_tables.Page(${[...given({ q: "q", firm: "firm", kind: "kind", family: "family", stage: "stage", status: "status", since: "since" }), ...given({ least: "least" }, whole)].join(", ")})`;
  return show === "disagreements" ? `ledger_sides.disagreements(ledger, asked, ${page})` : `ledger_tables.table(ledger, ${text(show ?? "deals")}, asked, ${page})`;
}

const ledger = (query: Question["query"]): string => `ledger = perpetuum.load(${text(query.case ?? "ai")})`;
