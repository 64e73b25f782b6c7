"""Which assumptions move an answer most: each at a low and a high value, all others where they are."""

from __future__ import annotations

from dataclasses import dataclass

from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import Run
from perpetuum.machine.outcomes import Outcome
from perpetuum.machine.sensitivity import Turned, tornado
from perpetuum.report import names, numbers
from perpetuum.report.machine_chances import asked_years
from perpetuum.report.words import say

MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """The assumptions that move one outcome of the central future most, the strongest first."""

    engine: str
    until: Quarter
    unit: str
    central: float
    low: float
    high: float
    rows: tuple[Turned, ...]

    def outcome(self, ledger: Ledger) -> Text:
        """What comes out, in words."""
        return say("machine.outcome", firm=names.firm(ledger, self.engine), until=numbers.quarter(self.until))

    def value(self, value: float) -> Text:
        """A value of the outcome as people write it."""
        return numbers.value_of(value, self.unit)


def drivers(network: Network, run: Run, engine: str | None) -> Drivers | None:
    """The three assumptions that most move the money an engine burns; nothing without an engine or spreads.

    Each spread is turned to its 10th and its 90th percentile in the central future.
    """
    world = run.worlds[0]
    if engine is None or not world.resolved.spreads.slot.size:
        return None
    until = asked_years(run)[-1]
    out = tornado(
        network, world.scenario, Outcome(how="sum", of=f"{engine}.cash_burn", until=until), top=MOST,
        quarters=run.origin.quarters, first=run.first,
    )  # fmt: skip
    low, high = out.shares
    return Drivers(engine=engine, until=until, unit=out.unit, central=out.central, low=low, high=high, rows=out.rows)
