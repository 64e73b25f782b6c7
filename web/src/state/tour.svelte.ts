/** The tour of sixty seconds: whether it runs, and whether this browser has seen it. */
import { place, set } from "./place.svelte";
import { value } from "./url";

const KEPT = "tour";
function remembered(): boolean {
  try { return localStorage.getItem(KEPT) !== null; } catch { return false; }
}

export const tour = $state({ isOn: value(place.address, "tour") === "1", isSeen: remembered() });
let cameFrom: HTMLElement | undefined;

export function start(): void {
  cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  tour.isOn = true;
}

export function end(): void {
  tour.isOn = false;
  tour.isSeen = true;
  try { localStorage.setItem(KEPT, "seen"); } catch { /* storage may be forbidden */ }
  if (value(place.address, "tour")) set({ tour: undefined }, "replace");
  if (cameFrom?.isConnected) cameFrom.focus();
  else document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
