"""Small random ledgers: a few firms, a few payers outside, a few steps. The focal firm is firm 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from perpetuum.maths.bounds import Bounds, own_money_bounds
from perpetuum.maths.tracing import BACK, FIN, OP, Payments, Rule, Trace, View, trace

FOCAL = 0
RULES: tuple[Rule, ...] = ("burn", "pooled")
VIEWS: tuple[View, ...] = ("last_financier", "ultimate")
# Rounding, as a part of all the money there is.
TINY = 1e-9


@dataclass(frozen=True)
class Flow:
    """One payment; firms come before outside payers in the count of nodes."""

    step: int
    payer: int
    payee: int
    amount: float
    kind: int


@dataclass(frozen=True)
class Book:
    """Payments, and cash of unknown make-up that firms had before."""

    firms: int
    outside: int
    steps: int
    flows: tuple[Flow, ...]
    opening: tuple[float, ...]

    @property
    def payments(self) -> Payments:
        rows = [(f.step, f.payer, f.payee, f.kind) for f in self.flows]
        step, payer, payee, kind = np.array(rows, dtype=np.int64).reshape(-1, 4).T
        amount = np.array([f.amount for f in self.flows], dtype=float)
        return Payments(step, payer, payee, amount, kind, self.steps, self.firms, self.outside)

    @property
    def scale(self) -> float:
        return 1.0 + sum(self.opening) + sum(f.amount for f in self.flows)

    @property
    def receipts(self) -> float:
        return sum(f.amount for f in self.flows if f.payee == FOCAL and f.kind == OP)

    def traced(self, rule: Rule, view: View, focal: Sequence[int] = (FOCAL,), **options: bool) -> Trace:
        pools = np.zeros((self.firms, self.outside + 2 + self.firms))
        pools[:, self.outside] = self.opening
        return trace(self.payments, tuple(focal), rule=rule, view=view, opening=pools, **options)

    def origins(self, rule: Rule, view: View) -> np.ndarray:
        """The focal firm's receipts by tag."""
        return self.traced(rule, view).revenue[0].sum(axis=0)

    def own(self, rule: Rule, view: View) -> float:
        found = self.traced(rule, view)
        return float(found.revenue[0, :, found.tags.financing(FOCAL)].sum())

    def bounds(self, view: View, *, broad: bool = False) -> Bounds:
        return own_money_bounds(self.payments, FOCAL, view=view, broad=broad, opening=np.array(self.opening))

    def with_flows(self, *flows: Flow) -> Book:
        return replace(self, flows=(*self.flows, *flows))

    def without(self, flow: int) -> Book:
        return replace(self, flows=self.flows[:flow] + self.flows[flow + 1 :])

    def with_vehicle(self, flow: int) -> Book:
        """One payment goes through a new firm, which passes all of it on and is nobody's financier."""
        one = self.flows[flow]
        new = self.firms

        def moved(node: int) -> int:
            return node + 1 if node >= self.firms else node

        flows = [replace(f, payer=moved(f.payer), payee=moved(f.payee)) for f in self.flows]
        first = replace(flows[flow], payee=new)
        second = replace(flows[flow], payer=new, kind=BACK if one.kind == FIN else one.kind)
        flows[flow : flow + 1] = [first, second]
        return replace(self, firms=self.firms + 1, flows=tuple(flows), opening=(*self.opening, 0.0))


amounts = st.integers(0, 60).map(float)


@st.composite
def books(draw: st.DrawFn, *, steps: int = 5, flows: int = 24, looped: bool = True) -> Book:
    """A ledger; if ``looped``, mostly one in which some of the focal firm's financing comes back."""
    firms, outside = draw(st.integers(3, 6)), draw(st.integers(2, 3))
    length = draw(st.integers(1, steps))
    nodes = st.integers(0, firms + outside - 1)
    inside = st.integers(0, firms - 1)
    kinds = st.sampled_from([OP, OP, OP, FIN, FIN, BACK])
    when = st.integers(0, length - 1)
    anyone = st.builds(Flow, step=when, payer=nodes, payee=inside, amount=amounts, kind=kinds)
    firms_pay = st.builds(Flow, step=when, payer=inside, payee=nodes, amount=amounts, kind=kinds)
    funded = st.builds(Flow, step=when, payer=st.just(FOCAL), payee=inside, amount=amounts, kind=st.just(FIN))
    sold = st.builds(Flow, step=when, payer=inside, payee=st.just(FOCAL), amount=amounts, kind=st.just(OP))
    entered = draw(st.lists(st.one_of(anyone, firms_pay, funded, sold), max_size=flows))
    if looped and draw(st.sampled_from([True, True, True, False])):
        entered += draw(round_trips(firms, length))
    opening = draw(st.lists(st.sampled_from([0.0, 0.0, 15.0]), min_size=firms, max_size=firms))
    return Book(firms, outside, length, tuple(entered), tuple(opening))


@st.composite
def round_trips(draw: st.DrawFn, firms: int, steps: int) -> list[Flow]:
    """Financing that is spent along up to two other firms and ends as the focal firm's revenue, in time."""
    others = draw(st.lists(st.integers(1, firms - 1), min_size=1, max_size=2))
    when = sorted(draw(st.lists(st.integers(0, steps - 1), min_size=len(others) + 1, max_size=len(others) + 1)))
    usd = [draw(st.integers(1, 60).map(float)) for _ in when]
    stops = [FOCAL, *others, FOCAL]
    kinds = [FIN, *[OP] * len(others)]
    return [Flow(*each) for each in zip(when, stops, stops[1:], usd, kinds, strict=False)]


def spent_out(book: Book) -> Book:
    """The same ledger where every firm pays what it would keep to the last outside node, in the same step."""
    pool = np.array(book.opening)
    sink = book.firms + book.outside - 1
    extra = []
    for step in range(book.steps):
        for flow in (f for f in book.flows if f.step == step):
            if flow.payee < book.firms:
                pool[flow.payee] += flow.amount
            if flow.payer < book.firms:
                pool[flow.payer] -= flow.amount
        extra += [Flow(step, firm, sink, float(left), OP) for firm, left in enumerate(pool) if left > 0]
        pool[:] = 0.0
    return book.with_flows(*extra)
