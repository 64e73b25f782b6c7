"""A simulation on disk: its tables, what it was made from, and making it again to see whether the same comes out."""

from __future__ import annotations

import datetime
import errno
import hashlib
import importlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.errors import PerpetuumError
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger, load
from perpetuum.machine import Run
from perpetuum.machine.progress import Progress
from perpetuum.machine.run import CENTRAL
from perpetuum.report.files import as_csv, write_all
from perpetuum.report.machine_question import Question, answer
from perpetuum.report.manifest import _peak_memory, source_hash
from perpetuum.report.snapshots import BINDING
from perpetuum.report.words import plain, say

MANIFEST = "manifest.json"
SCHEMA = "perpetuum/manifest/1"


# ---- tables


def tables(run: Run) -> dict[str, bytes]:
    """The tables of a run as CSV, and as Parquet too where pyarrow is installed.

    ``series`` (scenario, series, quarter) with the central future and all quantiles; ``events``; ``balance`` and
    ``flows`` of the central future; ``assumptions``. USD, GW, persons and shares as numbers; blank is unknown.
    """
    made = {
        "series": _series(run),
        "events": _events(run),
        "balance": _balance(run),
        "flows": _flows(run),
        "assumptions": _assumptions(run),
    }
    files = {f"{name}.csv": as_csv(head, rows) for name, (head, rows) in made.items()}
    return files | {f"{name}.parquet": content for name, content in _parquet(made).items()}


Rows = list[list[Any]]
Made = tuple[list[str], Rows]


def _series(run: Run) -> Made:
    levels = run.keep.quantiles
    head = ["scenario", "entity", "metric", "unit", "quarter", "central", "mean", "lowest", "highest", "futures"]
    head += [f"q{level * 100:g}" for level in levels] + [f"sampling_error_q{level * 100:g}" for level in levels]
    head += ["grid_error"]
    rows: Rows = []
    for label in run.labels:
        for series in run.series:
            band = run.band(series, label)
            numbers = [band.central, band.mean, band.lowest, band.highest, band.present]
            table = np.vstack([*numbers, band.quantile, band.sampling_error, band.error_bound.max(axis=0)]).T
            for quarter, line in zip(run.quarters, table.tolist(), strict=True):
                cells = [None if value != value else value for value in line]
                cells[4] = int(line[4])
                rows.append([label, band.entity, band.metric, band.unit, str(quarter), *cells])
    return head, rows


def _events(run: Run) -> Made:
    rows: Rows = [
        [scenario, share.event, share.subject, str(run.first + int(n)), float(share.share[n]), float(share.first[n])]
        for scenario in run.scenarios if run.done
        for share in run.events_of(scenario)
        for n in np.flatnonzero(share.share)
    ]  # fmt: skip
    return ["scenario", "event", "subject", "quarter", "share_of_futures", "for_the_first_time"], rows


def _balance(run: Run) -> Made:
    rows: Rows = []
    for scenario in run.scenarios:
        history = run.history(CENTRAL, scenario)
        sheets = np.concatenate([history.opening[:1], history.accounts])
        for n, sheet in enumerate(sheets):
            quarter = str(run.first + (n - 1))
            rows += [
                [scenario, quarter, entity, account, None if usd != usd else usd]
                for entity, of_entity in zip(run.world(scenario).entities, sheet.tolist(), strict=True)
                for account, usd in zip(ACCOUNTS, of_entity, strict=True)
            ]
    return ["scenario", "close_of", "entity", "account", "usd"], rows


def _flows(run: Run) -> Made:
    rows: Rows = []
    for scenario in run.scenarios:
        world, history = run.world(scenario), run.history(CENTRAL, scenario)
        for what, flows in (("paid", history.flow), ("arrears", history.arrears)):
            rows += [
                [scenario, str(run.first + int(t)), leg.id, leg.kind, leg.payer, leg.payee, what, float(flows[t, n])]
                for n, leg in enumerate(world.legs)
                for t in np.flatnonzero(np.nan_to_num(flows[:, n]))
            ]
    return ["scenario", "quarter", "leg", "kind", "payer", "payee", "what", "usd"], rows


