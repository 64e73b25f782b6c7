"""From legs to payments: who is one node, what counts, and in which step it moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.circularity.steps import Step
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS, Kind
from perpetuum.core.network import Network, Unknown
from perpetuum.maths.tracing import BACK, FIN, OP, Payments

Counts = Literal["cash", "economic"]
CLASSES = {"op": OP, "fin": FIN, "back": BACK}


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment of one step, in USD; ``leg`` is empty where a firm's own statement speaks."""

    step: int
    payer: str
    payee: str
    amount: float
    flow_class: int
    leg: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Payments between firms (nodes with cash) and outside classes (nodes without)."""

    firms: tuple[str, ...]
    outside: tuple[str, ...]
    steps: tuple[Step, ...]
    named: tuple[Paid, ...]
    completed: tuple[Paid, ...] = ()
    used_spans: tuple[Unknown, ...] = ()
    to_itself: tuple[str, ...] = ()

    @property
    def node(self) -> dict[str, int]:
        """The number of each node: firms first, outside classes after them."""
        return {name: i for i, name in enumerate((*self.firms, *self.outside))}

    def position(self, firm: str) -> int:
        """The number of a firm; an unknown one raises ``UnknownName``."""
        if firm not in self.firms:
            raise UnknownName(firm, self.firms, what="firm of this network")
        return self.firms.index(firm)

    def payments(self) -> Payments:
        """All payments as arrays."""
        node, entries = self.node, (*self.named, *self.completed)
        return Payments(
            step=_integers(entry.step for entry in entries),
            payer=_integers(node[entry.payer] for entry in entries),
            payee=_integers(node[entry.payee] for entry in entries),
            amount=np.array([entry.amount for entry in entries], dtype=float),
            flow_class=_integers(entry.flow_class for entry in entries),
            steps=len(self.steps),
            firms=len(self.firms),
            outside=len(self.outside),
        )


def _integers(numbers: object) -> NDArray[np.int64]:
    return np.array(list(numbers), dtype=np.int64)  # type: ignore[call-overload,no-any-return]


def outside_class(entity: Entity) -> str | None:
    """The class of an outside pool, or nothing for a firm."""
    return entity.outside or "UNKNOWN" if entity.aggregate or entity.outside else None


def one_node_each(network: Network) -> dict[str, str]:
    """The node of each entity: its outside class, or the firm that consolidates it."""
    groups = {entity.id: entity.group for entity in network.entities if entity.group}
    nodes = {}
    for entity in network.entities:
        head = entity.id
        while head in groups and groups[head] != entity.id:
            head = groups[head] or head
        nodes[entity.id] = outside_class(entity) or head
    return nodes


def counts_as(kind: Kind, counts: Counts) -> bool:
    """Does a kind move money, or what is worth money where the economic view is asked for?"""
    if kind.flow_class is None:
        return False
    return kind.cash or counts == "economic"


def collect(network: Network, steps: tuple[Step, ...], counts: Counts) -> Flows:
    """The payments of a network in steps; sums known only for a span enter where it fits one step."""
    nodes = one_node_each(network)
    row = {quarter: i for i, quarter in enumerate(network.quarters)}
    columns = [(i, leg) for i, leg in enumerate(network.legs) if counts_as(KINDS[leg.kind], counts)]
    named: list[Paid] = []
    for t, step in enumerate(steps):
        moved = network.flows[[row[quarter] for quarter in step.quarters]].sum(axis=0)
        named += [_paid(t, leg, float(moved[i]), nodes) for i, leg in columns if moved[i] > 0]
    spans = [(u, t) for u in network.unknown for t in _step_of(u, steps)]
    legs = {leg.id: leg for leg in (*network.every, *network.legs)}
    named += [
        _paid(t, legs[u.leg], u.amount or 0.0, nodes)
        for u, t in spans
        if counts_as(KINDS[legs[u.leg].kind], counts) and u.amount
    ]
    outside = {outside_class(entity) for entity in network.entities} - {None}
    return Flows(
        firms=tuple(sorted({name for name in nodes.values() if name not in outside})),
        outside=tuple(sorted({str(name) for name in outside} | {"OTHER_PAYEES", "UNNAMED_CUSTOMERS"})),
        steps=steps,
        named=tuple(named),
        used_spans=tuple(u for u, _ in spans),
        to_itself=tuple(sorted({entry.leg for entry in named if entry.payer == entry.payee})),
    )


def _paid(step: int, leg: Leg, amount: float, nodes: Mapping[str, str]) -> Paid:
    flow_class = CLASSES[str(KINDS[leg.kind].flow_class)]
    return Paid(step, nodes.get(leg.payer, leg.payer), nodes.get(leg.payee, leg.payee), amount, flow_class, leg.id)


def _step_of(unknown: Unknown, steps: tuple[Step, ...]) -> list[int]:
    """The one step that holds a span wholly, if there is one."""
    span = unknown.span
    if unknown.why != "span" or span is None or not unknown.amount:
        return []
    return [t for t, step in enumerate(steps) if span.within(step.first, step.last)]
