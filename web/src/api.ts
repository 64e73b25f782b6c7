/** The only door to the server: `/api/<verb>`, the object that `perpetuum <verb> --json` prints. */
import { readEvents, type Sent } from "./machine/events";
import type { Answer, Text } from "./model";
import words from "virtual:words";
import { answerTo, exported, open, refusalOf, type Index } from "./state/answers";
import { connection } from "./state/connection.svelte";

export interface Fault { where: string; path: string; what: Text; repair: Text; severity: "error" | "warning" }
export interface Problem { title?: Text | string; detail?: Text | string; repair?: Text | string; status?: number; retry?: number; where?: string; nearest?: string; problems?: readonly Fault[] }
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

/** Where an answer or a file can be had; nothing if these pages are an export that does not hold it. */
export const fileOf = (verb: string, query: Query): string | undefined => (exported === undefined ? addressOf(verb, query) : answerTo(verb, query));

/** Of an export: learn which answers lie beside the pages. */
export async function openExport(): Promise<void> {
  if (exported !== undefined) open((await (await reach("answers/index.json", {})).json()) as Index);
}

/** What an export cannot answer is no error: it needs the app. */
const NEEDS_APP = 501;
function saved(address: string, how: RequestInit): string {
  const [verb, query] = address.replace(/^api\//, "").split("?") as [string, string | undefined];
  const asked: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(query)) (asked[key] ??= []).push(value);
  const lies = how.method === undefined ? answerTo(verb, asked) : undefined;
  const told = refusalOf(verb, asked);
  if (told) throw new Refused(told.status, told as Problem);
  if (lies === undefined) throw new Refused(NEEDS_APP, { title: words["ui.needs_app"]!, repair: words["ui.needs_app.how"]! });
  return lies;
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

/** Ask in the body of a request: what stands there is in no address, and nothing keeps the answer. */
export function post<R>(verb: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Answer<R>> {
  return get<R>(`api/${verb}`, { method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), cache: "no-store" });
}

async function get<R>(address: string, how: RequestInit, isAgain = false): Promise<Answer<R>> {
  if (exported !== undefined) return (await (await reach(saved(address, how), how.signal ? { signal: how.signal } : {})).json()) as Answer<R>;
  const response = await reach(address, how);
  if (response.ok) return (await response.json()) as Answer<R>;
  const refused = await refusal(response);
  const lost = response.status === 404 && refused.problem.where === "case" ? new URLSearchParams(address.split("?")[1]).get("case") : null;
  if (lost && !isAgain && (await sentAgain(lost))) return get<R>(address, how, true);
  throw refused;
}

/** One request; what it shows of the connection and of the door is told to the frame. */
async function reach(address: string, how: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...how });
  } catch (error) {
    if (how.signal?.aborted) throw error;
    connection.isLost = true;
    throw new Gone();
  }
  connection.isLost = false;
  if (response.status === 401) connection.isLocked = true;
  return response;
}

async function refusal(response: Response): Promise<Refused> {
  const isTold = response.headers.get("Content-Type")?.includes("json") ?? false;
  const problem = isTold ? ((await response.json()) as Problem) : {};
  return new Refused(response.status, { ...problem, retry: Number(response.headers.get("Retry-After")) || 0 });
}

/** Trade the token for a session that scripts cannot read. */
export async function enter(token: string): Promise<void> {
  const how = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) };
  const response = await reach("api/session", how);
  if (!response.ok) throw await refusal(response);
  kept.clear();
  connection.isLocked = false;
  connection.times++;
}

/** Is the server there again? What failed meanwhile is asked once more. */
export async function knock(): Promise<void> {
  await reach(exported === undefined ? "api/health" : "answers/index.json", {});
  connection.times++;
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

/** Follow what the server tells as it happens; ends when it has nothing more to tell, or when it is stopped. */
export async function follow(address: string, told: (sent: Sent) => void, signal: AbortSignal): Promise<void> {
  if (exported !== undefined) throw new Refused(NEEDS_APP, {});
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
export async function end(address: string): Promise<void> {
  if (exported !== undefined) return;
  await fetch(`api/${address}`, { method: "DELETE", credentials: "same-origin", keepalive: true }).catch(() => undefined);
}
