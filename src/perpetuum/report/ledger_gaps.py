"""The list behind each gap: which legs or firms are counted there, and the money behind them."""

from __future__ import annotations

import datetime
from typing import Any

from perpetuum.core.errors import UnknownName
from perpetuum.core.nouns import NAME
from perpetuum.ledger import Ledger
from perpetuum.ledger.totals import counted
from perpetuum.ledger.versions import usable
from perpetuum.report import names, numbers
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.wire import plain
from perpetuum.report.words import joined, say

Row = dict[str, Any]
GAPS = ("unpaid", "without_amount", "without_schedule", "tier_3_only", "one_source", "disputed",
        "firms_without_balance", "months_without_events")  # fmt: skip


def listed(ledger: Ledger, asked: Asked, gap: str, kind: str | None) -> Told:
    """The members of one gap as known on a date; of ``unpaid`` those of one kind, if one is named.

    Raises
    ------
    UnknownName
        If there is no such gap.
    """
    if gap not in GAPS:
        raise UnknownName(gap, GAPS, what=NAME)
    at, asof = ledger.clock(asked.at, asked.asof)
    match gap:
        case "firms_without_balance":
            rows = [{"firm": id, "name": plain(names.firm(ledger, id))}
                    for id in ledger.gaps(at, asof).firms_without_balance]  # fmt: skip
        case "months_without_events":
            rows = [{"name": plain(numbers.window(month))} for month in ledger.gaps(at, asof).months_without_events]
        case _:
            rows = _legs(ledger, at, asof, gap, kind)
    result = {"gap": gap, "kind": kind, "rows": rows, "total": len(rows)}
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


def _legs(ledger: Ledger, at: datetime.date, asof: datetime.date, gap: str, kind: str | None) -> list[Row]:
    """Legs by the same rules by which ``Ledger.gaps`` counts them."""
    legs = counted(ledger, at, asof, ledger.case.policy)
    standing = ledger.standings(at, asof)
    match gap:
        case "unpaid":
            ids = [each.leg.id for each in legs if each.paid_value is None and kind in (None, each.group)]
        case "without_amount":
            ids = [id for id, each in standing.items() if not usable(each.leg.amounts, "announced", asof)]
        case "without_schedule":
            ids = [each.leg.id for each in legs if each.leg.schedule.span is None]
        case "tier_3_only":
            ids = [each.leg.id for each in legs if all(claim.source.tier == 3 for claim in each.leg.amounts)]
        case "one_source":
            ids = [each.leg.id for each in legs if len({claim.source.url for claim in each.leg.amounts}) == 1]
        case _:
            ids = list(ledger.gaps(at, asof).disputed)
    rows = [_leg(ledger, id, asof) for id in ids]
    return sorted(rows, key=lambda row: -(row["value"] or 0.0))


def _leg(ledger: Ledger, id: str, asof: datetime.date) -> Row:
    leg, deal = ledger.legs_by_id[id], ledger.deal_of[id]
    figure = ledger.figure(id, "announced", asof)
    path = names.path(ledger, (leg.payer, leg.payee))
    return {
        "leg": id, "deal": deal.id, "name": plain(deal.name), "about": plain(joined([path, names.kind(leg.kind)])),
        "text": plain(numbers.quantity(figure.quantity) if figure else say("unknown")),
        "value": figure.value if figure and figure.quantity.unit == "USD" else None,
    }  # fmt: skip
