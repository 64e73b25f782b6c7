/** One table of addresses, held by vitest here and run through the terminal's parser by pytest. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inPython, inTheTerminal } from "../src/state/same";
import { read } from "../src/state/url";

interface Row { address: string; terminal: string; python: string[] }
const rows = JSON.parse(readFileSync(fileURLToPath(new URL("../../tests/web/same.json", import.meta.url)), "utf-8")) as Row[];
const at = (address: string) => {
  const [path = "", search = ""] = address.split("?");
  return read(path, search).address;
};

test.each(rows)("the same elsewhere: $address", ({ address, terminal, python }) => {
  expect(inTheTerminal(at(address), "en")).toBe(terminal);
  expect(inPython(at(address)).split("\n")).toEqual(python);
});

test("the language is said where it is not the usual one", () => expect(inTheTerminal(at("gauges"), "zh")).toBe("perpetuum gauges --lang zh"));
