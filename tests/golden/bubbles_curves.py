"""Adoption curves and log-periodic fits: numbers of other programs, of books, and of series that were made.

``RUNNERS`` says what to do with a case by its ``function``. Only what stands in the case decides.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perpetuum.maths.adoption_curves import GENERAL, SHOWN
from perpetuum.maths.bass_fit import Estimator, bass_fit
from perpetuum.maths.crossing import threshold_crossing
from perpetuum.maths.curve_fit import Method
from perpetuum.maths.diffusion import bass_peak
from perpetuum.maths.lppls import Lppls, lppls_confidence, lppls_fit, lppls_qualified, lppls_value
from perpetuum.maths.saturation import bass_fit_diagnostic, profile_saturation

Case = dict[str, Any]
PROSE: dict[str, Estimator] = {
    r"\bOLS\b": "ols",
    r"F\(t\)\s*[-−]\s*F\(t\s*[-−]\s*1\)|cdf_difference": "cdf_difference",
    r"density": "density",
    r"\blevel\b": "level",
}
CURVES = {curve.name: curve for curve in (*SHOWN, *GENERAL)}
TOLERANCE = 1e-6
PARTS = ("tc", "m", "w", "a", "b", "c1", "c2")


# ---- adoption


def method_of(case: Case) -> Estimator:
    """The estimator that the prose of the settings names; by the difference of the curve unless it says so."""
    told = str(case.get("settings", {}).get("method", ""))
    return next((name for pattern, name in PROSE.items() if re.search(pattern, told, re.IGNORECASE)), "cdf_difference")


def sales_of(case: Case) -> np.ndarray:
    given = case["input"]
    return np.array(given.get("sales", given.get("values")), dtype=float)


def when_of(case: Case) -> np.ndarray | None:
    """Times since launch where the case gives them; 1, 2, 3 ... otherwise."""
    return times(case["input"]["t"]) if "t" in case["input"] else None


def fitted(case: Case, _: Path) -> None:
    found = bass_fit(sales_of(case), method_of(case), time=when_of(case))
    assert found.method == method_of(case)
    a, b, c = found.coefficients or (np.nan, np.nan, np.nan)
    ours = {
        "a": a, "b": b, "c": c, "m": found.m, "p": found.p, "q": found.q, "rss": found.rss,
        "residual_se": found.residual_standard_error, "se_m": found.se_m, "se_p": found.se_p, "se_q": found.se_q,
        "peak_time": found.peak_time,
    }  # fmt: skip
    compare(case, ours)


def peak(case: Case, _: Path) -> None:
    given = case["input"]
    found = bass_peak(given["p"], given["q"])
    m = given.get("m", 1.0)
    compare(case, {
        "peak_time": found.time, "peak_sales": m * found.density, "cumulative_share_at_peak": found.share,
    })  # fmt: skip


def diagnosed(case: Case, _: Path) -> None:
    """Rules in words: a potential that is not identified must not come as a point."""
    found = bass_fit_diagnostic(sales_of(case), plain_method(case))
    must = case["expected"].get("must", "")
    numbers = {key: value for key, value in case["expected"].items() if key != "must"}
    if must:
        assert "not identified" in must, f"no test knows this rule: {must}"
        assert found.point is None
        assert found.profiles[0].ratio > 2
        assert found.failed
    compare({**case, "expected": numbers}, {"m": found.fits[0].potential, "lower": found.lower, "upper": found.upper})


def profiled(case: Case, _: Path) -> None:
    settings = case.get("settings", {})
    found = profile_saturation(
        sales_of(case), curve=CURVES[settings.get("curve", "bass")], method=plain_method(case), time=when_of(case),
        level=settings.get("level", 0.95),
    )  # fmt: skip
    compare(case, {"lower": found.lower, "upper": found.upper, "bounded": found.bounded})


def plain_method(case: Case) -> Method:
    method = method_of(case)
    assert method != "ols", "a profile needs a curve, not a parabola"
    return method


def crossed(case: Case, _: Path) -> None:
    given, settings = case["input"], case.get("settings", {})
    key = next(key for key in ("year_end_values", "survey_values", "values") if key in given)
    years = np.array([float(year) for year in given[key]])
    at_end = key == "year_end_values" or re.search(r"31 Dec|end of", settings.get("value_date", "")) is not None
    found = threshold_crossing(
        years, np.array(list(given[key].values()), dtype=float), given["threshold"], launch=settings.get("launch"),
        dated="year_end" if at_end else "as_is",
    )  # fmt: skip
    compare(case, {"crossing_year": found.time, "years_from_launch": found.years_from_launch})


# ---- LPPLS


def curve_of(given: Case) -> Lppls:
    return Lppls(**{part: float(given.get(part, 0.0)) for part in PARTS})


def value(case: Case, _: Path) -> None:
    given = case["input"]
    ours = lppls_value(np.array([float(given["t"])]), curve_of(given))
    compare(case, {"value": float(ours[0])})


def qualified(case: Case, _: Path) -> None:
    given, settings = case["input"], case.get("settings", {})
    limits: dict[str, Any] = {key: tuple(settings[key]) for key in ("m", "w") if key in settings}
    named = {"O_min": "least_oscillations", "D_min": "least_damping"}
    limits |= {ours: settings[theirs] for theirs, ours in named.items() if theirs in settings}
    found = lppls_qualified(curve_of(given), given["t1"], given["t2"], **limits)
    compare(case, {
        "oscillations": found.oscillations, "damping": found.damping, "qualified": found.qualified,
    })  # fmt: skip


def series_of(case: Case, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Time and logarithm of the price: made from a curve, from a table, or as they stand in the case."""
    given = case["input"]
    if "generate" in given:
        time = times(given["generate"]["t"])
        return time, lppls_value(time, curve_of(given["generate"]))
    if "csv" in given:
        path = folder / given["csv"]
        if not path.is_file():
            pytest.skip(f"{given['csv']} is not beside the cases; it is not ours to ship.")
        with path.open(encoding="utf-8") as file:
            return columns(list(csv.DictReader(file)))
    return times(given["t"]), np.array(given["log_price"], dtype=float)


