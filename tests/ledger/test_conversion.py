"""The case `ai` holds every row of the research tables it was made from, to the dollar."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from perpetuum.core.metrics import RAW_UNITS
from perpetuum.ledger import load

TABLES = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason="the research tables lie beside the repository, not in it")

# Ten rows that end a chain with 0 and one that only says how large a site is hold no amount of their own.
MARKERS = {
    "nvda_openai_2026_abandoned",
    "orcl_openai_abilene_exp_2026_dropped",
    "blueowl_mich_2025_exit",
    "lenders_sftby_2026_margin_stalled",
    "openai_stargate_uk_2026_paused",
    "openai_stargate_norway_2025",
    "openai_stargate_norway_2026_dropped",
    "crwv_corz_2025_voted_down",
    "openai_dis_2026_warrant_lapsed",
    "dis_openai_2026_cancelled",
    "msft_openai_revshare_back_2026_ended",
}
# What a stake is worth is no payment.
STAKES = {"msft_openai_stake_2025", "nvda_crwv_2023_stake"}
# Two legs that stood inside a row: the warrant given for a guarantee, the cash once paid for a stake.
INSIDE = {"goog_cifr_2025_warrant": "goog_cifr_2025_backstop", "nvda_crwv_2023_stake_cash": "nvda_crwv_2023_stake"}
# Corrected on entry: 40 m are paying users, and 6.95bn is the loss adjusted by the firm.
CORRECTED = {
    ("openai", "weekly_active_users", "2025-10-14"): ("openai", "paid_subscribers", "2025-10-14"),
    ("openai", "operating_loss", "2026Q1"): ("openai", "operating_loss_adjusted", "2026Q1"),
    # A metric bears no firm's name; whose share it is stands in the note.
    ("microsoft", "openai_share_of_rpo", "2025Q4"): ("microsoft", "backlog_top_customer_share", "2025Q4"),
    ("oracle", "openai_share_of_rpo", "2026Q1"): ("oracle", "backlog_top_customer_share", "2026Q1"),
}
# They stand for everybody a simulation does not name, so that its money goes round; no row of the tables is theirs.
CLOSING = {"all_lenders", "all_suppliers", "other_engines"}


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ai():
    return load("ai")


@pytest.fixture(scope="module")
def deals():
    return rows("deals.csv")


def dollars(bn: str) -> float | None:
    return float(Decimal(bn) * 10**9) if bn else None


def value(ledger, leg: str, stage) -> float | None:
    figure = ledger.figure(leg, stage)
    return figure.value if figure else None


def test_every_row_of_deals_is_a_leg(ai, deals):
    assert len(deals) == 232
    assert {row["deal_id"] for row in deals} | set(INSIDE) == set(ai.legs_by_id)


def test_rows_joined_by_supersedes_share_a_file(ai, deals):
    assert len(ai.deals) == 198
    for row in deals:
        if row["supersedes"]:
            link = ai.legs_by_id[row["deal_id"]].supersedes
            assert (link.leg, link.mode) == (row["supersedes"], row["supersede_mode"])
            assert ai.deal_of[row["deal_id"]] is ai.deal_of[row["supersedes"]]


def test_every_statement_of_claims_is_audited(ai):
    assert [row["claim_id"] for row in rows("claims.csv")] == [said.id for said in ai.statements]
    assert [row["verdict"] for row in rows("claims.csv")] == [said.verdict for said in ai.statements]


def test_every_entity_has_a_file(ai):
    table, ours = rows("entities.csv"), {id: entity for id, entity in ai.entities.items() if id not in CLOSING}
    assert {row["entity_id"] for row in table} == set(ours)
    assert {row["entity_id"] for row in table if row["is_aggregate"] == "true"} == {
        entity.id for entity in ours.values() if entity.aggregate
    }


def test_entities_without_a_row_close_the_simulation_and_hold_no_deal(ai, deals):
    assert set(ai.entities) & {*ai.case.machine.gears, *ai.case.machine.engines, *ai.case.machine.sectors} >= CLOSING
    assert CLOSING & {firm for row in deals for firm in (row["from_entity"], row["to_entity"])} == set()


def test_every_row_of_metrics_is_a_claim_with_its_value(ai):
    ours = {(c.subject, c.attribute, c.period_label, c.source.url): (c.says, c.status) for c in ai.metrics}
    table = rows("metrics.csv")
    assert len(table) == 2602
    for row in table:
        key = (row["entity_id"], row["metric"], row["period"])
        unit, factor = RAW_UNITS[row["unit"]]
        says, status = ours[(*CORRECTED.get(key, key), row["source_url"])]
        assert (says.value, says.unit) == (float(Decimal(row["value"]) * Decimal(repr(factor))), unit), key
        assert status == row["status"], key


def test_whether_a_row_is_current_follows_from_the_rules(ai, deals):
    standings = ai.standings()
    assert [row["deal_id"] for row in deals
            if standings[row["deal_id"]].is_current != (row["is_current"] == "true")] == []  # fmt: skip


def test_whether_a_row_counts_follows_from_the_rules(ai, deals):
    counted = set(ai.total(stage="announced").legs)
    assert [row["deal_id"] for row in deals
            if (row["deal_id"] in counted) != (row["count_in_totals"] == "true")] == []  # fmt: skip
    assert counted & set(INSIDE) == set()


def test_every_headline_agrees_to_the_dollar(ai, deals):
    differ = {row["deal_id"] for row in deals
              if value(ai, row["deal_id"], "announced") != dollars(row["amount_usd_bn"])}  # fmt: skip
    assert differ == MARKERS | STAKES
    assert {value(ai, leg, "announced") for leg in differ} == {None}


def test_markers_are_the_rows_that_say_so(deals):
    assert {row["deal_id"] for row in deals if row["amount_basis"] == "marker"} == MARKERS
    assert {row["deal_id"] for row in deals if row["amount_basis"] == "stake_value"} == STAKES


def test_every_payment_agrees_to_the_dollar(ai, deals):
    differ = {row["deal_id"] for row in deals
              if value(ai, row["deal_id"], "paid") != dollars(row["drawn_usd_bn"])}  # fmt: skip
    assert differ == {"nvda_crwv_2023_stake"}
    assert value(ai, "nvda_crwv_2023_stake_cash", "paid") == 0.35e9


def test_the_firm_part_is_the_lowest_reading_of_what_was_signed(ai, deals):
    signed = {"signed", "partly_drawn", "completed", "restructured"}
    for row in deals:
        is_firm = row["status"] in signed and row["amount_basis"] in ("stated", "derived", "cap")
        expected = dollars(row["amount_low_usd_bn"]) if is_firm else None
        assert value(ai, row["deal_id"], "signed") == expected, row["deal_id"]


def test_both_addresses_of_a_row_are_kept(ai, deals):
    for row in deals:
        deal = ai.deal_of[row["deal_id"]]
        pages = {page for source in deal.sources for page in (source.url, source.through)}
        assert {row["source_url"], row["second_source_url"]} - {""} <= pages, row["deal_id"]
