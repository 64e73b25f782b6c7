"""The log-periodic reading of dated prices: axis, no look-ahead, refusals, and its false alarms beside it."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from perpetuum.core.errors import SeriesError
from perpetuum.gauges.lppls import FALSE_ALARMS, read_log_periodic
from perpetuum.maths.lppls import Lppls, lppls_confidence, lppls_value

CURVE = Lppls(tc=195.0, m=0.45, w=7.8, a=8.0, b=-0.15, c1=0.012, c2=-0.008)


def days(count: int) -> list[datetime.date]:
    """Weekdays only."""
    first = datetime.date(2024, 1, 1)
    return [day for n in range(2 * count) if (day := first + datetime.timedelta(days=n)).weekday() < 5][:count]


def prices(count: int = 180) -> np.ndarray:
    return np.exp(lppls_value(np.arange(float(count)), CURVE) + np.random.default_rng(3).normal(0, 0.004, count))


def test_a_rising_bubble_is_read_and_its_windows_are_named():
    reading = read_log_periodic(days(180), prices())
    assert reading.confidence == reading.passed / 18 > 0
    assert (reading.axis, reading.last, reading.days) == ("trading", days(180)[-1], 120)
    assert reading.first == days(180)[60]
    assert reading.critical is None


def test_false_alarms_come_with_every_reading_and_grow_with_drift():
    reading = read_log_periodic(days(130), prices(130))
    assert reading.false_alarms == FALSE_ALARMS != ()
    calm = max(each.above_zero for each in FALSE_ALARMS if each.drift == 0)
    assert calm < min(each.above_zero for each in FALSE_ALARMS if each.drift > 0)
    assert all(each.above_fifth <= each.above_zero for each in FALSE_ALARMS)


def test_the_rates_are_those_of_walks_within_their_error():
    rate = next(each for each in FALSE_ALARMS if (each.drift, each.step) == (0.003, 0.015))
    chance = np.random.default_rng(77)
    found = [
        lppls_confidence(np.arange(120.0), np.cumsum(chance.normal(0.003, 0.015, 120))).share[0] > 0 for _ in range(100)
    ]
    assert np.mean(found) == pytest.approx(rate.above_zero, abs=4 * np.sqrt(0.25 / 100))
    assert np.mean(found) > 0.2


def test_what_follows_changes_nothing():
    early = read_log_periodic(days(150), prices(150))
    later = read_log_periodic(days(180), prices(), at=days(150)[-1])
    assert (early.confidence, early.best, early.history) == (later.confidence, later.best, later.history)


def test_the_axis_is_named_and_changes_the_reading_of_time():
    trading = read_log_periodic(days(180), prices())
    calendar = read_log_periodic(days(180), prices(), axis="calendar")
    assert calendar.axis == "calendar"
    assert calendar.best.end - calendar.best.start > trading.best.end - trading.best.start == 119
    if calendar.best.status != "tc_on_bound":
        assert calendar.critical > calendar.last


def test_earlier_readings_are_those_of_earlier_days():
    reading = read_log_periodic(days(180), prices())
    day, share = reading.history[0]
    assert share == read_log_periodic(days(180), prices(), at=day).confidence
    assert [each for each, _ in reading.history] == sorted(each for each, _ in reading.history)
    assert reading.history[-1] == (reading.last, reading.confidence)


@pytest.mark.parametrize(
    ("dates", "price", "options", "says"),
    [
        (days(130), np.r_[prices(129), -1.0], {}, "has no logarithm"),
        (days(130), np.r_[prices(129), np.nan], {}, "has no logarithm"),
        (days(130)[::-1], prices(130), {}, "does not come after"),
        (days(130)[:1] * 2 + days(130)[2:], prices(130), {}, "does not come after"),
        (days(100), prices(100), {}, "100 days; the longest window needs 120"),
        (days(130), prices(130), {"at": days(130)[50]}, "51 days; the longest window needs 120"),
        (days(129), prices(130), {}, "129 dates for 130 prices"),
        (days(130), prices(130), {"axis": "weeks"}, "`weeks` is no axis"),
        (days(130), np.ones(130), {}, "does not move"),
    ],
)
def test_a_series_that_cannot_be_read_is_refused_in_both_languages(dates, price, options, says):
    with pytest.raises(SeriesError, match=says) as told:
        read_log_periodic(dates, price, **options)
    assert told.value.in_language("zh") != told.value.in_language("en")
