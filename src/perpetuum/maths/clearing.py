"""What everyone pays when everyone pays what they can."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numba import get_num_threads, prange
from numpy.typing import NDArray
from scipy.sparse import csr_array

from perpetuum.maths.certificate import EPS
from perpetuum.maths.closed_groups import dry_closed_groups
from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.rounds import (
    FALLEN,
    NOT_SETTLED,
    SETTLED,
    STATUSES,
    Scratch,
    bound_of_rounds,
    clear_one,
    fall_in_rounds,
    kept,
    scratch,
    shares_by_rank,
)
from perpetuum.maths.shapes import Float

__all__ = ["ACCURACY", "Clearing", "Scratch", "clear", "clear_one", "scratch"]

Array = NDArray[np.float64]
Solution = Literal["greatest", "least"]
# An answer counts as settled only if its error is proven to be smaller, as a share of each firm's debt.
ACCURACY = 1e-9
# Fewer draws are not worth waking the other threads for.
SIDE_BY_SIDE = 256
# Threads of some systems must not be woken twice at once.
_ONE_AT_A_TIME = threading.Lock()
YES, NO, NOT_CHECKED = "yes", "no", "not_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """Who pays what, who falls and when, and how sure that is. USD; batch axes lead.

    Attributes
    ----------
    due
        What was owed: row owes column, or one amount for each debt of a list.
    recovery
        Share of its debt that a firm pays; 1 for a firm that owes nothing.
    short
        What it still owes.
    equity
        What is left to its owners.
    costs
        What its default destroys.
    outside_paid
        What it pays to those outside the network.
    round_of_default
        1 falls first, 0 never falls. A round is logic, not a date.
    at_edge
        Misses or exceeds its debt by less than the tolerance.
    unique
        ``yes``, ``no`` or ``not_checked``: whether this is the only solution.
    status
        ``settled``; ``not_settled``: no error bound below 1e-9 was proven, or with costs it cannot be
        told who falls; ``ran_out_of_rounds``: payments are upper bounds only.
    residual
        The largest |share paid - share that the rules give for it|.
    error_bound
        Proven bound on the error of recoveries, and of equity as a share of a firm's size.
    rounds
        How many there were.
    debtor
        For a list of debts: who owes each.
    """

    due: Array
    recovery: Array
    short: Array
    equity: Array
    costs: Array
    outside_paid: Array
    round_of_default: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    unique: Any
    status: Any
    residual: Any
    error_bound: Any
    rounds: Any
    debtor: NDArray[Any] | None = None

    @property
    def paid(self) -> Array:
        """What is paid on each debt: row paid column, or one amount for each debt of a list."""
        if self.debtor is None:
            return self.due * self.recovery[..., None]
        return np.asarray(self.due * self.recovery[self.debtor])

    @property
    def settled(self) -> Any:
        """Whether the status is ``settled``, by draw if there are several."""
        return self.status == "settled"


def clear(
    owed: Float[np.ndarray, "*#batch firm firm"],
    cash: Float[np.ndarray, "*#batch firm"],
    *,
    owed_outside: Float[np.ndarray, "*#batch firm"] | None = None,
    alpha: float = 1.0,
    beta: float = 1.0,
    solution: Solution = "greatest",
    tolerance: float = 1e-9,
    check_unique: bool = True,
    most_rounds: int | None = None,
) -> Clearing:
    """Clear debts that fall due together.

    Debts rank equally and are paid in proportion. The result is the largest set of payments in
    which nobody pays more than it owes or more than it has.

    Parameters
    ----------
    owed
        USD, never negative; row owes column, and nobody owes itself.
    cash
        USD, never negative; what each firm holds before anyone pays.
    owed_outside
        USD, never negative; what each firm owes outside the network, of the same rank.
    alpha, beta
        Shares of its cash and of what it receives that a firm can hand out once it has fallen.
    solution
        ``greatest``, or ``least``: the most pessimistic payments that still follow the rules.
    tolerance
        Share of its debt a firm may miss and still count as paying in full.
    check_unique
        Whether to ask if there is another solution. With costs this solves for the least one.
    most_rounds
        Stop after so many rounds; by default one for each firm.

    Returns
    -------
    Clearing
        ``paid`` in USD (row paid column), ``short`` in USD (what each firm still owes),
        ``round_of_default`` (1 falls first, 0 never falls), ``settled``, and the rest.

    Notes
    -----
    Rounds of default: at most one per firm, each a linear solve. A firm at the edge pays what it has
    and bears no costs. In the least solution, firms that fall only there have the last round.
    NaN is refused. Draws share what has no batch axis.
    Source: Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835; costs: Rogers and Veraart (2013),
    doi:10.1287/mnsc.1120.1569.

    Examples
    --------
    A owes B 10, B owes C 10, and A has only 4:

    >>> owed = np.array([[0.0, 10, 0], [0, 0, 10], [0, 0, 0]])
    >>> out = clear(owed, cash=np.array([4.0, 1, 0]))
    >>> out.paid.sum(axis=1)
    array([4., 5., 0.])
    >>> out.round_of_default
    array([1, 2, 0])
    """
    outside = np.zeros(cash.shape[-1]) if owed_outside is None else owed_outside
    refuse(_problems(owed, cash, outside, alpha, beta, solution, tolerance, most_rounds))
    books = _Books.of(owed, cash, outside)
    most = owed.shape[-1] + 1 if most_rounds is None else most_rounds
    free = alpha == 1.0 and beta == 1.0
    found = books.solve(alpha, beta, tolerance, most)
    if solution == "greatest" and not check_unique:
        return books.told(found, owed, NOT_CHECKED)
    if solution == "greatest" and free:
        return books.told(found, owed, _yes_or_no(~books.dry().any(-1), found))
    least = books.least(found, alpha, beta, tolerance, most)
    gap = np.abs(found.recovery - least.recovery).max(axis=-1, initial=0.0)
    same = gap <= found.bound + least.bound
    unique = _yes_or_no(same, found, least) if check_unique else NOT_CHECKED
    return books.told(found if solution == "greatest" else least, owed, unique)


# ---- what many draws share


@dataclass(frozen=True, slots=True)
class _Found:
    """One solution of every draw, as the compiled loops fill it in."""

    recovery: Array
    equity: Array
    costs: Array
    round_of_default: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    status: NDArray[np.int64]
    rounds: NDArray[np.int64]
    residual: Array
    bound: Array

    @staticmethod
    def room(draws: int, n: int) -> _Found:
        return _Found(
            recovery=np.ones((draws, n)),
            equity=np.zeros((draws, n)),
            costs=np.zeros((draws, n)),
            round_of_default=np.zeros((draws, n), dtype=np.int64),
            at_edge=np.zeros((draws, n), dtype=np.bool_),
            status=np.zeros(draws, dtype=np.int64),
            rounds=np.zeros(draws, dtype=np.int64),
            residual=np.zeros(draws),
            bound=np.zeros(draws),
        )

    def parts(self) -> tuple[NDArray[Any], ...]:
        return (self.recovery, self.equity, self.costs, self.round_of_default, self.at_edge,
                self.status, self.rounds, self.residual, self.bound)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Books:
    """Debts and cash of all draws; ``owed`` and ``outside`` have one row where draws share them."""

    owed: Array
    cash: Array
    outside: Array
    batch: tuple[int, ...]

    @staticmethod
    def of(owed: Array, cash: Array, outside: Array) -> _Books:
        n = cash.shape[-1]
        batch = np.broadcast_shapes(owed.shape[:-2], cash.shape[:-1], outside.shape[:-1])

        def rows(array: Array, own: int) -> Array:
            if array.ndim == own:
                return np.ascontiguousarray(array)[None]
            return np.ascontiguousarray(np.broadcast_to(array, batch + array.shape[-own:])).reshape(-1, *([n] * own))

        draws = int(np.prod(batch))
        return _Books(
            rows(owed, 2), np.ascontiguousarray(np.broadcast_to(rows(cash, 1), (draws, n))), rows(outside, 1), batch
        )

    @property
    def draws(self) -> int:
        return len(self.cash)

    @property
    def debt(self) -> Array:
        return np.broadcast_to(self.owed.sum(axis=2) + self.outside, self.cash.shape)

    def solve(self, alpha: float, beta: float, tolerance: float, most: int) -> _Found:
        """The greatest solution of every draw, side by side."""
        found = _Found.room(self.draws, self.cash.shape[1])
        given = (self.owed, self.cash, self.outside, float(alpha), float(beta), float(tolerance), most)
        if self.draws < SIDE_BY_SIDE:
            _some_draws(0, 1, *given, *found.parts())
        else:
            with _ONE_AT_A_TIME:
                _all_draws(4 * get_num_threads(), *given, *found.parts())
        return found

    def dry(self) -> NDArray[np.bool_]:
        """Who is in a dry closed group, by draw."""
        out = np.zeros(self.cash.shape, dtype=np.bool_)
        candidate = (self.cash <= 0.0) & (self.outside <= 0.0) & (self.debt > 0.0)
        for draw in np.flatnonzero(candidate.sum(axis=1) > 1):
            claims = csr_array(self.owed[draw % len(self.owed)].T)
            outside = self.outside[draw % len(self.outside)] > 0.0
            out[draw] = dry_closed_groups(claims, self.cash[draw] > 0.0, outside) >= 0
        return out

    def least(self, greatest: _Found, alpha: float, beta: float, tolerance: float, most: int) -> _Found:
        """The least solution: nobody stands until its assets force it to.

        While it does not stand, a firm pays min(debt, alpha cash + beta receipts). That is an ordinary
        clearing, in which what beta takes away is owed outside; dry closed groups then pay nothing.
        Whoever could pay in full by all it has stands from then on, until nobody joins.
        """
        debt = self.debt
        stands = debt <= 0.0
        while True:
            rest = self._costly(np.where(stands, 1.0, alpha), np.where(stands, 1.0, beta))
            found = rest.solve(1.0, 1.0, 0.0, most)
            recovery = np.where(rest.dry(), 0.0, found.recovery)
            inflow = np.einsum("dji,dj->di", np.broadcast_to(self.owed, (self.draws, *self.owed.shape[1:])), recovery)
            assets = self.cash + inflow
            joins = ~stands & (assets >= debt * (1.0 - tolerance))
            if not joins.any():
                break
            stands |= joins
        only_here = ~stands & (greatest.round_of_default == 0)
        rounds = greatest.rounds + only_here.any(axis=1)
        left = np.maximum(assets - recovery * debt, 0.0)
        return _Found(
            recovery=recovery,
            equity=np.where(stands, left, 0.0),
            costs=np.where(~stands & (alpha < 1.0 or beta < 1.0), left, 0.0),
            round_of_default=np.where(stands, 0, np.where(only_here, rounds[:, None], greatest.round_of_default)),
            at_edge=(debt > 0.0) & (np.abs(assets - debt) <= tolerance * debt),
            status=np.maximum(found.status, greatest.status),
            rounds=rounds,
            residual=found.residual,
            bound=found.bound,
        )

    def _costly(self, keeps_cash: Array, keeps_receipts: Array) -> _Books:
        """The same books where each firm keeps only shares of its cash and of what it receives."""
        lost = self.owed * (1.0 - keeps_receipts)[:, None, :]
        return _Books(self.owed - lost, self.cash * keeps_cash, self.outside + lost.sum(axis=2), self.batch)

    def told(self, found: _Found, owed: Array, unique: Any) -> Clearing:
        """The result in the shape in which the question was put."""
        n, batch = self.cash.shape[1], self.batch
        status = np.array(STATUSES)[found.status]

        def shaped(array: Any) -> Any:
            array = np.broadcast_to(array, (self.draws,))
            return array.reshape(batch) if batch else array[0].item()

        return Clearing(
            due=owed,
            recovery=found.recovery.reshape(*batch, n),
            short=(self.debt * (1.0 - found.recovery)).reshape(*batch, n),
            equity=found.equity.reshape(*batch, n),
            costs=found.costs.reshape(*batch, n),
            outside_paid=(self.outside * found.recovery).reshape(*batch, n),
            round_of_default=found.round_of_default.reshape(*batch, n),
            at_edge=found.at_edge.reshape(*batch, n),
            unique=shaped(unique),
            status=shaped(status),
            residual=shaped(found.residual),
            error_bound=shaped(found.bound),
            rounds=shaped(found.rounds),
        )


def _yes_or_no(same: Any, *solutions: _Found) -> NDArray[Any]:
    known = np.all([each.status == SETTLED for each in solutions], axis=0)
    return np.where(known, np.where(same, YES, NO), NOT_CHECKED)


# ---- compiled


@compiled_over_draws
def _all_draws(
    chunks: int,
    owed: Array, cash: Array, outside: Array, alpha: float, beta: float, tolerance: float, most: int,
    recovery: Array, equity: Array, costs: Array, fell: Array, edge: Array,
    status: Array, rounds: Array, residual: Array, bound: Array,
) -> None:  # fmt: skip
    for chunk in prange(chunks):
        _some_draws(chunk, chunks, owed, cash, outside, alpha, beta, tolerance, most,
                    recovery, equity, costs, fell, edge, status, rounds, residual, bound)  # fmt: skip


@compiled
def _some_draws(
    first: int, step: int,
    owed: Any, cash: Any, outside: Any, alpha: float, beta: float, tolerance: float, most: int,
    recovery: Any, equity: Any, costs: Any, fell: Any, edge: Any, status: Any, rounds: Any, residual: Any, bound: Any,
) -> None:  # fmt: skip
    """Every so many draws, in one room."""
    draws, n = cash.shape
    room = scratch(n, 1, False)
    face = np.zeros(n)
    known = -1
    for draw in range(first, draws, step):
        book = draw % owed.shape[0]
        if book != known or outside.shape[0] > 1:
            _add_up(owed[book], outside[draw % outside.shape[0]], room, face)
            known = book
        due = owed[book : book + 1]
        status[draw], rounds[draw], opened = fall_in_rounds(
            due, cash[draw], alpha, beta, tolerance, most, fell[draw], room
        )
        shares_by_rank(recovery[draw : draw + 1], room)
        residual[draw] = _outcome(cash[draw], alpha, beta, tolerance, recovery[draw], equity[draw], costs[draw],
                                  edge[draw], room)  # fmt: skip
        bound[draw] = np.inf
        if status[draw] == SETTLED:
            blur = max(4.0, (n + 4) / 2.0) * EPS
            bound[draw] = blur + bound_of_rounds(due, cash[draw], alpha, beta, opened, blur, room)
            if bound[draw] > ACCURACY or not _told_apart(cash[draw], alpha, beta, tolerance, bound[draw], face, room):
                status[draw] = NOT_SETTLED


@compiled
def _add_up(owed: Array, outside: Array, room: Scratch, face: Array) -> None:
    """Debt of each firm, and what others owe it at face value."""
    n = outside.size
    for i in range(n):
        face[i] = 0.0
    for i in range(n):
        total = outside[i]
        for j in range(n):
            total += owed[i, j]
            face[j] += owed[i, j]
        room.total[i] = total
        room.debt[0, i] = total


@compiled
def _outcome(
    cash: Array, alpha: float, beta: float, tolerance: float,
    recovery: Array, equity: Array, costs: Array, edge: Array, room: Scratch,
) -> float:  # fmt: skip
    """Equity, costs and edges of one draw; returns the residual."""
    residual = 0.0
    for i in range(cash.size):
        assets, debt = cash[i] + room.inflow[i], room.total[i]
        left = max(0.0, assets - recovery[i] * debt)
        fallen = room.state[i] == FALLEN
        equity[i] = 0.0 if fallen else left
        costs[i] = left if fallen and (alpha < 1.0 or beta < 1.0) else 0.0
        edge[i] = debt > 0.0 and abs(assets - debt) <= tolerance * debt
        if debt > 0.0:
            a, b = kept(room.state[i], alpha, beta)
            residual = max(residual, abs(recovery[i] - min(1.0, (a * cash[i] + b * room.inflow[i]) / debt)))
    return residual


@compiled
def _told_apart(
    cash: Array, alpha: float, beta: float, tolerance: float, bound: float, face: Array, room: Scratch
) -> bool:
    """Whether it is certain who falls; it need not be where default costs nothing."""
    if alpha == 1.0 and beta == 1.0:
        return True
    for i in range(cash.size):
        miss = cash[i] + room.inflow[i] - room.total[i] * (1.0 - tolerance)
        if room.total[i] > 0.0 and abs(miss) <= bound * face[i]:
            return False
    return True


# ---- what is refused


def refuse(problems: Iterator[str]) -> None:
    """Raise one error that names every problem, if there are any."""
    if found := list(problems):
        raise ValueError("\n".join(found))


def option_problems(alpha: float, beta: float, solution: str, tolerance: float, most: int | None) -> Iterator[str]:
    """What is wrong with the options of a clearing."""
    for name, share in (("alpha", alpha), ("beta", beta)):
        if not 0.0 <= share <= 1.0:
            yield f"{name} is {share}: a share must lie between 0 and 1; write 1 for no cost of default."
    if not 0.0 <= tolerance < 1e-3:
        yield f"tolerance is {tolerance}: it must be at least 0 and below 0.001; leave it out for 1e-9."
    if solution not in ("greatest", "least"):
        yield f"solution is {solution!r}: ask for 'greatest' or 'least'."
    if most is not None and most < 0:
        yield f"most_rounds is {most}: it must not be negative; leave it out for one round per firm."


def amount_problems(name: str, values: Array, what: str) -> Iterator[str]:
    """What cannot be an amount of money, and where it stands first."""
    for wrong, is_wrong in (("not a number", np.isnan), ("infinite", np.isinf), ("negative", lambda a: a < 0)):
        places = np.argwhere(cast(NDArray[np.bool_], is_wrong(values)))
        if len(places):
            place = ", ".join(str(each) for each in places[0])
            more = f" ({len(places)} such places)" if len(places) > 1 else ""
            yield f"{name}[{place}] is {wrong}{more}: {what}; leave out what is not known, or give its amount."


def _problems(
    owed: Array, cash: Array, outside: Array, alpha: float, beta: float, solution: str, tolerance: float,
    most: int | None,
) -> Iterator[str]:  # fmt: skip
    yield from option_problems(alpha, beta, solution, tolerance, most)
    n = cash.shape[-1] if cash.ndim else 0
    if owed.ndim < 2 or owed.shape[-2:] != (n, n) or outside.shape[-1:] != (n,):
        yield (
            f"owed has shape {owed.shape}, cash {cash.shape}, owed_outside {outside.shape}: "
            "give one row and one column of owed, and one number of the others, for each firm."
        )
        return
    yield from amount_problems("owed", owed, "debts are never negative")
    yield from amount_problems("cash", cash, "cash is never negative")
    yield from amount_problems("owed_outside", outside, "debts are never negative")
    own = np.argwhere(np.diagonal(owed, axis1=-2, axis2=-1) != 0)
    if len(own):
        firms = ", ".join(str(firm) for firm in sorted({int(place[-1]) for place in own}))
        yield f"owed: firm {firms} owes itself; set the diagonal to zero."
