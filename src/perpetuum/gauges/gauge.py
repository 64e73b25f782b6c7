"""A dial: what it is called, what it measures, when it warns and why, and how it reads a panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter

Part = Literal["engine", "gear", "fuel", "money", "credit", "system", "prices"]
PARTS: tuple[Part, ...] = ("engine", "gear", "fuel", "money", "credit", "system", "prices")
Whole = Literal["sum", "widest", "single"]
Worse = Literal["high", "low"]
Lead = Literal["leads", "coincident", "unknown"]
MAX_AGE = 2
# How many quarters back a card shows what the dial read.
HISTORY = 20


def _shown(value: float | None, subs: tuple[Sub, ...]) -> float | None:
    return value


def beside(place: int) -> Callable[[float | None, tuple[Sub, ...]], float | None]:
    """The number that stands at a place beside the one a dial shows."""
    return lambda value, subs: subs[place].value if len(subs) > place else None


def judged(value: float | None, subs: tuple[Sub, ...]) -> float | None:
    """The first number beside the one shown that has a band of its own: the one the rule speaks of."""
    return next((sub.value for sub in subs if sub.band is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The number that bands cut, and where: past ``watch`` the dial watches, past ``alarm`` it alarms.

    ``number`` finds it in what is shown and what stands beside; ``of`` and ``unit`` say which it is where it is not
    the one shown. Edges count in steps of ``step``, which a reading may bring with it; an edge is absent where more
    than a number decides. ``lasting`` is for how many quarters the number has to stand past each edge, ``end`` as far
    as it can go on the good side.
    """

    watch: float | None = None
    alarm: float | None = None
    of: Text | None = None
    unit: str | None = None
    number: Callable[[float | None, tuple[Sub, ...]], float | None] = _shown
    step: Callable[[float | None, tuple[Sub, ...]], float | None] | None = None
    lasting: tuple[int, int] = (1, 1)
    end: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """When a dial watches and when it alarms, in words, and why there.

    ``status`` says whether history has judged the thresholds: a proposal, or back-tested. ``scale`` has the edges as
    numbers; none where no single number decides.
    """

    rule: Text
    because: Text
    status: Literal["proposal", "back-tested"] = "proposal"
    scale: Scale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a dial sees in one quarter: a number (or that it has none), its band, and what both rest on.

    ``remark`` is what the band alone would hide, ``notes`` are what is missing and how far to trust it.
    """

    value: float | None
    band: Band
    figures: tuple[Figure, ...]
    period: str
    subs: tuple[Sub, ...] = ()
    notes: tuple[Text, ...] = ()
    remark: Text | None = None
    entity: str | None = None
    product: str | None = None


Look = Callable[[Panel, tuple[str, ...], Quarter], Seen | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One dial.

    ``look`` says what the dial sees of some firms in exactly one quarter, or nothing where an input
    is missing; it may look back, never ahead. ``group`` names the firms of the case it is read of;
    ``whole`` how the reading that votes comes about: the ratio of their sums, the worst of them, or
    one series that the case names. ``max_age`` is how many quarters a reading may be old, ``history``
    how far back it is read, ``trend_over`` over how many quarters its direction is told: the first of
    them that is known. ``worse`` says which end of its scale is bad, ``by_firm`` is false where the band
    says nothing of one firm alone. ``article`` is what the article under audit watches in its place. A
    dial that does not vote is an anchor.
    """

    id: str
    number: int
    part: Part
    name: Text
    unit: str
    formula: Text
    bands: Bands
    look: Look
    whole: Whole
    group: str | None = None
    max_age: int = MAX_AGE
    history: int = HISTORY
    trend_over: tuple[int, ...] = (2, 1)
    by_firm: bool = True
    worse: Worse = "high"
    lead: Lead = "unknown"
    votes: bool = True
    article: Text | None = None
