"""Which loops there are, how many dollars each carries, and what is known of each at every stage."""

from __future__ import annotations

from collections.abc import Mapping

from perpetuum.circularity.loops import Loop
from perpetuum.core.claim import Stage
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.views.parts import Measured, Networks
from perpetuum.report.words import say

SHOWN = 14


def inventory(ledger: Ledger, networks: Networks, measured: Measured, firm: str | None = None) -> tuple[Block, ...]:
    """Every loop with its dollars at every stage, most dollars first."""
    found = _by_ring(measured, firm)
    rows = [
        (
            Cell(text=names.ring(ledger, firms)),
            *(_loop_cell(ledger, networks, stage, loop) for stage, loop in by.items()),
        )
        for firms, by in list(found.items())[:SHOWN]
    ]
    blocks: list[Block] = [
        Title(text=say("loops.title")),
        Paragraph(text=say("loops.how"), style="note"),
        Table(
            columns=(parts.head("loop"), *(parts.head(f"mark.{stage}", right=True) for stage in measured)),
            rows=tuple(rows),
            empty=say("loops.none"),
        ),
    ]
    if len(found) > SHOWN:
        blocks.append(Paragraph(text=say("loops.more", more=len(found) - SHOWN), style="note"))
    return tuple(blocks)


def _by_ring(measured: Measured, firm: str | None) -> dict[tuple[str, ...], dict[Stage, Loop | None]]:
    """Loops of all stages side by side, by their firms."""
    found: dict[tuple[str, ...], dict[Stage, Loop | None]] = {}
    for stage, of in measured.items():
        for loop in of.loops:
            if firm is None or firm in loop.firms:
                found.setdefault(loop.firms, dict.fromkeys(measured))[stage] = loop
    return dict(sorted(found.items(), key=lambda item: _most_first(item[1])))


def _most_first(by: Mapping[Stage, Loop | None]) -> tuple[float, ...]:
    dollars = [(loop.weight or 0.0) if loop else -1.0 for loop in by.values()]
    return (-max(dollars), *(-usd for usd in dollars))


def _loop_cell(ledger: Ledger, networks: Networks, stage: Stage, loop: Loop | None) -> Cell:
    if loop is None:
        return parts.word("loop.not_there", "muted")
    if loop.status != "complete":
        is_unknown = loop.status == "unknown"
        gaps = [hop for hop in loop.hops if hop.status == ("unknown" if is_unknown else "nothing")]
        small = names.hops(ledger, gaps[:2])
        if is_unknown and all(hop.is_only_undated for hop in gaps):
            return Cell(text=say("loop.undated"), small=small, tone="unknown")
        return Cell(text=say(f"loop.{loop.status}.{stage}"), small=small, tone="unknown" if is_unknown else "muted")
    return Cell(
        text=numbers.money(loop.weight) if loop.weight is not None else say("too_many_loops"),
        small=say("loop.bottleneck", amount=numbers.money(loop.bottleneck)),
        evidence=parts.figures_of(networks[stage], loop.legs),
        stage=stage,
    )
