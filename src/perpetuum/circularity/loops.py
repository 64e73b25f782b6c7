"""The inventory of loops: which firms pay one another in a ring, and what is known of every hop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from perpetuum.circularity.flows import Counts, Flows, Pair, counts_as, one_node_each
from perpetuum.circularity.structure import Structure, as_edges, hops, in_structure
from perpetuum.core.kinds import KINDS
from perpetuum.core.network import Network, Unknown
from perpetuum.maths.cycles import simple_cycles

HopStatus = Literal["moved", "nothing", "unknown"]
LoopStatus = Literal["complete", "open", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """From one firm to the next: the legs with known money, those without, and the USD known.

    ``undated`` are USD on unknown legs whose amount is known and whose time is not; they are in
    no step, so they are not in ``amount``.
    """

    payer: str
    payee: str
    legs: tuple[str, ...]
    unknown: tuple[str, ...]
    amount: float
    status: HopStatus
    steps: tuple[int, ...] = ()
    undated: float = 0.0

    @property
    def is_only_undated(self) -> bool:
        """Is the amount known on every leg without known money, so that only the time is missing?"""
        return self.status == "unknown" and self.undated > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Firms that pay one another in a ring.

    ``complete``: money is known to move on every hop. ``open``: on some hop it is known that
    none does. ``unknown``: on some hop nobody says. ``weight`` and ``bottleneck`` are USD and
    absent unless complete; the weights of all loops never count a dollar of a hop twice.
    ``steps`` are those in which every hop moved.
    """

    firms: tuple[str, ...]
    hops: tuple[Hop, ...]
    status: LoopStatus
    weight: float | None
    bottleneck: float | None
    steps: tuple[str, ...]

    @property
    def legs(self) -> tuple[str, ...]:
        """Every leg on it, known or not."""
        return tuple(leg for hop in self.hops for leg in (*hop.legs, *hop.unknown))


def inventory(
    flows: Flows,
    network: Network,
    moved: Mapping[Pair, Mapping[int, float]],
    structure: Structure,
    counts: Counts,
    longest: int,
) -> tuple[tuple[Loop, ...], bool]:
    """All loops of live legs up to a length, complete ones with most dollars first.

    The second value is false where the search stopped at its cap.
    """
    links = _links(flows, network, counts)
    edges, names = as_edges(dict.fromkeys(links, 1.0))
    found = simple_cycles(edges, longest=longest)
    used = {unknown.leg for unknown in flows.used_spans}
    silent = {u.leg: u for u in network.unknown if u.leg not in used}
    every = {pair: make_hop(pair, legs, silent, moved.get(pair, {})) for pair, legs in links.items()}
    loops = [_loop([every[pair] for pair in hops(cycle, names)], structure, flows) for cycle in found.found]
    return tuple(sorted(loops, key=_rank)), found.is_complete


def _links(flows: Flows, network: Network, counts: Counts) -> dict[Pair, list[str]]:
    """Live legs between two firms, known or not; what stands apart would only repeat others."""
    nodes, firms = one_node_each(network), set(flows.firms)
    named = {entry.leg for entry in flows.named}
    apart = {u.leg for u in network.unknown if u.why == "stands apart"} - named
    links: dict[Pair, list[str]] = defaultdict(list)
    for leg in network.every or network.legs:
        kind = KINDS[leg.kind]
        pays = kind.layer == "cash" and leg.contingent is None and counts_as(kind, counts) and in_structure(kind)
        payer, payee = nodes.get(leg.payer, leg.payer), nodes.get(leg.payee, leg.payee)
        if pays and leg.id not in apart and {payer, payee} <= firms and payer != payee:
            links[payer, payee].append(leg.id)
            if leg.kind == "in_kind_credit":
                links[payee, payer].append(leg.id)
    return links


def make_hop(pair: Pair, legs: Sequence[str], silent: Mapping[str, Unknown], moved: Mapping[int, float]) -> Hop:
    """What is known between two firms; without any leg it is unknown, for no source speaks of it."""
    amount = sum(moved.values())
    unknown = tuple(leg for leg in legs if leg in silent)
    status: HopStatus = "moved" if amount > 0 else "unknown" if unknown or not legs else "nothing"
    amounts = [silent[leg].amount or 0.0 for leg in unknown if silent[leg].why != "stands apart"]
    return Hop(
        payer=pair[0],
        payee=pair[1],
        legs=tuple(leg for leg in legs if leg not in silent),
        unknown=unknown,
        amount=amount,
        status=status,
        steps=tuple(sorted(t for t, usd in moved.items() if usd > 0)),
        undated=sum(amounts) if all(amounts) else 0.0,
    )


def _loop(ring: list[Hop], structure: Structure, flows: Flows) -> Loop:
    states = {hop.status for hop in ring}
    status: LoopStatus = "open" if "nothing" in states else "unknown" if "unknown" in states else "complete"
    complete = status == "complete"
    weight = structure.weights.get(frozenset((hop.payer, hop.payee) for hop in ring), 0.0)
    together = set.intersection(*(set(hop.steps) for hop in ring))
    return Loop(
        firms=tuple(hop.payer for hop in ring),
        hops=tuple(ring),
        status=status,
        weight=weight if complete and structure.status == "settled" else None,
        bottleneck=min(hop.amount for hop in ring) if complete else None,
        steps=tuple(flows.steps[t].label for t in sorted(together)),
    )


def _rank(loop: Loop) -> tuple[int, float, float, int, tuple[str, ...]]:
    order = {"complete": 0, "unknown": 1, "open": 2}[loop.status]
    return order, -(loop.weight or 0.0), -(loop.bottleneck or 0.0), len(loop.firms), loop.firms


def walk(hops: Iterable[Iterable[int]]) -> list[int]:
    """The earliest walk along hops without going back in time, given the steps in which each moves.

    Empty where there is none.

    Examples
    --------
    >>> walk([(0, 3), (1, 2), (1,)])
    [0, 1, 1]
    >>> walk([(2,), (1,)])
    []
    """
    walked: list[int] = []
    for steps in hops:
        later = [step for step in steps if not walked or step >= walked[-1]]
        if not later:
            return []
        walked.append(min(later))
    return walked
