"""A curve as it was known at each date: from users alone, never from what came later, never from the price."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from scipy.optimize import curve_fit

from perpetuum.core.text import Text
from perpetuum.gauges.explosive import explosive_price
from perpetuum.gauges.explosive_settings import Settings
from perpetuum.gauges.known_curve import KnownCurve, known_curve
from perpetuum.maths.explosive import psy_sequence
from tests.core.chinese import CHINESE

COUNT, STEP, BEGIN = 90, 4, 10
DATES = [datetime.date(2010 + n // 12, n % 12 + 1, 1) for n in range(COUNT)]
TIME = np.array([(day - DATES[0]).days / 365.25 for day in DATES])
QUICK = Settings(draws=99)


def adopted(at=TIME):
    return 800.0 / (1.0 + np.exp(-1.2 * (at - 4.0)))


def users(seed=3):
    """Every fourth month from the eleventh on, with noise of a twentieth."""
    seen = np.full(COUNT, np.nan)
    which = np.arange(BEGIN, COUNT, STEP)
    seen[which] = adopted()[which] * np.exp(0.05 * np.random.default_rng(seed).normal(size=len(which)))
    return seen


@pytest.fixture(scope="module")
def known():
    return known_curve(DATES, users())


@pytest.fixture(scope="module")
def log_price():
    return np.log(adopted()) + 0.05 * np.cumsum(np.random.default_rng(8).normal(size=COUNT))


def residual(reading):
    return reading.inputs[2]


def test_each_row_is_a_least_squares_curve_through_what_had_come_by_then(known):
    seen = users()
    for row in (40, 57, COUNT - 1):
        used = np.flatnonzero(np.isfinite(seen[: row + 1]))
        (m, k, middle), _ = curve_fit(lambda t, m, k, middle: m / (1 + np.exp(-k * (t - middle))), TIME[used],
                                      seen[used], p0=(800, 1.2, 4))  # fmt: skip
        wanted = np.log(m / (1 + np.exp(-k * (TIME[BEGIN : row + 1] - middle))))
        np.testing.assert_allclose(known.logs[row, BEGIN : row + 1], wanted, atol=1e-4)


def test_nothing_is_known_before_the_sixth_observation_nor_before_the_first(known):
    sixth = BEGIN + 5 * STEP
    assert known.count == len(range(BEGIN, COUNT, STEP))
    told = np.isfinite(known.logs)
    assert not told[:sixth].any() and not told[:, :BEGIN].any()
    for row in range(sixth, COUNT):
        assert told[row, BEGIN : row + 1].all() and not told[row, row + 1 :].any()


def test_what_comes_later_changes_no_earlier_row(known):
    later = users()
    later[60:] *= 3.0
    np.testing.assert_array_equal(known_curve(DATES, later).logs[:60], known.logs[:60])
    assert not np.allclose(known_curve(DATES, later).logs[-1, BEGIN:], known.logs[-1, BEGIN:])


def test_the_unit_of_the_users_changes_no_verdict(known, log_price):
    thousands = known_curve(DATES, users() * 1000.0)
    np.testing.assert_allclose(np.diff(thousands.logs[-1, BEGIN:]), np.diff(known.logs[-1, BEGIN:]), atol=1e-6)


def test_the_residual_begins_with_the_first_observation_and_its_dates_are_those_of_the_file(known, log_price):
    labels = [day.isoformat()[:7] for day in DATES]
    found = residual(explosive_price(np.exp(log_price), labels, adoption=known, settings=QUICK))
    assert (found.first, found.since) == (labels[BEGIN], labels[BEGIN + 5 * STEP])
    assert (found.curve, found.observed, found.in_hindsight) == ("logistic", known.count, False)
    sequence = found.test.sequence
    assert sequence.length == COUNT - BEGIN
    assert np.isnan(sequence.bsadf[: 5 * STEP - sequence.first_end]).all()
    start, end = sequence.gsadf_window
    assert found.window == (labels[BEGIN + start], labels[BEGIN + end])
    # The last window is that of a plain series: the residual as its last date told it.
    last = (log_price - known.logs[-1])[BEGIN:]
    assert sequence.bsadf[-1] == pytest.approx(psy_sequence(last, minw=sequence.minw).bsadf[-1], abs=1e-9)


def test_growth_that_adoption_explains_is_no_bubble_and_growth_beyond_it_is_one(known, log_price):
    calm = explosive_price(np.exp(log_price), adoption=known, settings=QUICK)
    assert residual(calm).verdict == "does_not_reject"
    wild = log_price.copy()
    wild[60:] += 0.02 * 1.2 ** np.arange(COUNT - 60)
    assert residual(explosive_price(np.exp(wild), adoption=known, settings=QUICK)).verdict == "rejects"


def test_too_few_observations_are_a_reason_in_both_languages(log_price):
    few = users()
    few[BEGIN + 5 * STEP :] = np.nan
    why = known_curve(DATES, few)
    assert isinstance(why, Text) and "at 5 dates" in why.en and CHINESE.search(why.zh)
    found = residual(explosive_price(np.exp(log_price), adoption=why, settings=QUICK))
    assert (found.verdict, found.because, found.test) == ("missing", why, None)


def test_a_curve_known_too_late_is_a_reason_too(log_price):
    late = np.full(COUNT, np.nan)
    late[-7:] = adopted()[-7:] * [1, 1.01, 0.99, 1, 1.02, 1, 0.98]
    known = known_curve(DATES, late)
    assert isinstance(known, KnownCurve)
    found = residual(explosive_price(np.exp(log_price), adoption=known, settings=QUICK))
    assert found.verdict == "missing" and "of 7 it reaches" in found.because.en and CHINESE.search(found.because.zh)


def test_a_curve_without_a_logarithm_is_told():
    grown = np.full(COUNT, np.nan)
    grown[::STEP] = np.exp(-np.exp(-60.0 * (TIME[::STEP] - TIME[-20])))
    why = known_curve(DATES, grown + 1e-300, "gompertz")
    assert isinstance(why, Text) and "no logarithm" in why.en


def test_each_bound_can_stand_over_the_residual(known, log_price):
    for bound in ("wild", "monte_carlo"):
        settings = Settings(bound=bound, draws=99, paths=50)
        assert residual(explosive_price(np.exp(log_price), adoption=known, settings=settings)).test.bound_name == bound
