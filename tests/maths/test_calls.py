"""Guarantees that are called by falls, by hand; and random ones against plain sweeps of the whole map."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perpetuum.maths.calls import Call, Called, Cover, clear_with_calls
from perpetuum.maths.claims import Claims, Costs
from perpetuum.maths.ladder import ladder
from tests.properties.systems import System, from_above_with_calls, systems

X, B, G = 0, 1, 2


def w2(cap: float = 5.0, share: float = 1.0, needs: tuple[int, ...] = (X,), keeps: float = 0.0) -> Called:
    """X has 8, owes B 10 (covered) and others 10; G has 4 and owes others 2."""
    owed = np.zeros((3, 3))
    owed[X, B] = 10
    claims = Claims.of(owed, np.array([[10.0, 0, 2]]))
    covered = (Cover(debtor=X, rank=0, amount=10.0, keeps=keeps),)
    call = Call(guarantor=G, protected=B, cap=cap, covers=covered, share=share, needs=needs)
    return settled(claims, np.array([8.0, 0, 4]), call)


def settled(claims: Claims, assets: np.ndarray, *calls: Call, **options: object) -> Called:
    out = clear_with_calls(claims, assets, calls, **options)  # type: ignore[arg-type]
    assert out.status == "settled" and out.error_bound <= 1e-9
    return out


def test_a_guarantor_that_cannot_pay_its_call_falls_and_pays_what_it_has():
    """B lost 6; the call is 5, so G owes 7 with 4: B gets 4 and five sevenths of 4."""
    out = w2()
    assert out.called[-1] == pytest.approx([5]) and out.paid[-1] == pytest.approx([20 / 7])
    assert out.rounds[-1].assets == pytest.approx([8, 4 + 20 / 7, 4])
    assert out.round_of_default.tolist() == [1, 0, 2]


def test_a_call_is_the_share_of_the_loss_up_to_the_cap():
    assert w2(cap=100.0).called[-1] == pytest.approx([6])
    assert w2(cap=100.0, share=0.25).called[-1] == pytest.approx([1.5])
    assert w2(cap=2.0).called[-1] == pytest.approx([2])


def test_what_a_re_let_lease_is_worth_is_no_loss():
    assert w2(cap=100.0, keeps=2.5).called[-1] == pytest.approx([3.5])
    assert w2(cap=100.0, keeps=9.0).called[-1] == pytest.approx([0])


def test_nothing_is_called_until_all_have_fallen_whose_fall_it_needs():
    assert w2(needs=(X, B)).called[-1].tolist() == [0]
    assert w2(needs=(X, B)).rounds[-1].assets.tolist() == [8, 4, 4]


def test_nothing_is_called_before_the_round_in_which_the_debtor_falls():
    out = w2()
    assert out.called[0].tolist() == [0] and out.paid[0].tolist() == [0]
    assert len(out.rounds) == len(out.called) == len(out.paid) == 3


def saved() -> tuple[Claims, np.ndarray, Call]:
    """X pays B nothing of 10, B owes C 8 and has nothing else, and rich G covers B's loss."""
    owed = np.zeros((4, 4))
    owed[0, 1], owed[1, 3] = 10, 8
    call = Call(guarantor=2, protected=1, cap=10.0, covers=(Cover(debtor=0, rank=0, amount=10.0),), needs=(0,))
    return Claims.of(owed), np.array([0.0, 0, 20, 0]), call


def test_a_called_guarantee_saves_the_protected_party_before_it_falls():
    """Trap: clearing first and calling afterwards finds B fallen, and never lets it stand again."""
    claims, assets, call = saved()
    assert ladder(claims, assets).round_of_default.tolist() == [1, 2, 0, 0], "without the call"
    out = settled(claims, assets, call)
    assert out.round_of_default.tolist() == [1, 0, 0, 0]
    assert out.rounds[-1].assets.tolist() == [0, 10, 20, 8]


def test_what_the_guarantor_pays_is_what_the_protected_party_gets():
    claims, assets, call = saved()
    end = settled(claims, assets, replace(call, cap=7.0)).rounds[-1]
    assert end.from_debts[1, 2] == 7 and end.debt[:, 2].sum() == 7


def test_a_guarantor_may_itself_be_guaranteed():
    """X owes B 10 and pays nothing; G covers it and has 4; H covers half of what G leaves unpaid to C."""
    owed = np.zeros((5, 5))
    owed[0, 1], owed[2, 3] = 10, 10
    first = Call(guarantor=2, protected=1, cap=10.0, covers=(Cover(debtor=0, rank=0, amount=10.0),), needs=(0,))
    second = Call(
        guarantor=4, protected=3, cap=99.0, share=0.5, covers=(Cover(debtor=2, rank=0, amount=10.0),), needs=(2,)
    )
    out = settled(Claims.of(owed), np.array([0.0, 0, 4, 0, 50]), first, second)
    assert out.called[-1] == pytest.approx([10, 4]), "G owes 20 and has 4: C loses 8 of 10"
    assert out.rounds[-1].assets == pytest.approx([0, 2, 4, 2 + 4, 50])


