"""Every valuation of the folder: a share between 0 and 1, which never rises when the partner gets poorer."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from perpetuum.contagion.named import factory, valuation, valuations
from perpetuum.contagion.valuation import Channel, PartnerState, Valuation
from perpetuum.core.errors import NetworkError, UnknownName

FOLDER = importlib.import_module("perpetuum.contagion.valuations")
FOUND = sorted(valuations().values(), key=lambda found: found.id)
PARTNERS = 8
each = arrays(float, PARTNERS, elements=st.integers(0, 20).map(lambda k: k / 2))
shares = arrays(float, PARTNERS, elements=st.integers(0, 10).map(lambda k: k / 10))


@pytest.fixture(params=FOUND, ids=lambda found: found.id)
def one(request):
    return request.param


@st.composite
def poorer_and_richer(draw) -> tuple[PartnerState, PartnerState]:
    """The same partners twice: the second time with less of everything, and more of them fallen."""
    outside, debts, from_shares, debt = (draw(each) for _ in range(4))
    opening, receipts, fallen = draw(each) - 1, draw(shares), draw(arrays(bool, PARTNERS))
    part, more = draw(shares), draw(arrays(bool, PARTNERS))
    part = np.where(draw(arrays(bool, PARTNERS)), 1.0, part)
    states = []
    for left, down in ((np.ones(PARTNERS), fallen), (part, fallen | more)):
        assets = left * (outside + debts + from_shares)
        states.append(
            PartnerState(
                assets=assets, debt=debt, outside_assets=left * outside, from_shares=left * from_shares,
                equity=assets - debt, opening_equity=opening, fallen=down, receipts_kept=left * receipts,
            )
        )  # fmt: skip
    return states[1], states[0]


@settings(max_examples=120, deadline=None)
@given(poorer_and_richer(), st.data())
def test_the_share_kept_lies_between_0_and_1_and_never_rises_as_the_partner_gets_poorer(pair, data):
    poorer, richer = pair
    for found in (data.draw(st.sampled_from(FOUND)), *FOUND):
        below, above = found.kept(poorer), found.kept(richer)
        for kept in (below, above):
            assert kept.shape == (PARTNERS,) and kept.dtype == float, found.id
            assert (kept >= 0).all() and (kept <= 1).all(), f"{found.id}: {kept}"
        assert (below <= above + 1e-12).all(), f"{found.id}: {below} of the poorer, {above} of the richer"


def test_someone_keeps_less_of_a_partner_that_has_lost_everything(one):
    def state(share: float) -> PartnerState:
        ten = np.array([10.0])
        return PartnerState(
            assets=share * ten, debt=0.8 * ten, outside_assets=share * ten, equity=share * ten - 0.8 * ten,
            opening_equity=0.2 * ten, fallen=np.array([share == 0]), receipts_kept=np.array([share]),
        )  # fmt: skip

    whole = one.kept(state(1.0))
    assert (whole > 0.5).all()
    assert (one.kept(state(0.0)) < whole).all()


def test_the_file_the_valuation_and_what_makes_it_bear_one_name(one):
    files = sorted(module.name for module in pkgutil.iter_modules(FOLDER.__path__))
    assert [found.id for found in FOUND] == files
    made = factory(one.id)()
    assert made == one
    assert tuple(inspect.signature(factory(one.id)).parameters) == tuple(name for name, _ in one.parameters)


def test_a_valuation_says_what_it_is_in_both_languages_and_names_its_paper(one):
    assert one.name.en != one.name.zh and one.paper
    assert one.channels and set(one.channels) <= set(get_args(Channel))
    assert not (one.pays and one.has_own_solver)


def test_what_is_printed_can_be_read_again(one):
    assert valuation(str(one)) == one


def test_no_parameter_of_a_valuation_may_be_impossible(one):
    for name, _ in one.parameters:
        for value in (-0.5, float("nan"), float("inf")):
            with pytest.raises(NetworkError, match=f"Write for {name}"):
                factory(one.id)(**{name: value})


def test_parameters_are_read_as_written():
    read = valuation(" rogers_veraart( alpha=0.5, beta = 0.7 ) ")
    assert read.parameters == (("alpha", 0.5), ("beta", 0.7), ("beta_shares", 1.0))
    assert valuation("debtrank_2015()") == valuation("debtrank_2015")


def test_debtrank_without_a_variant_is_refused():
    with pytest.raises(NetworkError, match="debtrank_2012, debtrank_2015, debtrank_nonlinear") as told:
        valuation("debtrank")
    assert "版本" in told.value.in_language("zh")


def test_an_unknown_name_comes_with_the_nearest():
    with pytest.raises(UnknownName, match=r"is not a valuation; did you mean `eisenberg_noe`\?"):
        valuation("eisenberg_neo")


@pytest.mark.parametrize(
    "said",
    [
        "", "rogers_veraart(0.5)", "rogers_veraart(alpha=half)", "rogers_veraart(gamma=1)",
        "rogers_veraart(alpha=1, alpha=1)", "rogers_veraart(alpha=1", "black_cox(sigma==1)",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_form_to_write(said):
    with pytest.raises(NetworkError, match=r"\(.*=.*\)"):
        valuation(said)


def test_all_impossible_parameters_are_named_at_once():
    with pytest.raises(NetworkError) as told:
        valuation("rogers_veraart(alpha=2, beta=-1)")
    assert "alpha is 2" in str(told.value) and "beta is -1" in str(told.value)


def test_the_shares_of_the_papers_by_hand():
    def state(**changed) -> PartnerState:
        given = {
            "assets": 6.0, "debt": 10.0, "outside_assets": 2.0, "from_shares": 1.0, "equity": -4.0,
            "opening_equity": 5.0, "receipts_kept": 0.8,
        } | changed  # fmt: skip
        fallen = np.array([given.pop("fallen", True)])
        return PartnerState(fallen=fallen, **{name: np.array([value]) for name, value in given.items()})

    def kept(said: str, **changed) -> float:
        return float(valuation(said).kept(state(**changed))[0])

    well = {"assets": 13.0, "equity": 3.0, "fallen": False}
    assert kept("eisenberg_noe") == pytest.approx(0.6)
    assert kept("rogers_veraart(alpha=0.5, beta=0.8, beta_shares=0.1)") == pytest.approx((1 + 2.4 + 0.1) / 10)
    assert kept("limited_liability", **well) == pytest.approx(0.6)
    assert kept("fixed_recovery(R=0.3)") == pytest.approx(0.3)
    assert kept("debtrank_2015(rho=0.5)", **well) == pytest.approx(1 - 0.5 * 0.4)
    assert kept("debtrank_nonlinear(a=1)", **well) == pytest.approx(1 - 0.4 * np.exp(-0.6))
    assert kept("stops_when_failed(replaced=0.25)") == pytest.approx(0.25)
    assert kept("leaves_when_stressed(threshold=0.7)", **well) == 0
    assert kept("leaves_when_stressed(threshold=0.6)", **well) == 1
    assert kept("orders_follow_revenue(elasticity=0.5)") == pytest.approx(0.9)
    assert isinstance(valuation("merton"), Valuation)
