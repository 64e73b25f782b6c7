/** The only door to the server: `/api/<verb>`, the object that `perpetuum <verb> --json` prints. */
import { readEvents, type Sent } from "./machine/events";
import type { Answer, Text } from "./model";

export interface Problem { title?: Text | string; detail?: Text | string; repair?: Text | string; status?: number }
export class Refused extends Error {
  constructor(readonly status: number, readonly problem: Problem) {
    super(`refused with ${status}`);
  }
}
export class Gone extends Error {}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export function addressOf(verb: string, query: Query): string {
  const text = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of value === undefined ? [] : typeof value === "string" ? [value] : value) text.append(key, one);
  }
  return `api/${verb}${text.size ? `?${text}` : ""}`;
}

const kept = new Map<string, Promise<unknown>>();
const KEEP = 40;

/** Ask; the same question again is answered from memory as long as it is among the last forty. */
export function ask<R>(verb: string, query: Query): Promise<Answer<R>> {
  const address = addressOf(verb, query);
  const known = kept.get(address) as Promise<Answer<R>> | undefined;
  if (known) return known;
  const answer = get<R>(address, {});
  kept.set(address, answer);
  answer.catch(() => kept.delete(address));
  if (kept.size > KEEP) kept.delete(kept.keys().next().value!);
  return answer;
}

/** Ask what changes while it is asked: nothing is remembered. */
export function askNow<R>(verb: string, query: Query, signal: AbortSignal): Promise<Answer<R>> {
  return get<R>(addressOf(verb, query), { signal });
}

// Every page that is open counts for itself: two visitors, or one who loads again, must not overtake each other.
const HERE = Array.from(crypto.getRandomValues(new Uint32Array(2)), (one) => one.toString(36)).join("");

/** Ask as one view that counts its requests, so that the server can drop what is overtaken. */
export function askLive<R>(verb: string, query: Query, view: string, seq: number, signal: AbortSignal): Promise<Answer<R>> {
  return get<R>(addressOf(verb, query), { signal, headers: { "X-View": `${view}-${HERE}`, "X-Seq": String(seq) } });
}

async function get<R>(address: string, how: RequestInit): Promise<Answer<R>> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...how });
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw new Gone();
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok) throw new Refused(response.status, type.includes("json") ? ((await response.json()) as Problem) : {});
  return (await response.json()) as Answer<R>;
}

/** Follow what the server tells as it happens; ends when it has nothing more to tell, or when it is stopped. */
export async function follow(address: string, told: (sent: Sent) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch(`api/${address}`, { credentials: "same-origin", signal });
  if (!response.ok || !response.body) throw new Refused(response.status, {});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const { events, rest } = readEvents(waiting + value);
    waiting = rest;
    events.forEach(told);
  }
}

/** End what was asked for; sent even while the page is being left. */
export function end(address: string): void {
  void fetch(`api/${address}`, { method: "DELETE", credentials: "same-origin", keepalive: true }).catch(() => undefined);
}
