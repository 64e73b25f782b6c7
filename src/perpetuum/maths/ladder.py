"""What everyone pays and owns when debts have ranks and firms own each other's shares.

A solution starts with everyone on the top rung of its ladder and moves down, round by round;
inside a round it is one system of linear equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import NO_COSTS, Claims, Costs, Rung, rungs
from perpetuum.maths.shapes import Bool, Float, Int

Array = NDArray[np.float64]
Status = Literal["settled", "not_settled", "ran_out_of_rounds"]
# Rounding, as a share of the money involved: what is nearer to a floor stands on it.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where everyone stands after one round; money in USD.

    ``assets`` before default costs, ``money`` after them; ``equity`` never negative; ``recovery``
    by (rank, firm), 1 where nothing is owed; ``income`` what arrives at each from each, (to, from).
    """

    outside_assets: Float[np.ndarray, " firm"]
    assets: Float[np.ndarray, " firm"]
    money: Float[np.ndarray, " firm"]
    debt: Float[np.ndarray, "rank firm"]
    recovery: Float[np.ndarray, "rank firm"]
    equity: Float[np.ndarray, " firm"]
    fallen: Bool[np.ndarray, " firm"]
    from_debts: Float[np.ndarray, "firm firm"]
    from_shares: Float[np.ndarray, "firm firm"]

    @property
    def costs(self) -> Array:
        """What falling has destroyed, by firm, in USD."""
        lost: Array = self.assets - self.money
        return lost

    @property
    def paid(self) -> Array:
        """What each pays on its debts, by (rank, firm), in USD."""
        amounts: Array = self.recovery * self.debt
        return amounts

    @property
    def short(self) -> Array:
        """What each still owes, in USD."""
        missing: Array = (self.debt - self.paid).sum(axis=0)
        return missing


