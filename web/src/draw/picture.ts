/** A picture taken of a part of the page: its shapes, words and canvases with the colours they have on screen.
 *
 * Two writers, one for SVG and one for a canvas. The page may load no picture that it made itself (no `data:`, no
 * `blob:` in its security policy), so an SVG cannot be drawn into a canvas as an image: it is drawn shape by shape.
 */
export type Matrix = readonly [number, number, number, number, number, number];
export interface Tile { id: string; width: number; height: number; turn: Matrix; shapes: readonly Shape[] }
export type Paint = string | Tile | undefined;
export interface Shape { kind: "shape"; d: string; at: Matrix; fill: Paint; stroke: Paint; width: number; dash: readonly number[]; cap: CanvasLineCap; join: CanvasLineJoin; fillAlpha: number; strokeAlpha: number; clip: { d: string; at: Matrix } | undefined }
export interface Words { kind: "words"; text: string; x: number; y: number; at: Matrix; size: number; weight: string; family: string; fill: string; alpha: number; halo: string | undefined; haloWidth: number }
export interface Image { kind: "image"; canvas: HTMLCanvasElement; x: number; y: number; width: number; height: number }
export type Mark = Shape | Words | Image;
export interface Picture { width: number; height: number; paper: string; marks: readonly Mark[] }

export const STILL: Matrix = [1, 0, 0, 1, 0, 0];
const number = (value: number): string => String(Math.round(value * 100) / 100);

/** A shape of SVG as the one path that draws the same. */
export function pathOf(name: string, get: (attribute: string) => string | null): string {
  const n = (attribute: string, otherwise = 0): number => parseFloat(get(attribute) ?? "") || otherwise;
  switch (name) {
    case "path": return get("d") ?? "";
    case "line": return `M${n("x1")} ${n("y1")}L${n("x2")} ${n("y2")}`;
    case "rect": return rect(n("x"), n("y"), n("width"), n("height"), n("rx"));
    case "circle": return round(n("cx"), n("cy"), n("r"), n("r"));
    case "ellipse": return round(n("cx"), n("cy"), n("rx"), n("ry"));
    case "polyline": case "polygon": {
      const points = (get("points") ?? "").trim();
      return points ? `M${points}${name === "polygon" ? "Z" : ""}` : "";
    }
  }
  return "";
}

