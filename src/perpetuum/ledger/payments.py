"""Payments on one leg, told apart by the time they cover."""

from __future__ import annotations

from collections.abc import Iterable

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.when import Span
from perpetuum.ledger.figures import choose


def payments_of(claims: Iterable[Claim], policy: str) -> list[tuple[Span | None, Figure]]:
    """Paid figures by span; claims whose spans overlap are rivals, others are further payments."""
    groups: list[list[Claim]] = []
    for claim in claims:
        for group in groups:
            if any(_same_money(claim.period, other.period) for other in group):
                group.append(claim)
                break
        else:
            groups.append([claim])
    figures = [figure for figure in (choose(group, policy) for group in groups) if figure]
    return [(f.chosen.period, f) for f in figures]


def _same_money(a: Span | None, b: Span | None) -> bool:
    return a is None or b is None or a.overlaps(b)