@dataclass(slots=True)
class State:
    """What is assumed in a round: the rung each is on, who has fallen, and outside assets and debts."""

    rung: NDArray[np.int64]
    fallen: NDArray[np.bool_]
    outside_assets: Array
    claims: Claims
    steps: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A solution: where everyone ends, how it came there, and how sure it is.

    ``rounds`` holds one standing a round, the first with everyone standing; ``state`` the rungs at
    the end, ``on_rung`` the USD on them; ``error_bound`` bounds errors of what each pays in a
    rank and of equity over firm size (or a millionth of the largest firm, where that is more).
    """

    rounds: tuple[Standing, ...]
    round_of_default: Int[np.ndarray, " firm"]
    at_edge: Bool[np.ndarray, " firm"]
    state: State
    on_rung: Float[np.ndarray, " firm"]
    status: Status
    residual: float
    error_bound: float

    @property
    def end(self) -> Standing:
        """Where everyone stands at last."""
        return self.rounds[-1]


# What is left outside once some have fallen, given where everyone stood: outside assets in USD, and
# obligations of rank 0 where losses are larger than the outside assets.
Outside = Callable[[NDArray[np.bool_], Standing], tuple[Array, Array]]


def ladder(
    claims: Claims,
    outside_assets: Float[np.ndarray, " firm"],
    *,
    costs: Costs = NO_COSTS,
    fallen: Bool[np.ndarray, " firm"] | None = None,
    outside: Outside | None = None,
    tolerance: float = 1e-9,
    most_rounds: int | None = None,
) -> Ladder:
    """The greatest solution: payments, shares and warrants in which everyone hands out what it has.

    Parameters
    ----------
    claims
        Who owes and owns whom.
    outside_assets
        USD, never negative.
    costs
        Rogers-Veraart factors of fallen firms.
    fallen
        Firms that have fallen from the start (round 1), whatever they have.
    outside
        Called before each round with who has fallen and where everyone stood; gives outside assets
        and rank-0 obligations of that round. It must never rise as firms fall or grow poorer.
    tolerance
        Share of its debt a firm may miss and still count as standing (a label; it pays what it has).

    Returns
    -------
    Ladder
        With ``status`` settled only if ``error_bound`` is within 1e-9.

    Notes
    -----
    Each round assumes payments that are at least the true ones, so a firm that falls in it falls in
    truth, and the last round is the greatest solution. Sources: Eisenberg and Noe (2001,
    doi:10.1287/mnsc.47.2.236.9835); Rogers and Veraart (2013, doi:10.1287/mnsc.1120.1569); Suzuki
    (2002); Elsinger (2009) for ranks and shares. Warrants are valued, not exercised in cash.

    Examples
    --------
    A owes B 10, B owes C 9, A owns 4, B owns 3:

    >>> claims = Claims.of(np.array([[0, 10, 0], [0, 0, 9], [0, 0, 0.0]]))
    >>> out = ladder(claims, np.array([4.0, 3, 0]))
    >>> out.end.paid.sum(axis=0), out.round_of_default
    (array([4., 7., 0.]), array([1, 2, 0]))
    """
    assets = _checked_assets(claims, outside_assets)
    if not 0 <= tolerance < 1e-3:
        raise ValueError(f"tolerance is {tolerance}; it is a share below 0.001.")
    state = _everyone_stands(claims, assets)
    forced = np.zeros(claims.firms, bool) if fallen is None else np.asarray(fallen, bool)
    default = np.zeros(claims.firms, dtype=np.int64)
    standing, status = _solve_round(state, costs)
    history = [standing]
    round_ = 0
    while True:
        falls = (_misses(standing, tolerance) | forced) & ~state.fallen
        lower = _lower_rung(state, standing)
        changed = bool(falls.any() or (lower < state.rung).any())
        if outside is not None:
            changed |= _new_outside(state, claims, outside(state.fallen | falls, standing))
        if not changed:
            break
        if most_rounds is not None and round_ >= most_rounds:
            status = "ran_out_of_rounds"
            break
        round_ += 1
        default[falls] = round_
        state.fallen |= falls
        state.rung = np.minimum(lower, state.rung)
        standing, status = _solve_round(state, costs)
        history.append(standing)
        if status != "settled":
            break
    return _certified(state, history, default, costs, tolerance, status)


def _checked_assets(claims: Claims, outside_assets: Array) -> Array:
    assets = np.asarray(outside_assets, dtype=float)
    if assets.shape != (claims.firms,):
        raise ValueError(f"outside_assets has shape {assets.shape}; give one amount for each of {claims.firms} firms.")
    bad = np.flatnonzero(~np.isfinite(assets) | (assets < 0))
    if bad.size:
        raise ValueError("\n".join(f"outside_assets[{i}] is {assets[i]}; assets are never negative." for i in bad))
    return assets


def _everyone_stands(claims: Claims, assets: Array) -> State:
    steps = rungs(claims)
    top = np.array([max(k for k, step in enumerate(steps) if step.size[j] > 0) for j in range(claims.firms)])
    return State(top, np.zeros(claims.firms, bool), assets, claims, steps)


def _new_outside(state: State, claims: Claims, now: tuple[Array, Array]) -> bool:
    """Take over outside assets and obligations of the coming round; did anything change?"""
    assets, gap = now
    owed = claims.outside.copy()
    owed[0] += gap
    if np.array_equal(assets, state.outside_assets) and np.array_equal(owed, state.claims.outside):
        return False
    state.outside_assets = assets
    state.claims = Claims(
        owed=claims.owed, outside=owed, owned=claims.owned, shares=claims.shares, warrants=claims.warrants
    )
    state.steps = rungs(state.claims)
    return True


def _misses(standing: Standing, tolerance: float) -> NDArray[np.bool_]:
    """Who cannot pay its debts, by more than the tolerance."""
    debt = standing.debt.sum(axis=0)
    band = np.maximum(tolerance * debt, ROUNDING * standing.assets)
    missing: NDArray[np.bool_] = standing.assets < debt - band
    return missing


def _lower_rung(state: State, standing: Standing) -> NDArray[np.int64]:
    """The highest rung, not above the present one, whose floor the assets reach."""
    reached = np.zeros_like(state.rung)
    debt = standing.debt.sum(axis=0)
    # A firm that has fallen pays from its money after costs; before, its rung is that of its assets.
    money = np.where(state.fallen, standing.money, standing.assets)
    band = ROUNDING * np.maximum(debt, money)
    for k, step in enumerate(state.steps):
        on = (step.size > 0) & (step.floor <= money + band)
        reached = np.where(on, k, reached)
    return np.minimum(reached, state.rung)


@dataclass(frozen=True, slots=True)
class System:
    """The linear system of a round: x = max(0, v + N x), x dollars on each one's present rung."""

    v: Array
    share: Array
    gross: Array


def system_of(state: State, costs: Costs) -> System:
    """The system of the present rungs."""
    firms = state.claims.firms
    every = np.arange(firms)
    down = np.where(state.fallen, costs.beta_debts, 1.0)[:, None]
    side = np.where(state.fallen, costs.beta_shares, 1.0)[:, None]
    full = np.zeros(firms)
    share = np.zeros((firms, firms))
    for k, step in enumerate(state.steps):
        factor = down if step.is_debt else side
        below = (state.rung > k) & (step.size > 0)
        full += ((factor * step.share)[:, below] * step.size[below]).sum(axis=1)
        here = state.rung == k
        share[:, here] = (factor * step.share)[:, here]
    floor = np.array([state.steps[state.rung[j]].floor[j] for j in every])
    kept = np.where(state.fallen, costs.alpha, 1.0) * state.outside_assets
    return System(kept + full - floor, share, kept + full + floor)


def _amounts(system: System) -> Array:
    """The least x = max(0, v + N x), in finitely many steps.

    Not "everyone active": two firms that owe each other a junior rank and nothing else would make
    that system singular.
    """
    x = np.zeros(len(system.v))
    active = _reached(system, system.v > 0)
    while True:
        on = np.flatnonzero(active)
        if on.size:
            within = np.eye(on.size) - system.share[np.ix_(on, on)]
            x[on] = np.linalg.solve(within, system.v[on])
        more = (system.v + system.share @ x > 0) & ~active
        if not more.any():
            return x
        active = _reached(system, active | more)


