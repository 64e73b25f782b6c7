/** The machine as wheels, as `loops?show=wheels` tells it. */
import type { Claim, Money, Sentence, Text } from "../model";
import type { Stage } from "../state/url";

export type Role = "fuel" | "gear" | "engine";
export interface Part { origin: string; money: Money; share: number; usd: number; name: Text; text: Text }
export interface Wheel { role: Role; receipts: number; text: Text; rim: Part[]; missing: Text[]; sentence: Text; evidence: string[] }
export interface Stream { payer: string; payee: string; how: "op" | "fin" | "back"; money: Money | null; usd: number; text: Text; sentence: Text; evidence: string[] }
export interface Period { label: string; text: Text; quarters: number; wheels: Wheel[]; streams: Stream[] }
export interface Machine {
  stage: Stage; step: string; rule: string; firms: Partial<Record<Role, Text[]>>; periods: Period[]; usual: string | null;
  largest: number; widest: number; unknown: number; caption: Text; none: Text | null;
}
export interface Wheels { stages: Partial<Record<Stage, Machine>>; lines: Sentence[]; how: Text; claims: Record<string, Claim> }
