"""All pages as files for any file server: what a server would compute is asked now and lies beside them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import perpetuum
from perpetuum.core.errors import PerpetuumError, UnknownName
from perpetuum.core.nouns import SCENARIO
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger, load
from perpetuum.ledger.files import read_files
from perpetuum.report import wire
from perpetuum.report.extras import WRITTEN_BY
from perpetuum.report.files import interrupts_wait
from perpetuum.report.manifest import source_hash
from perpetuum.report.words import plain, say
from perpetuum.web.compute import QUICK, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.pages import PAGES, static_folder
from perpetuum.web.questions import DRAWS, ask_all
from perpetuum.web.routes import download, gauges, ledger, loops, report, simulate, stress, verdict
from perpetuum.web.routes.words import Words
from perpetuum.web.security import POLICY
from perpetuum.web.wire import Body, encoded, refusal

INDEX = "answers/index.json"
SCHEMA = "perpetuum/export/1"
# A page cannot say by itself who may frame it; a browser would complain of it.
CSP = re.sub(r";? *frame-ancestors [^;]*", "", POLICY)
# The longer run of a picture is told by the shorter one, and one series by the answer that holds all of them.
INSTEAD = {"simulate": {"outcome": None, "fewest": None, "draws": DRAWS}}
Tell = Callable[[Text], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Where an export lies, and how much of it there is."""

    folder: Path
    files: int
    size: int
    answers: int
    refused: int


@dataclass(kw_only=True)
class Copy:
    """An export as it is made: files by their name, answers by their question."""

    desk: Desk
    cases: Mapping[str, Ledger]
    first: str
    tell: Tell
    files: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    others: dict[str, Ledger] = field(default_factory=dict)
    refused: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def ask(self, verb: str, **said: str) -> Any:
        """Ask as a page asks, and keep the answer, or what the refusal says; then there is nothing to read."""
        model, plan_of = _VERBS[verb]
        question = spelled(verb, said, self.first)
        try:
            plan = plan_of(self.desk, model.model_validate(_listed(model, said)))
            made = plan.work(self.ledger(plan.case), Job(work=lambda _: None, rank=QUICK))
        except PerpetuumError as error:
            told = refusal(error)
            self.refused[question] = told.as_data()
            return None
        self.tell(say("export.progress", count=len(self.answers) + 1))
        if isinstance(made, Body):
            self.keep(question, made.raw, _name(made))
            return None
        raw = encoded(made)
        self.keep(question, raw, None)
        return json.loads(raw)["result"]

    def ledger(self, case: str) -> Ledger:
        """A case of the export, or a shipped one that a page sets beside it."""
        return self.cases.get(case) or self.others.setdefault(case, load(case))

    def keep(self, question: str, raw: bytes, name: str | None) -> None:
        """Keep an answer under the hash of its content, so that the same is there once."""
        digest = hashlib.sha256(raw).hexdigest()[:16]
        place = f"answers/{digest}.json" if name is None else f"files/{digest[:8]}/{name}"
        self.files[place] = raw
        self.answers[question] = place


def export(
    folder: Path, cases: Mapping[str, str | Path], scenarios: Sequence[str] | None = None, tell: Tell = lambda _: None
) -> Exported:
    """Write the pages of some cases, the first of which is the one shown first.

    Parameters
    ----------
    folder
        Empty, not there yet, or an earlier export, which is then replaced.
    scenarios
        Of which the futures are told; all that a case has if left out.

    Raises
    ------
    PerpetuumError
        If the folder holds anything else, a scenario is not known, or the pages are not built. Then nothing was
        written.
    """
    target = folder.resolve()
    refuse_occupied(target)
    static = static_folder()
    if not (static / "index.html").is_file():
        raise PerpetuumError(say("web.not_built"), say("web.not_built.how"))
    tell(say("progress.load"))
    # Who reads the pages is not told where on this machine a folder lies.
    ledgers = {name: load(read_files(given)[1] if given != name else given) for name, given in cases.items()}
    known = sorted({id for ledger in ledgers.values() for id in ledger.scenarios()})
    for wanted in scenarios or ():
        if wanted not in known:
            raise UnknownName(wanted, known, what=SCENARIO)
    copy = Copy(desk=Desk(cases=dict(cases)), cases=ledgers, first=next(iter(cases)), tell=tell)
    formats = [each for each in ("html", "csv", "json", "xlsx", "pdf")
               if each not in WRITTEN_BY or WRITTEN_BY[each].is_there()]  # fmt: skip
    for name in ledgers:
        ask_all(copy.ask, name, scenarios, [each for each in ledgers if each != name], formats)
    copy.keep(spelled("health", {}, copy.first), encoded(_health(ledgers)), None)
    copy.files |= _pages(static, copy.first)
    copy.files[INDEX] = _index(copy)
    _write(target, copy.files)
    return Exported(folder=target, files=len(copy.files), size=sum(map(len, copy.files.values())),
                    answers=len(copy.answers), refused=len(copy.refused))  # fmt: skip


def refuse_occupied(folder: Path) -> None:
    """Nobody's files are overwritten: only an empty folder or an earlier export may be written to.

    Raises
    ------
    PerpetuumError
        If there is anything else, with the first file that is not of an export.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise PerpetuumError(say("export.occupied", path=str(folder), file=folder.name), say("export.occupied.how"))
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    if strangers := [name for name in there if name not in _of_export(folder)]:
        raise PerpetuumError(say("export.occupied", path=str(folder), file=strangers[0]), say("export.occupied.how"))


def _of_export(folder: Path) -> set[str]:
    """The files of an earlier export by its own list; none where there was none."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads((folder / INDEX).read_bytes())
        if said["schema"] == SCHEMA:
            return {INDEX, *said["files"]}
    return set()


