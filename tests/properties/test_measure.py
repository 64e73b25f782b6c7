"""What is true of `measure` on every network: firms, vehicles, groups and steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.circularity import Circularity, measure
from perpetuum.core.kinds import KINDS
from tests.circularity.small import Line, network

some = settings(max_examples=60, deadline=None)
FIRMS = ("a", "b", "c", "d")
PAYERS = (*FIRMS, "END_USERS", "DEBT", "UNKNOWN")
CASH = sorted(kind.id for kind in KINDS.values() if kind.flow_class and kind.cash)


@st.composite
def books(draw: st.DrawFn, quarters: int = 3) -> tuple[Line, ...]:
    usd = st.lists(st.integers(0, 60).map(float), min_size=quarters, max_size=quarters).map(tuple)
    line = st.builds(
        Line, payer=st.sampled_from(PAYERS), payee=st.sampled_from(FIRMS), kind=st.sampled_from(CASH), usd=usd
    )
    return tuple(draw(st.lists(line.filter(lambda each: each.payer != each.payee), min_size=1, max_size=12)))


def numbers(loops: Circularity) -> dict[str, object]:
    """Everything that must not move, firm by firm."""
    found: dict[str, object] = {"throughput": pytest.approx(loops.throughput, abs=1e-7)}
    for firm in loops.firms:
        if firm not in FIRMS:
            continue
        for rule, share in loops.recycled(firm).items():
            parts = (share.value, share.low, share.high, share.not_traced, share.of, loops.boomerang(firm)[rule])
            found[f"{firm} {rule}"] = [each if each is None else pytest.approx(each, abs=1e-7) for each in parts]
    return found


@some
@given(books())
def test_every_share_stands_between_its_bounds_and_every_table_adds_up(lines):
    loops = measure(network(*lines))
    for firm in loops.firms:
        for broad in (False, True):
            for rule, share in loops.recycled(firm, broad=broad).items():
                rows = loops.origins(firm, rule)
                assert sum(rows.values()) == pytest.approx(share.of or 0, abs=1e-9)
                assert share.value is None or share.low <= share.value <= share.high


@some
@given(books(), st.data())
def test_a_vehicle_in_any_leg_changes_no_number(lines, data):
    i = data.draw(st.integers(0, len(lines) - 1))
    through = (*lines[:i], replace(lines[i], payee="spv"), replace(lines[i], payer="spv"), *lines[i + 1 :])
    plain, hidden = measure(network(*lines)), measure(network(*through, vehicles=["spv"]))
    assert numbers(plain) == numbers(hidden)


@some
@given(books())
def test_a_group_is_measured_like_one_firm(lines):
    """Two firms of one group against a case that never told them apart."""
    told = [replace(line, payer=line.payer.replace("d", "c"), payee=line.payee.replace("d", "c")) for line in lines]
    fused = [line for line in told if line.payer != line.payee]
    if fused:
        grouped = measure(network(*lines, groups={"d": "c"}))
        assert numbers(grouped) == numbers(measure(network(*fused)))


@some
@given(books())
def test_one_step_over_the_window_is_the_same_as_one_quarter_with_all_of_it(lines):
    merged = [replace(line, usd=(sum(line.usd),)) for line in lines]
    assert numbers(measure(network(*lines), step="window")) == numbers(measure(network(*merged)))


@some
@given(books(), st.permutations(range(12)))
def test_the_order_of_legs_changes_nothing(lines, order):
    turned = [lines[i] for i in order if i < len(lines)]
    assert numbers(measure(network(*lines))) == numbers(measure(network(*turned)))


@some
@given(books(quarters=1), st.integers(1, 60))
def test_a_customer_that_is_no_longer_named_is_unnamed_and_raises_no_other_row(lines, usd):
    """The firm reports its sales, so what contracts no longer name is a customer without a name."""
    sold = sum(sum(line.usd) for line in lines if line.payee == "a" and KINDS[line.kind].flow_class == "op")
    statements = {("a", "revenue"): {"2025Q1": sold + usd}}
    customer = Line("END_USERS", "a", "subscription", (float(usd),))
    named = measure(network(*lines, customer, statements=statements)).origins("a")
    silent = measure(network(*lines, replace(customer, usd=()), statements=statements)).origins("a")
    assert silent["unnamed_customers"] == pytest.approx(named["unnamed_customers"] + usd)
    assert {row: pytest.approx(value, abs=1e-9) for row, value in silent.items() if row not in MOVED} == {
        row: value for row, value in named.items() if row not in MOVED
    }


MOVED = ("end_users", "unnamed_customers")
