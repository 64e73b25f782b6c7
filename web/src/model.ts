/** The shapes of answers that pages draw: blocks of the report, cascades, futures. */
import type { Stage } from "./state/url";

export interface Text { en: string; zh: string }
export interface Source { id: string; title: string; publisher: string | null; kind: string; tier: number; url: string | null; published: string | null; through: string | null }
export interface Claim {
  id: string; subject: string; attribute: string;
  says: { value: number; unit: string; bound: string; says: string };
  stage?: Stage; status?: string; period?: string; known_from: string; name?: Text; reading?: string; definition?: string;
  derivation?: string; assumed_days?: number; note?: string; at?: string; where?: string; source: Source;
}
export interface Figure { chosen: Claim; others: Claim[]; because: Text | null; disputed: boolean }
/** A claim, a figure with the claims it overruled, or the id of a claim that stands in `claims` of the answer. */
export type Evidence = readonly (Claim | Figure | string)[];

export interface Cell { text: Text; evidence: Evidence; href: string | null; tone: "plain" | "strong" | "muted" | "unknown"; stage: Stage | null; small: Text | null }
export type Money = "end_users" | "outside" | "recycled" | "unknown";
export type Light = "running" | "watch" | "alarm" | "unknown";
export type Loss = "owed" | "owned" | "revenue" | "funding";

export interface Title { text: Text; level: 1 | 2 | 3; anchor: string | null }
export interface Paragraph { text: Text; evidence: Evidence; style: "lead" | "plain" | "note"; rests: unknown }
export interface Points { sentences: Paragraph[] }
export interface Column { text: Text; align: "left" | "right"; wide: boolean }
export interface Table { columns: Column[]; rows: Cell[][]; caption: Text | null; empty: Text | null; dense: boolean; stacks: boolean }
export interface Stack { name: Text; parts: [Money, number][]; remark: Cell; whole: Cell }
export interface Stacks { rows: Stack[]; caption: Text }
export interface Band { payer: string; payee: string; amount: number | null; parts: [Money, number][]; label: Cell; note: Text | null }
export interface Ring { stage: Stage; firms: [string, Text, string][]; bands: Band[]; widest: number; title: Text; share: Cell; lines: Cell[]; sentence: Paragraph | null }
export interface Rings { rings: Ring[]; caption: Text }
export interface Domino { id: string; name: Text; role: string; round: number; column: number; lost: Cell; left: number | null; remark: Cell }
export interface Push { giver: string; taker: string; amount: number; channel: Loss }
export interface Dominoes { dominoes: Domino[]; pushes: Push[]; columns: Text[]; caption: Text; more: Text | null }
export interface Line { points: [string, number][]; alt: Text; lights: Light[] }
export interface Card { title: Text; part: Text; value: Cell; light: Light; lines: Cell[]; chart: Line | null; details: Fold | null; is_open: boolean }
export interface Cards { cards: Card[] }
export interface Tally { title: Text; quarters: Text[]; counts: number[][]; alt: Text }
export interface Tallies { tallies: Tally[]; caption: Text }
export interface Curves { title: Text; times: number[]; lines: [Text, "solid" | "dashed" | "dotted", number[]][]; band: [number[], number[]]; dots: [number, number][]; hollow: [number, number][]; now: number; ticks: [number, Text][]; marks: [number, Text][]; alt: Text; caption: Text }
export interface Fold { summary: Text; blocks: Block[] }
export type Block = Title | Paragraph | Points | Table | Stacks | Rings | Dominoes | Cards | Tallies | Curves | Fold;
export interface ReportPage { id: string; title: Text; blocks: Block[] }

export interface Sentence { id: string; sentence: Text; knowledge: string; model: string | null; evidence: Evidence }
export interface Told { value: number | string | null; text: Text; who: Text | null; period: string; stage: Stage | null; known_since: string | null; evidence: Evidence }
export interface Row { id: string; then: Told | null; now: Told | null; comparable: "yes" | "care" | "no"; because: Text }
export interface Range { part: string; firms: string[]; stage: Stage; at: string; asof: string; window: string; receipts: number; untraced: number; kinds: { kind: Money; least: number; most: number }[] }
export interface Verdict {
  sentences: Record<string, Sentence[]>; ranges: Range[]; claims: Record<string, Claim>;
  then_and_now: { then: { name: Text; at: string; asof: string; missing: Text | null } | null; rows: Row[] } | null;
}

