"""The one place that touches the internet: ask politely, keep what comes, say what went wrong.

The client comes from outside, with its transport; clock, sleep and chance are parameters. So tests need
neither the internet nor time. httpx is an extra: everything that reads from a folder works without it.
"""

from __future__ import annotations

import datetime
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from perpetuum.connectors.answers import NoAnswer, public
from perpetuum.connectors.connector import Address, Document
from perpetuum.connectors.limiter import CLOSED, LIMITER, Limiter, site_of
from perpetuum.connectors.raw import Line, RawCache
from perpetuum.core.errors import MissingExtra
from perpetuum.core.text import Text, both

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
TRIES = 4
FIRST_PAUSE = 1.0  # seconds; each further pause is twice as long
LONGEST_PAUSE = 120.0
REDIRECTS = 5
LARGEST_ANSWER = 200_000_000
_MOVED = (301, 302, 303, 307, 308)
_CHUNK = 1 << 16
_log = logging.getLogger("perpetuum.connectors")


class _Again(NoAnswer):
    """A try that failed and may be made again."""

    def __init__(self, why: NoAnswer, pause: float | None = None) -> None:
        self.why, self.pause = why, pause
        super().__init__(why.code, why.what, why.repair)


def now() -> datetime.datetime:
    """The present second, UTC."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def open_client(user_agent: str) -> httpx.Client:
    """A client with our timeouts, which follows no redirect by itself.

    Raises
    ------
    MissingExtra
        If httpx is not installed.
    """
    try:
        import httpx
    except ImportError:
        raise MissingExtra(
            both(
                "collecting from the internet needs httpx, which is not installed.",
                "從網路收集資料需要 httpx，目前尚未安裝。",
            ),
            both("pip install 'perpetuum[connectors]'; --from-disk FOLDER works without it.",
                 "pip install 'perpetuum[connectors]'；--from-disk FOLDER 不需要它。"),
        ) from None  # fmt: skip
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(headers={"User-Agent": user_agent}, timeout=timeout, follow_redirects=False)


@dataclass(slots=True, kw_only=True)
class Web:
    """The internet as one connector sees it.

    Parameters
    ----------
    client
        An ``httpx.Client``; it is not closed here.
    user_agent
        Who asks; sent with every request, whatever the client says.
    clock
        The time written beside an answer, UTC.
    """

    client: Any
    cache: RawCache
    connector: str
    version: str
    user_agent: str
    limiter: Limiter = field(default_factory=lambda: LIMITER)
    clock: Callable[[], datetime.datetime] = now
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    largest: int = LARGEST_ANSWER

    def get(self, address: Address, known: tuple[Document, Line] | None = None) -> Document:
        """Fetch one answer and keep it; ``known`` is the answer we have, which the publisher may confirm.

        Raises
        ------
        NoAnswer
            With a word for programs and a sentence for people.
        """
        for tries in range(TRIES):
            try:
                return self._try(address, known)
            except _Again as failed:
                if tries == TRIES - 1:
                    raise failed.why from None
                pause = failed.pause if failed.pause is not None else FIRST_PAUSE * 2**tries * (1.0 + self.chance())
                _log.info("%s: %s; again in %.0f s", public(address.url), failed.why.code, pause)
                self.sleep(pause)
        raise AssertionError("unreachable")  # pragma: no cover

    def _try(self, address: Address, known: tuple[Document, Line] | None) -> Document:
        import httpx

        try:
            return self._follow(address, known)
        except httpx.TimeoutException:
            raise _Again(_unavailable(address, both("no answer in time", "逾時未回應"))) from None
        except httpx.DecodingError:
            raise _Again(_cut(address)) from None
        except (httpx.ReadError, httpx.RemoteProtocolError):
            raise _Again(_cut(address)) from None
        except httpx.TransportError as error:
            raise _Again(_unavailable(address, both(type(error).__name__, type(error).__name__))) from None

    def _follow(self, address: Address, known: tuple[Document, Line] | None) -> Document:
        url = address.url
        for _ in range(REDIRECTS + 1):
            self._open(url)
            with self.client.stream("GET", url, headers=self._headers(known)) as response:
                if response.status_code not in _MOVED:
                    return self._answer(address, url, response, known)
                url = _next(address, url, response.headers.get("location", ""))
        raise NoAnswer(
            "redirected", both(f"{_name(address)}: sent in a circle.", f"{_name(address)}：轉址繞圈。"), _TELL
        )

    def _open(self, url: str) -> None:
        """Wait for our place, unless the publisher is left alone for now."""
        host = urlsplit(url).hostname or ""
        if (seconds := self.limiter.closed_for(host)) > 0:
            raise _blocked(host, seconds)
        self.limiter.wait(host)
        if (seconds := self.limiter.closed_for(host)) > 0:
            raise _blocked(host, seconds)

    def _headers(self, known: tuple[Document, Line] | None) -> dict[str, str]:
        line = known[1] if known else None
        asked = {"User-Agent": self.user_agent, "Accept-Encoding": "gzip, deflate"}
        if line and line.etag:
            asked["If-None-Match"] = line.etag
        if line and line.modified:
            asked["If-Modified-Since"] = line.modified
        return asked

    def _answer(self, address: Address, url: str, response: Any, known: tuple[Document, Line] | None) -> Document:
        status = response.status_code
        if status == 304 and known:
            document, line = known
            again = Document(address=address, content=document.content, retrieved=self.clock(),
                             content_type=document.content_type)  # fmt: skip
            return self.cache.seen_again(again, line)
        if status in (403, 429):
            raise self._turned_away(address, url, response)
        if status in (404, 410):
            raise _not_found(address)
        if status == 408 or status >= 500:
            raise _Again(
                _unavailable(address, both(f"status {status}", f"狀態碼 {status}")),
                _retry_after(response, self.clock()),
            )
        if status != 200:
            raise NoAnswer(
                "refused", both(f"{_name(address)}: status {status}.", f"{_name(address)}：狀態碼 {status}。"), _TELL
            )
        return self._kept(address, response)

    def _turned_away(self, address: Address, url: str, response: Any) -> Exception:
        """EDGAR closes for ten minutes; others say how long to wait, or refuse."""
        host, status = urlsplit(url).hostname or "", response.status_code
        if seconds := CLOSED.get(site_of(host)):
            self.limiter.close(host, seconds)
            self.cache.refused(url, self.clock(), status, self.connector)
            return _blocked(host, seconds)
        if status == 429:
            pause = _retry_after(response, self.clock())
            if pause is None or pause <= LONGEST_PAUSE:
                return _Again(_busy(address, pause), pause)
            return _busy(address, pause)
        return NoAnswer(
            "refused", both(f"{_name(address)}: access refused (403).", f"{_name(address)}：拒絕存取（403）。"), _TELL
        )

    def _kept(self, address: Address, response: Any) -> Document:
        """Stream the answer to disk, piece by piece, so that its size is known before it is in memory."""
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.largest:
            raise _too_large(address, self.largest)
        size = 0
        with self.cache.part() as part:
            for piece in response.iter_bytes(_CHUNK):
                size += len(piece)
                if size > self.largest:
                    raise _too_large(address, self.largest)
                part.write(piece)
            if declared.isdigit() and "content-encoding" not in response.headers and size < int(declared):
                raise _Again(_cut(address))
            part.seek(0)
            content = part.read()
        document = Document(address=address, content=content, retrieved=self.clock(),
                            content_type=response.headers.get("content-type", ""))  # fmt: skip
        self.cache.keep(
            document, connector=self.connector, version=self.version, etag=response.headers.get("etag", ""),
            modified=response.headers.get("last-modified", ""),
        )  # fmt: skip
        return document


def _next(address: Address, url: str, location: str) -> str:
    """Where a redirect leads, if that is the same publisher over the same kind of connection."""
    target = urljoin(url, location)
    before, after = urlsplit(url), urlsplit(target)
    is_same = site_of(after.hostname or "") == site_of(before.hostname or "")
    if location and is_same and after.scheme in (before.scheme, "https"):
        return target
    elsewhere = after.hostname or "?"
    raise NoAnswer(
        "redirected",
        both(
            f"{_name(address)}: sends us to another host, {elsewhere}.",
            f"{_name(address)}：要把我們轉到另一台主機 {elsewhere}。",
        ),
        both("We do not follow; the address may have moved. Report it, or read a saved answer with --from-disk.",
             "我們不跟隨；網址可能已搬遷。請回報，或用 --from-disk 讀取存好的回應。"),
    )  # fmt: skip


def _retry_after(response: Any, at: datetime.datetime) -> float | None:
    """Seconds a publisher asks us to wait, given as a number or as a date."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max((parsedate_to_datetime(said) - at).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _name(address: Address) -> str:
    return public(address.url)


