"""One deal opened: each version with what happened to it, its terms, and all claims at every stage."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from perpetuum.core.claim import STAGES
from perpetuum.core.deal import Contingent, Deal, Leg, Trigger
from perpetuum.core.text import Text
from perpetuum.core.when import When
from perpetuum.ledger import Ledger
from perpetuum.ledger.chains import in_order
from perpetuum.ledger.figures import choose
from perpetuum.ledger.payments import payments_of
from perpetuum.ledger.versions import usable
from perpetuum.report import names, numbers
from perpetuum.report.ledger_sides import said
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.wire import plain
from perpetuum.report.words import joined, say
from perpetuum.report.words import plain as signs

Row = dict[str, Any]
_MOST_LISTED = 6


def opened(ledger: Ledger, name: str, asked: Asked) -> Told:
    """All that is known of one deal on a date.

    Raises
    ------
    UnknownName
        If there is no such deal or leg.
    """
    at, asof = ledger.clock(asked.at, asked.asof)
    deal = ledger.deal_of[ledger.chain(name)[0].id]
    standing = ledger.standings(at, asof)
    policy = asked.policy or ledger.case.policy
    result = {
        "id": deal.id, "name": plain(deal.name),
        "where": str(deal.where) if deal.where else None,
        "legs": [_leg(ledger, deal, leg, standing.get(leg.id), asof, policy) for leg in in_order(deal)
                 if leg.id in standing],
        "later": sum(leg.id not in standing for leg in deal.legs),
    }  # fmt: skip
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


def _leg(ledger: Ledger, deal: Deal, leg: Leg, standing: Any, asof: datetime.date, policy: str) -> Row:
    link = leg.supersedes
    events = [event for event in deal.events_of(leg.id) if event.on.first <= asof]
    return {
        "id": leg.id, "kind": plain(names.kind(leg.kind)), "path": plain(names.path(ledger, (leg.payer, leg.payee))),
        "follows": plain(say(f"mode.{link.mode}", leg=link.leg)) if link else None,
        "reached": standing.reached, "is_current": standing.is_current,
        "events": [{"text": plain(joined([say(f"event.{e.word}"), numbers.window(e.on.text)], " ", "：")),
                    "note": e.note, "is_binding": e.binding, "source": plain(e.source)} for e in events],
        "terms": [{"term": plain(term), "text": plain(text)} for term, text in _terms(ledger, leg, asof, policy)],
        "note": leg.note,
        "stages": [stage for stage in (_stage(ledger, leg, each, asof, policy) for each in STAGES) if stage],
    }  # fmt: skip


def _stage(ledger: Ledger, leg: Leg, stage: Any, asof: datetime.date, policy: str) -> Row | None:
    claims = usable([*leg.amounts, *ledger.printed.get(leg.id, ())], stage, asof)
    if stage == "paid":
        figures = [figure for _, figure in payments_of(claims, policy)]
    else:
        only = choose(claims, policy)
        figures = [only] if only else []
    if not figures:
        return None
    return {
        "stage": stage,
        "figures": [
            {"text": plain(numbers.quantity(figure.quantity)), "because": plain(figure.because),
             "disputed": figure.disputed,
             "claims": [said(ledger, claim) | {"chosen": claim is figure.chosen}
                        for claim in (figure.chosen, *figure.others)]}
            for figure in figures
        ],
    }  # fmt: skip


def _terms(ledger: Ledger, leg: Leg, asof: datetime.date, policy: str) -> Iterator[tuple[Text, Text]]:
    """What the contract says besides its amount, as far as sources tell it."""
    start, end = leg.schedule.start, leg.schedule.end
    yield say("ledger.term.time"), _time(start, end)
    if (firm := _firm_part(leg, asof, policy)) is not None:
        yield say("ledger.term.firm"), firm
    if leg.exit is not None:
        notice = numbers.quantity(leg.exit.notice) if leg.exit.notice else say("unknown")
        first = leg.exit.first_end(start)
        words = say(f"ledger.exit.{leg.exit.by}", notice=notice)
        yield say("ledger.term.exit"), say("ledger.exit.first", exit=words, date=numbers.day(first)) if first else words
    if leg.unlock is not None:
        yield say("ledger.term.unlock"), say("ledger.unlock", pays=numbers.quantity(leg.unlock.pays),
                                             stock=signs(leg.unlock.stock),
                                             firm=names.firm(ledger, leg.unlock.of))  # fmt: skip
    if leg.contingent is not None:
        yield from _contingent(ledger, leg.contingent)
    if leg.share is not None:
        yield say("ledger.term.share"), numbers.share(leg.share)
    if leg.compute_gw is not None:
        yield say("ledger.term.power"), numbers.count(leg.compute_gw, "GW")
    if leg.apart is not None:
        yield say("ledger.term.apart"), say(f"ledger.apart.{leg.apart.why}")


def _time(start: When | None, end: When | None) -> Text:
    unknown = say("unknown")
    if start is None and end is None:
        return unknown
    return say("ledger.from_to", start=numbers.window(start.text) if start else unknown,
               end=numbers.window(end.text) if end else unknown)  # fmt: skip


def _firm_part(leg: Leg, asof: datetime.date, policy: str) -> Text | None:
    """How much of the headline is firm, and the rest that may fall away; nothing where one of both is unknown."""
    headline = choose(usable(leg.amounts, "announced", asof), policy)
    firm = choose(usable(leg.amounts, "signed", asof), policy)
    if headline is None or firm is None or not 0 <= firm.value <= headline.value or headline.value == 0:
        return None
    if firm.value == headline.value:
        return say("ledger.firm_all", firm=numbers.quantity(firm.quantity))
    rest = 1 - firm.value / headline.value
    return say("ledger.firm_part", firm=numbers.quantity(firm.quantity), headline=numbers.quantity(headline.quantity),
               rest=numbers.share(rest))  # fmt: skip


def _contingent(ledger: Ledger, of: Contingent) -> Iterator[tuple[Text, Text]]:
    yield say("ledger.term.when"), _trigger(ledger, of.when)
    if of.cap is not None:
        yield say("ledger.term.cap"), numbers.quantity(of.cap)
    if of.from_ is not None or of.until is not None:
        yield say("ledger.term.holds"), _time(of.from_, of.until)
    if of.covers:
        listed = joined([signs(each) for each in of.covers[:_MOST_LISTED]])
        yield say("ledger.term.covers"), listed
    if of.count is not None:
        yield say("ledger.term.count"), numbers.quantity(of.count)
    if of.strike is not None:
        yield say("ledger.term.strike"), numbers.quantity(of.strike)
    if of.says is not None:
        yield say("ledger.term.says"), signs(of.says)


def _trigger(ledger: Ledger, of: Trigger) -> Text:
    if of.word in ("all", "any"):
        return say(f"ledger.trigger.{of.word}", parts=joined([_trigger(ledger, part) for part in of.parts], "; ", "；"))
    who = names.firm(ledger, of.of) if of.of else say("unknown")
    return say(f"ledger.trigger.{of.word}", who=who, stock=signs(of.stock or "–"), reaches=signs(of.reaches or "–"))
