"""A number that a study needs and no filing prints: its value, its range, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.errors import NetworkError
from perpetuum.core.record import Record
from perpetuum.core.text import Text, both

Ground = Literal["assumed", "sourced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Record):
    """One number of a case, in ``unit``, between ``low`` and ``high``.

    ``basis`` says whether it is assumed or stands in a source; ``because`` says why it is what it is,
    ``url`` is the page it was read from.
    Whoever quotes a result tries both ends first.

    Examples
    --------
    >>> why = Text(en="nobody knows", zh="無人知曉")
    >>> Parameter(id="relet_share", value=0.5, unit="ratio", low=0.0, high=1.0, because=why).value
    0.5
    """

    id: str
    value: float
    unit: str
    low: float
    high: float
    because: Text
    basis: Ground = "assumed"
    url: str | None = None

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise NetworkError(
                both(
                    f"{self.id}: {self.value:g} is not between {self.low:g} and {self.high:g}.",
                    f"{self.id}：{self.value:g} 不在 {self.low:g} 與 {self.high:g} 之間。",
                ),
                both("Correct the value, or widen its range.", "請更正數值，或放寬範圍。"),
            )
