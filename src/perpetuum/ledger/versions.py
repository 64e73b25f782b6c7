"""Reading the past: which version of each promise stood on a date, as known on a date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.claim import Claim, Stage
from perpetuum.core.deal import Deal, Event, Leg
from perpetuum.core.when import When

Reached = Literal["rumoured", "announced", "signed", "paid"]
_BRINGS: dict[str, Reached] = {
    "rumoured": "rumoured",
    "announced": "announced",
    "signed": "signed",
    "amended": "signed",
    "paid": "paid",
    "done": "paid",
}
_ORDER: tuple[Reached, ...] = ("rumoured", "announced", "signed", "paid")
_RETIRING = ("replaces", "cancels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one leg stood: the stage it had reached, and whether it still counted.

    ``retired_by`` is the version that took its place. ``progress_known`` is false where the
    newest news on the leg came later: the leg is then announced, its progress unknown.
    """

    deal: Deal
    leg: Leg
    known: datetime.date
    reached: Reached
    binding: bool
    ended: bool
    progress_known: bool
    retired_by: str | None = None

    @property
    def is_current(self) -> bool:
        """No known later version took its place and it had not ended."""
        return self.retired_by is None and not self.ended

    @property
    def is_rumour(self) -> bool:
        """Had nobody but rumour spoken of it?"""
        return self.reached == "rumoured"

    @property
    def is_countable(self) -> bool:
        """Current, no rumour, and not a double of something else."""
        return self.is_current and not self.is_rumour and self.leg.apart is None


def resolved(when: When, exact: Iterable[When]) -> datetime.date:
    """The day a date counts from: its first day, unless an exact date of the same leg lies inside.

    Examples
    --------
    >>> resolved(When.parse("2026-02"), [When.parse("2026-02-27")])
    datetime.date(2026, 2, 27)
    >>> resolved(When.parse("2026-02"), [])
    datetime.date(2026, 2, 1)
    """
    inside = [other.first for other in exact if other.is_exact and when.first <= other.first <= when.last]
    return min(inside) if inside and not when.is_exact else when.first


def known_from(events: Iterable[Event]) -> datetime.date | None:
    """Since when a reader could know of a leg: its first announcement or rumour."""
    events = tuple(events)
    dates = [event.on for event in events]
    spoken = [resolved(e.on, dates) for e in events if e.word in ("announced", "rumoured")]
    return min(spoken or [resolved(date, dates) for date in dates], default=None)


def stage_known_from(events: Iterable[Event], stage: Stage) -> datetime.date | None:
    """Since when a reader could know the money of a leg at a stage."""
    events = tuple(events)
    known = known_from(events)
    if known is None or stage == "announced":
        return known
    dates = [event.on for event in events]
    brings = [resolved(e.on, dates) for e in events if _reaches(e.word, stage)]
    return max(known, min(brings)) if brings else max([known, *(resolved(d, dates) for d in dates)])


def _reaches(word: str, stage: Stage) -> bool:
    return word in _BRINGS and _ORDER.index(_BRINGS[word]) >= _ORDER.index(stage)


def standings(deals: Iterable[Deal], at: datetime.date, asof: datetime.date) -> dict[str, Standing]:
    """Every leg that existed at one date as known on another, by leg id."""
    found = {}
    for deal in deals:
        for leg in deal.legs:
            standing = _stand(deal, leg, at, asof)
            if standing:
                found[leg.id] = standing
    return _retire(found)


def _stand(deal: Deal, leg: Leg, at: datetime.date, asof: datetime.date) -> Standing | None:
    events = deal.events_of(leg.id)
    known = known_from(events)
    if known is None or known > asof or not _had_begun(leg, events, at):
        return None
    dates = [event.on for event in events]
    happened = [e for e in events if resolved(e.on, dates) <= min(at, asof)]
    heard = [e for e in events if resolved(e.on, dates) <= asof]
    spoken: Reached = "rumoured" if heard and all(e.word == "rumoured" for e in heard) else "announced"
    reached = [_BRINGS[event.word] for event in happened if event.word in _BRINGS]
    return Standing(
        deal=deal,
        leg=leg,
        known=known,
        reached=max([spoken, *reached], key=_ORDER.index),
        binding=_binds(happened or heard),
        ended=_is_over(happened),
        progress_known=len(happened) == len(events),
    )


def _is_over(happened: list[Event]) -> bool:
    """It ended, or its debtor defaulted and nobody has cured that since."""
    days = [event.on for event in happened]
    last = {e.word: max(resolved(o.on, days) for o in happened if o.word == e.word) for e in happened}
    failed = last.get("defaulted")
    return "ended" in last or (failed is not None and last.get("cured", datetime.date.min) < failed)


def _binds(events: list[Event]) -> bool:
    """Nothing said that it does not bind, or a contract came after the letter of intent."""
    signed = any(event.binding and _reaches(event.word, "signed") for event in events)
    return signed or all(event.binding for event in events)


def _had_begun(leg: Leg, events: tuple[Event, ...], at: datetime.date) -> bool:
    dates = [event.on for event in events]
    days = [resolved(date, dates) for date in dates]
    days += [leg.schedule.start.first] if leg.schedule.start else []
    return min(days) <= at


def _retire(found: dict[str, Standing]) -> dict[str, Standing]:
    heirs = {}
    for standing in found.values():
        link = standing.leg.supersedes
        if link and link.mode in _RETIRING and not _rumour_against_contract(standing, found.get(link.leg)):
            heirs[link.leg] = standing.leg.id
    return {id: _with_heir(standing, heirs.get(id)) for id, standing in found.items()}


def _rumour_against_contract(heir: Standing, old: Standing | None) -> bool:
    return old is not None and heir.is_rumour and old.reached in ("signed", "paid")


def _with_heir(standing: Standing, heir: str | None) -> Standing:
    if heir is None:
        return standing
    return Standing(
        **{name: getattr(standing, name) for name in Standing.__slots__ if name != "retired_by"}, retired_by=heir
    )


def usable(claims: Iterable[Claim], stage: Stage, asof: datetime.date) -> tuple[Claim, ...]:
    """The claims at one stage that a reader could know by a date."""
    return tuple(claim for claim in claims if claim.stage == stage and claim.known_from <= asof)
