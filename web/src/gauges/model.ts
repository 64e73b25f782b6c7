/** What `/api/gauges` gives for the page of the dials. */
import type { Block, Claim, Evidence, Light, Tallies, Text } from "../model";

export interface Edge { band: "watch" | "alarm"; at: number; text: Text; lasting: number }
export interface Needle { number: number | null; band: Light; text: Text; claim: string | Claim | null }
export interface Shown {
  value: number | null; text: Text; band: Light; who: Text | null; quarter: string; period: Text; known_since: string | null;
  disputed: boolean; remark: Text | null; evidence: Evidence; href: string | null; basis: "reported" | "estimated";
}
export interface PastPoint extends Shown { number: number | null; number_text: Text | null; edges: Edge[] }
export interface Dial {
  id: string; number: number; part: string; name: Text; unit: string; formula: Text; rule: Text; because: Text;
  status: "proposal" | "back-tested"; worse: "high" | "low"; lead: "leads" | "coincident" | "unknown"; whole: "sum" | "widest" | "single";
  votes: boolean; max_age: number; article: Text | null;
  scale: { of: Text | null; unit: string; watch: number | null; alarm: number | null; end: number | null; in_steps: boolean; lasting: [number, number] } | null;
  band: Light; why: Text; is_old: boolean; shown: Shown | null; trend: "rising" | "falling" | "flat" | "unknown"; age: number | null;
  edges: Edge[]; needles: Needle[]; spark: [string, number, Light][];
}
export interface Opened extends Dial {
  history: PastPoint[]; beside: { name: Text; text: Text; band: Light | null; evidence: Evidence; href: string | null }[]; notes: Text[];
  firms: Shown[]; missing: Text[]; members: Text | null;
  base_rate: { all: number; ended: number; says: Text; episodes: { who: Text; began: Text; came: Text; ended: boolean; url: string | null; came_url: string | null }[] };
}
export interface Part { part: string; bands: Record<Light, string[]> }
export interface Board<D = Dial> {
  quarter: string; count: Text | null; is_empty: boolean; missing: Text | null; parts: Part[]; dials: D[]; claims: Record<string, Claim>;
}
export interface Vote { quarter: string; asof: string | null; bands: [string, Light][] }
export interface Votes { then: Vote[]; hindsight: Vote[]; pictures: Tallies }
export interface Choice { id: string; name: Text; technology?: string }
export interface Spread {
  missing: Text | null; share?: number; choices?: Record<"technology" | "population" | "launch" | "curve", Choice[]>;
  growth?: Block[]; years?: Block[]; article?: Block[];
}
export interface Bubble { missing: Text | null; blocks: Block[] }

export const LIGHTS: readonly Light[] = ["running", "watch", "alarm", "unknown"];
/** The mark of a band beside its word: none for running. */
export const MARK: Record<Light, string> = { running: "", watch: "△ ", alarm: "▲ ", unknown: "– " };
