"""A sum holds one stage, one direction, and no money twice; where it cannot, it names the legs."""

from __future__ import annotations

import pytest

import perpetuum
from perpetuum.core.errors import NetworkError, UnknownName
from tests.ledger.small_case import told


@pytest.fixture(scope="module")
def ai():
    return perpetuum.load("ai")


def leg(id: str, *amounts: str, payer="acme", payee="bolt", more="") -> str:
    lines = "".join(f"\n      - {{says: {says}, source: wire}}" for says in amounts)
    head = f"  - id: {id}\n    kind: loan\n    payer: {payer}\n    payee: {payee}\n"
    return f"{head}    amounts:{lines or ' []'}\n    {more}\n"


def ledger_of(*legs: str):
    return told("".join(legs), "- {announced: 2025-02-01}\n- {paid: 2025-03-01}")


def paid(bn: int, span: str) -> str:
    return f"{bn}bn USD, stage: paid, period: {span}"


HISTORY = "stands_apart: {why: payment_history}"


# Sums that are refused


def test_two_histories_of_one_pair_and_time_are_not_added(ai):
    with pytest.raises(NetworkError) as refused:
        ai.total(stage="paid", legs=["openai_msft_paid_2025", "openai_msft_azure_paid"])
    said = str(refused.value)
    assert said.startswith("total: openai_msft_paid_2025 and openai_msft_azure_paid cover the same time")
    assert 'ledger.paid("openai", "microsoft")' in said


def test_two_versions_of_one_promise_are_not_added(ai):
    with pytest.raises(NetworkError, match="nvda_openai_2025_loi and nvda_openai_2026_abandoned are versions"):
        ai.total(stage="announced", legs=["nvda_openai_2025_loi", "nvda_openai_2026_abandoned"])


def test_the_first_and_the_third_version_are_not_added_either(ai):
    with pytest.raises(NetworkError, match="nvda_openai_2025_loi and nvda_openai_2026_round are versions"):
        ai.total(stage="announced", legs=["nvda_openai_2025_loi", "nvda_openai_2026_round"])


def test_giving_and_taking_back_are_not_added(ai):
    with pytest.raises(NetworkError, match="run in opposite directions"):
        ai.total(stage="announced", legs=["msft_openai_2019_2023_13", "openai_msft_2025_250"])


def test_a_part_and_its_whole_are_not_added(ai):
    with pytest.raises(NetworkError, match="share the same money"):
        ai.total(stage="announced", legs=["amzn_openai_2026_35obligation", "amzn_openai_2026_round"])


def test_versions_that_overlap_are_not_added():
    ledger = ledger_of(leg("a", "5bn USD, stage: announced"),
                       leg("b", "7bn USD, stage: announced", more="supersedes: {leg: a, mode: overlaps}"))  # fmt: skip
    with pytest.raises(NetworkError, match="a and b are versions of one promise"):
        ledger.total(stage="announced", legs=["a", "b"])


def test_a_leg_nobody_knows_comes_with_the_nearest(ai):
    with pytest.raises(UnknownName, match="did you mean `openai_orcl_2025_300`"):
        ai.total(stage="announced", legs=["openai_orcl_2025_30"])


def test_a_kind_nobody_knows_comes_with_the_nearest(ai):
    with pytest.raises(UnknownName, match="`clod` is not a kind; did you mean `cloud`"):
        ai.total(stage="announced", kind="clod")


# Sums that may be formed


def test_a_version_that_adds_is_added(ai):
    legs = ["openai_amzn_2025_aws38", "openai_amzn_2026_aws100"]
    assert ai.total(stage="announced", legs=legs).value == 138e9


def test_legs_of_different_pairs_are_added(ai):
    total = ai.total(stage="announced", legs=["openai_orcl_2025_300", "openai_msft_2025_250"])
    assert (total.value, total.unknown) == (550e9, ())


def test_a_leg_named_twice_counts_once(ai):
    assert ai.total(stage="announced", legs=["openai_orcl_2025_300"] * 2).value == 300e9


def test_payments_of_different_years_are_added():
    ledger = ledger_of(leg("a", paid(2, "2024"), more=HISTORY), leg("b", paid(3, "2025-01"), more=HISTORY))
    assert ledger.total(stage="paid", legs=["a", "b"]).value == 5e9


def test_a_leg_paid_in_two_spans_counts_both():
    ledger = ledger_of(leg("a", "10bn USD, stage: announced", paid(2, "2024"), paid(3, "2025-01")))
    assert ledger.total(stage="paid", legs=["a"]).value == 5e9
    assert ledger.total(stage="paid").value == 5e9


def test_what_is_unknown_makes_the_sum_a_floor(ai):
    total = ai.total(stage="paid", kind="cloud")
    assert total.is_floor
    assert "openai_orcl_2025_300" in total.unknown and "openai_orcl_2025_300" not in total.legs


def test_each_kind_sums_to_the_whole(ai):
    whole = ai.total(stage="announced")
    kinds = {ai.legs_by_id[leg].kind for leg in whole.legs} | {"guarantees"}
    parts = [ai.total(stage="announced", kind=kind) for kind in kinds]
    assert sum(part.value for part in parts) == pytest.approx(whole.value, abs=1)
    assert sorted(leg for part in parts for leg in part.legs) == sorted(whole.legs)


