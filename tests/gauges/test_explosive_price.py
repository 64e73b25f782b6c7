"""Is the price a bubble: three inputs, what their verdicts amount to, and what is told beside them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from perpetuum.core.errors import SeriesError
from perpetuum.gauges.explosive import band_of, explosive_price
from perpetuum.gauges.explosive_known import FALSE_VERDICTS, POWER, PUBLISHED
from perpetuum.gauges.explosive_settings import Settings
from perpetuum.maths.explosive import psy_sequence
from tests.core.chinese import faults

QUICK = Settings(draws=99)


def walk(length: int, seed: int = 0) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=length))


def runaway(length: int, seed: int = 7) -> np.ndarray:
    """Log price whose last third grows by itself."""
    y = 20.0 + walk(length, seed)
    for t in range(2 * length // 3, length):
        y[t] = 1.06 * y[t - 1] + np.random.default_rng([seed, t]).normal()
    return y / 20.0


def of(reading, name):
    (found,) = [each for each in reading.inputs if each.input == name]
    return found


# ---- what three verdicts amount to


@pytest.mark.parametrize("verdicts", list(itertools.product(["rejects", "does_not_reject", "missing"], repeat=3)))
def test_no_band_is_green_where_something_is_missing(verdicts):
    band, rejecting = band_of(verdicts), verdicts.count("rejects")
    assert band == ("alarm" if rejecting == 3 else "watch" if rejecting else
                    "unknown" if "missing" in verdicts else "running")  # fmt: skip


def test_three_inputs_are_told_even_where_one_is_given():
    reading = explosive_price(np.exp(0.05 * walk(80)), settings=QUICK)
    assert [each.input for each in reading.inputs] == ["price", "ratio", "residual"]
    assert [each.verdict for each in reading.inputs[1:]] == ["missing", "missing"]
    assert not any(faults(each.because) for each in reading.inputs[1:])
    assert reading.band == "unknown"


def test_a_price_that_runs_away_on_all_inputs_is_an_alarm():
    log_price = runaway(150)
    reading = explosive_price(np.exp(log_price), fundamental=np.exp(0.01 * walk(150, 4)),
                              adoption=np.log1p(np.arange(150.0)) * 0.01, settings=QUICK)  # fmt: skip
    assert reading.rejecting == ("price", "ratio", "residual")
    assert reading.band == "alarm"
    assert all(each.episodes and each.episodes[-1].ongoing for each in reading.inputs)


def test_a_price_that_only_follows_its_fundamental_stands_out_on_the_price_alone():
    earned, noise = runaway(150), 0.05 * np.random.default_rng(1).normal(size=150)
    reading = explosive_price(np.exp(earned + np.cumsum(noise)), fundamental=np.exp(earned), adoption=earned,
                              settings=QUICK)  # fmt: skip
    assert reading.rejecting == ("price",)
    assert reading.band == "watch"


def test_the_residual_is_the_log_price_less_the_log_curve():
    log_price, curve = 0.05 * walk(90, 2), 2.0 / (1.0 + np.exp(-(np.arange(90.0) - 45) / 8))
    reading = explosive_price(np.exp(log_price + curve), adoption=curve, settings=QUICK)
    np.testing.assert_allclose(of(reading, "residual").test.sequence.bsadf, psy_sequence(log_price).bsadf, atol=1e-7)
    assert of(reading, "residual").in_hindsight
    as_known = explosive_price(np.exp(log_price + curve), adoption=curve, adoption_in_hindsight=False, settings=QUICK)
    assert not of(as_known, "residual").in_hindsight


def test_a_curve_told_anew_at_each_date_is_read_as_it_was_told():
    log_price, curve = 0.05 * walk(60, 2), np.linspace(0, 1, 60)
    told = np.where(np.tri(60, dtype=bool), curve[None, :], np.nan)
    plain, anew = (explosive_price(np.exp(log_price), adoption=each, settings=QUICK) for each in (curve, told))
    np.testing.assert_allclose(of(anew, "residual").test.sequence.bsadf, of(plain, "residual").test.sequence.bsadf,
                               atol=1e-8)  # fmt: skip
    assert of(anew, "residual").test.bound == pytest.approx(of(plain, "residual").test.bound, abs=1e-6)
    assert not of(anew, "residual").in_hindsight
    later = told.copy()
    later[50:, :40] += 0.3
    changed = of(explosive_price(np.exp(log_price), adoption=later, settings=QUICK), "residual").test.sequence
    np.testing.assert_array_equal(changed.bsadf[: 50 - changed.first_end],
                                  of(anew, "residual").test.sequence.bsadf[: 50 - changed.first_end])  # fmt: skip


def test_a_ratio_in_levels_is_another_series_than_in_logs():
    price, over = np.exp(0.05 * walk(80, 3)), np.exp(0.02 * walk(80, 5))
    levels = explosive_price(price, fundamental=over, settings=Settings(draws=99, ratio_form="levels"))
    np.testing.assert_allclose(of(levels, "ratio").test.sequence.gsadf, psy_sequence(price / over).gsadf, atol=1e-9)
    assert of(levels, "ratio").form == "levels" and of(levels, "price").form == "logs"


# ---- dates, settings, reproducibility


def test_episodes_have_the_labels_of_their_dates():
    dates = [f"{2000 + n // 12}-{n % 12 + 1:02d}" for n in range(150)]
    (found,) = of(explosive_price(np.exp(runaway(150)), dates, settings=QUICK), "price").episodes
    assert found.end == dates[-1] and found.ongoing
    assert dates.index(found.end) - dates.index(found.start) + 1 == found.length
    assert found.start <= found.peak <= found.end


def test_what_was_left_out_is_filled_in_and_told():
    reading = explosive_price(np.exp(0.05 * walk(100)), settings=QUICK)
    assert (reading.settings.minw, reading.settings.min_length) == (19, 4)
    assert reading.family_wise == pytest.approx(0.05)
    assert Settings().draws == 399 and Settings().bound == "wild" and Settings().level == 0.95


def test_the_same_seed_gives_the_same_answer_and_another_does_not():
    price = np.exp(0.05 * walk(80))
    first, again, other = (explosive_price(price, settings=Settings(draws=99, seed=seed)) for seed in (4, 4, 5))
    assert of(first, "price").test.bound == of(again, "price").test.bound != of(other, "price").test.bound


def test_the_currency_changes_nothing():
    price = np.exp(0.05 * walk(80))
    one, other = (explosive_price(price * rate, settings=QUICK) for rate in (1.0, 31.7))
    assert of(one, "price").test.bound == pytest.approx(of(other, "price").test.bound, abs=1e-8)
    assert of(one, "price").test.sequence.gsadf == pytest.approx(of(other, "price").test.sequence.gsadf, abs=1e-8)


def test_each_bound_is_named_and_none_stands_in_for_another():
    price = np.exp(0.05 * walk(100))
    found = {
        bound: of(explosive_price(price, settings=Settings(bound=bound, draws=99)), "price").test
        for bound in ("wild", "table", "monte_carlo")
    }
    assert {bound: test.bound_name for bound, test in found.items()} == {bound: bound for bound in found}
    assert found["table"].bound == 1.9511
    assert found["monte_carlo"].bound == pytest.approx(1.9511, abs=0.1)
    assert [test.p_value is None for test in found.values()] == [False, True, True]


# ---- what is known against the test


def test_the_warning_and_the_published_verdicts_come_with_every_reading():
    reading = explosive_price(np.exp(0.05 * walk(60)), settings=QUICK)
    assert reading.false_verdicts is FALSE_VERDICTS and reading.power is POWER and reading.published is PUBLISHED
    assert [row.has_growth for row in FALSE_VERDICTS.rows].count(True) == 3
    assert len(PUBLISHED) == 4


def test_all_that_is_known_can_be_read_in_both_languages():
    texts = [row.truth for row in FALSE_VERDICTS.rows] + [each.says for each in PUBLISHED] + [FALSE_VERDICTS.source]
    assert [fault for text in texts for fault in faults(text)] == []


# ---- what cannot be read


GOOD = np.exp(0.05 * walk(60))


@pytest.mark.parametrize(
    ("given", "options", "told"),
    [
        ({"prices": [*GOOD[:30], 0.0, *GOOD[30:]]}, {}, "is 0 at observation 31"),
        ({"prices": [*GOOD[:30], -2.0, *GOOD[30:]]}, {}, "is -2 at observation 31"),
        ({"prices": [*GOOD[:30], np.nan, *GOOD[30:]]}, {}, "is nan at observation 31"),
        ({"prices": [4.0] * 60}, {}, "constant"),
        ({"prices": GOOD[:5]}, {}, "has 5 observations"),
        ({"prices": ["a", "b"]}, {}, "no row of numbers"),
        ({"prices": np.exp(np.linspace(0, 1, 60))}, {}, "too little noise"),
        ({"prices": GOOD, "dates": ["2020"]}, {}, "1 dates and 60 prices"),
        ({"prices": GOOD, "fundamental": GOOD[:50]}, {}, "has 50 numbers, the price 60"),
        ({"prices": GOOD, "fundamental": [0.0, *GOOD[1:]]}, {}, "the fundamental is 0 at observation 1"),
        ({"prices": GOOD, "adoption": np.zeros((60, 3))}, {}, "60 rows of 60"),
        ({"prices": GOOD, "adoption": [np.inf, *GOOD[1:]]}, {}, "adoption curve is inf"),
        ({"prices": GOOD}, {"bound": "exact"}, "wild, table, monte_carlo"),
        ({"prices": GOOD}, {"level": 95.0}, "such as 0.95"),
        ({"prices": GOOD}, {"draws": 5}, "19 or more"),
        ({"prices": GOOD}, {"lag": -1}, "Give 0 or more"),
        ({"prices": GOOD}, {"minw": 58}, "needs 61"),
        ({"prices": GOOD}, {"minw": 3, "lag": 2}, "give a window of 5 or more"),
        ({"prices": GOOD}, {"min_length": 0}, "Give 1 or more"),
        ({"prices": GOOD}, {"bound": "table"}, "no row for 60 observations"),
        ({"prices": GOOD}, {"bound": "table", "convention": "levels"}, "counted in rows"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_a_repair_in_both_languages(given, options, told):
    with pytest.raises(SeriesError) as caught:
        explosive_price(**given, settings=Settings(**({"draws": 99} | options)))
    assert told in str(caught.value)
    assert faults(caught.value.says) == []


def test_all_problems_are_told_at_once():
    with pytest.raises(SeriesError) as caught:
        explosive_price([*GOOD, -1.0], fundamental=[*GOOD, 0.0], adoption=[*GOOD, np.nan])
    assert len(str(caught.value).splitlines()) >= 2
    with pytest.raises(SeriesError) as caught:
        explosive_price(GOOD, settings=Settings(level=2.0, lag=-1, min_length=0))
    assert len(str(caught.value).splitlines()) == 3
