"""Whose money it is: tagged money followed through every firm's cash.

One firm, the focal firm, is cut open: what it pays out starts as fresh money with its tag,
what it receives ends there. So only the first return counts, never laps.

Nodes 0 .. firms-1 have a pool of cash; nodes from `firms` on are outside classes, without one.
Within a step everything is simultaneous: compositions solve one small linear system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.shapes import Float, Int

Rule = Literal["burn", "pooled"]
View = Literal["last_financier", "ultimate"]
OP, FIN, BACK = 0, 1, 2
Array = NDArray[np.float64]
# Focal firms solved together: enough to keep the solver busy, few enough to stay in memory.
_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Payments:
    """Payments between nodes, one entry each.

    ``step``, ``payer``, ``payee`` and ``flow_class`` (0 operating, 1 financing, 2 back to the
    giver) are integers, ``amount`` is USD, finite and never negative.
    """

    step: Int[np.ndarray, " flow"]
    payer: Int[np.ndarray, " flow"]
    payee: Int[np.ndarray, " flow"]
    amount: Float[np.ndarray, " flow"]
    flow_class: Int[np.ndarray, " flow"]
    steps: int
    firms: int
    outside: int

    def __post_init__(self) -> None:
        bad = np.flatnonzero(~np.isfinite(self.amount) | (self.amount < 0))
        if bad.size:
            raise ValueError(
                f"payment {bad[0]} in step {self.step[bad[0]]} is {self.amount[bad[0]]};"
                " payments are finite and never negative."
            )

    def dense(self) -> Float[np.ndarray, "step class node node"]:
        """USD by (step, class, payer, payee)."""
        nodes = self.firms + self.outside
        out = np.zeros((self.steps, 3, nodes, nodes))
        np.add.at(out, (self.step, self.flow_class, self.payer, self.payee), self.amount)
        return out


@dataclass(frozen=True, slots=True)
class Tags:
    """Where money comes from, as positions of a vector.

    First the outside classes, then UNKNOWN, then each firm's financing (VF), then the focal
    firm's ordinary purchases (VP), then, where asked for, its financing by step of payment.
    """

    firms: int
    outside: int
    vintages: int = 0

    @property
    def unknown(self) -> int:
        """Money of unknown origin."""
        return self.outside

    def financing(self, firm: int) -> int:
        """Money that firm last paid in as financing."""
        return self.outside + 1 + firm

    @property
    def purchases(self) -> int:
        """The focal firm's ordinary purchases."""
        return self.outside + 1 + self.firms

    @property
    def count(self) -> int:
        """Length of the vector."""
        return self.outside + 2 + self.firms + self.vintages


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the receipts of focal firms came from, all in USD.

    ``revenue`` is (focal, step, tag); ``still_out`` (focal, firm) is own financing in closing
    pools. The six sums by focal firm that follow conserve money:
    ``paid + opened = returned + otherwise + still_out + leaked + restamped``.
    ``shortfall`` (step, firm) is money spent that no record explains. ``unfunded`` lists
    (focal, step, firms) of closed loops that no tagged money ever entered. ``mix``, where asked
    for, is the make-up of each dollar a firm pays, as fractions; zero for the focal firm.
    """

    tags: Tags
    focal: tuple[int, ...]
    revenue: Float[np.ndarray, "focal step tag"]
    still_out: Float[np.ndarray, "focal firm"]
    paid: Float[np.ndarray, " focal"]
    opened: Float[np.ndarray, " focal"]
    returned: Float[np.ndarray, " focal"]
    otherwise: Float[np.ndarray, " focal"]
    leaked: Float[np.ndarray, " focal"]
    restamped: Float[np.ndarray, " focal"]
    shortfall: Float[np.ndarray, "step firm"]
    unfunded: tuple[tuple[int, int, tuple[int, ...]], ...] = field(default=())
    mix: Float[np.ndarray, "focal step firm tag"] | None = None

    @property
    def imbalance(self) -> Float[np.ndarray, " focal"]:
        """Own money that the sums fail to account for; zero but for rounding."""
        out = self.returned + self.otherwise + self.still_out.sum(axis=1) + self.leaked + self.restamped
        return np.asarray(self.paid + self.opened - out)


@dataclass(slots=True)
class _Step:
    """The totals of one step, the same for every focal firm."""

    draws: Array  # (class, firm): part of a firm's payments drawn per USD it received in that class
    draws_opening: Array  # (firm): the same per USD of opening pool
    gap: Array  # (firm): part of its payments that no record explains
    keep_pool: Array  # (firm): part of the pool that is not spent
    keep_receipts: Array  # (firm): part of operating receipts that is not spent
    spent: Array  # (firm): USD paid


def trace(
    payments: Payments,
    focal: tuple[int, ...],
    *,
    rule: Rule = "burn",
    view: View = "last_financier",
    opening: Float[np.ndarray, "firm tag"] | None = None,
    receipts_from: Sequence[int] | None = None,
    by_vintage: bool = False,
    keep_mix: bool = False,
) -> Trace:
    """Split the operating receipts of focal firms by where the money first came from.

    Parameters
    ----------
    payments
        All payments, in steps.
    focal
        The firms to look at, one after another.
    rule
        ``burn``: firms spend operating receipts first, then their pool. ``pooled``: receipts
        join the pool before anything is spent.
    view
        ``last_financier``: a firm's financing payment takes that firm's tag. ``ultimate``: it
        keeps the tags of whoever first paid the money in.
    opening
        USD in opening pools by (firm, tag), in the order of ``Tags``; nothing if left out.
    receipts_from
        Count only what these nodes paid the focal firm.
    by_vintage
        Tag own financing by the step it was paid in, for lags.
    keep_mix
        Keep the make-up of what every firm paid in every step.

    Returns
    -------
    Trace
        Its tag vector adds to the focal firm's receipts in every step.

    Notes
    -----
    A firm spends A from receipts O, D from its pool P and U that no record explains, out of E:
    y = (A/E) o/O + (D/E) p/P + (U/E) UNKNOWN. Within a step the y solve one linear system. It
    is singular exactly where a closed set of firms receives no tagged money; these sets are
    found first, tagged UNKNOWN and listed.
    Source: this project's definition; `pooled` in view `ultimate` is the homogeneous mixing of
    Mattsson's follow-the-money.

    Examples
    --------
    Firm 0 invests 10 in firm 1, users (node 2) pay it 5, and it buys for 12 from firm 0:

    >>> pay = Payments(*(np.array(a) for a in ([0, 0, 0], [0, 2, 1], [1, 1, 0], [10.0, 5, 12], [1, 0, 0])), 1, 2, 1)
    >>> out = trace(pay, (0,))
    >>> out.revenue[0, 0, [out.tags.financing(0), 0]]
    array([7., 5.])
    """
    tags = Tags(payments.firms, payments.outside, payments.steps if by_vintage else 0)
    flows = payments.dense()
    start = np.zeros((payments.firms, tags.count))
    if opening is not None:
        start[:, : opening.shape[1]] = opening
    totals = start.sum(axis=1)
    steps = []
    for t in range(payments.steps):
        step, totals = _share_out(flows[t], payments.firms, totals, rule)
        steps.append(step)
    parts = [
        _follow(
            flows, steps, _Focus(tags, np.array(focal[i : i + _TOGETHER]), view), rule, start, receipts_from, keep_mix
        )
        for i in range(0, len(focal), _TOGETHER)
    ]
    shortfall = np.array([step.gap * step.spent for step in steps]).reshape(payments.steps, payments.firms)
    return _joined(parts, tags, focal, payments.steps, shortfall, keep_mix)


def _ratio(a: Array, b: Array) -> Array:
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)


def _share_out(flows: Array, n: int, pool: Array, rule: Rule) -> tuple[_Step, Array]:
    """How much each firm draws from receipts and from its pool; and the pool it closes with."""
    received = flows[:, :, :n].sum(axis=1)  # (class, firm)
    spent = flows[:, :n, :].sum(axis=(0, 2))
    op = received[OP] if rule == "burn" else np.zeros(n)
    available = pool + received[FIN] + received[BACK] + (0.0 if rule == "burn" else received[OP])
    from_op = np.minimum(op, spent)
    from_pool = np.minimum(spent - from_op, available)
    pool_rate = _ratio(from_pool, spent * available)
    step = _Step(
        draws=np.stack([_ratio(from_op, spent * op) if rule == "burn" else pool_rate, pool_rate, pool_rate]),
        draws_opening=pool_rate,
        gap=_ratio(spent - from_op - from_pool, spent),
        keep_pool=1.0 - _ratio(from_pool, available),
        keep_receipts=(1.0 - _ratio(from_op, op)) if rule == "burn" else np.zeros(n),
        spent=spent,
    )
    return step, np.maximum(available - from_pool, 0.0) + (op - from_op)


@dataclass(slots=True)
class _Focus:
    """Focal firms followed together, and how their money is tagged."""

    tags: Tags
    firms: NDArray[np.int64]
    view: View

    @property
    def rows(self) -> NDArray[np.int64]:
        """0, 1, 2 ... for indexing one focal firm each."""
        return np.arange(len(self.firms))

    @property
    def own(self) -> NDArray[np.int64]:
        """The tag of each focal firm's financing."""
        return np.array([self.tags.financing(int(firm)) for firm in self.firms])

    def stamp(self, step: int) -> NDArray[np.int64]:
        """The tag of financing paid in a step: its own, or that of the vintage."""
        vintages = self.tags.vintages
        return np.full(len(self.firms), self.tags.count - vintages + step) if vintages else self.own

    def own_tags(self) -> Array:
        """1 where a tag is the focal firm's own financing, (focal, tag)."""
        marks = np.zeros((len(self.firms), self.tags.count))
        marks[self.rows, self.own] = 1.0
        marks[:, self.tags.count - self.tags.vintages :] += self.tags.vintages > 0
        return marks

    def is_solved(self, flow_class: int) -> bool:
        """Does money of this class keep the tags it had in the payer's hands?"""
        return flow_class != FIN or self.view == "ultimate"

    def known_inflow(self, flow: Array, flow_class: int, step: int) -> Array:
        """Tagged money that arrives without any solving, (focal, firm, tag) in USD."""
        n, tags = self.tags.firms, self.tags
        inflow = np.zeros((len(self.firms), n, tags.count))
        inflow[:, :, : tags.outside] = flow[n:, :n].T
        if not self.is_solved(flow_class):
            inflow[:, :, tags.financing(0) : tags.financing(n)] = flow[:n, :n].T
            inflow[self.rows, :, self.own] = 0.0
        tag = self.stamp(step) if flow_class == FIN else np.full(len(self.firms), tags.purchases)
        inflow[self.rows, :, tag] += flow[self.firms, :n]
        return inflow


