"""What vendors have promised and paid their own customers, and what stands in vehicles: sums over legs of deals.

A panel holds these numbers beside what firms report, whether its deals are filed or simulated.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from perpetuum.core.claim import Figure
from perpetuum.core.entity import Entity
from perpetuum.core.kinds import KINDS
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both
from perpetuum.core.when import Quarter, Span

SUM = "sum_of_legs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One leg as it stood on a day: its headline, what is firm of it, what was paid; a guarantee has a cap.

    ``cap`` is there only for a guarantee that is signed.
    """

    leg: str
    kind: str
    payer: str
    payee: str
    is_guarantee: bool
    announced: Figure | None = None
    firm: Figure | None = None
    paid: tuple[Figure, ...] = ()
    cap: Figure | None = None


def vendor_money(
    promises: Iterable[Promise], entities: Mapping[str, Entity]
) -> dict[tuple[str, str], tuple[Figure, ...]]:
    """The figures that add up to each metric of each vendor, and to the debt of each sponsor's vehicles.

    A vendor is a firm whose main role is fuel. What it gives counts where it goes to a customer, a firm whose
    main role is gear or engine, or to a vehicle; a guarantee counts whoever is behind it. Suppliers and peers
    are left out. A vehicle owes what it has signed or drawn; a loan that is only announced is no debt.
    """
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for promise in promises:
        payer, payee = entities.get(promise.payer), entities.get(promise.payee)
        if payer is None or payee is None:
            continue
        if payer.roles[:1] == ("fuel",):
            for metric, figures in _given(promise, payee):
                found[payer.id, metric] += figures
        if payee.vehicle and payee.of and _is_loan(promise):
            found[payee.of, "vehicle_debt"] += [promise.firm] if promise.firm else list(promise.paid)
    return {key: tuple(figures) for key, figures in found.items() if figures}


def _given(promise: Promise, payee: Entity) -> list[tuple[str, list[Figure]]]:
    announced = [promise.announced] if promise.announced else []
    if promise.is_guarantee:
        cap = [promise.cap] if promise.cap else []
        return [
            ("vendor_financing_announced", announced),
            ("vendor_financing_promised", cap),
            ("vendor_guarantees", cap),
        ]
    if KINDS[promise.kind].family != "funding" or not _is_customer(payee):
        return []
    firm = [promise.firm] if promise.firm else []
    return [("vendor_financing_announced", announced), ("vendor_financing_promised", firm),
            ("vendor_financing_drawn", list(promise.paid))]  # fmt: skip


def _is_customer(entity: Entity) -> bool:
    return entity.vehicle or entity.roles[:1] in (("gear",), ("engine",))


def _is_loan(promise: Promise) -> bool:
    return promise.kind in ("loan", "bond") and not promise.is_guarantee


def as_cells(found: Mapping[tuple[str, str], tuple[Figure, ...]], quarter: Quarter) -> dict[tuple[str, str], Figure]:
    """One figure for each metric, at the close of a quarter: the sum, with its parts as evidence."""
    return {(entity, metric): _sum(entity, metric, figures, quarter) for (entity, metric), figures in found.items()}


def _sum(entity: str, metric: str, figures: tuple[Figure, ...], quarter: Quarter) -> Figure:
    largest = max(figures, key=lambda figure: figure.value).chosen
    chosen = replace(
        largest, id=f"{entity}.{metric}:{quarter}", subject=entity, attribute=metric,
        says=Quantity(math.fsum(figure.value for figure in figures), "USD"), stage=None, status="reported",
        known_from=max(figure.chosen.known_from for figure in figures), period=Span(quarter.last, quarter.last),
        period_label=str(quarter), derivation=SUM, note=None, where=None,
    )  # fmt: skip
    count = len(figures)
    return Figure(
        chosen=chosen, others=tuple(figure.chosen for figure in figures),
        because=both(f"sum over {count} legs of deals", f"{count} 個交易分項之和"),
    )  # fmt: skip
