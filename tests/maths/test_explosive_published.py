"""The S&P 500 over its dividends since 1871, as the literature tests it: every lag, form and window of one table."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from perpetuum.maths.explosive import datestamp, false_alarms, psy_sequence

ROOT = Path(__file__).parent.parent.parent
SERIES = ROOT.parent / "shared" / "data" / "golden" / "bubbles" / "series.csv"
NAME = "shiller_sp500_price_dividend_1871_2010"


@pytest.fixture(scope="module")
def price_dividend() -> tuple[list[str], np.ndarray]:
    if not SERIES.is_file():
        pytest.skip("the price-dividend series may not ship with this repository and is absent")
    with SERIES.open(encoding="utf-8", newline="") as rows:
        own = [row for row in csv.DictReader(rows) if row["series_id"] == NAME]
    return [row["date"] for row in own], np.array([float(row["value"]) for row in own])


@pytest.mark.parametrize(
    ("form", "lag", "minw", "sadf", "gsadf"),
    [
        ("levels", 0, 36, 3.4432, 4.2069),
        ("levels", 0, 47, 3.4432, 4.2069),
        ("levels", 0, 90, 3.4432, 4.2069),
        ("levels", 1, 36, 1.577, 3.171),
        ("levels", 1, 47, 1.577, 3.171),
        ("levels", 1, 90, 1.577, 3.171),
        ("logs", 0, 90, 0.693, 3.903),
    ],
)
def test_the_published_statistics_come_out(price_dividend, form, lag, minw, sadf, gsadf):
    """SADF 3.443 and GSADF 4.206 are those of Phillips, Shi and Yu (2015)."""
    values = price_dividend[1] if form == "levels" else np.log(price_dividend[1])
    found = psy_sequence(values, minw, "levels", lag)
    assert found.sadf == pytest.approx(sadf, abs=5e-4 if lag or form == "logs" else 5e-5)
    assert found.gsadf == pytest.approx(gsadf, abs=5e-4 if lag or form == "logs" else 5e-5)


def test_in_logs_a_shorter_window_is_the_most_explosive_one(price_dividend):
    """By least squares on that window alone."""
    values = np.log(price_dividend[1])
    found = psy_sequence(values, 36, "levels")
    start, end = found.gsadf_window
    x, d = values[start:end], np.diff(values[start : end + 1])
    x, d = x - x.mean(), d - d.mean()
    slope = x @ d / (x @ x)
    error = np.sqrt((d - slope * x) @ (d - slope * x) / (len(d) - 2) / (x @ x))
    assert found.gsadf == pytest.approx(slope / error, abs=1e-9)
    assert end - start + 1 < 90 and found.gsadf > 3.903


def years(dates, found, bound) -> list[str]:
    return [dates[each.start][:4] for each in datestamp(found.bsadf, bound, 7, found.first_end)]


def test_what_a_line_dates_depends_on_what_the_line_is(price_dividend):
    """A running maximum of BADF taken for a quantile of BSADF loses 1917, 1928, 1955 and 1987."""
    dates, values = price_dividend
    found = psy_sequence(values, 90, "levels")
    lines = {line: false_alarms(1680, 90, "levels", line=line, paths=300, seed=2) for line in ("running", "pointwise")}
    assert years(dates, found, lines["running"].bound) == ["1879", "1997"]
    assert {"1879", "1917", "1928", "1955", "1987"} <= set(years(dates, found, lines["pointwise"].bound))
