"""From legs to books: each part of a leg is owed, expected or outside the horizon, and nothing is made up."""

from __future__ import annotations

import datetime
import textwrap

import pytest

from perpetuum.contagion import Books, Shock, books, stress
from tests.contagion.small_network import AT, network, row

BN = 1e9
SAID = "- {announced: 2025-01-15, source: wire}\n- {signed: 2025-01-16, source: wire}"
YEAR, THREE_YEARS = 365, (datetime.date(2028, 12, 31) - datetime.date(2025, 12, 31)).days
RENT = """\
- id: rent
  kind: cloud
  payer: bolt
  payee: acme
  amounts:
    - {says: 45bn USD, stage: announced, source: wire}
    - {says: 30bn USD, stage: signed, source: wire}
  schedule: {start: 2026-01, end: 2028-12}
"""
LOAN = """\
- id: note
  kind: loan
  payer: acme
  payee: bolt
  amounts:
    - {says: 10bn USD, stage: signed, source: wire}
    - {says: 4bn USD, stage: paid, period: 2025-03, source: wire}
"""
POOLED = """\
- id: bond
  kind: bond
  payer: bonds
  payee: bolt
  amounts: [{says: 4bn USD, stage: paid, period: 2025-03, source: wire}]
"""
ACME = row("acme", "stockholders_equity", 20) + row("acme", "total_liabilities", 5)
BOLT = row("bolt", "stockholders_equity", 3) + row("bolt", "total_liabilities", 9) + row("bolt", "total_debt", 4)


def rent(says: str = RENT, *, at: str = AT, stage: str = "signed", horizon: int = 4, view: str = "value") -> Books:
    return books(network(says, SAID, ACME, BOLT, at=at, stage=stage), horizon=horizon, view=view)  # type: ignore[arg-type]


def owed(found: Books, leg: str) -> float:
    return sum(each.amount for each in found.obligations if each.leg == leg)


def expected(found: Books, leg: str) -> float:
    return sum(each.amount for each in found.expected if each.leg == leg)


def worth(found: Books, firm: str) -> float:
    """The opening equity that the books come to, in USD."""
    out = stress(found, Shock(hits=()))
    return float(out.before[found.at(firm)])


# -- parts of a leg ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [1, 4, 8, 12, 20])
def test_the_parts_of_a_leg_add_up_to_the_leg(horizon):
    """What is owed, what is expected, and what lies outside the horizon."""
    found = rent(horizon=horizon)
    inside = min(horizon / 12, 1.0)
    assert owed(found, "rent") == pytest.approx(30 * BN * inside, rel=0.02)
    assert expected(found, "rent") == pytest.approx(15 * BN * inside, rel=0.02)
    outside = 45 * BN - owed(found, "rent") - expected(found, "rent")
    assert outside == pytest.approx(45 * BN * (1 - inside), rel=0.02, abs=1)


def test_a_year_of_three_is_owed_to_the_day():
    assert owed(rent(), "rent") == pytest.approx(30 * BN * YEAR / THREE_YEARS)
    assert expected(rent(), "rent") == pytest.approx(15 * BN * YEAR / THREE_YEARS)


def test_as_time_goes_by_what_lies_behind_is_owed_no_more():
    assert owed(rent(at="2027-12-31"), "rent") == pytest.approx(30 * BN * 366 / THREE_YEARS)
    over = rent(RENT + POOLED, at="2028-12-31")
    assert owed(over, "rent") == 0 == expected(over, "rent")


def test_the_direction_is_that_of_the_debt():
    (rented,) = (each for each in rent().obligations if each.leg == "rent")
    assert (rented.debtor, rented.creditor, rented.bearer) == ("bolt", "acme", "suppliers")
    (hope,) = rent().expected
    assert (hope.firm, hope.partner, hope.channel) == ("acme", "bolt", "revenue")


def test_who_may_leave_owes_the_whole_firm_part_and_not_a_year_of_it():
    leaves = rent(RENT + "  exit: {by: either, notice: 90 days}\n")
    assert owed(leaves, "rent") == pytest.approx(30 * BN)
    assert expected(leaves, "rent") == 0, "a year of the headline is less than the firm part"
    longer = rent(RENT + "  exit: {by: either, notice: 90 days}\n", horizon=12)
    assert owed(longer, "rent") + expected(longer, "rent") == pytest.approx(45 * BN)


