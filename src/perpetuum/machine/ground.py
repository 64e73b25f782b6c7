"""Where a draw lies in memory: a few rows of numbers, and the tuples of arrays that stand on them.

Behaviours speak of `world.stocks[e, USERS]`. Handing dozens of arrays from function to function costs more than
the functions; so each phase is handed a few rows, and lays the tuples out on them for itself. That costs nothing:
compiled, a tuple is only names.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.machine.columns import ECONOMY, POSITIONS, STOCKS
from perpetuum.machine.events import EVENTS
from perpetuum.machine.knobs import FIRM_KNOBS, KNOBS, LEG_KNOBS, WORLD_KNOBS
from perpetuum.machine.settle import Alone, Room
from perpetuum.machine.world import DUES, GROUPS, OWN, STANDING, Happened, Knobs, Layout, Proposal, World
from perpetuum.maths.borrowed import borrowed, laid_on
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import ALL, LANES, empty_row, lanes_on
from perpetuum.maths.rounds import Scratch
from perpetuum.maths.shapes import Float, Int

N_ECONOMY, N_STOCKS, N_ACCOUNTS, N_POSITIONS = len(ECONOMY), len(STOCKS), len(ACCOUNTS), len(POSITIONS)
N_WORLD, N_FIRM, N_LEG, N_EVENTS = len(WORLD_KNOBS), len(FIRM_KNOBS), len(LEG_KNOBS), len(EVENTS)
BY_LEG = 5  # flow, arrears, unpaid, lost, vesting
TALLY = 2
OWING = 3
ROOM = 8  # numbers of each entity that settling works with
FOUND = 4  # numbers of a finding
MOST_AHEAD = int(KNOBS["lead"].most)  # quarters after the last simulated one in which an order can arrive
SIZES = 16  # numbers at the head of a map
(
    ENTITIES, LEGS, DUE_LEGS, CONTRACTS, TRANCHES, WARRANTS, SHARED, STAKED, LENT, GUARANTEED, COVERED, TAKEOVERS,
    FUELS, GEARS, ENGINES, PAST,
) = range(SIZES)  # fmt: skip


class Ground(NamedTuple):
    """The rows that the draws of a group lie on, their numbers side by side.

    ``map`` is the layout, the same for all draws; so are ``marks`` and ``debts``. The lengths are those of one draw
    times ``LANES``; made in plain Python, a ground holds one draw.
    """

    map: Int[np.ndarray, " number"]
    row: Float[np.ndarray, " number"]  # the world, in the order of `world_on`
    arrivals: Float[np.ndarray, " number"]
    values: Float[np.ndarray, " knob"]
    proposed: Float[np.ndarray, " twice"]  # due and wanted by leg
    marks: Int[np.ndarray, " number"]  # orders of the scenario, whether any is in arrears, oldest vintages
    events: Int[np.ndarray, " number"]  # first quarters, then what happened in this one
    debts: Int[np.ndarray, " number"]  # who owes whom at which rank, and who fell
    money: Float[np.ndarray, " number"]  # room for clearing
    alone: Float[np.ndarray, " number"]  # room for the clearing of one draw by itself
    found: Float[np.ndarray, " five"]  # what the check of the books found, and how clearing ended


def map_of(layout: Layout) -> NDArray[np.int32]:
    """The layout as one row of whole numbers: how many there are of each, then all of them.

    Small ones, so that what a draw needs stays near the processor.
    """
    head = [
        layout.purse.size, layout.payer.size, layout.rank.size, layout.contracts.size, layout.tranches.size,
        layout.warrants.shape[0], layout.shares.shape[0], layout.stakes.shape[0],
        layout.loans.shape[0], layout.guarantees.shape[0], layout.covered.shape[0], layout.takeovers.size,
        layout.fuel.size, layout.gears.size, layout.engines.size, layout.past,
    ]  # fmt: skip
    parts = (np.asarray(part, dtype=np.int32).ravel() for part in layout[:-1])
    return np.concatenate([np.array(head, dtype=np.int32), *parts])


def lengths_for(layout: Layout, quarters: int) -> NDArray[np.int64]:
    """Lengths of the rows of a ground after the map, for one draw."""
    entities, legs, gears, dues = layout.purse.size, layout.payer.size, layout.gears.size, layout.rank.size
    columns, subjects = layout.past + quarters + MOST_AHEAD + 1, max(entities, legs)
    return np.array([
        row_size(entities, legs),
        gears * columns * 3,
        N_WORLD + entities * N_FIRM + legs * N_LEG,
        2 * legs,
        entities + legs + OWING + gears,
        3 * N_EVENTS * subjects + 1,
        3 * 2 * dues + entities,
        2 * dues + ROOM * entities,
        2 * dues + 3 * entities,
        FOUND + 1,
    ])  # fmt: skip


@inlined
def empty_ground(numbers: Int[np.ndarray, " number"], lengths: Int[np.ndarray, " row"]) -> Ground:
    """Rows for as many draws as there are lanes to lie on."""
    return Ground(
        map=numbers,
        row=empty_row(LANES * lengths[0]),
        arrivals=empty_row(LANES * lengths[1]),
        values=empty_row(LANES * lengths[2]),
        proposed=empty_row(LANES * lengths[3]),
        marks=np.zeros(lengths[4], dtype=np.int64),
        events=np.zeros(LANES * lengths[5], dtype=np.int64),
        debts=np.zeros(lengths[6], dtype=np.int64),
        money=empty_row(LANES * lengths[7]),
        alone=np.zeros(lengths[8]),
        found=empty_row(LANES * lengths[9]),
    )


@inlined
def row_size(entities: int, legs: int) -> int:
    """How many numbers a draw holds at a moment, capacity by vintage apart."""
    by_entity = N_STOCKS + 2 * N_ACCOUNTS + OWN + TALLY
    return N_ECONOMY + entities * by_entity + legs * (N_POSITIONS + BY_LEG)


@inlined
def layout_on(numbers: Int[np.ndarray, " number"]) -> Layout:
    """The layout whose numbers lie in a row, in the order of its fields."""
    entities, legs, dues = numbers[ENTITIES], numbers[LEGS], numbers[DUE_LEGS]
    a = SIZES + legs
    b = a + legs
    c = b + dues
    d = c + 2 * legs
    e = d + 2 * legs
    f = e + entities
    g = f + entities
    h = g + 2 * GROUPS
    i = h + STANDING * entities
    j = i + legs
    k = j + entities * entities
    m = k + entities * entities
    n = m + numbers[CONTRACTS]
    o = n + numbers[TRANCHES]
    p = o + 2 * numbers[WARRANTS]
    q = p + 3 * numbers[SHARED]
    r = q + 2 * numbers[STAKED]
    s = r + 3 * numbers[LENT]
    t = s + 3 * numbers[GUARANTEED]
    u = t + 2 * numbers[COVERED]
    v = u + numbers[TAKEOVERS]
    x = v + numbers[FUELS]
    y = x + numbers[GEARS]
    z = y + numbers[ENGINES]
    return Layout(
        payer=laid_on(numbers, SIZES, (a - SIZES,)),
        payee=laid_on(numbers, a, (b - a,)),
        rank=laid_on(numbers, b, (c - b,)),
        books=laid_on(numbers, c, (legs, 2)),
        signs=laid_on(numbers, d, (legs, 2)),
        purse=laid_on(numbers, e, (f - e,)),
        sense=laid_on(numbers, f, (g - f,)),
        groups=laid_on(numbers, g, (GROUPS, 2)),
        standing=laid_on(numbers, h, (STANDING, entities)),
        is_chips=laid_on(numbers, i, (j - i,)),
        chips=laid_on(numbers, j, (entities, entities)),
        spot=laid_on(numbers, k, (entities, entities)),
        contracts=laid_on(numbers, m, (n - m,)),
        tranches=laid_on(numbers, n, (o - n,)),
        warrants=laid_on(numbers, o, (numbers[WARRANTS], 2)),
        shares=laid_on(numbers, p, (numbers[SHARED], 3)),
        stakes=laid_on(numbers, q, (numbers[STAKED], 2)),
        loans=laid_on(numbers, r, (numbers[LENT], 3)),
        guarantees=laid_on(numbers, s, (numbers[GUARANTEED], 3)),
        covered=laid_on(numbers, t, (numbers[COVERED], 2)),
        takeovers=laid_on(numbers, u, (v - u,)),
        fuel=laid_on(numbers, v, (x - v,)),
        gears=laid_on(numbers, x, (y - x,)),
        engines=laid_on(numbers, y, (z - y,)),
        sectors=laid_on(numbers, z, (4,)),
        past=numbers[PAST],
    )


@inlined
def world_on(ground: Ground, k: int | None = ALL) -> World:
    """The world whose numbers lie in a row: of all draws, or of one of them."""
    entities, legs, gears, row = ground.map[ENTITIES], ground.map[LEGS], ground.map[GEARS], ground.row
    a = N_ECONOMY
    b = a + entities * N_STOCKS
    c = b + entities * N_ACCOUNTS
    d = c + legs * N_POSITIONS
    e = d + legs * BY_LEG
    f = e + entities * OWN
    g = f + entities * N_ACCOUNTS
    columns = ground.arrivals.size // max(1, gears * 3 * (ground.row.size // row_size(entities, legs)))
    return World(
        economy=lanes_on(row, 0, (a,), k),
        stocks=lanes_on(row, a, (entities, N_STOCKS), k),
        accounts=lanes_on(row, b, (entities, N_ACCOUNTS), k),
        positions=lanes_on(row, c, (legs, N_POSITIONS), k),
        flow=lanes_on(row, d, (legs,), k),
        arrears=lanes_on(row, d + legs, (legs,), k),
        unpaid=lanes_on(row, d + 2 * legs, (legs,), k),
        lost=lanes_on(row, d + 3 * legs, (legs,), k),
        vesting=lanes_on(row, d + 4 * legs, (legs,), k),
        own=lanes_on(row, e, (entities, OWN), k),
        opening=lanes_on(row, f, (entities, N_ACCOUNTS), k),
        tally=lanes_on(row, g, (entities, TALLY), k),
        arrivals=lanes_on(ground.arrivals, 0, (gears, columns, 3), k),
        told=laid_on(ground.marks, 0, (entities + legs,)),
        owing=laid_on(ground.marks, entities + legs, (OWING,)),
        oldest=laid_on(ground.marks, entities + legs + OWING, (gears,)),
    )


@inlined
def knobs_on(ground: Ground, k: int | None = ALL) -> Knobs:
    """Parameters whose values lie one after the other: the world's, by firm, by leg."""
    return knobs_of(ground.values, ground.map[ENTITIES], ground.map[LEGS], k)


