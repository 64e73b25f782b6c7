"""A simulation while somebody drags a slider: the few series on the screen, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from perpetuum.core.network import Network
from perpetuum.ledger import Ledger
from perpetuum.machine import Keep
from perpetuum.machine.progress import Progress
from perpetuum.report import machine_answer
from perpetuum.report.machine_question import Question, answer


def preview(
    ledger: Ledger, network: Network, question: Question, outcomes: tuple[str, ...], progress: Progress | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Origin and result of some series only, as ``simulate`` gives them beside everything else.

    Parameters
    ----------
    network
        Where the scenario opens, as ``Ledger.opening`` gives it.
    outcomes
        A metric (``cash``), a metric of one firm (``lab.cash``) or the sum of a part (``gears.capex``).
    """
    asked = replace(question, vendor_money=False)
    run = answer(ledger, network, asked, progress, Keep(series=outcomes))
    return machine_answer.origin(ledger, run), machine_answer.series(run)
