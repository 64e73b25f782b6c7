"""What the case holds of balance sheets: totals that add up, each from a page that can be opened."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from importlib.resources import files

import pytest

from perpetuum.core.when import Quarter
from perpetuum.ledger import load
from tools.balance import nearest

TOTALS = ("total_assets", "total_liabilities", "stockholders_equity")


@pytest.fixture(scope="module")
def ai():
    return load("ai")


def sheets(ai):
    """Claims by firm, balance date and page, where a page prints all three."""
    found = defaultdict(dict)
    for claim in ai.metrics:
        if claim.attribute in TOTALS:
            found[claim.subject, claim.period_label][claim.attribute] = claim
    return {key: claims for key, claims in found.items() if len(claims) == 3}


def test_assets_are_liabilities_and_equity_unless_a_note_says_what_stands_between(ai):
    for key, claims in sheets(ai).items():
        assets, owed, own = (claims[name].says.value for name in TOTALS)
        noted = any(claim.note for claim in claims.values())
        assert assets - owed - own == pytest.approx(0, abs=1e6) or (noted and assets >= owed + own), key


def test_no_firm_holds_less_than_nothing_and_none_is_off_by_a_thousand(ai):
    for key, claims in sheets(ai).items():
        assert claims["total_assets"].says.value > 1e9, key
        assert claims["total_liabilities"].says.value > 1e8, key


@pytest.mark.parametrize("table", ["balance", "hand"])
def test_a_balance_date_belongs_to_the_nearest_end_of_a_quarter(table):
    text = (files("perpetuum") / f"cases/ai/collected/{table}.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["metric"] in TOTALS]
    assert len(rows) > 50
    assert [row for row in rows if row["period"] != str(nearest(date.fromisoformat(row["period_end"])))] == []


@pytest.mark.parametrize(("at", "firms"), [
    ("article", {"alphabet", "amazon", "amd", "coreweave", "meta", "microsoft", "nvidia", "oracle"}),
    ("newest", {"alphabet", "amazon", "coreweave", "meta", "microsoft", "nvidia", "oracle"}),
])  # fmt: skip
def test_the_equity_of_the_largest_firms_is_known_on_both_dates(ai, at, firms):
    network = ai.network(at, "signed")
    last = Quarter.of(network.at) + -1
    known = {firm for firm in firms for back in range(3)
             if network.reported.figure(firm, "stockholders_equity", last + -back)}  # fmt: skip
    assert known == firms


def test_what_was_filed_after_the_article_is_not_known_to_it(ai):
    reported = ai.network("article", "signed").reported
    assert reported.figure("nvidia", "total_assets", Quarter(2025, 3)) is None
    assert reported.figure("nvidia", "total_assets", Quarter(2025, 2)).value == 140.74e9