@inlined
def knobs_of(values: Float[np.ndarray, " knob"], entities: int, legs: int, k: int | None = ALL) -> Knobs:
    """The same of a row of values by itself."""
    firm = N_WORLD + entities * N_FIRM
    return Knobs(
        world=lanes_on(values, 0, (N_WORLD,), k),
        firm=lanes_on(values, N_WORLD, (entities, N_FIRM), k),
        leg=lanes_on(values, firm, (legs, N_LEG), k),
    )


@inlined
def proposal_on(ground: Ground) -> Proposal:
    """What is due and what is wanted, by leg."""
    legs = ground.map[LEGS]
    return Proposal(
        due=lanes_on(ground.proposed, 0, (legs,), ALL),
        want=lanes_on(ground.proposed, legs, (legs,), ALL),
    )


@inlined
def happened_on(ground: Ground) -> Happened:
    """First quarters by lane, event and subject; then the list of what happened in this one, its length first."""
    subjects = max(ground.map[ENTITIES], ground.map[LEGS])
    kept = N_EVENTS * subjects
    lanes = ground.events.size // (3 * kept + 1)
    return Happened(
        first=laid_on(ground.events, 0, (lanes, N_EVENTS, subjects)),
        now=laid_on(ground.events, lanes * kept, (lanes, 2 * kept + 1)),
    )


