"""One loop, hop by hop: what is known, what is missing, and what that says about the share."""

from __future__ import annotations

import pytest

from perpetuum.circularity import along
from perpetuum.core.errors import NetworkError, UnknownName
from tests.circularity.small import Line, network, pays

FIRMS = ("vendor", "lab", "cloud")


def loop(funding: Line, rent: Line, chips: Line, *others: Line, **more: object):
    return network(funding, rent, chips, *others, **more)  # type: ignore[arg-type]


KNOWN = (
    pays("vendor", "lab", "equity_investment", 100),
    pays("lab", "cloud", "cloud", 300),
    pays("cloud", "vendor", "chips", 10),
)


def test_only_the_legs_along_the_loop_are_counted():
    beside = [pays("END_USERS", "lab", "subscription", 900), pays("lab", "vendor", "chips", 50)]
    seen = along(loop(*KNOWN, *beside, stage="announced"), FIRMS)
    share = seen.shares["burn"]
    assert (share.value, share.low, share.high, share.of) == pytest.approx((1 / 3, 0, 1, 10))
    assert share.not_traced == pytest.approx(2 / 3) and share.payer == "cloud"
    assert seen.boomerang["burn"] == pytest.approx(1 / 30)
    assert [(hop.payer, hop.amount, hop.status) for hop in seen.hops] == [
        ("vendor", 100, "moved"), ("lab", 300, "moved"), ("cloud", 10, "moved")
    ]  # fmt: skip
    assert seen.missing == ()


def test_the_make_up_of_every_hop_adds_up_to_it():
    seen = along(loop(*KNOWN, stage="announced"), FIRMS)
    assert [sum(hop.values()) for hop in seen.makeup] == pytest.approx([100, 300, 10])
    assert [hop["own_financing"] for hop in seen.makeup] == pytest.approx([100, 100, 10 / 3])


def test_a_missing_leg_is_named_and_leaves_no_number():
    silent = along(loop(KNOWN[0], KNOWN[1], pays("cloud", "vendor", "chips")), FIRMS)
    share = silent.shares["burn"]
    assert (share.value, share.low, share.high) == (None, None, None)
    assert share.because is not None and share.because.en == "nobody says what moved: cloud → vendor"
    assert silent.boomerang == {"burn": None, "pooled": None}
    assert [hop.unknown for hop in silent.missing] == [("2: cloud to vendor",)]
    assert [unknown.leg for unknown in silent.measured.unknown] == ["2: cloud to vendor"]


def test_a_pair_no_source_speaks_of_is_missing_too():
    broken = along(network(KNOWN[0], KNOWN[2], pays("END_USERS", "lab", "subscription", 1)), FIRMS)
    assert [(hop.payer, hop.payee) for hop in broken.missing] == [("lab", "cloud")]
    assert broken.shares["burn"].value is None


def test_where_nothing_was_financed_nothing_comes_back():
    nothing = along(loop(pays("vendor", "lab", "equity_investment", 0), KNOWN[1], KNOWN[2]), FIRMS)
    share = nothing.shares["pooled"]
    assert (share.value, share.low, share.high, share.of) == (0, 0, 0, 10)
    assert share.because is not None and "nothing was financed" in share.because.en


@pytest.mark.parametrize(
    ("schedule", "value"),
    [("2025Q1..2025Q2", 0.0), ("2025Q1..2025Q3", None), (None, None)],
    ids=["chips end before the rent begins", "chips may come after the rent", "no schedule"],
)
def test_signed_schedules_can_prove_that_nothing_comes_back_whatever_the_missing_amount(schedule, value):
    rent = pays("lab", "cloud", "cloud", 0, 0, 300, 300)
    chips = pays("cloud", "vendor", "chips", schedule=schedule)
    seen = along(loop(pays("vendor", "lab", "equity_investment", 100), rent, chips, stage="signed"), FIRMS)
    share = seen.shares["burn"]
    assert (share.value, share.low, share.high) == (value, value, value)
    assert share.because is not None and ("schedules" in share.because.en) == (value == 0)
    assert seen.boomerang["burn"] == value
    assert [hop.payer for hop in seen.missing] == ["cloud"], "the leg stays missing all the same"


def test_schedules_prove_nothing_about_cash():
    rent = pays("lab", "cloud", "cloud", 0, 0, 300, 300)
    chips = pays("cloud", "vendor", "chips", schedule="2025Q1..2025Q2")
    paid = along(loop(pays("vendor", "lab", "equity_investment", 100), rent, chips, stage="paid"), FIRMS)
    assert paid.shares["burn"].value is None


def test_guarantees_repayments_and_credits_are_no_hop_of_a_cash_loop():
    beside = [
        pays("vendor", "lab", "guarantee_call", contingent=True),
        pays("vendor", "lab", "in_kind_credit", 70),
        pays("cloud", "vendor", "repayment", 4),
    ]
    seen = along(loop(*KNOWN, *beside), FIRMS)
    assert [hop.legs for hop in seen.hops] == [("0: vendor to lab",), ("1: lab to cloud",), ("2: cloud to vendor",)]
    assert seen.hops[0].amount == 100


def test_a_firm_of_a_group_stands_for_its_group():
    grouped = loop(*KNOWN, pays("lab_labs", "STAFF", "running_cost", 1), groups={"lab_labs": "lab"})
    assert along(grouped, ("vendor", "lab_labs", "cloud")).firms == FIRMS


@pytest.mark.parametrize("firms", [("vendor",), ("vendor", "lab", "vendor"), ()])
def test_a_loop_needs_two_firms_each_once(firms):
    with pytest.raises(NetworkError, match="at least two firms, each once"):
        along(loop(*KNOWN), firms)


def test_an_unknown_firm_is_answered_with_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean `cloud`"):
        along(loop(*KNOWN), ("vendor", "lab", "clod"))
