"""Ledgers and graphs made up for the bench: the size of ours, and much larger."""

from __future__ import annotations

import numpy as np

from perpetuum.maths.circulation import Edges
from perpetuum.maths.tracing import BACK, FIN, OP, Payments


def ledger(firms: int = 60, quarters: int = 20, flows: int = 1000, outside: int = 8) -> Payments:
    """Firms and outside payers that pay one another at random; three of four payments are trade."""
    chance = np.random.default_rng(1)
    count = flows * quarters
    payer = chance.integers(0, firms + outside, count)
    payee = chance.integers(0, firms + outside, count)
    payee = np.where((payer >= firms) & (payee >= firms), payee % firms, payee)
    payee = np.where(payer == payee, (payee + 1) % firms, payee)
    return Payments(
        step=np.repeat(np.arange(quarters), flows),
        payer=payer,
        payee=payee,
        amount=chance.lognormal(18, 2, count),
        flow_class=chance.choice([OP, FIN, BACK], count, p=[0.75, 0.2, 0.05]),
        steps=quarters,
        firms=firms,
        outside=outside,
    )


def graph(edges: int) -> Edges:
    """Ten edges a node and heavy tails: a few nodes are in most payments, a few payments hold most money."""
    chance = np.random.default_rng(1)
    nodes = edges // 10
    often = np.arange(1, nodes + 1) ** -0.65
    source, target = chance.choice(nodes, (2, 6 * edges), p=often / often.sum())
    pairs = np.unique((source * nodes + target)[source != target])
    chosen = chance.permutation(pairs)[:edges]
    return Edges.merged(chosen // nodes, chosen % nodes, chance.pareto(1.5, len(chosen)) + 1, nodes)
