"""The least loss, wherever it strikes, that brings one firm down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from perpetuum.maths.debts import amount_problems, check_debts
from perpetuum.maths.quiet import quiet
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float
from perpetuum.maths.small_clearing import clear_owned, shares_out

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Status = Literal["settled", "lower_bound", "no_shock_reaches_it", "not_settled"]
_MOST_FIRMS = 12
# Amounts closer than this share of the largest are the same.
_SAME = 1e-7
# The solver stops at an absolute gap of 1e-6; a large objective makes that a small share.
_DEAR = 1e3
_TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, slots=True)
class LeastLoss:
    """The least total loss of outside assets that brings the target to the edge; USD.

    ``loss`` by firm; more of it in the same places brings the target down. ``direct`` is what the
    target alone would have to lose if nobody else falls by that, even if it is more than it has.
    ``equity`` is what the
    target is left with, and ``fallen`` names who has fallen, just above ``loss``. (The target is
    missing there if the places have nothing more to lose and it sits exactly on the edge.)

    ``status`` is ``settled``; or ``lower_bound`` if clearing the loss found leaves the target above
    the edge (the true least loss is larger); or ``no_shock_reaches_it`` if the target stands, or
    keeps more equity than asked for, even when everyone loses everything (``loss`` is then all
    outside assets, ``total`` infinite, ``equity`` the lowest there is); or ``not_settled`` if the
    search ran out of time. ``verified``: clearing the loss does bring the target to the edge.
    ``gap`` is the solver's own, a share of the total. ``unique`` is ``yes``, ``no`` or
    ``not_checked``; ``minimisers`` has all single ones and, where a loss can be moved about at
    equal total, the ends of that movement.
    """

    total: float
    loss: Float[np.ndarray, " firm"]
    direct: float
    equity: float
    fallen: tuple[int, ...]
    verified: bool
    gap: float
    unique: Literal["yes", "no", "not_checked"]
    minimisers: tuple[Array, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class _Problem:
    """Amounts as shares of the largest; the target is to be left with at most ``ceiling``."""

    owed: Array
    owed_outside: Array
    assets: Array
    debt: Array
    share: Array
    owned: Array
    most_lost: Array
    target: int
    ceiling: float
    alpha: float
    beta: float
    beta_shares: float
    lost_with: Array
    must_fall: bool

    @property
    def costly(self) -> bool:
        """Is something lost by falling?"""
        return min(self.alpha, self.beta, self.beta_shares) < 1

    def cleared(self, loss: Array) -> tuple[Mask, float]:
        """Who has fallen after a loss, and what the target then has above its ceiling."""
        kept = np.maximum(self.assets - loss, 0.0)
        out = clear_owned(
            self.owed, self.owed_outside, kept, self.owned,
            alpha=self.alpha, beta=self.beta, beta_shares=self.beta_shares,
        )  # fmt: skip
        return out.fallen, float(out.assets[self.target] - self.ceiling)

    def just_above(self, loss: Array) -> tuple[Mask, float]:
        """The same after a hair more of the same loss, where firms at the edge have fallen."""
        return self.cleared(np.minimum(self.most_lost, loss * (1 + 1e-8) + 1e-9 * (loss > 0)))

    def brings_it(self, loss: Array) -> bool:
        """Whether a hair more of the same loss brings the target down to its ceiling."""
        return self.just_above(loss)[1] <= 1e-9


def least_loss(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    target: int,
    *,
    owned: Float[np.ndarray, "firm firm"] | None = None,
    most_lost: Float[np.ndarray, " firm"] | None = None,
    alpha: float = 1.0,
    beta: float = 1.0,
    beta_shares: float = 1.0,
    equity_at_most: float = 0.0,
    must_fall: bool = True,
    check_unique: bool = True,
    seconds: float = 60.0,
) -> LeastLoss:
    """Find the cheapest way to bring one firm to the edge of default, or its equity to a given level.

    One mixed-integer linear program with a yes or no for each firm: it falls. The answer is then
    worked out again with those firms fallen, and checked by clearing.

    Parameters
    ----------
    owed, owed_outside
        USD, never negative; row owes column, and what each firm owes outside.
    outside_assets
        USD, never negative.
    target
        The number of the firm to bring down.
    owned
        Fraction of the column's shares that the row holds; they are worth what the firm has above
        its debts, and never less than nothing.
    most_lost
        USD, the most that each firm can lose; by default all its outside assets.
    alpha, beta, beta_shares
        Shares of outside assets, of receipts from debts and of those from shares that survive a
        default.
    equity_at_most
        USD; 0 asks for the edge of default, more asks for a loss of equity only.
    must_fall
        Whether a target without equity has to be able to fall; if not, it may end with exactly nothing.
    check_unique
        Look for every minimiser, one linear program for each set of fallen firms that is not
        excluded by bounds; for at most 12 firms, skipped above.
    seconds
        The most time that the search may take.

    Notes
    -----
    With default costs, or with rings of firms that owe only each other, debts may clear in more
    than one way and the program takes the worst; the milder one counts, so its answer may be a
    lower bound only, which clearing finds out. Source: Eisenberg and Noe (2001), Rogers and
    Veraart (2013), Suzuki (2002) for shares; the program is written from their conditions.

    Examples
    --------
    A has 12 and owes B 10 and others 2; B has 3 and owes 5. B's own 3 go first, since of each
    dollar that A loses B loses only ten twelfths; then 6 of A's:

    >>> owed = np.array([[0.0, 10], [0, 0]])
    >>> out = least_loss(owed, np.array([2.0, 5]), np.array([12.0, 3]), target=1)
    >>> round(out.total, 9), out.loss.round(9), out.direct, out.status
    (9.0, array([6., 3.]), 8.0, 'settled')
    """
    _check(owed, owed_outside, outside_assets, target, alpha, beta, equity_at_most)
    most_lost = outside_assets if most_lost is None else np.minimum(most_lost, outside_assets)
    refuse(amount_problems("most_lost", most_lost))
    debt, most = owed.sum(axis=1) + owed_outside, owed.sum(axis=0) + outside_assets
    scale = max(float(debt.max()), float(most.max())) or 1.0
    ours = _Problem(
        owed=owed / scale,
        owed_outside=owed_outside / scale,
        assets=outside_assets / scale,
        debt=debt / scale,
        share=shares_out(owed, debt),
        owned=np.zeros_like(owed) if owned is None else owned,
        most_lost=most_lost / scale,
        target=target,
        ceiling=float(debt[target] + equity_at_most) / scale,
        alpha=alpha,
        beta=beta,
        beta_shares=beta_shares,
        lost_with=np.zeros_like(owed),
        must_fall=must_fall,
    )
    found = _search(ours, check_unique, seconds)
    return LeastLoss(
        total=found.total * scale,
        loss=found.loss * scale,
        direct=found.direct * scale,
        equity=found.equity * scale,
        fallen=found.fallen,
        verified=found.verified,
        gap=found.gap,
        unique=found.unique,
        minimisers=tuple(loss * scale for loss in found.minimisers),
        status=found.status,
    )


def least_loss_bound(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    target: int,
    lost_with: Float[np.ndarray, "firm firm"],
    *,
    owned: Float[np.ndarray, "firm firm"] | None = None,
    most_lost: Float[np.ndarray, " firm"] | None = None,
    equity_at_most: float = 0.0,
    seconds: float = 60.0,
) -> float:
    """A total below which no loss brings the target down, if falls cost others more than what stays unpaid.

    Parameters
    ----------
    lost_with
        USD, never negative; what the row loses, or has to pay, at most once the column has fallen:
        revenue, funding, guarantees. The other parameters are those of ``least_loss``.

    Returns
    -------
    float
        USD; infinite if nothing brings the target down. The solver's proven bound.

    Notes
    -----
    The program of ``least_loss``, in which each fall may do its worst. A firm that owes more than it
    then has may pay anything between its assets with and without what it has lost.

    Examples
    --------
    A has 12 and owes 10; B has 9, owes 8, and 4 of its 9 are what it hopes for from A. A's loss of 2
    would fell both, and B's own loss of 1 is less:

    >>> owes, has = np.array([10.0, 8]), np.array([12.0, 9])
    >>> hopes = np.array([[0.0, 0], [4, 0]])
    >>> round(least_loss_bound(np.zeros((2, 2)), owes, has, 1, hopes), 6)
    1.0
    """
    _check(owed, owed_outside, outside_assets, target, 1.0, 1.0, equity_at_most)
    refuse(amount_problems("lost_with", lost_with))
    most_lost = outside_assets if most_lost is None else np.minimum(most_lost, outside_assets)
    debt, most = owed.sum(axis=1) + owed_outside, owed.sum(axis=0) + outside_assets
    scale = max(float(debt.max()), float(most.max())) or 1.0
    ours = _Problem(
        owed=owed / scale, owed_outside=owed_outside / scale, assets=outside_assets / scale, debt=debt / scale,
        share=shares_out(owed, debt), owned=np.zeros_like(owed) if owned is None else owned,
        most_lost=most_lost / scale, target=target, ceiling=float(debt[target] + equity_at_most) / scale,
        alpha=1.0, beta=1.0, beta_shares=1.0, lost_with=lost_with / scale, must_fall=True,
    )  # fmt: skip
    first, _ = ours.cleared(np.zeros_like(debt))
    gone = ours.lost_with.sum(axis=1)
    worse = replace(ours, owed_outside=ours.owed_outside + np.maximum(gone - ours.assets + ours.most_lost, 0.0))
    worse = replace(worse, share=shares_out(worse.owed, worse.owed.sum(axis=1) + worse.owed_outside))
    last, _ = worse.cleared(ours.most_lost + gone)
    result = _mixed_integer(ours, first, last | first, seconds)
    if result.status == 2:  # infeasible
        return float("inf")
    bound = result.mip_dual_bound
    return 0.0 if bound is None or not np.isfinite(bound) else max(0.0, float(bound) / _DEAR) * scale


def _check(
    owed: Array, owed_outside: Array, assets: Array, target: int, alpha: float, beta: float, equity_at_most: float
) -> None:
    check_debts(owed, owed_outside, assets, alpha=alpha, beta=beta)
    if not 0 <= target < len(assets):
        raise ValueError(f"there is no firm {target}; firms are numbered 0 to {len(assets) - 1}.")
    if not (np.isfinite(equity_at_most) and equity_at_most >= 0):
        raise ValueError(f"equity_at_most is {equity_at_most}; equity is never negative, 0 is the edge of default.")


def _search(ours: _Problem, check_unique: bool, seconds: float) -> LeastLoss:
    nothing, target = np.zeros_like(ours.assets), ours.target
    first, above = ours.cleared(nothing)
    lines = _lines(ours, first)
    direct = max(above, 0.0) / (float(lines[1][target, target]) if lines else 1.0)
    if above <= 0:
        return _answer(ours, nothing, direct, 0.0, "yes", (nothing,), "settled")
    last, above_at_worst = ours.cleared(ours.most_lost)
    # A firm that is left with exactly what it owes has not fallen.
    asks_for_default = ours.must_fall and ours.ceiling <= ours.debt[ours.target]
    if not last[ours.target] if asks_for_default else above_at_worst > 1e-12:
        return _answer(ours, ours.most_lost, direct, 0.0, "not_checked", (), "no_shock_reaches_it")
    result = _mixed_integer(ours, first, last, seconds)
    if result.x is None:
        return _answer(ours, ours.most_lost, direct, np.inf, "not_checked", (), "not_settled")
    firms = len(ours.assets)
    loss, gap = np.clip(result.x[:firms], 0.0, ours.most_lost), float(result.mip_gap or 0.0)
    again = _loss_if(ours, result.x[2 * firms : 3 * firms] > 0.5)
    loss = loss if again is None or again.sum() > loss.sum() + _SAME else again
    if result.status != 0:
        return _answer(ours, loss, direct, gap, "not_checked", (), "not_settled")
    if not ours.brings_it(loss):
        return _answer(ours, loss, direct, gap, "not_checked", (), "lower_bound")
    if not check_unique or firms > _MOST_FIRMS:
        return _answer(ours, loss, direct, gap, "not_checked", (loss,), "settled")
    all_of_them = _minimisers(ours, first, last, loss)
    return _answer(ours, all_of_them[0], direct, gap, "yes" if len(all_of_them) == 1 else "no", all_of_them, "settled")


def _answer(
    ours: _Problem,
    loss: Array,
    direct: float,
    gap: float,
    unique: Literal["yes", "no", "not_checked"],
    minimisers: tuple[Array, ...],
    status: Status,
) -> LeastLoss:
    fallen, above = ours.just_above(loss)
    total = np.inf if status == "no_shock_reaches_it" else float(loss.sum())
    equity = max(above + ours.ceiling - float(ours.debt[ours.target]), 0.0)
    who = tuple(int(i) for i in np.flatnonzero(fallen))
    verified = status != "no_shock_reaches_it" and ours.brings_it(loss)
    return LeastLoss(total, loss, direct, equity, who, verified, gap, unique, minimisers, status)


def _mixed_integer(ours: _Problem, first: Mask, last: Mask, seconds: float) -> OptimizeResult:
    """Least loss over losses x, payments p, z = 1 for who falls, and what the shares S of each are worth.

    Whoever falls without a loss always falls; whoever stands when all is lost always stands.
    """
    n, debt, assets, arrives, owned = len(ours.assets), ours.debt, ours.assets, ours.share.T, ours.owned
    one, none, no_limit = np.eye(n), np.zeros((n, n)), np.full(n, np.inf)
    owes, left, income = np.diag(debt), one - ours.beta * arrives, ours.beta_shares * owned
    spare = _most_to_spare(ours)
    most, gone = np.diag(spare), ours.lost_with
    rows = [
        # p <= assets; p >= debt if standing; p >= what is left after costs if fallen
        (np.hstack([one, one - arrives, none, -owned]), -no_limit, assets),
        (np.hstack([none, one, owes, none]), debt, no_limit),
        (np.hstack([ours.alpha * one, left, gone - most, -income]), ours.alpha * assets - spare, no_limit),
        # S = assets - debt if standing, nothing if fallen
        (np.hstack([one, -arrives, gone, one - owned]), assets - debt, no_limit),
        (np.hstack([one, -arrives, gone - owes - np.diag(gone.sum(axis=1)), one - owned]), -no_limit, assets - debt),
        (np.hstack([none, none, most, one]), -no_limit, spare),
    ]
    if ours.costly:
        # if fallen: p <= what is left after costs; assets <= debt
        rows.append((np.hstack([ours.alpha * one, left, owes, -income]), -no_limit, ours.alpha * assets + debt))
        rows.append((np.hstack([-one, arrives, most, owned]), -no_limit, debt + spare - assets))
    row, t = np.hstack([-one, arrives, -gone, owned])[ours.target], ours.target
    limits = [LinearConstraint(table, low, high) for table, low, high in rows]
    limits.append(LinearConstraint(row, -np.inf, ours.ceiling - assets[t]))
    lowest = np.concatenate([np.zeros(2 * n), first, np.zeros(n)])
    highest = np.concatenate([ours.most_lost, debt, last, spare])
    cost = np.concatenate([np.full(n, _DEAR), np.zeros(3 * n)])
    with quiet():
        return milp(
            cost,
            integrality=np.repeat([0, 0, 1, 0], n),
            bounds=Bounds(lowest, highest),
            constraints=limits,
            options={"mip_rel_gap": 1e-9, "time_limit": seconds},
        )


def _most_to_spare(ours: _Problem) -> Array:
    """More than any firm can have above its debts: everyone pays in full, and all shares are as dear as can be."""
    worth = np.maximum(ours.assets + ours.owed.sum(axis=0) - ours.debt, 0.0)
    return np.maximum(np.linalg.solve(np.eye(len(worth)) - ours.owned, worth), 0.0)


def _lines(ours: _Problem, fallen: Mask) -> tuple[Array, Array] | None:
    """Assets of every firm as ``level - effect @ loss`` while these firms have fallen.

    What moves is what the fallen pay and what the standing have above their debts. None where the
    fallen owe only each other: such a ring does not fall as a whole.
    """
    standing = ~fallen
    inflow = ours.share[standing].T @ ours.debt[standing]
    hands_on = np.where(fallen[:, None], ours.share, ours.owned.T).T
    debts, shares = np.where(fallen, ours.beta, 1.0), np.where(fallen, ours.beta_shares, 1.0)
    within = np.eye(len(fallen)) - np.where(fallen, debts[:, None], shares[:, None]) * hands_on
    keeps = np.where(fallen, ours.alpha, 1.0)
    has = keeps * ours.assets + np.where(fallen, ours.beta * inflow, inflow - ours.debt)
    try:
        solved = np.linalg.solve(within, np.column_stack([has, np.diag(keeps)]))
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(solved).all() or min(solved[fallen, 0].min(initial=0.0), solved[:, 1:].min()) < -1e-9:
        return None
    level = ours.assets + inflow + hands_on @ solved[:, 0]
    return level, np.eye(len(fallen)) + hands_on @ solved[:, 1:]


def _limits(ours: _Problem, fallen: Mask) -> tuple[Array, Array] | None:
    """``rows @ loss <= right``: exactly these firms fall, and the target reaches its ceiling."""
    lines = _lines(ours, fallen)
    if lines is None:
        return None
    level, effect = lines
    sign = np.where(fallen, -1.0, 1.0)
    rows = np.vstack([sign[:, None] * effect, -effect[ours.target]])
    return rows, np.append(sign * (level - ours.debt), ours.ceiling - level[ours.target])


def _loss_if(ours: _Problem, fallen: Mask) -> Array | None:
    """The least loss while exactly these firms fall; None if they cannot."""
    limits = _limits(ours, fallen)
    return None if limits is None else _corner(ours, *limits, np.ones(len(ours.assets)))


def _corner(ours: _Problem, rows: Array, right: Array, cost: Array) -> Array | None:
    box = np.column_stack([np.zeros(len(ours.assets)), ours.most_lost])
    given = {"A_ub": rows, "b_ub": right, "bounds": box, "method": "highs", "options": _TIGHT}
    with quiet():
        result = linprog(cost, **given)  # type: ignore[call-overload]  # arrays of bounds are fine
    return np.clip(result.x, 0.0, ours.most_lost) if result.status == 0 else None


def _minimisers(ours: _Problem, first: Mask, last: Mask, loss: Array) -> tuple[Array, ...]:
    """Every loss with the least total, sorted: one linear program for each set that may fall."""
    least = float(loss.sum())
    found, cheapest = [loss], least
    for fallen in _sets(first, last):
        limits = _limits(ours, fallen)
        if limits is None or _too_dear(ours, *limits, cheapest + _SAME):
            continue
        other = _corner(ours, *limits, np.ones(len(loss)))
        if other is None or other.sum() > cheapest + _SAME or not ours.brings_it(other):
            continue
        cheapest = min(cheapest, float(other.sum()))
        found += [other, *_ends(ours, *limits, float(other.sum()))]
    apart: list[Array] = []
    for other in found:
        cheap = other.sum() <= cheapest + _SAME and ours.brings_it(other)
        if cheap and all(np.abs(other - known).max() > 10 * _SAME for known in apart):
            apart.append(other)
    return tuple(sorted(apart, key=lambda other: tuple(-other)))


def _sets(first: Mask, last: Mask) -> Iterator[Mask]:
    choices = [(True,) if f else (False, True) if z else (False,) for f, z in zip(first, last, strict=True)]
    for fallen in product(*choices):
        yield np.array(fallen, dtype=bool)


def _too_dear(ours: _Problem, rows: Array, right: Array, most: float) -> bool:
    """Whether one limit alone already costs more than ``most``, or cannot be kept by any loss."""
    cheapest_first = np.argsort(rows, axis=1)
    strength = np.minimum(np.take_along_axis(rows, cheapest_first, axis=1), 0.0)
    room = ours.most_lost[cheapest_first]
    # The most that a total loss of `most` can do for a limit: spend it where it works best.
    before = np.cumsum(room, axis=1) - room
    spent = np.clip(most - before, 0.0, room)
    return bool(((strength * spent).sum(axis=1) > right + _SAME).any())


def _ends(ours: _Problem, rows: Array, right: Array, total: float) -> list[Array]:
    """The most and the least that each firm loses at this total: apart if the loss can be moved about."""
    rows, right = np.vstack([rows, np.ones(len(ours.assets))]), np.append(right, total + 1e-10)
    ways = np.vstack([np.eye(len(ours.assets)), -np.eye(len(ours.assets))])
    return [end for way in ways if (end := _corner(ours, rows, right, way)) is not None]
