"""How long things take and how that grows, beside a peer or a limit measured in the same run.

`make bench` prints a table and writes `bench/results.json`. Bars are met or missed, never asserted:
machines are shared and noisy.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import bubbles
import numpy as np

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
READ_CASE = "import perpetuum; perpetuum.load('ai')"
FIRST_DRAWS = """\
import perpetuum
ledger = perpetuum.load("ai")
network = ledger.network(at="newest", stage="signed")
perpetuum.simulate(network, ledger.scenario("neutral"), draws=100, quarters=40)
"""
COMPOSE = """\
import importlib.util, pathlib, yaml
folder = pathlib.Path(importlib.util.find_spec("perpetuum").origin).parent / "cases" / "ai"
for path in folder.rglob("*.yaml"):
    yaml.compose(path.read_bytes(), Loader=yaml.CSafeLoader)
"""
# Of a clearing, in the remark: `read` is M for checking the matrix, `matrices` the peak memory in multiples of it.
SAID = ("read", "settled", "unique", "rounds", "residual", "bound", "error", "matrices")
NOT_HERE = "cannot be installed or does not run here"
# A peer that takes longer is killed; the table says so.
PATIENCE = 60.0
PLAIN = {"NUMBA_DISABLE_JIT": "1"}
# A million futures may hold so much at once.
MOST_MEMORY = 1_000.0
# A server that eight people use may hold so much.
MOST_OF_SERVER = 600.0
# On a busy machine threads wait for one another, and a solve of 100 equations takes ten times as long.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line: what was timed, its seconds, the peer's, the peak memory and the bar."""

    name: str
    size: int | None = None
    seconds: float | None = None
    peer: str = ""
    peer_seconds: float | None = None
    memory_mb: float | None = None
    bar: float | None = None
    remark: str = ""

    @property
    def key(self) -> str:
        return self.name if self.size is None else f"{self.name} @ {self.size:,}"

    @property
    def verdict(self) -> str:
        if self.bar is None or self.seconds is None:
            return ""
        return f"{'met' if self.seconds <= self.bar else 'MISSED'} ({self.bar:g} s)"


def task(
    name: str, *sizes: int, patience: float = 600.0, settings: Mapping[str, str] | None = None
) -> dict[str, float] | None:
    """Time one task in a process of its own, algebra on one thread; nothing if it had to be killed."""
    command = [sys.executable, str(HERE / "tasks.py"), name, *map(str, sizes)]
    env = os.environ | ONE_THREAD | dict(settings or {})
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience, env=env)
    except subprocess.TimeoutExpired:
        return None
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def fresh(*command: str) -> dict[str, float]:
    """Time a command as a fresh process; nothing if it fails."""
    done = subprocess.run([sys.executable, str(HERE / "fresh.py"), *command], capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout) if done.returncode == 0 else {}
    return answer


def figures() -> Iterator[Figure]:
    yield from reading()
    for firms in (30, 60, 120):
        yield timed("origin tables of all firms, 20 quarters x 1,000 flows", "the solves in it", "origins", firms,
                    bar=1.0 if firms == 60 else None)  # fmt: skip
    for flows in (250, 500, 1000):
        yield timed("both bounds of a firm, 60 firms x 20 quarters", "the bare linprog calls", "both_bounds", flows,
                    bar=0.5 if flows == 1000 else None)  # fmt: skip
    for longest, sizes in ((3, (1_000, 10_000, 100_000)), (5, (1_000, 10_000))):
        for edges in sizes:
            yield inventory(longest, edges)
    for edges in (250, 500, 1000):
        yield timed("recursive decomposition", "the solves in it", "decompose", edges)
    for edges in (1_000, 3_000, 10_000):
        yield timed("maximum circulation", "the bare linprog call", "netting", edges)
    yield from clearings()
    yield from collecting()
    yield from toys()
    yield from machines()
    yield from histories()
    yield from explosive_roots()
    yield from log_periodics()
    yield from answers()
    yield from commands()
    yield from visits()


def answers() -> Iterator[Figure]:
    for name, real in (("company facts to quarters, made up", 0), ("company facts to quarters, a real firm", 1)):
        got = task("filings_to_quarters", real) or {}
        if got.get("seconds") is not None:  # the real answer lies beside the repository, not in it
            yield Figure(name=name, size=int(got["claims"]), seconds=got["seconds"], peer="json.loads of the answer",
                         peer_seconds=got["against"], memory_mb=got.get("memory_mb"), bar=0.5,
                         remark=f"{got['bytes'] / 1e6:.1f} MB")  # fmt: skip


