"""Whose money it is, in a simulated future: the one tracing engine, given the quarter's flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.network import Network
from perpetuum.core.nouns import ENTITY_OF_MACHINE, POOL_RULE
from perpetuum.core.when import Quarter
from perpetuum.machine.as_network import late_kind, outside_of
from perpetuum.machine.columns import CASH
from perpetuum.machine.history import History
from perpetuum.machine.prepare import Prepared
from perpetuum.maths.tracing import BACK, FIN, OP, Payments, Rule, Tags, trace

Floats = NDArray[np.float64]
CLASSES = {"op": OP, "fin": FIN, "back": BACK}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Origins:
    """Where the operating receipts of firms first came from, in one future.

    ``revenue`` is USD, (firm, quarter, tag); each row adds up to the receipts. Tags are the outside classes, then
    ``UNKNOWN`` (cash that was there before, mostly), then the financing of each firm, and last the firm's own
    purchases come back.
    """

    firms: tuple[str, ...]
    quarters: tuple[Quarter, ...]
    tags: tuple[str, ...]
    revenue: Floats
    rule: Rule
    payer: str | None

    def receipts(self, firm: str) -> Floats:
        """Operating receipts of a firm, USD by quarter."""
        return np.asarray(self.revenue[self._row(firm)].sum(axis=-1))

    def shares(self, firm: str, first: Quarter | None = None, last: Quarter | None = None) -> Mapping[str, float]:
        """Fractions of a firm's receipts over some quarters, by tag; empty where it had none. They add up to one."""
        inside = [first is None or first <= quarter for quarter in self.quarters]
        inside = [ok and (last is None or quarter <= last) for ok, quarter in zip(inside, self.quarters, strict=True)]
        by_tag = self.revenue[self._row(firm)][inside].sum(axis=0)
        total = float(by_tag.sum())
        return dict(zip(self.tags, (by_tag / total).tolist(), strict=True)) if total > 0.0 else {}

    def recycled(self, firm: str, first: Quarter | None = None, last: Quarter | None = None) -> float:
        """The fraction of a firm's receipts that is its own financing come back; NaN where it had no receipts."""
        return self.shares(firm, first, last).get(f"financing of {firm}", float("nan"))

    def recycled_by_quarter(self, firm: str) -> Floats:
        """The same for each quarter by itself; NaN where it had no receipts."""
        own = self.revenue[self._row(firm)][:, self.tags.index(f"financing of {firm}")]
        total = self.receipts(firm)
        return np.asarray(np.divide(own, total, out=np.full(own.shape, np.nan), where=total > 0.0))

    def _row(self, firm: str) -> int:
        if firm not in self.firms:
            raise UnknownName(firm, self.firms, what=ENTITY_OF_MACHINE)
        return self.firms.index(firm)


def origins_of(
    world: Prepared,
    history: History,
    network: Network,
    quarters: tuple[Quarter, ...],
    rule: Rule,
    payer: str | None,
) -> Origins:
    """Trace one future from its opening to its end, or to where it broke off.

    Raises
    ------
    UnknownName
        For a rule or a payer that is none.
    """
    if rule not in ("burn", "pooled"):
        raise UnknownName(rule, ("burn", "pooled"), what=POOL_RULE)
    if payer is not None and payer not in world.entities:
        raise UnknownName(payer, world.entities, what=ENTITY_OF_MACHINE)
    firms = tuple(world.entities[: world.places.entities - len(world.layout.sectors)])
    outside = tuple(sorted({outside_of(world, network, sector) for sector in world.cast.sectors}))
    node = {firm: n for n, firm in enumerate(firms)} | {
        sector: len(firms) + outside.index(outside_of(world, network, sector)) for sector in world.cast.sectors
    }
    lived = int(np.isfinite(history.flow).all(axis=1).sum())
    payments = _payments(world, history, node, lived, len(firms), len(outside))
    tags = Tags(len(firms), len(outside))
    opening = np.zeros((len(firms), tags.count))
    opening[:, tags.unknown] = np.maximum(np.nan_to_num(history.opening[0, : len(firms), CASH]), 0.0)
    found = trace(
        payments, tuple(range(len(firms))), rule=rule, opening=opening,
        receipts_from=None if payer is None else (node[payer],),
    )  # fmt: skip
    names = (*outside, "UNKNOWN", *(f"financing of {firm}" for firm in firms), "own purchases")
    return Origins(
        firms=firms, quarters=quarters[:lived], tags=names, revenue=found.revenue, rule=rule, payer=payer,
    )  # fmt: skip


def _payments(
    world: Prepared, history: History, node: Mapping[str, int], lived: int, firms: int, outside: int
) -> Payments:
    """All payments between firms and outside classes; what outside classes pay one another is not followed."""
    rows: list[tuple[NDArray[np.int64], int, int, Floats, int]] = []
    for n, leg in enumerate(world.legs):
        for kind, flow in ((leg.kind, history.flow), (late_kind(leg), history.arrears)):
            word = KINDS[kind].flow_class if KINDS[kind].cash else None
            if word is not None:
                moved = np.flatnonzero(flow[:lived, n] > 0.0)
                rows.append((moved, node[leg.payer], node[leg.payee], flow[moved, n], CLASSES[word]))
    return Payments(
        step=np.concatenate([row[0] for row in rows]),
        payer=np.concatenate([np.full(row[0].size, row[1]) for row in rows]),
        payee=np.concatenate([np.full(row[0].size, row[2]) for row in rows]),
        amount=np.concatenate([row[3] for row in rows]),
        flow_class=np.concatenate([np.full(row[0].size, row[4]) for row in rows]),
        steps=lived, firms=firms, outside=outside,
    )  # fmt: skip
