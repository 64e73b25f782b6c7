"""A calibration on disk: the scenario it makes, its tables, and what it was made from. Same question, same bytes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import perpetuum
from perpetuum.core.scenario import Scenario, Value
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.yaml_write import write
from perpetuum.report.files import as_csv, write_all
from perpetuum.report.learning import Calibrated
from perpetuum.report.reported import Series
from perpetuum.report.wire import plain

SCHEMA = "perpetuum/calibration/1"
YAML = (".yaml", ".yml")


def save(out: Path, ledger: Ledger, case: str, done: Calibrated) -> tuple[str, ...]:
    """The scenario alone if ``out`` names a YAML file, else everything into a folder; the names written.

    Raises
    ------
    OSError
        If it cannot be written; then nothing has changed.
    """
    if out.suffix in YAML:
        if done.scenario is None:
            return ()
        write_all(out.parent, {out.name: scenario_file(done.scenario)})
        return (out.name,)
    files = tables(done)
    if done.scenario is not None:
        files = {f"{done.scenario.id}.yaml": scenario_file(done.scenario), **files}
    files["manifest.json"] = as_json(manifest(ledger, case, done, files))
    write_all(out, files)
    return tuple(files)


def scenario_file(scenario: Scenario) -> bytes:
    """A scenario as a case keeps it.

    Examples
    --------
    >>> from perpetuum.core.text import both
    >>> print(scenario_file(Scenario(id="a", name=both("A", "甲"), base="b")).decode(), end="")
    id: a
    name: {en: A, zh: 甲}
    base: b
    """
    content: dict[str, Any] = {"id": scenario.id, "name": _both(scenario.name)}
    if scenario.about is not None:
        content["about"] = _both(scenario.about)
    if scenario.base is not None:
        content["base"] = scenario.base
    if scenario.changes:
        content["changes"] = [
            {"set": change.target, "to": _said(change.to), "because": _both(change.because)}
            for change in scenario.changes
        ]
    if scenario.spreads:
        ends = ("sd", "low", "high")
        content["spreads"] = [
            {"of": one.of, "law": one.law}
            | {end: _said(getattr(one, end)) for end in ends if getattr(one, end) is not None}
            for one in scenario.spreads
        ]
    return write(content).encode()


def tables(done: Calibrated) -> dict[str, bytes]:
    """Parameters, fit, and the futures that stand for all."""
    found = done.posterior
    parameters = [
        [one.address, one.unit, *one.before, one.before_mean, one.before_sd, *one.after, one.mean, one.mean_error,
         one.sd, one.identified, one.identified_error, one.is_moved]
        for one in found.learned
    ]  # fmt: skip
    fit = [
        [one.observed.series, str(one.observed.quarter), one.observed.value, one.error,
         done.errors[one.observed.series].basis, *one.before, *one.after, one.apart, one.missed, one.is_within_reach,
         known_from(done.series[one.observed.series], one.observed.quarter)]
        for one in found.fitted
    ]  # fmt: skip
    addresses = [one.address for one in found.free]
    futures = [[int(found.number[at]), *found.values[at].tolist()] for at in found.chosen]
    three = ("q10", "q50", "q90")
    return {
        "parameters.csv": as_csv(
            ["parameter", "unit", *(f"before_{q}" for q in three), "before_mean", "before_sd",
             *(f"after_{q}" for q in three), "mean", "mean_error", "sd", "identified", "identified_error", "is_moved"],
            parameters,
        ),
        "fit.csv": as_csv(
            ["series", "quarter", "reported", "error_log", "error_basis", *(f"before_{q}" for q in three),
             *(f"after_{q}" for q in three), "apart", "missed", "is_within_reach", "known_from"],
            fit,
        ),
        "futures.csv": as_csv(["draw", *addresses], futures),
    }  # fmt: skip


def known_from(series: Series, quarter: Any) -> str:
    """The day from which a number could be known."""
    return series.known_from(quarter).isoformat()


def manifest(ledger: Ledger, case: str, done: Calibrated, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What a calibration was made from. It holds no time of day, so that the same question gives the same bytes."""
    found, ask = done.posterior, done.ask
    return {
        "schema": SCHEMA,
        "what": {
            "verb": "calibrate", "case": case, "case_hash": ledger.hash, "asof": done.asof.isoformat(),
            "policy": ask.policy or ledger.case.policy, "scenario": ask.scenario,
            "scenario_hash": found.rounds[0].world.resolved.hash, "first": str(found.first), "seed": ask.seed,
            "draws": ask.draws, "rounds": ask.rounds,
            "free": [one.address for one in found.learned], "asked": list(ask.free),
        },
        "with_what": {
            "perpetuum": perpetuum.__version__, "numpy": np.__version__,
            "platform": f"{platform.system()} {platform.machine()}",
        },
        "how_it_went": {
            "status": found.status, "effective": found.effective, "lived_through": found.draws,
            "broke_off": found.failed, "log_evidence": found.log_evidence, "rounds": len(found.rounds),
        },
        "what_came_out": [
            {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        ],
    }  # fmt: skip


def as_json(content: Mapping[str, Any]) -> bytes:
    """Plain data as a file."""
    return (json.dumps(plain(dict(content)), ensure_ascii=False, indent=1) + "\n").encode()


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def _said(value: Value | None) -> str:
    return str(value)
