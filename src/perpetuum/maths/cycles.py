"""Which loops there are, and how many dollars each one carries."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from perpetuum.maths.circulation import Edges
from perpetuum.maths.shapes import Float

Cycle = tuple[int, ...]
CAP = 100_000
# Steps a search may take for each cycle it may return, before it gives up.
_PATIENCE = 200


@dataclass(frozen=True, slots=True)
class Cycles:
    """Simple cycles, each starting at its smallest node; ``is_complete`` is false beyond the cap."""

    found: tuple[Cycle, ...]
    is_complete: bool


def simple_cycles(edges: Edges, longest: int = 6, cap: int = CAP) -> Cycles:
    """All loops of up to ``longest`` nodes that pass no node twice; a payment to oneself is one.

    Beyond ``cap`` loops the search stops and says so.

    Notes
    -----
    A depth-first search from each node through the nodes above it, pruned by the distance home.
    igraph 1.0.0 is not used: given a greatest length it leaves loops out. Of 0 > 2, 1 > 2 and
    2 > 1 its ``simple_cycles(min=2, max=3)`` returns none.

    Examples
    --------
    >>> pair = Edges.merged(np.array([0, 1, 1]), np.array([1, 0, 1]), np.ones(3), 2)
    >>> simple_cycles(pair).found
    ((1,), (0, 1))
    """
    alone = tuple((int(node),) for node in edges.source[edges.source == edges.target])
    if longest < 2 or len(edges.amount) == len(alone):
        return Cycles(alone, True)
    found: list[Cycle] = []
    complete = True
    for cycle in search_cycles(edges, longest, _PATIENCE * cap):
        if cycle is None or len(found) >= cap:
            complete = False
            break
        found.append(cycle)
    return Cycles((*alone, *sorted(found, key=lambda cycle: (len(cycle), cycle))), complete)


def search_cycles(edges: Edges, longest: int, steps: int) -> Iterator[Cycle | None]:
    """Walk through the loops of at least two nodes, one at a time; None if ``steps`` ran out."""
    neighbours: list[list[int]] = [[] for _ in range(edges.nodes)]
    sources: list[list[int]] = [[] for _ in range(edges.nodes)]
    for s, t in zip(edges.source.tolist(), edges.target.tolist(), strict=True):
        if s != t:
            neighbours[s].append(t)
            sources[t].append(s)
    for start in range(edges.nodes):
        home = _distances_home(sources, start, longest)
        path, on_path, iterators = [start], {start}, [iter(neighbours[start])]
        while iterators:
            steps -= 1
            if steps < 0:
                yield None
                return
            node = next(iterators[-1], None)
            if node is None:
                iterators.pop()
                on_path.discard(path.pop())
            elif node == start:
                yield tuple(path)
            elif node not in on_path and len(path) + home.get(node, longest) <= longest:
                path.append(node)
                on_path.add(node)
                iterators.append(iter(neighbours[node]))


def _distances_home(sources: list[list[int]], start: int, longest: int) -> dict[int, int]:
    """Fewest payments from each node back to the start, through nodes above it."""
    home, queue = {start: 0}, deque([start])
    while queue:
        node = queue.popleft()
        if home[node] >= longest - 1:
            continue
        for source in sources[node]:
            if source > start and source not in home:
                home[source] = home[node] + 1
                queue.append(source)
    return home


@dataclass(frozen=True, slots=True)
class Weights:
    """Loops with the dollars each carries; none where there are too many loops to weigh."""

    cycles: tuple[Cycle, ...]
    weight: Float[np.ndarray, " cycle"]
    status: Literal["settled", "too_many_loops"] = "settled"

    @property
    def throughput(self) -> float:
        """The sum of all weights: what goes round, each dollar counted once per loop."""
        return float(self.weight.sum()) if self.status == "settled" else float("nan")


def cycle_weights(edges: Edges, circular: Float[np.ndarray, " edge"], cap: int = CAP) -> Weights:
    """Share a balanced flow out over its loops, exactly.

    Parameters
    ----------
    edges
        The graph whose amounts ``circular`` splits.
    circular
        A balanced flow in USD by edge, for example from ``balanced_flow_forwarding``.
    cap
        Beyond so many loops nothing is weighed.

    Returns
    -------
    Weights
        The sum of weight times length is the volume of ``circular``.

    Notes
    -----
    For a loop g in a strongly connected component with row sums s, S = sum of s, P = C/s and
    L = I - P: weight(g) = S * prod of P along g * det(L without g) / sum over k of det(L without k).
    As C is balanced, S * det(L without k) / sum = s_k; and with N = inverse of L without k, for a
    node k of g, det(L without g) = det(L without k) * det(N on the other nodes of g). So one
    inverse serves all loops that start at k.
    Source: Jiang, Qian and Qian (2004), Mathematical Theory of Nonequilibrium Steady States;
    Kalpazidou (2006), Cycle Representations of Markov Processes.

    Examples
    --------
    >>> both = Edges.merged(np.array([0, 1]), np.array([1, 0]), np.array([2.0, 2]), 2)
    >>> cycle_weights(both, both.amount).weight
    array([2.])
    """
    kept = circular > 0
    live = Edges(edges.source[kept], edges.target[kept], circular[kept], edges.nodes)
    listed = simple_cycles(live, longest=max(live.nodes, 2), cap=cap)
    if not listed.is_complete:
        return Weights((), np.zeros(0), "too_many_loops")
    graph = coo_array((live.amount, (live.source, live.target)), shape=(live.nodes, live.nodes)).tocsr()
    _, label = connected_components(graph, directed=True, connection="strong")
    weights = np.zeros(len(listed.found))
    by_component: dict[int, list[int]] = defaultdict(list)
    for i, cycle in enumerate(listed.found):
        by_component[int(label[cycle[0]])].append(i)
    for component, mine in by_component.items():
        members = np.flatnonzero(label == component)
        position = {int(node): i for i, node in enumerate(members)}
        loops = [tuple(position[node] for node in listed.found[i]) for i in mine]
        weights[mine] = _weigh(graph[members][:, members].toarray(), loops)
    return Weights(listed.found, weights)


def _weigh(flow: NDArray[np.float64], loops: list[Cycle]) -> NDArray[np.float64]:
    """Weights of the loops of one component; each loop starts at its smallest node."""
    strength = flow.sum(axis=1)
    share = flow / strength[:, None]
    laplacian = np.eye(len(flow)) - share
    alike: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, loop in enumerate(loops):
        alike[loop[0]][len(loop)].append(i)
    weights = np.zeros(len(loops))
    for start, by_length in alike.items():
        others = np.delete(np.arange(len(flow)), start)
        visits = np.linalg.inv(laplacian[np.ix_(others, others)])
        for mine in by_length.values():
            nodes = np.array([loops[i] for i in mine])
            along = share[nodes, np.roll(nodes, -1, axis=1)].prod(axis=1)
            # All other nodes lie above the start, which is gone from `visits`.
            rest = nodes[:, 1:] - 1
            minors = np.linalg.det(visits[rest[:, :, None], rest[:, None, :]])
            weights[mine] = strength[start] * along * minors
    return weights
