"""One tag of all firms for one calendar quarter: good for comparing firms, useless for the past as it was known.

The SEC keeps one number a firm, the last filed, and does not say when it was filed. What is read
here is therefore known from the day the answer was fetched, and not a day earlier.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.connectors.durations import calendar_quarter, length, nearest_quarter_end
from perpetuum.connectors.facts import US_GAAP, day, is_accession, number
from perpetuum.connectors.filed_claims import full_tag
from perpetuum.connectors.sec import (
    HOSTS,
    LICENCE,
    Kept,
    about,
    cik_of,
    data_address,
    filing_url,
    firms_asked,
    kept,
    metrics_asked,
    not_asked,
    read_json,
    remark,
)
from perpetuum.connectors.sec_companyconcept import GIVES, single_tags
from perpetuum.connectors.tags import RECIPES
from perpetuum.core.claim import Claim
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError
from perpetuum.core.metrics import METRICS
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.text import both
from perpetuum.core.when import Quarter, Span, quarters_between


def plan(request: Request) -> tuple[Address, ...]:
    """One address for every tag and quarter, whatever the number of firms.

    Raises
    ------
    CollectError
        If the quarters are not said: there is no answer for all quarters at once.
    """
    firms_asked(request)
    if request.since is None or request.until is None:
        raise CollectError(
            both("sec_frames: which quarters is not said.", "sec_frames：沒有指定季度。"),
            both("Write for example: --since 2025Q1 --until 2025Q4", "請寫成例如：--since 2025Q1 --until 2025Q4"),
        )
    return tuple(
        _address(tag, metric, quarter)
        for metric in metrics_asked(request, GIVES)
        for tag in single_tags(RECIPES[metric])
        for quarter in quarters_between(request.since, request.until)
    )


def _address(tag: str, metric: str, quarter: Quarter) -> Address:
    at_close = "I" if METRICS[metric].nature == "stock" else ""
    frame = f"CY{quarter}{at_close}"
    return data_address(f"api/xbrl/frames/{US_GAAP}/{tag}/USD/{frame}.json", None, f"*{tag}*{frame}.json")


def absent(address: Address, request: Request) -> Remark:
    """A quarter for which no firm gave a tag, or not yet, has no page."""
    tag, _, frame = address.url.removesuffix(".json").split("/")[-3:]
    return remark(
        "no_such_frame",
        about(tag, frame),
        both(
            "the SEC has no page for it (404): no firm has given this tag for these days, or not yet.",
            "美國證管會沒有這一頁（404）：沒有公司在這個期間申報過這個標籤，或尚未申報。",
        ),
    )


def read(document: Document, request: Request) -> Read:
    """The numbers of the firms asked about; the SEC's own date of a frame is not used, only start and end."""
    answer, wrong = read_json(document, "tag", "uom", "data")
    if answer is None:
        return Read(remarks=(wrong,) if wrong else ())
    tag, unit, rows = answer["tag"], answer["uom"], answer["data"]
    if not isinstance(tag, str) or not isinstance(unit, str) or not isinstance(rows, list):
        return Read(remarks=(not_asked(document),))
    fetched = document.retrieved.date()
    if request.asof is not None and request.asof < fetched:
        return Read(remarks=(_not_known_then(tag, request.asof, fetched),))
    firms = {int(cik_of(firm)): firm for firm in request.subjects}
    metrics = [metric for metric in metrics_asked(request, GIVES) if tag in single_tags(RECIPES[metric])]
    if not metrics:
        return Read(remarks=(not_asked(document),))
    origin = kept(document)
    claims = [claim for row in rows for claim in _claims(row, tag, unit, metrics, firms, origin)]
    return Read(claims=tuple(claim for claim in claims if _asked(claim, request)))


def _not_known_then(tag: str, asof: datetime.date, fetched: datetime.date) -> Remark:
    return remark(
        "not_known_then",
        tag,
        both(
            f"a frame does not say when its numbers were filed; known from {fetched}, it cannot answer for {asof}. "
            "Use sec_companyfacts.",
            f"frames 不說明申報日；自 {fetched} 起才算已知，無法回答 {asof} 的情形。請改用 sec_companyfacts。",
        ),
    )


def _claims(
    row: Any, tag: str, unit: str, metrics: list[str], firms: dict[int, Entity], answer: Kept
) -> Iterator[Claim]:
    if not isinstance(row, dict) or not isinstance(row.get("cik"), int) or row["cik"] not in firms:
        return
    value, end, start = number(row.get("val")), day(row.get("end")), day(row.get("start"))
    accession = row.get("accn")
    if value is None or end is None or not isinstance(accession, str) or not is_accession(accession):
        return
    for metric in metrics:
        quarter = _quarter(start, end, METRICS[metric].nature == "stock")
        if quarter is not None:
            firm, period = firms[row["cik"]], Span(start or end, end)
            yield _claim(firm, metric, quarter, period, Quantity(value, unit), accession, tag, answer)


def _quarter(start: datetime.date | None, end: datetime.date, at_close: bool) -> Quarter | None:
    if start is None:
        return nearest_quarter_end(end) if at_close else None
    return calendar_quarter(start, end) if not at_close and length((end - start).days + 1) == "quarter" else None


def _asked(claim: Claim, request: Request) -> bool:
    quarter = Quarter.parse(claim.period_label or "")
    return (request.since is None or request.since <= quarter) and (request.until is None or quarter <= request.until)


def _claim(
    firm: Entity, metric: str, quarter: Quarter, period: Span, says: Quantity, accession: str, tag: str,
    answer: Kept,
) -> Claim:  # fmt: skip
    source = Source(
        id=f"{accession}-{full_tag(tag)}", title=f"EDGAR frames, {full_tag(tag)}", kind="filing", tier=1,
        url=filing_url(cik_of(firm), accession), publisher="sec.gov", retrieved=answer.retrieved, hash=answer.hash,
    )  # fmt: skip
    return Claim(
        id=f"sec_frames/{firm.id}/{metric}/{quarter}/{tag}", subject=firm.id, attribute=metric, says=says,
        source=source, known_from=answer.retrieved.first, status="reported", period=period, period_label=str(quarter),
        derivation="direct" if period.days > 1 else "instant", at=full_tag(tag),
    )  # fmt: skip


CONNECTOR = Connector(
    id="sec_frames",
    hosts=HOSTS,
    needs=("user_agent",),
    gives=GIVES,
    name=both("SEC EDGAR frames", "美國證管會跨公司同期數據"),
    licence=LICENCE,
    may_ship=True,
    plan=plan,
    read=read,
    absent=absent,
    may_lack=True,
)
