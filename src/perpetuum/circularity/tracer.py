"""Tagged money of one window, followed once and asked many times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from perpetuum.circularity.completion import Completed
from perpetuum.circularity.shares import OF_CLASS, ORIGINS, Origin
from perpetuum.core.errors import BooksDoNotBalance
from perpetuum.maths.bounds import Bounds, own_money_bounds
from perpetuum.maths.shapes import Float
from perpetuum.maths.tracing import OP, Payments, Rule, Tags, Trace, View, trace

_TOLERANCE = 1e-9


@dataclass(slots=True)
class Tracer:
    """Traces and bounds of one set of flows, each computed at most once."""

    completed: Completed
    view: View
    rules: tuple[Rule, ...]
    focal: tuple[str, ...]
    payments: Payments = field(init=False)
    _traces: dict[tuple[str | None, Rule, str | None, bool], Trace] = field(default_factory=dict)
    _bounds: dict[tuple[str, str | None], Bounds] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.payments = self.completed.flows.payments()

    @property
    def firms(self) -> tuple[str, ...]:
        """All firms, in the order of the arrays."""
        return self.completed.flows.firms

    @property
    def tags(self) -> Tags:
        """Positions of the tag vector without vintages."""
        return Tags(len(self.firms), len(self.completed.flows.outside))

    @property
    def opening(self) -> Float[np.ndarray, "firm tag"]:
        """USD in opening pools by tag: cash that was there before is of unknown make-up."""
        out = np.zeros((len(self.firms), self.tags.count))
        for firm, usd in self.completed.opening:
            out[self.firms.index(firm), self.tags.unknown] = usd
        return out

    def trace(self, rule: Rule, firm: str | None = None, payer: str | None = None, *, lags: bool = False) -> Trace:
        """The trace of one firm, or of all that are looked at; checked for conservation of money."""
        flows = self.completed.flows
        alone = firm is not None and (payer is not None or lags or firm not in self.focal)
        key = (firm if alone else None, rule, payer, lags)
        if key not in self._traces:
            names = self.focal if key[0] is None else (key[0],)
            found = trace(
                self.payments,
                tuple(flows.position(name) for name in names),
                rule=rule,
                view=self.view,
                opening=self.opening,
                receipts_from=None if payer is None else flows.node[payer],
                by_vintage=lags,
            )
            self._check(found)
            self._traces[key] = found
        return self._traces[key]

    def _check(self, found: Trace) -> None:
        scale = max(1.0, float(self.payments.amount.sum()))
        worst = float(np.abs(found.imbalance).max(initial=0.0))
        if worst > _TOLERANCE * scale:
            raise BooksDoNotBalance(f"tracing lost or made {worst:.6g} USD of {scale:.6g} USD moved.")

    def row(self, firm: str, rule: Rule, payer: str | None = None) -> Float[np.ndarray, "step tag"]:
        """A firm's operating receipts by step and tag, USD."""
        position = self.completed.flows.position(firm)
        found = self.trace(rule, firm, payer)
        return np.asarray(found.revenue[found.focal.index(position)])

    def origins(self, firm: str, rule: Rule, payer: str | None = None) -> Mapping[Origin, float]:
        """A firm's operating receipts by printed origin, USD; all rows add to the whole."""
        tags, flows = self.tags, self.completed.flows
        by_tag = self.row(firm, rule, payer).sum(axis=0)
        out: dict[Origin, float] = dict.fromkeys(ORIGINS, 0.0)
        for i, name in enumerate(flows.outside):
            out[OF_CLASS[name]] += float(by_tag[i])
        own = tags.financing(flows.position(firm))
        out["unknown"] += float(by_tag[tags.unknown])
        out["own_financing"] = float(by_tag[own])
        out["own_purchases"] = float(by_tag[tags.purchases])
        everyone = by_tag[tags.financing(0) : tags.financing(tags.firms)].sum()
        out["others_financing"] += float(everyone - by_tag[own])
        return out

    def bounds(self, firm: str, payer: str | None = None) -> Bounds:
        """The least and most own financing in a firm's receipts, USD, under any way of spending."""
        if (firm, payer) not in self._bounds:
            flows = self.completed.flows
            self._bounds[firm, payer] = own_money_bounds(
                self.payments,
                flows.position(firm),
                view=self.view,
                opening=self.opening.sum(axis=1),
                receipts_from=None if payer is None else flows.node[payer],
            )
        return self._bounds[firm, payer]

    def receipts(self, firm: str) -> float:
        """All operating receipts of a firm, named or not, USD."""
        mine = (self.payments.payee == self.completed.flows.position(firm)) & (self.payments.flow_class == OP)
        return float(self.payments.amount[mine].sum())
