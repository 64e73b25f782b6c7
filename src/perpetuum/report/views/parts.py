"""Cells and sentences that many views share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.maths.tracing import FIN, Rule
from perpetuum.report import numbers
from perpetuum.report.blocks import MONEY, Cell, Column, Money, Tone
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    # Named only: views without loops need not wait for the solvers behind them.
    from perpetuum.circularity import Circularity
    from perpetuum.circularity.shares import Origin, Share
    from perpetuum.circularity.steps import Step

# The three colours of money, and the hatch.
COLOUR: dict[Origin, Money] = {
    "end_users": "end_users",
    "other_customers": "end_users",
    "outside_equity": "outside",
    "debt": "outside",
    "others_financing": "recycled",
    "own_financing": "recycled",
    "own_purchases": "recycled",
    "unnamed_customers": "unknown",
    "unknown": "unknown",
}
MUCH_UNKNOWN = 1 / 3

# What a case gives at each stage.
Measured: TypeAlias = "Mapping[Stage, Circularity]"
Networks = Mapping[Stage, Network]


def head(key: str, *, right: bool = False, wide: bool = False) -> Column:
    """The head of a column."""
    return Column(text=say(key), align="right" if right else "left", wide=wide)


def word(key: str, tone: Tone = "plain") -> Cell:
    """A cell with words of the catalogue."""
    return Cell(text=say(key), tone=tone)


def study(name: str) -> Text:
    """How claims are valued: as usual, or what differs from that."""
    return say("dominoes.study.usual") if name == "STANDARD" else plain(name)


def unknown() -> Cell:
    """The word for what we do not know."""
    return Cell(text=say("unknown"), tone="unknown")


def amount(value: float | None, evidence: Iterable[Claim | Figure] = (), stage: Stage | None = None) -> Cell:
    """Dollars with what they rest on."""
    tone: Tone = "unknown" if value is None else "plain"
    return Cell(text=numbers.money(value), evidence=tuple(evidence), stage=stage, tone=tone)


def by_money(origins: Mapping[Origin, float]) -> tuple[tuple[Money, float], ...]:
    """Dollars by origin as fractions of the four kinds of money; empty where there are none."""
    total = sum(origins.values())
    if total <= 0:
        return ()
    sums = dict.fromkeys(MONEY, 0.0)
    for origin, usd in origins.items():
        sums[COLOUR[origin]] += usd
    return tuple((money, usd / total) for money, usd in sums.items())


def _bounds(share: Share) -> Text:
    return numbers.between(share.low, share.high) if share.low is not None else say("no_bounds")


def share_cell(share: Share, evidence: Iterable[Claim | Figure] = ()) -> Cell:
    """A share with bounds, stage and what is not traced; without a value, the reason."""
    if share.value is None:
        why = share.because or say("unknown")
        return Cell(text=say("no_value"), tone="unknown", stage=share.stage, small=why)
    lost = share.not_traced or 0.0
    much_unknown = lost > MUCH_UNKNOWN
    bounds = _bounds(share)
    small = say("share.small", bounds=bounds, lost=numbers.share(lost))
    if share.because is not None:
        # Certain whatever else is unknown; without receipts there is nothing to trace.
        certain = say("share.certain", bounds=bounds, why=share.because)
        traced = say("share.small.certain", bounds=bounds, lost=numbers.share(lost), why=share.because)
        small = certain if share.not_traced is None else traced
    return Cell(
        text=numbers.share(share.value),
        stage=share.stage,
        tone="muted" if much_unknown else "plain",
        small=small,
        evidence=tuple(evidence),
    )


def share_sentence(firm: Text, share: Share, of: Circularity) -> Text:
    """The share in one sentence that can leave its place: stage, whose revenue, window, bounds, unknown."""
    if share.value is None or share.of is None:
        return say("share.none", firm=firm, stage=say(f"stage.{share.stage}"), why=share.because or say("unknown"))
    key = "share.lost" if (share.not_traced or 0.0) > MUCH_UNKNOWN else "share.sentence"
    return say(
        f"{key}.{share.stage}",
        firm=firm,
        whole=numbers.money(share.of),
        value=numbers.share(share.value),
        bounds=_bounds(share),
        lost=numbers.share(share.not_traced),
        window=covered(of, share.firm),
    )


def covered(of: Circularity, firm: str) -> Text:
    """The window, and in which of its steps the firm's own statements complete what contracts name."""
    window = numbers.window(of.window)
    if of.stage != "paid":
        return window
    years = _whole_years(of, firm)
    return say("covered.none", window=window) if years is None else say("covered", window=window, years=years)


def coverage(of: Circularity, firm: str) -> Text | None:
    """The same for a row of many firms: only the years; nothing where no statement is asked for."""
    if of.stage != "paid":
        return None
    years = _whole_years(of, firm)
    return say("covered.named") if years is None else say("covered.years", years=years)


def _whole_years(of: Circularity, firm: str) -> Text | None:
    steps = of.tracer.completed.flows.steps
    labels = [steps[t].label for name, t in sorted(of.tracer.completed.reported) if name == firm]
    if not labels:
        return None
    if len(labels) > 2 and _in_a_row(labels, steps) and labels[0].isdigit() and labels[-1].isdigit():
        return plain(f"{labels[0]}–{labels[-1]}")
    return joined([numbers.window(label) for label in labels])


def receipts(of: Circularity, network: Network, firm: str) -> Text:
    """A firm's operating receipts in dollars; "about" where they rest on estimates."""
    total = numbers.money(of.tracer.receipts(firm))
    evidence = receipts_evidence(of, network, firm)
    is_estimated = any(figure.chosen.status == "estimated" for figure in evidence)
    return numbers.bounded(total, "about") if is_estimated else total


def firm_share_cell(of: Circularity, network: Network, firm: str, rule: Rule = "burn") -> Cell:
    """A firm's share with everything that belongs to it in a row of many firms."""
    cell = share_cell(of.recycled(firm)[rule], receipts_evidence(of, network, firm))
    years = coverage(of, firm)
    if years is None or cell.small is None:
        return cell
    return replace(cell, small=joined([cell.small, years], "; ", "；"))


def _in_a_row(labels: list[str], steps: tuple[Step, ...]) -> bool:
    every = [step.label for step in steps]
    first = every.index(labels[0])
    return every[first : first + len(labels)] == labels


def figures_of(network: Network, legs: Iterable[str]) -> tuple[Figure, ...]:
    """The figures of legs, leg by leg."""
    return tuple(figure for leg in legs for figure in network.figures.get(leg, ()))


def flows_evidence(measured: Circularity, network: Network) -> tuple[Figure, ...]:
    """The figures of every payment that was measured."""
    legs = sorted({entry.leg for entry in measured.tracer.completed.flows.named})
    return figures_of(network, legs)


def financing_evidence(measured: Circularity, network: Network, firm: str) -> tuple[Figure, ...]:
    """The figures of the financing that a firm paid out."""
    legs = sorted({e.leg for e in measured.tracer.completed.flows.named if e.payer == firm and e.flow_class == FIN})
    return figures_of(network, legs)


def receipts_evidence(measured: Circularity, network: Network, firm: str) -> tuple[Figure, ...]:
    """The figures that a firm's receipts rest on: named payments to it, and its own statements."""
    legs = {e.leg for e in measured.tracer.completed.flows.named if e.payee == firm}
    named = figures_of(network, sorted(legs))
    own = [figure for figure in measured.tracer.completed.figures if figure.chosen.subject == firm]
    return tuple({figure.chosen.id: figure for figure in (*named, *own)}.values())
