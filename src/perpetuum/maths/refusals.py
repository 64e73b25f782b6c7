"""What plain arrays of money must be before anything is worked out from them: one sentence for each that is not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_TOLD = 5


def refuse(*problems: Iterable[str]) -> None:
    """Raise a ValueError with all problems together, if there are any.

    Examples
    --------
    >>> refuse([], [])
    >>> refuse(["rho is 2; it is a share between 0 and 1."])
    Traceback (most recent call last):
    ValueError: rho is 2; it is a share between 0 and 1.
    """
    found = [problem for some in problems for problem in some]
    if found:
        raise ValueError("\n".join(found))


def amounts(name: str, values: Array, shape: tuple[int, ...]) -> list[str]:
    """What is wrong with amounts that are finite and never negative.

    Examples
    --------
    >>> amounts("outside_assets", np.array([1.0, np.nan]), (2,))
    ['outside_assets[1] is nan; write a finite amount that is not negative.']
    """
    if values.shape != shape:
        return [_shape(name, values, shape)]
    return _entries(name, values, ~np.isfinite(values) | (values < 0), "write a finite amount that is not negative.")


def numbers(name: str, values: Array, shape: tuple[int, ...]) -> list[str]:
    """What is wrong with finite numbers of either sign."""
    if values.shape != shape:
        return [_shape(name, values, shape)]
    return _entries(name, values, ~np.isfinite(values), "write a finite number.")


def positive(name: str, values: Array, shape: tuple[int, ...]) -> list[str]:
    """What is wrong with finite numbers above zero."""
    if values.shape != shape:
        return [_shape(name, values, shape)]
    return _entries(name, values, ~(np.isfinite(values) & (values > 0)), "write a finite number above zero.")


def shares(name: str, values: Array, shape: tuple[int, ...]) -> list[str]:
    """What is wrong with shares between 0 and 1."""
    if values.shape != shape:
        return [_shape(name, values, shape)]
    return _entries(name, values, ~((values >= 0) & (values <= 1)), "write a share between 0 and 1.")


def share(name: str, value: float) -> list[str]:
    """What is wrong with one share between 0 and 1."""
    return [] if 0 <= value <= 1 else [f"{name} is {value:g}; write a share between 0 and 1."]


def above_zero(name: str, value: float) -> list[str]:
    """What is wrong with one finite number above zero."""
    return [] if 0 < value < np.inf else [f"{name} is {value:g}; write a finite number above zero."]


def debts(name: str, owed: Array) -> list[str]:
    """What is wrong with a square matrix of debts: row owes column, nobody owes itself.

    Examples
    --------
    >>> debts("owed", np.array([[1.0, 0.0], [0.0, 0.0]]))
    ['owed[0, 0] is 1; nobody owes itself: leave it out.']
    """
    if owed.ndim != 2 or owed.shape[0] != owed.shape[1]:
        return [f"{name} has shape {owed.shape}; give as many rows (who owes) as columns (who is owed)."]
    own = np.eye(len(owed), dtype=bool) & (owed > 0)
    return amounts(name, owed, owed.shape) or _entries(name, owed, own, "nobody owes itself: leave it out.")


def holdings(name: str, owned: Array) -> list[str]:
    """What is wrong with fractions of the column's shares held by the row.

    More than all shares of a firm, shares in oneself, and firms that own each other wholly, whose
    equity has no owner outside.

    Examples
    --------
    >>> holdings("owned", np.array([[0.0, 1.0], [1.0, 0.0]]))
    ['firms 0, 1 own each other wholly; leave them an owner outside.']
    """
    if owned.ndim != 2 or owned.shape[0] != owned.shape[1]:
        return [f"{name} has shape {owned.shape}; give as many rows (owners) as columns (who is owned)."]
    own = np.eye(len(owned), dtype=bool) & (owned > 0)
    found = amounts(name, owned, owned.shape) or _entries(name, owned, own, "nobody owns itself: leave it out.")
    over = np.flatnonzero(owned.sum(axis=0) > 1 + 1e-12)
    found += [f"of firm {j} more than all shares are owned, by {_owners(owned[:, j])}; mend one." for j in over]
    closed = () if found else wholly_owned(owned)
    if len(closed):
        found.append(f"firms {', '.join(map(str, closed))} own each other wholly; leave them an owner outside.")
    return found


def _owners(column: Array) -> str:
    return ", ".join(f"{i} ({column[i]:g})" for i in np.flatnonzero(column > 0))


def wholly_owned(owned: Array) -> NDArray[np.int64]:
    """The largest group whose shares are all held inside the group, so that nobody outside owns its equity.

    Examples
    --------
    >>> wholly_owned(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    array([0, 1])
    """
    closed = np.flatnonzero(owned.sum(axis=0) >= 1 - 1e-12)
    while closed.size:
        inside = owned[np.ix_(closed, closed)].sum(axis=0) >= 1 - 1e-12
        if inside.all():
            break
        closed = closed[inside]
    return closed


def _shape(name: str, values: Array, shape: tuple[int, ...]) -> str:
    return f"{name} has shape {values.shape}; give one number for each, in shape {shape}."


def _entries(name: str, values: Array, bad: NDArray[np.bool_], repair: str) -> list[str]:
    at = [tuple(int(k) for k in place) for place in np.argwhere(bad)]
    told = [f"{name}[{', '.join(map(str, place))}] is {values[place]:g}; {repair}" for place in at[:MOST_TOLD]]
    return told + ([f"{name}: {len(at) - MOST_TOLD} more of the same."] if len(at) > MOST_TOLD else [])
