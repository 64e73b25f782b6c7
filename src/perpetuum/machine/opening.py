"""The world as the first quarter finds it, with every balance sheet in balance.

What a case knows stands in the parameters whose names begin with `opening`. Two things are worked out so that
the sheets balance, and are told: each firm's paid-in capital, and the lenders' other assets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from perpetuum.core.errors import NetworkError
from perpetuum.core.text import Text, both
from perpetuum.machine import knobs as k
from perpetuum.machine.amounts import lift_of_mood, owed_to_vendors, value_of_engine
from perpetuum.machine.columns import (
    ARRIVED_GW,
    BACKLOG,
    BACKLOG_BEFORE,
    BOOK_VALUE,
    BUILDINGS,
    BUILT_GW,
    BURN,
    CAPACITY_GW,
    CASH,
    DEBT,
    DEPOSITS,
    DRAWN,
    EBITDA,
    EFFICIENCY,
    EFFICIENCY_RATE,
    EQUIPMENT,
    EXPECTED_GROWTH,
    FIXED_COST_NOW,
    HELD,
    HOLDINGS,
    LAST_REVENUE,
    LOANS,
    ON_ORDER,
    OTHER_ASSETS,
    OTHER_SALES_NOW,
    OUTSTANDING,
    OWN_NEED_NOW,
    PAID_IN,
    PAY_PER_USER,
    PAY_RATE,
    PIPELINE_GW,
    PROFIT,
    REVENUE,
    SHARE_PRICE,
    SHARES,
    SMOOTHED_EBITDA,
    SMOOTHED_PROFIT,
    TAXABLE,
    TRAINING_NOW,
    USE,
    USE_RATE,
    USERS,
    VALUE,
)
from perpetuum.machine.knobs import (
    ACCOUNTING_LIFE,
    CHIP_COST,
    CUMULATIVE_GW,
    ECONOMIC_LIFE,
    EFFICIENCY_GROWTH,
    FIXED_COST,
    GW,
    LEAD,
    LEAST_VALUE,
    MULTIPLE,
    OPENING_BUILDINGS,
    OPENING_BURN,
    OPENING_CASH,
    OPENING_DEBT,
    OPENING_DRAWN,
    OPENING_EBITDA,
    OPENING_EQUIPMENT,
    OPENING_GROWTH,
    OPENING_GW,
    OPENING_OTHER_ASSETS,
    OPENING_PAY,
    OPENING_PROFIT,
    OPENING_SHARES,
    OPENING_TAXABLE,
    OPENING_USERS,
    OTHER_MARGIN,
    OTHER_REVENUE,
    OTHER_SALES,
    OWN_NEED,
    PAY_GROWTH,
    PIPELINE_SHARE,
    PRICE,
    RAMP,
    SITE_COST,
    STAKE,
    START,
    TERM,
    TRAINING,
    USE_GROWTH,
)
from perpetuum.machine.legs import MachineLeg
from perpetuum.machine.world import ISSUE, LENDERS, ROUND, Knobs, Layout, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, largest, portion
from perpetuum.maths.shapes import Float

# What stands in for a filed figure where there is none.
EBITDA_PER_GW, FUEL_EBITDA = 1.8e9, 0.5
GEAR_PROFIT, FUEL_PROFIT, GEAR_TAXABLE, FUEL_TAXABLE = 0.20, 0.30, 0.25, 0.35


# Opening values without which a firm cannot be simulated, and the parts that need them.
NEEDED: dict[str, tuple[str, ...]] = {
    "opening_cash": ("fuel", "gears", "engines", "sectors"),
    "opening_users": ("engines",),
    "opening_pay": ("engines",),
    "opening_burn": ("engines",),
    "other_revenue": ("gears", "fuel"),
    "opening_debt": ("gears", "fuel"),
    "opening_gw": ("gears",),
}


@inlined
def open_world(world: World, knobs: Knobs, layout: Layout) -> None:
    """Fill an empty world: who has what as the first quarter opens, every sheet in balance.

    Firms' paid-in capital and the lenders' other assets are what makes it so.
    """
    the_economy_opens(world, knobs)
    for e in layout.engines:
        an_engine_opens(world, knobs, e)
    for i in range(layout.gears.size):
        a_gear_opens(world, knobs, layout, i)
    for v in layout.fuel:
        # What a chip maker owns beside its stakes is in its sheet, and no rule moves it.
        world.accounts[v, OTHER_ASSETS] = known(knobs.firm[v, OPENING_BUILDINGS], 0.0)
        listed_firm_opens(world, knobs, v, FUEL_EBITDA, FUEL_PROFIT, FUEL_TAXABLE)
    for leg in layout.contracts:
        world.positions[leg, BACKLOG] = contract_left(knobs.leg[leg])
        world.positions[leg, BACKLOG_BEFORE] = world.positions[leg, BACKLOG]
    shares_have_owners(world, knobs, layout)
    sheets_are_balanced(world, knobs, layout)


@inlined
def contract_sum(terms: Float[np.ndarray, " knob"]) -> float:
    """What a contract comes to over its whole term if all capacity is delivered, USD."""
    return terms[PRICE] / 4.0 * terms[GW] * full_quarters(np.rint(terms[TERM]), np.rint(terms[RAMP]))


@inlined
def contract_left(terms: Float[np.ndarray, " knob"]) -> float:
    """The part of it that lies ahead as the first quarter opens, USD."""
    gone = min(max(1.0 - np.rint(terms[START]), 0.0), np.rint(terms[TERM]))
    behind = terms[PRICE] / 4.0 * terms[GW] * full_quarters(gone, np.rint(terms[RAMP]))
    return contract_sum(terms) - behind


@inlined
def full_quarters(quarters: float, ramp: float) -> float:
    """How many quarters at full size the first quarters of a contract amount to."""
    rising = min(quarters, ramp)
    return rising * (rising + 1.0) / 2.0 / ramp + (quarters - rising)


@inlined
def the_economy_opens(world: World, knobs: Knobs) -> None:
    """Use and efficiency are measured from here."""
    world.economy[USE] = 1.0
    world.economy[EFFICIENCY] = 1.0
    world.economy[USE_RATE] = knobs.world[USE_GROWTH]
    world.economy[EFFICIENCY_RATE] = knobs.world[EFFICIENCY_GROWTH]
    world.economy[BUILT_GW] = knobs.world[CUMULATIVE_GW]


@inlined
def an_engine_opens(world: World, knobs: Knobs, e: int) -> None:
    """Its users and what they pay, and what investors think of it."""
    firm, row = knobs.firm[e], world.stocks[e]
    row[USERS], row[PAY_PER_USER], row[PAY_RATE] = firm[OPENING_USERS], firm[OPENING_PAY], firm[PAY_GROWTH]
    row[REVENUE] = 3.0 * row[USERS] * row[PAY_PER_USER] * (1.0 + firm[OTHER_SALES])
    row[LAST_REVENUE] = row[REVENUE]
    row[TRAINING_NOW], row[FIXED_COST_NOW] = firm[TRAINING], firm[FIXED_COST]
    row[EXPECTED_GROWTH], row[BURN] = firm[OPENING_GROWTH], firm[OPENING_BURN]
    row[SHARES] = firm[OPENING_SHARES]
    row[VALUE] = value_of_engine(world, knobs, e, lift_of_mood(world))
    row[SHARE_PRICE] = row[VALUE] / row[SHARES]


@inlined
def a_gear_opens(world: World, knobs: Knobs, layout: Layout, i: int) -> None:
    """Capacity of all ages alike, in the books at what is left of it; orders under way for each coming quarter."""
    g = layout.gears[i]
    firm, row = knobs.firm[g], world.stocks[g]
    life, accounting = np.rint(knobs.world[ECONOMIC_LIFE]), np.rint(knobs.world[ACCOUNTING_LIFE])
    oldest, worth = int(largest(life)), 0.0
    for age in range(oldest):
        gw = choose(life > float(age), firm[OPENING_GW] / life, 0.0)
        book = gw * knobs.world[CHIP_COST] * max(1.0 - age / accounting, 0.0)
        world.arrivals[i, layout.past - 1 - age, ARRIVED_GW] = gw
        world.arrivals[i, layout.past - 1 - age, BOOK_VALUE] = book
        worth += book
        row[CAPACITY_GW] += gw
    world.oldest[i] = layout.past - oldest
    filed = choose(worth > 0.0, known(firm[OPENING_EQUIPMENT], worth), worth)
    for age in range(oldest):
        world.arrivals[i, layout.past - 1 - age, BOOK_VALUE] *= choose(worth > 0.0, portion(filed, worth), 1.0)
    world.accounts[g, EQUIPMENT] = filed
    coming, lead = firm[PIPELINE_SHARE] * firm[OPENING_GW], np.rint(knobs.world[LEAD])
    for ahead in range(int(largest(lead))):
        world.arrivals[i, layout.past + ahead, ON_ORDER] = choose(lead > float(ahead), coming, 0.0)
        row[PIPELINE_GW] += choose(lead > float(ahead), coming, 0.0)
    row[OWN_NEED_NOW] = firm[OWN_NEED]
    site = firm[OPENING_BUILDINGS]
    world.accounts[g, BUILDINGS] = known(site, knobs.world[SITE_COST] * firm[OPENING_GW])
    sales = firm[OTHER_REVENUE]
    ebitda = sales * firm[OTHER_MARGIN] + EBITDA_PER_GW * firm[OPENING_GW]
    listed_firm_opens(world, knobs, g, portion(ebitda, sales), GEAR_PROFIT, GEAR_TAXABLE)


@inlined
def known(filed: float, otherwise: float) -> float:
    """A filed figure, or what stands in for it."""
    return choose(np.isnan(filed), otherwise, filed)


@inlined
def listed_firm_opens(world: World, knobs: Knobs, e: int, ebitda: float, profit: float, taxable: float) -> None:
    """Smoothed earnings as filed, or as shares of sales where nothing is filed; market value by the multiple."""
    firm, row = knobs.firm[e], world.stocks[e]
    sales = firm[OTHER_REVENUE]
    row[OTHER_SALES_NOW] = sales
    row[SMOOTHED_EBITDA] = known(firm[OPENING_EBITDA], ebitda * sales)
    row[EBITDA] = row[SMOOTHED_EBITDA]
    row[SMOOTHED_PROFIT] = known(firm[OPENING_PROFIT], profit * sales)
    row[PROFIT] = row[SMOOTHED_PROFIT]
    row[TAXABLE] = known(firm[OPENING_TAXABLE], taxable * sales)
    row[SHARES] = firm[OPENING_SHARES]
    row[VALUE] = max(firm[LEAST_VALUE], firm[MULTIPLE] * 4.0 * row[SMOOTHED_PROFIT])
    row[SHARE_PRICE] = row[VALUE] / row[SHARES]


@inlined
def shares_have_owners(world: World, knobs: Knobs, layout: Layout) -> None:
    """Stakes that are known; outside investors hold the rest."""
    for e in range(world.stocks.shape[0]):
        for role in (ROUND, ISSUE):
            leg = layout.standing[role, e]
            if leg >= 0:
                world.positions[leg, HELD] = world.stocks[e, SHARES]
    for i in range(layout.stakes.shape[0]):
        leg, issuer = layout.stakes[i, 0], layout.stakes[i, 1]
        shares = knobs.leg[leg, STAKE] * world.stocks[issuer, SHARES]
        world.positions[leg, HELD] = shares
        world.positions[layout.standing[ROUND, issuer], HELD] -= shares
    for i in range(layout.shares.shape[0]):
        leg, issuer, holder = layout.shares[i, 0], layout.shares[i, 1], layout.shares[i, 2]
        world.accounts[holder, HOLDINGS] += world.positions[leg, HELD] * world.stocks[issuer, SHARE_PRICE]


@inlined
def vendors_have_lent(world: World, knobs: Knobs, layout: Layout) -> None:
    """What is owed on vendors' loans from the start: part of the debtor's debt, an asset of the vendor."""
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        world.positions[leg, DRAWN] = knobs.leg[leg, OPENING_DRAWN]
        world.positions[leg, OUTSTANDING] = knobs.leg[leg, OPENING_DRAWN]
        world.accounts[layout.payer[leg], LOANS] += knobs.leg[leg, OPENING_DRAWN]


@inlined
def sheets_are_balanced(world: World, knobs: Knobs, layout: Layout) -> None:
    """Cash and debt as known; paid-in capital and the lenders' other assets are what makes the sheets balance."""
    vendors_have_lent(world, knobs, layout)
    accounts, lenders, deposits, loans = world.accounts, layout.sectors[LENDERS], 0.0, 0.0
    for e in range(accounts.shape[0]):
        if e != lenders:
            of_vendors = owed_to_vendors(world, layout, e)
            accounts[e, CASH] = knobs.firm[e, OPENING_CASH]
            accounts[e, DEBT] = max(known(knobs.firm[e, OPENING_DEBT], 0.0), of_vendors)
            accounts[e, OTHER_ASSETS] += knobs.firm[e, OPENING_OTHER_ASSETS]
            deposits += accounts[e, CASH]
            loans += accounts[e, DEBT] - of_vendors
    accounts[lenders, DEPOSITS] = deposits
    accounts[lenders, LOANS] = loans
    accounts[lenders, OTHER_ASSETS] = max(deposits - loans, 0.0)
    for e in range(accounts.shape[0]):
        worth = 0.0
        for account in range(DEPOSITS):
            worth += accounts[e, account]
        for account in range(DEPOSITS, PAID_IN):
            worth -= accounts[e, account]
        accounts[e, PAID_IN] = worth


