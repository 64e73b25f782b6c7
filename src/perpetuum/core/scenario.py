"""What is different in one possible world: changed parameters, how far they spread, and what happens when."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal, get_args

from perpetuum.core.errors import Problem, ScenarioError, UnitError, one_of
from perpetuum.core.parameter import Ground
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record, Where
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter

Value = Quantity | float
Opening = Literal["ledger", "stated"]
Law = Literal["fixed", "normal", "lognormal", "uniform", "triangular"]
Verb = Literal["set", "multiply", "add", "cancel", "default", "takeover"]
LAWS: tuple[Law, ...] = get_args(Law)
VERBS: tuple[Verb, ...] = get_args(Verb)
ASSUMED = both("no source: our assumption", "沒有來源：本研究的假設")
_PLAIN = re.compile(r"[-−+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-−+]?\d+)?")
Fault = tuple[Text, Text]


def read_value(text: str) -> Value:
    """Read a quantity with its unit, or a plain number, which has none.

    Raises
    ------
    UnitError
        If the text is anything else, or says `up to`, `about` or `at least`: a simulated world needs one number.

    Examples
    --------
    >>> read_value("0.5 %"), read_value("-2.5")
    (Quantity(value=0.005, unit='ratio', bound='exactly'), -2.5)
    """
    if _PLAIN.fullmatch(text.strip()):
        return float(text.strip().replace("−", "-").replace(",", ""))
    quantity = Quantity.parse(text)
    if quantity.bound != "exactly":
        raise UnitError(
            both(f"'{text}' is not one number.", f"「{text}」不是單一的數。"),
            both(
                f"Leave out `{quantity.bound}`; give a range as `low:` and `high:`.",
                f"請省略 `{quantity.bound}`；範圍請寫成 `low:` 與 `high:`。",
            ),
        )
    return quantity


@dataclass(frozen=True, slots=True)
class Spoken(Where):
    """A place that is no file: the command line, or a scenario made by hand.

    Examples
    --------
    >>> print(Spoken("--set"))
    --set
    """

    def __str__(self) -> str:
        return self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioLeg(Record):
    """A contract or stake that no deal file has, added by a scenario."""

    id: str
    kind: str
    payer: str
    payee: str
    because: Text = ASSUMED
    basis: Ground = "assumed"
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """One parameter that has another value from the first quarter on, or one leg that is taken in or left out.

    Parameters
    ----------
    target
        An address such as `imitation`, `lab.churn` or `oracle>vendor:chips.chip_share`; for a leg its bare id.
    to
        The value; a plain number for ratios and numbers of quarters. Nothing where ``include`` is given.
    include
        Whether a leg takes part. Nothing where ``to`` is given.
    low, high
        The range the value may lie in, in its unit; both or neither.
    because, basis, source
        Why the value is what it is, and the document it stands in.

    Examples
    --------
    >>> Change(target="lab.churn", to=Quantity.parse("1 %")).basis
    'assumed'
    """

    target: str
    to: Value | None = None
    include: bool | None = None
    low: Value | None = None
    high: Value | None = None
    because: Text = ASSUMED
    basis: Ground = "assumed"
    source: Source | None = None

    def __post_init__(self) -> None:
        _refuse(self, self.target, change_fault(self.to, self.include, self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread(Record):
    """How one parameter differs from one possible future to the next; its middle is the value it has.

    ``normal`` needs ``sd`` in the unit of the parameter, ``lognormal`` an ``sd`` of the logarithm (a ratio),
    ``uniform`` and ``triangular`` take ``low`` and ``high``, or the range of the change where they are left out.
    ``fixed`` takes a spread away. Parameters with the same word in ``together`` share their luck.

    Examples
    --------
    >>> Spread(of="imitation", law="lognormal", sd=0.1).together is None
    True
    """

    of: str
    law: Law
    sd: Value | None = None
    low: Value | None = None
    high: Value | None = None
    together: str | None = None

    def __post_init__(self) -> None:
        _refuse(self, self.of, spread_fault(self.law, self.sd, self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock(Record):
    """Something that happens in one quarter.

    Parameters
    ----------
    at
        The first quarter of its effect.
    target
        A parameter, a stock (`mood`, `lab.users`), a leg (``cancel``) or a firm (``default``, ``takeover``).
    do
        ``set``, ``multiply`` or ``add`` a value; ``cancel`` a leg; ``default``: a firm stops paying;
        ``takeover``: a new owner pays in what a firm has left unpaid.
    value
        In the unit of the target; a plain ratio for ``multiply``.
    ramp
        Quarters over which the effect builds up evenly.
    lasts
        Quarters after which a parameter is as before, those of the ramp included; for ever if left out.
    by
        Who takes a firm over: another firm; outside investors if left out.

    Examples
    --------
    >>> Shock(at=Quarter(2028, 1), target="mood", do="add", value=-2.5).ramp
    1
    """

    at: Quarter
    target: str
    do: Verb
    value: Value | None = None
    ramp: int = 1
    lasts: int | None = None
    by: str | None = None
    because: Text = ASSUMED
    basis: Ground = "assumed"
    source: Source | None = None

    def __post_init__(self) -> None:
        _refuse(self, self.target, shock_fault(self.do, self.value, self.ramp, self.lasts, self.by))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Record):
    """One possible world, whole: what a base says and what was changed are already one.

    Parameters
    ----------
    base
        The scenario it was made from, for people; its content is already here.
    opening
        ``ledger``: balance sheets start from the case where it knows them. ``stated``: only what stands here counts.
    opens
        The day at whose close it opens, for a replay: only what was over by then counts, whenever it was printed.
        The close of the last whole year, as known at the newest date, if left out.
    legs
        Contracts and stakes that no deal file has.
    spread_ranges
        Whether every change with a range is spread over it (triangular) unless a spread names it.

    Examples
    --------
    >>> scenario = Scenario(
    ...     id="slow", name=both("Slow", "緩慢"), changes=(Change(target="imitation", to=Quantity.parse("5 %")),)
    ... )
    >>> scenario.spread_ranges, scenario.opening
    (False, 'ledger')
    """

    id: str
    name: Text
    about: Text | None = None
    base: str | None = None
    opening: Opening = "ledger"
    opens: datetime.date | None = None
    legs: tuple[ScenarioLeg, ...] = ()
    changes: tuple[Change, ...] = ()
    spreads: tuple[Spread, ...] = ()
    shocks: tuple[Shock, ...] = ()
    spread_ranges: bool = False

    @property
    def included(self) -> tuple[str, ...]:
        """Legs that take part although the ledger would leave them out."""
        return tuple(change.target for change in self.changes if change.include is True)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Legs that are left out."""
        return tuple(change.target for change in self.changes if change.include is False)


