"""The other models of the literature on the same books, each against the plain function of its paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from perpetuum.contagion import (
    Books,
    CrossHoldings,
    DebtRank2012,
    DebtRank2015,
    DebtRankNonlinear,
    ExAnte,
    FireSale,
    Shock,
    Study,
    Threshold,
    propagate,
    stress,
    valuations,
)
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.maths.debtrank import debtrank_2012, debtrank_2015
from perpetuum.maths.dependency import elliott_golub_jackson
from perpetuum.maths.ex_ante import black_cox, merton
from perpetuum.maths.threshold import threshold_cascade

NAMES = ("a", "b", "c", "d")


def debts_only(seed: int) -> Books:
    """Everyone stands before the shock, and lends to some of the others."""
    chance = np.random.default_rng(seed)
    owed = np.where(chance.random((4, 4)) < 0.6, chance.lognormal(0, 1, (4, 4)), 0.0)
    np.fill_diagonal(owed, 0.0)
    outside = chance.lognormal(0, 1, 4)
    assets = np.maximum(owed.sum(axis=1) + outside - owed.sum(axis=0), 0.0) + 0.2 + chance.random(4)
    return Books.of(
        outside_assets=dict(zip(NAMES, assets.tolist(), strict=True)),
        obligations=[*((NAMES[i], NAMES[j], float(owed[i, j])) for i, j in np.argwhere(owed > 0)),
                     *((name, "banks", float(amount)) for name, amount in zip(NAMES, outside, strict=True))],
    )  # fmt: skip


def with_stakes(books: Books) -> Books:
    stakes = [("b", "a", 0.4), ("c", "a", 0.2), ("d", "b", 0.5), ("a", "d", 0.3)]
    return replace(books, holdings=Books.of(outside_assets=dict.fromkeys(NAMES, 0.0), holdings=stakes).holdings)


def equity(books: Books) -> np.ndarray:
    claims = books.claims
    return np.asarray(books.outside_assets + claims.owed[0].sum(axis=0) - claims.debt[0])


SHOCK = Shock.parse("a: -60 % assets", "b: -5 % assets")


@pytest.mark.parametrize("seed", range(8))
def test_debtrank_of_2012_is_that_of_the_paper_step_by_step(seed):
    books = debts_only(seed)
    out = propagate(books, SHOCK, DebtRank2012())
    had = equity(books)
    first = np.minimum(1.0, np.array([0.6, 0.05, 0, 0]) * books.outside_assets / had)
    plain = debtrank_2012(books.claims.owed[0], had, first)
    beyond = np.maximum(0.0, 0.6 * books.outside_assets[0] - had[0])
    lost = plain.distress * had + np.array([beyond, 0, 0, 0])
    np.testing.assert_allclose(out.attribution.total, lost, rtol=1e-12, atol=1e-12)
    assert len(out.equity) == len(plain.history) + 1 and out.settled
    fell = {name for name, h in zip(NAMES, plain.distress, strict=True) if h >= 1}
    assert {fall.firm for fall in out.falls} == fell


@pytest.mark.parametrize("seed", range(4))
def test_debtrank_of_2015_is_that_of_the_paper(seed):
    """Where nobody loses more than it has; the valuation marks claims down to nothing and not below."""
    books = debts_only(seed)
    shock = Shock.parse("a: -5 % assets")
    out = propagate(books, shock, DebtRank2015(rho=0.3))
    had = equity(books)
    plain = debtrank_2015(books.claims.owed[0], had, np.array([0.05, 0, 0, 0]) * books.outside_assets / had, rho=0.3)
    if plain.distress.max() < 1:
        np.testing.assert_allclose(out.attribution.total, plain.distress * had, rtol=1e-8, atol=1e-8)
    weaker = propagate(books, shock, DebtRankNonlinear(a=2.0, rho=0.3))
    assert (weaker.attribution.total <= out.attribution.total + 1e-9).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_threshold_cascade_is_that_of_the_paper(seed):
    books = debts_only(seed)
    out = propagate(books, Shock.parse("a: stops-paying"), Threshold(R=0.2))
    assets = books.outside_assets.copy()
    assets[0] = 0.0
    plain = threshold_cascade(books.claims.owed[0], books.claims.outside[0], assets, recovery=0.2, fallen=(0,))
    assert (out.round_of_default == plain.round_of_default).all()
    np.testing.assert_allclose(out.attribution.total[1:], plain.loss[1:], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("form", "function"), [("black_cox", black_cox), ("merton", merton)])
def test_values_before_default_are_those_of_the_paper(form, function):
    books = debts_only(1)
    out = propagate(books, SHOCK, ExAnte(form=form, sigma=0.3, R=0.5))
    assets = books.outside_assets * np.array([0.4, 0.95, 1, 1])
    plain = function(books.claims.owed[0], books.claims.outside[0], assets, np.full(4, 0.3), np.full(4, 0.5))
    assert out.settled
    np.testing.assert_allclose(out.equity[-1], plain.equity, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_cross_holdings_fail_in_the_waves_of_the_paper(seed):
    books = with_stakes(debts_only(seed))
    out = propagate(books, SHOCK, CrossHoldings(threshold=0.8, cost=0.4))
    owned, own = books.claims.owned, equity(books)
    held = 1.0 - owned.sum(axis=0)
    before = held * np.linalg.solve(np.eye(4) - owned, own)
    after = own - np.array([0.6, 0.05, 0, 0]) * books.outside_assets
    plain = elliott_golub_jackson(owned, after, 0.8 * before, 0.4 * 0.8 * np.maximum(before, 0)).best
    assert (out.round_of_default == plain.wave).all() and plain.failed.any()
    np.testing.assert_allclose(held * out.equity[-1], plain.values, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("model", sorted(valuations()))
def test_every_valuation_can_be_asked_by_its_name_and_its_sums_agree(model):
    books = with_stakes(debts_only(2))
    out = stress(books, SHOCK, study=Study.of(model=model))
    split = out.attribution
    assert out.settled
    assert sum(split.causes.values()) == pytest.approx(sum(split.borne.values()), rel=1e-9)
    np.testing.assert_allclose(split.began_at.sum(axis=1), split.total, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(split.loss.sum(axis=1), split.total, rtol=1e-12, atol=1e-12)
    assert split.total[0] > 0
    calm = stress(books, SHOCK.resized(0.0), study=Study.of(model=model))
    np.testing.assert_allclose(calm.attribution.total, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    "model", ["black_cox", "debtrank_2012", "debtrank_2015", "debtrank_nonlinear", "fixed_recovery", "merton"]
)
def test_a_firm_nobody_knows_takes_losses_and_passes_nothing_on(model):
    books = Books.of(
        outside_assets={"a": 10.0, "dark": 4.0, "c": 3.0},
        obligations=[("a", "dark", 6.0), ("dark", "c", 4.0), ("c", "banks", 5.0)],
    )  # fmt: skip
    books = replace(books, unknown_equity=frozenset({"dark"}))
    out = stress(books, Shock.parse("a: stops-paying"), study=Study.of(model=model))
    assert out.lost("dark") > 0 and out.lost("c") == 0
    assert {fall.firm for fall in out.falls} == {"a"} and out.fell_before == ()
    stopped = stress(books, Shock.parse("dark: stops-paying"), study=Study.of(model=model))
    assert stopped.lost("c") > 0


def test_everyone_loses_a_share_but_those_nobody_knows():
    books = replace(debts_only(0), unknown_equity=frozenset({"b"}))
    out = stress(books, Shock.parse("all: -10 % assets"))
    np.testing.assert_allclose(out.attribution.loss[:, 0], 0.1 * books.outside_assets * np.array([1, 0, 1, 1]))


def test_two_models_that_exclude_each_other_are_refused():
    with pytest.raises(NetworkError, match="pays every debt") as told:
        Study.of("owed=debtrank_2012", "owned=elliott_golub_jackson")
    assert "擇一" in told.value.in_language("zh")


# ---- fire sales


def test_who_has_lost_sells_and_the_price_falls_for_all_who_hold_the_same():
    """Two firms with 100 and debts of 90 hold half in chips; a loss of 1 at one makes it sell 9, half of it chips."""
    books = Books.of(outside_assets={"a": 100.0, "b": 100.0}, obligations=[("a", "banks", 90.0), ("b", "banks", 90.0)])
    half = {"a": {"chips": 0.5}, "b": {"chips": 0.5}}
    out = propagate(books, Shock.parse("a: -1 USD"), FireSale(holds=half, price_impact={"chips": 1e-3}))
    assert out.assets == ("chips",)
    np.testing.assert_allclose(out.sales, [4.5])
    np.testing.assert_allclose(out.price_change, [-4.5e-3])
    np.testing.assert_allclose(out.loss, [0.225, 0.225])
    assert out.vulnerability == pytest.approx(0.45 / 20)
    np.testing.assert_allclose(out.systemicness, [0.45 / 20, 0.0], atol=1e-15)


def test_a_sale_that_cannot_be_is_refused_and_who_is_not_known_is_left_out():
    books = replace(debts_only(0), unknown_equity=frozenset({"c"}))
    out = propagate(books, SHOCK, FireSale(holds={"a": {"chips": 0.2}}, price_impact={"chips": 0.01}))
    assert out.left_out == ("c",) and "c" not in out.firms
    with pytest.raises(NetworkError, match="less than 1"):
        propagate(books, SHOCK, FireSale(holds={"a": {"chips": 1.0}}))
    with pytest.raises(NetworkError, match="price impact of -1"):
        propagate(books, SHOCK, FireSale(price_impact={"chips": -1.0}))
    with pytest.raises(UnknownName):
        propagate(books, SHOCK, FireSale(holds={"z": {"chips": 0.2}}))
