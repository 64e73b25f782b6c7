"""What books and shocks cannot be: every problem at once, with a repair, in both languages."""

from __future__ import annotations

import re

import numpy as np
import pytest

from perpetuum.contagion import Books, Expected, Guarantee, Holding, Obligation, Shock, Study, Warrant, books, stress
from perpetuum.contagion.valuations.rogers_veraart import rogers_veraart
from perpetuum.core.errors import NetworkError, PerpetuumError, UnknownName
from perpetuum.core.network import Network
from tests.ledger.small_case import told

HAS = {"lab": 12.0, "cloud": 3.0, "vendor": 5.0}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def refused(**parts: object) -> PerpetuumError:
    with pytest.raises(NetworkError) as caught:
        Books.of(**{"outside_assets": HAS, **parts})  # type: ignore[arg-type]
    return in_both_languages(caught.value)


def in_both_languages(error: PerpetuumError) -> PerpetuumError:
    """Each line is there in both; the Chinese one has Chinese in it."""
    english, chinese = error.in_language("en"), error.in_language("zh")
    assert english != chinese and CHINESE.search(chinese) and not CHINESE.search(english)
    assert len(english.splitlines()) == len(chinese.splitlines()) >= 2
    return error


def made(**parts: object) -> Books:
    return Books.of(**{"outside_assets": HAS, "obligations": [("lab", "cloud", 10)], **parts})  # type: ignore[arg-type]


# -- amounts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize(
    ("where", "part"),
    [
        ("outside_assets.lab", lambda bad: {"outside_assets": {"lab": bad}}),
        ("rent", lambda bad: {"obligations": [Obligation(debtor="lab", creditor="cloud", amount=bad, leg="rent")]}),
        ("lab -> cloud", lambda bad: {"obligations": [("lab", "cloud", bad)]}),
        ("sales", lambda bad: {"expected": [Expected(firm="lab", partner="cloud", amount=bad, channel="revenue",
                                                      leg="sales")]}),
        ("lab -> vendor", lambda bad: {"warrants": [Warrant(issuer="lab", holder="vendor", count=1.0, strike=bad,
                                                            shares=4.0)]}),
    ],
)  # fmt: skip
def test_amounts_that_are_no_amounts_are_refused_where_they_stand(bad, where, part):
    error = refused(**part(bad))
    assert f"{where}: {bad} USD" in str(error) and "unknown is not zero" in str(error)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_lies_between_0_and_1(share):
    assert "vendor owns" in str(refused(holdings=[("vendor", "lab", share)]))


@pytest.mark.parametrize("margin", [-0.1, 1.5, float("nan")])
def test_a_margin_is_a_share(margin):
    hope = Expected(firm="lab", partner="cloud", amount=1.0, channel="revenue", margin=margin, leg="sales")
    assert "sales: a margin" in str(refused(expected=[hope]))


def test_a_rank_is_counted_from_the_top():
    assert "rank -1" in str(refused(obligations=[Obligation(debtor="lab", creditor="x", amount=1.0, rank=-1)]))


# -- who owes and owns whom -------------------------------------------------------------------------------


def test_a_debt_to_oneself_is_refused():
    assert "lab owes itself" in str(refused(obligations=[("lab", "lab", 3)]))


def test_shares_in_oneself_are_refused():
    assert "lab owns shares in itself" in str(refused(holdings=[("lab", "lab", 0.1)]))


def test_a_debtor_nobody_knows_is_refused():
    assert "bank owes money but has no outside assets" in str(refused(obligations=[("bank", "lab", 3)]))


def test_more_than_all_shares_of_a_firm_are_refused_with_their_owners():
    said = str(refused(holdings=[("lab", "vendor", 0.7), ("cloud", "vendor", 0.5)]))
    assert "more than all shares of vendor are owned (1.2): lab 0.7, cloud 0.5" in said


def test_a_ring_of_firms_that_own_each_other_wholly_is_refused():
    ring = [("lab", "cloud", 1.0), ("cloud", "vendor", 1.0), ("vendor", "lab", 1.0)]
    assert "lab, cloud, vendor own each other wholly" in str(refused(holdings=ring))
    open_ring = [*ring[:2], ("vendor", "lab", 0.99)]
    assert made(holdings=open_ring).holdings[0] == Holding(owner="lab", firm="cloud", share=1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "nobody"}, {"holder": "lab"}, {"shares": 0.0}, {"count": 0.0},
    ],
)  # fmt: skip
def test_a_warrant_is_of_a_firm_of_the_books_to_somebody_else_beside_its_shares(wrong):
    given = {"issuer": "lab", "holder": "vendor", "count": 1.0, "strike": 2.0, "shares": 4.0} | wrong
    refused(warrants=[Warrant(**given)])


