"""How large must a shock be: on books small enough to check by hand and by trying."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from perpetuum.contagion import STANDARD, Books, Obligation, Shock, Study, Target, parse_target, reverse, stress
from perpetuum.contagion.books import Expected, Guarantee, Warrant
from perpetuum.contagion.probe import Probe, losing
from perpetuum.contagion.reverse import EVERYONE, payments_decide, worst_of_falls
from perpetuum.core.deal import Trigger
from perpetuum.core.errors import NetworkError, UnknownName

CHAIN = Books.of(
    outside_assets={"lab": 12, "cloud": 3, "vendor": 5},
    obligations=[("lab", "cloud", 10), ("cloud", "banks", 9)],
    holdings=[("vendor", "lab", 0.25), ("vendor", "cloud", 0.5)],
)


def fallen(books: Books, losses: dict[str, float]) -> frozenset[str]:
    return Probe(books, STANDARD, losing(losses)).at(1.0).fallen()


def with_unknown(books: Books, *firms: str) -> Books:
    return replace(books, unknown_equity=frozenset(firms))


# ---- the words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("uniform", Target(word="uniform")),
        ("oracle:falls", Target(word="falls", firm="oracle")),
        ("lab: loss >= 10 %", Target(word="loses", firm="lab", share=0.1)),
        ("lab:loss≥5bn USD", Target(word="loses", firm="lab", amount=5e9)),
        ("3:fall", Target(word="several", count=3)),
        ("all: loss >= 5bn USD", Target(word="together", amount=5e9)),
    ],
)
def test_an_outcome_is_read_as_it_is_written_and_printed_so_that_it_can_be_read_again(said, meant):
    assert parse_target(said) == meant
    assert parse_target(str(meant)) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "lab",
        "lab:rises",
        "lab:loss>=110%",
        "lab:loss>=0 USD",
        "lab:loss>=3 GW",
        ":falls",
        "0:fall",
        "x:fall",
        "all:loss>=10%",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_form_to_write_in_both_languages(said):
    with pytest.raises(NetworkError, match="<firm>:falls") as told:
        parse_target(said)
    assert "結果" in told.value.in_language("zh")


def test_an_unknown_firm_comes_with_the_nearest_and_an_unknown_equity_says_so():
    with pytest.raises(UnknownName, match="did you mean `cloud`"):
        reverse(CHAIN, target="clout:falls")
    with pytest.raises(NetworkError, match="the equity of lab is not known") as told:
        reverse(with_unknown(CHAIN, "lab"), target="lab:falls")
    assert "lab 的權益未知" in told.value.in_language("zh")


def test_questions_that_contradict_themselves_are_refused():
    with pytest.raises(NetworkError, match="no network"):
        reverse()
    with pytest.raises(NetworkError, match="a shock of its own"):
        reverse(CHAIN, target="uniform", shock=Shock.parse("lab:stops-paying"))
    with pytest.raises(NetworkError, match="neither target nor shock"):
        reverse(CHAIN, target="lab:falls", outcome=lambda size: True)
    with pytest.raises(NetworkError, match="is empty"):
        reverse(outcome=lambda size: True, low=1.0, high=1.0)
    with pytest.raises(NetworkError, match="has no equity to lose"):
        reverse(Books.of(outside_assets={"a": 1}, obligations=[("a", "banks", 1)]), target="a:loss>=10%")


# ---- everyone the same share


def test_everyone_loses_the_same_and_firms_fall_where_a_straight_line_meets_their_debts():
    """Lab: 12 (1 - x) = 10 at 1/6. Cloud: 3 (1 - x) + 12 (1 - x) = 9 at 0.4. The vendor owes nothing."""
    found = reverse(CHAIN)
    assert [(round(each.size, 9), each.trigger) for each in found.sizes] == [
        (round(1 / 6, 9), ("lab",)),
        (0.4, ("cloud",)),
    ]
    assert found.verified and found.status == "settled" and found.kind == "uniform"
    assert found.just_below.fallen == () and found.path.firms == ("lab",)
    assert found.total == pytest.approx(20 / 6)


def test_shares_held_inside_pull_their_owner_down():
    """The owner has 4, owes 5, and half of a firm with 10 that owes 6: 4 (1 - x) + 0.5 (10 (1 - x) - 6) = 5."""
    books = Books.of(
        outside_assets={"firm": 10, "owner": 4}, obligations=[("firm", "banks", 6), ("owner", "banks", 5)],
        holdings=[("owner", "firm", 0.5)],
    )  # fmt: skip
    found = reverse(books)
    assert [(round(each.size, 9), each.trigger) for each in found.sizes] == [
        (round(1 / 9, 9), ("owner",)), (0.4, ("firm",)),
    ]  # fmt: skip
    assert found.verified


def test_firms_nobody_knows_keep_what_they_have_and_never_fall():
    found = reverse(with_unknown(CHAIN, "lab"))
    assert [each.trigger for each in found.sizes] == []
    assert found.status == "no_shock_reaches_it" and found.verified
    assert reverse(with_unknown(CHAIN, "vendor")).sizes == reverse(CHAIN).sizes


def test_by_halving_the_same_haircuts_are_found_as_by_following_the_lines():
    harmless = Expected(firm="vendor", partner="users", amount=1.0, channel="revenue")
    by_halving = reverse(replace(CHAIN, expected=(harmless,)))
    assert not payments_decide(replace(CHAIN, expected=(harmless,)), Study())
    for ours, exact in zip(by_halving.sizes, reverse(CHAIN).sizes, strict=True):
        assert ours.size == pytest.approx(exact.size, abs=2e-6) and ours.trigger == exact.trigger
    assert by_halving.verified


def test_lost_revenue_makes_a_domino_at_the_same_haircut():
    """B has 4, of which 3 are hoped for from A, and owes 2: whatever fells A fells B."""
    books = Books.of(
        outside_assets={"a": 10, "b": 4}, obligations=[("a", "banks", 8), ("b", "banks", 2)],
        expected=[Expected(firm="b", partner="a", amount=3, channel="revenue")],
    )  # fmt: skip
    found = reverse(books)
    assert (found.sizes[0].trigger, found.sizes[0].dominoes) == (("a",), ("b",))
    assert found.size == pytest.approx(0.2, abs=2e-6) and found.verified


def test_default_costs_pull_dominoes_down_and_shares_of_the_drowned_are_worth_nothing():
    """A falls at 20 % and then pays half; B, its creditor, drowns; C owns B and only then lacks 1."""
    books = Books.of(
        outside_assets={"a": 10, "b": 2, "c": 4},
        obligations=[("a", "b", 8), ("b", "banks", 6), ("c", "banks", 5)], holdings=[("c", "b", 0.5)],
    )  # fmt: skip
    study = Study.of("owed=rogers_veraart(alpha=0.5, beta=1)")
    found = reverse(books, study=study)
    assert found.verified
    for size in np.linspace(0.01, 0.99, 23):
        named = {f for each in found.sizes if each.size < size for f in (*each.trigger, *each.dominoes)}
        assert Probe(books, study, EVERYONE).at(float(size)).fallen() == named


# ---- the least loss that reaches a target


def test_the_answer_says_what_lies_below_and_which_way_the_loss_takes():
    found = reverse(CHAIN, target="cloud:falls")
    assert found.total == pytest.approx(6) and found.direct == pytest.approx(4) and found.unique == "no"
    assert found.verified and found.status == "settled" and found.gap == 0.0
    assert "cloud" not in found.just_below.fallen and found.just_below.lost < 1
    assert found.paths[0].firms[-1] == "cloud" and found.sizes[0].trigger == ("cloud",)


def test_a_target_that_nothing_reaches_is_an_answer_with_the_largest_effect():
    """The vendor owes nothing; of its 5 + 2 + 1/2 all but nothing can go."""
    found = reverse(CHAIN, target="vendor:falls")
    assert (found.status, found.total, found.size, found.verified) == ("no_shock_reaches_it", math.inf, math.inf, False)
    assert found.largest.firm == "vendor" and found.largest.lost == pytest.approx(1.0)
    assert set(found.largest.fallen) == {"lab", "cloud"}


def test_a_loss_of_equity_counts_shares_of_others_too():
    """The vendor's equity is 5 + 0.25 * 2 + 0.5 * 4 = 7.5; 0.75 of it goes straight from its own 5."""
    for said in ("vendor:loss>=10%", "vendor:loss>=0.75 USD"):
        found = reverse(CHAIN, target=said)
        assert found.total == pytest.approx(0.75) and found.loss == pytest.approx({"vendor": 0.75}) and found.verified
    whole = reverse(CHAIN, target="vendor:loss>=100%")
    assert whole.verified and whole.status == "settled"
    assert stress(CHAIN, whole.shock).lost("vendor") == pytest.approx(7.5)
    assert reverse(CHAIN, target="vendor:loss>=8 USD").status == "no_shock_reaches_it"


