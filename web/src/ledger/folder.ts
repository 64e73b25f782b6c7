/** The files of a case out of what was dropped or chosen: a folder, some files, or one zip. */

export interface Given<F = File> { readonly path: string; readonly file: F }
export interface Chosen<F = File> { readonly kept: readonly Given<F>[]; readonly left: readonly string[] }

const isHidden = (path: string): boolean => path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
const isPart = (path: string): boolean => /\.(yaml|csv)$/.test(path);

/** What belongs to the case, by its path beside `case.yaml`; and the names of what does not. */
export function partsOf<F>(given: readonly Given<F>[]): Chosen<F> {
  const seen = given.filter(({ path }) => !isHidden(path));
  const tops = seen.map(({ path }) => /^(.*\/)?case\.yaml$/.exec(path)).flatMap((found) => (found ? [found[1] ?? ""] : []));
  const top = tops.sort((a, b) => a.length - b.length)[0] ?? "";
  const inside = seen.filter(({ path }) => path.startsWith(top)).map(({ path, file }) => ({ path: path.slice(top.length), file }));
  const kept = inside.filter(({ path }) => isPart(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { kept, left: inside.filter(({ path }) => !isPart(path)).map(({ path }) => path) };
}

/** Everything below what was dropped; entries are read in portions until none is left. */
export async function dropped(items: DataTransferItemList): Promise<Given[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => below(entry, "")))).flat();
}

async function below(entry: FileSystemEntry, folder: string): Promise<Given[]> {
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Given[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...(await below(one, `${path}/`)));
  }
}

/** The same from a file picker, which tells the path in a folder where a folder was chosen. */
export const picked = (files: FileList): Given[] => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

export const isZip = (given: readonly Given[]): boolean => given.length === 1 && /\.zip$/i.test(given[0]!.path);
