"""Sums that may be formed: one stage, one direction, no money twice."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from perpetuum.core.claim import Figure, Stage
from perpetuum.core.deal import Leg
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.nouns import KIND, LEG
from perpetuum.core.text import Text, both
from perpetuum.core.when import Span
from perpetuum.ledger.figures import choose
from perpetuum.ledger.networks import fullest_first, merged_names
from perpetuum.ledger.payments import payments_of
from perpetuum.ledger.versions import Standing, standings, usable

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A leg that enters sums, with its headline figure."""

    standing: Standing
    headline: Figure
    paid: tuple[Figure, ...]

    @property
    def leg(self) -> Leg:
        """The leg itself."""
        return self.standing.leg

    @property
    def group(self) -> str:
        """Its kind; guarantees of every form are one group."""
        return kind_group(self.leg)

    @property
    def paid_value(self) -> float | None:
        """USD known to have moved; None where unknown."""
        return sum(figure.value for figure in self.paid) if self.paid else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum in USD over some legs at one stage, and the legs whose amount is unknown.

    ``is_floor`` is true where amounts are missing: the sum is "at least".
    """

    stage: Stage
    value: float
    legs: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_floor(self) -> bool:
        """Is anything missing from the sum?"""
        return bool(self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money one firm is known to have paid another in a span, with the claims that overlap it."""

    leg: str
    span: Span | None
    figure: Figure
    rivals: tuple[str, ...] = ()


def kind_group(leg: Leg) -> str:
    """The kind of a leg for sums: a contingent purchase is a guarantee.

    Examples
    --------
    >>> kind_group(Leg(id="a", kind="loan", payer="x", payee="y"))
    'loan'
    """
    if leg.kind == "warrant_vesting":
        return leg.kind
    return "guarantees" if leg.contingent else leg.kind


def counted(ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str) -> tuple[Counted, ...]:
    """The legs that enter sums on a date: current, with an amount, no rumour, nothing doubled."""
    found = []
    for standing in standings(ledger.deals, at, asof).values():
        if not standing.is_countable:
            continue
        leg = standing.leg
        headline = choose(usable([*leg.amounts, *ledger.printed.get(leg.id, ())], "announced", asof), policy)
        if headline is not None:
            paid = tuple(figure for _, figure in payments_of(usable(leg.amounts, "paid", asof), policy))
            found.append(Counted(standing=standing, headline=headline, paid=paid))
    return tuple(found)


def by_kind(legs: Iterable[Counted], stage: Stage = "announced") -> Mapping[str, float]:
    """USD by kind at the headline, or known to be paid; kinds without any money are absent."""
    sums: dict[str, float] = {}
    for leg in legs:
        value = leg.headline.value if stage == "announced" else leg.paid_value
        if value:
            sums[leg.group] = sums.get(leg.group, 0.0) + value
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def total(ledger: Ledger, at: datetime.date, asof: datetime.date, stage: Stage, kind: str | None, policy: str) -> Total:
    """The sum over counted legs; see ``Ledger.total``."""
    groups = {*KINDS, "guarantees"}
    if kind is not None and kind not in groups:
        raise UnknownName(kind, groups, what=KIND)
    value, legs, unknown = 0.0, [], []
    for leg in counted(ledger, at, asof, policy):
        if kind is not None and leg.group != kind:
            continue
        amount = _amount(leg, stage, asof, policy)
        if amount is None:
            unknown.append(leg.leg.id)
        else:
            value += amount
            legs.append(leg.leg.id)
    return Total(stage=stage, value=value, legs=tuple(legs), unknown=tuple(unknown))


def _amount(leg: Counted, stage: Stage, asof: datetime.date, policy: str) -> float | None:
    if stage == "announced":
        return leg.headline.value
    if stage == "paid":
        return leg.paid_value
    return _value(leg.leg, stage, asof, policy)