def test_warrants_of_one_issuer_agree_on_its_shares():
    one = Warrant(issuer="lab", holder="vendor", count=1.0, strike=2.0, shares=4.0)
    two = Warrant(issuer="lab", holder="cloud", count=1.0, strike=2.0, shares=5.0)
    assert "one number" in str(refused(warrants=[one, two]))


def vouch(leg: str = "vouch", **more: object) -> Guarantee:
    given = {"guarantor": "vendor", "protected": "cloud", "cap": (5.0, 5.0), "covers": ("rent",)} | more
    return Guarantee(leg=leg, **given)  # type: ignore[arg-type]


def test_guarantees_cover_at_most_the_whole_loss_together():
    said = str(refused(guarantees=[vouch("one", share=0.6), vouch("two", share=0.6)]))
    assert "guarantees cover 1.2 of the loss on rent" in said and "gains by a fall" in said
    assert len(made(guarantees=[vouch("one", share=0.5), vouch("two", share=0.5)]).guarantees) == 2


@pytest.mark.parametrize("wrong", [{"share": 1.1}, {"share": -0.1}, {"share": float("nan")}])
def test_the_share_that_a_guarantee_covers_is_a_share(wrong):
    assert "vouch: covers" in str(refused(guarantees=[vouch(**wrong)]))


@pytest.mark.parametrize("cap", [(-1.0, 5.0), (6.0, 5.0), (float("nan"), 5.0), (0.0, float("nan"))])
def test_a_cap_has_two_ends_in_order(cap):
    assert "vouch: a cap of" in str(refused(guarantees=[vouch(cap=cap)]))


def test_all_problems_are_reported_at_once_and_each_repair_once():
    error = refused(
        outside_assets={"lab": -1.0, "cloud": float("nan")},
        obligations=[("lab", "lab", 3), ("cloud", "cloud", 2), ("cloud", "lab", -5)],
        holdings=[("lab", "lab", 0.5)],
        guarantees=[vouch(share=2.0)],
    )
    said = str(error)
    for what in ("outside_assets.lab", "outside_assets.cloud", "lab owes itself", "cloud owes itself",
                 "cloud -> lab: -5", "lab owns shares in itself", "vouch: covers"):  # fmt: skip
        assert what in said, what
    assert said.count("leave debts to oneself out") == 1


# -- shocks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("clout: stops-paying", "cloud"),
        ("labb: -40 % assets", "lab"),
        ("vendr: withdraws", "vendor"),
        ("lab: taken over by vndor", "vendor"),
        ("sale: cancelled", "sales"),
        ("voch: called", "vouch"),
    ],
)
def test_a_name_nobody_knows_comes_with_the_nearest(words, nearest):
    hope = Expected(firm="lab", partner="cloud", amount=1.0, channel="revenue", leg="sales")
    with pytest.raises(UnknownName) as caught:
        stress(made(expected=[hope], guarantees=[vouch()]), Shock.parse(words))
    error = caught.value
    assert f"did you mean `{nearest}`" in str(error)
    assert nearest in error.in_language("zh") and CHINESE.search(error.in_language("zh"))


def test_all_unknown_names_of_a_shock_are_reported_together():
    with pytest.raises(PerpetuumError) as caught:
        stress(made(), Shock.parse("clout: stops-paying; vendr: -10 % assets"))
    for said in (str(caught.value), caught.value.in_language("zh")):
        assert "cloud" in said and "vendor" in said


def test_a_shock_larger_than_the_firm_is_refused_and_says_what_the_firm_has():
    with pytest.raises(NetworkError, match=r"lab cannot lose 13 USD.*it has 12 USD") as caught:
        stress(made(), Shock.parse("lab: -13 USD"))
    assert "100 %" in str(in_both_languages(caught.value))


def test_all_that_a_firm_has_is_the_most_it_can_lose():
    assert stress(made(), Shock.parse("lab: -12 USD")).settled


def test_several_shocks_larger_than_their_firms_are_reported_together():
    with pytest.raises(NetworkError) as caught:
        stress(made(), Shock.parse("lab: -13 USD; cloud: -4 USD"))
    assert "lab cannot lose" in str(caught.value) and "cloud cannot lose" in str(caught.value)


