/** A token behind the address: traded for a session before anything is asked, and erased. */
import { Refused, enter } from "../api";

export const door = { isRefused: false };

export async function enterFromAddress(): Promise<void> {
  const token = /^#token=([\w-]{1,200})$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, "", location.pathname + location.search);
  // What is refused or lost here is told by the first question that is asked.
  await enter(token).catch((why: unknown) => { door.isRefused = why instanceof Refused; });
}
