"""The only door through which money moves, and how the books follow.

A posting moves money between two purses. What it does to the other two accounts stands in the dictionary of
kinds and is booked once, when the quarter closes, from the record of what was paid.
"""

from __future__ import annotations

import numpy as np

from perpetuum.machine.columns import EARNINGS, PAYABLES, RECEIVABLES, UNPAID, WRITTEN_DOWN
from perpetuum.machine.world import Layout, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.shapes import Float, Int


@inlined
def post(
    flow: Float[np.ndarray, " leg"],
    accounts: Float[np.ndarray, "entity account"],
    purse: Int[np.ndarray, " entity"],
    sense: Int[np.ndarray, " entity"],
    payer: int,
    payee: int,
    leg: int,
    amount: float,
) -> None:
    """Move money along a leg, and write it down.

    Parameters
    ----------
    flow
        USD paid on each leg in this quarter; added to.
    accounts
        USD by (entity, account); the purse of either side is moved.
    purse
        The account that is an entity's money: cash, or deposits for whoever issues money.
    sense
        1 where money is an asset, -1 for whoever issues it: paying makes deposits.
    amount
        USD, never negative.

    Examples
    --------
    >>> flow, accounts = np.zeros(1), np.array([[5.0], [0.0]])
    >>> post(flow, accounts, np.array([0, 0]), np.array([1, 1]), 0, 1, 0, 3.0)
    >>> accounts[:, 0], flow
    (array([2., 3.]), array([3.]))
    """
    flow[leg] += amount
    accounts[payer, purse[payer]] -= sense[payer] * amount
    accounts[payee, purse[payee]] += sense[payee] * amount


@inlined
def pay(world: World, layout: Layout, leg: int, amount: float) -> None:
    """Post on a leg of the machine; less than nothing is not paid."""
    payer, payee, paid = layout.payer[leg], layout.payee[leg], max(amount, 0.0)
    post(world.flow, world.accounts, layout.purse, layout.sense, payer, payee, leg, paid)


@inlined
def pay_arrears(world: World, layout: Layout, leg: int, amount: float) -> None:
    """Pay what was unpaid before: the payable and the receivable go."""
    payer, payee = layout.payer[leg], layout.payee[leg]
    post(world.arrears, world.accounts, layout.purse, layout.sense, payer, payee, leg, amount)
    world.accounts[payer, PAYABLES] -= amount
    world.accounts[payee, RECEIVABLES] -= amount
    world.positions[leg, UNPAID] -= amount


@inlined
def book(world: World, layout: Layout, first: int, last: int) -> None:
    """Book the other account of both sides for all that was paid on legs `first` to `last - 1`."""
    for leg in range(first, last):
        amount = world.flow[leg]
        world.accounts[layout.payer[leg], layout.books[leg, 0]] += layout.signs[leg, 0] * amount
        world.accounts[layout.payee[leg], layout.books[leg, 1]] += layout.signs[leg, 1] * amount


@inlined
def book_unpaid(world: World, layout: Layout, leg: int, amount: float) -> None:
    """A due that was not paid: the payer owes it still, the payee has it still to come."""
    world.unpaid[leg] += amount
    world.positions[leg, UNPAID] += amount
    world.accounts[layout.payer[leg], EARNINGS] -= amount
    world.accounts[layout.payer[leg], PAYABLES] += amount
    world.accounts[layout.payee[leg], RECEIVABLES] += amount
    world.accounts[layout.payee[leg], EARNINGS] += amount


@inlined
def book_lost(world: World, layout: Layout, leg: int, amount: float) -> None:
    """An unpaid due is written down: a loss of the payee, a gain of the payer. Less than nothing brings it back."""
    world.lost[leg] += amount
    world.positions[leg, WRITTEN_DOWN] += amount
    world.positions[leg, UNPAID] -= amount
    world.accounts[layout.payer[leg], PAYABLES] -= amount
    world.accounts[layout.payer[leg], EARNINGS] += amount
    world.accounts[layout.payee[leg], EARNINGS] -= amount
    world.accounts[layout.payee[leg], RECEIVABLES] -= amount
