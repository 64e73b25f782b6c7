"""How long a visitor waits: a slider to its picture, eight who drag at once, fifty who read, a start, a long day.

A real server and, where there is one, a real browser, on the loopback address. The limit for answers is a bare
FastAPI answer of the same bytes, asked the same way in the same run. Clients share the cores with the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from timing import Timed

MOVES, ROUNDS = 40, 5
USERS, READERS = 8, 50
DRAG = REST = 3.0  # seconds
CYCLES = 2
REQUESTS = 10_000
PAUSE = 0.5  # seconds a reader reads between two questions
READING = 5.0  # seconds in which readers ask for one address
BEFORE_REFINING = 0.12  # seconds of rest, as the page waits
ADDRESSES = {"ledger": "ledger?show=deals", "gauges": "gauges", "loops": "loops?show=rings"}
PREVIEW = "draws=2000&fewest=500&quarters=24"
WHOLE = "draws=10000&quarters=24"
BROWSERS = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-sandbox"]  # fmt: skip
# Asked as the page does, with nothing between: the same server, the same settings, and no work.
BARE = """\
import socket, sys
import uvicorn
from fastapi import FastAPI, Response
app, body = FastAPI(), open(sys.argv[1], "rb").read()
@app.get("/api/{path:path}")
async def answer(path: str) -> Response:
    return Response(body, media_type="application/json", headers={"Content-Encoding": sys.argv[2]})
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
uvicorn.Server(uvicorn.Config(app, http="h11", log_config=None, access_log=False)).run(sockets=[listener])
"""
# From the event to the frame after the picture of this or a later question is on the screen. Rounds pull the first two
# sliders in turn and leave the other where it is, so that no question was asked before.
DRAGGING = """\
async (moves) => {
  globalThis.turns = (globalThis.turns ?? 0) + 1;
  const knobs = [...document.querySelectorAll(".knob input[type=range]")];
  const fine = knobs.filter((one) => (one.max - one.min) / one.step > 90).slice(0, 2);
  const knob = fine[globalThis.turns % fine.length], fan = document.querySelector("[data-painted]");
  const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const low = Number(knob.min), high = Number(knob.max), seen = [];
  const isWhole = () => fan.closest("figure").querySelector("figcaption").textContent.includes("10,000");
  const painted = (enough) => new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`${knob.id}: no picture after 30 s`)), 30_000);
    const watch = new MutationObserver(() => {
      if (!enough()) return;
      watch.disconnect();
      clearTimeout(late);
      requestAnimationFrame(() => done(performance.now()));
    });
    watch.observe(fan, { attributes: true, attributeFilter: ["data-painted"] });
  });
  for (let move = 0; move < moves; move++) {
    const at = ((move * 37 + globalThis.turns * 11) % 97 + 1) / 100;
    const come = painted(() => true);
    value.call(knob, String(low + at * (high - low)));
    const start = performance.now();
    knob.dispatchEvent(new Event("input", { bubbles: true }));
    seen.push(await come - start);
  }
  const whole = painted(isWhole), start = performance.now();
  knob.dispatchEvent(new Event("change", { bubbles: true }));
  return { seen, refined: await whole - start };
}
"""
# A hand that never stops: how often the picture follows it.
FLOWING = """\
async (seconds) => {
  const knob = document.querySelector(".knob input[type=range]"), fan = document.querySelector("[data-painted]");
  const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const low = Number(knob.min), high = Number(knob.max);
  let paints = 0, move = 0;
  const watch = new MutationObserver(() => paints++);
  watch.observe(fan, { attributes: true, attributeFilter: ["data-painted"] });
  const ends = performance.now() + 1000 * seconds;
  while (performance.now() < ends) {
    value.call(knob, String(low + ((move++ % 199) / 200 + 0.002) * (high - low)));
    knob.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  watch.disconnect();
  return paints / seconds;
}
"""


@dataclass
class Server:
    """A server that runs, and when it was started."""

    process: subprocess.Popen[str]
    address: str
    began: float

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def memory_mb(self) -> float | None:
        """What it holds now; nothing where the system does not tell."""
        told = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", told.read_text()) if told.exists() else None
        return int(found[1]) / 1024 if found else None

    def cpu_seconds(self) -> float | None:
        """How long it has computed since its start; on a busy machine it tells more than a clock."""
        told = Path(f"/proc/{self.process.pid}/stat")
        if not told.exists():
            return None
        user, system = told.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(*command: str) -> Iterator[Server]:
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        link = next((found for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))), None)
        assert link is not None, "the server did not start"
        yield Server(process, link[0], began)
    finally:
        process.terminate()
        process.wait(timeout=30)


class Visitor:
    """One connection that is kept open; as little of a client as there can be."""

    def __init__(self, port: int, packing: str = "gzip") -> None:
        self.port, self.packing = port, packing
        self.wire: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, view: str | None = None, seq: int = 0) -> tuple[int, bytes, bytes]:
        """Status, headers, body."""
        reader, writer = self.wire = self.wire or await asyncio.open_connection("127.0.0.1", self.port)
        own = f"X-View: {view}\r\nX-Seq: {seq}\r\n" if view else ""
        said = f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: {self.packing}\r\n{own}\r\n"
        writer.write(said.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        body = await reader.readexactly(int(length[1])) if length else b""
        return int(head[9:12]), head, body

    async def timed(self, path: str, view: str | None = None, seq: int = 0) -> float:
        """Seconds to the answer; one that gave up (on a very busy machine) counts with the time it took."""
        start = time.perf_counter()
        status, _, body = await self.ask(path, view, seq)
        assert status in (200, 503), (path, status, body[:200])
        return time.perf_counter() - start

    def close(self) -> None:
        if self.wire is not None:
            self.wire[1].close()
            self.wire = None


def share(seconds: list[float], of: float) -> float:
    return float(np.quantile(seconds, of))


# ---- a start


async def started(server: Server) -> Timed:
    """From the command to the first page, to the first verdict, and to the time when all first answers are there."""
    visitor, found = Visitor(server.port), {}
    while "page" not in found:
        try:
            await visitor.ask("")
            found["page"] = time.perf_counter() - server.began
        except OSError:
            visitor.close()
            await asyncio.sleep(0.02)
    while (await visitor.ask("api/verdict"))[0] != 200:
        await asyncio.sleep(0.1)
    found["verdict"] = time.perf_counter() - server.began
    found["verdict_cpu"] = server.cpu_seconds() or 0.0
    while json.loads((await Visitor(server.port, "identity").ask("api/health"))[2])["result"]["state"] != "ready":
        await asyncio.sleep(0.1)
    found["ready"] = time.perf_counter() - server.began
    visitor.close()
    return {f"start_{name}": seconds for name, seconds in found.items()}


# ---- those who read


async def listens(port: int) -> None:
    """A server tells its address a moment before it listens."""
    for _ in range(200):
        try:
            await Visitor(port).ask("api/x")
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return


async def reading(port: int, path: str, packing: str) -> list[float]:
    """Fifty readers who look at an answer for a while before they ask again; seconds of every answer."""
    seconds: list[float] = []
    ends = time.perf_counter() + READING

    async def reader(n: int) -> None:
        visitor = Visitor(port, packing)
        await asyncio.sleep(PAUSE * n / READERS)
        while time.perf_counter() < ends:
            seconds.append(await visitor.timed(path))
            await asyncio.sleep(PAUSE)
        visitor.close()

    await listens(port)
    await asyncio.gather(*(reader(n) for n in range(READERS)))
    return seconds


async def in_a_row(port: int, path: str, times: int) -> float:
    """Seconds for so many requests of fifty who do not pause."""
    left = iter(range(times))

    async def reader() -> None:
        visitor = Visitor(port)
        for _ in left:
            await visitor.timed(path)
        visitor.close()

    start = time.perf_counter()
    await asyncio.gather(*(reader() for _ in range(READERS)))
    return time.perf_counter() - start


def read(server: Server, folder: Path) -> Timed:
    """Answers that are kept, beside bare ones of the same bytes; then ten thousand, and what the server holds."""
    found: Timed = {}
    for name, path in ADDRESSES.items():
        ours = asyncio.run(reading(server.port, f"api/{path}", "gzip"))
        _, head, body = asyncio.run(Visitor(server.port).ask(f"api/{path}"))
        packing = "gzip" if b"content-encoding: gzip" in head else "identity"
        (folder / "body").write_bytes(body)
        with serving("-c", BARE, str(folder / "body"), packing) as bare:
            theirs = asyncio.run(reading(bare.port, "api/x", packing))
            if name == "loops":
                found["bare_10000"] = asyncio.run(in_a_row(bare.port, "api/x", REQUESTS))
        for of in (50, 95, 99):
            found |= {f"{name}_p{of}": share(ours, of / 100), f"{name}_bare_p{of}": share(theirs, of / 100)}
        found[f"{name}_bytes"] = len(body)
    before = server.memory_mb()
    found["requests_10000"] = asyncio.run(in_a_row(server.port, f"api/{ADDRESSES['loops']}", REQUESTS))
    after = server.memory_mb()
    return found | ({"memory_before": before, "memory_after": after} if before and after else {})


# ---- those who drag


@dataclass(frozen=True)
class Knob:
    """What is moved, how far it goes, and what is looked at."""

    address: str
    low: float
    high: float
    outcome: str

    def asked(self, at: float, how: str) -> str:
        value = self.low + at * (self.high - self.low)
        return f"api/simulate?scenario=neutral&outcome={self.outcome}&set={self.address}%3D{value:.6g}&{how}"


async def knob_of(port: int) -> Knob:
    """The first assumption that the page shows."""
    _, _, body = await Visitor(port, "identity").ask("api/simulate?scenario=neutral&quarters=24&draws=2000")
    result = json.loads(body)["result"]
    stated = {one["address"]: one for one in (*result["assumed"], *result["sourced"])}
    moving = [address for row in result["drivers"]["rows"] for address in row["addresses"]]
    first = next(stated[one] for one in moving if one in stated and stated[one]["low"] < stated[one]["high"])
    return Knob(first["address"], first["low"], first["high"], f"{result['facts']['engine']}.funding_gap")


async def dragging(port: int, knob: Knob, n: int, begins: float, previews: list[float], rests: list[float]) -> None:
    """Drag three seconds, rest three seconds: each answer is followed by the next question, the rest by the whole."""
    visitor, seq = Visitor(port), 0
    await asyncio.sleep(max(0.0, begins + n * (DRAG + REST) / USERS - time.perf_counter()))
    for cycle in range(CYCLES):
        ends = time.perf_counter() + DRAG
        at = 0.0
        while time.perf_counter() < ends:
            # No two users ask the same, so that nothing is answered for two.
            at, seq = (seq * 0.37 + n * 0.0113 + cycle * 0.0031) % 1.0, seq + 1
            previews.append(await visitor.timed(knob.asked(at, PREVIEW), f"user{n}", seq))
        rested = time.perf_counter()
        await asyncio.sleep(BEFORE_REFINING)
        seq += 1
        await visitor.timed(knob.asked(at, WHOLE), f"user{n}", seq)
        rests.append(time.perf_counter() - rested)
        await asyncio.sleep(max(0.0, rested + REST - time.perf_counter()))
    visitor.close()


async def crowd(port: int, knob: Knob, users: range) -> Timed:
    previews: list[float] = []
    rests: list[float] = []
    begins = time.perf_counter() + 0.2
    await asyncio.gather(*(dragging(port, knob, n, begins, previews, rests) for n in users))
    return {"previews": previews, "rests": rests}  # type: ignore[dict-item]


def alone(port: int, knob: Knob) -> Timed:
    """The same questions of one visitor, without a picture."""

    async def both() -> Timed:
        visitor = Visitor(port)
        quick = [await visitor.timed(knob.asked((n * 0.37) % 1.0, PREVIEW), "alone", n + 1) for n in range(2 * MOVES)]
        whole = [await visitor.timed(knob.asked((n * 0.37) % 1.0, WHOLE), "alone", 1_000 + n) for n in range(ROUNDS)]
        visitor.close()
        return {"answer_p50": share(quick, 0.5), "answer_p95": share(quick, 0.95), "whole_p50": share(whole, 0.5)}

    return asyncio.run(both())


# ---- with a browser


@contextlib.contextmanager
def browsing() -> Iterator[Any]:
    """A browser, or nothing where there is none."""
    found = next((path for name in BROWSERS if name and (path := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if found is None:
        yield None
        return
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def opened(browser: Any, server: Server) -> Timed:
    """A browser that was never here: the first ink, and the verdict."""
    first, read = [], []
    for _ in range(ROUNDS):
        page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
        start = time.perf_counter()
        page.goto(server.address)
        page.locator(".lead").first.wait_for()
        read.append(time.perf_counter() - start)
        told = 'performance.getEntriesByName("first-contentful-paint").map((one) => one.startTime)'
        first += [ms / 1e3 for ms in page.evaluate(told)]
        page.context.close()
    return {"first_paint": share(first, 0.5), "verdict_readable": share(read, 0.5)}


def the_machine(browser: Any, server: Server) -> Any:
    """The page of the machine, with its first picture painted."""
    page = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce"
    ).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.address}machine")
    page.locator(".knob input[type=range]").first.wait_for()
    page.locator("[data-painted]:not([data-painted='0'])").first.wait_for()
    page.wait_for_timeout(1_500)  # the first whole picture
    return page


def painted(page: Any) -> Timed:
    """One user: event to picture, the whole picture after the rest, and how often the picture follows the hand."""
    seen: list[float] = []
    whole: list[float] = []
    for _ in range(ROUNDS):
        told = page.evaluate(DRAGGING, MOVES)
        seen += [ms / 1e3 for ms in told["seen"]]
        whole.append(told["refined"] / 1e3)
        page.wait_for_timeout(2_500)  # facts and drivers, which come after the picture
    return {"painted_p50": share(seen, 0.5), "painted_p95": share(seen, 0.95),
            "refined_p50": share(whole, 0.5), "refined_p95": share(whole, 0.95),
            "paints": page.evaluate(FLOWING, DRAG)}  # fmt: skip


def eight(page: Any, server: Server, knob: Knob) -> Timed:
    """Seven scripted users and the one before the browser, or eight scripted ones; not in step."""
    users = range(USERS) if page is None else range(1, USERS)
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import web; web.main_crowd()"
    words = json.dumps({"port": server.port, "knob": knob.__dict__, "users": [users.start, users.stop]})
    others = subprocess.Popen([sys.executable, "-c", code, words], stdout=subprocess.PIPE, text=True)
    seen: list[float] = []
    whole: list[float] = []
    while page is not None and others.poll() is None:
        told = page.evaluate(DRAGGING, MOVES // 2)
        seen += [ms / 1e3 for ms in told["seen"]]
        whole.append(told["refined"] / 1e3)
        page.wait_for_timeout(1_000 * REST)
    out, _ = others.communicate(timeout=120)
    told = json.loads(out)
    found = {"crowd_p50": share(told["previews"], 0.5), "crowd_p95": share(told["previews"], 0.95),
             "crowd_answers": len(told["previews"]), "crowd_whole_p95": share(told["rests"], 0.95),
             "crowd_memory": server.memory_mb() or 0.0}  # fmt: skip
    if seen:
        found |= {"crowd_painted_p50": share(seen, 0.5), "crowd_painted_p95": share(seen, 0.95),
                  "crowd_refined": max(whole)}  # fmt: skip
    return found


def main_crowd() -> None:
    """The scripted users, in a process of their own."""
    said = json.loads(sys.argv[1])
    told = asyncio.run(crowd(said["port"], Knob(**said["knob"]), range(*said["users"])))
    print(json.dumps(told))


def visits() -> Timed:
    """Everything, on one server."""
    import tempfile

    with serving("-m", "perpetuum", "serve", "--port", "0") as server, tempfile.TemporaryDirectory() as folder:
        found = {"load": os.getloadavg()[0], **asyncio.run(started(server))}
        knob = asyncio.run(knob_of(server.port))
        found |= alone(server.port, knob)
        with browsing() as browser:
            if browser is not None:
                found |= opened(browser, server)
                page = the_machine(browser, server)
                found |= painted(page) | eight(page, server, knob)
            else:
                found |= eight(None, server, knob)
        return found | read(server, Path(folder))


TASKS: dict[str, Callable[..., Timed]] = {"web_visits": visits}
