"""The runner of bubble cases on a folder it has never seen: other names, other settings, numbers of our own.

Every regression here is NumPy's ``lstsq`` over every window, one after the other.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perpetuum.maths.adoption_curves import LOGISTIC
from tests.golden import test_bubbles
from tests.golden.test_bubbles import Case, cases, run

TREND = {"none": 0, "constant": 1, "constant+trend": 2}


def table(y: np.ndarray, lag: int, deterministics: str, skip: int) -> tuple[np.ndarray, np.ndarray]:
    """Regressors and changes of a stretch, from row ``skip`` on; the level stands last."""
    change = np.diff(y)
    t = np.arange(skip + 1, len(y))
    columns = [np.ones(len(t)), t.astype(float)][: TREND[deterministics]]
    columns += [change[t - 1 - i] for i in range(1, lag + 1)]
    return np.column_stack([*columns, y[t - 1]]), change[t - 1]


def regressed(y: np.ndarray, lag: int = 0, deterministics: str = "constant") -> tuple[float, int]:
    """The t value of the level and the rows."""
    x, d = table(y, lag, deterministics, lag)
    on, *_ = np.linalg.lstsq(x, d, rcond=None)
    left = d - x @ on
    variance = left @ left / (len(d) - x.shape[1])
    return float(on[-1] / np.sqrt(variance * np.linalg.pinv(x.T @ x)[-1, -1])), len(d)


def chosen(y: np.ndarray, most: int, deterministics: str, price: float | None) -> int:
    """The lag with the least criterion on the rows that all share; ``price`` of a parameter, ln rows if nothing."""
    told = []
    for lag in range(most + 1):
        x, d = table(y, lag, deterministics, most)
        on, *_ = np.linalg.lstsq(x, d, rcond=None)
        each = np.log(len(d)) if price is None else price
        told.append(len(d) * np.log(np.mean((d - x @ on) ** 2)) + each * x.shape[1])
    return int(np.argmin(told))


def sequence(y: np.ndarray, levels: int, lag: int = 0, deterministics: str = "constant", rule: str = "fixed") -> Case:
    """BADF and BSADF by going through every window of at least so many levels."""
    badf, bsadf, where = [], [], (0.0, 0, 0)
    for end in range(levels - 1, len(y)):
        told = []
        for start in range(end - levels + 2):
            part = y[start : end + 1]
            used = lag if rule == "fixed" else chosen(part, lag, deterministics, None if rule == "bic" else 2.0)
            told.append(regressed(part, used, deterministics)[0])
        badf.append(told[0])
        bsadf.append(max(told))
        if not where[0] or bsadf[-1] > where[0]:
            where = (bsadf[-1], int(np.argmax(told)), end)
    return {
        "adf": badf[-1], "sadf": max(badf), "gsadf": max(bsadf), "badf": badf, "bsadf": bsadf, "n_stats": len(bsadf),
        "first_stat_end_index": levels - 1, "gsadf_window": {"start_index": where[1], "end_index": where[2]},
    }  # fmt: skip


def walk(seed: int, length: int = 50) -> np.ndarray:
    chance = np.random.default_rng([77, seed])
    return 30.0 + np.cumsum(chance.normal(size=length) * np.where(np.arange(length) > 30, 2.0, 1.0))


def level_cases() -> list[Case]:
    """ADF of whole series: terms, lags, rules, each by least squares."""
    out: list[Case] = []
    for seed, (terms, lag) in enumerate([("constant", 0), ("constant+trend", 2), ("none", 1), ("constant", 3)]):
        stat, rows = regressed(walk(seed), lag, terms)
        out.append({"function": "adf", "input": {"y": walk(seed).tolist()},
                    "settings": {"lag": lag, "deterministics": terms},
                    "expected": {"stat": stat, "nobs_regression": rows}})  # fmt: skip
    stat, _ = regressed(walk(9))
    out.append({"function": "adf", "input": {"values": walk(9).tolist()}, "expected": {"stat": stat}})
    for rule, price in (("BIC", None), ("aic", 2.0)):
        lag = chosen(walk(11), 4, "constant", price)
        stat, rows = regressed(walk(11), lag)
        out.append({"function": "adf", "input": {"series": "lent"}, "tolerance": {"abs": 1e-9},
                    "settings": {"lag_selection": rule, "max_lag": 4},
                    "expected": {"lag": lag, "stat": stat, "nobs_regression": rows}})  # fmt: skip
    return out


def window_cases() -> list[Case]:
    """Sequences: both ways of counting a window, lags, terms and rules."""
    out: list[Case] = []
    for name, lag, terms, rule, levels in (
        ({"minw": 14, "convention": "rows", "lag": 2}, 2, "constant", "fixed", 17),
        ({"minw": 17, "window_convention": "levels", "lag": 1}, 1, "constant", "fixed", 17),
        ({"minw": 16, "window_convention": "levels", "deterministics": "none"}, 0, "none", "fixed", 16),
        ({"minw": 15, "trend": True, "lag": 1}, 1, "constant+trend", "fixed", 17),
        ({"minw": 20, "lag_selection": "bic", "max_lag": 2}, 2, "constant", "bic", 23),
        ({"minw": 21, "lag_selection": "aic", "max_lag": 1, "window_convention": "levels"}, 1, "constant", "aic", 21),
        # ⌊(0.01 + 1.8/√50)·50⌋ = 13 rows, so 14 levels.
        ({}, 0, "constant", "fixed", 14),
    ):
        y = walk(20 + levels + lag)
        out.append({"function": "psy_sequence", "input": {"values": y.tolist()}, "settings": name,
                    "expected": sequence(y, levels, lag, terms, rule), "tolerance": {"abs": 1e-8}})  # fmt: skip
    return out


def dated_cases() -> list[Case]:
    """A line drawn through a sequence at one of its own values: a tie does not lie above."""
    y = walk(2)
    found = np.array(sequence(y, 14)["bsadf"])
    line = float(np.sort(found)[-9])
    above = [n for n in range(len(found)) if found[n] > line + 1e-9]
    runs = np.split(above, np.flatnonzero(np.diff(above) > 1) + 1)
    told = [{"start_index": int(run[0]) + 13, "end_index": int(run[-1]) + 13, "length": len(run),
             "ongoing": int(run[-1]) == len(found) - 1} for run in runs]  # fmt: skip
    return [
        {"function": "datestamp",
         "input": {"bsadf": found.tolist(), "critical_value": line, "first_stat_end_index": 13},
         "settings": {"min_length": 1}, "expected": {"episodes": told}, "tolerance": "exact"},
        {"function": "datestamp", "input": {"values": y.tolist(), "minw": 14, "window_convention": "levels", "lag": 0,
                                            "critical_value": line - 1e-7},
         "settings": {"min_length": 40}, "expected": {"episodes": []}},
        {"function": "datestamp", "input": {"bsadf": [5, 1, 1, 2], "critical_values": [4, 1, 0, 2]},
         "settings": {"min_length": 1}, "expected": {"episodes": [
             {"start_index": 0, "end_index": 0, "peak_index": 0, "length": 1, "ongoing": False},
             {"start_index": 2, "end_index": 2}]}},
    ]  # fmt: skip


def curve_cases() -> list[Case]:
    """Curves without noise, whose numbers are those they were made of; shares on a line; a log-periodic price."""
    time = [0.5, 1.25, 2.0, 3.1, 4.0, 4.6, 6.0, 7.5]
    p, q = 0.02, 0.9
    told = np.exp(-(p + q) * np.array(time))
    stock = 50 * (1 - told) / (1 + q / p * told)
    days = np.arange(120)
    price = 8 - 0.15 * (131 - days) ** 0.45 + 0.01 * (131 - days) ** 0.45 * np.cos(7.8 * np.log(131 - days))
    curve = {"tc": 131, "m": 0.45, "w": 7.8, "a": 8, "b": -0.15, "c1": 0.01, "c2": 0}
    swings, damping = 7.8 / (2 * np.pi) * np.log(131 / 12), 0.45 * 0.15 / (7.8 * 0.01)
    return [
        {"function": "bass_fit", "input": {"values": stock.tolist(), "t": time}, "settings": {"method": "level"},
         "expected": {"m": 50, "p": p, "q": q, "peak_time": float(np.log(q / p) / (p + q))},
         "tolerance": {"rel": 1e-5}},
        {"function": "bass_peak", "input": {"p": 1, "q": 2}, "expected": {"peak_time": float(np.log(2) / 3)}},
        {"function": "profile_saturation", "input": {"sales": [96, 195, 238, 380, 1045, 1230]},
         "expected": {"upper": "unbounded", "lower": 3184}, "tolerance": {"rel": 1e-6}},
        {"function": "profile_saturation", "input": {"sales": [96, 195, 238, 380, 1045, 1230, 1267]},
         "settings": {"method": "m (F(t) − F(t−1))", "level": 0.95}, "expected": {"lower": 4493, "upper": 12336},
         "tolerance": {"rel": 2e-4}},
        {"function": "threshold_crossing", "input": {"values": {"1990": 4, "1992": 8}, "threshold": 5},
         "settings": {"launch": 1980}, "expected": {"crossing_year": 1990.5, "years_from_launch": 10.5}},
        {"function": "threshold_crossing", "input": {"values": {"1990": 4, "1992": 8}, "threshold": 9},
         "settings": {"value_date": "31 December of the label year"}, "expected": {"crossing_year": None}},
        {"function": "lppls_value", "input": curve | {"t": 30}, "expected": {"value": float(price[30])}},
        {"function": "lppls_fit", "input": {"t": "0..119", "log_price": price.tolist()}, "expected": {"tc": 131.0},
         "tolerance": {"tc": 0.05, "sse": 1e-8}},
        {"function": "lppls_qualified", "input": curve | {"t1": 0, "t2": 119},
         "expected": {"qualified": True, "oscillations": float(swings), "damping": float(damping)}},
        {"function": "lppls_qualified", "input": curve | {"t1": 0, "t2": 119}, "settings": {"w": [8, 15]},
         "expected": {"qualified": False}},
        {"function": "lppls_confidence", "input": {"t": "0..119", "log_price": price.tolist()},
         "settings": {"windows": [120, 100]}, "expected": {"confidence": 1.0}},
    ]  # fmt: skip


def verdict_cases() -> list[Case]:
    """Verdicts and bounds; the quantiles of walks are those of the page of critical values, at another share."""
    y = walk(31)
    explosive = [1.0, 1.1, 0.9, 1.2, 1.0, 1.15, 0.95, 1.05, 1.1, 0.9, 1.2, 1.0]
    while len(explosive) < 50:
        explosive.append(1.2 * explosive[-1] + (-1) ** len(explosive) * 0.05)
    gsadf = sequence(y, 14)["gsadf"]
    return [
        {"function": "gsadf_test", "input": {"values": y.tolist()}, "settings": {"bound": "table", "level": 0.99,
         "minw": 13}, "expected": {"bound": 2.5367, "gsadf": gsadf, "rejects": bool(gsadf > 2.5367)},
         "tolerance": {"abs": 1e-4}},
        {"function": "gsadf_test_wild_bootstrap", "input": {"values": explosive}, "settings": {"draws": 99, "seed": 4},
         "expected": {"reject": True, "draws": 99}},
        {"function": "monitor", "input": {"values": explosive}, "settings": {"line": "running", "paths": 400,
         "level": 0.9, "min_length": 3}, "expected": {"level": 0.9, "min_length": 3, "episodes": [
             {"end_index": 49, "ongoing": True}]}},
        {"function": "mc_critical_values", "settings": {"length": 50, "quantiles": [0.95]},
         "expected": {"gsadf": [1.818]}, "tolerance": {"abs_q95": 0.08}},
    ]  # fmt: skip


ALL = [*level_cases(), *window_cases(), *dated_cases(), *curve_cases(), *verdict_cases()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose file has an odd name and whose cases have none."""
    place: Path = tmp_path_factory.mktemp("elsewhere")
    (place / "anything at all.json").write_text(json.dumps({"cases": ALL}), encoding="utf-8")
    rows = [f"lent,{n},{2000 + n},{value!r}" for n, value in enumerate(walk(11).tolist())]
    (place / "series.csv").write_text("\n".join(["series_id,t,date,value", *rows]) + "\n", encoding="utf-8")
    return place


