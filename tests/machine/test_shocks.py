"""Shocks in a future: what turns, what jumps, for how long, and what is left."""

from __future__ import annotations

import inspect
from functools import cache

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.core.scenario import Scenario, Shock
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses
from perpetuum.machine.columns import ECONOMY, MOOD, PAY_PER_USER, STOCKS, USERS
from perpetuum.machine.resolve import resolve
from perpetuum.machine.shocks import NO_SHOCKS, give_orders, hit_stocks, turn_knobs

PLACES = Addresses(entities=("lab", "cloud"), legs=("lab>cloud:cloud",))
FIRST = Quarter(2026, 1)
NAME = both("A world", "一個世界")


def shock(target: str, do: str, value: float | None = None, at: int = 3, **more: int) -> Shock:
    return Shock(at=FIRST + at, target=target, do=do, value=value, **more)  # type: ignore[arg-type]


def course(address: str, *shocks: Shock, quarters: int = 10) -> list[float]:
    """A parameter, quarter by quarter."""
    out = resolve(Scenario(id="world", name=NAME, shocks=shocks), PLACES, FIRST, quarters)
    drawn, place = out.values, PLACES.knob(address).index
    now, found = drawn.copy(), []
    for quarter in range(quarters):
        turn_knobs(quarter, drawn, now, out.shocks.turns, out.shocks.turn_values)
        found.append(float(now[place]))
        others = np.delete(np.arange(drawn.size), out.shocks.turns[:, 0])
        np.testing.assert_array_equal(now[others], drawn[others])
    return found


def moved(
    *shocks: Shock, mood: float = 0.0, users: float = 100.0, quarters: int = 10
) -> tuple[list[float], list[float]]:
    """The mood and the users of the lab, quarter by quarter, if nothing but shocks moves them."""
    out = resolve(Scenario(id="world", name=NAME, shocks=shocks), PLACES, FIRST, quarters)
    economy, stocks = np.zeros(len(ECONOMY)), np.zeros((2, len(STOCKS)))
    economy[MOOD], stocks[0, USERS] = mood, users
    moods, people = [], []
    for quarter in range(quarters):
        hit_stocks(quarter, economy, stocks, out.shocks.hits, out.shocks.hit_values)
        moods.append(float(economy[MOOD]))
        people.append(float(stocks[0, USERS]))
    assert stocks[1].sum() == stocks[0, PAY_PER_USER] == 0.0
    return moods, people


# Parameters


def test_a_set_parameter_is_back_when_the_shock_is_over():
    assert course("lead", shock("lead", "set", 8.0, lasts=2)) == [4, 4, 4, 8, 8, 4, 4, 4, 4, 4]


def test_a_shock_without_end_stays():
    assert course("lead", shock("lead", "add", 2.0)) == [4, 4, 4, 6, 6, 6, 6, 6, 6, 6]


@pytest.mark.parametrize(
    ("do", "value", "steps"),
    [
        ("set", 8.0, [4, 5, 6, 7, 8, 8]),
        ("multiply", 0.5, [4, 3.5, 3, 2.5, 2, 2]),
        ("add", 4.0, [4, 5, 6, 7, 8, 8]),
    ],
)
def test_a_ramp_builds_up_in_equal_steps(do, value, steps):
    assert course("lead", shock("lead", do, value, at=1, ramp=4), quarters=6) == pytest.approx(steps, rel=1e-15)


def test_a_shock_ends_even_on_its_ramp():
    assert course("lead", shock("lead", "add", 4.0, at=1, ramp=4, lasts=2), quarters=5) == [4, 5, 6, 4, 4]


def test_shocks_on_one_parameter_act_one_after_the_other():
    twice = (shock("lead", "multiply", 2.0, at=0), shock("lead", "add", 1.0, at=0))
    assert course("lead", *twice, quarters=1) == [9.0]
    assert course("lead", *reversed(twice), quarters=1) == [10.0]


def test_no_parameter_is_turned_beyond_its_limits():
    assert course("lead", shock("lead", "multiply", 9.0, at=0), quarters=1) == [12.0]
    assert course("lead", shock("lead", "add", -9.0, at=0), quarters=1) == [1.0]


def test_each_firm_has_its_own():
    assert course("cloud.payout", shock("lab.payout", "set", 0.5, at=0), quarters=1) == [0.0]


# Remembered numbers


def test_a_blow_to_the_mood_falls_once():
    moods, _ = moved(shock("mood", "add", -2.5))
    assert moods == [0, 0, 0, *7 * [-2.5]]