def add(ledger: Ledger, legs: Iterable[str], stage: Stage, asof: datetime.date, policy: str) -> Total:
    """The sum over the legs one names, refused where it would count money twice.

    Raises
    ------
    NetworkError
        If two legs are versions or parts of one promise, run in different directions, or cover
        the same time of one pair.
    """
    ids = list(dict.fromkeys(legs))
    for id in ids:
        if id not in ledger.legs_by_id:
            raise UnknownName(id, ledger.legs_by_id, what=LEG)
    for a, b in combinations(ids, 2):
        if collision := _collision(ledger.legs_by_id, ledger.legs_by_id[a], ledger.legs_by_id[b]):
            what, repair = collision
            raise NetworkError(both(f"total: {a} and {b} {what.en}", f"total：{a} 與 {b} {what.zh}"), repair)
    values = {id: _value(ledger.legs_by_id[id], stage, asof, policy) for id in ids}
    return Total(
        stage=stage,
        value=sum(value for value in values.values() if value is not None),
        legs=tuple(id for id, value in values.items() if value is not None),
        unknown=tuple(id for id, value in values.items() if value is None),
    )


def _value(leg: Leg, stage: Stage, asof: datetime.date, policy: str) -> float | None:
    claims = usable(leg.amounts, stage, asof)
    if stage == "paid":
        paid = [figure.value for _, figure in payments_of(claims, policy)]
        return sum(paid) if paid else None
    figure = choose(claims, policy)
    return figure.value if figure else None


def _earlier_versions(legs: Mapping[str, Leg], leg: Leg) -> set[str]:
    """The versions whose money a leg may hold again: back along its chain, until one only adds."""
    found: set[str] = set()
    while (link := leg.supersedes) and link.mode != "adds" and link.leg in legs and link.leg not in found:
        found.add(link.leg)
        leg = legs[link.leg]
    return found


def _collision(legs: Mapping[str, Leg], a: Leg, b: Leg) -> tuple[Text, Text] | None:
    """Why two legs cannot be added, and what to do instead."""
    choose_one = both("Choose one.", "請擇一。")
    if (a.payer, a.payee) == (b.payee, b.payer):
        return (
            both(
                "run in opposite directions; a sum would mix giving and taking back.",
                "方向相反；相加會把付出與收回混在一起。",
            ),
            both("Sum each direction apart.", "請分別加總兩個方向。"),
        )
    if a.id in _earlier_versions(legs, b) or b.id in _earlier_versions(legs, a):
        return both(
            "are versions of one promise; a sum would count it twice.", "是同一項承諾的不同版本；相加會重複計算。"
        ), choose_one
    if any(x.apart and y.id in x.apart.of for x, y in ((a, b), (b, a))):
        return both("share the same money; a sum would count it twice.", "包含同一筆錢；相加會重複計算。"), choose_one
    spans = [[c.period for c in leg.amounts if c.stage == "paid" and c.period] for leg in (a, b)]
    same_pair = (a.payer, a.payee) == (b.payer, b.payee)
    if same_pair and any(x.overlaps(y) for x in spans[0] for y in spans[1]):
        asked = f'ledger.paid("{a.payer}", "{a.payee}")'
        return (
            both("cover the same time; a sum would count it twice.", "涵蓋同一段時間；相加會重複計算。"),
            both(
                f"Choose one, or ask for known paid amounts by span: {asked}.",
                f"請擇一，或依期間查詢已知的實付金額：{asked}。",
            ),
        )
    return None


def paid(
    ledger: Ledger, payer: str, payee: str, at: datetime.date, asof: datetime.date, policy: str = "best_source"
) -> tuple[Payment, ...]:
    """Known payments of one pair by span; see ``Ledger.paid``."""
    rename = merged_names(ledger.entities.values(), at)
    pair = (ledger.entity(payer).id, ledger.entity(payee).id)
    found: list[Payment] = []
    for standing in standings(ledger.deals, at, asof).values():
        leg = standing.leg
        if (rename.get(leg.payer, leg.payer), rename.get(leg.payee, leg.payee)) == pair:
            for span, figure in payments_of(usable(leg.amounts, "paid", asof), policy):
                found.append(Payment(leg=leg.id, span=span, figure=figure))
    return _without_overlaps([payment for payment in found if payment.figure.value > 0])


def _without_overlaps(payments: list[Payment]) -> tuple[Payment, ...]:
    kept: list[Payment] = []
    for payment in sorted(payments, key=lambda p: (*fullest_first(p.span, p.figure), p.leg)):
        for i, other in enumerate(kept):
            if other.span and payment.span and other.span.overlaps(payment.span):
                kept[i] = Payment(
                    leg=other.leg, span=other.span, figure=other.figure, rivals=(*other.rivals, payment.leg)
                )
                break
        else:
            kept.append(payment)
    return tuple(sorted(kept, key=lambda p: (p.span.first if p.span else datetime.date.min, p.leg)))
