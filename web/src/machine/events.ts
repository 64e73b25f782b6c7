/** Server-sent events, read from a stream that comes in pieces. */

export interface Sent { event: string; data: unknown }

/** The events that are whole, and the beginning of the next; comments are signs of life and say nothing. */
export function readEvents(text: string): { events: Sent[]; rest: string } {
  const parts = text.split("\n\n");
  const rest = parts.pop()!;
  const events = parts.flatMap((part) => {
    const lines = part.split("\n");
    const field = (name: string): string | undefined => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field("data");
    return data === undefined ? [] : [{ event: field("event") ?? "message", data: JSON.parse(data) as unknown }];
  });
  return { events, rest };
}
