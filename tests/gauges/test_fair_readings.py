"""Nobody hides behind another: early reporters, gaps, months, firms alone, and what was told only later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perpetuum.core.errors import UnknownName
from perpetuum.core.when import Quarter
from perpetuum.gauges import gauges, read_gauges, votes_in_hindsight
from perpetuum.gauges.catalogue.credit_spread import default_within
from perpetuum.ledger import load
from perpetuum.report.views.gauges import card as gauge_card
from tests.gauges.made_panel import FIRST, dated, figure, panel, together
from tests.report.made_case import ai

BACKLOG, FLOW, GDP = "backlog_concentration", "capex_to_cash_flow", "capex_to_gdp"
PAYING, RENT, VEHICLES = "paying_users", "gpu_rental_margin", "off_balance_debt"
DERIVED = ("vendor_financing_announced", "vendor_financing_promised", "vendor_guarantees", "vehicle_debt")


def read(of, gauge, at=None, firm=None):
    (reading,) = read_gauges(of, at, gauge, firm)
    return reading


# ---- the worst firm


def backlogs(**rows):
    return panel({(firm, "backlog_top_customer_share"): row for firm, row in rows.items()},
                 groups={"sellers_of_computing": ("a", "b")})  # fmt: skip


def test_a_calm_firm_that_reports_early_does_not_hide_one_in_alarm_a_quarter_ago():
    early = backlogs(a=[0.5, None], b=[0.1, 0.1])
    reading = read(early, BACKLOG)
    assert (reading.band, reading.system.entity, reading.age) == ("alarm", "a", 1)
    assert reading.last == reading.system == reading.history[-1]
    assert votes_in_hindsight(early, [FIRST + 1])[0].ids("alarm") == (BACKLOG,)


def test_a_firm_whose_last_report_is_too_old_no_longer_speaks_and_calm_is_not_known_without_it():
    reading = read(backlogs(a=[0.5, None, None, None], b=[0.1] * 4), BACKLOG)
    assert (reading.band, reading.system.entity, reading.missing) == ("unknown", "b", ("a",))


def test_the_direction_is_that_of_the_firm_shown_whoever_was_worst_before():
    assert read(backlogs(a=[0.3, 0.35, 0.6], b=[0.5, 0.5, 0.5]), BACKLOG).trend == "rising"


# ---- one firm


def spending(**firms):
    rows = {}
    for firm, spent in firms.items():
        rows |= {(firm, "capex"): spent, (firm, "operating_cash_flow"): [10.0] * len(spent)}
    return panel(rows, groups={"gears": ("a", "b", "c")})


def test_a_firm_read_alone_has_its_own_history_and_direction():
    told = read(spending(a=[1.0] * 4 + [2.0] * 2, b=[9.0] * 6), FLOW, firm="a")
    assert [round(point.value, 3) for point in told.history] == [0.1, 0.125, 0.15]
    assert {point.entity for point in told.history} == {"a"}
    assert told.trend == "rising"


def test_a_firm_of_the_group_without_data_is_unknown_and_no_unknown_name():
    told = read(spending(a=[1.0] * 4), FLOW, firm="c")
    assert (told.band, told.system, told.last) == ("unknown", None, None)
    assert read(spending(a=[1.0] * 4), FLOW).missing == ("b", "c")


def test_a_firm_whose_data_is_too_old_keeps_its_last_value_in_grey():
    told = read(spending(a=[1.0] * 4, b=[1.0] * 8), FLOW, firm="a")
    assert (told.band, told.system, told.age, told.last.value) == ("unknown", None, 4, pytest.approx(0.1))


def test_the_names_offered_are_those_of_firms_and_groups():
    with pytest.raises(UnknownName, match="did you mean `coreweave`"):
        read_gauges(ai().panel("latest"), Quarter(2026, 1), BACKLOG, "coreweaver")
    with pytest.raises(UnknownName) as caught:
        read_gauges(ai().panel("latest"), Quarter(2026, 1), firm="nobody at all")
    assert "known: a" in str(caught.value)  # no empty name comes first


def test_one_firm_alone_is_never_calm_against_the_whole_economy():
    reading = read(ai().panel("latest"), GDP, Quarter(2026, 1))
    assert (reading.firms, reading.band, reading.trend) == ((), "watch", "rising")


# ---- gaps, months, missing parts


def users_and(payers):
    users = dated(
        "users",
        dict.fromkeys(("2024-01-31", "2024-04-30", "2024-07-31", "2024-10-31"), 100.0),
        metric="users",
        product="Chat",
    )
    return together(users, dated("payers", payers, metric="payers", product=None))


def share(payers, at):
    point = read(users_and(payers), PAYING, at).system
    return next(sub.band for sub in point.subs if "paying" in sub.name.en)


def test_a_share_is_compared_with_the_quarter_before_and_with_no_other():
    days = {"2024-02-01": 10, "2024-05-01": 13, "2024-08-01": 12, "2024-11-01": 11}
    bands = [share(days, FIRST + n) for n in range(1, 4)]
    assert bands == ["running", "watch", "alarm"]
    gap = {day: value for day, value in days.items() if day != "2024-05-01"}
    assert [share(gap, FIRST + n) for n in (2, 3)] == ["unknown", "watch"]


@pytest.mark.parametrize(("second", "band"), [(10.2, "watch"), (9.8, "watch"), (9.0, "watch"), (10.4, "running")])
def test_a_share_that_did_not_rise_is_not_running(second, band):
    assert share({"2024-02-01": 10, "2024-05-01": second}, FIRST + 1) == band


@pytest.mark.parametrize(
    ("rents", "band"),
    [({"2025-03-24": 1.0, "2025-03-31": 1.0}, "watch"), ({"2025-01-31": 1.0, "2025-03-31": 1.0}, "watch"),
     ({"2025-02-03": 1.0, "2025-03-31": 1.0}, "alarm"),
     ({"2025-02-03": 1.0, "2025-02-28": 2.0, "2025-03-31": 1.0}, "watch")],
)  # fmt: skip
def test_two_weeks_are_no_two_months_and_a_month_between_breaks_the_row(rents, band):
    made = replace(dated("rental", rents), parameters=ai().case.parameters)
    assert read(made, RENT, Quarter(2025, 1)).band == band


def test_a_low_ratio_is_calm_only_where_leases_and_vehicles_are_both_known():
    def band(**parts):
        rows = {("a", metric): [value] for metric, value in parts.items()}
        return read(panel(rows, groups={"off_balance": ("a",)}), VEHICLES).band

    assert band(total_debt=100.0, lease_commitments_not_commenced=5.0, vehicle_debt=10.0) == "running"
    assert band(total_debt=100.0, lease_commitments_not_commenced=5.0) == "unknown"
    assert band(total_debt=100.0, lease_commitments_not_commenced=80.0) == "alarm"


def test_a_chance_of_default_is_never_above_one():
    assert (default_within(0.6), default_within(2.0), default_within(2.0, 1)) == (1, 1, 1)


# ---- what was told only later


def test_what_vendors_and_vehicles_had_promised_rests_on_nothing_told_after_the_quarter():
    cells = ai().panel("latest").cells
    told = [(entity, metric, str(quarter), claim.subject) for (entity, metric), series in cells.items()
            if metric in DERIVED for quarter, own in series.items() for claim in own.others
            if claim.known_from > quarter.last]  # fmt: skip
    assert told == []
    assert any(metric == "vehicle_debt" for _, metric in cells)


def test_a_loan_to_a_vehicle_that_is_only_announced_is_no_debt():
    panel_now = ai().panel("latest")
    assert panel_now.value("meta", "vehicle_debt", Quarter(2026, 2)) == pytest.approx(27.3e9)


def test_a_run_up_never_takes_a_price_of_the_next_quarter_for_one_of_this():
    days = [f"{year}-{month:02d}-31" for year in (2022, 2023, 2024) for month in (1, 3, 5, 7, 8, 10, 12)]
    basket = dated("", dict.fromkeys(days, 100.0), entity="b", metric="price_close", product=None)
    cost = {day: 100.0 for day in days if day != "2024-12-31"} | {"2025-01-05": 500.0}
    consumer = dated("", cost, entity="x", metric="price_index", product=None)
    made = replace(
        together(basket, consumer),
        named={"basket": ("b", "price_close", None), "consumer_prices": ("x", "price_index", None)},
    )
    read_in = [point.quarter for point in read(made, "run_up", Quarter(2024, 4)).history]
    assert Quarter(2024, 3) in read_in and Quarter(2024, 4) not in read_in


def test_the_legs_of_a_sum_are_no_rivals_of_it():
    made = panel({("v", "revenue"): [25.0] * 4}, groups={"vendors": ("v",)})
    leg = figure("v", "vendor_financing_promised", FIRST + 3, 1.0).chosen
    total = figure("v", "vendor_financing_promised", FIRST + 3, 25.0)
    total = replace(total, chosen=replace(total.chosen, derivation="sum_of_legs"), others=(leg,))
    made = replace(made, cells={**made.cells, ("v", "vendor_financing_promised"): {FIRST + 3: total}})
    point = read(made, "vendor_financing").system
    assert (point.band, point.disputed) == ("alarm", False)


# ---- which end is bad, and what a reader is told


@pytest.mark.parametrize(
    "gauge",
    [
        FLOW,
        "depreciation_life",
        "vendor_financing",
        BACKLOG,
        VEHICLES,
        "revenue_gap",
        GDP,
        RENT,
        "stock_and_receivables",
    ],
)
def test_the_end_of_the_scale_that_is_called_bad_is_the_one_that_warns(gauge):
    dial = gauges()[gauge]
    shipped = ai().panel("latest")
    seen = [dial.look(shipped, (firm,), Quarter(2023, 1) + n)
            for firm in shipped.groups.get(dial.group or "", ("",)) for n in range(14)]  # fmt: skip
    values = {band: [each.value for each in seen if each and each.value is not None and each.band == band]
              for band in ("running", "watch", "alarm")}  # fmt: skip
    known = [values[band] for band in ("running", "watch", "alarm") if values[band]]
    assert known
    middles = [sorted(each)[len(each) // 2] for each in known]
    assert middles == sorted(middles, reverse=dial.worse == "low")


def test_a_card_lists_firms_without_a_reading_as_unknown_and_says_which_end_is_bad():
    shown = gauge_card(ai(), read(ai().panel("latest"), BACKLOG, Quarter(2026, 1)))
    (table,) = [block for block in shown.details.blocks if getattr(block, "columns", ())
                and block.columns[0].text.en == "firm"]  # fmt: skip
    rows = {row[0].text.en: (row[1].text.en, row[2].text.en) for row in table.rows}
    assert rows["CoreWeave"] == ("unknown", "unknown")
    assert rows["Oracle"][1] == "alarm"
    assert "a high number is bad" in shown.lines[-1].text.en


def test_a_first_strike_is_told_on_the_face_of_the_card():
    shown = gauge_card(ai(), read(ai().panel("latest"), "users_against_curve", Quarter(2026, 1)))
    assert any("first strike" in line.text.en and "首次落後" in line.text.zh for line in shown.lines)


# ---- a case that says nothing


def test_a_case_without_groups_series_or_numbers_reads_unknown_everywhere():
    ledger = load({
        "case.yaml": "id: tiny\nname: {en: Tiny, zh: 小}\nnewest: 2026-01-31\n".encode(),
        "entities/a.yaml": "id: a\nname: {en: A, zh: 甲}\nroles: [fuel]\n".encode(),
    })  # fmt: skip
    readings = read_gauges(ledger.panel(), Quarter(2025, 4))
    assert {reading.band for reading in readings} == {"unknown"}
    assert all(gauge_card(ledger, reading).lines for reading in readings)
