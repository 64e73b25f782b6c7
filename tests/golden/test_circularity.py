"""Numbers printed in books and papers, or worked out by hand, for loops and for the origin of money.

Every JSON file of the folder is run; what to do with it stands in its `kind`, never in its name.
"""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perpetuum.maths.bounds import own_money_bounds
from perpetuum.maths.circulation import Edges, balanced_flow_forwarding, maximum_circulation
from perpetuum.maths.cycles import cycle_weights, simple_cycles
from perpetuum.maths.returns import ascendency, finn, leontief
from perpetuum.maths.tracing import BACK, FIN, OP, Payments, Tags, trace

Case = dict[str, Any]
CLASSES = {"op": OP, "fin": FIN, "back": BACK}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = Path(metafunc.config.getoption("--golden")) / "circularity"
    files = sorted(p for p in folder.glob("*.json") if p.name != "index.json" and not p.name.startswith("_"))
    metafunc.parametrize("file", files or [folder], ids=[p.stem for p in files] or ["no-cases"])


def test_golden_case(file: Path) -> None:
    assert file.is_file(), f"{file} holds no golden cases; name a folder with circularity/*.json after --golden"
    case = json.loads(file.read_text(encoding="utf-8"))
    assert case["kind"] in RUNNERS, f"{file.name}: no test knows the kind `{case['kind']}`"
    RUNNERS[case["kind"]](case)


# ---- what every kind shares


def number(said: Any) -> float | None:
    """A value as the files give it: a number, a fraction in text, or both in one mapping."""
    if said is None:
        return None
    if isinstance(said, dict):
        return number(said["exact"]) if said.get("exact") is not None else number(said["value"])
    return float(Fraction(said)) if isinstance(said, str) else float(said)


def close(case: Case, what: str, ours: float | None, wanted: Any) -> None:
    wanted = number(wanted)
    if wanted is None:
        assert ours is None or math.isnan(ours), f"{what}: {ours}, but there is no value"
        return
    assert ours is not None, f"{what}: no value, wanted {wanted}"
    tolerance = max(case.get("tol_abs") or 0.0, 1e-12) * max(1.0, abs(wanted))
    assert abs(ours - wanted) <= tolerance, f"{what}: {ours!r} is not {wanted!r}"


def published(case: Case, ours: dict[str, float]) -> None:
    for name, printed in case.get("published", {}).items():
        if isinstance(printed, int | float) and name in ours:
            tolerance = case.get("tol_published", 5e-7) * max(1.0, abs(printed))
            assert abs(ours[name] - printed) <= tolerance, f"published {name}: {ours[name]!r} is not {printed!r}"


def graph(case: Case) -> tuple[Edges, list[str]]:
    edges = case["input"]["edges"]
    names = sorted({e[end] for e in edges for end in ("src", "dst")})
    at = {name: i for i, name in enumerate(names)}
    source, target = (np.array([at[e[end]] for e in edges]) for end in ("src", "dst"))
    amount = np.array([number(e["amount"]) for e in edges], dtype=float)
    return Edges.merged(source, target, amount, len(names)), names


def as_cycle(text: str) -> frozenset[tuple[str, str]]:
    stops = text.split("->")
    return frozenset(zip(stops, stops[1:] + stops[:1], strict=True))


# ---- flow graphs


