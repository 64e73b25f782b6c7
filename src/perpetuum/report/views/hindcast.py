"""What a hindcast tells: who forecast how well, from which dates the machine could, and where it loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.machine.metrics import MEASURES
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Paragraph, Table, Title
from perpetuum.report.hindcast import HINDSIGHT, MACHINE, Hindcast
from perpetuum.report.hindcast_tables import ALL, NAIVE, Row, by_ahead, by_metric, by_series
from perpetuum.report.wire import plain as as_data
from perpetuum.report.words import joined, plain, say

OURS = (MACHINE, HINDSIGHT)


def told(ledger: Ledger, done: Hindcast) -> tuple[Block, ...]:
    """The answer in words and tables."""
    return (*_head(done), *machine(ledger, done), *_dates(done), *rivals(ledger, done))


def result(done: Hindcast) -> dict[str, Any]:
    """The same for programs."""
    return {
        "scenario": done.scenario, "newest": done.newest.isoformat(),
        "dates": [as_data(one) for one in done.dates],
        "by_series": [as_data(row) for row in by_series(done)],
        "by_metric": [as_data(row) for row in by_metric(done)],
        "by_ahead": [as_data(row) for row in by_ahead(done)],
        "scores": [as_data(one) for one in done.scores],
    }  # fmt: skip


def _head(done: Hindcast) -> Iterator[Block]:
    first, last = (numbers.quarter(done.dates[n].date) for n in (0, -1))
    yield Title(text=say("hindcast.title", first=first, last=last, scenario=done.scenario), level=1)
    able = [one for one in done.dates if one.status == "known"]
    honest = sum(one.model == MACHINE for one in done.scores)
    naive = sum(one.model in NAIVE for one in done.scores)
    yield Paragraph(
        text=say("hindcast.lead", able=len(able), dates=len(done.dates), honest=honest, naive=f"{naive:,}"),
        style="lead",
    )  # fmt: skip


def machine(ledger: Ledger, done: Hindcast) -> Iterator[Block]:
    """How the machine did: forecasts first, then what it gives in hindsight."""
    for model in OURS:
        rows = by_series(done, (model,))
        if not rows:
            continue
        compared = [row for row in rows if row.ratio is not None]
        worse = [row for row in compared if (row.ratio or 0.0) > 1.0]
        yield Title(text=say(f"hindcast.{model}.title"), level=2)
        yield Paragraph(
            text=say(f"hindcast.{model}.lead", count=len(compared), better=len(compared) - len(worse),
                     worse=len(worse), where=_where(ledger, worse)),
        )  # fmt: skip
        total = tuple(row for row in by_metric(done, (model,)) if row.group == ALL)
        yield _table(ledger, (*rows, *total), say("hindcast.ratio.caption"))


def _where(ledger: Ledger, rows: Sequence[Row]) -> Text:
    return joined([_group(ledger, row.group) for row in rows], ", ", "、")


def _dates(done: Hindcast) -> Iterator[Block]:
    yield Title(text=say("hindcast.dates"), level=2)
    yield Table(
        columns=(Column(text=say("hindcast.head.date")), Column(text=say("hindcast.head.asof")),
                 Column(text=say("hindcast.head.opening")), Column(text=say("hindcast.head.because"), wide=True)),
        rows=tuple(
            (Cell(text=numbers.quarter(one.date)), Cell(text=numbers.day(one.asof)),
             Cell(text=say(f"hindcast.status.{one.status}"), tone="plain" if one.status == "known" else "unknown"),
             Cell(text=one.because, small=_effort(one.effective, one.learned_from)))
            for one in done.dates
        ),
        caption=say("hindcast.dates.caption"),
    )  # fmt: skip


def _effort(effective: float, learned_from: int) -> Text | None:
    if effective == 0.0:
        return None
    return say("hindcast.effort", effective=round(effective), learned=learned_from)


def rivals(ledger: Ledger, done: Hindcast) -> Iterator[Block]:
    """How the naive rivals did: by metric, by quarters ahead, and by series."""
    yield Title(text=say("hindcast.rivals"), level=2)
    yield _table(ledger, by_metric(done, NAIVE), say("hindcast.rivals.metric"))
    yield _table(ledger, by_ahead(done, NAIVE), say("hindcast.rivals.ahead"))
    yield _table(ledger, by_series(done, NAIVE), say("hindcast.rivals.series"))


def _table(ledger: Ledger, rows: Sequence[Row], caption: Text) -> Table:
    heads = ("of", "model", "count", "crps", "coverage", "bias", "ratio")
    return Table(
        columns=tuple(Column(text=say(f"hindcast.head.{head}"), align="left" if n < 2 else "right")
                      for n, head in enumerate(heads)),
        rows=tuple(_row(ledger, row) for row in rows), caption=caption, dense=True,
    )  # fmt: skip


def _row(ledger: Ledger, row: Row) -> tuple[Cell, ...]:
    ratio = plain("–") if row.ratio is None else plain(f"{row.ratio:.2f}")
    rival = (
        None if row.rival is None else say("hindcast.against", rival=say(f"hindcast.model.{row.rival}"), n=row.shared)
    )
    return (
        Cell(text=_group(ledger, row.group)), Cell(text=say(f"hindcast.model.{row.model}")),
        Cell(text=plain(str(row.count))), Cell(text=numbers.share(row.crps)),
        Cell(text=plain("–") if row.coverage is None else numbers.share(row.coverage)),
        Cell(text=_signed(row.bias)), Cell(text=ratio, small=rival),
    )  # fmt: skip


def _signed(value: float) -> Text:
    told = numbers.share(abs(value))
    if abs(value) < 1e-4:  # "below 0.01 %" has no sign
        return told
    sign = "+" if value >= 0.0 else "−"
    return Text(en=f"{sign}{told.en}", zh=f"{sign}{told.zh}")


def _group(ledger: Ledger, group: str) -> Text:
    """A series, a metric, a number of quarters ahead, or everything."""
    if group == ALL:
        return say("hindcast.all")
    if group.isdigit():
        return say("hindcast.ahead", n=group)
    firm, _, metric = group.rpartition(".")
    name = MEASURES[metric].name
    return say("calibrate.series", firm=names.firm(ledger, firm), metric=name) if firm else name
