/** The shapes of the ledger's own answers. */
import type { Amount, Claim, DealLeg, DealRow, Source, Text } from "../model";
import type { Stage } from "../state/url";

export type Mode = "replaces" | "cancels" | "adds" | "overlaps" | "disputes";
export interface Version extends DealLeg {
  amounts: Partial<Record<Stage, Amount & { unit: string }>>;
  reached: string; follows: { leg: string; mode: Mode } | null; statuses: string[];
  events: { event: string; day: string }[];
}
export interface Lane extends Omit<DealRow, "legs"> { legs: Version[]; largest: number | null; changed: string }
export interface Loosen { filter: string; rows: number }
export interface Paged<R> { rows: R[]; total: number; page: number; pages: number; loosen: Loosen[] }

export interface SaidClaim extends Claim { text: Text; verbatim: string; key: string; chosen: boolean; deal: string | null; period?: string }
export interface Sided { text: Text; because: Text; disputed: boolean; claims: SaidClaim[] }
export interface OpenedLeg {
  id: string; kind: Text; path: Text; follows: Text | null; reached: string; is_current: boolean; note: string | null;
  events: { text: Text; note: string | null; is_binding: boolean; source: Source | null }[];
  terms: { term: Text; text: Text }[];
  stages: { stage: Stage; figures: Sided[] }[];
}
export interface OpenedDeal { id: string; name: Text; where: string | null; legs: OpenedLeg[]; later: number }

export interface Disagreement extends Sided { id: string; name: Text; deal: string | null; firms: string[]; stage: Stage | null; period: string | null }
export interface Moved { id: string; name: Text; deal: string | null; stage: Stage | null; period: string | null; before: Text; after: Text; is_lost: boolean; evidence: Claim[] }
export interface Moves { rows: Moved[]; total: number; figures: number; sums: { stage: Stage; before: Text; after: Text; moves: boolean }[] }
export interface WithoutSource extends Moves { source: Source; claims: number; statements: { id: string; what: Text }[] }

export interface Judged {
  id: string; what: Text; quote: string | null; verdict: string; url: string | null; printed: Text; public: Text; as_of: string | null;
  proofs: Text[]; explanation: Text; subject: string | null; subject_name: Text;
  used: { leg: string; deal: string; name: Text; text: Text } | null;
}
export interface Audit { article: Source | null; tally: { verdict: string; count: number }[]; statements: Judged[]; legs: string[] }

export interface Hit { id: string; name: Text; small: Text | null; sign?: string | null; claim?: Claim }
export interface Search { q: string; groups: { group: string; total: number; rows: Hit[] }[] }
export interface Missing { gap: string; kind: string | null; rows: { name: Text; deal?: string; leg?: string; firm?: string; about?: Text; text?: Text }[]; total: number }
export interface DocumentRow { id: string; key: string; title: string; publisher: string | null; kind: string; tier: number; url: string | null; published: string | null; retrieved: string | null; through: string | null; hash: string | null; claims: number; deals: string[]; firms: string[] }
