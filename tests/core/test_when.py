"""Dates keep the precision of their source; quarters are counted, not guessed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.errors import UnitError
from perpetuum.core.when import Quarter, Span, When, quarters_between

days = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))
quarters = st.builds(Quarter.of, days)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02-27", "2026-02-27", "2026-02-27"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026H1", "2026-01-01", "2026-06-30"),
        ("2026H2", "2026-07-01", "2026-12-31"),
        (" 2026 ", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_date_spans_what_its_source_says(text, first, last):
    when = When.parse(text)
    assert (when.first.isoformat(), when.last.isoformat()) == (first, last)
    assert when.is_exact == (first == last)
    assert str(when) == text.strip()


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13", "2026-00", "2025-02-29"])
def test_a_day_that_does_not_exist_is_refused(text):
    with pytest.raises(UnitError, match="there is no such date"):
        When.parse(text)


@pytest.mark.parametrize("text", ["", "26-02-27", "2026-2-7", "27.02.2026", "2026Q5", "2026H3", "today", "0202-02-27",
                                  "2026-02-27T00:00", "２０２６", "2026-"])  # fmt: skip
def test_what_is_no_date_is_refused_with_examples(text):
    with pytest.raises(UnitError, match="2026-02-27, 2026-02, 2026"):
        When.parse(text)


@given(days)
def test_a_day_reads_back_as_itself(day):
    assert When.parse(day.isoformat()) == When.day(day)
    assert When.day(day).is_exact


@given(days)
def test_every_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert Quarter.parse(str(quarter)) == quarter


@given(quarters, st.integers(-100, 100))
def test_quarters_add_and_subtract(quarter, steps):
    assert (quarter + steps) - quarter == steps
    assert (quarter + steps) + -steps == quarter
    assert (quarter + 1).first == quarter.last + datetime.timedelta(days=1)


@given(quarters, st.integers(0, 40))
def test_quarters_between_include_both_ends(quarter, steps):
    found = quarters_between(quarter, quarter + steps)
    assert (found[0], found[-1], len(found)) == (quarter, quarter + steps, steps + 1)
    assert list(found) == sorted(found)


@pytest.mark.parametrize("text", ["2025Q0", "2025Q5", "2025-Q1", "Q1 2025", "25Q1", "2025"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(UnitError, match="as a quarter"):
        Quarter.parse(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2025-01..2025-12", "2025-01-01", "2025-12-31"), ("2025Q1..2025Q3", "2025-01-01", "2025-09-30"),
     ("2025", "2025-01-01", "2025-12-31"), ("2025-06-16", "2025-06-16", "2025-06-16")],
)  # fmt: skip
def test_a_span_runs_from_its_first_day_to_its_last(text, first, last):
    assert Span.parse(text) == Span(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


def test_a_span_does_not_run_backwards():
    with pytest.raises(UnitError, match="ends before it starts"):
        Span.parse("2026..2025")


@given(days, days, days, days)
def test_two_spans_overlap_when_they_share_a_day(a, b, c, d):
    one, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    share_a_day = max(one.first, other.first) <= min(one.last, other.last)
    assert one.overlaps(other) == other.overlaps(one) == share_a_day


@given(days, days)
def test_a_span_touches_every_quarter_it_holds_a_day_of(a, b):
    span = Span(min(a, b), max(a, b))
    assert span.quarters[0].first <= span.first and span.last <= span.quarters[-1].last
    assert span.days == (span.last - span.first).days + 1
    assert span.within(span.quarters[0].first, span.quarters[-1].last)


@given(days, days)
def test_a_span_reads_back_as_itself(a, b):
    span = Span(min(a, b), max(a, b))
    assert Span.parse(str(span)) == span
