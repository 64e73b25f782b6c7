"""How long the machine takes for the case: many futures, one in plain Python, and a case that grows.

The case grows by copies: every firm and every deal of a scenario once more under another name, all in one cast.
So firms grow with the copies, and legs faster, because every buyer may trade with every seller.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from timing import Timed, clock, with_inner

import perpetuum
from perpetuum.core.cast import Cast
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, Value
from perpetuum.machine import future
from perpetuum.machine.keep import Keep

# As many series as the bars were set for: of the world, of all gears, of the first engine and the first gear.
WORLD = ("mood", "gears.capex", "gears.revenue", "gears.capex_to_revenue", "engines.cash_burn")
OF_ENGINE = ("cash", "revenue", "cash_burn", "valuation", "compute_used")
OF_GEAR = ("cash", "total_debt")
# What grows with the case: people, money to spend, capacity so far. Engines share their users, all of them make one.
GROWS = ("potential_users", "annual_pool", "investor_buffer", "cumulative_gw", "opening_cash")
SHARED = "pull"
# Futures of the case that grows, and their quarters.
GROWN_DRAWS, GROWN_QUARTERS = 2_000, 40


def read(scenario: str) -> tuple[Network, Scenario]:
    """The case on its newest date, as signed, and one of its scenarios."""
    ledger = perpetuum.load("ai")
    return ledger.network(at="newest", stage="signed"), ledger.scenario(scenario)


def futures(draws: int, quarters: int, whole: int = 0) -> Timed:
    """Of the case with its ranges, quantiles included; ``against`` is the kernel in it. All series if ``whole``."""
    network, scenario = read("neutral")
    keep = Keep(trace="none") if whole else Keep(series=twelve(network.cast), trace="none")
    few = replace(keep, exact_up_to=0) if draws > keep.exact_up_to else keep
    perpetuum.simulate(network, scenario, draws=200, quarters=quarters, keep=few)
    return beside_kernel(lambda: perpetuum.simulate(network, scenario, draws=draws, quarters=quarters, keep=keep))


def twelve(cast: Cast | None) -> tuple[str, ...]:
    assert cast is not None
    engine, gear = cast.engines[0], cast.gears[0]
    return (*WORLD, *(f"{engine}.{one}" for one in OF_ENGINE), *(f"{gear}.{one}" for one in OF_GEAR))


def beside_kernel(work: Callable[[], object]) -> Timed:
    return with_inner(future, "live_many", work)


def from_nothing(draws: int, quarters: int) -> Timed:
    """The first futures of this process; where nothing compiled is kept, the compiler is in it."""
    network, scenario = read("neutral")
    start = time.perf_counter()
    perpetuum.simulate(network, scenario, draws=draws, quarters=quarters)
    return {"seconds": time.perf_counter() - start}


def one_future(quarters: int) -> Timed:
    """The central future alone, with all its numbers; plain where Numba was told not to compile."""
    network, scenario = read("neutral")
    run = perpetuum.simulate(network, scenario, draws=1, quarters=quarters)
    return {"seconds": clock(lambda: run.replay("central"))}


def grown(copies: int, draws: int = GROWN_DRAWS, quarters: int = GROWN_QUARTERS) -> Timed:
    """Futures of a case in which every firm stands so many times, with the number of firms and legs."""
    network, scenario = read("reference")
    network, scenario = copied(network, scenario, copies)
    keep = Keep(series=WORLD, trace="none")
    run = perpetuum.simulate(network, scenario, draws=1, quarters=quarters, keep=keep)
    world = run.world()
    sizes = {"firms": len(world.cast.firms), "legs": len(world.legs)}
    return (
        beside_kernel(lambda: perpetuum.simulate(network, scenario, draws=draws, quarters=quarters, keep=keep)) | sizes
    )


def copied(network: Network, scenario: Scenario, copies: int) -> tuple[Network, Scenario]:
    """The same firms and deals under so many names; sectors and world stay one, and as large as all need."""
    cast = network.cast
    assert cast is not None

    def named(id: str, copy: int) -> str:
        return id if copy == 0 or id in cast.sectors else f"{id}_{copy}"

    def firms(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(named(id, copy) for copy in range(copies) for id in ids)

    def is_of_all(change: Change) -> bool:
        return change.target.rpartition(".")[0] in ("", *cast.sectors)

    def moved(change: Change, copy: int) -> Change:
        owner, dot, knob = change.target.rpartition(".")
        times = copies if is_of_all(change) and knob in GROWS else 1 / copies if knob == SHARED else 1
        if is_of_all(change):
            return replace(change, to=grown_by(change.to, times))
        ends, colon, kind = owner.partition(":")
        address = f"{'>'.join(named(end, copy) for end in ends.split('>'))}{colon}{kind}{dot}{knob}"
        return replace(change, target=address, to=grown_by(change.to, times))

    more: dict[str, Any] = {
        "legs": tuple(
            replace(leg, id=named(leg.id, copy), payer=named(leg.payer, copy), payee=named(leg.payee, copy))
            for copy in range(copies) for leg in scenario.legs
        ),
        "changes": tuple(
            moved(change, copy)
            for copy in range(copies) for change in scenario.changes if copy == 0 or not is_of_all(change)
        ),
    }  # fmt: skip
    larger = replace(cast, fuel=firms(cast.fuel), gears=firms(cast.gears), engines=firms(cast.engines))
    return replace(network, cast=larger), replace(scenario, **more)


def grown_by(value: Value | None, times: float) -> Value | None:
    if value is None or times == 1:
        return value
    return replace(value, value=value.value * times) if isinstance(value, Quantity) else value * times


TASKS: dict[str, Callable[..., Timed]] = {
    "machine_futures": futures,
    "machine_from_nothing": from_nothing,
    "machine_one_future": one_future,
    "machine_grown": grown,
}
