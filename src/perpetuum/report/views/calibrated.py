"""What a calibration tells: which parameters the reported numbers move, which not, and what is out of reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.machine.learned import Fitted, Learned
from perpetuum.machine.metrics import MEASURES
from perpetuum.maths.misses import DOF
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Paragraph, Table, Title
from perpetuum.report.learning import Calibrated
from perpetuum.report.reported import basis_of
from perpetuum.report.wire import plain as as_data
from perpetuum.report.words import joined, plain, say


def told(ledger: Ledger, done: Calibrated) -> tuple[Block, ...]:
    """The answer in words and tables."""
    return (*_head(done), *_out_of_reach(ledger, done), *_parameters(done), *_fit(ledger, done), *_notes(done))


def written(folder: Path, files: Sequence[str]) -> Block:
    """What was written where, or that there was nothing to write."""
    if not files:
        return Paragraph(text=say("calibrate.nothing_written"), style="note")
    return Paragraph(
        text=say("machine.written", folder=plain(str(folder)), files=joined([plain(name) for name in files])),
        style="note",
    )  # fmt: skip


def result(ledger: Ledger, done: Calibrated) -> dict[str, Any]:
    """The same for programs."""
    found = done.posterior
    return {
        "status": found.status, "effective": found.effective, "lived_through": found.draws, "broke_off": found.failed,
        "log_evidence": found.log_evidence, "first": str(found.first), "asof": done.asof.isoformat(),
        "parameters": [as_data(one) | {"is_moved": one.is_moved, "shift": one.shift} for one in found.learned],
        "fit": [
            {
                "series": one.observed.series, "quarter": str(one.observed.quarter), "reported": one.observed.value,
                "error": one.error, "error_basis": done.errors[one.observed.series].basis,
                "before": one.before, "after": one.after, "apart": one.apart, "missed": one.missed,
                "is_within_reach": one.is_within_reach, "figure": as_data(one.observed.figure),
            }
            for one in found.fitted
        ],
        "left_out": [
            {"series": one.observed.series, "quarter": str(one.observed.quarter), "because": as_data(one.because)}
            for one in found.left_out
        ],
        "together": [{"parameters": pair[:2], "correlation": pair[2]} for pair in found.together],
        "shown_nowhere": found.shown_nowhere,
        "scenario": None if done.scenario is None else done.scenario.id,
    }  # fmt: skip


def _head(done: Calibrated) -> Iterator[Block]:
    found = done.posterior
    yield Title(text=say("calibrate.title", scenario=done.ask.scenario, asof=numbers.day(done.asof)), level=1)
    yield Paragraph(
        text=say(f"calibrate.status.{found.status}", moved=len(found.moved), free=len(found.learned),
                 effective=round(found.effective), draws=f"{found.draws:,}", known=len(found.fitted)),
        style="lead",
    )  # fmt: skip


def _out_of_reach(ledger: Ledger, done: Calibrated) -> Iterator[Block]:
    missed = [one for one in done.posterior.fitted if not one.is_within_reach]
    if missed:
        each = joined([
            say("calibrate.reach.one", what=_series(ledger, one), quarter=numbers.quarter(one.observed.quarter),
                reported=_value(done, one, one.observed.value), low=_value(done, one, one.before[0]),
                high=_value(done, one, one.before[2]))
            for one in missed
        ], "; ", "；")  # fmt: skip
        yield Paragraph(text=say("calibrate.reach", count=len(missed), each=each))
    out = done.posterior.left_out
    if out:
        each = joined([plain(f"{one.observed.series} {one.observed.quarter}") for one in out], ", ", "、")
        yield Paragraph(text=say("calibrate.not_modelled", each=each), style="note")


def _parameters(done: Calibrated) -> Iterator[Block]:
    found = done.posterior
    if not found.learned:
        return
    yield Title(text=say("calibrate.parameters"), level=2)
    columns = ("parameter", "before", "after", "identified")
    yield Table(
        columns=tuple(Column(text=say(f"calibrate.head.{name}"), align="left" if n == 0 else "right")
                      for n, name in enumerate(columns)),
        rows=tuple(_learned(one) for one in found.moved),
        caption=say("calibrate.parameters.caption"), empty=say("calibrate.parameters.none"),
    )  # fmt: skip
    if found.not_moved:
        each = joined([plain(f"`{one.address}`") for one in found.not_moved], ", ", "、")
        yield Paragraph(text=say("calibrate.not_moved", count=len(found.not_moved), each=each))
    if found.shown_nowhere:
        each = joined([plain(f"`{address}`") for address in found.shown_nowhere], ", ", "、")
        yield Paragraph(text=say("calibrate.nowhere", count=len(found.shown_nowhere), each=each), style="note")
    if found.together:
        each = joined(
            [say("calibrate.pair", a=a, b=b, r=numbers.statistic(r)) for a, b, r in found.together], "; ", "；"
        )
        yield Paragraph(text=say("calibrate.together", each=each))


def _learned(one: Learned) -> tuple[Cell, ...]:
    before, after = (_range(values, one.unit) for values in (one.before, one.after))
    told = plain(f"{one.identified:.2f} ± {one.identified_error:.2f}".replace("-", "−"))
    return Cell(text=one.says, small=plain(one.address)), before, after, Cell(text=told)


def _range(three: Sequence[float], unit: str) -> Cell:
    low, middle, high = (_number(value, unit) for value in three)
    return Cell(text=middle, small=say("calibrate.from_to", low=low, high=high))


def _number(value: float, unit: str) -> Text:
    if unit == "GW/user":
        return numbers.value_of(value * 1e9, "W/user")
    return numbers.value_of(value, unit)


def _fit(ledger: Ledger, done: Calibrated) -> Iterator[Block]:
    columns = ("series", "reported", "before", "after", "missed", "basis")
    yield Title(text=say("calibrate.fit"), level=2)
    yield Table(
        columns=tuple(Column(text=say(f"calibrate.head.{name}"), align="left" if n in (0, 5) else "right")
                      for n, name in enumerate(columns)),
        rows=tuple(_fitted(ledger, done, one) for one in done.posterior.fitted), caption=say("calibrate.fit.caption"),
    )  # fmt: skip


def _fitted(ledger: Ledger, done: Calibrated, one: Fitted) -> tuple[Cell, ...]:
    unit = MEASURES[_metric(one)].unit
    figure = one.observed.figure
    error = done.errors[one.observed.series]
    missed = plain(f"{one.missed:+.1f}".replace("-", "−"))
    return (
        Cell(text=_series(ledger, one), small=numbers.quarter(one.observed.quarter)),
        Cell(text=numbers.value_of(one.observed.value, unit), evidence=(figure,) if figure else ()),
        _range(one.before, unit), _range(one.after, unit),
        Cell(text=missed, small=None if one.is_within_reach else say("calibrate.out_of_reach")),
        Cell(text=numbers.share(one.error), small=basis_of(error)),
    )  # fmt: skip


def _notes(done: Calibrated) -> Iterator[Block]:
    yield Paragraph(
        text=say("calibrate.note", dof=round(DOF), seed=done.ask.seed, rounds=len(done.posterior.rounds)), style="note"
    )
    if done.scenario is not None:
        yield Paragraph(text=say("calibrate.note.scenario", id=done.scenario.id), style="note")


def _metric(one: Fitted) -> str:
    return one.observed.series.rpartition(".")[2]


def _series(ledger: Ledger, one: Fitted) -> Text:
    firm = one.observed.series.rpartition(".")[0]
    return say("calibrate.series", firm=names.firm(ledger, firm), metric=MEASURES[_metric(one)].name)


def _value(done: Calibrated, one: Fitted, value: float) -> Text:
    return numbers.value_of(value, MEASURES[_metric(one)].unit)
