"""When a share passes a line: between observations only, and never where nobody looked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.maths.crossing import threshold_crossing

YEARS, SHARES = np.array([2000.0, 2001, 2003]), np.array([4.0, 8.0, 16.0])


def test_a_value_of_a_year_stands_at_its_end_and_a_survey_where_its_label_says():
    end = threshold_crossing(YEARS, SHARES, 10.0, dated="year_end")
    label = threshold_crossing(YEARS, SHARES, 10.0)
    assert (end.time, label.time) == (2002.5, 2001.5)
    assert (label.earliest, label.latest) == (2001, 2003)


def test_years_count_from_the_launch_that_is_named():
    assert threshold_crossing(YEARS, SHARES, 10.0, launch=1990.5).years_from_launch == 11.0
    assert threshold_crossing(YEARS, SHARES, 10.0).years_from_launch is None


def test_no_line_is_drawn_beyond_the_observations():
    late, early = threshold_crossing(YEARS, SHARES, 20.0), threshold_crossing(YEARS, SHARES, 2.0)
    assert (late.status, late.time, late.earliest) == ("not_yet", None, 2003)
    assert (early.status, early.time, early.latest) == ("before_first", None, 2000)


def test_a_share_reached_exactly_is_reached_then():
    assert threshold_crossing(YEARS, SHARES, 8.0).time == 2001
    assert threshold_crossing(YEARS, SHARES, 4.0).time == 2000


def test_the_first_of_several_crossings_counts():
    assert threshold_crossing(np.arange(4.0), np.array([0.0, 2, 0, 2]), 1.0).time == 0.5


@given(st.lists(st.floats(0.1, 5), min_size=3, max_size=8), st.floats(0.05, 0.95))
def test_the_straight_line_passes_the_share_at_the_moment_found(steps, part):
    time, share = np.cumsum(np.ones(len(steps))), np.cumsum(steps)
    line = share[0] + part * (share[-1] - share[0])
    found = threshold_crossing(time, share, float(line))
    assert found.time is not None
    assert np.interp(found.time, time, share) == pytest.approx(line)


@pytest.mark.parametrize(
    ("time", "share", "says"),
    [
        (np.array([]), np.array([]), "no observation"),
        (YEARS, np.array([4.0, np.nan, 16]), "must be finite"),
        (YEARS[::-1].copy(), SHARES, "times must grow"),
    ],
)
def test_what_has_no_order_or_no_number_is_refused(time, share, says):
    with pytest.raises(ValueError, match=says):
        threshold_crossing(time, share, 10.0)
