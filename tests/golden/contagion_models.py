"""Golden cases of the other models of contagion: DebtRank, thresholds, cross-holdings, ex-ante values, fire sales.

In these files `exposures[i][j]` is what i is owed by j; our functions take `owed[i, j]`, what i owes
j, so exposures are transposed here, at the border.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from perpetuum.maths.debtrank import DebtRank, debtrank_2012, debtrank_2015, debtrank_nonlinear
from perpetuum.maths.dependency import Outcome, elliott_golub_jackson
from perpetuum.maths.ex_ante import black_cox
from perpetuum.maths.fire_sales import forced_sale, linear_fire_sale
from perpetuum.maths.threshold import threshold_cascade

Case = dict[str, Any]


def array(given: Any) -> np.ndarray:
    return np.array(given, dtype=float)


def per_firm(given: Any, firms: int) -> np.ndarray:
    """One number for all, or one for each."""
    return np.broadcast_to(array(given), firms).copy()


def close(case: Case, what: str, ours: Any, wanted: Any) -> None:
    ours, wanted = array(ours), array(wanted)
    assert ours.shape == wanted.shape, f"{what}: shape {ours.shape} is not {wanted.shape}"
    allowed = case["tolerance"]["abs"] + case["tolerance"]["rel"] * np.abs(wanted)
    assert (np.abs(ours - wanted) <= allowed).all(), f"{what}: {ours} is not {wanted}"


def same(what: str, ours: Any, wanted: Any) -> None:
    assert sorted(int(i) for i in ours) == sorted(wanted), f"{what}: {ours} is not {wanted}"


def all_known(wanted: Case, known: set[str]) -> None:
    assert set(wanted) <= known, f"no check knows {sorted(set(wanted) - known)}"


def by_round(rounds: np.ndarray) -> list[list[int]]:
    """Who belongs to round 1, to round 2, ..."""
    return [np.flatnonzero(rounds == k).tolist() for k in range(1, int(rounds.max(initial=0)) + 1)]


# ---- DebtRank


def run_debtrank(case: Case) -> None:
    given = case["input"]
    args = array(given["exposures"]).T.copy(), array(given["equity"]), array(given["initial_stress"])
    weights = array(given["weights"]) if given.get("weights") is not None else None
    rho = float(given.get("rho") or 0.0)
    for name, wanted in case["expected"].items():
        out, field = _variant(name, args, rho, weights)
        if field == "history":
            _same_history(case, out.history, array(wanted))
        else:
            close(case, name, out.distress if field == "h" else out.debtrank, wanted)
        assert out.status == "settled", f"{name}: {out.status}"


def _variant(name: str, args: tuple[np.ndarray, ...], rho: float, weights: Any) -> tuple[DebtRank, str]:
    if found := re.fullmatch(r"battiston2012_(h|debtrank|history)", name):
        return debtrank_2012(*args, weights=weights), found[1]
    if found := re.fullmatch(r"bardoscia2015_(h|additional|history)", name):
        return debtrank_2015(*args, rho=rho, weights=weights), found[1]
    found = re.fullmatch(r"nonlinear2016_(h|additional|history)_alpha_(.+)", name)
    assert found, f"no check knows `{name}`"
    return debtrank_nonlinear(*args, a=float(found[2].replace("p", ".")), rho=rho, weights=weights), found[1]


def _same_history(case: Case, ours: np.ndarray, wanted: np.ndarray) -> None:
    """Round by round; a last round in which nothing changed may be told or left out."""
    common = min(len(ours), len(wanted))
    close(case, "history", ours[:common], wanted[:common])
    for rest in (*ours[common:], *wanted[common:]):
        close(case, "end of history", rest, ours[common - 1])


# ---- thresholds and cross-holdings


def run_threshold(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    owed = array(given["liabilities"])
    firms = len(owed)
    out = threshold_cascade(
        owed,
        per_firm(given.get("external_liabilities", 0.0), firms),
        array(given["external_assets"]),
        recovery=float(given.get("recovery", 0.0)),
        fallen=given.get("initial_defaults", []),
    )
    all_known(wanted, {"net_worth", "loss", "defaulted", "rounds"})
    for name in wanted.keys() & {"net_worth", "loss"}:
        close(case, name, getattr(out, name), wanted[name])
    if "defaulted" in wanted:
        same("defaulted", np.flatnonzero(out.fallen), wanted["defaulted"])
    if "rounds" in wanted:
        assert by_round(out.round_of_default) == [sorted(some) for some in wanted["rounds"]]


def run_egj(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    owned = array(given["cross_holdings"])
    firms = len(owned)
    out = elliott_golub_jackson(
        owned,
        array(given["asset_values"]),
        per_firm(given["thresholds"], firms),
        per_firm(given["failure_costs"], firms),
    )
    fields = {"values", "failed", "waves"}
    all_known(wanted, {"dependency"} | {f"{end}_case_{field}" for end in ("best", "worst") for field in fields})
    assert out.status == "settled"
    if "dependency" in wanted:
        close(case, "dependency", out.matrix, wanted["dependency"])
    for name, end in (("best_case", out.best), ("worst_case", out.worst)):
        _same_outcome(case, name, end, wanted)


def _same_outcome(case: Case, name: str, end: Outcome, wanted: Case) -> None:
    if f"{name}_values" in wanted:
        close(case, name, end.values, wanted[f"{name}_values"])
    if f"{name}_failed" in wanted:
        same(name, np.flatnonzero(end.failed), wanted[f"{name}_failed"])
    if f"{name}_waves" in wanted:
        assert by_round(end.wave) == [sorted(some) for some in wanted[f"{name}_waves"]]


# ---- ex-ante values and fire sales


def run_black_cox(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    owed = array(given["exposures"]).T.copy()
    firms = len(owed)
    out = black_cox(
        owed,
        per_firm(given.get("external_liabilities", 0.0), firms),
        array(given["external_assets"]) - per_firm(given.get("shock", 0.0), firms),
        per_firm(given["sigma"], firms),
        per_firm(given.get("recovery", 0.0), firms),
    )
    assert out.status == "settled"
    ours = {
        "equity": out.equity,
        "equity_face_value": out.equity_at_face_value,
        "valuation": out.valuation,
        "default_probability": out.default_probability,
    }
    all_known(wanted, set(ours))
    for name, value in wanted.items():
        close(case, name, ours[name], value)


def run_linear_sale(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    out = linear_fire_sale(
        *(array(given[name]) for name in ("assets", "weights", "debt", "equity", "price_impact", "shock"))
    )
    ours = {
        "first_round_return": out.first_return,
        "sales": out.sales,
        "second_round_return": out.second_return,
        "second_round_loss": out.loss,
        "aggregate_vulnerability": out.vulnerability,
        "systemicness": out.systemicness,
        "indirect_vulnerability": out.exposure,
    }
    all_known(wanted, set(ours))
    for name, value in wanted.items():
        close(case, name, ours[name], value)


def run_forced_sale(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    out = forced_sale(
        *(array(given[name]) for name in ("cash", "units", "debt")),
        capital_rule=float(given["gamma"]),
        price_impact=float(given["theta"]),
    )
    assert out.status == "settled"
    all_known(wanted, {"price", "units_sold", "equity", "insolvent"})
    for name in wanted.keys() & {"price", "units_sold", "equity"}:
        close(case, name, getattr(out, name), wanted[name])
    if "insolvent" in wanted:
        same("insolvent", np.flatnonzero(out.insolvent), wanted["insolvent"])


RUNNERS: dict[str, Callable[[Case], None]] = {
    "debtrank": run_debtrank,
    "threshold_cascade": run_threshold,
    "egj": run_egj,
    "neva_blackcox": run_black_cox,
    "fire_sale_linear": run_linear_sale,
    "fire_sale_capital_rule": run_forced_sale,
}
