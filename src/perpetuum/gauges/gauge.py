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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """When a dial watches and when it alarms, in words, and why there.

    ``status`` says whether history has judged the thresholds: a proposal, or back-tested.
    """

    rule: Text
    because: Text
    status: Literal["proposal", "back-tested"] = "proposal"


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
