"""The scores of a hindcast as the file that stays in the case, each with the day from which it could be known."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import perpetuum
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.ledger.past_scores import COLUMNS, FILE, SHORT, Made
from perpetuum.machine.prepare import cast_of, first_quarter, prepare
from perpetuum.report.files import as_csv
from perpetuum.report.hindcast import HINDSIGHT, Hindcast
from perpetuum.report.reported import series_of

_YES = {True: "yes", False: "no", None: ""}


def kept(ledger: Ledger, done: Hindcast, *, draws: int, seed: int, policy: str | None = None) -> dict[str, bytes]:
    """The file that stays in the folder of a case: every score, and what it was made with.

    The day on which a score can be known is that of what came; of one in hindsight not before its opening was written.
    """
    numbers = scenario_hash(ledger, done.scenario)
    made = Made(
        case_hash=ledger.hash[:SHORT], scenario=done.scenario, scenario_hash=numbers[:SHORT], seed=seed, draws=draws,
        version=perpetuum.__version__,
    )  # fmt: skip
    return {FILE: as_csv(COLUMNS, _rows(ledger, done, made, policy))}


def scenario_hash(ledger: Ledger, scenario: str) -> str:
    """The hash of a scenario's numbers, as every run of it on the newest date names it."""
    network = ledger.opening(scenario)
    return prepare(network, ledger.scenario(scenario), first_quarter(network), 1, 0, ()).resolved.hash


def _rows(ledger: Ledger, done: Hindcast, made: Made, policy: str | None) -> Iterator[list[Any]]:
    known = _known_from(ledger, done, policy)
    written = {one.date: one.written for one in done.dates if one.written is not None}
    for one in done.scores:
        first = known[one.date, one.series, one.quarter]
        if one.model == HINDSIGHT:
            first = max(first, written.get(one.date, first))
        yield [
            str(one.date), one.asof.isoformat(), one.series, str(one.quarter), one.ahead, one.model,
            *map(_digits, (one.middle, one.low, one.high, one.came, one.crps)), _YES[one.is_covered],
            *map(_digits, (one.bias, one.below)), first.isoformat(), made.case_hash, made.scenario, made.scenario_hash,
            made.seed, made.draws, made.version,
        ]  # fmt: skip


def _known_from(
    ledger: Ledger, done: Hindcast, policy: str | None
) -> dict[tuple[Quarter, str, Quarter], datetime.date]:
    """Since when each number that came could be known; which parts are counted depends on the date."""
    panel, cast = ledger.panel(done.newest, policy), cast_of(ledger.network(policy=policy))
    found = {}
    for opened in done.dates:
        for id, series in series_of(panel, cast, opened.date).items():
            for quarter in series.numbers:
                found[opened.date, id, quarter] = series.known_from(quarter)
    return found


def _digits(value: float | None) -> float | None:
    """Six digits are more than any score has."""
    return None if value is None else float(f"{value:.6g}")
