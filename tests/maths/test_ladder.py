"""Ranks, shares and warrants, on systems small enough to solve by hand."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from perpetuum.maths.claims import Claims, Costs, Series, rungs
from perpetuum.maths.ladder import Ladder, ladder
from perpetuum.maths.slopes import slopes
from perpetuum.maths.solutions import every_solution
from perpetuum.maths.sweeps import least

GOLDEN = Path(__file__).parents[1] / "golden" / "data" / "contagion"
LADDERS = ("p09", "p10", "p11", "p12", "p13", "p14")


def made(
    firms: int,
    *debts: tuple[int, int, float] | tuple[int, int, float, int],
    outside: dict[int, float] | None = None,
    owned: dict[tuple[int, int], float] | None = None,
    **more: object,
) -> Claims:
    """Debts as (debtor, creditor, USD, rank); what is owed outside is of rank 0."""
    ranks = 1 + max((debt[3] for debt in debts if len(debt) == 4), default=0)
    owed, out, stakes = np.zeros((ranks, firms, firms)), np.zeros((ranks, firms)), np.zeros((firms, firms))
    for debtor, creditor, amount, *rank in debts:
        owed[rank[0] if rank else 0, debtor, creditor] += amount
    for debtor, amount in (outside or {}).items():
        out[0, debtor] += amount
    for (owner, firm), share in (owned or {}).items():
        stakes[owner, firm] = share
    return Claims.of(owed, out, stakes, **more)  # type: ignore[arg-type]


def has(*amounts: float) -> np.ndarray:
    return np.array(amounts, dtype=float)


def solved(claims: Claims, assets: np.ndarray, **options: object) -> Ladder:
    out = ladder(claims, assets, **options)  # type: ignore[arg-type]
    assert out.status == "settled" and out.error_bound < 1e-9
    return out


# -- ranks ------------------------------------------------------------------------------------------------


def test_a_junior_creditor_is_paid_from_what_the_senior_leaves():
    """12 for a senior debt of 10 and a junior one of 8: 10 and 2."""
    claims = made(3, (0, 1, 10, 0), (0, 2, 8, 1))
    end = solved(claims, has(12, 0, 0)).end
    assert end.recovery[:, 0].tolist() == [1.0, 0.25]
    assert end.assets.tolist() == [12, 10, 2]


def test_default_costs_can_eat_all_that_was_left_for_the_junior():
    """12 is more than the senior 10, but once fallen only 6 of it is left: 6 tenths, and nothing."""
    claims = made(3, (0, 1, 10, 0), (0, 2, 8, 1))
    end = solved(claims, has(12, 0, 0), costs=Costs(alpha=0.5)).end
    assert end.recovery[:, 0].tolist() == [0.6, 0.0]
    assert end.assets.tolist() == [12, 6, 0]
    assert end.costs.tolist() == [6, 0, 0]


def test_costs_that_eat_a_rank_bring_down_who_lived_on_the_next():
    """The junior creditor owes 1 and hoped for 2; its fall is found though assets alone would reach."""
    claims = made(3, (0, 1, 10, 0), (0, 2, 8, 1), outside={2: 1})
    out = solved(claims, has(12, 0, 0), costs=Costs(alpha=0.5))
    assert out.end.fallen.tolist() == [True, False, True]
    assert out.end.recovery[:, 2].tolist() == [0.0, 1.0]


def test_two_firms_that_owe_each_other_only_junior_debts_are_no_singular_system():
    """Trap: with everyone active from the start the system of their junior rungs has no inverse."""
    claims = made(2, (0, 1, 5, 1), (1, 0, 5, 1), outside={0: 10, 1: 10})
    out = solved(claims, has(7, 8))
    assert out.end.recovery.round(12).tolist() == [[0.7, 0.8], [0.0, 0.0]]
    assert out.end.short.tolist() == [8, 7]


def test_junior_debts_in_a_ring_are_worth_what_enters_it():
    """One of them has 1 more than its senior debt: it goes round until nobody is short of it."""
    claims = made(2, (0, 1, 5, 1), (1, 0, 5, 1), outside={0: 10, 1: 10})
    out = solved(claims, has(11, 10))
    assert out.end.short.tolist() == [0, 0]
    assert out.end.equity.tolist() == [1, 0], "5 round and back, and the 1 stays where it was"


# -- shares and warrants ----------------------------------------------------------------------------------


def test_an_owner_gets_its_share_of_what_the_debts_leave():
    claims = made(2, outside={0: 6}, owned={(1, 0): 0.25})
    assert solved(claims, has(10, 1)).end.assets.tolist() == [10, 2]
    assert solved(claims, has(5, 1)).end.assets.tolist() == [5, 1]


def test_firms_that_own_parts_of_each_other_count_their_money_once():
    """E = 4 + E'/2 for both: 8 and 8, of which owners outside hold half each."""
    end = solved(made(2, owned={(0, 1): 0.5, (1, 0): 0.5}), has(4, 4)).end
    assert end.equity == pytest.approx([8, 8])
    assert (end.equity - end.from_shares.sum(axis=0)).sum() == pytest.approx(8), "what came in"


