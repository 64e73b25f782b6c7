"""What travels: an answer as bytes with its tag, and an error as a problem that says where, what and how to mend it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from perpetuum.core.errors import (
    BooksDoNotBalance,
    LedgerError,
    MissingExtra,
    PerpetuumError,
    Problem,
    ScenarioError,
    UnknownName,
)
from perpetuum.core.text import Text
from perpetuum.report.wire import plain
from perpetuum.report.words import say

JSON, PROBLEM = "application/json", "application/problem+json"
_NEAREST = re.compile(r"did you mean `([^`]+)`\?")
_WORTH_PACKING = 20_000  # bytes; on the loopback address packing less costs more than it saves


def encoded(value: Any) -> bytes:
    """An object as JSON; what is not finite is refused, as ``plain`` has made it null."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


@dataclass(slots=True, eq=False)
class Body:
    """An answer ready to be sent, kept as it is until the cache needs its room; what ``is_passing`` is not kept."""

    raw: bytes
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    is_passing: bool = False
    _packed: bytes | None = None

    def __post_init__(self) -> None:
        self.etag = f'"{hashlib.sha256(self.raw).hexdigest()[:32]}"'

    @property
    def size(self) -> int:
        """Bytes it takes in memory."""
        return len(self.raw) + len(self._packed or b"")

    def packed(self) -> bytes | None:
        """The same through gzip; nothing where that is not worth it."""
        if len(self.raw) < _WORTH_PACKING:
            return None
        if self._packed is None:
            self._packed = gzip.compress(self.raw, compresslevel=4, mtime=0)
        return self._packed


class Refused(PerpetuumError):
    """A request that is answered with a problem."""

    def __init__(
        self,
        status: int,
        title: Text,
        repair: Text | None = None,
        *,
        where: str | None = None,
        nearest: str | None = None,
        problems: Sequence[Problem] = (),
        retry: int | None = None,
    ) -> None:
        super().__init__(title, repair)
        self.status, self.title = status, title
        self.where, self.nearest, self.problems, self.retry = where, nearest, tuple(problems), retry

    @property
    def headers(self) -> dict[str, str]:
        """When to ask again, where that helps."""
        return {} if self.retry is None else {"Retry-After": str(self.retry)}

    def as_data(self) -> dict[str, Any]:
        """The problem as an object; its title and repair are in both languages."""
        said = {"type": "about:blank", "status": self.status, "title": plain(self.title), "where": self.where,
                "repair": plain(self.repair), "nearest": self.nearest,
                "problems": [plain(each) for each in self.problems] or None}  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}


def refusal(error: PerpetuumError, where: str | None = None) -> Refused:
    """The problem of an error of ours: which code, and the nearest name of an unknown one.

    Examples
    --------
    >>> from perpetuum.core.errors import UnknownName
    >>> told = refusal(UnknownName("openia", ["openai", "oracle"]), "query")
    >>> told.status, told.nearest
    (404, 'openai')
    """
    match error:
        case Refused():
            return error
        case LedgerError() | ScenarioError():
            return Refused(422, say("web.problems"), say("web.problems.how"), where=where, problems=error.problems,
                           nearest=_nearest(error))  # fmt: skip
        case UnknownName():
            return Refused(404, error.what, error.repair, where=where, nearest=_nearest(error))
        case BooksDoNotBalance():
            return Refused(500, error.what, say("help.bug"), where=where)
        case MissingExtra():
            return Refused(503, error.what, error.repair, where=where)
    return Refused(400, error.what, error.repair, where=where, nearest=_nearest(error))


def _nearest(error: PerpetuumError) -> str | None:
    # The nearest name stands in the sentence itself, as it does in the terminal.
    found = _NEAREST.search(error.in_language("en"))
    return found.group(1) if found else None
