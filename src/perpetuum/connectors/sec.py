"""The securities regulator of the United States: its hosts, its numbers for firms, its answers."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from perpetuum.connectors.connector import Address, Document, Form, Remark, Request
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError, UnknownName
from perpetuum.core.metrics import METRICS
from perpetuum.core.nouns import METRIC
from perpetuum.core.text import Text, both
from perpetuum.core.when import When

# One limiter for both: the SEC counts requests over all of its hosts.
DATA_HOST = "data.sec.gov"
DOCUMENT_HOST = "www.sec.gov"
HOSTS = (DATA_HOST, DOCUMENT_HOST)
LICENCE = both("public record of the United States", "美國公開紀錄")
_CIK_NAMES = ("sec_cik", "cik")
# Above so many firms one download of the nightly archive is asked for instead.
MANY_FIRMS = 20
_SIMILAR = 0.8  # six of seven digits in the same order
_SHOWN = 80  # characters of an answer that is not what was asked


class Kept(NamedTuple):
    """The answer that was kept: when it was fetched, and its hash."""

    retrieved: When
    hash: str


def kept(document: Document) -> Kept:
    """When an answer was fetched, and its hash; worked out once, for answers are large and claims many."""
    return Kept(When.day(document.retrieved.date()), document.hash)


def cik_of(firm: Entity) -> str:
    """The ten-digit number under which a firm files.

    Raises
    ------
    CollectError
        If the firm has none, or it is no number of at most ten digits.
    """
    text = _said_number(firm)
    if text.isascii() and text.isdigit() and len(text) <= 10:
        return text.zfill(10)
    raise CollectError(
        both(
            f"{firm.id}: no number under which it files with the SEC is known.",
            f"{firm.id}：不知道它在美國證管會的申報編號（CIK）。",
        ),
        both(
            "Add sec_cik to its identifiers, at most ten digits, or pass --cik. A firm that files no 10-K has none.",
            "請在 identifiers 加上 sec_cik（最多十位數字），或傳入 --cik。不申報 10-K 的公司沒有編號。",
        ),
    )


def _said_number(firm: Entity) -> str:
    identifiers = dict(firm.identifiers)
    return next((identifiers[name] for name in _CIK_NAMES if name in identifiers), "")


def data_address(path: str, subject: str | None, file: str, form: Form = "json") -> Address:
    """An address of the data host."""
    return Address(url=f"https://{DATA_HOST}/{path}", file=file, form=form, subject=subject)


def nobodys_number(address: Address, request: Request) -> Remark | None:
    """What it means that the SEC has no page under a firm's number: a slip in it, and whose it may have been."""
    firm = next((firm for firm in request.subjects if firm.id == address.subject), None)
    if firm is None:
        return None
    number = cik_of(firm)
    near = _nearest(number, firm, request)
    hint = near or both("Nobody in the case has a similar one. ", "案例中沒有相近的編號。")
    repair = both(
        "It has ten digits, zeros in front included; look the firm up on sec.gov and mend sec_cik, or pass --cik.",
        "編號共十位數，前面補零；請在 sec.gov 查詢該公司，並更正 sec_cik 或傳入 --cik。",
    )
    return Remark(
        code="not_found",
        about=firm.id,
        says=both(
            f"the SEC has nothing under the number {number} (404). {hint.en}{repair.en}",
            f"美國證管會沒有編號 {number} 的資料（404）。{hint.zh}{repair.zh}",
        ),
    )


def _nearest(number: str, firm: Entity, request: Request) -> Text | None:
    """The firm with the most similar number, as a question; nothing where none is similar."""
    ids = {cik_of(one).lstrip("0"): one.id for one in (*request.known, *request.subjects) if _said_number(one)}
    others = {digits: id for digits, id in ids.items() if id != firm.id or digits != number.lstrip("0")}
    close = difflib.get_close_matches(number.lstrip("0"), others, n=1, cutoff=_SIMILAR)
    if not close:
        return None
    padded, whose = close[0].zfill(10), others[close[0]]
    return both(f"Did you mean {padded}, {whose}? ", f"您是指 {padded}（{whose}）嗎？")


