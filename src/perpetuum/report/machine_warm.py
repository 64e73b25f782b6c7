"""Before the first question: every compiled kernel is asked once, so that nobody who asks waits for a compiler."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import perpetuum.machine
from perpetuum.core.errors import PerpetuumError
from perpetuum.ledger import Ledger
from perpetuum.maths.compiled import cache_folder
from perpetuum.report.machine_question import Question
from perpetuum.report.machine_verb import simulate
from perpetuum.report.snapshots import BINDING, cascades


def is_compiled() -> bool:
    """Does the cache hold kernels of the machine as it is written now?"""
    folder = cache_folder(Path(perpetuum.machine.__file__).parent)
    return folder is not None and any(folder.rglob("*.nbi"))


def kernels(ledgers: Mapping[str, Ledger]) -> None:
    """Ask the machine and the dominoes something small of every case that has them."""
    for ledger in ledgers.values():
        try:
            if ledger.case.machine is not None and "neutral" in ledger.written:
                simulate(ledger, Question(draws=16, quarters=8))
            cascades(ledger, ledger.network(stage=BINDING))
        except PerpetuumError:
            # A case that cannot be simulated says so when it is asked.
            continue
