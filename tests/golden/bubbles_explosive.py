"""Explosive-root cases: what a case names is computed, what it expects is compared, and rules in words are held.

A series is named (`series` in series.csv, `csv`), stands in the case (`values`, `y`), or comes of another statistic
(`bsadf_of`). What a case leaves out has the defaults of the functions.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perpetuum.maths.explosive import (
    Episode,
    adf,
    datestamp,
    false_alarms,
    gsadf_test,
    gsadf_test_wild_bootstrap,
    mc_critical_values,
    monitor,
    psy_sequence,
)

Case = dict[str, Any]
QUANTILES = (0.90, 0.95, 0.99)
MAY_BE_ABSENT = "{name} may not ship with this repository and is not in {folder}; its cases run where it is"


# ---- where numbers come from


@cache
def named_series(folder: Path) -> dict[str, list[tuple[str, float]]]:
    """The series of series.csv, each as labels and values."""
    path = folder / "series.csv"
    found: dict[str, list[tuple[str, float]]] = {}
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found.setdefault(row["series_id"], []).append((row["date"], float(row["value"])))
    return found


def series_of(given: Any, folder: Path) -> np.ndarray:
    """The numbers a case gives or names."""
    return np.array([value for _, value in labelled(given, folder)])


def labelled(given: Any, folder: Path) -> list[tuple[str, float]]:
    """The same with the label of each date, blank where there is none."""
    if isinstance(given, list):
        return [("", float(value)) for value in given]
    for name in ("values", "y", "log_price", "sales"):
        if name in given:
            return [("", float(value)) for value in given[name]]
    if "series" in given:
        known = named_series(folder)
        if given["series"] not in known:
            pytest.skip(MAY_BE_ABSENT.format(name=given["series"], folder=folder.name))
        return known[given["series"]]
    if "csv" in given:
        path = folder / given["csv"]
        if not path.is_file():
            pytest.skip(MAY_BE_ABSENT.format(name=given["csv"], folder=folder.name))
        with path.open(encoding="utf-8", newline="") as rows:
            table = [list(row.values()) for row in csv.DictReader(rows)]
        return [(row[0], float(row[-1])) for row in table]
    raise AssertionError(f"no series in the input {sorted(given)}")


def cut(settings: Case) -> Case:
    """Windows, lag and terms of a case as the functions call them."""
    out: Case = {}
    if settings.get("minw") is not None:
        out["minw"] = settings["minw"]
    if convention := settings.get("window_convention", settings.get("convention")):
        out["convention"] = convention
    out["lag"] = settings.get("max_lag", 0) if is_chosen(settings) else settings.get("lag", 0)
    out["lag_selection"] = settings.get("lag_selection", "fixed")
    out["deterministics"] = settings.get(
        "deterministics", "constant+trend" if settings.get("trend") is True else "constant"
    )
    return out


def is_chosen(settings: Case) -> bool:
    """Whether a rule chooses the lag."""
    return settings.get("lag_selection", "fixed").lower() != "fixed"


def tolerance(case: Case, otherwise: float) -> Case:
    """How near a number must be."""
    said = case.get("tolerance", {})
    said = said if isinstance(said, dict) else {}
    return {"rtol": said.get("rel", 0.0), "atol": said.get("abs", otherwise)}


# ---- one function after the other


def run_adf(case: Case, folder: Path) -> None:
    settings = case.get("settings", {})
    if "expected" not in case:
        hold_scale_of_lag(case)
        return
    chosen = cut(settings)
    found = adf(series_of(case["input"], folder), chosen["lag"], chosen["deterministics"], chosen["lag_selection"])
    for name, wanted in case["expected"].items():
        np.testing.assert_allclose(getattr(found, name), wanted, **tolerance(case, 1e-8), err_msg=name)


def run_psy_sequence(case: Case, folder: Path) -> None:
    if "expected" not in case:
        RULES[rule_of(case)](case)
        return
    series = labelled(case["input"], folder)
    found = psy_sequence(np.array([value for _, value in series]), **cut(case.get("settings", {})))
    near = tolerance(case, 1e-6)
    for name, wanted in case["expected"].items():
        if name == "n_stats":
            assert len(found.bsadf) == len(found.badf) == wanted
        elif name == "first_stat_end_index":
            assert found.first_end == wanted
        elif name == "gsadf_window":
            assert found.gsadf_window == (wanted["start_index"], wanted["end_index"])
        elif name.endswith("_at"):
            whole = getattr(found, name.removesuffix("_at"))
            at = {label[: len(key)]: n for key in wanted for n, (label, _) in enumerate(series)
                  if label[: len(key)] == key}  # fmt: skip
            for label, value in wanted.items():
                np.testing.assert_allclose(whole[at[label] - found.first_end], value, **near, err_msg=label)
        else:
            np.testing.assert_allclose(getattr(found, name), wanted, **near, err_msg=name)


def run_mc_critical_values(case: Case, _: Path) -> None:
    settings, expected = case["settings"], case["expected"]
    paths = max(2_000, settings.get("minimum_replications", 2_000))
    quantiles = tuple(settings.get("quantiles", QUANTILES))
    found = mc_critical_values(
        settings.get("T", settings.get("length")), **cut(settings), quantiles=quantiles, paths=paths, seed=1
    )
    said, wider = case.get("tolerance", {}), math.sqrt(2_000 / paths)
    near = [said.get(f"abs_q{100 * q:g}", 0.16) * wider for q in quantiles]
    for name, wanted in expected.items():
        off = np.abs(getattr(found, name) - wanted)
        assert np.all(off <= near), f"{name}: {getattr(found, name)} against {wanted}"


def run_datestamp(case: Case, folder: Path) -> None:
    given, settings = case["input"], case.get("settings", {})
    first = given.get("first_stat_end_index", 0)
    if "bsadf" in given:
        sequence = np.array(given["bsadf"], dtype=float)
    else:
        of = given.get("bsadf_of", given)
        found = psy_sequence(series_of(of, folder), **cut(of | settings if of is given else of))
        sequence, first = found.bsadf, found.first_end
        assert first == given.get("first_stat_end_index", first)
    both = given | settings
    bound = both.get("critical_values", both.get("critical_value"))
    assert bound is not None, "the case gives no bound"
    episodes = datestamp(sequence, np.array(bound, dtype=float), settings.get("min_length"), first)
    assert_episodes(episodes, case["expected"]["episodes"])


def assert_episodes(episodes: tuple[Episode, ...], wanted: list[Case]) -> None:
    """The same episodes in the same order; a case may leave parts of one unsaid."""
    assert len(episodes) == len(wanted)
    for got, want in zip(episodes, wanted, strict=True):
        mine = {"start_index": got.start, "end_index": got.end, "length": got.length, "peak_index": got.peak,
                "ongoing": got.ongoing}  # fmt: skip
        assert {name: mine[name] for name in want} == want


def further(settings: Case, *names: str) -> Case:
    """Settings that a case gives by the names of the function."""
    return {name: settings[name] for name in names if name in settings}


def run_gsadf_test(case: Case, folder: Path) -> None:
    _test(case, folder, gsadf_test, lambda y: gsadf_test(y, seed=1).rejects, "level", "bound", "paths", "seed")


def run_gsadf_test_wild_bootstrap(case: Case, folder: Path) -> None:
    _test(case, folder, gsadf_test_wild_bootstrap, lambda y: gsadf_test_wild_bootstrap(y, seed=1).rejects,
          "level", "draws", "seed", "multipliers")  # fmt: skip


def run_monitor(case: Case, folder: Path) -> None:
    if "input" in case:
        settings = case.get("settings", {})
        watched = monitor(series_of(case["input"], folder), **further(cut(settings), "minw", "convention", "lag"),
                          **further(settings, "line", "level", "min_length", "paths", "seed"))  # fmt: skip
        for name, wanted in case["expected"].items():
            if name == "episodes":
                assert_episodes(watched.episodes, wanted)
                continue
            mine = getattr(watched.false_alarms, name, None)
            assert mine == pytest.approx(wanted, abs=tolerance(case, 0.05)["atol"]), name
        return
    hold_family_wise_rate(case)


def _test(
    case: Case, folder: Path, test: Callable[..., Any], rejects: Callable[[np.ndarray], bool], *names: str
) -> None:
    """A verdict on a series, or a rate of rejection told in words."""
    if "input" in case:
        settings = case.get("settings", {})
        found = test(series_of(case["input"], folder), **cut(settings), **further(settings, *names))
        for name, wanted in case["expected"].items():
            mine = found.rejects if name in ("rejects", "reject") else getattr(found, name, None)
            mine = getattr(found.sequence, name) if mine is None else mine
            assert mine == pytest.approx(wanted, abs=tolerance(case, 0.2)["atol"]), name
        return
    hold_rejection_rate(case, rejects)


# ---- rules in words


def walk(length: int, seed: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=length))


def hold_affine(_: Case) -> None:
    y = walk(120, 1)
    plain = psy_sequence(y)
    for a, b in ((0.0, 1e-3), (1e4, 7.0), (-50.0, 1e6)):
        other = psy_sequence(a + b * y)
        for name in ("gsadf", "sadf", "bsadf", "badf"):
            np.testing.assert_allclose(getattr(other, name), getattr(plain, name), atol=1e-6)


def hold_prefix(_: Case) -> None:
    y = walk(120, 2)
    whole = psy_sequence(y, minw=20)
    for length in (40, 77, 119):
        part = psy_sequence(y[:length], minw=20)
        np.testing.assert_allclose(part.bsadf, whole.bsadf[: len(part.bsadf)], atol=1e-9)
        np.testing.assert_allclose(part.badf, whole.badf[: len(part.badf)], atol=1e-9)


def hold_monotone(_: Case) -> None:
    for seed in range(20):
        found = psy_sequence(walk(100, seed))
        assert found.gsadf >= found.sadf >= found.adf
        assert np.all(found.bsadf >= found.badf - 1e-12)


def hold_scale_of_lag(_: Case) -> None:
    for seed in range(10):
        y = walk(100, seed)
        for rule in ("bic", "aic"):
            lags = {adf(a + b * y, lag=6, lag_selection=rule).lag for a, b in ((0, 1), (0, 0.01), (3, 7), (0, 1e5))}
            assert len(lags) == 1


def hold_rejection_rate(case: Case, rejects: Callable[[np.ndarray], bool]) -> None:
    """200 observations; noise as the words of the rule say, and the rate they give, with the error of few series."""
    words = case["rule"].lower()
    is_wild, changes = "multiplier" in words, "x3" in words or "sd" in words
    size, series = np.ones(200), 400 if is_wild else 2_000
    if changes:
        size[100:] = 3.0
    drawn = (np.cumsum(size * np.random.default_rng([5, k]).normal(size=200)) for k in range(series))
    rate = float(np.mean([rejects(y) for y in drawn]))
    low, high = (0.03, 0.08) if is_wild else (0.29, 0.37) if changes else (0.035, 0.065)
    error = 2.0 * math.sqrt(high * (1 - high) / series) if is_wild else 0.0
    assert low - error <= rate <= high + error, f"{rate:.3f}"


def hold_family_wise_rate(_: Case) -> None:
    """1,680 observations: pointwise bounds raise an alarm on 99 % of walks, an episode of seven on 86 %."""
    pointwise = false_alarms(1680, 90, line="pointwise", min_length=7, paths=400, seed=3)
    assert pointwise.any_alarm >= 0.97
    assert pointwise.any_episode == pytest.approx(0.86, abs=0.07)
    flat = false_alarms(1680, 90, line="family_wise", min_length=7, paths=400, seed=3)
    assert flat.any_alarm == pytest.approx(0.05, abs=0.05)


RULES: dict[str, Callable[[Case], None]] = {
    "affine": hold_affine,
    "prefix": hold_prefix,
    "monotone": hold_monotone,
}
WORDS = {"a + b*y": "affine", "look-ahead": "prefix", "removed": "prefix", ">= sadf": "monotone", ">= badf": "monotone"}


def rule_of(case: Case) -> str:
    """Which rule the words of a case state."""
    said = case.get("rule", case.get("must", "")).lower()
    found = [rule for words, rule in WORDS.items() if words in said]
    assert found, f"no test knows the rule `{said}`"
    return found[0]


RUNNERS: dict[str, Callable[[Case, Path], None]] = {
    "adf": run_adf,
    "psy_sequence": run_psy_sequence,
    "mc_critical_values": run_mc_critical_values,
    "datestamp": run_datestamp,
    "gsadf_test": run_gsadf_test,
    "gsadf_test_wild_bootstrap": run_gsadf_test_wild_bootstrap,
    "monitor": run_monitor,
}
