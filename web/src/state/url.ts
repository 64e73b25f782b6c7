/** The address is the view: one path, all else in the query, defaults left out, order fixed. */

import { exported } from "./answers";

export const PAGES = ["overview", "loops", "machine", "dominoes", "gauges", "history", "ledger", "report"] as const;
export type PageName = (typeof PAGES)[number];
export type Language = "en" | "zh";
export type Stage = "announced" | "signed" | "paid";
export const STAGES: readonly Stage[] = ["announced", "signed", "paid"];

export interface Address {
  readonly page: PageName;
  /** Only what differs from the default. */
  readonly query: Readonly<Record<string, readonly string[]>>;
}

const POLICIES = ["best_source", "low", "high", "newest", "article"];
const SHOWS: Partial<Record<PageName, readonly string[]>> = {
  loops: ["loop", "inventory", "origin", "firm"],
  gauges: ["dials", "adoption", "bubble"],
  dominoes: ["forward", "reverse", "futures", "holdings"],
  ledger: ["deals", "claims", "audit", "gaps", "sources", "find", "bring"],
};
const shocks = /^[\p{L}\p{N}._:;,=<>%+\- ]{1,200}$/u;
const when = /^(latest|\d{4}|\d{4}Q[1-4]|\d{4}-\d{2}(-\d{2})?|[a-z][a-z0-9-]{0,40})$/;
const whole = /^\d{1,7}$/;

interface Key {
  readonly id: string;
  readonly on: "all" | readonly PageName[];
  readonly repeated?: boolean;
  readonly usual?: (page: PageName) => string | undefined;
  readonly fits: (value: string, page: PageName) => boolean;
}

const one = (...values: readonly string[]) => (value: string) => values.includes(value);
const like = (pattern: RegExp) => (value: string) => pattern.test(value);

