"""A simulation while somebody drags a slider: the few series on the screen, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from perpetuum.core.network import Network
from perpetuum.ledger import Ledger
from perpetuum.machine import Keep, Run
from perpetuum.machine.progress import Progress
from perpetuum.report import machine_answer
from perpetuum.report.machine_question import Question, answer
from perpetuum.report.machine_replay import kept

MOST_DRAWS = 1_000_000  # a future has the same number whatever else is drawn


def preview(
    ledger: Ledger,
    network: Network,
    question: Question,
    outcomes: tuple[str, ...],
    progress: Progress | None = None,
    *,
    also: Sequence[str] = (),
    futures: Sequence[int] = (),
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Origin and result of some series only, as ``simulate`` gives them beside everything else.

    Parameters
    ----------
    network
        Where the scenario opens, as ``Ledger.opening`` gives it.
    outcomes
        A metric (``cash``), a metric of one firm (``lab.cash``) or the sum of a part (``gears.capex``).
    also
        Further scenarios, set against the first with the same luck.
    futures
        Numbers of single futures of the first scenario that are told too, quarter by quarter.
    """
    asked = replace(question, vendor_money=False)
    run = answer(ledger, network, asked, progress, Keep(series=outcomes), also)
    result = machine_answer.series(run)
    if futures:
        result["futures"] = [_future(run, number) for number in dict.fromkeys(futures)]
    return machine_answer.origin(ledger, run), result


def _future(run: Run, number: int) -> dict[str, Any]:
    one = kept(run, number, MOST_DRAWS)
    return {
        "draw": number,
        "status": one.history(number).status,
        "series": {id: one.path(id, number) for id in one.series},
    }
