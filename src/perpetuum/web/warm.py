"""Before the first question: every compiled kernel is asked once, so that no visitor waits for a compiler."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from perpetuum.ledger import Ledger

ALONE = "import perpetuum; from perpetuum.web.warm import kernels; kernels({'ai': perpetuum.load('ai')})"


def is_compiled() -> bool:
    """Does the cache hold kernels of the machine as it is written now?"""
    import perpetuum.machine
    from perpetuum.maths.compiled import cache_folder

    folder = cache_folder(Path(perpetuum.machine.__file__).parent)
    return folder is not None and any(folder.rglob("*.nbi"))


def kernels(ledgers: Mapping[str, Ledger]) -> None:
    """Ask the machine and the dominoes something small of every case that has them."""
    from perpetuum.core.errors import PerpetuumError
    from perpetuum.report.machine_question import Question
    from perpetuum.report.machine_verb import simulate
    from perpetuum.report.snapshots import cascades

    for ledger in ledgers.values():
        try:
            if ledger.case.machine is not None and "neutral" in ledger.written:
                simulate(ledger, Question(draws=16, quarters=8))
            cascades(ledger, ledger.network(stage="signed"))
        except PerpetuumError:
            # A case that cannot be simulated says so when it is asked.
            continue
