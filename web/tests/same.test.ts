/** The line for the terminal, and the question whose answer can be downloaded, follow the view. */
import { expect, test } from "vitest";
import { inTheTerminal, questionOf } from "../src/state/same";
import { read } from "../src/state/url";

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
