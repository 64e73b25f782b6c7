"""What a dial shows, how many dials stand where, and one thing worth telling."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.record import Record
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, When

Band = Literal["running", "watch", "alarm", "unknown"]
# From the best to the worst that is known; what is not known stands apart.
KNOWN_BANDS: tuple[Band, ...] = ("running", "watch", "alarm")
BANDS: tuple[Band, ...] = (*KNOWN_BANDS, "unknown")
Trend = Literal["rising", "falling", "flat", "unknown"]


def worst(bands: Iterable[Band], *, complete: bool = True) -> Band:
    """The band of several parts: what is known to be bad speaks; running only if all parts are known.

    ``complete`` is false where a part is missing that has no band of its own.

    Examples
    --------
    >>> worst(["running", "watch", "unknown"]), worst(["running", "unknown"]), worst(["running"])
    ('watch', 'unknown', 'running')
    """
    found = set(bands)
    for band in ("alarm", "watch"):
        if band in found:
            return band
    return "running" if complete and found == {"running"} else "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub:
    """A number beside the one a dial shows; it has a band where the rule speaks of it.

    Without figures of its own it follows from those of the dial; ``url`` is the page of a number of the case.
    """

    name: Text
    value: float
    unit: str
    figures: tuple[Figure, ...] = ()
    band: Band | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a dial sees of one firm or group in one quarter.

    ``value`` is absent where the ratio has no meaning; ``period`` is the time its figures speak of.
    ``notes`` say what is missing from it or how far it can be trusted, ``remark`` what the band alone
    would hide. ``disputed`` is true where a claim that was overruled would give another band.
    """

    entity: str
    quarter: Quarter
    period: str
    value: float | None
    band: Band
    figures: tuple[Figure, ...]
    subs: tuple[Sub, ...] = ()
    notes: tuple[Text, ...] = ()
    remark: Text | None = None
    product: str | None = None
    disputed: bool = False

    @property
    def every_figure(self) -> tuple[Figure, ...]:
        """What it rests on, with what the numbers beside it rest on."""
        return tuple(dict.fromkeys((*self.figures, *(figure for sub in self.subs for figure in sub.figures))))

    @property
    def known_since(self) -> datetime.date | None:
        """Since when its newest figure could be known."""
        return max((figure.chosen.known_from for figure in self.every_figure), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(Record):
    """A time in the past at which a dial stood in a band, and what came of it within two years.

    ``url`` is the page of what it read, ``came_url`` the page of what came, where that is another one.
    """

    gauge: str
    who: Text
    read: Band
    began: When
    came: Text
    ended: bool
    url: str
    came_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a dial shows at one quarter: one reading that votes, one for each firm, and how it came about.

    ``system`` is the point that votes, never older than the dial allows; ``last`` is the newest there
    is, shown in grey where it is too old. ``history`` are the system's points, oldest first, ``firms``
    the newest of each firm, ``missing`` the firms of the group that have none or one that is too old.
    ``age`` is how many quarters lie between ``last`` and the quarter asked for. ``past`` are earlier
    episodes in the band shown.
    """

    gauge: str
    unit: str
    at: Quarter
    system: Point | None
    last: Point | None
    firms: tuple[Point, ...] = ()
    missing: tuple[str, ...] = ()
    history: tuple[Point, ...] = ()
    band: Band = "unknown"
    trend: Trend = "unknown"
    age: int | None = None
    because: Text
    past: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How many dials stand where at one quarter: the ids in each band, and by part of the machine."""

    quarter: Quarter
    asof: datetime.date | None
    bands: tuple[tuple[str, Band], ...]

    def ids(self, band: Band) -> tuple[str, ...]:
        """The dials that stand in a band."""
        return tuple(id for id, own in self.bands if own == band)

    def count(self, band: Band) -> int:
        """How many dials stand in a band.

        Examples
        --------
        >>> vote = Vote(quarter=Quarter(2026, 1), asof=None, bands=(("a", "watch"), ("b", "unknown")))
        >>> vote.count("watch"), vote.count("running")
        (1, 0)
        """
        return len(self.ids(band))


Knowledge = Literal["the filing says", "the source says", "our arithmetic", "the model gives", "we do not know"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth telling: a sentence, its value, and the claims it stands on."""

    id: str
    sentence: Text
    value: object
    knowledge: Knowledge
    evidence: tuple[Claim, ...] = ()
    asof: datetime.date | None = None
    note: Text | None = None
