"""A scenario in numbers: every parameter with its value, everything checked, and a name made of all of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from perpetuum.core import nouns
from perpetuum.core.errors import Problem, ScenarioError, UnitError, not_a
from perpetuum.core.parameter import Ground
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record, Where
from perpetuum.core.scenario import Change, Scenario, Shock, Spoken, Spread, Value, read_value
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses, NoSuchAddress, Slot, range_of
from perpetuum.machine.columns import ECONOMY, STOCKS
from perpetuum.machine.knobs import Knob
from perpetuum.machine.legs import takeover_leg
from perpetuum.machine.shocks import ADD, MULTIPLY, NEVER, OF_ECONOMY, SET, Shocks
from perpetuum.machine.spreads import Spreads
from perpetuum.maths.chance import FIXED, LAWS, LOGNORMAL, NORMAL, TRIANGULAR, streams_of

Floats = NDArray[np.float64]
_ON_THE_SPOT = both("set by whoever started this run", "由執行者當場設定")
_LOGARITHMS = ("mood", "pay_rate")  # the only remembered numbers that may be negative
_VERBS = {"set": SET, "multiply": MULTIPLY, "add": ADD}
# How many of the second unit one of the first is.
_AS = {
    ("USD/GW-year", "USD/GW-quarter"): 0.25,
    ("USD/GW-quarter", "USD/GW-year"): 4.0,
    ("years", "quarters"): 4.0,
    ("months", "quarters"): 1.0 / 3.0,
}
_EXAMPLES = {
    "USD": "2.4bn USD", "USD/GW": "10bn USD/GW", "USD/GW-year": "11bn USD/GW-year", "GW": "4.5 GW",
    "USD/GW-quarter": "0.45bn USD/GW-quarter", "users": "900m users", "GW/user": "1.1 W/user",
    "quarters": "4 quarters", "shares": "1000 shares", "ratio": "1 %",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One value that the scenario gives: what it is, how sure, and why."""

    address: str
    value: float
    unit: str
    says: Text
    low: float | None
    high: float | None
    basis: Ground
    because: Text
    source: Source | None
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resolved:
    """A scenario in numbers.

    Parameters
    ----------
    values
        Of every parameter in its own unit, in the order of ``addresses.names``; NaN where nobody gave one and there
        is no general value: unknown, not zero.
    low, high
        Ranges that the scenario gives; NaN where it gives none.
    stated
        Every value the scenario gives, by address, with its reason.
    warnings
        What is unusual and yet possible.
    included, excluded
        Legs taken in or left out.
    hash
        Names the numbers: same values, spreads and shocks, same hash, whatever the scenario is called and in
        whatever order firms, legs and lines stand.
    """

    scenario: Scenario
    addresses: Addresses
    values: Floats
    low: Floats
    high: Floats
    stated: tuple[Stated, ...]
    warnings: tuple[Text, ...]
    spreads: Spreads
    shocks: Shocks
    included: tuple[str, ...]
    excluded: tuple[str, ...]
    hash: str

    def value(self, address: str) -> float:
        """The value of one parameter; an unknown address raises ``NoSuchAddress``."""
        return float(self.values[self.addresses.knob(address).index])


