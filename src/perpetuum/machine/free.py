"""Parameters that are learned about: what was believed of each before, and what each is in every future."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import Problem, ScenarioError
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Scenario, Spoken, Spread
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses, NoSuchAddress, Slot
from perpetuum.machine.prepare import Prepared, prepare
from perpetuum.machine.spreads import Spreads, luck_of_spread
from perpetuum.maths.chance import FIXED, LAWS, NORMAL, draw_law
from perpetuum.maths.compiled import compiled
from perpetuum.maths.laws import log_density, moments_of_law
from perpetuum.maths.shapes import Float, Int

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """One parameter that is learned about, and the law it had before anything was seen.

    Parameters
    ----------
    row
        Its line among the spreads of the scenario.
    shares_luck
        Whether another parameter moves with it.
    """

    address: str
    unit: str
    says: Text
    row: int
    law: int
    a: float
    b: float
    c: float
    shares_luck: bool

    @property
    def mean(self) -> float:
        """Before anything was seen."""
        return moments_of_law(self.law, self.a, self.b, self.c)[0]

    @property
    def variance(self) -> float:
        """Before anything was seen."""
        return moments_of_law(self.law, self.a, self.b, self.c)[1]

    @property
    def ends(self) -> tuple[float, float]:
        """Between them it lies: for laws without ends three deviations around the mean."""
        if LAWS[self.law] == "uniform":
            return self.a, self.b
        if LAWS[self.law] == "triangular":
            return self.a, self.c
        if LAWS[self.law] == "lognormal":
            return self.a * float(np.exp(-3.0 * self.b)), self.a * float(np.exp(3.0 * self.b))
        return self.a - 3.0 * self.b, self.a + 3.0 * self.b


def with_free(
    network: Network,
    scenario: Scenario,
    free: Sequence[str],
    *,
    first: Quarter,
    quarters: int,
    seed: int,
    others: bool = True,
) -> tuple[Prepared, tuple[Free, ...]]:
    """A scenario in which every free parameter is spread, made ready.

    A free parameter keeps the spread it has. One without a spread gets a triangle over the range that the scenario
    gives, or else over the range that is usual for it.

    Parameters
    ----------
    others
        Whether what is not free spreads as the scenario says; if not it stays at its centre.

    Raises
    ------
    ScenarioError
        For addresses that there are not, and parameters without any width; all at once.
    """
    bare = prepare(network, scenario, first, quarters, seed, ())
    slots = _slots(bare.resolved.addresses, free)
    spread = {int(slot) for slot in bare.resolved.spreads.slot}
    added = [_triangle(bare, slot) for slot in slots if slot.index not in spread]
    if not others:
        names = bare.resolved.addresses.names
        asked = {slot.index for slot in slots}
        added += [Spread(of=names[index], law="fixed") for index in sorted(spread - asked)]
    world = bare
    if added:
        changed = dataclasses.replace(
            scenario, spreads=(*scenario.spreads, *added), spread_ranges=scenario.spread_ranges
        )
        world = prepare(network, changed, first, quarters, seed, ())
    return world, _free(world, slots)


def rest_of(world: Prepared, free: Sequence[Free]) -> tuple[Free, ...]:
    """Every other parameter that the scenario spreads."""
    rows = {one.row for one in free}
    names = world.resolved.addresses.names
    slots = [int(slot) for row, slot in enumerate(world.resolved.spreads.slot) if row not in rows]
    wide = [one for slot in slots if (one := _free_at(world, world.resolved.addresses.knob(names[slot]))) is not None]
    return tuple(one for one in wide if one.variance > 0.0)


def values_of(free: Sequence[Free], spreads: Spreads, seed: int, draws: NDArray[np.int64]) -> Floats:
    """What each free parameter is in each draw, (draw, parameter), before limits of meaning."""
    rows = np.array([one.row for one in free], dtype=np.int64)
    s = spreads
    out = np.empty((draws.size, rows.size))
    _draw_all(out, s.law[rows], s.a[rows], s.b[rows], s.c[rows], s.stream[rows], s.even[rows], seed, draws)
    return out


def narrowed(world: Prepared, free: Sequence[Free], laws: Mapping[int, tuple[float, float]]) -> Prepared:
    """The same world with a normal law, (mean, deviation), for some free parameters, by their place in ``free``."""
    s = world.resolved.spreads
    law, a, b, even = s.law.copy(), s.a.copy(), s.b.copy(), s.even.copy()
    for n, (mean, deviation) in laws.items():
        row = free[n].row
        law[row], a[row], b[row], even[row] = NORMAL, mean, deviation, 0
    resolved = dataclasses.replace(world.resolved, spreads=s._replace(law=law, a=a, b=b, even=even))
    return dataclasses.replace(world, resolved=resolved)


def log_prior(one: Free, values: Floats) -> Floats:
    """Logarithm of the density a parameter had before anything was seen."""
    return log_density(one.law, one.a, one.b, one.c, values)


@compiled
def _draw_all(
    out: Float[np.ndarray, "draw parameter"],
    law: Int[np.ndarray, " parameter"],
    a: Float[np.ndarray, " parameter"],
    b: Float[np.ndarray, " parameter"],
    c: Float[np.ndarray, " parameter"],
    stream: Int[np.ndarray, " parameter"],
    even: Int[np.ndarray, " parameter"],
    seed: int,
    draws: Int[np.ndarray, " draw"],
) -> None:
    for d in range(draws.size):
        for i in range(law.size):
            u, z = luck_of_spread(seed, draws[d], stream[i], even[i])
            out[d, i] = draw_law(law[i], a[i], b[i], c[i], u, z)


def _slots(addresses: Addresses, free: Sequence[str]) -> list[Slot]:
    found: list[Slot] = []
    problems: list[Problem] = []
    for address in dict.fromkeys(free):
        try:
            found.append(addresses.knob(address))
        except NoSuchAddress as error:
            repair = error.repair or both("Correct the address.", "請更正位址。")
            problems.append(Problem(where=Spoken("--free"), path=address, what=error.what, repair=repair))
    if problems:
        raise ScenarioError(problems)
    return found


def _triangle(world: Prepared, slot: Slot) -> Spread:
    assert slot.knob is not None
    middle = float(world.values[slot.index])
    low, high = float(world.resolved.low[slot.index]), float(world.resolved.high[slot.index])
    if not low < high:
        low, high = slot.knob.low, slot.knob.high
    if np.isnan(middle) or not (np.isfinite(low) and np.isfinite(high)):
        raise ScenarioError([
            Problem(
                where=Spoken("--free"), path=slot.address,
                what=both("nobody says between which ends it lies.", "沒有人說明它介於哪兩端之間。"),
                repair=both("Give it low: and high: in the scenario.", "請在情境中給它 low: 與 high:。"),
            )
        ])  # fmt: skip
    low, high = min(low, middle), max(high, middle)
    return Spread(of=slot.address, law="triangular", low=Quantity(low, slot.unit), high=Quantity(high, slot.unit))


def _free_at(world: Prepared, slot: Slot) -> Free | None:
    """The parameter at a place with its law, or nothing if it does not spread."""
    s = world.resolved.spreads
    found = np.flatnonzero(s.slot == slot.index)
    if not found.size or slot.knob is None or int(s.law[found[0]]) == FIXED:
        return None
    row = int(found[0])
    return Free(
        address=slot.address, unit=slot.unit, says=slot.knob.says, row=row, law=int(s.law[row]), a=float(s.a[row]),
        b=float(s.b[row]), c=float(s.c[row]), shares_luck=int((s.stream == s.stream[row]).sum()) > 1,
    )  # fmt: skip


def _free(world: Prepared, slots: Sequence[Slot]) -> tuple[Free, ...]:
    found = [(slot, _free_at(world, slot)) for slot in slots]
    flat = [slot for slot, one in found if one is None or not one.variance > 0.0]
    if flat:
        raise ScenarioError([
            Problem(
                where=Spoken("--free"), path=slot.address,
                what=both("it has no width: there is nothing to learn.", "它沒有範圍：無可學習。"),
                repair=both("Give it a spread in the scenario, or leave it out.", "請在情境中給它分布，或不要列出。"),
            )
            for slot in flat
        ])  # fmt: skip
    return tuple(one for _, one in found if one is not None)