def run_flow_graph(case: Case) -> None:
    edges, names = graph(case)
    wanted = case["expected"]
    circular, most = balanced_flow_forwarding(edges), maximum_circulation(edges)
    weights = cycle_weights(edges, circular)
    volume = edges.amount.sum()
    loops = edges.source == edges.target
    apart = Edges(edges.source[~loops], edges.target[~loops], edges.amount[~loops], edges.nodes)
    total, net = weights.throughput, edges.net_directional
    assert apart.net_directional == pytest.approx(net)
    ours: dict[str, float | None] = {
        "V_W": volume,
        "V_C_bff": circular.sum(),
        "V_C_max": most.sum(),
        "circularity_bff": circular.sum() / volume if volume else None,
        "circularity_max": most.sum() / volume if volume else None,
        "T_C": total,
        "D_net": net,
        "throughput_circularity_bff": total / (total + net) if total + net else None,
        "n_simple_cycles": float(len(simple_cycles(edges, longest=max(edges.nodes, 2)).found)),
        "cleared_by_netting": most.sum(),
    }
    for name, value in ours.items():
        if name in wanted:
            close(case, name, value, wanted[name])
    split = {
        f"{names[s]}->{names[t]}": c for s, t, c in zip(edges.source, edges.target, circular, strict=True) if c > 0
    }
    _same_keys(case, "C_bff", split, wanted.get("C_bff"))
    lambdas = {frozenset((names[a], names[b]) for a, b in _steps(cycle)): float(w)
               for cycle, w in zip(weights.cycles, weights.weight, strict=True)}  # fmt: skip
    if "cycle_lambda_bff" in wanted:
        _same_keys(case, "cycle_lambda_bff", lambdas, {as_cycle(k): v for k, v in wanted["cycle_lambda_bff"].items()})
    for name, value in wanted.get("net_positions", {}).items():
        close(case, f"net position of {name}", edges.net[names.index(name)], value)
    cleared = Edges(edges.source, edges.target, edges.amount - most, edges.nodes)
    assert np.allclose(cleared.net, edges.net, atol=1e-9 * max(volume, 1.0))


def _steps(cycle: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(cycle, cycle[1:] + cycle[:1], strict=True))


def _same_keys(case: Case, what: str, ours: dict[Any, float], wanted: dict[Any, Any] | None) -> None:
    if wanted is None:
        return
    tiny = 1e-9 * max([1.0, *ours.values()])
    assert {k for k, v in ours.items() if v > tiny} == {k for k, v in wanted.items() if (number(v) or 0.0) > tiny}, what
    for key, value in wanted.items():
        close(case, f"{what} {key}", ours.get(key, 0.0), value)


# ---- steady-state networks, input-output tables, counting


def run_ena(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    names = given["nodes"]
    flows = np.zeros((len(names), len(names)))
    for flow in given["flows"]:
        flows[names.index(flow["src"]), names.index(flow["dst"])] += number(flow["amount"]) or 0.0
    inputs, outputs = (
        np.array([number(given[k].get(n, 0)) for n in names], dtype=float) for k in ("inputs", "outputs")
    )
    reading, spread = finn(flows, inputs), ascendency(flows, inputs, outputs)
    ours = {
        "TST": reading.total,
        "TST_cycled": reading.cycled,
        "FCI": reading.index,
        "boundary_input": reading.boundary_input,
        "APL": reading.path_length,
    }
    bits = {
        "TSTp": spread.total,
        "AMI": spread.mutual_information,
        "H": spread.diversity,
        "ASC": spread.ascendency,
        "CAP": spread.capacity,
        "ASC_over_CAP": spread.ascendency / spread.capacity,
    }
    for name, value in ours.items():
        if name in wanted:
            close(case, name, value, wanted[name])
    for name, value in wanted.get("ascendency", {}).items():
        close(case, name, bits[name], value)
    for i, name in enumerate(names):
        if name in wanted.get("return_probability", {}):
            close(case, f"return of {name}", float(reading.return_probability[i]), wanted["return_probability"][name])
        if name in wanted.get("N_diag", {}):
            close(case, f"visits of {name}", float(reading.visits[i]), wanted["N_diag"][name])
    published(case, ours | bits)


def run_leontief(case: Case) -> None:
    requirements = np.array([[number(cell) for cell in row] for row in case["input"]["A"]], dtype=float)
    inverse, own = leontief(requirements)
    for i, row in enumerate(case["expected"].get("L", [])):
        for j, cell in enumerate(row):
            close(case, f"L[{i},{j}]", float(inverse[i, j]), cell)
    for i, cell in enumerate(case["expected"].get("own_return_share", [])):
        close(case, f"own return of {i}", float(own[i]), cell)


def run_hodge(case: Case) -> None:
    """The rejected decomposition, computed here only, to keep the reason for rejecting it true."""
    edges, names = graph(case)
    incidence = np.zeros((len(edges.amount), edges.nodes))
    index = np.arange(len(edges.amount))
    incidence[index, edges.source], incidence[index, edges.target] = -1.0, 1.0
    potential, *_ = np.linalg.lstsq(incidence, edges.amount, rcond=None)
    gradient = incidence @ potential
    circular = edges.amount - gradient
    wanted = case["expected"]
    labels = [f"{names[s]}->{names[t]}" for s, t in zip(edges.source, edges.target, strict=True)]
    for name, values in (("hodge_circular", circular), ("hodge_gradient", gradient)):
        for label, value in wanted.get(name, {}).items():
            close(case, f"{name} {label}", float(values[labels.index(label)]), value)
    if "hodge_circular_energy_share" in wanted:
        share = float((circular**2).sum() / (edges.amount**2).sum())
        close(case, "energy share", share, wanted["hodge_circular_energy_share"])
    ours = {"circularity_bff": balanced_flow_forwarding(edges), "circularity_max": maximum_circulation(edges)}
    for name, split in ours.items():
        if name in wanted:
            close(case, name, float(split.sum() / edges.amount.sum()), wanted[name])


def run_cycle_count(case: Case) -> None:
    for name, wanted in case["expected"].items():
        found = re.fullmatch(r"complete_digraph_(\d+)", name)
        assert found, f"no test can build the graph `{name}`"
        n = int(found[1])
        pairs = np.array([(a, b) for a in range(n) for b in range(n) if a != b])
        edges = Edges.merged(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), n)
        assert len(simple_cycles(edges, longest=n).found) == number(wanted), name