export function rect(x: number, y: number, width: number, height: number, radius = 0): string {
  if (!(width > 0 && height > 0)) return "";
  const r = Math.min(radius, width / 2, height / 2);
  if (!r) return `M${x} ${y}h${width}v${height}h${-width}Z`;
  const turn = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${x + r} ${y}h${width - 2 * r}${turn(r, r)}v${height - 2 * r}${turn(-r, r)}h${2 * r - width}${turn(-r, -r)}v${2 * r - height}${turn(r, -r)}Z`;
}

function round(cx: number, cy: number, rx: number, ry: number): string {
  return rx > 0 && ry > 0 ? `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0Z` : "";
}

/** Words in lines that are not longer than the picture is wide; signs without a space between them may part anywhere. */
export function lines(text: string, most: number, widthOf: (text: string) => number): string[] {
  const made: string[] = [];
  let line = "";
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    if (line && widthOf((line + piece).trimEnd()) > most) {
      made.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return line.trim() ? [...made, line.trimEnd()] : made;
}

// ---- as a picture of dots

export function onCanvas(picture: Picture, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(picture.width * ratio);
  canvas.height = Math.ceil(picture.height * ratio);
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  context.fillStyle = picture.paper;
  context.fillRect(0, 0, picture.width, picture.height);
  for (const mark of picture.marks) {
    context.save();
    paint(context, mark);
    context.restore();
  }
  return canvas;
}

function paint(context: CanvasRenderingContext2D, mark: Mark): void {
  if (mark.kind === "image") return context.drawImage(mark.canvas, mark.x, mark.y, mark.width, mark.height);
  if (mark.kind === "words") return say(context, mark);
  if (mark.clip) {
    const cut = new Path2D();
    cut.addPath(new Path2D(mark.clip.d), new DOMMatrix([...mark.clip.at]));
    context.clip(cut);
  }
  context.transform(...mark.at);
  const path = new Path2D(mark.d);
  if (mark.fill) {
    context.globalAlpha = mark.fillAlpha;
    context.fillStyle = inkOf(context, mark.fill);
    context.fill(path);
  }
  if (mark.stroke && mark.width) {
    context.globalAlpha = mark.strokeAlpha;
    context.strokeStyle = inkOf(context, mark.stroke);
    context.lineWidth = mark.width;
    context.lineCap = mark.cap;
    context.lineJoin = mark.join;
    context.setLineDash([...mark.dash]);
    context.stroke(path);
  }
}

function say(context: CanvasRenderingContext2D, words: Words): void {
  context.transform(...words.at);
  context.font = `${words.weight} ${words.size}px ${words.family}`;
  context.globalAlpha = words.alpha;
  if (words.halo) {
    context.lineJoin = "round";
    context.lineWidth = words.haloWidth;
    context.strokeStyle = words.halo;
    context.strokeText(words.text, words.x, words.y);
  }
  context.fillStyle = words.fill;
  context.fillText(words.text, words.x, words.y);
}

const FINE = 4; // a tile is drawn larger than it is shown, so that its edges stay sharp
function inkOf(context: CanvasRenderingContext2D, ink: string | Tile): string | CanvasPattern {
  if (typeof ink === "string") return ink;
  const drawn = onCanvas({ width: ink.width, height: ink.height, paper: "rgb(0 0 0 / 0)", marks: ink.shapes }, FINE);
  const pattern = context.createPattern(drawn, "repeat")!;
  pattern.setTransform(new DOMMatrix([...ink.turn]).scale(1 / FINE));
  return pattern;
}

// ---- as a drawing

/** An SVG that stands alone: colours and fonts are written at every shape, nothing is looked up elsewhere. */
export function asSvg(picture: Picture, space: string): string {
  // A document of its own, in which nothing is loaded: what is written is a file, not a part of this page.
  const paper = document.implementation.createDocument(space, "svg", null);
  const make = (name: string, attributes: Record<string, string | number | undefined>): Element => {
    const made = paper.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== "") made.setAttribute(key, typeof value === "number" ? number(value) : value);
    return made;
  };
  const { width, height } = picture;
  const root = make("svg", { viewBox: `0 0 ${number(width)} ${number(height)}`, width, height });
  const kept = make("defs", {});
  root.append(kept, make("rect", { width, height, fill: picture.paper }));
  const tiles = new Set<string>();
  const inkAs = (ink: Paint): string => {
    if (ink === undefined || typeof ink === "string") return ink ?? "none";
    if (!tiles.has(ink.id)) {
      tiles.add(ink.id);
      const tile = make("pattern", { id: ink.id, width: ink.width, height: ink.height, patternUnits: "userSpaceOnUse", patternTransform: turned(ink.turn) });
      tile.append(...ink.shapes.map((shape) => drawn(shape)));
      kept.append(tile);
    }
    return `url(#${ink.id})`;
  };
  let cuts = 0;
  const drawn = (mark: Mark): Element => {
    if (mark.kind === "image") return make("image", { href: mark.canvas.toDataURL("image/png"), x: mark.x, y: mark.y, width: mark.width, height: mark.height });
    if (mark.kind === "words") {
      const words = make("text", { x: mark.x, y: mark.y, transform: turned(mark.at), "font-size": mark.size, "font-weight": mark.weight, "font-family": mark.family, fill: mark.fill, "fill-opacity": mark.alpha < 1 ? mark.alpha : undefined, ...(mark.halo ? { stroke: mark.halo, "stroke-width": mark.haloWidth, "paint-order": "stroke", "stroke-linejoin": "round" } : {}) });
      words.textContent = mark.text;
      return words;
    }
    const stroke = mark.stroke && mark.width ? { stroke: inkAs(mark.stroke), "stroke-width": mark.width, "stroke-dasharray": mark.dash.join(" "), "stroke-linecap": mark.cap === "butt" ? undefined : mark.cap, "stroke-linejoin": mark.join === "miter" ? undefined : mark.join, "stroke-opacity": mark.strokeAlpha < 1 ? mark.strokeAlpha : undefined } : {};
    const path = make("path", { d: mark.d, transform: turned(mark.at), fill: inkAs(mark.fill), "fill-opacity": mark.fillAlpha < 1 ? mark.fillAlpha : undefined, ...stroke });
    if (!mark.clip) return path;
    const cut = make("clipPath", { id: `cut-${cuts}` });
    cut.append(make("path", { d: mark.clip.d, transform: turned(mark.clip.at) }));
    kept.append(cut);
    const group = make("g", { "clip-path": `url(#cut-${cuts++})` });
    group.append(path);
    return group;
  };
  root.append(...picture.marks.map(drawn));
  return new XMLSerializer().serializeToString(root);
}

const turned = (at: Matrix): string | undefined => (at.every((part, n) => part === STILL[n]) ? undefined : `matrix(${at.map((part) => String(Math.round(part * 1e4) / 1e4)).join(" ")})`);
