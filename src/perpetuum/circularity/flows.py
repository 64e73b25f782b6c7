"""From legs to payments: who is one node, what counts, and in which step it moved."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.circularity.steps import Step
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.kinds import KINDS, Kind
from perpetuum.core.network import Network, Unknown
from perpetuum.core.nouns import ENTITY_OF_NETWORK, FIRM_OF_NETWORK
from perpetuum.core.text import both
from perpetuum.maths.tracing import BACK, FIN, OP, Payments

Counts = Literal["cash", "economic"]
Pair = tuple[str, str]
CLASSES = {"op": OP, "fin": FIN, "back": BACK}


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment of one step, in USD; ``leg`` is empty where a firm's own statement speaks.

    ``purse`` names money that a customer keeps apart from its cash: credit that buys from its
    giver alone.
    """

    step: int
    payer: str
    payee: str
    amount: float
    flow_class: int
    leg: str = ""
    purse: str = ""

    @property
    def nodes(self) -> Pair:
        """Whose money it was and whose it becomes: a firm, an outside class or a purse."""
        if not self.purse:
            return self.payer, self.payee
        return (self.payer, self.purse) if self.flow_class == FIN else (self.purse, self.payee)


def on_credit(step: int, giver: str, customer: str, amount: float, leg: str = "") -> tuple[Paid, Paid]:
    """Credit given and used in one step: it returns to its giver whole."""
    purse = f"credit of {customer} at {giver}"
    return Paid(step, giver, customer, amount, FIN, leg, purse), Paid(step, customer, giver, amount, OP, leg, purse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Payments between firms, which have cash, and outside classes, which have none here."""

    firms: tuple[str, ...]
    outside: tuple[str, ...]
    steps: tuple[Step, ...]
    named: tuple[Paid, ...]
    completed: tuple[Paid, ...] = ()
    used_spans: tuple[Unknown, ...] = ()
    to_itself: tuple[str, ...] = ()

    @property
    def purses(self) -> tuple[str, ...]:
        """Credit that customers hold, apart from their cash."""
        return tuple(sorted({entry.purse for entry in (*self.named, *self.completed) if entry.purse}))

    @property
    def holders(self) -> tuple[str, ...]:
        """All that hold money: firms, then purses."""
        return (*self.firms, *self.purses)

    @property
    def node(self) -> dict[str, int]:
        """The number of each node: firms, purses, outside classes."""
        return {name: i for i, name in enumerate((*self.holders, *self.outside))}

    def position(self, firm: str) -> int:
        """The number of a firm; an unknown one raises ``UnknownName``."""
        if firm not in self.firms:
            raise UnknownName(firm, self.firms, what=FIRM_OF_NETWORK)
        return self.firms.index(firm)

    def payments(self) -> Payments:
        """All payments as arrays."""
        node, entries = self.node, (*self.named, *self.completed)
        return Payments(
            step=_integers(entry.step for entry in entries),
            payer=_integers(node[entry.nodes[0]] for entry in entries),
            payee=_integers(node[entry.nodes[1]] for entry in entries),
            amount=np.array([entry.amount for entry in entries], dtype=float),
            flow_class=_integers(entry.flow_class for entry in entries),
            steps=len(self.steps),
            firms=len(self.holders),
            outside=len(self.outside),
        )


def _integers(numbers: object) -> NDArray[np.int64]:
    return np.array(list(numbers), dtype=np.int64)  # type: ignore[call-overload,no-any-return]


def outside_class(entity: Entity) -> str | None:
    """The class of an outside pool, or nothing for a firm."""
    return entity.outside or "UNKNOWN" if entity.aggregate or entity.outside else None


def one_node_each(network: Network) -> dict[str, str]:
    """The node of each entity: its outside class, or the firm that consolidates it."""
    heads = {entity.id: entity.group for entity in network.entities if entity.group}
    return {entity.id: outside_class(entity) or _head(entity.id, heads) for entity in network.entities}


def _head(firm: str, heads: Mapping[str, str]) -> str:
    """The last firm upwards; a firm that names itself, or a ring of firms, ends the climb."""
    climbed = {firm}
    while heads.get(firm, firm) not in climbed:
        firm = heads[firm]
        climbed.add(firm)
    return firm


def counts_as(kind: Kind, counts: Counts) -> bool:
    """Does a kind move money, or what is worth money where the economic view is asked for?"""
    if kind.flow_class is None:
        return False
    return kind.cash or counts == "economic"


def collect(network: Network, steps: tuple[Step, ...], counts: Counts) -> Flows:
    """The payments of a network in steps; sums known only for a span enter where it fits one step.

    What firms of one group pay one another is no payment of the group; a firm that pays itself is
    a fault of the data, kept and named.
    """
    nodes = one_node_each(network)
    vehicles = {entity.id for entity in network.entities if entity.vehicle}
    legs = {leg.id: leg for leg in (*network.every, *network.legs) if counts_as(KINDS[leg.kind], counts)}
    row = {quarter: i for i, quarter in enumerate(network.quarters)}
    moved: list[tuple[int, Leg, float]] = []
    for t, step in enumerate(steps):
        usd = network.flows[[row[quarter] for quarter in step.quarters]].sum(axis=0)
        moved += [(t, leg, float(usd[i])) for i, leg in enumerate(network.legs) if leg.id in legs]
    spans = [(u, t) for u in network.unknown if u.leg in legs for t in _step_of(u, steps)]
    moved += [(t, legs[u.leg], u.amount or 0.0) for u, t in spans]
    named = tuple(paid for t, leg, usd in moved if usd > 0 for paid in _enter(t, leg, usd, nodes, vehicles))
    outside = {outside_class(entity) for entity in network.entities} - {None}
    return Flows(
        firms=tuple(sorted({name for name in nodes.values() if name not in outside})),
        outside=tuple(sorted({str(name) for name in outside} | {"OTHER_PAYEES", "UNNAMED_CUSTOMERS"})),
        steps=steps,
        named=named,
        used_spans=tuple(u for u, _ in spans),
        to_itself=tuple(sorted({entry.leg for entry in named if entry.payer == entry.payee})),
    )


def _enter(step: int, leg: Leg, usd: float, nodes: Mapping[str, str], vehicles: Collection[str]) -> tuple[Paid, ...]:
    """The payments behind one leg in one step."""
    for end in (leg.payer, leg.payee):
        if end not in nodes:
            raise UnknownName(end, nodes, what=ENTITY_OF_NETWORK)
    payer, payee = nodes[leg.payer], nodes[leg.payee]
    if payer == payee and leg.payer != leg.payee:
        return ()
    if leg.kind == "in_kind_credit":
        return on_credit(step, payer, payee, usd, leg.id)
    flow_class = CLASSES[str(KINDS[leg.kind].flow_class)]
    if flow_class == FIN and leg.payer in vehicles:
        # A vehicle is nobody's financier: what it passes on keeps the name of whoever paid it in.
        flow_class = BACK
    return (Paid(step, payer, payee, usd, flow_class, leg.id),)


def _step_of(unknown: Unknown, steps: tuple[Step, ...]) -> list[int]:
    """The one step that holds a span wholly, if there is one."""
    span, amount = unknown.span, unknown.amount
    if unknown.why != "span" or span is None or amount is None:
        return []
    if not math.isfinite(amount) or amount < 0:
        raise NetworkError(
            both(
                f"{unknown.leg} in {span}: a sum of {amount} USD.",
                f"{unknown.leg} 在 {span}：合計為 {amount} USD。",
            ),
            both(
                "Sums are finite and never negative; leave out what is unknown.",
                "合計必須是有限的數，且絕不為負；未知的請不要列入。",
            ),
        )
    return [t for t, step in enumerate(steps) if span.within(step.first, step.last)]
