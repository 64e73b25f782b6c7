"""The loops of the explosive-root tests: one regression for every window of a series, without a matrix.

In the regression of the change Δy(t) on a constant and y(t-1), with S the centred sums of a window,
t² = (m - 2) S_xd² / (S_xx S_dd - S_xd²). Given the sign of S_xd this rises with t, so squares are
compared and one root is taken for each end. Everything here is such a signed square.
"""

from __future__ import annotations

import numpy as np

from perpetuum.maths.compiled import compiled
from perpetuum.maths.shapes import Float

# Of a regression's own sums: what is left below this share is rounding, and there is no statistic.
NOTHING_LEFT = 1e-12
# Sums over a window are differences of two sums from the start. Where the whole is so many times the part,
# or the fit is so close, that difference has lost digits, and sums are run for each end instead.
WHOLE_OVER_PART = 1e6
CLOSE_FIT = 100.0
LEAST_NOISE = 1e-6
NONE = -np.inf


@compiled
def sequence_into(
    y: Float[np.ndarray, " time"],
    rows: int,
    lag: int,
    terms: int,
    rule: int,
    badf: Float[np.ndarray, " end"],
    bsadf: Float[np.ndarray, " end"],
) -> None:
    """Write for every end the signed square of the window from the start, and the largest of all windows.

    Parameters
    ----------
    y
        The series, of moderate size; see ``readable``.
    rows, lag, terms, rule
        Of :class:`~perpetuum.maths.explosive_windows.Windows`.
    badf, bsadf
        Filled: one for each end from ``rows + lag`` on; NaN or minus infinity where no window has a statistic.
    """
    if lag == 0 and terms == 1:
        if not by_prefix_sums(y, rows, badf, bsadf):
            for end in range(rows, len(y)):
                best, _, last = end_by_running_sums(y, end, rows)
                badf[end - rows], bsadf[end - rows] = last, best
        return
    for end in range(rows + lag, len(y)):
        best, _, last = end_by_products(y, end, rows, lag, terms, rule)
        badf[end - rows - lag], bsadf[end - rows - lag] = last, best


@compiled
def by_prefix_sums(
    y: Float[np.ndarray, " time"], rows: int, badf: Float[np.ndarray, " end"], bsadf: Float[np.ndarray, " end"]
) -> bool:
    """Windows of one length after the other, from sums since the start; false where these lose digits.

    All windows of a length lie side by side, which is how a processor takes several at once.
    """
    n = len(y) - 1
    px, pd, pxx, pxd, pdd = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    x_mean, d_mean = 0.0, (y[n] - y[0]) / n
    for i in range(n):
        x_mean += y[i] / n
    for i in range(n):
        x, d = y[i] - x_mean, y[i + 1] - y[i] - d_mean
        px[i + 1], pd[i + 1] = px[i] + x, pd[i] + d
        pxx[i + 1], pxd[i + 1], pdd[i + 1] = pxx[i] + x * x, pxd[i] + x * d, pdd[i] + d * d
    if not _keeps_digits(y, pxx[n], pdd[n], rows):
        return False
    for i in range(len(bsadf)):
        bsadf[i] = NONE
    for m in range(rows, n + 1):
        _one_length(m, n + 1 - m, rows, px, pd, pxx, pxd, pdd, badf, bsadf)
        if abs(badf[m - rows]) > CLOSE_FIT * max(1.0, (m - 2) / CLOSE_FIT):
            return False
    return most(bsadf) <= CLOSE_FIT


@compiled
def most(values: Float[np.ndarray, " end"]) -> float:
    """The largest number; NaN is none."""
    best = NONE
    for value in values:
        if value > best:
            best = value
    return best


@compiled
def _one_length(
    m: int,
    count: int,
    rows: int,
    px: Float[np.ndarray, " sum"],
    pd: Float[np.ndarray, " sum"],
    pxx: Float[np.ndarray, " sum"],
    pxd: Float[np.ndarray, " sum"],
    pdd: Float[np.ndarray, " sum"],
    badf: Float[np.ndarray, " end"],
    bsadf: Float[np.ndarray, " end"],
) -> None:
    """All ``count`` windows of ``m`` rows, the one from the start first: each against the largest so far of its end."""
    share, freedom = 1.0 / m, m - 2.0
    # Whole numbers without a sign: no place is then looked up from the far end of an array.
    ahead, later = np.uint64(m), np.uint64(m - rows)
    for k in range(count):
        i = np.uint64(k)
        j, e = i + ahead, i + later
        sx, sd = px[j] - px[i], pd[j] - pd[i]
        sxx = pxx[j] - pxx[i] - sx * sx * share
        sdd = pdd[j] - pdd[i] - sd * sd * share
        c = pxd[j] - pxd[i] - sx * sd * share
        whole = sxx * sdd
        left, least = whole - c * c, LEAST_NOISE * whole
        square = freedom * c * abs(c) / (left if left > least else least)
        bsadf[e] = square if square > bsadf[e] else bsadf[e]
    badf[later] = _first(m, share, freedom, px, pd, pxx, pxd, pdd)


