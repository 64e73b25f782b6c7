/** What `stress` tells a page: finished words and sums of one cascade. */
import type { Block, Claim, Fold, Points, Table, Text } from "../model";

export const CHANNELS = ["own", "owed", "owned", "revenue", "funding", "costs"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Cost { channel: Channel; partner: string | null; amount: number; text: Text; says: Text; evidence: string[] }
export interface Hurt {
  firm: string; name: Text; role: string; round: number; amount: number; lost: Text; range: Text | null; left: number | null; remark: Text;
  evidence: string[]; channels: Record<Channel, number>; by: Cost[];
}
export interface Move { giver: string | null; taker: string; channel: Channel; amount: number; text: Text; says: Text }
export interface Round {
  round: number; title: Text; falls: string[]; says: Text[]; moves: Move[];
  firms: Record<string, { left: number | null; amount: number; lost: Text }>;
  channels: { channel: Channel; amount: number; text: Text }[]; contingent: { amount: number; text: Text }; amount: number; total: Text;
}
export interface Option { id: string; name: Text; paper: string; parameters: { name: string; value: number; usual: number; says: Text }[] }
export interface Valued { channel: Channel; said: string; id: string; name: Text; paper: string; is_usual: boolean; options: Option[] }
export interface Named { id: string; name: Text }
export interface Choices {
  firms: (Named & { is_known: boolean })[]; demand: string[]; price: string[]; withdraws: Named[]; cancelled: Named[]; called: Named[]; named: Named[];
}
export interface Told {
  asked: Text; answer: Text; frame: Text; remarks: Text[]; firms: Hurt[]; rounds: Round[]; paths: { text: Text; amount: Text }[]; ends: Points;
  channels: Valued[]; solutions: { says: Text; firms: { name: Text; greatest: Text; least: Text }[] } | null;
  guarantees: Table; left_out: Fold; unknown: Text | null; choices: Choices; claims: Record<string, Claim>; held?: Block[];
}
export interface Stressed { told: Told }
export interface InBlocks { told: { blocks: Block[]; push?: { shock: string; size: string } | null } }
