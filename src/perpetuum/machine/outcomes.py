"""What one asks of a future in a single number: how low the cash falls, when a firm pays its way, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import NetworkError, UnknownName, one_of
from perpetuum.core.nouns import ENTITY_OF_MACHINE, LEG_OF_MACHINE
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.events import EVENTS
from perpetuum.machine.future import Told
from perpetuum.machine.metrics import Recipe, recipes_of
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.run import EVENT_OF_RUN

How = Literal["at", "sum", "lowest", "highest", "first", "share"]
HOWS: tuple[How, ...] = get_args(How)
_EXAMPLES = ("lab.valuation at 2030Q4", "sum lab.cash_burn to 2030Q4", "lowest lab.cash", "first gap_closed lab")
_WORDS = {
    "at": both("at the close of", "季末"),
    "sum": both("sum", "合計"),
    "lowest": both("lowest", "最低"),
    "highest": both("highest", "最高"),
    "first": both("quarters until first", "首次發生前的季數"),
    "share": both("share of futures", "發生的路徑比率"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One number of a future.

    Parameters
    ----------
    how
        ``at``: the value of a series at the close of ``until``. ``sum``, ``lowest``, ``highest``: over the quarters
        up to ``until``, or all of them. ``first``: quarters before an event happens, and the number of simulated
        quarters where it never does. ``share``: 1 where the event happens, so that its mean is a probability.
    of
        A series such as ``lab.cash``; for events the name of the event.
    subject
        The firm or leg to which the event happens.
    until
        The last quarter looked at.

    Examples
    --------
    >>> Outcome.parse("sum lab.cash_burn to 2030Q4") == Outcome(how="sum", of="lab.cash_burn", until=Quarter(2030, 4))
    True
    >>> print(Outcome.parse("first gap_closed lab"))
    first gap_closed lab
    """

    how: How
    of: str
    subject: str = ""
    until: Quarter | None = None

    @classmethod
    def parse(cls, text: str) -> Outcome:
        """Read an outcome as people write it.

        Raises
        ------
        NetworkError
            For words that are none, with examples.
        """
        match text.split():
            case [series, "at", quarter]:
                return cls(how="at", of=series, until=Quarter.parse(quarter))
            case [("sum" | "lowest" | "highest") as how, series]:
                return cls(how=how, of=series)
            case [("sum" | "lowest" | "highest") as how, series, "to", quarter]:
                return cls(how=how, of=series, until=Quarter.parse(quarter))
            case [("first" | "share") as how, event, subject]:
                return cls(how=how, of=event, subject=subject)
        raise NetworkError(both(f"`{text}` is no outcome.", f"`{text}` 不是結果的寫法。"), one_of(_EXAMPLES))

    @property
    def is_event(self) -> bool:
        """Does it ask whether something happens?"""
        return self.how in ("first", "share")

    def __str__(self) -> str:
        if self.is_event:
            return f"{self.how} {self.of} {self.subject}"
        if self.how == "at":
            return f"{self.of} at {self.until}"
        return f"{self.how} {self.of}" + (f" to {self.until}" if self.until else "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bound:
    """An outcome in one simulation: which numbers of a draw it needs, and what is done with them."""

    outcome: Outcome
    unit: str
    name: Text
    kept: NDArray[np.int64]
    recipe: Recipe | None
    event: tuple[int, int]
    last: int
    quarters: int

    def of(self, told: Told) -> float:
        """Its mean over the draws that were lived through; NaN if a series breaks off in one of them."""
        if self.recipe is None:
            return self._of_event(told)
        column = {int(place): n for n, place in enumerate(self.kept)}
        values = self.recipe.of(told.series, column)[:, : self.last + 1]
        each = {"at": values[:, -1], "sum": values.sum(axis=1), "lowest": values.min(axis=1)}
        return float((each[self.outcome.how] if self.outcome.how in each else values.max(axis=1)).mean())

    def _of_event(self, told: Told) -> float:
        event, row = self.event
        firsts = told.firsts[:, event, row].sum(axis=0)
        draws, ever = told.status.size, int(firsts.sum())
        if self.outcome.how == "share":
            return ever / draws
        return float(firsts @ np.arange(self.quarters) + (draws - ever) * self.quarters) / draws


def bound(outcome: Outcome | str, world: Prepared, first: Quarter, names: Mapping[str, Text] | None = None) -> Bound:
    """Find what an outcome speaks of.

    Parameters
    ----------
    first
        The first simulated quarter.
    names
        What firms are called; their ids if left out.

    Raises
    ------
    UnknownName
        For a series, event, firm or leg that is not there, with the nearest.
    NetworkError
        For a quarter that is not simulated, and for a metric of many firms where no firm is named.
    """
    outcome = Outcome.parse(outcome) if isinstance(outcome, str) else outcome
    word, names = _WORDS[outcome.how], names or {}
    if outcome.is_event:
        event, row, what = _event(outcome, world)
        unit = "quarters" if outcome.how == "first" else "ratio"
        who = names.get(outcome.subject, both(outcome.subject, outcome.subject))
        name = both(f"{word.en}: {who.en} {what.en}", f"{word.zh}：{who.zh}{what.zh}")
        return Bound(
            outcome=outcome, unit=unit, name=name, kept=np.zeros(0, dtype=np.int64), recipe=None, event=(event, row),
            last=world.quarters - 1, quarters=world.quarters,
        )  # fmt: skip
    recipe = _series(outcome.of, world)
    name = _named(outcome, recipe.name, names)
    return Bound(
        outcome=outcome, unit=recipe.unit, name=name, kept=np.unique(np.array(recipe.places, dtype=np.int64)),
        recipe=recipe, event=(-1, -1), last=_last(outcome, world, first), quarters=world.quarters,
    )  # fmt: skip


def _series(id: str, world: Prepared) -> Recipe:
    """One series; a bare metric of many firms is refused with the addresses it could mean."""
    known = {recipe.id: recipe for recipe in recipes_of(world.entities, world.seat)}
    if id in known:
        return known[id]
    several = [one for one in known if one.rpartition(".")[2] == id]
    if several:
        raise NetworkError(
            both(f"`{id}` is a series of many firms.", f"`{id}` 是多家公司的序列。"), one_of(several[:6])
        )
    recipes_of(world.entities, world.seat, [id])  # says what is the nearest
    raise UnknownName(id, known)


def _event(outcome: Outcome, world: Prepared) -> tuple[int, int, Text]:
    ids = [event.id for event in EVENTS]
    if outcome.of not in ids:
        raise UnknownName(outcome.of, ids, what=EVENT_OF_RUN)
    n = ids.index(outcome.of)
    to_firm = EVENTS[n].to == "firm"
    rows = world.resolved.addresses.entity_rows if to_firm else world.resolved.addresses.leg_rows
    if outcome.subject not in rows:
        raise UnknownName(outcome.subject, rows, what=ENTITY_OF_MACHINE if to_firm else LEG_OF_MACHINE)
    return n, rows[outcome.subject], EVENTS[n].name


def _last(outcome: Outcome, world: Prepared, first: Quarter) -> int:
    if outcome.until is None:
        return world.quarters - 1
    n = outcome.until - first
    if not 0 <= n < world.quarters:
        last = first + (world.quarters - 1)
        raise NetworkError(
            both(f"{outcome.until} is not simulated.", f"{outcome.until} 不在模擬期間內。"),
            both(f"Choose one from {first} to {last}.", f"請選 {first} 至 {last} 之間。"),
        )
    return n


def _named(outcome: Outcome, series: Text, names: Mapping[str, Text]) -> Text:
    owner, word = outcome.of.rpartition(".")[0], _WORDS[outcome.how]
    who = names.get(owner, both(owner, owner)) if owner else None
    whose = both(f"{who.en}: {series.en}", f"{who.zh}{series.zh}") if who else series
    if outcome.how == "at":
        return both(f"{whose.en}, {word.en} {outcome.until}", f"{outcome.until} {word.zh}{whose.zh}")
    all_of_it = both(f"{whose.en} ({word.en})", f"{whose.zh}（{word.zh}）")
    if outcome.until is None:
        return all_of_it
    return both(f"{all_of_it.en} up to {outcome.until}", f"{all_of_it.zh}至 {outcome.until}")
