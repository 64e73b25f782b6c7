/** A loop as the server measures it, made ready for the same picture as the loops of the report. */
import { partsOf } from "../draw/makeup";
import type { Cell, Hop, LoopAtStage, Ring, Text } from "../model";
import { money, share } from "./format";
import { STAGES, type Stage } from "./url";

type Words = (key: string) => Text;
const cell = (text: Text, more: Partial<Cell> = {}): Cell => ({ text, evidence: [], href: null, tone: "plain", stage: null, small: null, ...more });
const both = (write: (language: "en" | "zh") => string): Text => ({ en: write("en"), zh: write("zh") });

const filled = (text: Text, amount: number): Text => both((l) => text[l].replace("{amount}", money(amount, l)));

/** Three different absences stay three different words: nothing, unknown, and an amount that is only the least. */
function labelOf(hop: Hop, stage: Stage, words: Words): Cell {
  if (hop.status === "unknown" || hop.amount === null) return cell(words("unknown"), { tone: "unknown", stage });
  if (hop.status === "nothing") return cell(words("nothing"), { tone: "muted", stage });
  const amount = hop.unknown.length ? filled(words("at_least"), hop.amount) : both((l) => money(hop.amount!, l));
  return cell(amount, { stage });
}

export function ringsOf(stages: Partial<Record<Stage, LoopAtStage>>, name: (id: string) => Text, role: (id: string) => string, words: Words): Ring[] {
  const widest = Math.max(...STAGES.flatMap((each) => stages[each]?.hops.map((hop) => hop.amount ?? 0) ?? []), 1);
  return STAGES.flatMap((stage) => {
    const loop = stages[stage];
    if (!loop) return [];
    const found = loop.shares.burn;
    const isKnown = found.value !== null;
    const bounds = found.low !== null && found.high !== null ? both((l) => `${share(found.low!, l)} – ${share(found.high!, l)}`) : words("unknown");
    const traced = found.not_traced === null ? bounds : both((l) => `[${bounds[l]}]${l === "en" ? ", " : "，"}${share(found.not_traced!, l)} ${words("money.unknown")[l]}`);
    return [{
      stage,
      firms: loop.firms.map((id) => [id, name(id), role(id)] as [string, Text, string]),
      bands: loop.hops.map((hop, n) => ({
        payer: hop.payer, payee: hop.payee, parts: partsOf(loop.makeup[n]),
        amount: hop.status === "moved" ? hop.amount : hop.status === "nothing" ? 0 : null,
        note: hop.undated > 0 ? filled(words("undated"), hop.undated) : null,
        label: labelOf(hop, stage, words),
      })),
      widest, title: words(`mark.${stage}`), sentence: null, lines: [],
      share: isKnown ? cell(both((l) => share(found.value!, l)), { stage, tone: (found.not_traced ?? 0) > 1 / 3 ? "muted" : "plain", small: traced }) : cell(words("unknown"), { tone: "unknown", stage, small: found.because }),
    }];
  });
}
