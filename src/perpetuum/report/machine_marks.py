"""What happens along the way, as small marks on a chart: tranches, repayments, and who stops paying when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import Run
from perpetuum.machine.run import Share
from perpetuum.report import names, numbers
from perpetuum.report.machine_chances import half_by
from perpetuum.report.machine_facts import Falls
from perpetuum.report.machine_replay import subject_name
from perpetuum.report.words import say

_OF_FIRMS = ("default", "gap_closed")
_OF_LEGS = ("tranche_paid", "vendor_loan_drawn")
_SELDOM = 0.01  # of the futures; what happens less often is no mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happens in many futures, at the quarter by which half of those that see it have seen it.

    ``firms`` are those it concerns; nobody in particular where it concerns all.
    """

    event: str
    quarter: Quarter
    firms: tuple[str, ...]
    text: Text


def marks(ledger: Ledger, run: Run, falls: Falls) -> tuple[Mark, ...]:
    """Marks of the first scenario, in the order of time."""
    found = [*_first_fall(falls), *_events(ledger, run), *_repayments(ledger, run)]
    return tuple(sorted(found, key=lambda mark: (mark.quarter.index, mark.event, mark.firms)))


def _first_fall(falls: Falls) -> Iterator[Mark]:
    """When the first firm stops paying, whichever it is."""
    if falls.median is not None and falls.share >= _SELDOM:
        text = say("machine_mark.first", share=numbers.share(falls.share), quarter=numbers.quarter(falls.median))
        yield Mark(event="first_default", quarter=falls.median, firms=(), text=text)


def _events(ledger: Ledger, run: Run) -> Iterator[Mark]:
    world = run.worlds[0]
    ends = {leg.id: (leg.payer, leg.payee) for leg in world.legs}
    for one in run.events:
        if one.event not in (*_OF_FIRMS, *_OF_LEGS) or one.ever < _SELDOM:
            continue
        at = half_by(one.first)
        if at is None:
            continue
        firms = (one.subject,) if one.event in _OF_FIRMS else ends[one.subject]
        yield Mark(event=one.event, quarter=run.first + at, firms=firms, text=_said(ledger, run, one, run.first + at))


def _said(ledger: Ledger, run: Run, one: Share, quarter: Quarter) -> Text:
    who = subject_name(ledger, run.worlds[0], one.subject)
    return say("machine_mark.event", who=who, what=one.name, share=numbers.share(one.ever),
               quarter=numbers.quarter(quarter))  # fmt: skip


def _repayments(ledger: Ledger, run: Run) -> Iterator[Mark]:
    """The quarter of the central future in which a firm repays most."""
    world, flows = run.worlds[0], run.history().flow
    for firm in world.cast.firms:
        legs = [n for n, leg in enumerate(world.legs) if leg.kind == "repayment" and leg.payer == firm]
        paid = np.nansum(flows[:, legs], axis=1)
        if legs and paid.argmax() > 0:  # where it only falls from the first quarter on, no quarter stands out
            at = run.first + int(paid.argmax())
            text = say("machine_mark.repays", firm=names.firm(ledger, firm), amount=numbers.money(float(paid.max())),
                       quarter=numbers.quarter(at))  # fmt: skip
            yield Mark(event="repayment", quarter=at, firms=(firm,), text=text)
