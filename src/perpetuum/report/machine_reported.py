"""What was reported of a simulated series up to now: the line before, and beside, the fan of what may come."""

from __future__ import annotations

from typing import Any

import perpetuum
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine.prepare import cast_of, first_quarter
from perpetuum.report import numbers
from perpetuum.report.reported import Series, series_of

_MOST = 12  # quarters back


def origin(ledger: Ledger, network: Network) -> dict[str, Any]:
    """What it was read from."""
    made = network.origin
    return {"case": ledger.case.id, "case_hash": ledger.hash, "at": made.at if made else None,
            "asof": made.asof if made else None, "stage": network.stage, "policy": network.policy,
            "version": perpetuum.__version__}  # fmt: skip


def reported(network: Network, outcome: str) -> dict[str, Any]:
    """The reported numbers of one series, each with the claims it rests on; none where nobody reports it.

    Parameters
    ----------
    network
        Where the scenario opens; what is known on its date is told.
    outcome
        A series of a firm, such as ``lab.revenue``. Sums of a part are told by nobody.
    """
    first = first_quarter(network)
    panel = network.reported
    found = None if panel is None else series_of(panel, cast_of(network), first + -1).get(outcome)
    return {"outcome": outcome, "first": first, "rows": [] if found is None else _rows(found, first)}


def _rows(found: Series, first: Quarter) -> list[dict[str, Any]]:
    return [
        {"quarter": quarter, "value": found.numbers[quarter], "text": _text(found, quarter),
         "evidence": found.figures[quarter]}
        for quarter in sorted(found.numbers) if quarter.index >= first.index - _MOST
    ]  # fmt: skip


def _text(found: Series, quarter: Quarter) -> Text:
    return numbers.value_of(found.numbers[quarter], found.figures[quarter][0].chosen.says.unit)
