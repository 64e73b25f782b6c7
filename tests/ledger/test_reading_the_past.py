"""Two clocks: the date spoken of, and what a reader could know by when."""

from __future__ import annotations

import datetime

import pytest

import perpetuum
from perpetuum.core.claim import STAGES
from tests.ledger.small_case import told

ARTICLE_DAY = datetime.date(2025, 10, 24)
NEWEST = datetime.date(2026, 9, 16)
ANNOUNCED = "      - {says: 10bn USD, stage: announced, source: wire}\n"


@pytest.fixture(scope="module")
def ai():
    return perpetuum.load("ai")


def leg(id: str, more: str = "", amounts: str = ANNOUNCED) -> str:
    lines = f"    amounts:\n{amounts}" if amounts else ""
    return f"  - id: {id}\n    kind: loan\n    payer: acme\n    payee: bolt\n{lines}    {more}\n"


def counted(ledger, at) -> set[str]:
    return set(ledger.total(stage="announced", at=at).legs)


# What was known by when


def test_what_openai_paid_microsoft_was_unknown_at_the_end_of_the_year(ai):
    assert ai.figure("openai_msft_paid_2025", "paid", "2025-12-31") is None
    assert "openai_msft_paid_2025" not in ai.standings("2025-12-31")


def test_the_same_year_read_today_shows_it(ai):
    network = ai.network("2025-12-31", "paid", asof=NEWEST)
    column = [leg.id for leg in network.legs].index("openai_msft_paid_2025")
    (figure,) = network.figures["openai_msft_paid_2025"]
    assert figure.value == 17.2e9
    assert network.flows[:, column].sum() == 0  # The year is known as a whole, not by quarter.
    assert [(u.why, u.amount) for u in network.unknown if u.leg == "openai_msft_paid_2025"] == [("span", 17.2e9)]


@pytest.mark.parametrize(("asof", "knows"), [("2026-06-15", False), ("2026-06-16", True)])
def test_it_becomes_known_on_the_day_of_the_leak(ai, asof, knows):
    assert (ai.figure("openai_msft_paid_2025", "paid", asof) is not None) == knows


def test_latest_stands_for_the_newest_date_of_the_case(ai):
    assert ai.clock("article", "latest") == (ARTICLE_DAY, NEWEST)
    assert ai.clock("article") == (ARTICLE_DAY, ARTICLE_DAY)
    assert ai.clock() == (NEWEST, NEWEST)
    assert ai.clock("2025-10")[0] == datetime.date(2025, 10, 31)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("policy", ["best_source", "high", "article"])
def test_the_reading_of_a_past_day_contains_nothing_known_later(ai, stage, policy):
    network = ai.network(ARTICLE_DAY, stage, policy=policy)
    figures = [figure for found in network.figures.values() for figure in found] + list(network.balance.values())
    claims = [claim for figure in figures for claim in (figure.chosen, *figure.others)]
    claims += [claim for leg in (*network.every, *network.legs) for claim in leg.amounts]
    assert len(claims) > 100
    assert max(claim.known_from for claim in claims) <= ARTICLE_DAY


def test_the_panel_of_a_past_day_contains_nothing_known_later(ai):
    panel = ai.panel(ARTICLE_DAY)
    figures = [f for series in (*panel.cells.values(), *panel.longer.values()) for f in series.values()]
    figures += [figure for dated in panel.dated.values() for figure in dated.figures]
    assert len(figures) > 1000
    assert max(c.known_from for f in figures for c in (f.chosen, *f.others)) <= ARTICLE_DAY
    assert panel.quarters[-1] < ai.panel().quarters[-1]


def test_nothing_begins_before_it_is_known(ai):
    assert all(standing.known <= ARTICLE_DAY for standing in ai.standings(ARTICLE_DAY).values())


def test_what_was_reported_later_joins_the_past_read_today(ai):
    then, today = ai.standings(ARTICLE_DAY), ai.standings(ARTICLE_DAY, asof=NEWEST)
    assert set(then) < set(today)


# How far a promise had come


def test_a_status_that_came_later_leaves_the_progress_unknown(ai):
    then, today = (ai.standings(day)["sftby_openai_2025_40"] for day in (ARTICLE_DAY, NEWEST))
    assert (then.reached, then.progress_known) == ("announced", False)
    assert (today.reached, today.progress_known) == ("paid", True)
    assert ai.figure("sftby_openai_2025_40", "paid", ARTICLE_DAY) is None
    assert ai.figure("sftby_openai_2025_40", "paid", NEWEST).value == 40e9


