"""How much of a flow can be arranged in loops: W = C + D, C balanced at every node, D without cycles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from perpetuum.maths.shapes import Float, Int

Array = NDArray[np.float64]
Index = NDArray[np.int64]
# Amounts below this share of the largest one are rounding, not money.
_DUST = 1e-12


@dataclass(frozen=True, slots=True)
class Edges:
    """A weighted directed graph without parallel edges; ``amount`` in USD, row pays column."""

    source: Int[np.ndarray, " edge"]
    target: Int[np.ndarray, " edge"]
    amount: Float[np.ndarray, " edge"]
    nodes: int

    @classmethod
    def merged(cls, source: Index, target: Index, amount: Array, nodes: int) -> Edges:
        """Parallel edges added, empty ones dropped; NaN and negative amounts are refused."""
        bad = np.flatnonzero(~np.isfinite(amount) | (amount < 0))
        if bad.size:
            raise ValueError(f"edge {bad[0]} carries {amount[bad[0]]}; amounts are finite and never negative.")
        key = source * nodes + target
        unique, inverse = np.unique(key, return_inverse=True)
        total = np.bincount(inverse.ravel(), weights=amount, minlength=len(unique)).astype(float)
        kept = total > 0
        return cls(unique[kept] // nodes, unique[kept] % nodes, total[kept], nodes)

    @property
    def out_strength(self) -> Array:
        """What each node pays."""
        return np.bincount(self.source, weights=self.amount, minlength=self.nodes).astype(float)

    @property
    def in_strength(self) -> Array:
        """What each node receives."""
        return np.bincount(self.target, weights=self.amount, minlength=self.nodes).astype(float)

    @property
    def net(self) -> Array:
        """Received less paid."""
        return self.in_strength - self.out_strength

    @property
    def net_directional(self) -> float:
        """What must leave some nodes and stay in others: the sum of positive net payments."""
        surplus = -self.net
        scale = max(float(self.amount.sum()), 1.0)
        return float(surplus[surplus > _DUST * scale].sum())


def balanced_flow_forwarding(edges: Edges) -> Float[np.ndarray, " edge"]:
    """The circular part of each edge by recursive balanced flow forwarding.

    In every strongly connected component the money a node gets is forwarded in proportion to
    what it pays; that balanced flow is taken out as large as it fits, which empties at least
    one edge; repeat until no component is left. Payments to oneself are circular.

    Returns
    -------
    array
        USD by edge, between 0 and the amount; balanced at every node. What is left is acyclic.

    Notes
    -----
    Cost: one dense linear solve per component and round; about as many rounds as edges in
    components. Source: Homs-Dones, MacKay, Sansom and Zhou (2020, arXiv:2005.08836) for the
    decomposition into circular and directional flow.

    Examples
    --------
    A pays B 100, B pays C 300, C pays A 10: only 10 can go round.

    >>> ring = Edges.merged(np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([100.0, 300, 10]), 3)
    >>> balanced_flow_forwarding(ring)
    array([10., 10., 10.])
    """
    to_itself = edges.source == edges.target
    circular = np.where(to_itself, edges.amount, 0.0)
    rest = np.where(to_itself, 0.0, edges.amount)
    dust = _DUST * max(float(edges.amount.max(initial=0.0)), 0.0)
    while True:
        inside, label = _inside_components(edges, rest)
        if not inside.any():
            return circular
        for component in np.unique(label[edges.source[inside]]):
            chosen = np.flatnonzero(inside & (label[edges.source] == component))
            taken = _largest_balanced(edges.source[chosen], edges.target[chosen], rest[chosen])
            circular[chosen] += taken
            left = rest[chosen] - taken
            left[np.argmin(left / rest[chosen])] = 0.0
            left[left <= dust] = 0.0
            rest[chosen] = left


def _inside_components(edges: Edges, rest: Array) -> tuple[NDArray[np.bool_], Index]:
    live = rest > 0
    graph = coo_array((rest[live], (edges.source[live], edges.target[live])), shape=(edges.nodes, edges.nodes))
    _, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    return live & (label[edges.source] == label[edges.target]), label.astype(np.int64)


def _largest_balanced(source: Index, target: Index, amount: Array) -> Array:
    nodes, flat = np.unique(np.concatenate([source, target]), return_inverse=True)
    n = len(nodes)
    s, t = flat[: len(source)], flat[len(source) :]
    share = amount / np.bincount(s, weights=amount, minlength=n)[s]
    matrix = np.zeros((n, n))
    matrix[t, s] = share
    matrix -= np.eye(n)
    matrix[-1] = 1.0
    right = np.zeros(n)
    right[-1] = 1.0
    stationary = np.maximum(np.linalg.solve(matrix, right), 0.0)
    forwarded = stationary[s] * share
    moving = forwarded > 0
    return np.asarray(np.min(amount[moving] / forwarded[moving]) * forwarded)


def maximum_circulation(edges: Edges) -> Float[np.ndarray, " edge"]:
    """The largest balanced flow that fits under the amounts.

    Its value is unique, its split is not. It is what multilateral set-off could cancel without
    cash, all net positions unchanged.

    Returns
    -------
    array
        USD by edge. NaN if the program did not settle.

    Examples
    --------
    >>> both = Edges.merged(np.array([0, 1]), np.array([1, 0]), np.array([5.0, 2]), 2)
    >>> maximum_circulation(both)
    array([2., 2.])
    """
    count = len(edges.amount)
    if count == 0:
        return np.zeros(0)
    scale = float(edges.amount.max())
    index = np.arange(count)
    rows = np.concatenate([edges.source, edges.target])
    values = np.concatenate([-np.ones(count), np.ones(count)])
    balance = coo_array((values, (rows, np.concatenate([index, index]))), shape=(edges.nodes, count)).tocsr()
    limits = np.stack([np.zeros(count), edges.amount / scale], axis=1)
    given = {"A_eq": balance, "b_eq": np.zeros(edges.nodes), "bounds": limits, "method": "highs"}
    answer = linprog(-np.ones(count), **given)  # type: ignore[call-overload]  # sparse is fine
    return np.asarray(answer.x * scale) if answer.status == 0 else np.full(count, np.nan)
