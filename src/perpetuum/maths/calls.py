"""Guarantees that cover a loss: nothing while the debtor stands, then at most the cap.

A covered guarantee keeps the map monotone: nobody gains by another's fall. Yet "clear, compute the
calls, clear again" from no calls is not monotone, so here the whole map is swept from above, with
the set of fallen firms fixed, before it is asked who joins them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import NO_COSTS, Claims, Costs, Rung, rungs
from perpetuum.maths.ladder import Outside, Standing, Status, ladder
from perpetuum.maths.shapes import Bool, Float, Int

Array = NDArray[np.float64]
MOST_SWEEPS = 20_000
_ENOUGH = 1e-9
_MOST_RAISES = 200
_MOST_LOWERED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A debt whose loss is covered, in USD; ``keeps`` is what its object is still worth to the protected."""

    debtor: int
    rank: int
    amount: float
    keeps: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Guarantor pays the protected min(cap, share of the covered loss) once all ``needs`` have fallen.

    ``or_needs`` are other groups whose fall is as good; ``lost`` is USD of covered revenue that goes,
    beside the covered debts, once ``lost_with`` has fallen (none: whenever it is called).
    """

    guarantor: int
    protected: int
    cap: float
    covers: tuple[Cover, ...] = ()
    share: float = 1.0
    needs: tuple[int, ...] = ()
    or_needs: tuple[tuple[int, ...], ...] = ()
    lost: float = 0.0
    lost_with: int | None = None

    def is_live(self, fallen: NDArray[np.bool_]) -> bool:
        """Have all of one group fallen whose fall it needs?"""
        return any(all(bool(fallen[firm]) for firm in group) for group in (self.needs, *self.or_needs))

    def revenue_lost(self, fallen: NDArray[np.bool_]) -> float:
        """Covered revenue that is gone by now, in USD."""
        return self.lost if self.lost_with is None or fallen[self.lost_with] else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A solution with guarantees: one standing a round, and by call what was called and paid, in USD."""

    rounds: tuple[Standing, ...]
    round_of_default: Int[np.ndarray, " firm"]
    at_edge: Bool[np.ndarray, " firm"]
    called: Float[np.ndarray, "round call"]
    paid: Float[np.ndarray, "round call"]
    status: Status
    residual: float
    error_bound: float


@dataclass(frozen=True, slots=True)
class _Map:
    """The whole map with the fallen fixed: what each hands out and what is called, from the same before."""

    claims: Claims
    steps: tuple[Rung, ...]
    assets: Array
    costs: Costs
    calls: tuple[Call, ...]
    fallen: NDArray[np.bool_]

    def called(self, money: Array) -> tuple[Array, Array]:
        """What is called under each guarantee if each hands out so much, and by (rank, firm) the shares paid.

        A guarantor may be a debtor whose own debts are covered, so what is called is raised from nothing
        until it fits.
        """
        due = np.zeros(len(self.calls))
        for _ in range(_MOST_RAISES):
            recovery = self._recovery(money, self._debt(due))
            now = self._due(recovery)
            if (now <= due * (1 + 1e-15)).all():
                break
            due = now
        return due, recovery

    def _debt(self, due: Array) -> Array:
        debt = self.claims.debt.copy()
        for call, amount in zip(self.calls, due, strict=True):
            debt[0, call.guarantor] += amount  # ranks with the ordinary debts of the guarantor
        return debt

    def _due(self, recovery: Array) -> Array:
        out = np.zeros(len(self.calls))
        for k, call in enumerate(self.calls):
            if call.is_live(self.fallen):
                missing = call.revenue_lost(self.fallen) + sum(
                    max(0.0, cover.amount * (1.0 - recovery[cover.rank, cover.debtor]) - cover.keeps)
                    for cover in call.covers
                )
                out[k] = min(call.cap, call.share * missing)
        return out

    def arrives(self, money: Array) -> tuple[Standing, Array]:
        """Where everyone stands if each hands out so much, and what is then called.

        Calls and payments come from the same money: a protected party never misses a payment before the
        call for it has arrived, so this never falls when money rises.
        """
        due, recovery = self.called(money)
        debt = self._debt(due)
        from_debts = np.einsum("sji,sj->ij", self.claims.owed, recovery)
        for call, amount in zip(self.calls, due, strict=True):
            from_debts[call.protected, call.guarantor] += amount * recovery[0, call.guarantor]
        from_shares = self._from_shares(np.maximum(0.0, money - debt.sum(axis=0)))
        assets = self.assets + from_debts.sum(axis=1) + from_shares.sum(axis=1)
        left = np.where(self.fallen, self._left(from_debts, from_shares), assets)
        standing = Standing(
            outside_assets=self.assets, assets=assets, money=left, debt=debt, recovery=recovery,
            equity=np.maximum(0.0, left - debt.sum(axis=0)), fallen=self.fallen.copy(),
            from_debts=from_debts, from_shares=from_shares,
        )  # fmt: skip
        return standing, due

    def _recovery(self, money: Array, debt: Array) -> Array:
        left = money.copy()
        out = np.ones_like(debt)
        for rank, owed in enumerate(debt):
            pays = np.where(self.fallen, np.minimum(owed, left), owed)
            out[rank] = np.where(owed > 0, pays / np.where(owed > 0, owed, 1.0), 1.0)
            left = np.maximum(0.0, left - owed)
        return out

    def _from_shares(self, equity: Array) -> Array:
        floor = self.claims.debt.sum(axis=0)
        out = np.zeros((len(equity), len(equity)))
        for step in self.steps:
            if not step.is_debt:
                with np.errstate(invalid="ignore"):
                    on = np.where(step.size > 0, np.clip(equity - (step.floor - floor), 0.0, step.size), 0.0)
                out += step.share * on
        return out

    def _left(self, from_debts: Array, from_shares: Array) -> Array:
        kept = self.costs.alpha * self.assets + self.costs.beta_debts * from_debts.sum(axis=1)
        left: Array = kept + self.costs.beta_shares * from_shares.sum(axis=1)
        return left


