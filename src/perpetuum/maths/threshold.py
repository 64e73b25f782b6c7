"""Whoever loses more than it is worth falls, and those who lent to it lose in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.refusals import amounts, debts, refuse, share
from perpetuum.maths.shapes import Bool, Float, Int

Array = NDArray[np.float64]
# Rounding, as a share of the money involved: who is nearer to the edge than this stands on it.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Who falls in which round (0 never), and what each loses, in USD.

    ``net_worth`` is before any loss. Exact after at most one round per firm.
    """

    net_worth: Float[np.ndarray, " firm"]
    loss: Float[np.ndarray, " firm"]
    fallen: Bool[np.ndarray, " firm"]
    round_of_default: Int[np.ndarray, " firm"]


def threshold_cascade(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    *,
    recovery: float = 0.0,
    fallen: Sequence[int] = (),
) -> Threshold:
    """Falls in rounds, with a fixed share of every debt recovered.

    Parameters
    ----------
    owed, owed_outside, outside_assets
        USD, never negative; row owes column.
    recovery
        Share of its debts that a fallen firm pays, between 0 and 1.
    fallen
        Positions of firms that fall in round 1, whatever they have.

    Returns
    -------
    Threshold
        Strict: who loses exactly what it is worth stands.

    Raises
    ------
    ValueError
        With every impossible entry: NaN, negative amounts, debts to oneself, unknown positions.

    Notes
    -----
    Net worth with all paying; it falls if that is negative, and later if what it has lost,
    (1 - recovery) * claims on the fallen, is larger. Source: Furfine (2003), doi:10.1353/mcb.2003.0004.

    Examples
    --------
    A has nothing and owes B 10; B has 4 and owes C 3:

    >>> owed = np.array([[0.0, 10, 0], [0, 0, 3], [0, 0, 0]])
    >>> out = threshold_cascade(owed, np.zeros(3), np.array([0.0, 4, 0]), recovery=0.0)
    >>> out.loss, out.round_of_default
    (array([ 0., 10.,  0.]), array([1, 0, 0]))
    """
    _check(owed, owed_outside, outside_assets, recovery, fallen)
    came, went = outside_assets + owed.sum(axis=0), owed.sum(axis=1) + owed_outside
    worth, band = came - went, ROUNDING * np.maximum(came, went)
    falls = worth < -band
    falls[list(fallen)] = True
    down, loss = np.zeros(len(owed), dtype=bool), np.zeros(len(owed))
    round_of_default = np.zeros(len(owed), dtype=np.int64)
    while falls.any():
        down |= falls
        round_of_default[falls] = round_of_default.max() + 1
        loss = (1.0 - recovery) * owed[down].sum(axis=0)
        falls = (worth < loss - band) & ~down
    return Threshold(net_worth=worth, loss=loss, fallen=down, round_of_default=round_of_default)


def _check(owed: Array, owed_outside: Array, outside_assets: Array, recovery: float, fallen: Sequence[int]) -> None:
    firms = (len(owed),)
    refuse(
        debts("owed", owed),
        amounts("owed_outside", owed_outside, firms),
        amounts("outside_assets", outside_assets, firms),
        share("recovery", recovery),
        [f"fallen names firm {i}; there are firms 0 to {len(owed) - 1}." for i in fallen if not 0 <= i < len(owed)],
    )
