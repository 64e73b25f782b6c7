"""Every dial of the catalogue: it bears an empty panel, speaks both languages, and never reads the future."""

from __future__ import annotations

import pkgutil
from typing import get_args

import pytest

from perpetuum.core.panel import Panel
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter, When
from perpetuum.gauges import catalogue, gauges, read_gauges
from perpetuum.gauges.gauge import Part
from perpetuum.ledger import load
from perpetuum.ledger.files import shipped_cases
from perpetuum.report.words import catalogue as words

GAUGES = sorted(gauges().values(), key=lambda gauge: gauge.id)
EMPTY = {
    "nothing at all": Panel(cells={}),
    "quarters without a cell": Panel(cells={}, quarters=(Quarter(2025, 1), Quarter(2025, 2))),
    "groups and series of which nothing is known": Panel(
        cells={},
        quarters=(Quarter(2025, 1),),
        groups={"gears": ("a", "b"), "engines": ("c",)},
        named=dict.fromkeys(("users", "price"), ("a", "revenue", None)),
    ),
    "a group of nobody": Panel(cells={}, quarters=(Quarter(2025, 1),), groups={"gears": ()}),
}


@pytest.fixture(params=GAUGES, ids=lambda gauge: gauge.id)
def gauge(request):
    return request.param


def test_there_is_one_dial_in_each_file_and_it_bears_the_name_of_the_file():
    files = sorted(module.name for module in pkgutil.iter_modules(catalogue.__path__))
    assert [gauge.id for gauge in GAUGES] == files


def test_no_two_dials_have_one_name():
    for language in ("en", "zh"):
        names = [gauge.name.in_language(language) for gauge in GAUGES]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("panel", EMPTY.values(), ids=EMPTY)
def test_a_dial_without_data_is_unknown(gauge, panel):
    (reading,) = read_gauges(panel, Quarter(2025, 4), gauge.id)
    assert (reading.gauge, reading.unit) == (gauge.id, gauge.unit)
    assert (reading.points, reading.band, reading.trend) == ((), "unknown", "unknown")


def test_a_dial_says_what_it_is_in_both_languages(gauge):
    for text in (gauge.name, gauge.formula, gauge.article):
        assert text.en != text.zh


def test_a_dial_has_a_part_and_a_unit_that_have_words(gauge):
    assert gauge.part in get_args(Part)
    assert f"part.{gauge.part}" in words()
    assert gauge.unit in UNITS


@pytest.mark.parametrize("case", sorted(shipped_cases()))
def test_a_dial_reads_nothing_later_than_the_quarter_asked_for(gauge, case):
    panel = load(case).panel()
    for quarter in panel.quarters[::4]:
        (reading,) = read_gauges(panel, quarter, gauge.id)
        assert [p for p in reading.points if When.parse(p.period.split("..")[-1]).first > quarter.last] == []


@pytest.mark.parametrize("case", sorted(shipped_cases()))
def test_a_dial_rests_on_nothing_that_was_not_known_on_the_date(gauge, case):
    ledger = load(case)
    for date in (*(named.on for named in ledger.case.dates), ledger.case.newest):
        (reading,) = read_gauges(ledger.panel(date), Quarter.of(date), gauge.id)
        for point in reading.points:
            assert point.figures
            assert max(figure.chosen.known_from for figure in point.figures) <= date


@pytest.mark.parametrize("case", sorted(shipped_cases()))
def test_the_points_of_one_series_are_in_the_order_of_time(gauge, case):
    (reading,) = read_gauges(load(case).panel(), Quarter(2199, 4), gauge.id)
    for key in {(point.entity, point.product) for point in reading.points}:
        dates = [When.parse(p.period.split("..")[-1]).last for p in reading.points if (p.entity, p.product) == key]
        assert dates == sorted(set(dates))
