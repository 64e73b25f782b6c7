/** A loop as the server measures it, made ready for the same picture as the loops of the report. */
import { partsOf } from "../draw/makeup";
import type { Cell, LoopAtStage, Ring, Text } from "../model";
import { money, share } from "./format";
import { STAGES, type Stage } from "./url";

type Words = (key: string) => Text;
const cell = (text: Text, more: Partial<Cell> = {}): Cell => ({ text, evidence: [], href: null, tone: "plain", stage: null, small: null, ...more });
const both = (write: (language: "en" | "zh") => string): Text => ({ en: write("en"), zh: write("zh") });

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
        payer: hop.payer, payee: hop.payee, amount: hop.amount, parts: partsOf(loop.makeup[n]), note: null,
        label: hop.amount === null ? cell(words("unknown"), { tone: "unknown", stage }) : cell(both((l) => money(hop.amount!, l)), { stage }),
      })),
      widest, title: words(`mark.${stage}`), sentence: null, lines: [],
      share: isKnown ? cell(both((l) => share(found.value!, l)), { stage, tone: (found.not_traced ?? 0) > 1 / 3 ? "muted" : "plain", small: traced }) : cell(words("unknown"), { tone: "unknown", stage, small: found.because }),
    }];
  });
}
