"""What will be reported: the model's number, and how far reports have strayed from it by then."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from perpetuum.core.errors import UnknownName
from perpetuum.machine.forecast import forecast, strayed
from perpetuum.machine.observed import Observed
from perpetuum.machine.posterior import posterior
from tests.machine.test_posterior import FREE, NET, SERIES, WIDE
from tests.machine.worlds import FIRST

USERS = "lab.weekly_active_users"
SEEN = [Observed(series=USERS, quarter=FIRST + q, value=value, error=0.02) for q, value in ((0, 8.6e8), (2, 9.1e8))]


@pytest.fixture(scope="module")
def found():
    return posterior(NET, WIDE, SEEN, FREE[:2], draws=2000)


def test_what_was_reported_stands_and_what_follows_goes_on_from_there(found):
    out = forecast(found, SERIES, 8)
    assert out.shape == (1000, 3, 8)
    for one in SEEN:
        np.testing.assert_allclose(out[:, 0, one.quarter - FIRST], one.value)
    model = found.relive([USERS], 8)[:, 0]
    grown = model[:, 3] / model[:, 2]
    assert np.median(out[:, 0, 3]) == pytest.approx(SEEN[-1].value * np.median(grown), rel=0.01)


def test_a_forecast_is_wider_than_the_model_and_the_wider_the_farther_ahead(found):
    out, model = forecast(found, SERIES, 8), found.relive(list(SERIES), 8)
    assert np.all(np.log(out[:, 1:]).std(axis=0) > np.log(model[:, 1:]).std(axis=0))
    assert np.all(np.diff(np.log(out[:, 0]).std(axis=0)[3:]) > 0.0)


def test_where_nothing_was_reported_the_spread_is_that_of_the_law():
    told = strayed(np.ones((4000, 1, 9)), (), {USERS: 0.1}, FIRST, seed=0)
    low, high = np.quantile(np.log(told[:, 0]), [0.1, 0.9], axis=0)
    wanted = 0.1 * np.sqrt(np.arange(1, 10)) * stats.t(4).ppf(0.9)
    np.testing.assert_allclose(high, wanted, rtol=0.07)
    np.testing.assert_allclose(low, -wanted, rtol=0.07)


def test_the_luck_of_one_number_is_nobody_elses(found):
    whole, short = forecast(found, SERIES, 8), forecast(found, {"lab.revenue": SERIES["lab.revenue"]}, 5)
    np.testing.assert_array_equal(whole[:, 2, :5], short[:, 0])


def test_what_the_machine_does_not_have_is_not_forecast(found):
    with pytest.raises(UnknownName, match="lab"):
        forecast(found, {"lab.revenu": 0.1}, 2)
    told = strayed(np.zeros((2, 1, 2)), (), {USERS: 0.1}, FIRST, seed=0)
    assert not told.any() and not math.isnan(told.sum())
