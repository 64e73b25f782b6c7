"""The questions a case asks of itself: named queries with dated answers."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from perpetuum.core.claim import STAGES, Claim, Stage
from perpetuum.core.errors import LedgerError, Problem, UnitError, UnknownName
from perpetuum.core.nouns import QUERY, STAGE
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Where
from perpetuum.core.source import Source
from perpetuum.core.text import both
from perpetuum.core.when import When
from perpetuum.ledger import totals
from perpetuum.ledger.case import Expected, Told
from perpetuum.ledger.figures import choose
from perpetuum.ledger.networks import merged_names, moves_cash
from perpetuum.ledger.payments import payments_of
from perpetuum.ledger.versions import standings, usable

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger

Ask = Mapping[str, Any]
Query = Callable[["Ledger", datetime.date, Ask], tuple[Any, tuple[Claim, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query says on a date, beside what it is expected to say, with the claims used."""

    asof: datetime.date
    value: Any
    expected: Any
    agrees: bool
    evidence: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One finding of the case with its answers."""

    told: Told
    answers: tuple[Answer, ...]


def cash_links(ledger: Ledger, asof: datetime.date) -> dict[tuple[str, str], list[str]]:
    """Who pays whom on live cash legs, pools and payments to oneself left out; leg ids by pair."""
    rename = merged_names(ledger.entities.values(), asof)
    links: dict[tuple[str, str], list[str]] = {}
    for standing in standings(ledger.deals, asof, asof).values():
        leg = standing.leg
        payer, payee = rename.get(leg.payer, leg.payer), rename.get(leg.payee, leg.payee)
        pools = ledger.entities[payer].aggregate or ledger.entities[payee].aggregate
        if standing.is_current and not standing.is_rumour and moves_cash(leg) and payer != payee and not pools:
            links.setdefault((payer, payee), []).append(leg.id)
    return links


def _core(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    # Imported here: it takes longer to import than a case takes to load.
    from scipy.sparse.csgraph import connected_components

    links = cash_links(ledger, asof)
    if not links:
        return [], ()
    names = sorted({name for pair in links for name in pair})
    at = {name: i for i, name in enumerate(names)}
    linked = np.zeros((len(names), len(names)), bool)
    for a, b in links:
        linked[at[a], at[b]] = True
    _, label = connected_components(linked, directed=True, connection="strong")
    largest = max(set(label.tolist()), key=label.tolist().count, default=-1)
    core = sorted(name for name, component in zip(names, label, strict=True) if component == largest)
    if len(core) < 2:  # a firm alone is no circle
        return [], ()
    legs = [leg for (a, b), ids in links.items() if a in core and b in core for leg in ids]
    return core, _claims(ledger, legs, asof)


def _links(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    links = cash_links(ledger, asof)
    return len(links), _claims(ledger, [leg for ids in links.values() for leg in ids], asof)


def _mutual_pairs(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    links = cash_links(ledger, asof)
    pairs = [(a, b) for a, b in links if a < b and (b, a) in links]
    legs = [leg for a, b in pairs for leg in [*links[a, b], *links[b, a]]]
    return len(pairs), _claims(ledger, legs, asof)


def _counted(ledger: Ledger, asof: datetime.date) -> tuple[totals.Counted, ...]:
    return totals.counted(ledger, asof, asof, ledger.case.policy)


def _sum(legs: Iterable[totals.Counted]) -> tuple[float, tuple[Claim, ...]]:
    legs = list(legs)
    return sum(leg.headline.value for leg in legs), tuple(leg.headline.chosen for leg in legs)


def _guarantees(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    return _sum(leg for leg in _counted(ledger, asof) if leg.group == "guarantees")


def _guarantees_by(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    giver = ledger.entity(ask["guarantor"]).id
    return _sum(leg for leg in _counted(ledger, asof) if leg.group == "guarantees" and leg.leg.payer == giver)


def _headline_by_kind(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    legs = _counted(ledger, asof)
    return dict(totals.by_kind(legs)), _sum(legs)[1]


def _paid_by_kind(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    legs = _counted(ledger, asof)
    claims = tuple(figure.chosen for leg in legs for figure in leg.paid if figure.value)
    return dict(totals.by_kind(legs, "paid")), claims


def _counted_legs(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    legs = _counted(ledger, asof)
    return len(legs), _sum(legs)[1]


def _counted_headline(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    return _sum(_counted(ledger, asof))


def _chain(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    found = standings(ledger.deals, asof, asof)
    values: list[float | None] = []
    claims: list[Claim] = []
    for leg in ledger.chain(ask["leg"]):
        if leg.id not in found:
            continue
        figure = ledger.figure(leg.id, "announced", asof)
        cancels = leg.supersedes is not None and leg.supersedes.mode == "cancels"
        values.append(figure.value if figure else 0.0 if cancels else None)
        claims += [figure.chosen] if figure else []
    return values, tuple(claims)


def _paid_in_year(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[float | None, tuple[Claim, ...]]:
    year = int(ask["year"])
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    payments = [
        payment
        for payment in ledger.paid(ask["payer"], ask["payee"], asof=asof)
        if payment.span and (payment.span.first, payment.span.last) == (first, last)
    ]
    claims = tuple(payment.figure.chosen for payment in payments)
    return (sum(payment.figure.value for payment in payments) if payments else None), claims


def _paid_to_revenue(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    paid, claims = _paid_in_year(ledger, asof, ask)
    revenue = [
        claim
        for claim in ledger.metrics
        if (claim.subject, claim.attribute) == (ask["payer"], "revenue")
        and claim.period_label in (str(ask["year"]), f"FY{ask['year']}")
        and claim.status == "reported"
        and claim.known_from <= asof
    ]
    figure = choose(revenue, ledger.case.policy)
    if paid is None or figure is None:
        return None, claims
    return paid / figure.value, (*claims, figure.chosen)


def _promises(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    payer = ledger.entity(ask["payer"]).id
    return _sum(leg for leg in _counted(ledger, asof) if leg.leg.payer == payer and leg.group in ask["kinds"])


def _promised_to(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    payee = ledger.entity(ask["payee"]).id
    return _sum(leg for leg in _counted(ledger, asof) if leg.leg.payee == payee and leg.group in ask["kinds"])


def _share_of_promises(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    legs = [leg for leg in _counted(ledger, asof) if leg.group == ask["kind"]]
    ours, claims = _sum(leg for leg in legs if leg.leg.payer in ask["payers"])
    whole, _ = _sum(legs)
    return (ours / whole if whole else None), claims


def _firm_to_headline(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    headline = ledger.figure(ask["leg"], "announced", asof)
    firm = ledger.figure(ask["leg"], "signed", asof)
    if headline is None or firm is None or not headline.value:
        return None, ()
    return firm.value / headline.value, (firm.chosen, headline.chosen)


def _figure(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    if ask["stage"] not in STAGES:
        raise UnknownName(ask["stage"], STAGES, what=STAGE)
    figure = ledger.figure(ask["leg"], ask["stage"], asof)
    if figure is not None:
        return figure.value, (figure.chosen,)
    start = ledger.legs_by_id[ask["leg"]].schedule.start
    if ask["stage"] == "paid" and start is not None and start.first > asof:
        return 0.0, _claims(ledger, [ask["leg"]], asof)  # nothing is due yet, as in a network
    return None, ()


def _paid_between(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    kinds = ask.get("kinds")
    legs = ledger.legs(payer=ask["payer"], payee=ask["payee"])
    figures = [
        figure
        for leg in legs
        if kinds is None or leg.kind in kinds
        for _, figure in payments_of(usable(leg.amounts, "paid", asof), ledger.case.policy)
    ]
    return (sum(f.value for f in figures) if figures else None), tuple(f.chosen for f in figures)


def _paid_by(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    payer = ledger.entity(ask["payer"]).id
    legs = [leg for leg in _counted(ledger, asof) if leg.leg.payer == payer and leg.group in ask["kinds"] and leg.paid]
    claims = tuple(figure.chosen for leg in legs for figure in leg.paid)
    return (sum(leg.paid_value or 0.0 for leg in legs) if legs else None), claims


def _measured(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    """One number of a series, by the calendar's or the firm's own name of the period."""
    found = [
        claim
        for claim in ledger.metrics
        if (claim.subject, claim.attribute) == (ask["entity"], ask["metric"])
        and str(ask["period"]) in (claim.period_label, claim.fiscal_label)
        and claim.status == ask.get("status", claim.status)
        and claim.known_from <= asof
    ]
    reported = [claim for claim in found if claim.status == "reported"]
    figure = choose(reported or found, ledger.case.policy)
    return (figure.value, (figure.chosen,)) if figure else (None, ())


def _parts(ledger: Ledger, asof: datetime.date, asks: Iterable[Ask]) -> tuple[list[Any], tuple[Claim, ...]]:
    """The answers of several questions inside one, and what they rest on together."""
    answers = [ask(ledger, str(each["query"]), asof, each) for each in asks]
    return [value for value, _ in answers], tuple(dict.fromkeys(claim for _, used in answers for claim in used))


def _added(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    values, claims = _parts(ledger, asof, ask["of"])
    return (None if None in values else math.fsum(values)), claims


def _ratio(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    (part, whole), claims = _parts(ledger, asof, (ask["of"], ask["to"]))
    return (part / whole if part is not None and whole else None), claims


def _change(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    (before, now), claims = _parts(ledger, asof, (ask["from"], ask["to"]))
    return (now / before - 1 if now is not None and before else None), claims


def _fallen(ledger: Ledger, asof: datetime.date, ask: Ask) -> tuple[Any, tuple[Claim, ...]]:
    after = When.parse(str(ask["after"])).last if "after" in ask else datetime.date.min
    return sum(after < each.on.last <= asof for each in ledger.collapses), ()


QUERIES: dict[str, Query] = {
    "core": _core,
    "links": _links,
    "mutual_pairs": _mutual_pairs,
    "guarantees": _guarantees,
    "guarantees_by": _guarantees_by,
    "headline_by_kind": _headline_by_kind,
    "paid_by_kind": _paid_by_kind,
    "counted_legs": _counted_legs,
    "counted_headline": _counted_headline,
    "chain": _chain,
    "paid_to_revenue": _paid_to_revenue,
    "promises": _promises,
    "promised_to": _promised_to,
    "share_of_promises": _share_of_promises,
    "firm_to_headline": _firm_to_headline,
    "figure": _figure,
    "paid_between": _paid_between,
    "paid_by": _paid_by,
    "measured": _measured,
    "rate": _measured,
    "added": _added,
    "ratio": _ratio,
    "change": _change,
    "fallen": _fallen,
}


def _claims(ledger: Ledger, legs: Iterable[str], asof: datetime.date) -> tuple[Claim, ...]:
    figures = [ledger.figure(leg, "announced", asof) for leg in legs]
    return tuple(figure.chosen for figure in figures if figure)


def ask(ledger: Ledger, query: str, asof: datetime.date, question: Ask) -> tuple[Any, tuple[Claim, ...]]:
    """Ask one named query on a date: its value (None where unknown) and the claims it used.

    Legs named ``beside`` are no part of the answer: what is known of them is offered with it, so that a failure
    is not told without the case in which it went otherwise.
    """
    if query not in QUERIES:
        raise UnknownName(query, QUERIES, what=QUERY)
    value, claims = QUERIES[query](ledger, asof, question)
    stages: tuple[Stage, ...] = ("paid", "announced")
    figures = [ledger.figure(leg, stage, asof) for leg in question.get("beside", ()) for stage in stages]
    return value, tuple(dict.fromkeys((*claims, *(figure.chosen for figure in figures if figure))))


def answer_all(ledger: Ledger) -> tuple[Answered, ...]:
    """Every finding of the case, answered at its dates; see ``Ledger.findings``."""
    return tuple(
        Answered(told=told, answers=tuple(_answer(ledger, told, expected) for expected in told.expect))
        for told in ledger.told
    )


def _answer(ledger: Ledger, told: Told, expected: Expected) -> Answer:
    try:
        value, evidence = ask(ledger, told.query, expected.asof, told.ask)
    except KeyError as error:
        problem = Problem(
            where=told.where or Where("findings.yaml"),
            path=f"{told.id}.ask",
            what=both(f"the query `{told.query}` needs {error}.", f"查詢 `{told.query}` 需要 {error}。"),
            repair=both(f"Add {error} under `ask`.", f"請在 `ask` 底下加上 {error}。"),
        )
        raise LedgerError([problem]) from None
    wanted = in_base_units(expected.gives)
    return Answer(
        asof=expected.asof,
        value=value,
        expected=wanted,
        evidence=evidence,
        agrees=agree(value, wanted, in_base_units(expected.within) or 0.0),
    )


def in_base_units(said: Any) -> Any:
    """Read numbers and quantities wherever they stand; other words stay words.

    Examples
    --------
    >>> in_base_units({"loan": "2bn USD"}), in_base_units(["0.85", "oracle", "unknown"])
    ({'loan': 2000000000.0}, [0.85, 'oracle', None])
    """
    if isinstance(said, Mapping):
        return {key: in_base_units(value) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [in_base_units(value) for value in said]
    if said is None or said == "unknown":
        return None
    try:
        return float(said)
    except (TypeError, ValueError):
        pass
    try:
        return Quantity.parse(str(said)).value
    except UnitError:
        return said


def agree(value: Any, wanted: Any, within: float) -> bool:
    """Is an answer what was expected, every part of it?"""
    if isinstance(wanted, Mapping):
        return (
            isinstance(value, Mapping)
            and set(value) == set(wanted)
            and all(agree(value[key], wanted[key], within) for key in wanted)
        )
    if isinstance(wanted, list):
        return len(value) == len(wanted) and all(agree(a, b, within) for a, b in zip(value, wanted, strict=True))
    if isinstance(wanted, float) and isinstance(value, int | float):
        return abs(value - wanted) <= within + 1e-9 * abs(wanted)
    return bool(value == wanted)


def printed_claims(ledger: Ledger) -> dict[str, tuple[Claim, ...]]:
    """What the article prints of legs, as claims of an essay."""
    sources = {source.id: source for source in ledger.case.sources}
    source = sources.get(ledger.case.article or "")
    if source is None:
        return {}
    return {said.leg: (_printed(said.leg, said.says, source),) for said in ledger.statements if said.leg and said.says}


def _printed(leg: str, says: str, source: Source) -> Claim:
    published = source.published or When.parse("1900")
    return Claim(
        id=f"{leg}/announced/{source.id}", subject=leg, attribute="amount", says=Quantity.parse(says), source=source,
        known_from=published.first, stage="announced",
    )  # fmt: skip
