"""Money that is lost, made or forgotten is found in the same quarter and named: every identity can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.errors import BooksDoNotBalance
from perpetuum.core.kinds import KINDS
from perpetuum.machine import columns as c
from perpetuum.machine import knobs as k
from perpetuum.machine import world as w
from tests.machine.small_world import SMALL, Day, day, plain, small_network

# Cash kinds of the first release, and who misses the money if one side of a posting is left out.
PAID = {
    "subscription": ("all_users", "lab"), "cloud": ("lab", "cloud"), "other_cloud": ("all_users", "nimbus"),
    "chips": ("cloud", "vendor"), "other_chips": ("all_users", "vendor"), "buildings": ("cloud", "all_suppliers"),
    "running_cost": ("nimbus", "all_suppliers"), "chip_cost": ("vendor", "all_suppliers"),
    "engine_cost": ("lab", "all_suppliers"), "interest": ("cloud", "all_lenders"), "tax": ("cloud", "all_suppliers"),
    "payout": ("vendor", "all_investors"), "equity_investment": ("vendor", "lab"),
    "stake_sale": ("all_investors", "lab"), "loan": ("all_lenders", "nimbus"), "repayment": ("vendor", "all_lenders"),
    "wages": ("all_suppliers", "all_users"), "profits": ("all_suppliers", "all_investors"),
    "bank_profit": ("all_lenders", "all_investors"), "spending": ("all_investors", "all_users"),
}  # fmt: skip


@pytest.fixture
def moment(monkeypatch) -> Iterator[dict[str, int]]:
    """The draw and the quarter that are being lived through."""
    told = {"draw": -9, "quarter": -9}
    honest = plain().future.quarter

    def quarter(now, ground, chance, work):
        told.update(draw=int(chance.draws[0]), quarter=now)
        return honest(now, ground, chance, work)

    monkeypatch.setattr(plain().future, "quarter", quarter)
    return told


def one_sided(monkeypatch, when: Callable[[], bool], leg: int, side: str) -> None:
    """Forget one side of every posting on a leg."""
    honest = plain().posting.post

    def post(flow, accounts, purse, sense, payer, payee, at, amount):
        honest(flow, accounts, purse, sense, payer, payee, at, amount)
        if at == leg and when():
            firm, sign = (payer, 1.0) if side == "payer" else (payee, -1.0)
            accounts[firm, purse[firm]] += sign * sense[firm] * amount

    monkeypatch.setattr(plain().posting, "post", post)


def test_a_posting_with_one_side_is_found_and_told_with_kind_firm_quarter_and_draw(monkeypatch, moment):
    leg = day().leg("vendor>all_investors:payout")
    one_sided(monkeypatch, lambda: moment == {"draw": 2, "quarter": 5}, leg, "payer")
    keep = plain().keep.Keep(series=("mood",))

    with pytest.raises(BooksDoNotBalance) as error:
        plain().simulate.simulate(small_network(), SMALL, draws=4, quarters=8, seed=42, keep=keep)

    told = str(error.value)
    assert told.startswith("I2, vendor, 2027Q2, draw 2 (scenario small, seed 42)\n")
    assert "what was booked as payout comes closest to the gap." in told
    assert "perpetuum simulate --scenario small --seed 42 --replay 2" in told


@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize("kind", PAID)
def test_no_kind_of_posting_can_forget_a_side(monkeypatch, kind, side):
    payer, payee = PAID[kind]
    world = _busy()
    leg = _leg_that_pays(world, kind, payer, payee)

    one_sided(monkeypatch, lambda: True, leg, side)
    plain().quarter.quarter(3, world.ground, world.chance, world.work)
    finding = world.finding

    firm = payer if side == "payer" else payee
    assert (finding.identity, world.prepared.entities[finding.subject]) == (2, firm)
    assert abs(finding.found - finding.expected) == pytest.approx(world.world.flow[leg])


def _busy() -> Day:
    """A fourth quarter in which everything is paid: taxes and tranches, loans and early repayment, warrants too."""
    world = day(lab__fixed_cost="8bn USD", nimbus__opening_cash="1bn USD", investor_buffer="3000bn USD").live(0, 3)
    world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] = 1e9
    return world


def _leg_that_pays(world: Day, kind: str, payer: str, payee: str) -> int:
    again = world.copy()
    again.quarter(3)
    found = [
        n for n, leg in enumerate(world.prepared.legs)
        if (leg.kind, leg.payer, leg.payee) == (kind, payer, payee) and again.world.flow[n] > 0.0
    ]  # fmt: skip
    assert found, "nothing is paid, so nothing is tested"
    return found[0]


def test_every_kind_that_moves_cash_in_this_machine_is_tried():
    kinds = {leg.kind for leg in day().prepared.legs if KINDS[leg.kind].cash and leg.group != "idle"}

    assert kinds - set(PAID) == {"share_issue"}  # tried where a firm is poor enough


def test_new_shares_cannot_forget_a_side_either(monkeypatch):
    world = day(
        nimbus__leverage=0.0, capex_financed="0 %", nimbus__opening_cash="0.1bn USD", nimbus__pipeline_share="20 %"
    )
    leg = world.leg("all_investors>nimbus:share_issue")
    one_sided(monkeypatch, lambda: True, leg, "payee")

    plain().quarter.quarter(0, world.ground, world.chance, world.work)
    finding = world.finding

    assert (finding.identity, world.prepared.entities[finding.subject]) == (2, "nimbus")


# ---- every identity by hand


@pytest.fixture
def closed() -> Day:
    """A world at the close of its seventh quarter, whose books balance."""
    world = day().live(0, 7)
    assert world.check(6).identity == 0
    return world


def _flow_where_nothing_is_paid(world: Day) -> str:
    world.world.flow[world.leg("maker_lab")] = 5.0
    return "maker"


def _cash_from_nowhere(world: Day) -> str:
    world.world.accounts[world.firm("lab"), c.CASH] += 1e6
    return "lab"


def _cash_that_was_always_there(world: Day) -> str:
    e = world.firm("lab")
    world.world.accounts[e, c.CASH] += 1e6
    world.world.opening[e, c.CASH] += 1e6
    return "all_lenders"


def _shares_of_nobody(world: Day) -> str:
    world.world.stocks[world.firm("lab"), c.SHARES] += 1.0
    return "lab"


def _shares_twice(world: Day) -> str:
    world.world.positions[world.leg("cloud_lab"), c.HELD] += 1.0
    return "lab"


def _negative_cash(world: Day) -> str:
    e = world.firm("den")
    moved = world.world.accounts[e, c.CASH] - world.world.opening[e, c.CASH]
    world.world.accounts[e, c.CASH] = -1e6
    world.world.opening[e, c.CASH] = -1e6 - moved
    return "den"


def _negative_holding(world: Day) -> str:
    world.world.positions[world.leg("cloud_lab"), c.HELD] = -1.0
    return "lab"


def _negative_unpaid(world: Day) -> str:
    world.world.positions[world.leg("lab_cloud"), c.UNPAID] = -5.0
    world.world.owing[0] = 1
    return "lab"


def _debt_without_a_loan(world: Day) -> str:
    world.world.accounts[world.firm("cloud"), c.DEBT] += 1e6
    return "cloud"


def _loans_without_a_debtor(world: Day) -> str:
    world.world.accounts[world.firm("all_lenders"), c.LOANS] += 1e6
    return "all_lenders"


def _more_unlocked_than_promised(world: Day) -> str:
    world.world.positions[world.leg("vendor_lab"), c.UNLOCKED] = 21e9
    return "vendor"


def _warrants_beyond_all(world: Day) -> str:
    world.world.positions[world.leg("maker_lab"), c.VESTED] = 1.01
    return "maker"


def _earnings_without_money(world: Day) -> str:
    world.world.accounts[world.firm("vendor"), c.EARNINGS] += 1e6
    return "vendor"


def _a_sheet_that_balances_and_nobody_knows_why(world: Day) -> str:
    e = world.firm("vendor")
    world.world.accounts[e, c.HOLDINGS] += 1e6
    world.world.accounts[e, c.REVALUATION] += 1e6
    return "vendor"


def _something_real_from_nowhere(world: Day) -> str:
    for sheet in (world.world.accounts, world.world.opening):
        sheet[world.firm("lab"), c.HOLDINGS] += 1e6
        sheet[world.firm("lab"), c.PAID_IN] += 1e6
    return "all_lenders"


def _capacity_of_no_vintage(world: Day) -> str:
    world.world.stocks[world.firm("nimbus"), c.CAPACITY_GW] += 1e-3
    return "nimbus"


def _an_order_of_nobody(world: Day) -> str:
    world.world.arrivals[0, world.layout.past + 8, c.ON_ORDER] += 1e-3
    return world.prepared.entities[world.layout.gears[0]]


def _a_vintage_that_is_worth_more(world: Day) -> str:
    world.world.arrivals[1, world.layout.past + 6, c.BOOK_VALUE] += 1e6
    return world.prepared.entities[world.layout.gears[1]]


def _a_backlog_that_jumps(world: Day) -> str:
    world.world.positions[world.leg("lab_cloud"), c.BACKLOG] += 1e6
    return "lab"


def _a_backlog_at_another_price(world: Day) -> str:
    world.knobs.leg[world.leg("den_cloud"), k.PRICE] *= 1.01
    return "den"


BROKEN = [
    (1, _flow_where_nothing_is_paid),
    (2, _cash_from_nowhere),
    (3, _cash_that_was_always_there),
    (5, _shares_of_nobody),
    (5, _shares_twice),
    (6, _negative_cash),
    (6, _negative_holding),
    (6, _negative_unpaid),
    (7, _debt_without_a_loan),
    (7, _loans_without_a_debtor),
    (9, _more_unlocked_than_promised),
    (9, _warrants_beyond_all),
    (10, _earnings_without_money),
    (10, _a_sheet_that_balances_and_nobody_knows_why),
    (10, _something_real_from_nowhere),
    (11, _capacity_of_no_vintage),
    (11, _an_order_of_nobody),
    (11, _a_vintage_that_is_worth_more),
    (12, _a_backlog_that_jumps),
    (12, _a_backlog_at_another_price),
]


@pytest.mark.parametrize(("identity", "broken"), BROKEN, ids=[f"I{n}{f.__name__}" for n, f in BROKEN])
def test_each_identity_fails_where_it_is_broken_and_says_whose_it_is(closed, identity, broken):
    whose = broken(closed)

    finding = closed.check(6)

    assert (finding.identity, closed.prepared.entities[finding.subject]) == (identity, whose)
    assert finding.found != finding.expected


@pytest.mark.parametrize("table", ["accounts", "stocks", "positions"])
def test_what_is_no_number_is_found_too(closed, table):
    columns = {"accounts": [c.CASH, c.DEBT, c.EARNINGS, c.EQUIPMENT], "stocks": [c.SHARES, c.CAPACITY_GW],
               "positions": [c.HELD, c.BACKLOG]}  # fmt: skip
    rows = {"accounts": "nimbus", "stocks": "nimbus", "positions": None}[table]
    for column in columns[table]:
        world = closed.copy()
        where = world.firm(rows) if rows else world.leg("cloud_lab" if column == c.HELD else "lab_cloud")
        getattr(world.world, table)[where, column] = np.nan

        assert world.check(6).identity != 0


@pytest.mark.parametrize("scale", [1e-12, 1e-6])
def test_rounding_is_forgiven_and_no_more_than_rounding(closed, scale):
    e = closed.firm("lab")
    closed.world.accounts[e, c.CASH] *= 1.0 + scale

    assert (closed.check(6).identity == 0) == (scale < 1e-9)


# ---- the door


def test_a_posting_moves_money_from_one_purse_to_the_other_and_lenders_make_what_they_lend():
    world = day()
    world.phase("open_the_books", 0)
    state, lenders, cloud = world.world, world.firm("all_lenders"), world.firm("cloud")

    plain().posting.pay(state, world.layout, world.leg("all_lenders>cloud:loan"), 7e9)
    plain().posting.book(state, world.layout, 0, world.layout.payer.size)

    change = state.accounts - state.opening
    assert change[cloud, [c.CASH, c.DEBT]].tolist() == [7e9, 7e9]
    assert change[lenders, [c.DEPOSITS, c.LOANS]].tolist() == [7e9, 7e9]
    assert np.count_nonzero(change) == 4
    assert state.flow.sum() == 7e9


def test_paying_a_loan_back_unmakes_the_money():
    world = day()
    world.phase("open_the_books", 0)

    plain().posting.pay(world.world, world.layout, world.leg("cloud>all_lenders:repayment"), 3e9)
    plain().posting.book(world.world, world.layout, 0, world.layout.payer.size)

    change = world.world.accounts - world.world.opening
    assert change[world.firm("all_lenders"), [c.DEPOSITS, c.LOANS]].tolist() == [-3e9, -3e9]
    assert change[world.firm("cloud"), [c.CASH, c.DEBT]].tolist() == [-3e9, -3e9]


@pytest.mark.parametrize("amount", [0.0, -1.0])
def test_nothing_and_less_than_nothing_is_not_paid(amount):
    world = day()
    before = world.copy()

    plain().posting.pay(world.world, world.layout, 0, amount)

    assert world.same(before)


def test_what_every_leg_books_is_what_the_dictionary_of_kinds_says():
    opening = day().phase("open_the_books", 0)
    accounts = list(ACCOUNTS)
    for n, leg in enumerate(opening.prepared.legs):
        if leg.group == "idle":
            continue
        world, kind = opening.copy(), KINDS[leg.kind]

        plain().posting.pay(world.world, world.layout, n, 2.0)
        plain().posting.book(world.world, world.layout, n, n + 1)

        expected = np.zeros_like(world.world.accounts)
        for firm, pair in ((leg.payer, kind.payer), (leg.payee, kind.payee)):
            assert pair is not None
            for account, raises in zip(pair, (1.0, -1.0), strict=True):
                # A debit raises an asset and lowers the right side; lenders' cash is the deposits they owe.
                column = accounts.index("deposits" if account == "cash" and firm == "all_lenders" else account)
                expected[world.firm(firm), column] += raises * (2.0 if column < c.DEPOSITS else -2.0)
        # Large accounts round.
        assert world.world.accounts - world.world.opening == pytest.approx(expected, abs=1e-3), leg.id


def test_money_by_leg_adds_up_to_the_change_of_every_purse():
    world = day(draw=3).live(0, 9)
    state, layout = world.world, world.layout
    by_firm = np.zeros(len(world.prepared.entities))
    paid = state.flow + state.arrears
    np.add.at(by_firm, layout.payee, paid)
    np.add.at(by_firm, layout.payer, -paid)

    rows = np.arange(by_firm.size)
    moved = layout.sense * (state.accounts - state.opening)[rows, layout.purse]
    assert np.abs(moved - by_firm).max() <= 1e-12 * paid.sum()
    assert w.LENDERS == 3 and layout.sense[layout.sectors[w.LENDERS]] == -1
