"""Flags that are worth a look: patterns known from wash trades and vendor loans. No shares, no verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from perpetuum.circularity.flows import Flows
from perpetuum.circularity.loops import Loop, walk
from perpetuum.circularity.steps import Step
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.maths.tracing import FIN, OP

AlertWord = Literal["position_unchanged", "round_trip_in_time", "funded_then_bought", "receivables_outrun_sales"]
ALERTS: dict[AlertWord, Text] = {
    "position_unchanged": Text(en="much moved and the position did not", zh="金流很大，淨部位卻幾乎不變"),
    "round_trip_in_time": Text(en="a round trip in the order of time", zh="依時間先後走完一圈"),
    "funded_then_bought": Text(en="funded, then bought from", zh="先出資，後被採購"),
    "receivables_outrun_sales": Text(en="receivables grow faster than sales", zh="應收帳款成長快於營收"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When a flag is raised; assumed values, printed with every flag.

    ``quarters`` to look over, ``unchanged`` as |in − out| / gross, ``least_gross`` as a part of
    all money moved, ``soon`` in quarters between funding and purchase, ``receivables`` as a
    difference of yearly growth rates.
    """

    quarters: int = 4
    unchanged: float = 0.05
    least_gross: float = 0.01
    soon: int = 2
    receivables: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One flag: what, who, when, the USD or the ratio seen, and the threshold it met."""

    word: AlertWord
    firms: tuple[str, ...]
    steps: tuple[str, ...]
    seen: float
    threshold: Text
    legs: tuple[str, ...] = ()


def find_alerts(flows: Flows, network: Network, loops: Iterable[Loop], thresholds: Thresholds) -> tuple[Alert, ...]:
    """All flags. What needs an order in time is asked only of quarters."""
    alerts = list(_receivables(network.reported, flows, thresholds))
    if len(flows.steps) > 1 and all(len(step.quarters) == 1 for step in flows.steps):
        alerts += [
            *_unchanged(flows, thresholds),
            *_round_trips(loops, flows),
            *_funded_then_bought(flows, thresholds),
        ]
    return tuple(alerts)


def _unchanged(flows: Flows, limits: Thresholds) -> Iterator[Alert]:
    """Firms whose named receipts and payments nearly cancel while much moved."""
    at = {firm: i for i, firm in enumerate(flows.firms)}
    got, spent = np.zeros((2, len(flows.steps), len(flows.firms)))
    for entry in flows.named:
        if entry.payee in at:
            got[entry.step, at[entry.payee]] += entry.amount
        if entry.payer in at:
            spent[entry.step, at[entry.payer]] += entry.amount
    floor = limits.least_gross * sum(entry.amount for entry in flows.named)
    rule = both(
        f"|in - out| <= {limits.unchanged:g} of gross over {limits.quarters} quarters, gross >= {floor:.3g} USD",
        f"{limits.quarters} 季內｜流入 − 流出｜不超過總額的 {limits.unchanged:g}，且總額至少 {floor:.3g} 美元",
    )
    for firm, i in at.items():
        for end in range(min(limits.quarters, len(flows.steps)) - 1, len(flows.steps)):
            rows = slice(max(0, end - limits.quarters + 1), end + 1)
            money_in, money_out = got[rows, i].sum(), spent[rows, i].sum()
            gross = money_in + money_out
            goes_both_ways = money_in > 0 and money_out > 0
            if goes_both_ways and gross >= floor and abs(money_in - money_out) <= limits.unchanged * gross:
                seen = abs(money_in - money_out) / gross
                yield Alert(word="position_unchanged", firms=(firm,), steps=_labels(flows.steps[rows]), seen=seen,
                            threshold=rule)  # fmt: skip
                break


def _labels(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(step.label for step in steps)


def _round_trips(loops: Iterable[Loop], flows: Flows) -> Iterator[Alert]:
    """Loops whose hops can be walked without going back in time."""
    for loop in loops:
        if loop.status != "complete":
            continue
        for start in range(len(loop.hops)):
            walked = walk(hop.steps for hop in (*loop.hops[start:], *loop.hops[:start]))
            if walked:
                yield Alert(
                    word="round_trip_in_time",
                    firms=(*loop.firms[start:], *loop.firms[:start]),
                    steps=tuple(flows.steps[t].label for t in walked),
                    seen=loop.bottleneck or 0.0,
                    threshold=both("no hop before the previous one", "每一段都不早於前一段"),
                    legs=loop.legs,
                )
                break


def _funded_then_bought(flows: Flows, limits: Thresholds) -> Iterator[Alert]:
    """A firm funds another and sells to it soon after."""
    firms = set(flows.firms)
    sold: dict[tuple[str, str], list[tuple[int, str, float]]] = {}
    for entry in flows.named:
        if entry.flow_class == OP:
            sold.setdefault((entry.payee, entry.payer), []).append((entry.step, entry.leg, entry.amount))
    for entry in flows.named:
        if entry.flow_class != FIN or not {entry.payer, entry.payee} <= firms:
            continue
        soon = [s for s in sold.get((entry.payer, entry.payee), []) if 0 <= s[0] - entry.step <= limits.soon]
        if soon:
            last = max(step for step, _, _ in soon)
            yield Alert(
                word="funded_then_bought",
                firms=(entry.payer, entry.payee),
                steps=_labels((flows.steps[entry.step], flows.steps[last])),
                seen=min(entry.amount, sum(amount for _, _, amount in soon)),
                threshold=both(
                    f"a purchase within {limits.soon} quarters of the funding", f"出資後 {limits.soon} 季內採購"
                ),
                legs=(entry.leg, *(leg for _, leg, _ in soon)),
            )


def _receivables(panel: Panel | None, flows: Flows, limits: Thresholds) -> Iterator[Alert]:
    if panel is None:
        return
    rule = both(
        f"receivables grow {limits.receivables:g} more a year than sales",
        f"應收帳款年成長率比營收高出 {limits.receivables:g}",
    )
    for firm in flows.firms:
        for step in flows.steps:
            now = step.quarters[-1]
            growth = [_growth(panel, firm, metric, now) for metric in ("receivables", "revenue")]
            spread = growth[0] - growth[1]
            if spread > limits.receivables:
                yield Alert(word="receivables_outrun_sales", firms=(firm,), steps=(step.label,), seen=spread,
                            threshold=rule)  # fmt: skip


def _growth(panel: Panel, firm: str, metric: str, now: Quarter) -> float:
    after, before = (panel.value(firm, metric, quarter) for quarter in (now, now + -4))
    return after / before - 1 if before > 0 else float("nan")