def refuse_what_cannot_open(
    entities: Sequence[str], legs: Sequence[MachineLeg], layout: Layout, knobs: Knobs, world: World
) -> None:
    """Look at a world that was opened.

    Raises
    ------
    NetworkError
        If a needed number is missing, if shares of a whole do not add up, or if a sheet does not agree with
        the equity that was filed: the message names the gap.
    """
    _refuse_what_cannot_be(entities, legs, layout, knobs)
    for e, entity in enumerate(entities):
        filed = float(knobs.firm[e, k.OPENING_EQUITY])
        if not np.isnan(filed):
            sheet = world.accounts[e]
            scale = float(np.abs(sheet).sum())
            _refuse_gap(entity, float(sheet[PAID_IN]), filed, scale)


def plugs_of(entities: Sequence[str], layout: Layout, world: World) -> tuple[tuple[str, str, float], ...]:
    """What was worked out so that the sheets balance: entity, account, USD."""
    lenders = layout.sectors[LENDERS]
    capital = [(entity, "paid_in", float(world.accounts[e, PAID_IN])) for e, entity in enumerate(entities)]
    return (*capital, (entities[lenders], "other_assets", float(world.accounts[lenders, OTHER_ASSETS])))


def _refuse_gap(entity: str, sheet: float, filed: float, scale: float) -> None:
    if abs(sheet - filed) > 1e-9 * max(1.0, scale):
        gap = sheet - filed
        raise NetworkError(
            both(
                f"I0, {entity}: assets less liabilities are {sheet:,.2f} USD, but the equity filed is {filed:,.2f} USD;"
                f" the gap is {gap:+,.2f} USD.",
                f"I0，{entity}：資產減負債為 {sheet:,.2f} USD，但申報的權益為 {filed:,.2f} USD；"
                f"差距為 {gap:+,.2f} USD。",
            ),
            both(
                f"Correct an opening value, or set {entity}.opening_other_assets to what is missing.",
                f"請更正起始值，或將 {entity}.opening_other_assets 設為缺少的金額。",
            ),
        )


