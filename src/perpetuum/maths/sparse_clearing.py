"""What a million firms pay one another: the same rules as `clear`, with nothing the size of a table.

Works on recovery rates. A row lists who owes a firm, so one sweep asks every firm what reaches it. In a
round only the fallen are solved, by sweeps while these shrink quickly and by a Krylov method where
almost nothing leaks out of the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import LinearOperator, bicgstab, gmres

from perpetuum.maths.certificate import error_bound, rounding
from perpetuum.maths.clearing import (
    ACCURACY,
    NO,
    NOT_CHECKED,
    YES,
    Clearing,
    Solution,
    amount_problems,
    option_problems,
    refuse,
)
from perpetuum.maths.closed_groups import dry_closed_groups
from perpetuum.maths.compiled import compiled
from perpetuum.maths.rounds import BAND, FALLEN, SHORT, STANDS, STATUSES
from perpetuum.maths.shapes import Float, Int

Array = NDArray[np.float64]
Index = NDArray[np.uint32]
# Rounds told apart; what falls later is said to fall in the round after these.
TOLD_APART = 200
# A block above this share of the network is not cut out: its other rows are switched off.
WHOLE = 0.7
# Sweeps are given up for a Krylov method where they would need more than this.
MOST_SWEEPS = 60
_TINY = 1e-15
_GUESSING = 3
# A firm keeps all that reaches it.
_ALL = np.ones(0)
_NOWHERE = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Debts of one rank as a list sorted by creditor.

    Attributes
    ----------
    starts
        Where the claims of each creditor begin in the two arrays below; one more at the end.
    debtor
        Who owes.
    amount
        USD, positive.
    due, due_from
        The debts as they were given, and who owes them: payments are told in their order.
    owed_by, owed_to
        USD by firm: what it owes inside the network, and what is owed to it.
    """

    starts: NDArray[np.uint64]
    debtor: Index
    amount: Array
    due: Array
    due_from: NDArray[Any]
    owed_by: Array
    owed_to: Array

    @property
    def firms(self) -> int:
        return len(self.starts) - 1

    @staticmethod
    def of_edges(
        debtor: Int[np.ndarray, " debt"],
        creditor: Int[np.ndarray, " debt"],
        amount: Float[np.ndarray, " debt"],
        firms: int,
    ) -> Claims:
        """Take debts one by one; parallel ones add up.

        Examples
        --------
        >>> claims = Claims.of_edges(np.array([0, 0]), np.array([1, 1]), np.array([2.0, 3.0]), 2)
        >>> claims.amount, claims.due
        (array([5.]), array([2., 3.]))
        """
        refuse(_edge_problems(debtor, creditor, amount, firms))
        merged = coo_array((amount, (creditor, debtor)), shape=(firms, firms)).tocsr()
        merged.sum_duplicates()
        return Claims._read(merged, amount, np.asarray(debtor))

    @staticmethod
    def of_table(claims: Any) -> Claims:
        """Take a sparse table of SciPy: row creditor, column debtor. Payments are told in its order."""
        if claims.shape[0] != claims.shape[1]:
            raise ValueError(f"claims has shape {claims.shape}: give one row and one column for each firm.")
        table = csr_array(claims)
        return Claims._read(table, table.data, table.indices)

    @staticmethod
    def _read(table: csr_array, due: Array, due_from: NDArray[Any]) -> Claims:
        """One pass that adds up by firm and meets whatever is no money."""
        debtor = table.indices.view(np.uint32) if table.indices.dtype == np.int32 else table.indices.astype(np.uint32)
        amount, starts = table.data.astype(np.float64, copy=False), table.indptr.astype(np.uint64)
        owed_by, owed_to = np.zeros(table.shape[0]), np.zeros(table.shape[0])
        if _add_up(starts, debtor, amount, owed_by, owed_to) > 0:
            refuse(_table_problems(table))
        return Claims(starts, debtor, amount, due, due_from, owed_by, owed_to)

    def table(self) -> csr_array:
        """The same as a sparse table of SciPy, zeros left out: row creditor, column debtor."""
        given = (self.amount, self.debtor.view(np.int32), self.starts.astype(np.int64))
        out = csr_array(given, shape=(self.firms, self.firms))
        if (self.amount <= 0.0).any():
            out = out.copy()
            out.eliminate_zeros()
        return out