def test_nobody_who_is_not_known_can_be_made_to_lose():
    found = reverse(with_unknown(CHAIN, "lab"), target="cloud:falls")
    assert found.status == "no_shock_reaches_it" and "lab" not in found.loss


def test_a_firm_that_has_fallen_already_needs_no_loss():
    broke = Books.of(outside_assets={"a": 1}, obligations=[("a", "banks", 2)])
    found = reverse(broke, target="a:falls")
    assert (found.total, found.verified, found.fell_before, found.shock.hits) == (0.0, True, ("a",), ())


def test_with_default_costs_only_a_lower_bound_may_be_told_and_is_marked():
    mutual = Books.of(outside_assets={"a": 7, "b": 7},
                      obligations=[("a", "b", 10), ("b", "a", 10), ("a", "banks", 5), ("b", "banks", 5)])  # fmt: skip
    found = reverse(mutual, target="a:falls", study=Study.of("owed=rogers_veraart(alpha=0.5, beta=0.5)"))
    assert found.status in ("settled", "lower_bound")
    assert found.verified == (found.status == "settled")


@pytest.mark.parametrize("model", ["debtrank_2012", "debtrank_2015", "fixed_recovery", "black_cox"])
def test_where_other_models_speak_the_loss_found_does_it_and_is_called_an_upper_bound(model):
    found = reverse(CHAIN, target="cloud:loss>=50%", study=Study.of(model=model))
    assert found.verified and found.status == "upper_bound" and found.gap is None
    assert found.total <= 2.0 * (1 + 1e-5)


