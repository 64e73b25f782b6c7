"""Who falls next, and what everyone then pays: one draw, one quarter, compiled.

Everyone is first taken to pay in full. Whoever then falls short goes down to the rank of its debts that
its money reaches; what the fallen pay one another is solved by elimination; and so on until nobody falls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from perpetuum.maths.compiled import compiled
from perpetuum.maths.shapes import Float, Int

# How a calculation ended.
SETTLED, NOT_SETTLED, RAN_OUT = 0, 1, 2
STATUSES = ("settled", "not_settled", "ran_out_of_rounds")
# How a firm is paying: in full; all it has, as it is at the edge; what is left after it has fallen.
STANDS, SHORT, FALLEN = 0, 1, 2
# Misses below this share of a debt are rounding.
BAND = 1e-13
# A pivot below this means that a closed group hands on everything it gets.
SINGULAR = 1e-13
LARGE = np.inf


class Scratch(NamedTuple):
    """Room to work in, made once and used for many draws; what it holds between two calls means nothing."""

    owed: Float[np.ndarray, "rank firm firm"]
    debt: Float[np.ndarray, "rank firm"]
    total: Float[np.ndarray, " firm"]
    income: Float[np.ndarray, " firm"]
    inflow: Float[np.ndarray, " firm"]
    given: Float[np.ndarray, " firm"]
    floor: Float[np.ndarray, " firm"]
    amount: Float[np.ndarray, " firm"]
    weight: Float[np.ndarray, " firm"]
    per_dollar: Float[np.ndarray, " firm"]
    factors: Float[np.ndarray, "firm firm"]
    order: Int[np.ndarray, " firm"]
    place: Int[np.ndarray, " firm"]
    rung: Int[np.ndarray, " firm"]
    state: Int[np.ndarray, " firm"]
    next_rung: Int[np.ndarray, " firm"]
    next_state: Int[np.ndarray, " firm"]


@compiled
def scratch(firms: int, ranks: int = 1, legs: bool = True) -> Scratch:
    """Make room for draws of so many firms and ranks of debt.

    ``legs`` asks for room to add legs by pair, which only :func:`clear_one` needs.

    Examples
    --------
    >>> scratch(3, 2).debt.shape
    (2, 3)
    """
    pairs = firms if legs else 0
    return Scratch(
        owed=np.zeros((ranks, pairs, pairs)),
        debt=np.zeros((ranks, firms)),
        total=np.zeros(firms),
        income=np.zeros(firms),
        inflow=np.zeros(firms),
        given=np.zeros(firms),
        floor=np.zeros(firms),
        amount=np.zeros(firms),
        weight=np.zeros(firms),
        per_dollar=np.zeros(firms),
        factors=np.zeros((firms, firms)),
        order=np.zeros(firms, dtype=np.int64),
        place=np.zeros(firms, dtype=np.int64),
        rung=np.zeros(firms, dtype=np.int64),
        state=np.zeros(firms, dtype=np.int64),
        next_rung=np.zeros(firms, dtype=np.int64),
        next_state=np.zeros(firms, dtype=np.int64),
    )


@compiled
def clear_one(
    payer: Int[np.ndarray, " leg"],
    payee: Int[np.ndarray, " leg"],
    amount: Float[np.ndarray, " leg"],
    rank: Int[np.ndarray, " leg"],
    cash: Float[np.ndarray, " firm"],
    recovery: Float[np.ndarray, "rank firm"],
    round_of_default: Int[np.ndarray, " firm"],
    room: Scratch,
    tolerance: float = 1e-9,
) -> int:
    """Clear the dues of one draw and one quarter, all at once.

    Parameters
    ----------
    payer, payee
        Firms by number. A leg from a firm to itself is left out.
    amount
        USD due on each leg, never negative; legs of one pair add up.
    rank
        0 is paid first.
    cash
        USD, never negative; what each firm holds before anyone pays.
    recovery
        Filled in: the share of its dues of a rank that a firm pays, 1 where it owes nothing.
        A leg is paid ``amount[leg] * recovery[rank[leg], payer[leg]]``.
    round_of_default
        Filled in: 1 falls first, 0 never falls.
    room
        From :func:`scratch`, for as many firms and ranks.
    tolerance
        Share of its dues a firm may miss and still count as paying in full.

    Returns
    -------
    int
        ``SETTLED``, or ``NOT_SETTLED`` where elimination broke down.

    Notes
    -----
    Nothing is allocated and nothing is checked. A calm quarter, in which everyone can pay in full
    if everyone does, is one pass over the legs. Dues never settle one after another: the order of
    legs would decide who survives. There are no default costs here.
    Source: Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835; ranks: Elsinger (2009).

    Examples
    --------
    Firm 0 has 6 and owes firm 1 first 4, then firm 2 another 4:

    >>> recovery, fell = np.zeros((2, 3)), np.zeros(3, dtype=np.int64)
    >>> clear_one(np.array([0, 0]), np.array([1, 2]), np.array([4.0, 4.0]), np.array([0, 1]),
    ...           np.array([6.0, 0, 0]), recovery, fell, scratch(3, 2))
    0
    >>> recovery[:, 0], fell
    (array([1. , 0.5]), array([1, 0, 0]))
    """
    n = cash.size
    for i in range(n):
        room.total[i] = 0.0
        room.income[i] = 0.0
        round_of_default[i] = 0
    for leg in range(amount.size):
        if payer[leg] != payee[leg]:
            room.total[payer[leg]] += amount[leg]
            room.income[payee[leg]] += amount[leg]
    calm = True
    for i in range(n):
        if cash[i] + room.income[i] < room.total[i] * (1.0 - BAND):
            calm = False
    for s in range(recovery.shape[0]):
        for i in range(n):
            recovery[s, i] = 1.0
    if calm:
        return SETTLED
    for s in range(recovery.shape[0]):
        for i in range(n):
            room.debt[s, i] = 0.0
            for j in range(n):
                room.owed[s, i, j] = 0.0
    for leg in range(amount.size):
        if payer[leg] != payee[leg]:
            room.owed[rank[leg], payer[leg], payee[leg]] += amount[leg]
            room.debt[rank[leg], payer[leg]] += amount[leg]
    status, _, _ = fall_in_rounds(room.owed, cash, 1.0, 1.0, tolerance, n + 1, round_of_default, room)
    shares_by_rank(recovery, room)
    return status


@compiled
def fall_in_rounds(
    owed: Float[np.ndarray, "rank firm firm"],
    cash: Float[np.ndarray, " firm"],
    alpha: float,
    beta: float,
    tolerance: float,
    most_rounds: int,
    round_of_default: Int[np.ndarray, " firm"],
    room: Scratch,
) -> tuple[int, int, int]:
    """Rounds of default on debts added up by rank and pair; ``room`` holds debt and total, and the outcome.

    A fallen firm hands out ``alpha`` of its cash and ``beta`` of what it receives. Returns the
    status, the rounds it took, and how many firms are open (those of ``room.order``).
    """
    n, top = cash.size, owed.shape[0]
    for i in range(n):
        room.rung[i], room.state[i], room.place[i] = top, STANDS, -1
        room.floor[i], room.amount[i] = 0.0, 0.0
        round_of_default[i] = 0
    rounds, opened = 0, 0
    while True:
        opened = solve_amounts(owed, cash, alpha, beta, opened, room)
        if opened < 0:
            return NOT_SETTLED, rounds, 0
        arrivals(owed, opened, room)
        changes, falls, restart = who_goes_down(cash, alpha, beta, tolerance, room)
        if changes == 0:
            return SETTLED, rounds, opened
        if rounds == most_rounds:
            return RAN_OUT, rounds, opened
        if falls > 0:
            rounds += 1
        go_down(rounds, round_of_default, room)
        # With ranks, someone open may get nothing in the next round: find out anew who gets something.
        if restart or top > 1:
            for p in range(opened):
                room.place[room.order[p]] = -1
            opened = 0


@compiled
def solve_amounts(
    owed: Float[np.ndarray, "rank firm firm"],
    cash: Float[np.ndarray, " firm"],
    alpha: float,
    beta: float,
    opened: int,
    room: Scratch,
) -> int:
    """Dollars on the present rung of everyone below the top: x = max(0, v + N x), in finitely many steps.

    Firms whose amount is certainly positive are opened, solved together, and others join while any
    gets something. Starting from everyone would be singular where junior debts form a closed group.
    """
    n, top = cash.size, owed.shape[0]
    for i in range(n):
        room.income[i] = 0.0
    for j in range(n):
        for s in range(room.rung[j]):
            if room.debt[s, j] > 0.0:
                for i in range(n):
                    room.income[i] += owed[s, j, i]
    for i in range(n):
        a, b = kept(room.state[i], alpha, beta)
        room.given[i] = a * cash[i] + b * room.income[i] - room.floor[i]
    substitute(room.given, room.amount, opened, room)
    while True:
        before = opened
        opened = open_more(owed, alpha, beta, opened, top, room)
        if not eliminate(owed, alpha, beta, before, opened, room):
            return -1
        substitute(room.given, room.amount, opened, room)
        if opened == before:
            return opened


@compiled
def open_more(
    owed: Float[np.ndarray, "rank firm firm"], alpha: float, beta: float, opened: int, top: int, room: Scratch
) -> int:
    """Open whoever gets something on its rung; amounts so far are never above the true ones."""
    n = room.total.size
    joined = True
    while joined:
        joined = False
        for i in range(n):
            if room.rung[i] == top or room.place[i] >= 0:
                continue
            _, b = kept(room.state[i], alpha, beta)
            money = room.given[i]
            for p in range(opened):
                j = room.order[p]
                money += b * owed[room.rung[j], j, i] * room.amount[j] * room.per_dollar[j]
            if money > BAND * room.floor[i]:
                room.order[opened], room.place[i] = i, opened
                room.amount[i] = money
                opened += 1
                joined = True
            else:
                room.amount[i] = 0.0
    return opened


@compiled
def eliminate(
    owed: Float[np.ndarray, "rank firm firm"], alpha: float, beta: float, done: int, opened: int, room: Scratch
) -> bool:
    """Extend the factors of I - N by the firms newly opened. No pivoting: columns of N sum to at most 1."""
    f, order = room.factors, room.order
    for p in range(done, opened):
        i = order[p]
        _, b = kept(room.state[i], alpha, beta)
        for q in range(p):
            j = order[q]
            _, b_j = kept(room.state[j], alpha, beta)
            f[p, q] = -b * owed[room.rung[j], j, i] * room.per_dollar[j]
            column = -b_j * owed[room.rung[i], i, j] * room.per_dollar[i]
            for r in range(q):
                column -= f[q, r] * f[r, p]
            f[q, p] = column
        f[p, p] = 1.0
        for r in range(p):
            f[p, r] /= f[r, r]
            factor = f[p, r]
            if factor != 0.0:
                for q in range(r + 1, p + 1):
                    f[p, q] -= factor * f[r, q]
        if not f[p, p] > SINGULAR:
            return False
    return True


@compiled
def substitute(
    given: Float[np.ndarray, " firm"], answer: Float[np.ndarray, " firm"], opened: int, room: Scratch
) -> None:
    """Solve (I - N) answer = given for the open firms."""
    f, order = room.factors, room.order
    for p in range(opened):
        value = given[order[p]]
        for q in range(p):
            value -= f[p, q] * answer[order[q]]
        answer[order[p]] = value
    for p in range(opened - 1, -1, -1):
        value = answer[order[p]]
        for q in range(p + 1, opened):
            value -= f[p, q] * answer[order[q]]
        answer[order[p]] = value / f[p, p]


@compiled
def arrivals(owed: Float[np.ndarray, "rank firm firm"], opened: int, room: Scratch) -> None:
    """What arrives at every firm: from ranks paid in full, and from present rungs."""
    n = room.total.size
    for i in range(n):
        room.inflow[i] = room.income[i]
    for p in range(opened):
        j = room.order[p]
        s = room.rung[j]
        share = min(1.0, room.amount[j] * room.per_dollar[j])
        for i in range(n):
            room.inflow[i] += owed[s, j, i] * share


@compiled
def who_goes_down(
    cash: Float[np.ndarray, " firm"], alpha: float, beta: float, tolerance: float, room: Scratch
) -> tuple[int, int, bool]:
    """Note who leaves its rung, and to where; tell how many, how many of them fall, and if to start over."""
    top = room.debt.shape[0]
    changes, falls, restart = 0, 0, False
    for i in range(cash.size):
        total, state = room.total[i], room.state[i]
        assets = cash[i] + room.inflow[i]
        room.next_rung[i], room.next_state[i] = room.rung[i], state
        if state != FALLEN and total > 0.0 and assets < total * (1.0 - tolerance):
            state = FALLEN
        elif state == STANDS and assets < total * (1.0 - BAND):
            state = SHORT
        a, b = kept(state, alpha, beta)
        money = a * cash[i] + b * room.inflow[i]
        if state != room.state[i]:
            changes += 1
            if state == FALLEN:
                falls += 1
            room.next_state[i] = state
            room.next_rung[i] = rung_reached(i, min(room.rung[i], top - 1), money, room.debt)
            # Its own factors change where it was open already and default costs money.
            restart = restart or (room.place[i] >= 0 and (alpha < 1.0 or beta < 1.0))
        elif room.rung[i] < top and money < room.floor[i] - BAND * total:
            changes += 1
            room.next_rung[i] = rung_reached(i, room.rung[i] - 1, money, room.debt)
        restart = restart or (room.place[i] >= 0 and room.next_rung[i] != room.rung[i])
    return changes, falls, restart


@compiled
def rung_reached(i: int, highest: int, money: float, debt: Float[np.ndarray, "rank firm"]) -> int:
    """The most junior rank, not above the one named, whose floor the money reaches."""
    reached, floor = -1, 0.0
    for s in range(highest + 1):
        if debt[s, i] > 0.0:
            if reached < 0 or floor <= money:
                reached = s
            floor += debt[s, i]
    return max(reached, 0)


@compiled
def go_down(rounds: int, round_of_default: Int[np.ndarray, " firm"], room: Scratch) -> None:
    """Do what was noted, for all firms together, so that their order cannot matter."""
    for i in range(room.total.size):
        if room.next_state[i] == FALLEN and room.state[i] != FALLEN:
            round_of_default[i] = rounds
        if room.next_state[i] != room.state[i] or room.next_rung[i] != room.rung[i]:
            room.state[i], room.rung[i] = room.next_state[i], room.next_rung[i]
            room.floor[i], room.per_dollar[i] = 0.0, 1.0 / room.debt[room.rung[i], i]
            for s in range(room.rung[i]):
                room.floor[i] += room.debt[s, i]


@compiled
def shares_by_rank(recovery: Float[np.ndarray, "rank firm"], room: Scratch) -> None:
    """The share that each firm pays of each rank: 1 below its rung, 0 above, 1 where it owes nothing."""
    for s in range(recovery.shape[0]):
        for i in range(recovery.shape[1]):
            recovery[s, i] = 1.0
            if room.debt[s, i] > 0.0 and s == room.rung[i]:
                recovery[s, i] = min(1.0, max(0.0, room.amount[i] / room.debt[s, i]))
            elif room.debt[s, i] > 0.0 and s > room.rung[i]:
                recovery[s, i] = 0.0


@compiled
def kept(state: int, alpha: float, beta: float) -> tuple[float, float]:
    """Shares of its cash and of its receipts that a firm can hand out."""
    if state == FALLEN:
        return alpha, beta
    return 1.0, 1.0


@compiled
def bound_of_rounds(
    owed: Float[np.ndarray, "rank firm firm"],
    cash: Float[np.ndarray, " firm"],
    alpha: float,
    beta: float,
    opened: int,
    blur: float,
    room: Scratch,
) -> float:
    """The bound of :mod:`perpetuum.maths.certificate`, with the factors at hand: a share of each firm's debt."""
    for p in range(opened):
        room.weight[room.order[p]] = 0.0
    substitute(room.total, room.weight, opened, room)
    worst, least, largest = 0.0, LARGE, 0.0
    for p in range(opened):
        i = room.order[p]
        a, b = kept(room.state[i], alpha, beta)
        spent, handed_on = 0.0, 0.0
        for q in range(opened):
            j = room.order[q]
            share = b * owed[room.rung[j], j, i] * room.per_dollar[j]
            spent += share * room.amount[j]
            handed_on += share * room.weight[j]
        x, w, size = room.amount[i], room.weight[i], room.total[i]
        gross = a * cash[i] + b * room.income[i] + room.floor[i]
        rho = abs(room.given[i] + spent - x) + blur * (gross + spent + abs(x))
        worst = max(worst, rho / size)
        least = min(least, (w - handed_on - blur * (w + handed_on)) / size)
        largest = max(largest, w / size)
        if not w > 0.0:
            return LARGE
    if opened == 0:
        return 0.0
    return largest * worst / least if least > 0.0 else LARGE