def change_fault(to: Value | None, include: bool | None, low: Value | None, high: Value | None) -> Fault | None:
    """What a change lacks or has too much of, and how to mend it; nothing if it is whole."""
    if (to is None) == (include is None):
        return (
            both("a change gives a parameter a value or includes a leg.", "變更必須為參數給值，或納入分項。"),
            both("Write set: and to:, or leg: and include:", "請寫 set: 與 to:，或 leg: 與 include:"),
        )
    if (low is None) != (high is None):
        return (
            both("a range has two ends.", "範圍要有兩端。"),
            both("Give both low: and high:, or neither.", "low: 與 high: 請都寫，或都不寫。"),
        )
    if include is not None and low is not None:
        return (
            both("a leg has no range.", "分項沒有範圍。"),
            both("Remove low: and high:.", "請移除 low: 與 high:。"),
        )
    return _not_between(low, to, high)


def spread_fault(law: Law, sd: Value | None, low: Value | None, high: Value | None) -> Fault | None:
    """What a spread lacks or has too much of, and how to mend it; nothing if it is whole."""
    if law not in LAWS:
        return both(f"`{law}` is not a law.", f"`{law}` 不是分配。"), one_of(LAWS)
    if (low is None) != (high is None):
        return (
            both("a range has two ends.", "範圍要有兩端。"),
            both("Give both low: and high:, or neither.", "low: 與 high: 請都寫，或都不寫。"),
        )
    if law in ("normal", "lognormal") and (sd is None or low is not None):
        return (
            both(f"a {law} spread has `sd` and no range.", f"{law} 分配用 `sd`，不用範圍。"),
            both("Write for example: sd: 0.10", "請寫成例如：sd: 0.10"),
        )
    if law in ("uniform", "triangular", "fixed") and sd is not None:
        return (
            both(f"a {law} spread has no `sd`.", f"{law} 分配沒有 `sd`。"),
            both("Remove it, or write law: normal", "請移除，或寫 law: normal"),
        )
    if law == "fixed" and low is not None:
        return (
            both("what is fixed has no range.", "固定的參數沒有範圍。"),
            both("Remove low: and high:, or choose another law.", "請移除 low: 與 high:，或改用其他分配。"),
        )
    return _not_between(low, None, high)


def shock_fault(do: Verb, value: Value | None, ramp: int, lasts: int | None, by: str | None = None) -> Fault | None:
    """What a shock lacks or has too much of, and how to mend it; nothing if it is whole."""
    if do not in VERBS:
        return both(f"`{do}` is not something a shock does.", f"衝擊不能 `{do}`。"), one_of(VERBS)
    if by is not None and do != "takeover":
        return (
            both(f"`{do}` is nobody's doing.", f"`{do}` 不是由誰做的。"),
            both("Remove by:, or write do: takeover", "請移除 by:，或寫 do: takeover"),
        )
    if do in ("cancel", "default", "takeover"):
        if value is not None or ramp != 1 or lasts is not None:
            return (
                both(f"`{do}` happens once and has no value.", f"`{do}` 只發生一次，也沒有值。"),
                both("Remove value:, ramp: and lasts:.", "請移除 value:、ramp: 與 lasts:。"),
            )
        return None
    if value is None:
        return (
            both(f"`{do}` needs a value.", f"`{do}` 需要一個值。"),
            both("Add for example: value: 0.6", "請加上例如：value: 0.6"),
        )
    if ramp < 1 or (lasts is not None and lasts < 1):
        return (
            both("a shock takes at least one quarter.", "衝擊至少持續一季。"),
            both("Write ramp: and lasts: as 1 or more, or leave them out.", "ramp: 與 lasts: 請寫 1 以上，或省略。"),
        )
    return None


def _not_between(low: Value | None, value: Value | None, high: Value | None) -> Fault | None:
    """Numbers of one unit in the wrong order; numbers of different units are compared once those are known."""
    given = [one for one in (low, value, high) if one is not None]
    units = {one.unit if isinstance(one, Quantity) else None for one in given}
    numbers = [one.value if isinstance(one, Quantity) else one for one in given]
    if low is None or len(units) > 1 or numbers == sorted(numbers):
        return None
    told = ", ".join(str(one) for one in given)
    return (
        both(f"low, value and high are not in order: {told}.", f"low、值與 high 的順序不對：{told}。"),
        both("Correct the value, or widen its range.", "請更正數值，或放寬範圍。"),
    )


def _refuse(record: Record, target: str, fault: Fault | None) -> None:
    if fault is not None:
        where = record.where or Spoken("scenario")
        raise ScenarioError([Problem(where=where, path=target, what=fault[0], repair=fault[1])])
