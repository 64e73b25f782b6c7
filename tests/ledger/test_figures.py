"""Of claims that conflict one is chosen, by a named rule and with its reason; none is averaged."""

from __future__ import annotations

import datetime
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perpetuum
from perpetuum.core.claim import Claim
from perpetuum.core.errors import UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import SOURCE_KINDS, Source
from perpetuum.core.when import When
from perpetuum.ledger.figures import POLICIES, choose

ARTICLE_DAY = "2025-10-24"


def claim(bn: float, kind="news", tier=2, published="2025-01-10", page=None, **words) -> Claim:
    """A claim of so many billions on a page of its own."""
    page = page or f"{kind}-{tier}-{published}-{bn}"
    through = words.pop("through", None)
    source = Source(
        id=page, title=page, kind=kind, tier=tier, url=page, published=When.parse(published), through=through
    )
    words = {"stage": "announced", "id": f"x/{page}"} | words
    return Claim(subject="x", attribute="amount", says=Quantity(bn * 1e9, "USD"), source=source,
                 known_from=datetime.date(2025, 1, 10), **words)  # fmt: skip


def chosen(*claims: Claim, policy="best_source") -> float:
    """What is chosen, in billions, whatever the order of the claims."""
    values = {choose(order, policy).value for order in permutations(claims)}
    assert len(values) == 1
    return values.pop() / 1e9


LADDER = [
    claim(1, "filing", 1),
    claim(2, "filing", 1, through="a compilation"),
    claim(3, "company", 1),
    claim(4, "news", 2),
    claim(5, "analyst", 2),
    claim(6, "news", 3),
    claim(7, "essay", 3),
]


@pytest.mark.parametrize(("better", "worse"), list(pairwise(LADDER)), ids=lambda c: str(c.says.value))
def test_a_better_kind_of_source_wins(better, worse):
    assert chosen(better, worse) == better.says.value / 1e9


def test_a_tier_3_page_of_an_analyst_ranks_below_a_news_house():
    assert chosen(claim(5, "analyst", 3), claim(4, "news", 2)) == 4


def test_two_sources_count_more_than_one():
    two = [claim(9, page="a"), claim(9, page="b")]
    assert chosen(*two, claim(4, published="2025-06-01")) == 9


def test_one_page_that_repeats_itself_is_one_source():
    twice = [claim(9, page="a", id="x/1"), claim(9, page="a", id="x/2")]
    assert chosen(*twice, claim(4, published="2025-06-01")) == 4


def test_two_poor_sources_do_not_beat_a_better_one():
    assert chosen(claim(9, tier=3, page="a"), claim(9, tier=3, page="b"), claim(4)) == 4


def test_the_later_publication_wins_among_equals():
    assert chosen(claim(4, published="2025-01-10"), claim(9, published="2025-06-01")) == 9


def test_a_tie_takes_the_lower_amount_and_is_marked_disputed():
    figure = choose([claim(9), claim(4)])
    assert (figure.value, figure.disputed) == (4e9, True)
    assert "equally good sources disagree" in figure.because.en and "採較低者" in figure.because.zh


def test_what_is_settled_by_a_rule_is_not_disputed():
    assert not choose([claim(4), claim(9, "filing", 1)]).disputed
    assert not choose([claim(4, page="a"), claim(4, page="b")]).disputed


def test_a_reading_of_the_extremes_is_never_the_first_choice():
    assert chosen(claim(4), claim(9, "filing", 1, reading="highest"), claim(1, "filing", 1, reading="lowest")) == 4


def test_a_number_read_directly_stands_above_one_computed():
    read, computed = claim(4, published="2025-01-10"), claim(9, published="2025-06-01", derivation="ytd_diff")
    assert chosen(read, computed) == 4


@pytest.mark.parametrize(("policy", "gives"), [("low", 1), ("high", 9)])
def test_low_and_high_take_the_extremes_of_whatever_source(policy, gives):
    claims = [claim(4, "filing", 1), claim(1, "news", 3, reading="lowest"), claim(9, "news", 3, reading="highest")]
    assert chosen(*claims, policy=policy) == gives


def test_newest_takes_the_last_published():
    assert chosen(claim(4, "filing", 1), claim(9, tier=3, published="2025-06-01"), policy="newest") == 9