def _follow(
    flows: Array,
    steps: list[_Step],
    focus: _Focus,
    rule: Rule,
    start: Array,
    receipts_from: Sequence[int] | None,
    keep_mix: bool,
) -> dict[str, Array | list[tuple[int, int, tuple[int, ...]]]]:
    """Carry compositions through all steps for a few focal firms at once."""
    tags, focal, rows = focus.tags, focus.firms, focus.rows
    own_tags = focus.own_tags()
    pool = np.repeat(start[None], len(focal), axis=0)
    pool[rows, focal] = 0.0
    out = {name: np.zeros(len(focal)) for name in ("paid", "returned", "otherwise", "leaked", "restamped")}
    out["opened"] = np.einsum("fuk,fk->f", pool, own_tags)
    revenue = np.zeros((len(focal), len(steps), tags.count))
    unfunded: list[tuple[int, int, tuple[int, ...]]] = []
    mixes = np.zeros((len(focal), len(steps) if keep_mix else 0, tags.firms, tags.count))
    for t, step in enumerate(steps):
        inflows = [focus.known_inflow(flows[t, c], c, t) for c in (OP, FIN, BACK)]
        mix, lost = _solve(step, flows[t], inflows, pool, focus)
        unfunded += [(int(focal[i]), t, firms) for i, firms in lost]
        if keep_mix:
            mixes[:, t] = mix
        for c in (OP, FIN, BACK):
            if focus.is_solved(c) and flows[t, c].any():
                inflows[c] += flows[t, c][: tags.firms, : tags.firms].T @ mix
        revenue[:, t] = _receipts(flows[t, OP], mix, focus, receipts_from)
        _account(out, flows[t], np.einsum("fwk,fk->fw", mix, own_tags), focus)
        pool = _close(pool, step, inflows, rule)
        pool[rows, focal] = 0.0
    still = np.einsum("fuk,fk->fu", pool, own_tags)
    return {"revenue": revenue, "still_out": still, "unfunded": unfunded, "mix": mixes, **out}


