"""Faith is lost, a firm cannot pay: the machine and the dominoes agree to the cent, and others fall after it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import perpetuum
from perpetuum.contagion import Books, Obligation, Shock, clear
from perpetuum.contagion.over_draws import over_draws
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.scenario import Change, Scenario
from perpetuum.core.scenario import Shock as Turn
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine import Dues, Keep, Run, simulate
from tests.machine import worlds

NINTH = Quarter(2028, 1)
ENGINES = ("openai", "other_engines")
HERE = Keep(series=("openai.cash_burn",))


@functools.cache
def network() -> Network:
    return perpetuum.load("ai").network(at="newest", stage="signed")


def world(id: str, changes: Sequence[Change] = (), shocks: Sequence[Turn] = ()) -> Scenario:
    reference = perpetuum.load("ai").scenario("reference")
    return replace(
        reference, id=id, name=both(id, id), changes=(*reference.changes, *changes),
        shocks=(*reference.shocks, *shocks),
    )  # fmt: skip


def scenarios() -> dict[str, Scenario]:
    growth = {"openai": 0.08, "other_engines": 0.075}  # of `reference`, a quarter
    faithless = [Turn(at=NINTH, target="mood", do="add", value=-2.5)]
    half = [Change(target=f"{engine}.pay_growth", to=growth[engine] / 2) for engine in ENGINES]
    cheaper = [Turn(at=NINTH, target=f"{engine}.pay_per_user", do="multiply", value=0.6, ramp=4) for engine in ENGINES]
    return {
        "reference": world("reference-again"),
        "mood": world("mood", [Change(target="mood_persistence", to=0.99)], faithless),
        "stall-and-mood": world(
            "stall-and-mood-again",
            [*half, Change(target="imitation", to=0.05), Change(target="mood_persistence", to=0.98)],
            [Turn(at=NINTH, target="mood", do="add", value=-2.0)],
        ),
        "chips-for-three-years": world("short-lived", [Change(target="economic_life", to=12.0)]),
        "price-war": world("cheaper", shocks=cheaper),
    }


@functools.cache
def run_of(name: str) -> Run:
    return simulate(network(), scenarios()[name], draws=1, keep=HERE)


def falls(run: Run) -> dict[str, int]:
    """By firm the quarter in which it first falls; 1 is the first simulated one."""
    return {firm: when - run.first + 1 for event, firm, when in run.happened_in() if event == "default"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reference", {}),
        ("mood", {"openai": 17}),
        ("stall-and-mood", {"openai": 13, "coreweave": 30}),
        ("chips-for-three-years", {"coreweave": 33}),
        ("price-war", {}),
    ],
)
def test_the_same_firms_fall_as_in_the_prototype_and_when(name, expected):
    found = falls(run_of(name))

    assert found.keys() == expected.keys()
    assert all(abs(found[firm] - quarter) <= 1 for firm, quarter in expected.items()), found


def test_a_price_war_is_expensive_and_nobody_falls():
    burn = run_of("price-war").path("openai.cash_burn")[11:20] / 1e9

    assert burn.min() >= 14 and burn.max() <= 21


def cleared(dues: Dues, lender: str) -> np.ndarray:
    """The dues of a quarter, cleared by the other room; by due, USD."""
    books = Books.of(
        outside_assets={
            entity: has for entity, has in zip(dues.entities, dues.resources.tolist(), strict=True) if entity != lender
        },
        obligations=[
            Obligation(debtor=dues.entities[payer], creditor=dues.entities[payee], amount=float(amount), rank=int(rank))
            for payer, payee, amount, rank in zip(dues.payer, dues.payee, dues.amount, dues.rank, strict=True)
        ],
    )  # fmt: skip
    out = clear(books)
    assert out.status == "settled"
    total = np.zeros((len(dues.entities), len(dues.entities)))
    place = [dues.entities.index(firm) for firm in out.firms]
    total[np.ix_(place, place)] = out.paid
    total[place, dues.entities.index(lender)] = out.outside_paid
    return total


def paid(dues: Dues) -> np.ndarray:
    total = np.zeros((len(dues.entities), len(dues.entities)))
    np.add.at(total, (dues.payer, dues.payee), dues.paid)
    return total


def agree(dues: Dues, lender: str) -> None:
    ours, theirs = paid(dues), cleared(dues, lender)
    assert np.abs(ours - theirs).max() <= 1e-12 * dues.amount.sum()


@pytest.mark.parametrize(
    ("name", "firm"), [("mood", "openai"), ("stall-and-mood", "openai"), ("stall-and-mood", "coreweave"),
                       ("chips-for-three-years", "coreweave")],
)  # fmt: skip
def test_the_machine_and_the_dominoes_pay_the_same_when_a_firm_cannot(name, firm):
    run = run_of(name)
    dues = run.dues(run.quarters[falls(run)[firm] - 1])

    from_it = dues.payer == dues.entities.index(firm)
    assert dues.paid[from_it].sum() < 0.999 * dues.amount[from_it].sum(), "the firm does not pay in full"
    agree(dues, "all_lenders")


def test_they_pay_the_same_in_calm_quarters_and_long_after_a_fall():
    run = run_of("stall-and-mood")

    for quarter in (run.quarters[0], run.quarters[11], run.quarters[-1]):
        agree(run.dues(quarter), "all_lenders")


def test_they_pay_the_same_in_every_future_of_a_hard_world():
    run = simulate(worlds.network(), worlds.HARD, draws=6, quarters=16, keep=Keep(series=("lab.cash",)))

    short = 0
    for draw in range(6):
        for quarter in run.quarters:
            dues = run.dues(quarter, draw)
            short += bool((dues.paid < 0.999 * dues.amount).any())
            agree(dues, worlds.LENDERS)
    assert short > 0, "somebody cannot pay in some quarter"


@functools.cache
def many() -> Run:
    keep = Keep(series=("lab.cash",), draws=tuple(range(8)))
    return simulate(worlds.network(), worlds.CALM, draws=12, quarters=8, keep=keep)


def test_a_shock_strikes_the_network_of_every_kept_future():
    out = over_draws(many(), Shock.parse("lab: stops-paying"), "2027Q4")

    assert out.draws == tuple(range(8)) and out.share["lab"] == 1.0 and out.central.falls[0].firm == "lab"
    assert np.allclose(out.by_round.sum(axis=0), [out.share[firm] for firm in out.firms])
    assert out.settled.all() and len(set(out.lost_by("cloud").tolist())) == 8, "each future has its own debts"


def test_futures_that_were_not_kept_are_lived_through_once_more():
    asked = over_draws(many(), Shock.parse("lab: stops-paying"), "2027Q4", draws=(3, 11))
    kept = over_draws(many(), Shock.parse("lab: stops-paying"), "2027Q4")

    assert asked.draws == (3, 11) and np.array_equal(asked.lost[0], kept.lost[3])


def test_each_future_loses_what_its_own_network_loses():
    from perpetuum.contagion import stress

    shock = Shock.parse("lab: stops-paying")
    alone = stress(many().network("2027Q4", 5), shock)

    out = over_draws(many(), shock, "2027Q4")

    assert out.lost_by("cloud")[5] == alone.lost("cloud") > 0


def test_whoever_falls_without_the_shock_is_not_taken_down_by_it():
    out = over_draws(many(), Shock.parse("lab: stops-paying"), "2027Q4")

    assert np.array_equal(out.taken, (out.falls > 0) & ~out.fell_before)
    assert (out.low <= out.lost).all() and (out.lost <= out.high).all()


def test_whoever_waits_is_told_of_every_future_that_is_done():
    done: list[int] = []

    over_draws(many(), Shock.parse("lab: stops-paying"), "2027Q4", draws=(3, 1), progress=done.append)

    assert done == [0, 1, 2]


def test_a_run_that_keeps_no_future_says_how_to_keep_some():
    run = simulate(worlds.network(), worlds.CALM, draws=2, quarters=2, keep=Keep(series=("lab.cash",)))

    with pytest.raises(NetworkError, match="keep=Keep"):
        over_draws(run, Shock.parse("lab: stops-paying"))
    with pytest.raises(UnknownName, match="did you mean `lab`"):
        over_draws(run, Shock.parse("lab: stops-paying"), draws=[0]).lost_by("labb")
