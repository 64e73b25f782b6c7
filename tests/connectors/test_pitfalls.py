"""The ways in which trackers get quarters out of filings wrong, one test each, on an invented firm.

Pitfalls of other publishers (blanks of FRED, zeros of Shiller, Chinese units) are tested with their connectors.
"""

from __future__ import annotations

import datetime

import pytest

from perpetuum.connectors import sec_companyfacts
from perpetuum.connectors.quarters import value_on
from perpetuum.connectors.tags import RECIPES
from tests.connectors.filings import (
    CAPEX,
    CAPEX_NEW,
    OCF,
    M,
    answer,
    document,
    facts,
    how,
    in_millions,
    known_on,
    quarters,
    request,
    row,
    year_to_date,
)


def cash_flow(year: int, q1: float, half: float, nine: float, whole: float) -> list[dict[str, object]]:
    """Year-to-date numbers of one year, as three 10-Qs and a 10-K give them."""
    return [
        row(year_to_date(year, "Q1"), q1, f"{year}-04-28", fy=year, fp="Q1"),
        row(year_to_date(year, "H1"), half, f"{year}-07-28", fy=year, fp="Q2"),
        row(year_to_date(year, "9M"), nine, f"{year}-10-28", fy=year, fp="Q3"),
        row(year_to_date(year, "FY"), whole, f"{year + 1}-02-10", form="10-K", fy=year, fp="FY"),
    ]


def read(concepts, *attributes, **more):
    return sec_companyfacts.read(document(answer(concepts)), request(*attributes, **more))


def codes(read):
    return [remark.code for remark in read.remarks]


def test_pitfall_1_the_fiscal_words_of_a_later_filing_do_not_move_a_fact():
    first = row("2024-01-29..2024-04-28", 26_044, "2024-05-29", fy=2025, fp="Q1")
    again = row("2024-01-29..2024-04-28", 26_044, "2025-05-28", fy=2026, fp="Q1")
    newer = row("2025-01-27..2025-04-27", 44_062, "2025-05-28", fy=2026, fp="Q1")
    built = quarters({"Revenues": [again, newer, first]})
    assert in_millions(built) == {"2024Q1": 26_044, "2025Q1": 44_062}
    assert [v.label for v in built.vintages] == ["FY2025Q1", "FY2026Q1"]


def test_pitfall_2_year_to_date_numbers_are_subtracted():
    built = quarters({CAPEX: cash_flow(2025, 100, 250, 450, 700)})
    assert in_millions(built) == {"2025Q1": 100, "2025Q2": 150, "2025Q3": 200, "2025Q4": 250}
    assert how(built) == {"2025Q1": "direct", "2025Q2": "ytd_diff", "2025Q3": "ytd_diff", "2025Q4": "ytd_diff"}


def test_pitfall_2_three_months_tagged_as_such_come_before_a_difference():
    own = row(year_to_date(2025, "Q2"), 151, "2025-07-28")
    built = quarters({CAPEX: [*cash_flow(2025, 100, 250, 450, 700), own]})
    assert (in_millions(built)["2025Q2"], how(built)["2025Q2"]) == (151, "direct")


def trailing() -> dict[str, list[dict[str, object]]]:
    """Operating cash flow in millions: one year in quarters, then twelve months to every quarter's end."""
    rows = cash_flow(2023, 4_788, 21_264, 42_481, 84_946)
    values = [4_788, 16_476, 21_217, 42_465, 18_989, 25_281, 25_971, 45_636, 17_015, 32_515, 35_525, 54_459]
    ends = ["03-31", "06-30", "09-30", "12-31"]
    starts = ["04-01", "07-01", "10-01", "01-01"]
    for n in range(4, 12):
        year, quarter = 2023 + n // 4, n % 4
        start = f"{year - (quarter < 3)}-{starts[quarter]}"
        filed = f"{year}-{4 + 3 * quarter:02}-30" if quarter < 3 else f"{year + 1}-02-02"
        days = f"{start}..{year}-{ends[quarter]}"
        rows.append(row(days, sum(values[n - 3 : n + 1]), filed, form="10-Q" if quarter < 3 else "10-K"))
    return {OCF: rows}


