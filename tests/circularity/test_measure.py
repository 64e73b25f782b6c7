"""Every option of `measure`, every status, and what it refuses."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from perpetuum.circularity import measure
from perpetuum.circularity.shares import Share
from perpetuum.core.errors import BooksDoNotBalance, NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.when import Quarter
from perpetuum.maths.bounds import Bounds
from perpetuum.maths.cycles import Cycles
from tests.circularity.small import network, pays


def three_quarters() -> Network:
    """The vendor funds the lab in the first quarter; the lab buys from it in the second and the third."""
    return network(
        pays("vendor", "lab", "equity_investment", 30, 0, 0),
        pays("END_USERS", "lab", "subscription", 5, 5, 5),
        pays("lab", "vendor", "chips", 0, 20, 10),
    )


def test_the_answer_carries_its_question():
    loops = measure(three_quarters(), view="ultimate", rules=("pooled",))
    assert (loops.stage, loops.window, loops.step, loops.view, loops.counts, loops.rules) == (
        "paid", "2025Q1..2025Q3", "quarter", "ultimate", "cash", ("pooled",)
    )  # fmt: skip
    assert set(loops.recycled("vendor")) == {"pooled"}
    assert loops.firms == ("lab", "vendor")
    assert loops.evidence == ("0: vendor to lab.amount", "1: END_USERS to lab.amount", "2: lab to vendor.amount")


def test_a_share_carries_value_bounds_and_everything_it_depends_on():
    share = measure(three_quarters()).recycled("vendor")["burn"]
    # Users paid 5 before and 5 in the quarter: the lab spends 5 of them, then 15 of a pool of 30 + 5.
    first = 15 * 30 / 35
    # What is left: 30 - first own money and 5 - 15 * 5 / 35 of users; 5 more from the pool in the third quarter.
    second = 5 * (30 - first) / 20
    assert share.value == pytest.approx((first + second) / 30)
    assert (share.low, share.high) == pytest.approx((0.5, 1.0))
    assert (share.firm, share.rule, share.stage, share.window, share.view) == (
        "vendor", "burn", "paid", "2025Q1..2025Q3", "last_financier"
    )  # fmt: skip
    assert (share.of, share.not_traced, share.id) == (pytest.approx(30), 0.0, "rrs_strict")


def test_a_share_is_no_bare_number():
    share = measure(three_quarters()).recycled("vendor")["burn"]
    with pytest.raises(TypeError):
        float(share)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        share + 1  # type: ignore[operator]


@pytest.mark.parametrize("broad", [False, True])
def test_no_share_stands_without_bounds_and_stage(broad):
    loops = measure(three_quarters())
    for firm in loops.firms:
        for share in loops.recycled(firm, broad=broad).values():
            assert share.low is not None and share.high is not None and share.stage == "paid"
            assert share.low <= share.value <= share.high


# ---- window and step


@pytest.mark.parametrize(
    ("window", "wanted"),
    [
        (None, "2025Q1..2025Q3"),
        (2, "2025Q2..2025Q3"),
        ("2", "2025Q2..2025Q3"),
        (9, "2025Q1..2025Q3"),
        ("2025Q2", "2025Q2"),
        ("2024Q1..2025Q2", "2025Q1..2025Q2"),
        ((Quarter(2025, 2), Quarter(2027, 1)), "2025Q2..2025Q3"),
    ],
)
def test_a_window_is_cut_to_the_quarters_there_are(window, wanted):
    assert measure(three_quarters(), window=window).window == wanted


def test_money_paid_before_the_window_is_not_seen():
    loops = measure(three_quarters(), window="2025Q2..2025Q3")
    assert loops.recycled("vendor")["burn"].value == 0
    assert loops.recycled("vendor")["burn"].not_traced == pytest.approx(20 / 30)


@pytest.mark.parametrize("window", ["2024Q1..2024Q4", "2025Q3..2025Q1", (Quarter(2026, 1), Quarter(2026, 4)), 0])
def test_an_empty_window_says_which_quarters_exist(window):
    with pytest.raises(NetworkError, match="2025Q1 to 2025Q3" if window else "Give at least 1"):
        measure(three_quarters(), window=window)


def test_within_one_step_nothing_has_an_order():
    """The lab buys first and is funded later: nothing comes back by quarter, all of it in one step."""
    late = network(pays("lab", "vendor", "chips", 10, 0), pays("vendor", "lab", "equity_investment", 0, 10))
    assert measure(late).recycled("vendor")["burn"].value == 0
    assert measure(late, step="window").recycled("vendor")["burn"].value == pytest.approx(1)


def test_a_year_that_is_not_whole_is_called_by_its_quarters():
    table = measure(network(pays("lab", "vendor", "chips", *[1] * 6), first="2025Q3"), step="year").origin_table
    assert table.step.values.tolist() == ["2025Q3..2025Q4", "2026"]


@pytest.mark.parametrize(
    ("step", "window", "used"),
    [("quarter", None, 0), ("year", None, 8), ("window", None, 8), ("year", "2025Q2..2025Q4", 0)],
)
def test_a_sum_known_for_a_year_counts_where_the_year_lies_in_one_step(step, window, used):
    told = network(
        pays("lab", "vendor", "chips", 8, span="2025-01..2025-12"),
        pays("END_USERS", "vendor", "subscription", 1, 1, 1, 1),
    )  # fmt: skip
    loops = measure(told, step=step, window=window)
    assert sum(loops.origins("vendor").values()) == pytest.approx(used + (3 if window else 4))
    assert [unknown.why for unknown in loops.unknown] == ([] if used else ["span"])


def test_quarters_need_not_be_given_in_order_or_without_gaps():
    whole = three_quarters()
    shuffled = Network(
        entities=whole.entities, legs=whole.legs, quarters=(whole.quarters[2], whole.quarters[0]),
        flows=whole.flows[[2, 0]],
    )  # fmt: skip
    loops = measure(shuffled)
    assert loops.origin_table.step.values.tolist() == ["2025Q1", "2025Q3"]
    assert loops.recycled("vendor")["burn"].value > 0


# ---- views, rules, counts, firms


def test_who_financed_last_and_who_financed_first_are_two_questions():
    passed_on = network(
        pays("vendor", "lab", "equity_investment", 10),
        pays("lab", "cloud", "loan", 10),
        pays("cloud", "vendor", "chips", 10),
    )
    assert measure(passed_on).recycled("vendor")["burn"].value == 0
    assert measure(passed_on).origins("vendor")["others_financing"] == pytest.approx(10)
    assert measure(passed_on, view="ultimate").recycled("vendor")["burn"].value == pytest.approx(1)


def test_both_rules_are_given_and_differ_where_a_firm_has_receipts_and_savings():
    saved = network(
        pays("vendor", "lab", "equity_investment", 20),
        pays("END_USERS", "lab", "subscription", 5),
        pays("lab", "vendor", "chips", 10),
    )
    shares = measure(saved).recycled("vendor")
    assert (shares["burn"].value, shares["pooled"].value) == pytest.approx((0.5, 0.8))


def test_only_the_firms_asked_for_are_measured():
    loops = measure(three_quarters(), firms=["vendor"])
    assert loops.firms == ("vendor",)
    assert loops.recycled("lab")["burn"].of == pytest.approx(15), "another firm can still be asked about"


def test_a_firm_without_receipts_has_no_share():
    share = measure(network(pays("vendor", "lab", "equity_investment", 10))).recycled("vendor")["burn"]
    assert (share.value, share.low, share.high, share.of) == (None, None, None, None)
    assert share.because is not None and "no operating receipts" in share.because.en


def test_only_what_one_payer_paid_can_be_asked_about():
    loops = measure(
        network(
            pays("vendor", "lab", "equity_investment", 10),
            pays("lab", "vendor", "chips", 10),
            pays("OTHER_GPU_BUYERS", "vendor", "chips", 30),
        )
    )
    assert loops.recycled("vendor")["burn"].value == pytest.approx(0.25)
    assert loops.recycled("vendor", payer="lab")["burn"].value == pytest.approx(1)
    assert loops.recycled("vendor", payer="OTHER_GPU_BUYERS")["burn"].high == 0


def test_origins_add_up_and_are_printed_in_nine_rows():
    loops = measure(three_quarters())
    rows = loops.origins("vendor")
    assert len(rows) == 9 and sum(rows.values()) == pytest.approx(30)
    shares = loops.origin_shares("vendor")
    assert shares == {
        "end_users": pytest.approx(rows["end_users"] / 30),
        "outside_capital": 0,
        "ring_financed": pytest.approx(rows["own_financing"] / 30),
        "not_traced": 0,
    }
    assert measure(network(pays("vendor", "lab", "loan", 1))).origin_shares("vendor") == {}


def test_payers_nobody_knows_and_spending_nobody_explains_are_one_tag():
    loops = measure(network(pays("UNKNOWN", "vendor", "chips", 3), pays("lab", "vendor", "chips", 4)))
    table = loops.origin_table.sel(rule="burn", firm="vendor").sum("step")
    assert table.sel(tag="UNKNOWN") == pytest.approx(7)
    assert table.tag.values.tolist().count("UNKNOWN") == 1
    assert loops.origins("vendor")["unknown"] == pytest.approx(7)


def test_the_origin_table_adds_up_to_receipts_and_says_what_was_asked():
    loops = measure(three_quarters())
    table = loops.origin_table
    assert table.dims == ("rule", "firm", "step", "tag")
    assert table.sel(firm="vendor", rule="burn").sum("tag").values.tolist() == pytest.approx([0, 20, 10])
    assert table.attrs == {
        "unit": "USD", "asof": "2026-06-30", "stage": "paid", "window": "2025Q1..2025Q3", "step": "quarter",
        "view": "last_financier", "counts": "cash",
    }  # fmt: skip


def test_what_came_back_is_counted_by_how_long_it_took():
    chain = network(pays("vendor", "lab", "equity_investment", 30, 0, 0), pays("lab", "vendor", "chips", 5, 10, 15))
    loops = measure(chain)
    by_lag = [loops.boomerang("vendor", quarters=k)["burn"] for k in (0, 1, 2, 9)]
    assert by_lag == pytest.approx([5 / 30, 15 / 30, 1, 1])
    assert loops.boomerang("vendor")["burn"] == pytest.approx(1)
    assert loops.boomerang("lab") == {"burn": None, "pooled": None}, "it paid no financing"
    with pytest.raises(NetworkError, match="need step=quarter"):
        measure(chain, step="year").boomerang("vendor", quarters=1)


def test_own_money_that_has_not_come_back_lies_in_pools():
    assert measure(three_quarters(), window="2025Q1").still_out("vendor")["burn"] == {"lab": pytest.approx(30)}


# ---- groups, vehicles, faults


def test_a_group_is_one_firm_and_pays_itself_nothing():
    grouped = network(
        pays("vendor", "lab", "equity_investment", 10),
        pays("lab", "lab_cloud", "cloud", 10),
        pays("lab_cloud", "vendor", "chips", 10),
        groups={"lab_cloud": "lab"},
    )
    loops = measure(grouped)
    assert loops.firms == ("vendor",), "the cloud's sales to its own group are no sales"
    assert loops.recycled("vendor")["burn"].value == pytest.approx(1)
    assert [loop.firms for loop in loops.loops] == [("lab", "vendor")]
    assert loops.diagnostics.not_consolidated == ()
    assert measure(grouped, firms=["lab_cloud"]).firms == ("lab",), "a firm of a group stands for the group"


def test_a_firm_whose_group_is_itself_is_its_own_node():
    ring = network(pays("a", "b", "chips", 1), groups={"a": "a"})
    assert measure(ring).firms == ("b",)


def test_a_firm_that_pays_itself_is_measured_and_named():
    loops = measure(network(pays("vendor", "vendor", "chips", 6), pays("END_USERS", "vendor", "chips", 4)))
    assert loops.diagnostics.not_consolidated == ("0: vendor to vendor",)
    assert loops.origins("vendor")["own_purchases"] == pytest.approx(6)
    assert loops.structure.circular == pytest.approx(6)


@pytest.mark.parametrize("view", ["last_financier", "ultimate"])
def test_a_vehicle_that_passes_funding_on_hides_nothing(view):
    direct = network(pays("vendor", "lab", "equity_investment", 10), pays("lab", "vendor", "chips", 4))
    through = network(
        pays("vendor", "spv", "equity_investment", 10),
        pays("spv", "lab", "equity_investment", 10),
        pays("lab", "vendor", "chips", 4),
        vehicles=["spv"],
    )
    plain, hidden = (measure(each, view=view) for each in (direct, through))
    assert hidden.recycled("vendor")["burn"] == plain.recycled("vendor")["burn"]
    assert hidden.boomerang("vendor") == plain.boomerang("vendor")
    assert hidden.throughput == pytest.approx(plain.throughput)


def test_spending_that_no_record_explains_is_listed():
    loops = measure(network(pays("lab", "vendor", "chips", 4)))
    assert loops.diagnostics.shortfalls == {"lab": pytest.approx(4)}
    assert loops.recycled("vendor")["burn"].not_traced == pytest.approx(1)


# ---- status


def test_an_unfunded_loop_is_a_status_and_its_firms_are_named():
    ring = [pays("a", "b", "cloud", 5, 0), pays("b", "a", "chips", 5, 0)]
    loops = measure(network(*ring, pays("END_USERS", "vendor", "chips", 0, 1)))
    assert loops.status == "unfunded_loop"
    assert loops.diagnostics.unfunded == (("2025Q1", ("a", "b")),)
    assert measure(network(*ring)).status == "unfunded_loop", "though each of its firms is cut open in its own table"
    assert measure(network(*ring, pays("END_USERS", "a", "cloud", 1, 0))).status == "settled"


def test_too_many_loops_leave_volumes_and_no_weights(monkeypatch):
    monkeypatch.setattr("perpetuum.circularity.structure.CAP", 1)
    monkeypatch.setattr("perpetuum.circularity.structure.decompose.__defaults__", (1,))
    two = network(
        pays("a", "b", "chips", 2), pays("b", "a", "cloud", 1), pays("b", "c", "cloud", 1), pays("c", "a", "rent", 1)
    )
    loops = measure(two)
    assert loops.status == "too_many_loops"
    assert loops.throughput is None and [loop.weight for loop in loops.loops] == [None, None]
    assert (loops.volume, loops.maximum) == pytest.approx((1, 5)) and loops.loops_are_all


def test_an_inventory_cut_short_is_a_status_too(monkeypatch):
    monkeypatch.setattr("perpetuum.circularity.loops.simple_cycles", lambda *_, **__: Cycles((), is_complete=False))
    loops = measure(three_quarters())
    assert (loops.status, loops.loops_are_all) == ("too_many_loops", False)
    assert loops.throughput is not None, "weights do not hang on the inventory"


def test_a_network_without_money_is_measured_as_nothing():
    empty = measure(Network(entities=(), legs=()))
    assert (empty.firms, empty.loops, empty.window, empty.status) == ((), (), "–", "settled")
    assert empty.throughput is None and empty.volume is None
    assert empty.origin_table.shape[:3] == (2, 0, 0)


def test_bounds_that_do_not_solve_leave_the_value_and_say_so(monkeypatch):
    stuck = Bounds(float("nan"), float("nan"), "not_settled")
    monkeypatch.setattr("perpetuum.circularity.tracer.own_money_bounds", lambda *_, **__: stuck)
    share = measure(three_quarters()).recycled("vendor")["burn"]
    assert share.value is not None and (share.low, share.high) == (None, None)
    assert share.because is not None and "could not be computed" in share.because.en


def test_own_money_outside_its_bounds_stops_the_program(monkeypatch):
    monkeypatch.setattr("perpetuum.circularity.tracer.own_money_bounds", lambda *_, **__: Bounds(0.0, 1.0))
    with pytest.raises(BooksDoNotBalance, match="at most 1"):
        measure(three_quarters()).recycled("vendor")


# ---- what is refused


@pytest.mark.parametrize("usd", [float("nan"), -5.0, float("inf")])
def test_what_cannot_be_money_is_refused_with_leg_and_quarter(usd):
    with pytest.raises(NetworkError, match="0: lab to vendor in 2025Q2"):
        network(pays("lab", "vendor", "chips", 1, usd))


@pytest.mark.parametrize("usd", [float("nan"), -5.0])
def test_a_sum_that_cannot_be_money_is_refused_with_leg_and_span(usd):
    told = network(pays("lab", "vendor", "chips", usd, span="2025-01..2025-12"), quarters=4)
    with pytest.raises(NetworkError, match=r"0: lab to vendor in 2025-01-01\.\.2025-12-31"):
        measure(told, step="year")


def test_an_unknown_firm_is_answered_with_the_nearest_name():
    for ask in (
        lambda: measure(three_quarters(), firms=["vendr"]),
        lambda: measure(three_quarters()).recycled("vendr"),
        lambda: measure(three_quarters()).boomerang("vendr"),
        lambda: measure(three_quarters()).still_out("vendr"),
        lambda: measure(three_quarters()).booking(["vendr"]),
        lambda: measure(three_quarters()).supported("vendr"),
        lambda: measure(three_quarters()).recycled("lab", payer="vendr"),
    ):
        with pytest.raises(UnknownName, match="did you mean `vendor`"):
            ask()


@pytest.mark.parametrize(
    "option", [{"step": "month"}, {"view": "last"}, {"counts": "all"}, {"rules": ("burn", "poled")}], ids=str
)
def test_a_word_that_is_no_option_is_refused(option):
    with pytest.raises(UnknownName):
        measure(three_quarters(), **option)


def test_a_leg_of_a_firm_the_network_does_not_hold_is_refused():
    whole = three_quarters()
    with pytest.raises(UnknownName, match="`lab` is not an entity of this network"):
        measure(dataclasses.replace(whole, entities=tuple(e for e in whole.entities if e.id != "lab")))


def test_the_order_of_legs_and_firms_changes_nothing():
    whole = three_quarters()
    turned = dataclasses.replace(
        whole, entities=whole.entities[::-1], legs=whole.legs[::-1], every=whole.every[::-1],
        flows=np.ascontiguousarray(whole.flows[:, ::-1]),
    )  # fmt: skip
    one, other = measure(whole), measure(turned)
    for firm in one.firms:
        for rule in one.rules:
            assert _numbers(one.recycled(firm)[rule]) == pytest.approx(_numbers(other.recycled(firm)[rule]))
    assert [loop.firms for loop in one.loops] == [loop.firms for loop in other.loops]
    assert one.throughput == pytest.approx(other.throughput)


def _numbers(share: Share) -> tuple[float | None, ...]:
    return share.value, share.low, share.high, share.not_traced