def _reached(system: System, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who gets something for sure: money arrives from an active firm, and no floor is above what it has."""
    active, new = active.copy(), active
    while new.any():
        new = (system.v >= 0) & (system.share[:, new] > 0).any(axis=1) & ~active
        active |= new
    return active


def _solve_round(state: State, costs: Costs) -> tuple[Standing, Status]:
    system = system_of(state, costs)
    status: Status = "settled"
    try:
        x = _amounts(system)
    except np.linalg.LinAlgError:
        x, status = np.zeros(state.claims.firms), "not_settled"
    return standing_at(state, x, costs), status


def standing_at(state: State, x: Array, costs: Costs = NO_COSTS) -> Standing:
    """Where everyone stands if x dollars lie on the present rungs and all lower ones are full."""
    firms = state.claims.firms
    from_debts, from_shares = np.zeros((firms, firms)), np.zeros((firms, firms))
    on = np.zeros((len(state.steps), firms))
    for k, step in enumerate(state.steps):
        on[k] = np.where(state.rung > k, step.size, np.where(state.rung == k, x, 0.0))
        on[k] = np.where(step.size > 0, on[k], 0.0)
        into = from_debts if step.is_debt else from_shares
        into += step.share * on[k]
    return _weigh(state, on, from_debts, from_shares, costs)


def _weigh(state: State, on: Array, from_debts: Array, from_shares: Array, costs: Costs) -> Standing:
    debt = state.claims.debt
    ranks = len(debt)
    assets = state.outside_assets + from_debts.sum(axis=1) + from_shares.sum(axis=1)
    left = costs.alpha * state.outside_assets + costs.beta_debts * from_debts.sum(axis=1)
    # What there is to hand out; what a round assumes on the rungs beyond that is corrected by the next.
    money = np.where(state.fallen, left + costs.beta_shares * from_shares.sum(axis=1), assets)
    with np.errstate(invalid="ignore", divide="ignore"):
        recovery = np.where(debt > 0, np.minimum(on[:ranks], debt) / np.where(debt > 0, debt, 1.0), 1.0)
    equity = np.maximum(0.0, money - debt.sum(axis=0))
    return Standing(
        outside_assets=state.outside_assets, assets=assets, money=money, debt=debt, recovery=recovery,
        equity=equity, fallen=state.fallen.copy(), from_debts=from_debts, from_shares=from_shares,
    )  # fmt: skip


def _certified(
    state: State, history: list[Standing], default: NDArray[np.int64], costs: Costs, tolerance: float, status: Status
) -> Ladder:
    """The solution with its residual and its proven error bound."""
    system = system_of(state, costs)
    end = history[-1]
    debt = end.debt.sum(axis=0)
    x = np.array([_on_rung(state, end, j) for j in range(state.claims.firms)])
    size = np.maximum(np.maximum(debt, end.assets), np.finfo(float).tiny)
    # Beside the largest firm a millionth of it is nothing: sums of its size round to more than that.
    size = np.maximum(size, 1e-6 * float(size.max(initial=0.0)))
    active = x > 0
    gap = np.abs(np.maximum(0.0, system.v + system.share @ x) - x)
    residual = float((gap / size).max(initial=0.0))
    bound = max(residual, _dense_bound(system, x, size, active))
    if status == "settled" and not bound <= 1e-9:
        status = "not_settled"
    edge = np.abs(end.assets - debt) <= tolerance * debt
    return Ladder(
        rounds=tuple(history), round_of_default=default, at_edge=edge & (debt > 0), state=state, on_rung=x,
        status=status, residual=residual, error_bound=bound,
    )  # fmt: skip


def _dense_bound(system: System, x: Array, size: Array, active: NDArray[np.bool_]) -> float:
    """How far the amounts can be from the true ones, over firm size; inf where nothing is proven.

    N is never negative, so a vector w that it is seen to shrink by more than the residual bounds the
    error: |x - true x| <= w. The residual carries its own rounding.
    """
    on = np.flatnonzero(active)
    if not on.size:
        return 0.0
    within, amounts = system.share[np.ix_(on, on)], x[on]
    told = np.abs(system.v[on] + within @ amounts - amounts)
    told += 4 * np.finfo(float).eps * (system.gross[on] + within @ amounts + amounts)
    try:
        wide = np.linalg.solve(np.eye(on.size) - within, told) * 1.01
    except np.linalg.LinAlgError:
        return float("inf")
    shrinks = (wide >= 0).all() and (wide - within @ wide >= told).all()
    return float((wide / size[on]).max()) if shrinks else float("inf")


def _on_rung(state: State, end: Standing, firm: int) -> float:
    step = state.steps[state.rung[firm]]
    if step.is_debt:
        rank = int(state.rung[firm])
        return float(end.recovery[rank, firm] * end.debt[rank, firm])
    return float(max(0.0, end.money[firm] - step.floor[firm]))
