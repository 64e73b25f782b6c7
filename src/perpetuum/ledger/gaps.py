"""How much is unknown on a date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perpetuum.ledger.totals import Counted, counted
from perpetuum.ledger.versions import standings, usable

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger

_NOT_MONEY = ("guarantees", "holding", "warrant_vesting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Of some legs, how many have no known payment, and the headline behind them in USD."""

    unknown: int
    legs: int
    headline_unknown: float
    headline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What a reader must know before trusting a sum.

    ``every_leg`` counts all versions; ``money`` counts the legs that enter sums, without
    guarantees, holdings and warrants.
    """

    at: datetime.date
    asof: datetime.date
    every_leg: tuple[int, int]
    money: Gap
    by_kind: Mapping[str, Gap]
    without_amount: int
    without_schedule: int
    tier_3_only: int
    one_source: int
    disputed: tuple[str, ...]
    firms_without_balance: tuple[str, ...]
    months_without_events: tuple[str, ...]


def gaps(ledger: Ledger, at: datetime.date, asof: datetime.date) -> Gaps:
    """Count the holes; see ``Ledger.gaps``."""
    found = standings(ledger.deals, at, asof)
    legs = counted(ledger, at, asof, ledger.case.policy)
    money = [leg for leg in legs if leg.group not in _NOT_MONEY]
    kinds = sorted({leg.group for leg in money}, key=lambda k: -sum(m.headline.value for m in money if m.group == k))
    priced = {leg.leg.id for leg in legs}
    return Gaps(
        at=at,
        asof=asof,
        every_leg=(
            sum(not usable(standing.leg.amounts, "paid", asof) for standing in found.values()),
            len(found),
        ),
        money=_gap(money),
        by_kind={kind: _gap([leg for leg in money if leg.group == kind]) for kind in kinds},
        without_amount=sum(not usable(s.leg.amounts, "announced", asof) for s in found.values()),
        without_schedule=sum(leg.leg.schedule.span is None for leg in legs),
        tier_3_only=sum(all(claim.source.tier == 3 for claim in leg.leg.amounts) for leg in legs),
        one_source=sum(len({claim.source.url for claim in leg.leg.amounts}) == 1 for leg in legs),
        disputed=tuple(leg.leg.id for leg in legs if leg.headline.disputed)
        + tuple(s.leg.id for s in found.values() if s.leg.supersedes and s.leg.supersedes.mode == "disputes"
                and s.leg.id not in priced),
        firms_without_balance=_without_balance(ledger, at, asof),
        months_without_events=_silent_months(ledger, min(at, asof)),
    )  # fmt: skip


def _gap(legs: list[Counted]) -> Gap:
    blank = [leg for leg in legs if leg.paid_value is None]
    return Gap(
        unknown=len(blank),
        legs=len(legs),
        headline_unknown=sum(leg.headline.value for leg in blank),
        headline=sum(leg.headline.value for leg in legs),
    )


def _without_balance(ledger: Ledger, at: datetime.date, asof: datetime.date) -> tuple[str, ...]:
    from perpetuum.ledger.panels import balances

    known = {entity for entity, _ in balances(ledger, at, asof, ledger.case.policy)}
    firms = [e.id for e in ledger.entities.values() if not e.aggregate and e.outside is None]
    return tuple(firm for firm in firms if firm not in known)


def _silent_months(ledger: Ledger, asof: datetime.date) -> tuple[str, ...]:
    months = {event.on.text[:7] for deal in ledger.deals for event in deal.events if event.on.first <= asof}
    first = max(min(months, default="9999-99"), f"{asof.year - 1}-{asof.month:02d}")
    silent = []
    year, month = int(first[:4]), int(first[5:7])
    while (year, month) <= (asof.year, asof.month):
        if f"{year}-{month:02d}" not in months:
            silent.append(f"{year}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(silent)
