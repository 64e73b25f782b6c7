"""What all judges of a replay say alike: what happened, what is missing, how much something changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.criterion import Criterion
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names
from perpetuum.report.findings import answer_text
from perpetuum.report.words import fill, joined, say


def answers(ledger: Ledger, one: Criterion) -> tuple[Text, ...]:
    """What happened, in the words of the case's own findings."""
    told = {each.told.id: each for each in ledger.findings()}
    return tuple(
        fill(told[id].told.sentence, answer_text(ledger, told[id].told.query, told[id].answers[-1].value))
        for id in one.happened
    )


def lacking(ledger: Ledger, firms: Sequence[str]) -> Text:
    """Whose balance sheets are not known."""
    return say("replay.lacking", firms=joined([names.firm(ledger, firm) for firm in firms]))


def changed(change: NDArray[np.float64], low: float, high: float) -> tuple[float, float]:
    """The median over futures, and the share of futures between two ends."""
    return float(np.median(change)), float(((change >= low) & (change <= high)).mean())
