"""Finding a promise by its name, and telling all its versions in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from perpetuum.core.claim import Claim
from perpetuum.core.deal import Deal, Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import UnknownName
from perpetuum.core.nouns import DEAL_OR_LEG
from perpetuum.ledger.versions import known_from

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something whose id or name holds the words asked for."""

    what: Literal["deal", "entity", "series"]
    id: str
    deal: Deal | None = None
    entity: Entity | None = None
    claims: tuple[Claim, ...] = ()


def chain(ledger: Ledger, name: str) -> tuple[Leg, ...]:
    """All versions of the promise that a leg or a deal names, oldest first; see ``Ledger.chain``."""
    deals = {deal.id: deal for deal in ledger.deals}
    deal = deals.get(name) or ledger.deal_of.get(name)
    if deal is None:
        raise UnknownName(name, [*deals, *ledger.deal_of], what=DEAL_OR_LEG)
    return in_order(deal)


def in_order(deal: Deal) -> tuple[Leg, ...]:
    """The legs of a deal, each after the one it supersedes, else by date of knowledge."""
    legs = {leg.id: leg for leg in deal.legs}

    def depth(leg: Leg) -> int:
        link = leg.supersedes
        return 1 + depth(legs[link.leg]) if link and link.leg in legs else 0

    def known(leg: Leg) -> str:
        return str(known_from(deal.events_of(leg.id)))

    return tuple(sorted(deal.legs, key=lambda leg: (known(leg) if depth(leg) == 0 else known(_root(leg, legs)),
                                                    depth(leg), leg.id)))  # fmt: skip


def _root(leg: Leg, legs: dict[str, Leg]) -> Leg:
    while leg.supersedes and leg.supersedes.leg in legs:
        leg = legs[leg.supersedes.leg]
    return leg


def find(ledger: Ledger, words: str) -> tuple[Found, ...]:
    """Everything whose id or name holds all the words; see ``Ledger.find``.

    Raises
    ------
    UnknownName
        If nothing does; the nearest name is offered.
    """
    wanted = words.casefold().split()
    found = [
        Found(what="entity", id=entity.id, entity=entity)
        for entity in ledger.entities.values()
        if _holds(wanted, (entity.id, entity.name.en, entity.name.zh))
    ]
    found += [Found(what="deal", id=deal.id, deal=deal) for deal in ledger.deals if _holds(wanted, _names(deal))]
    found += _series(ledger, wanted)
    if not found:
        known = [*ledger.entities, *(deal.id for deal in ledger.deals), *ledger.legs_by_id]
        raise UnknownName(words, known)
    return tuple(found)


def _names(deal: Deal) -> Iterable[str]:
    return (deal.id, deal.name.en, deal.name.zh, deal.story or "", *(leg.id for leg in deal.legs))


def _series(ledger: Ledger, wanted: list[str]) -> list[Found]:
    by_key: dict[str, list[Claim]] = {}
    for claim in ledger.metrics:
        key = f"{claim.subject}.{claim.attribute}"
        if _holds(wanted, (key,)):
            by_key.setdefault(key, []).append(claim)
    return [Found(what="series", id=key, claims=tuple(claims)) for key, claims in by_key.items()]


def _holds(wanted: list[str], names: Iterable[str]) -> bool:
    text = " ".join(names).casefold().replace("-", " ").replace("_", " ")
    raw = " ".join(names).casefold()
    return all(word in text or word in raw for word in wanted)
