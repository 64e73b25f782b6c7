"""Where revenue came from, and which loops there are: the question put to one network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from perpetuum.circularity.alerts import Thresholds, find_alerts
from perpetuum.circularity.completion import Completed, complete
from perpetuum.circularity.flows import Counts, Flows, Pair, collect, counts_as, one_node_each
from perpetuum.circularity.loops import inventory
from perpetuum.circularity.results import Circularity
from perpetuum.circularity.steps import StepWord, Window, cut, name
from perpetuum.circularity.structure import by_pair, decompose
from perpetuum.circularity.tracer import Tracer
from perpetuum.core import nouns
from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.network import Network, Unknown
from perpetuum.core.text import Text
from perpetuum.maths.tracing import OP, Rule, View

_NOT_PRICED = Text(en="it moves no cash, and nobody says what it is worth", zh="不涉及現金，也沒有來源說明其價值")


def measure(
    network: Network,
    *,
    window: Window = None,
    step: StepWord = "quarter",
    firms: Iterable[str] | None = None,
    view: View = "last_financier",
    counts: Counts = "cash",
    rules: tuple[Rule, ...] = ("burn", "pooled"),
    longest_loop: int = 6,
    thresholds: Thresholds | None = None,
) -> Circularity:
    """Measure how much of the money comes back.

    Parameters
    ----------
    network
        Firms, legs and money at one stage. At stage paid, firms that report sales and cash are
        completed with customers and payees that no contract names.
    window
        First and last quarter, ``"2025Q1..2025Q4"``, a number of last quarters, or all.
    step
        What counts as simultaneous: a quarter, a calendar year, or the whole window. A sum
        known only for a longer span is used where it lies inside one step.
    firms
        Whose receipts to look at; all that have any, if left out.
    view
        ``last_financier``: who financed this dollar last. ``ultimate``: where it entered.
    counts
        ``cash``, or ``economic`` with warrants and credits at their fair value.
    rules
        Pool rules: ``burn`` spends receipts first, ``pooled`` mixes them with all cash.
    longest_loop
        Firms on the longest loop listed.

    Returns
    -------
    Circularity
        Nothing in it is averaged over conflicting claims; what was left out is in ``unknown``.

    Raises
    ------
    NetworkError
        For a window without quarters, and for a sum that cannot be money.
    UnknownName
        For a firm that is not in the network, or a word that is no option, with the nearest one.

    Notes
    -----
    Origins: tagged cash (`maths.tracing`), bounds: `maths.bounds`; structure: recursive balanced
    flow forwarding, a form of the circular-directional decomposition of Homs-Dones and others
    (2020, arXiv:2005.08836), with cycle weights of Qian and Kalpazidou.

    Examples
    --------
    >>> import perpetuum
    >>> loops = perpetuum.measure(perpetuum.load("ai").network(at="2025-10-24", stage="announced"))
    >>> share = loops.recycled("nvidia", payer="oracle")["burn"]
    >>> share.low <= share.value <= share.high
    True
    """
    _refuse_unknown_words(step, view, counts, rules)
    steps = () if network.is_empty else cut(network, window, step)
    flows = collect(network, steps, counts)
    completed = complete(flows, network.reported, counts) if network.stage == "paid" else Completed(flows=flows)
    sold = {entry.payee for entry in (*flows.named, *completed.flows.completed) if entry.flow_class == OP}
    chosen = tuple(firm for firm in flows.firms if firm in sold) if firms is None else _nodes(flows, network, firms)
    moved = by_pair(flows, network)
    parts = decompose(moved)
    loops, all_found = inventory(flows, network, moved, parts, counts, longest_loop)
    return Circularity(
        stage=network.stage,
        at=network.at,
        asof=network.asof,
        window=name(tuple(quarter for cell in steps for quarter in cell.quarters)),
        step=step,
        view=view,
        counts=counts,
        rules=tuple(rules),
        origin=network.origin,
        firms=chosen,
        structure=parts,
        loops=loops,
        loops_are_all=all_found,
        alerts=find_alerts(flows, network, loops, thresholds or Thresholds()),
        unknown=_left_out(flows, network, counts),
        evidence=_evidence(completed, network),
        supports=_supports(network),
        tracer=Tracer(completed, view, tuple(rules), chosen),
    )


def _refuse_unknown_words(step: str, view: str, counts: str, rules: tuple[str, ...]) -> None:
    options = [(nouns.STEP, step, StepWord), (nouns.VIEW, view, View), (nouns.COUNT, counts, Counts)]
    for what, word, known in [*options, *((nouns.POOL_RULE, rule, Rule) for rule in rules)]:
        if word not in get_args(known):
            raise UnknownName(word, get_args(known), what=what)


def _nodes(flows: Flows, network: Network, firms: Iterable[str]) -> tuple[str, ...]:
    """The nodes of some firms, each once; a firm of a group stands for the group."""
    nodes = one_node_each(network)
    chosen = tuple(dict.fromkeys(nodes.get(firm, firm) for firm in firms))
    for firm in chosen:
        flows.position(firm)
    return chosen


def _left_out(flows: Flows, network: Network, counts: Counts) -> tuple[Unknown, ...]:
    """Legs without a usable figure, and what is worth money but stands in no flow."""
    used = set(flows.used_spans)
    unknown = tuple(unknown for unknown in network.unknown if unknown not in used)
    if counts == "cash":
        return unknown
    spoken_of = {leg.id for leg in network.legs} | {u.leg for u in network.unknown}
    silent = [leg for leg in network.every if not KINDS[leg.kind].cash and leg.id not in spoken_of]
    return unknown + tuple(
        Unknown(leg=leg.id, why="no figure", because=_NOT_PRICED)
        for leg in silent
        if counts_as(KINDS[leg.kind], counts)
    )


def _evidence(completed: Completed, network: Network) -> tuple[str, ...]:
    """Ids of the claims behind every payment."""
    legs = {entry.leg for entry in completed.flows.named}
    figures = [figure for leg in legs for figure in network.figures.get(leg, ())]
    return tuple(sorted({figure.chosen.id for figure in (*figures, *completed.figures)}))


def _supports(network: Network) -> frozenset[Pair]:
    """Who backs whom: firms with a live guarantee or another contingent duty towards a firm."""
    nodes = one_node_each(network)
    return frozenset(
        (nodes.get(leg.payer, leg.payer), nodes.get(leg.payee, leg.payee))
        for leg in network.every
        if KINDS[leg.kind].cash and (leg.contingent is not None or leg.kind == "guarantee_call")
    )
