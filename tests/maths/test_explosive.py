"""Explosive roots: every window against least squares, and what other tools get wrong."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.maths import explosive_loops
from perpetuum.maths.explosive import (
    TABLE,
    adf,
    datestamp,
    false_alarms,
    gsadf_test,
    gsadf_test_wild_bootstrap,
    mc_critical_values,
    monitor,
    psy_sequence,
    psy_vintages,
    smallest_window,
    table_row,
    wild_bound,
)
from perpetuum.maths.explosive_draws import NORMAL, RADEMACHER, SIGNS, draw_into
from perpetuum.maths.explosive_windows import readable, windows


def walk(length: int, seed: int = 0) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=length))


def uneven(length: int, seed: int) -> np.ndarray:
    """A walk whose noise triples in its second half."""
    size = np.where(np.arange(length) < length // 2, 1.0, 3.0)
    return np.cumsum(size * np.random.default_rng(seed).normal(size=length))


def burst(length: int, seed: int) -> np.ndarray:
    """A walk whose noise is five times as large for 20 observations."""
    size = np.ones(length)
    size[length // 2 : length // 2 + 20] = 5.0
    return np.cumsum(size * np.random.default_rng(seed).normal(size=length))


# ---- an independent regression


def by_lstsq(y: np.ndarray, lag: int, terms: str) -> tuple[float, float, int]:
    """t value of y(t-1), squares left and rows, by a general solver on a written-out matrix."""
    rows = range(lag + 1, len(y))
    change = np.diff(y)
    columns = [[y[t - 1] for t in rows], *([change[t - 1 - i] for t in rows] for i in range(1, lag + 1))]
    columns += [[1.0] * len(rows)] if terms != "none" else []
    columns += [[float(t) for t in rows]] if terms == "constant+trend" else []
    x, d = np.array(columns).T, np.array([change[t - 1] for t in rows])
    b = np.linalg.lstsq(x, d, rcond=None)[0]
    left = float(np.sum((d - x @ b) ** 2))
    return float(b[0] / np.sqrt(left / (len(d) - x.shape[1]) * np.linalg.inv(x.T @ x)[0, 0])), left, len(d)


def every_window(y: np.ndarray, rows: int, lag: int, terms: str) -> tuple[np.ndarray, np.ndarray]:
    first = rows + lag
    table = [[by_lstsq(y[s : e + 1], lag, terms)[0] for s in range(e - first + 1)] for e in range(first, len(y))]
    return np.array([row[0] for row in table]), np.array([max(row) for row in table])


@pytest.mark.parametrize("terms", ["constant", "constant+trend", "none"])
@pytest.mark.parametrize("lag", [0, 1, 3])
def test_every_window_is_the_regression_that_a_general_solver_finds(lag, terms):
    y = 3.0 + walk(45, lag)
    badf, bsadf = every_window(y, 14, lag, terms)
    found = psy_sequence(y, 14, lag=lag, deterministics=terms)
    np.testing.assert_allclose(found.badf, badf, atol=1e-9)
    np.testing.assert_allclose(found.bsadf, bsadf, atol=1e-9)
    assert found.gsadf == pytest.approx(bsadf.max(), abs=1e-9)
    assert found.adf == pytest.approx(adf(y, lag, terms).stat, abs=1e-9)


def test_the_window_that_is_named_has_the_statistic():
    y = walk(80, 5)
    for lag in (0, 2):
        found = psy_sequence(y, lag=lag)
        start, end = found.gsadf_window
        assert by_lstsq(y[start : end + 1], lag, "constant")[0] == pytest.approx(found.gsadf, abs=1e-9)


@pytest.mark.parametrize("growth", [1.1, 1.2])
def test_levels_that_grow_ten_thousandfold_lose_no_digits(growth):
    """Sums since the start would: their differences are small beside the whole."""
    rng = np.random.default_rng(3)
    length = int(np.log(3e4) / np.log(growth)) + 30
    y = growth ** np.arange(length) * np.exp(0.01 * rng.normal(size=length))
    badf, bsadf = every_window(y, 12, 0, "constant")
    found = psy_sequence(y, 12)
    assert y.max() / y.min() > 1e4
    np.testing.assert_allclose(found.bsadf, bsadf, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.badf, badf, rtol=1e-6, atol=1e-6)


def test_both_ways_of_summing_agree():
    y = readable(walk(300, 8))
    rows = smallest_window(300)
    badf, bsadf = np.empty(300 - rows), np.empty(300 - rows)
    assert explosive_loops.by_prefix_sums(y, rows, badf, bsadf)
    ends = [explosive_loops.end_by_running_sums(y, end, rows) for end in range(rows, 300)]
    np.testing.assert_allclose(bsadf, [best for best, _, _ in ends], rtol=1e-10)
    np.testing.assert_allclose(badf, [last for _, _, last in ends], rtol=1e-10, atol=1e-10)


# ---- conventions


def test_the_two_conventions_are_one_observation_apart():
    y = walk(60, 4)
    rows, levels = psy_sequence(y, 14, "rows"), psy_sequence(y, 14, "levels")
    assert (rows.first_end, levels.first_end) == (14, 13)
    assert rows.gsadf <= levels.gsadf
    assert (rows.convention, levels.convention) == ("rows", "levels")
    np.testing.assert_allclose(psy_sequence(y, 13, "rows").bsadf, levels.bsadf)


def test_smallest_windows_are_those_of_the_table():
    assert [smallest_window(row.length) for row in TABLE] == [row.minw for row in TABLE]


# ---- the lag


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_units_change_neither_the_lag_nor_the_statistic(seed, factor, shift):
    """A likelihood with unit variance would choose other lags for y and y/100."""
    y = walk(80, seed)
    for rule in ("bic", "aic"):
        plain, other = (adf(each, lag=4, lag_selection=rule) for each in (y, shift + factor * y))
        assert plain.lag == other.lag
        assert plain.stat == pytest.approx(other.stat, abs=1e-6)
    plain, other = (psy_sequence(each, 20, lag=3, lag_selection="bic") for each in (y, shift + factor * y))
    np.testing.assert_allclose(other.bsadf, plain.bsadf, atol=1e-6)


def test_the_lag_is_chosen_on_common_rows_and_estimated_on_all_of_its_own():
    y = np.zeros(120)
    noise = np.random.default_rng(2).normal(size=120)
    for t in range(3, 120):
        y[t] = y[t - 1] + 0.6 * (y[t - 2] - y[t - 3]) + noise[t]
    most = 4
    fits = []
    for lag in range(most + 1):
        _, left, rows = by_lstsq(y[most - lag :], lag, "constant")
        fits.append(rows * np.log(left / rows) + np.log(rows) * (lag + 2))
    chosen = int(np.argmin(fits))
    found = adf(y, most, lag_selection="BIC")
    assert chosen > 0
    assert found.lag == chosen
    assert found.nobs_regression == 119 - chosen
    assert found.stat == pytest.approx(by_lstsq(y, chosen, "constant")[0], abs=1e-9)


def test_a_lag_chosen_in_each_window_is_that_of_the_window_alone():
    y = walk(50, 11)
    found = psy_sequence(y, 20, lag=3, lag_selection="bic")
    alone = [
        max(adf(y[s : e + 1], 3, lag_selection="bic").stat for s in range(e - found.first_end + 1))
        for e in range(found.first_end, 50)
    ]
    np.testing.assert_allclose(found.bsadf, alone, atol=1e-9)


# ---- properties


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(45, 89), st.sampled_from([0, 1]))
def test_what_comes_later_changes_nothing_before(seed, length, lag):
    y = walk(90, seed)
    whole, part = psy_sequence(y, 15, lag=lag), psy_sequence(y[:length], 15, lag=lag)
    np.testing.assert_allclose(part.bsadf, whole.bsadf[: len(part.bsadf)], atol=1e-9)
    np.testing.assert_allclose(part.badf, whole.badf[: len(part.badf)], atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["rows", "levels"]), st.sampled_from([0, 2]))
def test_more_windows_never_lower_the_largest_statistic(seed, convention, lag):
    found = psy_sequence(walk(70, seed), 16, convention, lag)
    assert found.gsadf >= found.sadf >= found.adf
    assert np.all(found.bsadf >= found.badf - 1e-12)


def test_a_bubble_is_found_and_dated():
    steps = np.random.default_rng(7).normal(size=150)
    y = 20.0 + np.cumsum(steps)
    for t in range(90, 150):
        y[t] = y[t - 1] * (1.06 if t < 125 else 1.0) + steps[t]
    test = gsadf_test_wild_bootstrap(y, seed=1)
    (found,) = datestamp(test.sequence.bsadf, test.bound, None, test.sequence.first_end)
    assert test.rejects and test.p_value < 0.05
    assert 90 < found.start < 120 and 120 <= found.end < 140 and not found.ongoing
    assert found.start <= found.peak <= found.end


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_an_episode_exists_exactly_when_the_test_rejects(seed, is_uneven):
    y = (uneven if is_uneven else walk)(60, seed)
    test = gsadf_test_wild_bootstrap(y, draws=99, level=0.8, seed=seed)
    assert bool(datestamp(test.sequence.bsadf, test.bound, 1)) == test.rejects
    assert test.rejects == (test.p_value <= 0.2 + 1e-12)


# ---- dates


def test_a_tie_is_not_above_and_nan_is_not_above():
    assert datestamp([1.0, np.nan, 1.0], 1.0, 1) == ()
    assert [(e.start, e.end) for e in datestamp([2.0, np.nan, 2.0], 1.0, 1)] == [(0, 0), (2, 2)]


def test_an_episode_that_reaches_the_end_is_ongoing():
    (found,) = datestamp([0.0, 3.0, 2.0], [1.0, 1.0, 1.5], 2, first_end=10)
    assert (found.start, found.end, found.peak, found.length, found.ongoing) == (11, 12, 11, 2, True)


@pytest.mark.parametrize(
    ("bound", "least", "told"),
    [([1.0], None, "one for each of 3 ends"), (np.nan, None, "NaN"), (1.0, 0, "give 1 or more")],
)
def test_a_bound_that_does_not_fit_is_refused(bound, least, told):
    with pytest.raises(ValueError, match=told):
        datestamp([0.0, 1.0, 2.0], bound, least)


# ---- bounds


def test_one_thread_and_many_give_the_same_bits():
    y, before = walk(100, 1), numba.get_num_threads()
    many = wild_bound(y, seed=5).largest, mc_critical_values(100, paths=300, seed=5).gsadf
    try:
        numba.set_num_threads(1)
        one = wild_bound(y, seed=5).largest, mc_critical_values(100, paths=300, seed=5).gsadf
    finally:
        numba.set_num_threads(before)
    assert all(np.array_equal(a, b) for a, b in zip(many, one, strict=True))


def test_a_draw_is_the_same_however_many_are_asked_for():
    y = walk(80, 2)
    few, more = wild_bound(y, draws=99, seed=3).largest, wild_bound(y, draws=399, seed=3).largest
    assert np.isin(few, more).all()
    assert not np.array_equal(few, wild_bound(y, draws=99, seed=4).largest)


@pytest.mark.parametrize("kind", [RADEMACHER, NORMAL])
def test_multipliers_differ_by_row_and_by_draw(kind):
    """Elsewhere one normal draw is recycled over the whole table."""
    of = np.arange(400.0)
    draws = np.empty((60, 400))
    for k, y in enumerate(draws):
        draw_into(y, of, kind, 9, k, 77)
    multipliers = np.diff(draws, axis=1)
    assert np.unique(multipliers, axis=0).shape[0] == 60
    assert np.unique(multipliers, axis=1).shape[1] == 399
    assert abs(multipliers.mean()) < 4 / np.sqrt(multipliers.size)
    assert abs((multipliers**2).mean() - 1.0) < 4 * np.sqrt(2 / multipliers.size)
    # Neighbours in time and neighbours in draw have nothing to do with one another.
    assert abs((multipliers[:, 1:] * multipliers[:, :-1]).mean()) < 4 / np.sqrt(multipliers.size)
    assert abs((multipliers[1:] * multipliers[:-1]).mean()) < 4 / np.sqrt(multipliers.size)


def test_the_wild_bound_is_the_quantile_of_the_largest_value_along_the_whole_span():
    y = walk(60, 3)
    found = wild_bound(y, draws=99, level=0.9, seed=2)
    again = []
    for k in range(99):
        drawn = np.empty(60)
        draw_into(drawn, readable(y), RADEMACHER, 2, k, SIGNS)
        again.append(psy_sequence(drawn).gsadf)
    np.testing.assert_allclose(found.largest, np.sort(again), atol=1e-9)
    assert found.value == found.largest[89]


def test_a_bound_from_a_later_date_on_leaves_out_the_windows_that_end_before_it():
    y = walk(60, 3)
    found, again = wild_bound(y, draws=99, seed=2, since=35), []
    for k in range(99):
        drawn = np.empty(60)
        draw_into(drawn, readable(y), RADEMACHER, 2, k, SIGNS)
        sequence = psy_sequence(drawn)
        again.append(sequence.bsadf[35 - sequence.first_end :].max())
    np.testing.assert_allclose(found.largest, np.sort(again), atol=1e-9)
    assert found.largest.sum() < wild_bound(y, draws=99, seed=2).largest.sum()
    with pytest.raises(ValueError, match="since is 60"):
        wild_bound(y, since=60)


def test_without_a_constant_draws_begin_where_the_series_does():
    """From zero the test would call 7 % of walks from 100 explosive, where 5 % is right (500 walks of 80)."""
    of = readable(100.0 + walk(40, 1), shift=False)
    found, again = wild_bound(100.0 + walk(40, 1), draws=19, seed=1, deterministics="none").largest, []
    for k in range(19):
        drawn = np.empty(40)
        draw_into(drawn, of, RADEMACHER, 1, k, SIGNS)
        assert drawn[0] == of[0] > 0
        again.append(max(by_lstsq(drawn[start : end + 1], 0, "none")[0]
                         for end in range(11, 40) for start in range(end - 10)))  # fmt: skip
    np.testing.assert_allclose(found, np.sort(again), atol=1e-6)


def test_the_bootstrap_takes_the_lag_of_the_test():
    y = walk(60, 3)
    plain, lagged = wild_bound(y, draws=99, seed=1), wild_bound(y, draws=99, seed=1, lag=2)
    assert not np.array_equal(plain.largest, lagged.largest)
    assert gsadf_test_wild_bootstrap(y, lag=2, draws=99, seed=1).bound == lagged.value


@pytest.mark.parametrize("row", TABLE[:6], ids=lambda row: str(row.length))
def test_the_stored_table_agrees_with_other_walks(row):
    found = mc_critical_values(row.length, row.minw, paths=2_000, seed=20)
    for name in ("adf", "sadf", "gsadf"):
        apart = np.abs(getattr(found, name) - getattr(row, name))
        error = np.hypot(getattr(found, f"{name}_se"), getattr(row, f"{name}_se"))
        assert np.all(apart < 5 * error), name


def test_the_table_is_not_stretched_to_other_lengths():
    with pytest.raises(ValueError, match="no row for 210 observations"):
        table_row(210, smallest_window(210))
    with pytest.raises(ValueError, match="rows"):
        gsadf_test(walk(100), convention="levels", bound="table")
    with pytest.raises(ValueError, match=r"0\.9, 0\.95 or 0\.99"):
        gsadf_test(walk(100), level=0.975, bound="table")


def test_ninety_per_cent_at_a_hundred_observations_is_not_the_value_of_two_thousand_paths():
    """A package stores 1.710 from 2,000 paths; 400,000 give 1.652 with an error of 0.002."""
    row = table_row(100, 19)
    assert row.gsadf[0] == pytest.approx(1.652, abs=3 * row.gsadf_se[0])
    assert row.gsadf_se[0] < 0.005 and row.paths == 400_000


def test_lines_are_named_for_what_they_are():
    """The running maximum of BADF is no quantile of BSADF: 1.54 against 0.68 at 1,680 observations."""
    pointwise = false_alarms(1680, 90, line="pointwise", paths=200, seed=1)
    running = false_alarms(1680, 90, line="running", paths=200, seed=1)
    assert pointwise.bound[-1] == pytest.approx(0.68, abs=0.25)
    assert running.bound[-1] == pytest.approx(1.54, abs=0.25)
    assert np.all(np.diff(running.bound) >= 0)
    assert pointwise.any_alarm > running.any_alarm > 0.4


def test_watching_with_a_family_wise_line_rarely_cries_wolf():
    watched = monitor(walk(100, 1), paths=1_000, seed=2)
    assert watched.false_alarms.line == "family_wise"
    assert watched.false_alarms.any_alarm == pytest.approx(0.05, abs=0.03)
    assert watched.false_alarms.any_episode <= watched.false_alarms.any_alarm
    assert np.ptp(watched.false_alarms.bound) == 0


@pytest.mark.parametrize(("world", "series"), [(walk, 150), (burst, 150)], ids=["walk", "burst"])
def test_the_default_test_keeps_its_size_where_there_is_no_bubble(world, series):
    rate = np.mean([gsadf_test_wild_bootstrap(world(200, 1_000 + k), seed=k).rejects for k in range(series)])
    # Five per cent, three binomial standard deviations to either side.
    assert abs(rate - 0.05) < 3 * np.sqrt(0.05 * 0.95 / series)


def test_plain_bounds_do_not_keep_it_where_noise_changes_its_size():
    rate = np.mean([gsadf_test(uneven(200, 1_000 + k), bound="table").rejects for k in range(300)])
    assert rate > 0.2


def test_an_s_curve_in_the_price_is_called_explosive_by_any_bound():
    t = np.arange(200.0)
    curve = 2.0 / (1.0 + np.exp(-(t - 100.0) / 16.0))
    rate = np.mean([gsadf_test_wild_bootstrap(curve + 0.05 * walk(200, k), seed=k).rejects for k in range(60)])
    assert rate > 0.5


# ---- a past told anew


def test_nothing_is_read_of_rows_before_the_first_that_is_told():
    y = walk(50, 9)
    told = np.where(np.tri(50, dtype=bool), y[None, :], np.nan)
    told[:30] = np.nan
    found, whole = psy_vintages(told, since=30), psy_sequence(y)
    at = 30 - whole.first_end
    assert np.isnan(found.bsadf[:at]).all() and np.isnan(found.badf[:at]).all()
    np.testing.assert_allclose(found.bsadf[at:], whole.bsadf[at:], atol=1e-9)
    assert found.gsadf == pytest.approx(whole.bsadf[at:].max(), abs=1e-9)
    with pytest.raises(ValueError, match="since is 50"):
        psy_vintages(told, since=50)


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, float("nan")]), min_size=1, max_size=30),
    bound=st.sampled_from([0.0, 0.5]), least=st.integers(1, 4), first=st.integers(0, 9),
)  # fmt: skip
def test_episodes_are_the_runs_that_a_plain_walk_along_the_line_finds(values, bound, least, first):
    wanted, run = [], []
    for n, value in enumerate([*values, -9.0]):
        if value > bound:
            run.append(n)
            continue
        if len(run) >= least:
            peak = max(run, key=lambda at: (values[at], -at))
            wanted.append((run[0] + first, run[-1] + first, peak + first, len(run), run[-1] == len(values) - 1))
        run = []
    found = datestamp(values, bound, least, first)
    assert [(e.start, e.end, e.peak, e.length, e.ongoing) for e in found] == wanted


def test_a_past_told_anew_is_read_only_as_it_was_told():
    y = walk(50, 9)
    told = np.where(np.tri(50, dtype=bool), y[None, :], np.nan)
    np.testing.assert_allclose(psy_vintages(told).bsadf, psy_sequence(y).bsadf, atol=1e-9)
    told[30, :25] += np.linspace(0, 5, 25)
    changed = psy_vintages(told).bsadf != psy_vintages(np.where(np.tri(50, dtype=bool), y[None, :], np.nan)).bsadf
    assert np.flatnonzero(changed).tolist() == [30 - psy_vintages(told).first_end]


# ---- what cannot be tested


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([5.0] * 50, "constant"),
        ([*walk(30), np.nan, *walk(19)], "value 30 is nan"),
        ([*walk(30), np.inf, *walk(19)], "value 30 is inf"),
        (walk(6), "give at least"),
        ([1e308, -1e308] * 20, "larger unit"),
        (np.zeros((10, 5)), "single row"),
        (np.arange(50.0), "fitted exactly"),
        (1.02 ** np.arange(50.0), "fitted exactly"),
    ],
    ids=["constant", "nan", "infinite", "short", "too wide", "a table", "a line", "a formula"],
)
def test_a_series_that_cannot_be_tested_is_refused_with_a_repair(values, told):
    with pytest.raises(ValueError, match=told):
        psy_sequence(np.asarray(values, dtype=float))


def test_the_shortest_series_is_three_longer_than_the_smallest_window():
    assert len(psy_sequence(walk(22), minw=19).bsadf) == 3
    with pytest.raises(ValueError, match="give at least 22"):
        psy_sequence(walk(21), minw=19)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"convention": "row"}, "rows, levels"),
        ({"lag": -1}, "0 or more"),
        ({"lag_selection": "best"}, "fixed, bic, aic"),
        ({"deterministics": "drift"}, "constant\\+trend"),
        ({"minw": 2}, "give 3 or more"),
        ({"minw": 3, "convention": "levels", "lag": 1}, "or more"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_can(options, told):
    with pytest.raises(ValueError, match=told):
        psy_sequence(walk(60), **options)


def test_a_flat_stretch_has_no_statistic_and_no_warning():
    y = walk(120, 6)
    y[40:70] = y[40]
    found = psy_sequence(y, 15)
    # Windows inside the flat stretch have none, longer ones that reach beyond it do.
    assert np.isfinite(found.bsadf).all()
    start = y.copy()
    start[:40] = start[0]
    early = psy_sequence(start, 15)
    assert np.isnan(early.bsadf[:20]).all() and np.isfinite(early.gsadf)


def test_too_few_draws_for_the_level_are_refused():
    with pytest.raises(ValueError, match="99 or more"):
        wild_bound(walk(60), draws=50, level=0.99)
    with pytest.raises(ValueError, match="seed is -1"):
        wild_bound(walk(60), draws=99, seed=-1)
    with pytest.raises(ValueError, match="rademacher, normal"):
        wild_bound(walk(60), draws=99, multipliers="uniform")


def test_windows_are_counted_as_their_convention_says():
    assert (windows(100, 20, "rows", 2).rows, windows(100, 20, "levels", 2).rows) == (20, 17)
    assert windows(100, 20, "rows", 2).first_end == 22 and windows(100, 20, "levels", 2).first_end == 19