def test_a_blow_over_several_quarters_falls_in_equal_parts():
    moods, _ = moved(shock("mood", "add", -2.0, at=1, ramp=4), quarters=6)
    assert moods == pytest.approx([0, -0.5, -1, -1.5, -2, -2], abs=1e-15)


def test_a_factor_over_several_quarters_is_the_whole_factor_in_the_end():
    _, users = moved(shock("lab.users", "multiply", 0.6, at=1, ramp=4), quarters=6)
    assert users[-1] == users[-2] == pytest.approx(60.0, rel=1e-14)
    steps = np.diff(np.log(users))
    assert steps[:4] == pytest.approx(np.full(4, np.log(0.6) / 4), rel=1e-12)


def test_a_number_can_be_set():
    assert moved(shock("mood", "set", -1.0), mood=3.0, quarters=4)[0] == [3, 3, 3, -1]


def test_people_never_become_fewer_than_none():
    from_nothing = Shock(at=FIRST, target="lab.users", do="multiply", value=0.0)
    assert moved(from_nothing, quarters=2)[1] == [0.0, 0.0]
    economy, stocks = np.zeros(len(ECONOMY)), np.full((2, len(STOCKS)), 1.0)
    hit_stocks(0, economy, stocks, np.array([[0, USERS, 2, 0, 1]]), np.array([[-5.0, 0.0]]))
    assert stocks[0, USERS] == 0.0


# Orders


def test_firms_and_contracts_are_told_in_their_quarter():
    falls, ends = shock("cloud", "default", at=2), shock("lab>cloud:cloud", "cancel", at=4)
    out = resolve(Scenario(id="world", name=NAME, shocks=(falls, ends)), PLACES, FIRST, 10)
    told, course = np.zeros(3, dtype=np.int64), []
    for quarter in range(6):
        give_orders(quarter, told, out.shocks.orders)
        course.append(told.tolist())
    assert course == [[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 1], [0, 1, 1]]


# Nothing


def test_nothing_happens_without_shocks():
    values, economy, stocks = np.arange(5.0), np.arange(3.0), np.ones((2, 2))
    told, now = np.zeros(3, dtype=np.int64), np.full(5, 7.0)
    turn_knobs(0, values, now, NO_SHOCKS.turns, NO_SHOCKS.turn_values)
    hit_stocks(0, economy, stocks, NO_SHOCKS.hits, NO_SHOCKS.hit_values)
    give_orders(0, told, NO_SHOCKS.orders)
    assert now.tolist() == 5 * [7.0] and economy.tolist() == [0, 1, 2] and stocks.sum() == 4 and not told.any()


# Compiled and plain


@cache
def by_machine(function):
    """The same function compiled by itself, as it is inside a phase."""
    return numba.njit(error_model="numpy")(inspect.unwrap(function))


@settings(deadline=None)  # the first call compiles
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 2), st.integers(0, 8), st.integers(1, 9), st.integers(1, 5),
            st.floats(0.0, 3.0),
        ),
        max_size=6,
    ),
    st.integers(0, 12),
)  # fmt: skip
def test_the_compiled_source_says_what_the_plain_one_says(rows, quarter):
    turns = np.array([[slot, verb, at, at + lasts, ramp] for slot, verb, at, lasts, ramp, _ in rows], np.int64)
    turns = turns.reshape(-1, 5)
    values = np.array([[row[-1], 0.0, 10.0] for row in rows]).reshape(-1, 3)
    hits = turns.copy()
    hits[:, 0], hits[:, 1] = turns[:, 0] - 1, turns[:, 0]
    hits[:, 2:] = turns[:, [1, 2, 4]]
    drawn = np.linspace(1.0, 5.0, 5)
    once, again = drawn.copy(), drawn.copy()
    turn_knobs(quarter, drawn, once, turns, values)
    by_machine(turn_knobs)(quarter, drawn, again, turns, values)
    np.testing.assert_allclose(once, again, rtol=1e-15)
    sides = [(np.ones(5), np.ones((4, 5))), (np.ones(5), np.ones((4, 5)))]
    for side, function in zip(sides, (hit_stocks, by_machine(hit_stocks)), strict=True):
        function(quarter, *side, hits, values[:, :2].copy())
    np.testing.assert_allclose(sides[0][0], sides[1][0], rtol=1e-14)
    np.testing.assert_allclose(sides[0][1], sides[1][1], rtol=1e-14)
