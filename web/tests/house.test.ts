/** Rules of the house: what may not stand in the sources of the pages. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import words from "virtual:words";

const root = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf-8" }).filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith(".d.ts"));
const sources = files.map((name) => [name, readFileSync(join(root, name), "utf-8")] as const);
const guilty = (wrong: RegExp, except: readonly string[] = []) => sources.filter(([name, text]) => !except.includes(name) && wrong.test(text)).map(([name]) => name);
const markup = (text: string) => text.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace(/<!--[\s\S]*?-->|&nbsp;/g, "");

test("nothing from an answer is rendered as HTML", () => expect(guilty(/\{@html/)).toEqual([]));
test("only api.ts reaches the server", () => expect(guilty(/\bfetch\(|XMLHttpRequest|EventSource\(/, ["api.ts"])).toEqual([]));
test("no style attribute is written in markup", () => expect(guilty(/\sstyle="/)).toEqual([]));
test("nothing is asked of another host", () => expect(guilty(/https?:\/\/[a-z0-9]/)).toEqual([]));
test("numbers are formatted in one place", () => expect(guilty(/toFixed\((?!1\)|2\))|Intl\.NumberFormat/, ["state/format.ts"])).toEqual([]));

test("words that people read come from the catalogue", () => {
  const loose = sources.filter(([name]) => name.endsWith(".svelte")).flatMap(([name, text]) => {
    // Let text between tags hold nothing but expressions, marks and numbers.
    const plain = markup(text).replace(/\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}/g, "").replace(/<[^<>]*(?:"[^"]*"[^<>]*)*>/g, "\n");
    return [...plain.matchAll(/[A-Za-z]{3,}|[\u4e00-\u9fff]+/g)].map(([word]) => `${name}: ${word}`);
  });
  expect(loose).toEqual([]);
});

test("every word that is said stands in the catalogue, in both languages", () => {
  const asked = sources.flatMap(([name, text]) => [...text.matchAll(/say\("([\w. -]+)"/g)].map(([, key]) => [name, key!] as const));
  expect(asked.filter(([, key]) => !(key in words))).toEqual([]);
  for (const text of Object.values(words)) expect(text.en && text.zh).toBeTruthy();
});
