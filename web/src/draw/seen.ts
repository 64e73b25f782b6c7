/** What stands on the page, read as marks of a picture: shapes of SVG, canvases, boxes and words, in their order. */
import { STILL, pathOf, rect, type Mark, type Matrix, type Paint, type Shape, type Tile, type Words } from "./picture";

const LEFT_OUT = "button, select, input, .take, .reading, .heard, details:not([open]), [hidden]";
const SHAPES = "path, line, rect, circle, ellipse, polyline, polygon";

const known = new Map<string, string | undefined>();
/** A colour as every program reads it; nothing where it is not seen at all. */
function colour(said: string): string | undefined {
  if (!said || said === "none" || said === "transparent") return undefined;
  if (!known.has(said)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.fillStyle = said;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    known.set(said, a === 0 ? undefined : a === 255 ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${Math.round((a! / 255) * 100) / 100})`);
  }
  return known.get(said);
}

const matrixOf = (m: DOMMatrix | SVGMatrix | null, left = 0, top = 0): Matrix => (m ? [m.a, m.b, m.c, m.d, m.e - left, m.f - top] : STILL);

/** All marks of an element, placed from its own corner, and how far down they reach. */
export function marksOf(box: HTMLElement): { marks: Mark[]; height: number } {
  const corner = box.getBoundingClientRect();
  const made: Mark[] = [];
  let height = 0;
  const reach = (bottom: number): void => { height = Math.max(height, bottom - corner.top); };
  const walk = (node: Node, alpha: number): void => {
    if (node instanceof Text) {
      const words = wordsOf(node, corner, alpha);
      for (const one of words) reach(corner.top + one.y + 8);
      return void made.push(...words);
    }
    if (!(node instanceof Element) || node.matches(LEFT_OUT)) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden") return;
    const seen = alpha * parseFloat(style.opacity || "1");
    if (node instanceof SVGSVGElement || node instanceof HTMLCanvasElement) reach(node.getBoundingClientRect().bottom);
    if (node instanceof HTMLCanvasElement) {
      const at = node.getBoundingClientRect();
      if (node.width && node.height && at.width) made.push({ kind: "image", canvas: node, x: at.left - corner.left, y: at.top - corner.top, width: at.width, height: at.height });
      return;
    }
    if (node instanceof SVGElement) {
      if (/^(defs|pattern|clipPath|title|desc)$/.test(node.tagName)) return;
      if (node instanceof SVGTextElement) return void made.push(...textOf(node, style, corner, seen));
      if (node.matches(SHAPES)) return void made.push(...shapeOf(node as SVGGraphicsElement, style, matrixOf((node as SVGGraphicsElement).getScreenCTM(), corner.left, corner.top), seen, corner));
    } else made.push(...boxOf(node, style, corner, seen));
    for (const child of node.childNodes) walk(child, seen);
  };
  for (const child of box.childNodes) walk(child, 1);
  return { marks: made, height };
}

function shapeOf(node: SVGGraphicsElement, style: CSSStyleDeclaration, at: Matrix, alpha: number, corner: DOMRect): Shape[] {
  const d = pathOf(node.tagName, (name) => node.getAttribute(name) ?? styled(style, name));
  const fill = inkOf(style.fill);
  const stroke = inkOf(style.stroke);
  if (!d || (!fill && !stroke)) return [];
  const dash = style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat).filter((part) => part >= 0);
  return [{ kind: "shape", d, at, fill, stroke, width: parseFloat(style.strokeWidth) || 0, dash, cap: style.strokeLinecap as CanvasLineCap, join: style.strokeLinejoin as CanvasLineJoin, fillAlpha: alpha * parseFloat(style.fillOpacity || "1"), strokeAlpha: alpha * parseFloat(style.strokeOpacity || "1"), clip: cutOf(node, corner) }];
}

// A length may be written in the style sheet instead of at the shape.
const styled = (style: CSSStyleDeclaration, name: string): string | null => style.getPropertyValue(name) || null;

function cutOf(node: SVGGraphicsElement, corner: DOMRect): Shape["clip"] {
  const id = /#([^)"]+)/.exec(node.getAttribute("clip-path") ?? "")?.[1];
  const cut = id ? document.getElementById(id)?.querySelector(SHAPES) : undefined;
  return cut ? { d: pathOf(cut.tagName, (name) => cut.getAttribute(name)), at: matrixOf(node.getScreenCTM(), corner.left, corner.top) } : undefined;
}

function inkOf(said: string): Paint {
  const id = /url\("?#([^")]+)/.exec(said)?.[1];
  return id ? tileOf(id) : colour(said);
}

function tileOf(id: string): Tile | undefined {
  const pattern = document.getElementById(id);
  if (!(pattern instanceof SVGPatternElement)) return undefined;
  const shapes = [...pattern.querySelectorAll<SVGGraphicsElement>(SHAPES)].flatMap((node) => shapeOf(node, getComputedStyle(node), STILL, 1, new DOMRect()));
  const turn = pattern.patternTransform.baseVal.consolidate()?.matrix ?? null;
  return { id, width: pattern.width.baseVal.value, height: pattern.height.baseVal.value, turn: matrixOf(turn), shapes };
}

function textOf(node: SVGTextElement, style: CSSStyleDeclaration, corner: DOMRect, alpha: number): Mark[] {
  const fill = colour(style.fill);
  if (!fill || !node.textContent?.trim() || !node.getNumberOfChars()) return [];
  const start = node.getStartPositionOfChar(0);
  const halo = style.paintOrder.startsWith("stroke") ? colour(style.stroke) : undefined;
  return [{ kind: "words", text: node.textContent.trim(), x: start.x, y: start.y, at: matrixOf(node.getScreenCTM(), corner.left, corner.top), size: parseFloat(style.fontSize), weight: style.fontWeight, family: style.fontFamily, fill, alpha, halo, haloWidth: parseFloat(style.strokeWidth) || 0 }];
}

/** A box with a colour, with the hatch of what is unknown, or with lines at its edges. */
function boxOf(node: Element, style: CSSStyleDeclaration, corner: DOMRect, alpha: number): Mark[] {
  const at = node.getBoundingClientRect();
  const [x, y] = [at.left - corner.left, at.top - corner.top];
  const shape = (d: string, fill: Paint): Mark[] => (d && fill ? [{ kind: "shape", d, at: STILL, fill, stroke: undefined, width: 0, dash: [], cap: "butt", join: "miter", fillAlpha: alpha, strokeAlpha: alpha, clip: undefined }] : []);
  const made = shape(rect(x, y, at.width, at.height, parseFloat(style.borderTopLeftRadius) || 0), colour(style.backgroundColor));
  if (style.backgroundImage.includes("gradient")) made.push(...shape(rect(x, y, at.width, at.height), tileOf("hatch")));
  const sides = [["Top", x, y, at.width, 0], ["Bottom", x, y + at.height, at.width, 0], ["Left", x, y, 0, at.height], ["Right", x + at.width, y, 0, at.height]] as const;
  for (const [side, left, top, width, height] of sides) {
    const thick = parseFloat(style[`border${side}Width`]);
    if (!thick || style[`border${side}Style`] === "none") continue;
    const [sx, sy] = [side === "Right" ? left - thick : left, side === "Bottom" ? top - thick : top];
    made.push(...shape(rect(sx, sy, width || thick, height || thick), colour(style[`border${side}Color`])));
  }
  return made;
}

/** The words of a text, a mark a line, as they are broken on screen. */
function wordsOf(node: Text, corner: DOMRect, alpha: number): Words[] {
  const parent = node.parentElement;
  if (!parent || !node.data.trim()) return [];
  const style = getComputedStyle(parent);
  const fill = colour(style.color);
  if (!fill) return [];
  const size = parseFloat(style.fontSize);
  const range = document.createRange();
  const made: { text: string; left: number; middle: number }[] = [];
  for (let n = 0; n < node.data.length; n++) {
    range.setStart(node, n);
    range.setEnd(node, n + 1);
    const at = range.getClientRects()[0];
    if (!at || !at.height) continue;
    const line = made[made.length - 1];
    if (line && Math.abs(line.middle - (at.top + at.height / 2)) < size / 2) line.text += node.data[n];
    else made.push({ text: node.data[n]!, left: at.left, middle: at.top + at.height / 2 });
  }
  const tall = 0.36 * size; // from the middle of a line to the foot of its letters
  return made.filter((line) => line.text.trim()).map((line) => ({ kind: "words", text: line.text.replace(/\s+/g, " "), x: line.left - corner.left, y: line.middle - corner.top + tall, at: STILL, size, weight: style.fontWeight, family: style.fontFamily, fill, alpha, halo: undefined, haloWidth: 0 }));
}