def _refuse_what_cannot_be(entities: Sequence[str], legs: Sequence[MachineLeg], layout: Layout, knobs: Knobs) -> None:
    """Numbers that must be there, and shares that must add up to one; all problems at once."""
    missing = [*_missing(entities, layout, knobs)]
    wrong = [*_wrong_sums(entities, legs, layout, knobs)]
    if missing or wrong:
        en = [f"{address} is not known." for address in missing] + [text.en for text in wrong]
        zh = [f"{address} 未知。" for address in missing] + [text.zh for text in wrong]
        raise NetworkError(
            both("\n".join(en), "\n".join(zh)),
            both("Set these values in the scenario.", "請在情境中設定這些值。"),
        )


def _missing(entities: Sequence[str], layout: Layout, knobs: Knobs) -> list[str]:
    rows = {"fuel": layout.fuel, "gears": layout.gears, "engines": layout.engines, "sectors": layout.sectors}
    rows["sectors"] = np.delete(rows["sectors"], LENDERS)  # they issue what others hold as cash
    return [
        f"{entities[e]}.{knob}"
        for knob, parts in NEEDED.items()
        for e in sorted(int(row) for part in parts for row in rows[part])
        if np.isnan(knobs.firm[e, k.FIRM_KNOBS.index(knob)])
    ]


