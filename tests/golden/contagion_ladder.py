"""Ranks, shares and warrants; Jacobians and lists of solutions of plain debts."""

from __future__ import annotations

from typing import Any

import numpy as np

from perpetuum.maths.claims import Claims, Costs, Series
from perpetuum.maths.ladder import Ladder, ladder
from perpetuum.maths.slopes import slopes
from perpetuum.maths.solutions import every_solution
from perpetuum.maths.sweeps import least

Case = dict[str, Any]


def close(case: Case, what: str, ours: Any, wanted: Any) -> None:
    tolerance = case["tolerance"]
    np.testing.assert_allclose(ours, wanted, rtol=tolerance["rel"], atol=tolerance["abs"], err_msg=what)


def _claims(case: Case) -> Claims:
    given = case["input"]
    warrants = tuple(
        Series(issuer=w["issuer"], holder=w["holder"], count=w["count"], strike=w["strike"])
        for w in given.get("warrants", ())
    )
    return Claims.of(
        np.array(given["liabilities"]),
        np.array(given["external_liabilities"]) if "external_liabilities" in given else None,
        np.array(given["equity_holdings"]) if "equity_holdings" in given else None,
        np.array(given["shares"]) if "shares" in given else None,
        warrants,
    )


def _costs(case: Case) -> Costs:
    given = case["input"]
    return Costs(
        alpha=given.get("alpha", 1.0),
        beta_debts=given.get("beta_d", given.get("beta", 1.0)),
        beta_shares=given.get("beta_s", 1.0),
    )


def _solved(case: Case) -> tuple[Claims, Costs, Ladder]:
    claims, costs = _claims(case), _costs(case)
    out = ladder(claims, np.array(case["input"]["external_assets"]), costs=costs)
    assert out.status == "settled", out.status
    return claims, costs, out


def _shared(case: Case, claims: Claims, costs: Costs, out: Ladder) -> None:
    """What every kind of payment problem may print."""
    wanted, end = case["expected"], out.end
    assets = np.array(case["input"]["external_assets"])
    per_rank = np.ndim(wanted.get("payments", [])) == 2
    ours: dict[str, Any] = {
        "payments": end.paid if per_rank else end.paid.sum(axis=0),
        "total_liabilities": end.debt if per_rank else end.debt.sum(axis=0),
        "equity": end.equity,
        "total_equity": end.equity,
        "shortfall": end.short,
        "default_costs": end.costs,
        "default_round": out.round_of_default,
    }
    for name, value in ours.items():
        if name in wanted:
            close(case, name, value, wanted[name])
    if "defaulted" in wanted:
        assert np.flatnonzero(end.fallen).tolist() == wanted["defaulted"]
    slope = slopes(out, costs)
    if "d_equity_d_external_assets" in wanted:
        close(case, "d_equity", slope.equity, wanted["d_equity_d_external_assets"])
    if "d_payments_d_external_assets" in wanted:
        close(case, "d_payments", slope.payments, wanted["d_payments_d_external_assets"])
    if "n_solutions_found" in wanted:
        assert len(every_solution(claims, assets, costs=costs)) == wanted["n_solutions_found"]
    if "all_isolated_clearing_vectors" in wanted:
        found = [s.paid.sum(axis=0) for s in every_solution(claims, assets, costs=costs)]
        close(case, "all", sorted(map(tuple, found)), sorted(map(tuple, wanted["all_isolated_clearing_vectors"])))
    if "least_payments" in wanted:
        swept = least(claims, assets, costs=costs, tolerance=1e-12)
        assert swept.error_bound <= 1e-12
        close(case, "least", np.minimum(swept.money, claims.debt.sum(axis=0)), wanted["least_payments"])


def run_payments(case: Case) -> None:
    _shared(case, *_solved(case))


def run_warrants(case: Case) -> None:
    claims, costs, out = _solved(case)
    _shared(case, claims, costs, out)
    wanted, value = case["expected"], out.end.equity
    payoff, exercised, price = [], [], value / claims.shares
    for w in case["input"]["warrants"]:
        issuer = w["issuer"]
        old = claims.shares[issuer]
        gain = max(0.0, w["count"] / (old + w["count"]) * (value[issuer] - old * w["strike"]))
        payoff.append(gain)
        exercised.append(gain > 0)
        # What arrives at the holder for this issuer must be its warrants and its old shares.
        own = claims.owned[w["holder"], issuer] * (value[issuer] - gain)
        close(case, "to holder", out.end.from_shares[w["holder"], issuer], own + gain)
        if gain > 0:
            price[issuer] = (value[issuer] + w["count"] * w["strike"]) / (old + w["count"])
    old_value = value - np.array([
        sum(p for p, w in zip(payoff, case["input"]["warrants"], strict=True) if w["issuer"] == i)
        for i in range(claims.firms)
    ])  # fmt: skip
    ours = {
        "warrant_payoff": payoff, "exercised": exercised, "share_price": price, "old_shareholder_value": old_value,
    }  # fmt: skip
    for name, mine in ours.items():
        if name in wanted:
            close(case, name, mine, wanted[name])


RUNNERS = {"seniority": run_payments, "equity_cross_holdings": run_payments, "warrants": run_warrants,
           "clearing": run_payments}  # fmt: skip
