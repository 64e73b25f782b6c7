"""A number opened to its sources: what it means, which claims it overruled and by which rule, how to cite it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.metrics import METRICS
from perpetuum.core.nouns import NAME
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.figures import choose
from perpetuum.report import names, numbers
from perpetuum.report.ledger_tables import claims_of
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.wire import plain as as_data
from perpetuum.report.words import plain, say

MOST_CLAIMS = 40


def evidence(ledger: Ledger, claims: Sequence[str], asked: Asked) -> Told:
    """Some claims as known on a date, each with its rivals.

    Parameters
    ----------
    ledger
        The case.
    claims
        Ids; a claim that came to light later is left out.
    asked
        The date and the rule that picks.

    Returns
    -------
    Told
        For every claim its ``figure`` (what was chosen, what was overruled, and why), whether it ``is_chosen``,
        what it ``means``, its ``name``, its ``text`` and how to cite it.

    Raises
    ------
    UnknownName
        For an id that no claim has.
    """
    _at, asof = ledger.clock(asked.at, asked.asof)
    known = {claim.id: claim for claim in _all(ledger)}
    for id in claims:
        if id not in known:
            raise UnknownName(id, known, what=NAME)
    wanted = [known[id] for id in dict.fromkeys(claims) if known[id].known_from <= asof]
    rivals = _rivals(known.values(), {_topic(claim) for claim in wanted}, asof)
    policy = asked.policy or ledger.case.policy
    return Told(
        verb="ledger", origin=origin(ledger, asked),
        result=lambda: [_opened(ledger, claim, choose(rivals[_topic(claim)], policy)) for claim in wanted],
    )  # fmt: skip


def _all(ledger: Ledger) -> Iterable[Claim]:
    yield from (claim for claim, _ in claims_of(ledger))
    for printed in ledger.printed.values():
        yield from printed


def _topic(claim: Claim) -> tuple[Any, ...]:
    """What a claim speaks of; two of one topic are rivals."""
    return (claim.subject, claim.attribute, claim.stage, claim.product, claim.definition,
            str(claim.period) if claim.stage is None else None)  # fmt: skip


def _rivals(
    claims: Iterable[Claim], topics: set[tuple[Any, ...]], asof: datetime.date
) -> dict[tuple[Any, ...], list[Claim]]:
    found: dict[tuple[Any, ...], list[Claim]] = {topic: [] for topic in topics}
    for claim in claims:
        if claim.known_from <= asof and (topic := _topic(claim)) in found:
            found[topic].append(claim)
    return found


def _opened(ledger: Ledger, claim: Claim, figure: Figure | None) -> dict[str, Any]:
    return {
        "id": claim.id, "figure": as_data(figure), "is_chosen": figure is not None and figure.chosen.id == claim.id,
        "name": as_data(names.claim(ledger, claim)), "means": as_data(meaning(ledger, claim)),
        "text": as_data(numbers.quantity(claim.says)), "cite": as_data(citation(ledger, claim)),
    }  # fmt: skip


def meaning(ledger: Ledger, claim: Claim) -> Text | None:
    """What a claim measures, in one sentence."""
    if claim.attribute in METRICS:
        return METRICS[claim.attribute].definition
    leg = ledger.legs_by_id.get(claim.subject)
    if leg is None or claim.stage is None:
        return None
    kind = KINDS[leg.kind].name if leg.kind in KINDS else plain(leg.kind)
    return say(f"evidence.means.{claim.stage}", kind=kind, payer=names.firm(ledger, leg.payer),
               payee=names.firm(ledger, leg.payee))  # fmt: skip


def citation(ledger: Ledger, claim: Claim) -> Text:
    """A claim as a sentence that stands by itself: what, how much, who says so, where, since when."""
    source = claim.source
    where = ", ".join(word for word in (source.title, source.publisher, claim.at) if word)
    when = claim.period_label or (str(claim.period) if claim.period else None)
    stage = say(f"stage.{claim.stage}") if claim.stage else say(f"status.{claim.status or 'reported'}")
    return say("evidence.cite", name=names.claim(ledger, claim), value=numbers.quantity(claim.says), stage=stage,
               period=numbers.window(when) if when else say("evidence.no_period"), source=where,
               published=numbers.window(str(source.published)) if source.published else say("evidence.no_date"),
               known=numbers.day(claim.known_from), link=source.url or say("evidence.no_link"),
               case=ledger.hash[:8])  # fmt: skip
