"""OpenAI stops paying: who falls, who loses what on which deals, and what NVIDIA's guarantee then pays."""

from __future__ import annotations

import functools

import pytest

import perpetuum
from perpetuum.contagion import Shock, Study, books, stress
from perpetuum.contagion.cascade import Cascade, Push
from perpetuum.contagion.stress import pushes
from perpetuum.core.network import Network

BN = 1e9
ARTICLE, NEWEST = "2025-10-24", "2026-09-16"
DATES = (ARTICLE, NEWEST)
OHIO = "nvda_sbe_ports_2026_guarantee"


@functools.cache
def network(at: str) -> Network:
    return perpetuum.load("ai").network(at=at, stage="signed")


@functools.cache
def stops_paying(at: str, owed: str = "eisenberg_noe") -> Cascade:
    return stress(network(at), Shock.parse("openai: stops-paying"), study=Study.of(f"owed={owed}"))


def all_pushes(out: Cascade) -> dict[str, tuple[Push, ...]]:
    split = out.attribution
    return {firm: pushes(out.books, out.books.at(firm), split.loss, split.loss_by_pair) for firm in out.firms}


def test_of_nvidias_105_billion_nothing_is_due_and_the_sentence_says_why():
    (ohio,) = (call for call in stops_paying(NEWEST).calls if call.leg == OHIO)
    assert ohio.guarantor == "nvidia" and ohio.protected == "sb_energy" and ohio.full == 105 * BN
    assert ohio.met is False and ohio.called == (0, 0) == ohio.paid
    assert "OpenAI has fallen in this study" in ohio.because.en and "2028" in ohio.because.en
    assert ohio.because.en.endswith("nothing is due") and ohio.because.zh.endswith("無須支付")


def test_even_if_the_guarantee_is_called_before_its_term_nothing_of_it_is_released():
    out = stress(network(NEWEST), Shock.parse(f"openai: stops-paying; {OHIO}: called"))
    (ohio,) = (call for call in out.calls if call.leg == OHIO)
    assert ohio.called == (0, 0) and out.lost("nvidia") == pytest.approx(stops_paying(NEWEST).lost("nvidia"))


def test_no_guarantee_pays_without_the_fall_it_is_about():
    for at in DATES:
        for call in stops_paying(at).calls:
            if "openai" not in call.because.en.lower():
                assert call.called == (0, 0) and "has not fallen" in call.because.en, call.leg


def test_anthropic_may_leave_spacex_and_then_owes_5_of_45():
    found = books(network(NEWEST))
    (firm,) = (o for o in found.obligations if o.leg == "anth_spacex_2026_colossus")
    assert (firm.debtor, firm.creditor, firm.amount) == ("anthropic", "spacex_xai", 5 * BN)
    (hope,) = (e for e in found.expected if e.leg == "anth_spacex_2026_colossus")
    assert (hope.firm, hope.partner) == ("spacex_xai", "anthropic")
    assert firm.amount + hope.amount == pytest.approx(45 * BN * 365 / 1127, rel=0.02), "a year of the headline"
    left = stress(network(NEWEST), Shock.parse("anth_spacex_2026_colossus: cancelled"))
    assert left.falls == () and left.lost("spacex_xai") == pytest.approx(hope.amount)
    assert left.attribution.causes["revenue"] == pytest.approx(hope.amount), "the firm part stays owed"


@pytest.mark.parametrize("at", DATES)
def test_openai_falls_first_and_pays_only_what_still_reaches_it(at):
    out = stops_paying(at)
    assert out.settled and out.origin is not None and out.origin.stage == "signed"
    first = out.falls[0]
    reaches = float(out.books.claims.owed[:, :, out.books.at("openai")].sum())
    assert (first.firm, first.round) == ("openai", 1) and first.pays == pytest.approx(reaches, abs=1)
    assert first.owes > 2 * reaches and "openai" in out.unknown, "its equity is not known, and that is said"


