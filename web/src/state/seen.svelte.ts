/** The origin of the newest answer, for the frame: case hash, date, version. */
import type { Answer, Origin } from "../model";

let newest = $state.raw<Origin>();
export const seen = { get origin(): Origin | undefined { return newest; } };
export const see = (answer: Answer<unknown>): void => void (newest = answer.origin ?? newest);
