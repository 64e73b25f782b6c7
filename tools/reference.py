"""`python -m tools.reference`: writes the pages that list what the machine's dictionaries hold, in both languages.

A page that lists a dictionary by hand is soon wrong. A test makes the pages again and compares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from perpetuum.core.kinds import KINDS
from perpetuum.core.text import Text, both
from perpetuum.core.units import UNITS
from perpetuum.machine.columns import ECONOMY, STOCKS
from perpetuum.machine.events import EVENTS
from perpetuum.machine.knobs import KNOBS, Knob
from perpetuum.machine.metrics import MEASURES
from tools import dials

Lang = Literal["en", "zh"]
DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Lang, Path] = {"en": DOCS / "parameters.md", "zh": DOCS / "zh-Hant" / "parameters.md"}
_CLASSES = {
    "op": both("operating", "營業"),
    "fin": both("financing", "出資"),
    "back": both("back", "返還"),
    None: both("none", "無"),
}
_PARTS = {
    "fuel": both("fuel", "燃料"),
    "gears": both("gears", "齒輪"),
    "engines": both("engines", "引擎"),
    "users": both("users", "用戶"),
    "suppliers": both("suppliers", "供應商"),
    "investors": both("investors", "投資人"),
    "lenders": both("lenders", "放款人"),
}
_TO = {"firm": both("a firm", "公司"), "leg": both("a leg", "分項")}
_COMMA = both(", ", "、")
_NOTHING = both("unknown", "未知")
_MULTIPLES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))


def number(value: float, unit: str, *, plain: bool = False) -> str:
    """A value as scenario files have it; a ratio in per cent, or as a ``plain`` number.

    Examples
    --------
    >>> number(2.4e10, "USD/GW"), number(0.0105, "ratio"), number(5.5e9, "users"), number(1e-9, "GW/user")
    ('24bn USD/GW', '1.05 %', '5.5bn users', '1 W/user')
    """
    if unit == "ratio":
        return f"{value:g}" if plain else f"{100.0 * value:g} %"
    if unit == "x":
        return f"{value:g}x"
    if unit == "GW/user":
        return f"{value * 1e9:g} W/user"
    size = abs(value)
    for factor, word in _MULTIPLES:
        if size >= factor and unit.partition("/")[0] in ("USD", "users", "shares"):
            return f"{value / factor:g}{word} {unit}"
    return f"{value:g} {unit}"


def page(lang: Lang) -> str:
    """The whole page in one language."""
    return "\n".join([*_head(lang), *_knobs(lang), *_stocks(lang), *_events(lang), *_series(lang), *_kinds(lang), ""])


def _head(lang: Lang) -> Iterable[str]:
    yield both("# The machine's dictionaries", "# 永動機的字典").in_language(lang)
    yield ""
    yield "[正體中文](zh-Hant/parameters.md)" if lang == "en" else "[English](../parameters.md)"
    yield ""
    yield both(
        "What [the machine](machine.md) can be told, and what it tells. This page is made from the dictionaries in"
        " `machine/` and `core/` by `python -m tools.reference`.",
        "可以告訴[永動機](machine.md)什麼，它又會說出什麼。本頁由 `python -m tools.reference` 依 `machine/` 與"
        " `core/` 裡的字典產生。",
    ).in_language(lang)


def _knobs(lang: Lang) -> Iterable[str]:
    yield from _title(lang, both("Parameters", "參數"))
    yield both(
        "The default stands where a scenario says nothing. Values outside the usual range are warned of; what cannot"
        " be at all is refused. *Unknown* has no general value: the scenario or the ledger must give it. Most ratios"
        " are per quarter. A number that only sets the start carries a star.",
        "情境沒有說的，就用預設值。超出通常範圍的值會發出警告，不可能的值則拒絕。「未知」沒有一般的值，須由情境或"
        "帳本給出。多數比率以每季計。只決定起始狀態的數字加上星號。",
    ).in_language(lang)
    sections: tuple[tuple[str, Text], ...] = (
        ("world", both("Of the world: `imitation`", "屬於世界：`imitation`")),
        ("firm", both("Of a firm: `openai.churn`", "屬於公司：`openai.churn`")),
        ("leg", both("Of a leg: `openai_orcl_2025_300.gw`", "屬於分項：`openai_orcl_2025_300.gw`")),
    )
    for per, title in sections:
        yield from _title(lang, title, level=3)
        head = both("| id | default | usual range | means |", "| id | 預設 | 通常範圍 | 意思 |")
        yield from _table(lang, head, (_knob(lang, knob) for knob in KNOBS.values() if knob.per == per))


def _knob(lang: Lang, knob: Knob) -> str:
    plain = knob.high > 2.0  # a multiple rather than a share
    default = number(knob.default, knob.unit, plain=plain)
    if math.isnan(knob.default):
        default = _NOTHING.in_language(lang)
    low, high = (number(end, knob.unit, plain=plain) for end in (knob.low, knob.high))
    low_number, _, low_unit = low.partition(" ")
    low = low_number if low_unit == high.partition(" ")[2] else low
    star = "*" if knob.opening else ""
    between = both(f"{low} to {high}", f"{low} 至 {high}").in_language(lang)
    return f"| `{knob.id}`{star} | {default} | {between} | {knob.says.in_language(lang)} |"


def _stocks(lang: Lang) -> Iterable[str]:
    yield from _title(lang, both("What a shock may move beside them", "此外衝擊可以移動的"))
    yield both(
        "Numbers that the machine remembers from quarter to quarter. All others are worked out anew, and a shock to"
        " them would not last.",
        "永動機逐季記住的數字。其餘的每季重新計算，對它們的衝擊不會留存。",
    ).in_language(lang)
    yield ""
    rows = [(column, column.id) for column in ECONOMY] + [(column, f"<{_firm(lang)}>.{column.id}") for column in STOCKS]
    head = both("| address | unit | means |", "| 位址 | 單位 | 意思 |")
    yield from _table(lang, head, (
        f"| `{address}` | {_unit(lang, column.unit)} | {column.name.in_language(lang)} |"
        for column, address in rows if column.can_be_shocked
    ))  # fmt: skip


def _events(lang: Lang) -> Iterable[str]:
    yield from _title(lang, both("Events", "事件"))
    head = both("| id | happens to | says |", "| id | 對象 | 意思 |")
    yield from _table(lang, head, (
        f"| `{event.id}` | {_TO[event.to].in_language(lang)} | {event.name.in_language(lang)} |" for event in EVENTS
    ))  # fmt: skip


def _series(lang: Lang) -> Iterable[str]:
    yield from _title(lang, both("Series", "序列"))
    yield both(
        "Kept as `cash` (every firm that has it), `openai.cash`, or `gears.capex` (all of a part together, where it"
        " adds up). `mood`, `use`, `efficiency` and `built_gw` belong to no firm.",
        "可保留 `cash`（所有有此項的公司）、`openai.cash`，或 `gears.capex`（一個角色合計，限可加總者）。`mood`、"
        "`use`、`efficiency`、`built_gw` 不屬於任何公司。",
    ).in_language(lang)
    yield ""
    head = both("| id | unit | of | name |", "| id | 單位 | 屬於 | 名稱 |")
    yield from _table(lang, head, (
        f"| `{told.id}` | {_unit(lang, told.unit)} | "
        f"{_COMMA.in_language(lang).join(_PARTS[part].in_language(lang) for part in told.of)} | "
        f"{told.name.in_language(lang)} |"
        for told in MEASURES.values()
    ))  # fmt: skip


def _kinds(lang: Lang) -> Iterable[str]:
    yield from _title(lang, both("Kinds of flow", "金流種類"))
    yield both(
        "The whole dictionary; which of them the machine posts, and when, stands in"
        " [The machine](machine.md#kinds-of-flow).",
        "整本字典；其中哪些由永動機過帳、何時過帳，見[永動機](machine.md#金流種類)。",
    ).in_language(lang)
    yield ""
    head = both(
        "| kind | name | class | cash moves | the payer books (debit / credit) | the payee books (debit / credit) |",
        "| 種類 | 名稱 | 類別 | 動現金 | 付款方（借／貸） | 收款方（借／貸） |",
    )
    yes, no = both("yes", "是"), both("no", "否")
    yield from _table(lang, head, (
        f"| `{kind.id}` | {kind.name.in_language(lang)} | {_CLASSES[kind.flow_class].in_language(lang)} | "
        f"{(yes if kind.cash else no).in_language(lang)} | "
        f"{_pair(kind.payer)} | {_pair(kind.payee)} |"
        for kind in KINDS.values()
    ))  # fmt: skip


def _pair(pair: tuple[str, str] | None) -> str:
    return "" if pair is None else f"{pair[0]} / {pair[1]}"


def _firm(lang: Lang) -> str:
    return both("firm", "公司").in_language(lang)


def _unit(lang: Lang, unit: str) -> str:
    return UNITS[unit].name.in_language(lang)


def _title(lang: Lang, title: Text, level: int = 2) -> Iterable[str]:
    yield from ("", f"{'#' * level} {title.in_language(lang)}", "")


def _table(lang: Lang, head: Text, rows: Iterable[str]) -> Iterable[str]:
    first = head.in_language(lang)
    yield from (first, "|" + "---|" * (first.count("|") - 1), *rows)


def main(tell: Callable[[str], object] = print) -> None:
    """Write the pages of dictionaries and of dials."""
    for pages, made in ((PAGES, page), (dials.PAGES, dials.page)):
        for lang, path in pages.items():
            path.write_text(made(lang), encoding="utf-8")
            tell(str(path.relative_to(DOCS.parent)))


if __name__ == "__main__":
    main()
