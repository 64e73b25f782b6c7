"""A value that remembers the line it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file: its name as people know it, and the line."""

    file: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Base of all values read from files; `where` is ignored when comparing.

    Examples
    --------
    >>> Record(where=Where("a.yaml", 3)) == Record()
    True
    """

    where: Where | None = field(default=None, compare=False, repr=False)