def resolve(
    scenario: Scenario,
    addresses: Addresses,
    first_quarter: Quarter,
    quarters: int,
    sets: Sequence[str] = (),
) -> Resolved:
    """Turn a scenario into numbers.

    Parameters
    ----------
    scenario
        Whole, as ``Ledger.scenario`` gives it, or made by hand.
    addresses
        Of the simulation. Lines about legs that the scenario leaves out may name legs that are not there.
    first_quarter, quarters
        The first simulated quarter, and how many there are.
    sets
        Last words, such as ``"lab.churn=2 %"``; they win over the scenario.

    Raises
    ------
    ScenarioError
        With every problem: unknown address, wrong unit, impossible value, a shock before the first quarter.

    Examples
    --------
    >>> slow = Scenario(id="slow", name=both("Slow", "緩慢"), changes=(Change(target="imitation", to=0.05),))
    >>> out = resolve(slow, Addresses(entities=("lab",), legs=()), Quarter(2026, 1), 40, sets=("lab.churn=2%",))
    >>> out.value("imitation"), out.value("lab.churn"), out.value("innovation")
    (0.05, 0.02, 0.003)
    """
    work = _Work(scenario, addresses, first_quarter, quarters)
    work.take(scenario.changes, sets)
    spreads = work.spread()
    shocks = work.shock()
    if work.problems:
        raise ScenarioError(work.problems)
    return Resolved(
        scenario=scenario,
        addresses=addresses,
        values=work.values,
        low=work.low,
        high=work.high,
        stated=tuple(work.stated[address] for address in sorted(work.stated)),
        warnings=tuple(work.warnings),
        spreads=spreads,
        shocks=shocks,
        included=scenario.included,
        excluded=scenario.excluded,
        hash=_hash(scenario, addresses, work.values, spreads, shocks),
    )