def test_pitfall_3_twelve_months_to_any_quarter_are_undone_and_never_read_as_one():
    # The quarters of Amazon; their sums of four are the twelve months that it files.
    built = quarters(trailing())
    by_quarter = in_millions(built)
    for year, values in {
        2023: (4_788, 16_476, 21_217, 42_465),
        2024: (18_989, 25_281, 25_971, 45_636),
        2025: (17_015, 32_515, 35_525, 54_459),
    }.items():
        assert [by_quarter[f"{year}Q{n}"] for n in range(1, 5)] == list(values)
    assert value_on(facts(trailing()).facts, OCF, datetime.date(2024, 4, 1), datetime.date(2025, 3, 31),
                    datetime.date(2025, 12, 31)) == 113_903 * M  # fmt: skip
    assert {how(built)[f"{year}Q{n}"] for year in (2024, 2025) for n in (1, 2, 3)} == {"ttm_undone"}
    assert (how(built)["2024Q4"], how(built)["2025Q4"]) == ("fy_minus_3q", "fy_minus_3q")


def test_pitfall_3_a_year_is_a_year_only_at_the_fiscal_year_end():
    # Without any annual report nobody knows where the years end, and all twelve months are trailing.
    rows = [one | {"form": "10-Q"} for one in trailing()[OCF]]
    assert how(quarters({OCF: rows}))["2024Q4"] == "ttm_undone"


def changed_tag() -> dict[str, list[dict[str, object]]]:
    old = [one for year in (2018, 2019) for one in cash_flow(year, 10, 30, 60, 100)]
    new = [*cash_flow(2020, 20, 50, 90, 140), row(year_to_date(2019, "Q1"), 10, "2020-04-28")]
    return {CAPEX: old, CAPEX_NEW: new}


def test_pitfall_4_a_new_tag_carries_on_and_the_old_one_is_said_to_be_stale():
    result = read(changed_tag(), "capex")
    values = {c.period_label: c.says.value / M for c in result.claims}
    assert values["2019Q4"] == 40 and values["2020Q1"] == 20 and values["2020Q4"] == 50
    (stale,) = [remark for remark in result.remarks if remark.code == "tag_went_stale"]
    assert stale.about == "acme, capex, 2020Q1"
    assert f"Used {CAPEX_NEW} from 2020-03-31 on" in stale.says.en


def test_pitfall_4_two_tags_are_never_added():
    both_tags = {CAPEX: cash_flow(2025, 10, 30, 60, 100), CAPEX_NEW: cash_flow(2025, 11, 33, 66, 110)}
    assert in_millions(quarters(both_tags, recipe=RECIPES["capex"]))["2025Q1"] == 10


def test_pitfall_4_a_tag_that_nothing_follows_asks_for_its_successor():
    stopped = {CAPEX: cash_flow(2024, 10, 30, 60, 100), "Revenues": cash_flow(2025, 50, 100, 150, 200)}
    said = [remark.says.en for remark in read(stopped, "capex").remarks if remark.code == "tag_went_stale"]
    assert len(said) == 1 and "No other tag" in said[0] and "2024-12-31" in said[0]


def test_pitfall_5_of_many_facts_of_one_period_every_change_is_kept_and_repeats_are_not():
    days = year_to_date(2024, "Q1")
    said = [(100, "2024-04-28"), (100, "2024-07-28"), (108, "2024-10-28"), (108, "2025-02-10"), (109, "2025-04-28")]
    built = quarters({OCF: [row(days, value, filed) | {"frame": "CY2024Q1"} for value, filed in said]})
    assert [(v.value / M, str(v.known_from)) for v in built.vintages] == [
        (100, "2024-04-28"),
        (108, "2024-10-28"),
        (109, "2025-04-28"),
    ]


