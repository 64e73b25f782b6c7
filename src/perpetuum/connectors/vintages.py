"""A vintage is what a calendar quarter was, from one day on; the next restatement brings another."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from perpetuum.connectors.differences import Derivation, Term
from perpetuum.connectors.facts import Fact
from perpetuum.connectors.periods import Period
from perpetuum.connectors.sums import Days
from perpetuum.core.when import Quarter


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """What a calendar quarter was, or a balance at its close, from one day on.

    ``start`` and ``end`` are the real days of the firm's period; a balance has no start. ``fact``
    is the newest filing it rests on. ``label`` is how the firm's own filing calls the quarter.
    """

    quarter: Quarter
    unit: str
    value: float
    start: datetime.date | None
    end: datetime.date
    derivation: Derivation
    tags: tuple[str, ...]
    terms: tuple[Term, ...]
    fact: Fact
    known_from: datetime.date
    label: str | None = None


class Doubt(NamedTuple):
    """Something odd about one period: which kind, the tag, the days, the fact or numbers it is about."""

    code: str
    tag: str
    days: Days
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """All vintages of one metric in one unit, by quarter and day; what is odd; periods of no use."""

    vintages: tuple[Vintage, ...]
    doubts: tuple[Doubt, ...]
    unused: tuple[Period, ...]

    def newest(self) -> dict[Quarter, Vintage]:
        """The last vintage of every quarter."""
        return {vintage.quarter: vintage for vintage in self.vintages}


def less(minuend: Sequence[Vintage], subtrahend: Sequence[Vintage]) -> tuple[Vintage, ...]:
    """The difference of two metrics, quarter by quarter, wherever both are known for the same days.

    Every day on which one of the two changes and the difference with it is a vintage.
    """
    first, second = _by_quarter(minuend), _by_quarter(subtrahend)
    return tuple(
        vintage
        for quarter in sorted(first.keys() & second.keys())
        for vintage in _less(first[quarter], second[quarter])
    )


def _by_quarter(vintages: Iterable[Vintage]) -> dict[Quarter, list[Vintage]]:
    by_quarter = defaultdict(list)
    for vintage in vintages:
        by_quarter[vintage.quarter].append(vintage)
    return by_quarter


def _less(minuend: Sequence[Vintage], subtrahend: Sequence[Vintage]) -> Iterator[Vintage]:
    value: float | None = None
    for day in sorted({vintage.known_from for vintage in (*minuend, *subtrahend)}):
        one, other = _last(minuend, day), _last(subtrahend, day)
        if one is None or other is None or (one.start, one.end, one.unit) != (other.start, other.end, other.unit):
            continue
        if one.value - other.value != value:
            value = one.value - other.value
            yield _difference(one, other, day)


def _last(vintages: Sequence[Vintage], on: datetime.date) -> Vintage | None:
    return next((vintage for vintage in reversed(vintages) if vintage.known_from <= on), None)


def _difference(one: Vintage, other: Vintage, day: datetime.date) -> Vintage:
    newer = max(one, other, key=lambda vintage: vintage.known_from)
    terms = (*one.terms, *(term._replace(sign=-term.sign) for term in other.terms))
    return replace(newer, value=one.value - other.value, derivation="derived", tags=(*one.tags, *other.tags),
                   terms=terms, known_from=day, label=one.label or other.label)  # fmt: skip
