"""What looks odd in the filings of a firm, said so that a person can look it up."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from perpetuum.connectors.connector import Document, Remark, Request
from perpetuum.connectors.durations import calendar_quarter
from perpetuum.connectors.facts import Facts
from perpetuum.connectors.filed_claims import evidence
from perpetuum.connectors.sec import about, remark, shown
from perpetuum.connectors.tags import Recipe
from perpetuum.connectors.vintages import Built, Doubt, Vintage
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both
from perpetuum.core.when import Quarter, quarters_between

_DIFFERENCES = ("ytd_diff", "fy_minus_3q", "ttm_undone")
_LISTED = 8


def remarks_on_answer(found: Facts, firm: str, document: Document) -> Iterator[Remark]:
    """What is odd about the answer as a whole."""
    if found.unreadable:
        yield remark(
            "unreadable_fact",
            firm,
            both(
                f"{found.unreadable} facts lack a number, a day or a filing and were set aside.",
                f"有 {found.unreadable} 筆資料缺少數字、日期或申報編號，已擱置。",
            ),
        )
    for fact in found.backward[:_LISTED]:
        yield remark(
            "bad_duration",
            about(firm, fact.tag),
            both(
                f"a period from {fact.start} to {fact.end} in {fact.accession} has no length and was set aside.",
                f"{fact.accession} 中 {fact.start} 至 {fact.end} 的期間沒有長度，已擱置。",
            ),
        )
    fetched = document.retrieved.date()
    if found.newest_filed and found.newest_filed > fetched:
        yield remark(
            "filed_after_retrieved",
            firm,
            both(
                f"a fact was filed on {found.newest_filed}, after the answer was fetched ({fetched}); check the dates.",
                f"有資料的申報日（{found.newest_filed}）晚於取得回覆的日期（{fetched}）；請檢查日期。",
            ),
        )


def no_us_gaap(found: Facts, firm: str) -> Remark:
    """A firm that reports by other rules: which ones its answer has."""
    names = ", ".join(shown(name) for name in found.taxonomies) or "-"
    return remark(
        "no_us_gaap",
        firm,
        both(
            f"no us-gaap facts; the answer has: {names}. "
            "Name its tags with the option tags.METRIC, or enter it by hand.",
            f"沒有 us-gaap 資料；回覆中有：{names}。請用選項 tags.METRIC 指定標籤，或手動輸入。",
        ),
    )


def remarks_on(built: Built, recipe: Recipe, found: Facts, firm: str, request: Request) -> Iterator[Remark]:
    """What is odd about one metric, in the quarters asked for."""
    newest = {quarter: v for quarter, v in built.newest().items() if request.asks_about(quarter)}
    name = about(firm, recipe.metric)
    yield from _stale_tags(newest, recipe, found, name)
    yield from _gaps(newest, name)
    for doubt in built.doubts:
        if request.asks_about(calendar_quarter(*doubt.days)):
            yield _SAY[doubt.code](doubt, name)
    for quarter, vintage in newest.items():
        if recipe.never_negative and vintage.value < 0 and vintage.derivation in _DIFFERENCES:
            yield remark(
                "implausible_difference",
                about(name, quarter),
                both(
                    f"the difference is {Quantity(vintage.value, vintage.unit)}: {evidence(vintage.terms)}",
                    f"相減得 {Quantity(vintage.value, vintage.unit)}：{evidence(vintage.terms)}",
                ),
            )
    if built.unused:
        yield _unused(built, name)


def _filer_error(doubt: Doubt, name: str) -> Remark:
    wrong, right = doubt.facts
    start, end = doubt.days
    said, used = Quantity(wrong.value, wrong.unit), Quantity(right.value, right.unit)
    return remark(
        "filer_error",
        about(name, f"{start}..{end}"),
        both(
            f"{wrong.accession} (filed {wrong.filed}) says {said}, which does not add up with its neighbours; "
            f"used {used} of {right.accession}.",
            f"{wrong.accession}（{wrong.filed} 申報）寫 {said}，與前後期間加總不符；採用 {right.accession} 的 {used}。",
        ),
    )


def _does_not_add(doubt: Doubt, name: str) -> Remark:
    whole, *parts = doubt.facts
    start, end = doubt.days
    sum_of_parts = Quantity(sum(fact.value for fact in parts), whole.unit)
    said = Quantity(whole.value, whole.unit)
    return remark(
        "does_not_add",
        about(name, f"{start}..{end}"),
        both(
            f"{doubt.tag}: the whole is {said}, its parts add up to {sum_of_parts}; the last filed values were kept.",
            f"{doubt.tag}：整段為 {said}，各部分加總為 {sum_of_parts}；保留最後申報的數字。",
        ),
    )


def _crowded(doubt: Doubt, name: str) -> Remark:
    start, end = doubt.days
    return remark(
        "crowded",
        about(name, calendar_quarter(start, end)),
        both(
            f"two quarters of the firm have their middle in this one; kept the one filed last, {start}..{end}.",
            f"公司有兩個季度的中點落在這一季；保留最後申報的 {start}..{end}。",
        ),
    )


_SAY = {"filer_error": _filer_error, "does_not_add": _does_not_add, "crowded": _crowded}


def _gaps(newest: dict[Quarter, Vintage], name: str) -> Iterator[Remark]:
    """Quarters without a number between two that have one."""
    if not newest:
        return
    missing = [quarter for quarter in quarters_between(min(newest), max(newest)) if quarter not in newest]
    if missing:
        first = ", ".join(map(str, missing[:_LISTED]))
        yield remark(
            "gap",
            name,
            both(
                f"{len(missing)} quarters in between could not be formed, such as {first}. "
                "Nothing was spread over them.",
                f"中間有 {len(missing)} 季無法得出，例如 {first}。沒有攤補。",
            ),
        )


def _unused(built: Built, name: str) -> Remark:
    first = built.unused[0]
    return remark(
        "unused_duration",
        name,
        both(
            f"{len(built.unused)} periods are no quarter, half, nine months or year and were not used, "
            f"as {first.tag} {first.start}..{first.end}.",
            f"有 {len(built.unused)} 個期間不是一季、半年、九個月或一年，未使用，"
            f"例如 {first.tag} {first.start}..{first.end}。",
        ),
    )


def _stale_tags(newest: dict[Quarter, Vintage], recipe: Recipe, found: Facts, name: str) -> Iterator[Remark]:
    """Tags in use whose last fact is older than the last report of the firm."""
    if found.newest_end is None or not newest:
        return
    used = {tag for vintage in newest.values() for tag in vintage.tags}
    for tag in recipe.tags:
        if tag not in used:
            continue
        ends = [fact.end for fact in found.facts if fact.tag == tag]
        if ends and max(ends) < found.newest_end:
            yield _stale(tag, max(ends), list(newest.values()), found.newest_end, name)


def _stale(tag: str, last_end: datetime.date, newest: Sequence[Vintage], report: datetime.date, name: str) -> Remark:
    later = [vintage for vintage in newest if vintage.end > last_end]
    instead = next((other for vintage in later for other in vintage.tags if other != tag), None)
    quarter = max(vintage.quarter for vintage in newest if vintage.end <= last_end) + 1
    on = about(name, quarter)
    if instead is None:
        return remark(
            "tag_went_stale",
            on,
            both(
                f"the newest fact of {tag} ends {last_end}, the newest report {report}. "
                "No other tag of this metric goes on; name the new one with the option tags.METRIC.",
                f"{tag} 最新的資料止於 {last_end}，最新的報告止於 {report}。"
                "這個指標沒有其他標籤接續；請用選項 tags.METRIC 指定新的標籤。",
            ),
        )
    since = _in_use_since(instead, newest)
    return remark(
        "tag_went_stale",
        on,
        both(
            f"the newest fact of {tag} ends {last_end}, the newest report {report}. "
            f"The firm changed its tag. Used {instead} from {since} on.",
            f"{tag} 最新的資料止於 {last_end}，最新的報告止於 {report}。公司換了標籤。自 {since} 起採用 {instead}。",
        ),
    )


def _in_use_since(tag: str, newest: Sequence[Vintage]) -> datetime.date:
    """The close of the first quarter from which on a tag was used, without a break."""
    since = newest[-1].end
    for vintage in reversed(newest):
        if tag not in vintage.tags:
            break
        since = vintage.end
    return since
