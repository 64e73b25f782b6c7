"""A firm that failed: who, when, of which sector, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass

from perpetuum.core.record import Record
from perpetuum.core.source import Source
from perpetuum.core.when import When


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse(Record):
    """The day on which a firm asked for protection from its creditors, or was wound up.

    ``sector`` is the id of a sector of the case. A ``source`` of kind ``memory`` is no page at all.
    """

    entity: str
    on: When
    sector: str
    source: Source
    note: str | None = None

    @property
    def is_remembered(self) -> bool:
        """Does the date stand in no document that was found?"""
        return self.source.kind == "memory"