/** Every key the address may hold, in the order in which it holds them. */
export const KEYS: readonly Key[] = [
  { id: "case", on: "all", usual: () => exported ?? "ai", fits: like(/^[a-z0-9][a-z0-9-]{0,63}$/) },
  { id: "at", on: "all", fits: like(when) },
  { id: "asof", on: "all", fits: like(when) },
  { id: "stage", on: "all", usual: () => "paid", fits: one(...STAGES) },
  { id: "policy", on: "all", usual: () => "best_source", fits: one(...POLICIES) },
  { id: "lang", on: "all", fits: one("en", "zh") },
  { id: "show", on: ["loops", "dominoes", "gauges", "ledger"], usual: (page) => SHOWS[page]?.[0], fits: (value, page) => SHOWS[page]?.includes(value) ?? false },
  { id: "firm", on: ["loops", "dominoes", "ledger"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "via", on: ["loops"], fits: like(/^[a-z0-9_]{1,60}(,[a-z0-9_]{1,60}){0,5}$/) },
  { id: "window", on: ["loops"], fits: like(/^(\d{1,4}|\d{4}Q[1-4]\.\.\d{4}Q[1-4])$/) },
  { id: "rule", on: ["loops"], usual: () => "burn", fits: one("burn", "pooled") },
  { id: "view", on: ["loops"], usual: () => "last_financier", fits: one("last_financier", "ultimate") },
  { id: "counts", on: ["loops"], usual: () => "cash", fits: one("cash", "economic") },
  { id: "broad", on: ["loops"], fits: one("true") },
  { id: "scale", on: ["loops"], usual: () => "same", fits: one("same", "own") },
  { id: "step", on: ["overview"], usual: () => "year", fits: one("year", "quarter") },
  { id: "period", on: ["overview"], fits: like(/^\d{4}(Q[1-4])?(\.\.\d{4}Q[1-4])?$/) },
  { id: "scenario", on: ["machine", "dominoes"], usual: () => "neutral", fits: like(/^[a-z0-9][a-z0-9._-]{0,63}$/) },
  { id: "set", on: ["machine"], repeated: true, fits: like(/^[a-z][a-z0-9_.:>-]{0,80}=-?\d{1,18}(\.\d{1,15})?( [A-Za-z]{1,12}([/-][A-Za-z]{1,12}){0,2})?$/) },
  { id: "outcome", on: ["machine"], repeated: true, fits: like(/^[a-z0-9_.:-]{1,80}$/) },
  { id: "against", on: ["machine"], repeated: true, fits: like(/^[a-z0-9][a-z0-9._-]{0,63}$/) },
  { id: "future", on: ["machine"], repeated: true, fits: like(/^\d{1,6}$/) },
  { id: "books", on: ["machine"], fits: like(/^\d{4}Q[1-4]$/) },
  { id: "replay", on: ["machine"], usual: () => "central", fits: like(/^(central|mean|\d{1,6})$/) },
  { id: "by", on: ["machine"], usual: () => "sectors", fits: one("sectors", "firms") },
  { id: "seed", on: ["machine"], usual: () => "0", fits: like(whole) },
  { id: "shock", on: ["dominoes"], fits: like(shocks) },
  { id: "size", on: ["dominoes"], usual: () => "100%", fits: like(/^\d{1,3}(\.\d{1,3})?%$/) },
  { id: "channel", on: ["dominoes"], repeated: true, fits: like(/^(owed|owned|revenue|funding)=[a-z_0-9]{1,40}(\([A-Za-z_]{1,20}=\d{1,9}(\.\d{1,9})?(,[A-Za-z_]{1,20}=\d{1,9}(\.\d{1,9})?){0,4}\))?$/) },
  { id: "view", on: ["dominoes"], usual: () => "value", fits: one("value", "cash") },
  { id: "basis", on: ["dominoes"], usual: () => "book", fits: one("book", "market") },
  { id: "horizon", on: ["dominoes"], usual: () => "4", fits: like(/^([1-9]|[1-3]\d|40)$/) },
  { id: "reverse", on: ["dominoes"], fits: like(shocks) },
  { id: "by", on: ["dominoes"], usual: () => "least", fits: one("least", "shock") },
  { id: "at-quarter", on: ["dominoes"], fits: like(/^\d{4}Q[1-4]$/) },
  { id: "draws", on: ["dominoes"], usual: () => "100", fits: like(/^([1-9]\d{0,2}|1\d{3}|2000)$/) },
  { id: "round", on: ["dominoes"], fits: like(/^\d{1,3}$/) },
  { id: "gauge", on: ["gauges"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "technology", on: ["gauges"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "population", on: ["gauges"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "launch", on: ["gauges"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "curve", on: ["gauges"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "share", on: ["gauges"], usual: () => "0.1", fits: like(/^0\.\d{1,4}$/) },
  { id: "beside", on: ["history"], fits: like(/^[a-z0-9][a-z0-9-]{0,63}$/) },
  { id: "align", on: ["history"], usual: () => "capex_peak", fits: one("capex_peak", "first_default", "price_peak") },
  { id: "replay", on: ["history"], fits: like(/^\d{4}Q[1-4]$/) },
  { id: "kind", on: ["ledger"], fits: like(/^[a-z0-9_]{1,60}$/) },
  { id: "family", on: ["ledger"], fits: one("funding", "trade", "return", "own", "holding") },
  { id: "has", on: ["ledger"], fits: one(...STAGES) },
  { id: "status", on: ["ledger"], fits: one("current", "over", "disputed", "rumoured", "not_binding", "unpaid") },
  { id: "least", on: ["ledger"], fits: like(/^\d{1,15}$/) },
  { id: "since", on: ["ledger"], fits: like(/^\d{4}-\d{2}-\d{2}$/) },
  { id: "sort", on: ["ledger"], usual: () => "-changed", fits: one("-changed", "-largest", "-known_from") },
  { id: "as", on: ["ledger"], usual: () => "lanes", fits: one("lanes", "table") },
  { id: "deal", on: ["ledger"], fits: like(/^[A-Za-z0-9._-]{1,100}$/) },
  { id: "try", on: ["ledger"], fits: one(...POLICIES) },
  { id: "verdict", on: ["ledger"], fits: one("confirmed", "contradicted", "unit_slip", "stale", "unverifiable") },
  { id: "gap", on: ["ledger"], fits: like(/^[a-z0-9_]{1,40}$/) },
  { id: "document", on: ["ledger"], fits: like(/^[0-9a-f]{12}$/) },
  { id: "n", on: ["ledger"], usual: () => "1", fits: like(/^[1-9]\d{0,4}$/) },
  { id: "q", on: ["ledger"], fits: (value) => value.length > 0 && value.length <= 120 },
  { id: "section", on: ["report"], usual: () => "overview", fits: like(/^[a-z_]{1,40}$/) },
  { id: "evidence", on: "all", fits: (value) => value.length > 0 && value.length <= 160 },
  { id: "tour", on: "all", fits: one("1") },
  { id: "h", on: "all", fits: like(/^[0-9a-f]{8}$/) },
];

const isOn = (key: Key, page: PageName) => key.on === "all" || key.on.includes(page);

export interface Read {
  readonly address: Address;
  /** Keys whose value was not understood: they fall back to the default, with a sentence. */
  readonly refused: readonly string[];
  /** Keys that no view has: left out, with a line in the log. */
  readonly unknown: readonly string[];
}

/** What an address says. `prefix` is whatever stands before the page's own word. */
export function read(path: string, search: string): Read {
  const last = (path.split("/").pop() ?? "").replace(/\.html$/, "");
  const page = last === "sources" ? "ledger" : (PAGES.find((each) => each === last) ?? "overview");
  const given = new URLSearchParams(search);
  if (last === "sources") given.set("show", "sources");
  const query: Record<string, readonly string[]> = {};
  const refused: string[] = [];
  for (const key of KEYS) {
    if (!isOn(key, page) || !given.has(key.id)) continue;
    const values = key.repeated ? given.getAll(key.id) : given.getAll(key.id).slice(0, 1);
    const good = values.filter((value) => key.fits(value, page));
    if (good.length < values.length) refused.push(key.id);
    if (good.length && !(good.length === 1 && good[0] === key.usual?.(page))) query[key.id] = good;
  }
  const unknown = [...new Set(given.keys())].filter((id) => !KEYS.some((key) => key.id === id));
  return { address: { page, query }, refused, unknown };
}

/** The address of a view, relative to the folder that all pages stand in. */
export function write(address: Address): string {
  const query = new URLSearchParams();
  for (const key of KEYS) {
    if (!isOn(key, address.page)) continue;
    const values = address.query[key.id] ?? [];
    if (values.length === 1 && values[0] === key.usual?.(address.page)) continue;
    for (const value of values) query.append(key.id, value);
  }
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  // Of files without a server every page is a file of its own.
  const file = exported === undefined ? (address.page === "overview" ? "./" : address.page) : `${address.page === "overview" ? "index" : address.page}.html`;
  return file + (text ? `?${text}` : "");
}

/** Is it a case that somebody brought? Its name is the hash of its content. */
export const isBrought = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);

/** The value of a key, or its default. */
export function value(address: Address, id: string): string | undefined {
  return address.query[id]?.[0] ?? KEYS.find((key) => key.id === id && isOn(key, address.page))?.usual?.(address.page);
}

const NONE: readonly string[] = [];
export const values = (address: Address, id: string): readonly string[] => address.query[id] ?? NONE;

/** The same view with some keys changed; `undefined` takes a key out. */
export function changed(address: Address, changes: Readonly<Record<string, string | readonly string[] | undefined>>): Address {
  const query: Record<string, readonly string[]> = { ...address.query };
  for (const [id, change] of Object.entries(changes)) {
    const list = change === undefined ? [] : typeof change === "string" ? [change] : change;
    if (list.length) query[id] = list;
    else delete query[id];
  }
  return { page: address.page, query };
}

const KEPT = ["case", "at", "asof", "stage", "policy", "lang"];

/** Another page with what decides every number kept. */
export function turned(address: Address, page: PageName): Address {
  return { page, query: Object.fromEntries(Object.entries(address.query).filter(([id]) => KEPT.includes(id))) };
}
