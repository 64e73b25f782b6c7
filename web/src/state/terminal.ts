/** The same view in the terminal: the command that gives the numbers on the screen. */
import { FRAME, listed, questionOf } from "./question";
import { isBrought, type Address, type Language } from "./url";

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Words after the verb; nothing where the terminal has no such command, for some tables are the page's own. */
function part(verb: string, { show, q, name }: Readonly<Record<string, string | readonly string[] | undefined>>): string[] | undefined {
  if (verb === "gauges") return typeof show === "string" ? [show, ...(show === "bubble" ? ["prices.csv"] : [])] : [];
  if (verb !== "ledger") return [];
  if (show === "audit" || show === "gaps") return [show];
  if (show === "find" && typeof q === "string") return ["find", quoted(q)];
  if (show === "deal" && typeof name === "string") return ["chain", quoted(name)];
  return show === "summary" ? [] : undefined;
}

/** The command; nothing where there is none. */
export function inTheTerminal(address: Address, language: Language, usualShock?: string): string | undefined {
  const { verb, query } = questionOf(address, usualShock);
  const after = part(verb, query);
  if (!after) return undefined;
  const words = ["perpetuum", verb, ...after];
  for (const [key, given] of Object.entries(query)) {
    if (verb === "ledger" && !FRAME.includes(key)) continue;
    if (verb === "gauges" && (key === "show" || query.show === "bubble")) continue;
    if (key === "broad") words.push("--broad");
    // The terminal knows a case that was brought by its folder.
    else for (const one of listed(given)) words.push(`--${key}`, key === "case" && isBrought(one) ? "my-case" : quoted(one));
  }
  if (language === "zh") words.push("--lang", "zh");
  return words.join(" ");
}