def test_every_case_of_the_folder_is_found_and_every_function_of_the_page_is_among_them(folder: Path) -> None:
    assert [case for _, case in cases(folder)] == json.loads(json.dumps(ALL))
    assert {case["function"] for case in ALL} | {"bass_fit_diagnostic"} == set(test_bubbles.RUNNERS)


@pytest.mark.parametrize("n", range(len(ALL)), ids=[case["function"] for case in ALL])
def test_a_case_without_a_name_holds(folder: Path, n: int) -> None:
    run(cases(folder)[n][1] or {}, folder)


def spoilt(expected: Any) -> Any:
    """The same expectation with its first number or answer wrong."""
    if isinstance(expected, dict):
        first = next(iter(expected))
        return expected | {first: spoilt(expected[first])}
    if isinstance(expected, list):
        return [spoilt(expected[0]), *expected[1:]] if expected else [{"start_index": 0}]
    if isinstance(expected, bool) or expected is None:
        return 1999.0 if expected is None else not expected
    return 1.0 if isinstance(expected, str) else expected + 1


@pytest.mark.parametrize("n", range(len(ALL)), ids=[case["function"] for case in ALL])
def test_the_same_case_with_one_wrong_number_fails(folder: Path, n: int) -> None:
    case = copy.deepcopy(ALL[n])
    case["expected"] = spoilt(case["expected"])
    with pytest.raises(AssertionError):
        run(case, folder)


def test_a_profile_may_be_of_another_curve(folder: Path) -> None:
    time = np.arange(1.0, 13)
    stock = 900 * LOGISTIC.share(time, 0.8, 5.0) + 9 * np.cos(time)
    case = {"function": "profile_saturation", "input": {"values": stock.tolist()},
            "settings": {"method": "level", "curve": "logistic"}, "expected": {"bounded": True, "lower": 880.0},
            "tolerance": {"abs": 20.0}}  # fmt: skip
    run(case, folder)