def clear_sparse(
    claims: Claims,
    cash: Float[np.ndarray, " firm"],
    *,
    owed_outside: Float[np.ndarray, " firm"] | None = None,
    alpha: float = 1.0,
    beta: float = 1.0,
    solution: Solution = "greatest",
    tolerance: float = 1e-9,
    check_unique: bool = True,
    most_rounds: int | None = None,
    method: Literal["rounds", "sweeps"] = "rounds",
) -> Clearing:
    """Clear debts of up to a million firms that fall due together.

    Parameters
    ----------
    claims
        USD; see :class:`Claims`.
    cash
        USD, never negative; what each firm holds before anyone pays.
    owed_outside
        USD, never negative; what each firm owes outside the network, of the same rank.
    alpha, beta, solution, tolerance, check_unique
        As in :func:`perpetuum.maths.clearing.clear`.
    most_rounds
        Stop after so many rounds, or sweeps; by default rounds go on to the end and sweeps to 10,000.
    method
        ``rounds``, or ``sweeps``: nothing but sweeps from above, to compare with. They end as
        ``settled`` only if the error bound says so, however small their last step.

    Returns
    -------
    Clearing
        ``paid`` by debt, in the order in which debts were given; the rest by firm. Above 200 rounds,
        falls are merged into round 201.

    Notes
    -----
    Memory and time grow with the number of debts. Dry closed groups decide if the solution is unique.
    Source: Eisenberg and Noe (2001); Rogers and Veraart (2013); BiCGSTAB: van der Vorst (1992).

    Examples
    --------
    >>> claims = Claims.of_edges(np.array([0, 1]), np.array([1, 2]), np.array([10.0, 10.0]), 3)
    >>> out = clear_sparse(claims, np.array([4.0, 1.0, 0.0]))
    >>> out.paid, out.round_of_default, out.status
    (array([4., 5.]), array([1, 2, 0]), 'settled')
    """
    outside = np.zeros(claims.firms) if owed_outside is None else owed_outside
    refuse(_problems(claims, cash, outside, alpha, beta, solution, tolerance, most_rounds, method))
    books = _Books.of(claims, cash, outside)
    found = books.solve(alpha, beta, tolerance, most_rounds, method)
    costly = alpha < 1.0 or beta < 1.0
    if solution == "greatest" and not check_unique:
        return books.told(found, NOT_CHECKED, tolerance, costly)
    if solution == "greatest" and not costly:
        return books.told(found, _yes_or_no(not books.dry().any(), found), tolerance, costly)
    least = books.least(found, alpha, beta, tolerance, most_rounds, method)
    gap = float(np.abs(found.recovery - least.recovery).max(initial=0.0))
    unique = _yes_or_no(gap <= found.bound + least.bound, found, least) if check_unique else NOT_CHECKED
    return books.told(found if solution == "greatest" else least, unique, tolerance, costly)


# ---- the books and one solution of them


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    recovery: Array
    assets: Array
    state: NDArray[np.int8]
    round_of_default: NDArray[np.int64]
    status: str
    rounds: int
    residual: float
    bound: float


class _Block(NamedTuple):
    """Rows of firms whose recovery is open: x = v + scale (amount x)."""

    members: NDArray[np.int64] | None
    starts: NDArray[np.uint64]
    debtor: Index
    amount: Array
    scale: Array
    v: Array

    def product(self, x: Array) -> Array:
        out = np.empty(x.size)
        _scaled_product(self.starts, self.debtor, self.amount, self.scale, x, out)
        return out