def timed(name: str, peer: str, of: str, size: int, bar: float | None = None) -> Figure:
    got = task(of, size) or {}
    return Figure(name=name, size=size, seconds=got.get("seconds"), peer=peer, peer_seconds=got.get("against"),
                  memory_mb=got.get("memory_mb"), bar=bar)  # fmt: skip


def reading() -> Iterator[Figure]:
    peer = "yaml.compose of its files"
    warm = task("read_case") or {}
    cold, bare = fresh(sys.executable, "-c", READ_CASE), fresh(sys.executable, "-c", COMPOSE)
    yield Figure(name="read and check the case, warm", seconds=warm.get("seconds"), peer=peer,
                 peer_seconds=warm.get("against"), memory_mb=warm.get("memory_mb"))  # fmt: skip
    yield Figure(name="read and check the case, fresh process", seconds=cold.get("seconds"), peer=peer,
                 peer_seconds=bare.get("seconds"), memory_mb=cold.get("memory_mb"))  # fmt: skip


def collecting() -> Iterator[Figure]:
    print("collecting: rows typed in by hand, from bytes to claims; no peer checks units, sources and dates")
    yield timed("read manual rows", "no peer", "manual_rows", 100_000, 2.0)


def inventory(longest: int, edges: int) -> Figure:
    ours = task("loops", edges, longest) or {}
    peer = task("loops_networkx", edges, longest, patience=PATIENCE)
    found = int(ours.get("found", 0))
    remark = f"{found:,} loops"
    if peer is None:
        remark += f"; networkx killed after {PATIENCE:g} s"
    elif peer["found"] != found:
        remark += f"; networkx finds {int(peer['found']):,}"
    return Figure(name=f"loops of up to {longest} firms", size=edges, seconds=ours.get("seconds"), peer="networkx",
                  peer_seconds=peer and peer["seconds"], memory_mb=ours.get("memory_mb"), remark=remark)  # fmt: skip


def clearings() -> Iterator[Figure]:
    """Process time; M is SciPy's product with the same matrix in the same process, and bars are multiples of it."""
    print("clearing: we found no peer on PyPI (those we know are in R, Julia or on GitHub only); M is csr_matvec")
    yield against_m("one sweep of claims", "sweep", 1_000_000, 1.5)
    yield against_m("clear, easy network", "clear_easy", 10_000, None, seconds=0.03)
    yield against_m("clear, easy network", "clear_easy", 100_000, 170.0)
    yield against_m("clear, easy network", "clear_easy", 1_000_000, 20.0)
    yield against_m("clear, almost closed network", "clear_hard", 100_000, 600.0)
    yield against_m("the same by sweeps alone", "sweeps_alone", 100_000, None)
    draws = task("clear_draws", 30) or {}
    slower = max(0.1, draws.get("against", 0.0))
    yield Figure(name="clear 10,000 draws of 30 firms", seconds=draws.get("seconds"), peer="NumPy batch of sweeps",
                 peer_seconds=draws.get("against"), memory_mb=draws.get("memory_mb"), bar=slower,
                 remark=told(draws, "falls", "apart"))  # fmt: skip
    program = task("clear_program", 1_000) or {}
    yield Figure(name="clear, easy network", size=1_000, seconds=program.get("seconds"), peer="HiGHS linear program",
                 peer_seconds=program.get("against"), remark=told(program, "apart"))  # fmt: skip


def against_m(name: str, of: str, size: int, most: float | None, seconds: float | None = None) -> Figure:
    got = task(of, size) or {}
    bar = most * got["against"] if most and got else seconds
    return Figure(name=name, size=size, seconds=got.get("seconds"), peer="M", peer_seconds=got.get("against"),
                  memory_mb=got.get("memory_mb"), bar=bar,
                  remark=told(got, *SAID))  # fmt: skip


def toys() -> Iterator[Figure]:
    """Ten agents and 118 equations; peers that cannot be installed, or give other numbers, are left out."""
    for draws in (10_000, 1_000_000):
        got = task("toy_futures", draws) or {}
        yield Figure(name="toy machine, futures of 40 quarters", size=draws, seconds=got.get("seconds"),
                     peer="plain Python", peer_seconds=got.get("against"), memory_mb=got.get("memory_mb"),
                     remark=told(got, "apart"))  # fmt: skip
    mine = (task("toy_futures", 10_000) or {}).get("seconds")
    for name, seconds in (task("toy_peers", 10_000) or {}).items():
        if name != "memory_mb":
            yield Figure(name=f"10,000 toy futures in {name}", seconds=seconds, peer="ours", peer_seconds=mine)


