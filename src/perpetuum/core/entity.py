"""A firm, a vehicle, or a group of payers that stands outside."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal, get_args

from perpetuum.core.claim import Claim
from perpetuum.core.record import Record
from perpetuum.core.text import Text

Role = Literal["fuel", "gear", "engine", "capital", "user", "outside"]
ROLES: tuple[Role, ...] = get_args(Role)
Outside = Literal[
    "END_USERS",
    "NON_AI_CUSTOMERS",
    "OUTSIDE_EQUITY",
    "DEBT",
    "GOVERNMENT",
    "OTHER_GPU_BUYERS",
    "OTHER_VENDORS",
    "STAFF",
    "POWER",
    "OTHER_PAYEES",
    "UNNAMED_CUSTOMERS",
    "UNKNOWN",
]
OUTSIDE_CLASSES: tuple[Outside, ...] = get_args(Outside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a firm became part of, and since when."""

    entity: str
    on: datetime.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Record):
    """A firm or a pool of payers; the first role is the main one.

    ``vehicle`` marks a special-purpose company, ``of`` its sponsor. An ``aggregate`` is a pool
    of many and has no balance of its own; ``outside`` says which class of outside money it is.
    ``group`` is the firm that consolidates this one. ``opening`` is the first balance sheet.
    """

    id: str
    name: Text
    roles: tuple[Role, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    opening: tuple[Claim, ...] = field(default=())
    group: str | None = None
    vehicle: bool = False
    of: str | None = None
    aggregate: bool = False
    outside: Outside | None = None
    merged_into: Merged | None = None
    note: str | None = None
    url: str | None = None