def test_two_that_vouch_for_each_other_settle():
    """Each covers what the other leaves unpaid to a third; both have half of what they owe."""
    owed = np.zeros((3, 3))
    owed[0, 2], owed[1, 2] = 10, 10
    calls = [
        Call(guarantor=1 - k, protected=2, cap=99.0, covers=(Cover(debtor=k, rank=0, amount=10.0),), needs=(k,))
        for k in (0, 1)
    ]
    out = settled(Claims.of(owed), np.array([5.0, 5, 0]), *calls)
    assert out.rounds[-1].assets[2] == pytest.approx(10), "there are only 10, whoever promises them"
    due = out.called[-1]
    assert due == pytest.approx([10 * (1 - 5 / (10 + due[1])), 10 * (1 - 5 / (10 + due[0]))])


def test_default_costs_of_a_guarantor_are_borne_by_its_creditors_together():
    claims = Claims.of(np.array([[0, 10.0, 0], [0, 0, 0], [0, 0, 0]]), np.array([[0.0, 0, 2]]))
    call = Call(guarantor=2, protected=1, cap=6.0, covers=(Cover(debtor=0, rank=0, amount=10.0),), needs=(0,))
    end = settled(claims, np.array([0.0, 0, 4]), call, costs=Costs(alpha=0.5)).rounds[-1]
    assert end.costs.tolist() == [0, 0, 2] and end.recovery[0, 2] == pytest.approx(2 / 8)


@dataclass(frozen=True)
class Promise:
    """Debtor, how far on protected party and guarantor stand, cap, quarters of the loss covered, what is kept."""

    debtor: int
    protected: int
    guarantor: int
    cap: int
    quarters: int
    keeps: int


promises = st.lists(
    st.builds(
        Promise, debtor=st.integers(0, 3), protected=st.integers(0, 3), guarantor=st.integers(0, 3),
        cap=st.integers(1, 12), quarters=st.sampled_from([1, 2, 4]), keeps=st.sampled_from([0, 0, 2]),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


def calls_of(system: System, drawn: list[Promise]) -> tuple[Call, ...]:
    """Promises that cover a debt of another firm; together they never cover more than the whole of it."""
    made = {}
    for each in drawn:
        debtor = each.debtor % system.firms
        others = [firm for firm in range(system.firms) if firm != debtor]
        protected = others.pop(each.protected % len(others))
        guarantor = others[each.guarantor % len(others)]
        if debt := float(system.owed[0, debtor, protected]):
            covers = (Cover(debtor=debtor, rank=0, amount=debt, keeps=float(each.keeps)),)
            made[debtor, protected] = Call(
                guarantor=guarantor, protected=protected, cap=float(each.cap), covers=covers,
                share=each.quarters / 4, needs=(debtor,),
            )  # fmt: skip
    return tuple(made.values())


random = settings(max_examples=80, deadline=None)


@random
@given(systems(few=3, ranks=2, warrants=False), promises)
def test_covered_guarantees_agree_with_plain_sweeps_from_above(system, drawn):
    calls = calls_of(system, drawn)
    out = clear_with_calls(system.claims, system.assets, calls, costs=system.costs)
    swept = from_above_with_calls(system, calls)
    assume(swept is not None and out.status == "settled")
    money, due = swept
    size = max(1.0, float(money.max()))
    np.testing.assert_allclose(out.rounds[-1].money, money, rtol=0, atol=1e-7 * size)
    np.testing.assert_allclose(out.called[-1], due, rtol=0, atol=1e-7 * size)


@random
@given(systems(few=3, ranks=2, warrants=False), promises)
def test_where_everybody_owes_somebody_outside_the_answer_is_always_proven(system, drawn):
    leaking = replace(system, outside=system.outside + 1.0)
    out = clear_with_calls(leaking.claims, leaking.assets, calls_of(leaking, drawn), costs=leaking.costs)
    assert out.status == "settled"


@random
@given(systems(few=3, ranks=2, warrants=False), promises)
def test_nobody_gains_by_the_fall_of_another_even_if_that_calls_a_guarantee(system, drawn):
    calls = calls_of(system, drawn)
    leaking = replace(system, outside=system.outside + 1.0)
    size = 1.0 + leaking.assets.sum() + leaking.owed.sum()

    def ends(fallen: np.ndarray) -> np.ndarray:
        out = clear_with_calls(leaking.claims, leaking.assets, calls, costs=leaking.costs, fallen=fallen)
        return out.rounds[-1].equity

    free = ends(np.zeros(leaking.firms, dtype=bool))
    for who in range(leaking.firms):
        assert (ends(np.arange(leaking.firms) == who) <= free + 1e-7 * size).all()


@random
@given(systems(few=3, ranks=2, warrants=False), promises)
def test_without_a_call_it_is_the_ladder(system, drawn):
    calls = tuple(replace(call, needs=(*call.needs, call.guarantor), cap=0.0) for call in calls_of(system, drawn))
    leaking = replace(system, outside=system.outside + 1.0)
    out = clear_with_calls(leaking.claims, leaking.assets, calls, costs=leaking.costs)
    plain = ladder(leaking.claims, leaking.assets, costs=leaking.costs)
    np.testing.assert_allclose(out.rounds[-1].money, plain.end.money, rtol=0, atol=1e-7 * (1 + plain.end.money.max()))