def _solve(
    step: _Step, flows: Array, inflows: list[Array], pool: Array, focus: _Focus
) -> tuple[Array, list[tuple[int, tuple[int, ...]]]]:
    """Composition of what each transit firm pays, (focal, firm, tag); zero for the focal firm."""
    n, rows, focal = focus.tags.firms, focus.rows, focus.firms
    solved = [c for c in (OP, FIN, BACK) if focus.is_solved(c)]
    base = sum((step.draws[c][:, None] * flows[c, :n, :n].T for c in solved), np.zeros((n, n)))
    matrix = np.repeat(base[None], len(focal), axis=0)
    matrix[rows, :, focal] = 0.0
    matrix[rows, focal, :] = 0.0
    right = step.draws_opening[:, None] * pool
    for c in (OP, FIN, BACK):
        right += step.draws[c][:, None] * inflows[c]
    right[:, :, focus.tags.unknown] += step.gap
    right[rows, focal, :] = 0.0
    lost = _unfunded(matrix, right, step.spent, focal)
    for i, firms in lost:
        matrix[i, list(firms), :] = 0.0
        right[i, list(firms), :] = 0.0
        right[i, list(firms), focus.tags.unknown] = 1.0
    mix = np.zeros_like(right)
    paying = np.flatnonzero(step.spent > 0)
    among = matrix[:, paying[:, None], paying]
    mix[:, paying] = np.linalg.solve(np.eye(len(paying)) - among, right[:, paying])
    return mix, lost