def times(said: Any) -> np.ndarray:
    """Numbers, or words such as `0..299`."""
    if not isinstance(said, str):
        return np.array(said, dtype=float)
    first, last = said.split("..")
    return np.arange(float(first), float(last) + 1)


def columns(rows: list[dict[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    first = rows[0]
    time = [
        float(row["t"]) if "t" in first else float(datetime.date.fromisoformat(row["date"]).toordinal()) for row in rows
    ]
    key = next(key for key in ("log_price", "close", "price", "value") if key in first)
    price = np.array([float(row[key]) for row in rows])
    return np.array(time), price if key == "log_price" else np.log(price)


def bounds_of(case: Case, time: np.ndarray) -> dict[str, Any]:
    """The box: pairs of numbers, or words such as `t2-0.2L .. t2+0.2L`."""
    told = case.get("settings", {}).get("bounds", {})
    box: dict[str, Any] = {key: tuple(told[key]) for key in ("m", "w") if key in told}
    if "tc" in told:
        ends = told["tc"].split("..") if isinstance(told["tc"], str) else told["tc"]
        box["tc"] = tuple(place(end, time) for end in ends)
    return box


def place(said: Any, time: np.ndarray) -> float:
    found = re.fullmatch(r"t2(?:\s*([+-])\s*([\d.]+)\s*L)?", str(said).strip())
    if found is None:
        return float(said)
    share = float(found[2] or 0) * (-1 if found[1] == "-" else 1)
    return float(time[-1] + share * (time[-1] - time[0]))


def log_periodic(case: Case, folder: Path) -> None:
    """The sum of squares is the test; parameters are where the case gives each its tolerance."""
    time, price = series_of(case, folder)
    found = lppls_fit(time, price, **bounds_of(case, time))
    expected, tolerance = case["expected"], case["tolerance"]
    rule = re.search(r"expected\s*\*\s*\(1\s*\+\s*([\d.e-]+)\)", tolerance.get("rule", ""))
    if "sse" in expected:
        assert found.sse <= expected["sse"] * (1 + (float(rule[1]) if rule else TOLERANCE))
    elif "sse" in tolerance:
        assert found.sse <= tolerance["sse"]
    for part in PARTS:
        if part in expected and part in tolerance:
            assert getattr(found.curve, part) == pytest.approx(expected[part], abs=tolerance[part]), part
    miss = np.sum((lppls_value(time, found.curve) - price) ** 2)
    assert found.sse == pytest.approx(miss, rel=1e-6, abs=1e-12)


def confident(case: Case, folder: Path) -> None:
    time, price = series_of(case, folder)
    settings = {name: tuple(case["settings"][name]) for name in ("windows", "ends") if name in case.get("settings", {})}
    found, again = lppls_confidence(time, price, **settings), lppls_confidence(time, price, **settings)
    assert found.share.tolist() == again.share.tolist()
    compare(case, {"confidence": float(found.share[-1]), "on_bound": found.on_bound[-1]})


# ---- comparing


def compare(case: Case, ours: dict[str, Any]) -> None:
    """Everything that the case expects, each within the tolerance for its kind; an open end is null or `unbounded`."""
    tolerance = case.get("tolerance", {})
    tolerance = tolerance if isinstance(tolerance, dict) else {}
    for name, wanted in case["expected"].items():
        assert name in ours, f"nothing of ours is called {name}"
        if name in ("lower", "upper") and wanted in (None, "unbounded"):
            assert np.isinf(ours[name]), name
            continue
        if isinstance(wanted, bool) or wanted is None:
            assert ours[name] == wanted, name
            continue
        relative = tolerance.get("rel_se" if name.startswith("se_") else "rel", tolerance.get("rel"))
        absolute = tolerance.get("abs", 0.0)
        if relative is None and not absolute:
            relative = TOLERANCE
        assert ours[name] == pytest.approx(wanted, rel=relative or 0.0, abs=absolute), name


RUNNERS: dict[str, Callable[[Case, Path], None]] = {
    "bass_fit": fitted,
    "bass_peak": peak,
    "bass_fit_diagnostic": diagnosed,
    "profile_saturation": profiled,
    "threshold_crossing": crossed,
    "lppls_value": value,
    "lppls_fit": log_periodic,
    "lppls_qualified": qualified,
    "lppls_confidence": confident,
}
