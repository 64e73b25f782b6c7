"""Guarantees of a ledger: nothing until every trigger holds, inside the term, up to what is released."""

from __future__ import annotations

import pytest

from perpetuum.contagion import Books, Expected, Guarantee, Obligation, Shock, books, stress
from perpetuum.contagion.cascade import CallOf, Cascade
from perpetuum.contagion.promises import ways_of
from perpetuum.core.deal import Trigger
from tests.contagion.small_network import AT, network, row

BN = 1e9
SAID = "- {announced: 2025-01-15, source: wire}\n- {signed: 2025-01-16, source: wire}"
SHEETS = (
    row("acme", "stockholders_equity", 50), row("bolt", "stockholders_equity", 3), row("bolt", "total_liabilities", 1),
    row("site", "stockholders_equity", 9),
)  # fmt: skip
RENT = """\
- id: rent
  kind: cloud
  payer: bolt
  payee: site
  amounts: [{says: 20bn USD, stage: signed, source: wire}]
  schedule: {start: 2026-01, end: 2029-12}
"""


def vouched(terms: str, *rows: str, at: str = AT, case: str = "", view: str = "value") -> Books:
    """Bolt rents from a site for 20 in four years; Acme vouches for it on terms."""
    promise = f"- id: vouch\n  kind: guarantee_call\n  payer: acme\n  payee: site\n  contingent: {terms}\n"
    return books(network(RENT + promise, SAID, *SHEETS, *rows, at=at, case=case), view=view)  # type: ignore[arg-type]


def call(found: Books, words: str = "bolt: stops-paying") -> tuple[CallOf, Cascade]:
    out = stress(found, Shock.parse(words))
    assert out.settled
    (only,) = out.calls
    assert only.because.en and only.because.zh
    return only, out


def test_a_fall_calls_the_guarantee_and_the_guarantor_pays_up_to_the_cap():
    told, out = call(vouched("{when: {default: bolt}, cap: up to 7bn USD, covers: [rent]}"))
    assert told.met is True and told.called == (7 * BN, 7 * BN) == told.paid
    assert out.attribution.loss_by_pair[out.books.at("acme"), out.books.at("bolt"), 0] == pytest.approx(7 * BN)
    assert "trigger is met" in told.because.en


def test_a_covered_leg_is_in_the_books_with_all_that_is_still_due_in_the_value_view():
    """A cap of 99 is not what is paid: the loss is 20, and in the cash view the rent of one year."""
    terms = "{when: {default: bolt}, cap: up to 99bn USD, covers: [rent]}"
    assert call(vouched(terms))[0].called[0] == pytest.approx(20 * BN)
    cash = row("acme", "cash", 50), row("acme", "operating_cash_flow_ttm", 0)
    year, _ = call(vouched(terms, *cash, view="cash"))
    assert year.called[0] == pytest.approx(20 * BN * 365 / 1461)


def test_nothing_is_called_while_the_debtor_stands():
    told, out = call(vouched("{when: {default: bolt}, cap: up to 7bn USD, covers: [rent]}"), "bolt: -10 % assets")
    assert told.met is False and told.called == (0, 0) and "has not fallen in this study" in told.because.en
    assert out.falls == ()


def test_a_share_of_the_loss_is_covered_where_the_terms_say_so():
    told, _ = call(vouched("{when: {default: bolt}, cap: up to 99bn USD, covers: [rent], share: 25 %}"))
    assert told.called[0] == pytest.approx(5 * BN)


def test_before_and_after_its_term_nothing_is_due_and_the_sentence_says_so():
    terms = "{when: {default: bolt}, cap: up to 7bn USD, covers: [rent], from: 2027, until: 2028}"
    told, _ = call(vouched(terms))
    assert told.met is False and told.called == (0, 0) and "runs from 2027 to 2028" in told.because.en
    fresh = (
        row("acme", "stockholders_equity", 50, "2027Q2", "2027-06-30"),
        row("bolt", "stockholders_equity", 3, "2027Q2", "2027-06-30"),
    )
    inside, _ = call(vouched(terms, *fresh, at="2027-06-30"))
    assert inside.met is True and inside.called == (7 * BN, 7 * BN)
    late = terms.replace("from: 2027, until: 2028", "until: 2025-06")
    assert call(vouched(late))[0].called == (0, 0)