def test_firm_money_is_no_more_than_the_headline(ai):
    assert ai.total(stage="signed").value < ai.total(stage="announced").value


def test_a_sum_speaks_of_a_date(ai):
    assert ai.total(stage="announced", at="article").value < ai.total(stage="announced").value


# Payments of one pair


def test_known_payments_come_by_span_and_rivals_are_named(ai):
    first, second = ai.paid("openai", "microsoft")
    assert (first.leg, first.figure.value, str(first.span)) == (
        "openai_msft_revshare_paid_2024", 0.494e9, "2024-01-01..2024-12-31"
    )  # fmt: skip
    assert (second.leg, second.figure.value) == ("openai_msft_paid_2025", 17.2e9)
    assert set(second.rivals) == {"openai_msft_azure_paid", "openai_msft_revshare_paid_9m2025"}


def test_before_the_leak_the_older_histories_stand(ai):
    legs = [payment.leg for payment in ai.paid("openai", "microsoft", asof="2025-12-31")]
    assert legs == ["openai_msft_revshare_paid_2024", "openai_msft_revshare_paid_9m2025"]


def test_no_two_payments_of_a_pair_share_a_day(ai):
    for payer, payee in {(leg.payer, leg.payee) for leg in ai.legs()}:
        spans = [payment.span for payment in ai.paid(payer, payee) if payment.span]
        assert not any(a.overlaps(b) for i, a in enumerate(spans) for b in spans[:i])


def test_a_firm_nobody_knows_comes_with_the_nearest(ai):
    with pytest.raises(UnknownName, match="did you mean `openai`"):
        ai.paid("openia", "microsoft")


def test_of_histories_that_overlap_one_enters_the_network():
    ledger = ledger_of(leg("all", paid(9, "2025-01..2025-03"), more=HISTORY),
                       leg("part", paid(2, "2025-02"), more=HISTORY),
                       leg("before", paid(1, "2024-10..2024-12"), more=HISTORY))  # fmt: skip
    network = ledger.network("2025-03-31")
    assert network.flows.sum() == 10e9
    assert [(u.leg, u.why) for u in network.unknown] == [("part", "stands apart")]


def test_histories_of_different_pairs_do_not_compete():
    ledger = ledger_of(leg("there", paid(9, "2025-01"), more=HISTORY),
                       leg("back", paid(2, "2025-01"), payer="bolt", payee="acme", more=HISTORY))  # fmt: skip
    assert ledger.network("2025-03-31").flows.sum() == 11e9


# Parts


def money(network, leg: str) -> float:
    """USD on a leg: by quarter, or known only for a longer span."""
    ids = [known.id for known in network.legs]
    by_quarter = float(network.flows[:, ids.index(leg)].sum()) if leg in ids else 0.0
    return by_quarter + sum(u.amount for u in network.unknown if u.leg == leg and u.why == "span")


def reasons(network, leg: str) -> list[str]:
    return [unknown.why for unknown in network.unknown if unknown.leg == leg]


@pytest.mark.parametrize(("leg", "value"), [("inv_anth_2026_g", 30e9), ("orcl_atm_2026_q1fy27", 19.909e9)])
def test_a_part_whose_own_payment_alone_is_known_enters_at_stage_paid(ai, leg, value):
    network = ai.network("latest", "paid")
    assert money(network, leg) == value
    assert "stands apart" not in reasons(network, leg)


def test_a_part_whose_whole_is_known_stays_out(ai):
    network = ai.network("latest", "paid")
    assert reasons(network, "nvda_nscale_2025") == ["stands apart"]
    assert money(network, "inv_nscale_2025_b") == 1.53e9
    assert money(network, "nvda_nscale_2025") == 0


@pytest.mark.parametrize("stage", ["announced", "signed"])
@pytest.mark.parametrize("leg", ["inv_anth_2026_g", "orcl_atm_2026_q1fy27", "nvda_nscale_2025"])
def test_a_part_never_enters_before_it_is_paid(ai, leg, stage):
    assert reasons(ai.network("latest", stage), leg) == ["stands apart"]


def test_a_part_enters_until_the_payment_of_the_whole_is_known():
    part = leg(
        "part", "5bn USD, stage: announced", paid(2, "2025-02"), more="stands_apart: {why: part_of, of: [whole]}"
    )
    whole = leg("whole", "9bn USD, stage: announced")
    assert ledger_of(part, whole).network("2025-03-31").flows.sum() == 2e9
    known = leg("whole", "9bn USD, stage: announced", paid(8, "2025-02"))
    assert ledger_of(part, known).network("2025-03-31").flows.sum() == 8e9


@pytest.mark.parametrize("why", ["aggregate", "stake_value", "project_cost", "not_a_deal", "disputes"])
def test_what_is_no_payment_of_its_own_never_enters(why):
    ledger = ledger_of(leg("a", "9bn USD, stage: announced", paid(9, "2025-02"), more=f"stands_apart: {{why: {why}}}"))
    for stage in ("announced", "signed", "paid"):
        assert reasons(ledger.network("2025-03-31", stage), "a") == ["stands apart"]
    assert ledger.total(stage="paid").value == 0
