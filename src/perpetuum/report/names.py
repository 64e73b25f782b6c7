"""What firms, deals, stages and origins are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from perpetuum.core.claim import Claim
from perpetuum.core.entity import OUTSIDE_CLASSES
from perpetuum.core.kinds import KINDS
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.circularity.loops import Hop


def firm(ledger: Ledger, id: str) -> Text:
    """A firm, a pool, an outside class or a topic by its id."""
    if id in ledger.entities:
        return ledger.entities[id].name
    if id in OUTSIDE_CLASSES:
        return say(f"outside.{id}")
    if id in ledger.case.topics:
        return ledger.case.topics[id]
    if id not in ledger.case.groups:
        return plain(id)
    return say(f"group.{id}") if id in ("gears", "depreciating") else say("group.other", id=id)


def path(ledger: Ledger, firms: Iterable[str]) -> Text:
    """Firms that pay one another, with arrows."""
    return joined([firm(ledger, id) for id in firms], " → ", " → ")


def ring(ledger: Ledger, firms: tuple[str, ...]) -> Text:
    """A loop, back to where it starts."""
    return path(ledger, (*firms, firms[0]))


def hops(ledger: Ledger, of: Iterable[Hop]) -> Text:
    """Payments of a loop, each with an arrow."""
    return joined([path(ledger, (hop.payer, hop.payee)) for hop in of])


def kind(id: str) -> Text:
    """A kind of flow; guarantees of every form are one."""
    return KINDS[id].name if id in KINDS else say(f"kind.{id}")


def deal_of(ledger: Ledger, leg: str) -> Text:
    """The deal a leg belongs to."""
    return ledger.deal_of[leg].name if leg in ledger.deal_of else plain(leg)


def claim(ledger: Ledger, of: Claim) -> Text:
    """What a claim speaks of: a deal, or a metric of a firm."""
    if of.subject in ledger.deal_of:
        return deal_of(ledger, of.subject)
    metric = METRICS[of.attribute].name if of.attribute in METRICS else plain(of.attribute)
    return joined([firm(ledger, of.subject), metric], ", ", "，")
