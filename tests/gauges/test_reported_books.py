"""Two dials where levels or deals are missing: growth as reported, and a vendor's own book of customer financing."""

from __future__ import annotations

import pytest

from perpetuum.core.when import Quarter
from perpetuum.gauges.catalogue import stock_and_receivables, vendor_financing
from tests.gauges.made_panel import FIRST, panel

YEAR = FIRST + 3


def grown(inventory, receivables, sales):
    return {
        ("a", "inventory_growth"): inventory, ("a", "receivables_growth"): receivables, ("a", "revenue_growth"): sales,
    }  # fmt: skip


def test_reported_growth_stands_in_where_levels_are_missing():
    seen = stock_and_receivables.look(panel(grown([0.5], [0.4], [0.1])), ("a",), FIRST)
    assert seen.value == pytest.approx(0.4)
    assert [round(sub.value, 9) for sub in seen.subs] == [0.4, 0.3]
    assert any("as it was reported" in note.en for note in seen.notes)


@pytest.mark.parametrize(("quarters", "band"), [(1, "unknown"), (2, "watch"), (3, "watch"), (4, "alarm")])
def test_its_bands_are_those_of_levels(quarters, band):
    made = panel(grown([0.5] * quarters, [0.4] * quarters, [0.1] * quarters))
    assert stock_and_receivables.look(made, ("a",), FIRST + (quarters - 1)).band == band


def test_levels_speak_where_they_are_known():
    levels = {("a", metric): [100, 100, 100, 100, 110] for metric in ("inventory", "receivables", "revenue")}
    reported = grown([None] * 4 + [0.9], [None] * 4 + [0.9], [None] * 4 + [0.0])
    seen = stock_and_receivables.look(panel(levels | reported), ("a",), FIRST + 4)
    assert seen.value == pytest.approx(0.0)
    assert not any("as it was reported" in note.en for note in seen.notes)


def test_rates_of_several_firms_are_not_added():
    two = grown([0.5], [0.4], [0.1]) | {("b", key[1]): row for key, row in grown([0.5], [0.4], [0.1]).items()}
    assert stock_and_receivables.look(panel(two), ("a", "b"), FIRST) is None


BOOK = {
    ("a", "revenue"): [25, 25, 25, 25],
    ("a", "customer_loan_commitments"): [None, None, None, 12],
    ("a", "customer_guarantee_commitments"): [None, None, None, 8],
    ("a", "customer_loans_drawn"): [None, None, None, 3],
    ("a", "customer_guarantees_drawn"): [None, None, None, 1],
}


def test_a_reported_book_is_loans_and_guarantees_over_a_years_sales():
    seen = vendor_financing.look(panel(BOOK), ("a",), YEAR)
    assert (seen.value, seen.band) == (pytest.approx(0.2), "alarm")
    assert {sub.name.en: round(sub.value, 9) for sub in seen.subs} == {"of it guarantees": 0.08, "drawn": 0.04}
    assert next(sub.band for sub in seen.subs if sub.name.en == "drawn") == "running"


def test_the_printed_whole_serves_where_the_parts_are_missing():
    made = {("a", "revenue"): [25, 25, 25, 25], ("a", "vendor_financing_total_headline"): [None, None, None, 10]}
    assert vendor_financing.look(panel(made), ("a",), YEAR).value == pytest.approx(0.1)
    assert vendor_financing.look(panel(made | {("a", "revenue"): [25, 25]}), ("a",), YEAR) is None


def test_the_newest_year_may_end_one_quarter_before_the_book_and_not_earlier():
    sales, book = ("a", "revenue"), ("a", "vendor_financing_total_headline")
    at = FIRST + 4
    assert vendor_financing.look(panel({sales: [25] * 4, book: [None] * 4 + [10]}), ("a",), at).value == pytest.approx(
        0.1
    )
    assert vendor_financing.look(panel({sales: [25] * 4, book: [None] * 5 + [10]}), ("a",), at + 1) is None


def test_a_vendor_with_a_book_is_never_read_from_its_single_deals():
    with_deals = BOOK | {("a", "vendor_financing_promised"): [50, 50, 50, 50]}
    assert vendor_financing.look(panel(with_deals), ("a",), FIRST + 2) is None
    assert vendor_financing.look(panel(with_deals), ("a",), YEAR).value == pytest.approx(0.2)


def test_a_book_is_not_carried_to_another_quarter():
    made = panel({**BOOK, ("a", "revenue"): [25] * 8})
    assert vendor_financing.look(made, ("a",), Quarter(2025, 4)) is None
