/** A folder becomes a zip that others can open. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { partsOf } from "../src/ledger/folder";
import { crc32, zipped } from "../src/ledger/zip";

const bytes = (text: string) => new TextEncoder().encode(text);

test("the check sum is the one of the standard's example", () => {
  expect(crc32(bytes("123456789"))).toBe(0xcbf43926);
  expect(crc32(bytes(""))).toBe(0);
});

test("another program reads back what was packed", () => {
  const files = [{ name: "case.yaml", bytes: bytes("name: {zh: 案例}\n") }, { name: "deals/empty.yaml", bytes: bytes("") }, { name: "collected/long.csv", bytes: bytes("a,b\n".repeat(30_000)) }];
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  try {
    writeFileSync(join(folder, "one.zip"), zipped(files));
    const read = "import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";
    const python = process.env.PYTHON ?? "python3";
    const said = JSON.parse(execFileSync(python, ["-c", read, join(folder, "one.zip")], { maxBuffer: 10_000_000 }).toString()) as Record<string, string>;
    expect(said).toEqual(Object.fromEntries(files.map((file) => [file.name, new TextDecoder().decode(file.bytes)])));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the same files give the same bytes, and none gives an empty archive", () => {
  const files = [{ name: "a.yaml", bytes: bytes("a") }];
  expect(zipped(files)).toEqual(zipped(files));
  expect(zipped([]).length).toBe(22);
});

test("a case is found inside what was dropped, whatever lies beside it", () => {
  const given = ["mine/case.yaml", "mine/deals/a.yaml", "mine/.git/config", "mine/notes.txt", "mine/.DS_Store", "__MACOSX/mine/case.yaml", "mine/collected/n.csv"].map((path) => ({ path, file: path }));
  const { kept, left } = partsOf(given);
  expect(kept.map((one) => one.path)).toEqual(["case.yaml", "collected/n.csv", "deals/a.yaml"]);
  expect(kept[2]!.file).toBe("mine/deals/a.yaml");
  expect(left).toEqual(["notes.txt"]);
});

test("files without case.yaml stay as they are, so that the check can say what is missing", () => {
  expect(partsOf([{ path: "x/deals/a.yaml", file: 1 }]).kept).toEqual([{ path: "x/deals/a.yaml", file: 1 }]);
});
