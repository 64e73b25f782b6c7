/** What the drawer shows, and where the focus goes back to. */
import type { Claim, Evidence, Figure, Text } from "../model";
import { place, set } from "./place.svelte";
import { value } from "./url";

export interface Shown { title: Text | null; evidence: Evidence; claims: Readonly<Record<string, Claim>> }

export const drawer = $state<{ shown: Shown | undefined }>({ shown: undefined });
let cameFrom: HTMLElement | undefined;

export function show(title: Text | null, evidence: Evidence, claims: Readonly<Record<string, Claim>>, from: EventTarget | null): void {
  cameFrom = from instanceof HTMLElement ? from : undefined;
  drawer.shown = { title, evidence, claims };
  const first = evidence[0];
  if (first !== undefined) set({ evidence: idOf(first) }, "replace");
}

export function close(): void {
  drawer.shown = undefined;
  if (value(place.address, "evidence")) set({ evidence: undefined }, "replace");
  cameFrom?.focus();
}

export const idOf = (item: Claim | Figure | string): string =>
  typeof item === "string" ? item : "chosen" in item ? item.chosen.id : item.id;

/** The evidence that begins with the claim the address names, searched for in an answer that has come. */
export function openFromAddress(answer: unknown, claims: Readonly<Record<string, Claim>> = {}): void {
  const wanted = value(place.address, "evidence");
  if (!wanted || drawer.shown) return;
  const found = search(answer, wanted);
  if (found) drawer.shown = { title: found.title, evidence: found.evidence, claims };
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