@dataclass(frozen=True, slots=True, eq=False)
class _Books:
    claims: Claims
    cash: Array
    outside: Array
    debt: Array
    keeps_receipts: Array | None = None

    @staticmethod
    def of(claims: Claims, cash: Array, outside: Array) -> _Books:
        return _Books(claims, cash, outside, claims.owed_by + outside)

    def _keeps(self) -> Array:
        return _ALL if self.keeps_receipts is None else self.keeps_receipts

    def _share_kept(self, receipts: Array) -> Array:
        return receipts if self.keeps_receipts is None else receipts * self.keeps_receipts

    def assets(self, recovery: Array, out: Array) -> Array:
        """USD that each firm has once others have paid, in the same room as before."""
        _product(self.claims.starts, self.claims.debtor, self.claims.amount, recovery, out)
        if self.keeps_receipts is not None:
            out *= self.keeps_receipts
        out += self.cash
        return out

    def solve(self, alpha: float, beta: float, tolerance: float, most: int | None, method: str) -> _Found:
        if method == "sweeps":
            return self._by_sweeps(alpha, beta, tolerance, 10_000 if most is None else most)
        return self._by_rounds(alpha, beta, tolerance, most)

    def _by_rounds(self, alpha: float, beta: float, tolerance: float, most: int | None) -> _Found:
        n = self.cash.size
        state, fell = np.full(n, STANDS, dtype=np.int8), np.zeros(n, dtype=np.int64)
        recovery, rounds, out_of_rounds, block = np.ones(n), 0, False, None
        assets = self.cash + self._share_kept(self.claims.owed_to)
        while True:
            changed, falls = _who_falls(assets, self.debt, tolerance, state, fell, rounds + 1, rounds == most)
            if changed == 0:
                break
            if rounds == most:
                out_of_rounds = True
                break
            rounds = min(rounds + int(falls > 0), TOLD_APART + 1)
            if rounds > TOLD_APART:
                self._merge_rounds(alpha, beta, tolerance, recovery, state, fell)
            block = self._block(state, alpha, beta)
            start = recovery if block.members is None else recovery[block.members]
            share = np.clip(_solve(block, np.where(block.scale > 0.0, start, 0.0)), 0.0, 1.0)
            if block.members is None:
                np.copyto(recovery, share, where=state != STANDS)
            else:
                recovery[block.members] = share
            assets = self.assets(recovery, assets)
        return self._judged(recovery, assets, state, fell, rounds, out_of_rounds, alpha, beta, tolerance, block)

    def _merge_rounds(
        self, alpha: float, beta: float, tolerance: float, recovery: Array, state: Any, fell: Any
    ) -> None:
        """Sweep in place, up and down the list, while anybody falls: recoveries stay upper bounds."""
        for _ in range(MOST_SWEEPS):
            falls = 0
            for backwards in (False, True):
                falls += _sweep_in_place(
                    self.claims.starts, self.claims.debtor, self.claims.amount, self.cash, self.debt,
                    self._keeps(), alpha, beta, tolerance, recovery, state, fell, TOLD_APART + 1, backwards,
                )  # fmt: skip
            if falls == 0:
                return

    def _by_sweeps(self, alpha: float, beta: float, tolerance: float, most: int) -> _Found:
        n, sweeps, step = self.cash.size, 0, inf
        state, fell = np.full(n, STANDS, dtype=np.int8), np.zeros(n, dtype=np.int64)
        recovery = np.ones(n)
        assets = self.assets(recovery, np.empty(n))
        while step > 0.0 and sweeps < most:
            _who_falls(assets, self.debt, tolerance, state, fell, sweeps + 1, False)
            before, recovery = recovery, self._shares(assets, state, alpha, beta)
            step = float(np.abs(recovery - before).max(initial=0.0))
            assets, sweeps = self.assets(recovery, assets), sweeps + 1
        found = self._judged(recovery, assets, state, fell, sweeps, False, alpha, beta, tolerance, None)
        if step > 0.0 and found.status != STATUSES[0]:
            return _Found(recovery, assets, state, fell, STATUSES[2], sweeps, found.residual, found.bound)
        return found

    def _shares(self, assets: Array, state: NDArray[np.int8], alpha: float, beta: float) -> Array:
        """The share of its debt that the rules let each firm pay, given what it has."""
        money = assets
        if alpha < 1.0 or beta < 1.0:
            money = np.where(state == FALLEN, beta * assets + (alpha - beta) * self.cash, assets)
        out = np.ones(self.cash.size)
        return np.minimum(1.0, np.divide(money, self.debt, out=out, where=self.debt > 0.0), out=out)

    def _block(self, state: NDArray[np.int8], alpha: float, beta: float) -> _Block:
        """The open rows: cut out, or, where they are most of the network, with the others switched off."""
        n, claims, keeps = state.size, self.claims, self._keeps()
        place, members = np.empty(n, dtype=np.uint32), np.empty(n, dtype=np.int64)
        count, most = _open_rows(claims.starts, state, place, members)
        members = members[:count]
        scale, v = np.empty(count), np.empty(count)
        _scale(members, state, self.cash, self.debt, keeps, alpha, beta, scale, v)
        if count > WHOLE * n:
            standing = self.inflow_plain((state == STANDS).astype(np.float64))
            whole_scale, whole_v = np.zeros(n), np.zeros(n)
            whole_scale[members], whole_v[members] = scale, v + scale * standing[members]
            return _Block(None, claims.starts, claims.debtor, claims.amount, whole_scale, whole_v)
        starts = np.zeros(count + 1, dtype=np.uint64)
        debtor, amount = np.empty(most, dtype=np.uint32), np.empty(most)
        _cut_out(claims.starts, claims.debtor, claims.amount, members, place, scale, starts, debtor, amount, v)
        return _Block(members, starts, debtor, amount, scale, v)

    def inflow_plain(self, recovery: Array) -> Array:
        """What reaches each firm before any share of it is taken away."""
        out, claims = np.empty(self.cash.size), self.claims
        _product(claims.starts, claims.debtor, claims.amount, recovery, out)
        return out

    def _judged(
        self, recovery: Array, assets: Array, state: NDArray[np.int8], fell: NDArray[np.int64], rounds: int,
        out_of_rounds: bool, alpha: float, beta: float, tolerance: float, block: _Block | None,
    ) -> _Found:  # fmt: skip
        """How far off it is by its own rules, and how far off the truth it can be."""
        residual = _residual(recovery, assets, self.cash, self.debt, state, alpha, beta)
        if out_of_rounds:
            return _Found(recovery, assets, state, fell, STATUSES[2], rounds, residual, inf)
        bound = self._bound(recovery, state, alpha, beta, block)
        settled = bound <= ACCURACY and self._told_apart(assets, bound, alpha, beta, tolerance)
        return _Found(recovery, assets, state, fell, STATUSES[0 if settled else 1], rounds, residual, bound)

    def _bound(
        self, recovery: Array, state: NDArray[np.int8], alpha: float, beta: float, block: _Block | None
    ) -> float:
        longest = float(np.diff(self.claims.starts).max(initial=0)) + 1.0
        blur = float(rounding(longest))
        opened = state != STANDS
        if not opened.any():
            return blur
        if block is None:
            block = self._block(state, alpha, beta)
        x = np.where(opened, recovery, 0.0) if block.members is None else recovery[block.members]
        ones = np.ones(x.size)
        weight = ones.copy()
        for swept in range(_GUESSING):  # long chains are at once seen to the end
            _sweep_block(block.starts, block.debtor, block.amount, block.scale, ones, weight, swept % 2 == 1)
        return blur + error_bound(block.product, x, block.v, ones, terms=longest, guess=weight)

    def _told_apart(self, assets: Array, bound: float, alpha: float, beta: float, tolerance: float) -> bool:
        """Whether it is certain who falls; it need not be where default costs nothing."""
        if alpha == 1.0 and beta == 1.0:
            return True
        miss = np.abs(assets - self.debt * (1.0 - tolerance))
        return not ((self.debt > 0.0) & (miss <= bound * self.claims.owed_to)).any()

    def dry(self) -> NDArray[np.bool_]:
        """Who is in a dry closed group."""
        has_cash, owes_outside = self.cash > 0.0, self.outside > 0.0
        n = self.cash.size
        if np.count_nonzero(~has_cash & ~owes_outside & (self.debt > 0.0)) < 2:
            return np.zeros(n, dtype=np.bool_)
        return dry_closed_groups(self.claims.table(), has_cash, owes_outside) >= 0

    def least(
        self, greatest: _Found, alpha: float, beta: float, tolerance: float, most: int | None, method: str
    ) -> _Found:
        """The least solution: nobody stands until its assets force it to. See `clearing`."""
        stands = self.debt <= 0.0
        while True:
            keeps = np.where(stands, 1.0, beta)
            taken = np.zeros(self.cash.size)
            if beta < 1.0:
                _add_taken(self.claims.starts, self.claims.debtor, self.claims.amount, 1.0 - keeps, taken)
            cash = self.cash * np.where(stands, 1.0, alpha)
            rest = _Books(self.claims, cash, self.outside + taken, self.debt, keeps if beta < 1.0 else None)
            found = rest.solve(1.0, 1.0, 0.0, most, method)
            recovery = np.where(rest.dry(), 0.0, found.recovery)
            assets = self.assets(recovery, np.empty(recovery.size))
            joins = ~stands & (assets >= self.debt * (1.0 - tolerance))
            if not joins.any():
                break
            stands |= joins
        state = np.where(stands, STANDS, FALLEN).astype(np.int8)
        only_here = ~stands & (greatest.round_of_default == 0)
        rounds = greatest.rounds + int(only_here.any())
        fell = np.where(stands, 0, np.where(only_here, rounds, greatest.round_of_default))
        status = max(found.status, greatest.status, key=STATUSES.index)
        return _Found(recovery, assets, state, fell, status, rounds, found.residual, found.bound)

    def told(self, found: _Found, unique: str, tolerance: float, costly: bool) -> Clearing:
        """The result, by firm and by debt."""
        short, equity, costs, outside_paid = (np.empty(self.cash.size) for _ in range(4))
        at_edge = np.empty(self.cash.size, dtype=np.bool_)
        _outcome(found.recovery, found.assets, self.debt, self.outside, found.state, costly, tolerance,
                 short, equity, costs, outside_paid, at_edge)  # fmt: skip
        return Clearing(
            due=self.claims.due,
            recovery=found.recovery,
            short=short,
            equity=equity,
            costs=costs,
            outside_paid=outside_paid,
            round_of_default=found.round_of_default,
            at_edge=at_edge,
            unique=unique,
            status=found.status,
            residual=found.residual,
            error_bound=found.bound,
            rounds=found.rounds,
            debtor=self.claims.due_from,
        )


