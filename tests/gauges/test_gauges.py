"""The dials: ratios of sums over firms that never change, series at their own dates, and no verdict without a rule."""

from __future__ import annotations

import datetime
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.catalogue import collect
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.when import Quarter, When
from perpetuum.gauges import Gauge, gauges, read_gauges
from tests.gauges.made_panel import FIRST, NOTHING, dated, panel
from tests.report.made_case import ai

CAPEX, USERS, PRICE = "capex_to_revenue", "users_against_curve", "price_at_fixed_quality"
NEWEST = Quarter(2026, 3)


def read(of, gauge, at=None):
    (reading,) = read_gauges(of, at, gauge)
    return reading


def values(reading, entity):
    return {point.period: point.value for point in reading.points if point.entity == entity}


# ---- the shipped case, against numbers measured by hand from the same filings (gauges.md, dial 3)


@pytest.fixture(scope="module")
def now():
    return ai().panel()


@pytest.mark.parametrize(
    ("entity", "year", "per_cent"),
    [
        ("gears", "2025Q1..2025Q4", 24.4),
        ("gears", "2024Q1..2024Q4", 16.3),
        ("oracle", "2025Q2..2026Q1", 75.3),
        ("microsoft", "2025Q3..2026Q2", 34.9),
        ("alphabet", "2025Q3..2026Q2", 29.7),
        ("meta", "2025Q2..2026Q1", 35.2),
        ("amazon", "2025Q1..2025Q4", 18.4),
    ],
)
def test_capital_spending_over_revenue_is_what_the_filings_give(now, entity, year, per_cent):
    assert 100 * values(read(now, CAPEX, NEWEST), entity)[year] == pytest.approx(per_cent, abs=0.05)


def test_the_newest_year_of_the_group_is_the_last_one_that_all_five_reported(now):
    reading = read(now, CAPEX, NEWEST)
    assert (reading.newest.entity, reading.newest.period) == ("gears", "2025Q1..2025Q4")
    assert len(reading.newest.figures) == 5 * 2 * 4
    assert {figure.chosen.subject for figure in reading.newest.figures} == set(ai().case.groups["gears"])


def test_every_ratio_is_what_its_own_figures_give(now):
    for point in read(now, CAPEX, NEWEST).points:
        sums = {
            metric: sum(figure.value for figure in point.figures if figure.chosen.attribute == metric)
            for metric in ("capex", "revenue")
        }
        assert point.value == pytest.approx(sums["capex"] / sums["revenue"])


def test_weekly_users_stand_at_the_dates_of_their_announcements(now):
    reading = read(now, USERS, NEWEST)
    users = values(reading, "openai")
    assert (users["2024-12-04"], users["2025-10-06"], users["2026-02-27"]) == (300e6, 800e6, 900e6)
    assert list(users) == sorted(users)
    assert (reading.newest.period, reading.trend) == ("2026-02-27", "rising")
    assert {point.product for point in reading.points} == {"ChatGPT"}


def test_the_number_of_paying_users_is_not_among_the_weekly_ones(now):
    # 40 million on 14 October 2025 pay; read as weekly users they would break the series.
    assert min(values(read(now, USERS, NEWEST), "openai").values()) == 50e6
    assert "2025-10-14" not in values(read(now, USERS, NEWEST), "openai")


def test_the_price_at_one_quality_fell_a_thousandfold(now):
    reading = read(now, PRICE, NEWEST)
    assert values(reading, "llm_tokens") == {"2021-11": 60.0, "2024-11": pytest.approx(0.06)}
    assert (reading.unit, reading.trend) == ("USD/Mtok", "falling")


@pytest.mark.parametrize("day", ["2023-06-30", "2025-10-24", "2026-01-15"])
def test_nothing_is_used_that_was_not_known_on_the_date(day):
    date = datetime.date.fromisoformat(day)
    readings = read_gauges(ai().panel(date), Quarter.of(date))
    figures = [figure for reading in readings for point in reading.points for figure in point.figures]
    assert figures
    assert max(figure.chosen.known_from for figure in figures) <= date