def test_pitfall_5_a_number_that_is_rounded_to_millions_later_is_not_restated():
    days = year_to_date(2014, "Q1")
    rows = [row(days, 1102.787, "2014-05-21"), row(days, 1103, "2015-05-20"), row(days, 1105, "2016-05-20")]
    built = quarters({"Revenues": rows})
    assert [v.value / M for v in built.vintages] == [1102.787, 1105]


def test_pitfall_6_a_split_changes_what_a_share_earned_only_from_its_filing_on():
    year = "2023-01-30..2024-01-28"
    rows = [
        row(year, 11.93 / M, "2024-02-21", form="10-K"),
        row(year, 1.19 / M, "2025-02-26", form="10-K"),
        row("2023-01-30..2023-10-29", 6.97 / M, "2023-11-21"),
    ]
    found = facts({"EarningsPerShareDiluted": rows}, unit="USD/shares").facts
    start, end = datetime.date(2023, 1, 30), datetime.date(2024, 1, 28)
    on = {day: value_on(found, "EarningsPerShareDiluted", start, end, datetime.date.fromisoformat(day))
          for day in ("2024-12-31", "2025-03-31")}  # fmt: skip
    assert on == {"2024-12-31": pytest.approx(11.93), "2025-03-31": pytest.approx(1.19)}


def test_pitfall_6_numbers_per_share_are_never_subtracted():
    # 1.19 a year after the split less 6.97 for nine months before it would be a loss nobody had.
    rows = cash_flow(2025, 1 / M, 3 / M, 6 / M, 1 / M)
    assert list(in_millions(quarters({"EarningsPerShareDiluted": rows}, unit="USD/shares"))) == ["2025Q1"]


def wrong_half() -> dict[str, list[dict[str, object]]]:
    """A half year of 4,167, which a later annual report tags with its second quarter."""
    return {
        "Revenues": [
            row("2017-01-30..2017-04-30", 1_937, "2017-05-23"),
            row("2017-05-01..2017-07-30", 2_230, "2017-08-23"),
            row("2017-01-30..2017-07-30", 4_167, "2017-08-23"),
            row("2017-01-30..2017-07-30", 2_230, "2018-02-28", form="10-K"),
        ]
    }


def test_pitfall_7_the_value_that_adds_up_wins_even_if_it_was_filed_earlier():
    found = facts(wrong_half()).facts
    half = datetime.date(2017, 1, 30), datetime.date(2017, 7, 30)
    assert [value_on(found, "Revenues", *half, day) for day in (datetime.date(2017, 9, 1), datetime.date(2018, 3, 1))] \
        == [4_167 * M, 4_167 * M]  # fmt: skip
    (error,) = [remark for remark in read(wrong_half(), "revenue").remarks if remark.code == "filer_error"]
    assert "2.23bn USD" in error.says.en and "4.167bn USD" in error.says.zh


def test_pitfall_7_where_no_value_adds_up_the_last_filed_stays_with_a_warning():
    rows = [
        *wrong_half()["Revenues"][:2],
        row("2017-01-30..2017-07-30", 5_000, "2017-08-23"),
        row("2017-01-30..2017-07-30", 6_000, "2018-02-28", form="10-K"),
    ]
    found = facts({"Revenues": rows}).facts
    half = datetime.date(2017, 1, 30), datetime.date(2017, 7, 30)
    assert value_on(found, "Revenues", *half, datetime.date(2018, 3, 1)) == 6_000 * M
    assert "does_not_add" in codes(read({"Revenues": rows}, "revenue"))


