/** Dots on one canvas: a fixed sum each, at twelve seconds a quarter. A tenth of the cost of moving shapes in a page. */
import { motion } from "../state/motion.svelte";
import { placeOf, type Line } from "./geometry";

export interface Scene { width: number; height: number; quarters: number; lines: readonly Line[] }

/** Draw until told to stop; still while paused, hidden, out of sight, or while the scrubber moves. */
export function run(canvas: HTMLCanvasElement, scene: Scene, isBusy: () => boolean): () => void {
  const context = canvas.getContext("2d");
  if (!context) return () => undefined;
  let isSeen = true;
  const seen = new IntersectionObserver(([entry]) => { isSeen = entry?.isIntersecting ?? true; });
  seen.observe(canvas);
  const paint = (time: number): void => {
    const box = canvas.getBoundingClientRect();
    const [w, h] = [Math.round(box.width * devicePixelRatio), Math.round(box.height * devicePixelRatio)];
    if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
    const k = w / scene.width;
    context.setTransform(k, 0, 0, k, 0, 0);
    context.clearRect(0, 0, scene.width, scene.height);
    const css = getComputedStyle(canvas);
    const [paper, ink] = [css.getPropertyValue("--paper"), css.getPropertyValue("--ink")];
    for (const line of scene.lines) {
      context.fillStyle = line.width < 8 ? ink : paper;
      for (let dot = 0; dot < line.dots; dot++) {
        const { x, y } = placeOf(line, dot, time, scene.quarters);
        context.beginPath();
        context.arc(x, y, 2, 0, 7);
        context.fill();
      }
    }
  };
  let clock = 0;
  let last = 0;
  let frame = 0;
  const step = (time: number): void => {
    if (motion.isOn && isSeen && !document.hidden && !isBusy()) { clock += Math.min(time - last, 100); paint(clock); }
    last = time;
    frame = requestAnimationFrame(step);
  };
  paint(0);
  frame = requestAnimationFrame(step);
  return () => { cancelAnimationFrame(frame); seen.disconnect(); };
}