def _wrong_sums(entities: Sequence[str], legs: Sequence[MachineLeg], layout: Layout, knobs: Knobs) -> list[Text]:
    found = []
    pull = float(knobs.firm[layout.engines, k.PULL].sum())
    if layout.engines.size and abs(pull - 1.0) > 1e-9:
        found.append(
            both(f"pull: the engines' shares add up to {pull:g}, not 1.", f"pull：各引擎合計為 {pull:g}，應為 1。")
        )
    for g in layout.gears:
        bought = float(knobs.leg[layout.chips[g, layout.fuel], k.CHIP_SHARE].sum()) if layout.fuel.size else 1.0
        if abs(bought - 1.0) > 1e-9:
            found.append(
                both(
                    f"{entities[g]}: the chip makers' chip_share add up to {bought:g}, not 1.",
                    f"{entities[g]}：各晶片商的 chip_share 合計為 {bought:g}，應為 1。",
                )
            )
    found += _lent_too_much(entities, legs, layout, knobs)
    for e in layout.engines:
        held = sum(
            float(knobs.leg[leg, k.STAKE]) for leg, issuer, _ in layout.shares
            if issuer == e and legs[leg].place == "stake"
        )  # fmt: skip
        if held > 1.0 + 1e-9:
            found.append(
                both(
                    f"{entities[e]}: stakes add up to {held:g}, more than all.",
                    f"{entities[e]}：持股合計為 {held:g}，超過全部。",
                )
            )
    return found


