"""A chain of versions of one promise."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

from perpetuum.core.claim import Claim
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Span, When, months_later

EventWord = Literal[
    "rumoured", "announced", "signed", "paid", "amended", "done", "ended", "defaulted", "impaired", "cured"
]
EVENT_WORDS: tuple[EventWord, ...] = get_args(EventWord)
Mode = Literal["replaces", "cancels", "adds", "overlaps", "disputes"]
MODES: tuple[Mode, ...] = get_args(Mode)
Apart = Literal["part_of", "aggregate", "payment_history", "stake_value", "project_cost", "not_a_deal", "disputes"]
APART: tuple[Apart, ...] = get_args(Apart)
TriggerWord = Literal["default", "milestone", "price", "unsold", "walks_away", "sold_below", "date"]
TRIGGER_WORDS: tuple[TriggerWord, ...] = get_args(TriggerWord)
Cover = Literal["payment", "residual_value", "capacity"]
COVERS: tuple[Cover, ...] = get_args(Cover)
Side = Literal["payer", "payee", "either"]
SIDES: tuple[Side, ...] = get_args(Side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """Something that happened to a leg, or to the whole deal, on a date."""

    word: EventWord
    on: When
    leg: str | None = None
    source: Source | None = None
    binding: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """From when until when a leg is performed; an end that nobody stated is absent."""

    start: When | None = None
    end: When | None = None

    @property
    def span(self) -> Span | None:
        """Both ends, or nothing."""
        return Span(self.start.first, self.end.last) if self.start and self.end else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Money that is released as a stock grows: "10bn USD for each GW that openai deploys"."""

    stock: str
    of: str
    pays: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What must happen before a contingent leg pays: one word, or several joined by all or any."""

    word: TriggerWord | Literal["all", "any"]
    of: str | None = None
    stock: str | None = None
    reaches: str | None = None
    parts: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A cap that is released in ``full`` equal steps, one for each unit of a stock of a firm."""

    stock: str
    of: str
    full: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingent:
    """A guarantee, warrant or option: nothing until its trigger fires, then at most the cap.

    ``covers`` are the legs whose loss a guarantee makes good, ``share`` the fraction of that loss.
    ``form`` is what is made good: a missed payment, the residual value of a lease, unsold capacity.
    A warrant gives its holder ``count`` shares at ``strike`` USD each. ``says`` holds the terms in
    words, where they are more than the fields can hold.
    """

    when: Trigger
    cap: Quantity | None = None
    from_: When | None = None
    until: When | None = None
    covers: tuple[str, ...] = ()
    share: float = 1.0
    form: Cover | None = None
    cap_follows: Release | None = None
    count: Quantity | None = None
    strike: Quantity | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A right to leave: whose it is, how long the notice runs, and from when it can be given.

    ``notice`` is a length in days or months. ``after`` is the last day on which nobody may give it,
    or a length counted from the start of the leg.
    """

    by: Side
    notice: Quantity | None = None
    after: When | Quantity | None = None

    def first_notice(self, start: When | None) -> datetime.date | None:
        """The first day on which notice can be given, for a leg that starts then; nothing where unknown.

        Examples
        --------
        >>> right = Exit(by="either", notice=Quantity.parse("90 days"), after=Quantity.parse("3 months"))
        >>> right.first_notice(When.parse("2026-05")), right.first_end(When.parse("2026-05"))
        (datetime.date(2026, 8, 1), datetime.date(2026, 10, 30))
        """
        if isinstance(self.after, When):
            return self.after.last + datetime.timedelta(days=1)
        if start is None:
            return None
        return start.first if self.after is None else _later(start.first, self.after)

    def first_end(self, start: When | None) -> datetime.date | None:
        """The first day on which the leg can be over: notice given at once, and run out."""
        given = self.first_notice(start)
        return None if given is None or self.notice is None else self.end_if_given(given)

    def end_if_given(self, day: datetime.date) -> datetime.date:
        """The day on which the leg is over if notice is given on a day; at once without a notice."""
        return day if self.notice is None else _later(day, self.notice)


def _later(day: datetime.date, length: Quantity) -> datetime.date:
    if length.unit == "months":
        return months_later(day, int(length.value))
    return day + datetime.timedelta(days=length.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersedes:
    """Which earlier version a leg follows, and in what way."""

    leg: str
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsApart:
    """Why a leg stays out of sums, and which legs it would double."""

    why: Apart
    of: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg(Record):
    """One direction of a deal: who pays whom, for what, how much, when.

    ``amounts`` is all that sources say, never just one claim. A ``contingent`` leg is a claim on
    a firm and no cash; a ``holding`` kind is a stake. ``share`` is a fraction (of the target's
    shares, or of revenue); ``compute_gw`` the power linked to the leg, in GW.
    """

    id: str
    kind: str
    payer: str
    payee: str
    amounts: tuple[Claim, ...] = ()
    schedule: Schedule = Schedule()
    unlock: Unlock | None = None
    contingent: Contingent | None = None
    exit: Exit | None = None
    share: float | None = None
    compute_gw: float | None = None
    supersedes: Supersedes | None = None
    stands_apart: StandsApart | None = None
    note: str | None = None

    @property
    def apart(self) -> StandsApart | None:
        """Why it stays out of sums: as written, or because it overlaps or disputes an earlier version.

        Examples
        --------
        >>> later = Supersedes(leg="a", mode="overlaps")
        >>> Leg(id="b", kind="loan", payer="x", payee="y", supersedes=later).apart.why
        'part_of'
        """
        link = self.supersedes
        if self.stands_apart is not None or link is None or link.mode not in ("overlaps", "disputes"):
            return self.stands_apart
        return StandsApart(why="part_of" if link.mode == "overlaps" else "disputes", of=(link.leg,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal(Record):
    """A chain of versions of one promise, told in one file."""

    id: str
    name: Text
    legs: tuple[Leg, ...]
    events: tuple[Event, ...] = ()
    story: str | None = None
    sources: tuple[Source, ...] = ()

    def events_of(self, leg: str) -> tuple[Event, ...]:
        """The events that speak of one leg, or of the whole deal."""
        return tuple(event for event in self.events if event.leg in (None, leg))
