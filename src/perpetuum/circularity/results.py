"""What `measure` answers: origin of receipts, shares with bounds, loops, flags, and what was left out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from perpetuum.circularity.alerts import Alert
from perpetuum.circularity.completion import Contradiction
from perpetuum.circularity.flows import Counts, Pair
from perpetuum.circularity.loops import Loop
from perpetuum.circularity.shares import ORIGIN_SHARES, Origin, OriginShare, Share
from perpetuum.circularity.steps import StepWord
from perpetuum.circularity.structure import Structure
from perpetuum.circularity.tracer import Tracer
from perpetuum.core.claim import Stage
from perpetuum.core.errors import BooksDoNotBalance, NetworkError
from perpetuum.core.network import Origin as MadeFrom
from perpetuum.core.network import Unknown
from perpetuum.core.text import Text, both
from perpetuum.maths.bounds import Bounds
from perpetuum.maths.tracing import OP, Rule, View

if TYPE_CHECKING:
    import xarray as xr

_NO_RECEIPTS = Text(en="no operating receipts are known here", zh="此處沒有已知的營業收入")
_NO_FINANCING = Text(en="it paid no financing", zh="沒有出資")
_NOT_SETTLED = Text(en="the bounds could not be computed", zh="無法算出上下界")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """What a reader must know before trusting a number.

    ``unfunded`` are loops of firms that no recorded money ever entered (step, firms);
    ``shortfalls`` USD spent that no record explains, by firm; ``opening`` USD of cash before the
    first step, whose make-up nobody knows; ``reported`` (firm, step) whose receipts are whole by
    the firm's own statement, elsewhere they are what contracts name; ``not_consolidated`` legs
    a firm pays to itself.
    """

    unfunded: tuple[tuple[str, tuple[str, ...]], ...]
    shortfalls: Mapping[str, float]
    opening: Mapping[str, float]
    reported: tuple[tuple[str, str], ...]
    contradictions: tuple[Contradiction, ...]
    not_consolidated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """How often a customer's dollar is booked inside a ring of firms; USD.

    ``sales`` of all ring firms, ``inside`` the part they sold one another, ``unnamed`` the part
    whose payer may be one of them.
    """

    firms: tuple[str, ...]
    sales: float
    inside: float
    unnamed: float

    @property
    def consolidated(self) -> float:
        """Sales as a parent of all ring firms would report them."""
        return self.sales - self.inside

    @property
    def multiple(self) -> float | None:
        """Sales booked for each dollar from outside customers; nothing where there are none."""
        outside = self.consolidated - self.unnamed
        return self.sales / outside if outside > 0 else None


@dataclass(frozen=True, kw_only=True)
class Circularity:
    """The answer of `measure`, with the question it answers.

    Amounts are USD, shares fractions. Everything was measured at one ``stage`` over one
    ``window``, cut in ``step``; ``firms`` are those with operating receipts.
    """

    stage: Stage
    at: datetime.date
    asof: datetime.date
    window: str
    step: StepWord
    view: View
    counts: Counts
    rules: tuple[Rule, ...]
    origin: MadeFrom | None
    firms: tuple[str, ...]
    structure: Structure
    loops: tuple[Loop, ...]
    loops_are_all: bool
    alerts: tuple[Alert, ...]
    unknown: tuple[Unknown, ...]
    evidence: tuple[str, ...]
    supports: frozenset[Pair] = frozenset()
    tracer: Tracer = field(repr=False, compare=False)

    @property
    def throughput(self) -> float | None:
        """Throughput circularity, by balanced flow forwarding."""
        return self.structure.throughput

    @property
    def volume(self) -> float | None:
        """Volume circularity, by balanced flow forwarding."""
        return self.structure.volume

    @property
    def maximum(self) -> float:
        """USD that can at most be arranged in loops."""
        return self.structure.maximum

    @property
    def netting(self) -> float:
        """USD that multilateral set-off could cancel without cash; the maximum by another name."""
        return self.structure.maximum

    @property
    def status(self) -> Literal["settled", "unfunded_loop", "too_many_loops"]:
        """Can everything here be read as it stands?"""
        if self.structure.status != "settled" or not self.loops_are_all:
            return "too_many_loops"
        return "unfunded_loop" if self.diagnostics.unfunded else "settled"

    @property
    def diagnostics(self) -> Diagnostics:
        """Unfunded loops, spending no record explains, contradictions, payments to oneself."""
        traces = [self.tracer.trace(rule) for rule in self.rules]
        completed, holders = self.tracer.completed, self.tracer.holders
        labels = [step.label for step in completed.flows.steps]
        unfunded = {(labels[t], ring) for rule in self.rules for t, ring in self.tracer.unfunded(rule)}
        # Every rule spends the same in all, so the first one knows what is missing.
        short = traces[0].shortfall.sum(axis=0) if traces else np.zeros(len(holders))
        return Diagnostics(
            unfunded=tuple(sorted(unfunded)),
            shortfalls={firm: float(usd) for firm, usd in zip(holders, short, strict=True) if usd > 0},
            opening=dict(completed.opening),
            reported=tuple((firm, labels[t]) for firm, t in sorted(completed.reported)),
            contradictions=completed.contradictions,
            not_consolidated=completed.flows.to_itself,
        )

    def recycled(self, firm: str, broad: bool = False, payer: str | None = None) -> Mapping[Rule, Share]:
        """The share of a firm's operating receipts that is its own money coming back, by pool rule.

        Parameters
        ----------
        firm
            An unknown one raises ``UnknownName``.
        broad
            Count its own ordinary purchases that come back too.
        payer
            Look only at what this firm or outside class paid it.
        """
        return {rule: self._share(firm, rule, broad, payer) for rule in self.rules}

    def _share(self, firm: str, rule: Rule, broad: bool, payer: str | None) -> Share:
        rows = self.origins(firm, rule, payer)
        total = sum(rows.values())
        if total <= 0:
            return self._labelled(firm, rule, broad, payer, because=_NO_RECEIPTS)
        own = rows["own_financing"] + (rows["own_purchases"] if broad else 0.0)
        lost = rows["unknown"] + rows["unnamed_customers"]
        bounds = self.tracer.bounds(firm, payer, broad=broad)
        low = high = because = None
        if bounds.status == "settled":
            low, high = (end / total for end in _around(own, bounds, total, self.tracer.slack))
        else:
            because = _NOT_SETTLED
        return self._labelled(
            firm, rule, broad, payer,
            value=own / total, low=low, high=high, not_traced=lost / total, of=total, because=because,
        )  # fmt: skip

    def _labelled(
        self,
        firm: str,
        rule: Rule,
        broad: bool,
        payer: str | None,
        *,
        value: float | None = None,
        low: float | None = None,
        high: float | None = None,
        not_traced: float | None = None,
        of: float | None = None,
        because: Text | None = None,
    ) -> Share:
        return Share(
            firm=firm, rule=rule, broad=broad, payer=payer, stage=self.stage, window=self.window, view=self.view,
            value=value, low=low, high=high, not_traced=not_traced, of=of, because=because,
        )  # fmt: skip

    def origins(self, firm: str, rule: Rule = "burn", payer: str | None = None) -> Mapping[Origin, float]:
        """A firm's operating receipts by where the money first came from, USD; the rows add up."""
        return self.tracer.origins(firm, rule, payer)

    def origin_shares(self, firm: str, rule: Rule = "burn", payer: str | None = None) -> Mapping[OriginShare, float]:
        """The rows of ``origins`` in four sums, as fractions; empty where there are no receipts.

        Other customers are in none of them.
        """
        rows = self.origins(firm, rule, payer)
        total = sum(rows.values())
        if total <= 0:
            return {}
        return {share: sum(rows[row] for row in of) / total for share, of in ORIGIN_SHARES.items()}

    def supported(self, firm: str) -> Mapping[str, float]:
        """Operating receipts from customers that the firm itself backs by a guarantee, USD by customer."""
        flows = self.tracer.completed.flows
        flows.position(firm)
        out: dict[str, float] = {}
        for entry in flows.named:
            if entry.flow_class == OP and entry.payee == firm and (firm, entry.payer) in self.supports:
                out[entry.payer] = out.get(entry.payer, 0.0) + entry.amount
        return out

    def boomerang(self, firm: str, quarters: int | None = None) -> Mapping[Rule, float | None]:
        """Own financing that came back as revenue, per dollar paid out; nothing if none was paid.

        With ``quarters`` only what came back within so many of them counts; this needs steps
        of a quarter and raises ``NetworkError`` otherwise.
        """
        if quarters is not None and self.step != "quarter":
            raise NetworkError(
                both(
                    f"lags in quarters need step=quarter; this was measured by {self.step}.",
                    f"以季計算的時間差需要 step=quarter，這裡卻是以 {self.step} 計算的。",
                )
            )
        return {rule: self._returned(firm, rule, quarters) for rule in self.rules}

    def _returned(self, firm: str, rule: Rule, quarters: int | None) -> float | None:
        found = self.tracer.trace(rule, firm, lags=quarters is not None)
        i = found.focal.index(self.tracer.completed.flows.position(firm))
        if found.paid[i] <= 0:
            return None
        back = found.returned[i]
        if quarters is not None:
            steps = found.revenue.shape[1]
            by_vintage = found.revenue[i][:, found.tags.count - steps :]
            lag = np.arange(steps)[:, None] - np.arange(steps)[None, :]
            back = by_vintage[(lag >= 0) & (lag <= quarters)].sum()
        return float(back / found.paid[i])

    def still_out(self, firm: str) -> Mapping[Rule, Mapping[str, float]]:
        """Own financing that lies in other firms' pools at the end, USD by rule and firm."""
        out = {}
        for rule in self.rules:
            found = self.tracer.trace(rule, firm)
            row = found.still_out[found.focal.index(self.tracer.completed.flows.position(firm))]
            out[rule] = {name: float(usd) for name, usd in zip(self.tracer.holders, row, strict=True) if usd > 0}
        return out

    @property
    def ring(self) -> tuple[str, ...]:
        """Firms on at least one complete loop."""
        return tuple(sorted({firm for loop in self.loops if loop.status == "complete" for firm in loop.firms}))

    def booking(self, firms: Iterable[str] | None = None) -> Booking:
        """Sales of ring firms, and how much of them is theirs to one another."""
        flows = self.tracer.completed.flows
        members = tuple(firms) if firms is not None else self.ring
        for firm in members:
            flows.position(firm)
        sales = [e for e in (*flows.named, *flows.completed) if e.flow_class == OP and e.payee in members]
        return Booking(
            firms=members,
            sales=sum(entry.amount for entry in sales),
            inside=sum(entry.amount for entry in sales if entry.payer in members),
            unnamed=sum(entry.amount for entry in sales if entry.payer in ("UNKNOWN", "UNNAMED_CUSTOMERS")),
        )

    def booking_multiple(self, firms: Iterable[str] | None = None) -> float | None:
        """How many times a customer's dollar is booked within the ring."""
        return self.booking(firms).multiple

    def consolidated(self, firms: Iterable[str] | None = None) -> float:
        """Sales of the ring without those among its members, USD."""
        return self.booking(firms).consolidated

    @property
    def origin_table(self) -> xr.DataArray:
        """Operating receipts in USD by (rule, firm, step, tag).

        Tags are outside classes, ``UNKNOWN``, ``VF:firm`` for a firm's financing and ``VP`` for
        the focal firm's own purchases.
        """
        import xarray as xr

        flows, tags = self.tracer.completed.flows, self.tracer.tags
        # Money of unknown origin and money from payers nobody knows are one tag.
        names = [*flows.outside, "UNKNOWN", *(f"VF:{firm}" for firm in flows.holders), "VP"]
        tag = list(dict.fromkeys(names))
        joined = np.array([[name == column for column in tag] for name in names], dtype=float)
        rows = [self.tracer.row(firm, rule) for rule in self.rules for firm in self.firms]
        shape = (len(self.rules), len(self.firms), len(flows.steps), tags.count)
        asked = ("stage", "window", "step", "view", "counts")
        return xr.DataArray(
            np.reshape(rows, shape) @ joined,
            dims=("rule", "firm", "step", "tag"),
            coords={
                "rule": list(self.rules),
                "firm": list(self.firms),
                "step": [step.label for step in flows.steps],
                "tag": tag,
            },
            attrs={"unit": "USD", "asof": str(self.asof)} | {name: getattr(self, name) for name in asked},
        )


def _around(own: float, bounds: Bounds, total: float, slack: float) -> tuple[float, float]:
    """Bounds freed of rounding, USD; own money outside them is a bug of this program."""
    if own < bounds.low - slack or own > bounds.high + slack:
        raise BooksDoNotBalance(
            both(
                f"{own:.6g} USD traced, but at least {bounds.low:.6g}, at most {bounds.high:.6g}.",
                f"追溯到 {own:.6g} USD，但應至少 {bounds.low:.6g}、至多 {bounds.high:.6g}。",
            )
        )
    return min(bounds.low, own), max(min(bounds.high, total), own)
