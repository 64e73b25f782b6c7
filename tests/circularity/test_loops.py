"""Loops, their weights, netting, and flags worth a look."""

from __future__ import annotations

import pytest

from perpetuum.circularity import measure
from perpetuum.circularity.alerts import Alert, Thresholds
from perpetuum.circularity.results import Circularity
from perpetuum.core.network import Network
from tests.circularity.small import network, pays


def test_a_loop_has_hops_a_bottleneck_a_weight_and_the_steps_in_which_all_of_it_moved():
    loops = measure(
        network(
            pays("vendor", "lab", "equity_investment", 10, 0, 5),
            pays("vendor", "lab", "loan", 0, 20, 0),
            pays("lab", "vendor", "chips", 3, 4, 0),
        )
    )
    (loop,) = loops.loops
    assert (loop.firms, loop.status, loop.bottleneck, loop.weight) == (("lab", "vendor"), "complete", 7, 7)
    assert loop.steps == ("2025Q1", "2025Q2")
    assert loop.legs == ("2: lab to vendor", "0: vendor to lab", "1: vendor to lab")
    assert [(hop.payer, hop.amount, hop.status) for hop in loop.hops] == [("lab", 7, "moved"), ("vendor", 35, "moved")]


def test_a_loop_is_open_where_nothing_moved_and_unknown_where_nobody_says():
    loops = measure(
        network(
            pays("vendor", "a", "equity_investment", 10), pays("a", "vendor", "chips", 0),
            pays("vendor", "b", "equity_investment"), pays("b", "vendor", "chips", 5),
            pays("vendor", "c", "equity_investment", 10), pays("c", "vendor", "chips", 4),
        )
    )  # fmt: skip
    found = {loop.firms: (loop.status, loop.weight, loop.bottleneck) for loop in loops.loops}
    assert found == {
        ("c", "vendor"): ("complete", 4, 4),
        ("b", "vendor"): ("unknown", None, None),
        ("a", "vendor"): ("open", None, None),
    }
    unknown = next(loop for loop in loops.loops if loop.status == "unknown")
    assert unknown.hops[1].unknown == ("2: vendor to b",)
    assert loops.ring == ("c", "vendor")


def test_a_sum_that_found_its_step_is_no_longer_unknown():
    told = network(
        pays("vendor", "lab", "equity_investment", 10, span="2025-01..2025-12"),
        pays("lab", "vendor", "chips", 1, 1, 1, 1),
    )  # fmt: skip
    assert [loop.status for loop in measure(told).loops] == ["unknown"]
    (loop,) = measure(told, step="year").loops
    assert (loop.status, loop.bottleneck, loop.steps) == ("complete", 4, ("2025",))


@pytest.mark.parametrize(("longest", "found"), [(6, 2), (3, 2), (2, 1)])
def test_loops_longer_than_asked_for_are_not_listed_but_keep_their_weight_in_the_sum(longest, found):
    ring = network(
        pays("a", "b", "chips", 2), pays("b", "a", "cloud", 1), pays("b", "c", "cloud", 1), pays("c", "a", "rent", 1)
    )  # fmt: skip
    loops = measure(ring, longest_loop=longest)
    assert len(loops.loops) == found
    assert loops.structure.going_round == pytest.approx(2)


def test_outside_payers_interest_and_money_handed_back_close_no_loop():
    loops = measure(
        network(
            pays("DEBT", "lab", "loan", 10), pays("lab", "DEBT", "repayment", 4), pays("lab", "DEBT", "interest", 1),
            pays("vendor", "lab", "loan", 10), pays("lab", "vendor", "repayment", 5),
            pays("lab", "vendor", "payout", 5),
        )
    )  # fmt: skip
    assert loops.loops == () and loops.structure.circular == 0
    assert loops.structure.total == pytest.approx(20)


def test_an_outside_pool_that_pays_is_not_the_one_that_is_paid():
    both_ways = network(pays("OTHER_VENDORS", "cloud", "loan", 10), pays("cloud", "OTHER_VENDORS", "chips", 10))
    loops = measure(both_ways)
    assert (loops.throughput, loops.volume, loops.netting) == (0, 0, 0)


def test_structure_names_what_goes_round_and_what_could_be_netted():
    """Golden case P10 in small: three firms owe one another, only the differences need cash."""
    loops = measure(network(pays("a", "b", "rent", 5), pays("b", "c", "rent", 4), pays("c", "a", "rent", 3)))
    assert (loops.maximum, loops.netting, loops.structure.circular) == pytest.approx((9, 9, 9))
    assert loops.structure.going_round == pytest.approx(3)
    assert loops.volume == pytest.approx(9 / 12)
    # Net payers: a pays 5 and gets 3, b pays 4 and gets 5, c pays 3 and gets 4.
    assert loops.throughput == pytest.approx(3 / (3 + 2))


