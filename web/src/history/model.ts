/** What `/api/verdict?show=then` gives: two machines side by side. */
import type { Claim, Evidence, Text } from "../model";
import type { Stage } from "../state/url";

export type TurnId = "capex_peak" | "first_default" | "price_peak";
export interface Turn { id: TurnId; name: Text; status: "known" | "not_yet" | "unknown"; says: Text; quarter: string | null; evidence: Evidence; source: { title: string; url: string | null } | null }
export interface Fall { firm: Text; day: Text; on: string; quarter: string; sector: Text | null; remembered: boolean; source: { title: string; url: string | null } }
export interface Side { case: string; name: Text; at: string; asof: string; day: Text; known: Text; quarter: string; turns: Turn[]; falls: Fall[]; span: { first: string; last: string } }
export interface Cell { value: unknown; text: Text; who: Text | null; period: Text; stage: Stage | null; known_since: string | null; evidence: Evidence }
export interface Step { quarter: string; value: number; text: Text; who: Text | null }
export interface Row {
  id: string; name: Text; comparable: "yes" | "care" | "no"; because: Text; then: Cell | null; now: Cell | null; unit: string | null;
  lines: { then: Step[]; now: Step[] };
}
export interface Compared { missing: Text | null; count: Text | null; then: Side | null; now: Side; rows: Row[]; claims: Record<string, Claim> }
