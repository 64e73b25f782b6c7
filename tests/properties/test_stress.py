"""What is true of every study: losses add up by channel, by origin, by path, and by who bears them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perpetuum.contagion import Books, Cascade, Expected, Guarantee, Holding, Obligation, Shock, Study, stress
from perpetuum.contagion.books import BEARERS
from perpetuum.core.deal import Trigger

some = settings(max_examples=50, deadline=None)
TINY = 1e-7
WORDS = (
    "{firm}: stops-paying", "{firm}: stops-paying, keeps 100 %", "{firm}: -50 % assets", "{firm}: -100 % assets",
    "all: -40 % assets", "{firm}: withdraws",
)  # fmt: skip
STUDIES = (
    (), ("owed=rogers_veraart(alpha=0.5, beta=0.8)",), ("owed=rogers_veraart(alpha=0, beta=0.5, beta_shares=0.5)",),
    ("revenue=leaves_when_stressed",), ("revenue=stops_when_failed(replaced=0.5)",),
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """Plain numbers, of which books are made: amounts of zero stand for nothing."""

    assets: tuple[int, ...]
    owed: tuple[tuple[int, int, int, int], ...]
    outside: tuple[tuple[int, int, int], ...]
    owned: tuple[tuple[int, int, int], ...]
    hopes: tuple[tuple[int, int, int, bool], ...]
    vouched: tuple[tuple[int, int, int, int], ...]
    cash: bool
    channels: tuple[str, ...]

    def books(self, *, guarantees: bool = True) -> Books:
        n = len(self.assets)
        owes = [
            Obligation(debtor=f(i), creditor=f(j), amount=float(amount), rank=rank, leg=f"debt-{k}")
            for k, (i, j, amount, rank) in enumerate(self.owed)
        ]
        owes += [
            Obligation(debtor=f(i), creditor="bank", amount=float(amount), bearer=BEARERS[b])
            for i, amount, b in self.outside
        ]
        vouched = {}
        for debt, guarantor, cap, share in self.vouched:
            leg = f"debt-{debt}"
            if debt < len(self.owed) and f(guarantor % n) not in (owes[debt].debtor, owes[debt].creditor):
                vouched[leg] = Guarantee(
                    leg=f"vouch-{debt}", guarantor=f(guarantor % n), protected=owes[debt].creditor,
                    cap=(float(cap), float(cap)), covers=(leg,), share=share / 2,
                    trigger=Trigger(word="default", of=owes[debt].debtor),
                )  # fmt: skip
        return Books.of(
            outside_assets={f(i): float(has) for i, has in enumerate(self.assets)}, obligations=owes,
            holdings=[] if self.cash else [Holding(owner=f(i), firm=f(j), share=s / 16) for i, j, s in self.owned],
            expected=[
                Expected(firm=f(i), partner=f(j), amount=float(a), channel="funding" if is_funding else "revenue",
                         margin=0.5, leg=f"hope-{k}")
                for k, (i, j, a, is_funding) in enumerate(self.hopes)
            ],
            guarantees=tuple(vouched.values()) if guarantees else (), view="cash" if self.cash else "value",
        )  # fmt: skip

    @property
    def study(self) -> Study:
        return Study.of(*self.channels)


def f(place: int) -> str:
    return f"firm-{place}"


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    n = draw(st.integers(2, 4))
    firm, money = st.integers(0, n - 1), st.integers(1, 12)

    def some_of(*parts: st.SearchStrategy, most: int = 6) -> tuple:
        return tuple(draw(st.lists(st.tuples(*parts), max_size=most)))

    def apart(pairs: tuple) -> tuple:
        return tuple(each for each in pairs if each[0] != each[1])

    return Draft(
        assets=tuple(draw(st.lists(st.integers(0, 15), min_size=n, max_size=n))),
        owed=apart(some_of(firm, firm, money, st.integers(0, 1), most=8)),
        outside=some_of(firm, money, st.integers(0, 3), most=4),
        owned=tuple({each[:2]: each for each in apart(some_of(firm, firm, st.integers(1, 4)))}.values()),
        hopes=apart(some_of(firm, firm, st.integers(1, 6), st.booleans(), most=4)),
        vouched=some_of(st.integers(0, 7), st.integers(0, 3), money, st.integers(1, 2), most=3),
        cash=draw(st.booleans()),
        channels=draw(st.sampled_from(STUDIES)),
    )


hits = st.tuples(st.sampled_from(WORDS), st.integers(0, 3), st.sampled_from([1.0, 0.5]))


def shocked(draft: Draft, hit: tuple[str, int, float], **options: bool) -> Cascade:
    word, firm, size = hit
    shock = Shock.parse(word.format(firm=f(firm % len(draft.assets))), size=size)
    out = stress(draft.books(**options), shock, study=draft.study)
    assume(out.settled)
    return out


def calm(draft: Draft, out: Cascade) -> Cascade:
    return stress(out.books, Shock(hits=()), study=draft.study)


def close(value: object, out: Cascade) -> object:
    return pytest.approx(value, abs=TINY * max(1.0, float(out.attribution.total.sum())))


@some
@given(drafts(), hits)
def test_nearly_every_study_settles(draft, hit):
    """Only groups that pass on all they get, with nothing outside, prove nothing."""
    word, firm, size = hit
    books = draft.books()
    out = stress(books, Shock.parse(word.format(firm=f(firm % len(draft.assets))), size=size), study=draft.study)
    owes_outside = {o.debtor for o in books.obligations if o.creditor == "bank"}
    if owes_outside == set(books.firms):
        assert out.settled


@some
@given(drafts(), hits)
def test_the_loss_of_a_firm_is_what_its_equity_lost_and_what_it_leaves_unpaid(draft, hit):
    out = shocked(draft, hit)
    before = calm(draft, out)
    lost = before.equity[-1] - out.equity[-1] + out.short - before.short
    assert out.attribution.total == close(lost, out)


@some
@given(drafts(), hits)
def test_losses_add_up_by_channel_and_by_partner(draft, hit):
    split = (out := shocked(draft, hit)).attribution
    assert split.loss.sum(axis=1) == close(split.total, out)
    assert split.loss_by_pair.sum(axis=1) == close(split.loss[:, 1:5], out)
    assert out.loss[-1] == close(split.loss, out)


@some
@given(drafts(), hits)
def test_losses_add_up_by_where_they_began(draft, hit):
    split = (out := shocked(draft, hit)).attribution
    assert split.began_at.sum(axis=1) == close(split.total, out)
    assert (split.began_at >= -TINY * max(1.0, split.total.sum())).all()


@some
@given(drafts(), hits)
def test_paths_and_the_rest_are_what_did_not_stay_where_it_began(draft, hit):
    split = shocked(draft, hit).attribution
    told = sum(path.amount for path in split.paths)
    assert told <= split.total.sum() + TINY * max(1.0, split.total.sum())
    assert all(path.amount > 0 and len(path.firms) >= 2 for path in split.paths)
    assert list(split.paths) == sorted(split.paths, key=lambda path: -path.amount)
    at_home = split.total.sum() - told - split.paths_rest
    assert at_home <= np.diag(split.began_at).sum() + TINY * max(1.0, split.total.sum())


@some
@given(drafts(), hits)
def test_what_was_lost_is_what_somebody_bears(draft, hit):
    split = (out := shocked(draft, hit)).attribution
    assert sum(split.causes.values()) == close(sum(split.borne.values()), out)
    assert all(amount >= -TINY * max(1.0, split.total.sum()) for amount in split.borne.values())


@some
@given(drafts(), hits)
def test_no_shock_makes_anybody_richer(draft, hit):
    out = shocked(draft, hit)
    before = calm(draft, out)
    size = 1.0 + before.equity.max()
    assert (out.equity[-1] <= before.equity[-1] + TINY * size).all()
    assert (out.recovery <= before.recovery + TINY).all()


@some
@given(drafts(), st.integers(0, 3))
def test_the_fall_of_one_firm_helps_nobody_under_covered_guarantees(draft, who):
    out = shocked(draft, ("{firm}: stops-paying, keeps 100 %", who, 1.0))
    assert (out.attribution.total >= -TINY * max(1.0, out.attribution.total.max())).all()
    assert out.round_of_default[who % len(draft.assets)] == 1


@some
@given(drafts(), hits)
def test_the_protected_party_loses_no_more_with_its_guarantee(draft, hit):
    """In a network in which nobody else stands between: the guarantor can pay whatever is called."""
    rich = Draft(**{**vars(draft), "assets": (*draft.assets, 10_000), "vouched": tuple(
        (debt, len(draft.assets), cap, share) for debt, _, cap, share in draft.vouched)})  # fmt: skip
    word, firm, size = hit
    assume(word != "all: -40 % assets")
    hit = word, firm % len(draft.assets), size
    backed, alone = shocked(rich, hit), shocked(rich, hit, guarantees=False)
    others = slice(0, len(draft.assets))
    size = 1.0 + alone.attribution.total.max()
    assert (backed.equity[-1][others] >= alone.equity[-1][others] - TINY * size).all()
    assert (backed.recovery[others] >= alone.recovery[others] - TINY).all()


@some
@given(drafts(), hits)
def test_no_call_exceeds_its_cap_or_the_loss_it_covers(draft, hit):
    out = shocked(draft, hit)
    for call in out.calls:
        covered = next(g for g in out.books.guarantees if g.leg == call.leg)
        debt = next(o for o in out.books.obligations if o.leg in covered.covers)
        assert call.called[0] <= call.called[1] <= call.released[1] + TINY
        assert call.called[1] <= covered.share * debt.amount + TINY
        assert 0 <= call.paid[0] <= call.called[0] + TINY
        if out.round_of_default[out.books.at(debt.debtor)] == 0:
            assert call.called == (0, 0) and call.met is False
        assert call.because.en and call.because.zh


@some
@given(drafts(), st.sampled_from([word for word in WORDS if "keeps" not in word]), st.integers(0, 3))
def test_half_a_shock_does_no_more_harm_than_the_whole(draft, word, firm):
    half, whole = shocked(draft, (word, firm, 0.5)), shocked(draft, (word, firm, 1.0))
    assert (half.attribution.total <= whole.attribution.total + TINY * max(1.0, whole.attribution.total.max())).all()


@some
@given(drafts(), hits, st.randoms(use_true_random=False))
def test_the_order_of_firms_and_legs_changes_nothing(draft, hit, chance):
    out = shocked(draft, hit)
    books = draft.books()
    names, owes = list(books.firms), list(books.obligations)
    chance.shuffle(names)
    chance.shuffle(owes)
    other = Books.of(
        outside_assets={name: float(books.outside_assets[books.at(name)]) for name in names}, obligations=owes,
        holdings=reversed(books.holdings), expected=reversed(books.expected), guarantees=reversed(books.guarantees),
        view=books.view,
    )  # fmt: skip
    again = stress(other, out.shock, study=draft.study)
    for name in names:
        ours, theirs = out.books.at(name), other.at(name)
        assert again.attribution.total[theirs] == close(out.attribution.total[ours], out)
        assert again.round_of_default[theirs] == out.round_of_default[ours]


@some
@given(drafts(), hits)
def test_rounds_only_ever_get_worse(draft, hit):
    out = shocked(draft, hit)
    size = 1.0 + out.equity.max()
    assert (np.diff(out.equity, axis=0) <= TINY * size).all()
    assert (np.diff(out.loss[:, :, 1:].sum(axis=2), axis=0) >= -TINY * size).all()