@pytest.mark.parametrize(("equity", "warrant"), [(10, 0.0), (20, 0.0), (26, 2.0), (50, 10.0)])
def test_a_warrant_is_exercised_only_above_its_strike(equity, warrant):
    """4 old shares, 2 warrants at 5: above 20 the holder gets a third of the rest."""
    series = (Series(issuer=0, holder=1, count=2.0, strike=5.0),)
    end = solved(made(2, shares=has(4, 4), warrants=series), has(equity, 0)).end
    assert end.equity[1] == pytest.approx(warrant)


def test_series_of_warrants_are_sorted_by_strike_whatever_order_they_come_in():
    """4 shares, 2 at 10 and 2 at 5: the dear ones from 50 on; 74 is 13 a share, and 8 x 2 and 3 x 2 above."""
    dear = Series(issuer=0, holder=1, count=2.0, strike=10.0)
    cheap = Series(issuer=0, holder=2, count=2.0, strike=5.0)
    for order in permutations((dear, cheap)):
        claims = made(3, shares=has(4, 4, 4), warrants=tuple(order))
        assert solved(claims, has(50, 0, 0)).end.equity[1:] == pytest.approx([0, 10])
        assert solved(claims, has(74, 0, 0)).end.equity[1:] == pytest.approx([6, 16])


def test_the_ladder_starts_each_share_rung_at_the_equity_at_which_a_warrant_pays():
    series = (
        Series(issuer=0, holder=1, count=2.0, strike=5.0),
        Series(issuer=0, holder=1, count=2.0, strike=10.0),
    )
    steps = rungs(made(2, outside={0: 7}, shares=has(4, 4), warrants=series))
    assert [float(step.floor[0]) for step in steps] == [0, 7, 7 + 20, 7 + 50]


# -- edges, rounds, status --------------------------------------------------------------------------------


def test_equal_is_solvent():
    out = solved(made(1, outside={0: 10}), has(10))
    assert out.round_of_default.tolist() == [0] and out.at_edge.tolist() == [True]


def test_a_miss_below_the_tolerance_changes_the_label_and_not_the_payment():
    claims, costs = made(1, outside={0: 10}), Costs(alpha=0.5)
    out = solved(claims, has(10 - 5e-9), costs=costs)
    assert out.round_of_default.tolist() == [0] and out.at_edge.tolist() == [True]
    assert out.end.paid[0, 0] == pytest.approx(10 - 5e-9, abs=1e-12), "what it has, and no default cost"
    strict = solved(claims, has(10 - 5e-9), costs=costs, tolerance=1e-12)
    assert strict.round_of_default.tolist() == [1]
    assert strict.end.paid[0, 0] == pytest.approx(5, abs=1e-8)


def test_a_chain_falls_one_round_after_another():
    claims = made(5, (0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10))
    out = solved(claims, has(4, 1, 1, 9, 0))
    assert out.round_of_default.tolist() == [1, 2, 3, 0, 0]
    assert out.end.paid.sum(axis=0).tolist() == [4, 5, 6, 10, 0]


def test_a_chain_of_150_firms_is_paid_to_its_end_or_says_that_it_is_not():
    """The first has half of its debt, the others nothing: everybody pays half."""
    links = [(k, k + 1, 1.0) for k in range(149)]
    claims, assets = made(150, *links, outside={149: 1.0}), has(0.5, *[0.0] * 149)
    out = solved(claims, assets)
    assert out.end.recovery[0] == pytest.approx(0.5) and out.round_of_default.tolist() == list(range(1, 151))
    cut = ladder(claims, assets, most_rounds=100)
    assert cut.status == "ran_out_of_rounds" and cut.end.recovery[0, -1] > 0.5


def test_who_falls_from_the_start_falls_in_round_one_and_still_pays_what_it_has():
    claims = made(2, (0, 1, 10), outside={1: 5})
    out = solved(claims, has(20, 0), fallen=np.array([True, False]))
    assert out.round_of_default.tolist() == [1, 0]
    assert out.end.paid[0].tolist() == [10, 5] and out.end.equity.tolist() == [10, 5]


