"""What is true of quarters out of any filings, consistent or not."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.connectors.durations import calendar_quarter, fiscal_calendar
from perpetuum.connectors.facts import Fact
from perpetuum.connectors.quarters import build
from perpetuum.connectors.tags import Recipe
from perpetuum.core.when import Quarter
from tests.connectors.filings import CAPEX, CAPEX_NEW, M

FIRST = Quarter(2021, 1)
LENGTHS = (1, 2, 3, 4)
RECIPE = Recipe(metric="capex", ways=(((CAPEX, CAPEX_NEW),),))


def fact(first: int, count: int, value: int, delay: int, tag: str = CAPEX) -> Fact:
    """`count` quarters from the `first` on, filed so many days after their close."""
    start, end = (FIRST + first).first, (FIRST + (first + count - 1)).last
    filed = end + datetime.timedelta(days=delay)
    form = "10-K" if end.month == 12 and count == 4 else "10-Q"
    return Fact(tag, "USD", start, end, float(value * M), f"0000000901-{filed:%y}-{filed:%m%d}{count:02}", form, filed)


places = st.tuples(st.integers(0, 11), st.sampled_from(LENGTHS))
true_quarters = st.lists(st.integers(1, 900), min_size=16, max_size=16)


@st.composite
def consistent(draw):
    """Facts that all tell the same quarters, in any selection, some filed again."""
    truth = draw(true_quarters)
    filings = draw(st.lists(st.tuples(places, st.sampled_from((30, 120, 395))), min_size=1, max_size=40))
    return truth, [fact(n, count, sum(truth[n : n + count]), delay) for (n, count), delay in filings]


anything = st.lists(
    st.builds(
        lambda place, value, delay, tag: fact(*place, value, delay, tag),
        places, st.integers(-50, 3000), st.sampled_from((30, 60, 120, 395)), st.sampled_from((CAPEX, CAPEX_NEW)),
    ),
    max_size=40,
)  # fmt: skip


def built(facts, asof=None):
    return build(facts, RECIPE, fiscal_calendar(facts), asof)


def values(facts):
    return {quarter: vintage.value for quarter, vintage in built(facts).newest().items()}


@given(anything, st.integers(0, 1800))
@settings(max_examples=150, deadline=None)
def test_what_is_filed_later_changes_nothing_as_of_a_day(facts, days):
    day = FIRST.first + datetime.timedelta(days=days)
    before = [one for one in facts if one.filed <= day]
    then = tuple(vintage for vintage in built(facts).vintages if vintage.known_from <= day)
    assert built(facts, day).vintages == then
    assert built(before).vintages == then


@given(anything, st.integers(0, 1800))
@settings(max_examples=100, deadline=None)
def test_the_last_vintage_is_what_all_filings_up_to_a_day_give_at_once(facts, days):
    """The replay works piece by piece; here one look at everything that had been filed, without any replay."""
    from perpetuum.connectors.periods import periods_of
    from perpetuum.connectors.snapshots import snapshot

    day = FIRST.first + datetime.timedelta(days=days)
    at_once = snapshot(periods_of(one for one in facts if one.filed <= day), RECIPE, fiscal_calendar(facts), day)
    latest = {v.quarter: v.value for v in built(facts).vintages if v.known_from <= day}
    assert {v.quarter: v.value for v in at_once} == latest


@given(consistent())
@settings(max_examples=150, deadline=None)
def test_no_quarter_is_ever_anything_but_what_it_was(drawn):
    truth, facts = drawn
    for quarter, value in values(facts).items():
        assert value == truth[quarter - FIRST] * M


@given(consistent())
@settings(max_examples=150, deadline=None)
def test_every_quarter_that_one_subtraction_gives_is_there(drawn):
    """A second builder, as plain as can be: quarters filed, and differences of two periods with one start."""
    _, facts = drawn
    ends = defaultdict(dict)
    for one in facts:
        ends[one.start][(one.end - one.start).days // 85] = one
    due = set()
    for start, by_length in ends.items():
        due |= {calendar_quarter(start, by_length[1].end)} if 1 in by_length else set()
        for longer in (2, 3, 4):
            if {longer, longer - 1} <= by_length.keys():
                first = by_length[longer - 1].end + datetime.timedelta(days=1)
                due.add(calendar_quarter(first, by_length[longer].end))
    assert due <= values(facts).keys()


@given(consistent(), st.data())
@settings(max_examples=100, deadline=None)
def test_without_one_fact_a_quarter_is_the_same_or_gone(drawn, data):
    _, facts = drawn
    less = list(facts)
    less.pop(data.draw(st.integers(0, len(facts) - 1)))
    whole = values(facts)
    assert values(less).items() <= whole.items()


@given(anything, st.data())
@settings(max_examples=100, deadline=None)
def test_without_one_fact_of_any_a_value_changes_only_with_its_evidence(facts, data):
    if not facts:
        return
    less = list(facts)
    less.pop(data.draw(st.integers(0, len(facts) - 1)))
    whole = built(facts).newest()
    for quarter, vintage in built(less).newest().items():
        same = quarter in whole and vintage.value == whole[quarter].value
        assert same or quarter not in whole or vintage.terms != whole[quarter].terms


@given(anything, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_facts_does_not_matter(facts, chance: random.Random):
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert built(shuffled).vintages == built(facts).vintages


@given(consistent(), st.sampled_from((2, 3, 10, 1000)))
@settings(max_examples=60, deadline=None)
def test_scaling_every_fact_scales_every_quarter(drawn, factor):
    _, facts = drawn
    scaled = [one._replace(value=one.value * factor) for one in facts]
    assert values(scaled) == {quarter: value * factor for quarter, value in values(facts).items()}


@given(consistent())
@settings(max_examples=100, deadline=None)
def test_four_quarters_of_a_year_add_up_to_the_year(drawn):
    _, facts = drawn
    found = values(facts)
    for one in facts:
        quarters = [FIRST + ((one.start.year - FIRST.year) * 4 + one.start.month // 3 + n) for n in range(4)]
        if (one.end - one.start).days > 300 and found.keys() >= set(quarters):
            assert sum(found[quarter] for quarter in quarters) == one.value


@given(consistent())
@settings(max_examples=60, deadline=None)
def test_a_value_is_known_from_the_last_filing_it_needs(drawn):
    _, facts = drawn
    for vintage in built(facts).vintages:
        needed = [term.fact.filed for term in vintage.terms]
        assert vintage.known_from >= max(needed)
