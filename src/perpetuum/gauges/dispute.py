"""Would a claim that was overruled give another band? Then the reading is disputed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.panel import Panel
from perpetuum.core.vendor_money import SUM
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Gauge, Seen


def is_disputed(dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter, seen: Seen) -> bool:
    """Is there a rival of one figure under which the dial would stand in another known band?"""
    return next(under_rivals(dial, panel, firms, quarter, seen), None) is not None


def under_rivals(
    dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter, seen: Seen
) -> Iterator[tuple[Claim, Seen]]:
    """Each claim that was overruled and would put the dial into another known band, with what it would see.

    Rivals are tried one at a time. A sum of several reports or legs has no rivals, only parts.
    """
    for figure in dict.fromkeys((*seen.figures, *(figure for sub in seen.subs for figure in sub.figures))):
        for rival in _rivals(figure):
            other = dial.look(panel.with_rival(figure, rival), firms, quarter)
            if other is not None and other.band not in (seen.band, "unknown"):
                yield rival, other


def _rivals(figure: Figure) -> list[Claim]:
    if figure.chosen.derivation in ("sum_of_tags", SUM):
        return []
    return [
        claim
        for claim in figure.others
        if claim.says.unit == figure.chosen.says.unit
        and not math.isclose(claim.says.value, figure.value, rel_tol=1e-3)
        and claim.status in ("reported", "estimated")
    ]