class _Work:
    """A scenario on its way: numbers so far, and everything wrong with it."""

    def __init__(self, scenario: Scenario, addresses: Addresses, first: Quarter, quarters: int) -> None:
        self.scenario, self.addresses, self.first, self.quarters = scenario, addresses, first, quarters
        self.excluded = frozenset(scenario.excluded)
        self.values = np.array([knob.default for knob in addresses.knobs])
        self.low, self.high = np.full(addresses.size, np.nan), np.full(addresses.size, np.nan)
        self.stated: dict[str, Stated] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Text] = []
        self.failed: set[str] = set()

    # Values

    def take(self, changes: Iterable[Change], sets: Sequence[str]) -> None:
        """Give every parameter that is named its value."""
        for change in changes:
            if change.include is None:
                self._take(change)
            elif change.include and change.target not in self.addresses.leg_rows:
                self._warn(change, change.target, _no_part(change.target))
        for said in sets:
            last_word = self._said(said)
            if last_word is not None:
                self._take(last_word)

    def _said(self, said: str) -> Change | None:
        where = Spoken("--set")
        address, equals, value = said.partition("=")
        try:
            if not equals:
                raise UnitError(
                    both(f"'{said}' sets nothing.", f"「{said}」沒有設定任何值。"),
                    both("Write for example: --set mood_persistence=0.95", "請寫成例如：--set mood_persistence=0.95"),
                )
            return Change(target=address.strip(), to=read_value(value), because=_ON_THE_SPOT, where=where)
        except UnitError as error:
            self.problems.append(Problem(where=where, path=address.strip(), what=error.what, repair=error.repair))
            return None

    def _take(self, change: Change) -> None:
        slot = self._slot(change, change.target)
        if slot is None or slot.knob is None or change.to is None:
            return
        value = self._number(change, change.target, change.to, slot.unit)
        if value is None or not self._is_possible(change, change.target, value, slot.knob):
            self.failed.add(change.target)
            return
        self.values[slot.index] = value
        self._keep_range(change, slot.index, value, slot.knob)
        low, high = float(self.low[slot.index]), float(self.high[slot.index])
        self.stated[change.target] = Stated(
            address=change.target, value=value, unit=slot.unit, says=slot.knob.says,
            low=None if math.isnan(low) else low, high=None if math.isnan(high) else high,
            basis=change.basis, because=change.because, source=change.source, where=change.where,
        )  # fmt: skip

    def _keep_range(self, change: Change, index: int, value: float, knob: Knob) -> None:
        """The range a change gives, or the earlier one: stretched to hold a value that was moved out of it."""
        if change.low is not None and change.high is not None:
            low = self._number(change, change.target, change.low, knob.unit)
            high = self._number(change, change.target, change.high, knob.unit)
            if low is None or high is None:
                return
            if not low <= value <= high:
                self._problem(change, change.target, *_wrong_order(low, value, high))
            elif low < knob.least or high > knob.most:
                limits = _limits(knob)
                what = both(f"the range is impossible: {limits.en}.", f"範圍不可能：{limits.zh}。")
                self._problem(change, change.target, what, both("Narrow the range.", "請縮小範圍。"))
            self.low[index], self.high[index] = low, high
        self.low[index], self.high[index] = min(self.low[index], value), max(self.high[index], value)

    def _is_possible(self, record: Record, path: str, value: float, knob: Knob) -> bool:
        if not knob.least <= value <= knob.most:
            limits = _limits(knob)
            self._problem(
                record,
                path,
                both(f"{value:g} is impossible: {limits.en}.", f"{value:g} 不可能：{limits.zh}。"),
                both(f"Usual values: {range_of(knob).en}.", f"一般的值：{range_of(knob).zh}。"),
            )
            return False
        if not knob.low <= value <= knob.high:
            told = range_of(knob)
            self._warn(
                record,
                path,
                both(f"{value:g} is outside the usual range ({told.en}).", f"{value:g} 超出一般範圍（{told.zh}）。"),
            )
        return True

    # Spreads

    def spread(self) -> Spreads:
        """Every spread in the order of its place, so that the order of lines cannot matter."""
        rows: dict[int, tuple[str, int, float, float, float]] = {}
        if self.scenario.spread_ranges:
            for i in np.flatnonzero(~np.isnan(self.low)):
                if self.low[i] < self.high[i]:
                    low, middle, high = float(self.low[i]), float(self.values[i]), float(self.high[i])
                    rows[int(i)] = (self.addresses.names[i], TRIANGULAR, low, middle, high)
        for spread in self.scenario.spreads:
            slot = self._slot(spread, spread.of)
            if slot is None or slot.knob is None:
                continue
            rows.pop(slot.index, None)
            law = self._law(spread, slot)
            if law is not None:
                rows[slot.index] = law
        return self._arrays([(slot, *rows[slot]) for slot in sorted(rows)])

    def _law(self, spread: Spread, slot: Slot) -> tuple[str, int, float, float, float] | None:
        law, middle = LAWS.index(spread.law), float(self.values[slot.index])
        luck = spread.of if spread.together is None else f"together:{spread.together}"
        if law == FIXED or spread.of in self.failed:
            return None
        if math.isnan(middle):
            self._problem(spread, spread.of, *_NO_MIDDLE)
            return None
        if law in (NORMAL, LOGNORMAL):
            wide = self._number(spread, spread.of, spread.sd or 0.0, slot.unit if law == NORMAL else "ratio")
            if wide is None:
                return None
            if wide < 0 or (law == LOGNORMAL and middle <= 0):
                self._problem(spread, spread.of, *_NO_LOGARITHM)
                return None
            return luck, law, middle, wide, 0.0
        ends = self._ends(spread, slot)
        if ends is None:
            return None
        if law == TRIANGULAR and not ends[0] <= middle <= ends[1]:
            self._problem(spread, spread.of, *_wrong_order(ends[0], middle, ends[1]))
            return None
        return (luck, law, ends[0], middle, ends[1]) if law == TRIANGULAR else (luck, law, *ends, 0.0)

    def _ends(self, spread: Spread, slot: Slot) -> tuple[float, float] | None:
        low, high = float(self.low[slot.index]), float(self.high[slot.index])
        if spread.low is not None and spread.high is not None:
            first = self._number(spread, spread.of, spread.low, slot.unit)
            last = self._number(spread, spread.of, spread.high, slot.unit)
            if first is None or last is None:
                return None
            low, high = first, last
        if math.isnan(low):
            self._problem(spread, spread.of, *_NO_RANGE)
            return None
        if low > high:
            self._problem(spread, spread.of, *_wrong_order(low, high))
            return None
        return low, high

    def _arrays(self, rows: Sequence[tuple[int, str, int, float, float, float]]) -> Spreads:
        knobs = [self.addresses.knobs[row[0]] for row in rows]
        whole = (np.array([row[n] for row in rows], dtype=np.int64) for n in (0, 2))
        slot, law = whole
        a, b, c = (np.array([row[n] for row in rows], dtype=np.float64) for n in (3, 4, 5))
        least, most = (np.array([getattr(knob, end) for knob in knobs], dtype=np.float64) for end in ("least", "most"))
        # Asking for all at once refuses two names that would have the same luck by accident.
        streams = streams_of(row[1] for row in rows)
        normal = streams[(law == NORMAL) | (law == LOGNORMAL)]
        return Spreads(slot, law, a, b, c, streams, least, most, np.int64(1) - np.isin(streams, normal))

    # Shocks

    def shock(self) -> Shocks:
        """Every shock in the order written, sorted by what it acts upon."""
        turns: list[list[int]] = []
        turn_values: list[list[float]] = []
        hits: list[list[int]] = []
        hit_values: list[list[float]] = []
        orders: list[list[int]] = []
        for shock in self.scenario.shocks:
            at = self._when(shock)
            if shock.do in ("cancel", "default", "takeover"):
                subject = self._subject(shock) if shock.do != "takeover" else self._taken_over(shock)
                if at is not None and subject is not None:
                    orders.append([at, subject])
                continue
            slot = self._slot(shock, shock.target, of_shock=True)
            value = None if slot is None else self._value_of(shock, slot)
            if at is None or slot is None or value is None:
                continue
            verb = _VERBS[shock.do]
            if slot.knob is not None:
                until = NEVER if shock.lasts is None else at + shock.lasts
                turns.append([slot.index, verb, at, until, shock.ramp])
                turn_values.append([value, slot.knob.least, slot.knob.most])
            else:
                hits.append([slot.row if slot.kind == "stock" else OF_ECONOMY, slot.index, verb, at, shock.ramp])
                may_be_negative = slot.column is not None and slot.column.id in _LOGARITHMS
                hit_values.append([value, -np.inf if may_be_negative else 0.0])
        return Shocks(
            np.array(turns, dtype=np.int64).reshape(-1, 5),
            np.array(turn_values, dtype=np.float64).reshape(-1, 3),
            np.array(hits, dtype=np.int64).reshape(-1, 5),
            np.array(hit_values, dtype=np.float64).reshape(-1, 2),
            np.array(orders, dtype=np.int64).reshape(-1, 2),
        )

    def _when(self, shock: Shock) -> int | None:
        """Quarters after the first; a shock that is too late is told of and happens all the same, unseen."""
        at, last = shock.at - self.first, self.first + (self.quarters - 1)
        if at < 0:
            self._problem(
                shock,
                shock.target,
                both(f"{shock.at} lies before the first quarter.", f"{shock.at} 早於第一季。"),
                both(f"Choose {self.first} or later.", f"請選 {self.first} 或之後。"),
            )
            return None
        if at >= self.quarters:
            self._warn(
                shock,
                shock.target,
                both(f"{shock.at} lies after the last quarter, {last}.", f"{shock.at} 晚於最後一季 {last}。"),
            )
        return at

    def _value_of(self, shock: Shock, slot: Slot) -> float | None:
        if slot.knob is None and (shock.lasts is not None or (shock.do == "set" and shock.ramp > 1)):
            self._problem(shock, shock.target, *_ONCE)
            return None
        unit = "ratio" if shock.do == "multiply" else slot.unit
        value = self._number(shock, shock.target, shock.value if shock.value is not None else 0.0, unit)
        if value is None:
            return None
        if shock.do == "multiply" and value < 0:
            self._problem(shock, shock.target, *_NEGATIVE_FACTOR)
            return None
        if slot.knob is not None and math.isnan(self.values[slot.index]) and shock.do != "set":
            self._problem(shock, shock.target, *_NO_MIDDLE)
            return None
        is_set = shock.do == "set" and slot.knob is not None
        if is_set and slot.knob and not self._is_possible(shock, shock.target, value, slot.knob):
            return None
        if slot.knob is not None and slot.knob.opening:
            self._warn(shock, shock.target, _ONLY_AT_THE_START)
        return value

    def _subject(self, shock: Shock) -> int | None:
        """The number of a firm, or of a leg after all entities."""
        firms = shock.do == "default"
        rows = self.addresses.entity_rows if firms else self.addresses.leg_rows
        if shock.target in rows:
            return rows[shock.target] + (0 if firms else len(self.addresses.entities))
        if not firms and shock.target in self.excluded:
            self._warn(shock, shock.target, _no_part(shock.target))
            return None
        what = nouns.ENTITY_OF_MACHINE if firms else nouns.LEG_OF_MACHINE
        self._problem(
            shock,
            shock.target,
            not_a(what, shock.target, rows),
            both("Name a firm that falls.", "請寫會倒下的公司。") if firms
            else both("Name a leg that ends.", "請寫會終止的分項。"),
        )  # fmt: skip
        return None

    def _taken_over(self, shock: Shock) -> int | None:
        """The number of the leg on which the new owner pays in, after all entities."""
        owner, rows = shock.by or "", self.addresses.leg_rows
        if (leg := takeover_leg(owner, shock.target)) in rows:
            return rows[leg] + len(self.addresses.entities)
        firms = [
            firm
            for firm in self.addresses.entity_rows
            if any(leg.startswith(f"{firm}>") and leg.endswith(":tax") for leg in rows)
        ]  # who pays tax is no sector
        wrong = owner if shock.target in firms else shock.target
        known = [firm for firm in firms if firm != wrong]
        self._problem(
            shock,
            shock.target,
            not_a(nouns.ENTITY_OF_MACHINE, wrong, known),
            both("Name a firm as target:, and another firm or the investors as by:.",
                 "target: 請寫公司，by: 請寫另一家公司或投資人。"),
        )  # fmt: skip
        return None

    # Common

    def _slot(self, record: Record, address: str, *, of_shock: bool = False) -> Slot | None:
        """Where an address points; nothing where it is wrong, or speaks of a leg that is left out."""
        leg = address.rpartition(".")[0]
        if leg in self.excluded and leg not in self.addresses.leg_rows:
            return None
        try:
            return self.addresses.target(address) if of_shock else self.addresses.knob(address)
        except NoSuchAddress as error:
            self._problem(record, address, error.what, error.repair or _CORRECT)
            return None

    def _number(self, record: Record, path: str, value: Value, unit: str) -> float | None:
        """A value in the unit of its parameter; a problem where it is in another, or no number at all."""
        number = _in_unit(value, UNITS[unit].base)
        if number is not None and math.isfinite(number):
            return number
        told = f"{value:g}" if isinstance(value, int | float) else str(value)
        base = UNITS[unit].base
        example = _EXAMPLES.get(base, f"1 {base}")
        self._problem(
            record,
            path,
            both(f"{told} is not a number of {base}.", f"{told} 不是以 {base} 為單位的數。"),
            both(f"Write it for example as: {example}", f"請寫成例如：{example}"),
        )
        return None

    def _problem(self, record: Record, path: str, what: Text, repair: Text) -> None:
        where = record.where or Spoken(f"scenario {self.scenario.id}")
        self.problems.append(Problem(where=where, path=path, what=what, repair=repair))

    def _warn(self, record: Record, path: str, what: Text) -> None:
        where = record.where or Spoken(f"scenario {self.scenario.id}")
        self.warnings.append(both(f"{where}: {path}: {what.en}", f"{where}：{path}：{what.zh}"))


