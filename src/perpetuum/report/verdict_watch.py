"""What would change our mind: the assumptions the answer hangs on, and the largest payments nobody has published.

Chosen by size, never by hand. The date at which a number is due is assumed: nobody publishes a calendar of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import numpy as np

from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.ledger.totals import Counted, counted
from perpetuum.report import names, numbers
from perpetuum.report.sentence import Scores, Sentence, scored
from perpetuum.report.simulated import Simulated
from perpetuum.report.verdict_machine import run_id
from perpetuum.report.views import machine_words as words
from perpetuum.report.words import say

TOLD = 3
OF_MODEL = 2
# Days after a quarter by which it is reported (assumed; large firms in the United States have 40 for a quarter).
REPORTED_AFTER = 45
# Promises of which no payment is expected on a day of its own.
_NO_PAYMENT = ("guarantees", "holding", "warrant_vesting")


def sentences(
    ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str, sim: Simulated | Text | None, scores: Scores
) -> tuple[Sentence, ...]:
    """Three numbers to watch: two that move the model's answer most, the rest the largest unknown payments."""
    due = next_due(min(at, asof))
    hangs_on = tuple(_assumptions(ledger, sim, due, scores)) if isinstance(sim, Simulated) else ()
    silent = _unpublished(ledger, at, asof, policy)[: TOLD - len(hangs_on)]
    return (*hangs_on, *(_payment(ledger, leg, due) for leg in silent))


def next_due(day: datetime.date) -> datetime.date:
    """When the numbers of the quarter that runs on a day are due: its last day and so many more.

    Examples
    --------
    >>> next_due(datetime.date(2026, 9, 16))
    datetime.date(2026, 11, 14)
    """
    return Quarter.of(day).last + datetime.timedelta(days=REPORTED_AFTER)


def _assumptions(ledger: Ledger, sim: Simulated, due: datetime.date, scores: Scores) -> Iterator[Sentence]:
    """The assumptions that move the engine's funding gap most, each from its low to its high end."""
    if sim.tornado is None:
        return
    rows = [row for row in sim.tornado.rows if np.isfinite(row.swing) and row.swing > 0][:OF_MODEL]
    for row in rows:
        series = tuple(dict.fromkeys(each.rpartition(".")[0] + ".revenue" for each in row.addresses if "." in each))
        yield Sentence(
            id=f"watch_{row.address}",
            text=words.gives(sim, say(
                "verdict_page.watch.assumption", what=words.address(ledger, sim, row.address, row.says),
                of=sim.tornado.name, swing=numbers.value_of(row.swing, sim.tornado.unit), due=numbers.day(due),
            )),
            knowledge="the model gives",
            value={"address": row.address, "of": str(sim.tornado.outcome), "at_low": row.at_low,
                   "at_high": row.at_high, "due": due, "days_assumed": REPORTED_AFTER},
            model=run_id(sim.futures), series=series, scores=scored(scores, series),
        )  # fmt: skip


def _unpublished(ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str) -> list[Counted]:
    """Promises in force of which no payment is known, the largest headline first."""
    found = [
        leg for leg in counted(ledger, at, asof, policy) if leg.group not in _NO_PAYMENT and leg.paid_value is None
    ]
    return sorted(found, key=lambda leg: (-leg.headline.value, leg.leg.id))


def _payment(ledger: Ledger, leg: Counted, due: datetime.date) -> Sentence:
    return Sentence(
        id=f"watch_{leg.leg.id}",
        text=say("verdict_page.watch.payment", path=names.path(ledger, (leg.leg.payer, leg.leg.payee)),
                 deal=names.deal_of(ledger, leg.leg.id), headline=numbers.quantity(leg.headline.quantity),
                 due=numbers.day(due)),
        knowledge="we do not know",
        value={"leg": leg.leg.id, "headline": leg.headline.value, "due": due, "days_assumed": REPORTED_AFTER},
        evidence=(leg.headline,),
    )  # fmt: skip
