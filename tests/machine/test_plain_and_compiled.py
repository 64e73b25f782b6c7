"""The plain source and what is compiled of it are the same machine: all numbers of a future, to 1e-12."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import perpetuum
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import future, prepare
from perpetuum.machine.events import EVENTS
from perpetuum.machine.history import History
from perpetuum.machine.world import WRITTEN_OFF
from tests.machine.small_world import POOR, SMALL, plain, small_network, wild
from tests.machine.worlds import FIRST

CASES = Path(perpetuum.__file__).parent / "cases"
SHIPPED = sorted((path.parts[-3], path.stem) for path in CASES.glob("*/scenarios/*.yaml"))
DRAWS = np.array([-1, 0, 4_711], dtype=np.int64)


@cache
def ledger(case: str) -> Ledger:
    return perpetuum.load(case)


def both_ways(network: Network, scenario: Scenario, first: Quarter, draws: np.ndarray) -> None:
    """Live through the same draws plainly and compiled, keep every number, and compare."""
    worlds = [machine.prepare(network, scenario, first, 40, 1, ()) for machine in (plain().prepare, prepare)]
    everything = np.arange(worlds[0].places.size, dtype=np.int64)
    told = [world.live(draws, everything) for world in worlds]

    assert type(worlds[0]).live is not type(worlds[1]).live
    for name in ("status", "findings"):
        assert np.array_equal(getattr(told[0], name), getattr(told[1], name))
    assert told[1].status.tolist() == [0] * draws.size
    alike = [History(places=worlds[1].places, rows=one.series[d]) for d in range(draws.size) for one in told]
    for d, draw in enumerate(draws):
        agree(*alike[2 * d : 2 * d + 2], draw=int(draw))
    counts, firsts = ([getattr(one, name).sum(axis=0) for one in told] for name in ("counts", "firsts"))
    differ = np.argwhere(counts[0] != counts[1]).tolist()
    assert [at for at in differ if not is_about_crumbs(alike, *at)] == []
    # Where one has seen a crumb before, the first time is another.
    crumbs = {(event, subject) for event, subject, _ in differ}
    earlier = np.argwhere(firsts[0] != firsts[1]).tolist()
    assert [at for at in earlier if tuple(at[:2]) not in crumbs] == []


def agree(here: History, there: History, draw: int) -> None:
    """To 1e-12 of the largest number of a kind: a difference of two amounts is as exact as the amounts are."""
    assert np.isfinite(there.rows).all()
    kinds = {"economy": 0, "stocks": (0, 1), "positions": (0, 1), "accounts": None, "flow": None, "arrears": None,
             "own": None}  # fmt: skip
    for kind, over in kinds.items():
        one, other = getattr(here, kind), getattr(there, kind)
        scale = np.maximum(np.abs(other).max(axis=over, keepdims=True), 1e-300)
        assert np.max(np.abs(one - other) / scale) <= 1e-12, (kind, draw)
    for kind in ("unpaid", "lost", "vesting"):
        one, other = here.by_leg(kind), there.by_leg(kind)
        assert np.max(np.abs(one - other)) <= 1e-12 * np.abs(there.flow).max(), (kind, draw)


def is_about_crumbs(alike: list[History], event: int, subject: int, quarter: int) -> bool:
    """Is what happened about less than a dollar, which one form of the machine may see and the other not?"""
    id = EVENTS[event].id
    if id == "unpaid":
        amounts = [one.by_leg("unpaid")[quarter, subject] for one in alike]
    elif id == "write_off":
        amounts = [one.own[quarter, subject, WRITTEN_OFF] for one in alike]
    else:
        return False
    return any(0.0 < amount < 1.0 for amount in amounts)


@pytest.mark.parametrize(("case", "scenario"), SHIPPED)
def test_every_shipped_scenario_is_the_same_plain_and_compiled(case, scenario):
    network = ledger(case).opening(scenario)

    both_ways(network, ledger(case).scenario(scenario), prepare.first_quarter(network), DRAWS)


@pytest.mark.parametrize("id", ["small", "poor", "wild"])
def test_worlds_in_which_everybody_may_fall_are_the_same_plain_and_compiled(id):
    scenario = {"small": SMALL, "poor": POOR}.get(id) or wild()

    both_ways(small_network(), scenario, FIRST, np.arange(-1, 7, dtype=np.int64))


def test_the_plain_machine_is_plain_and_the_other_one_compiled():
    assert not hasattr(plain().future.live, "py_func")
    assert hasattr(future.live, "py_func")
    assert plain().future is not future