export interface Hop { payer: string; payee: string; legs: string[]; unknown: string[]; amount: number | null; status: string; undated: number }
export interface Share { value: number | null; low: number | null; high: number | null; not_traced: number | null; window: string; because: Text | null }
export interface LoopAtStage { firms: string[]; hops: Hop[]; shares: Record<"burn" | "pooled", Share>; boomerang: Record<string, number | null>; makeup: Record<string, number>[]; window: string }
export interface Inventory { window: string; loops: { firms: string[]; hops: Hop[]; status: string; weight: number | null; bottleneck: number | null }[] }

export interface Losses { own: number; owed: number; owned: number; revenue: number; funding: number; costs: number }
export interface Cascade {
  shock: string; status: string; unique: string; error_bound: number | null; view: string; basis: string; horizon: number;
  falls: { firm: string; round: number; owes: number; pays: number }[];
  firms: { firm: string; round_of_default: number; equity_is_known: boolean; equity_before: number | null; equity: number | null; loss: Losses; total: number; low: number; high: number }[];
  rounds: { round: number; loss: Record<string, Losses> }[];
  paths: { firms: string[]; amount: number }[];
}

export interface BandSeries { unit: string; name: Text; central: number[]; mean: number[]; quantiles: number[][]; sampling_error: number[][] }
export interface Stated { address: string; value: number; unit: string; says: Text; low: number | null; high: number | null; basis: string; because: Text; source: string | null }
export interface Simulation {
  quarters: string[]; levels: number[]; series: Record<string, Record<string, BandSeries>>; status: Record<string, Record<string, number>>;
  assumed: Stated[]; sourced: Stated[]; partial: boolean;
  told?: { chances: Text[] };
  facts: {
    engine: string | null; chances: { scenario: string; by: string; share: number; error: number }[];
    falls: { share: number; median: string | null; firms: { firm: string; share: number }[]; looked_at: number } | null;
  };
  drivers: { engine: string; until: string; unit: string; central: number; rows: { addresses: string[]; says: Text; unit: string; low: number[]; high: number[]; at_low: number; at_high: number }[] } | null;
}
export interface Statement { statement: { id: string; what: Text; printed: Said; public: Said; verdict: string; explanation: Text; as_of: string | null; quote: string | null; url: string | null } }
export interface Said { value: string | null; unit: string | null; words: Text | null }
export interface Entity { id: string; name: Text; roles: string[] }
export interface Found { what: string; id: string; deal: { name: Text } | null; entity: Entity | null; claims: Claim[] }
export interface About {
  id: string; name: Text; scenarios: Scenario[]; shocks: string[]; strikes: string[]; firms: string[]; loop: string[]; dates: { id: string; on: string; name: Text }[];
  machine: { engines: string[] } | null; credits: Text[];
}
export interface Rows<R> { rows: R[]; total: number; page: number; pages: number }
export interface Amount { value: number; text: Text; claim: string; others: number; disputed: boolean; because: Text | null }
export interface DealLeg { id: string; kind: string; payer: string; payee: string; amounts: Partial<Record<Stage, Amount>>; from: string | null; until: string | null; is_current: boolean; retired_by: string | null; known_from: string }
export interface DealRow { id: string; name: Text; story: Text | null; firms: string[]; kinds: string[]; known_from: string; legs: DealLeg[]; events: { event: string; on: string; leg: string | null; note: string | null }[] }
export interface SourceRow { id: string; title: string; publisher: string | null; kind: string; tier: number; url: string | null; published: string | null; claims: number; deals: string[]; firms: string[] }
export interface Change { moved: "world" | "learned"; on: string; deal: string | null; name: Text | null; firms: string[]; claim: (Claim & { text: Text }) | null; event: { event: string; on: string } | null }
export interface Scenario { id: string; name: Text; about: Text | null }

export interface Origin { case: string; case_hash: string; at: string; asof: string; policy: string; version: string; draws?: number; seed?: number; stage?: string }
export interface Answer<R> { schema: string; origin: Origin; result: R; problems: unknown[] }