def _name(body: Body) -> str:
    found = re.search(r'filename="([A-Za-z0-9._-]+)"', body.headers.get("Content-Disposition", ""))
    return found[1] if found else "file"


def _health(ledgers: Mapping[str, Ledger]) -> Mapping[str, Any]:
    result = {
        "state": "ready", "seconds": 0, "version": perpetuum.__version__, "source_hash": source_hash(),
        "cases": {name: {"name": case.case.name, "hash": case.hash} for name, case in ledgers.items()},
        "exposed": True, "takes_cases": False, "takes_long_runs": False, "waiting": 0, "cached_bytes": 0,
        "limits": {"draws": 0, "draws_long": 0, "quarters": 0, "upload_bytes": 0},
    }  # fmt: skip
    return wire.answer("health", None, result)


# ---- one question, one spelling


def spelled(verb: str, said: Mapping[str, str], first: str) -> str:
    """A question as the pages spell it: keys in order, without what is usual; `web/src/state/answers.ts` is the twin.

    Examples
    --------
    >>> spelled("ledger", {"show": "deals", "case": "ai", "page": "1", "rows": "40"}, "ai")
    'ledger rows=40 show=deals'
    """
    usual = {**defaults(verb), "case": first}
    return " ".join([verb, *sorted(f"{key}={value}" for key, value in said.items() if usual.get(key) != value)])


def defaults(verb: str) -> dict[str, str]:
    """What each option of a verb is where it is left out, in the words of an address."""
    if verb not in _VERBS:
        return {}
    found = {}
    for name, option in _VERBS[verb][0].model_fields.items():
        if isinstance(option.default, bool):
            found[option.alias or name] = str(option.default).lower()
        elif isinstance(option.default, str | int | float):
            found[option.alias or name] = str(option.default)
    return found


def _listed(model: type[BaseModel], said: Mapping[str, str]) -> dict[str, str | list[str]]:
    """An option that may be repeated is a list, though it is said once."""
    repeated = {option.alias or name for name, option in model.model_fields.items() if option.default_factory is list}
    return {key: [value] if key in repeated else value for key, value in said.items()}


_VERBS: Mapping[str, tuple[type[BaseModel], Callable[[Desk, Any], Plan]]] = {
    "ledger": (ledger.LedgerWords, lambda _, words: ledger.plan(words)),
    "ledger/file": (download.LedgerFileWords, lambda _, words: download.plan(words)),
    "loops": (loops.LoopsWords, lambda _, words: loops.plan(words)),
    "gauges": (gauges.GaugesWords, lambda _, words: gauges.plan(words)),
    "stress": (stress.StressWords, lambda _, words: stress.plan(words)),
    "simulate": (simulate.SimulateWords, simulate.plan),
    "verdict": (verdict.VerdictWords, lambda desk, words: verdict.plan(desk, words, _beside(desk, words))),
    "report": (report.ReportWords, report.plan),
    "report/file": (report.FileWords, report.file_plan),
}


def _beside(desk: Desk, words: Words) -> Ledger | None:
    name = getattr(words, "beside", None)
    return load(desk.cases[name]) if name is not None and name in desk.cases else None


# ---- files


def _index(copy: Copy) -> bytes:
    said = {
        "schema": SCHEMA, "version": perpetuum.__version__, "case": copy.first,
        "newest": {name: ledger.clock(None, None)[0].isoformat() for name, ledger in copy.cases.items()},
        "hashes": {name: ledger.hash for name, ledger in copy.cases.items()},
        "defaults": {verb: defaults(verb) for verb in _VERBS}, "instead": INSTEAD,
        "answers": dict(sorted(copy.answers.items())),
        "refused": dict(sorted(copy.refused.items())), "files": sorted(copy.files),
    }  # fmt: skip
    return encoded(said)


def _pages(static: Path, first: str) -> dict[str, bytes]:
    """The built pages; each address is a file of its own, which says that it is an export."""
    files = {path.relative_to(static).as_posix(): path.read_bytes() for path in sorted(static.rglob("*"))
             if path.is_file() and not path.is_symlink() and not path.name.startswith(".")}  # fmt: skip
    index = files.pop("index.html").decode()
    told = "".join((
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}" />',
        '<meta name="referrer" content="no-referrer" />',
        f'<meta name="perpetuum-export" content="{first}" />',
    ))  # fmt: skip
    marked = index.replace("<head>", f"<head>{told}", 1)
    # Some hosts leave out what begins with an underscore, unless this file is there.
    return files | {f"{page or 'index'}.html": marked.encode() for page in PAGES} | {".nojekyll": b""}


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """Write everything beside the folder, then change places: it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, content in files.items():
            path = staging / "new" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        refuse_occupied(target)  # somebody may have come in between
        with interrupts_wait():
            if target.exists():
                os.rename(target, staging / "old")
            try:
                os.rename(staging / "new", target)
            except OSError:
                if (staging / "old").exists():
                    os.rename(staging / "old", target)
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def told(done: Exported) -> Text:
    """Where it lies and how much it is, for whoever asked for it."""
    return say("export.done", path=plain(str(done.folder)), files=done.files, answers=done.answers,
               size=plain(f"{done.size / 1e6:.1f}"), refused=done.refused)  # fmt: skip
