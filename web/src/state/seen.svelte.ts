/** The origin of the newest answer, for the frame: case hash, date, version. */
import type { Answer, Origin } from "../model";

export const seen = $state<{ origin: Origin | undefined }>({ origin: undefined });
export const see = (answer: Answer<unknown>): void => void (seen.origin = answer.origin ?? seen.origin);
