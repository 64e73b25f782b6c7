"""Random systems of debts in ranks, cross-holdings and warrants; and the plainest way to solve them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from perpetuum.maths.calls import Call
from perpetuum.maths.claims import Claims, Costs, Series

Array = NDArray[np.float64]
COSTS = (1.0, 1.0, 0.9, 0.5, 0.0)


@dataclass(frozen=True)
class System:
    """What is owed and owned, what everyone has outside, and the cost factors of the fallen.

    ``issues`` are warrants: issuer, holder, count, strike; every firm has four shares. Claims are made
    from it only when they are asked for, for a strategy may not draw and check types at once.
    """

    owed: Array
    outside: Array
    owned: Array
    assets: Array
    issues: tuple[tuple[int, int, float, float], ...] = ()
    factors: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @property
    def firms(self) -> int:
        return len(self.assets)

    @functools.cached_property
    def claims(self) -> Claims:
        made = tuple(Series(issuer=i, holder=h, count=c, strike=s) for i, h, c, s in self.issues)
        return Claims.of(self.owed, self.outside, self.owned, np.full(self.firms, 4.0), made)

    @functools.cached_property
    def costs(self) -> Costs:
        alpha, beta, beta_shares = self.factors
        return Costs(alpha=alpha, beta_debts=beta, beta_shares=beta_shares)

    def with_assets(self, assets: Array) -> System:
        return replace(self, assets=assets)


@st.composite
def systems(
    draw: st.DrawFn,
    *,
    few: int = 2,
    most: int = 4,
    ranks: int = 3,
    shares: bool = True,
    costs: bool = True,
    warrants: bool = True,
) -> System:
    """Whole dollars, so that exact edges and rings are common; at most 3/4 of a firm is owned inside."""
    n, levels = draw(st.integers(few, most)), draw(st.integers(1, ranks))
    money = st.integers(0, 12) | st.just(0)

    def amounts(*shape: int) -> Array:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(money, min_size=size, max_size=size)), dtype=float).reshape(shape)

    owed, outside, assets = amounts(levels, n, n), amounts(levels, n), amounts(n)
    owed[:, range(n), range(n)] = 0.0
    owned, issues = np.zeros((n, n)), []
    if shares:
        parts = np.array(draw(st.lists(st.integers(0, 3), min_size=n * n, max_size=n * n)), dtype=float).reshape(n, n)
        np.fill_diagonal(parts, 0.0)
        owned = 0.75 * parts / np.maximum(parts.sum(axis=0), 4.0)
    if shares and warrants:
        firm = st.integers(0, n - 1)
        issue = st.tuples(firm, firm, st.integers(1, 4).map(float), st.integers(0, 4).map(lambda k: k / 2))
        issues = [each for each in draw(st.lists(issue, max_size=3)) if each[0] != each[1]]
    factor = st.sampled_from(COSTS)
    factors = draw(st.tuples(factor, factor, factor)) if costs else (1.0, 1.0, 1.0)
    return System(owed, outside, owned, assets, tuple(issues), factors)


def taken_apart(claims: Claims, money: Array) -> tuple[Array, Array, Array]:
    """What each pays by rank, gets from debts and gets from shares if it hands out so much; firm by firm."""
    n = claims.firms
    debt = claims.owed.sum(axis=2) + claims.outside
    paid, from_debts, from_shares = np.zeros_like(debt), np.zeros(n), np.zeros(n)
    for i in range(n):
        left = max(0.0, float(money[i]))
        for rank in range(len(debt)):
            paid[rank, i] = min(left, debt[rank, i])
            left -= paid[rank, i]
            if debt[rank, i] > 0:
                from_debts += claims.owed[rank, i] * (paid[rank, i] / debt[rank, i])
        series = [each for each in claims.warrants if each.issuer == i]
        price = share_price(left, float(claims.shares[i]), series)
        from_shares += claims.owned[:, i] * claims.shares[i] * price
        for each in series:
            from_shares[each.holder] += each.count * max(0.0, price - each.strike)
    return paid, from_debts, from_shares


def share_price(equity: float, shares: float, series: list[Series]) -> float:
    """The price at which old shares and exercised warrants together are worth the equity."""
    ordered = sorted(series, key=lambda each: each.strike)
    for exercised in range(len(ordered), -1, -1):
        new = sum(each.count for each in ordered[:exercised])
        price = (equity + sum(each.count * each.strike for each in ordered[:exercised])) / (shares + new)
        if not exercised or price > ordered[exercised - 1].strike:
            return price
    raise AssertionError


def swept(system: System, money: Array, *, label: float = 1e-9) -> Array:
    """One sweep of the whole map; who misses its debt by less than ``label`` of it has not fallen."""
    claims, costs = system.claims, system.costs
    _, from_debts, from_shares = taken_apart(claims, money)
    assets = system.assets + from_debts + from_shares
    debt = (claims.owed.sum(axis=2) + claims.outside).sum(axis=0)
    left = costs.alpha * system.assets + costs.beta_debts * from_debts + costs.beta_shares * from_shares
    return np.where(assets < debt - label * debt, left, assets)


def from_above(system: System, sweeps: int = 3000) -> Array | None:
    """The greatest solution by sweeps from above: first all debts are paid in full; none if too slow."""
    debt = (system.claims.owed.sum(axis=2) + system.claims.outside).sum(axis=0)
    rich = system.with_assets(system.assets + 2 * debt)
    money = rich.assets
    for _ in range(sweeps):  # upward among the rich, who all pay in full: above every solution
        money, last = swept(rich, money), money
        if np.abs(money - last).max() <= 1e-13 * max(1.0, money.max()):
            break
    for _ in range(sweeps):
        money, last = swept(system, money), money
        if np.abs(money - last).max() <= 1e-13 * max(1.0, money.max()):
            return money
    return None


def called_for(system: System, calls: tuple[Call, ...], money: Array, fallen: NDArray[np.bool_]) -> Array:
    """What is due under each guarantee if each hands out so much: from nothing upward, until it fits."""
    debt = system.claims.owed.sum(axis=2) + system.claims.outside
    due = np.zeros(len(calls))
    for _ in range(500):
        recovery = _recovery(debt, calls, due, money, fallen)
        now = np.array([_due(each, recovery, fallen) for each in calls])
        if np.array_equal(now, due):
            return due
        due = now
    return due


def _due(call: Call, recovery: Array, fallen: NDArray[np.bool_]) -> float:
    if not all(fallen[firm] for firm in call.needs):
        return 0.0
    lost = [max(0.0, each.amount * (1 - recovery[each.rank, each.debtor]) - each.keeps) for each in call.covers]
    return float(min(call.cap, call.share * sum(lost)))


def _recovery(debt: Array, calls: tuple[Call, ...], due: Array, money: Array, fallen: NDArray[np.bool_]) -> Array:
    owed = debt.copy()
    for call, amount in zip(calls, due, strict=True):
        owed[0, call.guarantor] += amount
    above = np.vstack([np.zeros_like(owed[:1]), owed.cumsum(axis=0)[:-1]])
    pays = np.clip(money - above, 0.0, owed)
    return np.where(fallen & (owed > 0), pays / np.where(owed > 0, owed, 1.0), 1.0)


def from_above_with_calls(system: System, calls: tuple[Call, ...], sweeps: int = 3000) -> tuple[Array, Array] | None:
    """Money handed out and calls due, by sweeps of the whole map from above; who falls is seen in each sweep."""
    claims, costs = system.claims, system.costs
    debt = claims.owed.sum(axis=2) + claims.outside
    fallen = np.zeros(claims.firms, dtype=bool)
    money = from_above(system.with_assets(system.assets + 2 * debt.sum(axis=0)))
    if money is None:
        return None
    money = money + 0.0
    for _ in range(sweeps):
        due = called_for(system, calls, money, fallen)
        recovery = _recovery(debt, calls, due, money, fallen)
        owes = debt.sum(axis=0)
        from_debts = np.einsum("sji,sj->i", claims.owed, recovery)
        for call, amount in zip(calls, due, strict=True):
            owes[call.guarantor] += amount
            from_debts[call.protected] += amount * recovery[0, call.guarantor]
        equity = np.maximum(0.0, money - owes)
        from_shares = claims.owned @ equity
        assets = system.assets + from_debts + from_shares
        left = costs.alpha * system.assets + costs.beta_debts * from_debts + costs.beta_shares * from_shares
        falls = fallen | (assets < owes - 1e-9 * owes)
        now = np.where(falls, left, assets)
        if np.array_equal(falls, fallen) and np.abs(now - money).max() <= 1e-13 * max(1.0, money.max()):
            return now, due
        money, fallen = now, falls
    return None
