/** Only what leads to a page on the web becomes a link. */
export function linkOf(url: string | null | undefined): URL | undefined {
  try {
    const found = new URL(url ?? "");
    return found.protocol === "https:" || found.protocol === "http:" ? found : undefined;
  } catch {
    return undefined;
  }
}
