"""What a firm's own statements add: customers and payees that no contract names.

Identities of one firm. They never put an amount on a pair of firms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from perpetuum.circularity.flows import Flows, Paid
from perpetuum.circularity.steps import Step
from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.maths.tracing import OP


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Contracts name more than the firm reports; USD, both sides."""

    firm: str
    step: str
    side: str
    named: float
    reported: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Flows with the rest of each firm's statements, and what was used for them.

    ``reported`` holds (firm, step) whose receipts are complete; ``opening`` USD of cash before
    the first step, of unknown make-up.
    """

    flows: Flows
    reported: frozenset[tuple[str, int]] = frozenset()
    opening: tuple[tuple[str, float], ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    figures: tuple[Figure, ...] = ()


def complete(flows: Flows, panel: Panel | None) -> Completed:
    """Add customers and payees without a name, where a firm reports its sales and its cash.

    Receipts not named = revenue collected − named operating receipts, from UNNAMED_CUSTOMERS.
    Payments not named = revenue collected − operating cash flow + capital expenditure − named
    operating payments, to OTHER_PAYEES. A remainder below zero is a contradiction: both sides
    are kept and nothing is added.
    """
    if panel is None:
        return Completed(flows=flows)
    extra: list[Paid] = []
    reported: set[tuple[str, int]] = set()
    contradictions: list[Contradiction] = []
    used: list[Figure] = []
    named = _named(flows)
    for t, step in enumerate(flows.steps):
        for firm in flows.firms:
            revenue = _collected(panel, firm, step)
            if not revenue:
                continue
            got, spent = named.get((firm, t), (0.0, 0.0))
            collected = sum(figure.value * sign for figure, sign in revenue)
            sides = [("receipts", got, collected)]
            used += [figure for figure, _ in revenue]
            cash = [_over(panel, firm, metric, step) for metric in ("operating_cash_flow", "capex")]
            if all(cash):
                flow, capex = (sum(figure.value for figure in figures) for figures in cash)
                sides.append(("payments", spent, collected - flow + capex))
                used += [figure for figures in cash for figure in figures]
            for side, ours, total in sides:
                if total < ours * (1 - 1e-9):
                    contradictions.append(
                        Contradiction(firm=firm, step=step.label, side=side, named=ours, reported=total)
                    )
                elif side == "receipts":
                    extra.append(Paid(t, "UNNAMED_CUSTOMERS", firm, total - ours, OP))
                    reported.add((firm, t))
                else:
                    extra.append(Paid(t, firm, "OTHER_PAYEES", total - ours, OP))
    opening = _opening(flows, panel)
    return Completed(
        flows=replace(flows, completed=tuple(entry for entry in extra if entry.amount > 0)),
        reported=frozenset(reported),
        opening=tuple((firm, figure.value) for firm, figure in opening),
        contradictions=tuple(contradictions),
        figures=(*used, *(figure for _, figure in opening)),
    )


def _named(flows: Flows) -> dict[tuple[str, int], tuple[float, float]]:
    """Named operating receipts and payments by firm and step, USD."""
    out: dict[tuple[str, int], tuple[float, float]] = {}
    for entry in flows.named:
        if entry.flow_class == OP and entry.payer != entry.payee:
            got, spent = out.get((entry.payee, entry.step), (0.0, 0.0))
            out[entry.payee, entry.step] = (got + entry.amount, spent)
            got, spent = out.get((entry.payer, entry.step), (0.0, 0.0))
            out[entry.payer, entry.step] = (got, spent + entry.amount)
    return out


def _over(panel: Panel, firm: str, metric: str, step: Step) -> tuple[Figure, ...]:
    return panel.over(firm, metric, step.first, step.last)


def _collected(panel: Panel, firm: str, step: Step) -> list[tuple[Figure, int]]:
    """Revenue less the rise in receivables, where both ends are known; signs with the figures."""
    revenue = _over(panel, firm, "revenue", step)
    if not revenue:
        return []
    before = panel.figure(firm, "receivables", step.quarters[0] + -1)
    after = panel.figure(firm, "receivables", step.quarters[-1])
    rise = [(after, -1), (before, 1)] if before and after else []
    return [*((figure, 1) for figure in revenue), *rise]


def _opening(flows: Flows, panel: Panel) -> Iterable[tuple[str, Figure]]:
    if not flows.steps:
        return ()
    before = flows.steps[0].quarters[0] + -1
    found = ((firm, panel.figure(firm, "cash", before)) for firm in flows.firms)
    return tuple((firm, figure) for firm, figure in found if figure and figure.value > 0)
