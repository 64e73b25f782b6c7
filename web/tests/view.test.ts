import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

/** The view that a freshly loaded page asks as. */
async function viewOf(): Promise<string> {
  vi.resetModules();
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", (_: string, how: RequestInit) => {
    asked.push(how);
    return Promise.resolve(new Response("{}", { headers: { "Content-Type": "application/json" } }));
  });
  const { askLive } = await import("../src/api");
  await askLive("simulate", {}, "machine", 1, new AbortController().signal);
  await askLive("simulate", {}, "machine", 2, new AbortController().signal);
  const [first, second] = asked.map((how) => new Headers(how.headers).get("X-View")!);
  expect(second).toBe(first);
  return first!;
}

test("a page that is loaded again does not ask as the one before, whose count has gone on", async () => {
  const [one, other] = [await viewOf(), await viewOf()];
  expect(one).toMatch(/^machine-[a-z0-9]{1,40}$/);
  expect(other).not.toBe(one);
});
