"""A page of the report: its question, its place, and how it is told from a study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from perpetuum.core.text import Text
from perpetuum.report.blocks import Block
from perpetuum.report.snapshots import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMaker:
    """One page; ``place`` orders the pages, ``title`` is what the menu says."""

    id: str
    place: int
    title: Text
    tell: Callable[[Study], tuple[Block, ...]]