@pytest.mark.parametrize("at", DATES)
def test_every_first_domino_and_loser_names_legs_whose_sources_exist(at):
    """Three of each: what cost them most has legs, and each leg has a source with an address."""
    out, net = stops_paying(at), network(at)
    told = all_pushes(out)
    losers = sorted(told, key=out.lost, reverse=True)[:4]
    looked_at = 0
    for firm in dict.fromkeys([*(fall.firm for fall in out.falls[:3]), *losers]):
        for push in told[firm]:
            if push.partner is None:
                continue
            assert push.legs, (firm, push)
            for id in push.legs:
                leg = net.leg(id)
                assert {firm, push.partner} == {leg.payer, leg.payee}, id
                assert leg.amounts and all(claim.source and claim.source.url for claim in leg.amounts), id
                looked_at += 1
    assert looked_at >= 3


@pytest.mark.parametrize("at", DATES)
@pytest.mark.parametrize("owed", ["eisenberg_noe", "rogers_veraart(alpha=0.7, beta=0.8)"])
def test_all_sums_agree(at, owed):
    out = stops_paying(at, owed)
    split = out.attribution
    whole = float(split.total.sum())
    assert out.settled and whole > 0
    assert sum(split.causes.values()) == pytest.approx(sum(split.borne.values()), rel=1e-9)
    assert split.loss.sum() == pytest.approx(whole, rel=1e-9)
    assert split.loss_by_pair.sum(axis=1) == pytest.approx(split.loss[:, 1:5], abs=1)
    assert split.began_at.sum(axis=1) == pytest.approx(split.total, abs=1)
    assert split.began_at[:, out.books.at("openai")] == pytest.approx(split.total, abs=1), "all of it began there"


@pytest.mark.parametrize("at", DATES)
@pytest.mark.parametrize("words", ["all: -60 % assets", "oracle: -90 % assets", "nvidia: stops-paying"])
def test_sums_agree_for_other_shocks_too(at, words):
    out = stress(network(at), Shock.parse(words))
    split = out.attribution
    assert out.settled
    assert sum(split.causes.values()) == pytest.approx(sum(split.borne.values()), rel=1e-9)
    assert split.began_at.sum(axis=1) == pytest.approx(split.total, abs=1)


@pytest.mark.parametrize("at", DATES)
def test_opening_equity_is_what_firms_report(at):
    """Of every firm with known equity: what the books come to is its newest figure, or assets less liabilities."""
    out = stress(network(at), Shock(hits=()))
    known = [firm for firm in out.firms if firm not in out.books.unknown_equity]
    assert {"nvidia", "oracle", "microsoft"} <= set(known) and not out.attribution.total.any()
    for firm in known:
        metrics = {figure.chosen.attribute: figure.value for figure in out.books.equity_figures[firm]}
        reported = metrics.get("stockholders_equity")
        if reported is None:
            reported = metrics["total_assets"] - metrics["total_liabilities"]
        assert out.before[out.books.at(firm)] == pytest.approx(reported, rel=1e-9), firm


@pytest.mark.parametrize("at", DATES)
@pytest.mark.parametrize("horizon", [4, 40])
def test_every_obligation_and_hope_belongs_to_a_live_leg_and_never_exceeds_it(at, horizon):
    net = network(at)
    found = books(net, horizon=horizon)
    live = {leg.id for leg in net.every}

    def on_record(leg: str) -> float:
        figures = [net.promised.get((leg, stage), ()) for stage in ("announced", "signed", "paid")]
        return max((sum(figure.value for figure in some) for some in figures), default=0.0)

    parts: dict[str, float] = {}
    for each in (*found.obligations, *found.expected):
        if each.leg:
            assert each.leg in live and each.amount > 0
            parts[each.leg] = parts.get(each.leg, 0.0) + each.amount
    assert len(parts) > 20
    for leg, amount in parts.items():
        assert amount <= on_record(leg) * (1 + 1e-9), leg
