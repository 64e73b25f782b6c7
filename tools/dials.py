"""The page that lists every dial of the catalogue, with its formula, its bands and their reasons, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from perpetuum.core.text import Text, both
from perpetuum.core.units import UNITS
from perpetuum.gauges import Gauge, gauges
from perpetuum.gauges.gauge import PARTS
from perpetuum.report.words import say

Lang = Literal["en", "zh"]
DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Lang, Path] = {"en": DOCS / "dials.md", "zh": DOCS / "zh-Hant" / "dials.md"}
_WHOLE = {
    "sum": both("the group as one: a ratio of sums, with fixed members", "群組合計：總和之比，成員固定"),
    "widest": both("the firm of the group in the worst band", "群組中燈號最差的公司"),
    "single": both("one series that the case names", "案例指定的單一數列"),
}
_LEAD = {
    "leads": both("leads", "領先"),
    "coincident": both("moves with events", "同時"),
    "unknown": both("not known", "未知"),
}
_WORSE = {"high": both("a high number", "數值高"), "low": both("a low number", "數值低")}
_STATUS = {
    "proposal": both("a proposal", "提案"),
    "back-tested": both("judged by replaying 2000", "已經 2000 年重演檢驗"),
}


def page(lang: Lang) -> str:
    """The whole page in one language."""
    return "\n".join((*_head(lang), *(line for part in PARTS for line in _part(lang, part)))) + "\n"


def _head(lang: Lang) -> Iterable[str]:
    other = "[正體中文](zh-Hant/dials.md)" if lang == "en" else "[English](../dials.md)"
    title = both("The dials", "儀表目錄")
    says = both(
        "Every dial with its formula, its bands and the reason for each threshold. How they are read and counted stands"
        " in [Gauges](gauges.md). This page is made from `gauges/catalogue/` by `python -m tools.reference`.",
        "每個儀表的公式、燈號，以及各門檻的理由。如何判讀與計數見[儀表](gauges.md)。"
        "本頁由 `python -m tools.reference` 依 `gauges/catalogue/` 產生。",
    )
    yield from (f"# {title.in_language(lang)}", "", other, "", says.in_language(lang))


def _part(lang: Lang, part: str) -> Iterable[str]:
    own = [dial for dial in gauges().values() if dial.part == part]
    if own:
        yield from ("", f"## {say(f'gauges.part.{part}').in_language(lang)}")
    for dial in own:
        yield from _dial(lang, dial)


def _dial(lang: Lang, dial: Gauge) -> Iterable[str]:
    rows: tuple[tuple[Text, str], ...] = (
        (both("what", "內容"), dial.formula.in_language(lang)),
        (both("unit", "單位"), UNITS[dial.unit].name.in_language(lang)),
        (both("bad is", "警訊方向"), _WORSE[dial.worse].in_language(lang)),
        (both("bands", "燈號"), dial.bands.rule.in_language(lang)),
        (both("why there", "理由"), dial.bands.because.in_language(lang)),
        (both("thresholds are", "門檻"), _STATUS[dial.bands.status].in_language(lang)),
        (both("what votes", "計票者"), _voter(lang, dial)),
        (both("no older than", "最舊"), both(f"{dial.max_age} quarters", f"{dial.max_age} 季").in_language(lang)),
        (both("lead", "領先程度"), _LEAD[dial.lead].in_language(lang)),
        *(((both("the article watches", "文章看的是"), dial.article.in_language(lang)),) if dial.article else ()),
    )
    yield from ("", f"### {dial.number} · {dial.name.in_language(lang)}", "", f"`{dial.id}`", "", "| | |", "|---|---|")
    yield from (f"| {name.in_language(lang)} | {says} |" for name, says in rows)


def _voter(lang: Lang, dial: Gauge) -> str:
    if not dial.votes:
        return both("nobody: an anchor", "無：僅供參照").in_language(lang)
    group = f" (`{dial.group}`)" if dial.group else ""
    return f"{_WHOLE[dial.whole].in_language(lang)}{group}"
