"""What is asked of the machine: which possible world, how many futures, and against what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numba

from perpetuum.core.cast import Cast
from perpetuum.core.errors import PerpetuumError
from perpetuum.core.network import Network
from perpetuum.core.scenario import Change, Scenario, Spoken, read_value
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import Keep, Run, simulate
from perpetuum.machine.counterfactual import VENDOR_MONEY, promises, taken_away
from perpetuum.machine.prepare import cast_of
from perpetuum.machine.progress import Progress
from perpetuum.report import numbers
from perpetuum.report.words import say

_ASKED = both("the question asked here.", "此處所問。")


def _chunk() -> int:
    """Futures between two looks at the clock: fewer where they are lived through in plain Python."""
    return 20 if numba.config.DISABLE_JIT else 2_000  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One simulation, as a person asks for it.

    Parameters
    ----------
    scenario, against
        Names of scenarios of the case; the second is set against the first with the same luck.
    sets
        Last words on parameters, for both.
    vendor_money
        Whether the same futures are lived through without vendor money too.
    chunk
        After so many futures somebody may interrupt.
    """

    scenario: str = "neutral"
    against: str | None = None
    sets: tuple[str, ...] = ()
    draws: int = 10_000
    quarters: int = 40
    seed: int = 0
    threads: int | None = None
    vendor_money: bool = True
    chunk: int = field(default_factory=_chunk)


def answer(
    ledger: Ledger,
    network: Network,
    question: Question,
    progress: Progress | None = None,
    keep: Keep | None = None,
    also: Sequence[str] = (),
) -> Run:
    """Simulate what is asked; of it is kept what ``keep`` says, else all that is told.

    ``also`` names further scenarios that are set against the first.

    Raises
    ------
    UnknownName
        For a scenario that the case does not have.
    ScenarioError, NetworkError, BooksDoNotBalance
        As ``perpetuum.simulate``.
    """
    names = [question.scenario, *([question.against] if question.against is not None else []), *also]
    _refuse_twice(names)
    if len(names) > 1:
        _refuse_other_day(ledger, names)
    scenarios, unread = [], question.sets
    for name in names:
        scenario, unread = with_sets(ledger.scenario(name), question.sets)
        scenarios.append(scenario)
    if question.vendor_money:
        scenarios += [without for without in [without_vendor_money(network, scenarios[0])] if without is not None]
    return simulate(
        network, scenarios, draws=question.draws, quarters=question.quarters, seed=question.seed, keep=keep or Keep(),
        threads=question.threads, sets=unread, progress=progress, chunk=question.chunk,
    )  # fmt: skip


def _refuse_twice(names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PerpetuumError(say("machine.same", scenario=twice), say("machine.same.repair"))


def _refuse_other_day(ledger: Ledger, names: Sequence[str]) -> None:
    """Futures that open on different days cannot be set side by side."""
    days = [ledger.scenario(name).opens for name in names]
    if len(set(days)) > 1:
        first, second = (numbers.day(day) if day else say("machine.opens.newest") for day in days)
        raise PerpetuumError(
            say("machine.opens", scenario=names[0], first=first, other=names[1], second=second),
            say("machine.opens.repair"),
        )


def with_sets(scenario: Scenario, sets: Sequence[str]) -> tuple[Scenario, tuple[str, ...]]:
    """A scenario with last words on its parameters, and those words that cannot be read.

    Examples
    --------
    >>> plain = Scenario(id="plain", name=both("Plain", "原樣"))
    >>> changed, unread = with_sets(plain, ["lab.churn=2 %", "nonsense"])
    >>> changed.changes[0].target, unread
    ('lab.churn', ('nonsense',))
    """
    changes: list[Change] = []
    unread: list[str] = []
    for said in sets:
        address, equals, value = said.partition("=")
        try:
            value_read = read_value(value)
            changes.append(Change(target=address.strip(), to=value_read, because=_ASKED, where=Spoken("--set")))
        except PerpetuumError:
            unread.append(said)
        if not equals and said not in unread:
            unread.append(said)
    return replace(scenario, changes=(*scenario.changes, *changes)), tuple(unread)


def without_vendor_money(network: Network, scenario: Scenario) -> Scenario | None:
    """The same world in which chip makers fund no engine; nothing if they fund none as it is."""
    legs = promises(network, scenario, cast_of(network), VENDOR_MONEY)
    return taken_away(scenario, legs, VENDOR_MONEY) if legs else None


def focal(ledger: Ledger, cast: Cast) -> str | None:
    """The engine that the case is about: the one in its loop, else the first; nothing without engines."""
    return next((firm for firm in ledger.case.loop if firm in cast.engines), cast.engines[0] if cast.engines else None)


def year_ends(run: Run) -> tuple[Quarter, ...]:
    """The last quarter of every simulated year, and the last of all."""
    ends = [quarter for quarter in run.quarters if quarter.number == 4]
    return tuple(dict.fromkeys([*ends, run.quarters[-1]]))