@pytest.mark.parametrize("policy", sorted(set(POLICIES) - {"article"}))
def test_an_essay_never_wins_against_another_source(policy):
    essays = [claim(0.1, "essay", 3, "2026-01-01"), claim(99, "essay", 3, "2026-01-01")]
    assert chosen(claim(4, tier=3), *essays, policy=policy) == 4


def test_an_essay_that_stands_alone_is_used_and_says_so():
    assert choose([claim(9, "essay", 3)]).because.en == "the only value known; it comes from an essay"


def test_an_essay_wins_under_the_policy_that_replays_it():
    assert chosen(claim(4, "filing", 1), claim(9, "essay", 3), policy="article") == 9


def test_the_article_is_silent_where_it_prints_nothing():
    assert chosen(claim(4), claim(9, "filing", 1), policy="article") == 9


@pytest.mark.parametrize("policy", POLICIES)
def test_definitions_are_no_rivals(policy):
    margins = [claim(33, definition="adjusted"), claim(43, "filing", 1, definition="accounts"), claim(70)]
    figure = choose(margins, policy)
    assert figure.value == 70e9
    assert figure.others == () and not figure.disputed


def test_no_claim_gives_no_figure():
    assert choose([]) is None


def test_a_policy_nobody_knows_comes_with_the_nearest():
    with pytest.raises(UnknownName, match="`best` is not a policy; did you mean `newest`"):
        choose([claim(1)], "best")


claims = st.lists(
    st.builds(
        claim,
        st.integers(0, 30),
        st.sampled_from(SOURCE_KINDS),
        st.integers(1, 3),
        st.sampled_from(["2025", "2025-01-10", "2025-06"]),
        st.sampled_from("abc"),
        id=st.uuids().map(str),
        reading=st.sampled_from([None, None, "lowest", "highest"]),
        definition=st.sampled_from([None, None, "adjusted"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda c: c.id,
)


@given(claims, st.sampled_from(sorted(POLICIES)), st.randoms(use_true_random=False))
def test_one_claim_is_taken_none_averaged_and_the_order_does_not_matter(claims, policy, shuffle):
    figure = choose(claims, policy)
    shuffled = sorted(claims, key=lambda _: shuffle.random())
    assert figure.chosen in claims
    assert set(figure.others) <= set(claims) - {figure.chosen}
    assert choose(shuffled, policy) == figure


@given(claims, st.sampled_from(sorted(POLICIES)))
def test_the_reason_is_a_sentence_in_both_languages(claims, policy):
    because = choose(claims, policy).because
    assert because.en and because.zh and because.en != because.zh


@given(claims)
def test_low_is_never_above_high(claims):
    assert choose(claims, "low").value <= choose(claims, "high").value


def test_the_reason_names_the_rule_and_the_kind_of_source():
    because = choose([claim(4, "filing", 1), claim(9)]).because
    assert because.en == "chosen by rule: the best source; it comes from a filing that was opened"
    assert because.zh == "依取捨規則：最佳來源；出自直接查閱的申報文件"


@pytest.fixture(scope="module")
def ai():
    return perpetuum.load("ai")


@pytest.mark.parametrize(("leg", "prints"), [
    ("nvda_openai_2025_loi", 100e9), ("openai_orcl_2025_300", 300e9), ("orcl_nvda_2025_40", 10e9)
])  # fmt: skip
def test_the_article_replays_100_300_10(ai, leg, prints):
    assert ai.figure(leg, "announced", ARTICLE_DAY, "article").value == prints


def test_the_article_prints_a_quarter_of_what_oracle_pays_for_chips(ai):
    assert ai.figure("orcl_nvda_2025_40", "announced", ARTICLE_DAY).value == 40e9


def test_what_the_article_prints_stays_visible_beside_what_overruled_it(ai):
    network = ai.network(ARTICLE_DAY, "announced", policy="article")
    (figure,) = network.figures["orcl_nvda_2025_40"]
    assert (figure.chosen.source.kind, figure.value) == ("essay", 10e9)
    assert {other.says.value for other in figure.others} == {40e9}


def test_the_article_prints_nothing_before_it_appeared(ai):
    assert ai.figure("orcl_nvda_2025_40", "announced", "2025-10-23", "article").value == 40e9


def test_no_figure_of_the_network_rests_on_the_essay_by_default(ai):
    for at in (ARTICLE_DAY, "latest"):
        figures = ai.network(at, "announced").figures.values()
        assert {figure.chosen.source.kind for (figure,) in figures} <= {"filing", "company", "news", "analyst"}
