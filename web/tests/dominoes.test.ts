/** The dominoes: what a form asks, where firms stand, how long a loss is drawn. */
import { expect, test } from "vitest";
import { questionOf } from "../src/dominoes/asked";
import { partsOf } from "../src/dominoes/bars";
import { keep, kept, saidOf } from "../src/dominoes/kept";
import { NODE, levelOf, linesOf, pathOf, planOf, strokeOf, widthOf } from "../src/dominoes/network";
import { quartersFrom } from "../src/draw/quarters";
import { draftOf, shockOf, valuationOf } from "../src/dominoes/question";
import { inTheTerminal } from "../src/state/terminal";
import { read, write } from "../src/state/url";

test.each([
  ["lab:stops-paying", "60%"], ["bank:withdraws", "100%"], ["lab_cloud_2025:called", "100%"], ["lab_cloud_2025:cancelled", "50%"],
  ["lab: -40 % demand", "100%"], ["all: -12.5 % assets", "100%"], ["cloud: -50 % price", "100%"], ["lab: taken over by cloud", "100%"],
  ["lab: -5bn USD; cloud:stops-paying", "30%"],
])("a form gives back the shock it was given: %s", (shock, size) => expect(shockOf(draftOf(shock, size))).toEqual({ shock, size }));

test("what a form has no fields for stands in the terminal's words", () => {
  expect(draftOf("lab: -5bn USD", "100%").word).toBe("words");
  expect(draftOf("lab: -40 % assets", "50%").word).toBe("words");
});

test("a valuation names only what differs from its usual value", () => {
  expect(valuationOf("owed", "merton", [{ name: "sigma", value: 0.2, usual: 0.2 }, { name: "R", value: 0.5, usual: 0.4 }])).toBe("owed=merton(R=0.5)");
  expect(valuationOf("owed", "eisenberg_noe", [])).toBe("owed=eisenberg_noe");
});

test("shock, size, channels and round survive the way through the address", () => {
  const said = "shock=all: -20 % assets&size=50%25&channel=owed=debtrank_2015(rho=0.4)&view=cash&round=1&firm=lab";
  const { address, refused } = read("/dominoes", `?${said}`);
  expect(refused).toEqual([]);
  expect(read("/dominoes", write(address).slice("dominoes".length)).address).toEqual(address);
});

test("each part asks its own question, and the terminal is told the same", () => {
  const at = (query: string) => read("/dominoes", query).address;
  expect(questionOf(at(""), undefined)).toBeUndefined();
  expect(questionOf(at(""), "lab:stops-paying")).toEqual({ shock: "lab:stops-paying", stage: "signed" });
  expect(questionOf(at("?show=reverse&reverse=3:fall&shock=lab:withdraws"), undefined)).toEqual({ reverse: "3:fall", stage: "signed" });
  expect(questionOf(at("?show=reverse&reverse=3:fall&by=shock"), "lab:withdraws")).toEqual({ reverse: "3:fall", shock: "lab:withdraws", stage: "signed" });
  // Futures open on a day of their own: no stage, no date.
  expect(questionOf(at("?show=futures&at=2025Q4"), "lab:withdraws")).toEqual({ shock: "lab:withdraws", scenario: "neutral", draws: "100" });
  expect(inTheTerminal(at("?show=futures&at=2025Q4"), "en", "lab:withdraws")).toBe("perpetuum stress --shock lab:withdraws --scenario neutral --draws 100");
  expect(inTheTerminal(at("?stage=announced"), "zh", "lab:stops-paying")).toBe("perpetuum stress --shock lab:stops-paying --stage announced --lang zh");
});

const crowd = (count: number) => Array.from({ length: count }, (_, n) => ({ firm: `f${n}`, role: ["fuel", "gear", "engine", "lender"][n % 4]!, name: n % 3 ? "博通輝達超微甲骨文微軟亞馬遜谷歌" : "Very Long Name Holdings (Special Vehicle) Incorporated" }));

