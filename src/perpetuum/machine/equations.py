"""Economies out of textbooks, where everyone decides at once, solved as their authors wrote them.

A second, small door: the quarter of the machine goes step by step, these models are simultaneous.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import BooksDoNotBalance, SeriesError, UnknownName, listed
from perpetuum.core.text import Text, both
from perpetuum.machine.equations_books import book
from perpetuum.machine.equations_read import read_system
from perpetuum.machine.equations_solve import FAILS, Block, Row, blocks_of, settle
from perpetuum.machine.equations_system import ROUNDING, Identity, System
from perpetuum.machine.equations_text import Value

__all__ = ["Solved", "System", "read_system", "solve"]
Array = NDArray[np.float64]
Status = Literal["settled", "not_settled", "not_finite"]
_VARIABLE = both("variable or parameter of this system", "本系統的變數或參數")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """A textbook economy through time.

    ``series`` is (period, variable), from the start values on; unknown from the period in which a system did
    not settle. ``residuals`` is (period, variable): by how much a value is off what its equation says, as a
    share of max(1, what the equation is made of). ``iterations`` is (period, block). ``gaps`` is
    (period, identity): left less right. ``matrix`` is (period, kind, sector), if the system has postings.
    ``report`` tells what was let pass, and where a system stopped.
    """

    system: System
    series: Array
    residuals: Array
    iterations: NDArray[np.int64]
    blocks: tuple[tuple[str, ...], ...]
    gaps: Array
    matrix: Array | None
    report: tuple[Text, ...]
    status: Status

    def __getitem__(self, name: str) -> Array:
        """One variable in every period."""
        if name not in self.system.variables:
            raise UnknownName(name, self.system.variables, what=_VARIABLE)
        return np.asarray(self.series[:, self.system.variables.index(name)])


def solve(
    system: System,
    periods: int | None = None,
    start: Literal["refuse", "report"] = "refuse",
    tolerance: float = 1e-12,
) -> Solved:
    """Solve a textbook economy period by period.

    Parameters
    ----------
    system
        From :func:`read_system`.
    periods
        How many after the start; those of the system unless given.
    start
        What to do with start values that break an identity: ``refuse``, or go on and ``report`` it.
    tolerance
        How much an equation may miss, of max(1, what it is made of).

    Returns
    -------
    Solved
        ``status`` is ``settled``; ``not_settled`` or ``not_finite`` name block and period in ``report``.

    Raises
    ------
    SeriesError
        For start values that break an identity, with the gap (I0); for a posted flow that is negative.
    BooksDoNotBalance
        For an identity that held at the start and broke later, and for postings that do not add up.

    Notes
    -----
    Groups of equations by strong components; Newton's method with slopes from differences, then damped
    Gauss-Seidel. Of several solutions it finds the one near the period before. Where start values
    break an identity, or the system says that one does not hold, that identity is only reported.

    Examples
    --------
    A government spends 20 a period, taxes 20 %; people spend 0.6 of income and 0.4 of wealth:

    >>> system = read_system({
    ...     "name": "sim", "periods": 60, "parameters": {"G": 20.0}, "start": {"H": 0.0},
    ...     "equations": [{"var": "Y", "expr": "C + G"}, {"var": "YD", "expr": "0.8*Y"},
    ...                   {"var": "C", "expr": "0.6*YD + 0.4*H[-1]"}, {"var": "H", "expr": "H[-1] + YD - C"}]})
    >>> solved = solve(system)
    >>> solved.status, solved.blocks
    ('settled', (('Y', 'YD', 'C'), ('H',)))
    >>> solved["Y"][[1, 2, 60]].round(2)
    array([ 38.46,  47.93, 100.  ])
    """
    _check(periods, start, tolerance)
    years = _Years(system, system.periods if periods is None else periods)
    blocks = blocks_of(system.equations)
    excused, report = _opening(system, years, start)
    status: Status = "settled"
    iterations = np.zeros((years.periods + 1, len(blocks)), dtype=np.int64)
    for t in range(1, years.periods + 1):
        status, stopped = _period(system, blocks, years, t, tolerance, iterations[t])
        if stopped is not None:
            report.append(stopped)
            years.stop(t)
            break
    gaps = _gaps(system, years, excused)
    return Solved(
        system=system, series=years.series(), residuals=_residuals(system, years), iterations=iterations,
        blocks=tuple(tuple(system.variables[place] for place in block.places) for block in blocks),
        gaps=gaps, matrix=_matrix(system, years), report=tuple(report), status=status,
    )  # fmt: skip


class _Years:
    """All values by period, variables first and then parameters; before period 0 all was as at the start."""

    def __init__(self, system: System, periods: int) -> None:
        self.periods = self.done = periods
        self.lags = sorted({1, *system.lags})
        self.count = len(system.variables)
        self.rows: list[Row] = []
        start = [system.start.get(name, math.nan) for name in system.variables]
        for t in range(periods + 1):
            held: dict[str, float] = dict(system.parameters)
            for change in sorted(system.changes, key=lambda each: each.period):
                held.update(change.values if change.period <= t else {})
            self.rows.append([*(start if t == 0 else [math.nan] * self.count), *held.values()])

    def past(self, t: int) -> Mapping[int, Row]:
        return {lag: self.rows[max(t - lag, 0)] for lag in self.lags}

    def stop(self, t: int) -> None:
        """Nothing is known of this period and of those after it."""
        self.done = t - 1
        self.rows[t][: self.count] = [math.nan] * self.count

    def series(self) -> Array:
        return np.array([row[: self.count] for row in self.rows])


def _period(
    system: System, blocks: list[Block], years: _Years, t: int, tolerance: float, iterations: NDArray[np.int64]
) -> tuple[Status, Text | None]:
    """One period, block after block; a block that cannot be solved ends the run."""
    now, past = years.rows[t], years.past(t)
    for i, block in enumerate(blocks):
        try:
            iterations[i] = settle(block, now, past, tolerance)
        except FAILS:
            return "not_finite", _stopped(system, block, t, both("has no finite value", "沒有有限的值"))
        if iterations[i] < 0:
            return "not_settled", _stopped(system, block, t, both("did not settle", "未收斂"))
    return "settled", None


def _stopped(system: System, block: Block, t: int, why: Text) -> Text:
    names = listed(system.variables[place] for place in block.places)
    first = block.places[0]
    line = f"equations.{first}: {system.equations[first].text}"
    alone = len(block.places) == 1
    return both(
        f"{system.name}: {names.en} {why.en} in period {t}{f' ({line})' if alone else ''}.",
        f"{system.name}：「{names.zh}」在第 {t} 期{why.zh}{f'（{line}）' if alone else ''}。",
    )


# ---- what must hold


def _miss(identity: Identity, years: _Years, t: int) -> tuple[float, bool]:
    """Left less right, and whether that is more than rounding."""
    now, past = years.rows[t], years.past(t)
    gap = _told(identity.left.value, now, past) - _told(identity.right.value, now, past)
    scale = _told(identity.left.size, now, past) + _told(identity.right.size, now, past)
    return gap, not abs(gap) <= ROUNDING * max(1.0, scale)


def _told(value: Value, now: Row, past: Mapping[int, Row]) -> float:
    try:
        return value(now, past)
    except FAILS:
        return math.nan


def _opening(system: System, years: _Years, start: str) -> tuple[list[bool], list[Text]]:
    """I0: which identities are only reported from now on, and what is told of the start."""
    report, broken, excused = [], [], []
    for identity in system.identities:
        gap, off = _miss(identity, years, 0)
        excused.append(identity.told or off)
        if off:
            text = both(
                f"{system.name}: I0: `{identity.text}` misses by {gap:,.10g} at the start.",
                f"{system.name}：I0：`{identity.text}` 在起始時相差 {gap:,.10g}。",
            )
            report.append(text)
            broken += [] if identity.told else [text]
    if broken and start == "refuse":
        raise SeriesError(
            both("\n".join(each.en for each in broken), "\n".join(each.zh for each in broken)),
            both('Mend the start values, or go on with start="report".',
                 '請修正初始值，或以 start="report" 繼續。'),
        )  # fmt: skip
    return excused, report


def _gaps(system: System, years: _Years, excused: list[bool]) -> Array:
    """Every identity in every period; one that held at the start must go on holding."""
    gaps = np.full((years.periods + 1, len(system.identities)), np.nan)
    for t in range(years.done + 1):
        for i, identity in enumerate(system.identities):
            gaps[t, i], off = _miss(identity, years, t)
            if off and not excused[i]:
                raise BooksDoNotBalance(
                    both(f"{system.name}: `{identity.text}`, period {t}: misses by {gaps[t, i]:,.10g}.",
                         f"{system.name}：`{identity.text}`，第 {t} 期：相差 {gaps[t, i]:,.10g}。"),
                    both("The equations lose or make something, or multiply rounding in every period: "
                         "compare them with the accounts of each sector, or run fewer periods.",
                         "方程式憑空減少或增加了某項金額，或逐期放大捨入誤差：請與各部門的帳目核對，或縮短期數。"),
                )  # fmt: skip
    return gaps


def _residuals(system: System, years: _Years) -> Array:
    """By how much each value is off its equation, as a share of what the equation is made of."""
    out = np.full((years.periods + 1, years.count), np.nan)
    out[0] = 0.0
    for t in range(1, years.done + 1):
        now, past = years.rows[t], years.past(t)
        for i, formula in enumerate(system.equations):
            size = max(1.0, abs(now[i]) + formula.size(now, past))
            out[t, i] = abs(now[i] - formula.value(now, past)) / size
    return out


def _matrix(system: System, years: _Years) -> Array | None:
    if not system.postings:
        return None
    amounts = np.zeros((years.done + 1, len(system.postings)))
    money = np.zeros((years.done + 1, len(system.sectors)))
    for t in range(years.done + 1):
        now, past = years.rows[t], years.past(t)
        amounts[t] = [_told(each.amount.value, now, past) if t else 0.0 for each in system.postings]
        money[t] = [_told(each.money.value, now, past) for each in system.sectors]
    out = np.full((years.periods + 1, len(system.kinds), len(system.sectors)), np.nan)
    out[: years.done + 1] = book(system, amounts, money)
    return out


def _check(periods: int | None, start: str, tolerance: float) -> None:
    wrong = []
    if periods is not None and periods < 0:
        wrong.append(both("periods: write a whole number from 0.", "periods：請寫 0 以上的整數。"))
    if start not in ("refuse", "report"):
        wrong.append(both('start: write "refuse" or "report".', 'start：請寫 "refuse" 或 "report"。'))
    if not 0 < tolerance < 1:
        wrong.append(both("tolerance: write a number between 0 and 1.", "tolerance：請寫 0 與 1 之間的數字。"))
    if wrong:
        raise SeriesError(both("\n".join(each.en for each in wrong), "\n".join(each.zh for each in wrong)))
