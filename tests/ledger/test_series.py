"""Series: what firms report by quarter, and what of it a reader could know."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.errors import UnitError
from perpetuum.core.rows import period_span, series_source
from perpetuum.core.when import Quarter, When
from perpetuum.ledger import load
from tests.ledger.small_case import HEADER, SERIES, small_case

Q1 = Quarter(2025, 1)


def row(
    value="1.5", metric="revenue", period="2025Q1", status="reported", page="a", published="2025-05-01", **more
) -> str:
    cells = {"subject": "bolt", "end": "", "unit": "usd_bn", "derivation": "", "product": ""} | more
    return (
        f"{cells['subject']},{metric},{period},{cells['end']},{value},{cells['unit']},{status},"
        f"https://example.org/{page},Page {page},{published},,{cells['derivation']},{cells['product']},\n"
    )


def panel_of(*rows: str, asof="latest", topics=""):
    pages = {SERIES: HEADER + "".join(rows)}
    files = small_case(pages)
    files["case.yaml"] += topics.encode()
    return load(files).panel(asof)


# Which days a period covers


@pytest.mark.parametrize(
    ("label", "end", "first", "last"),
    [
        ("2025Q3", "2025-10-26", "2025-07-01", "2025-09-30"),
        ("2025Q1-Q3", "", "2025-01-01", "2025-09-30"),
        ("2025H1", "", "2025-01-01", "2025-06-30"),
        ("2025", "", "2025-01-01", "2025-12-31"),
        ("2025-2029", "", "2025-01-01", "2029-12-31"),
        ("2026H2-2029", "", "2026-07-01", "2029-12-31"),
        ("FY2025", "", "2025-01-01", "2025-12-31"),
        ("FY2025", "2025-12-31", "2025-01-01", "2025-12-31"),
        ("FY2025", "2025-12-28", "2024-12-29", "2025-12-28"),
        ("FY2026", "2026-01-25", "2025-01-26", "2026-01-25"),
        ("FY2024", "2024-02-28", "2023-03-01", "2024-02-28"),
        ("FY2024", "2024-02-29", "2023-03-01", "2024-02-29"),
        ("FY2025", "2025-02-28", "2024-03-01", "2025-02-28"),
        ("3y_used", "2026-01-31", "2026-01-31", "2026-01-31"),
    ],
)
def test_a_period_covers_these_days(label, end, first, last):
    assert str(period_span(label, end)) == (f"{first}..{last}" if first != last else first)


@pytest.mark.parametrize("label", ["", "FY", "FY25", "2025Q3-Q1", "2029-2025", "Q3", "soon"])
def test_a_period_nobody_can_read_is_refused(label):
    with pytest.raises(UnitError):
        period_span(label, "2025-12-31")


@given(st.dates(min_value=period_span("1990", "").first, max_value=period_span("2090", "").last))
def test_a_fiscal_year_is_a_year_wherever_it_ends(end):
    span = period_span("FY2025", end.isoformat())
    assert span.last == end and 365 <= span.days <= 366


# What is measured


def test_money_is_read_in_whole_dollars():
    assert panel_of(row("1.1")).value("bolt", "revenue", Q1) == 1_100_000_000


def test_what_is_reported_stands_above_what_is_estimated():
    panel = panel_of(row("1.5"), row("9", status="estimated", page="b", published="2026-01-01"))
    assert panel.value("bolt", "revenue", Q1) == 1.5e9


def test_an_estimate_fills_the_gap_and_says_so():
    figure = panel_of(row("9", status="estimated")).figure("bolt", "revenue", Q1)
    assert (figure.value, figure.chosen.status) == (9e9, "estimated")


@pytest.mark.parametrize("status", ["projection", "guidance"])
def test_a_plan_is_not_history(status):
    assert math.isnan(panel_of(row("9", status=status)).value("bolt", "revenue", Q1))


def test_the_article_is_not_history_either():
    assert math.isnan(panel_of(row("9", derivation="claim")).value("bolt", "revenue", Q1))


def test_a_quarter_read_directly_stands_above_a_derived_one():
    panel = panel_of(row("1.5", derivation="direct"), row("9", page="b", derivation="ytd_diff", published="2026-01-01"))
    assert panel.value("bolt", "revenue", Q1) == 1.5e9


def test_a_product_is_not_its_firm():
    panel = panel_of(row("5", period="2025-03-31", metric="weekly_active_users", unit="users_mn", product="Bolt Chat"),
                     row("9", product="Bolt Chat"))  # fmt: skip
    assert math.isnan(panel.value("bolt", "revenue", Q1))
    assert list(panel.dated) == [("bolt", "weekly_active_users", "Bolt Chat")]


def test_a_year_is_kept_apart_from_its_quarters():
    panel = panel_of(row("6", period="FY2025", end="2025-12-31"))
    (span,) = panel.longer["bolt", "revenue"]
    assert str(span) == "2025-01-01..2025-12-31"
    assert panel.quarters == ()


def test_a_topic_may_have_series_and_no_legs():
    topics = "topics:\n  - {id: tokens, name: {en: Tokens, zh: 詞元}}\n"
    panel = panel_of(row("2", "price_per_mtok", "2025-03-31", unit="usd_per_mtok", subject="tokens"), topics=topics)
    assert panel.dated["tokens", "price_per_mtok", None].values.tolist() == [2.0]


# What a reader could know


def test_a_number_is_known_when_its_page_appears():
    for asof, known in [("2025-04-30", False), ("2025-05-01", True)]:
        assert math.isnan(panel_of(row(), asof=asof).value("bolt", "revenue", Q1)) != known


def test_a_later_correction_does_not_reach_back():
    rows = (row("1.5"), row("1.7", page="b", published="2026-03-01"))
    assert panel_of(*rows, asof="2025-12-31").value("bolt", "revenue", Q1) == 1.5e9
    assert panel_of(*rows).value("bolt", "revenue", Q1) == 1.7e9


def test_a_filing_copied_late_could_be_known_when_it_was_due():
    copied = row(published="2026-03-01", derivation="secondary_transcription", end="2025-03-31")
    figure = panel_of(copied, asof="2025-05-15").figure("bolt", "revenue", Q1)
    assert figure.chosen.assumed_days == 45
    assert math.isnan(panel_of(copied, asof="2025-05-14").value("bolt", "revenue", Q1))


def test_where_a_page_comes_from_shows_in_its_host():
    def kind(url: str, derivation: str = "direct") -> str:
        return series_source(url, "", When.parse("2025-05-01"), derivation).kind

    assert kind("https://www.sec.gov/x") == kind("https://data.sec.gov/x") == "filing"
    assert kind("https://notsec.gov/x") == kind("https://example.org/sec.gov") == "news"
    assert kind("https://example.org/x", "claim") == "essay"


# Balance sheets


def balance_of(*rows: str, at="2025-06-30"):
    return load(small_case({SERIES: HEADER + "".join(rows)})).network(at).balance


def test_cash_and_securities_fill_one_box_and_both_claims_are_kept():
    figure = balance_of(row("2", "cash"), row("3", "marketable_securities", page="b", published="2025-06-01"))[
        "bolt", "cash"
    ]
    assert figure.value == 5e9
    assert {claim.attribute for claim in figure.others} == {"cash", "marketable_securities"}
    assert str(figure.chosen.known_from) == "2025-06-01"


@pytest.mark.parametrize(("at", "known"), [("2025-03-30", False), ("2025-05-01", True), ("2025-09-30", True),
                                           ("2025-12-30", True), ("2025-12-31", False)])  # fmt: skip
def test_a_balance_is_at_most_two_quarters_old(at, known):
    assert (("bolt", "debt") in balance_of(row("2", "total_debt"), at=at)) == known


def test_what_nobody_reports_is_no_box_and_never_zero():
    assert set(balance_of(row("2", "cash"))) == {("bolt", "cash")}


def test_debt_with_leases_is_another_number():
    assert ("bolt", "debt") not in balance_of(row("2", "total_debt_incl_leases"))
