"""One share of revenue, with everything that must travel with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.claim import Stage
from perpetuum.core.text import Text
from perpetuum.maths.tracing import Rule, View

Origin = Literal[
    "end_users",
    "other_customers",
    "unnamed_customers",
    "outside_equity",
    "debt",
    "own_financing",
    "own_purchases",
    "others_financing",
    "unknown",
]
ORIGINS: dict[Origin, Text] = {
    "end_users": Text(en="end users", zh="終端用戶"),
    "other_customers": Text(en="other customers", zh="其他客戶"),
    "unnamed_customers": Text(en="unnamed customers", zh="未具名客戶"),
    "outside_equity": Text(en="outside equity", zh="外部股權資金"),
    "debt": Text(en="debt", zh="債務資金"),
    "own_financing": Text(en="own financing, come back", zh="自己的出資回流"),
    "own_purchases": Text(en="own purchases, come back", zh="自己的採購回流"),
    "others_financing": Text(en="financing by other firms", zh="其他公司的出資"),
    "unknown": Text(en="unknown", zh="未知"),
}
# The printed row of each outside class.
OF_CLASS: dict[str, Origin] = {
    "END_USERS": "end_users",
    "NON_AI_CUSTOMERS": "other_customers",
    "OTHER_GPU_BUYERS": "other_customers",
    "GOVERNMENT": "other_customers",
    "STAFF": "other_customers",
    "POWER": "other_customers",
    "OTHER_PAYEES": "other_customers",
    "UNNAMED_CUSTOMERS": "unnamed_customers",
    "OUTSIDE_EQUITY": "outside_equity",
    "DEBT": "debt",
    "OTHER_VENDORS": "others_financing",
    "UNKNOWN": "unknown",
}
OriginShare = Literal["end_users", "outside_capital", "ring_financed", "not_traced"]
# What the rows of an origin table add up to.
ORIGIN_SHARES: dict[OriginShare, tuple[Origin, ...]] = {
    "end_users": ("end_users",),
    "outside_capital": ("outside_equity", "debt"),
    "ring_financed": ("own_financing", "others_financing"),
    "not_traced": ("unknown", "unnamed_customers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a firm's operating receipts that is its own money coming back.

    ``value``, ``low`` and ``high`` are fractions of ``of`` (USD). ``value`` depends on the pool
    rule, the bounds on none: they hold for every way of spending that conserves recorded money.
    ``not_traced`` is the fraction of unknown origin. A share has no value where there are no
    receipts or a leg is missing; ``because`` then says why. It cannot be turned into a bare
    number: stage, window, view and rule belong to it.
    """

    firm: str
    rule: Rule
    value: float | None
    low: float | None
    high: float | None
    not_traced: float | None
    of: float | None
    stage: Stage
    window: str
    view: View
    broad: bool = False
    payer: str | None = None
    because: Text | None = None

    @property
    def id(self) -> Literal["rrs_strict", "rrs_broad"]:
        """The name of this number in pages and exports."""
        return "rrs_broad" if self.broad else "rrs_strict"