def _in_unit(value: Value, unit: str) -> float | None:
    """The number in another unit. A plain number is a ratio or a number of quarters, nothing else."""
    if not isinstance(value, Quantity):
        return float(value) if unit in ("ratio", "quarters") else None
    if value.bound != "exactly":
        return None
    base = UNITS[value.unit].base if value.unit in UNITS else value.unit
    number = value.value * (UNITS[value.unit].factor if value.unit in UNITS else 1.0)
    return number if base == unit else number * _AS[base, unit] if (base, unit) in _AS else None


def _limits(knob: Knob) -> Text:
    if math.isinf(knob.most):
        return both(f"at least {knob.least:g}", f"至少 {knob.least:g}")
    return both(f"from {knob.least:g} to {knob.most:g}", f"須在 {knob.least:g} 至 {knob.most:g} 之間")


def _wrong_order(*numbers: float) -> tuple[Text, Text]:
    told = ", ".join(f"{number:g}" for number in numbers)
    return (
        both(f"low, value and high are not in order: {told}.", f"low、值與 high 的順序不對：{told}。"),
        both("Correct the value, or widen its range.", "請更正數值，或放寬範圍。"),
    )


def _no_part(leg: str) -> Text:
    return both(f"`{leg}` has no part in this simulation.", f"`{leg}` 不在本模擬之中。")