STEPS = """{{when: {{all: [{{default: bolt}}, {{milestone: {stock}, of: site}}]}}, cap: up to 9bn USD, covers: [rent],
    cap_follows: {{stock: {stock}, of: site, full: 9}}}}"""
PHASED, BUILT = STEPS.format(stock="phases_complete"), STEPS.format(stock="compute_capacity")


def built(gigawatts: int) -> str:
    return row("site", "compute_capacity", gigawatts, unit="gw")


def test_a_cap_is_released_in_equal_steps():
    for done in (1, 4, 9, 12):
        told, _ = call(vouched(BUILT, built(done)))
        assert told.released[0] == told.called[0] == pytest.approx(min(done, 9) * BN), done


def test_without_the_first_step_nothing_is_due_whoever_has_fallen():
    told, _ = call(vouched(BUILT, built(0)))
    assert told.met is False and told.called == (0, 0)
    assert "has fallen in this study" in told.because.en and "is not reached" in told.because.en


def test_a_step_nobody_reports_leaves_it_open_and_gives_both_ends():
    told, out = call(vouched(PHASED))
    acme, site = out.books.at("acme"), out.books.at("site")
    assert told.met is None and told.called == (0, pytest.approx(9 * BN)) and "not known" in told.because.en
    assert out.high[acme] - out.low[acme] == pytest.approx(9 * BN)
    assert out.high[site] - out.low[site] == pytest.approx(9 * BN), "what one pays the other does not lose"


RELET = """\
    id: small
    name: {en: Small, zh: 小案例}
    newest: 2026-06-30
    parameters:
      - {id: relet_share, value: 0.4, unit: ratio, low: 0, high: 1, basis: assumed,
         because: {en: assumed here, zh: 此處假設}}
    """


def test_what_the_site_is_worth_to_others_is_no_loss_of_a_residual_value():
    """A case parameter says that 40 % can be let again: of 20, 12 are lost."""
    terms = "{when: {default: bolt}, cap: up to 99bn USD, covers: [rent], form: residual_value}"
    assert call(vouched(terms, case=RELET))[0].called[0] == pytest.approx(12 * BN)
    payment = terms.replace("residual_value", "payment")
    assert call(vouched(payment, case=RELET))[0].called[0] == pytest.approx(20 * BN)


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ("{when: {default: bolt}, cap: up to 7bn USD}", "whose loss it covers is unknown"),
        ("{when: {default: bolt}, covers: [rent]}", "no source states its cap"),
    ],
)
def test_a_guarantee_that_says_too_little_is_left_out_with_its_reason(terms, why):
    found = vouched(terms)
    assert found.guarantees == ()
    (left,) = (each for each in found.left_out if each.what == "vouch")
    assert why in left.because.en and left.because.zh
    assert stress(found, Shock.parse("bolt: stops-paying")).calls == ()


# -- triggers ---------------------------------------------------------------------------------------------

A, B = (Trigger(word="default", of=firm) for firm in ("a", "b"))
READY = Trigger(word="milestone", of="site", stock="phases")


def both_of(*parts: Trigger) -> Trigger:
    return Trigger(word="all", parts=parts)


def one_of(*parts: Trigger) -> Trigger:
    return Trigger(word="any", parts=parts)


