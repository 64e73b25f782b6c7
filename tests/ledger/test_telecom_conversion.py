"""The case `telecom-2000` holds every row of the tables it was made from, or says why a row stays out."""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from perpetuum.ledger import load
from tools.convert_telecom import hand

TABLES = Path(__file__).parents[2].parent / "shared" / "data"
CUT_OFF = datetime.date(2000, 9, 30)

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason="the research tables lie beside the repository, not in it")

# One leg that stood in the words of a row: the order that a loan was given for.
INSIDE = {"HT018_order"}
# The part of a headline that binds, where it is another: one is firm for a part, one is only what a stake was worth.
FIRM = {"HT019": 0.014e9, "HT031": None}


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def case():
    return load("telecom-2000")


@pytest.fixture(scope="module")
def deals():
    return rows("history_telecom.csv")


@pytest.fixture(scope="module")
def numbers():
    return rows("history_telecom_metrics.csv")


def dollars(bn: str) -> float | None:
    return float(Decimal(bn) * 10**9) if bn else None


def value(case, leg: str, stage) -> float | None:
    figure = case.figure(leg, stage)
    return figure.value if figure else None


def test_every_row_of_deals_is_a_leg(case, deals):
    assert len(deals) == 36
    assert {row["deal_id"] for row in deals} | INSIDE == set(case.legs_by_id)


def test_every_leg_runs_the_way_of_its_row(case, deals):
    for row in deals:
        leg = case.legs_by_id[row["deal_id"]]
        assert (leg.payer, leg.payee, leg.kind) == (row["from_entity"], row["to_entity"], hand.KINDS[row["kind"]])


def test_every_headline_is_a_promise_that_binds(case, deals):
    for row in deals:
        id, amount = row["deal_id"], dollars(row["amount_usd_bn"])
        assert value(case, id, "announced") == amount, id
        assert value(case, id, "signed") == FIRM.get(id, amount), id


def test_every_drawn_amount_agrees_and_a_blank_one_is_unknown(case, deals):
    assert sum(bool(row["drawn_usd_bn"]) for row in deals) == 15
    for row in deals:
        assert value(case, row["deal_id"], "paid") == dollars(row["drawn_usd_bn"]), row["deal_id"]


def test_the_page_of_a_row_is_the_page_of_its_deal(case, deals):
    for row in deals:
        pages = {source.url for source in case.deal_of[row["deal_id"]].sources}
        assert row["source_url"] in pages


def test_firms_pools_and_topics_are_those_of_the_tables(case, deals, numbers):
    later_on = {"end_users", "all_suppliers", "other_investors", "all_lenders", "level_3"}  # added for the replay
    there = [entity for entity in case.entities.values() if entity.id not in later_on]
    firms = {entity.id for entity in there if not entity.aggregate}
    pools = {entity.id for entity in there if entity.aggregate}
    assert (len(firms), len(pools), len(case.case.topics)) == (44, 9, 6)
    named = {row[end] for row in deals for end in ("from_entity", "to_entity")} | {row["entity_id"] for row in numbers}
    later = {entity for entity, _, _ in hand.LEFT_OUT} - {*case.entities, *case.case.topics}
    assert named | {"intel", "oracle"} == firms | pools | set(case.case.topics) | later
    assert len(named) == 61 and len(later) == 4


def test_every_number_is_found_again_or_listed_as_left_out_with_its_reason(case, numbers):
    assert len(numbers) == 176
    ours = Counter((c.subject, c.attribute, str(c.period_end), c.source.url or "", f"{c.says.value:.9g}")
                   for c in case.metrics)  # fmt: skip
    fallen = {(fall.entity, str(fall.on)) for fall in case.collapses}
    for row in numbers:
        key = (row["entity_id"], row["metric"], row["period_end"])
        if row["metric"] == "collapse_order":
            assert (row["entity_id"], row["period_end"]) in fallen
        elif key in hand.LEFT_OUT:
            assert hand.LEFT_OUT[key]
        else:
            metric = hand.RENAMED.get(row["metric"], row["metric"])
            assert ours[row["entity_id"], metric, row["period_end"], row["source_url"], base(row)] == 1, key


# What one unit of the table is of ours, written down apart from the conversion.
OF_OURS = {"usd_bn": 1e9, "usd_m": 1e6, "usd": 1, "percent": 0.01, "cents_per_dollar": 0.01, "usd_bn_per_year": 1e9,
           "persons": 1, "count": 1, "year": 1}  # fmt: skip


def base(row: dict[str, str]) -> str:
    return f"{float(row['value']) * OF_OURS[row['unit']]:.9g}"


def test_what_is_left_out_is_of_another_time_or_of_another_currency(numbers):
    keys = {(row["entity_id"], row["metric"], row["period_end"]): row for row in numbers}
    assert set(hand.LEFT_OUT) <= set(keys)
    for key in hand.LEFT_OUT:
        assert keys[key]["unit"].startswith("cad") or key[2] >= "2020"


