"""Which firms cannot pull which others down, told from balance sheets alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books
from perpetuum.core.errors import NetworkError
from perpetuum.core.text import Text, both
from perpetuum.maths.screening import screen as screened

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What debts can do at most, by firm. It excludes; it does not predict.

    Parameters
    ----------
    net_worth, index
        USD: with everyone paying in full, and the most that a firm can lose its creditors inside.
    owed_inside, leverage
        Share of debt owed to firms of the books; outside assets over net worth.
    impossible
        (i, j): a loss of outside assets at i alone cannot bring down j alone.
    amplification
        At most so many times the expected loss without the network; none without probabilities.
    leaves_out
        What the bounds do not speak of and these books have: where it matters they are too mild.
    """

    firms: tuple[str, ...]
    net_worth: Array
    owed_inside: Array
    leverage: Array
    index: Array
    impossible: NDArray[np.bool_]
    amplification: float | None
    leaves_out: tuple[Text, ...]

    def spared_by(self, firm: str) -> tuple[str, ...]:
        """The firms which a loss at one firm alone cannot bring down, one by one."""
        i = self.firms.index(firm)
        return tuple(self.firms[j] for j in np.flatnonzero(self.impossible[i]))

    def array(self) -> xr.DataArray:
        """Which contagion is impossible, with labels."""
        import xarray as xr

        names = list(self.firms)
        return xr.DataArray(self.impossible, dims=("from", "to"), coords={"from": names, "to": names})


def screen(books: Books, default_probability: Mapping[str, float] | None = None) -> Screening:
    """Say which contagion through debts is impossible, and how much the network can amplify losses.

    Parameters
    ----------
    default_probability
        Between 0 and 1, by firm: the chance that its own loss exceeds its net worth; firms left out
        have none.

    Notes
    -----
    Debts of all ranks count alike. Source: Glasserman and Young (2015), doi:10.1016/j.jbankfin.2014.02.006.

    Examples
    --------
    >>> made = Books.of(
    ...     outside_assets={"a": 10, "b": 6},
    ...     obligations=[("a", "b", 4), ("b", "a", 1), ("a", "banks", 4), ("b", "banks", 7)],
    ... )
    >>> screen(made).spared_by("b")
    ('a',)
    """
    claims = books.claims
    chance = None
    if default_probability is not None:
        chance = np.zeros(len(books.firms))
        for firm, value in default_probability.items():
            if not 0 <= value <= 1:
                raise NetworkError(
                    both(f"a default probability of {value} for {firm}.", f"{firm} 的違約機率為 {value}。"),
                    both("Give a number between 0 and 1.", "請給 0 與 1 之間的數字。"),
                )
            chance[books.at(firm)] = value
    found = screened(claims.owed.sum(axis=0), claims.outside.sum(axis=0), books.outside_assets, chance)
    return Screening(
        firms=books.firms, net_worth=found.net_worth, owed_inside=found.owed_inside, leverage=found.leverage,
        index=found.index, impossible=found.impossible, amplification=found.amplification,
        leaves_out=tuple(_leaves_out(books)),
    )  # fmt: skip


def _leaves_out(books: Books) -> list[Text]:
    parts = (
        (
            books.holdings or books.warrants,
            both("shares and warrants held by other firms", "其他公司持有的股份與認股權"),
        ),
        (books.expected, both("expected revenue and funding", "預期收入與資金")),
        (books.guarantees, both("guarantees", "擔保")),
        (books.ranks > 1, both("ranks of debt", "債務順位")),
    )  # fmt: skip
    return [text for there, text in parts if there]