@inlined
def room_on(ground: Ground, work: Scratch) -> Room:
    """Room for settlement."""
    dues, n = ground.map[DUE_LEGS], ground.map[ENTITIES]
    debts, money, alone = ground.debts, ground.money, ground.alone
    return Room(
        payer=laid_on(debts, 0, (2 * dues,)),
        payee=laid_on(debts, 2 * dues, (2 * dues,)),
        rank=laid_on(debts, 4 * dues, (2 * dues,)),
        amount=lanes_on(money, 0, (2 * dues,), ALL),
        resources=lanes_on(money, 2 * dues, (n,), ALL),
        lines=lanes_on(money, 2 * dues + n, (n,), ALL),
        total=lanes_on(money, 2 * dues + 2 * n, (n,), ALL),
        income=lanes_on(money, 2 * dues + 3 * n, (n,), ALL),
        scale=lanes_on(money, 2 * dues + 4 * n, (n,), ALL),
        recovery=lanes_on(money, 2 * dues + 5 * n, (2, n), ALL),
        fell=lanes_on(money, 2 * dues + 7 * n, (n,), ALL),
        ended=lanes_on(ground.found, FOUND, (1,), ALL),
        alone=Alone(
            amount=laid_on(alone, 0, (2 * dues,)),
            resources=laid_on(alone, 2 * dues, (n,)),
            recovery=laid_on(alone, 2 * dues + n, (2, n)),
            fell=laid_on(debts, 6 * dues, (n,)),
            scratch=work,
        ),
    )


