"""The run-up dial on the market of 2000: the prices may not be passed on, so the test needs them on this machine."""

from __future__ import annotations

import csv
import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from perpetuum.core.panel import Panel
from perpetuum.core.when import Quarter, months_later
from perpetuum.gauges import read_gauges
from perpetuum.gauges.catalogue.run_up import real_return
from perpetuum.gauges.dated import named
from tests.gauges.made_panel import dated, together

FRED = Path(__file__).parents[3] / "shared" / "data" / "real" / "fred"
pytestmark = pytest.mark.skipif(
    not FRED.is_dir(), reason="the index and consumer prices of FRED are not on this machine"
)


def rows(name):
    with (FRED / f"{name}.csv").open(encoding="utf-8") as file:
        return [(datetime.date.fromisoformat(day), float(value)) for day, value in list(csv.reader(file))[1:] if value]


@pytest.fixture(scope="module")
def market() -> Panel:
    """Month-ends of the index, and consumer prices of the months."""
    last = {(day.year, day.month): (day, value) for day, value in rows("NASDAQCOM")}
    index = {str(day): value for day, value in last.values() if 1990 <= day.year <= 2002}
    prices = {str(day): value for day, value in rows("CPIAUCSL") if 1990 <= day.year <= 2002}
    made = together(
        dated("basket", index, entity="index", metric="price_close", product=None),
        dated("consumer_prices", prices, entity="us", metric="price_index", product=None),
    )
    return replace(made, quarters=(Quarter(2000, 1),))


def test_the_index_had_almost_doubled_in_a_year_and_more_than_doubled_in_two(market):
    basket, prices = named(market, "basket"), named(market, "consumer_prices")
    february = datetime.date(2000, 2, 29)
    assert real_return(basket, prices, february, 12)[0] == pytest.approx(0.989, abs=0.001)
    assert real_return(basket, prices, february, 24)[0] == pytest.approx(1.528, abs=0.001)


def test_the_first_doubling_in_two_years_came_in_november_1999(market):
    basket, prices = named(market, "basket"), named(market, "consumer_prices")
    days = [point.day for point in basket.points if point.day >= datetime.date(1995, 1, 1)]
    doubled = [day for day in days if (found := real_return(basket, prices, day, 24)) and found[0] >= 1.0]
    assert (doubled[0].year, doubled[0].month) == (1999, 11)
    assert months_later(doubled[0], 4) <= datetime.date(2000, 3, 31)


def test_the_dial_watches_from_the_end_of_1999_and_alarms_in_no_quarter_before(market):
    bands = {str(quarter): read_gauges(market, quarter, "run_up")[0].band
             for quarter in (Quarter(1999, 3), Quarter(1999, 4), Quarter(2000, 1), Quarter(2001, 1))}  # fmt: skip
    assert bands["1999Q3"] == "running" and bands["1999Q4"] == "watch"
    assert bands["2001Q1"] == "running"
