/** What `loops` answers, with the words the server finished. */
import type { Cell, Claim, Hop, Inventory, LoopAtStage, Money, Rings, Table, Text } from "../model";
import type { Stage } from "../state/url";

export type Rule = "burn" | "pooled";
export interface Strip { through: Cell; lost: Cell; boomerang: Cell; throughput: Cell }
export type OneLoop = Partial<Record<Stage, LoopAtStage & { strip: Strip }>> & { picture: Rings; legs: Table; versions: { on: string; text: Text }[] };
export interface LoopWords { carries: Text; tightest: Text; active: Text }
export interface OriginRow { origin: string; name: Text; money: Money; share: number; text: Text; amount: Text; bounds: Text }
export interface Origins {
  name: Text; whole: Text; rows: Record<Rule, OriginRow[]>; shown: Record<Rule, Cell>; sentence: Text; gap: Text;
  boomerang: Record<Rule, Text>; still_out: Record<Rule, Text>; evidence: string[];
}
export interface Link { column: number; payer: string; payee: string; usd: number; parts: [Money, number][]; text: Text; sentence: Text }
export interface Unrolled { firm: string; columns: Text[]; rows: { id: string; name: Text; kind: string }[]; links: Link[]; widest: number }
export interface Measured extends Inventory {
  words: Record<string, Text>; alerts_told: { sentence: Text; threshold: Text }[]; unfunded: Text[]; loops_told: LoopWords[];
  origins_told?: Record<string, Origins>; claims?: Record<string, Claim>; unrolled?: Unrolled;
}
export type Stages = Partial<Record<Stage, Measured>>;
export type { Hop };
