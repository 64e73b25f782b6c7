"""A quarter, from the first user who pays to the last check of the books."""

from __future__ import annotations

from perpetuum.machine.behaviours.capacity_arrives_and_ages import capacity_arrives_and_ages
from perpetuum.machine.behaviours.costs_fall_due import costs_fall_due
from perpetuum.machine.behaviours.engines_raise_round import engines_raise_round
from perpetuum.machine.behaviours.engines_use_compute import engines_use_compute
from perpetuum.machine.behaviours.firms_default import firms_default
from perpetuum.machine.behaviours.gears_borrow import gears_borrow
from perpetuum.machine.behaviours.gears_issue_shares import gears_issue_shares
from perpetuum.machine.behaviours.gears_order_capacity import gears_order_capacity
from perpetuum.machine.behaviours.gifts_are_given import gifts_are_given
from perpetuum.machine.behaviours.guarantees_fall_due import guarantees_fall_due
from perpetuum.machine.behaviours.interest_falls_due import interest_falls_due
from perpetuum.machine.behaviours.investors_spend import investors_spend
from perpetuum.machine.behaviours.lenders_pass_on import lenders_pass_on
from perpetuum.machine.behaviours.loans_are_repaid import loans_are_repaid
from perpetuum.machine.behaviours.mood_moves import mood_moves
from perpetuum.machine.behaviours.other_customers_pay import other_customers_pay
from perpetuum.machine.behaviours.owners_pay_in import owners_pay_in
from perpetuum.machine.behaviours.profits_are_paid_out import profits_are_paid_out
from perpetuum.machine.behaviours.shares_are_valued import shares_are_valued
from perpetuum.machine.behaviours.suppliers_pass_on import suppliers_pass_on
from perpetuum.machine.behaviours.tax_falls_due import tax_falls_due
from perpetuum.machine.behaviours.tranche_unlocks import tranche_unlocks
from perpetuum.machine.behaviours.use_and_efficiency_change import use_and_efficiency_change
from perpetuum.machine.behaviours.users_arrive_and_pay import users_arrive_and_pay
from perpetuum.machine.behaviours.vendor_lends import vendor_lends
from perpetuum.machine.behaviours.vendor_pays_tranche import vendor_pays_tranche
from perpetuum.machine.behaviours.warrants_are_sold import warrants_are_sold
from perpetuum.machine.checks import check_books
from perpetuum.machine.ground import (
    Ground,
    found_on,
    happened_on,
    knobs_on,
    layout_on,
    proposal_on,
    room_on,
    world_on,
)
from perpetuum.machine.lending import calls_are_paid, loans_change
from perpetuum.machine.ownership import shares_change_hands
from perpetuum.machine.posting import book
from perpetuum.machine.settle import clear_dues, pay_cost_of_sales, settle_at_once, settle_wants
from perpetuum.machine.takeover import firms_are_taken_over
from perpetuum.machine.world import CUSTOMERS, FUNDS, OTHER_CHIPS, PASSED, Chance
from perpetuum.maths.compiled import compiled
from perpetuum.maths.rounds import Scratch


@compiled
def quarter(now: int, ground: Ground, chance: Chance, work: Scratch) -> None:
    """Live through one quarter; the ground keeps how clearing ended, and what the check found."""
    open_the_books(ground)
    demand(now, ground, chance, work)
    operate(now, ground, chance)
    build(now, ground, chance)
    fund(now, ground, chance, work)
    repay(now, ground, chance, work)
    close(now, ground, chance)
    value(now, ground, chance)
    check(now, ground)


@compiled
def open_the_books(ground: Ground) -> None:
    """A clean page for the quarter, and the accounts as they stood."""
    world, layout, proposed = world_on(ground), layout_on(ground.map), proposal_on(ground)
    for e in range(world.accounts.shape[0]):
        for account in range(world.accounts.shape[1]):
            world.opening[e, account] = world.accounts[e, account]
        for entry in range(world.own.shape[1]):
            world.own[e, entry] = 0.0
    if world.owing[0] + world.owing[1] + world.owing[2] > 0:  # else they are all zero still
        for leg in range(world.flow.size):
            world.arrears[leg] = 0.0
            world.unpaid[leg] = 0.0
            world.lost[leg] = 0.0
    for i in range(layout.warrants.shape[0]):
        world.vesting[layout.warrants[i, 0]] = 0.0
    for leg in range(world.flow.size):
        world.flow[leg] = 0.0
        proposed.due[leg] = 0.0
        proposed.want[leg] = 0.0
    happened = happened_on(ground)
    for k in range(happened.now.shape[0]):
        happened.now[k, 0] = 0


