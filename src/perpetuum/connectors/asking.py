"""Three ways to an answer: from a folder, from what was kept, and from the publisher."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from urllib.parse import urlsplit

from perpetuum.connectors.answers import NoAnswer, check, public
from perpetuum.connectors.connector import Address, Document, Remark
from perpetuum.connectors.disk import Shelf
from perpetuum.connectors.http import Web
from perpetuum.connectors.limiter import CLOSED, Limiter, site_of
from perpetuum.connectors.raw import RawCache
from perpetuum.core.errors import listed
from perpetuum.core.text import both

# An answer this young is used as it is.
FRESH = datetime.timedelta(hours=1)
Ask = Callable[[Address], Document]


def from_shelf(shelf: Shelf, remarks: list[Remark]) -> Ask:
    """Answers of a folder or an archive; where several files could be one, a remark says which is read."""

    def ask(address: Address) -> Document:
        document, names = shelf.find(address)
        if len(names) > 1:
            them = listed(names)
            remarks.append(
                Remark(
                    code="several_files",
                    about=address.file,
                    says=both(f"{len(names)} files have a fitting name ({them.en}); the last one is read.",
                              f"有 {len(names)} 個檔案符合名稱（{them.zh}）；讀取最後一個。"),
                )
            )  # fmt: skip
        return document

    return ask


def from_cache(cache: RawCache) -> Ask:
    """Answers that were kept, however old they are."""

    def ask(address: Address) -> Document:
        known = cache.newest(address)
        if known is None:
            raise NoAnswer(
                "not_in_cache",
                both(f"{public(address.url)}: no answer is kept.", f"{public(address.url)}：沒有保存過的回應。"),
                both("Run the command once without --offline.", "請先不加 --offline 執行一次。"),
            )
        return known[0]

    return ask


def from_web(web: Web, cache: RawCache, limiter: Limiter) -> Ask:
    """Answers of the publisher, unless one came within the hour: so a run that broke off goes on where it stopped."""

    def ask(address: Address) -> Document:
        known = cache.newest(address)
        if known and _ago(known[0].retrieved, web.clock()) < FRESH and _is_sound(known[0]):
            return known[0]
        _stay_away(address, cache, limiter, web.clock())
        document = web.get(address, known)
        try:
            check(document)
        except NoAnswer as error:
            if error.code != "cut":
                raise
            document = web.get(address)
        return document

    return ask


def _is_sound(document: Document) -> bool:
    try:
        check(document)
    except NoAnswer:
        return False
    return True


def _ago(then: datetime.datetime, now: datetime.datetime) -> datetime.timedelta:
    """How long ago something was; a time in the future counts as long ago."""
    return now - then if now >= then else datetime.timedelta.max


def _stay_away(address: Address, cache: RawCache, limiter: Limiter, now: datetime.datetime) -> None:
    """An earlier run was turned away: the rest of its ten minutes holds for this one too."""
    host = urlsplit(address.url).hostname or ""
    seconds, last = CLOSED.get(site_of(host)), cache.turned_away(address.url)
    if seconds and last and (left := seconds - _ago(last, now).total_seconds()) > 0:
        limiter.close(host, left)