@pytest.mark.parametrize(
    ("trigger", "ready", "fallen", "called"),
    [
        (A, None, {"a"}, True),
        (A, None, {"b"}, False),
        (both_of(A, B), None, {"a"}, False),
        (both_of(A, B), None, {"a", "b"}, True),
        (one_of(A, B), None, {"b"}, True),
        (one_of(A, B), None, set(), False),
        (both_of(A, READY), True, {"a"}, True),
        (both_of(A, READY), False, {"a"}, False),
        (both_of(A, READY), True, set(), False),
        (one_of(A, READY), False, {"a"}, True),
        (one_of(A, READY), False, set(), False),
        (both_of(one_of(A, B), READY), True, {"b"}, True),
        (one_of(both_of(A, B), both_of(A, READY)), True, {"a"}, True),
        (one_of(both_of(A, B), both_of(A, READY)), False, {"a"}, False),
    ],
)
def test_nothing_is_called_until_every_part_of_the_trigger_holds(trigger, ready, fallen, called):
    """C owes D 10 and has 4; G vouches for it on every kind of trigger about A and B."""
    made = Books.of(
        outside_assets={"a": 1, "b": 1, "c": 4, "d": 0, "g": 50},
        obligations=[Obligation(debtor="c", creditor="d", amount=10.0, leg="debt"), ("a", "x", 1), ("b", "x", 1)],
        guarantees=[Guarantee(leg="vouch", guarantor="g", protected="d", cap=(99.0, 99.0), covers=("debt",),
                              trigger=trigger, holds={READY: ready})],
    )  # fmt: skip
    out = stress(made, Shock.parse(*(f"{firm}: stops-paying" for firm in sorted(fallen))) if fallen else Shock(hits=()))
    assert out.calls[0].called == pytest.approx((6, 6) if called else (0, 0))
    assert out.calls[0].met is called


def test_the_fall_of_a_firm_that_is_not_in_the_books_calls_nothing():
    made = Books.of(
        outside_assets={"c": 4, "d": 0, "g": 50},
        obligations=[Obligation(debtor="c", creditor="d", amount=10.0, leg="debt")],
        guarantees=[Guarantee(leg="vouch", guarantor="g", protected="d", cap=(9.0, 9.0), covers=("debt",), trigger=A)],
    )
    out = stress(made, Shock.parse("c: stops-paying"))
    assert out.calls[0].called == (0, 0) and out.calls[0].met is False


def test_a_condition_that_nobody_can_decide_counts_as_it_is_asked():
    assert ways_of(both_of(A, READY), {READY: None}, False) == ()
    assert ways_of(both_of(A, READY), {READY: None}, True) == (("a",),)


def covers_sales(form: str = "capacity") -> Books:
    """The shop hopes for sales of 6 to the customer; G takes unsold capacity up to 5."""
    hope = Expected(firm="shop", partner="customer", amount=6.0, channel="revenue", leg="sales")
    return Books.of(
        outside_assets={"shop": 10, "customer": 5, "g": 50}, obligations=[("customer", "banks", 5)], expected=[hope],
        guarantees=[Guarantee(leg="vouch", guarantor="g", protected="shop", cap=(5.0, 5.0), covers=("sales",),
                              form=form, trigger=Trigger(word="default", of="customer"))],  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_capacity_guarantee_pays_for_revenue_that_a_fall_took():
    told, out = call(covers_sales(), "customer: stops-paying")
    assert told.called == (5, 5) and out.lost("shop") == pytest.approx(1)


def test_a_capacity_guarantee_that_is_called_without_a_loss_pays_nothing():
    told, out = call(covers_sales(), "vouch: called")
    assert told.called == (0, 0) and not out.attribution.total.any()


def test_two_guarantees_of_one_leg_share_its_loss():
    half = {"protected": "d", "cap": (99.0, 99.0), "covers": ("debt",), "share": 0.5, "trigger": A}
    made = Books.of(
        outside_assets={"a": 4, "d": 0, "g": 50, "h": 1},
        obligations=[Obligation(debtor="a", creditor="d", amount=10.0, leg="debt")],
        guarantees=[Guarantee(leg="one", guarantor="g", **half), Guarantee(leg="two", guarantor="h", **half)],  # type: ignore[arg-type]
    )  # fmt: skip
    out = stress(made, Shock(hits=()))
    assert [each.called[0] for each in out.calls] == pytest.approx([3, 3])
    assert [each.paid[0] for each in out.calls] == pytest.approx([3, 1])
    assert out.equity[-1][out.books.at("d")] == pytest.approx(4 + 3 + 1)
