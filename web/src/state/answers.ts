/** Pages may be an export: files without a server. Then answers lie beside them, found by their question. */

export type Asked = Readonly<Record<string, string | readonly string[] | undefined>>;
/** What `answers/index.json` holds: files by their question, and what can be left out of a question. */
export interface Index {
  readonly case: string;
  readonly newest: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where no answer is as asked: keys that may take another value, or none, to find one that tells the same. */
  readonly instead: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly answers: Readonly<Record<string, string>>;
  /** Questions that the app refuses too, with what it says. */
  readonly refused: Readonly<Record<string, { status: number }>>;
}

/** The case that an export shows first; nothing where a server answers. */
export const exported: string | undefined = typeof document === "undefined" ? undefined : document.querySelector<HTMLMetaElement>('meta[name="perpetuum-export"]')?.content;

let index: Index | undefined;
export const open = (given: Index): void => { index = given; };

/** Where the answer lies, as an address relative to the page; nothing if it was not saved. */
export const answerTo = (verb: string, query: Asked): string | undefined => (index ? found(index, verb, query) : undefined);

/** What the app itself says to a question that it refuses. */
export const refusalOf = (verb: string, query: Asked): { status: number } | undefined => (index ? index.refused[spelled(index, verb, query)] : undefined);

export function found(index: Index, verb: string, query: Asked): string | undefined {
  const asked = spelled(index, verb, query);
  if (index.answers[asked]) return index.answers[asked];
  const instead = index.instead[verb];
  if (!instead) return undefined;
  const other: Record<string, Asked[string]> = { ...query };
  for (const [key, value] of Object.entries(instead)) other[key] = value ?? undefined;
  return index.answers[spelled(index, verb, other)];
}

/** One question, one spelling: keys in order, without what is usual. */
export function spelled(index: Index, verb: string, query: Asked): string {
  const usual: Record<string, string> = { ...index.defaults[verb], case: index.case };
  const name = typeof query.case === "string" ? query.case : index.case;
  const said: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    for (const one of value === undefined ? [] : typeof value === "string" ? [value] : value) {
      const isNewest = key === "at" && query.asof === undefined && one === index.newest[name];
      if (one !== usual[key] && !isNewest) said.push(`${key}=${one}`);
    }
  }
  return [verb, ...said.sort()].join(" ");
}
