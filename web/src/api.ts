/** The only door to the server: `/api/<verb>`, the object that `perpetuum <verb> --json` prints. */
import type { Answer, Text } from "./model";

export interface Problem { title?: Text | string; detail?: Text | string; repair?: Text | string; status?: number; nearest?: string }
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

/** Ask as one view that counts its requests, so that the server can drop what is overtaken. */
export function askLive<R>(verb: string, query: Query, view: string, seq: number, signal: AbortSignal): Promise<Answer<R>> {
  return get<R>(addressOf(verb, query), { signal, headers: { "X-View": view, "X-Seq": String(seq) } });
}

/** Ask in the body of a request: what stands there is in no address, and nothing keeps the answer. */
export function post<R>(verb: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Answer<R>> {
  return get<R>(`api/${verb}`, { method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), cache: "no-store" });
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