@compiled
def _first(
    m: int,
    share: float,
    freedom: float,
    px: Float[np.ndarray, " sum"],
    pd: Float[np.ndarray, " sum"],
    pxx: Float[np.ndarray, " sum"],
    pxd: Float[np.ndarray, " sum"],
    pdd: Float[np.ndarray, " sum"],
) -> float:
    """The window from the start: its sums are the sums themselves."""
    sxx, sdd = pxx[m] - px[m] * px[m] * share, pdd[m] - pd[m] * pd[m] * share
    c, whole = pxd[m] - px[m] * pd[m] * share, sxx * sdd
    left, least = whole - c * c, LEAST_NOISE * whole
    square: float = freedom * c * abs(c) / (left if left > least else least)
    return square


@compiled
def _keeps_digits(y: Float[np.ndarray, " time"], all_xx: float, all_dd: float, rows: int) -> bool:
    """Whether every half of a smallest window holds enough of the whole; every window holds one such half."""
    half, n = rows // 2, len(y) - 1
    if half < 2:
        return False
    for start in range(0, n - half + 1, half):
        x0, d0 = y[start], y[start + 1] - y[start]
        sx = sd = sxx = sdd = 0.0
        for i in range(start, start + half):
            x, d = y[i] - x0, y[i + 1] - y[i] - d0
            sx, sd, sxx, sdd = sx + x, sd + d, sxx + x * x, sdd + d * d
        if not ((sxx - sx * sx / half) * WHOLE_OVER_PART > all_xx):
            return False
        if not ((sdd - sd * sd / half) * WHOLE_OVER_PART > all_dd):
            return False
    return True


@compiled
def end_by_running_sums(y: Float[np.ndarray, " time"], end: int, rows: int) -> tuple[float, int, float]:
    """Windows that end at one observation, grown backwards: the largest square, where it starts, the longest's."""
    x0, d0 = y[end - 1], y[end] - y[end - 1]
    sx = sd = sxx = sxd = sdd = 0.0
    best, start, last = NONE, -1, np.nan
    for m in range(1, end + 1):
        at = end - m
        x, d = y[at] - x0, y[at + 1] - y[at] - d0
        sx, sd, sxx, sxd, sdd = sx + x, sd + d, sxx + x * x, sxd + x * d, sdd + d * d
        if m < rows:
            continue
        last = signed_square(sxx - sx * sx / m, sxd - sx * sd / m, sdd - sd * sd / m, m - 2)
        if last > best:
            best, start = last, at
    return best, start, last


@compiled
def signed_square(sxx: float, sxd: float, sdd: float, freedom: int) -> float:
    """The square of a t value with its sign; NaN where the fit is exact and nothing is left to test against.

    Examples
    --------
    >>> signed_square(2.0, -1.0, 1.0, 4)
    -4.0
    """
    whole = sxx * sdd
    left = whole - sxd * sxd
    return freedom * sxd * abs(sxd) / left if left > NOTHING_LEFT * whole else np.nan


@compiled
def end_by_products(
    y: Float[np.ndarray, " time"], end: int, rows: int, lag: int, terms: int, rule: int
) -> tuple[float, int, float]:
    """The same with lagged changes, a trend or no constant: cross products grow by a row for each window.

    With a rule the lag is chosen in each window on the rows that all lags share, then the regression runs on all
    rows of its own.
    """
    size = terms + lag + 2
    products, work, row = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
    before, level = np.zeros(size), terms + lag if rule == 0 else terms
    best, start, last = NONE, -1, np.nan
    for t in range(end, lag, -1):
        m = end - t + 1
        _row_into(row, y, t, end, lag, terms, level)
        _add_row(products, row, size)
        if m < rows:
            continue
        chosen = lag
        if rule == 0:
            _copy_into(work, products, size)
        else:
            chosen = _choose_lag(products, work, m, lag, terms, rule)
            _narrowed(products, work, chosen, lag, terms)
            for extra in range(t - 1, t - 1 - (lag - chosen), -1):
                _row_into(row, y, extra, end, chosen, terms, terms + chosen)
                _add_row(work, row, terms + chosen + 2)
        last = _reduced(work, before, m + lag - chosen, terms + chosen + 2)
        if last > best:
            best, start = last, t - lag - 1
    return best, start, last