@pytest.mark.parametrize("word", ["signed", "paid", "done", "amended"])
def test_a_later_status_brings_its_stage_on_its_day(word):
    ledger = told(leg("a"), f"- {{announced: 2025-02-01}}\n- {{{word}: 2025-05-10}}")
    stage = "paid" if word in ("paid", "done") else "signed"
    assert ledger.standings("2025-05-09")["a"].reached == "announced"
    assert ledger.standings("2025-05-10")["a"].reached == stage


def test_a_rumour_is_only_a_rumour_until_it_is_announced():
    ledger = told(leg("a"), "- {rumoured: 2025-02-01}\n- {announced: 2025-05-10}")
    assert ledger.standings("2025-05-09")["a"].is_rumour
    assert counted(ledger, "2025-05-09") == set()
    assert counted(ledger, "2025-05-10") == {"a"}


def test_what_ended_stops_counting_on_that_day_and_not_before():
    ledger = told(leg("a"), "- {announced: 2025-02-01}\n- {ended: 2025-05-10}")
    assert counted(ledger, "2025-05-09") == {"a"}
    assert counted(ledger, "2025-05-10") == set()


def test_the_past_read_today_still_holds_what_ended_since():
    ledger = told(leg("a"), "- {announced: 2025-02-01}\n- {ended: 2025-05-10}")
    assert ledger.standings("2025-03-01", asof="latest")["a"].is_current


def test_a_month_counts_from_its_first_day_unless_a_day_inside_is_known():
    assert "a" in told(leg("a"), "- {announced: 2025-02}").standings("2025-02-01")
    ledger = told(leg("a"), "- {announced: 2025-02}\n- {signed: 2025-02-20}")
    assert "a" not in ledger.standings("2025-02-19") and "a" in ledger.standings("2025-02-20")


def test_a_payment_known_later_than_its_announcement_counts_from_then():
    paid = ANNOUNCED + "      - {says: 4bn USD, stage: paid, source: wire, period: 2025-02..2025-03}\n"
    ledger = told(leg("a", amounts=paid), "- {announced: 2025-02-01}\n- {paid: 2025-05-10}")
    assert ledger.figure("a", "paid", "2025-05-09") is None
    assert ledger.figure("a", "paid", "2025-05-10").value == 4e9


def test_a_date_of_knowledge_that_is_written_down_is_kept():
    late = "      - {says: 10bn USD, stage: announced, source: wire, known_from: 2025-06-01}\n"
    ledger = told(leg("a", amounts=late), "- {announced: 2025-02-01}")
    assert "a" in ledger.standings("2025-02-01")
    assert ledger.figure("a", "announced", "2025-05-31") is None


# Letters of intent, and what has not started


def test_a_letter_of_intent_is_announced_and_firm_for_nothing(ai):
    signed = ai.network(ARTICLE_DAY, "signed")
    announced = ai.network(ARTICLE_DAY, "announced")
    assert announced.figures["nvda_openai_2025_loi"][0].value == 100e9
    assert signed.remarks["nvda_openai_2025_loi"].en.startswith("a letter of intent binds nobody")
    assert "nvda_openai_2025_loi" not in {unknown.leg for unknown in signed.unknown}


def test_a_contract_after_the_letter_binds():
    signed = ANNOUNCED + "      - {says: 4bn USD, stage: signed, source: wire}\n"
    events = "- {announced: 2025-02-01, binding: false}\n- {signed: 2025-05-10}"
    ledger = told(leg("a", "schedule: {start: 2025-06, end: 2025-08}", signed), events)
    assert ledger.network("2025-05-09", "signed").remarks["a"].en.startswith("a letter of intent")
    assert ledger.network("2025-05-10", "signed").flows.sum() == pytest.approx(4e9)


def test_nothing_due_yet_is_a_known_zero(ai):
    network = ai.network(ARTICLE_DAY, "paid")
    column = [leg.id for leg in network.legs].index("openai_orcl_2025_300")
    assert network.remarks["openai_orcl_2025_300"].en.startswith("nothing due yet")
    assert network.flows[:, column].tolist() == [0.0] * len(network.quarters)


