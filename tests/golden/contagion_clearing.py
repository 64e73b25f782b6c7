"""Golden cases of clearing: what each kind asks of `clear` and `clear_sparse`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from perpetuum.maths.clearing import Clearing, clear
from perpetuum.maths.sparse_clearing import Claims, clear_sparse

Case = dict[str, Any]


def close(case: Case, what: str, got: Any, wanted: Any) -> None:
    tolerance = case["tolerance"]
    got, wanted = np.asarray(got, dtype=float), np.asarray(wanted, dtype=float)
    assert got.shape == wanted.shape, f"{what}: shape {got.shape} is not {wanted.shape}"
    off = np.abs(got - wanted) > tolerance["abs"] + tolerance["rel"] * np.abs(wanted)
    assert not off.any(), f"{what}: {got[off]} is not {wanted[off]}"


def table(given: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, float]:
    """Debts as a table, cash, debts outside, and what a default leaves."""
    cash = np.array(given["external_assets"], dtype=float)
    n = len(cash)
    if "edges" in given:
        owed = np.zeros((n, n))
        for debtor, creditor, amount in given["edges"]:
            owed[debtor, creditor] += amount
    else:
        owed = np.array(given["liabilities"], dtype=float).reshape(n, n)
    outside = np.array(given.get("external_liabilities") or np.zeros(n), dtype=float)
    return owed, cash, outside, float(given.get("alpha", 1.0)), float(given.get("beta", 1.0))


def told(case: Case, out: Clearing, debt: np.ndarray) -> None:
    """Everything of a clearing that the file tells."""
    wanted, given = case["expected"], {
        "payments": out.recovery * debt,
        "greatest_payments": out.recovery * debt,
        "total_liabilities": debt,
        "equity": out.equity,
        "shortfall": out.short,
        "recovery_rate": out.recovery,
        "payments_to_outside": out.outside_paid,
        "default_costs": out.costs,
        "total_paid": (out.recovery * debt).sum(),
        "total_shortfall": out.short.sum(),
        "equity_sum": out.equity.sum(),
        "default_round": out.round_of_default,
    }  # fmt: skip
    for name, ours in given.items():
        if name in wanted:
            close(case, name, ours, wanted[name])
    if "defaulted" in wanted:
        assert np.flatnonzero(out.round_of_default).tolist() == sorted(wanted["defaulted"])
    if "unique" in wanted:
        assert out.unique == ("yes" if wanted["unique"] else "no")
    assert out.settled, out


def run_clearing(case: Case) -> None:
    owed, cash, outside, alpha, beta = table(case["input"])
    debt = owed.sum(axis=1) + outside
    told(case, clear(owed, cash, owed_outside=outside, alpha=alpha, beta=beta), debt)
    if "least_payments" in case["expected"]:
        least = clear(owed, cash, owed_outside=outside, alpha=alpha, beta=beta, solution="least")
        close(case, "least_payments", least.recovery * debt, case["expected"]["least_payments"])
        if "equity" in case["expected"] and case["kind"] == "clearing_nonunique":
            close(case, "equity in the least solution", least.equity, case["expected"]["equity"])


def run_clearing_sparse(case: Case) -> None:
    owed, cash, outside, alpha, beta = table(case["input"])
    debt = owed.sum(axis=1) + outside
    told(case, clear(owed, cash, owed_outside=outside, alpha=alpha, beta=beta), debt)
    debtor, creditor, amount = (np.array(column) for column in zip(*case["input"]["edges"], strict=True))
    claims = Claims.of_edges(debtor, creditor, amount.astype(float), len(cash))
    told(case, clear_sparse(claims, cash, owed_outside=outside, alpha=alpha, beta=beta), debt)


RUNNERS: dict[str, Callable[[Case], None]] = {
    "clearing": run_clearing,
    "clearing_nonunique": run_clearing,
    "clearing_sparse": run_clearing_sparse,
}