def _lent_too_much(entities: Sequence[str], legs: Sequence[MachineLeg], layout: Layout, knobs: Knobs) -> list[Text]:
    """Loans drawn beyond their limit, and vendors' loans that are more than all of a firm's debt."""
    found, owed = [], np.zeros(len(entities))
    for leg in layout.loans[:, 0]:
        limit, drawn = float(knobs.leg[leg, k.HEADLINE]), float(knobs.leg[leg, k.OPENING_DRAWN])
        owed[layout.payee[leg]] += drawn
        if 0.0 < limit < drawn:  # without any limit nothing more is lent
            found.append(
                both(
                    f"{legs[leg].id}: opening_drawn, {drawn:g} USD, is more than the headline, {limit:g} USD.",
                    f"{legs[leg].id}：opening_drawn 為 {drawn:g} USD，超過 headline 的 {limit:g} USD。",
                )
            )
    for e in np.flatnonzero(owed > 0.0).tolist():
        debt = float(knobs.firm[e, k.OPENING_DEBT])
        if owed[e] > debt:
            found.append(
                both(
                    f"{entities[e]}: vendors' loans come to {owed[e]:g} USD, more than opening_debt, {debt:g} USD.",
                    f"{entities[e]}：供應商貸款合計 {owed[e]:g} USD，超過 opening_debt 的 {debt:g} USD。",
                )
            )
    return found
