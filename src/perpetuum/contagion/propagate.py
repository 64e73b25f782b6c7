"""The same shock in other models of the literature, each under its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books
from perpetuum.contagion.cascade import Cascade
from perpetuum.contagion.probe import Probe
from perpetuum.contagion.shock import Shock
from perpetuum.contagion.stress import stress
from perpetuum.contagion.strike import before_and_after
from perpetuum.contagion.study import Study
from perpetuum.core.errors import NetworkError
from perpetuum.core.text import both
from perpetuum.maths.fire_sales import linear_fire_sale

Array = NDArray[np.float64]


class Model(Protocol):
    """A model that is a study: each channel has its valuation."""

    def study(self) -> Study:
        """The study that runs it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRank2012:
    """Distress that each firm passes on once; Battiston et al. (2012)."""

    def study(self) -> Study:
        """The study that runs it."""
        return Study.of(model="debtrank_2012")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRank2015:
    """Every further loss is passed on, ``rho`` of it recovered; Bardoscia et al. (2015)."""

    rho: float = 0.0

    def study(self) -> Study:
        """The study that runs it."""
        return Study.of(model=f"debtrank_2015(rho={self.rho!r})")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRankNonlinear:
    """Small losses hardly spread, the less the larger ``a``; Bardoscia et al. (2016)."""

    a: float = 1.0
    rho: float = 0.0

    def study(self) -> Study:
        """The study that runs it."""
        return Study.of(model=f"debtrank_nonlinear(a={self.a!r}, rho={self.rho!r})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Whoever loses more than it is worth falls, and pays a fixed share ``R``; Furfine (2003)."""

    R: float = 0.4

    def study(self) -> Study:
        """The study that runs it."""
        return Study.of(model=f"fixed_recovery(R={self.R!r})")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossHoldings:
    """Shares fall with the firm, and failing costs more on top; Elliott, Golub, Jackson (2014)."""

    threshold: float = 0.5
    cost: float = 0.5

    def study(self) -> Study:
        """The study that runs it."""
        return Study.of(model=f"elliott_golub_jackson(threshold={self.threshold!r}, cost={self.cost!r})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExAnte:
    """Debts discounted by the chance of default before they fall due; Barucca et al. (2020)."""

    form: Literal["black_cox", "merton"] = "black_cox"
    sigma: float = 0.2
    R: float = 0.4

    def study(self) -> Study:
        """The study that runs it."""
        return Study.of(model=f"{self.form}(sigma={self.sigma!r}, R={self.R!r})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FireSale:
    """Whoever has lost sells to return to its leverage, and the price falls for all; Greenwood et al. (2015).

    Parameters
    ----------
    holds
        By firm and asset: the share of all its assets that is in it. The rest is sold without effect.
    price_impact
        By asset: fall in price, as a fraction, for each USD sold.
    """

    holds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    price_impact: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """One round of selling. Sales by asset and losses by firm in USD; returns as fractions.

    ``vulnerability`` is the loss of all over the equity of all; ``systemicness`` the part of it that
    each one's sales alone bring; ``left_out`` firms without a known equity above zero.
    """

    firms: tuple[str, ...]
    assets: tuple[str, ...]
    sales: Array
    price_change: Array
    loss: Array
    exposure: Array
    vulnerability: float
    systemicness: Array
    left_out: tuple[str, ...]


@overload
def propagate(books: Books, shock: Shock, model: Model) -> Cascade: ...
@overload
def propagate(books: Books, shock: Shock, model: FireSale) -> Sold: ...
def propagate(books: Books, shock: Shock, model: Model | FireSale) -> Cascade | Sold:
    """What a shock does in one model of the literature.

    Parameters
    ----------
    model
        ``DebtRank2012()``, ``DebtRank2015(rho=)``, ``DebtRankNonlinear(a=, rho=)``, ``Threshold(R=)``,
        ``CrossHoldings(threshold=, cost=)`` and ``ExAnte(form=, sigma=, R=)`` give a cascade like
        ``stress``; ``FireSale(holds=, price_impact=)`` what is sold, and who loses by it.

    Raises
    ------
    UnknownName, NetworkError
        For what the shock, the books or the model cannot be.

    Notes
    -----
    DebtRank of 2012 and cross-holdings know payments only as far as their papers do: no guarantees, no
    lost revenue. Sources: see each model, and the valuation of its name.

    Examples
    --------
    B is owed half of its equity by A, and A loses all of its own:

    >>> made = Books.of(outside_assets={"a": 15, "b": 5}, obligations=[("a", "b", 5)])
    >>> propagate(made, Shock.parse("a: -10 USD"), DebtRank2012()).attribution.total
    array([10.,  5.])
    """
    return _sold(books, shock, model) if isinstance(model, FireSale) else stress(books, shock, study=model.study())


def _sold(books: Books, shock: Shock, model: FireSale) -> Sold:
    """One round of selling after the shock's own losses, in the order of ``books.firms``."""
    kinds = tuple(dict.fromkeys((*model.price_impact, *(kind for held in model.holds.values() for kind in held))))
    for firm in model.holds:
        books.at(firm)
    probe = Probe(books, Study(), shock.hits)
    books, quiet, struck = before_and_after(books, shock)
    lost = np.maximum(0.0, (quiet.assets - quiet.gap) - (struck.assets - struck.gap))
    equity, debt = probe.opening, books.claims.debt.sum(axis=0)
    weights = np.array([[model.holds.get(firm, {}).get(kind, 0.0) for kind in kinds] for firm in books.firms])
    weights = weights.reshape(len(books.firms), len(kinds))
    _refuse(books, model, weights)
    took = [i for i, firm in enumerate(books.firms) if firm not in books.unknown_equity and equity[i] > 0]
    rest = 1.0 - weights.sum(axis=1)
    total = equity + debt
    # What else a firm has is an asset of its own, which its loss hits and whose sale moves no price.
    own = np.diag(rest)
    hit = np.divide(lost, total * rest, out=np.zeros_like(lost), where=(lost > 0) & (rest > 0))
    impact = np.array([model.price_impact.get(kind, 0.0) for kind in kinds] + [0.0] * len(took))
    table = np.hstack([weights, own[:, took]])[took]
    found = linear_fire_sale(
        total[took], table, debt[took], equity[took], impact, np.concatenate([np.zeros(len(kinds)), -hit[took]])
    )
    return Sold(
        firms=tuple(books.firms[i] for i in took), assets=kinds, sales=found.sales[: len(kinds)],
        price_change=found.second_return[: len(kinds)], loss=found.loss, exposure=found.exposure,
        vulnerability=found.vulnerability, systemicness=found.systemicness,
        left_out=tuple(firm for i, firm in enumerate(books.firms) if i not in took),
    )  # fmt: skip


def _refuse(books: Books, model: FireSale, weights: Array) -> None:
    for firm, row in zip(books.firms, weights, strict=True):
        if not (np.isfinite(row).all() and (row >= 0).all() and row.sum() < 1):
            raise NetworkError(
                both(f"{firm} holds {row.sum():.6g} of its assets in what is sold.",
                     f"{firm} 有 {row.sum():.6g} 的資產是可出售的。"),
                both("Give shares of all its assets that add up to less than 1.",
                     "請提供占其總資產的比例，合計須小於 1。"),
            )  # fmt: skip
    for kind, impact in model.price_impact.items():
        if not 0 <= impact < np.inf:
            raise NetworkError(
                both(f"a price impact of {impact} for {kind}.", f"{kind} 的價格衝擊為 {impact}。"),
                both("Write a finite number, zero or more.", "請寫不小於零的有限數字。"),
            )
