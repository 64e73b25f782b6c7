"""What a firm's own statements add: customers and payees that no contract names.

Identities of one firm. They never put an amount on a pair of firms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from perpetuum.circularity.flows import Counts, Flows, Paid, on_credit
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


def complete(flows: Flows, panel: Panel | None, counts: Counts = "cash") -> Completed:
    """Add customers and payees without a name, where a firm reports its sales and its cash.

    Receipts not named = revenue collected − named operating receipts, from UNNAMED_CUSTOMERS.
    Payments not named = revenue collected − operating cash flow + capital expenditure − named
    operating payments, to OTHER_PAYEES. A remainder below zero is a contradiction: both sides
    are kept and nothing is added. In the economic view, sales booked and not collected count as
    credit that the firm gave and that came straight back.
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
            said = _statement(panel, firm, step)
            if said is None:
                continue
            used += said.figures
            got, spent = named.get((firm, t), (0.0, 0.0))
            for side, ours, total in (("receipts", got, said.collected), ("payments", spent, said.paid)):
                if total is None:
                    continue
                if total < ours * (1 - 1e-9):
                    contradictions.append(
                        Contradiction(firm=firm, step=step.label, side=side, named=ours, reported=total)
                    )
                elif side == "receipts":
                    extra.append(Paid(t, "UNNAMED_CUSTOMERS", firm, total - ours, OP))
                    reported.add((firm, t))
                else:
                    extra.append(Paid(t, firm, "OTHER_PAYEES", total - ours, OP))
            if counts == "economic":
                extra += on_credit(t, firm, "UNNAMED_CUSTOMERS", said.lent)
    opening = _opening(flows, panel)
    return Completed(
        flows=replace(flows, completed=tuple(entry for entry in extra if entry.amount > 0)),
        reported=frozenset(reported),
        opening=tuple((firm, figure.value) for firm, figure in opening),
        contradictions=tuple(contradictions),
        figures=(*used, *(figure for _, figure in opening)),
    )


def _named(flows: Flows) -> dict[tuple[str, int], tuple[float, float]]:
    """Named operating receipts and payments by firm and step, USD; what is paid in credit is no cash."""
    out: dict[tuple[str, int], tuple[float, float]] = {}
    for entry in flows.named:
        if entry.flow_class == OP and entry.payer != entry.payee:
            got, spent = out.get((entry.payee, entry.step), (0.0, 0.0))
            out[entry.payee, entry.step] = (got + entry.amount, spent)
            got, spent = out.get((entry.payer, entry.step), (0.0, 0.0))
            out[entry.payer, entry.step] = (got, spent + (0.0 if entry.purse else entry.amount))
    return out


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one firm says of one step, USD: sales collected, all operating and capital payments, sales on credit."""

    collected: float
    paid: float | None
    lent: float
    figures: tuple[Figure, ...]


def _statement(panel: Panel, firm: str, step: Step) -> _Statement | None:
    """The statement of a firm, or nothing where it reports no sales."""
    revenue, cash, capex = (
        panel.over(firm, metric, step.first, step.last) for metric in ("revenue", "operating_cash_flow", "capex")
    )
    if not revenue:
        return None
    before = panel.figure(firm, "receivables", step.quarters[0] + -1)
    after = panel.figure(firm, "receivables", step.quarters[-1])
    receivables = (before, after) if before and after else ()
    rise = after.value - before.value if before and after else 0.0
    collected = _sum(revenue) - rise
    known = bool(cash and capex)
    return _Statement(
        collected=collected,
        paid=collected - _sum(cash) + _sum(capex) if known else None,
        lent=max(rise, 0.0),
        figures=(*revenue, *receivables, *((*cash, *capex) if known else ())),
    )


def _sum(figures: Iterable[Figure]) -> float:
    return sum(figure.value for figure in figures)


def _opening(flows: Flows, panel: Panel) -> Iterable[tuple[str, Figure]]:
    if not flows.steps:
        return ()
    before = flows.steps[0].quarters[0] + -1
    found = ((firm, panel.figure(firm, "cash", before)) for firm in flows.firms)
    return tuple((firm, figure) for firm, figure in found if figure and figure.value > 0)
