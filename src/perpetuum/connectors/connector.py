"""A publisher we can learn from: where it answers, and how its answers become claims.

A connector is two pure halves. ``plan`` gives addresses, ``read`` turns the bytes of one answer
into claims; only the thin layer between them fetches, from the internet or from a folder.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.claim import Claim
from perpetuum.core.entity import Entity
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter

Need = Literal["user_agent", "key"]
Form = Literal["json", "csv", "xml", "xls", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants to know: of whom, which attributes, of which quarters, as known on which day.

    ``subjects`` are entities with their identifiers, so that no ledger is needed; no ``attributes``
    asks for all that the connector gives. ``asof`` leaves out what was published later. ``series``
    are a publisher's own names of what is asked (`DGS10`, `nvda.us`), ``options`` what only this
    connector understands, as (name, value). ``known`` are entities that nobody asked about: where a
    number turns out to be nobody's, the nearest of theirs is told.
    """

    connector: str
    subjects: tuple[Entity, ...] = ()
    attributes: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    since: Quarter | None = None
    until: Quarter | None = None
    asof: datetime.date | None = None
    options: tuple[tuple[str, str], ...] = ()
    known: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one answer is found: on the internet, and under which name in a folder.

    ``file`` is the name the answer has on disk; ``*`` stands for anything. ``subject`` is the
    entity it speaks of, if it speaks of one. ``url`` never holds a key.
    """

    url: str
    file: str
    form: Form
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One answer, byte for byte, with where and when it was fetched (UTC)."""

    address: Address
    content: bytes
    retrieved: datetime.datetime
    status: int = 200
    content_type: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of the content, as 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something a reader should know about an answer: a word for programs, a sentence for people.

    ``about`` names what it is about (`nvidia, capex, 2020Q3`).
    """

    code: str
    about: str
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one answer gives: claims, and remarks about what could not be read or looks odd."""

    claims: tuple[Claim, ...] = ()
    remarks: tuple[Remark, ...] = ()


def nothing_further(request: Request, documents: Sequence[Document]) -> tuple[Address, ...]:
    """No second round of questions."""
    return ()


def no_advice(request: Request) -> tuple[Remark, ...]:
    """Nothing to say before the first question."""
    return ()


def no_such_page(address: Address, request: Request) -> Remark | None:
    """Nothing to add to the bare fact that the publisher has no such page."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """One publisher: its hosts, what it needs and gives, and the two pure halves.

    ``plan`` must not look at the clock or the internet; ``read`` gives the same claims for the same
    bytes. ``follow`` may ask for more once the first answers are there (older filings in further
    files); it is called once. ``advise`` says what a person should know before asking, ``absent``
    what it means that a page does not exist; where ``may_lack`` is set, that is an answer like any other.
    ``understands`` are the names of its options, where `{firm}` stands for a firm asked about.
    ``may_ship`` says whether what it gives may be passed on.
    """

    id: str
    hosts: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    gives: tuple[str, ...]
    name: Text
    licence: Text
    may_ship: bool
    plan: Callable[[Request], tuple[Address, ...]]
    read: Callable[[Document, Request], Read]
    follow: Callable[[Request, Sequence[Document]], tuple[Address, ...]] = nothing_further
    advise: Callable[[Request], tuple[Remark, ...]] = no_advice
    absent: Callable[[Address, Request], Remark | None] = no_such_page
    may_lack: bool = False
    understands: tuple[str, ...] = ()
