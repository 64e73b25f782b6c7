"""How far something new has spread: who counts, since when, and what was seen at which date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from perpetuum.core.errors import UnknownName
from perpetuum.core.record import Record
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import When

# Where in its year, half or quarter a value stands: at its end, or where its label says.
Dated = Literal["year_end", "label", "end"]
DATED: tuple[Dated, ...] = get_args(Dated)


def decimal_year(day: datetime.date) -> float:
    """A day as a decimal year, the year counting 365 or 366 days.

    Examples
    --------
    >>> decimal_year(datetime.date(2024, 7, 1)), round(decimal_year(datetime.date(2022, 11, 30)), 3)
    (2024.4972677595629, 2022.912)
    """
    first = datetime.date(day.year, 1, 1)
    return day.year + (day - first).days / (datetime.date(day.year + 1, 1, 1) - first).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology(Record):
    """Something new; ``article_years`` is how long the article says it took, where it says so."""

    id: str
    name: Text
    article_years: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population(Record):
    """Who is counted; ``people`` turns a number of users into a share, where it is given."""

    id: str
    name: Text
    people: float | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch(Record):
    """An event from which years are counted; a choice, so a technology may have several."""

    id: str
    technology: str
    on: When
    name: Text
    source: Source

    @property
    def year(self) -> float:
        """The moment as a decimal year; the middle of a month or year that is not told more exactly."""
        middle = self.on.first + (self.on.last - self.on.first) / 2
        return decimal_year(middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Record):
    """One observation: a share of a population (1 is all), or a number of users.

    ``beside`` marks one that contradicts the others: it is shown, and not calculated with.
    """

    at: When
    value: float
    source: Source
    beside: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Record):
    """When a share was reached by somebody's inference, where nobody observed it."""

    first: When
    last: When
    share: float
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread(Record):
    """Shares of one population that use one technology, in order of time."""

    technology: str
    population: str
    measure: Text
    dated: Dated
    seen: tuple[Seen, ...]
    inferred: Between | None = None
    note: Text | None = None

    def time(self, at: When) -> float:
        """Where on the axis of decimal years an observation stands."""
        if self.dated == "year_end":
            return at.last.year + 1.0
        if self.dated == "end":
            return decimal_year(at.last)
        return float(at.first.year) if not at.is_exact else decimal_year(at.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced(Record):
    """Users of one technology as announced, at exact dates; ``populations`` are those they are a share of.

    ``series`` (entity, metric, product) is the dated series of a panel that these announcements are, if they are one.
    """

    technology: str
    launch: str
    measure: Text
    seen: tuple[Seen, ...]
    populations: tuple[str, ...] = ()
    series: tuple[str, str, str | None] | None = None


Named = TypeVar("Named", Technology, Population, Launch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption(Record):
    """Everything a case knows of how far technologies have spread.

    Examples
    --------
    >>> Adoption().spreads
    ()
    """

    technologies: tuple[Technology, ...] = ()
    populations: tuple[Population, ...] = ()
    launches: tuple[Launch, ...] = ()
    spreads: tuple[Spread, ...] = ()
    announced: tuple[Announced, ...] = ()

    def technology(self, id: str, what: Text) -> Technology:
        """One technology; an unknown id raises ``UnknownName`` with the nearest."""
        return _named(self.technologies, id, what)

    def population(self, id: str, what: Text) -> Population:
        """One population; an unknown id raises ``UnknownName`` with the nearest."""
        return _named(self.populations, id, what)

    def launch(self, id: str, what: Text) -> Launch:
        """One launch; an unknown id raises ``UnknownName`` with the nearest."""
        return _named(self.launches, id, what)

    def launches_of(self, technology: str) -> tuple[Launch, ...]:
        """The events from which the years of one technology may be counted."""
        return tuple(launch for launch in self.launches if launch.technology == technology)


def _named(among: tuple[Named, ...], id: str, what: Text) -> Named:
    found = {each.id: each for each in among}
    if id not in found:
        raise UnknownName(id, found, what=what)
    return found[id]
