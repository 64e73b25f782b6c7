"""The wheels in words: the two lines of the verdict, and the newest known period of each stage as a table."""

from __future__ import annotations

from collections.abc import Mapping

from perpetuum.core.claim import Stage
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.sentence import Sentence
from perpetuum.report.views import parts
from perpetuum.report.wheels import Machine
from perpetuum.report.words import say


def wheels(machines: Mapping[Stage, Machine], lines: tuple[Sentence, ...]) -> tuple[Block, ...]:
    """What every wheel received, and what moved between them."""
    blocks: list[Block] = [Title(text=say("wheels.title"))]
    blocks += [Paragraph(text=line.text, evidence=line.evidence, style="lead") for line in lines]
    for machine in machines.values():
        blocks += _stage(machine)
    return tuple(blocks)


def _stage(machine: Machine) -> tuple[Block, ...]:
    title = Title(text=say(f"mark.{machine.stage}"), level=3)
    if machine.none is not None:
        return title, Paragraph(text=machine.none, style="note")
    rows = tuple(
        (Cell(text=each.text if machine.stage != "announced" else say("wheels.all")),
         Cell(text=say(f"wheels.role.{wheel.role}")),
         Cell(text=wheel.text, stage=machine.stage, tone="plain" if wheel.receipts else "unknown"),
         Cell(text=wheel.sentence, tone="muted"))
        for each in machine.periods[-3:] for wheel in each.wheels
    )  # fmt: skip
    columns = (parts.head("wheels.period"), parts.head("wheels.role"), parts.head("wheels.receipts", right=True),
               parts.head("wheels.sentence"))  # fmt: skip
    streams = machine.periods[-1].streams
    return (
        title, Table(columns=columns, rows=rows, caption=machine.caption),
        *(Paragraph(text=stream.sentence, style="plain") for stream in streams),
    )  # fmt: skip
