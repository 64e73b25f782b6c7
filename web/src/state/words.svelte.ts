/** One language at a time, two always there. */
import words from "virtual:words";
import type { Text } from "../model";
import { place } from "./place.svelte";
import { value, type Language } from "./url";

const system: Language = navigator.languages.some((each) => each.toLowerCase().startsWith("zh")) ? "zh" : "en";

export const language = (): Language => (value(place.address, "lang") as Language | undefined) ?? system;
export const usualLanguage = system;

/** A text in the language that is shown. */
export const told = (text: Text): string => text[language()];

/** A word of the catalogue, its gaps filled. */
export function say(key: string, gaps: Readonly<Record<string, string | number>> = {}): string {
  const text = words[key];
  if (!text) return key;
  return text[language()].replace(/\{(\w+)\}/g, (all, name: string) => String(gaps[name] ?? all));
}

export const has = (key: string): boolean => key in words;