# ---- flags


def flags(found: Circularity, word: str) -> list[Alert]:
    return [alert for alert in found.alerts if alert.word == word]


def test_much_that_moves_and_changes_no_position_is_flagged():
    washed = network(pays("a", "b", "chips", 100, 0, 0, 0), pays("b", "a", "cloud", 0, 0, 98, 0))
    (alert, _) = flags(measure(washed), "position_unchanged")
    assert alert.firms == ("a",) and alert.steps == ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
    assert alert.seen == pytest.approx(2 / 198)
    assert "<= 0.05 of gross over 4 quarters" in alert.threshold.en


@pytest.mark.parametrize(
    "payments",
    [
        (pays("a", "b", "chips", 100, 0, 0, 0), pays("b", "a", "cloud", 0, 0, 80, 0)),
        (pays("a", "b", "chips", 100, 0, 0, 0, 0), pays("b", "a", "cloud", 0, 0, 0, 0, 98)),
        (pays("a", "b", "chips", 1, 0), pays("b", "a", "cloud", 0, 1), pays("DEBT", "c", "bond", 900, 0)),
    ],
    ids=["too uneven", "too late", "too small"],
)
def test_what_changes_a_position_is_not_flagged(payments):
    assert flags(measure(network(*payments)), "position_unchanged") == []


def test_thresholds_are_parameters():
    uneven = network(pays("a", "b", "chips", 100, 0), pays("b", "a", "cloud", 0, 80))
    loose = measure(uneven, thresholds=Thresholds(unchanged=0.2, quarters=2))
    assert [alert.firms for alert in flags(loose, "position_unchanged")] == [("a",), ("b",)]
    assert "0.2 of gross over 2 quarters" in flags(loose, "position_unchanged")[0].threshold.en


def test_a_round_trip_in_the_order_of_time_is_flagged_and_one_against_it_is_not():
    in_order = [pays("a", "b", "loan", 5, 0, 0), pays("b", "c", "cloud", 0, 5, 0), pays("c", "a", "chips", 0, 0, 5)]
    (alert,) = flags(measure(network(*in_order)), "round_trip_in_time")
    assert alert.firms == ("a", "b", "c") and alert.steps == ("2025Q1", "2025Q2", "2025Q3")
    assert alert.seen == 5 and len(alert.legs) == 3
    against = [pays("a", "b", "loan", 0, 0, 5), pays("b", "c", "cloud", 0, 5, 0), pays("c", "a", "chips", 5, 0, 0)]
    assert flags(measure(network(*against)), "round_trip_in_time") == []


def test_funding_and_a_purchase_soon_after_are_flagged():
    (alert,) = flags(measure(funded_then_bought(after=2)), "funded_then_bought")
    assert (alert.firms, alert.steps, alert.seen) == (("vendor", "lab"), ("2025Q1", "2025Q3"), 7)
    assert alert.legs == ("0: vendor to lab", "1: lab to vendor")
    assert flags(measure(funded_then_bought(after=3)), "funded_then_bought") == []
    assert flags(measure(funded_then_bought(after=2), thresholds=Thresholds(soon=1)), "funded_then_bought") == []
    before = network(pays("lab", "vendor", "chips", 7, 0), pays("vendor", "lab", "equity_investment", 0, 10))
    assert flags(measure(before), "funded_then_bought") == [], "the purchase came first"


def funded_then_bought(after: int) -> Network:
    return network(
        pays("vendor", "lab", "equity_investment", 10, *[0] * after), pays("lab", "vendor", "chips", *[0] * after, 7)
    )


def test_receivables_that_outrun_sales_are_flagged():
    books = {
        ("vendor", "revenue"): {"2024Q1": 100, "2025Q1": 110},
        ("vendor", "receivables"): {"2024Q1": 50, "2025Q1": 80},
    }
    (alert,) = flags(measure(network(pays("lab", "vendor", "chips", 1), statements=books)), "receivables_outrun_sales")
    assert (alert.firms, alert.steps) == (("vendor",), ("2025Q1",))
    assert alert.seen == pytest.approx(0.6 - 0.1)
    calm = books | {("vendor", "receivables"): {"2024Q1": 50, "2025Q1": 60}}
    assert measure(network(pays("lab", "vendor", "chips", 1), statements=calm)).alerts == ()


def test_flags_that_need_an_order_in_time_are_not_raised_where_there_is_none():
    loop = [pays("vendor", "lab", "equity_investment", 10, 0), pays("lab", "vendor", "chips", 0, 10)]
    assert {alert.word for alert in measure(network(*loop)).alerts} == {
        "position_unchanged", "round_trip_in_time", "funded_then_bought"
    }  # fmt: skip
    assert measure(network(*loop), step="window").alerts == ()