def test_a_guarantee_that_a_fall_calls_can_be_the_cheapest_way_and_the_gap_says_what_is_proven():
    """A hair's breadth fells A; then G owes B its 4 and has only 3 to spare, and so falls."""
    books = Books.of(
        outside_assets={"a": 5, "b": 1, "g": 5},
        obligations=[
            Obligation(debtor="a", creditor="b", amount=4.0, leg="lease"), ("a", "banks", 1), ("g", "banks", 2),
        ],
        guarantees=[Guarantee(leg="vouch", guarantor="g", protected="b", cap=(4.0, 4.0), covers=("lease",),
                              trigger=Trigger(word="default", of="a"))],
    )  # fmt: skip
    found = reverse(books, target="g:falls")
    assert found.verified and found.status in ("settled", "upper_bound")
    assert worst_of_falls(books, Study())[2, 0] == 4
    assert found.total <= 3 + 1e-5 and found.gap is not None
    chance = np.random.default_rng(1)
    for _ in range(100):
        less = chance.dirichlet(np.ones(3)) * found.total * (1 - found.gap) * 0.999
        loss = dict(zip(books.firms, np.minimum(less, books.outside_assets).tolist(), strict=True))
        assert "g" not in fallen(books, loss)


def test_ranks_and_warrants_are_searched_along_a_few_directions():
    junior = Books.of(
        outside_assets={"a": 10, "b": 3},
        obligations=[Obligation(debtor="a", creditor="b", amount=4.0, rank=1), ("a", "banks", 5), ("b", "banks", 6)],
        warrants=[Warrant(issuer="b", holder="a", count=1.0, strike=1.0, shares=10.0)],
    )  # fmt: skip
    found = reverse(junior, target="b:falls")
    assert found.status == "upper_bound" and found.verified
    assert found.total == pytest.approx(1.0, rel=1e-5)


