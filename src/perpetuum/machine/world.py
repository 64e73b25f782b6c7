"""One possible world: who is in it, what it holds, what turns it, and what its behaviours propose.

Four tuples of small arrays. All of them speak about one draw and one quarter; compiled, each number of a draw
stands for those of several draws side by side (maths/lanes.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from perpetuum.maths.shapes import Float, Int


class Layout(NamedTuple):
    """Who is who and which leg joins whom; the same in every draw and quarter.

    Legs lie in the order of the kinds: first what falls due, last what the outside sectors pass on.
    A firm or pair without a leg of some kind has -1 there.
    """

    payer: Int[np.ndarray, " leg"]
    payee: Int[np.ndarray, " leg"]
    rank: Int[np.ndarray, " due"]  # 0 is paid before 1
    books: Int[np.ndarray, "leg 2"]  # the account beside cash, of the payer and of the payee
    signs: Int[np.ndarray, "leg 2"]  # what a dollar does to it: 1, -1, or 0
    purse: Int[np.ndarray, " entity"]  # cash, or deposits for the lenders
    sense: Int[np.ndarray, " entity"]  # 1, or -1 for the lenders: paying makes deposits
    groups: Int[np.ndarray, "group 2"]  # first leg and the one after the last, by when legs are settled
    standing: Int[np.ndarray, "role entity"]  # legs of a firm by role, see the constants below
    is_chips: Int[np.ndarray, " leg"]  # 1 where the payee is a chip maker that sells, at a cost
    chips: Int[np.ndarray, "entity entity"]
    spot: Int[np.ndarray, "entity entity"]
    contracts: Int[np.ndarray, " contract"]
    tranches: Int[np.ndarray, " tranche"]
    warrants: Int[np.ndarray, "warrant 2"]  # the leg that vests, the leg on which vested shares are sold
    shares: Int[np.ndarray, "held 3"]  # a leg on which shares are held, whose shares, and who holds them
    stakes: Int[np.ndarray, "stake 2"]  # legs of stakes held from the start, and whose shares
    loans: Int[np.ndarray, "loan 3"]  # of vendors: the loan, its interest, its repayment
    guarantees: Int[np.ndarray, "guarantee 3"]  # what is called, what the guarantor can then ask back, and whose fall
    covered: Int[np.ndarray, "cover 2"]  # row of guarantees, and a leg whose loss it makes good
    takeovers: Int[np.ndarray, " takeover"]  # a new owner pays into the firm it takes over
    fuel: Int[np.ndarray, " fuel"]
    gears: Int[np.ndarray, " gear"]
    engines: Int[np.ndarray, " engine"]
    sectors: Int[np.ndarray, " sector"]  # users, suppliers, investors, lenders
    past: int  # columns of `arrivals` before the first simulated quarter


class World(NamedTuple):
    """What one draw holds at a moment. USD, GW, persons."""

    economy: Float[np.ndarray, " economy"]
    stocks: Float[np.ndarray, "entity stock"]
    accounts: Float[np.ndarray, "entity account"]
    positions: Float[np.ndarray, "leg position"]
    flow: Float[np.ndarray, " leg"]  # paid in this quarter
    arrears: Float[np.ndarray, " leg"]  # paid in this quarter of what was unpaid before
    unpaid: Float[np.ndarray, " leg"]  # fell due in this quarter and was not paid
    lost: Float[np.ndarray, " leg"]  # written down in this quarter of what was unpaid
    vesting: Float[np.ndarray, " leg"]  # value of warrants that vested in this quarter
    own: Float[np.ndarray, "entity own"]  # entries of the quarter in a firm's own books
    opening: Float[np.ndarray, "entity account"]  # accounts as the quarter opened
    tally: Float[np.ndarray, "entity 2"]  # money in less out, change of equity: for the checks
    arrivals: Float[np.ndarray, "gear quarter three"]  # on order, arrived, book value, by quarter of arrival
    told: Int[np.ndarray, " subject"]  # orders of a scenario: entities that must fall, then legs that end
    owing: Int[np.ndarray, " three"]  # 1 while anybody is in arrears; if any was this quarter; if any order is given
    oldest: Int[np.ndarray, " gear"]  # column of the oldest vintage still in use


class Knobs(NamedTuple):
    """Parameter values of one draw in one quarter, shocks applied."""

    world: Float[np.ndarray, " knob"]
    firm: Float[np.ndarray, "entity knob"]
    leg: Float[np.ndarray, "leg knob"]


class Proposal(NamedTuple):
    """What behaviours say should be paid in this quarter, USD by leg."""

    due: Float[np.ndarray, " leg"]
    want: Float[np.ndarray, " leg"]


class Chance(NamedTuple):
    """Whose luck it is, by lane. Draw -1 is the central future: no luck at all."""

    seed: int
    draws: Int[np.ndarray, " lane"]


class Happened(NamedTuple):
    """What happened, by lane: the first quarter of each event, and the list of this quarter's."""

    first: Int[np.ndarray, "lane event subject"]  # -1: not yet
    now: Int[np.ndarray, "lane number"]  # how many, then event and subject of each


# Rows of Layout.standing.
(
    SUBSCRIPTION, OTHER_CLOUD, OTHER_CHIPS, BUILDING, RUNNING, CHIP_COSTS, ENGINE_COSTS, INTEREST, TAX, PAYOUTS,
    ROUND, ISSUE, LOAN, REPAYMENT, PASSES_ON, PASSES_ON_TOO,
) = range(16)  # fmt: skip
STANDING = 16
# Rows of Layout.groups, in the order of the legs.
DUES, CUSTOMERS, COSTS, BUILDS, FUNDS, PAID_OUT, PASSED, IDLE = range(8)
GROUPS = 8
# Columns of World.own.
WORN, WEAR, WRITTEN_OFF, LOAN_LOST, GAIN, LENT_LOST, CALLED = range(7)
OWN = 7
# Order of Layout.sectors.
USERS_AT_LARGE, SUPPLIERS, INVESTORS, LENDERS = range(4)
