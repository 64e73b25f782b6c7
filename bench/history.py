"""How long it takes to learn from reported numbers, to look back from every date, and to live through 2000 again.

Beside each stands the kernel in it: what the futures themselves cost.
"""

from __future__ import annotations

from collections.abc import Callable

from timing import Timed, with_inner

import perpetuum
from perpetuum.machine import future


def learning(draws: int) -> Timed:
    """The posterior of the case on its newest date, all rounds, so many futures in each."""
    from perpetuum.report.learning import Ask, calibrate

    ledger = perpetuum.load("ai")
    ask = Ask(asof="latest", draws=draws)
    calibrate(ledger, ask)
    return with_inner(future, "live_many", lambda: calibrate(ledger, ask))


def looking_back(draws: int) -> Timed:
    """Forecasts from eleven dates, the machine and its naive rivals, scored."""
    from perpetuum.report.hindcast import hindcast

    ledger = perpetuum.load("ai")
    hindcast(ledger, draws=draws)
    return with_inner(future, "live_many", lambda: hindcast(ledger, draws=draws))


def replaying(_: int) -> Timed:
    """The replay of 2000 with the scenarios beside it, judged; as many futures as the case asks for."""
    from perpetuum.report.replay import replay

    ledger = perpetuum.load("telecom-2000")
    replay(ledger)
    return with_inner(future, "live_many", lambda: replay(ledger))


TASKS: dict[str, Callable[..., Timed]] = {
    "history_learning": learning, "history_looking_back": looking_back, "history_replaying": replaying,
}  # fmt: skip
