"""A dial: what it is called, what it measures, and how it reads a panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Point
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter

Part = Literal["engine", "gear", "fuel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One dial.

    ``read`` gives plain numbers with their figures, oldest first, nothing later than a quarter;
    ``formula`` says in words how they arise. ``article`` is what the article under audit watches
    in its place, ``part`` the part of the machine it belongs to.
    """

    id: str
    part: Part
    name: Text
    unit: str
    formula: Text
    article: Text
    read: Callable[[Panel, Quarter], tuple[Point, ...]]
