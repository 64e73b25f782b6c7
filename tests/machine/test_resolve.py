"""A scenario in numbers: what it means, what it refuses, and when two of them are the same."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.errors import ScenarioError
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, Shock, Spread
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses, NoSuchAddress
from perpetuum.machine.columns import ECONOMY, PAY_PER_USER, STOCKS
from perpetuum.machine.knobs import FIRM_KNOBS, KNOBS, LEG_KNOBS, WORLD_KNOBS
from perpetuum.machine.resolve import Resolved, resolve
from perpetuum.machine.shocks import NEVER, OF_ECONOMY
from perpetuum.machine.spreads import draw_knobs
from perpetuum.maths.chance import LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM

PLACES = Addresses(entities=("lab", "cloud", "vendor"), legs=("lab>cloud:cloud", "cloud>vendor:chips"))
FIRST = Quarter(2026, 1)
NAME = both("A world", "一個世界")


def q(text: str) -> Quantity:
    return Quantity.parse(text)


def world(*changes: Change, **more: object) -> Scenario:
    return Scenario(id="world", name=NAME, changes=changes, **more)  # type: ignore[arg-type]


def numbers(*changes: Change, places: Addresses = PLACES, sets: tuple[str, ...] = (), **more: object) -> Resolved:
    return resolve(world(*changes, **more), places, FIRST, 40, sets)


def refusal(*changes: Change, sets: tuple[str, ...] = (), **more: object) -> str:
    with pytest.raises(ScenarioError) as caught:
        numbers(*changes, sets=sets, **more)
    assert len(caught.value.in_language("zh")) > 10
    return str(caught.value)


# Addresses


def test_every_parameter_has_one_address_and_every_address_one_place():
    assert len(set(PLACES.names)) == PLACES.size == len(PLACES.knobs)
    assert [PLACES.knob(name).index for name in PLACES.names] == list(range(PLACES.size))
    assert [PLACES.knob(name).knob for name in PLACES.names] == list(PLACES.knobs)


def test_firms_and_legs_lie_side_by_side_as_tables():
    flat = np.arange(PLACES.size)
    world_end, firm_end = len(WORLD_KNOBS), len(WORLD_KNOBS) + 3 * len(FIRM_KNOBS)
    firm = flat[world_end:firm_end].reshape(3, len(FIRM_KNOBS))
    leg = flat[firm_end:].reshape(2, len(LEG_KNOBS))
    assert firm[1, FIRM_KNOBS.index("payout")] == PLACES.knob("cloud.payout").index
    assert leg[1, LEG_KNOBS.index("chip_share")] == PLACES.knob("cloud>vendor:chips.chip_share").index


def test_no_remembered_number_has_the_name_of_a_parameter():
    assert not {column.id for column in (*ECONOMY, *STOCKS)} & set(KNOBS)


def test_what_a_shock_may_hit_is_found_by_name():
    mood, pay = PLACES.target("mood"), PLACES.target("lab.pay_per_user")
    assert (mood.kind, mood.index, mood.unit) == ("economy", 0, "ratio")
    assert (pay.kind, pay.row, pay.index, pay.unit) == ("stock", 0, PAY_PER_USER, "USD")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mod_persistence", "did you mean `mood_persistence`?\n  Write mood_persistence (ratio, 0.7 to 0.99)."),
        ("lab.chrun", "`chrun` is not a parameter of a firm; did you mean `churn`?\n  Write lab.churn (ratio,"),
        ("lap.churn", "`lap` is not an entity of this simulation; did you mean `lab`?"),
        ("lab>clod:cloud.gw", "`lab>clod:cloud` is not a leg of this simulation; did you mean `lab>cloud:cloud`?"),
        ("churn", "`churn` belongs to a firm: say which.\n  Write for example: lab.churn, cloud.churn, vendor.churn"),
        ("chip_share", "Write for example: lab>cloud:cloud.chip_share, cloud>vendor:chips.chip_share"),
        ("lab.users", "`lab.users` is no parameter: the machine works it out."),
        ("lab", "`lab` is not a parameter;"),
        ("lab.gw", "`gw` is not a parameter of a firm;"),
    ],
)
def test_a_wrong_address_is_told_the_nearest(address, told):
    with pytest.raises(NoSuchAddress) as caught:
        PLACES.knob(address)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mod", "did you mean `mood`?"),
        ("lab.pay_per_usr", "did you mean `pay_per_user`?"),
        ("pay_per_user", "`pay_per_user` belongs to a firm: say which."),
        ("lab.revenue", "is worked out every quarter; a shock to it would not last.\n  Shock what it comes from"),
        ("built_gw", "is worked out every quarter"),
        ("nobody.users", "`nobody` is not an entity or leg of this simulation"),
    ],
)
def test_a_wrong_target_is_told_what_can_be_hit(address, told):
    with pytest.raises(NoSuchAddress) as caught:
        PLACES.target(address)
    assert told in str(caught.value)


# Values


def test_where_nothing_is_said_the_general_value_stands():
    out = numbers()
    assert all(out.value(name) == KNOBS[name].default for name in WORLD_KNOBS if not math.isnan(KNOBS[name].default))
    assert np.isnan(out.low).all() and out.stated == () and out.spreads.slot.size == 0


def test_what_nobody_knows_stays_unknown():
    assert math.isnan(numbers().value("lab.opening_cash"))


@pytest.mark.parametrize(
    ("address", "said", "value"),
    [
        ("lab.churn", q("1 %"), 0.01),
        ("mood_persistence", 0.95, 0.95),
        ("mature_multiple", q("6 x"), 6.0),
        ("lead", 6.0, 6.0),
        ("lead", q("6 quarters"), 6.0),
        ("lead", q("1.5 years"), 6.0),
        ("lead", q("9 months"), 3.0),
        ("potential_users", q("5,000m users"), 5e9),
        ("lab.gw_per_user", q("1.1 W/user"), 1.1e-9),
        ("chip_cost", q("30bn USD/GW"), 3e10),
        ("spot_price", q("12bn USD/GW-year"), 3e9),
        ("lab>cloud:cloud.price", q("3bn USD/GW-quarter"), 12e9),
        ("lab>cloud:cloud.gw", q("4500 MW"), 4.5),
        ("lab.opening_cash", q("40bn USD"), 4e10),
    ],
)
def test_a_value_arrives_in_the_unit_of_its_parameter(address, said, value):
    assert numbers(Change(target=address, to=said)).value(address) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("address", "said", "told"),
    [
        ("lab.churn", q("1bn USD"), "1bn USD is not a number of ratio.\n  Write it for example as: 1 %"),
        ("lead", q("50 %"), "50 % is not a number of quarters."),
        ("lab.opening_cash", 5.0, "5 is not a number of USD.\n  Write it for example as: 2.4bn USD"),
        ("chip_cost", q("30bn USD"), "Write it for example as: 10bn USD/GW"),
        ("chip_cost", q("30bn USD/GW-year"), "30bn USD/GW-year is not a number of USD/GW."),
        ("lab.churn", q("about 1 %"), "about 1 % is not a number of ratio."),
        ("lab.churn", math.nan, "nan is not a number of ratio."),
        ("lab.churn", 1.5, "1.5 is impossible: from 0 to 1.\n  Usual values: ratio, 0.002 to 0.05."),
        ("lab.opening_cash", q("-1bn USD"), "-1e+09 is impossible: at least 0."),
        ("lead", 0.0, "0 is impossible: from 1 to 12."),
        ("lab.chrun", 0.01, "did you mean `churn`?"),
    ],
)
def test_a_value_that_cannot_be_is_refused(address, said, told):
    message = refusal(Change(target=address, to=said))
    assert message.startswith(f"scenario world: {address}\n  ") and told in message


def test_all_problems_are_told_at_once():
    told = refusal(
        Change(target="lab.churn", to=2.0),
        Change(target="lead", to=q("1 GW")),
        spreads=(Spread(of="imitatoin", law="lognormal", sd=0.1),),
        shocks=(Shock(at=Quarter(2025, 4), target="mood", do="add", value=-1.0),),
        sets=("nonsense", "lead=soon"),
    )
    for one in ("lab.churn", "1 GW is not", "did you mean `imitation`", "2025Q4 lies before", "sets nothing", "'soon'"):
        assert one in told


def test_a_value_out_of_the_usual_range_is_only_remarked():
    out = numbers(Change(target="lab.churn", to=q("20 %")))
    assert [warning.en for warning in out.warnings] == [
        "scenario world: lab.churn: 0.2 is outside the usual range (ratio, 0.002 to 0.05)."
    ]


def test_every_stated_value_keeps_its_reason():
    why = both("its accounts", "其財報")
    change = Change(target="lab.churn", to=q("1 %"), low=q("0.5 %"), high=0.02, because=why, basis="sourced")
    (stated,) = numbers(change).stated
    assert (stated.address, stated.value, stated.unit, stated.low, stated.high) == (
        "lab.churn", 0.01, "ratio", 0.005, 0.02
    )  # fmt: skip
    assert (stated.because, stated.basis, stated.says) == (why, "sourced", KNOBS["churn"].says)


def test_the_last_word_is_said_when_it_is_run():
    out = numbers(Change(target="lab.churn", to=q("1 %")), sets=("lab.churn=2%", "lead = 6"))
    assert (out.value("lab.churn"), out.value("lead")) == (0.02, 6.0)
    assert {stated.address: stated.basis for stated in out.stated} == {"lab.churn": "assumed", "lead": "assumed"}


def test_a_wrong_last_word_says_where_it_was_said():
    assert refusal(sets=("lab.churn=200 %",)).startswith("--set: lab.churn\n  2 is impossible")


def test_what_is_said_of_a_leg_that_is_left_out_does_no_harm():
    out = numbers(
        Change(target="old", include=False),
        Change(target="old.gw", to=q("3 GW")),
        spreads=(Spread(of="old.gw", law="normal", sd=q("1 GW")),),
        shocks=(Shock(at=FIRST, target="old", do="cancel"),),
    )
    assert out.excluded == ("old",) and out.spreads.slot.size == 0 and out.shocks.orders.size == 0


def test_a_leg_taken_in_that_has_no_part_is_remarked():
    out = numbers(Change(target="new", include=True))
    assert out.included == ("new",) and "`new` has no part in this simulation" in out.warnings[0].en


# Spreads


def test_each_law_gets_the_numbers_it_needs():
    out = numbers(
        Change(target="lab.churn", to=0.01, low=0.005, high=0.02),
        spreads=(
            Spread(of="lab.churn", law="triangular"),
            Spread(of="imitation", law="lognormal", sd=0.1),
            Spread(of="chip_cost", law="normal", sd=q("2bn USD/GW")),
            Spread(of="lead", law="uniform", low=3.0, high=8.0),
        ),
    )
    found = {
        PLACES.names[slot]: row
        for slot, *row in zip(*(column.tolist() for column in out.spreads[:5]), strict=True)
    }  # fmt: skip
    assert found == {
        "lab.churn": [TRIANGULAR, 0.005, 0.01, 0.02],
        "imitation": [LOGNORMAL, 0.095, 0.1, 0.0],
        "chip_cost": [NORMAL, 24e9, 2e9, 0.0],
        "lead": [UNIFORM, 3.0, 8.0, 0.0],
    }
    assert out.spreads.least.tolist() == [KNOBS[PLACES.names[s].split(".")[-1]].least for s in out.spreads.slot]


def test_ranges_are_spread_only_where_asked_and_given():
    changes = (Change(target="lab.churn", to=0.01, low=0.005, high=0.02), Change(target="imitation", to=0.1))
    assert numbers(*changes).spreads.slot.size == 0
    assert [PLACES.names[slot] for slot in numbers(*changes, spread_ranges=True).spreads.slot] == ["lab.churn"]


def test_a_spread_that_is_named_goes_before_the_range():
    change = Change(target="lab.churn", to=0.01, low=0.005, high=0.02)
    named = numbers(change, spread_ranges=True, spreads=(Spread(of="lab.churn", law="normal", sd=0.001),))
    fixed = numbers(change, spread_ranges=True, spreads=(Spread(of="lab.churn", law="fixed"),))
    assert named.spreads.law.tolist() == [NORMAL] and fixed.spreads.slot.size == 0


def test_a_range_is_stretched_to_hold_a_value_moved_out_of_it():
    change = Change(target="lab.churn", to=0.01, low=0.005, high=0.02)
    out = numbers(change, sets=("lab.churn=3%",), spread_ranges=True)
    assert (out.spreads.a[0], out.spreads.b[0], out.spreads.c[0]) == (0.005, 0.03, 0.03)


@pytest.mark.parametrize(
    ("spread", "told"),
    [
        (Spread(of="lead", law="uniform"), "this spread has no range, and its parameter has none."),
        (Spread(of="lead", law="triangular", low=5.0, high=8.0), "not in order: 5, 4, 8."),
        (Spread(of="lead", law="uniform", low=q("1 GW"), high=q("2 GW")), "1 GW is not a number of quarters."),
        (Spread(of="lab.opening_cash", law="lognormal", sd=0.1), "nobody gave this parameter a value."),
        (Spread(of="rebound", law="lognormal", sd=0.1), "a logarithm needs a value above zero."),
        (Spread(of="lead", law="normal", sd=-1.0), "a standard deviation is not negative"),
        (Spread(of="mood", law="normal", sd=0.1), "`mood` is not a parameter"),
    ],
)
def test_a_spread_that_cannot_be_drawn_is_refused(spread, told):
    assert told in refusal(spreads=(spread,))


def drawn(out: Resolved, draw: int, seed: int = 0) -> np.ndarray:
    values = out.values.copy()
    draw_knobs(values, *out.spreads, seed, draw)
    return values


UNSURE = (
    Spread(of="imitation", law="lognormal", sd=0.1),
    Spread(of="lab.churn", law="uniform", low=0.005, high=0.02, together="demand"),
    Spread(of="lab.pull", law="uniform", low=0.2, high=0.8, together="demand"),
)


def test_the_central_future_has_no_luck():
    out = numbers(spreads=UNSURE)
    np.testing.assert_array_equal(drawn(out, -1), out.values)


def test_only_what_is_spread_differs_from_draw_to_draw():
    out = numbers(spreads=UNSURE)
    moved = np.flatnonzero(~np.isclose(drawn(out, 3), out.values, equal_nan=True, rtol=1e-12))
    assert set(moved) == set(out.spreads.slot)


def test_what_moves_together_has_the_same_luck():
    out = numbers(spreads=UNSURE)
    for draw in range(20):
        values = drawn(out, draw)
        churn, pull = values[PLACES.knob("lab.churn").index], values[PLACES.knob("lab.pull").index]
        assert (churn - 0.005) / 0.015 == pytest.approx((pull - 0.2) / 0.6, abs=1e-12)


def test_one_more_spread_changes_no_other_number():
    few, many = numbers(spreads=UNSURE[:1]), numbers(spreads=UNSURE)
    place = PLACES.knob("imitation").index
    assert [drawn(few, n)[place] for n in range(10)] == [drawn(many, n)[place] for n in range(10)]


def test_many_draws_have_the_shape_of_their_law():
    # 4,000 draws: the mean of a uniform law over 0.015 has a standard error of 0.015 / sqrt(12 * 4000) = 7e-5.
    out = numbers(spreads=UNSURE)
    draws = np.array([drawn(out, n)[out.spreads.slot] for n in range(4000)])
    churn = draws[:, list(out.spreads.slot).index(PLACES.knob("lab.churn").index)]
    imitation = draws[:, list(out.spreads.slot).index(PLACES.knob("imitation").index)]
    assert churn.mean() == pytest.approx(0.0125, abs=3e-4) and 0.005 <= churn.min() <= churn.max() <= 0.02
    assert np.log(imitation / 0.095).std() == pytest.approx(0.1, abs=0.005)
    assert np.median(imitation) == pytest.approx(0.095, rel=0.01)


def test_no_draw_leaves_the_limits_of_a_parameter():
    out = numbers(spreads=(Spread(of="lab.churn", law="normal", sd=5.0),))
    values = [drawn(out, n)[PLACES.knob("lab.churn").index] for n in range(50)]
    assert min(values) == 0.0 and max(values) == 1.0


# Shocks in numbers


def test_shocks_are_counted_from_the_first_quarter():
    out = numbers(
        shocks=(
            Shock(at=Quarter(2028, 1), target="mood", do="add", value=-2.5),
            Shock(at=Quarter(2028, 1), target="lab.pay_per_user", do="multiply", value=0.6, ramp=4),
            Shock(at=Quarter(2027, 3), target="lead", do="set", value=8.0, lasts=6),
            Shock(at=Quarter(2027, 3), target="base_rate", do="add", value=q("1 %")),
            Shock(at=FIRST, target="lab>cloud:cloud", do="cancel"),
            Shock(at=FIRST + 1, target="cloud", do="default"),
        )
    )
    lead, rate = PLACES.knob("lead").index, PLACES.knob("base_rate").index
    assert out.shocks.turns.tolist() == [[lead, 0, 6, 12, 1], [rate, 2, 6, NEVER, 1]]
    assert out.shocks.turn_values.tolist() == [[8.0, 1.0, 12.0], [0.01, 0.0, np.inf]]
    assert out.shocks.hits.tolist() == [[OF_ECONOMY, 0, 2, 8, 1], [0, PAY_PER_USER, 1, 8, 4]]
    assert out.shocks.hit_values.tolist() == [[-2.5, -np.inf], [0.6, 0.0]]
    assert out.shocks.orders.tolist() == [[0, 3], [1, 1]]


def shock(**given: object) -> Shock:
    return Shock(**{"at": Quarter(2028, 1), "target": "lead", "do": "set", "value": 6.0} | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (shock(at=Quarter(2025, 4)), "2025Q4 lies before the first quarter.\n  Choose 2026Q1 or later."),
        (shock(target="mood", value=1.0, lasts=3), "a number that is remembered is moved once"),
        (shock(target="mood", value=1.0, ramp=3), "a number that is remembered is moved once"),
        (shock(value=20.0), "20 is impossible: from 1 to 12."),
        (shock(do="multiply", value=-1.0), "a factor is never negative."),
        (shock(do="multiply", value=q("2 quarters")), "2 quarters is not a number of ratio."),
        (shock(do="add", value=q("1 GW")), "1 GW is not a number of quarters."),
        (shock(target="lab.opening_cash", do="multiply", value=2.0), "nobody gave this parameter a value."),
        (
            shock(target="lap", do="default", value=None),
            "`lap` is not an entity of this simulation; did you mean `lab`?",
        ),
        (shock(target="lab", do="cancel", value=None), "`lab` is not a leg of this simulation"),
    ],
)
def test_a_shock_that_cannot_happen_is_refused(one, told):
    assert told in refusal(shocks=(one,))


@pytest.mark.parametrize(
    "given",
    [
        {"do": "cancel"},
        {"value": None},
        {"ramp": 0},
        {"lasts": 0},
        {"do": "explode"},
    ],
)
def test_a_shock_without_sense_is_refused_when_it_is_made(given):
    with pytest.raises(ScenarioError, match="scenario: lead"):
        shock(**given)


def test_a_shock_after_the_end_is_only_remarked():
    out = numbers(shocks=(shock(at=Quarter(2050, 1)),))
    assert "2050Q1 lies after the last quarter, 2035Q4" in out.warnings[0].en


# Names made of numbers

SOME = (Change(target="lab.churn", to=0.02), Change(target="lead", to=6.0))
HIT = Shock(at=FIRST, target="mood", do="add", value=-1.0)


def test_the_same_numbers_have_the_same_hash_whatever_they_are_called():
    again = resolve(replace(world(*reversed(SOME)), id="other", about=NAME), PLACES, FIRST, 40)
    assert again.hash == numbers(*SOME).hash


def test_the_order_of_firms_and_legs_does_not_change_the_hash():
    turned = Addresses(entities=tuple(reversed(PLACES.entities)), legs=tuple(reversed(PLACES.legs)))
    shocks = (HIT, Shock(at=FIRST, target="cloud", do="default"))
    one = numbers(*SOME, spreads=UNSURE, shocks=shocks)
    assert numbers(*SOME, spreads=tuple(reversed(UNSURE)), shocks=shocks, places=turned).hash == one.hash


@pytest.mark.parametrize(
    "other",
    [
        {"sets": ("lead=5",)},
        {"spreads": UNSURE[:1]},
        {"spreads": (replace(UNSURE[0], sd=0.2),)},
        {"spreads": (replace(UNSURE[0], together="x"),)},
        {"shocks": (HIT,)},
        {"shocks": (replace(HIT, value=-2.0),)},
        {"shocks": (replace(HIT, at=FIRST + 1),)},
        {"shocks": (replace(HIT, target="use"),)},
        {"shocks": (replace(HIT, target="lead", value=1.0),)},
        {"shocks": (replace(HIT, target="lab", do="default", value=None),)},
        {"opening": "stated"},
    ],
)
def test_other_numbers_have_another_hash(other):
    base, near = numbers(*SOME), numbers(*SOME, spreads=UNSURE[:1], shocks=(HIT,))
    assert numbers(*SOME, **other).hash not in (base.hash, near.hash)


@given(st.sampled_from(sorted(PLACES.names)), st.floats(0.0, 1.0))
def test_a_value_inside_the_usual_range_is_taken_as_it_is(address, part):
    knob = PLACES.knob(address).knob
    assert knob is not None
    value = knob.low + part * (knob.high - knob.low)
    out = numbers(Change(target=address, to=Quantity(value, knob.unit)))
    assert out.value(address) == value and out.warnings == ()
