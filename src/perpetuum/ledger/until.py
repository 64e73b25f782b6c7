"""A case without what came later: what was over by a day, whenever it was printed.

The other clock, `asof`, asks what a reader could know. A replay asks what had happened: a balance sheet of that day
counts although it was printed three months later, and a default of the next year does not, however well known it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from perpetuum.core.claim import Claim
from perpetuum.core.deal import Deal, Event, Leg
from perpetuum.core.when import When

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger

Because = Literal["later", "undated", "perhaps later"]
# The mark of a number that could only be given when a time was over, such as the year of a peak.
HINDSIGHT = "hindsight"
# What only tells how something ended does not say that it stood on an earlier day.
_ENDS = ("ended", "defaulted", "impaired", "cured")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThen:
    """A leg that did not surely stand on a day.

    ``later``: it began afterwards. ``undated``: only its end has a date. ``perhaps later``: its date names a year or
    a month that had begun and was not over; such a leg is kept, and marked.
    """

    leg: str
    because: Because


def until(ledger: Ledger, day: datetime.date, late: Collection[str] = ()) -> Ledger:
    """The same case as it had come to be by a day.

    Left out are numbers of periods that ended later, what could only be said in hindsight, legs that began later or
    of which only the end has a date, events, amounts and payments of later periods, payments without a date,
    collapses after the day, and an article that appeared after it. Amounts of a promise without a period stay, as the
    terms of a leg that stood. ``late`` names legs that are taken as if they had stood on the day although they came
    later: for a comparison, never for a judgement.
    """
    deals = (_deal(deal, day, late) for deal in ledger.deals)
    article = ledger.case.article_source
    is_later = article is not None and (article.published is None or article.published.last > day)
    return replace(
        ledger,
        deals=tuple(deal for deal in deals if deal.legs),
        metrics=over(ledger.metrics, day),
        statements=() if is_later else ledger.statements,
        collapses=tuple(each for each in ledger.collapses if each.on.last <= day),
    )


def over(claims: Iterable[Claim], day: datetime.date) -> tuple[Claim, ...]:
    """Claims of periods that were over by a day, but for what could only be said in hindsight."""
    return tuple(
        claim for claim in claims
        if claim.derivation != HINDSIGHT and claim.ended is not None and claim.ended <= day
    )  # fmt: skip


def not_then(ledger: Ledger, day: datetime.date) -> tuple[NotThen, ...]:
    """Every leg that had not surely begun by a day, and why."""
    told = ((leg.id, _doubt(deal, leg, day)) for deal in ledger.deals for leg in deal.legs)
    return tuple(NotThen(leg=id, because=because) for id, because in sorted(told) if because is not None)


def _doubt(deal: Deal, leg: Leg, day: datetime.date) -> Because | None:
    events = deal.events_of(leg.id)
    begins = [event.on for event in events if event.word not in _ENDS]
    begins += [leg.schedule.start] if leg.schedule.start else []
    if not begins:
        # An end by the day is proof enough that it had stood.
        return None if any(event.on.last <= day for event in events) else "undated"
    if all(on.first > day for on in begins):
        return "later"
    return None if any(on.last <= day for on in begins) else "perhaps later"


def _deal(deal: Deal, day: datetime.date, late: Collection[str]) -> Deal:
    stood = {leg.id for leg in deal.legs if _doubt(deal, leg, day) in (None, "perhaps later")}
    taken = {leg.id for leg in deal.legs if leg.id in late} - stood
    events = (_event(event, day, taken) for event in deal.events if event.leg in (None, *stood, *taken))
    return replace(
        deal,
        legs=tuple(_leg(leg, day) if leg.id in stood else leg for leg in deal.legs if leg.id in stood | taken),
        events=tuple(event for event in events if event.on.first <= day),
    )


def _event(event: Event, day: datetime.date, taken: Collection[str]) -> Event:
    """What is taken as if it had stood on the day began on it."""
    begins = event.leg in taken and event.word not in _ENDS and event.on.first > day
    return replace(event, on=When.parse(day.isoformat())) if begins else event


def _leg(leg: Leg, day: datetime.date) -> Leg:
    """The terms of a promise, and what had been paid on it."""
    return replace(leg, amounts=tuple(claim for claim in leg.amounts if _counts(claim, day)))


def _counts(claim: Claim, day: datetime.date) -> bool:
    """A promise without a period is a term; anything else must have been over."""
    if claim.ended is None:
        return claim.stage != "paid"
    return claim.ended <= day
