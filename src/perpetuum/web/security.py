"""Who may ask and how much: names of this machine, the token, the page that asks, sizes, headers of all answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import re
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from perpetuum.report.words import say
from perpetuum.web.uploads import LARGEST
from perpetuum.web.wire import PROBLEM, Refused, encoded

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_QUERY, MOST_BODY = 4_096, 65_536
FAILURES, MINUTE = 5, 60.0
COOKIE = "perpetuum"
_SESSIONS, _ADDRESSES = 1_000, 1_000
SECONDS = 30.0
UPLOAD = "/api/ledger/case"
SESSION = "/api/session"
_HOST = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d{1,5})?|([A-Za-z0-9._-]+)(?::\d{1,5})?")
_FEATURES = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "midi", "payment",
             "usb")  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
}
_log = logging.getLogger("perpetuum.web")


def is_loopback(host: str) -> bool:
    """Does an address stay on this machine?

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str | None:
    """The name in a ``Host`` header, without the port; nothing if it is none.

    Examples
    --------
    >>> host_of("localhost:8765"), host_of("[::1]:80"), host_of("a b")
    ('localhost', '::1', None)
    """
    found = _HOST.fullmatch(header)
    return (found.group(1) or found.group(2)).lower() if found else None


def new_token() -> str:
    """256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


@dataclass(slots=True)
class Door:
    """Who knows the token: sessions that were opened with it, and how often each address was wrong."""

    token: str | None
    clock: Callable[[], float] = time.monotonic
    _open: OrderedDict[bytes, None] = field(default_factory=OrderedDict)
    _wrong: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def opens(self, said: str) -> bool:
        """Is this the token? Compared in constant time."""
        return self.token is not None and hmac.compare_digest(_digest(said), _digest(self.token))

    def enter(self, said: str, address: str) -> str:
        """Trade the token for a session.

        Raises
        ------
        Refused
            If it is another word, or the address was wrong too often within a minute.
        """
        self.wait(address)
        if not self.opens(said):
            self.note(address)
            raise Refused(401, say("web.token.wrong"), say("web.token.how"))
        session = secrets.token_urlsafe(32)
        self._open[_digest(session)] = None
        while len(self._open) > _SESSIONS:
            self._open.popitem(last=False)
        return session

    def knows(self, session: str) -> bool:
        """Was this session opened here? What is looked up is a hash, so time tells nothing of it."""
        return _digest(session) in self._open

    def wait(self, address: str) -> None:
        """Refuse an address that was wrong too often."""
        wrong = self._wrong.get(address)
        now = self.clock()
        while wrong and now - wrong[0] >= MINUTE:
            wrong.popleft()
        if wrong is not None and len(wrong) >= FAILURES:
            raise Refused(429, say("web.token.often"), say("web.token.often.how"),
                          retry=max(1, int(MINUTE - (now - wrong[0])) + 1))  # fmt: skip

    def note(self, address: str) -> None:
        """One more wrong word from an address; addresses stay in memory and are never written."""
        self._wrong.setdefault(address, deque()).append(self.clock())
        self._wrong.move_to_end(address)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)


def _digest(said: str) -> bytes:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


class _TooLarge(HTTPException):
    # One of the framework's own, which it passes on while it reads a body; any other it would swallow.
    def __init__(self) -> None:
        super().__init__(413)


class _TooSlow(HTTPException):
    def __init__(self) -> None:
        super().__init__(408)


def of_status(status: int) -> Refused:
    """The problem of a code that the framework gives: a body too large or too slow, no such address, no such method."""
    match status:
        case 413:
            return Refused(413, say("web.large"), say("web.large.how"), where="body")
        case 408:
            return Refused(503, say("web.slow"), say("web.slow.how"), retry=1)
        case 405:
            return Refused(405, say("web.method"), say("web.method.how"))
        case 404:
            return Refused(404, say("web.nothing"), say("web.nothing.how"), where="path")
    return Refused(status, say("web.unread"), say("web.unread.how"), where="body")


class Guard:
    """What stands before every route; it answers with a problem or lets the request through."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], door: Door) -> None:
        self.app, self.door = app, door
        self.hosts = {*LOOPBACK, *(host.lower().strip("[]") for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, limit, pass on, and put the headers on whatever comes back."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server itself leaves the body out
        begun = False

        async def reply(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": _headers(message, scope)}
            await send(message)

        try:
            self._check(scope)
            await self.app(scope, _counted(scope, receive, self._room(scope)), reply)
        except Refused as refused:
            await answer_refused(reply, refused)
        except HTTPException as error:
            await answer_refused(reply, of_status(error.status_code))
        except Exception:
            _log.exception("a request failed")
            if not begun:
                await answer_refused(reply, Refused(500, say("web.failed"), say("help.bug")))

    def _room(self, scope: Scope) -> int:
        return LARGEST if scope["path"] == UPLOAD else MOST_BODY

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        host = host_of(hosts[0]) if len(hosts) == 1 else None
        if host is None or host not in self.hosts:
            raise Refused(400, say("web.host"), say("web.host.how"), where="Host")
        if len(scope["query_string"]) > MOST_QUERY:
            raise Refused(413, say("web.query"), say("web.query.how"), where="query")
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:20]) > self._room(scope):
            raise Refused(413, say("web.large"), say("web.large.how"), where="body")
        is_api = scope["path"] == "/api" or scope["path"].startswith("/api/")
        if is_api:
            self._check_page(scope, headers, hosts[0])
        if is_api and self.door.token is not None and scope["path"] != SESSION:
            self._check_token(scope, headers)

    def _check_page(self, scope: Scope, headers: Headers, host: str) -> None:
        """Which page asks: no other may change anything, or make this machine compute."""
        origin = headers.get("origin")
        changes = scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if (changes or origin is not None) and origin not in (f"http://{host}", f"https://{host}"):
            raise Refused(403, say("web.origin"), say("web.origin.how"), where="Origin")
        # A browser says whether the page that asks is one of ours; a link that is followed may come from anywhere.
        site, mode = headers.get("sec-fetch-site", "none"), headers.get("sec-fetch-mode")
        if site not in ("none", "same-origin") and mode != "navigate":
            raise Refused(403, say("web.origin"), say("web.origin.how"), where="Sec-Fetch-Site")
        if scope["method"] == "POST":
            wanted = "application/zip" if scope["path"] == UPLOAD else "application/json"
            if headers.get("content-type", "") != wanted:
                raise Refused(415, say("web.type", type=wanted), where="Content-Type")

    def _check_token(self, scope: Scope, headers: Headers) -> None:
        said = headers.get("authorization", "")
        if said.startswith("Bearer "):
            address = address_of(scope)
            self.door.wait(address)
            if self.door.opens(said.removeprefix("Bearer ")):
                return
            self.door.note(address)
        elif self.door.knows(_cookie(headers)):
            return
        raise Refused(401, say("web.token"), say("web.token.how"))


def address_of(scope: MutableMapping[str, Any]) -> str:
    """Where a request comes from; kept in memory to count wrong tokens, never written."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _headers(message: Message, scope: Scope) -> list[tuple[bytes, bytes]]:
    given = [(name.lower(), value) for name, value in message.get("headers", [])]
    names = {name for name, _ in given}
    given += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    if b"cache-control" not in names:
        # Whatever may change is asked for again; its tag saves sending it.
        private = b"no-store" if scope["path"] == SESSION else b"no-cache"
        given.append((b"cache-control", private))
    return given


def _counted(scope: Scope, receive: Receive, room: int) -> Receive:
    """A body that is counted as it comes, whatever its header says, and may not dawdle."""
    came, is_whole = 0, False
    ends = time.monotonic() + SECONDS

    async def take() -> Message:
        nonlocal came, is_whole
        if is_whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0.01, ends - time.monotonic()))
        except TimeoutError:
            raise _TooSlow from None
        if message["type"] == "http.request":
            came += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if came > room:
                raise _TooLarge
        return message

    return take


async def answer_refused(send: Send, refused: Refused) -> None:
    """Send a problem."""
    body = encoded(refused.as_data())
    headers = {"content-type": PROBLEM, "content-length": str(len(body)), **refused.headers}
    if refused.status in (413, 415):
        headers["connection"] = "close"
    await send({"type": "http.response.start", "status": refused.status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()]})  # fmt: skip
    await send({"type": "http.response.body", "body": body})