@pytest.mark.parametrize("words", ["lab", "lab: explodes", ": -40 % assets", "lab: -40 apples", "lab: -140 % assets"])
def test_a_shock_that_cannot_be_read_says_how_to_write_one(words):
    with pytest.raises(PerpetuumError) as caught:
        Shock.parse(words)
    assert words.split()[-1] in str(caught.value)
    in_both_languages(caught.value)


def test_all_that_cannot_be_read_is_reported_together():
    with pytest.raises(PerpetuumError) as caught:
        Shock.parse("lab: explodes", "cloud: implodes; vendor: -10 % assets")
    assert "explodes" in str(caught.value) and "implodes" in str(caught.value)


@pytest.mark.parametrize("size", [-0.1, 1.1, float("nan")])
def test_the_size_of_a_shock_is_a_share(size):
    with pytest.raises(NetworkError) as caught:
        Shock(hits=(), size=size)
    in_both_languages(caught.value)


def test_a_firm_cannot_take_itself_over():
    with pytest.raises(NetworkError, match="cannot take itself over") as caught:
        stress(made(), Shock.parse("lab: taken over by lab"))
    in_both_languages(caught.value)


@pytest.mark.parametrize("what", ["demand", "price"])
def test_a_loss_of_what_nobody_knows_is_refused(what):
    with pytest.raises(NetworkError, match="not known") as caught:
        stress(made(), Shock.parse(f"lab: -50 % {what}"))
    in_both_languages(caught.value)


@pytest.mark.parametrize("wrong", [{"alpha": 1.5}, {"beta": -0.1}, {"beta_shares": float("nan")}])
def test_cost_factors_outside_0_and_1_are_refused(wrong):
    with pytest.raises(NetworkError) as caught:
        rogers_veraart(**({"alpha": 0.5, "beta": 0.5} | wrong))
    in_both_languages(caught.value)


def test_a_valuation_stands_only_in_a_channel_it_speaks_for():
    with pytest.raises(NetworkError, match="does not speak for the channel `owned`") as caught:
        Study.of("owned=eisenberg_noe")
    in_both_languages(caught.value)


# -- networks ---------------------------------------------------------------------------------------------


def test_a_network_without_any_balance_sheet_or_obligation_is_refused_and_says_what_would_supply_it():
    with pytest.raises(NetworkError, match="nothing is known") as caught:
        stress(Network(entities=(), legs=()), Shock(hits=()))
    said = str(in_both_languages(caught.value))
    assert "total_assets" in said and "schedule" in said


def test_a_firm_of_unknown_equity_cannot_lose_a_part_of_it():
    legs = """\
        - id: note
          kind: loan
          payer: acme
          payee: bolt
          amounts: [{says: 10bn USD, stage: paid, period: 2025-03, source: wire}]
        """
    network = told(legs, "- {announced: 2025-01-15, leg: note, source: wire}").network(at="2026-06-30", stage="signed")
    assert books(network).unknown_equity == {"acme", "bolt"}
    with pytest.raises(NetworkError, match="is not known, so it cannot lose a part of it") as caught:
        stress(network, Shock.parse("bolt: -10 % assets"))
    assert "stops-paying" in str(in_both_languages(caught.value))
    assert stress(network, Shock.parse("bolt: stops-paying")).settled


# -- not an error -----------------------------------------------------------------------------------------


def test_a_firm_that_owes_nothing_and_has_nothing_stands():
    out = stress(made(outside_assets={**HAS, "shell": 0.0}), Shock.parse("lab: -8 USD"))
    shell = out.books.at("shell")
    assert out.recovery[shell] == 1 and out.equity[-1][shell] == 0 and out.round_of_default[shell] == 0


def test_a_firm_exactly_at_the_edge_stands_and_is_named():
    out = stress(made(obligations=[("lab", "cloud", 10)]), Shock.parse("lab: -2 USD"))
    assert out.at_edge == ("lab",) and out.falls == ()


def test_what_cannot_be_proven_is_a_result_with_a_status_and_no_error():
    """A ring that passes on all it gets, marked down by half of each distress, and nothing outside."""
    ring = Books.of(outside_assets={"a": 0.0, "b": 0.0}, obligations=[("a", "b", 1), ("b", "a", 1)])
    out = stress(ring, Shock.parse("a: stops-paying"))
    assert out.status in ("settled", "not_settled") and np.isfinite(out.attribution.total).all()
