/** What the drawer shows, and where the focus goes back to. */
import type { Claim, Evidence, Figure, Text } from "../model";
import { place, set } from "./place.svelte";
import { value } from "./url";

export interface Shown { title: Text | null; evidence: Evidence; claims: Readonly<Record<string, Claim>> }
/** A claim as the ledger opens it: its rivals, its meaning, and how to cite it. */
export interface Opened { id: string; figure: Figure | null; is_chosen: boolean; name: Text; means: Text | null; text: Text; cite: Text }

export const drawer = $state<{ shown: Shown | undefined }>({ shown: undefined });
let cameFrom: HTMLElement | undefined;
// Opened by the ledger for a shared link, until the page's own answer says which sentence it stands behind.
let isBare = false;

export function show(title: Text | null, evidence: Evidence, claims: Readonly<Record<string, Claim>>, from: EventTarget | null): void {
  cameFrom = from instanceof HTMLElement ? from : undefined;
  isBare = false;
  drawer.shown = { title, evidence, claims };
  const first = evidence[0];
  if (first !== undefined) set({ evidence: idOf(first) }, "replace");
}

export function close(): void {
  drawer.shown = undefined;
  if (value(place.address, "evidence")) set({ evidence: undefined }, "replace");
  cameFrom?.focus();
}

/** Another page was turned to: what the drawer showed belongs to the one before. */
export function leave(): void {
  drawer.shown = undefined;
  cameFrom = undefined;
}

export const idOf = (item: Claim | Figure | string): string =>
  typeof item === "string" ? item : "chosen" in item ? item.chosen.id : item.id;

/** The evidence that begins with the claim the address names, searched for in an answer that has come. */
export function openFromAddress(answer: unknown, claims: Readonly<Record<string, Claim>> = {}): void {
  const wanted = value(place.address, "evidence");
  if (!wanted || (drawer.shown && !isBare)) return;
  const found = search(answer, wanted);
  if (!found) return;
  isBare = false;
  drawer.shown = { title: found.title, evidence: found.evidence, claims };
}

/** The same from the ledger itself, which knows every claim of the case. */
export function openBare(one: Opened | undefined): void {
  if (drawer.shown || !one?.figure || value(place.address, "evidence") !== one.id) return;
  isBare = true;
  const own = one.is_chosen ? one.figure : one.figure.others.find((other) => other.id === one.id);
  drawer.shown = { title: one.name, evidence: own ? [own] : [one.figure], claims: {} };
}

function search(node: unknown, wanted: string): { title: Text | null; evidence: Evidence } | undefined {
  if (node === null || typeof node !== "object") return undefined;
  if (Array.isArray(node)) {
    for (const one of node) {
      const found = search(one, wanted);
      if (found) return found;
    }
    return undefined;
  }
  const { evidence, text, sentence } = node as { evidence?: Evidence; text?: Text; sentence?: Text };
  if (Array.isArray(evidence) && evidence[0] !== undefined && idOf(evidence[0] as Claim) === wanted) return { title: text ?? sentence ?? null, evidence };
  for (const [key, one] of Object.entries(node)) {
    if (key === "evidence" || key === "claims") continue;
    const found = search(one, wanted);
    if (found) return found;
  }
  return undefined;
}