_CORRECT = both("Correct the address.", "請更正位址。")
_NO_MIDDLE = (
    both("nobody gave this parameter a value.", "這個參數還沒有值。"),
    both("Give it one under `changes:` first.", "請先在 `changes:` 底下給值。"),
)
_NO_RANGE = (
    both("this spread has no range, and its parameter has none.", "這個分布沒有範圍，參數也沒有範圍。"),
    both("Add low: and high:.", "請加上 low: 與 high:。"),
)
_NO_LOGARITHM = (
    both(
        "a standard deviation is not negative, and a logarithm needs a value above zero.",
        "標準差不為負，取對數的值須大於零。",
    ),
    both("Correct sd:, or choose another law.", "請更正 sd:，或改用其他分配。"),
)
_ONCE = (
    both(
        "a number that is remembered is moved once; it neither lasts nor is set by and by.",
        "記住的數只移動一次；不會持續，也不能逐步設定。",
    ),
    both(
        "Remove lasts: (and ramp: with `set`), or shock a parameter.",
        "請移除 lasts:（`set` 時也移除 ramp:），或衝擊參數。",
    ),
)
_NEGATIVE_FACTOR = (
    both("a factor is never negative.", "倍數絕不為負。"),
    both("Write 0.6 for a fall by 40 %.", "下跌 40 % 請寫 0.6。"),
)
_ONLY_AT_THE_START = both(
    "this parameter only sets the start; a shock does nothing to it.", "這個參數只決定起始值；衝擊對它沒有作用。"
)


