"""What a behaviour is: one rule of the day, its phase, and the numbers only it may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Phase = Literal["demand", "operate", "build", "fund", "repay", "close"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One rule of the day: its id (the name of its function), its phase, and the columns it owns."""

    id: str
    phase: Phase
    owns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.id
