"""A chain of versions of one promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from perpetuum.core.claim import Claim
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Span, When

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
class Contingent:
    """A guarantee, warrant or option: nothing until its trigger fires, then at most the cap."""

    when: Trigger
    cap: Quantity | None = None
    from_: When | None = None
    until: When | None = None
    covers: str | None = None
    share: float | None = None
    form: str | None = None
    cap_follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A right to leave: whose it is, how long the notice runs, and from when it can be used."""

    by: str
    notice: str | None = None
    after: str | None = None


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
