"""What vendors lost of what they lent, and how much of their lending a replay holds at all."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from perpetuum.core.claim import Stage
from perpetuum.core.criterion import Criterion
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import numbers
from perpetuum.report.replay import HALF, Judged, Lived, unknown, verdict_of
from perpetuum.report.replay_words import answers, changed, lacking
from perpetuum.report.words import say


def judge(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    """Whether the median future loses about as much, of loans that are most of what had been drawn."""
    group, happened = ledger.case.groups[one.group or ""], answers(ledger, one)
    if lived is None:
        return unknown(one, happened, lacking(ledger, group))
    seen, last = [firm for firm in group if firm in lived.falls], lived.row(one.by or datetime.date.max)
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    prior = (_prior(lived, low, high),)
    missing = [firm for firm in group if firm not in seen]
    if missing:
        return unknown(one, happened, lacking(ledger, missing), prior)
    lent = np.sum([lived.series[f"{firm}.vendor_financing_drawn"][:, last] for firm in seen], axis=0)
    lost = np.sum([lived.series[f"{firm}.vendor_loans_lost"][:, : last + 1].sum(axis=1) for firm in seen], axis=0)
    if not (lent > 0.0).any():
        return unknown(one, happened, say("replay.lost.no_loans"), prior)
    ours, all_drawn = drawn_at_first(lived, group)
    if ours < HALF * all_drawn:
        return unknown(
            one, happened, say("replay.lost.too_little", ours=numbers.money(ours), all=numbers.money(all_drawn)), prior
        )
    share_lost = np.divide(lost, lent, out=np.zeros_like(lent), where=lent > 0.0)
    median, share = changed(share_lost, low, high)
    told = say("replay.lost.model", lost=numbers.share(median), share=numbers.share(share), low=numbers.share(low),
               high=numbers.share(high))  # fmt: skip
    return Judged(
        criterion=one, verdict=verdict_of(low <= median <= high, share), happened=happened, model=told, share=share,
        beside=prior,
    )  # fmt: skip


def _prior(lived: Lived, low: float, high: float) -> Text:
    """What the assumed recovery alone would give if every loan failed: how weak the test is."""
    world = lived.world
    slot = world.resolved.addresses.knob("recovery").index
    recovered = np.array([world.drawn(draw)[slot] for draw in range(min(lived.done, 200))])
    inside = float(((1.0 - recovered >= low) & (1.0 - recovered <= high)).mean())
    return say("replay.lost.prior", share=numbers.share(inside))


def drawn_at_first(lived: Lived, vendors: Sequence[str]) -> tuple[float, float]:
    """USD of vendors' loans drawn on the day: between simulated firms, and in all as far as is known."""
    world = lived.world
    ours = sum(
        float(world.values[world.resolved.addresses.knob(f"{leg.id}.opening_drawn").index])
        for leg in world.legs if leg.place == "vendor_loan" and leg.payer in vendors
    )  # fmt: skip
    return ours, _on_record(lived, vendors, "paid")


def what_is_held(lived: Lived, vendors: Sequence[str]) -> Text:
    """How much of the lending of the day is between simulated firms."""
    world = lived.world
    held = [leg for leg in world.legs if leg.place == "vendor_loan" and leg.payer in vendors]
    ours = sum(float(world.values[world.resolved.addresses.knob(f"{leg.id}.headline").index]) for leg in held)
    every = _on_record(lived, vendors, "signed")
    return say("replay.loans", all=numbers.money(every), ours=numbers.money(ours), count=len(held))


def _on_record(lived: Lived, vendors: Sequence[str], stage: Stage) -> float:
    """USD of vendors' loans known at a stage; what stands inside a larger one is not added."""
    network = lived.network
    return sum(
        figure.value
        for leg in network.every if leg.kind == "loan" and leg.payer in vendors and leg.apart is None
        for figure in network.promised.get((leg.id, stage), ())
    )  # fmt: skip