def test_a_firm_made_to_fall_bears_default_costs_even_if_it_could_pay():
    """Half of its 40 is gone: 10 are paid, 10 are left to its owners, and the answer is proven."""
    claims = made(2, (0, 1, 10), owned={(1, 0): 0.5})
    out = solved(claims, has(40, 0), costs=Costs(alpha=0.5), fallen=np.array([True, False]))
    assert out.end.equity.tolist() == [10, 15] and out.end.costs.tolist() == [20, 0]


def test_a_firm_that_owes_nothing_and_has_nothing_stands():
    out = solved(made(2, (0, 1, 1)), has(0, 0))
    assert out.round_of_default.tolist() == [1, 0]
    assert out.end.recovery[0].tolist() == [0.0, 1.0] and out.end.equity.tolist() == [0, 0]


def test_a_ring_with_nothing_outside_has_more_than_one_solution():
    """The greatest pays all, the least nothing; equity is the same."""
    ring = made(3, (0, 1, 1), (1, 2, 1), (2, 0, 1))
    most, none = solved(ring, has(0, 0, 0)), least(ring, has(0, 0, 0))
    assert most.end.recovery.tolist() == [[1, 1, 1]] and none.money.tolist() == [0, 0, 0]
    assert most.end.equity.tolist() == [0, 0, 0]


def test_losses_outside_that_follow_a_fall_are_taken_in_the_next_round():
    """The second firm sells to the first: once it has fallen, 6 of its outside assets of 8 are gone."""
    claims = made(2, outside={0: 10, 1: 5})

    def sales(fallen, standing):
        return has(4, 2 if fallen[0] else 8), has(0, 0)

    out = solved(claims, has(4, 8), outside=sales)
    assert out.round_of_default.tolist() == [1, 2]
    assert out.end.paid[0].tolist() == [4, 2]


