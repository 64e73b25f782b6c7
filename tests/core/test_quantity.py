"""A quantity is a bound, a number, a scale and a unit; anything else is refused with an example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.errors import UnitError
from perpetuum.core.quantity import BOUNDS, Quantity
from perpetuum.core.units import UNITS


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("up to 100bn USD", 100e9, "USD", "up to"),
        ("about 4.3bn USD", 4.3e9, "USD", "about"),
        ("at least 5m USD", 5e6, "USD", "at least"),
        ("exactly 5k USD", 5e3, "USD", "exactly"),
        ("1.2tn USD", 1.2e12, "USD", "exactly"),
        ("1,250,000 USD", 1.25e6, "USD", "exactly"),
        ("0 USD", 0.0, "USD", "exactly"),
        ("-2bn USD", -2e9, "USD", "exactly"),
        ("−2bn USD", -2e9, "USD", "exactly"),
        ("10bn USD/GW", 10e9, "USD/GW", "exactly"),
        ("2.35 USD/GPU-hour", 2.35, "USD/GPU-hour", "exactly"),
        ("4.5 GW", 4.5, "GW", "exactly"),
        ("500 MW", 0.5, "GW", "exactly"),
        ("27 %", 0.27, "ratio", "exactly"),
        ("27%", 0.27, "ratio", "exactly"),
        ("0.38 ratio", 0.38, "ratio", "exactly"),
        ("116 x", 116.0, "ratio", "exactly"),
        ("900m users", 900e6, "users", "exactly"),
        ("160m shares", 160e6, "shares", "exactly"),
        ("3 quarters", 3.0, "quarters", "exactly"),
        ("  10 bn   USD ", 10e9, "USD", "exactly"),
    ],
)
def test_a_quantity_is_read_as_people_write_it(text, value, unit, bound):
    assert Quantity.parse(text) == Quantity(value, unit, bound)


@pytest.mark.parametrize(
    "text",
    ["", "USD", "bn USD", "ten USD", "$5bn", "USD 5bn", "5e9 USD", "1.2.3 USD", "10,00 USD", "10,0000 USD", "nan USD",
     "inf USD", "--5 USD", "up to USD", "upto 5 USD", "max 5 USD", "5bn-6bn USD", "0x10 USD", "5bn\nUSD\n6"],
)  # fmt: skip
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(UnitError, match="for example: "):
        Quantity.parse(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("10bn", "'10bn' has no unit.\n  Add one, for example: 10bn USD"),
        ("10bn usd", "`usd` is not a unit, did you mean `USD`?"),
        ("4.5 gw", "`gw` is not a unit, did you mean `GW`?"),
        ("up to 100 billion dollars", "cannot read 'up to 100 billion dollars' as a quantity: `billion dollars`"),
        (
            "up to 100 billion dollars",
            "Write a number, a scale (k, m, bn, tn) and a unit, for example: up to 100bn USD",
        ),
        ("5bn euros", "`euros` is not a unit"),
        ("9" * 400 + " USD", "as a quantity"),
    ],
)
def test_the_refusal_says_what_is_wrong_and_how_to_write_it(text, says):
    with pytest.raises(UnitError) as refused:
        Quantity.parse(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("exactly 100bn USD", "100bn USD"),
        ("1000000000 USD", "1bn USD"),
        ("1500bn USD", "1.5tn USD"),
        ("0.27 ratio", "27 %"),
        ("500 MW", "0.5 GW"),
        ("12,345 USD", "12345 USD"),
        ("3 months", "3 months"),
        ("3m months", "3m months"),
        ("90days", "90 days"),
        ("-0 USD", "0 USD"),
    ],
)
def test_a_quantity_is_written_in_one_way(text, again):
    assert str(Quantity.parse(text)) == again


BASE = sorted({unit.base for unit in UNITS.values()})
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e20, max_value=1e20)


@given(numbers, st.sampled_from(BASE), st.sampled_from(BOUNDS))
def test_what_is_written_reads_back_the_same(value, unit, bound):
    quantity = Quantity(value, unit, bound)
    assert Quantity.parse(str(quantity)) == quantity


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_money_is_exact_to_the_dollar(millions, cents):
    assert Quantity.parse(f"{millions}.{cents}m USD").value == millions * 10**6 + cents * 10**5