def test_a_leg_without_a_schedule_is_left_out_with_its_reason():
    found = rent(RENT.replace("  schedule: {start: 2026-01, end: 2028-12}\n", "") + POOLED)
    assert owed(found, "rent") == 0 == expected(found, "rent")
    assert [(each.what, each.because.en) for each in found.left_out] == [
        ("rent", "the amount is known, when it falls due is not")
    ]


def test_a_leg_without_an_amount_is_left_out_with_its_reason():
    said = "- {id: rent, kind: cloud, payer: bolt, payee: acme, schedule: {start: 2026-01, end: 2028-12}}\n"
    (left,) = rent(said + LOAN).left_out
    assert (left.what, left.because.en) == ("rent", "no source states an amount")


def test_what_is_drawn_of_a_loan_is_owed_and_the_rest_is_hoped_for():
    found = rent(LOAN)
    (debt,) = (each for each in found.obligations if each.leg == "note")
    assert (debt.debtor, debt.creditor, debt.amount, debt.bearer) == ("bolt", "acme", 4 * BN, "lenders")
    (hope,) = found.expected
    assert (hope.firm, hope.partner, hope.amount, hope.channel) == ("bolt", "acme", 6 * BN, "funding")


def test_a_loan_of_which_nobody_says_how_much_is_drawn_is_owed_by_nobody():
    found = rent(LOAN.replace("    - {says: 4bn USD, stage: paid, period: 2025-03, source: wire}\n", ""))
    assert owed(found, "note") == 0 and expected(found, "note") == 10 * BN
    assert [each.because.en for each in found.left_out] == ["no source states how much was drawn"]


def test_a_prepayment_is_owed_in_service_to_users():
    said = """\
        - id: ahead
          kind: prepayment
          payer: acme
          payee: bolt
          amounts: [{says: 2bn USD, stage: paid, period: 2025-03, source: wire}]
        """
    (debt,) = (each for each in rent(said).obligations if each.leg == "ahead")
    assert (debt.debtor, debt.creditor, debt.amount, debt.bearer) == ("bolt", "acme", 2 * BN, "users")


QUARTER = "share: 25 %\n          "


def test_a_stake_with_a_known_share_is_a_holding_and_one_without_is_left_out():
    said = """\
        - id: stake
          kind: equity_investment
          payer: acme
          payee: bolt
          {share}amounts: [{{says: 2bn USD, stage: paid, period: 2025-03, source: wire}}]
        """
    known, unknown = (rent(textwrap.dedent(said.format(share=share)) + POOLED) for share in (QUARTER, ""))
    (stake,) = known.holdings
    assert (stake.owner, stake.firm, stake.share) == ("acme", "bolt", 0.25)
    assert unknown.holdings == () and "share" in unknown.left_out[0].because.en


# -- what never enters ------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["rumoured", "ended"])
def test_rumours_and_ended_legs_never_enter(word):
    live = "- {announced: 2025-01-15, leg: bond, source: wire}\n"
    told = live if word == "rumoured" else live + "- {announced: 2025-01-15, leg: rent, source: wire}\n"
    events = told + f"- {{{word}: 2025-06-01, leg: rent, source: wire}}"
    gone = books(network(RENT + POOLED, events, ACME, BOLT, stage="announced"))
    assert owed(gone, "rent") == 0 == expected(gone, "rent") and "acme" not in gone.firms


def test_announced_legs_enter_only_at_that_stage_which_the_result_bears():
    headline = RENT.replace("    - {says: 30bn USD, stage: signed, source: wire}\n", "")
    said = "- {announced: 2025-01-15, source: wire}"
    firm = books(network(headline, said, ACME, BOLT, stage="signed"))
    loud = network(headline, said, ACME, BOLT, stage="announced")
    assert owed(firm, "rent") == 0
    assert owed(books(loud), "rent") == pytest.approx(45 * BN * YEAR / THREE_YEARS)
    out = stress(loud, Shock.parse("bolt: -10 % assets"))
    assert out.origin is not None and out.origin.stage == "announced"


def test_at_the_paid_stage_nothing_is_hoped_for():
    assert rent(stage="paid").expected == () and rent(LOAN, stage="paid").expected == ()


def test_a_pool_is_outside_it_bears_losses_and_cannot_fall():
    found = rent(POOLED)
    assert "bonds" not in found.firms
    (debt,) = (each for each in found.obligations if each.leg == "bond")
    assert (debt.creditor, debt.bearer) == ("bonds", "lenders")
    out = stress(found, Shock.parse("bolt: stops-paying"))
    assert out.attribution.borne["lenders"] == pytest.approx(4 * BN), "all of it"


