"""Where revenue came from, and which loops there are: the question put to one network."""

from __future__ import annotations

from collections.abc import Iterable

from perpetuum.circularity.alerts import Thresholds, find_alerts
from perpetuum.circularity.completion import Completed, complete
from perpetuum.circularity.flows import Counts, collect
from perpetuum.circularity.loops import inventory
from perpetuum.circularity.results import Circularity
from perpetuum.circularity.steps import StepWord, Window, cut, name
from perpetuum.circularity.structure import by_pair, decompose
from perpetuum.circularity.tracer import Tracer
from perpetuum.core.network import Network
from perpetuum.maths.tracing import OP, Rule, View


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
        For a window without quarters.
    UnknownName
        For a firm that is not in the network, with the nearest name.

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
    steps = () if network.is_empty else cut(network, window, step)
    flows = collect(network, steps, counts)
    completed = complete(flows, network.reported) if network.stage == "paid" else Completed(flows=flows)
    sold = {entry.payee for entry in (*flows.named, *completed.flows.completed) if entry.flow_class == OP}
    chosen = tuple(firms) if firms is not None else tuple(firm for firm in flows.firms if firm in sold)
    for firm in chosen:
        flows.position(firm)
    tracer = Tracer(completed, view, tuple(rules), chosen)
    moved = by_pair(flows, network)
    parts = decompose(moved)
    loops, all_found = inventory(flows, network, moved, parts, counts, longest_loop)
    used = set(flows.used_spans)
    figures = [figure for leg in {entry.leg for entry in flows.named} for figure in network.figures.get(leg, ())]
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
        unknown=tuple(unknown for unknown in network.unknown if unknown not in used),
        evidence=tuple(sorted({figure.chosen.id for figure in (*figures, *completed.figures)})),
        tracer=tracer,
    )
