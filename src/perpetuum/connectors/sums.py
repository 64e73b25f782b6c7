"""Which of two values of one period is right: the one that adds up with its neighbours."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from perpetuum.connectors.durations import length, next_day
from perpetuum.connectors.facts import Fact
from perpetuum.connectors.rounding import adds_up

Days = tuple[datetime.date, datetime.date]
# The newest versions that may testify; more would only cost time in files that are broken anyway.
_WITNESSES = 4


class Equation(NamedTuple):
    """A longer period and the shorter ones that fill it without gap or overlap."""

    whole: Days
    parts: tuple[Days, ...]

    @property
    def members(self) -> tuple[Days, ...]:
        """The whole and its parts."""
        return (self.whole, *self.parts)


def equations(periods: Mapping[Days, object]) -> tuple[Equation, ...]:
    """Every way in which periods at hand fill a longer one: two parts, or quarters only.

    Examples
    --------
    >>> jan, apr, jun, jul = (datetime.date(2025, *day) for day in ((1, 1), (3, 31), (4, 1), (6, 30)))
    >>> len(equations({(jan, apr): 1, (jun, jul): 2, (jan, jul): 3}))
    1
    """
    by_start: dict[datetime.date, list[Days]] = {}
    for days in sorted(periods):
        by_start.setdefault(days[0], []).append(days)
    return tuple(equation for whole in sorted(periods) for equation in _fillings(whole, by_start))


def _fillings(whole: Days, by_start: Mapping[datetime.date, list[Days]]) -> Iterator[Equation]:
    start, end = whole
    for first in by_start[start]:
        rest = (next_day(first[1]), end)
        if first[1] < end and rest in by_start.get(rest[0], ()):
            yield Equation(whole, (first, rest))
    quarters: list[Days] = []
    while start <= end and len(quarters) < 4:
        step = next((days for days in by_start.get(start, ()) if _is_quarter(days) and days[1] <= end), None)
        if step is None:
            return
        quarters.append(step)
        start = next_day(step[1])
    if start > end and len(quarters) > 2:
        yield Equation(whole, tuple(quarters))


def _is_quarter(days: Days) -> bool:
    return length((days[1] - days[0]).days + 1) == "quarter"


class Choice(NamedTuple):
    """The version of a period we hold, and those that were filed with it or later and fit nothing."""

    fact: Fact
    errors: tuple[Fact, ...] = ()


def choose(versions: Mapping[Days, tuple[Fact, ...]]) -> dict[Days, Choice]:
    """One version for every period: the newest, unless an older one adds up and it does not.

    Parameters
    ----------
    versions
        What was known of each period of one tag, oldest first.

    Notes
    -----
    A version adds up if it makes one equation true together with any known versions of the other
    members, so a year restated as a whole wins over the year as it was. While only one quarter of
    a year is restated, the older value is the one that adds up, and it stays until the rest follows.
    """
    fought = [days for days, facts in versions.items() if len(facts) > 1]
    chosen = {days: Choice(facts[-1]) for days, facts in versions.items()}
    if fought:
        about = equations(versions)
        for days in fought:
            chosen[days] = _choice(days, versions, [equation for equation in about if days in equation.members])
    return chosen


def _choice(days: Days, versions: Mapping[Days, tuple[Fact, ...]], about: list[Equation]) -> Choice:
    known = versions[days]
    verdicts = [any(_holds(equation, days, fact, versions) for equation in about) for fact in known]
    if not any(verdicts):
        return Choice(known[-1])
    best = max(n for n, good in enumerate(verdicts) if good)
    since = min(fact.filed for fact in known if fact.value == known[best].value)
    errors = (fact for fact, good in zip(known, verdicts, strict=True) if not good and fact.filed >= since)
    return Choice(known[best], tuple(errors))


def _holds(equation: Equation, days: Days, fact: Fact, versions: Mapping[Days, tuple[Fact, ...]]) -> bool:
    said = [
        [fact.value] if member == days else [other.value for other in versions[member][-_WITNESSES:]]
        for member in equation.members
    ]
    return any(adds_up(whole, parts) for whole, *parts in itertools.product(*said))
