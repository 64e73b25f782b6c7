/** Where firms stand: three ranks and a side, each with its own room, on a desk and upright on a phone. Pure geometry. */

export const RANKS = ["fuel", "gear", "engine", "outside"] as const;
export type Rank = (typeof RANKS)[number];
export interface Standing { firm: string; role: string; name: string }
export interface Place { firm: string; x: number; y: number; lines: readonly string[] }
export interface Plan { width: number; height: number; places: readonly Place[]; titles: readonly { rank: Rank; x: number; y: number; anchor: "start" | "end" }[]; isUpright: boolean }

export const NODE = 20;
const CELL = 112;
const LINE = 15;
const TITLE = 24;
/** A node, two lines of name, one of loss, and air. */
const ROW = 2 * NODE + 3 * LINE + 22;
const UPRIGHT = 620;

/** How wide a text stands at 12 px, near enough: a Chinese sign is a square, a letter about half of one. */
export const widthOf = (text: string): number => [...text].reduce((sum, sign) => sum + (/[\u2e80-\uffef]/u.test(sign) ? 12.4 : /[mwMW]/.test(sign) ? 10 : /[A-Z&]/.test(sign) ? 8.4 : /[ijltf.,()'I ]/.test(sign) ? 4 : 7), 0);

/** A name in at most two lines that fit; what does not fit ends in an ellipsis. */
export function linesOf(name: string, room: number): string[] {
  const words = name.split(/(?<=[ -])|(?<=[\u2e80-\uffef])(?=[\u2e80-\uffef])/u);
  const lines = [""];
  for (const word of words) {
    const last = lines.length - 1;
    if (lines[last] && widthOf((lines[last]! + word).trim()) > room && lines.length < 2) lines.push(word);
    else lines[last] += word;
  }
  return lines.map((line) => cut(line.trim(), room)).filter(Boolean);
}

function cut(line: string, room: number): string {
  if (widthOf(line) <= room) return line;
  const signs = [...line];
  while (signs.length > 1 && widthOf(signs.join("") + "…") > room) signs.pop();
  return signs.join("").trimEnd() + "…";
}

const rankOf = (role: string): Rank => (RANKS as readonly string[]).includes(role) ? (role as Rank) : "outside";

export function planOf(firms: readonly Standing[], width: number): Plan {
  const isUpright = width < UPRIGHT;
  const of = (rank: Rank) => firms.filter((one) => rankOf(one.role) === rank);
  const side = of("outside");
  const hasSide = !isUpright && side.length > 0 && side.length < firms.length;
  const main = hasSide ? width - CELL - 24 : width;
  const places: Place[] = [];
  const titles: { rank: Rank; x: number; y: number; anchor: "start" | "end" }[] = [];
  let y = 0;
  for (const rank of RANKS) {
    const members = of(rank);
    if (!members.length || (hasSide && rank === "outside")) continue;
    titles.push({ rank, x: 0, y: y + 14, anchor: "start" });
    y += TITLE;
    const most = Math.max(1, Math.floor(main / CELL));
    // Rows of a rank are as even as they can be.
    const rows = Math.ceil(members.length / most);
    const each = Math.ceil(members.length / rows);
    for (let row = 0; row < rows; row++) {
      const here = members.slice(row * each, (row + 1) * each);
      here.forEach((one, k) => places.push({ firm: one.firm, x: ((k + 0.5) * main) / here.length, y: y + NODE + 4, lines: linesOf(one.name, CELL - 8) }));
      y += ROW;
    }
  }
  let below = y;
  if (hasSide) {
    titles.push({ rank: "outside", x: width, y: 14, anchor: "end" });
    side.forEach((one, k) => places.push({ firm: one.firm, x: width - CELL / 2, y: TITLE + k * ROW + NODE + 4, lines: linesOf(one.name, CELL - 8) }));
    below = Math.max(y, TITLE + side.length * ROW);
  }
  return { width, height: below, places, titles, isUpright };
}

/** The path of a loss from whom it comes to whom it reaches, bent so that two of them stay apart. */
export function pathOf(from: { x: number; y: number }, to: { x: number; y: number }): { d: string; arrow: string } {
  const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y));
  const u = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const bend = Math.min(60, length * 0.16);
  const turn = { x: (from.x + to.x) / 2 - u.y * bend, y: (from.y + to.y) / 2 + u.x * bend };
  const towards = (point: { x: number; y: number }, by: number) => {
    const far = Math.max(1, Math.hypot(turn.x - point.x, turn.y - point.y));
    return { x: point.x + ((turn.x - point.x) / far) * by, y: point.y + ((turn.y - point.y) / far) * by };
  };
  const start = towards(from, NODE + 3);
  // Under a firm stands its name: what comes from below ends at its side.
  const isBelow = turn.y > to.y + NODE;
  const side = { x: to.x + (turn.x < to.x ? -1 : 1) * (NODE + 3), y: to.y + 6 };
  const end = isBelow ? towards(side, 8) : towards(to, NODE + 9);
  const tip = isBelow ? side : towards(to, NODE + 2);
  const along = { x: tip.x - end.x, y: tip.y - end.y };
  const wing = { x: -along.y * 0.75, y: along.x * 0.75 };
  const said = ({ x, y }: { x: number; y: number }): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return {
    d: `M${said(start)}Q${said(turn)} ${said(end)}`,
    arrow: `M${said({ x: end.x + wing.x, y: end.y + wing.y })}L${said(tip)}L${said({ x: end.x - wing.x, y: end.y - wing.y })}Z`,
  };
}

/** How wide a loss is drawn: in proportion to the largest, and never too thin to see. */
export const strokeOf = (amount: number, largest: number): number => (largest > 0 ? Math.max(1.5, Math.min(1, amount / largest) * 14) : 0);

/** How high a firm is filled: the top of its level, and the height below it. */
export function levelOf(left: number | null, y: number): { y: number; height: number } {
  const full = NODE * 2;
  const height = full * Math.max(0, Math.min(1, left ?? 0));
  return { y: y + NODE - height, height };
}
