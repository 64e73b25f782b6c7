"""The rules of the dials on panels made by hand: three-valued bands, persistence, age, groups, disputes, the vote."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.catalogue import collect
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.reading import Episode, worst
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, When
from perpetuum.gauges import Gauge, gauges, read_gauges, vote, votes_as_known_then, votes_in_hindsight, votes_over
from perpetuum.gauges.catalogue.credit_spread import default_within
from perpetuum.gauges.catalogue.run_up import real_return
from perpetuum.gauges.dated import named
from tests.gauges.made_panel import FIRST, NOTHING, dated, figure, panel, together
from tests.report.made_case import ai

CAPEX, FLOW, USERS = "capex_to_revenue", "capex_to_cash_flow", "users_against_curve"
LAST = FIRST + 15


def read(of, gauge, at=None):
    (reading,) = read_gauges(of, at, gauge)
    return reading


def history(reading, entity=None):
    return {point.period: point.value for point in reading.history if entity in (None, point.entity)}


# ---- groups and years

TWO = {
    ("a", "capex"): [10.0] * 5,
    ("a", "revenue"): [100.0] * 5,
    ("b", "capex"): [30.0] * 5,
    ("b", "revenue"): [20.0] * 5,
}
GEARS = {"gears": ("a", "b")}


def test_a_group_is_the_ratio_of_its_sums_and_no_mean_of_ratios():
    told = history(read(panel(TWO, groups=GEARS), CAPEX))
    assert told == {"2024Q1..2024Q4": pytest.approx(40 / 120), "2024Q2..2025Q1": pytest.approx(40 / 120)}


def test_a_firm_shows_its_newest_year_only():
    (a, b) = read(panel(TWO, groups=GEARS), CAPEX).firms
    assert (a.entity, a.period, a.value) == ("a", "2024Q2..2025Q1", pytest.approx(0.1))
    assert (b.entity, b.value) == ("b", pytest.approx(1.5))


@pytest.mark.parametrize("metric", ["capex", "revenue"])
def test_a_group_has_no_value_in_a_year_in_which_one_member_lacks_a_quarter(metric):
    gap = TWO | {("b", metric): [30.0, 30.0, 30.0, 30.0, None]}
    assert list(history(read(panel(gap, groups=GEARS), CAPEX))) == ["2024Q1..2024Q4"]


def test_leaving_a_member_out_never_gives_the_ratio_of_the_others():
    without = {key: row for key, row in TWO.items() if key[0] == "a"}
    reading = read(panel(without, groups=GEARS), CAPEX)
    assert (reading.system, reading.band) == (None, "unknown")
    assert [point.value for point in reading.firms] == [pytest.approx(0.1)]


def test_three_quarters_are_no_year():
    short = {("a", "capex"): [1.0] * 3, ("a", "revenue"): [2.0] * 3}
    assert read(panel(short, groups={"gears": ("a",)}), CAPEX).history == ()


@pytest.mark.parametrize("revenue", [[0.0] * 4, [-1.0] * 4])
def test_without_revenue_there_is_no_ratio(revenue):
    none = {("a", "capex"): [1.0] * 4, ("a", "revenue"): revenue}
    assert read(panel(none, groups={"gears": ("a",)}), CAPEX).history == ()


def test_a_case_that_names_no_group_has_no_reading():
    reading = read(panel(TWO), CAPEX)
    assert (reading.history, reading.band, reading.trend) == ((), "unknown", "unknown")


MONEY = st.floats(1e6, 1e12)
ROW = st.lists(st.none() | MONEY, min_size=6, max_size=6)


@given(ROW, ROW, ROW, ROW)
def test_a_year_of_the_group_is_there_exactly_when_every_quarter_of_every_member_is(a_spent, a_sold, b_spent, b_sold):
    rows = {("a", "capex"): a_spent, ("a", "revenue"): a_sold, ("b", "capex"): b_spent, ("b", "revenue"): b_sold}
    told = history(read(panel(rows, groups=GEARS, quarters=6), CAPEX))
    for end in range(6):
        known = end >= 3 and all(value is not None for row in rows.values() for value in row[end - 3 : end + 1])
        period = f"{FIRST + (end - 3)}..{FIRST + end}"
        assert (period in told) == known
        if known:
            spent, sold = (sum(sum(rows[f, m][end - 3 : end + 1]) for f in "ab") for m in ("capex", "revenue"))
            assert told[period] == pytest.approx(spent / sold)


# ---- age, trend, disputes


@pytest.mark.parametrize(("later", "band"), [(0, "running"), (1, "running"), (2, "running"), (3, "unknown")])
def test_a_reading_speaks_for_two_quarters_and_is_unknown_after(later, band):
    made = panel({("a", "capex"): [1.0] * 4, ("a", "operating_cash_flow"): [9.0] * 4}, groups={"gears": ("a",)})
    reading = read(made, FLOW, FIRST + 3 + later)
    assert (reading.band, reading.age) == (band, later)
    assert (reading.system is None) == (band == "unknown")
    assert reading.last.value == pytest.approx(1 / 9)


@pytest.mark.parametrize(
    ("capex", "trend"),
    [([1, 1, 1, 1, 1, 2], "rising"), ([2, 1, 1, 1, 1, 1], "falling"), ([2, 2, 1, 1, 1, 1, 1, 1], "flat"),
     ([1] * 6, "flat"), ([1] * 4, "unknown"), ([1, 1, 1, 1, 5], "rising")],
)  # fmt: skip
def test_the_trend_is_the_step_over_two_quarters_or_over_one(capex, trend):
    rows = {("a", "capex"): [float(value) for value in capex], ("a", "operating_cash_flow"): [4.0] * len(capex)}
    assert read(panel(rows, groups={"gears": ("a",)}), FLOW).trend == trend


def test_a_claim_that_was_overruled_and_would_give_another_band_makes_the_reading_disputed():
    def with_rival(value):
        made = panel({("a", "capex"): [1.0] * 4, ("a", "operating_cash_flow"): [9.0] * 4}, groups={"gears": ("a",)})
        cell = dict(made.cells["a", "capex"])
        rival = figure("a", "capex", LAST, value).chosen
        cell[FIRST + 3] = replace(cell[FIRST + 3], others=(rival,))
        return replace(made, cells={**made.cells, ("a", "capex"): cell})

    assert read(with_rival(30.0), FLOW).system.disputed
    assert not read(with_rival(1.5), FLOW).system.disputed


def test_the_parts_of_a_sum_are_no_rivals():
    made = panel({("a", "capex"): [1.0] * 4, ("a", "operating_cash_flow"): [9.0] * 4}, groups={"gears": ("a",)})
    cell = dict(made.cells["a", "capex"])
    own = cell[FIRST + 3]
    part = figure("a", "capex", LAST, 40.0).chosen
    cell[FIRST + 3] = replace(own, chosen=replace(own.chosen, derivation="sum_of_tags"), others=(part,))
    assert not read(replace(made, cells={**made.cells, ("a", "capex"): cell}), FLOW).system.disputed


# ---- bands


def spending(growth, cash=1.0, quarters=16):
    """A firm whose spending grows each quarter by a factor, from the fifth quarter on; revenue stands still."""
    capex = [10.0 * growth ** max(0, n - 3) for n in range(quarters)]
    return panel(
        {("a", "capex"): capex, ("a", "revenue"): [100.0] * quarters, ("a", "free_cash_flow"): [cash] * quarters},
        groups={"gears": ("a",)},
    )


def test_spending_that_outgrows_revenue_is_watched_after_four_quarters_and_alarms_after_eight_without_cash():
    rising = spending(1.05, cash=-1.0)
    bands = {n: read(rising, CAPEX, FIRST + n).band for n in range(7, 16)}
    # The first spread is known in the eighth quarter; three before it are not.
    assert bands == {7: "unknown", 8: "unknown", 9: "unknown", 10: "watch", 11: "watch", 12: "watch", 13: "watch",
                     14: "alarm", 15: "alarm"}  # fmt: skip
    assert read(spending(1.05, cash=1.0), CAPEX, LAST).band == "watch"
    assert read(spending(0.95, cash=-1.0), CAPEX, LAST).band == "running"


def test_a_missing_quarter_breaks_persistence_into_not_known():
    rising = spending(1.05)
    cell = {when: own for when, own in rising.cells["a", "capex"].items() if when != FIRST + 9}
    assert read(replace(rising, cells={**rising.cells, ("a", "capex"): cell}), CAPEX, LAST).band == "unknown"


@pytest.mark.parametrize(
    ("spent", "earned", "band", "value"),
    [(69, 100, "running", 0.69), (70, 100, "watch", 0.7), (100, 100, "watch", 1.0), (101, 100, "alarm", 1.01),
     (5, 0, "alarm", None), (5, -1, "alarm", None)],
)  # fmt: skip
def test_cash_flow_that_no_longer_covers_spending_alarms_and_none_at_all_has_no_ratio(spent, earned, band, value):
    rows = {("a", "capex"): [spent / 4] * 4, ("a", "operating_cash_flow"): [earned / 4] * 4}
    point = read(panel(rows, groups={"gears": ("a",)}), FLOW).system
    assert (point.band, point.value) == (band, value if value is None else pytest.approx(value))


def supplier(inventory, receivables, sales):
    """A vendor whose growth over four quarters is given in per cent, from the fifth quarter on."""

    def row(growths):
        values = [100.0] * 4
        for growth in growths:
            values.append(values[-4] * (1 + growth / 100))
        return values

    rows = {("v", "revenue"): row(sales), ("v", "inventory"): row(inventory)}
    if receivables is not None:
        rows["v", "receivables"] = row(receivables)
    return panel(rows, groups={"vendors": ("v",)})


def test_the_supplier_of_1999_is_watched_in_its_second_quarter_and_alarms_in_its_fourth():
    made = supplier([45, 51, 74, 54], [46, 57, 64, 41], [6, 33, 22, 23])
    bands = [read(made, "stock_and_receivables", FIRST + n).band for n in range(4, 8)]
    assert bands == ["unknown", "watch", "watch", "alarm"]
    spreads = [[round(100 * sub.value) for sub in read(made, "stock_and_receivables", FIRST + n).system.subs[:2]]
               for n in range(4, 8)]  # fmt: skip
    assert spreads == [[39, 40], [18, 24], [52, 42], [31, 18]]


def test_inventory_alone_is_watched_after_four_quarters_and_never_alarms():
    made = supplier([40] * 8, [0] * 8, [10] * 8)
    assert [read(made, "stock_and_receivables", FIRST + n).band for n in range(4, 12)] == ["unknown"] * 3 + [
        "watch"
    ] * 5
    unknown_receivables = supplier([40] * 8, None, [10] * 8)
    assert read(unknown_receivables, "stock_and_receivables", FIRST + 11).band == "watch"
    calm = supplier([10] * 8, None, [10] * 8)
    assert read(calm, "stock_and_receivables", FIRST + 11).band == "unknown"


def test_the_worst_firm_speaks_for_a_group_and_calm_needs_every_firm():
    def made(**backlogs):
        return panel({(firm, "backlog_top_customer_share"): [share] for firm, share in backlogs.items()},
                     groups={"sellers_of_computing": ("a", "b")})  # fmt: skip

    worst_of = {
        (0.1, 0.1): "running", (0.1, 0.3): "watch", (0.5, 0.3): "alarm", (0.1, None): "unknown", (None, 0.3): "watch",
    }  # fmt: skip
    for (a, b), band in worst_of.items():
        reading = read(made(a=a, b=b), "backlog_concentration")
        assert reading.band == band, (a, b)
    assert read(made(a=0.1, b=0.3), "backlog_concentration").system.entity == "b"
    assert "Not every firm" in read(made(a=0.1, b=None), "backlog_concentration").system.remark.en


def test_a_guarantee_is_shown_apart_from_money_and_draws_have_a_band_of_their_own():
    rows = {
        ("v", "revenue"): [25.0] * 4, ("v", "vendor_financing_promised"): [24.0] * 4,
        ("v", "vendor_guarantees"): [10.0] * 4, ("v", "vendor_financing_drawn"): [6.0] * 4,
    }  # fmt: skip
    reading = read(panel(rows, groups={"vendors": ("v",)}), "vendor_financing")
    assert (reading.system.value, reading.band) == (pytest.approx(0.24), "alarm")
    by = {sub.name.en: (round(sub.value, 3), sub.band) for sub in reading.system.subs}
    assert by == {"of it caps of guarantees": (0.1, None), "drawn, at least": (0.06, "watch")}


def test_leases_that_are_unknown_make_a_low_ratio_unknown_and_a_high_one_a_floor():
    def made(vehicles, leases=None):
        rows = {("a", "total_debt"): [100.0], ("a", "vehicle_debt"): [vehicles]}
        rows |= {("a", "lease_commitments_not_commenced"): [leases]} if leases is not None else {}
        return read(panel(rows, groups={"off_balance": ("a",)}), "off_balance_debt")

    assert [made(10.0).band, made(30.0).band, made(80.0).band] == ["unknown", "watch", "alarm"]
    assert (made(10.0, 5.0).band, made(10.0, 5.0).system.value) == ("running", pytest.approx(0.15))


def test_lives_that_are_too_long_by_half_cost_half_the_depreciation():
    life = dated("", {"2023-01-01": 6.0}, entity="a", metric="gpu_depreciation_life", product=None)
    rows = panel(
        {("a", "depreciation"): [10.0] * 4, ("a", "net_income"): [50.0] * 4,
         ("a", "equity_securities_gain"): [None, None, None, 100.0]},
        groups={"depreciating": ("a",)},
    )  # fmt: skip
    point = read(together(rows, life), "depreciation_life").system
    # 40 x (6/4 - 1) = 20 over 200 - 100.
    assert (point.value, point.band) == (pytest.approx(0.2), "alarm")
    loss = panel({("a", "depreciation"): [10.0] * 4, ("a", "net_income"): [-1.0] * 4}, groups={"depreciating": ("a",)})
    point = read(together(loss, life), "depreciation_life").system
    assert (point.value, point.band, point.subs[0].value) == (None, "unknown", pytest.approx(20))


@pytest.mark.parametrize(
    ("prices", "band"),
    [({"2024-01-01": 100, "2025-01-01": 30}, "running"), ({"2024-01-01": 100, "2025-01-01": 50}, "watch"),
     ({"2024-01-01": 100, "2025-01-01": 80}, "alarm"), ({"2025-01-01": 80}, "unknown"),
     ({"2024-01-01": 0, "2025-01-01": 80}, "unknown")],
)  # fmt: skip
def test_a_price_that_falls_by_less_than_better_hardware_alone_would_make_it_alarms(prices, band):
    assert read(dated("price", prices), "price_at_fixed_quality", Quarter(2025, 1)).band == band


def test_rent_below_cost_alarms_only_two_months_running():
    def made(rents):
        return replace(dated("rental", rents), parameters=ai().case.parameters)

    def band(rents):
        return read(made(rents), "gpu_rental_margin", Quarter(2025, 1)).band

    assert band({"2025-02-28": 1.0, "2025-03-31": 1.0}) == "alarm"
    assert band({"2025-02-28": 2.0, "2025-03-31": 1.0}) == "watch"
    assert band({"2024-11-30": 1.0, "2025-03-31": 1.0}) == "watch"
    assert band({"2025-03-31": 1.8}) == "watch"
    assert band({"2025-03-31": 3.0}) == "running"
    assert read(dated("rental", {"2025-03-31": 3.0}), "gpu_rental_margin", Quarter(2025, 1)).band == "unknown"


@pytest.mark.parametrize(("spread", "band"), [(0.0099, "running"), (0.01, "watch"), (0.05, "watch"), (0.0675, "alarm")])
def test_a_spread_stands_where_the_market_would_put_it(spread, band):
    made = dated("", {"2025-02-01": spread}, entity="a", metric="credit_spread", product=None)
    reading = read(replace(made, groups={"quoted_debtors": ("a",)}), "credit_spread", Quarter(2025, 1))
    assert (reading.system.band, reading.system.value) == (band, spread)


def test_a_spread_implies_the_chances_of_default_that_were_quoted():
    assert [round(100 * default_within(bp / 1e4), 1) for bp in (108, 141)] == [8.7, 11.2]
    assert [round(100 * default_within(bp / 1e4, recovery=0.3), 1) for bp in (108, 141)] == [7.5, 9.7]
    assert [round(100 * default_within(bp / 1e4)) for bp in (675, 720)] == [45, 47]


def test_the_revenue_gap_with_a_seller_missing_is_only_a_bound():
    def made(**sellers):
        chips = panel({("v", "data_center_revenue"): [100.0]}, groups={"sellers_to_users": ("a", "b")})
        chips = replace(chips, named={"chip_sales": ("v", "data_center_revenue", None)})
        for firm, paid in sellers.items():
            day = {"2024-02-01": paid}
            chips = together(chips, dated("", day, entity=firm, metric="revenue_annualized", product=None))
        return read(chips, "revenue_gap", FIRST)

    assert (made(a=600.0, b=100.0).system.value, made(a=600.0, b=100.0).band) == (pytest.approx(2.25), "watch")
    assert made(a=600.0).band == "unknown" and made(a=1300.0).band == "running"
    assert made().system is None


def test_a_run_up_is_measured_after_inflation_over_one_year_and_two():
    months = {f"{year}-{month:02d}-28": 0 for year in (2022, 2023, 2024) for month in range(1, 13)}
    prices = {day: 100 * 2.2 ** (n / 12) for n, day in enumerate(months)}
    flat = dated("consumer_prices", dict.fromkeys(months, 100.0), entity="x", metric="price_index", product=None)
    made = together(dated("basket", prices, entity="b", metric="price_close", product=None), flat)
    made = replace(made, named={"basket": ("b", "price_close", None), "consumer_prices": ("x", "price_index", None)})
    point = read(made, "run_up", Quarter(2024, 4)).system
    assert (point.value, point.subs[0].value) == (pytest.approx(1.2), pytest.approx(2.2**2 - 1))
    assert point.band == "alarm"
    dearer = dated("", {day: 100 * 1.1 ** (n / 12) for n, day in enumerate(months)}, entity="x",
                   metric="price_index", product=None)  # fmt: skip
    real = real_return(named(made, "basket"), named(together(made, dearer), "consumer_prices"),
                       datetime.date(2024, 12, 28), 12)  # fmt: skip
    assert real[0] == pytest.approx(2.2 / 1.1 - 1)


# ---- users against their curve


def logistic_users(dates, *, behind=()):
    """Announcements along a logistic curve, a little off it by turns; some of them behind it by a factor."""
    days = [datetime.date.fromisoformat(day) for day in dates]
    years = [(day - days[0]).days / 365.25 for day in days]
    users = [1000e6 / (1 + math.exp(-2.5 * (year - 1.2))) * (1.04 if n % 2 else 0.96) for n, year in enumerate(years)]
    for place, factor in behind:
        users[place] *= factor
    return dated("users", dict(zip(dates, users, strict=True)))


DATES = ("2023-01-10", "2023-06-10", "2023-11-10", "2024-03-10", "2024-07-10", "2024-11-10", "2025-02-10")


def test_users_close_to_the_curve_run_whatever_their_growth_does():
    reading = read(logistic_users(DATES), USERS, Quarter(2025, 1))
    growth = reading.system.subs[0].value
    assert abs(reading.system.value) < 0.15 < growth
    assert reading.band == "running"


def test_one_step_below_the_curve_is_a_strike_and_two_are_watch():
    once = read(logistic_users(DATES, behind=[(-1, 0.6)]), USERS, Quarter(2025, 1))
    assert (once.band, once.system.value < -0.3) == ("running", True)
    assert "first strike" in once.system.remark.en
    soon_after = (*DATES[:-1], "2025-01-10", "2025-03-20")
    twice = read(logistic_users(soon_after, behind=[(-2, 0.85), (-1, 0.6)]), USERS, Quarter(2025, 1))
    assert twice.band == "watch"
    first_reading = read(logistic_users(DATES[:6], behind=[(-1, 0.6)]), USERS, Quarter(2024, 4))
    assert first_reading.system.band == "unknown"  # whether it is the first strike nobody can say


def test_users_that_do_not_grow_two_quarters_running_alarm():
    made = logistic_users((*DATES, "2025-05-10", "2025-08-10"))
    key = ("lab", "users", "Chat")
    values = made.dated[key].values.copy()
    values[-2:] = values[-3]
    assert (
        read(replace(made, dated={key: replace(made.dated[key], values=values)}), USERS, Quarter(2025, 3)).band
        == "alarm"
    )


def test_fewer_than_five_earlier_announcements_give_no_reading():
    assert read(logistic_users(DATES[:5]), USERS, Quarter(2024, 3)).system is None
    assert read(logistic_users(DATES[:6]), USERS, Quarter(2024, 4)).system is not None


def test_an_announcement_a_year_ago_is_never_extrapolated():
    assert read(logistic_users((*DATES[:5], "2024-08-01")), USERS, Quarter(2024, 3)).system is not None
    late = ("2024-01-10", "2024-02-10", "2024-03-10", "2024-04-10", "2024-05-10", "2024-06-10")
    assert read(logistic_users(late), USERS, Quarter(2024, 2)).system is None


# ---- counting


def test_bands_of_parts_add_up_to_the_worst_that_is_known():
    assert worst(["running", "alarm", "unknown"]) == "alarm"
    assert worst(["unknown", "watch"]) == "watch"
    assert worst(["running"], complete=False) == "unknown"
    assert worst([]) == "unknown"


def test_the_count_of_a_quarter_is_the_same_with_and_without_histories():
    of = ai().panel("latest")
    for quarter in (Quarter(2025, 1), Quarter(2026, 1), Quarter(2026, 2)):
        (quick,) = votes_in_hindsight(of, [quarter])
        assert quick.bands == vote(read_gauges(of, quarter)).bands


def test_what_was_known_then_is_not_mixed_with_hindsight():
    quarters = [Quarter(2025, 4), Quarter(2026, 1)]
    then, now = votes_as_known_then(ai().panel, quarters), votes_in_hindsight(ai().panel("latest"), quarters)
    assert [each.asof for each in then] == [quarter.last for quarter in quarters]
    assert [each.count("unknown") for each in then] > [each.count("unknown") for each in now]
    assert all(sum(each.count(band) for band in ("running", "watch", "alarm", "unknown")) == len(each.bands)
               for each in (*then, *now))  # fmt: skip


def test_over_many_futures_the_count_has_a_middle_and_a_range():
    calm, tight = (
        panel({("a", "capex"): [spent] * 4, ("a", "operating_cash_flow"): [10.0] * 4}, groups={"gears": ("a",)})
        for spent in (1.0, 20.0)
    )
    told = {each.band: each for each in votes_over([calm] * 30 + [tight] * 70, FIRST + 3)}
    assert (told["alarm"].low, told["alarm"].middle, told["alarm"].high) == (0, 1, 1)
    assert told["unknown"].middle == len([g for g in gauges().values() if g.votes]) - 1


def test_earlier_episodes_are_those_of_the_band_shown():
    def episode(band):
        return Episode(gauge=FLOW, who=Text(en="x", zh="某"), read=band, began=When.parse("1999"),
                       came=Text(en="y", zh="某事"), ended=True, url="https://example.org")  # fmt: skip

    rows = {("a", "capex"): [20.0] * 4, ("a", "operating_cash_flow"): [10.0] * 4}
    made = replace(panel(rows, groups={"gears": ("a",)}), episodes=(episode("alarm"), episode("watch")))
    assert [each.read for each in read(made, FLOW).past] == ["alarm"]


# ---- asking


def test_a_panel_without_quarters_needs_to_be_told_which_one_is_meant():
    with pytest.raises(SeriesError, match="at="):
        read_gauges(NOTHING)


def test_without_a_quarter_the_last_one_of_the_panel_is_meant():
    made = panel(TWO, groups=GEARS)
    assert read_gauges(made) == read_gauges(made, made.quarters[-1])


NEWEST = Quarter(2026, 3)


@pytest.fixture(scope="module")
def now():
    return ai().panel()


def test_one_firm_is_read_alone_with_its_own_band():
    told = {reading.gauge: reading for reading in read_gauges(ai().panel("latest"), Quarter(2026, 1), firm="oracle")}
    assert told["capex_to_cash_flow"].band == "alarm"
    assert told["capex_to_cash_flow"].system.entity == "oracle"
    assert "users_against_curve" not in told


def test_a_firm_that_no_dial_reads_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `oracle`"):
        read_gauges(ai().panel("latest"), Quarter(2026, 1), firm="orcale")


def test_a_gauge_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `capex_to_revenue`"):
        read_gauges(NOTHING, Quarter(2025, 4), "capex_to_revenu")


def test_one_gauge_is_read_alone_and_all_in_the_order_of_their_numbers(now):
    assert [reading.gauge for reading in read_gauges(now, NEWEST, USERS)] == [USERS]
    assert [reading.gauge for reading in read_gauges(now, NEWEST)] == list(gauges())


def test_a_reading_is_the_same_when_read_again(now):
    assert read_gauges(now, NEWEST) == read_gauges(ai().panel(), NEWEST)


# ---- the catalogue


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package made here; gives a function that adds a module of given words."""
    package = ModuleType("made_catalogue")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(__import__("sys").modules, "made_catalogue", package)

    def add(module: str, words: str) -> ModuleType:
        (tmp_path / f"{module}.py").write_text(words, encoding="utf-8")
        monkeypatch.delitem(__import__("sys").modules, f"made_catalogue.{module}", raising=False)
        return package

    return add


def test_a_catalogue_finds_whatever_lies_in_its_folder_in_order(folder):
    folder("b", "ONE = 1.5\nWORD = 'no number'\n")
    package = folder("a", "TWO = 2.5\n")
    assert collect(package, float, str) == {"2.5": 2.5, "1.5": 1.5}


def test_a_catalogue_refuses_two_of_one_name(folder):
    folder("a", "from decimal import Decimal\nONE = Decimal('1')\n")
    package = folder("b", "from decimal import Decimal\nUNE = Decimal('1.0')\n")
    from decimal import Decimal

    with pytest.raises(ValueError, match="two objects of made_catalogue are called `1`; rename one"):
        collect(package, Decimal, lambda number: str(int(number)))


def test_a_catalogue_does_not_mind_one_object_seen_from_two_modules(folder):
    folder("a", "from decimal import Decimal\nONE = Decimal('1')\n")
    package = folder("b", "from made_catalogue.a import ONE\n")
    from decimal import Decimal

    assert list(collect(package, Decimal, str)) == ["1"]


def test_the_dials_are_found_by_being_there():
    assert set(gauges()) >= {CAPEX, USERS, FLOW}
    assert all(isinstance(gauge, Gauge) and gauge.id == id for id, gauge in gauges().items())