# ---- the size of one shock, and any outcome


def test_a_shock_is_made_larger_until_the_target_is_reached():
    """Of lab's 12 all but 2 are owed: at 8 (1 - ...) cloud's 4 to spare are gone once lab lacks 4."""
    found = reverse(CHAIN, target="cloud:falls", shock=Shock.parse("lab:-12 USD"))
    assert found.size == pytest.approx(0.5, abs=2e-6) and found.kind == "size" and found.monotone and found.verified
    assert found.path.firms == ("lab", "cloud") and "cloud" not in found.just_below.fallen


def test_a_shock_that_never_reaches_the_target_says_how_far_it_comes():
    found = reverse(CHAIN, target="vendor:loss>=90%", shock=Shock.parse("lab:stops-paying"))
    assert found.status == "no_shock_reaches_it" and not found.sizes
    assert found.largest.lost == pytest.approx(2.5 / 7.5) and found.largest.fallen == ("cloud", "lab")


def test_any_outcome_is_found_without_a_network():
    found = reverse(outcome=lambda size: size > 31.25, low=10.0, high=50.0)
    assert found.size == pytest.approx(31.25, abs=4e-5) and found.verified and found.monotone
    assert reverse(outcome=lambda size: False).status == "no_shock_reaches_it"
    assert not reverse(outcome=lambda size: 0.3 < size < 0.5).monotone


# ---- what is printed


def test_the_solver_prints_nothing_and_what_we_print_arrives():
    code = (
        "import ctypes, os\n"
        "from perpetuum.maths.quiet import quiet\n"
        "print('before')\n"
        "with quiet():\n"
        "    ctypes.CDLL(None).puts(b'the solver')\n"
        "    os.write(1, b'the solver')\n"
        "print('after')\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "before\nafter\n"


def test_quiet_ends_even_where_something_goes_wrong(capfd):
    from perpetuum.maths.quiet import quiet

    with pytest.raises(ValueError), quiet():
        raise ValueError
    os.write(1, b"heard")
    assert capfd.readouterr().out == "heard"


# ---- outcomes about many


@pytest.mark.parametrize("count", [1, 2])
def test_so_many_fall_just_above_the_size_and_fewer_just_below(count):
    found = reverse(CHAIN, target=f"{count}:fall")
    at = Probe(CHAIN, STANDARD, EVERYONE)
    assert found.status == "settled" and found.verified
    assert len(at.at(found.size * 1.0001).fallen()) >= count
    assert len(at.at(found.size * 0.999).fallen()) < count


def test_losses_together_are_counted_in_equity_of_all_whose_equity_is_known():
    found = reverse(CHAIN, target="all:loss>=8 USD")
    before, after = (stress(CHAIN, Shock(hits=EVERYONE, size=size)).equity[-1].sum() for size in (0.0, found.size))
    assert before - after == pytest.approx(8, rel=1e-4)
    assert reverse(CHAIN, target="all:loss>=1000 USD").status == "no_shock_reaches_it"


def test_where_two_solutions_exist_the_one_with_the_most_harm_stands_beside():
    ring = Books.of(outside_assets={"a": 0, "b": 0}, obligations=[("a", "b", 1), ("b", "a", 1)])
    out = stress(ring, Shock(hits=()))
    assert out.unique == "no" and out.least is not None
    assert out.rounds == 0 and out.least.fallen.all() and (out.least.equity == 0).all()
    assert stress(CHAIN, Shock.parse("lab: -8 USD")).least is None