test.each([320, 358, 620, 800, 1300].flatMap((width) => [1, 4, 9, 17, 30].map((count) => [width, count] as const)))("at %i px no two of %i firms touch, and all stand inside", (width, count) => {
  const plan = planOf(crowd(count), width);
  expect(plan.places).toHaveLength(count);
  const boxes = plan.places.map((one) => {
    const half = Math.max(NODE, ...one.lines.map((line) => widthOf(line) / 2));
    return { left: one.x - half, right: one.x + half, top: one.y - NODE, bottom: one.y + NODE + (one.lines.length + 1) * 15 };
  });
  for (const [n, one] of boxes.entries()) {
    expect(one.left).toBeGreaterThanOrEqual(0);
    expect(one.right).toBeLessThanOrEqual(width);
    expect(one.bottom).toBeLessThanOrEqual(plan.height);
    for (const other of boxes.slice(n + 1)) expect(one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top).toBe(true);
  }
});

test("a phone gets its own places, and lenders a rank instead of a side", () => {
  expect(planOf(crowd(8), 358).isUpright).toBe(true);
  const desk = planOf(crowd(8), 900);
  expect(Math.min(...desk.places.filter((one) => ["f3", "f7"].includes(one.firm)).map((one) => one.x))).toBeGreaterThan(Math.max(...desk.places.filter((one) => !["f3", "f7"].includes(one.firm)).map((one) => one.x)));
});

test("a name stands in two lines at most and says that it goes on", () => {
  expect(linesOf("Oracle", 100)).toEqual(["Oracle"]);
  const lines = linesOf("Beignet Investor (Hyperion special vehicle) of somebody", 90);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/…$/);
});

test("a level is what is left, and nothing where nobody knows", () => {
  expect(levelOf(1, 100)).toEqual({ y: 100 - NODE, height: 2 * NODE });
  expect(levelOf(0.25, 100).height).toBe(NODE / 2);
  expect(levelOf(null, 100).height).toBe(0);
});

test("a loss is drawn from one firm to the other, as wide as it is large", () => {
  const { d } = pathOf({ x: 0, y: 0 }, { x: 200, y: 0 });
  const numbers = d.match(/-?[\d.]+/g)!.map(Number);
  expect(numbers[0]).toBeLessThan(NODE + 4);
  expect(numbers.at(-2)!).toBeGreaterThan(200 - NODE - 14);
  // What comes from below ends beside a firm, never under it where its name stands.
  const arrow = pathOf({ x: 0, y: 300 }, { x: 40, y: 0 }).arrow.match(/-?[\d.]+/g)!.map(Number);
  expect(arrow[3]!).toBeLessThan(NODE);
  expect(Math.abs(arrow[2]! - 40)).toBeGreaterThanOrEqual(NODE);
  expect(strokeOf(50, 100)).toBe(strokeOf(100, 100) / 2);
  expect(strokeOf(1, 1e9)).toBe(1.5);
});

test("parts of a bar conserve the loss, with called guarantees inside owed", () => {
  const parts = partsOf({ own: 20, owed: 30, revenue: 50, funding: -5 }, 100, 10);
  expect(parts.map((part) => [part.channel, part.x, part.width])).toEqual([["own", 0, 20], ["owed", 20, 20], ["contingent", 40, 10], ["revenue", 50, 50]]);
});

test("holdings are kept only when asked, and said only when whole", () => {
  const store = new Map<string, string>();
  const shelf = { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => void store.set(key, value), removeItem: (key: string) => void store.delete(key) };
  keep(shelf, [{ name: "lab", weight: "40" }]);
  expect(kept(shelf)).toEqual([{ name: "lab", weight: "40" }]);
  keep(shelf, undefined);
  expect(store.size).toBe(0);
  store.set("perpetuum-holdings", "{broken");
  expect(kept(shelf)).toEqual([]);
  expect(saidOf([{ name: " Lab ", weight: "40" }, { name: "", weight: "5" }, { name: "cloud", weight: "140" }, { name: "a=b", weight: "1" }])).toEqual(["Lab=40%"]);
});

test("simulated quarters are counted from the first", () => {
  expect(quartersFrom("2026Q3", 3)).toEqual(["2026Q3", "2026Q4", "2027Q1"]);
  expect(quartersFrom(undefined)).toEqual([]);
});
