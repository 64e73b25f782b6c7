"""Ask a publisher, or read what it once answered: documents come in, claims go out."""

from __future__ import annotations

import datetime
import os
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import perpetuum
from perpetuum.connectors import http
from perpetuum.connectors.answers import NoAnswer, check, public
from perpetuum.connectors.catalogue import connector as named
from perpetuum.connectors.connector import Address, Connector, Document, Remark, Request
from perpetuum.connectors.disk import Shelf, open_shelf
from perpetuum.connectors.limiter import CLOSED, LIMITER, Limiter, site_of
from perpetuum.connectors.raw import RawCache
from perpetuum.core.claim import Claim
from perpetuum.core.errors import CollectError, UnknownName
from perpetuum.core.nouns import METRIC_OF_CONNECTOR, OPTION_OF_CONNECTOR
from perpetuum.core.text import both
from perpetuum.core.when import Quarter

Status = Literal["done", "partial", "blocked", "nothing"]
SETTING = "PERPETUUM_USER_AGENT"
# An answer this young is used as it is, so that a run that broke off goes on where it stopped.
FRESH = datetime.timedelta(hours=1)
Ask = Callable[[Address], Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of a request. ``status`` is `done`, `partial` (something is missing, see the remarks), `blocked`
    (a publisher turned us away; run again later) or `nothing`.
    """

    claims: tuple[Claim, ...] = ()
    documents: tuple[Document, ...] = ()
    remarks: tuple[Remark, ...] = ()
    status: Status = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """One address that would be asked: when it was last answered, and the seconds between two requests there."""

    address: Address
    kept: datetime.datetime | None
    pause: float


def collect(
    request: Request,
    *,
    client: Any = None,
    cache: RawCache | None = None,
    folder: Path | None = None,
    offline: bool = False,
    user_agent: str | None = None,
    limiter: Limiter = LIMITER,
    clock: Callable[[], datetime.datetime] = http.now,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[], float] = random.random,
) -> Collected:
    """Fetch or read what is asked for, and turn it into claims.

    Nothing is chosen between claims, no gap is filled, no deal is touched.

    Parameters
    ----------
    client
        An ``httpx.Client``; by default one is opened, and closed again.
    cache
        Where raw answers are kept; by default the user's cache folder.
    folder
        Read from this folder (or zip archive) and ask nobody.
    offline
        Answer from the raw cache only.
    user_agent
        Name and e-mail of whoever asks; by default ``PERPETUUM_USER_AGENT``. There is no other default.
    limiter, clock, sleep, chance
        Who says when to ask, the time (UTC), how to wait, and the jitter of pauses between tries.

    Returns
    -------
    Collected
        Claims known on the day of ``request.asof``, the documents, what a reader should know, and how it went.

    Raises
    ------
    CollectError
        If the request is refused before it is sent, or a file was changed.
    UnknownName
        If there is no such connector, or it does not give an attribute.
    MissingExtra
        If httpx is needed and not installed.
    """
    asked = _checked(request)
    if folder is not None:
        seen: list[Remark] = []
        return _answer(asked, request, _from(open_shelf(folder), seen), seen)
    kept = cache or RawCache()
    if offline:
        return _answer(asked, request, _only(kept), [])
    agent = _user_agent(asked, user_agent)
    own = http.open_client(agent) if client is None else None
    try:
        web = http.Web(
            client=client if own is None else own, cache=kept, connector=asked.id, version=perpetuum.__version__,
            user_agent=agent, limiter=limiter, clock=clock, sleep=sleep, chance=chance,
        )  # fmt: skip
        return _answer(asked, request, _fetching(web, kept, limiter), list(asked.advise(request)))
    finally:
        if own is not None:
            own.close()


def prospect(request: Request, *, cache: RawCache | None = None, limiter: Limiter = LIMITER) -> tuple[Prospect, ...]:
    """What ``collect`` would ask first, without asking."""
    kept = cache or RawCache()
    asked = _checked(request)
    found = []
    for address in asked.plan(request):
        known = kept.newest(address)
        pause = limiter.pause(urlsplit(address.url).hostname or "")
        found.append(Prospect(address=address, kept=known[0].retrieved if known else None, pause=pause))
    return tuple(found)


def advice(request: Request) -> tuple[Remark, ...]:
    """What a person should know before asking the internet, such as a shorter way."""
    return _checked(request).advise(request)


def _checked(request: Request) -> Connector:
    asked = named(request.connector)
    for attribute in request.attributes:
        if attribute not in asked.gives:
            raise UnknownName(attribute, asked.gives, what=METRIC_OF_CONNECTOR)
    options = [name.replace("{firm}", firm) for name in asked.understands for firm in _firms(request)]
    for name, _ in request.options:
        if name not in options:
            raise UnknownName(name, options, what=OPTION_OF_CONNECTOR)
    if request.since and request.until and request.until - request.since < 0:
        raise CollectError(
            both(f"{request.until} is before {request.since}.", f"{request.until} 早於 {request.since}。"),
            both("Give the earlier quarter to --since.", "請把較早的季度寫在 --since。"),
        )
    return asked


def _firms(request: Request) -> list[str]:
    return [firm.id for firm in request.subjects] or [""]


def _user_agent(asked: Connector, given: str | None) -> str:
    """Who asks. A publisher that needs to know is not asked without it."""
    if not asked.hosts:
        raise CollectError(
            both(f"{asked.id} reads files, not the internet.", f"{asked.id} 只讀檔案，不上網。"),
            both("Pass --from-disk FOLDER.", "請指定 --from-disk FOLDER。"),
        )
    said = (os.environ.get(SETTING, "") if given is None else given).strip()
    is_usable = said.isascii() and said.isprintable() and re.search(r"[^\s@]+@[^\s@]+\.[^\s@]+", said)
    if is_usable and len(said.split()) > 1:
        return said
    if "user_agent" in asked.needs or said:
        host = asked.hosts[0]
        raise CollectError(
            both(f"collect: {host} asks for a User-Agent with a name and an e-mail address.",
                 f"collect：{host} 要求 User-Agent 寫明姓名與電子郵件。"),
            both(f'Set {SETTING}="Your Name you@example.org" or pass --user-agent. There is no default.',
                 f'請設定 {SETTING}="Your Name you@example.org"，或加上 --user-agent。沒有預設值。'),
        )  # fmt: skip
    return f"perpetuum/{perpetuum.__version__}"


def _from(shelf: Shelf, remarks: list[Remark]) -> Ask:
    def ask(address: Address) -> Document:
        document, names = shelf.find(address)
        if len(names) > 1:
            listed = ", ".join(names)
            remarks.append(
                Remark(
                    code="several_files",
                    about=address.file,
                    says=both(f"{len(names)} files have a fitting name ({listed}); the last one is read.",
                              f"有 {len(names)} 個檔案符合名稱（{listed}）；讀取最後一個。"),
                )
            )  # fmt: skip
        return document

    return ask


def _only(cache: RawCache) -> Ask:
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


def _fetching(web: http.Web, cache: RawCache, limiter: Limiter) -> Ask:
    def ask(address: Address) -> Document:
        known = cache.newest(address)
        if known and ago(known[0].retrieved, web.clock()) < FRESH and _is_sound(known[0]):
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


def ago(then: datetime.datetime, now: datetime.datetime) -> datetime.timedelta:
    """How long ago something was; a time in the future counts as long ago."""
    return now - then if now >= then else datetime.timedelta.max


def _stay_away(address: Address, cache: RawCache, limiter: Limiter, now: datetime.datetime) -> None:
    """An earlier run was turned away: the rest of its ten minutes holds for this one too."""
    host = urlsplit(address.url).hostname or ""
    seconds, last = CLOSED.get(site_of(host)), cache.turned_away(address.url)
    if seconds and last and (left := seconds - ago(last, now).total_seconds()) > 0:
        limiter.close(host, left)


def _answer(asked: Connector, request: Request, ask: Ask, remarks: list[Remark]) -> Collected:
    """Both rounds of questions, then everything read."""
    first = asked.plan(request)
    documents, status = _ask_all(asked, request, first, ask, remarks)
    if status != "blocked":
        more = [address for address in asked.follow(request, documents) if address not in first]
        further, then = _ask_all(asked, request, more, ask, remarks)
        documents, status = documents + further, then if then != "done" else status
    claims: list[Claim] = []
    for document in documents:
        read = asked.read(document, request)
        claims += _apart(_within(read.claims, request))
        remarks += read.remarks
    remarks += _odd_dates(claims)
    if not documents and status != "blocked":
        status = "nothing"
    return Collected(claims=tuple(claims), documents=tuple(documents), remarks=tuple(remarks), status=status)


def _ask_all(
    asked: Connector, request: Request, addresses: Iterable[Address], ask: Ask, remarks: list[Remark]
) -> tuple[list[Document], Status]:
    documents: list[Document] = []
    status: Status = "done"
    closed: set[str] = set()
    for address in addresses:
        site = site_of(urlsplit(address.url).hostname or "")
        if site in closed:
            continue
        try:
            document = ask(address)
            check(document)
        except NoAnswer as error:
            told = asked.absent(address, request) if error.code == "not_found" else None
            remarks.append(told or error.remark(public(address.url) or address.file))
            if error.code == "blocked":
                closed.add(site)
            if error.code != "not_found" or not asked.may_lack:
                status = "blocked" if closed else "partial"
        else:
            documents.append(document)
    return documents, status


def _within(claims: Iterable[Claim], request: Request) -> list[Claim]:
    """Claims of the attributes and quarters that were asked for, and known by the day."""
    first = request.since.first if request.since else datetime.date.min
    last = request.until.last if request.until else datetime.date.max
    return [
        claim
        for claim in claims
        if (not request.attributes or claim.attribute in request.attributes)
        and (request.asof is None or claim.known_from <= request.asof)
        and (claim.period is None or first <= _counted_at(claim) <= last)
    ]


def _apart(claims: list[Claim]) -> list[Claim]:
    """Two numbers of one thing on one page are two claims: the second and later get their count as place."""
    seen: dict[tuple[object, ...], list[float]] = {}
    found = []
    for claim in claims:
        key = (claim.subject, claim.attribute, claim.period_label, claim.source.url, claim.product, claim.definition,
               claim.at, claim.known_from)  # fmt: skip
        values = seen.setdefault(key, [])
        if claim.says.value not in values:
            values.append(claim.says.value)
        count = values.index(claim.says.value) + 1
        found.append(claim if count == 1 else replace(claim, at=f"{claim.at or ''} ({count})".strip()))
    return found


def _counted_at(claim: Claim) -> datetime.date:
    """The day by which a claim belongs to a quarter: that of its label, else the middle of its period."""
    assert claim.period is not None
    if re.fullmatch(r"\d{4}Q[1-4]", claim.period_label or ""):
        return Quarter.parse(claim.period_label or "").last
    return claim.period.first + (claim.period.last - claim.period.first) / 2


def _odd_dates(claims: Iterable[Claim]) -> list[Remark]:
    """Claims whose document appeared, or that were known, after they were fetched."""
    found = []
    for claim in claims:
        retrieved, published = claim.source.retrieved, claim.source.published
        if retrieved is None:
            continue
        latest = max(claim.known_from, published.first if published else claim.known_from)
        if latest > retrieved.last:
            about = f"{claim.subject}, {claim.attribute}, {claim.period_label}"
            found.append(
                Remark(
                    code="in_the_future",
                    about=about,
                    says=both(f"it is dated {latest}, after the answer was fetched ({retrieved}).",
                              f"日期 {latest} 晚於取得回應之日（{retrieved}）。"),
                )
            )  # fmt: skip
    return found
