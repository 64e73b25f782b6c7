"""From claims to a network: every live payment is either known or unknown with a reason."""

from __future__ import annotations

import datetime
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.core.claim import STAGES
from perpetuum.core.errors import UnknownName
from perpetuum.ledger import load
from perpetuum.ledger.networks import moves_cash
from tests.ledger.small_case import told

AI = load("ai")
unhurried = settings(deadline=None, max_examples=50)  # a new date means a new panel
DATES = st.dates(datetime.date(2024, 1, 1), AI.case.newest)


def leg(*amounts: str, more="", kind="loan") -> str:
    lines = "".join(f"\n      - {{says: {says}, source: wire}}" for says in amounts)
    return f"- id: a\n  kind: {kind}\n  payer: acme\n  payee: bolt\n  amounts:{lines or ' []'}\n  {more}\n"


def network_of(*amounts: str, stage="paid", at="2025-12-31", **words: str):
    return told(leg(*amounts, **words), "- {announced: 2025-01-15}\n- {signed: 2025-01-20}").network(at, stage)


@unhurried
@given(DATES, st.sampled_from(STAGES), st.sampled_from(["best_source", "low", "high", "newest", "article"]))
def test_every_live_payment_is_known_or_unknown(at, stage, policy):
    network = AI.network(at, stage, policy=policy)
    payments = {leg.id for leg in network.every if moves_cash(leg)}
    assert {leg.id for leg in network.legs} | {unknown.leg for unknown in network.unknown} == payments


@unhurried
@given(DATES, st.sampled_from(STAGES))
def test_money_on_legs_is_the_money_of_their_figures(at, stage):
    network = AI.network(at, stage)
    placed = dict(zip([leg.id for leg in network.legs], network.flows.sum(axis=0), strict=True))
    beside: dict[str, float] = defaultdict(float)
    for unknown in network.unknown:
        beside[unknown.leg] += unknown.amount or 0.0
    apart = {unknown.leg for unknown in network.unknown if unknown.why == "stands apart"}
    for id, figures in network.figures.items():
        due = sum(f.value for f in figures if stage != "paid" or not f.chosen.period or f.chosen.period.first <= at)
        if id not in apart and id not in network.remarks:
            assert placed.get(id, 0.0) + beside[id] == pytest.approx(due, rel=1e-12)


@unhurried
@given(DATES, DATES, st.sampled_from(STAGES))
def test_flows_are_finite_and_never_negative_whatever_the_clocks(at, asof, stage):
    flows = AI.network(at, stage, asof).flows
    assert np.isfinite(flows).all() and (flows >= 0).all()


@unhurried
@given(DATES)
def test_nothing_is_paid_after_the_date_spoken_of(at):
    network = AI.network(at, "paid", asof="latest")
    assert all(quarter.first <= at for quarter in network.quarters)


@pytest.mark.parametrize("stage", STAGES)
def test_guarantees_and_stakes_are_shown_and_carry_no_money(stage):
    network = AI.network("latest", stage)
    claims = {leg.id for leg in network.every if not moves_cash(leg)}
    assert {"nvda_sbe_ports_2026_guarantee", "msft_openai_stake_2025"} <= claims
    assert claims & {leg.id for leg in network.legs} == set()


def test_a_network_says_what_it_was_made_from():
    origin = AI.network("article", "signed", asof="latest", policy="low").origin
    assert (origin.case, origin.case_hash, origin.stage, origin.policy) == ("ai", AI.hash, "signed", "low")
    assert (str(origin.at), str(origin.asof)) == ("2025-10-24", "2026-09-16")


def test_a_policy_or_a_date_nobody_knows_is_refused():
    with pytest.raises(UnknownName, match="did you mean `newest`"):
        AI.network(policy="newst")
    with pytest.raises(
        Exception, match=r"(?s)cannot read 'yesterday' as a date.*Named dates of this case: article, newest"
    ):
        AI.network("yesterday")


# One leg


def test_an_announced_amount_has_no_order_in_time():
    network = network_of("10bn USD, stage: announced", stage="announced")
    assert (len(network.quarters), network.flows.tolist()) == (1, [[10e9]])


def test_a_signed_amount_is_spread_over_its_days():
    network = network_of("10bn USD, stage: announced", "8bn USD, stage: signed", stage="signed",
                         more="schedule: {start: 2025-07-01, end: 2026-06-30}")  # fmt: skip
    assert network.flows[:, 0] == pytest.approx([8e9 * days / 365 for days in (92, 92, 90, 91)])


def test_a_signed_amount_without_schedule_is_unknown_over_time():
    (unknown,) = network_of("8bn USD, stage: signed", stage="signed").unknown
    assert (unknown.why, unknown.amount) == ("no schedule", 8e9)


def test_payments_that_make_up_the_firm_amount_say_when_it_fell_due():
    network = network_of("8bn USD, stage: signed", "8bn USD, stage: paid, period: 2025-02", stage="signed")
    assert network.flows.tolist() == [[8e9]]


def test_what_is_only_announced_was_not_signed():
    ledger = told(leg("10bn USD, stage: announced"), "- {announced: 2025-01-15}")
    assert [unknown.why for unknown in ledger.network("2025-12-31", "signed").unknown] == ["not reached"]


def test_a_payment_inside_a_quarter_lands_there():
    network = network_of("3bn USD, stage: paid, period: 2025-02-10..2025-03-20")
    assert [str(quarter) for quarter in network.quarters] == ["2025Q1"]
    assert network.flows.tolist() == [[3e9]]


def test_a_payment_over_several_quarters_is_not_smeared():
    network = network_of("3bn USD, stage: paid, period: 2025-02..2025-05")
    (unknown,) = network.unknown
    assert network.flows.sum() == 0
    assert (unknown.why, unknown.amount, str(unknown.span)) == ("span", 3e9, "2025-02-01..2025-05-31")


def test_a_payment_of_later_is_not_yet_one():
    ledger = told(leg("3bn USD, stage: paid, period: 2025-07"), "- {announced: 2025-01-15}\n- {paid: 2025-07-31}")
    (unknown,) = ledger.network("2025-06-30", "paid", asof="latest").unknown
    assert (unknown.why, unknown.amount) == ("no figure", None)


def test_payments_of_two_spans_are_two_payments():
    network = network_of("3bn USD, stage: paid, period: 2025-02", "1bn USD, stage: paid, period: 2025-05")
    assert network.flows.ravel().tolist() == [3e9, 1e9]


def test_claims_of_one_span_are_rivals():
    network = network_of("3bn USD, stage: paid, period: 2025-02", "4bn USD, stage: paid, period: 2025-02")
    (figure,) = network.figures["a"]
    assert network.flows.sum() == 3e9 and figure.disputed and len(figure.others) == 1


def test_a_guarantee_moves_no_money():
    network = network_of("9bn USD, stage: announced", stage="announced", kind="guarantee_call",
                         more="contingent: {when: {default: bolt}, cap: up to 9bn USD}")  # fmt: skip
    assert (network.legs, network.unknown, [leg.id for leg in network.every]) == ((), (), ["a"])
