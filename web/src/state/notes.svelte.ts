/** On paper nothing opens: what stands behind each number is numbered, and listed at the end. */
import type { Action } from "svelte/action";
import type { Claim } from "../model";
import { idOf, type Shown } from "./evidence.svelte";

export interface Note { number: number; claims: Claim[]; more: number }
const MOST = 3;
const held = new WeakMap<Element, Shown>();
export const notes = $state<{ list: Note[] }>({ list: [] });

/** Marks an element as one that opens evidence. */
export const noted: Action<HTMLElement, Shown> = (node, shown) => {
  held.set(node, shown);
  node.dataset.noted = "";
  return { update: (next) => void held.set(node, next) };
};

/** Number all that is seen, in the order of the page; the same evidence has the same number. */
export function number(root: ParentNode = document): void {
  const list: Note[] = [];
  const numbers = new Map<string, number>();
  for (const node of root.querySelectorAll<HTMLElement>("main [data-noted]")) {
    const shown = held.get(node);
    if (!shown?.evidence.length || !node.checkVisibility()) continue;
    const key = shown.evidence.map(idOf).join(" ");
    let found = numbers.get(key);
    if (found === undefined) {
      found = numbers.size + 1;
      numbers.set(key, found);
      const claims = shown.evidence.flatMap((item) => {
        const claim = typeof item === "string" ? shown.claims[item] : "chosen" in item ? item.chosen : item;
        return claim ? [claim] : [];
      });
      list.push({ number: found, claims: claims.slice(0, MOST), more: shown.evidence.length - Math.min(claims.length, MOST) });
    }
    node.dataset.note = String(found);
  }
  notes.list = list;
}