# ---- ledgers


class Book:
    """A ledger of a golden file as arrays, with the names of firms and tags."""

    def __init__(self, given: Case) -> None:
        self.firms = list(given["firms"])
        flows, pools = given["flows"], given.get("opening_pools") or {}
        ends = [flow[end] for flow in flows for end in ("payer", "payee")]
        tags = [tag for pool in pools.values() for tag in pool]
        others = {name for name in ends + tags if name not in self.firms and name[:3] not in ("VF:", "VP:")}
        self.outside = sorted(others - {"UNKNOWN"})
        at = {name: i for i, name in enumerate([*self.firms, *self.outside])}
        self.periods = sorted({flow["t"] for flow in flows})
        columns = [
            (self.periods.index(f["t"]), at[f["payer"]], at[f["payee"]], number(f["amount"]), CLASSES[f["kind"]])
            for f in flows
        ]
        step, payer, payee, amount, kind = (np.array(c) for c in zip(*columns, strict=True))
        self.payments = Payments(
            step, payer, payee, amount.astype(float), kind, len(self.periods), len(self.firms), len(self.outside)
        )
        self.tags = Tags(len(self.firms), len(self.outside))
        self.focal = self.firms.index(given["focal"])
        self.opening = np.zeros((len(self.firms), self.tags.count))
        for firm, pool in pools.items():
            for tag, value in pool.items():
                self.opening[self.firms.index(firm), self.position(tag)] += number(value)

    def position(self, tag: str) -> int:
        if tag == "UNKNOWN":
            return self.tags.unknown
        if tag.startswith("VP:"):
            return self.tags.purchases
        if tag.startswith("VF:"):
            return self.tags.financing(self.firms.index(tag[3:]))
        return self.outside.index(tag)

    def name(self, position: int) -> str:
        if position < len(self.outside):
            return self.outside[position]
        if position == self.tags.unknown:
            return "UNKNOWN"
        if position == self.tags.purchases:
            return f"VP:{self.firms[self.focal]}"
        return f"VF:{self.firms[position - self.tags.financing(0)]}"