def test_on_the_date_of_the_article_the_third_quarter_was_not_reported_by_all():
    reading = read(ai().panel("2025-10-24"), CAPEX, Quarter(2025, 4))
    assert reading.newest.period == "2024Q3..2025Q2"
    assert 100 * reading.newest.value == pytest.approx(20.0, abs=0.05)


@pytest.mark.parametrize("quarter", [Quarter(2023, 2), Quarter(2025, 3), Quarter(2026, 1)])
def test_nothing_later_than_the_quarter_asked_for_is_read(now, quarter):
    for reading in read_gauges(now, quarter):
        for point in reading.points:
            assert When.parse(point.period.split("..")[-1]).first <= quarter.last


@pytest.mark.parametrize("gauge", sorted(gauges()))
def test_every_point_has_the_figures_it_rests_on_and_they_are_reported(now, gauge):
    points = read(now, gauge, NEWEST).points
    assert points
    for point in points:
        assert point.figures
        assert {figure.chosen.status for figure in point.figures} == {"reported"}
        assert all(figure.chosen.source.url for figure in point.figures)


def test_no_dial_gives_a_band_before_a_rule_was_tested(now):
    for reading in read_gauges(now, NEWEST):
        assert reading.band == "unknown"
        assert "no threshold has been tested" in reading.because.en


# ---- rules, on panels made by hand

TWO = {
    ("a", "capex"): [10.0] * 5,
    ("a", "revenue"): [100.0] * 5,
    ("b", "capex"): [30.0] * 5,
    ("b", "revenue"): [20.0] * 5,
}
GEARS = {"gears": ("a", "b")}


def test_a_group_is_the_ratio_of_its_sums_and_no_mean_of_ratios():
    together = values(read(panel(TWO, groups=GEARS), CAPEX), "gears")
    assert together == {"2024Q1..2024Q4": pytest.approx(40 / 120), "2024Q2..2025Q1": pytest.approx(40 / 120)}


def test_a_firm_shows_its_newest_year_only():
    assert values(read(panel(TWO, groups=GEARS), CAPEX), "a") == {"2024Q2..2025Q1": pytest.approx(0.1)}


@pytest.mark.parametrize("metric", ["capex", "revenue"])
def test_a_group_has_no_value_in_a_year_in_which_one_member_lacks_a_quarter(metric):
    gap = TWO | {("b", metric): [30.0, 30.0, 30.0, 30.0, None]}
    together = values(read(panel(gap, groups=GEARS), CAPEX), "gears")
    assert list(together) == ["2024Q1..2024Q4"]


def test_leaving_a_member_out_never_gives_the_ratio_of_the_others():
    without = {key: row for key, row in TWO.items() if key[0] == "a"}
    reading = read(panel(without, groups=GEARS), CAPEX)
    assert values(reading, "gears") == {}
    assert values(reading, "a") == {"2024Q2..2025Q1": pytest.approx(0.1)}


def test_a_year_with_a_missing_quarter_has_no_value():
    gap = {("a", "capex"): [1.0, None, 1.0, 1.0, 1.0], ("a", "revenue"): [2.0] * 5}
    assert read(panel(gap, groups={"gears": ("a",)}), CAPEX).points == ()


def test_three_quarters_are_no_year():
    short = {("a", "capex"): [1.0] * 3, ("a", "revenue"): [2.0] * 3}
    assert read(panel(short, groups={"gears": ("a",)}), CAPEX).points == ()


@pytest.mark.parametrize("revenue", [[0.0] * 4, [-1.0] * 4])
def test_without_revenue_there_is_no_ratio(revenue):
    none = {("a", "capex"): [1.0] * 4, ("a", "revenue"): revenue}
    assert read(panel(none, groups={"gears": ("a",)}), CAPEX).points == ()


def test_a_case_that_names_no_group_has_no_reading():
    reading = read(panel(TWO), CAPEX)
    assert (reading.points, reading.band, reading.trend) == ((), "unknown", "unknown")


