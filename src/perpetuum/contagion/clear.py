"""Everyone pays what they can: the obligations, shares and warrants of books, cleared once or for many scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books
from perpetuum.contagion.cascade import Status, Unique
from perpetuum.contagion.valuation import parameters
from perpetuum.core.errors import NetworkError, one_of
from perpetuum.core.text import both
from perpetuum.maths.claims import Claims, Costs, rungs
from perpetuum.maths.ladder import Ladder, Standing, ladder
from perpetuum.maths.solutions import MOST_FIRMS, every_solution
from perpetuum.maths.sweeps import hand_out, least

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Solution = Literal["greatest", "least", "all"]
Field = Literal["recovery", "equity", "short", "costs", "outside_paid", "round_of_default", "at_edge"]
FIELDS: tuple[Field, ...] = ("recovery", "equity", "short", "costs", "outside_paid", "round_of_default", "at_edge")
# An answer counts as settled only if its error is proven to be smaller.
ACCURACY = 1e-9
# Two solutions nearer than this share of a firm's size are one.
_SAME = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """Who pays what, who falls and when, and how sure that is; USD, in the order of ``firms``.

    Parameters
    ----------
    paid
        Row paid column, debts of all ranks together.
    recovery
        Share of its debts that a firm pays; 1 for a firm that owes nothing.
    round_of_default
        1 falls first, 0 never; a round is logic, not a date.
    all
        Every isolated solution, richest first, if all were asked for.
    """

    books: Books
    costs_of_default: Costs
    solution: Solution
    firms: tuple[str, ...]
    paid: Array
    short: Array
    recovery: Array
    equity: Array
    costs: Array
    outside_paid: Array
    round_of_default: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    unique: Unique
    status: Status
    residual: float
    error_bound: float
    rounds: int
    all: tuple[Clearing, ...] = ()

    @property
    def settled(self) -> bool:
        """Is the answer proven to the accuracy asked for?"""
        return self.status == "settled"

    def of(self, firm: str) -> dict[str, float]:
        """What became of one firm, by the names of the fields."""
        i = self.books.at(firm)
        return {field: float(getattr(self, field)[i]) for field in FIELDS}

    def array(self, field: Field | Literal["paid"]) -> xr.DataArray:
        """One of the results with its labels."""
        import xarray as xr

        names = list(self.firms)
        if field == "paid":
            coords = {"debtor": names, "creditor": names}
            return xr.DataArray(self.paid, dims=("debtor", "creditor"), coords=coords)
        return xr.DataArray(getattr(self, field), dims=("firm",), coords={"firm": names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearings:
    """The same for many scenarios: what was kept, by (scenario, firm), and how sure each scenario is."""

    books: Books
    firms: tuple[str, ...]
    kept: Mapping[Field, NDArray[Any]]
    status: NDArray[np.str_]
    error_bound: Array
    rounds: NDArray[np.int64]

    @property
    def settled(self) -> NDArray[np.bool_]:
        """By scenario: is it proven to the accuracy asked for?"""
        return np.asarray(self.status == "settled")

    def __getitem__(self, field: Field) -> NDArray[Any]:
        if field not in self.kept:
            raise NetworkError(
                both(f"`{field}` was not kept.", f"`{field}` 沒有保留。"),
                both(f'Ask for it: keep=("{field}", ...)', f'請要求保留：keep=("{field}", ...)'),
            )
        return self.kept[field]

    def array(self, field: Field) -> xr.DataArray:
        """One of the results with its labels."""
        import xarray as xr

        return xr.DataArray(self[field], dims=("scenario", "firm"), coords={"firm": list(self.firms)})


def clear(
    books: Books,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    beta_shares: float = 1.0,
    solution: Solution = "greatest",
    tolerance: float = 1e-9,
    check_unique: bool = True,
    most_rounds: int | None = None,
) -> Clearing:
    """Clear what books owe, with shares and warrants of all ranks.

    Payments only: guarantees, revenue and funding take part in ``stress``.

    Parameters
    ----------
    alpha, beta, beta_shares
        Shares of outside assets, of receipts from debts and of those from shares and warrants that a
        fallen firm can hand out.
    solution
        ``greatest`` (least harm), ``least``, or ``all`` of at most 12 firms.
    tolerance
        Share of its debts that a firm may miss and still count as standing; it pays what it has.
    check_unique
        Whether to ask if there is another solution.
    most_rounds
        Stop after so many rounds; the answer is then an upper bound.

    Raises
    ------
    NetworkError
        For factors that are no shares, and for all solutions of too many firms.

    Notes
    -----
    Debts in one rank are cleared by ``maths.clearing``, all else by ``maths.ladder``; both give the
    same. Sources: Eisenberg and Noe (2001), Rogers and Veraart (2013), Suzuki (2002).

    Examples
    --------
    >>> made = Books.of(outside_assets={"a": 4, "b": 1, "c": 0}, obligations=[("a", "b", 10), ("b", "c", 10)])
    >>> out = clear(made)
    >>> out.recovery, out.round_of_default, out.unique
    (array([0.4, 0.5, 1. ]), array([1, 2, 0]), 'yes')
    """
    costs = _costs(alpha, beta, beta_shares, tolerance)
    if solution == "all":
        return _all(books, costs, tolerance)
    if _is_plain(books):
        return _plain(books, costs, solution, tolerance, check_unique, most_rounds)
    claims, assets = books.claims, books.outside_assets
    found = ladder(claims, assets, costs=costs, tolerance=tolerance, most_rounds=most_rounds)
    lowest = None
    if check_unique or solution == "least":
        lowest = least(claims, assets, costs=costs)
    unique = _unique(found, lowest.money, lowest.error_bound) if lowest is not None and check_unique else "not_checked"
    if solution == "greatest" or lowest is None:
        return _of_standing(books, costs, found.end, found, unique)
    standing = _standing(claims, assets, lowest.money)
    status: Status = "settled" if lowest.error_bound <= ACCURACY else "ran_out_of_rounds"
    return _of_standing(books, costs, standing, found, unique, status=status, bound=lowest.error_bound)


def clear_many(
    books: Books,
    outside_assets: Array | Mapping[str, Array],
    *,
    keep: Sequence[Field] = ("recovery", "equity", "round_of_default"),
    alpha: float = 1.0,
    beta: float = 1.0,
    beta_shares: float = 1.0,
    tolerance: float = 1e-9,
) -> Clearings:
    """Clear the same claims with many outside assets.

    Parameters
    ----------
    outside_assets
        USD: an array (scenario, firm) in the order of ``books.firms``, or by firm an array of
        scenarios; firms left out keep what they have.
    keep
        What to return.

    Examples
    --------
    >>> made = Books.of(outside_assets={"a": 4, "b": 1, "c": 0}, obligations=[("a", "b", 10), ("b", "c", 10)])
    >>> clear_many(made, {"a": np.array([4.0, 8, 10])})["recovery"][:, 1]
    array([0.5, 0.9, 1. ])
    """
    _costs(alpha, beta, beta_shares, tolerance)
    assets = _scenarios(books, outside_assets)
    for field in keep:
        if field not in FIELDS:
            raise NetworkError(
                both(f"`{field}` is no result of a clearing.", f"`{field}` 不是清算結果的欄位。"),
                one_of(FIELDS),
            )
    if _is_plain(books):
        from perpetuum.maths import clearing

        claims = books.claims
        out = clearing.clear(
            claims.owed[0], assets, owed_outside=claims.outside[0], alpha=alpha, beta=beta, tolerance=tolerance,
            check_unique=False,
        )  # fmt: skip
        return Clearings(
            books=books, firms=books.firms, kept={field: getattr(out, field) for field in keep}, status=out.status,
            error_bound=out.error_bound, rounds=out.rounds,
        )  # fmt: skip
    singles = [
        clear(books.with_assets(row), alpha=alpha, beta=beta, beta_shares=beta_shares, tolerance=tolerance,
              check_unique=False)
        for row in assets
    ]  # fmt: skip
    shape = (len(assets), len(books.firms))
    return Clearings(
        books=books, firms=books.firms,
        kept={field: np.array([getattr(each, field) for each in singles]).reshape(shape) for field in keep},
        status=np.array([each.status for each in singles]),
        error_bound=np.array([each.error_bound for each in singles]),
        rounds=np.array([each.rounds for each in singles], dtype=np.int64),
    )  # fmt: skip


def _costs(alpha: float, beta: float, beta_shares: float, tolerance: float) -> Costs:
    parameters("clear", alpha=(alpha, "share"), beta=(beta, "share"), beta_shares=(beta_shares, "share"))
    if not 0 <= tolerance < 1e-3:
        raise NetworkError(
            both(f"a tolerance of {tolerance}.", f"容許誤差為 {tolerance}。"),
            both("Write a share of debt below 0.001.", "請寫小於 0.001 的債務比例。"),
        )
    return Costs(alpha=alpha, beta_debts=beta, beta_shares=beta_shares)


def _is_plain(books: Books) -> bool:
    """Are there only debts in one rank?"""
    return books.ranks == 1 and not books.holdings and not books.warrants


def _plain(
    books: Books, costs: Costs, solution: Literal["greatest", "least"], tolerance: float, check: bool, most: int | None
) -> Clearing:
    # Compiled code takes a while to load, and ``stress`` does without it.
    from perpetuum.maths import clearing

    claims = books.claims
    out = clearing.clear(
        claims.owed[0], books.outside_assets, owed_outside=claims.outside[0], alpha=costs.alpha, beta=costs.beta_debts,
        solution=solution, tolerance=tolerance, check_unique=check, most_rounds=most,
    )  # fmt: skip
    return Clearing(
        books=books, costs_of_default=costs, solution=solution, firms=books.firms, paid=out.paid, short=out.short,
        recovery=out.recovery, equity=out.equity, costs=out.costs, outside_paid=out.outside_paid,
        round_of_default=out.round_of_default, at_edge=out.at_edge, unique=out.unique, status=out.status,
        residual=out.residual, error_bound=out.error_bound, rounds=out.rounds,
    )  # fmt: skip


def _unique(found: Ladder, money: Array, bound: float) -> Unique:
    if not (found.status == "settled" and bound <= 1e-8):
        return "not_checked"
    size = np.maximum(np.maximum(found.end.money, found.end.debt.sum(axis=0)), 1e-300)
    return "yes" if bool((np.abs(found.end.money - money) <= _SAME * size).all()) else "no"


def _standing(claims: Claims, outside_assets: Array, money: Array) -> Standing:
    """Where everyone stands if each hands out so much."""
    steps = rungs(claims)
    firms, ranks = claims.firms, len(claims.debt)
    from_debts, from_shares = np.zeros((firms, firms)), np.zeros((firms, firms))
    for j in range(firms):
        alone = np.where(np.arange(firms) == j, money, 0.0)
        from_debts[:, j], from_shares[:, j] = hand_out(steps, alone)
    assets = outside_assets + from_debts.sum(axis=1) + from_shares.sum(axis=1)
    debt = claims.debt
    on = np.array([np.clip(money - steps[k].floor, 0.0, debt[k]) for k in range(ranks)])
    recovery = np.where(debt > 0, on / np.where(debt > 0, debt, 1.0), 1.0)
    owes = debt.sum(axis=0)
    return Standing(
        outside_assets=outside_assets, assets=assets, money=money, debt=debt, recovery=recovery,
        equity=np.maximum(0.0, money - owes), fallen=assets < owes * (1 - 1e-9), from_debts=from_debts,
        from_shares=from_shares,
    )  # fmt: skip


def _of_standing(
    books: Books, costs: Costs, standing: Standing, found: Ladder, unique: Unique, *, status: Status | None = None,
    bound: float | None = None,
) -> Clearing:  # fmt: skip
    """A clearing from where everyone stands; who falls only here falls after all rounds of the greatest."""
    debt, paid = standing.debt.sum(axis=0), standing.paid
    greatest = found.round_of_default
    only_here = standing.fallen & (greatest == 0)
    default = np.where(standing.fallen, np.where(only_here, greatest.max(initial=0) + 1, greatest), 0)
    outside = (books.claims.outside * standing.recovery).sum(axis=0)
    return Clearing(
        books=books, costs_of_default=costs, solution="greatest" if status is None else "least", firms=books.firms,
        paid=standing.from_debts.T.copy(), short=standing.short,
        recovery=np.where(debt > 0, paid.sum(axis=0) / np.where(debt > 0, debt, 1.0), 1.0),
        equity=standing.equity, costs=np.where(standing.fallen, standing.costs, 0.0), outside_paid=outside,
        round_of_default=default, at_edge=(np.abs(standing.assets - debt) <= 1e-9 * debt) & (debt > 0), unique=unique,
        status=found.status if status is None else status, residual=found.residual,
        error_bound=found.error_bound if bound is None else bound, rounds=int(default.max(initial=0)),
    )  # fmt: skip


def _all(books: Books, costs: Costs, tolerance: float) -> Clearing:
    if len(books.firms) > MOST_FIRMS:
        raise NetworkError(
            both(f"all solutions of {len(books.firms)} firms.", f"{len(books.firms)} 家公司的所有解。"),
            both(f"They are listed for at most {MOST_FIRMS} firms; ask for the greatest and the least.",
                 f"最多只列出 {MOST_FIRMS} 家公司的所有解；請改問最大解與最小解。"),
        )  # fmt: skip
    claims = books.claims
    found = ladder(claims, books.outside_assets, costs=costs, tolerance=tolerance)
    try:
        each = every_solution(claims, books.outside_assets, costs=costs)
    except ValueError as error:
        raise NetworkError(both(f"too many choices: {error}", f"選擇太多，無法列出所有解：{error}")) from error
    listed = tuple(_of_standing(books, costs, standing, found, "not_checked", status="settled") for standing in each)
    whole = clear(books, alpha=costs.alpha, beta=costs.beta_debts, beta_shares=costs.beta_shares, tolerance=tolerance)
    return replace(whole, solution="all", all=listed)


def _scenarios(books: Books, outside_assets: Array | Mapping[str, Array]) -> Array:
    """(scenario, firm) in USD, refused with the firms that cannot be."""
    if isinstance(outside_assets, Mapping):
        many = max((np.atleast_1d(column).shape[0] for column in outside_assets.values()), default=1)
        table = np.tile(books.outside_assets, (many, 1))
        for firm, column in outside_assets.items():
            table[:, books.at(firm)] = column
    else:
        table = np.asarray(outside_assets, dtype=float)
    if table.ndim != 2 or table.shape[1] != len(books.firms):
        raise NetworkError(
            both(f"outside assets of shape {table.shape} for {len(books.firms)} firms.",
                 f"外部資產的形狀為 {table.shape}，但有 {len(books.firms)} 家公司。"),
            both("Give one row a scenario and one column a firm, in the order of books.firms.",
                 "每個情境一列、每家公司一欄，依 books.firms 的順序。"),
        )  # fmt: skip
    bad = ~np.isfinite(table) | (table < 0)
    if bad.any():
        who = ", ".join(books.firms[i] for i in np.flatnonzero(bad.any(axis=0)))
        raise NetworkError(
            both(f"outside assets of {who} are not finite or negative.", f"{who} 的外部資產為負或不是有限的數。"),
            both("Leave out firms that keep what they have.", "維持原值的公司請不要列入。"),
        )
    return table
