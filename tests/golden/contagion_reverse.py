"""Golden cases of reverse stress, netting, reconstruction, screening, several quarters and swaps, by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from perpetuum.maths.critical import critical_haircuts
from perpetuum.maths.entropy import max_entropy
from perpetuum.maths.least_loss import least_loss
from perpetuum.maths.netting import set_off
from perpetuum.maths.roll_over import roll_over
from perpetuum.maths.screening import screen
from perpetuum.maths.small_clearing import clear_small
from perpetuum.maths.swaps import Swap, clear_swaps

Case = dict[str, Any]


def table(said: Any) -> np.ndarray:
    return np.array(said, dtype=float)


def close(case: Case, what: str, ours: Any, wanted: Any) -> None:
    ours, wanted = np.asarray(ours, dtype=float), np.asarray(wanted, dtype=float)
    assert ours.shape == wanted.shape, f"{what}: {ours.tolist()} has another shape than {wanted.tolist()}"
    room = case["tolerance"].get("abs", 0.0) + case["tolerance"].get("rel", 0.0) * np.abs(wanted)
    assert (np.abs(ours - wanted) <= room).all(), f"{what}: {ours.tolist()} is not {wanted.tolist()}"


def debts(case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is owed inside and outside, and what each firm has."""
    given = case["input"]
    owed = table(given["liabilities"])
    owed_outside = table(given.get("external_liabilities", np.zeros(len(owed))))
    return owed, owed_outside, table(given.get("external_assets", given.get("outside_assets")))


def costs(case: Case) -> dict[str, float]:
    return {name: float(case["input"].get(name, 1.0)) for name in ("alpha", "beta")}


def run_uniform(case: Case) -> None:
    found, wanted = critical_haircuts(*debts(case), **costs(case)), case["expected"]
    ours = {
        "trigger": [list(c.trigger) for c in found.critical],
        "dominoes": [list(c.dominoes) for c in found.critical],
        "initial_defaults": list(found.initial),
    }
    if "critical_x" in wanted:
        close(case, "critical_x", [c.x for c in found.critical], wanted["critical_x"])
    for name in ours.keys() & wanted.keys():
        said = wanted[name]
        said = sorted(said) if name == "initial_defaults" else [sorted(firms) for firms in said]
        assert ours[name] == said, f"{name}: {ours[name]} is not {said}"


def run_target(case: Case) -> None:
    target, wanted = case["input"]["target"], case["expected"]
    found = least_loss(*debts(case), target, **costs(case))
    close(case, "min_total_loss", found.total, wanted["min_total_loss"])
    assert found.verified and found.status == "settled"
    if "direct_loss_needed_on_target_alone" in wanted:
        close(case, "direct", found.direct, wanted["direct_loss_needed_on_target_alone"])
    if "unique" in wanted and found.unique != "not_checked":
        assert found.unique == ("yes" if wanted["unique"] else "no")
    if found.unique == "yes":
        for said in wanted.get("minimisers", []):
            close(case, "minimiser", found.loss, said)
    for said in wanted.get("minimisers", []):
        close(case, "total of a minimiser", sum(said), found.total)


def run_netting(case: Case) -> None:
    owed, wanted = table(case["input"]["liabilities"]), case["expected"]
    found = set_off(owed)
    ours = {
        "gross": found.gross,
        "bilateral_cleared": found.bilateral,
        "cleared_max": found.cleared_in_all,
        "residual": found.left.sum(),
        "net_position": found.net_position,
        "net_internal_debt": found.least_cash,
    }
    for name in ours.keys() & wanted.keys():
        close(case, name, ours[name], wanted[name])
    left = found.table(found.left)
    close(case, "net position after", left.sum(axis=0) - left.sum(axis=1), found.net_position)


def run_max_entropy(case: Case) -> None:
    """The files hold what each firm is owed by each other: the transpose of what each owes."""
    given, wanted = case["input"], case["expected"]
    found = max_entropy(table(given["interbank_assets"]), table(given["interbank_liabilities"]))
    assert found.status == "settled"
    close(case, "exposures", found.owed.T, wanted["exposures"])


def run_screening(case: Case) -> None:
    owed, owed_outside, assets = debts(case)
    chances, wanted = case["input"].get("default_probability"), case["expected"]
    found = screen(owed, owed_outside, assets, None if chances is None else table(chances))
    ours = {
        "net_worth": found.net_worth,
        "beta": found.owed_inside,
        "leverage": found.leverage,
        "contagion_index": found.index,
        "amplification_bound": found.amplification,
    }
    for name in ours.keys() & wanted.keys():
        close(case, name, ours[name], wanted[name])
    if "impossible" in wanted:
        assert found.impossible.tolist() == wanted["impossible"]
    for i, said in enumerate(wanted.get("worst_case_defaults", [])):
        fallen = clear_small(owed, owed_outside, np.where(np.arange(len(assets)) == i, 0.0, assets)).fallen
        others = [j for j in np.flatnonzero(fallen).tolist() if j != i]
        assert others == sorted(said), f"when {i} loses everything: {others} is not {said}"


def run_multi_period(case: Case) -> None:
    given, wanted = case["input"], case["expected"]
    found = roll_over(
        table(given["due"]), table(given["inflows"]), table(given["initial_cash"]), float(given.get("iota", 0.0))
    )
    ours = {"payments": found.paid, "outstanding_after": found.outstanding, "cash_after": found.cash}
    for name in ours.keys() & wanted.keys():
        close(case, name, ours[name], wanted[name])


def run_cds(case: Case) -> None:
    wanted = case["expected"]
    swaps = tuple(Swap(s["writer"], s.get("holder"), s["reference"], float(s["notional"]))
                  for s in case["input"].get("swaps", []))  # fmt: skip
    found = clear_swaps(*debts(case), swaps, **costs(case))
    assert len(found.recovery) == wanted["n_solutions"], f"found {found.recovery.tolist()}"
    assert found.status == ("settled" if wanted["n_solutions"] else "not_settled")
    for said in wanted.get("recovery_rates", []):
        nearest = min(found.recovery, key=lambda r: float(np.abs(r - said).max()))
        close(case, "recovery_rates", nearest, said)


RUNNERS: dict[str, Callable[[Case], None]] = {
    "reverse_stress_uniform": run_uniform,
    "reverse_stress_target": run_target,
    "netting": run_netting,
    "max_entropy": run_max_entropy,
    "glasserman_young": run_screening,
    "multi_period": run_multi_period,
    "cds": run_cds,
}