@pytest.mark.parametrize(
    ("capex", "trend"),
    [([1, 1, 1, 1, 2], "rising"), ([2, 1, 1, 1, 1], "falling"), ([1] * 5, "flat"), ([1] * 4, "unknown")],
)
def test_the_trend_is_the_last_step_of_the_group(capex, trend):
    rows = {("a", "capex"): [float(value) for value in capex], ("a", "revenue"): [4.0] * len(capex)}
    assert read(panel(rows, groups={"gears": ("a",)}), CAPEX).trend == trend


MONEY = st.floats(1e6, 1e12)
ROW = st.lists(st.none() | MONEY, min_size=6, max_size=6)


@given(ROW, ROW, ROW, ROW)
def test_a_year_of_the_group_is_there_exactly_when_every_quarter_of_every_member_is(a_spent, a_sold, b_spent, b_sold):
    rows = {("a", "capex"): a_spent, ("a", "revenue"): a_sold, ("b", "capex"): b_spent, ("b", "revenue"): b_sold}
    together = values(read(panel(rows, groups=GEARS, quarters=6), CAPEX), "gears")
    for end in range(6):
        known = end >= 3 and all(value is not None for row in rows.values() for value in row[end - 3 : end + 1])
        period = f"{FIRST + (end - 3)}..{FIRST + end}"
        assert (period in together) == known
        if known:
            spent, sold = (sum(sum(rows[f, m][end - 3 : end + 1]) for f in "ab") for m in ("capex", "revenue"))
            assert together[period] == pytest.approx(spent / sold)


def test_a_series_is_read_until_the_end_of_the_quarter():
    series = dated("users", {"2025-03-31": 1, "2025-04-01": 2, "2025-06-30": 3, "2025-07-01": 4})
    assert [point.value for point in read(series, USERS, Quarter(2025, 2)).points] == [1, 2, 3]
    assert [point.value for point in read(series, USERS, Quarter(2025, 1)).points] == [1]


@pytest.mark.parametrize(("name", "gauge"), [("users", USERS), ("price", PRICE)])
def test_only_the_series_that_the_case_names_is_read(name, gauge):
    at = Quarter(2025, 4)
    assert len(read(dated(name, {"2025-01-01": 1}), gauge, at).points) == 1
    assert read(dated("another", {"2025-01-01": 1}), gauge, at).points == ()


def test_a_named_series_without_any_observation_is_unknown():
    series = dated("users", {"2025-01-01": 1})
    nobody = type(series)(cells={}, named=series.named)
    reading = read(nobody, USERS, Quarter(2025, 4))
    assert (reading.points, reading.band) == ((), "unknown")


@pytest.mark.parametrize("gauge", sorted(gauges()))
def test_an_empty_dial_is_unknown_and_says_that_there_is_no_data(gauge):
    reading = read(NOTHING, gauge, Quarter(2025, 4))
    assert (reading.points, reading.newest, reading.band, reading.trend) == ((), None, "unknown", "unknown")
    assert "no data" in reading.because.en and "沒有資料" in reading.because.zh


# ---- asking


def test_a_panel_without_quarters_needs_to_be_told_which_one_is_meant():
    with pytest.raises(SeriesError, match="at="):
        read_gauges(NOTHING)


def test_without_a_quarter_the_last_one_of_the_panel_is_meant():
    made = panel(TWO, groups=GEARS)
    assert read_gauges(made) == read_gauges(made, made.quarters[-1])


def test_a_gauge_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `capex_to_revenue`"):
        read_gauges(NOTHING, Quarter(2025, 4), "capex_to_revenu")


def test_one_gauge_is_read_alone_and_all_in_the_order_of_their_files(now):
    assert [reading.gauge for reading in read_gauges(now, NEWEST, USERS)] == [USERS]
    assert [reading.gauge for reading in read_gauges(now, NEWEST)] == sorted(gauges())


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
    assert set(gauges()) >= {CAPEX, USERS, PRICE}
    assert all(isinstance(gauge, Gauge) and gauge.id == id for id, gauge in gauges().items())
