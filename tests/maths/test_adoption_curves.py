"""The shapes of adoption: what contains what, slopes, and where they are steepest."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from perpetuum.maths.adoption_curves import BASS, GAMMA_SHIFTED_GOMPERTZ, GENERAL, GOMPERTZ, LOGISTIC, RICHARDS, SHOWN

SHAPES = {
    "bass": (0.03, 0.38),
    "logistic": (0.5, 6.0),
    "gompertz": (0.3, 5.0),
    "gamma_shifted_gompertz": (0.5, 20.0, 1.7),
    "richards": (0.6, 7.0, 0.4),
}
TIME = np.linspace(0.3, 25, 60)
by_name = pytest.mark.parametrize("curve", [*SHOWN, *GENERAL], ids=lambda curve: curve.name)


@by_name
def test_the_density_is_the_slope_of_the_share(curve):
    shape, step = SHAPES[curve.name], 1e-5
    slope = (curve.share(TIME + step, *shape) - curve.share(TIME - step, *shape)) / (2 * step)
    np.testing.assert_allclose(curve.density(TIME, *shape), slope, rtol=1e-6, atol=1e-12)


@by_name
def test_the_inflection_is_where_a_search_finds_the_largest_slope(curve):
    shape = SHAPES[curve.name]
    found = minimize_scalar(lambda t: -float(curve.density(np.array([t]), *shape)[0]), bounds=(0, 25), method="bounded",
                            options={"xatol": 1e-9})  # fmt: skip
    assert curve.inflection(*shape) == pytest.approx(found.x, abs=1e-4)


@by_name
def test_a_share_grows_from_nothing_to_all(curve):
    share = curve.share(np.linspace(0, 200, 2000), *SHAPES[curve.name])
    assert (np.diff(share) >= 0).all()
    assert share[0] < 0.3 and share[-1] == pytest.approx(1.0)


def test_gamma_shifted_gompertz_with_alpha_one_is_bass():
    p, q = 0.02, 0.45
    ours = GAMMA_SHIFTED_GOMPERTZ.share(TIME, p + q, q / p, 1.0)
    np.testing.assert_allclose(ours, BASS.share(TIME, p, q), rtol=1e-12)
    assert GAMMA_SHIFTED_GOMPERTZ.inflection(p + q, q / p, 1.0) == pytest.approx(BASS.inflection(p, q), abs=1e-6)


def test_richards_lies_between_logistic_and_gompertz():
    np.testing.assert_allclose(RICHARDS.share(TIME, 0.5, 6.0, 1.0), LOGISTIC.share(TIME, 0.5, 6.0), rtol=1e-12)
    np.testing.assert_allclose(RICHARDS.share(TIME, 0.5, 6.0, 1e-9), GOMPERTZ.share(TIME, 0.5, 6.0), rtol=1e-5)