def _yes_or_no(same: bool, *solutions: _Found) -> str:
    if any(each.status != STATUSES[0] for each in solutions):
        return NOT_CHECKED
    return YES if same else NO


# ---- inside a round


def _solve(block: _Block, start: Array) -> Array:
    """Solve x = v + N x: sweeps while they shrink fast, else a Krylov method, polished by its residual."""
    x, step_before = start, inf
    for swept in range(MOST_SWEEPS):
        step = _sweep_block(block.starts, block.debtor, block.amount, block.scale, block.v, x, swept % 2 == 1)
        ratio = step / step_before if step_before < inf else 0.5
        if step <= _TINY or (ratio < 0.5 and step * ratio <= _TINY / 4.0):
            return x
        if swept >= 2 and (ratio >= 1.0 or swept + np.log(_TINY / step) / np.log(ratio) > MOST_SWEEPS):
            break
        step_before = step
    return _krylov(block, x)


def _krylov(block: _Block, x: Array) -> Array:
    """BiCGSTAB from the last sweep, again from its own residual until that is rounding; GMRES if it fails."""
    operator = LinearOperator((x.size, x.size), matvec=lambda y: y - block.product(y), dtype=np.float64)
    rest = block.v + block.product(x) - x
    size = float(np.abs(rest).max(initial=0.0))
    for solve, most in ((bicgstab, 1000), (bicgstab, 1000), (gmres, 20), (bicgstab, 1000), (gmres, 20)):
        if size <= 4.0 * _TINY:
            break
        with np.errstate(all="ignore"):
            change, _ = solve(operator, rest, rtol=max(1e-10, 0.5 * _TINY / size), maxiter=most)
        better = x + change
        rest_then = block.v + block.product(better) - better
        size_then = float(np.abs(rest_then).max(initial=0.0))
        if size_then < size:
            x, rest, size = better, rest_then, size_then
    return x