@compiled
def _row_into(
    row: Float[np.ndarray, " variable"], y: Float[np.ndarray, " time"], t: int, end: int, lag: int, terms: int,
    level: int,
) -> None:  # fmt: skip
    """One row of the regression: constant, trend, lagged changes, the change; y(t-1) stands at ``level``.

    Levels and time are told from the window's end, where there is a constant.
    """
    if terms > 0:
        row[0] = 1.0
    if terms > 1:
        row[1] = (t - end) / len(y)
    for i in range(1, lag + 1):
        row[terms + i - (1 if level == terms + lag else 0)] = y[t - i] - y[t - i - 1]
    row[level] = y[t - 1] - (y[end - 1] if terms > 0 else 0.0)
    row[terms + lag + 1] = y[t] - y[t - 1]


@compiled
def _add_row(products: Float[np.ndarray, "variable variable"], row: Float[np.ndarray, " variable"], size: int) -> None:
    for i in range(size):
        for j in range(i + 1):
            products[i, j] += row[i] * row[j]


@compiled
def _copy_into(work: Float[np.ndarray, "variable variable"], products: Float[np.ndarray, "variable variable"],
               size: int) -> None:  # fmt: skip
    for i in range(size):
        for j in range(i + 1):
            work[i, j] = products[i, j]


@compiled
def _narrowed(
    products: Float[np.ndarray, "variable variable"], work: Float[np.ndarray, "variable variable"], chosen: int,
    lag: int, terms: int,
) -> None:  # fmt: skip
    """Copy what a smaller lag needs, with y(t-1) moved behind its lagged changes."""
    size = terms + chosen + 2
    for i in range(size):
        a = _place(i, chosen, lag, terms)
        for j in range(i + 1):
            b = _place(j, chosen, lag, terms)
            work[i, j] = products[max(a, b), min(a, b)]


@compiled
def _place(i: int, chosen: int, lag: int, terms: int) -> int:
    """Where a variable of the narrow table stands in the wide one."""
    if i < terms:
        return i
    if i < terms + chosen:
        return i + 1
    return terms if i == terms + chosen else terms + lag + 1


@compiled
def _eliminate(work: Float[np.ndarray, "variable variable"], k: int, size: int, before: float) -> bool:
    """Take one variable out of all later ones; false if nothing of its own is left."""
    if not work[k, k] > NOTHING_LEFT * before:
        return False
    one_over = 1.0 / work[k, k]
    for i in range(k + 1, size):
        share = work[i, k] * one_over
        for j in range(k + 1, i + 1):
            work[i, j] -= share * work[j, k]
    return True


@compiled
def _reduced(
    work: Float[np.ndarray, "variable variable"], before: Float[np.ndarray, " variable"], rows: int, size: int
) -> float:
    """The signed square of y(t-1) after all others are taken out: the steps of Cholesky without its roots."""
    x, d = size - 2, size - 1
    for k in range(size):
        before[k] = work[k, k]
    for k in range(x):
        if not _eliminate(work, k, size, before[k]):
            return np.nan
    if not (work[x, x] > NOTHING_LEFT * before[x] and work[d, d] > NOTHING_LEFT * before[d]):
        return np.nan
    return signed_square(work[x, x], work[d, x], work[d, d], rows - size + 1)


@compiled
def _choose_lag(
    products: Float[np.ndarray, "variable variable"], work: Float[np.ndarray, "variable variable"], rows: int,
    lag: int, terms: int, rule: int,
) -> int:  # fmt: skip
    """The lag with the least criterion, all on the same rows, with the variance that each fit estimates."""
    size = terms + lag + 2
    _copy_into(work, products, size)
    best, chosen = np.inf, 0
    price = np.log(rows) if rule == 1 else 2.0
    for k in range(size - 1):
        if not _eliminate(work, k, size, products[k, k]):
            break
        left = work[size - 1, size - 1]
        if not left > NOTHING_LEFT * products[size - 1, size - 1]:
            break
        criterion = rows * np.log(left / rows) + (k + 1) * price
        if k >= terms and criterion < best:
            best, chosen = criterion, k - terms
    return chosen
