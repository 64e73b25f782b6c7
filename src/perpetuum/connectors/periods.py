"""One period of one tag, and everything that was ever filed of it: repeats, roundings, restatements."""

from __future__ import annotations

import bisect
import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perpetuum.connectors.facts import Fact
from perpetuum.connectors.rounding import is_rounded_from, same_but_for_rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Period:
    """The facts of one tag, unit, start and end.

    ``versions`` holds, in the order of filing, the first fact of every new value: a filing that
    repeats the value, or rounds it, adds none. ``filings`` are all days on which it was filed.
    """

    tag: str
    unit: str
    start: datetime.date | None
    end: datetime.date
    versions: tuple[Fact, ...]
    filings: tuple[datetime.date, ...]

    @property
    def days(self) -> int:
        """Days it covers, both ends included; 1 for a balance."""
        return (self.end - self.start).days + 1 if self.start else 1

    def known(self, on: datetime.date) -> tuple[Fact, ...]:
        """The versions that a reader could know on a day, oldest first."""
        if self.versions[-1].filed <= on:
            return self.versions
        return tuple(fact for fact in self.versions if fact.filed <= on)

    def freshest(self, on: datetime.date) -> datetime.date:
        """The last day of filing up to a day on which it was known."""
        return self.filings[bisect.bisect_right(self.filings, on) - 1]


def periods_of(facts: Iterable[Fact]) -> tuple[Period, ...]:
    """Facts by tag, unit, start and end; the order in which they come does not matter.

    Examples
    --------
    The same year in thousands and, a year later, in millions is one version; the next is a second:

    >>> from perpetuum.connectors.facts import read_fact
    >>> said = [("4130162000", "2015-03-12"), ("4130000000", "2016-03-17"), ("4280000000", "2017-03-01")]
    >>> facts = [read_fact("Revenues", "USD", {"start": "2013-01-28", "end": "2014-01-26", "val": int(value),
    ...     "accn": f"0000000001-{filed[2:4]}-000001", "filed": filed}) for value, filed in said]
    >>> [fact.value for fact in periods_of(facts)[0].versions]
    [4130162000.0, 4280000000.0]
    """
    groups = defaultdict(list)
    for fact in facts:
        groups[fact[:4]].append(fact)  # tag, unit, start, end
    return tuple(_period(group) for _, group in sorted(groups.items(), key=_order))


def _order(item: tuple[tuple[object, ...], list[Fact]]) -> tuple[str, str, int, int]:
    tag, unit, start, end = item[1][0][:4]
    return tag, unit, start.toordinal() if start else 0, end.toordinal()


def _period(facts: list[Fact]) -> Period:
    # Form and fiscal words come last, so that equal rows in another order give the same version.
    facts.sort(key=lambda f: (f.filed, f.accession, f.value, f.form, f.fiscal_year or 0, f.fiscal_period or ""))
    first, versions = facts[0], list(_new_values(facts))
    return Period(
        tag=first.tag, unit=first.unit, start=first.start, end=first.end,
        versions=tuple(versions), filings=tuple(sorted({fact.filed for fact in facts})),
    )  # fmt: skip


def _new_values(facts: list[Fact]) -> Iterator[Fact]:
    held: Fact | None = None
    for _, filing in itertools.groupby(facts, key=lambda fact: (fact.filed, fact.accession)):
        for fact in _without_round_copies(list(filing), held):
            if held is None or not same_but_for_rounding(held.value, fact.value):
                held = fact
                yield fact


def _without_round_copies(filing: list[Fact], held: Fact | None) -> list[Fact]:
    """The values of one filing without those the text beside the table rounds; what was held before comes last."""
    values = {fact.value: fact for fact in reversed(filing)}
    if len(values) == 1:
        return [filing[0]]
    kept = [fact for value, fact in values.items() if not any(is_rounded_from(value, fine) for fine in values)]
    before = held.value if held else None
    return sorted(kept, key=lambda f: (before is not None and same_but_for_rounding(before, f.value), f.value))