def _blocked(host: str, seconds: float) -> NoAnswer:
    minutes = max(1, round(seconds / 60))
    return NoAnswer(
        "blocked",
        both(
            f"{host} turned us away; it is left alone for {minutes} min.",
            f"{host} 拒絕了我們；接下來 {minutes} 分鐘不再詢問。",
        ),
        both("What was fetched is kept: run the same command again after that and it goes on from there.",
             "已取得的都保存了：之後再執行同一個指令，就會從那裡繼續。"),
    )  # fmt: skip


def _busy(address: Address, pause: float | None) -> NoAnswer:
    wait = "429" if pause is None else f"429, Retry-After {pause:,.0f} s"
    return NoAnswer(
        "busy",
        both(f"{_name(address)}: asks us to wait ({wait}).", f"{_name(address)}：請我們等候（{wait}）。"),
        both(
            "Run the same command again later; what was fetched is kept.", "請稍後再執行同一個指令；已取得的都保存了。"
        ),
    )


def _unavailable(address: Address, why: Text) -> NoAnswer:
    return NoAnswer(
        "unavailable",
        both(f"{_name(address)}: {why.en}, {TRIES} times.", f"{_name(address)}：{why.zh}，共 {TRIES} 次。"),
        both("Check the connection and run the same command again; what was fetched is kept.",
             "請檢查網路連線，再執行同一個指令；已取得的都保存了。"),
    )  # fmt: skip


