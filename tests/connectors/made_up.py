"""A publisher that does not exist, a server that plays it, and a clock that only moves when told to."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable

import httpx

from perpetuum.connectors import Address, Connector, Document, Limiter, RawCache, Read, Request
from perpetuum.connectors.connector import Need
from perpetuum.connectors.saying import labelled, said, source_of
from perpetuum.connectors.table import table
from perpetuum.core.text import Text, both

HOST = "numbers.example.org"
NOON = datetime.datetime(2026, 9, 30, 12, 0, 0, tzinfo=datetime.UTC)
GOOD = b"date,value\n2025-01-31,4.5\n2025-02-28,.\n2025-03-31,4.25\n"
WHO = "Ada Lovelace ada@example.org"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def plan(request: Request) -> tuple[Address, ...]:
    names = request.series or ("rates",)
    return tuple(
        Address(url=f"https://{HOST}/{name}.csv", file=f"{name}*.csv", form="csv", subject=name) for name in names
    )


def read(document: Document, request: Request) -> Read:
    found = table(document)
    if not found.has(("date", "value")):
        return Read(remarks=tuple(found.remarks))
    source = source_of(document, title="Numbers")
    claims = []
    for line, row in found.each(("date", "value")):
        day, value = found.day(line, row["date"]), found.number(line, row["value"])
        if day and value is not None:
            claims.append(said(line, by="made_up", of="acme", metric="interest_rate", value=value / 100, unit="ratio",
                               when=labelled(day, "day"), source=source, known_from=day))  # fmt: skip
    return Read(claims=tuple(claims), remarks=tuple(found.remarks))


def made_up(*, hosts: tuple[str, ...] = (HOST,), needs: tuple[Need, ...] = (), **more) -> Connector:
    text = both("Made up", "虛構")
    parts = {"plan": plan, "read": read, **more}
    return Connector(id="made_up", hosts=hosts, needs=needs, gives=("interest_rate",), name=text, licence=text,
                     may_ship=False, **parts)  # fmt: skip


class Server:
    """Answers in turn for each address; the last answer stays. Every request is remembered."""

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        self.answers = {name: list(each) if isinstance(each, list) else [each] for name, each in answers.items()}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        queue = self.answers[request.url.path.strip("/").removesuffix(".csv")]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if not isinstance(answer, httpx.Response) else answer

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self), follow_redirects=False)


class Time:
    """A clock that moves when somebody sleeps, and remembers how long each sleep was."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime.datetime:
        return NOON + datetime.timedelta(seconds=int(self.seconds))

    def limiter(self, **rates: float) -> Limiter:
        return Limiter(rates, clock=lambda: self.seconds, sleep=self.sleep)


def csv(content: bytes = GOOD, **more) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(200, content=content, headers={"content-type": "text/csv"}, **more)


def broken(pieces: Iterable[bytes]) -> Callable[[httpx.Request], httpx.Response]:
    """An answer whose connection breaks off after some pieces."""

    def pour():
        yield from pieces
        raise httpx.ReadError("gone")

    return lambda _: httpx.Response(200, content=pour())


def in_both_languages(text: Text) -> bool:
    return text.en != text.zh and not CHINESE.search(text.en) and bool(CHINESE.search(text.zh))


def left_overs(cache: RawCache) -> list[str]:
    """Files of the cache that are neither whole answers nor the index."""
    return [
        path.name
        for path in cache.folder.rglob("*")
        if path.is_file() and path.suffix != ".gz" and path.name != "index.jsonl"
    ]
