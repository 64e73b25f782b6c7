"""What the ledger of the case `ai` has found, with numbers written down here by hand."""

from __future__ import annotations

import csv
import datetime
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from perpetuum.core.when import Quarter
from perpetuum.ledger import load
from perpetuum.ledger.audit import count_verdicts
from perpetuum.ledger.queries import cash_links

THEN = datetime.date(2025, 10, 24)
NOW = datetime.date(2026, 9, 16)
TABLES = Path(__file__).parents[2].parent / "shared" / "data"
with_tables = pytest.mark.skipif(not TABLES.is_dir(), reason="the research tables lie beside the repository, not in it")

BN = 1e9
CENT = 0.05e9  # sums are given to the tenth of a billion


@pytest.fixture(scope="module")
def ai():
    return load("ai")


def bn(value: float):
    return pytest.approx(value * BN, abs=CENT)


def by_kind(ledger, at, stage="announced") -> dict[str, float]:
    kinds = {"guarantees", *(leg.kind for leg in ledger.legs())}
    sums = {kind: ledger.total(stage=stage, kind=kind, at=at).value for kind in kinds}
    return {kind: value for kind, value in sums.items() if value}


def promised(ledger, payer: str, *kinds: str) -> float:
    return sum(_headline(ledger, payer, kind) for kind in kinds)


def _headline(ledger, payer: str, kind: str) -> float:
    legs = ledger.total(stage="announced", kind=kind).legs
    return sum(ledger.figure(leg, "announced").value for leg in legs if ledger.legs_by_id[leg].payer == payer)


def chain(ledger, name: str) -> list[float | None]:
    figures = [ledger.figure(leg.id, "announced") for leg in ledger.chain(name)]
    return [figure.value if figure else None for figure in figures]


# Every entry of findings.yaml


QUESTIONS = [
    pytest.param(answer, id=f"{answered.told.id}-{answer.asof}")
    for answered in load("ai").findings()
    for answer in answered.answers
]


@pytest.mark.parametrize("answer", QUESTIONS)
def test_every_finding_comes_out_of_its_query(answer):
    assert answer.agrees, f"{answer.value} is not {answer.expected}"


@pytest.mark.parametrize("answer", QUESTIONS)
def test_every_finding_that_says_a_number_shows_its_evidence(answer):
    assert answer.evidence or not answer.value
    assert all(claim.known_from <= answer.asof for claim in answer.evidence)


# The circle of firms


CORE_THEN = ["microsoft", "nvidia", "openai", "oracle"]
CORE_NOW = [
    "alphabet", "amazon", "anthropic", "coreweave", "humain", "microsoft", "nvidia", "openai", "oracle",
    "spacex_xai", "thinking_machines",
]  # fmt: skip


def circle(links) -> list[str]:
    """The largest set of firms that all reach one another, by plain search."""
    firms = {firm for pair in links for firm in pair}

    def reached(start):
        seen, todo = {start}, [start]
        while todo:
            firm = todo.pop()
            todo += [b for a, b in links if a == firm and b not in seen]
            seen |= {b for a, b in links if a == firm}
        return seen

    reach = {firm: reached(firm) for firm in firms}
    return max((sorted(b for b in reach[a] if a in reach[b]) for a in sorted(firms)), key=len)


@pytest.mark.parametrize(("at", "core"), [(THEN, CORE_THEN), (NOW, CORE_NOW)])
def test_the_circle_of_firms_grew_from_four_to_eleven(ai, at, core):
    assert circle(cash_links(ai, at)) == core