# -- the same in any order --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LADDERS)
def test_golden_ladders_are_the_same_in_all_orders_of_firms(name):
    case = json.loads(next(GOLDEN.glob(f"{name}_*.json")).read_text())
    given, wanted = case["input"], case["expected"]
    assets = np.array(given["external_assets"], dtype=float)
    firms = len(assets)
    worth = np.array(wanted.get("total_equity", wanted.get("equity")), dtype=float)
    paid = np.array(wanted["payments"], dtype=float)
    paid = paid.sum(axis=0) if paid.ndim == 2 else paid
    for order in permutations(range(firms)):
        claims = reordered(given, order)
        end = solved(claims, assets[list(order)]).end
        np.testing.assert_allclose(end.equity, worth[list(order)], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(end.paid.sum(axis=0), paid[list(order)], rtol=1e-9, atol=1e-9)


def reordered(given: dict, order: tuple[int, ...]) -> Claims:
    keep = list(order)
    place = {firm: k for k, firm in enumerate(order)}
    owed = np.array(given["liabilities"], dtype=float)[..., keep, :][..., keep]
    outside = np.array(given["external_liabilities"], dtype=float)[..., keep]
    owned = np.array(given["equity_holdings"])[np.ix_(keep, keep)] if "equity_holdings" in given else None
    shares = np.array(given["shares"], dtype=float)[keep] if "shares" in given else None
    warrants = tuple(
        Series(issuer=place[w["issuer"]], holder=place[w["holder"]], count=float(w["count"]), strike=float(w["strike"]))
        for w in given.get("warrants", ())
    )
    return Claims.of(owed, outside, owned, shares, warrants)


# -- slopes and all solutions -----------------------------------------------------------------------------


def test_at_the_edge_the_slope_is_that_of_a_loss():
    """It has just what it owes: one dollar less is one dollar unpaid, one more would be equity."""
    found = slopes(solved(made(2, (0, 1, 10)), has(10, 0)))
    assert found.payments[0, 0] == 1 and found.equity[1, 0] == 1 and found.equity[0, 0] == 0
    assert found.at_edge.tolist() == [True, False]


def test_a_ring_that_only_hands_on_its_own_money_has_nothing_to_lose():
    found = slopes(solved(made(2, (0, 1, 1), (1, 0, 1)), has(0, 0)))
    assert not found.payments.any() and found.at_edge.all()
    assert found.equity.tolist() == [[1, 0], [0, 1]], "a dollar more would be equity"


def test_money_that_only_goes_round_has_the_slope_of_a_gain():
    """One dollar goes round through a junior debt of 2; were any of it missing, all of it would be."""
    loop = solved(made(2, (0, 1, 1, 0), (1, 0, 2, 1), outside={1: 1}), has(0, 1))
    assert loop.end.recovery.tolist() == [[1, 1], [1, 0.5]]
    assert slopes(loop).payments.tolist() == [[0, 0], [0, 1]]
    assert slopes(loop).equity.tolist() == [[1, 1], [0, 0]]


def test_one_dollar_more_saves_as_much_unpaid_debt_as_there_are_links_after_it():
    links = made(4, (0, 1, 10), (1, 2, 10), (2, 3, 10))
    assert slopes(solved(links, has(1, 0, 0, 0))).saves.tolist() == [3, 2, 1, 0]


def test_all_solutions_are_listed_for_few_firms_only():
    with pytest.raises(ValueError, match=r"13 firms .* Ask for the greatest and the least"):
        every_solution(made(13), np.ones(13))


def test_two_solutions_are_both_found_and_the_greatest_and_the_least_are_they():
    mutual, costs = made(2, (0, 1, 10), (1, 0, 10), outside={0: 5, 1: 5}), Costs(alpha=0.5, beta_debts=0.5)
    assets = has(5, 5)
    found = [each.money.tolist() for each in every_solution(mutual, assets, costs=costs)]
    assert found[0] == solved(mutual, assets, costs=costs).end.money.tolist() == [15, 15]
    assert found[-1] == pytest.approx(least(mutual, assets, costs=costs).money.tolist(), abs=1e-6)
    assert len(found) == 2


def test_the_last_step_proves_nothing_but_the_bound_does():
    """A loop that leaks one dollar in a hundred each round: the error is a hundred times the last step."""
    n, leak = 4, 1e-2
    ring = made(n, *[(k, (k + 1) % n, 1 - leak) for k in range(n)], outside=dict.fromkeys(range(n), leak))
    assets = np.full(n, leak / 2)
    out = solved(ring, assets)
    truth = (leak / 2) / leak
    assert np.abs(out.end.recovery - truth).max() <= out.error_bound < 1e-9
    low = least(ring, assets, tolerance=1e-6)
    assert np.abs(low.money - truth).max() <= low.error_bound <= 1e-6


# -- what cannot be ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (lambda: Claims.of(np.array([[0, np.nan], [0, 0]])), r"owed\[0, 0, 1\] is nan; amounts are finite"),
        (lambda: Claims.of(np.array([[0, -1.0], [0, 0]])), r"owed\[0, 0, 1\] is -1.0"),
        (lambda: Claims.of(np.array([[0, np.inf], [0, 0]])), "amounts are finite"),
        (lambda: made(2, (1, 1, 3.0)), "firm 1 owes itself money"),
        (lambda: made(2, owned={(1, 1): 0.5}), "firm 1 owns its own shares"),
        (lambda: made(3, owned={(0, 2): 0.7, (1, 2): 0.5}), r"of firm 2 more than all shares are owned \(1.2\), by 0"),
        (lambda: made(3, owned={(0, 1): 1.0, (1, 0): 1.0}), "firms 0, 1 own each other wholly"),
        (lambda: made(2, warrants=(Series(issuer=0, holder=1, count=1.0, strike=np.nan),)), "warrant on firm 0"),
    ],
)
def test_claims_that_cannot_be_are_refused_in_words(claims, words):
    with pytest.raises(ValueError, match=words):
        claims()


def test_all_problems_of_one_kind_are_reported_together():
    with pytest.raises(ValueError) as caught:
        made(3, (1, 1, 3.0), (2, 2, 3.0), owned={(0, 0): 0.5})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_outside_assets_are_finite_and_never_negative(bad):
    with pytest.raises(ValueError, match=r"outside_assets\[1\]"):
        ladder(made(2), has(0, bad))


@pytest.mark.parametrize("options", [{"alpha": 1.1}, {"beta_debts": -0.1}, {"beta_shares": np.nan}])
def test_cost_factors_are_shares(options):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Costs(**options)


@pytest.mark.parametrize("tolerance", [1e-3, -1e-9])
def test_a_tolerance_is_a_small_share(tolerance):
    with pytest.raises(ValueError, match=r"below 0.001"):
        ladder(made(1), has(1), tolerance=tolerance)


def test_more_firms_than_dense_arrays_are_for_are_refused():
    with pytest.raises(ValueError, match=r"2001 firms; .* are solved for at most 2000"):
        Claims.of(np.broadcast_to(0.0, (1, 2001, 2001)))
