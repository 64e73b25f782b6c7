"""What a source says of a number, and which number we use."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Span, When

Stage = Literal["announced", "signed", "paid"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Status = Literal["reported", "estimated", "projection", "guidance"]
STATUSES: tuple[Status, ...] = get_args(Status)
Reading = Literal["lowest", "highest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """Source S says that the attribute of a subject is Q.

    Money of a deal has a ``stage``, a metric has a ``status``. ``period`` is when it was true,
    ``known_from`` since when a reader could know. ``reading`` marks the lowest or highest way
    to read a headline: such a claim bounds the figure and is never the first choice.
    ``assumed_days`` is set where no document of that time is on record and ``known_from`` is taken
    to be so many days after the period. ``definition`` sets apart claims that only seem to speak of
    one thing; different definitions are never rivals. ``fiscal_label`` is what the firm calls the period, as
    text; ``period_end`` is its own last day, where the period is counted as a calendar quarter.
    """

    id: str
    subject: str
    attribute: str
    says: Quantity
    source: Source
    known_from: datetime.date
    stage: Stage | None = None
    status: Status | None = None
    period: Span | None = None
    period_label: str | None = None
    at: str | None = None
    assumed_days: int | None = None
    reading: Reading | None = None
    definition: str | None = None
    derivation: str | None = None
    fiscal_label: str | None = None
    period_end: When | None = None
    product: str | None = None
    note: str | None = None

    @property
    def is_remembered(self) -> bool:
        """Does it stand in no document that was found, but in somebody's memory?"""
        return self.source.kind == "memory"

    @property
    def ended(self) -> datetime.date | None:
        """The last day it speaks of: of the firm's own period where that is another than the calendar's."""
        if self.period_end is not None:
            return self.period_end.last
        return self.period.last if self.period else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number we use: the claim it rests on, the claims it overruled, and why.

    ``disputed`` is true where equally good claims disagree and the lower one was taken.
    """

    chosen: Claim
    others: tuple[Claim, ...] = ()
    because: Text
    disputed: bool = False

    @property
    def quantity(self) -> Quantity:
        """The quantity of the chosen claim."""
        return self.chosen.says

    @property
    def value(self) -> float:
        """The value of the chosen claim, in base units."""
        return self.chosen.says.value
