"""What is true of reverse stress on all books: the shock found does it, a thousandth less does not."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.contagion import Books, Study, reverse
from perpetuum.contagion.books import Expected
from perpetuum.contagion.probe import Probe, losing
from perpetuum.contagion.reverse import EVERYONE, worst_of_falls
from perpetuum.maths.critical import critical_haircuts
from perpetuum.maths.least_loss import least_loss, least_loss_bound
from perpetuum.maths.small_clearing import clear_owned

few = settings(max_examples=20, deadline=None)
fewer = settings(max_examples=6, deadline=None)
LETTERS = "abcde"


@dataclass(frozen=True)
class Recipe:
    """Who owes, owns and has how much. Books are made outside the strategy, which may not check types."""

    owed: np.ndarray
    outside: np.ndarray
    owned: np.ndarray
    assets: np.ndarray

    @functools.cached_property
    def books(self) -> Books:
        names = LETTERS[: len(self.assets)]
        outside = [(name, "banks", float(amount)) for name, amount in zip(names, self.outside, strict=True)]
        inside = [(names[i], names[j], float(self.owed[i, j])) for i, j in np.argwhere(self.owed > 0)]
        return Books.of(
            outside_assets=dict(zip(names, self.assets.tolist(), strict=True)),
            obligations=[*inside, *outside],
            holdings=[(names[i], names[j], float(self.owned[i, j])) for i, j in np.argwhere(self.owned > 0)],
        )  # fmt: skip


@st.composite
def recipes(draw: st.DrawFn, *, most: int = 4) -> Recipe:
    """Round numbers; nobody is short before a shock, and everyone owes something outside."""
    n = draw(st.integers(2, most))
    amount, share = st.integers(0, 12), st.integers(0, 3)

    def drawn(of: st.SearchStrategy[int], *shape: int) -> np.ndarray:
        many = int(np.prod(shape))
        return np.array(draw(st.lists(of, min_size=many, max_size=many)), float).reshape(shape)

    owed, owned, outside, spare = drawn(amount, n, n), drawn(share, n, n) / 12, drawn(amount, n) + 1, drawn(amount, n)
    np.fill_diagonal(owed, 0.0)
    np.fill_diagonal(owned, 0.0)
    assets = np.maximum(owed.sum(axis=1) + outside - owed.sum(axis=0), 0.0) + spare + 1
    return Recipe(owed, outside, owned, assets)


COSTS = st.sampled_from(["eisenberg_noe", "rogers_veraart(alpha=0.6, beta=0.8, beta_shares=0.5)"])


@few
@given(recipes(most=5), COSTS)
def test_at_every_share_lost_exactly_those_have_fallen_whom_the_critical_shares_below_name(recipe, costs):
    books = recipe.books
    study = Study.of(f"owed={costs}")
    found = reverse(books, study=study)
    assert found.verified and found.sizes
    probe = Probe(books, study, EVERYONE)
    for size in np.linspace(0.0137, 0.9937, 9):
        named = {firm for each in found.sizes if each.size < size for firm in (*each.trigger, *each.dominoes)}
        assert probe.at(float(size)).fallen() == named, f"at {size}"


@settings(max_examples=12, deadline=None)
@given(recipes(), st.integers(0, 10**6))
def test_the_loss_found_fells_the_target_and_no_smaller_one_anywhere_does(recipe, seed):
    books = recipe.books
    found = reverse(books, target="a:falls")
    if found.status == "no_shock_reaches_it":
        assert "a" not in Probe(books, Study(), EVERYONE).at(1.0).fallen()
        assert found.largest is not None and found.largest.firm == "a"
        return
    if found.status == "lower_bound":
        return
    assert found.status == "settled" and found.verified
    chance = np.random.default_rng(seed)
    for _ in range(12):
        elsewhere = chance.dirichlet(np.full(len(books.firms), 0.5)) * 0.999 * found.total
        loss = np.minimum(elsewhere, books.outside_assets)
        hits = losing(dict(zip(books.firms, loss.tolist(), strict=True)))
        assert "a" not in Probe(books, Study(), hits).at(1.0).fallen()


@few
@given(recipes(), st.sampled_from([0.2, 0.7, 1.0]))
def test_a_share_of_equity_is_lost_just_there_and_not_before(recipe, share):
    books = recipe.books
    found = reverse(books, target=f"a:loss>={100 * share:g}%")
    if found.status in ("no_shock_reaches_it", "lower_bound"):
        return
    assert found.verified
    assert found.just_below is not None and found.just_below.lost < share


@fewer
@given(recipes(most=3), st.integers(0, 10**6))
def test_the_program_with_shares_agrees_with_trying_losses_on_a_grid(recipe, seed):
    """No loss on the grid that fells the target costs less than what the program found."""
    books = recipe.books
    claims = books.claims
    found = least_loss(claims.owed[0], claims.outside[0], books.outside_assets, 0, owned=claims.owned)
    if found.status != "settled":
        return
    steps = np.linspace(0.0, 1.0, 7)
    for shares in np.stack(np.meshgrid(*[steps] * len(books.firms)), axis=-1).reshape(-1, len(books.firms)):
        loss = shares * books.outside_assets
        if loss.sum() < found.total * (1 - 1e-6):
            left = clear_owned(claims.owed[0], claims.outside[0], books.outside_assets - loss, claims.owned)
            assert not left.fallen[0]


@fewer
@given(recipes(most=3), st.data())
def test_what_falls_cost_beyond_payments_can_only_make_less_do_and_the_bound_is_below_it(recipe, data):
    """Revenue that stops with its customer: the loss found works, and the proven bound is no larger."""
    books = recipe.books
    pairs = [(i, j) for i in range(len(books.firms)) for j in range(len(books.firms)) if i != j]
    hopes = [
        Expected(
            firm=books.firms[i], partner=books.firms[j], amount=float(data.draw(st.integers(0, 4))), channel="revenue"
        )
        for i, j in pairs
    ]
    rich = replace(books, expected=tuple(hopes))
    found = reverse(rich, target="a:falls")
    if found.status == "no_shock_reaches_it":
        return
    assert found.verified
    claims, lost_with = rich.claims, worst_of_falls(rich, Study())
    assert lost_with is not None
    bound = least_loss_bound(claims.owed[0], claims.outside[0], rich.outside_assets, 0, lost_with, owned=claims.owned)
    assert bound <= found.total * (1 + 1e-6)
    chance = np.random.default_rng(len(hopes))
    for _ in range(10):
        loss = np.minimum(chance.dirichlet(np.full(len(rich.firms), 0.5)) * 0.999 * bound, rich.outside_assets)
        hits = losing(dict(zip(rich.firms, loss.tolist(), strict=True)))
        assert "a" not in Probe(rich, Study(), hits).at(1.0).fallen()


@few
@given(recipes(most=4))
def test_without_shares_the_exact_haircuts_are_as_before(recipe):
    books = recipe.books
    claims = replace(books, holdings=()).claims
    args = claims.owed[0], claims.outside[0], books.outside_assets
    assert critical_haircuts(*args) == critical_haircuts(*args, owned=np.zeros_like(claims.owned))
