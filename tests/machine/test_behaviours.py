"""The rules of the day one by one: alone, in any order, within their own columns, and against sums by hand."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from perpetuum.core.scenario import Shock
from perpetuum.machine import columns as c
from perpetuum.machine import knobs as k
from perpetuum.machine import world as w
from perpetuum.maths.diffusion import adoption, bass_new
from tests.machine.lending_world import LENDING, LENDING_POOR, fall_of_lab, lending_network, taken_over
from tests.machine.small_world import (
    EVERY_RULE,
    PHASES,
    POOR,
    RULES,
    SMALL,
    Day,
    day,
    only,
    opened,
    plain,
)
from tests.machine.worlds import FIRST, network, with_changes

BN = 1e9


# ---- in any order

SEEN = [(SMALL, 0, -1), (SMALL, 6, 3), (POOR, 17, -1), (POOR, 21, 5), (LENDING, 4, 3)]
ORDERS = 120  # that are tried, spread over all there are


def at_the_start_of(phase: str, now: int, world: Day) -> Day:
    """A quarter that is lived through up to a phase."""
    world.live(0, now).phase("open_the_books", now)
    for earlier in PHASES[: PHASES.index(phase)]:
        world.phase(earlier, now)
    return world


@pytest.mark.parametrize(("scenario", "now", "draw"), SEEN)
@pytest.mark.parametrize("phase", [phase for phase in PHASES if len(RULES[phase]) > 1])
def test_rules_of_one_phase_may_speak_in_any_order(phase, scenario, now, draw):
    start = at_the_start_of(phase, now, day(scenario, on=lending_network(), draw=draw))
    written = start.copy()
    for rule in RULES[phase]:
        written.act(rule, now)

    assert not written.same(start)
    apart = -(-math.factorial(len(RULES[phase])) // ORDERS)
    for order in itertools.islice(itertools.permutations(RULES[phase]), None, None, apart):
        shuffled = start.copy()
        for rule in order:
            shuffled.act(rule, now)
        assert shuffled.same(written), order


def test_a_rule_that_reads_what_another_one_of_its_phase_writes_would_be_seen(monkeypatch):
    behaviours = plain().modules["perpetuum.machine.behaviours.costs_fall_due"]
    honest = behaviours.costs_fall_due

    def peeping(now, world, knobs, layout, proposal, chance):
        honest(now, world, knobs, layout, proposal, chance)
        proposal.due[layout.standing[w.ENGINE_COSTS, layout.engines[0]]] += world.stocks[layout.engines[0], c.USED_GW]

    monkeypatch.setattr(behaviours, "costs_fall_due", peeping)
    start = at_the_start_of("operate", 6, day())

    one, other = start.copy(), start.copy()
    one.act("costs_fall_due", 6).act("engines_use_compute", 6)
    other.act("engines_use_compute", 6).act("costs_fall_due", 6)

    assert not one.same(other)


# ---- alone

# Rules that only pass on, split or judge what others did, and who must act before them.
COMPANY = {
    "tranche_unlocks": ("engines_use_compute", "gears_order_capacity"),
    "suppliers_pass_on": ("costs_fall_due",),
    "lenders_pass_on": ("interest_falls_due",),
    "vendor_lends": ("gears_order_capacity",),
}
# The close ages capacity and marks stakes to the market; without these a quarter has no end.
CLOSING = ("capacity_arrives_and_ages", "shares_are_valued")
# Rules that have nothing to say where nobody lends, vouches or is taken over.
OF_LENDING = ("vendor_lends", "guarantees_fall_due", "owners_pay_in")


def _lab_is_told_to_fall(world: Day) -> None:
    world.tell(world.firm("lab"))


def _lab_uses_more_than_ever(world: Day) -> None:
    world.world.stocks[world.firm("lab"), c.PEAK_GW] = 0.1


def _investors_have_too_much(world: Day) -> None:
    world.knobs.world[k.INVESTOR_BUFFER] = 3_000 * BN


def _nimbus_is_poor(world: Day) -> None:
    e = world.firm("nimbus")
    world.pay_by_hand("nimbus", "all_users", world.world.accounts[e, c.CASH])
    world.knobs.firm[e, k.LEVERAGE] = 0.0


def _money_comes_late(world: Day) -> None:
    world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] = 1 * BN


def _a_guarantee_was_called(world: Day) -> None:
    firms = [(world.firm("cloud"), c.DEBT, c.PAYABLES), (world.firm("all_lenders"), c.LOANS, c.RECEIVABLES)]
    for e, before, after in firms:
        world.world.accounts[e, before] -= 1 * BN
        world.world.accounts[e, after] += 1 * BN
    world.world.positions[world.leg("vendor_vouches"), c.UNLOCKED] = 1 * BN


def _nimbus_is_poor_and_taken_over(world: Day) -> None:
    _nimbus_is_poor(world)
    world.tell(len(world.prepared.entities) + world.leg("all_investors>nimbus:equity_investment(takeover)"))


STAGED: dict[str, Callable[[Day], None]] = {
    "firms_default": _lab_is_told_to_fall,
    "tranche_unlocks": _lab_uses_more_than_ever,
    "investors_spend": _investors_have_too_much,
    "gears_issue_shares": _nimbus_is_poor,
    "vendor_pays_tranche": _money_comes_late,
    "guarantees_fall_due": _a_guarantee_was_called,
    "owners_pay_in": _nimbus_is_poor_and_taken_over,
}


def owned(**changes: str) -> Day:
    """A world in which vendors lend more than anybody needs, and investors take a cloud over in the end."""
    shocks = (Shock(at=FIRST + 20, target="cloud", do="default"), Shock(at=FIRST + 23, target="nimbus", do="takeover"))
    return day(replace(LENDING, shocks=shocks), on=lending_network(), vendor_nimbus__headline="60bn USD", **changes)


@pytest.mark.parametrize("rule", EVERY_RULE)
@pytest.mark.parametrize("now", [1, 9])
def test_every_rule_alone_leaves_the_books_balanced(rule, now):
    company = (*CLOSING, *COMPANY.get(rule, ()))
    start = (owned() if rule in OF_LENDING else day()).live(0, now)
    STAGED.get(rule, lambda _: None)(start)
    without, alone = start.copy(), start

    with only(*(name for name in company if name != rule)):
        without.phase("open_the_books", now)
        _quarter_without_check(without, now)
    with only(*company, rule):
        alone.quarter(now)

    assert not alone.same(without), "the rule did nothing, so nothing was tested"


def _quarter_without_check(world: Day, now: int) -> None:
    """Without the ageing of capacity books need not balance; only the numbers count here."""
    for phase in ("open_the_books", *PHASES, "close", "value"):
        world.phase(phase, now)


# ---- what is whose

# A fall ends what other rules began, and warrants are shares that did not exist.
BEYOND_ITS_OWN = {"firms_default": {"backlog", "unlocked", "outstanding"}, "tranche_unlocks": {"held", "shares"}}
# Who was paid how much, and owns how much, is settled between the phases.
SETTLED = {"held", "shares", "drawn", "unlocked", "unpaid", "outstanding"}


@pytest.fixture(scope="module")
def touched() -> dict[str, set[str]]:
    """By rule, everything it changed in four futures in which everybody falls."""
    found: dict[str, set[str]] = defaultdict(set)
    module = plain().quarter
    honest = {rule: getattr(module, rule) for rule in EVERY_RULE}

    def watched(rule: str) -> Callable[..., None]:
        def act(now, world, *rest):
            before = _numbers(world, rest[2])
            honest[rule](now, world, *rest)
            found[rule] |= _changed(before, _numbers(world, rest[2]))

        return act

    for rule in EVERY_RULE:
        setattr(module, rule, watched(rule))
    try:
        day(draw=2).live(0, 24)
        day(POOR).live(0, 24)
        for firm in ("cloud", "vendor"):
            world = day(grace_quarters=1.0).live(0, 8)
            world.tell(world.firm(firm))
            world.live(8, 12)
        poor = {"capex_financed": "0 %", "issue_cap": "1 %", "nimbus__leverage": 0.0, "nimbus__least_cash": "0 USD"}
        day(order_finance="100 %", **poor).live(0, 8)
        world = day(recovery_trade="50 %").live(0, 2)
        world.pay_by_hand("lab", "all_users", world.world.accounts[world.firm("lab"), c.CASH])
        world.knobs.world[k.ANNUAL_POOL] = world.drawn[k.ANNUAL_POOL] = 0.0
        world.live(2, 8)
        owned(vendor__opening_cash="90bn USD").live(0, 24)
        cured = fall_of_lab() + 1
        day(taken_over(LENDING_POOR, "lab", at=cured), on=lending_network()).live(0, cured + 1)
    finally:
        for rule in EVERY_RULE:
            setattr(module, rule, honest[rule])
    return found


def _numbers(world, proposal) -> dict[str, np.ndarray]:
    tables = {"economy": (c.ECONOMY, world.economy), "stocks": (c.STOCKS, world.stocks),
              "positions": (c.POSITIONS, world.positions)}  # fmt: skip
    named = {column.id: table[..., n].copy() for columns, table in tables.values() for n, column in enumerate(columns)}
    others = {f"({name})": getattr(world, name).copy()
              for name in ("accounts", "flow", "arrears", "unpaid", "lost", "vesting", "own", "arrivals")}  # fmt: skip
    return {**named, **others, "(due)": proposal.due.copy(), "(want)": proposal.want.copy()}


def _changed(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> set[str]:
    return {name for name in before if before[name].tobytes() != after[name].tobytes()}


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_rule_changes_what_it_owns_and_no_other_number(rule, touched):
    owns = set(plain().modules[f"perpetuum.machine.behaviours.{rule}"].BEHAVIOUR.owns)
    moved = {name for name in touched[rule] if not name.startswith("(")}

    assert moved <= owns | BEYOND_ITS_OWN.get(rule, set())
    assert owns <= moved, "a rule owns what it never moves"


@pytest.mark.parametrize("rule", [rule for phase in PHASES for rule in RULES[phase]])
def test_before_the_close_a_rule_only_proposes_and_moves_no_money(rule, touched):
    assert {name for name in touched[rule] if name.startswith("(")} <= {"(due)", "(want)"}
    if rule != "use_and_efficiency_change":
        assert touched[rule] & {"(due)", "(want)"}


def test_every_column_has_one_owner_or_is_settled():
    owned = defaultdict(list)
    for rule in EVERY_RULE:
        for column in plain().modules[f"perpetuum.machine.behaviours.{rule}"].BEHAVIOUR.owns:
            owned[column].append(rule)
    columns = {column.id for column in (*c.ECONOMY, *c.STOCKS, *c.POSITIONS)}

    assert set(owned) | SETTLED == columns
    shared = {column: rules for column, rules in owned.items() if len(rules) > 1}
    # What was wanted in build is cut to what was paid for in close.
    assert shared == {"ordered_gw": ["gears_order_capacity", "capacity_arrives_and_ages"]}


# ---- users


def test_one_engine_that_nobody_leaves_grows_like_the_curve_of_the_textbook():
    one = with_changes(
        SMALL, "one", lab__pull=1.0, lab__churn=0.0, innovation=0.03, imitation=0.18,
        price_response=0.0,
    )  # fmt: skip
    lonely = network(fuel=("vendor", "maker"), engines=("lab",))
    legs = tuple(leg for leg in one.legs if "den" not in leg.id)
    changes = tuple(change for change in one.changes if "den" not in change.target)
    one = replace(one, legs=legs, changes=changes, spreads=())
    world = opened(plain().prepare.prepare(lonely, one, FIRST, 40, 0, ()), 40)
    seen = [0.0]
    world.world.stocks[world.firm("lab"), c.USERS] = 0.0
    for now in range(40):
        world.act("users_arrive_and_pay", now)
        seen.append(float(world.world.stocks[world.firm("lab"), c.USERS]))

    expected = adoption(bass_new, 0.03, 0.18, 5.5e9, 40)
    assert np.max(np.abs(np.array(seen) - expected)) <= 1e-12 * 5.5e9


# ---- bills


def lab_needs(gw: float, **changes: str | float) -> Day:
    """A first quarter in which the lab needs so much compute, and den none."""
    world = day(lab__training=1.0, **changes)
    world.world.stocks[world.firm("lab"), c.USERS] = gw / 2e-9
    world.world.stocks[world.firm("den"), c.USERS] = 0.0
    return world.act("engines_use_compute", 0)


def due(world: Day, leg: str) -> float:
    return float(world.proposal.due[world.leg(leg)]) / BN


# The lab's contracts in the first quarter: a sixth of 2 GW at 70 %, all of 0.5 GW at 80 %; 11 billion a GW and year.
@pytest.mark.parametrize(
    ("need", "cloud", "nimbus"),
    [
        (0.0, 11 / 4 * 0.7 / 3, 11 / 4 * 0.8 * 0.5),  # nothing used, and the minimum paid
        (0.625, 11 / 4 * 0.75 / 3, 11 / 4 * 0.8 * 0.5),  # three quarters used: above one minimum, below the other
        (2.5 / 3, 11 / 4 / 3, 11 / 4 * 0.5),  # all used
    ],
)
def test_a_contract_is_paid_for_use_but_at_least_for_its_minimum(need, cloud, nimbus):
    world = lab_needs(need)

    assert due(world, "lab_cloud") == pytest.approx(cloud, rel=1e-12)
    assert due(world, "lab_nimbus") == pytest.approx(nimbus, rel=1e-12)
    assert due(world, "lab>cloud:cloud") + due(world, "lab>nimbus:cloud") == pytest.approx(0.0, abs=1e-9)
    assert world.world.stocks[world.firm("lab"), c.USED_GW] == pytest.approx(need)


def test_need_beyond_the_contracts_is_rented_from_whoever_has_to_spare():
    world = lab_needs(1.5)

    rest, spare = 1.5 - 1 / 3 - 0.5, {"cloud": 2.0 - 1 / 3, "nimbus": 1.0 - 0.5}
    for gear, gw in spare.items():
        assert due(world, f"lab>{gear}:cloud") == pytest.approx(3.0 * rest * gw / sum(spare.values()))
    assert world.world.stocks[world.firm("lab"), c.USED_GW] == pytest.approx(1.5)


def test_what_was_rented_last_quarter_is_not_taken_when_nothing_is_rented():
    world = lab_needs(1.5)
    spot = [world.leg(f"lab>{gear}:cloud") for gear in ("cloud", "nimbus")]
    assert world.world.positions[spot, c.TAKEN].min() > 0.0

    world.world.stocks[world.firm("lab"), c.USERS] = 0.0
    world.act("engines_use_compute", 1)

    assert world.world.positions[spot, c.TAKEN].tolist() == [0.0, 0.0]


def test_a_cloud_without_room_delivers_the_same_part_of_every_contract_and_bills_no_more():
    world = day()
    world.world.stocks[world.firm("nimbus"), c.OWN_GW] = 0.8
    world.act("engines_use_compute", 0)

    assert world.world.positions[world.leg("lab_nimbus"), c.AVAILABLE] == pytest.approx(0.2)
    assert due(world, "lab_nimbus") == pytest.approx(11 / 4 * 0.2)


def test_a_backlog_falls_by_what_is_made_available_and_ends_at_nothing():
    world = day(cloud__opening_gw="5 GW")
    # 2 GW at 11 billion: 6 quarters of ramp count as 3.5, then 18 whole ones.
    assert world.world.positions[world.leg("lab_cloud"), c.BACKLOG] == pytest.approx(11 / 4 * 2 * 21.5 * BN)

    world.act("engines_use_compute", 0)

    assert world.world.positions[world.leg("lab_cloud"), c.BACKLOG] == pytest.approx(11 / 4 * (2 * 21.5 - 1 / 3) * BN)
    for now in range(1, 24):
        world.act("engines_use_compute", now)
    assert world.world.positions[world.leg("lab_cloud"), c.BACKLOG] == pytest.approx(0.0, abs=1.0)


# ---- chips


def one_vintage(book: float, **lives: float) -> tuple[Day, int]:
    """A cloud whose only chips, 1 GW, arrived in the quarter before the first."""
    world = day(nimbus__pipeline_share=0.0, **lives)
    state, g = world.world, world.firm("nimbus")
    i = list(world.layout.gears).index(g)
    state.arrivals[i] = 0.0
    state.arrivals[i, world.layout.past - 1] = 0.0, 1.0, book
    state.stocks[g, c.CAPACITY_GW] = 1.0
    state.accounts[g, c.EQUIPMENT] = book
    return world, g


@pytest.mark.parametrize(
    ("accounting", "economic", "worn", "written_off", "gw"),
    [
        (5.0, 3.0, [20, 20, 20, 0, 0, 0], [0, 0, 40, 0, 0, 0], [1, 1, 0, 0, 0, 0]),
        (4.0, 4.0, [25, 25, 25, 25, 0, 0], [0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]),
        (2.0, 5.0, [50, 50, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0]),
    ],
)
def test_chips_that_die_before_their_books_are_written_off(accounting, economic, worn, written_off, gw):
    world, g = one_vintage(100.0, accounting_life=accounting, economic_life=economic)

    seen = []
    for now in range(6):
        world.phase("open_the_books", now).act("capacity_arrives_and_ages", now)
        seen.append([*world.world.own[g, [w.WORN, w.WRITTEN_OFF]], world.world.stocks[g, c.CAPACITY_GW]])
        assert (("write_off", "nimbus") in world.events()) == (written_off[now] > 0)

    assert np.allclose(np.array(seen), np.array([worn, written_off, gw]).T, atol=1e-9)
    assert world.world.accounts[g, c.EQUIPMENT] == pytest.approx(0.0, abs=1e-9)


def test_a_life_that_is_suddenly_shorter_retires_everything_older_at_once():
    world = day(accounting_life=24.0, economic_life=20.0)
    g, before = world.firm("cloud"), float(world.world.accounts[day().firm("cloud"), c.EQUIPMENT])
    world.knobs.world[k.ECONOMIC_LIFE] = 12.0
    world.phase("open_the_books", 0).act("capacity_arrives_and_ages", 0)

    # Twenty ages alike; those of 12 quarters and more leave, 9 of them, and one more turns 12.
    assert world.world.stocks[g, c.CAPACITY_GW] == pytest.approx(2.0 * 11 / 20)
    gone = sum(2.0 / 20 * 24 * BN * (1 - age / 24) for age in range(11, 20))
    worn = 20 * 2.0 / 20 * 24 * BN / 24
    retired_worn = 9 * 2.0 / 20 * 24 * BN / 24
    assert world.world.own[g, w.WORN] == pytest.approx(worn)
    assert world.world.own[g, w.WRITTEN_OFF] == pytest.approx(gone - retired_worn)
    assert world.world.accounts[g, c.EQUIPMENT] == pytest.approx(before - worn - gone + retired_worn)


def test_the_part_of_a_delivery_that_is_not_paid_does_not_arrive():
    world = day()
    g, leg = world.firm("nimbus"), world.leg("nimbus>vendor:chips")
    world.phase("open_the_books", 0).act("gears_order_capacity", 0)
    coming = float(world.world.stocks[g, c.PIPELINE_GW])
    world.world.flow[leg] = 0.25 * world.proposal.want[leg]
    world.act("capacity_arrives_and_ages", 0)

    # Six hundredths of 1 GW were on order for each of four quarters; a quarter of one arrives, all of it leaves
    # the pipeline, and nothing is ordered, for no building was paid.
    assert coming == pytest.approx(0.24)
    assert world.world.stocks[g, c.PIPELINE_GW] == pytest.approx(0.18)
    assert world.world.stocks[g, c.CAPACITY_GW] == pytest.approx(1.0 - 1 / 20 + 0.015)
    assert world.world.stocks[g, c.ORDERED_GW] == 0.0


# ---- belief


@pytest.mark.parametrize(
    ("cash", "burn", "expected"),
    [(10.0, 5.0, 0.5), (10.0, 1.0, 1.0), (1.0, 5.0, 0.35), (0.1, -3.0, 0.5), (0.0, 0.0, 0.35)],
)
def test_a_contract_is_believed_in_as_far_as_its_engine_has_cash_to_burn(cash, burn, expected):
    world = day()
    e = world.firm("lab")
    world.world.opening[e, c.CASH], world.world.stocks[e, c.BURN] = cash * BN, burn * BN

    # Cash over four quarters of burn, of 50 millions at least; between 0.35 and 1.
    assert plain().amounts.belief(world.world, world.knobs, e) == pytest.approx(expected)

    world.world.stocks[e, c.FALLEN] = 1.0
    assert plain().amounts.belief(world.world, world.knobs, e) == 0.0


# ---- vendor money


def deployed(gw: float, now: int = 3, **changes: str | float) -> Day:
    """A quarter in which the lab uses so much more than ever, and three of four dollars for chips go to the vendor."""
    world = day(**changes).phase("open_the_books", now)
    e = world.firm("lab")
    world.world.stocks[e, c.PEAK_GW], world.world.stocks[e, c.USED_GW] = 0.5, 0.5 + gw
    for leg, paid in (("cloud>vendor:chips", 6.0), ("cloud>maker:chips", 2.0)):
        world.world.flow[world.leg(leg)] = paid * BN
    return world.act("tranche_unlocks", now)


def test_each_gigawatt_in_use_unlocks_the_vendors_part_of_its_promise():
    world = deployed(1.0)

    assert world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] == pytest.approx(5 * 0.75 * BN)
    assert world.world.stocks[world.firm("lab"), c.PEAK_GW] == 1.5
    assert ("milestone_reached", "vendor_lab") not in world.events()
    assert ("milestone_reached", "vendor_lab") in deployed(2.0).events()


def test_the_first_quarter_only_sets_the_peak():
    world = deployed(1.0, now=0)

    assert world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] == 0.0
    assert world.world.stocks[world.firm("lab"), c.PEAK_GW] == 1.5


def test_no_more_is_unlocked_than_was_promised():
    world = deployed(1.0, vendor_lab__headline="3bn USD")

    assert world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] == pytest.approx(3 * BN)


def test_less_use_than_before_unlocks_nothing():
    assert deployed(-0.2).world.positions[day().leg("vendor_lab"), c.UNLOCKED] == 0.0


def test_what_was_unlocked_is_paid_a_quarter_later_within_a_share_of_the_vendors_cash():
    world = deployed(1.0).phase("open_the_books", 3)
    vendor, legs = world.firm("vendor"), [world.leg("vendor_lab"), world.leg("vendor_den")]

    # 3.75 billion unlocked; a quarter of 4 billion on schedule.
    world.act("vendor_pays_tranche", 3)
    assert world.proposal.want[legs] == pytest.approx([3.75 * BN, 1 * BN])

    world.world.accounts[vendor, c.CASH] = 5 * BN
    world.act("vendor_pays_tranche", 3)
    limit = 0.35 * 5 * BN
    assert world.proposal.want[legs] == pytest.approx([limit * 3.75 / 4.75, limit * 1 / 4.75])


def test_warrants_vest_as_compute_is_deployed_and_are_worth_what_shares_cost():
    world = deployed(1.0, maker__opening_shares="1000 shares")
    maker, lab, leg = world.firm("maker"), world.firm("lab"), world.leg("maker_lab")
    state, price = world.world, float(world.world.stocks[world.firm("maker"), c.SHARE_PRICE])

    part = 0.25 / 6
    shares = part * 0.10 * 1000
    assert state.positions[leg, [c.VESTED, c.HELD]] == pytest.approx([part, shares])
    assert state.stocks[maker, c.SHARES] == pytest.approx(1000 + shares)
    assert state.vesting[leg] == pytest.approx(shares * price)
    change = state.accounts - state.opening
    assert change[maker, [c.EARNINGS, c.PAID_IN]] == pytest.approx([-shares * price, shares * price])
    assert change[lab, [c.HOLDINGS, c.EARNINGS]] == pytest.approx([shares * price, shares * price])
    assert np.count_nonzero(change) == 4

    world.act("warrants_are_sold", 4)
    sale = world.leg("all_investors>lab:stake_sale(maker_lab)")
    assert world.proposal.want[sale] == pytest.approx(0.5 * shares * price)


def test_warrants_do_not_vest_below_their_price_and_never_more_than_all():
    assert deployed(1.0, maker_lab__warrant_price="1000bn USD").world.positions[day().leg("maker_lab"), c.VESTED] == 0.0
    assert deployed(100.0).world.positions[day().leg("maker_lab"), c.VESTED] == 1.0


def test_a_round_is_priced_before_the_money_and_dilutes_everyone():
    world = at_the_start_of("fund", 3, day(lab__fixed_cost="8bn USD"))
    world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] = 1 * BN
    e, legs = world.firm("lab"), [world.leg("all_investors>lab:equity_investment"), world.leg("vendor_lab")]
    before, value = float(world.world.stocks[e, c.SHARES]), plain().amounts.value_of_engine(
        world.world, world.knobs, e, plain().amounts.lift_of_mood(world.world)
    )  # fmt: skip
    held = world.world.positions[legs, c.HELD].copy()
    stake = float(world.world.positions[world.leg("cloud_lab"), c.HELD])

    world.phase("fund", 3)

    raised = world.world.flow[legs]
    assert raised.min() > 0.0
    assert world.world.stocks[e, c.SHARES] == pytest.approx(before * (1 + raised.sum() / value))
    assert world.world.positions[legs, c.HELD] - held == pytest.approx(raised / value * before)
    assert world.world.positions[world.leg("cloud_lab"), c.HELD] == stake


# ---- mood


def test_the_mood_remembers_itself_and_takes_surprises_by_revenue():
    world = day(mood_persistence="90 %", mood_response=0.8, expectation_speed="25 %")
    state, lab, den = world.world, world.firm("lab"), world.firm("den")
    state.economy[c.MOOD] = -0.5
    for e, before, now, expected in ((lab, 100.0, 130.0, 0.1), (den, 50.0, 50.0, 0.14)):
        state.stocks[e, [c.LAST_REVENUE, c.REVENUE, c.EXPECTED_GROWTH]] = before, now, expected

    world.act("mood_moves", 0)

    surprise = (130 * (0.3 - 0.1) + 50 * (0.0 - 0.14)) / 180
    assert state.economy[c.MOOD] == pytest.approx(0.9 * -0.5 + 0.8 * surprise)
    assert state.stocks[[lab, den], c.EXPECTED_GROWTH] == pytest.approx([0.1 + 0.25 * 0.2, 0.14 - 0.25 * 0.14])


# ---- when someone cannot pay


def fall_of_the_lab(**changes: str | float) -> tuple[Day, Day, int]:
    """The close of the quarter before a lab falls, that quarter, and its number."""
    world = day(POOR, **changes)
    for now in range(24):
        before = world.copy()
        world.live(now, now + 1)
        if ("default", "lab") in world.events():
            return before, world, now
    raise AssertionError("the lab did not fall")


def test_an_engine_that_falls_loses_contracts_promises_and_all_value():
    before, world, now = fall_of_the_lab()
    lab, own = world.firm("lab"), [world.leg(leg) for leg in ("lab_cloud", "lab_nimbus", "vendor_lab")]
    promise = world.leg("vendor_lab")

    assert {("deal_cancelled", "lab_cloud"), ("deal_cancelled", "vendor_lab")} <= world.events()
    assert (world.world.positions[own, c.ENDED] == 1.0).all()
    assert (world.world.positions[own, c.BACKLOG] == 0.0).all()
    assert before.world.positions[own[0], c.BACKLOG] > 0.0
    assert world.world.positions[promise, c.CANCELLED] == 20 * BN - world.world.positions[promise, c.DRAWN] > 0.0
    assert world.world.stocks[lab, c.VALUE] == world.world.stocks[lab, c.SHARE_PRICE] == 0.0
    assert before.world.accounts[world.firm("cloud"), c.HOLDINGS] > 0.0
    assert world.world.accounts[world.firm("cloud"), c.HOLDINGS] == pytest.approx(0.0, abs=1e-3)
    assert world.world.accounts[lab, c.CASH] == pytest.approx(0.0, abs=1.0)

    need, built = float(world.world.stocks[lab, c.NEED_GW]), float(world.world.economy[c.BUILT_GW])
    world.live(now + 1, now + 2)

    # It goes on with half its need, rents at 35 % of the spot price, and raises nothing.
    state = world.world
    full = state.stocks[lab, c.USERS] * 1e-9 * state.economy[c.USE] / state.economy[c.EFFICIENCY]
    assert state.stocks[lab, c.NEED_GW] == pytest.approx(0.5 * full * (1 + state.stocks[lab, c.TRAINING_NOW]))
    assert state.stocks[lab, c.NEED_GW] < need
    spot = [world.leg(f"lab>{gear}:cloud") for gear in ("cloud", "nimbus")]
    price = 0.35 * 3 * BN * (built / 20) ** -0.08
    assert state.flow[spot].sum() == pytest.approx(price * state.stocks[lab, c.USED_GW])
    for leg in ("all_investors>lab:equity_investment", "vendor_lab", "lab_cloud"):
        assert state.flow[world.leg(leg)] == 0.0


def test_bills_that_a_fallen_engine_left_are_a_loss_of_those_who_wrote_them():
    _, world, _ = fall_of_the_lab()
    state = world.world
    missed = np.flatnonzero(state.unpaid)

    assert missed.size > 0
    assert (state.lost[missed] == state.unpaid[missed]).all()
    assert not state.positions[:, c.UNPAID].any()
    assert {id for event, id in world.events() if event == "unpaid"} == {world.prepared.legs[n].id for n in missed}


def test_the_part_of_a_bill_that_is_not_lost_falls_due_again():
    _, world, now = fall_of_the_lab(recovery_trade="50 %")
    missed = np.flatnonzero(world.world.unpaid)
    left = world.world.positions[missed, c.UNPAID].copy()
    assert left == pytest.approx(0.5 * world.world.unpaid[missed])

    world.live(now + 1, now + 2)

    assert world.world.arrears[missed] + world.world.lost[missed] + world.world.positions[missed, c.UNPAID] == (
        pytest.approx(left)
    )
    assert world.world.arrears[missed].min() > 0.0


def test_a_gear_that_falls_owes_less_and_builds_borrows_and_pays_out_nothing_more():
    world = day(recovery="45 %").live(0, 8)
    cloud, lenders = world.firm("cloud"), world.firm("all_lenders")
    world.tell(cloud)
    world.quarter(8)
    state = world.world
    lost = float(state.own[cloud, w.LOAN_LOST])

    assert {("default", "cloud"), ("loan_lost", "cloud")} <= world.events()
    assert state.accounts[cloud, c.DEBT] == pytest.approx(lost / 0.55 * 0.45)
    lent, repaid = (
        state.flow[[leg for leg in world.layout.standing[role] if leg >= 0]].sum() for role in (w.LOAN, w.REPAYMENT)
    )
    assert state.accounts[lenders, c.LOANS] - state.opening[lenders, c.LOANS] == pytest.approx(lent - repaid - lost)
    # Its capacity stays in use, and contracts with it run on.
    assert state.stocks[cloud, c.CAPACITY_GW] > 0.0
    assert state.positions[world.leg("lab_cloud"), c.ENDED] == 0.0

    world.tell(cloud, falls=False)
    world.quarter(9)
    for leg in ("cloud>all_suppliers:buildings", "all_lenders>cloud:loan", "all_investors>cloud:share_issue",
                "cloud>all_investors:payout"):  # fmt: skip
        assert world.world.flow[world.leg(leg)] == 0.0
    assert world.world.flow[world.leg("lab_cloud")] > 0.0


def test_a_vendor_that_falls_pays_no_promise_any_more():
    world = day().live(0, 2)
    world.tell(world.firm("vendor"))
    world.quarter(2)
    drawn = world.world.positions[world.leg("vendor_den"), c.DRAWN]

    assert {("default", "vendor"), ("deal_cancelled", "vendor_den")} <= world.events()
    assert world.world.positions[world.leg("vendor_den"), c.CANCELLED] == pytest.approx(4 * BN - drawn)
    world.tell(world.firm("vendor"), falls=False)
    world.quarter(3)
    assert world.world.flow[world.leg("vendor_den")] == world.world.flow[world.leg("vendor_lab")] == 0.0


@pytest.mark.parametrize("grace", [0, 1, 2])
def test_a_firm_falls_only_when_its_grace_is_over(grace):
    _, _, at_once = fall_of_the_lab()
    _, world, now = fall_of_the_lab(grace_quarters=float(grace))

    assert now == at_once + grace
    assert world.world.stocks[world.firm("lab"), c.MISSED] == grace + 1