def recounted(at: datetime.date) -> set[tuple[str, str]]:
    """Who pays whom, counted anew from the raw table by the rules of the ledger's page."""
    cash = {
        "equity_investment",
        "cloud_contract",
        "chip_purchase",
        "loan",
        "bond",
        "lease",
        "revenue_share",
        "acquisition",
    }
    live = [row for row in rows_as_of(at) if row["status"] not in ("rumoured", "cancelled") and row["kind"] in cash]
    with (TABLES / "entities.csv").open(encoding="utf-8", newline="") as file:
        pools = {row["entity_id"] for row in csv.DictReader(file) if row["is_aggregate"] == "true"}
    merged = {"xai": "spacex_xai"} if at >= datetime.date(2026, 2, 2) else {}
    pairs = {tuple(merged.get(row[end], row[end]) for end in ("from_entity", "to_entity")) for row in live}
    return {(a, b) for a, b in pairs if a != b and not {a, b} & pools}


def rows_as_of(at: datetime.date) -> list[dict[str, str]]:
    """Rows known by a date that no known row replaces or cancels; a rumour retires no contract."""
    with (TABLES / "deals.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["deal_id"]: row for row in csv.DictReader(file) if known(row) <= at.isoformat()}
    soft = ("rumoured", "announced", "letter_of_intent")
    retired = {
        row["supersedes"] for row in rows.values()
        if row["supersede_mode"] in ("replaces", "cancels")
        and (row["status"] != "rumoured" or rows[row["supersedes"]]["status"] in soft)
    }  # fmt: skip
    return [row for id, row in rows.items() if id not in retired]


def known(row: dict[str, str]) -> str:
    announced, newest = row["announced"] or row["status_date"], row["status_date"]
    if len(announced) == 7:
        return newest if newest.startswith(announced) and len(newest) == 10 else f"{announced}-01"
    return announced


@pytest.mark.parametrize(("at", "links", "pairs"), [(THEN, 42, 2), (NOW, 91, 8)])
def test_links_doubled_and_mutual_pairs_quadrupled(ai, at, links, pairs):
    # The specification counted 41 and 90 links: see the next test for both differences.
    found = cash_links(ai, at)
    assert len(found) == links
    assert sum((b, a) in found for a, b in found) == 2 * pairs


@with_tables
@pytest.mark.parametrize(("at", "links", "ours_alone"), [(THEN, 41, {("nvidia", "coreweave")}), (NOW, 91, set())])
def test_the_raw_table_gives_the_same_links(ai, at, links, ours_alone):
    # On the first date ours has one more, because the cash behind NVIDIA's stake in CoreWeave is a leg of its
    # own. On the second the raw table itself holds 91 pairs by the rules of the specification, which says 90.
    raw = recounted(at)
    assert len(raw) == links
    assert set(cash_links(ai, at)) == raw | ours_alone


def test_the_pairs_of_the_first_date_are_the_two_known_ones(ai):
    found = cash_links(ai, THEN)
    mutual = {frozenset(pair) for pair in found if pair[::-1] in found}
    assert mutual == {frozenset({"alphabet", "anthropic"}), frozenset({"microsoft", "openai"})}


# Sums


def test_guarantees_grew_from_10_9_to_157_7(ai):
    assert by_kind(ai, THEN)["guarantees"] == bn(10.9)
    assert by_kind(ai, NOW)["guarantees"] == bn(157.7)


def test_guarantees_by_guarantor(ai):
    sums: dict[str, float] = defaultdict(float)
    for leg in ai.total(stage="announced", kind="guarantees").legs:
        sums[ai.legs_by_id[leg].payer] += ai.figure(leg, "announced").value
    assert sums == {"nvidia": bn(114.8), "broadcom": bn(31.0), "alphabet": bn(11.6), "amd": bn(0.3)}


def test_the_cap_of_metas_guarantee_is_unknown_and_not_zero(ai):
    leg = ai.legs_by_id["meta_beignet_2025_rvg"]
    assert leg.contingent is not None and leg.contingent.cap is None
    assert ai.standings()["meta_beignet_2025_rvg"].is_countable
    assert ai.figure("meta_beignet_2025_rvg", "announced") is None


def test_headline_by_kind_now(ai):
    # The specification prints 196.9bn of bonds; the rows give 196.848 (see below).
    assert by_kind(ai, NOW) == {
        "cloud": bn(1126.4), "equity_investment": bn(653.5), "chips": bn(577.9), "loan": bn(216.5), "bond": bn(196.85),
        "guarantees": bn(157.7), "acquisition": bn(120.0), "rent": bn(98.5), "revenue_share": bn(38.0),
        "warrant_vesting": bn(2.1), "holding": bn(0.35),
    }  # fmt: skip
    total = ai.total(stage="announced", at=NOW)
    assert (len(total.legs), total.value) == (143, bn(3187.8))


def test_headline_by_kind_on_the_articles_date(ai):
    # The specification has 59 legs, 1,247.3bn and 453.2bn of cloud: it counts the marker of 6.2bn in Norway.
    assert by_kind(ai, THEN) == {
        "cloud": bn(453.2 - 6.2), "chips": bn(311.5), "equity_investment": bn(244.8), "loan": bn(77.2),
        "bond": bn(52.2), "acquisition": bn(49.0), "rent": bn(48.2), "guarantees": bn(10.9), "holding": bn(0.35),
    }  # fmt: skip
    total = ai.total(stage="announced", at=THEN)
    assert (len(total.legs), total.value) == (58, bn(1241.15))


@with_tables
def test_only_the_marker_in_norway_sets_the_raw_sum_apart(ai):
    counted = [row for row in rows_as_of(THEN)
               if row["status"] not in ("rumoured", "cancelled") and row["amount_usd_bn"]
               and not row["do_not_add_reason"]]  # fmt: skip
    assert (len(counted), sum(float(row["amount_usd_bn"]) for row in counted)) == (59, pytest.approx(1247.35))
    ours = set(ai.total(stage="announced", at=THEN).legs)
    (marker,) = [row for row in counted if row["deal_id"] not in ours]
    assert (marker["deal_id"], marker["amount_basis"], marker["amount_usd_bn"]) == (
        "openai_stargate_norway_2025", "marker", "6.2"
    )  # fmt: skip


@with_tables
def test_the_bonds_of_the_raw_table_sum_to_196_848():
    live = [row for row in rows_as_of(NOW) if row["kind"] == "bond" and row["count_in_totals"] == "true"]
    assert sum(Decimal(row["amount_usd_bn"]) for row in live) == Decimal("196.848")


@pytest.mark.parametrize(("at", "paid"), [
    (THEN, {"equity_investment": 29.8, "bond": 24.9, "loan": 9.0}),
    (NOW, {"equity_investment": 273.9, "bond": 179.6, "loan": 25.6, "rent": 13.3, "acquisition": 13.0, "cloud": 1.9}),
])  # fmt: skip
def test_of_these_promises_at_least_so_much_is_known_to_be_paid(ai, at, paid):
    assert by_kind(ai, at, "paid") == {kind: bn(value) for kind, value in paid.items()}


# Chains


def test_nvidias_promise_to_openai_went_from_100_to_nothing_to_30(ai):
    ids = [leg.id for leg in ai.chain("nvidia-openai-equity")]
    assert ids == ["nvda_openai_2025_loi", "nvda_openai_2026_abandoned", "nvda_openai_2026_round"]
    assert chain(ai, "nvidia-openai-equity") == [100 * BN, None, 30 * BN]
    assert ai.figure("nvda_openai_2026_abandoned", "paid").value == 0


def test_nvidias_guarantee_for_openai_grew_from_talks_to_105(ai):
    assert chain(ai, "nvda_sbe_ports_2026_guarantee") == [None, None, 105 * BN]
    words = [leg.id for leg in ai.chain("nvda_sbe_ports_2026_guarantee")]
    assert words[-1] == "nvda_sbe_ports_2026_guarantee"


def test_that_guarantee_is_half_of_nvidias_revenue_of_a_year(ai):
    revenue = ai.panel().year("nvidia", "revenue", Quarter(2025, 4))
    assert revenue == bn(215.9)
    assert 105 * BN / revenue == pytest.approx(0.49, abs=0.005)


def test_nvidia_rents_back_more_each_time(ai):
    assert chain(ai, "nvda_cloud_rentback_2025") == [26 * BN, 27 * BN, 36 * BN]


def test_the_other_long_chains(ai):
    assert chain(ai, "disney-openai-equity") == [1 * BN, None]
    assert ai.chain("valor_xai_2025_spv_plan")[0].id == "valor_xai_2025_spv_plan"
    assert chain(ai, "valor_xai_2025_spv_plan") == [20 * BN, 5.4 * BN, 13.329 * BN]


# Who owes what to whom


def test_what_openai_paid_microsoft_is_more_than_it_earned(ai):
    (payment,) = [p for p in ai.paid("openai", "microsoft") if p.leg == "openai_msft_paid_2025"]
    assert payment.figure.value == 17.2 * BN
    revenue = {c.says.value for c in ai.metrics
               if (c.subject, c.attribute, c.period_label) == ("openai", "revenue", "FY2025")
               and c.known_from >= datetime.date(2026, 6, 16)}  # fmt: skip
    assert revenue == {13.07 * BN}
    assert payment.figure.value / max(revenue) == pytest.approx(1.32, abs=0.005)


def test_openai_has_promised_a_trillion(ai):
    assert promised(ai, "openai", "cloud") == bn(730.4)
    assert promised(ai, "openai", "chips") == bn(270.0)


def test_two_labs_hold_five_sixths_of_the_cloud_contracts(ai):
    labs = promised(ai, "openai", "cloud") + promised(ai, "anthropic", "cloud")
    assert labs == bn(955.4)
    assert labs / ai.total(stage="announced", kind="cloud").value == pytest.approx(0.85, abs=0.005)


def test_anthropic_is_a_second_engine(ai):
    equity = ai.total(stage="announced", kind="equity_investment").legs
    into = sum(ai.figure(leg, "announced").value for leg in equity if ai.legs_by_id[leg].payee == "anthropic")
    out = {kind: promised(ai, "anthropic", kind) for kind in ("cloud", "chips", "rent")}
    assert into == bn(156.0)
    assert out == {"cloud": bn(225), "chips": bn(84), "rent": bn(50)}


def test_a_ninth_of_anthropics_contract_with_spacex_is_firm(ai):
    headline, firm = (ai.figure("anth_spacex_2026_colossus", stage).value for stage in ("announced", "signed"))
    assert (headline, firm) == (45 * BN, 5 * BN)
    leg = ai.legs_by_id["anth_spacex_2026_colossus"]
    assert str(leg.exit.notice) == "90 days"
    assert str(leg.exit.first_notice(leg.schedule.start)) == "2026-08-01"


def test_nvidias_guarantee_for_ohio_covers_the_lease_of_openai(ai):
    terms = ai.legs_by_id["nvda_sbe_ports_2026_guarantee"].contingent
    (covered,) = terms.covers
    lease = ai.legs_by_id[covered]
    assert (lease.payer, lease.payee, terms.form) == ("openai", "sb_energy", "residual_value")
    assert (terms.cap_follows.stock, terms.cap_follows.of, terms.cap_follows.full) == (
        "phases_complete",
        "sb_energy",
        9,
    )


def test_nothing_of_the_articles_hundred_and_three_hundred_had_moved(ai):
    network = ai.network(THEN, "paid")
    columns = {leg.id: network.flows[:, n].sum() for n, leg in enumerate(network.legs)}
    assert columns["nvda_openai_2025_loi"] == columns["openai_orcl_2025_300"] == 0
    assert network.remarks["nvda_openai_2025_loi"].en == "a source says that nothing moved"
    assert network.remarks["openai_orcl_2025_300"].en.startswith("nothing due yet")
    assert ai.legs_by_id["openai_orcl_2025_300"].schedule.start.text.startswith("2027")


def test_nvidia_had_paid_openai_a_tenth_of_a_billion(ai):
    paid = [p.figure.value for p in ai.paid("nvidia", "openai", at=THEN)]
    assert paid == [0.1 * BN]


def test_microsoft_promised_13_and_paid_11_8(ai):
    leg = "msft_openai_2019_2023_13"
    assert ai.figure(leg, "announced").value == 13 * BN
    assert ai.figure(leg, "paid").value == 11.8 * BN
    assert ai.figure(leg, "paid", "2025-12-31").value == 11.6 * BN
    assert ai.figure("openai_msft_azure_paid", "paid").value == 23 * BN


# How much is unknown


def test_how_much_is_unknown(ai):
    money = ai.gaps().money
    assert (money.unknown, money.legs) == (81, 133)
    assert (money.headline_unknown, money.headline) == (bn(2180.1), bn(3027.7))


def test_how_much_is_unknown_by_kind(ai):
    found = {kind: (gap.unknown, gap.legs) for kind, gap in ai.gaps().by_kind.items()}
    assert found == {
        "cloud": (23, 24), "chips": (9, 11), "equity_investment": (23, 48), "loan": (14, 22),
        "rent": (7, 8), "acquisition": (2, 3), "revenue_share": (1, 1), "bond": (2, 16),
    }  # fmt: skip


def test_what_no_leg_says(ai):
    # The specification counts rows: paid unknown for 118 of 232, no amount in 32. We have two legs more, both
    # without known cash or headline of their own: the warrant given for a guarantee, and the stake whose cash
    # now stands on its own leg. Eleven markers and two values of stakes are no amounts here either.
    gaps = ai.gaps()
    assert gaps.every_leg == (118 + 2, 232 + 2)
    assert gaps.without_amount == 32 + 11 + 2 + 2
    assert gaps.without_schedule == 143 - 68


@with_tables
def test_the_raw_table_has_these_holes():
    with (TABLES / "deals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bases = Counter(row["amount_basis"] for row in rows)
    counted = [row for row in rows if row["count_in_totals"] == "true"]
    assert sum(not row["drawn_usd_bn"] for row in rows) == 118
    assert sum(not row["amount_usd_bn"] for row in rows) == 32
    assert (bases["marker"], bases["stake_value"]) == (11, 2)
    assert sum(bool(row["start"] and row["end"]) for row in counted) == 68


# The audit


def test_the_article_makes_34_statements(ai):
    assert len(ai.statements) == 34
    assert count_verdicts(ai.statements) == {
        "confirmed": 12, "contradicted": 7, "unit_slip": 3, "stale": 8, "unverifiable": 4,
    }  # fmt: skip


def test_every_proof_evaluates_to_what_it_says(ai):
    proofs = [proven for audited in ai.audit() for proven in audited.proofs]
    assert len(proofs) >= 10
    for proven in proofs:
        assert proven.result == pytest.approx(proven.proof.gives, abs=proven.proof.within)


@pytest.mark.parametrize(("statement", "results"), [
    ("c02", [116.3, 38.2]),
    ("c04", [300]),
    ("c05", [157.5, 15.75]),
    ("c07", [10, 10]),
    ("c09", [1100, 1320]),
    ("c11", [-0.314, -3.14]),
    ("c13", [2.373, 1.601, 1.632]),
    ("c14", [0.426]),
    ("c17", [0.369, 2.322]),
])  # fmt: skip
def test_proofs_need_no_source(ai, statement, results):
    (audited,) = [a for a in ai.audit() if a.statement.id.startswith(statement)]
    assert [proven.result for proven in audited.proofs] == pytest.approx(results, rel=2e-3)


def test_ten_gigawatts_at_one_billion_are_not_a_hundred(ai):
    (audited,) = [a for a in ai.audit() if a.statement.id.startswith("c07")]
    assert audited.statement.verdict == "unit_slip"
    assert audited.proofs[0].proof.compute == "10 * 1"
    assert audited.proofs[0].result == 10 != 100