@inlined
def found_on(ground: Ground) -> Float[np.ndarray, " five"]:
    """What the check of the books found, and how clearing ended."""
    return lanes_on(ground.found, 0, (FOUND + 1,), ALL)


@inlined
def write_debts(ground: Ground, layout: Layout) -> None:
    """Who owes whom at which rank: what is due now, then what was unpaid before. Written once."""
    last, debts = layout.groups[DUES, 1], ground.debts
    for leg in range(last):
        for again in range(2):
            debts[again * last + leg] = layout.payer[leg]
            debts[(2 + again) * last + leg] = layout.payee[leg]
            debts[(4 + again) * last + leg] = layout.rank[leg] if again == 0 else 1


@inlined
def borrowed_ground(ground: Ground) -> Ground:
    """The rows without their counts of references."""
    return Ground(
        map=borrowed(ground.map),
        row=borrowed(ground.row),
        arrivals=borrowed(ground.arrivals),
        values=borrowed(ground.values),
        proposed=borrowed(ground.proposed),
        marks=borrowed(ground.marks),
        events=borrowed(ground.events),
        debts=borrowed(ground.debts),
        money=borrowed(ground.money),
        alone=borrowed(ground.alone),
        found=borrowed(ground.found),
    )


@inlined
def borrowed_scratch(work: Scratch) -> Scratch:
    """The clearing kernel's room without its counts of references."""
    return Scratch(
        owed=borrowed(work.owed),
        debt=borrowed(work.debt),
        total=borrowed(work.total),
        income=borrowed(work.income),
        inflow=borrowed(work.inflow),
        given=borrowed(work.given),
        floor=borrowed(work.floor),
        amount=borrowed(work.amount),
        weight=borrowed(work.weight),
        per_dollar=borrowed(work.per_dollar),
        factors=borrowed(work.factors),
        order=borrowed(work.order),
        place=borrowed(work.place),
        rung=borrowed(work.rung),
        state=borrowed(work.state),
        next_rung=borrowed(work.next_rung),
        next_state=borrowed(work.next_state),
    )
