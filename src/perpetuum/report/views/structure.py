"""How much of the money can be arranged in loops, how much could be netted, and flags worth a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from perpetuum.circularity import Circularity
from perpetuum.core.claim import Stage
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Evidence, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.views.parts import Measured, Networks
from perpetuum.report.words import joined, plain, say


def structure(ledger: Ledger, networks: Networks, measured: Measured) -> tuple[Block, ...]:
    """How much can be arranged in loops, how much could be netted, how often a dollar is booked."""
    evidence = {stage: parts.flows_evidence(of, networks[stage]) for stage, of in measured.items()}
    rows = [
        _structure_row(measured, evidence, "structure.throughput", lambda of: numbers.share(of.throughput)),
        _structure_row(measured, evidence, "structure.volume", lambda of: numbers.share(of.volume)),
        _structure_row(measured, evidence, "structure.netting", lambda of: numbers.money(of.netting)),
        _structure_row(measured, evidence, "structure.moved", lambda of: numbers.money(of.structure.total)),
        _structure_row(measured, evidence, "structure.booking", lambda of: _booked(of.booking_multiple())),
        _structure_row(measured, evidence, "structure.consolidated", lambda of: numbers.money(of.consolidated())),
        (
            parts.word("structure.ring"),
            *(Cell(text=joined([names.firm(ledger, name) for name in of.ring])) for of in measured.values()),
        ),
    ]
    return (
        Title(text=say("structure.title")),
        Paragraph(text=say("structure.how"), style="note"),
        Table(
            columns=(parts.head("structure"), *(parts.head(f"mark.{stage}", right=True) for stage in measured)),
            rows=tuple(rows),
        ),
        *unfunded(ledger, measured),
    )


def _structure_row(
    measured: Measured, evidence: Mapping[Stage, Evidence], key: str, value: Callable[[Circularity], Text]
) -> tuple[Cell, ...]:
    return (parts.word(key), *(Cell(text=value(of), evidence=evidence[stage]) for stage, of in measured.items()))


def _booked(multiple: float | None) -> Text:
    return say("booking.none") if multiple is None else numbers.times(multiple)


def unfunded(ledger: Ledger, measured: Measured) -> Iterable[Paragraph]:
    """Loops that no recorded money ever entered, each said."""
    for stage, of in measured.items():
        for step, firms in of.diagnostics.unfunded:
            yield Paragraph(
                text=say("unfunded", stage=say(f"stage.{stage}"), when=numbers.window(step),
                         firms=joined([names.firm(ledger, name) for name in firms]))
            )  # fmt: skip


def alerts(ledger: Ledger, measured: Measured) -> tuple[Block, ...]:
    """Flags worth a look, each with the threshold it met."""
    rows = [
        (
            Cell(text=say(f"alert.{alert.word}"), small=alert.threshold),
            Cell(text=names.path(ledger, alert.firms) if len(alert.firms) > 1 else names.firm(ledger, alert.firms[0])),
            Cell(text=_steps(alert.steps)),
            Cell(text=numbers.money(alert.seen) if alert.seen > 100 else numbers.share(alert.seen)),
            Cell(text=say(f"stage.{stage}")),
        )
        for stage, of in measured.items()
        for alert in of.alerts
    ]
    return (
        Title(text=say("alerts.title"), level=3),
        Paragraph(text=say("alerts.how"), style="note"),
        Table(
            columns=(parts.head("alert"), parts.head("firms"), parts.head("when"), parts.head("seen", right=True),
                     parts.head("stage")),
            rows=tuple(rows),
            empty=say("alerts.none"),
        ),
    )  # fmt: skip


def _steps(steps: tuple[str, ...]) -> Text:
    if not steps:
        return plain("–")
    ends = (steps[0], steps[-1]) if steps[0] != steps[-1] else (steps[0],)
    return joined([numbers.window(step) for step in ends], " – ", " – ")
