"""What is timed of clearing. Process time, one thread; M is the best of 40 products by SciPy."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import networks
import numpy as np
from networks import Network
from scipy.optimize import linprog
from scipy.sparse import _sparsetools, csr_array, diags_array, eye_array

from perpetuum.maths.clearing import Clearing, clear
from perpetuum.maths.sparse_clearing import Claims, _product, clear_sparse

Timed = dict[str, float]


def best(work: Callable[[], object], runs: int) -> float:
    """Fewest seconds of process time."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def yardstick(claims: csr_array) -> float:
    """M: what SciPy needs for one product with the same matrix."""
    n, x, out = claims.shape[0], np.ones(claims.shape[0]), np.zeros(claims.shape[0])
    given = (n, n, claims.indptr, claims.indices, claims.data, x, out)
    return best(lambda: _sparsetools.csr_matvec(*given), 40)


def solve(net: Network, **options: object) -> Clearing:
    """From the matrix of SciPy to the certificate, the check of its entries included."""
    return clear_sparse(Claims.of_table(net.claims), net.cash, owed_outside=net.outside, **options)  # type: ignore[arg-type]


def sweep(firms: int) -> Timed:
    net = networks.easy(firms)
    claims, x, out = Claims.of_table(net.claims), np.ones(firms), np.empty(firms)
    given = (claims.starts, claims.debtor, claims.amount, x, out)
    _product(*given)
    return {"seconds": best(lambda: _product(*given), 40), "against": yardstick(net.claims)}


def timed(net: Network, runs: int) -> Timed:
    solve(networks.easy(1_000))  # compiled before the clock starts
    product = yardstick(net.claims)
    claims = Claims.of_table(net.claims)
    read = best(lambda: Claims.of_table(net.claims), runs)
    seconds = best(lambda: clear_sparse(claims, net.cash, owed_outside=net.outside), runs)
    tracemalloc.start()
    out = solve(net)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    matrix = net.claims.data.nbytes + net.claims.indices.nbytes + net.claims.indptr.nbytes
    return {
        "seconds": seconds,
        "against": product,
        "read": read / product,
        "settled": out.settled,
        "unique": out.unique == "yes",
        "rounds": out.rounds,
        "residual": out.residual,
        "bound": out.error_bound,
        "matrices": 1 + peak / matrix,
    }


def clear_easy(firms: int) -> Timed:
    return timed(networks.easy(firms), 5)


def clear_hard(firms: int) -> Timed:
    return timed(networks.hard(firms), 3)


def sweeps_alone(firms: int) -> Timed:
    """As many sweeps as take as long as rounds may; how far off they then are."""
    net = networks.hard(firms)
    exact, product = solve(net), yardstick(net.claims)
    start = time.process_time()
    out = solve(net, method="sweeps", most_rounds=400, check_unique=False)
    seconds = time.process_time() - start
    return {
        "seconds": seconds, "against": product, "settled": out.settled, "rounds": out.rounds,
        "residual": out.residual, "bound": out.error_bound, "error": np.abs(out.recovery - exact.recovery).max(),
    }  # fmt: skip


def clear_draws(firms: int, draws: int = 10_000) -> Timed:
    chance = np.random.default_rng(0)
    owed = chance.lognormal(0, 1, (firms, firms)) * (chance.random((firms, firms)) < 0.3)
    np.fill_diagonal(owed, 0.0)
    outside = 0.3 * owed.sum(axis=1)
    need = owed.sum(axis=1) + outside - owed.sum(axis=0)
    cash = np.maximum(need * (1 + chance.normal(0.0, 0.1, (draws, firms))), 0.0)
    work = partial(clear, owed, cash, owed_outside=outside)
    out = work()
    apart = 0.0
    for draw in range(0, draws, 20):
        alone = clear(owed, cash[draw], owed_outside=outside)
        same_rounds = (alone.round_of_default == out.round_of_default[draw]).all()
        apart = max(apart, np.abs(alone.recovery - out.recovery[draw]).max() if same_rounds else np.inf)
    return {
        "seconds": best(work, 5), "against": best(lambda: batch_of_sweeps(owed, cash, outside), 3),
        "falls": (out.round_of_default > 0).sum(axis=1).mean(), "apart": apart,
    }  # fmt: skip


def batch_of_sweeps(owed: np.ndarray, cash: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """All draws at once, swept from above until nothing moves by 1e-13."""
    debt, share, step = owed.sum(axis=1) + outside, np.ones_like(cash), 1.0
    while step > 1e-13:
        before, share = share, np.minimum(1.0, (cash + share @ owed) / debt)
        step = float(np.abs(share - before).max())
    return share


def clear_program(firms: int) -> Timed:
    """A second opinion: the linear programme of Eisenberg and Noe."""
    net = networks.easy(firms)
    out = solve(net)
    debt = net.claims.sum(axis=0) + net.outside
    flow = csr_array(eye_array(firms) - net.claims @ diags_array(1.0 / debt))
    limits = np.stack([np.zeros(firms), debt], axis=1)

    def program() -> np.ndarray:
        return linprog(-np.ones(firms), A_ub=flow, b_ub=net.cash, bounds=limits, method="highs").x / debt

    apart = float(np.abs(program() - out.recovery).max())
    return {"seconds": best(partial(solve, net), 5), "against": best(program, 3), "apart": apart}
