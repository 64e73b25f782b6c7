"""Firms without an opening balance sheet: counted with the sectors and listed, where the case asks for it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from perpetuum.core.errors import NetworkError, ScenarioError
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, Shock, Spread
from perpetuum.core.when import Quarter
from perpetuum.machine import simulate
from tests.machine.small_world import SMALL, small_network
from tests.machine.worlds import FIRST


def folding(network):
    return dataclasses.replace(network, cast=dataclasses.replace(network.cast, fold_unknown=True))


def without(scenario: Scenario, *targets: str) -> Scenario:
    return dataclasses.replace(
        scenario, changes=tuple(change for change in scenario.changes if change.target not in targets)
    )


NOBODY_KNOWS = without(SMALL, "maker.opening_cash", "maker.other_revenue")


def live(network, scenario, **kwargs):
    return simulate(network, scenario, draws=3, quarters=4, first=FIRST, **kwargs)


def test_a_firm_without_an_opening_is_an_error_unless_the_case_folds():
    with pytest.raises(NetworkError) as caught:
        live(small_network(), NOBODY_KNOWS)
    assert "maker.opening_cash is not known" in str(caught.value)


def test_a_firm_without_an_opening_is_left_out_and_named_with_what_it_lacks():
    run = live(folding(small_network()), NOBODY_KNOWS)
    (one,) = run.left_out
    assert (one.firm, one.part) == ("maker", "fuel")
    assert one.missing == ("maker.opening_cash", "maker.other_revenue")
    assert "maker" not in run.entities
    assert not any("maker" in (leg.payer, leg.payee) for leg in run.worlds[0].legs)


def test_what_was_bought_of_a_vendor_that_is_left_out_is_bought_of_the_others():
    world = live(folding(small_network()), NOBODY_KNOWS).worlds[0]
    bought = {leg.id: float(world.knobs_of_leg(-1, n)[world.resolved.addresses.knob(f"{leg.id}.chip_share").index
                                                     - world.resolved.addresses.knob(f"{leg.id}.start").index])
              for n, leg in enumerate(world.legs) if leg.place == "chips"}  # fmt: skip
    assert bought == {"cloud>vendor:chips": 1.0, "nimbus>vendor:chips": 1.0}


def test_lines_about_whoever_is_left_out_are_left_out_too_and_no_others():
    spoken = dataclasses.replace(
        NOBODY_KNOWS,
        spreads=(*NOBODY_KNOWS.spreads, Spread(of="maker.research", law="uniform", low=Quantity.parse("1bn USD"),
                                               high=Quantity.parse("3bn USD"))),
    )  # fmt: skip
    run = live(folding(small_network()), spoken)
    assert {one.target for one in run.worlds[0].scenario.changes} == {
        change.target for change in SMALL.changes if "maker" not in change.target
    }
    # Of anybody else an unknown name is as wrong as before.
    wrong = dataclasses.replace(
        spoken, changes=(*spoken.changes, Change(target="mkaer.research", to=Quantity.parse("1bn USD")))
    )
    with pytest.raises(ScenarioError, match="mkaer"):
        live(folding(small_network()), wrong)


@pytest.mark.parametrize(
    "shock",
    [Shock(at=Quarter(2026, 2), target="maker", do="default"),
     Shock(at=Quarter(2026, 2), target="cloud", do="takeover", by="maker")],
    ids=["it falls", "it takes over"],
)  # fmt: skip
def test_a_shock_that_strikes_whoever_is_left_out_is_refused_and_not_forgotten(shock):
    struck = dataclasses.replace(NOBODY_KNOWS, shocks=(shock,))
    with pytest.raises(NetworkError, match="maker"):
        live(folding(small_network()), struck)


def test_shares_that_add_up_to_something_else_are_an_error_before_anybody_is_left_out():
    wrong = dataclasses.replace(
        NOBODY_KNOWS,
        changes=(*without(NOBODY_KNOWS, "cloud>vendor:chips.chip_share").changes,
                 Change(target="cloud>vendor:chips.chip_share", to=Quantity.parse("90 %"))),
    )  # fmt: skip
    with pytest.raises(NetworkError, match=r"add up to 1\.15"):
        live(folding(small_network()), wrong)


def test_a_share_that_would_be_stretched_may_not_spread():
    spread = dataclasses.replace(
        NOBODY_KNOWS,
        spreads=(*NOBODY_KNOWS.spreads, Spread(of="cloud>vendor:chips.chip_share", law="uniform",
                                               low=Quantity.parse("70 %"), high=Quantity.parse("80 %"))),
    )  # fmt: skip
    with pytest.raises(NetworkError, match="chip_share spreads"):
        live(folding(small_network()), spread)


def test_where_everything_is_known_folding_changes_no_bit():
    plain, folded = live(small_network(), SMALL), live(folding(small_network()), SMALL)
    assert folded.left_out == ()
    np.testing.assert_array_equal(plain.band("cloud.cash").quantile, folded.band("cloud.cash").quantile)


def test_nobody_left_is_said_with_what_is_missing():
    none = without(SMALL, *(change.target for change in SMALL.changes if "opening_cash" in change.target))
    with pytest.raises(NetworkError) as caught:
        live(folding(small_network()), none)
    assert "nobody can be simulated" in str(caught.value)
    assert "opening_cash" in str(caught.value)


def test_without_any_vendor_nobody_can_build():
    none = without(SMALL, "vendor.opening_cash", "maker.opening_cash")
    with pytest.raises(NetworkError, match="nobody can build"):
        live(folding(small_network()), none)
