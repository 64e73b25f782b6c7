/** One table of addresses, held by vitest here and run through the terminal's parser by pytest. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inPython } from "../src/state/python";
import { questionOf } from "../src/state/question";
import { inTheTerminal } from "../src/state/terminal";
import { read } from "../src/state/url";

interface Row { address: string; terminal: string | null; python: string[]; shock?: string }
const rows = JSON.parse(readFileSync(fileURLToPath(new URL("../../tests/web/same.json", import.meta.url)), "utf-8")) as Row[];
const at = (address: string) => {
  const [path = "", search = ""] = address.split("?");
  return read(path, search).address;
};

test.each(rows)("the same elsewhere: $address", ({ address, terminal, python, shock }) => {
  expect(inTheTerminal(at(address), "en", shock) ?? null).toBe(terminal);
  expect(inPython(at(address), shock).split("\n")).toEqual(python);
});

test("the language is said where it is not the usual one", () => expect(inTheTerminal(at("gauges"), "zh")).toBe("perpetuum gauges --lang zh"));

const view = (text: string) => read("ledger", text).address;

test("an opened deal is the chain of the terminal", () => {
  expect(inTheTerminal(view("?deal=nvidia-openai-equity&firm=nvidia"), "en")).toBe("perpetuum ledger chain nvidia-openai-equity");
});

test("filters reach the server under its own names", () => {
  expect(questionOf(view("?firm=nvidia&has=paid&least=1000")).query).toEqual({ firm: "nvidia", least: "1000", stage: "paid", show: "deals" });
  expect(questionOf(view("?show=bring")).query.show).toBe("case");
  expect(questionOf(view("?show=find")).query.show).toBe("summary");
});

test("a case that was brought is a folder in the terminal", () => {
  expect(inTheTerminal(view(`?case=${"0f".repeat(16)}&show=gaps`), "zh")).toBe("perpetuum ledger gaps --case my-case --lang zh");
});