def machines() -> Iterator[Figure]:
    """Futures of the case, warm, with quantiles of 12 series; then cold, plain, and for a case that grows."""
    for draws, quarters, bar in ((2_000, 24, 0.045), (10_000, 40, 0.4), (1_000_000, 40, 36.0)):
        yield many_futures(f"the case, futures of {quarters} quarters", draws, quarters, bar)
    yield many_futures("the case, all its series kept", 10_000, 40, None, 1)
    plain = task("machine_one_future", 40, settings=PLAIN) or {}
    one = task("machine_one_future", 40) or {}
    yield Figure(name="one future of 40 quarters, plain Python", seconds=plain.get("seconds"), peer="the same compiled",
                 peer_seconds=one.get("seconds"), memory_mb=plain.get("memory_mb"), bar=0.2)  # fmt: skip
    for copies in (1, 3, 10):
        yield from grown(copies)
    cold, read = fresh(sys.executable, "-c", FIRST_DRAWS), fresh(sys.executable, "-c", READ_CASE)
    yield Figure(name="first draws of the case, fresh process", seconds=cold.get("seconds"), peer="reading the case",
                 peer_seconds=read.get("seconds"), memory_mb=cold.get("memory_mb"), bar=1.5)  # fmt: skip
    with tempfile.TemporaryDirectory() as empty:
        first = task("machine_from_nothing", 100, 40, settings={"NUMBA_CACHE_DIR": empty}) or {}
    yield Figure(name="first draws ever, compiler included", seconds=first.get("seconds"),
                 memory_mb=first.get("memory_mb"), bar=60.0)  # fmt: skip


def histories() -> Iterator[Figure]:
    """Learning, looking back and replaying; hindcast and replay together have ten minutes, cold."""
    for name, work, size in (
        ("learning from reported numbers, futures a round", "history_learning", 40_000),
        ("hindcast from eleven dates, futures a round", "history_looking_back", 40_000),
        ("replay of 2000, judged", "history_replaying", 1_000),
    ):
        got = task(work, size) or {}
        yield Figure(name=name, size=size, seconds=got.get("seconds"), peer="the kernel in it",
                     peer_seconds=got.get("against"), memory_mb=got.get("memory_mb"))  # fmt: skip


def many_futures(name: str, draws: int, quarters: int, bar: float | None, *whole: int) -> Figure:
    got = task("machine_futures", draws, quarters, *whole) or {}
    memory, remark = got.get("memory_mb"), ""
    if memory and draws >= 1_000_000:
        remark = f"memory {'met' if memory <= MOST_MEMORY else 'MISSED'} ({MOST_MEMORY:g} MB)"
    return Figure(name=name, size=draws, seconds=got.get("seconds"), peer="the kernel in it",
                  peer_seconds=got.get("against"), memory_mb=memory, bar=bar, remark=remark)  # fmt: skip


def grown(copies: int) -> Iterator[Figure]:
    """The same seconds by firms and by legs, so that both rates of growth are printed."""
    got = task("machine_grown", copies) or {}
    for what in ("firms", "legs"):
        if got:
            size = int(got[what])
            yield Figure(name=f"2,000 futures of a case of so many {what}", size=size, seconds=got["seconds"],
                         peer="the kernel in it", peer_seconds=got["against"], memory_mb=got["memory_mb"],
                         remark=f"{1e3 * got['seconds'] / size:.3g} ms for each")  # fmt: skip