@compiled
def demand(now: int, ground: Ground, chance: Chance, work: Scratch) -> None:
    """Users arrive and pay; customers pay at once."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs = knobs_on(ground)
    firms_are_taken_over(world, layout, happened_on(ground), now)
    gifts_are_given(now, world, knobs, layout, proposal, chance)
    users_arrive_and_pay(now, world, knobs, layout, proposal, chance)
    other_customers_pay(now, world, knobs, layout, proposal, chance)
    use_and_efficiency_change(now, world, knobs, layout, proposal, chance)
    settle_at_once(world, layout, proposal, room_on(ground, work), CUSTOMERS)
    for v in layout.fuel:
        pay_cost_of_sales(world, knobs, layout, layout.standing[OTHER_CHIPS, v])


@compiled
def operate(now: int, ground: Ground, chance: Chance) -> None:
    """Engines use compute; everyone's running costs fall due."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs = knobs_on(ground)
    engines_use_compute(now, world, knobs, layout, proposal, chance)
    costs_fall_due(now, world, knobs, layout, proposal, chance)


@compiled
def build(now: int, ground: Ground, chance: Chance) -> None:
    """Orders, deliveries."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs = knobs_on(ground)
    gears_order_capacity(now, world, knobs, layout, proposal, chance)


@compiled
def fund(now: int, ground: Ground, chance: Chance, work: Scratch) -> None:
    """Milestones pay, debt is drawn, equity is raised; funders pay at once."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs = knobs_on(ground)
    vendor_pays_tranche(now, world, knobs, layout, proposal, chance)
    warrants_are_sold(now, world, knobs, layout, proposal, chance)
    engines_raise_round(now, world, knobs, layout, proposal, chance)
    vendor_lends(now, world, knobs, layout, proposal, chance)
    owners_pay_in(now, world, knobs, layout, proposal, chance)
    gears_borrow(now, world, knobs, layout, proposal, chance)
    gears_issue_shares(now, world, knobs, layout, proposal, chance)
    settle_at_once(world, layout, proposal, room_on(ground, work), FUNDS)
    shares_change_hands(world, knobs, layout, happened_on(ground), now)


@compiled
def repay(now: int, ground: Ground, chance: Chance, work: Scratch) -> None:
    """All that a firm owes from its business clears at once; then it builds, repays and pays its owners."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs, room = knobs_on(ground), room_on(ground, work)
    interest_falls_due(now, world, knobs, layout, proposal, chance)
    tax_falls_due(now, world, knobs, layout, proposal, chance)
    guarantees_fall_due(now, world, knobs, layout, proposal, chance)
    loans_are_repaid(now, world, knobs, layout, proposal, chance)
    profits_are_paid_out(now, world, knobs, layout, proposal, chance)
    clear_dues(world, knobs, layout, proposal, room, happened_on(ground), now)
    settle_wants(world, knobs, layout, proposal, room)
    book(world, layout, 0, layout.groups[PASSED, 0])
    loans_change(world, layout, happened_on(ground), now)
    calls_are_paid(world, layout)


@compiled
def close(now: int, ground: Ground, chance: Chance) -> None:
    """Whoever cannot pay falls, capacity arrives and ages, promises unlock, the outside sectors pass on."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs, happened = knobs_on(ground), happened_on(ground)
    firms_default(now, world, knobs, layout, proposal, chance, happened)
    capacity_arrives_and_ages(now, world, knobs, layout, proposal, chance, happened)
    tranche_unlocks(now, world, knobs, layout, proposal, chance, happened)
    suppliers_pass_on(now, world, knobs, layout, proposal, chance, happened)
    lenders_pass_on(now, world, knobs, layout, proposal, chance, happened)
    investors_spend(now, world, knobs, layout, proposal, chance, happened)
    book(world, layout, layout.groups[PASSED, 0], layout.groups[PASSED, 1])


@compiled
def value(now: int, ground: Ground, chance: Chance) -> None:
    """Still the close: the mood moves, and everything is valued by it."""
    world, layout, proposal = world_on(ground), layout_on(ground.map), proposal_on(ground)
    knobs, happened = knobs_on(ground), happened_on(ground)
    mood_moves(now, world, knobs, layout, proposal, chance, happened)
    shares_are_valued(now, world, knobs, layout, proposal, chance, happened)


@compiled
def check(now: int, ground: Ground) -> None:
    """The books of the quarter."""
    check_books(now, world_on(ground), knobs_on(ground), layout_on(ground.map), found_on(ground))