def test_pitfall_7_a_year_that_is_restated_as_a_whole_is_no_error():
    rows = [
        *wrong_half()["Revenues"][:3],
        row("2017-01-30..2017-04-30", 1_900, "2018-05-23"),
        row("2017-05-01..2017-07-30", 2_200, "2018-08-23"),
        row("2017-01-30..2017-07-30", 4_100, "2018-08-23"),
    ]
    result = read({"Revenues": rows}, "revenue")
    assert [(c.period_label, c.says.value / M, str(c.known_from)) for c in result.claims] == [
        ("2017Q1", 1_937, "2017-05-23"),
        ("2017Q1", 1_900, "2018-08-23"),  # from May to August only the old value adds up with the half year
        ("2017Q2", 2_230, "2017-08-23"),
        ("2017Q2", 2_200, "2018-08-23"),
    ]
    assert codes(result) == []


@pytest.mark.parametrize(
    ("days", "quarter"),
    [
        ("2025-07-28..2025-10-26", "2025Q3"),  # 13 weeks to the last Sunday of October
        ("2025-06-01..2025-08-31", "2025Q3"),  # quarter of a year that ends in May
        ("2025-10-01..2025-12-31", "2025Q4"),  # second quarter of a year that ends in June
        ("2023-01-01..2023-04-01", "2023Q1"),  # the last Saturday of March was the first of April
        ("2022-10-31..2023-02-05", "2022Q4"),  # 14 weeks: a year of 53 weeks
    ],
)
def test_pitfall_8_a_fiscal_quarter_belongs_to_the_calendar_quarter_of_its_midpoint(days, quarter):
    assert list(in_millions(quarters({"Revenues": [row(days, 7, "2025-12-31")]}))) == [quarter]


def test_pitfall_8_a_year_of_53_weeks_is_a_year():
    rows = [
        row("2022-01-31..2022-10-30", 300, "2022-11-20"),
        row("2022-01-31..2023-02-05", 410, "2023-03-10", form="10-K"),
    ]
    assert in_millions(quarters({"Revenues": rows})) == {"2022Q4": 110}


def test_pitfall_8_of_two_quarters_of_twelve_weeks_in_one_calendar_quarter_the_later_filed_stays():
    rows = [row("2024-11-23..2025-02-14", 5, "2025-03-20"), row("2025-02-15..2025-05-09", 6, "2025-06-10")]
    result = read({"Revenues": rows}, "revenue")
    assert [(c.period_label, c.says.value / M) for c in result.claims] == [("2025Q1", 5), ("2025Q1", 6)]
    assert codes(result) == ["crowded"]


def test_pitfall_8_free_cash_flow_is_of_the_same_days_or_not_at_all():
    flow, spent = row(year_to_date(2025, "Q1"), 9, "2025-04-28"), row("2024-12-29..2025-03-29", 4, "2025-04-28")
    assert not read({OCF: [flow], CAPEX: [spent]}, "free_cash_flow").claims


@pytest.mark.parametrize(
    ("day", "quarter"), [("2026-01-25", "2025Q4"), ("2025-08-31", "2025Q3"), ("2023-04-01", "2023Q1")]
)
def test_pitfall_8_a_balance_belongs_to_the_nearest_quarter_end(day, quarter):
    assert list(in_millions(quarters({"Assets": [row(day, 7, "2026-03-01")]}))) == [quarter]


def test_pitfall_9_segments_are_not_looked_for_where_they_cannot_be():
    assert "cloud_revenue" not in sec_companyfacts.CONNECTOR.gives


DEBT = {
    "LongTermDebtNoncurrent": [row("2025-12-31", 30, "2026-02-10", form="10-K")],
    "LongTermDebtCurrent": [row("2025-12-31", 5, "2026-02-10", form="10-K")],
    "LongTermDebt": [row("2025-12-31", 36, "2026-02-10", form="10-K"), row("2025-09-30", 33, "2025-10-28")],
    "FinanceLeaseLiability": [row("2025-12-31", 60, "2026-02-10", form="10-K")],
}


def test_pitfall_10_debt_adds_its_two_parts_and_leaves_leases_apart():
    result = read(DEBT, "total_debt", "finance_lease_liability")
    said = {(c.attribute, c.period_label): (c.says.value / M, c.derivation) for c in result.claims}
    assert said == {
        ("total_debt", "2025Q3"): (33, "instant"),
        ("total_debt", "2025Q4"): (35, "sum_of_tags"),
        ("finance_lease_liability", "2025Q4"): (60, "instant"),
    }