def explosive_roots() -> Iterator[Figure]:
    """Every window of a walk, bounds from walks, and the wild bootstrap; peers run in processes of their own."""
    bars = {500: 0.001, 1_000: 0.003, 1_680: 0.01}
    peers = task("bsadf_peers", *bars) or {}
    for package in bubbles.PEERS:
        if not any(name.startswith(f"{package} @") for name in peers):
            yield Figure(name=f"BSADF of a series in {package}", remark=NOT_HERE)
    for length, bar in bars.items():
        got = task("bsadf", length) or {}
        yield Figure(name="BSADF of a series, lag 0", size=length, seconds=got.get("seconds"),
                     memory_mb=got.get("memory_mb"), bar=bar)  # fmt: skip
        for name, seconds in peers.items():
            package, _, size = name.partition(" @ ")
            if size == str(length):
                yield Figure(name=f"BSADF of a series in {package}", size=length, seconds=seconds, peer="ours",
                             peer_seconds=got.get("seconds"))  # fmt: skip
    for name, of, length, series, bar in (
        ("BSADF of a series, lag 1", "bsadf_lagged", 1_680, 0, None),
        ("GSADF bounds from 2,000 walks", "bounds", 1_000, 2_000, 4.0),
        ("wild bootstrap, 399 draws", "bootstrap", 500, 399, 0.3),
    ):
        got, once = task(of, length) or {}, peers.get(f"pyexuber @ {length}") if series else None
        yield Figure(name=name, size=length, seconds=got.get("seconds"), memory_mb=got.get("memory_mb"), bar=bar,
                     peer=f"one in pyexuber, times {series:,}" if once else "",
                     peer_seconds=once and once * series)  # fmt: skip


def log_periodics() -> Iterator[Figure]:
    """Nested fits of log-periodic curves, and one long one; lppls runs in a process of its own."""
    peer = task("nested_fits_in_lppls") or {}
    got = task("nested_fits") or {}
    each = peer["seconds"] / peer["fits"] if "seconds" in peer else None
    yield Figure(name="nested log-periodic fits", size=int(got.get("fits", 0)), seconds=got.get("seconds"),
                 memory_mb=got.get("memory_mb"), peer="lppls on two cores, by the fit",
                 peer_seconds=each and each * got.get("fits", 0),
                 remark="" if each else f"lppls {NOT_HERE}")  # fmt: skip
    got = task("long_fit", 1_563) or {}
    yield Figure(name="log-periodic fit of one window, days", size=1_563, seconds=got.get("seconds"))


def told(got: dict[str, float], *names: str) -> str:
    return ", ".join(f"{name} {got[name]:.2g}" for name in names if name in got)


def commands() -> Iterator[Figure]:
    bare, program = fresh(sys.executable, "-c", "pass"), str(Path(sys.executable).with_name("perpetuum"))
    with tempfile.TemporaryDirectory() as folder:
        for name, options, bar in (
            ("perpetuum --help", ["--help"], 0.3),
            ("perpetuum loops, warm", ["loops"], 2.0),
            ("perpetuum stress, warm", ["stress", "--shock", "openai:stops-paying"], 1.0),
            ("perpetuum simulate, warm", ["simulate", "--quiet", "--out", folder], 3.0),
            ("perpetuum run, second time", ["run", "--quiet", "--out", folder], 6.0),
        ):
            got = fresh(program, *options)
            yield Figure(name=name, seconds=got.get("seconds"), peer="python -c pass",
                         peer_seconds=bare.get("seconds"), memory_mb=got.get("memory_mb"), bar=bar,
                         remark="" if got else "not there")  # fmt: skip


def visits() -> Iterator[Figure]:
    """A real server and, where there is one, a real browser; clients share the cores with the server."""
    try:
        got = task("web_visits") or {}
    except subprocess.CalledProcessError as error:
        got = {}
        print("web:", (error.stderr.strip().splitlines() or ["it ended without a word"])[-1])
    print(f"web: load {got.get('load', 0.0):.2g} before; a bare FastAPI answer of the same bytes is the limit")
    one, bare = "the answer alone, median", "a bare answer"
    for name, of, bar, peer, against in (
        ("slider to painted preview, p95", "painted_p95", 0.1, one, "answer_p50"),
        ("slider released to painted 10,000, p95", "refined_p95", 0.6, one, "whole_p50"),
        ("eight dragging, event to painted preview, p95", "crowd_painted_p95", 0.2, one, "answer_p50"),
        ("eight dragging, preview answered, p95", "crowd_p95", 0.2, one, "answer_p50"),
        ("eight dragging, rest to 10,000, p95", "crowd_whole_p95", 2.0, one, "whole_p50"),
        ("first contentful paint, cold browser", "first_paint", 1.5, "", ""),
        ("verdict readable, cold browser", "verdict_readable", 2.0, "", ""),
        ("server started to first page", "start_page", 3.0, "", ""),
        ("server started to verdict", "start_verdict", 2.0, "", ""),
        ("server started to all first answers", "start_ready", None, "", ""),
        ("fifty readers, /api/ledger, p95", "ledger_p95", 0.05, bare, "ledger_bare_p95"),
        ("fifty readers, /api/gauges, p95", "gauges_p95", 0.05, bare, "gauges_bare_p95"),
        ("fifty readers, cached /api/loops, p95", "loops_p95", 0.05, bare, "loops_bare_p95"),
        ("fifty readers, cached /api/loops, p99", "loops_p99", None, bare, "loops_bare_p99"),
        ("10,000 requests of fifty who do not pause", "requests_10000", None, "bare answers", "bare_10000"),
    ):
        yield Figure(name=name, seconds=got.get(of), peer=peer if against in got else "", bar=bar,
                     peer_seconds=got.get(against), remark=_beside(of, got))  # fmt: skip