def _receipts(flow: Array, mix: Array, focus: _Focus, receipts_from: Sequence[int] | None) -> Array:
    """The focal firm's operating receipts by tag, (focal, tag) in USD."""
    n, tags, rows = focus.tags.firms, focus.tags, focus.rows
    paid = flow[:, focus.firms].T.copy()  # (focal, payer)
    if receipts_from is not None:
        only = np.zeros(paid.shape[1])
        only[list(receipts_from)] = 1.0
        paid *= only
    by_tag: Array = np.einsum("fw,fwk->fk", paid[:, :n], mix)
    by_tag[:, : tags.outside] += paid[:, n:]
    by_tag[:, tags.purchases] += paid[rows, focus.firms]
    return by_tag


def _unfunded(matrix: Array, right: Array, spent: Array, focal: NDArray[np.int64]) -> list[tuple[int, tuple[int, ...]]]:
    """For each focal firm the firms whose money comes only from one another."""
    closed = (spent > 0)[None, :] & (right.sum(axis=2) <= 0)
    closed[np.arange(len(focal)), focal] = False
    while closed.any():
        # Whoever draws on a firm outside the set has a source after all.
        fed = np.einsum("fuw,fw->fu", matrix, (~closed).astype(float)) > 0
        smaller = closed & ~fed
        if (smaller == closed).all():
            break
        closed = smaller
    return [(i, tuple(np.flatnonzero(row).tolist())) for i, row in enumerate(closed) if row.any()]


def _account(out: dict[str, Array], flows: Array, content: Array, focus: _Focus) -> None:
    """Where own money went in one step; ``content`` is its share in what each firm pays."""
    n, focal = focus.tags.firms, focus.firms
    out["paid"] += flows[FIN][focal].sum(axis=1)
    to_focal = np.einsum("cfw,fw->fc", flows[:, :n, focal].transpose(0, 2, 1), content)
    out["returned"] += to_focal[:, OP]
    out["otherwise"] += to_focal[:, FIN] + to_focal[:, BACK] + flows[FIN, focal, focal]
    sinks = flows[:, :n, n:].sum(axis=2)
    out["leaked"] += content @ (sinks[OP] + sinks[BACK]) + sinks[FIN, focal]
    if focus.view == "ultimate":
        out["leaked"] += content @ sinks[FIN]
    else:
        # A firm that finances another passes money on under its own name.
        out["restamped"] += content @ flows[FIN, :n].sum(axis=1) - to_focal[:, FIN]


def _close(pool: Array, step: _Step, inflows: list[Array], rule: Rule) -> Array:
    """Tagged money in each firm's closing pool, (focal, firm, tag)."""
    op, fin, back = inflows
    filled = pool + fin + back + (op if rule == "pooled" else 0.0)
    kept = filled * step.keep_pool[None, :, None]
    return kept + (op * step.keep_receipts[None, :, None] if rule == "burn" else 0.0)


def _joined(
    parts: list[dict[str, Array | list[tuple[int, int, tuple[int, ...]]]]],
    tags: Tags,
    focal: tuple[int, ...],
    steps: int,
    shortfall: Array,
    keep_mix: bool,
) -> Trace:
    def stack(name: str, *shape: int) -> Array:
        arrays = [np.asarray(part[name]) for part in parts]
        return np.concatenate(arrays) if arrays else np.zeros((0, *shape))

    return Trace(
        tags=tags,
        focal=tuple(focal),
        revenue=stack("revenue", steps, tags.count),
        still_out=stack("still_out", tags.firms),
        **{name: stack(name) for name in ("paid", "opened", "returned", "otherwise", "leaked", "restamped")},
        shortfall=shortfall,
        unfunded=tuple(item for part in parts for item in part["unfunded"]),  # type: ignore[misc]
        mix=stack("mix", steps, tags.firms, tags.count) if keep_mix else None,
    )
