"""The article's loop as the ledger knew it on the article's date: the same loop as headline, as contract, as cash."""

from __future__ import annotations

import functools

import pytest

import perpetuum
from perpetuum.circularity import along, measure
from perpetuum.circularity.view import Along
from perpetuum.core.claim import STAGES, Stage

ARTICLE = "2025-10-24"
FIRMS = ("nvidia", "openai", "oracle")
BN = 1e9


@functools.cache
def loop(stage: Stage, policy: str = "best_source") -> Along:
    return along(perpetuum.load("ai").network(at=ARTICLE, stage=stage, policy=policy), FIRMS)


def hops(seen: Along) -> list[float]:
    return [hop.amount / BN for hop in seen.hops]


def test_as_a_headline_a_third_of_oracles_purchases_is_nvidias_own_money():
    """100 of 300; the 0.1 that NVIDIA paid in 2024 adds to the 100."""
    seen = loop("announced")
    share = seen.shares["burn"]
    assert hops(seen) == pytest.approx([100.1, 300, 40])
    assert share.value == pytest.approx(100.1 / 300)
    assert (share.low, share.high) == pytest.approx((0, 1))
    assert share.not_traced == pytest.approx(1 - 100.1 / 300), "nobody says who pays the rest of the 300"
    assert seen.boomerang["burn"] == pytest.approx(40 / 300)
    assert seen.missing == ()


def test_told_with_the_articles_own_numbers_it_is_100_and_300_and_10():
    seen = loop("announced", "article")
    assert hops(seen) == pytest.approx([100.1, 300, 10])
    assert seen.shares["burn"].value == pytest.approx(100.1 / 300)
    assert seen.boomerang["burn"] == pytest.approx(10 / 300)
    # As structure all three are one loop: 10 goes round, 290 more flow than return.
    structure = seen.measured.structure
    assert structure.volume == pytest.approx(30 / 410.1)
    assert structure.throughput == pytest.approx(10 / 300)


def test_as_contracts_nothing_can_have_come_back():
    """The letter of intent binds nobody, and OpenAI's rent begins after Oracle's chips are bought."""
    seen = loop("signed")
    share = seen.shares["burn"]
    assert (share.value, share.low, share.high) == (0, 0, 0)
    assert share.because is not None and "schedules" in share.because.en
    assert seen.hops[0].amount == pytest.approx(0.1 * BN), "what NVIDIA paid in 2024 is firm, the 100 are not"
    assert seen.hops[1].amount == pytest.approx(300 * BN)


def test_as_cash_the_share_cannot_be_computed_and_the_missing_leg_is_named():
    seen = loop("paid")
    share = seen.shares["burn"]
    assert (share.value, share.low, share.high) == (None, None, None)
    assert share.because is not None and "oracle → nvidia" in share.because.en and "oracle → nvidia" in share.because.zh
    assert seen.hops[0].amount == pytest.approx(0.1 * BN)
    assert seen.hops[1].status == "nothing", "the contract of 300 starts in 2027"
    assert [hop.payer for hop in seen.missing] == ["oracle"]


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_unknown_is_said_at_every_stage(stage):
    network = perpetuum.load("ai").network(at=ARTICLE, stage=stage)
    loops = measure(network)
    assert loops.unknown == network.unknown != ()
    missing = {leg for hop in loop(stage).missing for leg in hop.unknown}
    assert missing <= {unknown.leg for unknown in loop(stage).measured.unknown}
    assert bool(missing) == (stage != "announced")


@pytest.mark.parametrize("stage", STAGES)
def test_every_share_of_the_case_stands_between_its_bounds_and_carries_its_stage(stage):
    loops = measure(perpetuum.load("ai").network(at=ARTICLE, stage=stage), step="year")
    assert loops.firms
    for firm in loops.firms:
        for share in loops.recycled(firm).values():
            assert share.low is not None and share.low <= share.value <= share.high
            assert (share.stage, share.firm) == (stage, firm)
        assert sum(loops.origins(firm).values()) == pytest.approx(loops.recycled(firm)["burn"].of)


def test_the_loop_is_in_the_inventory_with_the_status_of_its_stage():
    ring = tuple(sorted(FIRMS))
    found = {}
    for stage in STAGES:
        loops = measure(perpetuum.load("ai").network(at=ARTICLE, stage=stage)).loops
        found[stage] = [each.status for each in loops if tuple(sorted(each.firms)) == ring]
    assert found == {"announced": ["complete"], "signed": ["unknown"], "paid": ["open"]}