def test_what_a_leg_shows_of_the_debts_is_not_counted_twice():
    """Bolt reports debts of 4 and liabilities of 9; a bond of 4 is that debt, and 5 are left."""
    found = rent(POOLED)
    assert sum(each.amount for each in found.obligations if each.debtor == "bolt") == pytest.approx(9 * BN)
    plain = rent(LOAN.replace("4bn", "1bn"))
    shown = {each.leg: each.amount for each in plain.obligations if each.debtor == "bolt" and each.bearer == "lenders"}
    assert shown == {"note": 1 * BN, None: 3 * BN}


# -- balance sheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("says", [RENT, LOAN, POOLED])
def test_opening_equity_is_what_is_reported(says):
    found = rent(says)
    assert worth(found, "bolt") == pytest.approx(3 * BN)
    if "acme" in found.firms:
        assert worth(found, "acme") == pytest.approx(20 * BN)


def test_equity_is_assets_less_liabilities_where_nobody_reports_it():
    reported = row("bolt", "total_assets", 12) + row("bolt", "total_liabilities", 9)
    assert worth(books(network(RENT, SAID, reported)), "bolt") == pytest.approx(3 * BN)


def test_an_unknown_equity_is_reported_and_never_assumed():
    found = books(network(RENT, SAID, BOLT))
    assert found.unknown_equity == {"acme"}
    assert [(left.what, left.because.en) for left in found.left_out] == [("acme", "its equity is not known")]
    out = stress(found, Shock.parse("bolt: stops-paying"))
    assert out.unknown == ("acme",) and out.lost("acme") > 0 and out.round_of_default[found.at("acme")] == 0


def test_a_figure_older_than_half_a_year_says_nothing_of_today():
    old = row("bolt", "stockholders_equity", 3, "2025Q1", "2025-03-31")
    assert "bolt" in books(network(RENT, SAID, ACME, old)).unknown_equity
    assert "bolt" not in books(network(RENT, SAID, ACME, old, at="2025-09-30")).unknown_equity


def test_negative_book_equity_can_only_be_studied_at_market_value():
    reported = row("bolt", "stockholders_equity", -3) + row("bolt", "total_liabilities", 9)
    found = books(network(RENT, SAID, ACME, reported))
    assert found.unknown_equity == {"bolt"} and "negative" in found.left_out[0].because.en
    priced = row("bolt", "equity_market_cap", 7, AT)
    market = books(network(RENT, SAID, ACME, reported, priced), basis="market")
    assert market.basis == "market" and worth(market, "bolt") == pytest.approx(7 * BN)


def test_a_residual_is_never_negative_what_is_missing_is_owed():
    """Acme's equity of 2 is less than the 4 that it is owed: 2 are an obligation outside, and equity stays 2."""
    small = row("acme", "stockholders_equity", 2)
    found = books(network(LOAN, SAID, small, BOLT))
    acme = found.at("acme")
    assert found.outside_assets[acme] == 0 and found.gap == {"acme": pytest.approx(2 * BN)}
    assert found.claims.outside[0, acme] == pytest.approx(2 * BN)
    assert worth(found, "acme") == pytest.approx(2 * BN)
    assert (found.outside_assets >= 0).all()


CASH = row("bolt", "cash", 5) + row("bolt", "operating_cash_flow_ttm", -2) + row("bolt", "debt_maturing_next_year", 1)


def test_the_cash_view_asks_for_cash_and_what_falls_due():
    """5 of cash, 2 burned in a year, 1 due to lenders, and the rent of a year."""
    found = books(network(RENT, SAID, CASH), view="cash")
    due = {each.leg: each.amount for each in found.obligations}
    assert due == {"rent": pytest.approx(30 * BN * YEAR / THREE_YEARS), None: 1 * BN}
    assert worth(found, "bolt") == pytest.approx((5 - 2 - 1) * BN)
    half = books(network(RENT, SAID, CASH), view="cash", horizon=2)
    assert worth(half, "bolt") == pytest.approx((5 - 1 - 1) * BN)


def test_old_debts_and_stakes_are_no_part_of_the_cash_view():
    found = books(network(LOAN + POOLED, SAID, CASH), view="cash")
    assert {each.leg for each in found.obligations} == {None} and found.holdings == ()


def test_the_study_names_its_view_basis_horizon_and_origin():
    found = rent(horizon=8, view="cash")
    assert (found.view, found.basis, found.horizon, found.name) == ("cash", "book", 8, "small")
    assert found.origin is not None and found.origin.case == "small"
