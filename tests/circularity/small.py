"""Networks small enough to see through: a line for each payment; firms in small letters, outside payers in capitals."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.deal import Contingent, Leg, Schedule, Trigger
from perpetuum.core.entity import Entity
from perpetuum.core.network import Network, Unknown
from perpetuum.core.panel import Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, Span, When

TOLD = Text(en="told by hand", zh="手工輸入")
SOURCE = Source(id="by-hand", title="by hand", kind="essay", tier=3)
DAY = datetime.date(2026, 6, 30)


@dataclass(frozen=True)
class Line:
    """Who pays whom, of which kind, and how many USD in each quarter from the first on.

    Without any number nobody says; with ``span`` the one number is known for that time alone.
    """

    payer: str
    payee: str
    kind: str
    usd: tuple[float, ...]
    span: str | None = None
    schedule: str | None = None
    contingent: bool = False


def pays(payer: str, payee: str, kind: str, *usd: float, **more: str | bool) -> Line:
    return Line(payer, payee, kind, usd, **more)  # type: ignore[arg-type]


def network(
    *lines: Line,
    first: str = "2025Q1",
    quarters: int | None = None,
    stage: Stage = "paid",
    statements: Mapping[tuple[str, str], Mapping[str, float]] | None = None,
    groups: Mapping[str, str] | None = None,
    vehicles: Collection[str] = (),
) -> Network:
    """A network; ``statements`` are (firm, metric) by quarter or by span."""
    count = quarters or max((len(line.usd) for line in lines if line.span is None), default=1)
    start = Quarter.parse(first)
    rows = tuple(start + i for i in range(count))
    legs = [(leg(line, i), line) for i, line in enumerate(lines)]
    known = [(one, line) for one, line in legs if line.usd and not line.contingent]
    flows = np.zeros((count, len(known)))
    for column, (_, line) in enumerate(known):
        if line.span is None:
            flows[: len(line.usd), column] = line.usd
    names = sorted({end for line in lines for end in (line.payer, line.payee)})
    return Network(
        entities=tuple(entity(name, groups or {}, vehicles) for name in names),
        legs=tuple(one for one, _ in known),
        quarters=rows,
        flows=flows,
        stage=stage,
        at=DAY,
        asof=DAY,
        unknown=tuple(left_out(one, line) for one, line in legs if (not line.usd or line.span) and not line.contingent),
        every=tuple(one for one, _ in legs),
        figures={one.id: (figure(one.id, "amount", sum(line.usd)),) for one, line in known},
        reported=panel(statements) if statements else None,
    )


def leg(line: Line, number: int) -> Leg:
    days = Span.parse(line.schedule) if line.schedule else None
    return Leg(
        id=f"{number}: {line.payer} to {line.payee}",
        kind=line.kind,
        payer=line.payer,
        payee=line.payee,
        schedule=Schedule(start=When.day(days.first), end=When.day(days.last)) if days else Schedule(),
        contingent=Contingent(when=Trigger(word="default")) if line.contingent else None,
    )


def entity(name: str, groups: Mapping[str, str], vehicles: Collection[str]) -> Entity:
    text = Text(en=name, zh=name)
    if name.isupper():
        return Entity(id=name, name=text, roles=("outside",), aggregate=True, outside=name)  # type: ignore[arg-type]
    return Entity(id=name, name=text, roles=("gear",), group=groups.get(name), vehicle=name in vehicles)


def left_out(one: Leg, line: Line) -> Unknown:
    if line.span is None:
        return Unknown(leg=one.id, why="no figure", because=TOLD)
    return Unknown(leg=one.id, why="span", because=TOLD, amount=line.usd[0], span=Span.parse(line.span))


def figure(subject: str, attribute: str, value: float) -> Figure:
    claim = Claim(
        id=f"{subject}.{attribute}", subject=subject, attribute=attribute, says=Quantity(value, "USD"), source=SOURCE,
        known_from=DAY,
    )  # fmt: skip
    return Figure(chosen=claim, because=TOLD)


def panel(statements: Mapping[tuple[str, str], Mapping[str, float]]) -> Panel:
    cells: dict[tuple[str, str], dict[Quarter, Figure]] = {}
    longer: dict[tuple[str, str], dict[Span, Figure]] = {}
    for (firm, metric), values in statements.items():
        for when, value in values.items():
            said = figure(firm, f"{metric}.{when}", value)
            if ".." in when:
                longer.setdefault((firm, metric), {})[Span.parse(when)] = said
            else:
                cells.setdefault((firm, metric), {})[Quarter.parse(when)] = said
    seen = sorted({quarter for series in cells.values() for quarter in series})
    return Panel(cells=cells, quarters=tuple(seen), longer=longer)