# ---- compiled: indices without a sign, so that nothing asks if they count from the end


@compiled
def _product(starts: Any, debtor: Any, amount: Any, recovery: Any, out: Any) -> None:
    for i in range(out.size):
        total = 0.0
        for k in range(starts[i], starts[i + 1]):
            total += amount[k] * recovery[debtor[k]]
        out[i] = total


@compiled
def _scaled_product(starts: Any, debtor: Any, amount: Any, scale: Any, x: Any, out: Any) -> None:
    for i in range(out.size):
        total = 0.0
        if scale[i] > 0.0:
            for k in range(starts[i], starts[i + 1]):
                total += amount[k] * x[debtor[k]]
        out[i] = scale[i] * total


@compiled
def _sweep_block(starts: Any, debtor: Any, amount: Any, scale: Any, v: Any, x: Any, backwards: bool) -> float:
    """One sweep in place, each firm asking those before it anew; returns the largest step."""
    largest = 0.0
    for place in range(x.size):
        i = x.size - 1 - place if backwards else place
        if scale[i] > 0.0 or v[i] > 0.0 or x[i] > 0.0:
            total = 0.0
            for k in range(starts[i], starts[i + 1]):
                total += amount[k] * x[debtor[k]]
            new = v[i] + scale[i] * total
            largest = max(largest, abs(new - x[i]))
            x[i] = new
    return largest


