"""What vendors had promised their own customers at the close of a quarter, from the legs of all deals."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from perpetuum.core.claim import Figure
from perpetuum.core.deal import Deal
from perpetuum.core.vendor_money import Promise, as_cells, vendor_money
from perpetuum.core.when import Quarter, Span
from perpetuum.ledger.figures import choose
from perpetuum.ledger.payments import payments_of
from perpetuum.ledger.versions import Standing, known_from, standings, usable

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger


def vendor_cells(
    ledger: Ledger, quarters: Iterable[Quarter], asof: datetime.date, policy: str
) -> Iterator[tuple[Quarter, dict[tuple[str, str], Figure]]]:
    """The sums of each quarter's last day, or of the day until which is known if that comes first.

    Quarters before anybody could hear of any such promise are left out: there is nothing to add up.
    """
    deals = _deals_of(ledger)
    heard = [known for deal in deals for leg in deal.legs if (known := known_from(deal.events_of(leg.id)))]
    first = min(heard, default=datetime.date.max)
    for quarter in quarters:
        at = min(quarter.last, asof)
        if quarter.first <= asof and first <= at:
            found = _promises(ledger, deals, at, asof, policy)
            yield quarter, as_cells(vendor_money(found, ledger.entities), quarter)


def _promises(
    ledger: Ledger, deals: tuple[Deal, ...], at: datetime.date, asof: datetime.date, policy: str
) -> Iterator[Promise]:
    """Every leg of some deals that enters sums on a day."""
    for standing in standings(deals, at, asof).values():
        # A contract may run from a day before anybody heard of it: what is told later was no promise yet.
        if standing.is_countable and standing.known <= at and (promise := _promise(ledger, standing, at, asof, policy)):
            yield promise


def _deals_of(ledger: Ledger) -> tuple[Deal, ...]:
    """The deals in which a vendor gives, or a vehicle takes."""
    entities = ledger.entities

    def matters(deal: Deal) -> bool:
        return any(
            entities[leg.payer].roles[:1] == ("fuel",) or entities[leg.payee].vehicle
            for leg in deal.legs
            if leg.payer in entities and leg.payee in entities
        )

    return tuple(deal for deal in ledger.deals if matters(deal))


def _promise(ledger: Ledger, standing: Standing, at: datetime.date, asof: datetime.date, policy: str) -> Promise | None:
    """One leg as promised by a day; of what was paid by then, also what was reported later."""
    leg = standing.leg
    claims = [*leg.amounts, *ledger.printed.get(leg.id, ())]
    headline = choose(usable(claims, "announced", at), policy)
    if headline is None:
        return None
    is_guarantee = leg.contingent is not None and leg.contingent.form is not None
    is_signed = standing.binding and standing.reached in ("signed", "paid")
    paid = payments_of(usable(leg.amounts, "paid", asof), policy)
    return Promise(
        leg=leg.id, kind=leg.kind, payer=leg.payer, payee=leg.payee, is_guarantee=is_guarantee, announced=headline,
        firm=choose(usable(claims, "signed", at), policy) if standing.binding else None,
        paid=tuple(figure for span, figure in paid if _by(span, figure) <= at),
        cap=headline if is_guarantee and is_signed else None,
    )  # fmt: skip


def _by(span: Span | None, figure: Figure) -> datetime.date:
    """The day by which all of a payment was made: the end of its time, or when it was told where that is unknown."""
    return span.last if span else figure.chosen.known_from
