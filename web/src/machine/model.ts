/** What only the machine page draws: marks, single futures, reported numbers, the books of a quarter. */
import type { Answer, BandSeries, Evidence, Simulation, Text } from "../model";

export type Question = Record<string, string | readonly string[]>;
export interface Path { draw: number; status: string; series: Record<string, (number | null)[]> }
export interface Part extends Pick<Simulation, "quarters" | "levels" | "series" | "status"> { futures?: Path[] }
export interface Mark { event: string; quarter: string; firms: string[]; text: Text }
export interface Whole extends Simulation { marks: Mark[] }

export interface ReportedRow { quarter: string; value: number; text: Text; evidence: Evidence }
export interface Reported { outcome: string; first: string; rows: ReportedRow[] }

export interface Amount { value: number; text: Text }
export interface BookColumn { id: string; name: Text; members: string[] }
export interface BookRow { id: string; name: Text; cells: Amount[]; sum: Amount }
export interface BookLeg { kind: string; from: string; to: string; name: Text; value: number; text: Text }
export interface BookTable { caption: Text; columns: BookColumn[]; rows: BookRow[]; sums: Amount[]; expected: Amount[]; total: Amount; legs?: BookLeg[] }
export interface Books { at: string; quarters: string[]; draw: string; by: string; which: Text; flows: BookTable; sheet: BookTable; check: Text }

/** What stands in the picture: an answer, for which question, and whether it is the whole one. */
export interface Drawn { answer: Answer<Part>; question: Question; isRefined: boolean; seq: number; outcome: string }

export const ownSeries = <S extends Pick<Simulation, "series">>(one: S | undefined): Record<string, BandSeries> | undefined => (one ? one.series[Object.keys(one.series)[0]!] : undefined);
