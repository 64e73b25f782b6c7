"""Loops and netting on graphs small enough to see through."""

from __future__ import annotations

import numpy as np
import pytest

from perpetuum.maths.circulation import Edges, balanced_flow_forwarding, maximum_circulation
from perpetuum.maths.cycles import cycle_weights, simple_cycles


def edges(*rows: tuple[int, int, float]) -> Edges:
    source, target, amount = zip(*rows, strict=True)
    return Edges.merged(np.array(source), np.array(target), np.array(amount, dtype=float), max(source + target) + 1)


def test_parallel_payments_are_one_edge_and_empty_ones_none():
    graph = edges((0, 1, 2), (0, 1, 3), (1, 0, 0))
    assert (graph.source.tolist(), graph.target.tolist(), graph.amount.tolist()) == ([0], [1], [5.0])


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -1.0])
def test_what_cannot_be_money_is_refused(amount):
    with pytest.raises(ValueError, match="edge 1 carries"):
        edges((0, 1, 2), (1, 0, amount))


def test_a_graph_without_payments_has_no_loops():
    empty = Edges.merged(np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0), 3)
    assert balanced_flow_forwarding(empty).size == maximum_circulation(empty).size == 0
    assert simple_cycles(empty).found == () and cycle_weights(empty, empty.amount).throughput == 0
    assert empty.net_directional == 0


def test_money_that_only_passes_on_leaves_nothing_circular():
    assert balanced_flow_forwarding(edges((0, 1, 5), (1, 2, 5))).tolist() == [0, 0]


def test_forwarding_in_proportion_can_find_less_than_the_maximum():
    """Golden case P06: a short and a long loop compete for one edge."""
    graph = edges((0, 1, 1), (1, 0, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1))
    assert balanced_flow_forwarding(graph).sum() < maximum_circulation(graph).sum()


def test_the_loop_that_igraph_leaves_out_is_found():
    assert simple_cycles(edges((0, 2, 1), (1, 2, 1), (2, 1, 1)), longest=3).found == ((1, 2),)


def test_loops_longer_than_asked_for_are_left_out():
    ring = edges((0, 1, 1), (1, 2, 1), (2, 0, 1), (1, 0, 1))
    assert simple_cycles(ring, longest=2).found == ((0, 1),)
    assert simple_cycles(ring, longest=3).found == ((0, 1), (0, 1, 2))


def test_a_search_without_end_gives_up_and_says_so():
    """A ladder of 2 x 40 rungs has a trillion paths and one way home."""
    rungs = [(2 * i + a, 2 * i + 2 + b, 1.0) for i in range(40) for a in (0, 1) for b in (0, 1)]
    assert not simple_cycles(edges(*rungs, (80, 0, 1.0)), longest=82, cap=100).is_complete


def test_weights_share_a_loop_in_common_by_the_money_on_it():
    """Two loops over one edge of 3: each keeps its own edge's dollars."""
    graph = edges((0, 1, 3), (1, 0, 1), (1, 2, 2), (2, 0, 2))
    weighed = cycle_weights(graph, graph.amount)
    assert dict(zip(weighed.cycles, weighed.weight.round(12).tolist(), strict=True)) == {(0, 1): 1.0, (0, 1, 2): 2.0}
