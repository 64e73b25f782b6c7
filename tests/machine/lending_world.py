"""A small world in which vendors lend and vouch: gears that buy on credit, a lab with a loan, two guarantees."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from perpetuum.core.deal import Contingent, Leg, Trigger
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, ScenarioLeg, Shock, Spread
from perpetuum.core.units import UNITS
from perpetuum.machine.knobs import KNOBS
from tests.machine.small_world import POOR, SMALL, changes_of, day, small_network, wild
from tests.machine.worlds import FIRST, LENDERS


def guarantee(
    id: str, payer: str, payee: str, debtor: str, cap: str, share: float, covers: tuple[str, ...] = ()
) -> Leg:
    """Somebody vouches for a debtor."""
    terms = Contingent(when=Trigger(word="default", of=debtor), cap=Quantity.parse(cap), share=share, covers=covers)
    return Leg(id=id, kind="guarantee_call", payer=payer, payee=payee, amounts=(), contingent=terms)


GUARANTEES = (
    guarantee("vendor_vouches", "vendor", LENDERS, "cloud", "up to 9bn USD", 0.5),
    guarantee("maker_vouches", "maker", LENDERS, "cloud", "up to 40bn USD", 0.8),
    guarantee("lease", "vendor", "cloud", "lab", "up to 3bn USD", 0.75, ("lab_cloud",)),
    guarantee("credit", "maker", "vendor", "nimbus", "up to 1bn USD", 1.0, ("vendor_nimbus",)),
)
LOANS = (("vendor_nimbus", "vendor", "nimbus"), ("vendor_nimbus_more", "vendor", "nimbus"),
         ("maker_cloud", "maker", "cloud"), ("vendor_lends_den", "vendor", "den"))  # fmt: skip
TERMS = {
    "vendor_nimbus.headline": "6bn USD", "vendor_nimbus.opening_drawn": "1.5bn USD",
    "vendor_nimbus.financed_share": "80 %",
    "vendor_nimbus_more.headline": "3bn USD", "vendor_nimbus_more.start": 4.0,
    "maker_cloud.headline": "20bn USD", "maker_cloud.opening_drawn": "5bn USD", "maker_cloud.term": 8.0,
    "vendor_lends_den.headline": "3bn USD", "vendor_lends_den.draws_over": 3.0, "vendor_lends_den.start": 2.0,
    "nimbus.opening_debt": "15bn USD",
}  # fmt: skip


def lending_network(guarantees: tuple[Leg, ...] = GUARANTEES) -> Network:
    """The network of the small world with guarantees in it."""
    return replace(small_network(), every=guarantees)


def with_loans(scenario: Scenario, id: str) -> Scenario:
    """The same world with loans of vendors, and with the guarantees of the network."""
    return replace(
        scenario,
        id=id,
        opening="ledger",
        legs=(*scenario.legs, *(ScenarioLeg(id=leg, kind="loan", payer=by, payee=to) for leg, by, to in LOANS)),
        changes=(*scenario.changes, *changes_of(TERMS),
                 *(Change(target=leg.id, include=True) for leg in GUARANTEES)),
    )  # fmt: skip


LENDING = with_loans(SMALL, "lending")
LENDING_POOR = with_loans(POOR, "lending_poor")


def lending_wild() -> Scenario:
    """Loans and guarantees in a world in which nearly everything is anything."""
    spreads = []
    for target in ("headline", "opening_drawn"):
        for leg, _, _ in LOANS:
            value = dict(TERMS).get(f"{leg}.{target}")
            if isinstance(value, str):
                usd = Quantity.parse(value).value
                ends = (0.2 * usd, usd) if target == "opening_drawn" else (usd, 4.0 * usd)
                spreads.append(_uniform(f"{leg}.{target}", *ends))
    for leg, _, _ in LOANS:
        spreads += [_uniform(f"{leg}.{knob}", KNOBS[knob].low, KNOBS[knob].high)
                    for knob in ("financed_share", "loan_spread", "repayment_share")]  # fmt: skip
    spreads += [_uniform(f"{leg.id}.cover_share", 0.0, 1.0) for leg in GUARANTEES]
    world = wild()
    return replace(with_loans(world, "lending_wild"), spreads=(*world.spreads, *spreads))


def _uniform(of: str, low: float, high: float) -> Spread:
    unit = UNITS[KNOBS[of.rpartition(".")[2]].unit].base
    ends = (Quantity(end, unit) if unit not in ("ratio", "quarters") else end for end in (low, high))
    return Spread(of=of, law="uniform", low=next(ends), high=next(ends))


def taken_over(scenario: Scenario, *firms: str, at: int, by: str | None = None) -> Scenario:
    """The same world; new owners come in one quarter."""
    shocks = tuple(Shock(at=FIRST + at, target=firm, do="takeover", by=by) for firm in firms)
    return replace(scenario, id=f"{scenario.id}-taken-over", shocks=(*scenario.shocks, *shocks))


def falls(scenario: Scenario, firm: str, at: int) -> Scenario:
    """The same world; a firm stops paying."""
    return replace(scenario, shocks=(*scenario.shocks, Shock(at=FIRST + at, target=firm, do="default")))


@cache
def fall_of_lab() -> int:
    """The quarter in which the lab falls if nobody helps it."""
    world = day(LENDING_POOR, on=lending_network(()))
    for now in range(20):
        world.live(now, now + 1)
        if ("default", "lab") in world.events():
            return now
    raise AssertionError("the lab did not fall")
