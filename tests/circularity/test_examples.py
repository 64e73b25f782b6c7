"""The worked examples of the measure (USD bn): one loop, and very different numbers for it."""

from __future__ import annotations

import pytest

from perpetuum.circularity import measure
from perpetuum.circularity.results import Circularity
from tests.circularity.small import network, pays

LOOP = [
    pays("nvidia", "openai", "equity_investment", 100),
    pays("openai", "oracle", "cloud", 300),
    pays("oracle", "nvidia", "chips", 10),
]
SINK = pays("oracle", "OTHER_PAYEES", "running_cost", 290)


def shares(loops: Circularity, payer: str | None = None) -> dict[str, float | None]:
    return {rule: share.value for rule, share in loops.recycled("nvidia", payer=payer).items()}


def bounds(loops: Circularity, payer: str | None = None) -> tuple[float | None, float | None]:
    share = loops.recycled("nvidia", payer=payer)["burn"]
    return share.low, share.high


def test_a_the_headline_of_the_article():
    """100 / 300 / 10, the missing 200 from outside equity (golden case P17)."""
    loops = measure(network(*LOOP, pays("OUTSIDE_EQUITY", "openai", "equity_investment", 200), SINK, stage="announced"))
    assert shares(loops) == pytest.approx({"burn": 1 / 3, "pooled": 1 / 3})
    assert bounds(loops) == pytest.approx((0, 1))
    assert loops.boomerang("nvidia")["burn"] == pytest.approx(1 / 30)
    assert loops.origins("nvidia")["outside_equity"] == pytest.approx(20 / 3)


def test_a_without_assuming_who_pays_the_missing_200():
    loops = measure(network(*LOOP, SINK, stage="announced"))
    assert shares(loops) == pytest.approx({"burn": 1 / 3, "pooled": 1 / 3})
    assert bounds(loops) == pytest.approx((0, 1))
    assert loops.origins("nvidia")["unknown"] == pytest.approx(20 / 3)
    assert loops.boomerang("nvidia")["burn"] == pytest.approx(1 / 30)


def test_a_as_structure():
    """Golden case P03."""
    loops = measure(network(*LOOP, stage="announced"))
    assert loops.volume == pytest.approx(30 / 410)
    assert loops.throughput == pytest.approx(1 / 30)


def test_b_the_headline_of_the_press():
    """100 / 300 / 40 (golden case P04)."""
    loops = measure(network(*LOOP[:2], pays("oracle", "nvidia", "chips", 40), stage="announced"))
    assert shares(loops) == pytest.approx({"burn": 1 / 3, "pooled": 1 / 3})
    assert bounds(loops) == pytest.approx((0, 1))
    assert loops.boomerang("nvidia")["burn"] == pytest.approx(2 / 15)
    assert (loops.volume, loops.throughput) == pytest.approx((3 / 11, 2 / 15))


def test_c_the_banks_estimate_for_2026_direct_leg():
    """Goldman Sachs, note of October 2025 (golden case P22)."""
    loops = measure(
        network(
            pays("END_USERS", "openai", "subscription", 17),
            pays("nvidia", "openai", "equity_investment", 10),
            pays("OUTSIDE_EQUITY", "openai", "equity_investment", 9),
            pays("openai", "nvidia", "chips", 13),
            pays("openai", "OTHER_PAYEES", "cloud", 22),
        )
    )
    assert shares(loops) == pytest.approx({"burn": 36 / 133, "pooled": 5 / 18})
    assert bounds(loops) == pytest.approx((0, 10 / 13))
    assert loops.boomerang("nvidia") == pytest.approx({"burn": 234 / 665, "pooled": 13 / 36})


def cash_year_2026() -> Circularity:
    """ILLUSTRATIVE: reported funding, everything else assumed; the real number comes from the ledger."""
    return measure(
        network(
            pays("nvidia", "openai", "equity_investment", 30),
            pays("softbank", "openai", "equity_investment", 30),
            pays("amazon", "openai", "equity_investment", 15),
            pays("OUTSIDE_EQUITY", "openai", "equity_investment", 12),
            pays("END_USERS", "openai", "subscription", 30),
            pays("openai", "oracle", "cloud", 6),
            pays("openai", "amazon", "cloud", 3),
            pays("openai", "OTHER_PAYEES", "running_cost", 41),
            pays("NON_AI_CUSTOMERS", "oracle", "cloud", 70),
            pays("DEBT", "oracle", "bond", 45),
            pays("oracle", "nvidia", "chips", 25),
            pays("oracle", "OTHER_PAYEES", "running_cost", 90),
            pays("NON_AI_CUSTOMERS", "amazon", "cloud", 700),
            pays("amazon", "nvidia", "chips", 20),
            pays("amazon", "OTHER_PAYEES", "running_cost", 650),
            pays("OTHER_GPU_BUYERS", "nvidia", "chips", 285),
            first="2026Q1",
            statements={("openai", "cash"): {"2025Q4": 30}},
        )
    )


def test_d_as_cash_the_three_hop_loop_is_small():
    """Illustrative."""
    loops = cash_year_2026()
    assert shares(loops) == pytest.approx({"burn": 0.0004, "pooled": 0.0008}, abs=0.00005)
    assert bounds(loops) == pytest.approx((0, 9 / 330))
    assert loops.recycled("nvidia")["burn"].of == pytest.approx(330)
    assert sorted(value or 0 for value in loops.boomerang("nvidia").values()) == pytest.approx([0.005, 0.009], abs=5e-4)


def test_d2_the_same_of_oracles_purchases_alone():
    """Illustrative."""
    loops = cash_year_2026()
    assert shares(loops, payer="oracle") == pytest.approx({"burn": 0.005, "pooled": 0.010}, abs=0.0005)
    assert bounds(loops, payer="oracle") == pytest.approx((0, 6 / 25))


def test_one_loop_gives_a_hundredfold_range_so_stage_and_revenue_must_be_said():
    headline = shares(measure(network(*LOOP, SINK, stage="announced")))["burn"]
    cash = shares(cash_year_2026())["burn"]
    assert headline is not None and cash is not None and headline / cash > 500


def test_structure_and_origin_answer_different_questions():
    """Golden cases P27a and P27b: all 10 of the revenue lie in a loop, 1 % of it is the firm's own money."""
    diluted = network(
        pays("nvidia", "openai", "equity_investment", 10),
        pays("OUTSIDE_EQUITY", "openai", "equity_investment", 1000),
        pays("openai", "oracle", "cloud", 10),
        pays("openai", "STAFF", "running_cost", 1000),
        pays("oracle", "nvidia", "chips", 10),
    )
    loops = measure(diluted)
    assert loops.loops[0].weight == pytest.approx(10)
    assert shares(loops) == pytest.approx({"burn": 1 / 101, "pooled": 1 / 101})
    assert loops.throughput == pytest.approx(1 / 101)