def _cut(address: Address) -> NoAnswer:
    return NoAnswer(
        "cut",
        both(f"{_name(address)}: the connection broke off in the middle of the answer, {TRIES} times.",
             f"{_name(address)}：回應傳到一半就斷線，共 {TRIES} 次。"),
        both("Nothing of it was kept. Run the same command again.", "沒有保存任何片段。請再執行同一個指令。"),
    )  # fmt: skip


def _not_found(address: Address) -> NoAnswer:
    of = f" ({address.subject})" if address.subject else ""
    return NoAnswer(
        "not_found",
        both(f"{_name(address)}{of}: there is no such page (404).", f"{_name(address)}{of}：沒有這個網頁（404）。"),
        both("Check the name or number that was asked for; a CIK has ten digits, zeros in front included.",
             "請檢查所問的名稱或號碼；CIK 共十位數，前面補零。"),
    )  # fmt: skip


def _too_large(address: Address, largest: int) -> NoAnswer:
    return NoAnswer(
        "too_large",
        both(f"{_name(address)}: the answer has more than {largest / 1e6:,.0f} MB.",
             f"{_name(address)}：回應超過 {largest / 1e6:,.0f} MB。"),
        both("Nothing of it was kept. Ask for less, or download it yourself and use --from-disk.",
             "沒有保存任何片段。請縮小範圍，或自行下載後用 --from-disk。"),
    )  # fmt: skip


_TELL = both(
    "Check the address in a browser, or read a saved answer with --from-disk.",
    "請在瀏覽器檢查網址，或用 --from-disk 讀取存好的回應。",
)