def _beside(of: str, got: dict[str, float]) -> str:
    """What else is told on a line of the web."""
    if of not in got:
        return "no browser here" if "load" in got else "not there"
    if of == "painted_p95":
        return f"{got['paints']:.3g} paints a second while dragging"
    if of in ("crowd_p95", "requests_10000") and "memory_after" in got:
        most = got["crowd_memory"] if of == "crowd_p95" else got["memory_after"]
        before = "" if of == "crowd_p95" else f"{got['memory_before']:.0f} MB before, "
        verdict = "met" if most <= MOST_OF_SERVER else "MISSED"
        return f"{before}{most:.0f} MB after; memory {verdict} ({MOST_OF_SERVER:g} MB)"
    if of == "start_verdict":
        return f"{got['start_verdict_cpu']:.2g} s of it computing"
    middle = of.replace("_p95", "_p50").replace("_p99", "_p50")
    return f"median {1e3 * got[middle]:.3g} ms" if middle != of and middle in got else ""


def growth(found: list[Figure]) -> dict[str, float]:
    """Slope of log seconds on log size, for everything timed at several sizes."""
    out: dict[str, float] = {}
    for name in dict.fromkeys(figure.name for figure in found):
        points = [(f.size, f.seconds) for f in found if f.name == name and f.size and f.seconds]
        if len(points) > 1:
            size, seconds = np.log(np.array(points, dtype=float)).T
            out[name] = float(np.polyfit(size, seconds, 1)[0])
    return out


def machine() -> dict[str, object]:
    told = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = [line.split(":")[1].strip() for line in told if line.startswith("model name")]
    return {
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load_average": os.getloadavg(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("perpetuum", "numpy", "scipy", "networkx", "PyYAML")},
    }


def last_committed() -> dict[str, float]:
    """Seconds by figure of the results that git knows, if there are any."""
    shown = subprocess.run(["git", "show", "HEAD:./results.json"], cwd=HERE, capture_output=True, text=True)
    if shown.returncode != 0:
        return {}
    return {each["key"]: each["seconds"] for each in json.loads(shown.stdout)["figures"] if each["seconds"]}


def line(figure: Figure, before: dict[str, float]) -> str:
    def number(value: float | None, unit: str = "") -> str:
        return "" if value is None else f"{value:.3g}{unit}"

    ratio = figure.seconds / figure.peer_seconds if figure.seconds and figure.peer_seconds else None
    then = figure.seconds / before[figure.key] if figure.seconds and figure.key in before else None
    against = f"{ratio:.3g} x {figure.peer}" if ratio else ""
    return (
        f"{figure.key:<62} {number(figure.seconds, ' s'):>10} {against:<38} {number(figure.memory_mb, ' MB'):>9} "
        f"{figure.verdict:<16} {number(then, ' x last'):<12} {figure.remark}"
    ).rstrip()


def main() -> None:
    start, before = time.perf_counter(), last_committed()
    state = machine()
    print(f"{state['cpu']}, {state['cores']} cores, load {state['load_average']}, Python {state['python']}")
    print("algebra on one thread; commands as they come; peers and limits in the same run")
    found = []
    for figure in figures():
        print(line(figure, before), flush=True)
        found.append(figure)
    slopes = growth(found)
    print("\ngrowth (seconds ~ size ** exponent)")
    for name, slope in slopes.items():
        print(f"  {name:<60} {slope:.2f}")
    rows = [{"key": figure.key, **asdict(figure)} for figure in found]
    RESULTS.write_text(json.dumps({"machine": state, "figures": rows, "growth": slopes}, indent=1) + "\n")
    print(f"\n{time.perf_counter() - start:.0f} s in all; written to {RESULTS}")


if __name__ == "__main__":
    main()
