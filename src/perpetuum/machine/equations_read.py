"""Somebody's textbook economy is read, and everything that is wrong with it is told at once."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import yaml

from perpetuum.core.errors import SeriesError, lines, listed, not_a, suggest
from perpetuum.core.text import Text, both
from perpetuum.machine.equations_system import ROUNDING, Change, Identity, KindOfFlow, Posting, Sector, System
from perpetuum.machine.equations_text import FUNCTIONS, Formula, Unreadable, read_formula

SCHEMA = "sfc-golden/1"
KEYS = (
    "schema", "name", "title", "source", "periods", "parameters", "start", "equations", "parameter_changes",
    "identities", "tolerance", "expected", "kinds", "sectors", "postings",
)  # fmt: skip
_VARIABLE = both("variable of this system", "本系統的變數")
_PARAMETER = both("parameter of this system", "本系統的參數")
_SECTOR = both("sector of this system", "本系統的部門")
_KIND = both("kind of this system", "本系統的種類")


def read_system(written: str | Mapping[str, Any]) -> System:
    """Read a textbook economy.

    Parameters
    ----------
    written
        The content of an ``sfc-golden/1`` file as JSON text, the same keys in YAML, or what a parser made of
        either. ``equations`` are ``{var, expr}``; ``X[-k]`` is the value k periods earlier, before period 0
        the start value; ``parameter_changes`` are ``{period, set}`` and hold from that period on;
        ``identities`` are ``{left, right}``. Optional: ``kinds`` ``{id, payer, payee}``, ``sectors``
        ``{id, money, issues}`` and ``postings`` ``{kind, payer, payee, expression}``.

    Returns
    -------
    System
        Checked, but not solved.

    Raises
    ------
    SeriesError
        With everything that is wrong, each at its equation and column.

    Notes
    -----
    Keys that are not known are left alone unless they look like a slip of a known one.
    Source of the models this is made for: Godley and Lavoie (2007), Monetary Economics.

    Examples
    --------
    >>> system = read_system({"name": "savings", "periods": 3, "parameters": {"rate": 0.1},
    ...     "start": {"M": 100.0}, "equations": [{"var": "M", "expr": "M[-1]*(1 + rate)"}]})
    >>> system.variables, system.lags
    (('M',), (1,))
    >>> read_system({"name": "savings", "periods": 3, "equations": [{"var": "M", "expr": "2*N"}]})
    Traceback (most recent call last):
    perpetuum.core.errors.SeriesError: savings: equations.0 (`M`), column 3
      `N` is not a variable or parameter of this system; known: M.
      Write a known name, or give it an equation or a parameter.
    """
    reader = _Reader(_parsed(written) if isinstance(written, str) else written)
    system = reader.system()
    if reader.problems:
        raise SeriesError(lines(*reader.problems, indent=""))
    return system


class _Reader:
    """Goes through one system, and collects what is wrong instead of stopping at the first."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said
        self.name = str(said.get("name", "system"))
        self.problems: list[Text] = []
        self.places: dict[str, int] = {}

    def system(self) -> System:
        self.keys()
        equations = self.table("equations", "var", "expr")
        variables = tuple(str(each["var"]) for each in equations)
        parameters = self.numbers("parameters", self.said.get("parameters") or {})
        self.names(variables, parameters)
        self.places = {name: place for place, name in enumerate((*variables, *parameters))}
        system = System(
            name=self.name,
            periods=self.whole("periods", self.said.get("periods", 0)),
            variables=variables,
            equations=tuple(
                self.formula(f"equations.{i} (`{each['var']}`)", each["expr"]) for i, each in enumerate(equations)
            ),
            parameters=parameters,
            start=self.known("start", self.numbers("start", self.said.get("start") or {}), variables, _VARIABLE),
            changes=tuple(self.changes(parameters)),
            identities=tuple(self.identities()),
            kinds=tuple(self.kinds()),
            sectors=tuple(self.sectors()),
            postings=tuple(self.postings()),
        )
        self.starts(system)
        self.purses(system)
        return system

    # ---- parts

    def keys(self) -> None:
        if self.said.get("schema", SCHEMA) != SCHEMA:
            self.wrong(
                "schema",
                both(f"`{self.said['schema']}` is not `{SCHEMA}`.", f"`{self.said['schema']}` 不是 `{SCHEMA}`。"),
                both(f"Write schema: {SCHEMA}", f"請寫 schema: {SCHEMA}"),
            )
        for key in self.said:
            if key not in KEYS and get_close_matches(str(key), KEYS, n=1, cutoff=0.8):
                self.wrong(str(key), both("a key that is not read.", "不會讀取的鍵。"), suggest(str(key), KEYS))

    def names(self, variables: tuple[str, ...], parameters: Mapping[str, float]) -> None:
        count = Counter((*variables, *parameters))
        for name, times in count.items():
            if times > 1:
                self.wrong(
                    f"`{name}`",
                    both(f"has {times} equations or values.", f"有 {times} 個方程式或數值。"),
                    both("Keep one: an equation, or a parameter.", "請只保留一個：方程式或參數。"),
                )
            if not name.isidentifier() or name in FUNCTIONS:
                self.wrong(
                    f"`{name}`",
                    both("cannot be a name in an equation.", "不能作為方程式中的名稱。"),
                    both("Use letters, digits and _, and no name of a function.",
                         "請用字母、數字與 _，且不要用函數的名稱。"),
                )  # fmt: skip
        if not variables:
            self.wrong("equations", both("there are none.", "沒有任何方程式。"),
                       both("Write a list of {var, expr}.", "請寫 {var, expr} 的清單。"))  # fmt: skip

    def changes(self, parameters: Mapping[str, float]) -> Iterable[Change]:
        for i, each in enumerate(self.table("parameter_changes", "period", "set")):
            where = f"parameter_changes.{i}"
            values = self.known(where, self.numbers(where, each["set"]), parameters, _PARAMETER)
            yield Change(period=self.whole(f"{where}.period", each["period"]), values=values)

    def identities(self) -> Iterable[Identity]:
        for i, each in enumerate(self.table("identities", "left", "right")):
            seen = each.get("max_rel_residual_seen", 0.0)
            yield Identity(
                left=self.formula(f"identities.{i}.left", each["left"]),
                right=self.formula(f"identities.{i}.right", each["right"]),
                told=isinstance(seen, int | float) and not abs(seen) <= ROUNDING,
            )

    def kinds(self) -> Iterable[KindOfFlow]:
        sectors = [str(each["id"]) for each in self.table("sectors", "id", "money", tell=False)]
        for i, each in enumerate(self.table("kinds", "id", "payer", "payee")):
            ends = [tuple(map(str, end if isinstance(end, list | tuple) else [end])) for end in
                    (each["payer"], each["payee"])]  # fmt: skip
            for name in (*ends[0], *ends[1]):
                self.one_of(f"kinds.{i} (`{each['id']}`)", name, sectors, _SECTOR)
            yield KindOfFlow(id=str(each["id"]), payers=ends[0], payees=ends[1])

    def sectors(self) -> Iterable[Sector]:
        for i, each in enumerate(self.table("sectors", "id", "money")):
            money = self.formula(f"sectors.{i} (`{each['id']}`)", each["money"])
            yield Sector(id=str(each["id"]), money=money, issues=each.get("issues") is True)

    def postings(self) -> Iterable[Posting]:
        kinds = {kind.id: kind for kind in self.kinds()} if self.said.get("postings") else {}
        for i, each in enumerate(self.table("postings", "kind", "payer", "payee", "expression")):
            where, kind = f"postings.{i} (`{each['kind']}`)", kinds.get(str(each["kind"]))
            posting = Posting(
                kind=str(each["kind"]), payer=str(each["payer"]), payee=str(each["payee"]),
                amount=self.formula(where, each["expression"]),
            )  # fmt: skip
            if kind is None:
                self.one_of(where, posting.kind, kinds, _KIND)
            elif posting.payer not in kind.payers or posting.payee not in kind.payees or posting.payer == posting.payee:
                self.wrong(
                    where,
                    both(f"from `{posting.payer}` to `{posting.payee}` is no cell of this kind.",
                         f"由 `{posting.payer}` 付給 `{posting.payee}` 不是這個種類的欄位。"),
                    both("Declare both ends under kinds, or correct the posting.",
                         "請在 kinds 宣告兩端，或更正這筆分錄。"),
                )  # fmt: skip
            yield posting

    def starts(self, system: System) -> None:
        """Whatever is looked back at, or checked before the first period, needs a first value."""
        needed = {place for formula in system.equations for place, _ in formula.before}
        needed |= {place for formula in system.asked for place, _ in formula.before}
        held = [side for each in system.identities for side in (each.left, each.right)]
        needed |= {place for formula in (*held, *(each.money for each in system.sectors)) for place in formula.now}
        for place in sorted(needed):
            if place < len(system.variables) and (name := system.variables[place]) not in system.start:
                self.wrong(
                    f"start.{name}",
                    both("no start value, and an earlier value or an identity needs it.",
                         "沒有初始值，但前期數值或恆等式需要它。"),
                    both(f"Add start: {{{name}: ...}}", f"請加上 start: {{{name}: ...}}"),
                )  # fmt: skip

    def purses(self, system: System) -> None:
        """Every row and column once, and somebody whose paying makes money."""
        for key, ids in (("kinds", [each.id for each in system.kinds]), ("sectors", [e.id for e in system.sectors])):
            for twice in sorted(id for id, times in Counter(ids).items() if times > 1):
                self.wrong(key, both(f"`{twice}` stands there twice.", f"`{twice}` 出現兩次。"),
                           both("Keep one.", "請只保留一個。"))  # fmt: skip
        if system.postings and not any(sector.issues for sector in system.sectors):
            self.wrong("sectors", both("nobody issues the money.", "沒有部門發行貨幣。"),
                       both("Write issues: true beside whoever does.", "請在發行的部門寫 issues: true。"))  # fmt: skip

    # ---- what every part needs

    def wrong(self, where: str, what: Text, repair: Text, column: int | None = None) -> None:
        at = both(f"{where}, column {column}", f"{where}，第 {column} 字") if column else both(where, where)
        head = both(f"{self.name}: {at.en}", f"{self.name}：{at.zh}")
        if (told := lines(head, what, repair)) not in self.problems:
            self.problems.append(told)

    def formula(self, where: str, text: Any) -> Formula:
        try:
            return read_formula(str(text), self.places)
        except Unreadable as error:
            self.wrong(where, error.what, error.repair, error.column)
            return read_formula("0", {})

    def table(self, key: str, *columns: str, tell: bool = True) -> list[Mapping[str, Any]]:
        """The lines of a list that have all their columns."""
        rows = self.said.get(key) or []
        whole = [isinstance(row, Mapping) and all(row.get(c) is not None for c in columns) for row in rows]
        for i, (row, right) in enumerate(zip(rows, whole, strict=True)):
            if tell and not right:
                gone = listed(c for c in columns if not isinstance(row, Mapping) or row.get(c) is None)
                named = f" (`{row['kind']}`)" if isinstance(row, Mapping) and row.get("kind") else ""
                self.wrong(
                    f"{key}.{i}{named}",
                    both(f"has no {gone.en}.", f"缺少：{gone.zh}。"),
                    both(f"Write {{{', '.join(columns)}}}.", f"請寫 {{{', '.join(columns)}}}。"),
                )
        return [row for row, right in zip(rows, whole, strict=True) if right]

    def numbers(self, where: str, said: Any) -> dict[str, float]:
        out = {}
        for name, value in (said if isinstance(said, Mapping) else {where: said}).items():
            try:
                told = math.nan if isinstance(value, bool) else float(value)
            except (TypeError, ValueError, OverflowError):
                told = math.nan
            if not math.isfinite(told):
                self.wrong(f"{where}.{name}", both(f"`{value}` is not a finite number.", f"`{value}` 不是有限的數字。"),
                           both("Write a number.", "請寫數字。"))  # fmt: skip
            out[str(name)] = told
        return out

    def whole(self, where: str, value: Any) -> int:
        if type(value) is int and value >= 0:
            return value
        self.wrong(where, both(f"`{value}` is not a whole number from 0.", f"`{value}` 不是 0 以上的整數。"),
                   both("Write a number of periods.", "請寫期數。"))  # fmt: skip
        return 0

    def known(self, where: str, values: Mapping[str, float], names: Iterable[str], what: Text) -> Mapping[str, float]:
        names = tuple(names)
        for name in values:
            self.one_of(where, name, names, what)
        return values

    def one_of(self, where: str, name: str, names: Iterable[str], what: Text) -> None:
        names = tuple(names)
        if name not in names:
            self.wrong(where, not_a(what, name, names), both("Write a known name.", "請寫已知的名稱。"))


def _parsed(text: str) -> Mapping[str, Any]:
    """JSON or YAML; a key that stands twice is refused, as one of its values would be lost."""
    try:
        try:
            content = json.loads(text, object_pairs_hook=_once)
        except json.JSONDecodeError:
            content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _unparsed(str(error)) from None
    if not isinstance(content, Mapping):
        raise _unparsed(type(content).__name__)
    return content


def _once(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    pairs = list(pairs)
    twice = [str(key) for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    if twice:
        raise _unparsed(f"{', '.join(twice)}: 2 ×")
    return dict(pairs)


class _Loader(yaml.SafeLoader):
    """Plain values only, each key once."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    return _once((loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _unparsed(detail: str) -> SeriesError:
    return SeriesError(
        both(f"the system is neither JSON nor YAML with keys: {detail}", f"系統不是以鍵組成的 JSON 或 YAML：{detail}"),
        both(f"Write the keys of {SCHEMA}: name, periods, parameters, start, equations.",
             f"請寫 {SCHEMA} 的鍵：name、periods、parameters、start、equations。"),
    )  # fmt: skip
