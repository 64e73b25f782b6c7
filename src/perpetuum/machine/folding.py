"""Firms without an opening balance sheet are not simulated: they are counted with the sectors, and listed.

A case asks for this with `fold_unknown`. Where it does not, an opening that nobody knows is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.cast import Cast
from perpetuum.core.errors import NetworkError, listed
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses
from perpetuum.machine.from_network import FromLedger, fill_from_network
from perpetuum.machine.legs import MachineLeg, legs_of, members, with_owners
from perpetuum.machine.opening import NEEDED
from perpetuum.machine.resolve import Resolved, resolve

Floats = NDArray[np.float64]
_LESS = both("revenue, less what simulated builders take at first", "營收，扣除受模擬建置者起初取走的部分")
Part = Literal["fuel", "gears", "engines"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSimulated:
    """A firm of the cast that is not simulated, and the opening values that nobody knows."""

    firm: str
    part: Part
    missing: tuple[str, ...]


def with_known_openings(
    network: Network, scenario: Scenario, cast: Cast, first: Quarter
) -> tuple[Cast, Scenario, tuple[NotSimulated, ...]]:
    """The part of a cast whose opening is known, and a scenario that speaks of no other.

    Returns
    -------
    cast, scenario, left out
        All as they were if the cast does not fold, or if nothing is missing.

    Raises
    ------
    NetworkError
        If no firm is left, or none that sells to those who build.
    """
    if not cast.fold_unknown:
        return cast, scenario, ()
    owners, missing = _missing(network, scenario, cast, first)
    if not missing:
        return cast, scenario, ()
    gone = {one.firm for one in missing}
    known = _without(cast, gone)
    _refuse_if_nobody_is_left(known, missing)
    left = {*members(known), *(leg.id for leg in legs_of(network, scenario, known)[0])}
    return known, _speaking_of(scenario, owners - left, missing), missing


def _missing(
    network: Network, scenario: Scenario, cast: Cast, first: Quarter
) -> tuple[set[str], tuple[NotSimulated, ...]]:
    """Everything that has parameters, and the firms that lack an opening value."""
    entities = members(cast)
    every = legs_of(network, scenario, cast)[0]
    legs = tuple(leg.id for leg in every)
    addresses = Addresses(entities=entities, legs=legs)
    values = resolve(with_owners(scenario, cast), addresses, first, 1).values
    _refuse_parts_of_more(cast, every, addresses, values)
    if scenario.opening == "ledger":
        values, _ = fill_from_network(network, addresses, values, first + -1)
    found = []
    for part in PARTS:
        for firm in getattr(cast, part):
            lacks = tuple(
                f"{firm}.{knob}" for knob, parts in NEEDED.items()
                if part in parts and np.isnan(values[addresses.knob(f"{firm}.{knob}").index])
            )  # fmt: skip
            if lacks:
                found.append(NotSimulated(firm=firm, part=part, missing=lacks))
    return {*entities, *legs}, tuple(found)


def _refuse_parts_of_more(cast: Cast, legs: Iterable[MachineLeg], addresses: Addresses, values: Floats) -> None:
    """Shares that add up to something else than all, or nothing said, are wrong before anybody is left out."""
    for gear, sold in _sold_to(cast, legs).items():
        bought = sum(float(values[addresses.knob(f"{leg.id}.chip_share").index]) for leg in sold)
        if min(abs(bought), abs(bought - 1.0)) > 1e-9:
            raise NetworkError(
                both(f"{gear}: the vendors' chip_share add up to {bought:g}, not 1.",
                     f"{gear}：各供應商的 chip_share 合計為 {bought:g}，應為 1。"),
                both("Correct one of them, or leave all of them out.", "請更正其中之一，或全部省略。"),
            )  # fmt: skip


def _without(cast: Cast, gone: set[str]) -> Cast:
    fuel, gears, engines = (tuple(firm for firm in getattr(cast, part) if firm not in gone) for part in PARTS)
    stand_ins = {firm: member for firm, member in cast.stands_for.items() if member not in gone}
    return replace(cast, fuel=fuel, gears=gears, engines=engines, stands_for=stand_ins)


def _refuse_if_nobody_is_left(cast: Cast, missing: Sequence[NotSimulated]) -> None:
    if cast.firms and (cast.fuel or not cast.gears):
        return
    named = listed([one.firm for one in missing])
    needs = listed(list(dict.fromkeys(address.rpartition(".")[2] for one in missing for address in one.missing)))
    what = (
        both(f"nobody can be simulated: no opening balance sheet is known of {named.en}.",
             f"沒有公司可以模擬，期初資產負債表都未知：{named.zh}。")
        if not cast.firms
        else both("nobody who sells equipment has a known opening balance sheet, so nobody can build.",
                  "沒有任何設備供應商的期初資產負債表已知，因此無法模擬建置。")
    )  # fmt: skip
    raise NetworkError(
        what,
        both(
            f"Enter {needs.en} of these firms as claims of the case, or set them in the scenario.",
            f"請將下列數值以說法登錄於案例，或在情境中設定：{needs.zh}。",
        ),
    )


def _speaking_of(scenario: Scenario, silent: set[str], missing: Sequence[NotSimulated]) -> Scenario:
    """Without parameters of firms and legs that are not there; something that happens to them is refused.

    Raises
    ------
    NetworkError
        If a shock strikes, or is the doing of, a firm that is not simulated: the answer would be "nothing happens".
    """

    def is_there(address: str) -> bool:
        return not {address, address.rpartition(".")[0]} & silent

    gone = {one.firm for one in missing}
    struck = sorted({
        shock.target if not is_there(shock.target) else str(shock.by)
        for shock in scenario.shocks if not is_there(shock.target) or shock.by in gone
    })  # fmt: skip
    if struck:
        named = listed(struck)
        raise NetworkError(
            both(f"a shock strikes what is not simulated: {named.en}. No opening balance sheet is known.",
                 f"衝擊落在未模擬的對象：{named.zh}。其期初資產負債表未知。"),
            both("Enter its cash, debt and sales as claims of the case, or leave the shock out.",
                 "請將其現金、債務與營收以說法登錄於案例，或移除這個衝擊。"),
        )  # fmt: skip
    return replace(
        scenario,
        changes=tuple(one for one in scenario.changes if is_there(one.target)),
        spreads=tuple(one for one in scenario.spreads if is_there(one.of)),
    )


def with_whole_shares(
    cast: Cast, legs: Iterable[MachineLeg], resolved: Resolved, values: Floats, was_folded: bool
) -> Floats:
    """Parameters in which each builder buys everything from vendors that are there.

    What was bought of vendors that are not simulated is spread over the others in proportion. Where the case says
    nothing of who buys where, vendors sell in proportion to their sales.

    Raises
    ------
    NetworkError
        If a share that would be stretched spreads: its draws would no longer add up.
    """
    if not cast.fold_unknown:
        return values
    values, addresses = values.copy(), resolved.addresses
    spread = {int(slot) for slot in resolved.spreads.slot}
    for sold in _sold_to(cast, legs).values():
        slots = [addresses.knob(f"{leg.id}.chip_share").index for leg in sold]
        bought = float(values[slots].sum())
        if not slots or not (was_folded or bought == 0.0):
            continue
        if spread & set(slots):
            raise NetworkError(
                both("chip_share spreads, and some vendors are not simulated: draws would not add up to one.",
                     "chip_share 帶有分布，而部分供應商未模擬：抽樣後的合計不會是 1。"),
                both("Give chip_share without a range.", "chip_share 請不要寫範圍。"),
            )  # fmt: skip
        sales = np.array([values[addresses.knob(f"{leg.payee}.other_revenue").index] for leg in sold])
        values[slots] = (
            values[slots] / bought if bought > 0.0 else sales / sales.sum() if sales.sum() > 0.0 else (1.0 / len(slots))
        )
    return values


def less_what_builders_take(
    cast: Cast, legs: Iterable[MachineLeg], addresses: Addresses, values: Floats, filled: Sequence[FromLedger]
) -> tuple[Floats, tuple[FromLedger, ...]]:
    """Vendors' sales to everybody else: what they report, less what is delivered to simulated builders at first.

    Without this, equipment of simulated builders would be sold twice. Only sales that were taken from the ledger are
    changed; a scenario that states `other_revenue` means it.
    """
    if not cast.fold_unknown:
        return values, tuple(filled)
    values, taken = values.copy(), dict.fromkeys(cast.fuel, 0.0)
    chip = float(values[addresses.knob("chip_cost").index])
    for gear, sold in _sold_to(cast, legs).items():
        coming, stands = (values[addresses.knob(f"{gear}.{knob}").index] for knob in ("pipeline_share", "opening_gw"))
        for leg in sold:
            share = float(values[addresses.knob(f"{leg.id}.chip_share").index])
            taken[leg.payee] += float(coming * stands) * chip * share
    notes = []
    for note in filled:
        firm, _, knob = note.address.rpartition(".")
        if knob == "other_revenue" and firm in taken:
            value = max(note.value - taken[firm], 0.0)
            values[addresses.knob(note.address).index] = value
            note = replace(note, value=value, says=_LESS)
        notes.append(note)
    return values, tuple(notes)


def _sold_to(cast: Cast, legs: Iterable[MachineLeg]) -> dict[str, list[MachineLeg]]:
    """For each builder the legs on which it buys equipment."""
    sold: dict[str, list[MachineLeg]] = {gear: [] for gear in cast.gears}
    for leg in legs:
        if leg.place == "chips":
            sold[leg.payer].append(leg)
    return sold