def test_pitfall_10_a_missing_part_of_debt_is_not_zero():
    parts = {tag: rows for tag, rows in DEBT.items() if tag != "LongTermDebtCurrent"}
    (claim,) = [c for c in read(parts, "total_debt").claims if c.period_label == "2025Q4"]
    assert (claim.says.value / M, claim.source.title) == (36, "10-K, us-gaap:LongTermDebt")


def test_pitfall_10_a_bond_on_the_day_it_was_sold_is_no_balance_at_the_close():
    concepts = {
        "DebtInstrumentCarryingAmount": [row("2025-11-20", 10, "2026-02-10", form="10-K")],
        "LongTermDebtNoncurrent": DEBT["LongTermDebtNoncurrent"],
        "NetIncomeLoss": [row(year_to_date(2025, "FY"), 1, "2026-02-10", form="10-K")],
    }
    assert [c.says.value / M for c in read(concepts, "total_debt").claims] == [30]


def test_pitfall_11_profit_is_left_as_filed_and_gains_on_stakes_stand_beside_it():
    concepts = {
        "NetIncomeLoss": [row(year_to_date(2026, "Q1"), 62_578, "2026-04-30")],
        "EquitySecuritiesFvNiGainLoss": [row(year_to_date(2026, "Q1"), 36_900, "2026-04-30")],
    }
    result = read(concepts, "net_income", "equity_securities_gain")
    assert {c.attribute: c.says.value / M for c in result.claims} == {
        "net_income": 62_578,
        "equity_securities_gain": 36_900,
    }


def test_pitfall_12_a_firm_that_reports_by_other_rules_gives_no_claims_and_says_which():
    reply = answer({"Revenue": [row(year_to_date(2025, "FY"), 5, "2026-04-01", form="20-F")]}, taxonomy="ifrs-full")
    result = sec_companyfacts.read(document(reply), request("revenue"))
    assert not result.claims
    (said,) = [remark.says.en for remark in result.remarks if remark.code == "no_us_gaap"]
    assert "ifrs-full" in said


def test_pitfall_12_an_option_names_the_tags_of_such_a_firm():
    rows = [row(year_to_date(2025, "Q1"), 5, "2025-05-01", form="6-K")]
    reply = answer({"Revenue": rows}, taxonomy="ifrs-full", unit="EUR")
    options = (("tags.acme.revenue", "ifrs-full:Revenue"),)
    result = sec_companyfacts.read(document(reply), request("revenue", options=options))
    (claim,) = result.claims
    assert (claim.says.value, claim.says.unit, claim.source.title) == (5 * M, "EUR", "6-K, ifrs-full:Revenue")
    assert "other_unit" in codes(result)


def test_pitfall_14_a_filed_zero_is_a_number_and_a_missing_quarter_is_none():
    rows = [row(year_to_date(2025, "Q1"), 0, "2025-04-28"), row(year_to_date(2025, "9M"), 60, "2025-10-28")]
    built = quarters({CAPEX: rows})
    assert in_millions(built) == {"2025Q1": 0}


def test_a_restated_half_year_restates_the_quarter_that_was_its_difference():
    rows = cash_flow(2016, 309, 493, 951, 1_672)
    rows += [row(year_to_date(2016, "Q1"), 318, "2016-10-28"), row(year_to_date(2016, "H1"), 519, "2016-10-28"),
             row(year_to_date(2016, "Q1"), 319, "2017-04-28")]  # fmt: skip
    vintages = quarters({OCF: rows}).vintages
    assert [known_on(vintages, day)["2016Q1"] for day in ("2016-06-30", "2016-12-31", "2017-06-30")] == [309, 318, 319]
    assert [known_on(vintages, day)["2016Q2"] for day in ("2016-08-30", "2016-12-31", "2017-06-30")] == [184, 201, 200]
