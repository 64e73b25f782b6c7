/** Quarters in a row. */

/** Quarters from the first one on; none while nobody has said which is the first. */
export function quartersFrom(first: string | undefined, count = 40): string[] {
  const found = /^(\d{4})Q([1-4])$/.exec(first ?? "");
  if (!found) return [];
  const start = Number(found[1]) * 4 + Number(found[2]) - 1;
  return Array.from({ length: count }, (_, k) => `${Math.floor((start + k) / 4)}Q${((start + k) % 4) + 1}`);
}
