"""What is true of every solution of debts in ranks, cross-holdings and warrants."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perpetuum.maths.claims import Claims, Costs, Series
from perpetuum.maths.ladder import Ladder, ladder
from perpetuum.maths.slopes import slopes
from perpetuum.maths.solutions import every_solution
from perpetuum.maths.sweeps import least
from tests.properties.systems import Array, System, from_above, systems

some = settings(max_examples=60, deadline=None)
# Sums of a few dozen whole dollars, each rounded; and what 1e-9 of a firm leaves open.
TINY = 1e-8
FACTORS = st.sampled_from([1.0, 0.75, 0.5, 0.0])


def solved(system: System) -> Ladder:
    out = ladder(system.claims, system.assets, costs=system.costs)
    assert out.status == "settled"
    return out


def scale(out: Ladder) -> float:
    return max(1.0, float(out.end.money.max()))


def assert_same(one: Array, other: Array, size: float) -> None:
    np.testing.assert_allclose(one, other, rtol=0, atol=TINY * size)


@some
@given(systems())
def test_it_agrees_with_plain_sweeps_from_above(system):
    out, swept = solved(system), from_above(system)
    assume(swept is not None)
    assert_same(out.end.money, swept, scale(out))


@some
@given(systems())
def test_nobody_pays_more_than_it_owes_or_has(system):
    end = solved(system).end
    assert (end.paid <= end.debt * (1 + 1e-15)).all() and (end.paid >= 0).all()
    assert (end.paid.sum(axis=0) <= end.money + TINY * end.money.max(initial=1.0)).all()
    assert (end.money <= end.assets + TINY * end.money.max(initial=1.0)).all()


@some
@given(systems())
def test_nobody_of_a_lower_rank_is_paid_before_the_rank_above(system):
    end = solved(system).end
    for above, below in zip(end.recovery[:-1], end.paid[1:], strict=True):
        assert (below[above < 1 - TINY] <= TINY).all()


@some
@given(systems())
def test_whoever_leaves_debts_unpaid_has_no_equity(system):
    end = solved(system).end
    assert (end.equity[end.short > TINY * end.money.max(initial=1.0)] == 0).all()


@some
@given(systems())
def test_value_is_conserved(system):
    """What all have outside goes to creditors outside, to owners outside, and into default costs."""
    out = solved(system)
    end = out.end
    outside_paid = (end.recovery * system.claims.outside).sum()
    outside_equity = (end.equity - end.from_shares.sum(axis=0)).sum()
    assert_same(system.assets.sum(), outside_paid + outside_equity + end.costs.sum(), scale(out))
    assert (end.equity - end.from_shares.sum(axis=0) >= -TINY * scale(out)).all()


@some
@given(systems())
def test_the_greatest_solution_is_nowhere_below_the_least(system):
    out = solved(system)
    low = least(system.claims, system.assets, costs=system.costs)
    assert (low.money <= out.end.money + TINY * scale(out)).all()


@some
@given(systems(most=3, ranks=2))
def test_the_list_of_all_solutions_begins_with_the_greatest(system):
    out = solved(system)
    assume(np.prod([2 + 2 * len(system.claims.debt)] * system.firms) < 3000)
    found = every_solution(system.claims, system.assets, costs=system.costs)
    assert_same(found[0].money, out.end.money, scale(out))


@some
@given(systems(most=3, ranks=2))
def test_where_something_leaks_everywhere_the_list_ends_with_the_least(system):
    """With money owed outside by everybody there is no continuum, and every solution stands alone."""
    system = replace(system, outside=system.outside + 1.0)
    found = every_solution(system.claims, system.assets, costs=system.costs)
    low = least(system.claims, system.assets, costs=system.costs)
    assume(low.error_bound < 1e-8)
    assert_same(found[-1].money, low.money, 10 * max(1.0, float(found[0].money.max())))


@some
@given(systems(), st.integers(0, 4), st.integers(1, 5))
def test_nobody_is_poorer_when_somebody_has_more_outside(system, who, more):
    richer = system.assets.copy()
    richer[who % system.firms] += more
    before, after = solved(system), solved(system.with_assets(richer))
    assert (after.end.money >= before.end.money - TINY * scale(after)).all()
    assert (after.end.equity >= before.end.equity - TINY * scale(after)).all()
    assert (after.end.recovery >= before.end.recovery - TINY).all()


@some
@given(systems(), st.randoms(use_true_random=False))
def test_the_order_of_firms_changes_nothing(system, chance):
    order = list(range(system.firms))
    chance.shuffle(order)
    ours, theirs = solved(system), solved(shuffled(system, order))
    assert_same(theirs.end.money, ours.end.money[order], scale(ours))
    assert (theirs.round_of_default == ours.round_of_default[order]).all()


def shuffled(system: System, order: list[int]) -> System:
    place = {firm: k for k, firm in enumerate(order)}
    return System(
        system.owed[:, order][:, :, order], system.outside[:, order], system.owned[np.ix_(order, order)],
        system.assets[order], tuple((place[i], place[h], *rest) for i, h, *rest in system.issues), system.factors,
    )  # fmt: skip


@some
@given(systems())
def test_ten_times_the_money_changes_only_the_amounts(system):
    strikes = tuple((i, h, count, 10 * strike) for i, h, count, strike in system.issues)
    tenfold = replace(
        system, owed=10 * system.owed, outside=10 * system.outside, assets=10 * system.assets, issues=strikes
    )
    ours, theirs = solved(system), solved(tenfold)
    assert_same(theirs.end.money, 10 * ours.end.money, 10 * scale(ours))
    assert (theirs.round_of_default == ours.round_of_default).all()


@some
@given(systems(most=3, costs=False), systems(most=3, costs=False))
def test_two_networks_that_do_not_touch_are_solved_as_if_alone(one, other):
    n, m = one.firms, other.firms
    levels = max(len(one.owed), len(other.owed))
    owed, outside = np.zeros((levels, n + m, n + m)), np.zeros((levels, n + m))
    owned = np.zeros((n + m, n + m))
    for part, at in ((one, 0), (other, n)):
        its = slice(at, at + part.firms)
        owed[: len(part.owed), its, its] = part.owed
        outside[: len(part.owed), its] = part.outside
        owned[its, its] = part.owned
    moved = tuple((i + n, h + n, *rest) for i, h, *rest in other.issues)
    assets = np.concatenate([one.assets, other.assets])
    together = solved(System(owed, outside, owned, assets, (*one.issues, *moved)))
    assert_same(together.end.money[:n], solved(one).end.money, scale(together))
    assert_same(together.end.money[n:], solved(other).end.money, scale(together))


@some
@given(systems(), st.integers(0, 9))
def test_a_firm_that_deals_with_nobody_changes_nothing(system, has):
    more = replace(
        system, owed=np.pad(system.owed, ((0, 0), (0, 1), (0, 1))), outside=np.pad(system.outside, ((0, 0), (0, 1))),
        owned=np.pad(system.owned, ((0, 1), (0, 1))), assets=np.append(system.assets, float(has)),
    )  # fmt: skip
    alone, beside = solved(system), solved(more)
    assert_same(beside.end.money[:-1], alone.end.money, scale(alone))
    assert (beside.round_of_default[:-1] == alone.round_of_default).all()
    assert beside.end.money[-1] == has and beside.round_of_default[-1] == 0


@some
@given(systems(most=4))
def test_slopes_are_differences_away_from_the_edges(system):
    """Every rung is linear, so a step that crosses none gives the slope exactly."""
    out, step = solved(system), 1e-3
    found = slopes(out, system.costs)
    for who in np.flatnonzero(system.assets > step):
        near, far = (solved(system.with_assets(system.assets + sign * step * one(who, system))) for sign in (1, -1))
        same = [(each.state.rung == out.state.rung) & (each.end.fallen == out.end.fallen) for each in (near, far)]
        if np.all(same) and (out.on_rung > step).all():
            paid = (near.end.paid - far.end.paid).sum(axis=0) / (2 * step)
            np.testing.assert_allclose(found.payments[:, who], paid, atol=1e-6)
            worth = (near.end.equity - far.end.equity) / (2 * step)
            np.testing.assert_allclose(found.equity[:, who], worth, atol=1e-6)


def one(who: int, system: System) -> Array:
    return np.eye(system.firms)[who]


@some
@given(systems(most=3, ranks=2, shares=False), FACTORS, FACTORS, st.sampled_from([1.0, 1e-4, 1e4]))
def test_the_error_bound_is_never_below_the_true_error(system, alpha, beta, senior):
    """Against all solutions in exact fractions, of which the greatest is taken; senior debts may be far larger."""
    weight = np.array([senior, 1.0])[: len(system.owed)]
    owed, outside = system.owed * weight[:, None, None], system.outside * weight[:, None]
    system = replace(system, owed=owed, outside=outside, factors=(alpha, beta, 1.0))
    out, truth = solved(system), exact_recoveries(system)
    debt = out.end.debt
    size = np.maximum(debt.sum(axis=0), out.end.assets)
    size = np.maximum(size, 1e-6 * size.max() + np.finfo(float).tiny)
    missed = [abs(Fraction(float(ours)) - true) for ours, true in zip(out.end.recovery.ravel(), truth, strict=True)]
    for miss, owes, large in zip(missed, debt.ravel(), np.broadcast_to(size, debt.shape).ravel(), strict=True):
        error = miss * Fraction(float(owes)) / Fraction(float(large))
        assert error <= Fraction(out.error_bound) + Fraction(np.finfo(float).eps)
    assert out.error_bound <= 1e-9


def exact_recoveries(system: System) -> list[Fraction]:
    """The greatest solution by trying who fails in which rank, each choice solved by exact elimination."""
    exact = np.vectorize(Fraction, otypes=[object])
    owed, outside, assets = (exact(part) for part in (system.claims.owed, system.claims.outside, system.assets))
    levels, n = outside.shape
    debt = owed.sum(axis=2) + outside
    best: list[Fraction] | None = None
    for fails in product(range(levels + 1), repeat=n):  # the rank that is paid in part; ``levels`` for nobody
        if any(rank < levels and debt[rank, i] == 0 for i, rank in enumerate(fails)):
            continue
        found = _on(fails, owed, debt, assets, system.costs)
        if found is not None and (best is None or sum(found) > sum(best)):
            best = found
    assert best is not None
    return best


def _on(fails: tuple[int, ...], owed: Array, debt: Array, assets: Array, costs: Costs) -> list[Fraction] | None:
    levels, n = debt.shape
    alpha, beta = Fraction(costs.alpha), Fraction(costs.beta_debts)
    share = [[Fraction(int(rank < fails[i] or debt[rank, i] == 0)) for i in range(n)] for rank in range(levels)]
    short = [i for i in range(n) if fails[i] < levels]
    table = []
    for i in short:
        known = sum(owed[rank, j, i] * share[rank][j] for rank in range(levels) for j in range(n))
        above = sum(debt[rank, i] for rank in range(fails[i]))
        row = [(debt[fails[j], j] if i == j else 0) - beta * owed[fails[j], j, i] for j in short]
        table.append([*row, alpha * assets[i] + beta * known - above])
    paid = _eliminated(table)
    if paid is None or any(not 0 <= part <= 1 for part in paid):
        return None
    for i, part in zip(short, paid, strict=True):
        share[fails[i]][i] = part
    has = [assets[i] + sum(owed[r, j, i] * share[r][j] for r in range(levels) for j in range(n)) for i in range(n)]
    if any((has[i] < sum(debt[:, i])) != (i in short) for i in range(n)):
        return None
    return [part for row in share for part in row]


def _eliminated(table: list[list[Fraction]]) -> list[Fraction] | None:
    size = len(table)
    for p in range(size):
        pivot = next((r for r in range(p, size) if table[r][p] != 0), None)
        if pivot is None:
            return None
        table[p], table[pivot] = table[pivot], table[p]
        table[p] = [cell / table[p][p] for cell in table[p]]
        for r in range(size):
            if r != p:
                table[r] = [cell - table[r][p] * other for cell, other in zip(table[r], table[p], strict=True)]
    return [row[-1] for row in table]


@some
@given(systems(), st.integers(0, 4))
def test_the_fall_of_one_firm_helps_nobody(system, who):
    fallen = np.arange(system.firms) == who % system.firms
    free, forced = solved(system), ladder(system.claims, system.assets, costs=system.costs, fallen=fallen)
    assert forced.status == "settled"
    assert (forced.end.money <= free.end.money + TINY * scale(free)).all()
    assert forced.round_of_default[fallen].all()


@some
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), min_size=1, max_size=3), st.integers(0, 40))
def test_warrants_are_worth_what_the_price_of_a_share_leaves_above_the_strike(issues, equity):
    """The price at which all who gain by it exercise: old shares and warrants add up to the equity."""
    warrants = tuple(Series(issuer=0, holder=1 + k, count=float(c), strike=float(s)) for k, (c, s) in enumerate(issues))
    n = 1 + len(issues)
    owned = np.zeros((n, n))
    claims = Claims.of(np.zeros((n, n)), None, owned, np.full(n, 4.0), warrants)
    end = ladder(claims, np.array([float(equity)] + [0.0] * (n - 1))).end
    worth = end.equity[1:]
    price = (equity - worth.sum()) / 4.0
    np.testing.assert_allclose(worth, [c * max(0.0, price - s) for c, s in issues], atol=1e-12)
