"""The same ledger with all that was known only after a day taken away, or said seven times as large."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from perpetuum.core.claim import Claim
from perpetuum.core.deal import Deal, Leg
from perpetuum.ledger import Ledger

Change = Callable[[tuple[Claim, ...]], tuple[Claim, ...]]


def without_later(ledger: Ledger, day: datetime.date) -> Ledger:
    """No claim that was known only after a day is left."""
    return _changed(ledger, lambda claims: tuple(claim for claim in claims if claim.known_from <= day))


def with_later_sevenfold(ledger: Ledger, day: datetime.date) -> Ledger:
    """Every claim that was known only after a day says seven times as much."""

    def louder(claim: Claim) -> Claim:
        if claim.known_from <= day:
            return claim
        return replace(claim, says=replace(claim.says, value=7 * claim.says.value))

    return _changed(ledger, lambda claims: tuple(louder(claim) for claim in claims))


def later_claims(ledger: Ledger, day: datetime.date) -> int:
    """How many claims were known only after a day."""
    every = [*ledger.metrics, *(claim for leg in ledger.legs_by_id.values() for claim in leg.amounts)]
    return sum(claim.known_from > day for claim in every)


def _changed(ledger: Ledger, change: Change) -> Ledger:
    def leg(of: Leg) -> Leg:
        return replace(of, amounts=change(of.amounts))

    def deal(of: Deal) -> Deal:
        return replace(of, legs=tuple(leg(each) for each in of.legs))

    return replace(ledger, deals=tuple(deal(each) for each in ledger.deals), metrics=change(ledger.metrics))