def clear_with_calls(
    claims: Claims,
    outside_assets: Float[np.ndarray, " firm"],
    calls: tuple[Call, ...],
    *,
    costs: Costs = NO_COSTS,
    fallen: Bool[np.ndarray, " firm"] | None = None,
    outside: Outside | None = None,
    tolerance: float = 1e-9,
) -> Called:
    """The greatest solution when guarantees are called by falls.

    Examples
    --------
    X has 8 and owes B and others 10 each; G covers B's loss up to 5, has 4 and owes others 2:

    >>> owed = np.zeros((3, 3)); owed[0, 1] = 10
    >>> claims = Claims.of(owed, np.array([[10.0, 0, 2]]))
    >>> cover = Call(guarantor=2, protected=1, cap=5.0, needs=(0,), covers=(Cover(debtor=0, rank=0, amount=10.0),))
    >>> out = clear_with_calls(claims, np.array([8.0, 0, 4]), (cover,))
    >>> out.called[-1], out.rounds[-1].assets.round(3), out.round_of_default
    (array([5.]), array([8.   , 6.857, 4.   ]), array([1, 0, 2]))
    """
    top = ladder(claims, outside_assets, costs=costs, most_rounds=0).rounds[0]
    forced = np.zeros(claims.firms, bool) if fallen is None else np.asarray(fallen, bool)
    down = np.zeros(claims.firms, bool)
    default = np.zeros(claims.firms, dtype=np.int64)
    assets, gap = np.asarray(outside_assets, float), np.zeros(claims.firms)
    standing, history, due = top, [top], [np.zeros(len(calls))]
    paid = [np.zeros(len(calls))]
    bound = residual = 0.0
    round_ = 0
    while True:
        owes = standing.debt.sum(axis=0)
        missing = standing.assets < owes - np.maximum(tolerance * owes, 1e-13 * standing.assets)
        falls = (missing | forced) & ~down
        if outside is not None:
            now, hole = outside(down | falls, standing)
            changed = not (np.array_equal(now, assets) and np.array_equal(hole, gap))
            assets, gap = now, hole
        else:
            changed = False
        if not falls.any() and not changed:
            break
        round_ += 1
        default[falls] = round_
        down = down | falls
        full = replace(claims, outside=claims.outside + np.vstack([gap[None], np.zeros_like(claims.outside[1:])]))
        whole = _Map(full, rungs(full), assets, costs, calls, down)
        standing, called, residual, bound = _sweep(whole, standing)
        history.append(standing)
        due.append(called)
        paid.append(due[-1] * np.array([standing.recovery[0, call.guarantor] for call in calls]))
    owes = standing.debt.sum(axis=0)
    edge = (np.abs(standing.assets - owes) <= tolerance * owes) & (owes > 0)
    return Called(
        rounds=tuple(history), round_of_default=default, at_edge=edge, called=np.array(due), paid=np.array(paid),
        status="settled" if bound <= _ENOUGH else "not_settled", residual=residual, error_bound=bound,
    )  # fmt: skip


def _sweep(whole: _Map, above: Standing) -> tuple[Standing, Array, float, float]:
    """From an upper bound down to the greatest solution with this set of fallen."""
    money = np.maximum(above.money, above.assets)
    size = np.maximum(whole.claims.debt.sum(axis=0), money)
    size = np.maximum(size, 1e-12 * max(float(size.max(initial=0.0)), 1.0))
    step = bound = np.inf
    standing, due = whole.arrives(money)
    prove_at = 0
    for sweep in range(MOST_SWEEPS):
        step = float((np.abs(standing.money - money) / size).max(initial=0.0))
        money = standing.money
        standing, due = whole.arrives(money)
        if step <= 1e-12 and sweep >= prove_at:
            bound = _proven_below(whole, money, size)
            if bound <= _ENOUGH or step == 0:
                break
            prove_at = 2 * sweep + 4  # a proof costs as much as many sweeps
    return standing, due, step, bound


def _proven_below(whole: _Map, money: Array, size: Array) -> float:
    """How far below the sweeps the greatest solution can lie; the sweeps themselves bound it from above.

    The map lowered by a little is swept on. Once the map sends a point to something not below it, a
    solution lies above that point.
    """
    for little in (1e-13, 1e-12, 1e-11):
        below = np.maximum(money - little * size, 0.0)
        for _ in range(_MOST_LOWERED):
            arrived = whole.arrives(below)[0].money
            if (arrived >= below).all():
                return float(((money - below) / size).max(initial=0.0))
            below = np.maximum(np.minimum(below, arrived - little * size), 0.0)
    return float("inf")
