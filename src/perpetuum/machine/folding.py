"""Firms without an opening balance sheet are not simulated: they are counted with the sectors, and listed.

A case asks for this with `fold_unknown`. Where it does not, an opening that nobody knows is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.cast import Cast
from perpetuum.core.errors import NetworkError, listed
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses
from perpetuum.machine.from_network import fill_from_network
from perpetuum.machine.legs import MachineLeg, legs_of, members, with_owners
from perpetuum.machine.opening import NEEDED
from perpetuum.machine.resolve import resolve

Floats = NDArray[np.float64]
Part = str
PARTS: tuple[Part, ...] = ("fuel", "gears", "engines")


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
    return known, _speaking_of(scenario, owners - left, gone), missing


def _missing(
    network: Network, scenario: Scenario, cast: Cast, first: Quarter
) -> tuple[set[str], tuple[NotSimulated, ...]]:
    """Everything that has parameters, and the firms that lack an opening value."""
    entities = members(cast)
    legs = tuple(leg.id for leg in legs_of(network, scenario, cast)[0])
    addresses = Addresses(entities=entities, legs=legs)
    values = resolve(with_owners(scenario, cast), addresses, first, 1).values
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
             f"沒有公司可以模擬：{named.zh} 的期初資產負債表都未知。")
        if not cast.firms
        else both("nobody who sells equipment has a known opening balance sheet, so nobody can build.",
                  "沒有任何設備供應商的期初資產負債表已知，因此無法模擬建置。")
    )  # fmt: skip
    raise NetworkError(
        what,
        both(
            f"Enter {needs.en} of these firms as claims of the case, or set them in the scenario.",
            f"請將這些公司的 {needs.zh} 以說法登錄於案例，或在情境中設定。",
        ),
    )


def _speaking_of(scenario: Scenario, silent: set[str], gone: set[str]) -> Scenario:
    """Without lines about firms and legs that are not there."""

    def is_there(address: str) -> bool:
        return not {address, address.rpartition(".")[0]} & silent

    return replace(
        scenario,
        changes=tuple(one for one in scenario.changes if is_there(one.target)),
        spreads=tuple(one for one in scenario.spreads if is_there(one.of)),
        shocks=tuple(one for one in scenario.shocks if is_there(one.target) and one.by not in gone),
    )


def with_whole_shares(cast: Cast, legs: Iterable[MachineLeg], addresses: Addresses, values: Floats) -> Floats:
    """Parameters in which each builder buys everything from vendors that are there.

    Where some vendors are not simulated, what was bought of them is spread over the others in proportion; evenly if
    the case says nothing of who buys where.
    """
    if not cast.fold_unknown:
        return values
    values = values.copy()
    by_gear: Mapping[str, list[int]] = {gear: [] for gear in cast.gears}
    for leg in legs:
        if leg.place == "chips":
            by_gear[leg.payer].append(addresses.knob(f"{leg.id}.chip_share").index)
    for slots in by_gear.values():
        bought = float(values[slots].sum())
        values[slots] = values[slots] / bought if bought > 0.0 else 1.0 / max(len(slots), 1)
    return values
