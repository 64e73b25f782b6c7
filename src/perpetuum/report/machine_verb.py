"""The verbs `simulate` and `rerun`, from question to answer: blocks for people, data for programs, files for both."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.machine import Run
from perpetuum.machine.progress import Progress
from perpetuum.machine.run import CENTRAL, Draw
from perpetuum.report import machine_answer, machine_matrices, machine_replay, machine_terminal, runs
from perpetuum.report.blocks import Block, Paragraph
from perpetuum.report.files import write_all
from perpetuum.report.machine_drivers import drivers
from perpetuum.report.machine_facts import facts
from perpetuum.report.machine_marks import marks
from perpetuum.report.machine_question import Question, answer, focal
from perpetuum.report.words import joined, plain, say


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated:
    """What came out: the run, what people read, and what programs read."""

    run: Run
    blocks: tuple[Block, ...]
    result: dict[str, Any]
    origin: dict[str, Any]

    @property
    def is_settled(self) -> bool:
        """Did every future of every scenario reach its end?"""
        return all(self.run.status_of(one)["settled"] == self.run.done for one in self.run.scenarios)


def simulate(
    ledger: Ledger,
    question: Question,
    *,
    policy: str | None = None,
    replay: str | None = None,
    at: str | None = None,
    out: Path | None = None,
    case: str = "ai",
    progress: Progress | None = None,
) -> Simulated:
    """Answer one question about possible futures.

    Parameters
    ----------
    replay
        The number of one future, or ``central``: only this one is told, year by year.
    at
        A simulated quarter whose flow matrix and balance sheets are told too.
    out
        A folder for tables and manifest.
    case
        The case as it was named, for the manifest.

    Raises
    ------
    OSError
        If the folder cannot be written; before anything is simulated.
    """
    draw: Draw = CENTRAL if replay is None else machine_replay.read_draw(replay)
    if out is not None:
        runs.refuse_unwritable(out)
    network = ledger.opening(question.scenario, policy)
    started, clock = datetime.datetime.now(datetime.UTC), time.perf_counter()
    lived = question if replay is None else replace(question, draws=min(question.draws, 1), vendor_money=False)
    run = answer(ledger, network, lived, progress)
    seconds = {"simulate": time.perf_counter() - clock}
    engine = focal(ledger, run.worlds[0].cast)
    if at is not None:
        run.row_of(at)
    if replay is None:
        found, moving = facts(ledger, run, engine, question.sets), drivers(network, run, engine) if run.done else None
        along = marks(ledger, run, found.falls) if run.done else ()
        blocks, result = (
            machine_terminal.told(ledger, run, found, moving),
            machine_answer.result(run, found, moving, along),
        )
    else:
        run = machine_replay.kept(run, draw, question.draws)
        blocks, result = machine_replay.told(ledger, run, draw, engine), machine_answer.one_future(run, draw)
    if at is not None:
        blocks += machine_matrices.told(ledger, run, at, draw)
        result["matrices"] = machine_answer.matrices(run, at, draw)
    if out is not None and replay is None:
        files = runs.tables(run)
        seconds["tell"] = time.perf_counter() - clock - seconds["simulate"]
        course = runs.Course(started=started, seconds=seconds)
        written = runs.write(out, files, runs.manifest(ledger, case, policy, question, run, files, course))
        blocks += (_written(out, written),)
    return Simulated(run=run, blocks=blocks, result=result, origin=machine_answer.origin(ledger, run))


def _written(folder: Path, files: tuple[str, ...]) -> Paragraph:
    return Paragraph(text=say("machine.written", folder=plain(str(folder)), files=_listed(files)), style="note")


def _listed(names: tuple[str, ...]) -> Text:
    return joined([plain(name) for name in names])


def again(manifest: Path, out: Path | None, progress: Progress | None) -> tuple[runs.Again, tuple[Block, ...]]:
    """Make a run again and say whether the same came out."""
    if out is not None:
        runs.refuse_unwritable(out)
    made = runs.rerun(manifest, progress)
    blocks = tuple(Paragraph(text=text) for text in _verdict(made))
    if out is not None:
        write_all(out, made.files)
        blocks += (_written(out, tuple(made.files)),)
    return made, blocks


def _verdict(made: runs.Again) -> Iterator[Text]:
    if made.is_identical:
        yield say("machine.again.same", same=len(made.same))
    elif made.differ:
        yield say("machine.again.differ", files=_listed(made.differ))
    else:
        yield say("machine.again.nothing")
    if made.not_compared:
        yield say("machine.again.not_compared", files=_listed(made.not_compared))
    for key, before, now in made.changed:
        yield say("machine.again.changed", part=key, before=plain(before[:20]), now=plain(now[:20]))
    if not made.changed:
        yield say("machine.again.unchanged")