@compiled
def _add_up(starts: Any, debtor: Any, amount: Any, owed_by: Any, owed_to: Any) -> int:
    """Add up by debtor and by creditor; returns whether any amount may be wrong."""
    wrong = 0
    for i in range(owed_to.size):
        total, own = 0.0, np.uint32(i)
        for k in range(starts[i], starts[i + 1]):
            usd, j = amount[k], debtor[k]
            owed_by[j] += usd
            total += usd
            wrong += (usd < 0.0) | (j == own)
        owed_to[i] = total
        wrong += not total < np.inf  # so does NaN
    return wrong


@compiled
def _add_taken(starts: Any, debtor: Any, amount: Any, share: Any, taken: Any) -> None:
    for i in range(share.size):
        if share[i] > 0.0:
            for k in range(starts[i], starts[i + 1]):
                taken[debtor[k]] += share[i] * amount[k]


@compiled
def _open_rows(starts: Any, state: Any, place: Any, members: Any) -> tuple[int, int]:
    """Number the open firms; tell how many they are, and how many claims they have."""
    count, claims = 0, np.int64(0)
    for i in range(state.size):
        place[i] = _NOWHERE
        if state[i] != STANDS:
            place[i], members[count] = count, i
            count += 1
            claims += np.int64(starts[i + 1]) - np.int64(starts[i])
    return count, int(claims)


@compiled
def _scale(
    members: Any, state: Any, cash: Any, debt: Any, keeps: Any, alpha: float, beta: float, scale: Any, v: Any
) -> None:  # fmt: skip
    """What a dollar that reaches an open firm adds to its recovery, and what its own cash does."""
    for p in range(members.size):
        i = members[p]
        fallen = state[i] == FALLEN
        scale[p] = (beta if fallen else 1.0) / debt[i]
        if keeps.size > 0:
            scale[p] *= keeps[i]
        v[p] = (alpha if fallen else 1.0) * cash[i] / debt[i]


@compiled
def _cut_out(
    starts: Any, debtor: Any, amount: Any, members: Any, place: Any,
    scale: Any, new_starts: Any, new_debtor: Any, new_amount: Any, v: Any,
) -> None:  # fmt: skip
    """Copy the claims of the open firms on one another; what reaches them from those who stand joins v."""
    at = 0
    for p in range(members.size):
        i = members[p]
        total = 0.0
        for k in range(starts[i], starts[i + 1]):
            j = place[debtor[k]]
            if j == _NOWHERE:
                total += amount[k]
            else:
                new_debtor[at] = j
                new_amount[at] = amount[k]
                at += 1
        v[p] += scale[p] * total
        new_starts[p + 1] = at


@compiled
def _who_falls(
    assets: Any, debt: Any, tolerance: float, state: Any, fell: Any, number: int, only_look: bool
) -> tuple[int, int]:
    """Who changes how it pays, and how many of them fall; all decided on the same assets."""
    changed, falls = 0, 0
    for i in range(debt.size):
        if debt[i] <= 0.0 or state[i] == FALLEN or assets[i] >= debt[i] * (1.0 - BAND):
            continue
        falls_now = assets[i] < debt[i] * (1.0 - tolerance)
        if falls_now or state[i] == STANDS:
            changed += 1
            falls += int(falls_now)
            if not only_look:
                state[i] = FALLEN if falls_now else SHORT
                fell[i] = number if falls_now else 0
    return changed, falls


