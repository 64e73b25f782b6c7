"""What firms report of themselves completes what contracts name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from perpetuum.circularity import measure
from perpetuum.circularity.shares import Origin
from perpetuum.core.network import Network
from tests.circularity.small import network, pays

LAB = {
    ("lab", "revenue"): {"2025Q1": 20, "2025Q2": 30},
    ("lab", "operating_cash_flow"): {"2025Q1": -5, "2025Q2": 10},
    ("lab", "capex"): {"2025Q1": 2, "2025Q2": 4},
}


def lab(statements: dict[tuple[str, str], dict[str, float]], **more: object) -> Network:
    return network(
        pays("END_USERS", "lab", "subscription", 12, 12),
        pays("lab", "cloud", "cloud", 15, 15),
        statements=statements,
        **more,  # type: ignore[arg-type]
    )


def nonzero(rows: Mapping[Origin, float]) -> dict[str, float]:
    return {row: usd for row, usd in rows.items() if usd > 0}


def test_customers_and_payees_without_a_name_are_what_is_left_of_the_statement():
    loops = measure(lab(LAB))
    assert nonzero(loops.origins("lab")) == {"end_users": pytest.approx(24), "unnamed_customers": pytest.approx(26)}
    spent = {(p.step, p.payee): p.amount for p in loops.tracer.completed.flows.completed if p.payer == "lab"}
    # 20 - (-5) + 2 - 15, and 30 - 10 + 4 - 15.
    assert spent == {(0, "OTHER_PAYEES"): pytest.approx(12), (1, "OTHER_PAYEES"): pytest.approx(9)}
    assert loops.diagnostics.reported == (("lab", "2025Q1"), ("lab", "2025Q2"))
    assert loops.recycled("lab")["burn"].not_traced == pytest.approx(26 / 50)
    assert "lab.revenue.2025Q1" in loops.evidence and "lab.capex.2025Q2" in loops.evidence


def test_without_cash_flow_only_the_receipts_are_completed():
    loops = measure(lab({("lab", "revenue"): {"2025Q1": 20}}))
    assert [(p.payer, p.payee, p.amount) for p in loops.tracer.completed.flows.completed] == [
        ("UNNAMED_CUSTOMERS", "lab", pytest.approx(8))
    ]


def test_contracts_that_name_more_than_the_firm_reports_are_a_contradiction_and_nothing_is_cut():
    loops = measure(lab(LAB | {("lab", "revenue"): {"2025Q1": 10}}))
    (receipts,) = (c for c in loops.diagnostics.contradictions if c.side == "receipts")
    assert (receipts.firm, receipts.step, receipts.named, receipts.reported) == ("lab", "2025Q1", 12, 10)
    assert sum(loops.origins("lab").values()) == pytest.approx(24), "what contracts name stays"
    assert loops.diagnostics.reported == ()


def test_payments_can_contradict_where_receipts_do_not():
    loops = measure(lab(LAB | {("lab", "operating_cash_flow"): {"2025Q1": 19, "2025Q2": 10}}))
    (payments,) = loops.diagnostics.contradictions
    assert (payments.side, payments.step, payments.named, payments.reported) == ("payments", "2025Q1", 15, 3)
    assert ("lab", "2025Q1") in loops.diagnostics.reported


def test_statements_say_nothing_of_headlines_and_contracts():
    for stage in ("announced", "signed"):
        assert measure(lab(LAB, stage=stage)).origins("lab")["unnamed_customers"] == 0


def test_a_years_statement_completes_a_year():
    year = {("lab", "revenue"): {"2025-01-01..2025-12-31": 100}}
    assert sum(measure(lab(year, quarters=4)).origins("lab").values()) == pytest.approx(24)
    assert sum(measure(lab(year, quarters=4), step="year").origins("lab").values()) == pytest.approx(100)


def test_sales_not_yet_collected_are_no_cash_and_come_back_as_credit_in_the_economic_view():
    booked = LAB | {("lab", "receivables"): {"2024Q4": 1, "2025Q1": 5, "2025Q2": 3}}
    cash, worth = measure(lab(booked)), measure(lab(booked), counts="economic")
    # 20 - 4 collected in the first quarter, 30 + 2 in the second.
    assert sum(cash.origins("lab").values()) == pytest.approx(48)
    assert cash.recycled("lab")["burn"].value == 0
    share = worth.recycled("lab")["burn"]
    assert (share.of, share.value, share.low, share.high) == pytest.approx((52, 4 / 52, 4 / 52, 4 / 52))


def test_what_is_paid_in_credit_is_no_cash_of_the_customers_statement():
    bought = [pays("cloud", "lab", "in_kind_credit", 7, 0), pays("lab", "cloud", "cloud", 15, 0)]
    statement = {("lab", "revenue"): {"2025Q1": 20}, ("lab", "operating_cash_flow"): {"2025Q1": 5}}
    statement |= {("lab", "capex"): {"2025Q1": 1}}
    loops = measure(network(*bought, statements=statement), counts="economic")
    assert loops.diagnostics.contradictions == ()
    spent = {p.payee: p.amount for p in loops.tracer.completed.flows.completed if p.payer == "lab"}
    assert spent == {"OTHER_PAYEES": pytest.approx(20 - 5 + 1 - 15)}


def test_cash_from_before_is_unknown_and_said_so():
    before = {("lab", "cash"): {"2024Q4": 30, "2025Q1": 999}}
    loops = measure(lab(before))
    assert loops.diagnostics.opening == {"lab": 30}
    # The lab spends its 12 of users, and 3 of cash whose make-up nobody knows.
    assert nonzero(loops.origins("cloud")) == {"end_users": pytest.approx(24), "unknown": pytest.approx(6)}
    assert "lab.cash.2024Q4" in loops.evidence and "lab.cash.2025Q1" not in loops.evidence


def test_a_customer_that_is_no_longer_named_moves_to_the_unnamed_and_to_no_other_row():
    named = measure(lab(LAB))
    silent = measure(
        network(
            pays("END_USERS", "lab", "subscription"), pays("lab", "cloud", "cloud", 15, 15),
            statements=LAB,
        )
    )  # fmt: skip
    assert [unknown.leg for unknown in silent.unknown] == ["0: END_USERS to lab"]
    for firm in ("lab", "cloud"):
        before, after = named.origins(firm), silent.origins(firm)
        lost = before["end_users"]
        assert lost > 0
        assert after == {
            **before,
            "end_users": 0,
            "unnamed_customers": pytest.approx(before["unnamed_customers"] + lost),
        }