def _assumptions(run: Run) -> Made:
    head = ["scenario", "parameter", "value", "unit", "low", "high", "basis",
            "says", "says_zh", "because", "because_zh", "source"]  # fmt: skip
    rows: Rows = [
        [world.id, one.address, one.value, one.unit, one.low, one.high, one.basis, one.says.en, one.says.zh,
         one.because.en, one.because.zh, one.source.url if one.source else None]
        for world in run.worlds for one in world.resolved.stated
    ]  # fmt: skip
    return head, rows


def _parquet(made: Mapping[str, Made]) -> dict[str, bytes]:
    """The same tables in columns; nothing where pyarrow is not installed."""
    try:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        return {}
    files = {}
    for name, (head, rows) in made.items():
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in head]
        sink = arrow.BufferOutputStream()
        parquet.write_table(arrow.table({key: list(column) for key, column in zip(head, columns, strict=True)}), sink)
        files[name] = sink.getvalue().to_pybytes()
    return files


# ---- what it was made from


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a run went: when it started, and seconds by phase."""

    started: datetime.datetime
    seconds: Mapping[str, float]


def manifest(
    ledger: Ledger, asked_case: str, policy: str | None, question: Question, run: Run, files: Mapping[str, bytes],
    course: Course,
) -> dict[str, Any]:  # fmt: skip
    """All that is needed to make a run again, and the hash of every file that came out of it."""
    origin = run.origin
    return {
        "schema": SCHEMA,
        "what": {
            "verb": "simulate",
            "case": asked_case,
            "case_id": ledger.case.id,
            "case_hash": ledger.hash,
            "at": str(ledger.case.newest),
            "stage": BINDING,
            "policy": policy or ledger.case.policy,
            "question": asdict(question) | {"sets": list(question.sets)},
            "scenarios": dict(origin.scenarios),
            "parameters": {stated.address: stated.value for stated in run.worlds[0].resolved.stated},
            "first": str(run.first),
            "series": list(run.series),
            "quantiles": list(run.keep.quantiles),
        },
        "with_what": {
            "perpetuum": origin.version,
            "source_hash": source_hash(),
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("numpy", "numba", "scipy")},
            "platform": platform.platform(),
            "cores": os.cpu_count(),
            "compiled": origin.compiled,
        },
        "how_it_went": {
            "started": course.started.isoformat(timespec="seconds"),
            "ended": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": {name: round(value, 3) for name, value in course.seconds.items()},
            "peak_memory_bytes": _peak_memory(),
            "asked": run.asked,
            "done": run.done,
            "partial": not run.is_whole,
            "status": {scenario: dict(run.status_of(scenario)) for scenario in run.scenarios},
            "assumed": len(run.assumed),
            "warnings": [warning.en for warning in run.warnings],
        },
        "what_came_out": [
            {"file": name, "bytes": len(content), "sha256": _sha256(content)}
            | ({"rows": content.count(b"\n") - 1} if name.endswith(".csv") else {})
            for name, content in files.items()
        ],
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(folder: Path, files: Mapping[str, bytes], papers: Mapping[str, Any]) -> tuple[str, ...]:
    """Put a run into a folder, all or nothing, its manifest last; the names of the files."""
    content = (json.dumps(papers, ensure_ascii=False, indent=1) + "\n").encode()
    write_all(folder, {**files, MANIFEST: content})
    return (*files, MANIFEST)


def refuse_unwritable(folder: Path) -> None:
    """Say before a long run, rather than after it, that its folder cannot be written.

    Raises
    ------
    OSError
        If there is a file in its place or in its way, or nobody may write there.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(there))
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(there))


