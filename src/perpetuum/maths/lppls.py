"""A price that climbs faster and faster while it swings faster and faster: a reading of its shape, and no more.

ln p = A + (tc − t)^m (B + C₁ cos(ω ln(tc − t)) + C₂ sin(ω ln(tc − t))). Time and logarithms come in as plain
numbers; whether a step of time is a calendar or a trading day changes ω and must be said by whoever calls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Bool, Float

Array = NDArray[np.float64]
Grid = Literal["usual", "fine"]
# Cells of tc, m and ω, and how many of the best are followed down.
GRIDS: dict[Grid, tuple[int, int, int, int]] = {"usual": (8, 5, 12, 6), "fine": (16, 9, 26, 8)}
M_BOUNDS, W_BOUNDS = (0.1, 0.9), (6.0, 13.0)
# How far tc is searched, as shares of the window, before and after its last day.
TC_BOUNDS = (0.0, 0.2)
FEWEST = 12
# Of the box: a tc nearer to its bound than this is on it. The simplex ends far below.
ON_BOUND = 1e-3
WINDOWS = tuple(range(120, 34, -5))
# A simplex ends when it is smaller than this share of the box, and its corners as nearly equal.
STEPS, LOOSE, TIGHT = 600, 1e-3, 1e-9
# Shares of the box of tc from which the best is followed once more.
NEAR_FACE = (0.002, 0.02)


# ---- the value


@dataclass(frozen=True, slots=True, kw_only=True)
class Lppls:
    """One curve. ``tc`` in the unit of time, ``b`` and the ``c`` in logarithms per unit of time to the ``m``."""

    tc: float
    m: float
    w: float
    a: float
    b: float
    c1: float
    c2: float

    @property
    def swing(self) -> float:
        """√(C₁² + C₂²)."""
        return math.hypot(self.c1, self.c2)


def lppls_value(time: Float[np.ndarray, "*shape"], curve: Lppls) -> Float[np.ndarray, "*shape"]:
    """The logarithm of the price that a curve says, at times before ``tc`` (after it, of the mirrored curve).

    Parameters
    ----------
    time
        In the unit of ``tc``.
    curve
        Its seven numbers.

    Returns
    -------
    array
        At ``tc`` itself the value is A.

    Notes
    -----
    Source: Filimonov and Sornette (2013), doi:10.1016/j.physa.2013.04.012.

    Examples
    --------
    >>> curve = Lppls(tc=10.0, m=0.5, w=8.0, a=3.0, b=-0.1, c1=0.0, c2=0.0)
    >>> lppls_value(np.array([1.0, 6.0, 10.0]), curve).round(3)
    array([2.7, 2.8, 3. ])
    """
    left = np.abs(curve.tc - time)
    logs = np.log(np.where(left > 0, left, 1.0))
    power = np.where(left > 0, np.exp(curve.m * logs), 0.0)
    swing = curve.c1 * np.cos(curve.w * logs) + curve.c2 * np.sin(curve.w * logs)
    return np.asarray(curve.a + power * (curve.b + swing))


# ---- the fit


@dataclass(frozen=True, slots=True, kw_only=True)
class LpplsFit:
    """The best curve of a window, by least squares on the logarithm of the price.

    ``sse`` sums squared misses. ``status`` is ``settled``, ``tc_on_bound`` (then it is no detection, whatever
    else it looks like), or ``at_edge`` where ``m`` or ω lie on theirs.
    """

    curve: Lppls
    sse: float
    start: float
    end: float
    grid: Grid
    status: Literal["settled", "tc_on_bound", "at_edge"]


def lppls_fit(
    time: Float[np.ndarray, " day"],
    log_price: Float[np.ndarray, " day"],
    *,
    tc: tuple[float, float] | None = None,
    m: tuple[float, float] = M_BOUNDS,
    w: tuple[float, float] = W_BOUNDS,
    grid: Grid = "usual",
) -> LpplsFit:
    """Find the curve with the least sum of squares in a box, without chance.

    Parameters
    ----------
    time
        Days, calendar or trading, growing.
    log_price
        Natural logarithm of the price.
    tc, m, w
        The box. ``tc`` from the last day to a fifth of the window after it, unless given. Where the box
        reaches before the last day, days after ``tc`` are read on the mirrored curve.
    grid
        ``usual``, 8 x 5 x 12 cells, or ``fine``, 16 x 9 x 26.

    Returns
    -------
    LpplsFit
        The same for the same input, always.

    Raises
    ------
    ValueError
        For fewer than 12 days, numbers that are not finite, times that do not grow, a price that does not
        move, or a box that is empty.

    Notes
    -----
    A, B, C₁ and C₂ are linear and solved for at each place. The lowest cells of the grid that lie below
    their neighbours are followed by a bounded simplex (Nelder and Mead 1965). Source of the form: Filimonov
    and Sornette (2013), doi:10.1016/j.physa.2013.04.012.

    Examples
    --------
    >>> true = Lppls(tc=322.5, m=0.45, w=7.8, a=8.0, b=-0.15, c1=0.008, c2=-0.006)
    >>> days = np.arange(300.0)
    >>> found = lppls_fit(days, lppls_value(days, true))
    >>> round(found.curve.tc, 3), round(found.curve.m, 4), round(found.curve.w, 4), found.status
    (322.5, 0.45, 7.8, 'settled')
    """
    _check(time, log_price)
    box = _box(time, tc, m, w)
    cells = GRIDS[grid]
    best, _ = _fit(np.ascontiguousarray(time), np.ascontiguousarray(log_price), box, cells)
    return _told(time, log_price, best, box, grid)


def _told(time: Array, log_price: Array, best: Array, box: Array, grid: Grid) -> LpplsFit:
    """A place in the box as a curve in the units that came in, its linear part solved once more and well."""
    at_tc, at_m, at_w = (float(each) for each in best)
    left = np.abs(at_tc - time)
    logs = np.log(np.where(left > 0, left, 1.0))
    power = np.where(left > 0, np.exp(at_m * logs), 0.0)
    columns = np.column_stack([np.ones_like(time), power, power * np.cos(at_w * logs), power * np.sin(at_w * logs)])
    scale = np.abs(columns).max(axis=0)
    middle = float(log_price.mean())
    solved, *_ = np.linalg.lstsq(columns / scale, log_price - middle, rcond=None)
    a, b, c1, c2 = (float(each) for each in solved / scale)
    sse = float(np.sum((columns / scale @ solved - (log_price - middle)) ** 2))
    near = (best - box[:, 0] <= ON_BOUND * (box[:, 1] - box[:, 0])) | (
        box[:, 1] - best <= ON_BOUND * (box[:, 1] - box[:, 0])
    )
    return LpplsFit(
        curve=Lppls(tc=at_tc, m=at_m, w=at_w, a=a + middle, b=b, c1=c1, c2=c2), sse=sse,
        start=float(time[0]), end=float(time[-1]), grid=grid,
        status="tc_on_bound" if near[0] else "at_edge" if near[1:].any() else "settled",
    )  # fmt: skip


def _box(time: Array, tc: tuple[float, float] | None, m: tuple[float, float], w: tuple[float, float]) -> Array:
    length, end = float(time[-1] - time[0]), float(time[-1])
    box = np.array([tc or (end + TC_BOUNDS[0] * length, end + TC_BOUNDS[1] * length), m, w], dtype=np.float64)
    refuse(
        *(
            [f"the box of {name} is {low:g} to {high:g}; give two finite numbers, the lower first."]
            for name, (low, high) in zip(("tc", "m", "w"), box, strict=True)
            if not (np.isfinite([low, high]).all() and low < high)
        )
    )
    return box


# ---- compiled: sums of squares, the grid, the simplex


@compiled
def _solve(sums: Array, n: float, total: float) -> float:
    """The least sum of squares of four columns, from their centred cross products; Cholesky, three by three.

    ``sums`` is f, g, h, ff, fg, fh, gg, gh, hh, fy, gy, hy; y is centred.
    """
    f, g, h = sums[0] / n, sums[1] / n, sums[2] / n
    ff, fg, fh = sums[3] - n * f * f, sums[4] - n * f * g, sums[5] - n * f * h
    gg, gh, hh = sums[6] - n * g * g, sums[7] - n * g * h, sums[8] - n * h * h
    fy, gy, hy = sums[9], sums[10], sums[11]
    if ff <= 1e-14 * sums[3]:
        return total
    saved = fy * fy / ff
    gg1, gh1, gy1 = gg - fg * fg / ff, gh - fg * fh / ff, gy - fg * fy / ff
    if gg1 > 1e-12 * gg:
        saved += gy1 * gy1 / gg1
        hh1, hy1 = hh - fh * fh / ff - gh1 * gh1 / gg1, hy - fh * fy / ff - gh1 * gy1 / gg1
    else:
        hh1, hy1 = hh - fh * fh / ff, hy - fh * fy / ff
    if hh1 > 1e-12 * hh:
        saved += hy1 * hy1 / hh1
    return float(max(total - saved, 0.0))


@compiled
def _miss(time: Array, y: Array, total: float, length: float, tc: float, m: float, w: float) -> float:
    """The least sum of squares at one place: time as it came, y centred, distances in lengths of the window."""
    sums = np.zeros(12)
    for n in range(len(time)):
        left = abs(tc - time[n]) / length
        if left > 0.0:
            log = math.log(left)
            f = math.exp(m * log)
            g, h = f * math.cos(w * log), f * math.sin(w * log)
            sums[0] += f
            sums[1] += g
            sums[2] += h
            sums[3] += f * f
            sums[4] += f * g
            sums[5] += f * h
            sums[6] += g * g
            sums[7] += g * h
            sums[8] += h * h
            sums[9] += f * y[n]
            sums[10] += g * y[n]
            sums[11] += h * y[n]
    return _solve(sums, float(len(time)), total)


@compiled
def _scan(time: Array, y: Array, total: float, length: float, box: Array, cells: tuple[int, int, int, int]) -> Array:
    """The sum of squares at the middle of each cell; logarithms, powers and angles are shared along the grid."""
    count = len(time)
    out = np.empty((cells[0], cells[1], cells[2]))
    logs, power, sums = np.empty(count), np.empty(count), np.zeros(12)
    cosine, sine = np.empty((cells[2], count)), np.empty((cells[2], count))
    for i in range(cells[0]):
        tc = box[0, 0] + (i + 0.5) / cells[0] * (box[0, 1] - box[0, 0])
        for n in range(count):
            left = abs(tc - time[n]) / length
            logs[n] = math.log(left) if left > 0.0 else -1e300
        for k in range(cells[2]):
            w = box[2, 0] + (k + 0.5) / cells[2] * (box[2, 1] - box[2, 0])
            for n in range(count):
                angle = w * logs[n] if logs[n] > -1e299 else 0.0
                cosine[k, n], sine[k, n] = math.cos(angle), math.sin(angle)
        for j in range(cells[1]):
            m = box[1, 0] + (j + 0.5) / cells[1] * (box[1, 1] - box[1, 0])
            first, square, cross = 0.0, 0.0, 0.0
            for n in range(count):
                f = math.exp(m * logs[n])
                power[n] = f
                first += f
                square += f * f
                cross += f * y[n]
            for k in range(cells[2]):
                sums[:] = 0.0
                sums[0], sums[3], sums[9] = first, square, cross
                for n in range(count):
                    f = power[n]
                    g, h = f * cosine[k, n], f * sine[k, n]
                    sums[1] += g
                    sums[2] += h
                    sums[4] += f * g
                    sums[5] += f * h
                    sums[6] += g * g
                    sums[7] += g * h
                    sums[10] += g * y[n]
                    sums[11] += h * y[n]
                # Since cos² + sin² = 1, what is left of ff is hh.
                sums[8] = square - sums[6]
                out[i, j, k] = _solve(sums, float(count), total)
    return out


@compiled
def _lowest(scan: Array, count: int) -> NDArray[np.int64]:
    """The lowest cells that lie no higher than their neighbours along the axes, the lowest first."""
    a, b, c = scan.shape
    found = np.full((count, 3), -1, np.int64)
    values = np.full(count, np.inf)
    for i in range(a):
        for j in range(b):
            for k in range(c):
                here = scan[i, j, k]
                if here >= values[count - 1]:
                    continue
                if (i > 0 and scan[i - 1, j, k] < here) or (i < a - 1 and scan[i + 1, j, k] < here):
                    continue
                if (j > 0 and scan[i, j - 1, k] < here) or (j < b - 1 and scan[i, j + 1, k] < here):
                    continue
                if (k > 0 and scan[i, j, k - 1] < here) or (k < c - 1 and scan[i, j, k + 1] < here):
                    continue
                place = count - 1
                while place > 0 and values[place - 1] > here:
                    values[place] = values[place - 1]
                    found[place] = found[place - 1]
                    place -= 1
                values[place] = here
                found[place, 0], found[place, 1], found[place, 2] = i, j, k
    return found


@compiled
def _at(time: Array, y: Array, total: float, length: float, box: Array, unit: Array) -> float:
    return _miss(
        time, y, total, length,
        box[0, 0] + unit[0] * (box[0, 1] - box[0, 0]),
        box[1, 0] + unit[1] * (box[1, 1] - box[1, 0]),
        box[2, 0] + unit[2] * (box[2, 1] - box[2, 0]),
    )  # fmt: skip


@compiled
def _simplex(
    time: Array, y: Array, total: float, length: float, box: Array, start: Array, size: Array, close: float
) -> tuple[Array, float]:
    """Nelder and Mead inside the unit cube, until it is as small as ``close``: what would leave stops at the face."""
    corners, values = np.empty((4, 3)), np.empty(4)
    for n in range(4):
        corners[n] = start
        if n > 0:
            step = size[n - 1] if start[n - 1] + size[n - 1] <= 1.0 else -size[n - 1]
            corners[n, n - 1] += step
        values[n] = _at(time, y, total, length, box, corners[n])
    for _ in range(STEPS):
        order = np.argsort(values)
        corners, values = corners[order], values[order]
        if np.abs(corners[1:] - corners[0]).max() < close and values[3] - values[0] <= close * values[0]:
            break
        middle = (corners[0] + corners[1] + corners[2]) / 3.0
        reflected = np.minimum(np.maximum(2.0 * middle - corners[3], 0.0), 1.0)
        mirrored = _at(time, y, total, length, box, reflected)
        if mirrored < values[0]:
            further = np.minimum(np.maximum(3.0 * middle - 2.0 * corners[3], 0.0), 1.0)
            value = _at(time, y, total, length, box, further)
            if value < mirrored:
                corners[3], values[3] = further, value
            else:
                corners[3], values[3] = reflected, mirrored
            continue
        if mirrored < values[2]:
            corners[3], values[3] = reflected, mirrored
            continue
        if mirrored < values[3]:
            inner = middle + 0.5 * (reflected - middle)
        else:
            inner = middle + 0.5 * (corners[3] - middle)
        value = _at(time, y, total, length, box, inner)
        if value < min(mirrored, values[3]):
            corners[3], values[3] = inner, value
            continue
        for n in range(1, 4):
            corners[n] = corners[0] + 0.5 * (corners[n] - corners[0])
            values[n] = _at(time, y, total, length, box, corners[n])
    best = int(np.argmin(values))
    return corners[best].copy(), values[best]


@compiled
def _fit(time: Array, log_price: Array, box: Array, cells: tuple[int, int, int, int]) -> tuple[Array, float]:
    """The best place of the box: tc, m, ω, and its sum of squares."""
    length = time[-1] - time[0]
    y = log_price - log_price.mean()
    total = (y * y).sum()
    scan = _scan(time, y, total, length, box, cells)
    size = np.array([0.5 / cells[0], 0.5 / cells[1], 0.5 / cells[2]])
    best, least = np.zeros(3), np.inf
    for cell in _lowest(scan, cells[3]):
        if cell[0] < 0:
            break
        start = np.array([(cell[0] + 0.5) / cells[0], (cell[1] + 0.5) / cells[1], (cell[2] + 0.5) / cells[2]])
        place, value = _simplex(time, y, total, length, box, start, size, LOOSE)
        # Once more from there, since a simplex may fold too early, most of all on a face.
        place, value = _simplex(time, y, total, length, box, place, size, LOOSE)
        if value < least:
            best, least = place, value
    # The valleys are narrowest just behind the first tc of the box, where no cell has its middle.
    for near in NEAR_FACE:
        start = best.copy()
        start[0] = near
        place, value = _simplex(time, y, total, length, box, start, size * np.array([near, 0.5, 0.5]), LOOSE)
        if value < least:
            best, least = place, value
    best, least = _simplex(time, y, total, length, box, best, size * 0.02, TIGHT)
    return box[:, 0] + best * (box[:, 1] - box[:, 0]), least


@compiled_over_draws
def _fits(
    time: Array, log_price: Array, first: NDArray[np.int64], last: NDArray[np.int64], cells: tuple[int, int, int, int]
) -> Array:
    """Each window fitted by itself, side by side: tc, m and ω, one row a window."""
    out = np.empty((len(first), 3))
    for n in numba.prange(len(first)):
        days, prices = time[first[n] : last[n] + 1], log_price[first[n] : last[n] + 1]
        end, length = days[-1], days[-1] - days[0]
        box = np.empty((3, 2))
        box[0, 0], box[0, 1] = end + TC_BOUNDS[0] * length, end + TC_BOUNDS[1] * length
        box[1, 0], box[1, 1] = M_BOUNDS
        box[2, 0], box[2, 1] = W_BOUNDS
        place, _ = _fit(days, prices, box, cells)
        out[n] = place
    return out


# ---- the filter and the confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualified:
    """Whether a curve looks like those before a fall, and the two numbers of the test that need working out."""

    qualified: bool
    oscillations: float
    damping: float


def lppls_qualified(
    curve: Lppls,
    start: float,
    end: float,
    *,
    m: tuple[float, float] = (0.0, 1.0),
    w: tuple[float, float] = (2.0, 15.0),
    least_oscillations: float = 2.5,
    least_damping: float = 0.5,
) -> Qualified:
    """Test a curve by the usual filter for a bubble that rises.

    All must hold: m and ω strictly inside their ranges; (ω/2π)·ln((tc − t1)/(tc − t2)) oscillations, at
    least 2.5; damping m·|B| / (ω·C), at least 0.5; B below 0; and tc strictly between max(t2 − 60,
    t2 − L/2) and min(t2 + 252, t2 + L/2).

    Parameters
    ----------
    curve
        As fitted.
    start, end
        First and last day of its window, t1 and t2; L is the days between them.
    m, w, least_oscillations, least_damping
        The filter, if another than the usual.

    Returns
    -------
    Qualified
        A curve without swings has infinite damping.

    Raises
    ------
    ValueError
        For a window without length.

    Notes
    -----
    The limits of 60 and 252 are trading days of a quarter and a year: on calendar days they mean less.
    Source: Sornette and others (2015), doi:10.21314/JOIS.2015.063, as the common filter stands in public programs.

    Examples
    --------
    >>> curve = Lppls(tc=135.0, m=0.4, w=8.0, a=0.0, b=-0.06, c1=0.003, c2=0.004)
    >>> lppls_qualified(curve, 0.0, 119.0)
    Qualified(qualified=True, oscillations=2.71..., damping=0.6)
    """
    refuse([] if end > start else ["the window has no length; end must come after start."])
    length, before = end - start, abs(curve.tc - end)
    ratio = abs(curve.tc - start) / before if before > 0 else math.inf
    oscillations = curve.w / (2 * math.pi) * math.log(ratio) if ratio > 0 else -math.inf
    damping = curve.m * abs(curve.b) / (curve.w * curve.swing) if curve.swing > 0 else math.inf
    near = max(end - 60.0, end - 0.5 * length) < curve.tc < min(end + 252.0, end + 0.5 * length)
    fits = m[0] < curve.m < m[1] and w[0] < curve.w < w[1] and near and curve.b < 0
    return Qualified(
        qualified=fits and oscillations >= least_oscillations and damping >= least_damping,
        oscillations=oscillations, damping=damping,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LpplsConfidence:
    """Share of all nested windows whose best curve passes the filter, at each end asked for.

    ``share`` counts against all windows, not against those that happened to fit. ``fits`` are those of the
    last end, ``passed`` says which of them count; ``on_bound`` counts windows whose tc lay on its bound.
    """

    ends: tuple[int, ...]
    windows: tuple[int, ...]
    share: Float[np.ndarray, " end"]
    on_bound: tuple[int, ...]
    fits: tuple[LpplsFit, ...]
    passed: Bool[np.ndarray, " window"]


def lppls_confidence(
    time: Float[np.ndarray, " day"],
    log_price: Float[np.ndarray, " day"],
    *,
    ends: tuple[int, ...] | None = None,
    windows: tuple[int, ...] = WINDOWS,
    grid: Grid = "usual",
) -> LpplsConfidence:
    """How many of 18 nested windows, all with one last day, look like a bubble that rises.

    Parameters
    ----------
    time, log_price
        As for :func:`lppls_fit`.
    ends
        Indices of the last days, one reading for each; the last day of the series unless given.
    windows
        Lengths in observations; 120 down to 35 by 5 unless given.
    grid
        As for :func:`lppls_fit`.

    Returns
    -------
    LpplsConfidence
        The same twice, whatever the number of threads: each window is fitted by itself.

    Raises
    ------
    ValueError
        As :func:`lppls_fit`, and where a window does not fit before an end.

    Notes
    -----
    A tc on its bound is not a detection. Source of the indicator: Sornette and others (2015),
    doi:10.21314/JOIS.2015.063.

    Examples
    --------
    >>> true = Lppls(tc=130.0, m=0.45, w=7.8, a=8.0, b=-0.15, c1=0.008, c2=-0.006)
    >>> days = np.arange(120.0)
    >>> lppls_confidence(days, lppls_value(days, true), windows=(120, 100)).share
    array([1.])
    """
    _check(time, log_price)
    ends = (len(time) - 1,) if ends is None else ends
    longest, shortest = max(windows, default=0), min(windows, default=0)
    refuse(
        ["no window or no end is given."] if not (windows and ends) else [],
        [f"a window has {shortest} days; a fit needs {FEWEST}."] if windows and shortest < FEWEST else [],
        [f"{min(ends) + 1} days to the first end; the longest window needs {longest}. Give a longer series."]
        if ends and windows and min(ends) + 1 < longest
        else [],
        [f"an end is {max(ends)}; the series has {len(time)} days."] if ends and max(ends) >= len(time) else [],
    )
    last = np.repeat(np.array(ends, dtype=np.int64), len(windows))
    first = last - np.tile(np.array(windows, dtype=np.int64), len(ends)) + 1
    refuse(_flat(log_price, first, last))
    places = _fits(np.ascontiguousarray(time), np.ascontiguousarray(log_price), first, last, GRIDS[grid])
    found = [
        _told(days, log_price[a : b + 1], place, _box(days, None, M_BOUNDS, W_BOUNDS), grid)
        for a, b, place in zip(first, last, places, strict=True)
        for days in (time[a : b + 1],)
    ]
    counts = np.array([_counts(each) for each in found]).reshape(len(ends), len(windows))
    bound = np.array([each.status == "tc_on_bound" for each in found]).reshape(len(ends), len(windows))
    return LpplsConfidence(
        ends=ends, windows=windows, share=counts.mean(axis=1), on_bound=tuple(int(n) for n in bound.sum(axis=1)),
        fits=tuple(found[-len(windows) :]), passed=counts[-1],
    )  # fmt: skip


def _counts(found: LpplsFit) -> bool:
    return found.status != "tc_on_bound" and lppls_qualified(found.curve, found.start, found.end).qualified


def _flat(log_price: Array, first: NDArray[np.int64], last: NDArray[np.int64]) -> list[str]:
    still = [int(b) for a, b in zip(first, last, strict=True) if np.ptp(log_price[a : b + 1]) == 0]
    return [f"the price does not move in a window that ends at index {still[0]}; leave that end out."] if still else []


def _check(time: Array, log_price: Array) -> None:
    finite = bool(np.isfinite(time).all() and np.isfinite(log_price).all())
    refuse(
        [f"{len(time)} days; a fit needs {FEWEST}."] if len(time) < FEWEST else [],
        [f"{len(time)} times for {len(log_price)} prices; give one for each."] if len(time) != len(log_price) else [],
        ["times and prices must be finite; leave out days without a price."] if not finite else [],
        ["times must grow; put the days in order, one price for each."]
        if finite and not (np.diff(time) > 0).all()
        else [],
        ["the price does not move; there is no curve to fit."]
        if finite and len(log_price) and np.ptp(log_price) == 0
        else [],
    )
