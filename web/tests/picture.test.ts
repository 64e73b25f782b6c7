import { expect, test } from "vitest";
import { lines, pathOf, rect } from "../src/draw/picture";

const of = (attributes: Record<string, string>) => (name: string): string | null => attributes[name] ?? null;

test("every shape becomes the path that draws the same", () => {
  expect(pathOf("line", of({ x1: "1", y1: "2", x2: "3", y2: "4" }))).toBe("M1 2L3 4");
  expect(pathOf("polygon", of({ points: "0,0 1,0 1,1" }))).toBe("M0,0 1,0 1,1Z");
  expect(pathOf("polyline", of({ points: "" }))).toBe("");
  expect(pathOf("circle", of({ cx: "5", cy: "5", r: "2" }))).toBe("M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z");
});

test("a rectangle without room draws nothing", () => {
  expect(rect(0, 0, 0, 4)).toBe("");
  expect(rect(1, 2, 3, 4)).toBe("M1 2h3v4h-3Z");
});

test("words break between words, Chinese between signs", () => {
  const wide = (text: string): number => text.length;
  expect(lines("one two three", 8, wide)).toEqual(["one two", "three"]);
  expect(lines("機器靠自己的錢", 4, wide)).toEqual(["機器靠自", "己的錢"]);
});