# ---- making it again


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A run made again: which files are the same to the last bit, which are not, and what else differs."""

    run: Run
    files: Mapping[str, bytes]
    same: tuple[str, ...]
    differ: tuple[str, ...]
    not_compared: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]

    @property
    def is_identical(self) -> bool:
        """Is every file that could be compared the same to the last bit?"""
        return bool(self.same) and not self.differ


def rerun(path: Path, progress: Progress | None = None) -> Again:
    """Make a run again from its manifest.

    A run that was interrupted is stopped after as many futures as it had.

    Raises
    ------
    PerpetuumError
        If the file is no manifest of a simulation; else as ``perpetuum.simulate``.
    """
    papers = _read(path)
    what, went = papers["what"], papers["how_it_went"]
    question = _question(path, what)
    ledger = load(what["case"])
    network = ledger.opening(question.scenario, what["policy"])
    run = answer(ledger, network, question, _stopping_at(went["done"], progress))
    files = tables(run)
    before = {one["file"]: one["sha256"] for one in papers["what_came_out"]}
    both_have = [name for name in before if name in files]
    same = tuple(name for name in both_have if _sha256(files[name]) == before[name])
    return Again(
        run=run, files=files, same=same, differ=tuple(name for name in both_have if name not in same),
        not_compared=tuple(name for name in before if name not in files),
        changed=tuple(_changed(papers, ledger, run)),
    )  # fmt: skip


def _stopping_at(done: int, progress: Progress | None) -> Progress:
    def tell(now: int, total: int, left: float | None) -> None:
        if progress is not None:
            progress(now, total, left)
        if now >= done and now < total:
            raise KeyboardInterrupt

    return tell


def _read(path: Path) -> dict[str, Any]:
    """A manifest with all that is needed, or a sentence about what it is instead."""
    try:
        papers: Any = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        _refuse(path, say("machine.manifest.unread", why=plain(str(error))))
    if not isinstance(papers, dict) or papers.get("schema") != SCHEMA:
        _refuse(path, say("machine.manifest.other"))
    verb = _at(path, papers, "what.verb", str)
    if verb != "simulate":
        _refuse(path, say("machine.manifest.verb", verb=plain(verb)))
    for key, kind in (("what.case", str), ("what.policy", str), ("what.question", dict), ("how_it_went.done", int)):
        _at(path, papers, key, kind)
    for n, one in enumerate(_at(path, papers, "what_came_out", list)):
        if not (isinstance(one, dict) and isinstance(one.get("file"), str) and isinstance(one.get("sha256"), str)):
            _refuse(path, say("machine.manifest.lacks", field=f"what_came_out.{n}"))
    return dict(papers)


def _at(path: Path, papers: Any, key: str, kind: type) -> Any:
    value = papers
    for word in key.split("."):
        value = value.get(word) if isinstance(value, dict) else None
    if not isinstance(value, kind):
        _refuse(path, say("machine.manifest.lacks", field=key))
    return value


def _question(path: Path, what: Mapping[str, Any]) -> Question:
    said = dict(what["question"])
    kinds = {"scenario": str, "draws": int, "quarters": int, "seed": int, "chunk": int, "vendor_money": bool,
             "sets": list}  # fmt: skip
    for key, kind in kinds.items():
        _at(path, {"question": said}, f"question.{key}", kind)
    try:
        return Question(**{**said, "sets": tuple(said["sets"])})
    except TypeError:
        _refuse(path, say("machine.manifest.lacks", field="what.question"))


def _refuse(path: Path, what: Text) -> NoReturn:
    raise PerpetuumError(say("machine.manifest", path=plain(str(path)), what=what), say("machine.manifest.repair"))


def _changed(papers: Mapping[str, Any], ledger: Ledger, run: Run) -> Iterator[tuple[str, str, str]]:
    """What is not as it was: the case, the numbers of a scenario, the program, what it runs on."""
    import perpetuum

    now = {"case_hash": ledger.hash, "perpetuum": perpetuum.__version__, "source_hash": source_hash(),
           "platform": platform.platform(), "python": platform.python_version(),
           **{name: importlib.metadata.version(name) for name in ("numpy", "numba", "scipy")},
           "compiled": str(run.origin.compiled)}  # fmt: skip
    now |= {f"scenario {id}": hash for id, hash in run.origin.scenarios.items()}
    then = {**papers.get("with_what", {}), "case_hash": papers["what"].get("case_hash")}
    then |= {f"scenario {id}": hash for id, hash in papers["what"].get("scenarios", {}).items()}
    for key, value in now.items():
        before = str(then.get(key))
        if before != value:
            yield key, before, value
