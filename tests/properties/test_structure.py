"""What is true of loops, of their weights and of netting in every graph of payments."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.maths.circulation import Edges, balanced_flow_forwarding, maximum_circulation
from perpetuum.maths.cycles import cycle_weights, simple_cycles

some = settings(max_examples=120, deadline=None)
TINY = 1e-9


@st.composite
def graphs(draw: st.DrawFn, *, nodes: int = 6, edges: int = 16) -> Edges:
    n = draw(st.integers(2, nodes))
    node = st.integers(0, n - 1)
    rows = draw(st.lists(st.tuples(node, node, st.integers(0, 60)), max_size=edges))
    source, target, amount = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Edges.merged(source, target, amount.astype(float), n)


def slack(edges: Edges) -> float:
    return TINY * (1.0 + float(edges.amount.sum()))


def pairs(cycle: tuple[int, ...]) -> frozenset[tuple[int, int]]:
    return frozenset(zip(cycle, (*cycle[1:], cycle[0]), strict=True))


def as_digraph(edges: Edges, amount: np.ndarray) -> networkx.DiGraph:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(edges.nodes))
    rows = zip(edges.source.tolist(), edges.target.tolist(), amount.tolist(), strict=True)
    graph.add_edges_from((s, t) for s, t, usd in rows if usd > slack(edges))
    return graph


def throughput(edges: Edges) -> float:
    """Throughput circularity by balanced flow forwarding; 0 where nothing moves."""
    going_round = cycle_weights(edges, balanced_flow_forwarding(edges)).throughput
    whole = going_round + edges.net_directional
    return going_round / whole if whole > 0 else 0.0


@some
@given(graphs())
def test_the_circular_part_fits_is_balanced_and_leaves_no_loop(edges):
    circular = balanced_flow_forwarding(edges)
    assert (circular >= -slack(edges)).all() and (circular <= edges.amount + slack(edges)).all()
    balance = Edges(edges.source, edges.target, circular, edges.nodes).net
    np.testing.assert_allclose(balance, 0.0, atol=slack(edges))
    assert networkx.is_directed_acyclic_graph(as_digraph(edges, edges.amount - circular))


@some
@given(graphs())
def test_no_balanced_flow_is_larger_than_the_maximum(edges):
    most = maximum_circulation(edges)
    assert (most >= -slack(edges)).all() and (most <= edges.amount + slack(edges)).all()
    assert balanced_flow_forwarding(edges).sum() <= most.sum() + 1e-7 * (1 + edges.amount.sum())
    rest = as_digraph(edges, edges.amount - most)
    assert networkx.is_directed_acyclic_graph(rest), "a loop is left that could still be added"


@some
@given(graphs())
def test_netting_leaves_every_net_position(edges):
    cleared = Edges(edges.source, edges.target, edges.amount - maximum_circulation(edges), edges.nodes)
    np.testing.assert_allclose(cleared.net, edges.net, rtol=0, atol=slack(edges))


@some
@given(graphs())
def test_loops_weighed_in_dollars_make_up_every_circular_payment(edges):
    circular = balanced_flow_forwarding(edges)
    weighed = cycle_weights(edges, circular)
    rebuilt = np.zeros((edges.nodes, edges.nodes))
    for cycle, usd in zip(weighed.cycles, weighed.weight, strict=True):
        assert usd >= -slack(edges)
        for hop in pairs(cycle):
            rebuilt[hop] += usd
    np.testing.assert_allclose(rebuilt[edges.source, edges.target], circular, rtol=0, atol=slack(edges))


@some
@given(graphs(nodes=5, edges=12))
def test_weights_follow_the_determinants_of_the_book(edges):
    """Jiang, Qian and Qian (2004): S * prod P * det(L without the loop) / sum of det(L without k)."""
    circular = balanced_flow_forwarding(edges)
    flow = np.zeros((edges.nodes, edges.nodes))
    flow[edges.source, edges.target] = circular
    weighed = cycle_weights(edges, circular)
    for component in networkx.strongly_connected_components(as_digraph(edges, circular)):
        members = sorted(component)
        inside = flow[np.ix_(members, members)]
        if inside.sum() <= 0:
            continue
        share = inside / inside.sum(axis=1, keepdims=True)
        laplacian = np.eye(len(members)) - share
        below = sum(minor(laplacian, {k}) for k in range(len(members)))
        for cycle, usd in zip(weighed.cycles, weighed.weight, strict=True):
            if set(cycle) <= component:
                loop = [members.index(node) for node in cycle]
                along = np.prod([share[hop] for hop in pairs(tuple(loop))])
                assert usd == pytest.approx(inside.sum() * along * minor(laplacian, set(loop)) / below, abs=1e-6)


def minor(matrix: np.ndarray, without: set[int]) -> float:
    kept = [i for i in range(len(matrix)) if i not in without]
    return float(np.linalg.det(matrix[np.ix_(kept, kept)])) if kept else 1.0


@some
@given(graphs())
def test_ten_times_the_money_changes_no_loop(edges):
    larger = Edges(edges.source, edges.target, 10 * edges.amount, edges.nodes)
    np.testing.assert_allclose(
        balanced_flow_forwarding(larger) / 10, balanced_flow_forwarding(edges), rtol=0, atol=slack(edges)
    )
    assert maximum_circulation(larger).sum() / 10 == pytest.approx(maximum_circulation(edges).sum(), abs=1e-6)


@some
@given(graphs(), st.randoms(use_true_random=False))
def test_names_and_order_of_firms_change_no_loop(edges, chance):
    new = list(range(edges.nodes))
    chance.shuffle(new)
    at = np.array(new)
    renamed = Edges.merged(at[edges.source], at[edges.target], edges.amount, edges.nodes)
    assert balanced_flow_forwarding(renamed).sum() == pytest.approx(balanced_flow_forwarding(edges).sum(), abs=1e-6)
    assert throughput(renamed) == pytest.approx(throughput(edges), abs=1e-7)


@some
@given(graphs().filter(lambda edges: len(edges.amount)), st.data())
def test_a_vehicle_in_any_payment_leaves_throughput_circularity(edges, data):
    i = data.draw(st.integers(0, len(edges.amount) - 1))
    part = data.draw(st.sampled_from([1.0, 0.5]))
    usd = edges.amount[i] * part
    through = Edges.merged(
        np.array([*edges.source, edges.source[i], edges.nodes]),
        np.array([*edges.target, edges.nodes, edges.target[i]]),
        np.array([*np.where(np.arange(len(edges.amount)) == i, edges.amount - usd, edges.amount), usd, usd]),
        edges.nodes + 1,
    )
    assert throughput(through) == pytest.approx(throughput(edges), abs=1e-7)


@some
@given(graphs(nodes=7, edges=24), st.integers(1, 7))
def test_the_loops_found_are_those_networkx_finds(edges, longest):
    ours = [pairs(cycle) for cycle in simple_cycles(edges, longest).found]
    theirs = networkx.simple_cycles(as_digraph(edges, edges.amount), length_bound=longest)
    assert len(set(ours)) == len(ours)
    assert set(ours) == {pairs(tuple(cycle)) for cycle in theirs}


@some
@given(graphs(nodes=7, edges=24), st.integers(1, 8))
def test_a_search_that_stops_at_its_cap_says_so(edges, cap):
    alone = int((edges.source == edges.target).sum())
    every, capped = simple_cycles(edges, 7), simple_cycles(edges, 7, cap=cap)
    assert every.is_complete
    assert len(capped.found) <= alone + cap
    assert capped.is_complete == (capped.found == every.found)


@some
@given(graphs(), st.integers(1, 4))
def test_beyond_the_cap_no_loop_is_weighed(edges, cap):
    circular = balanced_flow_forwarding(edges)
    weighed = cycle_weights(edges, circular, cap)
    if weighed.status == "too_many_loops":
        assert weighed.cycles == () and np.isnan(weighed.throughput)
    else:
        assert weighed.throughput == pytest.approx(cycle_weights(edges, circular).throughput)
