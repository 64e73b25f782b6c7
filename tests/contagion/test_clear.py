"""Clearing by name, its derivatives, and the other calls on books: set-off, guesses, screening, quarters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from perpetuum.contagion import (
    Books,
    Obligation,
    Warrant,
    clear,
    clear_many,
    net,
    reconstruct,
    roll_over,
    screen,
    sensitivity,
)
from perpetuum.core.errors import NetworkError, UnknownName

NAMES = ("a", "b", "c", "d", "e")


def random_books(seed: int, *, ranks: int = 1, shares: bool = False, warrants: bool = False) -> Books:
    """Debts inside and outside, some firms short; no round numbers, so nobody stands at an edge."""
    chance = np.random.default_rng(seed)
    owes = [
        Obligation(debtor=i, creditor=j, amount=float(chance.lognormal(1, 1)), rank=int(chance.integers(ranks)))
        for i in NAMES for j in (*NAMES, "banks") if i != j and (j == "banks" or chance.random() < 0.5)
    ]  # fmt: skip
    stakes = [(i, j, float(0.3 * chance.random())) for i in NAMES for j in NAMES if i != j and chance.random() < 0.4]
    issued = [Warrant(issuer="b", holder="a", count=2.0, strike=float(chance.random()), shares=10.0)]
    return Books.of(
        outside_assets=dict(zip(NAMES, (4 * chance.lognormal(0, 1, 5)).tolist(), strict=True)), obligations=owes,
        holdings=stakes if shares else (), warrants=issued if warrants else (),
    )  # fmt: skip


def close(one, other, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


# ---- one clearing


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("costs", [{}, {"alpha": 0.6, "beta": 0.8}])
def test_debts_in_one_rank_come_out_alike_by_both_ways_of_solving_them(seed, costs):
    """A stake of nothing sends the same books up the ladder."""
    books = random_books(seed)
    one, other = clear(books, **costs), clear(replace(books, holdings=Books.of(
        outside_assets={"a": 0.0, "b": 0.0}, holdings=[("a", "b", 0.0)]).holdings), **costs)  # fmt: skip
    for field in ("paid", "short", "recovery", "equity", "costs", "outside_paid"):
        close(getattr(one, field), getattr(other, field))
    assert (one.round_of_default == other.round_of_default).all()
    assert (one.settled, one.unique, one.rounds) == (other.settled, other.unique, other.rounds)


def test_what_is_paid_arrives_and_what_is_not_is_short():
    out = clear(random_books(3, ranks=2, shares=True, warrants=True), alpha=0.7, beta=0.9)
    debt = out.books.claims.debt.sum(axis=0)
    close(out.paid.sum(axis=1) + out.outside_paid + out.short, debt)
    assert out.settled and (out.round_of_default > 0).any()
    assert set(out.of("a")) >= {"recovery", "equity", "round_of_default"}
    assert out.array("paid").sel(debtor="a", creditor="b") == out.paid[0, 1]
    assert out.array("equity").sel(firm="c") == out.equity[2]


def test_a_ring_has_a_greatest_and_a_least_solution_also_with_shares():
    ring = Books.of(outside_assets={"a": 0.0, "b": 0.0}, obligations=[("a", "b", 1.0), ("b", "a", 1.0)])
    for books in (ring, replace(ring, holdings=Books.of(outside_assets={"a": 0.0, "b": 0.0},
                                                          holdings=[("a", "b", 0.5)]).holdings)):  # fmt: skip
        assert clear(books).recovery.tolist() == [1.0, 1.0] and clear(books).unique == "no"
        assert clear(books, solution="least").recovery.tolist() == [0.0, 0.0]
        assert clear(books, check_unique=False).unique == "not_checked"


def test_all_solutions_have_the_greatest_first_and_the_least_last():
    fear = Books.of(outside_assets={"a": 5.0, "b": 5.0},
                    obligations=[("a", "b", 10.0), ("b", "a", 10.0), ("a", "x", 5.0), ("b", "x", 5.0)])  # fmt: skip
    found = clear(fear, solution="all", alpha=0.5, beta=0.5)
    assert len(found.all) == 2 and found.solution == "all"
    close(found.all[0].paid, clear(fear, alpha=0.5, beta=0.5).paid)
    close(found.all[-1].paid, clear(fear, alpha=0.5, beta=0.5, solution="least").paid)
    many = Books.of(outside_assets={f"f{i}": 1.0 for i in range(13)}, obligations=[("f0", "f1", 1.0)])
    with pytest.raises(NetworkError, match="at most 12") as told:
        clear(many, solution="all")
    assert "所有解" in told.value.in_language("zh")


@pytest.mark.parametrize("wrong", [{"alpha": 1.5}, {"beta": -0.1}, {"beta_shares": float("nan")}, {"tolerance": 0.1}])
def test_factors_that_are_no_shares_are_refused(wrong):
    with pytest.raises(NetworkError, match="share"):
        clear(random_books(0), **wrong)


# ---- many


@pytest.mark.parametrize("kind", [{}, {"ranks": 2}, {"shares": True, "warrants": True}])
def test_many_scenarios_equal_single_clearings(kind):
    books = random_books(5, **kind)
    assets = books.outside_assets * np.random.default_rng(0).uniform(0.2, 1.5, (20, 5))
    fields = ("recovery", "equity", "short", "round_of_default", "at_edge", "costs", "outside_paid")
    found = clear_many(books, assets, keep=fields, alpha=0.8, beta=0.9)
    assert found.settled.all() and found["recovery"].shape == (20, 5)
    for k, row in enumerate(assets):
        single = clear(books.with_assets(row), alpha=0.8, beta=0.9)
        for field in fields:
            close(found[field][k], getattr(single, field))
        assert found.rounds[k] == single.rounds


def test_scenarios_by_name_leave_others_as_they_are_and_what_was_not_kept_says_so():
    books = random_books(1)
    found = clear_many(books, {"b": np.array([0.0, 5.0])}, keep=("equity",))
    by_array = np.tile(books.outside_assets, (2, 1))
    by_array[:, 1] = [0.0, 5.0]
    close(found["equity"], clear_many(books, by_array)["equity"])
    assert found.array("equity").sel(firm="b").shape == (2,)
    with pytest.raises(NetworkError, match=r'keep=\("short"'):
        found["short"]
    with pytest.raises(UnknownName):
        clear_many(books, {"z": np.array([1.0])})
    with pytest.raises(NetworkError, match="one column a firm"):
        clear_many(books, np.ones((2, 3)))
    with pytest.raises(NetworkError, match="of b are not finite or negative"):
        clear_many(books, {"b": np.array([np.nan])})
    with pytest.raises(NetworkError, match="no result of a clearing"):
        clear_many(books, by_array, keep=("loss",))


# ---- one more dollar


KINDS = [{}, {"ranks": 3}, {"shares": True}, {"ranks": 2, "shares": True, "warrants": True}]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("costs", [{}, {"alpha": 0.6, "beta": 0.8, "beta_shares": 0.7}])
def test_derivatives_by_assets_and_by_debts_are_finite_differences(seed, kind, costs):
    books = random_books(seed, **kind)
    at = clear(books, check_unique=False, **costs)
    by_assets, by_debts = sensitivity(at), sensitivity(at, wrt="obligations")
    assert by_assets.at_edge == () and by_assets.jumps == bool(costs)
    step = 1e-6

    def rise(up: Books, down: Books) -> tuple[np.ndarray, np.ndarray, float]:
        one, other = (clear(each, check_unique=False, **costs) for each in (up, down))
        paid = [each.paid.sum(axis=1) + each.outside_paid for each in (one, other)]
        wide = 2 * step
        return (paid[0] - paid[1]) / wide, (one.equity - other.equity) / wide, (one.short - other.short).sum() / wide

    for k in range(5):
        moved = [books.with_assets(books.outside_assets + sign * step * np.eye(5)[k]) for sign in (1, -1)]
        for ours, seen in zip((by_assets.payments, by_assets.equity), rise(*moved)[:2], strict=True):
            close(ours[:, k], seen, 1e-6)
        assert by_assets.short[k] == pytest.approx(rise(*moved)[2], abs=1e-6)
    for k, (debtor, creditor, rank) in enumerate(by_debts.by):
        place = next(i for i, o in enumerate(books.obligations)
                     if (o.debtor, o.creditor, o.rank) == (debtor, creditor, rank))  # fmt: skip
        moved = []
        for sign in (1, -1):
            owes = list(books.obligations)
            owes[place] = replace(owes[place], amount=owes[place].amount + sign * step)
            moved.append(replace(books, obligations=tuple(owes)))
        paid, equity, short = rise(*moved)
        close(by_debts.payments[:, k], paid, 1e-6)
        close(by_debts.equity[:, k], equity, 1e-6)
        assert by_debts.short[k] == pytest.approx(short, abs=1e-6)


def test_what_a_dollar_saves_is_told_by_name_and_only_for_assets():
    chain = Books.of(outside_assets={"a": 4.0, "b": 1.0}, obligations=[("a", "b", 10.0), ("b", "banks", 8.0)])
    assert list(sensitivity(chain).saves.items()) == [("a", 2.0), ("b", 1.0)]
    by_debt = sensitivity(chain, wrt="obligations")
    assert by_debt.array("payments").sel(firm="b", obligations="a -> b -> 0") == 0.0
    with pytest.raises(NetworkError, match="saves nothing"):
        _ = by_debt.saves
    with pytest.raises(NetworkError, match="greatest"):
        sensitivity(clear(chain, solution="least"))


def test_who_stands_at_the_edge_is_named_and_loses_as_one_who_falls():
    edge = Books.of(outside_assets={"a": 10.0, "b": 0.0}, obligations=[("a", "b", 10.0)])
    found = sensitivity(edge)
    assert found.at_edge == ("a",) and found.payments[0, 0] == 1.0 and found.equity[1, 0] == 1.0


# ---- set-off, guesses, screening, quarters


def test_set_off_keeps_every_net_position_and_what_is_owed_outside():
    books = random_books(2, ranks=2)
    out = net(books)

    def position(of: Books) -> np.ndarray:
        inside = of.claims.owed.sum(axis=0)
        return np.asarray(inside.sum(axis=0) - inside.sum(axis=1))

    close(position(out.left), position(books), 1e-9)
    close(out.left.claims.outside, books.claims.outside)
    assert out.settled and out.cleared_in_all > 0
    close(out.gross - out.cleared_in_all, out.left.claims.owed.sum(), 1e-9)
    assert sum(out.cleared.values()) == pytest.approx(out.cleared_in_all)
    assert net(out.left).cleared_in_all == pytest.approx(0.0, abs=1e-9)


def test_a_guess_has_the_margins_it_was_given_and_marks_every_debt():
    owes, has = {"a": 5.0, "b": 3.0, "c": 2.0}, {"a": 2.0, "b": 4.0, "d": 4.0}
    found = reconstruct(has, owes)
    books = Books.of(outside_assets=dict.fromkeys("abcd", 0.0), obligations=found.obligations)
    inside = books.claims.owed[0]
    close(inside.sum(axis=1), [owes.get(f, 0.0) for f in "abcd"], 1e-9)
    close(inside.sum(axis=0), [has.get(f, 0.0) for f in "abcd"], 1e-9)
    assert books.estimated == found.obligations and found.status == "settled"
    assert {each.estimated for each in found.obligations} == {"max_entropy"}


@pytest.mark.parametrize(
    ("has", "owes", "words"),
    [
        ({"a": 1.0}, {"b": 2.0}, "add up to"),
        ({"a": 3.0, "b": 1.0}, {"a": 3.0, "b": 1.0}, "a is owed and owes 6"),
        ({"a": float("nan"), "b": -1.0}, {}, r"(?s)assets of a: nan.*assets of b: -1"),
    ],
)
def test_margins_that_cannot_be_are_refused_by_name(has, owes, words):
    with pytest.raises(NetworkError, match=words) as told:
        reconstruct(has, owes)
    assert "債" in told.value.in_language("zh")


@pytest.mark.parametrize("seed", range(8))
def test_what_screening_excludes_never_happens(seed):
    books = random_books(seed)
    safe = books.with_assets(books.claims.debt.sum(axis=0) - books.claims.owed.sum(axis=(0, 1)).clip(max=0) + 1.0)
    found = screen(safe)
    for i, firm in enumerate(NAMES):
        alone = safe.outside_assets.copy()
        alone[i] = 0.0
        fell = clear(safe.with_assets(alone)).round_of_default > 0
        assert not any(fell[NAMES.index(spared)] for spared in found.spared_by(firm))
    assert found.array().sel({"from": "a", "to": "a"}).item() is False


def test_screening_says_what_it_does_not_speak_of_and_takes_chances_by_name():
    books = random_books(1, ranks=2, shares=True)
    assert {text.en for text in screen(books).leaves_out} == {
        "shares and warrants held by other firms", "ranks of debt",
    }  # fmt: skip
    assert screen(books).amplification is None and screen(books, {"a": 0.1}).amplification > 1
    with pytest.raises(NetworkError, match="between 0 and 1"):
        screen(books, {"a": 2.0})


def test_what_is_not_paid_stays_owed_and_money_is_kept():
    books = Books.of(outside_assets={"a": 4.0, "b": 0.0}, obligations=[("a", "b", 10.0)])
    out = roll_over(books, due=[[], [("b", "banks", 3.0)]], inflows=[{}, {"a": 8.0}, {}], rate=0.1)
    close(out.paid[:, 0], [4.0, 6.6, 0.0])
    close(out.paid[:, 1], [0.0, 3.0, 0.0])
    close(out.cash[-1], [1.4, 7.6])
    close(out.recovery[:2, 0], [0.4, 1.0])
    assert out.array("outstanding").sel(debtor="a", creditor="b")[0] == 6.0
    assert out.array("cash").dims == ("quarter", "firm")


def test_quarters_that_cannot_be_are_refused():
    books = Books.of(outside_assets={"a": 4.0, "b": 0.0}, obligations=[("a", "b", 10.0)])
    with pytest.raises(NetworkError, match="a rate of -1"):
        roll_over(books, rate=-1.0)
    with pytest.raises(NetworkError, match="an inflow of -1"):
        roll_over(books, inflows=[{"a": -1.0}])
    with pytest.raises(UnknownName):
        roll_over(books, inflows=[{"z": 1.0}])
    with pytest.raises(NetworkError, match="ranks"):
        roll_over(random_books(0, ranks=3))
    with pytest.raises(NetworkError, match="rank 0"):
        roll_over(books, due=[[Obligation(debtor="a", creditor="b", amount=1.0, rank=1)]])
