"""What firms report: one figure for each firm, metric and quarter, as known on a date."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.panel import Dated, Key, Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, Span, quarters_between
from perpetuum.ledger import promised
from perpetuum.ledger.figures import choose

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger

# Which reported metrics fill which box of a balance sheet; several are added.
_BOXES: dict[str, tuple[str, ...]] = {
    "cash": ("cash", "marketable_securities"),
    "receivables": ("receivables",),
    "equipment": ("ppe_net",),
    "holdings": ("private_equity_stakes",),
    "debt": ("total_debt",),
}
OLDEST_BALANCE = 2


def is_measured(claim: Claim) -> bool:
    """Is it a report or an estimate of what was, not a plan and not the article's own number?"""
    return claim.status in ("reported", "estimated") and claim.derivation != "claim"


def build(ledger: Ledger, asof: datetime.date, policy: str) -> Panel:
    """The panel as known on a date; see ``Ledger.panel``."""
    by_quarter: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    by_date: dict[tuple[str, str, str | None], list[Claim]] = defaultdict(list)
    by_span: dict[tuple[str, str, Span], list[Claim]] = defaultdict(list)
    for claim in ledger.metrics:
        if claim.known_from > asof or not is_measured(claim):
            continue
        label = claim.period_label or ""
        if re.fullmatch(r"\d{4}Q[1-4]", label):
            if claim.product is None:
                by_quarter[claim.subject, claim.attribute, label].append(claim)
        elif re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", label):
            by_date[claim.subject, claim.attribute, claim.product].append(claim)
        elif claim.period and claim.product is None:
            by_span[claim.subject, claim.attribute, claim.period].append(claim)
    cells: dict[Key, dict[Quarter, Figure]] = defaultdict(dict)
    for (subject, metric, label), claims in by_quarter.items():
        figure = choose(_reported_first(claims), policy)
        if figure:
            cells[subject, metric][Quarter.parse(label)] = figure
    longer: dict[Key, dict[Span, Figure]] = defaultdict(dict)
    for (subject, metric, span), claims in by_span.items():
        figure = choose(_reported_first(claims), policy)
        if figure:
            longer[subject, metric][span] = figure
    seen = {quarter for series in cells.values() for quarter in series}
    quarters = quarters_between(min(seen), max(seen)) if seen else ()
    today = Quarter.of(min(asof, ledger.case.last))
    for quarter, sums in promised.vendor_cells(ledger, sorted({*quarters, today}), asof, policy):
        for key, figure in sums.items():
            cells[key][quarter] = figure
    return Panel(
        cells={key: dict(series) for key, series in cells.items()},
        quarters=quarters,
        dated={key: _dated(claims, policy) for key, claims in by_date.items()},
        groups=ledger.case.groups,
        named=ledger.case.series,
        parameters=ledger.case.parameters,
        episodes=ledger.case.episodes,
        longer={key: dict(series) for key, series in longer.items()},
    )


def _reported_first(claims: list[Claim]) -> list[Claim]:
    reported = [claim for claim in claims if claim.status == "reported"]
    return reported or claims


def _dated(claims: list[Claim], policy: str) -> Dated:
    by_day: dict[datetime.date, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.period:
            by_day[claim.period.last].append(claim)
    chosen = [(day, choose(_reported_first(by_day[day]), policy)) for day in sorted(by_day)]
    kept = [(day, figure) for day, figure in chosen if figure]
    return Dated(
        dates=tuple(day for day, _ in kept),
        values=np.array([figure.value for _, figure in kept]),
        figures=tuple(figure for _, figure in kept),
    )


def balances(ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str) -> Mapping[tuple[str, str], Figure]:
    """Balance sheet boxes by (entity, account): newest, at most two quarters old, else unknown."""
    panel = ledger.panel(asof, policy)
    now = Quarter.of(at) if at == Quarter.of(at).last else Quarter.of(at) + -1
    boxes: dict[tuple[str, str], Figure] = {}
    for entity in ledger.entities:
        for account, metrics in _BOXES.items():
            figure = _newest(panel, entity, metrics, now)
            if figure:
                boxes[entity, account] = figure
    return boxes


def _newest(panel: Panel, entity: str, metrics: tuple[str, ...], now: Quarter) -> Figure | None:
    for back in range(OLDEST_BALANCE + 1):
        parts = [panel.figure(entity, metric, now + -back) for metric in metrics]
        if parts[0]:
            return _added([part for part in parts if part])
    return None


def _added(parts: list[Figure]) -> Figure:
    if len(parts) == 1:
        return parts[0]
    first = parts[0].chosen
    total = Quantity(sum(part.value for part in parts), first.says.unit)
    names = " + ".join(part.chosen.attribute for part in parts)
    known = max(part.chosen.known_from for part in parts)
    return Figure(
        chosen=replace(first, says=total, attribute=names, derivation="sum_of_tags", known_from=known),
        others=tuple(part.chosen for part in parts),
        because=Text(en=f"sum of {names}", zh=f"{names} 之和"),
    )