def _hash(scenario: Scenario, addresses: Addresses, values: Floats, spreads: Spreads, shocks: Shocks) -> str:
    told = hashlib.sha256()
    order = addresses.by_name
    told.update("\n".join(addresses.names[i] for i in order).encode() + b"\0")
    told.update((values[order] + 0.0).tobytes())  # one zero, not two
    by_name = np.argsort([addresses.names[i] for i in spreads.slot])
    for i in by_name:
        name = addresses.names[spreads.slot[i]]
        told.update(f"{name} {[float(column[i]).hex() for column in spreads[1:6]]}\n".encode())
    for turn, row in zip(shocks.turns.tolist(), shocks.turn_values.tolist(), strict=True):
        told.update(f"{addresses.names[turn[0]]} {turn[1:]} {row}\n".encode())
    subjects = (*addresses.entities, *addresses.legs)
    for hit, row in zip(shocks.hits.tolist(), shocks.hit_values.tolist(), strict=True):
        where = ECONOMY[hit[1]].id if hit[0] == OF_ECONOMY else f"{addresses.entities[hit[0]]}.{STOCKS[hit[1]].id}"
        told.update(f"{where} {hit[2:]} {row}\n".encode())
    for order_at, subject in sorted((at, subjects[n]) for at, n in shocks.orders.tolist()):
        told.update(f"{order_at} {subject}\n".encode())
    legs = sorted(f"{leg.id} {leg.kind} {leg.payer} {leg.payee}" for leg in scenario.legs)
    told.update(f"{scenario.opening} {sorted(scenario.included)} {sorted(scenario.excluded)} {legs}".encode())
    return told.hexdigest()
