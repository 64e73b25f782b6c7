"""Tagged money of one window, followed once and asked many times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from perpetuum.circularity.completion import Completed
from perpetuum.circularity.shares import OF_CLASS, ORIGINS, Origin
from perpetuum.core.errors import BooksDoNotBalance, UnknownName
from perpetuum.core.nouns import PAYER_OF_NETWORK
from perpetuum.core.text import both
from perpetuum.maths.bounds import Bounds, own_money_bounds
from perpetuum.maths.shapes import Float
from perpetuum.maths.tracing import FIN, OP, Payments, Rule, Tags, Trace, View, trace

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
    _bounds: dict[tuple[str, str | None, bool], Bounds] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.payments = self.completed.flows.payments()

    @property
    def firms(self) -> tuple[str, ...]:
        """All firms."""
        return self.completed.flows.firms

    @property
    def holders(self) -> tuple[str, ...]:
        """All that hold money, in the order of the arrays: firms, then credit they keep apart."""
        return self.completed.flows.holders

    @property
    def tags(self) -> Tags:
        """Positions of the tag vector without vintages."""
        return Tags(len(self.holders), len(self.completed.flows.outside))

    @property
    def opening(self) -> Float[np.ndarray, "firm tag"]:
        """USD in opening pools by tag: cash that was there before is of unknown make-up."""
        out = np.zeros((len(self.holders), self.tags.count))
        for firm, usd in self.completed.opening:
            out[self.holders.index(firm), self.tags.unknown] = usd
        return out

    @property
    def slack(self) -> float:
        """USD that rounding may cost: a billionth of all that moved."""
        return _TOLERANCE * max(1.0, float(self.payments.amount.sum()))

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
                receipts_from=self._paid_by(payer),
                by_vintage=lags,
            )
            self._check(found)
            self._traces[key] = found
        return self._traces[key]

    def _paid_by(self, payer: str | None) -> tuple[int, ...] | None:
        """The nodes a payer pays from: its cash, and credit it keeps apart."""
        if payer is None:
            return None
        flows = self.completed.flows
        if payer not in (*flows.firms, *flows.outside):
            raise UnknownName(payer, (*flows.firms, *flows.outside), what=PAYER_OF_NETWORK)
        purses = {entry.purse for entry in (*flows.named, *flows.completed) if entry.purse and entry.payer == payer}
        return tuple(flows.node[name] for name in (payer, *sorted(purses)))

    def _check(self, found: Trace) -> None:
        worst = float(np.abs(found.imbalance).max(initial=0.0))
        if worst > self.slack:
            raise BooksDoNotBalance(
                both(
                    f"tracing lost or made {worst:.6g} USD, more than {self.slack:.6g} of rounding.",
                    f"追溯途中少了或多出 {worst:.6g} USD，超過捨入所容許的 {self.slack:.6g}。",
                )
            )

    def row(self, firm: str, rule: Rule, payer: str | None = None) -> Float[np.ndarray, "step tag"]:
        """A firm's operating receipts by step and tag, USD."""
        position = self.completed.flows.position(firm)
        found = self.trace(rule, firm, payer)
        return np.asarray(found.revenue[found.focal.index(position)])

    def origins(self, firm: str, rule: Rule, payer: str | None = None) -> Mapping[Origin, float]:
        """A firm's operating receipts by printed origin, USD; all rows add to the whole."""
        return self._by_origin(firm, self.row(firm, rule, payer).sum(axis=0))

    def makeup(self, firm: str, payer: str, payee: str, rule: Rule) -> Mapping[Origin, float]:
        """What one firm paid another in all steps, USD by printed origin as the focal firm sees it.

        What the focal firm itself pays is its own financing or its own purchases.
        """
        flows, tags = self.completed.flows, self.tags
        focal, mix = flows.position(firm), self._mix(firm, rule)
        by_tag = np.zeros(tags.count)
        for entry in (*flows.named, *flows.completed):
            if (entry.payer, entry.payee) != (payer, payee):
                continue
            source = flows.node[entry.nodes[0]]
            if source == focal:
                by_tag[tags.financing(focal) if entry.flow_class == FIN else tags.purchases] += entry.amount
            elif source >= tags.firms:
                by_tag[source - tags.firms] += entry.amount
            else:
                by_tag += entry.amount * mix[entry.step, source]
        return self._by_origin(firm, by_tag)

    def _mix(self, firm: str, rule: Rule) -> Float[np.ndarray, "step firm tag"]:
        found = trace(
            self.payments, (self.completed.flows.position(firm),), rule=rule, view=self.view, opening=self.opening,
            keep_mix=True,
        )  # fmt: skip
        return np.zeros(0) if found.mix is None else np.asarray(found.mix[0])

    def _by_origin(self, firm: str, by_tag: Float[np.ndarray, " tag"]) -> Mapping[Origin, float]:
        tags, flows = self.tags, self.completed.flows
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

    def bounds(self, firm: str, payer: str | None = None, *, broad: bool = False) -> Bounds:
        """The least and most own money in a firm's receipts, USD, under any way of spending."""
        key = (firm, payer, broad)
        if key not in self._bounds:
            self._bounds[key] = own_money_bounds(
                self.payments,
                self.completed.flows.position(firm),
                view=self.view,
                broad=broad,
                opening=self.opening.sum(axis=1),
                receipts_from=self._paid_by(payer),
            )
        return self._bounds[key]

    def unfunded(self, rule: Rule) -> set[tuple[int, tuple[str, ...]]]:
        """Loops (step, firms) that no recorded money ever entered.

        A loop through a focal firm is cut open there, so one more firm, which stands aside, looks too.
        """
        found = [(t, ring) for _, t, ring in self.trace(rule).unfunded]
        n, opening = len(self.holders), self.opening
        payer, payee = (end + (end >= n) for end in (self.payments.payer, self.payments.payee))
        aside = replace(self.payments, payer=payer, payee=payee, firms=n + 1)
        seen = trace(aside, (n,), rule=rule, view=self.view, opening=np.pad(opening, ((0, 1), (0, 1))))
        found += [(t, ring) for _, t, ring in seen.unfunded]
        return {(t, tuple(self.holders[i] for i in ring)) for t, ring in found}

    def receipts(self, firm: str) -> float:
        """All operating receipts of a firm, named or not, USD."""
        mine = (self.payments.payee == self.completed.flows.position(firm)) & (self.payments.flow_class == OP)
        return float(self.payments.amount[mine].sum())