def run_ledger(case: Case) -> None:
    book, wanted = Book(case["input"]), case["expected"]
    view = case["input"].get("view", "last_financier")
    bounds = own_money_bounds(
        book.payments,
        book.focal,
        view=view,
        opening=book.opening.sum(axis=1),
        opening_own=book.opening[:, book.tags.financing(book.focal)],
    )
    for rule in ("burn", "pooled"):
        traced = trace(book.payments, (book.focal,), rule=rule, view=view, opening=book.opening)
        by_tag = traced.revenue[0].sum(axis=0)
        total = float(by_tag.sum())
        own = float(by_tag[book.tags.financing(book.focal)])
        slack = 1e-9 * max(1.0, total)
        assert abs(traced.imbalance[0]) <= slack, "own money is not conserved"
        assert bounds.low - slack <= own <= bounds.high + slack, f"{rule} lies outside the bounds"
        if "revenue_total" in wanted:
            close(case, "revenue", total, wanted["revenue_total"])
        if "own_financing_total" in wanted:
            close(case, "own financing", float(traced.paid[0]), wanted["own_financing_total"])
        if rule in wanted:
            _ledger_rule(case, book, traced, wanted[rule], by_tag)
    _ledger_bounds(case, bounds.low, bounds.high, wanted.get("bounds_own_money_in_revenue"), wanted)


def _named(book: Book, by_tag: np.ndarray) -> dict[str, float]:
    return {book.name(i): float(value) for i, value in enumerate(by_tag) if value > 0}


def _ledger_rule(case: Case, book: Book, traced: Any, wanted: Case, by_tag: np.ndarray) -> None:
    _same_keys(case, "origin", _named(book, by_tag), wanted.get("revenue_by_origin_total"))
    for period, origin in (wanted.get("revenue_by_origin_by_period") or {}).items():
        row = traced.revenue[0, [str(p) for p in book.periods].index(str(period))]
        _same_keys(case, f"origin in {period}", _named(book, row), origin)
    own, total = float(by_tag[book.tags.financing(book.focal)]), float(by_tag.sum())
    if "recycled_revenue_share" in wanted:
        close(case, "recycled", own / total if total else None, wanted["recycled_revenue_share"])
    if "boomerang_ratio" in wanted:
        paid = float(traced.paid[0])
        close(case, "boomerang", own / paid if paid else None, wanted["boomerang_ratio"])
    if "closing_pool_own_money" in wanted:
        still = {book.firms[i]: float(v) for i, v in enumerate(traced.still_out[0])}
        _same_keys(case, "still out", still, wanted["closing_pool_own_money"])


def _ledger_bounds(case: Case, low: float, high: float, wanted: Case | None, whole: Case) -> None:
    if wanted is None:
        return
    # The files print bounds and their shares with twelve decimals.
    loose = case | {"tol_abs": max(case.get("tol_abs") or 0.0, 1e-9)}
    close(loose, "low", low, wanted["lo"])
    close(loose, "high", high, wanted["hi"])
    total = number(whole.get("revenue_total"))
    if total and "share_lo" in wanted:
        close(loose, "share low", low / total, wanted["share_lo"])
        close(loose, "share high", high / total, wanted["share_hi"])


def run_ledger_error(case: Case) -> None:
    """No unique composition: the loop is named and its money tagged UNKNOWN, never NaN."""
    book = Book(case["input"])
    for rule in ("burn", "pooled"):
        traced = trace(book.payments, (book.focal,), rule=rule, view=case["input"].get("view", "last_financier"))
        assert traced.unfunded, "the unfunded loop is not reported"
        assert np.isfinite(traced.revenue).all()
        known = np.delete(traced.revenue[0].sum(axis=0), book.tags.unknown)
        assert traced.unfunded[0][2] and known.sum() <= 1e-9 + traced.revenue.sum()


RUNNERS = {
    "flow_graph": run_flow_graph,
    "ena": run_ena,
    "leontief": run_leontief,
    "hodge": run_hodge,
    "cycle_count": run_cycle_count,
    "ledger": run_ledger,
    "ledger_error": run_ledger_error,
}
