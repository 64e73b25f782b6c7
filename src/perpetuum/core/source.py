"""A document somebody published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from perpetuum.core.record import Record
from perpetuum.core.when import When

SourceKind = Literal["filing", "company", "news", "analyst", "essay", "memory"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """A document: who published it, where it can be opened, when it appeared.

    ``tier`` rates the page, not the fact: 1 filing, company page or wire release; 2 known news
    house; 3 aggregator, blog or machine-written brief. ``through`` is the public page through
    which a document was read when it was not opened itself. Of kind ``memory`` is what somebody
    remembered and found in no document: it is shown as such wherever it is shown.
    """

    id: str
    title: str
    kind: SourceKind
    tier: int
    url: str | None = None
    publisher: str | None = None
    published: When | None = None
    retrieved: When | None = None
    through: str | None = None
    hash: str | None = None
