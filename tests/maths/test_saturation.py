"""How many there will be in all: printed fits, intervals against brute force, and three rules before a point."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from scipy.optimize import curve_fit, least_squares
from scipy.stats import f as f_distribution

from perpetuum.maths.adoption_curves import BASS, GENERAL, GOMPERTZ, LOGISTIC, RICHARDS, SHOWN
from perpetuum.maths.bass_fit import ESTIMATORS, bass_fit
from perpetuum.maths.curve_fit import fit_curve
from perpetuum.maths.diffusion import bass, bass_density
from perpetuum.maths.saturation import bass_fit_diagnostic, bic_weights, profile_saturation, saturation

# Room air conditioners in the United States, thousands, 1949 to 1961 (Bass 1969).
SOLD = np.array([96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500.0])
LAUNCH = datetime.date(2022, 11, 30)
# Weekly users of ChatGPT as announced, millions.
USERS = {
    "2023-11-06": 100, "2024-08-29": 200, "2024-12-04": 300, "2025-02-20": 400, "2025-07-31": 700,
    "2025-10-06": 800, "2026-02-27": 900,
}  # fmt: skip


def years(day: str) -> float:
    return (datetime.date.fromisoformat(day) - LAUNCH).days / 365.25


TIME = np.array([years(day) for day in USERS])
SEEN = np.array(list(USERS.values()), dtype=float)


@pytest.fixture(scope="module")
def chatgpt():
    return saturation(SEEN, time=TIME)


# ---- the table of the air conditioners


@pytest.mark.parametrize(
    ("count", "potential", "peak", "lower", "upper"),
    [
        (6, 4754, 5.47, 3184, np.inf),
        (7, 6103, 5.94, 4493, 12336),
        (8, 13508, 8.17, 7497, np.inf),
        (9, 11837, 7.73, 8911, 21644),
        (10, 13660, 8.23, 10875, 19866),
        (13, 18713, 9.58, 16041, 22572),
    ],
)
def test_the_first_years_of_a_product_tell_as_much_as_the_table_says(count, potential, peak, lower, upper):
    found = bass_fit(SOLD[:count])
    profile = profile_saturation(SOLD[:count])
    assert (round(found.m), round(found.peak_time, 2)) == (potential, peak)
    assert profile.lower == pytest.approx(lower, abs=1)
    assert profile.upper == pytest.approx(upper, abs=1)


def test_five_years_run_to_the_edge_of_what_is_searched():
    found = fit_curve(SOLD[:5], curve=BASS, method="cdf_difference", spare=2)
    assert found.status == "at_edge"
    assert found.potential > 1000 * SOLD[:5].sum()


def test_ten_years_are_the_first_that_the_first_two_rules_let_pass():
    assert [bass_fit_diagnostic(SOLD[:count]).point is not None for count in (7, 8, 9, 10)] == [False] * 3 + [True]
    assert bass_fit_diagnostic(SOLD).fits[0].standard_error[0] == pytest.approx(1411, abs=1)


def test_six_years_look_past_the_peak_and_give_no_point():
    found = bass_fit_diagnostic(SOLD[:6])
    assert found.fits[0].inflection < 6
    assert (found.point, found.lower, found.upper) == (None, SOLD[:6].sum(), np.inf)


# ---- ChatGPT


@pytest.mark.parametrize(
    ("name", "potential", "error", "miss", "lower", "upper", "later"),
    [
        ("bass", 1052, 0.11, 30, 849, 2171, 1050),
        ("logistic", 1057, 0.10, 29, 856, 1839, 1060),
        ("gompertz", 1320, 0.31, 42, 826, np.inf, 1300),
    ],
)
def test_the_three_curves_of_weekly_users(chatgpt, name, potential, error, miss, lower, upper, later):
    at = [fit.curve.name for fit in chatgpt.fits].index(name)
    found, profile = chatgpt.fits[at], chatgpt.profiles[at]
    assert round(found.potential) == potential
    assert found.standard_error[0] / found.potential == pytest.approx(error, abs=0.005)
    assert round(found.root_mean_square) == miss
    assert (profile.lower, profile.upper) == (pytest.approx(lower, abs=1), pytest.approx(upper, abs=1))
    assert found.level(np.array([years("2028-12-31")]))[0] == pytest.approx(later, abs=6)


def test_there_is_no_point_for_weekly_users_because_no_interval_is_narrow(chatgpt):
    assert chatgpt.point is None
    assert chatgpt.failed == ("narrow_interval",)
    assert all(profile.ratio > 2 for profile in chatgpt.profiles)
    assert chatgpt.upper == np.inf


def test_a_potential_three_times_as_large_hardly_misses_more():
    from perpetuum.maths.curve_fit import at_potential

    found = fit_curve(SEEN, curve=GOMPERTZ, time=TIME)
    start = np.array([np.log(found.shape[0]), found.shape[1]])
    rss, _ = at_potential(SEEN, TIME, GOMPERTZ, "level", 3000.0, [start])
    assert np.sqrt(rss / len(SEEN)) == pytest.approx(48, abs=0.5)


# ---- intervals and rules


@pytest.mark.parametrize("curve", SHOWN, ids=lambda curve: curve.name)
def test_the_ends_of_an_interval_are_where_a_plain_search_has_the_allowed_miss(curve):
    time = np.arange(1.0, 15)
    chance = np.random.default_rng(5)
    shape = {"bass": (0.02, 0.6), "logistic": (0.7, 7.0), "gompertz": (0.5, 6.0)}[curve.name]
    seen = np.abs(1000 * curve.share(time, *shape) + chance.normal(0, 12, 14))
    found = fit_curve(seen, curve=curve)
    profile = profile_saturation(seen, curve=curve, method="level", best=found)
    allowed = found.rss * (1 + f_distribution.ppf(0.95, 1, 11) / 11)
    for end in (profile.lower, profile.upper):
        again = least_squares(lambda at, m=end: m * curve.share(time, *at) - seen, found.shape, x_scale=found.shape)
        assert 2 * again.cost == pytest.approx(allowed, rel=1e-4)
    assert profile.lower < found.potential < profile.upper


def test_a_finished_product_gets_a_point_near_the_truth():
    chance = np.random.default_rng(2)
    time = np.arange(1.0, 31)
    found = saturation(500 * LOGISTIC.share(time, 0.6, 9.0) + chance.normal(0, 1.0, 30))
    assert found.failed == ()
    assert found.point == pytest.approx(500, rel=0.02)
    assert found.lower <= found.point <= found.upper


def test_a_point_is_refused_before_the_inflection_of_any_curve():
    found = saturation(900 * LOGISTIC.share(np.arange(1.0, 10), 0.7, 10.0))
    assert found.point is None
    assert "past_inflection" in found.failed
    assert min(found.after_inflection) < 2


def test_curves_that_differ_by_more_than_half_give_no_point():
    time = np.arange(1.0, 12)
    found = saturation(1000 * GOMPERTZ.share(time, 0.15, 11.0), curves=(LOGISTIC, GOMPERTZ))
    low, high = sorted(fit.potential for fit in found.fits)
    assert high > 1.5 * low
    assert "curves_agree" in found.failed and found.point is None


def test_weights_follow_the_misses_when_curves_have_as_many_parameters(chatgpt):
    misses = np.array([fit.rss for fit in chatgpt.fits])
    shares = misses ** (-len(SEEN) / 2)
    np.testing.assert_allclose(chatgpt.weights, shares / shares.sum(), rtol=1e-9)
    assert sum(bic_weights(chatgpt.fits)) == pytest.approx(1)


# ---- fits


@pytest.mark.parametrize("method", ["density", "cdf_difference", "level"])
def test_another_search_finds_the_same_bass_curve(method):
    seen, time = np.cumsum(SOLD) if method == "level" else SOLD, np.arange(1.0, len(SOLD) + 1)

    def said(at, m, p, q):
        if method == "density":
            return m * bass_density(at, p, q)
        return m * (bass(at, p, q) - (bass(at - 1, p, q) if method == "cdf_difference" else 0.0))

    found = bass_fit(seen, method)
    # Levenberg and Marquardt's steps on the plain parameters, where ours goes by a trust region on logarithms.
    scale = np.array([18_000.0, 0.01, 0.4])
    other, covariance = curve_fit(
        lambda at, *x: said(at, *(scale * x)), time, seen, p0=np.ones(3), xtol=1e-13, ftol=1e-13
    )
    np.testing.assert_allclose([found.m, found.p, found.q], scale * other, rtol=1e-6)
    np.testing.assert_allclose([found.se_m, found.se_p, found.se_q], scale * np.sqrt(np.diag(covariance)), rtol=1e-4)


@pytest.mark.parametrize("curve", GENERAL, ids=lambda curve: curve.name)
def test_a_general_curve_misses_no_more_than_what_it_contains(curve):
    inside = BASS if curve.name == "gamma_shifted_gompertz" else LOGISTIC
    seen = np.cumsum(SOLD)
    assert fit_curve(seen, curve=curve).rss <= fit_curve(seen, curve=inside).rss * (1 + 1e-6)


def test_a_curve_that_made_the_numbers_is_found_again():
    time = np.arange(1.0, 21)
    found = fit_curve(700 * RICHARDS.share(time, 0.6, 8.0, 0.5), curve=RICHARDS)
    np.testing.assert_allclose(found.estimate, [700, 0.6, 8.0, 0.5], rtol=1e-4)


def test_other_units_of_money_or_time_change_nothing_but_units():
    once, again = fit_curve(SEEN, curve=LOGISTIC, time=TIME), fit_curve(1e6 * SEEN, curve=LOGISTIC, time=12 * TIME)
    assert again.potential == pytest.approx(1e6 * once.potential, rel=1e-6)
    assert again.inflection == pytest.approx(12 * once.inflection, rel=1e-6)


def test_ols_is_the_parabola_of_sales_on_what_was_sold_before():
    before = np.r_[0, np.cumsum(SOLD)[:-1]]
    c, b, a = np.polyfit(before, SOLD, 2)
    found = bass_fit(SOLD, "ols")
    np.testing.assert_allclose(found.coefficients, (a, b, c), rtol=1e-6)
    assert found.p * found.m == pytest.approx(a)
    assert a + b * found.m + c * found.m**2 == pytest.approx(0, abs=1e-6 * a)


def test_errors_of_ols_agree_with_many_redrawn_histories():
    chance = np.random.default_rng(4)
    found = bass_fit(SOLD, "ols")
    before = np.r_[0, np.cumsum(SOLD)[:-1]]
    a, b, c = found.coefficients
    columns = np.column_stack([np.ones(13), before, before**2])
    draws = []
    for _ in range(4000):
        again = a + b * before + c * before**2 + chance.normal(0, found.residual_standard_error / 20, 13)
        a2, b2, c2 = np.linalg.lstsq(columns / columns.max(axis=0), again)[0] / columns.max(axis=0)
        draws.append((-b2 - np.sqrt(b2**2 - 4 * a2 * c2)) / (2 * c2))
    # A twentieth of the noise, so that the slopes hold.
    assert found.se_m == pytest.approx(20 * np.std(draws), rel=0.05)


def test_sales_that_only_speed_up_have_no_root_and_no_numbers():
    found = bass_fit(1.4 ** np.arange(10.0), "ols")
    assert found.status == "not_settled"
    assert np.isnan([found.m, found.p, found.q]).all()


def test_estimators_disagree_and_are_named():
    found = [bass_fit(SOLD, method) for method in ESTIMATORS[:3]]
    assert [each.method for each in found] == list(ESTIMATORS[:3])
    assert [round(each.p, 4) for each in found] == [0.0170, 0.0079, 0.0094]


# ---- refusals


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: bass_fit(SOLD[:5]), "5 observations; a curve of 3 parameters needs 6."),
        (lambda: bass_fit(SOLD, time=np.r_[1.0:7, 8.0:15]), "a missing year is not a year without sales"),
        (lambda: bass_fit(SOLD, "ols", time=np.r_[1.0:7, 8.0:15]), "sales have a gap"),
        (lambda: bass_fit(np.r_[SOLD, np.nan]), "must be finite"),
        (lambda: bass_fit(np.r_[SOLD, -1.0]), "below zero"),
        (lambda: bass_fit(np.zeros(8)), "nothing has begun"),
        (lambda: fit_curve(SEEN, time=TIME[::-1].copy()), "times must grow"),
        (lambda: fit_curve(SEEN, time=TIME - 3), "begins at launch"),
        (lambda: fit_curve(SEEN[:6], curve=RICHARDS, time=TIME[:6]), "4 parameters needs 7"),
        (lambda: profile_saturation(SOLD, level=95.0), "share between 0 and 1"),
        (lambda: saturation(SOLD, curves=()), "no curve is given"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_a_repair(call, says):
    with pytest.raises(ValueError, match=says.replace("(", r"\(")):
        call()


def test_a_curve_may_begin_before_launch_where_it_has_no_launch():
    assert fit_curve(SEEN, curve=LOGISTIC, time=TIME - 3).potential == pytest.approx(1057, abs=1)


def test_shares_of_bass_and_the_engine_are_those_of_the_closed_form():
    found = fit_curve(np.cumsum(SOLD), curve=BASS)
    np.testing.assert_allclose(found.level(np.array([4.0])), found.potential * bass(np.array([4.0]), *found.shape))


def test_an_interval_is_open_where_only_the_edge_of_a_search_would_close_it():
    """Sales of seven years on Gompertz's curve: 5,000 times what was sold misses hardly more than the best."""
    sold, year = np.array([6.48, 3.95, 6.64, 9.63, 11.66, 15.02, 14.49]), np.arange(1.0, 8)

    def misses(at, potential):
        share = [np.exp(-np.exp(-np.exp(at[0]) * (when - at[1]))) for when in (year, year - 1.0)]
        return potential * (share[0] - share[1]) - sold

    best = fit_curve(sold, curve=GOMPERTZ, method="cdf_difference").rss
    far = min(2 * least_squares(misses, (np.log(k), 100.0), args=(5_000 * sold.sum(),)).cost for k in (0.02, 0.04))
    # Of 1 and 4 degrees of freedom F is 7.71 at 95 %.
    assert far < 0.5 * best * (1 + 7.71 / 4)
    assert profile_saturation(sold, curve=GOMPERTZ).upper == np.inf