@compiled
def _residual(
    recovery: Any, assets: Any, cash: Any, debt: Any, state: Any, alpha: float, beta: float
) -> float:  # fmt: skip
    largest = 0.0
    for i in range(debt.size):
        if debt[i] > 0.0:
            money = assets[i]
            if state[i] == FALLEN:
                money = alpha * cash[i] + beta * (money - cash[i])
            largest = max(largest, abs(recovery[i] - min(1.0, money / debt[i])))
    return largest


@compiled
def _outcome(
    recovery: Any, assets: Any, debt: Any, outside: Any, state: Any, costly: bool, tolerance: float,
    short: Any, equity: Any, costs: Any, outside_paid: Any, at_edge: Any,
) -> None:  # fmt: skip
    for i in range(debt.size):
        left = max(0.0, assets[i] - recovery[i] * debt[i])
        fallen = state[i] == FALLEN
        short[i] = debt[i] * (1.0 - recovery[i])
        equity[i] = 0.0 if fallen else left
        costs[i] = left if fallen and costly else 0.0
        outside_paid[i] = outside[i] * recovery[i]
        at_edge[i] = debt[i] > 0.0 and abs(assets[i] - debt[i]) <= tolerance * debt[i]


@compiled
def _sweep_in_place(
    starts: Any, debtor: Any, amount: Any, cash: Any, debt: Any, keeps: Any, alpha: float, beta: float,
    tolerance: float, recovery: Any, state: Any, fell: Any, number: int, backwards: bool,
) -> int:  # fmt: skip
    falls = 0
    for step in range(debt.size):
        i = debt.size - 1 - step if backwards else step
        if debt[i] <= 0.0:
            continue
        inflow = 0.0
        for k in range(starts[i], starts[i + 1]):
            inflow += amount[k] * recovery[debtor[k]]
        if keeps.size > 0:
            inflow *= keeps[i]
        if state[i] != FALLEN and cash[i] + inflow < debt[i] * (1.0 - tolerance):
            state[i], fell[i] = FALLEN, number
            falls += 1
        if state[i] == FALLEN:
            recovery[i] = min(recovery[i], (alpha * cash[i] + beta * inflow) / debt[i])
    return falls


# ---- what is refused


def _edge_problems(debtor: Any, creditor: Any, amount: Any, firms: int) -> Iterator[str]:
    if not len(debtor) == len(creditor) == len(amount):
        yield f"there are {len(debtor)} debtors, {len(creditor)} creditors and {len(amount)} amounts: give one of each."
        return
    for name, ends in (("debtor", debtor), ("creditor", creditor)):
        wrong = np.flatnonzero((ends < 0) | (ends >= firms))
        if wrong.size:
            yield f"{name}[{wrong[0]}] is {ends[wrong[0]]}: firms are numbered from 0 to {firms - 1}."
    yield from amount_problems("amount", amount, "debts are never negative")
    own = np.flatnonzero((debtor == creditor) & (amount != 0))
    if own.size:
        yield f"debt {own[0]}: firm {debtor[own[0]]} owes itself; leave such debts out."


def _table_problems(table: csr_array) -> Iterator[str]:
    yield from amount_problems("claims.data", table.data, "debts are never negative")
    own = np.flatnonzero(table.diagonal())
    if own.size:
        yield f"claims: firm {own[0]} owes itself; set the diagonal to zero."


def _problems(
    claims: Claims, cash: Array, outside: Array, alpha: float, beta: float, solution: str, tolerance: float,
    most: int | None, method: str,
) -> Iterator[str]:  # fmt: skip
    yield from option_problems(alpha, beta, solution, tolerance, most)
    if method not in ("rounds", "sweeps"):
        yield f"method is {method!r}: ask for 'rounds' or 'sweeps'."
    for name, values in (("cash", cash), ("owed_outside", outside)):
        if values.shape != (claims.firms,):
            yield f"{name} has shape {values.shape}: give one number for each of the {claims.firms} firms."
        else:
            yield from amount_problems(name, values, f"{name} is never negative")