def test_every_quarter_of_the_large_table_before_2004_is_there(case):
    table = [row for row in rows("metrics.csv") if row["entity_id"] in ("cisco", "intel", "oracle")]
    old = [row for row in table if row["period"] < "2004"]
    ours = {(c.subject, c.attribute, c.period_label): c.says.value for c in case.metrics if "quarters" in c.id}
    assert len(old) == len(ours) == 352
    for row in old:
        assert ours[row["entity_id"], row["metric"], row["period"]] == pytest.approx(dollars(row["value"]), rel=1e-12)


def test_the_remembered_rows_are_the_fifteen_of_the_table_and_one_ratio_made_from_them(case, numbers):
    table = [row for row in numbers if row["status"].startswith("from_memory")]
    remembered = [claim for claim in case.metrics if claim.is_remembered]
    falls = [fall for fall in case.collapses if fall.is_remembered]
    assert len(table) == 15 and len(falls) == 8
    assert sorted((c.subject, c.attribute, str(c.period_end)) for c in remembered) == sorted(
        [("lucent", "vendor_financing_to_revenue", "2000-09-30")]
        + [(row["entity_id"], row["metric"], row["period_end"]) for row in table if row["metric"] != "collapse_order"]
    )


def test_the_nineteen_dates_stand_in_their_order(case, numbers):
    order = sorted((row for row in numbers if row["metric"] == "collapse_order"), key=lambda row: int(row["value"]))
    assert [fall.entity for fall in case.collapses] == [row["entity_id"] for row in order]
    assert len(order) == 19


# What the sums of the files say


def year(case, firm: str, label: str) -> float:
    (claim,) = (c for c in case.metrics if (c.subject, c.attribute, c.period_label) == (firm, "revenue", label))
    return claim.says.value


def four(case, firm: str, *labels: str) -> float:
    panel = case.panel("latest")
    found = {str(quarter): figure.value for quarter, figure in panel.cells[firm, "revenue"].items()}
    return sum(found[label] for label in labels)


@pytest.mark.parametrize(("firm", "label", "quarters", "apart"), [
    ("cisco", "FY1999", ("1998Q3", "1998Q4", "1999Q1", "1999Q2"), 0.001),
    ("cisco", "FY2000", ("1999Q3", "1999Q4", "2000Q1", "2000Q2"), 0.0),
    ("cisco", "FY2001", ("2000Q3", "2000Q4", "2001Q1", "2001Q2"), 0.0),
    ("lucent", "FY2001", ("2000Q4", "2001Q1", "2001Q2", "2001Q3"), 0.005),
    ("lucent", "FY2002", ("2001Q4", "2002Q1", "2002Q2", "2002Q3"), 0.003),
])  # fmt: skip
def test_quarters_add_up_to_their_year_as_closely_as_the_tables_do(case, firm, label, quarters, apart):
    gap = abs(four(case, firm, *quarters) - year(case, firm, label))
    assert gap == pytest.approx(apart * 1e9, abs=0.6e6)


# What was over by the cut-off


def test_fifty_five_rows_speak_of_times_that_were_over_by_the_cut_off_thirty_of_them_lucents(case, numbers):
    old = [row for row in numbers if row["period_end"] <= "2000-09-30"]
    assert (len(old), sum(row["entity_id"] == "lucent" for row in old)) == (55, 30)
    ours = {(c.subject, c.attribute, str(c.period_end)) for c in case.ended_by(CUT_OFF) if "metrics/" in c.id}
    rest = [row for row in old if (row["entity_id"], hand.RENAMED.get(row["metric"], row["metric"]),
                                   row["period_end"]) not in ours]  # fmt: skip
    # Peaks are hindsight, Canadian dollars stay out, and who fell stands in a list of its own.
    assert sorted((row["entity_id"], row["metric"]) for row in rest) == [
        ("ico_global", "collapse_order"), ("iridium", "collapse_order"), ("nortel", "market_value_peak_cad"),
        ("nortel", "share_price_cad"), ("telecom_industry", "carrier_revenue_growth_peak_year"),
        ("us_railroads_gilded_age", "capex_to_gdp"),
    ]  # fmt: skip


def test_a_quarter_whose_own_end_lies_after_the_cut_off_stays_out(case):
    labels = {c.period_label for c in case.ended_by(CUT_OFF) if (c.subject, c.attribute) == ("cisco", "inventory")}
    assert "2000Q2" in labels and "2000Q3" not in labels
    (late,) = (c for c in case.metrics if (c.subject, c.attribute, c.period_label) == ("cisco", "inventory", "2000Q3"))
    assert late.ended == datetime.date(2000, 10, 28)


def test_what_names_a_peak_is_hindsight(case):
    left = {c.attribute for c in case.metrics} - {c.attribute for c in case.ended_by(case.case.newest)}
    assert left == {"carrier_revenue_growth_peak_year", "carrier_capex_peak_year"}
