"""Who pays, owes and owns whom, on one date, at one stage."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from perpetuum.core.cast import Cast
from perpetuum.core.claim import Figure, Stage
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.nouns import ENTITY, LEG
from perpetuum.core.parameter import Parameter
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from perpetuum.core.panel import Panel

Why = Literal["no figure", "no schedule", "span", "not reached", "not started", "rumour", "stands apart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a result was made from, so that it can be made again."""

    case: str
    case_hash: str
    at: datetime.date
    asof: datetime.date
    stage: Stage
    policy: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A leg that has no usable figure here, and why.

    ``amount`` (USD) and ``span`` are given where a sum is known but not the quarter it belongs to.
    """

    leg: str
    why: Why
    because: Text
    amount: float | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Firms, legs and the money on them, as known on one date, at one stage.

    Parameters
    ----------
    entities
        Firms and outside pools that a leg names.
    legs
        The legs whose flows are known, in the order of the flow columns.
    quarters
        The rows of ``flows``.
    flows
        USD, shape (quarter, leg), never negative, never NaN; 0 where nothing moved.
        At stage announced there is one row and no time order.
    unknown
        Legs left out, each with its reason; what is known only for a longer span is here.
    every
        All live legs (known or not) on the date, with claims and holdings.
    figures
        For each leg with figures at this stage: choice, rivals and reason; several where a leg
        was paid in several periods.
    remarks
        For legs known to have moved nothing: why the zero is known.
    promised
        For each live leg and each stage, what is on record: one figure, or one for each payment
        up to the date; absent where no source states an amount.
    balance
        USD by (entity, account), where known.
    reported
        The panel of what firms report, as known then.
    parameters
        Numbers the case states or assumes for studies, by id.
    cast
        Who plays which part when the case is simulated; nothing where it does not say.
    opens
        The day at whose close a simulation of it opens, where that is not the close of the last whole year.

    Examples
    --------
    >>> Network(legs=(), entities=()).is_empty
    True
    """

    entities: tuple[Entity, ...]
    legs: tuple[Leg, ...]
    quarters: tuple[Quarter, ...] = ()
    flows: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)), compare=False)
    stage: Stage = "paid"
    at: datetime.date = datetime.date.max
    asof: datetime.date = datetime.date.max
    policy: str = "best_source"
    unknown: tuple[Unknown, ...] = ()
    every: tuple[Leg, ...] = ()
    figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    remarks: Mapping[str, Text] = field(default_factory=dict)
    promised: Mapping[tuple[str, Stage], tuple[Figure, ...]] = field(default_factory=dict)
    balance: Mapping[tuple[str, str], Figure] = field(default_factory=dict)
    reported: Panel | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    cast: Cast | None = None
    opens: datetime.date | None = None
    origin: Origin | None = None

    def __post_init__(self) -> None:
        shape = (len(self.quarters), len(self.legs))
        if self.flows.shape != shape and (self.flows.size or not self.is_empty):
            raise NetworkError(
                both(
                    f"flows have shape {self.flows.shape}, but there are {shape[0]} quarters and {shape[1]} legs.",
                    f"flows 的形狀是 {self.flows.shape}，但有 {shape[0]} 個季度與 {shape[1]} 個分項。",
                ),
                both("Give one row per quarter and one column per leg.", "請讓每一季占一列、每個分項占一欄。"),
            )
        self._refuse_impossible_money()

    def _refuse_impossible_money(self) -> None:
        bad = np.argwhere(~np.isfinite(self.flows) | (self.flows < 0))
        if bad.size:
            row, column = bad[0]
            raise NetworkError(
                both(
                    f"{self.legs[column].id} in {self.quarters[row]}: a flow of {self.flows[row, column]} USD.",
                    f"{self.legs[column].id} 在 {self.quarters[row]}：金流為 {self.flows[row, column]} USD。",
                ),
                both(
                    "Flows are finite and never negative; leave out what is unknown.",
                    "金流必須是有限的數，且絕不為負；未知的請不要列入。",
                ),
            )

    @property
    def is_empty(self) -> bool:
        """Is no flow known at all?"""
        return not self.legs or not self.quarters

    def entity(self, id: str) -> Entity:
        """One entity by its id; an unknown id raises ``UnknownName``."""
        for entity in self.entities:
            if entity.id == id:
                return entity
        raise UnknownName(id, [entity.id for entity in self.entities], what=ENTITY)

    def leg(self, id: str) -> Leg:
        """One leg by its id, live on the date, known or not."""
        for leg in self.every or self.legs:
            if leg.id == id:
                return leg
        raise UnknownName(id, [leg.id for leg in self.every or self.legs], what=LEG)
