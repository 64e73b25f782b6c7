"""Default swaps: some owe more the less others pay, so there may be no solution, one, or many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.debts import check_debts
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
_MOST_FIRMS = 12
_STARTS = 64
_STEPS = 60
_SAME = 1e-9
# Rounding of a recovery; a firm that misses by less than this share of its debt stands.
_EDGE = 1e-12
_PRIMES = np.array([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37])


@dataclass(frozen=True, slots=True)
class Swap:
    """``writer`` owes ``holder`` the notional (USD) times what is lost on a dollar owed by ``reference``.

    Firms by number; a holder of None is outside the network.
    """

    writer: int
    holder: int | None
    reference: int
    notional: float


@dataclass(frozen=True, slots=True)
class SwapClearing:
    """All recovery rates found, the mildest first; ``not_settled`` means that no solution was found."""

    recovery: Float[np.ndarray, "solution firm"]
    status: Literal["settled", "not_settled"]


@dataclass(frozen=True, slots=True)
class _Contracts:
    """Debts that depend on recoveries: row i owes column j; column n is the outside."""

    owed: Array
    outside_assets: Array
    swaps: tuple[Swap, ...]
    alpha: float
    beta: float

    @property
    def firms(self) -> int:
        return len(self.outside_assets)

    def due(self, recovery: Array) -> Array:
        """What each firm owes each other and the outside, for each case of recoveries."""
        due = np.repeat(self.owed[None], len(recovery), axis=0)
        for swap in self.swaps:
            holder = self.firms if swap.holder is None else swap.holder
            due[:, swap.writer, holder] += swap.notional * (1 - recovery[:, swap.reference])
        return due


def clear_swaps(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    swaps: tuple[Swap, ...],
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
) -> SwapClearing:
    """Look for every way in which debts and default swaps can clear.

    For every set of firms that might have fallen, the recoveries solve quadratic equations. They
    are solved by Newton's method from many starts; what fits the set is kept.

    Parameters
    ----------
    owed, owed_outside
        USD, never negative; row owes column, and what each firm owes outside.
    outside_assets
        USD, never negative.
    swaps
        At most 12 firms may be involved; a swap ranks with the debts of its writer.
    alpha, beta
        Shares of outside assets and of receipts that survive a default.

    Returns
    -------
    SwapClearing
        The solutions *found*, recoveries closer than 1e-9 counted once. There may be others:
        the search proves neither that a list is complete nor that there is none.

    Notes
    -----
    Sets that simple bounds on recoveries exclude are skipped. Source: Schuldenzucker, Seuken and
    Battiston (2020), doi:10.1287/mnsc.2019.3304.

    Examples
    --------
    Two firms have 1, owe 0.5, and each insures outsiders with 4 against a fall of the other:

    >>> each = (Swap(0, None, 1, 4.0), Swap(1, None, 0, 4.0))
    >>> clear_swaps(np.zeros((2, 2)), np.full(2, 0.5), np.ones(2), each).recovery.round(4)
    array([[1.    , 1.    ],
           [0.8202, 0.8202],
           [0.3048, 0.3048]])
    """
    _check(owed, owed_outside, outside_assets, swaps, alpha, beta)
    contracts = _Contracts(np.hstack([owed, owed_outside[:, None]]), outside_assets, swaps, alpha, beta)
    found: list[Array] = []
    for fallen in _possible_sets(contracts):
        for recovery in _roots(contracts, fallen):
            if _fits(contracts, fallen, recovery) and not any(np.abs(recovery - r).max() <= _SAME for r in found):
                found.append(recovery)
    found.sort(key=lambda recovery: -recovery.sum())
    table = np.array(found).reshape(len(found), len(outside_assets))
    return SwapClearing(table, "settled" if found else "not_settled")


def _check(owed: Array, owed_outside: Array, assets: Array, swaps: tuple[Swap, ...], alpha: float, beta: float) -> None:
    firms = len(assets)
    if firms > _MOST_FIRMS:
        raise ValueError(f"{firms} firms have too many ways to fall; give at most {_MOST_FIRMS}.")
    check_debts(owed, owed_outside, assets, alpha=alpha, beta=beta)
    problems = []
    for k, swap in enumerate(swaps):
        named = [swap.writer, swap.reference] + ([] if swap.holder is None else [swap.holder])
        if not all(0 <= firm < firms for firm in named):
            problems.append(f"swap {k} names a firm that is not there; firms are numbered 0 to {firms - 1}.")
        if not (np.isfinite(swap.notional) and swap.notional >= 0):
            problems.append(f"swap {k} has a notional of {swap.notional}; notionals are finite and never negative.")
        if swap.writer in (swap.reference, swap.holder):
            problems.append(f"swap {k}: firm {swap.writer} insures itself; the writer must be a third party.")
    refuse(problems)


def _possible_sets(contracts: _Contracts) -> Iterator[Mask]:
    """Every set of fallen firms that bounds on recoveries do not exclude."""
    never, surely = _bounds(contracts)
    choices = [(False,) if n else (True,) if s else (False, True) for n, s in zip(never, surely, strict=True)]
    for fallen in product(*choices):
        yield np.array(fallen, dtype=bool)


def _bounds(contracts: _Contracts) -> tuple[Mask, Mask]:
    """Firms that stand, and firms that fall, in every solution: recoveries boxed in, round by round."""
    c, n = contracts, contracts.firms
    low, high = np.zeros(n), np.ones(n)
    never, surely = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for _ in range(2 * n):
        # A swap pays most where its reference pays least.
        least, most = c.due(high[None])[0], c.due(low[None])[0]
        arrives_low, arrives_high = least[:, :n].T @ low, most[:, :n].T @ high
        debt_low, debt_high = least.sum(axis=1), most.sum(axis=1)
        never |= c.outside_assets + arrives_low >= debt_high
        surely |= c.outside_assets + arrives_high < debt_low * (1 - _SAME)
        left_low = c.alpha * c.outside_assets + c.beta * arrives_low
        left_high = c.alpha * c.outside_assets + c.beta * arrives_high
        low = np.where(never, 1.0, np.minimum(1.0, left_low / np.maximum(debt_high, 1e-300)))
        high = np.where(surely, np.minimum(1.0, left_high / np.maximum(debt_low, 1e-300)), 1.0)
    return never, surely


def _roots(contracts: _Contracts, fallen: Mask) -> list[Array]:
    """Recoveries at which every fallen firm hands out all it has left, by Newton from many starts."""
    recovery = np.where(fallen, _starts(contracts.firms), 1.0)
    for _ in range(_STEPS):
        miss, slope = _miss_and_slope(contracts, fallen, recovery)
        step = np.linalg.solve(slope, miss[..., None])[..., 0]
        recovery = np.clip(recovery - step, -2.0, 3.0)
        going_on = np.abs(step).max(axis=1) > 1e-15
        if not going_on.any():
            break
    last = np.abs(step).max(axis=1) <= 1e-10
    return [r for r in recovery[last] if ((r >= -_EDGE) & (r <= 1 + _EDGE)).all()]


def _miss_and_slope(contracts: _Contracts, fallen: Mask, recovery: Array) -> tuple[Array, Array]:
    c, n, cases = contracts, contracts.firms, len(recovery)
    due = c.due(recovery)
    inside, debt = due[:, :, :n], due.sum(axis=2)
    arrives = np.einsum("kij,ki->kj", inside, recovery)
    miss = recovery * debt - c.alpha * c.outside_assets - c.beta * arrives
    slope = -c.beta * inside.transpose(0, 2, 1) + np.einsum("ki,ij->kij", debt, np.eye(n))
    for swap in c.swaps:
        slope[:, swap.writer, swap.reference] -= recovery[:, swap.writer] * swap.notional
        if swap.holder is not None:
            slope[:, swap.holder, swap.reference] += c.beta * recovery[:, swap.writer] * swap.notional
    scale = np.maximum(debt, 1e-300)
    miss, slope = miss / scale, slope / scale[:, :, None]
    stands = np.broadcast_to(~fallen, (cases, n))
    miss = np.where(stands, recovery - 1.0, miss)
    # A hair on the diagonal: one singular start must not stop the others.
    return miss, np.where(stands[:, :, None], np.eye(n), slope) + 1e-13 * np.eye(n)


def _starts(firms: int) -> Array:
    """Points spread evenly over all recoveries (Weyl's sequence), and both ends."""
    inside = np.modf(np.outer(np.arange(1, _STARTS - 1), np.sqrt(_PRIMES[:firms])))[0]
    return np.vstack([np.zeros(firms), np.ones(firms), inside])


def _fits(contracts: _Contracts, fallen: Mask, recovery: Array) -> bool:
    """Whether exactly the firms of the set fall at these recoveries."""
    due = contracts.due(recovery[None])[0]
    debt = due.sum(axis=1)
    slack = contracts.outside_assets + due[:, : contracts.firms].T @ recovery - debt
    falls = slack < -_EDGE * debt
    return bool((falls == fallen).all())