def test_once_it_has_started_the_payment_is_unknown():
    ledger = told(leg("a", "schedule: {start: 2025-06}"), "- {announced: 2025-02-01}")
    assert "a" in ledger.network("2025-05-31").remarks
    assert [(u.leg, u.why) for u in ledger.network("2025-06-01").unknown] == [("a", "no figure")]


def test_money_that_moved_before_the_start_is_no_zero():
    early = ANNOUNCED + "      - {says: 1bn USD, stage: paid, source: wire, period: 2025-04}\n"
    ledger = told(leg("a", "schedule: {start: 2025-06}", early), "- {announced: 2025-02-01}\n- {paid: 2025-04-30}")
    network = ledger.network("2025-05-01")
    assert "a" not in network.remarks
    assert network.flows.sum() == 1e9


def test_a_zero_somebody_states_is_a_zero():
    zero = ANNOUNCED + "      - {says: 0 USD, stage: paid, source: wire}\n"
    network = told(leg("a", amounts=zero), "- {announced: 2025-02-01}").network("2025-03-01")
    assert network.remarks["a"].en == "a source says that nothing moved"
    assert network.unknown == ()


# Versions


def two_versions(mode: str, amounts: str = ANNOUNCED):
    later = leg("b", f"supersedes: {{leg: a, mode: {mode}}}", amounts)
    return told(leg("a") + later, "- {announced: 2025-02-01, leg: a}\n- {announced: 2025-05-10, leg: b}")


def test_a_version_that_replaces_retires_the_old_one_when_it_is_known():
    ledger = two_versions("replaces")
    assert counted(ledger, "2025-05-09") == {"a"}
    assert counted(ledger, "2025-05-10") == {"b"}
    assert ledger.standings("2025-05-10")["a"].retired_by == "b"


def test_a_version_that_cancels_leaves_nothing():
    ledger = two_versions("cancels", amounts="")
    assert counted(ledger, "2025-05-09") == {"a"}
    assert counted(ledger, "2025-05-10") == set()


def test_a_version_that_adds_counts_beside_the_old_one():
    assert counted(two_versions("adds"), "2025-05-10") == {"a", "b"}


def test_of_versions_that_overlap_only_the_older_counts():
    ledger = two_versions("overlaps")
    assert counted(ledger, "2025-05-10") == {"a"}
    assert [(u.leg, u.why) for u in ledger.network("2025-05-10", "announced").unknown] == [("b", "stands apart")]


def test_an_account_that_disputes_never_counts_and_is_always_shown():
    ledger = two_versions("disputes")
    assert counted(ledger, "2025-05-10") == {"a"}
    assert ledger.standings("2025-05-10")["b"].is_current
    assert "b" in {leg.id for leg in ledger.network("2025-05-10").every}
    assert ledger.gaps("2025-05-10").disputed == ("b",)


def test_a_rumour_does_not_retire_a_contract():
    rumour = leg("b", "supersedes: {leg: a, mode: replaces}")
    events = "- {announced: 2025-02-01, leg: a}\n- {signed: 2025-08-01, leg: a}\n- {announced: 2025-09-01, leg: b}"
    ledger = told(leg("a") + rumour, f"{events}\n- {{rumoured: 2025-05-10, leg: b}}")
    assert counted(ledger, "2025-08-31") == {"a"}
    assert counted(ledger, "2025-09-01") == {"b"}


def test_what_nvidia_promised_openai_was_replaced_twice(ai):
    days = {"2025-10-24": {"nvda_openai_2025_loi"}, "2026-02-27": {"nvda_openai_2026_round"}}
    chain = {version.id for version in ai.chain("nvidia-openai-equity")}
    assert {day: counted(ai, day) & chain for day in days} == days


def test_all_five_ways_to_supersede_occur_in_the_case(ai):
    modes = {leg.supersedes.mode for leg in ai.legs() if leg.supersedes}
    assert modes == {"replaces", "cancels", "adds", "overlaps", "disputes"}


# Firms that merged


def test_a_merged_firm_goes_by_its_old_name_before_and_its_new_name_after(ai):
    def payer(at):
        return ai.network(at, "announced").leg("xai_humain_2025").payer

    assert payer("2026-02-01") == "xai"
    assert payer("2026-02-02") == "spacex_xai"


def test_after_the_merger_the_old_name_is_gone_from_the_network(ai):
    names = {name for leg in ai.network("latest").every for name in (leg.payer, leg.payee)}
    assert "xai" not in names and "spacex_xai" in names
