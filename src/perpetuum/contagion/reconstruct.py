"""Who owes whom, guessed from what each owes and is owed in all; every amount is marked as estimated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from perpetuum.contagion.books import Obligation
from perpetuum.core.errors import NetworkError, UnknownName, lines
from perpetuum.core.nouns import NAME
from perpetuum.core.text import Text, both
from perpetuum.maths.entropy import max_entropy

METHODS = ("max_entropy",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconstructed:
    """Obligations nobody observed, in USD; ``gap`` is what a margin misses, as a share of the total."""

    obligations: tuple[Obligation, ...]
    method: str
    gap: float
    status: Literal["settled", "ran_out_of_rounds"]


def reconstruct(
    assets: Mapping[str, float], liabilities: Mapping[str, float], *, method: Literal["max_entropy"] = "max_entropy"
) -> Reconstructed:
    """Spread debts between firms as evenly as what each owes and is owed allows.

    Parameters
    ----------
    assets, liabilities
        USD that each firm is owed by, and owes to, the others in all; who is missing has none.

    Raises
    ------
    NetworkError
        For impossible amounts, sums that differ, and a firm that would owe itself.

    Notes
    -----
    Real networks are sparser than this guess, which spreads risk thinly: a cascade on it is mild.
    Source: Upper and Worms (2004), doi:10.1016/j.euroecorev.2003.12.009.

    Examples
    --------
    >>> found = reconstruct({"a": 4, "b": 2, "c": 2}, {"a": 2, "b": 3, "c": 3})
    >>> [(each.debtor, each.creditor, round(each.amount, 6)) for each in found.obligations][:2]
    [('a', 'b', 1.0), ('a', 'c', 1.0)]
    >>> {each.estimated for each in found.obligations}
    {'max_entropy'}
    """
    if method not in METHODS:
        raise UnknownName(method, METHODS, what=NAME)
    firms = tuple(dict.fromkeys((*assets, *liabilities)))
    _refuse(firms, assets, liabilities)
    has = np.array([float(assets.get(firm, 0.0)) for firm in firms])
    owes = np.array([float(liabilities.get(firm, 0.0)) for firm in firms])
    found = max_entropy(has, owes)
    return Reconstructed(
        obligations=tuple(
            Obligation(debtor=firms[i], creditor=firms[j], amount=float(found.owed[i, j]), estimated=method)
            for i, j in np.argwhere(found.owed > 0)
        ),
        method=method, gap=found.gap, status=found.status,
    )  # fmt: skip


def _refuse(firms: tuple[str, ...], assets: Mapping[str, float], liabilities: Mapping[str, float]) -> None:
    problems: list[Text] = []
    for what, table in ((both("assets", "債權"), assets), (both("liabilities", "債務"), liabilities)):
        for firm, amount in table.items():
            if not math.isfinite(amount) or amount < 0:
                problems.append(
                    both(f"{what.en} of {firm}: {amount} USD; amounts are finite and never negative.",
                         f"{firm} 的{what.zh}：{amount} 美元；金額必須是有限的數，且絕不為負。")
                )  # fmt: skip
    if not problems:
        lent, borrowed = math.fsum(assets.values()), math.fsum(liabilities.values())
        if abs(lent - borrowed) > 1e-9 * max(lent, borrowed):
            problems.append(
                both(f"assets add up to {lent:,.15g} USD and liabilities to {borrowed:,.15g}; "
                     "every debt is somebody's asset.",
                     f"債權合計 {lent:,.15g} 美元，債務合計 {borrowed:,.15g} 美元；每一筆債務都是某方的債權。")
            )  # fmt: skip
        for firm in firms:
            own = assets.get(firm, 0.0) + liabilities.get(firm, 0.0)
            if own > max(lent, borrowed) * (1 + 1e-9):
                problems.append(
                    both(f"{firm} is owed and owes {own:,.15g} USD together, more than all debts; "
                         "part of it would be a debt to itself.",
                         f"{firm} 的債權與債務合計 {own:,.15g} 美元，超過全部債務；其中一部分會變成欠自己的債。")
                )  # fmt: skip
    if problems:
        raise NetworkError(
            lines(*problems, indent=""),
            both("Give what each firm owes to, and is owed by, the other firms of the list alone.",
                 "請只提供各公司對名單中其他公司的債務與債權。"),
        )  # fmt: skip
