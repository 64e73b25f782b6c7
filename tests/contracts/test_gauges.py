"""Every dial of the catalogue: empty is unknown, less data is never better news, and the future is never read."""

from __future__ import annotations

import pkgutil
from typing import get_args

import pytest

from perpetuum.core.panel import Panel
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter
from perpetuum.gauges import catalogue, gauges, read_gauges
from perpetuum.gauges.gauge import PARTS, Part
from perpetuum.gauges.read import read_one
from perpetuum.ledger import load
from perpetuum.ledger.files import shipped_cases
from perpetuum.report.words import catalogue as words
from tests.gauges.cut_panel import ten_times, until, watched, without_each

GAUGES = sorted(gauges().values(), key=lambda gauge: gauge.id)
SERIES = ("users", "payers", "run_rate", "price", "rental", "chip_sales", "gdp", "basket", "market",
          "consumer_prices", "fundamental")  # fmt: skip
GROUPS = ("gears", "engines", "depreciating", "vendors", "sellers_of_computing", "off_balance", "quoted_debtors",
          "sellers_to_users")  # fmt: skip
EMPTY = {
    "nothing at all": Panel(cells={}),
    "quarters without a cell": Panel(cells={}, quarters=(Quarter(2025, 1), Quarter(2025, 2))),
    "groups and series of which nothing is known": Panel(
        cells={},
        quarters=(Quarter(2025, 1),),
        groups=dict.fromkeys(GROUPS, ("a", "b")),
        named=dict.fromkeys(SERIES, ("a", "revenue", None)),
    ),
    "groups of nobody": Panel(cells={}, quarters=(Quarter(2025, 1),), groups=dict.fromkeys(GROUPS, ())),
}
CASES = sorted(shipped_cases())
READ_AT = (Quarter(2024, 4), Quarter(2025, 2), Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 2))


@pytest.fixture(params=GAUGES, ids=lambda gauge: gauge.id)
def gauge(request):
    return request.param


@pytest.fixture(scope="module", params=CASES)
def panel(request):
    return load(request.param).panel("latest")


def firms_of(panel, gauge):
    return panel.groups.get(gauge.group, ()) if gauge.group else ()


def subjects(panel, gauge):
    """Who a dial is read of: the group as one, or each firm alone."""
    firms = firms_of(panel, gauge)
    return (
        [(firm,) for firm in firms] + ([firms] if gauge.whole == "sum" else []) if gauge.whole != "single" else [firms]
    )


def test_there_is_one_dial_in_each_file_and_it_bears_the_name_of_the_file():
    files = sorted(module.name for module in pkgutil.iter_modules(catalogue.__path__))
    assert [gauge.id for gauge in GAUGES] == files


def test_the_dials_are_numbered_from_one_without_a_gap_and_come_in_that_order():
    assert [gauge.number for gauge in gauges().values()] == list(range(1, len(GAUGES) + 1))


def test_no_two_dials_have_one_name():
    for language in ("en", "zh"):
        names = [gauge.name.in_language(language) for gauge in GAUGES]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_a_dial_without_data_is_unknown(gauge, empty):
    (reading,) = read_gauges(empty, Quarter(2025, 4), gauge.id)
    assert (reading.gauge, reading.unit) == (gauge.id, gauge.unit)
    assert (reading.system, reading.firms, reading.history) == (None, (), ())
    assert (reading.band, reading.trend) == ("unknown", "unknown")


def test_a_dial_says_what_it_is_and_why_its_thresholds_stand_there_in_both_languages(gauge):
    for text in (gauge.name, gauge.formula, gauge.bands.rule, gauge.bands.because):
        assert text.en.strip() and text.zh.strip() and text.en != text.zh
    assert gauge.article is None or gauge.article.en != gauge.article.zh
    assert f"gauges.status.{gauge.bands.status}" in words()


def test_a_dial_has_a_part_and_a_unit_that_have_words(gauge):
    assert gauge.part in get_args(Part) and gauge.part in PARTS
    assert f"part.{gauge.part}" in words() and f"gauges.part.{gauge.part}" in words()
    assert gauge.unit in UNITS


def test_a_dial_reads_the_same_whatever_came_later(gauge, panel):
    for quarter in READ_AT:
        assert read_one(gauge, until(panel, quarter), quarter) == read_one(gauge, panel, quarter)


@pytest.mark.parametrize("case", CASES)
def test_a_dial_rests_on_nothing_that_was_not_known_on_the_date(gauge, case):
    ledger = load(case)
    for date in (*(named.on for named in ledger.case.dates), ledger.case.newest):
        reading = read_one(gauge, ledger.panel(date), Quarter.of(date))
        for point in (*reading.history, *reading.firms):
            assert point.known_since is None or point.known_since <= date
            assert point.figures or not gauge.votes


def test_the_history_of_a_dial_is_in_the_order_of_time_and_ends_with_its_newest_point(gauge, panel):
    reading = read_one(gauge, panel, Quarter(2026, 2))
    quarters = [point.quarter for point in reading.history]
    assert quarters == sorted(set(quarters))
    assert reading.last == (reading.history[-1] if reading.history else None)


def test_a_reading_is_never_older_than_the_dial_allows(gauge, panel):
    for quarter in (*READ_AT, Quarter(2027, 1), Quarter(2028, 4)):
        reading = read_one(gauge, panel, quarter)
        if reading.system is None:
            assert reading.band == "unknown"
        else:
            assert 0 <= quarter - reading.system.quarter <= gauge.max_age


def test_taking_one_number_away_never_makes_a_band_running(gauge, panel):
    tried = 0
    for quarter in (Quarter(2025, 4), Quarter(2026, 1)):
        for firms in subjects(panel, gauge):
            seen_by, cells, dated = watched(panel)
            told = gauge.look(seen_by, firms, quarter)
            if told is None or told.band == "running":
                continue
            for name, less in without_each(panel, cells.seen, dated.seen, quarter + -16, quarter):
                again = gauge.look(less, firms, quarter)
                assert again is None or again.band != "running", f"{gauge.id} of {firms} in {quarter} without {name}"
                tried += 1
    assert (
        tried
        or not gauge.votes
        or all(
            told is None or told.band == "running"
            for quarter in (Quarter(2025, 4), Quarter(2026, 1))
            for firms in subjects(panel, gauge)
            for told in [gauge.look(panel, firms, quarter)]
        )
    )


def test_ten_times_the_money_changes_no_ratio_and_no_band(gauge, panel):
    if gauge.id == "compute_shortfall_2030":
        return  # an amount of dollars that the case states
    grown = ten_times(panel)
    for quarter in READ_AT:
        before, after = read_one(gauge, panel, quarter), read_one(gauge, grown, quarter)
        assert before.band == after.band
        for old, new in zip(before.history, after.history, strict=True):
            assert new.value == (old.value if old.value is None else pytest.approx(old.value, rel=1e-12))


@pytest.mark.parametrize("case", CASES)
def test_an_earlier_episode_speaks_of_a_dial_that_exists_and_links_to_a_page(case):
    for episode in load(case).case.episodes:
        assert episode.gauge in gauges()
        assert episode.url.startswith("http")
        assert episode.who.en and episode.came.en != episode.came.zh
