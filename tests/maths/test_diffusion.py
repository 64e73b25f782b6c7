"""How something new spreads: curves, what one period adds, and fits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from perpetuum.maths.adoption_curves import BASS, GOMPERTZ, LOGISTIC, SHOWN
from perpetuum.maths.curve_fit import METHODS, fit_curve
from perpetuum.maths.diffusion import (
    adoption,
    bass,
    bass_density,
    bass_new,
    bass_peak,
    gompertz_new,
    logistic_new,
)

SHAPES = {"bass": (0.03, 0.38), "logistic": (0.5, 6.0), "gompertz": (0.3, 5.0)}
NEW = {"bass": bass_new, "logistic": logistic_new, "gompertz": gompertz_new}
rates = st.floats(0.0, 0.5)
by_name = pytest.mark.parametrize("curve", SHOWN, ids=lambda curve: curve.name)


@by_name
def test_the_density_is_the_slope_of_the_share(curve):
    time, step = np.linspace(0.5, 20, 40), 1e-5
    slope = (curve.share(time + step, *SHAPES[curve.name]) - curve.share(time - step, *SHAPES[curve.name])) / (2 * step)
    np.testing.assert_allclose(curve.density(time, *SHAPES[curve.name]), slope, rtol=1e-7)


@by_name
def test_a_closed_form_solves_the_equation_that_one_period_steps_through(curve):
    first, second = SHAPES[curve.name]
    p, q = (first, second) if curve is BASS else (0.0, first)
    time = np.linspace(0.0, 15.0, 16)
    start = curve.share(time[:1], first, second)
    run = solve_ivp(
        lambda _, y: [NEW[curve.name](p, q, float(y[0]), 1.0)], (0.0, 15.0), start, t_eval=time, rtol=1e-11, atol=1e-13
    )
    np.testing.assert_allclose(curve.share(time, first, second), run.y[0], atol=1e-8)


def test_smaller_steps_come_nearer_to_the_closed_form():
    exact = bass(np.arange(0.0, 21), 0.03, 0.38)
    off = [abs(adoption(bass_new, 0.03, 0.38, 1.0, 20, steps=steps) - exact).max() for steps in (1, 8, 64, 512)]
    assert off[0] > 5 * off[1] > 25 * off[2] > 125 * off[3] > 0


@given(rates, rates, st.floats(0.0, 2.0), st.sampled_from([bass_new, logistic_new]))
def test_a_period_takes_in_nobody_twice(p, q, adopters, new):
    arrived = new(p, q, adopters, 1.0)
    assert arrived >= 0
    assert adopters + arrived <= max(1.0, adopters) * (1 + 1e-15)


@pytest.mark.parametrize("new", [bass_new, logistic_new, gompertz_new], ids=["bass", "logistic", "gompertz"])
@pytest.mark.parametrize(("adopters", "potential"), [(1.0, 0.0), (0.0, 0.0), (5.0, 5.0), (7.0, 5.0)])
def test_nobody_begins_where_nobody_is_left(new, adopters, potential):
    assert new(0.03, 0.38, adopters, potential) == 0.0


@pytest.mark.parametrize("new", [logistic_new, gompertz_new], ids=["logistic", "gompertz"])
def test_where_nobody_has_begun_imitators_do_not_begin(new):
    assert new(0.5, 0.5, 0.0, 10.0) == 0.0


def test_the_compiled_step_is_what_its_source_says():
    plain = [getattr(new, "py_func", new) for new in (bass_new, logistic_new, gompertz_new)]
    for new, source in zip((bass_new, logistic_new, gompertz_new), plain, strict=True):
        assert new(0.03, 0.38, 0.3, 0.7) == pytest.approx(source(0.03, 0.38, 0.3, 0.7), rel=1e-15)


def test_the_peak_is_where_the_density_is_highest():
    time = np.linspace(0, 20, 200_001)
    density = bass_density(time, 0.01, 0.5)
    peak = bass_peak(0.01, 0.5)
    assert peak.time == pytest.approx(time[density.argmax()], abs=1e-4)
    assert peak.density == pytest.approx(density.max(), rel=1e-9)
    assert peak.share == pytest.approx(bass(np.array([peak.time]), 0.01, 0.5)[0], rel=1e-12)


def test_curves_are_zero_and_whole_far_from_their_middle_without_a_warning():
    far = np.array([-1e6, 1e6])
    np.testing.assert_array_equal(LOGISTIC.share(far, 1.0, 0.0), [0.0, 1.0])
    np.testing.assert_array_equal(GOMPERTZ.share(far, 1.0, 0.0), [0.0, 1.0])
    np.testing.assert_array_equal(GOMPERTZ.density(far, 1.0, 0.0), [0.0, 0.0])


@pytest.mark.parametrize("method", METHODS)
@by_name
def test_a_fit_finds_the_curve_that_made_the_observations(curve, method):
    time, shape = np.arange(1.0, 16), SHAPES[curve.name]
    sales = curve.share(time, *shape) - curve.share(time - 1, *shape)
    observed = {"density": curve.density(time, *shape), "cdf_difference": sales, "level": curve.share(time, *shape)}
    out = fit_curve(3.0e11 * observed[method], curve=curve, method=method)
    np.testing.assert_allclose(out.estimate, [3.0e11, *shape], rtol=1e-6)
    assert (out.method, out.status) == (method, "settled")


def test_standard_errors_are_the_scatter_of_many_fits():
    time, luck = np.arange(1.0, 21), np.random.default_rng(5)
    truth = 1000 * bass_density(time, 0.02, 0.4)
    fits = [fit_curve(truth + luck.normal(0, 0.2, 20), method="density", start=(1000.0, 0.02, 0.4)) for _ in range(200)]
    scatter = np.std([each.estimate for each in fits], axis=0, ddof=1)
    np.testing.assert_allclose(np.mean([each.standard_error for each in fits], axis=0), scatter, rtol=0.15)


def test_growth_that_has_not_slowed_does_not_say_how_many_there_will_be():
    out = fit_curve(np.exp(0.4 * np.arange(10.0)), curve=LOGISTIC, method="level")
    assert out.status != "settled" or out.standard_error[0] > out.potential


@pytest.mark.parametrize(
    ("sales", "more", "says"),
    [
        (np.ones(5), {}, "needs 6"),
        (np.full(6, np.nan), {}, "not finite"),
        (np.zeros(6), {}, "nothing has begun"),
        (np.ones(6), {"time": np.array([1.0, 2, 3, 5, 6, 7])}, "gap"),
        (np.ones(6), {"time": np.ones(6)}, "must grow"),
        (np.ones(6), {"start": (0.0, 0.1, 0.1)}, "above 0"),
    ],
    ids=["few", "nan", "zero", "gap", "order", "start"],
)
def test_observations_that_say_nothing_are_refused(sales, more, says):
    with pytest.raises(ValueError, match=says):
        fit_curve(sales, method="density", **more)


def test_a_stock_may_be_counted_at_uneven_times():
    time = np.array([1.0, 2, 4, 7, 9, 14, 20])
    out = fit_curve(50 * bass(time, 0.03, 0.38), method="level", time=time)
    np.testing.assert_allclose(out.estimate, [50, 0.03, 0.38], rtol=1e-6)


@pytest.mark.parametrize(("periods", "steps"), [(-1, 1), (3, 0)])
def test_a_run_needs_periods_and_steps(periods, steps):
    with pytest.raises(ValueError, match="whole number"):
        adoption(bass_new, 0.03, 0.38, 1.0, periods, steps=steps)
