/** Short lines of a dial, put together from the catalogue and from what the server wrote. */
import { language, say, told } from "../state/words.svelte";
import type { Dial } from "./model";

export const dot = (): string => (language() === "zh" ? "・" : " · ");

export function ageOf(dial: Dial): string {
  if (dial.age === null) return "";
  return dial.age === 0 ? say("ui.gauge.fresh") : say(dial.age === 1 ? "ui.gauge.age.one" : "ui.gauge.age", { quarters: dial.age });
}

/** From where the bands begin, on the number that they cut. */
export function edgesOf(dial: Dial): string {
  const past = (band: string): string => `ui.gauge.edge.${dial.worse === "low" ? "below" : band === "alarm" ? "above" : "from"}`;
  const said = dial.edges.map((edge) => say(edge.lasting > 1 ? `ui.gauge.edge.${dial.worse === "low" ? "below" : "above"}.lasting` : past(edge.band), { band: say(`band.${edge.band}`), at: told(edge.text), quarters: edge.lasting }));
  return said.join(dot());
}
