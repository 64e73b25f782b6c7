"""A simulation as plain data: what is said in sentences, the series behind it, and what it rests on."""

from __future__ import annotations

from typing import Any

import numpy as np

from perpetuum.ledger import Ledger
from perpetuum.machine import Matrix, Run
from perpetuum.machine.resolve import Stated
from perpetuum.machine.run import Draw
from perpetuum.report.machine_drivers import Drivers
from perpetuum.report.machine_facts import Facts
from perpetuum.report.machine_marks import Mark
from perpetuum.report.views import machine_words as words


def origin(ledger: Ledger, run: Run) -> dict[str, Any]:
    """What it was made from."""
    made, given = run.origin, run.given.origin
    return {
        "case": ledger.case.id, "case_hash": ledger.hash, "at": given.at if given else None,
        "asof": given.asof if given else None, "stage": run.given.stage, "policy": run.given.policy,
        "version": made.version, "scenarios": made.scenarios, "seed": made.seed, "draws": made.draws,
        "asked": run.asked, "first": made.first, "quarters": made.quarters, "platform": made.platform,
        "compiled": made.compiled,
    }  # fmt: skip


def result(run: Run, found: Facts, drivers: Drivers | None, along: tuple[Mark, ...] = ()) -> dict[str, Any]:
    """The answer of the verb ``simulate``."""
    return {
        "facts": found,
        "told": {"chances": [words.with_error(one.share, run.done) for one in found.chances]},
        "drivers": drivers,
        **series(run),
        "marks": along,
        "events": {scenario: run.events_of(scenario) if run.done else () for scenario in run.scenarios},
        "assumed": [_stated(stated) for stated in run.assumed],
        "sourced": [_stated(stated) for stated in run.worlds[0].resolved.stated if stated.basis != "assumed"],
        "warnings": run.warnings,
        "folded": run.folded,
        "not_simulated": run.left_out,
        "unknown": run.unknown,
        "plugs": run.origin.plugs,
    }


def series(run: Run) -> dict[str, Any]:
    """Every series kept, quarter by quarter, and how many futures it rests on."""
    return {
        "quarters": run.quarters,
        "levels": run.keep.quantiles,
        "series": {label: {id: _band(run, id, label) for id in run.series} for label in run.labels},
        "status": {scenario: run.status_of(scenario) for scenario in run.scenarios},
        "partial": not run.is_whole,
    }


def _band(run: Run, id: str, label: str) -> dict[str, Any]:
    band = run.band(id, label)
    return {
        "unit": band.unit, "name": band.name, "central": band.central, "mean": band.mean,
        "quantiles": band.quantile, "sampling_error": band.sampling_error,
        "tails_clipped": bool(band.tails_clipped.any()),
    }  # fmt: skip


def _stated(stated: Stated) -> dict[str, Any]:
    return {
        "address": stated.address, "value": stated.value, "unit": stated.unit, "says": stated.says,
        "low": stated.low, "high": stated.high, "basis": stated.basis, "because": stated.because,
        "source": stated.source.url if stated.source else None,
    }  # fmt: skip


def one_future(run: Run, draw: Draw) -> dict[str, Any]:
    """One future: every series kept, and what happens when."""
    return {
        "draw": draw,
        "status": run.history(draw).status,
        "quarters": run.quarters,
        "series": {id: run.path(id, draw) for id in run.series},
        "events": [{"event": event, "of": of, "quarter": quarter} for event, of, quarter in run.happened_in(draw)],
    }


def matrices(run: Run, at: str, draw: Draw) -> dict[str, Any]:
    """Flow matrix and balance sheets of one quarter, USD."""
    return {"at": at, "flows": _matrix(run.matrix(at, draw)), "sheet": _matrix(run.sheet(at, draw))}


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "rows": matrix.rows, "names": matrix.names, "columns": matrix.columns, "values": matrix.values,
        "row_sums": matrix.row_sums, "column_sums": matrix.column_sums, "expected": np.asarray(matrix.expected),
    }  # fmt: skip
