"""The terms of guarantees, warrants and exits, and the numbers a case assumes for studies."""

from __future__ import annotations

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.deal import Contingent, Exit, Release
from perpetuum.core.errors import NetworkError
from perpetuum.core.parameter import Parameter
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.core.when import When, months_later
from perpetuum.ledger import load, write_case
from tests.ledger.small_case import DEAL, small_case, told

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1))


@pytest.fixture(scope="module")
def ai():
    return load("ai")


def terms(of: str, kind: str = "guarantee_call") -> Contingent:
    legs = f"""
        - {{id: rent, kind: rent, payer: acme, payee: bolt}}
        - {{id: terms, kind: {kind}, payer: acme, payee: bolt, contingent: {{when: {{default: acme}}, {of}}}}}
        """
    return told(legs, "- {announced: 2025-01-15, source: wire}").legs_by_id["terms"].contingent


def leaves(of: str) -> Exit:
    legs = f"- {{id: rent, kind: rent, payer: acme, payee: bolt, exit: {of}}}"
    return told(legs, "- {announced: 2025-01-15, source: wire}").legs_by_id["rent"].exit


# Guarantees and warrants


def test_a_guarantee_that_says_nothing_covers_nothing_and_all_of_it():
    bare = terms("cap: up to 3bn USD")
    assert (bare.covers, bare.share, bare.form, bare.cap_follows) == ((), 1.0, None, None)


def test_a_guarantee_names_the_legs_it_covers():
    full = terms("covers: [rent], share: 60 %, form: residual_value, cap_follows: {stock: built, of: bolt, full: 9}")
    assert (full.covers, full.share, full.form) == (("rent",), 0.6, "residual_value")
    assert full.cap_follows == Release(stock="built", of="bolt", full=9.0)


def test_a_warrant_has_a_number_of_shares_and_a_price():
    warrant = terms("count: about 24m shares, strike: 0.01 USD, says: in steps", "warrant_vesting")
    assert (warrant.count, warrant.strike) == (Quantity(24e6, "shares", "about"), Quantity(0.01, "USD"))
    assert warrant.says == "in steps"


def test_what_a_guarantee_covers_may_stand_in_a_later_file():
    pages = {
        DEAL: """\
            id: acme-bolt
            name: {en: Backed, zh: 擔保}
            legs:
              - id: backed
                kind: guarantee_call
                payer: acme
                payee: bolt
                contingent: {when: {default: bolt}, covers: [rent]}
            events: [{announced: 2025-01-15}]
            """,
        "deals/z.yaml": """\
            id: z
            name: {en: Rent, zh: 租金}
            legs: [{id: rent, kind: rent, payer: acme, payee: bolt}]
            events: [{announced: 2025-01-15}]
            """,
    }
    assert load(small_case(pages)).legs_by_id["backed"].contingent.covers == ("rent",)


def test_in_the_shipped_case_a_covered_leg_pays_the_protected_party(ai):
    for leg in ai.legs():
        for id in leg.contingent.covers if leg.contingent else ():
            covered = ai.legs_by_id[id]
            assert covered.payee == leg.payee, leg.id
            assert leg.contingent.when.of in (None, covered.payer), leg.id


def test_no_words_of_a_warrant_hide_a_number_that_has_a_field(ai):
    warrants = [leg.contingent for leg in ai.legs() if leg.kind == "warrant_vesting"]
    assert len(warrants) == 8
    assert sum(each.count is not None for each in warrants) == 6
    assert [each.says for each in warrants if each.says and "shares at" in each.says] == []


# Exits


@pytest.mark.parametrize(("exit", "start", "given", "over"), [
    ("{by: either, notice: 90 days, after: 3 months}", "2026-05", "2026-08-01", "2026-10-30"),
    ("{by: either, notice: 90 days, after: 2026-12-31}", "2026-10", "2027-01-01", "2027-04-01"),
    ("{by: payee, notice: 3 months}", "2026-11-30", "2026-11-30", "2027-02-28"),
    ("{by: payer, notice: 30 days, after: 2026}", "2026-10", "2027-01-01", "2027-01-31"),
    ("{by: payer, after: 45 days}", "2026-01-01", "2026-02-15", "None"),
])  # fmt: skip
def test_notice_can_be_given_from_a_day_and_runs_out_on_another(exit, start, given, over):
    right, begins = leaves(exit), When.parse(start)
    assert (str(right.first_notice(begins)), str(right.first_end(begins))) == (given, over)


def test_a_leg_without_a_start_has_no_first_day_unless_a_date_is_named():
    assert leaves("{by: either, notice: 90 days, after: 3 months}").first_notice(None) is None
    assert leaves("{by: either, notice: 90 days}").first_end(None) is None
    assert str(leaves("{by: either, notice: 1 months, after: 2026-12-31}").first_end(None)) == "2027-02-01"


def test_without_a_notice_a_leg_is_over_at_once():
    day = datetime.date(2026, 5, 1)
    assert leaves("{by: either}").end_if_given(day) == day


@given(DAYS, st.integers(0, 600))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    later = months_later(day, months)
    assert 12 * later.year + later.month == 12 * day.year + day.month + months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


# Numbers that studies need


def test_the_numbers_of_a_case_travel_with_its_networks(ai):
    for network in (ai.network("article", "signed"), ai.network("newest", "paid")):
        assert network.parameters == ai.case.parameters
    share = ai.case.parameters["relet_share"]
    assert (share.value, share.low, share.high, share.unit, share.basis) == (0.5, 0.0, 1.0, "ratio", "assumed")
    assert str(share.where).startswith("cases/ai/case.yaml:")


def test_a_case_without_numbers_has_none():
    assert load(small_case()).network(stage="paid").parameters == {}


def test_a_number_outside_its_range_does_not_exist():
    with pytest.raises(NetworkError, match="relet: 2 is not between 0 and 1"):
        Parameter(id="relet", value=2.0, unit="ratio", low=0.0, high=1.0, because=Text(en="A", zh="甲"))


def test_terms_written_back_are_the_same():
    deal = """\
        id: acme-bolt
        name: {en: Acme and Bolt, zh: 甲與乙}
        legs:
          - {id: rent, kind: rent, payer: acme, payee: bolt, exit: {by: either, notice: 3 months, after: 2026-12-31}}
          - id: terms
            kind: guarantee_call
            payer: acme
            payee: bolt
            contingent:
              when: {default: acme}
              covers: [rent]
              form: payment
              cap_follows: {stock: built, of: bolt, full: 9}
        events:
          - {announced: 2025-01-15}
        """
    files = small_case({DEAL: deal})
    again = load(write_case(files))
    assert again.deals == load(files).deals
    assert again.legs_by_id["terms"].contingent.covers == ("rent",)
