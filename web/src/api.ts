/** The only door to the server: `/api/<verb>`, the object that `perpetuum <verb> --json` prints. */
import type { Answer, Text } from "./model";

export interface Fault { where: string; path: string; what: Text; repair: Text; severity: "error" | "warning" }
export interface Problem { title?: Text | string; detail?: Text | string; repair?: Text | string; status?: number; where?: string; problems?: readonly Fault[] }
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

async function get<R>(address: string, how: RequestInit, isAgain = false): Promise<Answer<R>> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...how });
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw new Gone();
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (response.ok) return (await response.json()) as Answer<R>;
  const problem = type.includes("json") ? ((await response.json()) as Problem) : {};
  const lost = response.status === 404 && problem.where === "case" ? new URLSearchParams(address.split("?")[1]).get("case") : null;
  if (lost && !isAgain && (await sentAgain(lost))) return get<R>(address, how, true);
  throw new Refused(response.status, problem);
}

export interface Brought { case: string; name: Text; case_hash: string }

/** The cases brought in this tab, to be sent again to a server that was started anew. They end with the tab. */
const brought = new Map<string, Uint8Array<ArrayBuffer>>();
const sending = new Map<string, Promise<boolean>>();

/** Bring a case as a zip; what comes back holds its name, or is refused with all its problems. */
export async function bring(zip: Uint8Array<ArrayBuffer>): Promise<Answer<Brought>> {
  const answer = await get<Brought>("api/ledger/case", { method: "POST", body: zip, headers: { "Content-Type": "application/zip" } });
  brought.set(answer.result.case, zip);
  return answer;
}

function sentAgain(name: string): Promise<boolean> {
  const zip = brought.get(name);
  if (!zip) return Promise.resolve(false);
  const now = sending.get(name) ?? bring(zip).then(() => true, () => false).finally(() => sending.delete(name));
  sending.set(name, now);
  return now;
}
