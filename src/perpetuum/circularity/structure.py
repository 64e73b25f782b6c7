"""How much of the money can be arranged in loops, and how much could be netted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from perpetuum.circularity.flows import Flows, Pair
from perpetuum.core.kinds import KINDS, Kind
from perpetuum.core.network import Network
from perpetuum.maths.circulation import Edges, balanced_flow_forwarding, maximum_circulation
from perpetuum.maths.cycles import CAP, Cycle, cycle_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Named payments split into a circular and a directional part; USD.

    ``circular`` is the balanced part by recursive balanced flow forwarding, ``maximum`` the
    largest balanced part, which multilateral set-off could cancel without cash.
    ``going_round`` counts each loop's dollars once and is absent where there are too many
    loops to weigh; ``net`` is what firms pay beyond what they get.
    """

    total: float
    circular: float
    maximum: float
    going_round: float | None
    net: float
    weights: dict[frozenset[Pair], float] = field(default_factory=dict)
    status: Literal["settled", "too_many_loops"] = "settled"

    @property
    def throughput(self) -> float | None:
        """Throughput circularity by balanced flow forwarding; nothing where nothing moves."""
        if self.going_round is None or self.going_round + self.net <= 0:
            return None
        return self.going_round / (self.going_round + self.net)

    @property
    def volume(self) -> float | None:
        """Volume circularity by balanced flow forwarding; nothing where nothing moves."""
        return self.circular / self.total if self.total > 0 else None


def in_structure(kind: Kind) -> bool:
    """Funding, trade and acquisitions; interest and money handed back would make every loan a loop."""
    return kind.family in ("funding", "trade") or kind.id == "acquisition"


def by_pair(flows: Flows, network: Network) -> dict[Pair, dict[int, float]]:
    """What each firm paid each other in each step, USD, as far as structure looks at it."""
    kind_of = {leg.id: KINDS[leg.kind] for leg in (*network.every, *network.legs)}
    outside = set(flows.outside)
    moved: dict[Pair, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for entry in flows.named:
        if in_structure(kind_of[entry.leg]):
            # An outside pool that pays is not the one that is paid: no loop runs through it.
            payer = f"{entry.payer} pays" if entry.payer in outside else entry.payer
            payee = f"{entry.payee} gets" if entry.payee in outside else entry.payee
            moved[payer, payee][entry.step] += entry.amount
    return moved


def decompose(moved: dict[Pair, dict[int, float]], cap: int = CAP) -> Structure:
    """Split what moved between pairs into loops and the rest."""
    edges, names = as_edges({pair: sum(steps.values()) for pair, steps in moved.items()})
    circular = balanced_flow_forwarding(edges)
    weighed = cycle_weights(edges, circular, cap)
    pairs = zip(weighed.cycles, weighed.weight, strict=True)
    return Structure(
        total=float(edges.amount.sum()),
        circular=float(circular.sum()),
        maximum=float(maximum_circulation(edges).sum()),
        going_round=weighed.throughput if weighed.status == "settled" else None,
        net=edges.net_directional,
        weights={frozenset(hops(cycle, names)): float(weight) for cycle, weight in pairs},
        status=weighed.status,
    )


def as_edges(amounts: dict[Pair, float]) -> tuple[Edges, list[str]]:
    """A graph of pairs, and the names of its nodes."""
    names = sorted({name for pair in amounts for name in pair})
    at = {name: i for i, name in enumerate(names)}
    source = np.array([at[payer] for payer, _ in amounts], dtype=np.int64)
    target = np.array([at[payee] for _, payee in amounts], dtype=np.int64)
    return Edges.merged(source, target, np.array(list(amounts.values()), dtype=float), len(names)), names


def hops(cycle: Cycle, names: list[str]) -> list[Pair]:
    """The pairs along a loop, back to its start."""
    stops = [names[node] for node in cycle]
    return list(zip(stops, [*stops[1:], stops[0]], strict=True))