def one_download(request: Request, file: str) -> tuple[Remark, ...]:
    """Where many firms are asked about, the nightly archive is quicker for everybody."""
    if len(request.subjects) <= MANY_FIRMS:
        return ()
    name = file.rsplit("/", 1)[-1]
    return (
        Remark(
            code="bulk_download",
            about=request.connector,
            says=both(
                f"{len(request.subjects)} firms are {len(request.subjects)} requests; one archive holds them all. "
                f"Download {file} once and read it with --from-disk {name}",
                f"{len(request.subjects)} 家公司要問 {len(request.subjects)} 次；一個壓縮檔就有全部。"
                f"請下載一次 {file}，再用 --from-disk {name} 讀取。",
            ),
        ),
    )


def filing_url(cik: str | int, accession: str) -> str:
    """The page that lists the documents of a filing."""
    folder = accession.replace("-", "")
    return f"https://{DOCUMENT_HOST}/Archives/edgar/data/{int(cik)}/{folder}/{accession}-index.htm"


def firms_asked(request: Request) -> tuple[Entity, ...]:
    """The firms of a request.

    Raises
    ------
    CollectError
        If there is none.
    """
    if request.subjects:
        return request.subjects
    raise CollectError(
        both(f"{request.connector}: no firm was named.", f"{request.connector}：沒有指定公司。"),
        both("Name one: --firm ID", "請指定一家：--firm ID"),
    )


def metrics_asked(request: Request, given: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics of a request that the connector gives; all of them where none is named.

    Raises
    ------
    UnknownName
        If a name is no metric at all. A metric of another connector is no error here.
    """
    for name in request.attributes:
        if name not in METRICS:
            raise UnknownName(name, given, what=METRIC)
    return tuple(name for name in given if name in request.attributes or not request.attributes)


def firm_of(document: Document, answer: Mapping[str, Any], request: Request) -> tuple[Entity | None, Remark | None]:
    """The firm an answer speaks of, by its number; a remark where nobody asked about it."""
    said = _as_cik(answer.get("cik"))
    for firm in request.subjects:
        wanted = document.address.subject in (None, firm.id)
        if wanted and said == cik_of(firm):
            return firm, None
    about, number = document.address.subject or document.address.url, said or "-"
    return None, Remark(
        code="not_what_was_asked",
        about=shown(about),
        says=both(
            f"the answer is about the firm with number {number}, which nobody asked about.",
            f"回覆說的是編號 {number} 的公司，沒有人問它。",
        ),
    )


def _as_cik(value: Any) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text.zfill(10) if text.isascii() and text.isdigit() and len(text) <= 10 else ""


def read_json(document: Document, *keys: str) -> tuple[dict[str, Any] | None, Remark | None]:
    """An answer as an object that has some keys, or a remark that says what came instead.

    An answer that a cache wrapped as ``{data, timestamp, ttl}`` is unwrapped once.
    """
    try:
        answer = json.loads(document.content)
    except (ValueError, RecursionError):
        return None, _unreadable(document)
    if isinstance(answer, dict) and {"data", "timestamp"} <= answer.keys() and isinstance(answer["data"], dict):
        answer = answer["data"]
    if not isinstance(answer, dict) or not all(key in answer for key in keys):
        return None, not_asked(document)
    return answer, None


def _unreadable(document: Document) -> Remark:
    head = document.content.lstrip()[:1]
    return truncated(document) if head in (b"{", b"[") else not_asked(document)


def truncated(document: Document) -> Remark:
    """An answer that begins as it should and breaks off or breaks."""
    return Remark(
        code="truncated",
        about=shown(document.address.url),
        says=both(
            f"the answer breaks off or is damaged ({len(document.content)} bytes, hash {document.hash[:12]}); "
            "no number was taken from it.",
            f"回覆中斷或損壞（{len(document.content)} 位元組，雜湊 {document.hash[:12]}）；沒有從中取用任何數字。",
        ),
    )


def not_asked(document: Document) -> Remark:
    """An answer of another kind than was due, with its first characters."""
    head = shown(document.content[: 4 * _SHOWN].decode("utf-8", "replace"))
    return Remark(
        code="not_what_was_asked",
        about=shown(document.address.url),
        says=both(
            f"something else came than was asked for (hash {document.hash[:12]}): {head}",
            f"收到的不是所要的內容（雜湊 {document.hash[:12]}）：{head}",
        ),
    )


def shown(text: str) -> str:
    """Words of a stranger, short and on one line, fit for any screen."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:_SHOWN] or "-"


def about(*parts: object) -> str:
    """What a remark is about: firm, metric, quarter."""
    return ", ".join(str(part) for part in parts)


def remark(code: str, on: str, says: Text) -> Remark:
    """A remark from its words."""
    return Remark(code=code, about=on, says=says)
