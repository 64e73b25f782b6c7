"""How far a computed answer can be from the true one, proven by a few products.

A small last step proves nothing: on an almost closed network it can be a thousand times smaller than
the error. A positive vector which the network is seen to shrink proves it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, bicgstab, gmres

from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)
# Plain sweeps find the vector on most networks; an almost closed one wants a Krylov method.
_SWEEPS = 8
_GOOD_ENOUGH = 0.5
_FINER = (5e-2, 2e-3, 1e-5)


def error_bound(
    apply_n: Callable[[Array], Array],
    x: Float[np.ndarray, " active"],
    v: Float[np.ndarray, " active"],
    size: Float[np.ndarray, " active"],
    *,
    gross: Float[np.ndarray, " active"] | None = None,
    terms: float | Float[np.ndarray, " active"] | None = None,
    guess: Float[np.ndarray, " active"] | None = None,
) -> float:
    """Bound the error of a solution of x = v + N x, as a share of each firm's size.

    Parameters
    ----------
    apply_n
        Gives N y for a vector y; N is never negative. Only firms whose amount is open belong here.
    x
        USD, the amounts found.
    v
        USD, money from outside and from what is settled, minus the floor.
    size
        USD, positive: what errors are measured against, such as the debt of each firm.
    gross
        USD, the sum of what was added and subtracted to get ``v``; by default ``|v|``. Rounding
        follows this sum, which is larger where much cancels.
    terms
        How many numbers a row of the product adds up, which bounds its rounding; by default
        all firms.
    guess
        USD, a vector w to try first, whatever it comes from: it is checked like any other.

    Returns
    -------
    float
        The largest ``|x - true x| / size``, never understated; infinite where nothing is proven,
        as where N hands on everything it gets.

    Notes
    -----
    With s = size, (I - N) w = s is solved roughly, and c = min((I - N) w / s) > 0 is checked by one
    product. N shrinks w, so I - N has an inverse without negative entries, and
    ``|x - x*| <= w max(rho / s) / c`` with rho the residual plus its own rounding.
    Source: Berman and Plemmons (1994), Nonnegative Matrices, chapter 6.

    Examples
    --------
    Two firms hand each other half of what they get, and 3 comes from outside: 4 and 2.

    >>> half = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> error_bound(half.dot, np.array([4.0, 2.0]), np.array([3.0, 0.0]), np.array([10.0, 10.0])) < 1e-14
    True
    >>> 0.1 < error_bound(half.dot, np.array([5.0, 2.0]), np.array([3.0, 0.0]), np.array([10.0, 10.0])) < 0.3
    True

    A ring that hands on everything proves nothing:

    >>> ring = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> error_bound(ring.dot, np.array([4.0, 4.0]), np.zeros(2), np.array([10.0, 10.0]))
    inf
    """
    if not x.size:
        return 0.0
    blur = rounding(float(x.size) if terms is None else terms)
    spent = apply_n(np.abs(x))
    shown = np.abs(v) if gross is None else gross
    residual = np.abs(v + apply_n(x) - x) + blur * (shown + spent + np.abs(x))
    if guess is not None:
        handed_on = apply_n(guess)
        bound = proven(residual, guess, guess - handed_on - blur * (guess + handed_on), size, _GOOD_ENOUGH)
        if bound < inf:
            return bound
    return _shrunk(apply_n, residual, size, blur)


def rounding(terms: float | Array) -> Array:
    """The share that adding so many products can lose, at least four units in the last place."""
    return np.asarray(np.maximum(4.0, (np.asarray(terms, dtype=float) + 4.0) / 2.0) * EPS)


def proven(residual: Array, weight: Array, left: Array, size: Array, least_left: float = 0.0) -> float:
    """The bound that a vector gives: ``left`` is what remains of ``weight`` after one product."""
    least = (left / size).min()
    if not (least > least_left and weight.min() > 0.0):
        return inf
    return float((weight / size).max() * (residual / size).max() / least)


def _shrunk(apply_n: Callable[[Array], Array], residual: Array, size: Array, blur: Array) -> float:
    """Look for a vector that the network shrinks; sweeps first, then Krylov, finer and finer."""

    def left(weight: Array) -> Array:
        handed_on = apply_n(weight)
        return np.asarray(weight - handed_on - blur * (weight + handed_on))

    # (I - N) w = s - N^k s where w is the sum of the first k powers of N, applied to s.
    term, weight = size, size
    for _ in range(_SWEEPS):
        term = apply_n(term)
        reached = 1.0 - float((term / size).max())
        if reached > _GOOD_ENOUGH:
            return proven(residual, weight, left(weight), size)
        weight = weight + term
    operator = LinearOperator((size.size, size.size), matvec=lambda u: u - apply_n(u * size) / size, dtype=np.float64)
    ones, share = np.ones(size.size), weight / size
    for finer in _FINER:
        for solve in (bicgstab, gmres):
            with np.errstate(all="ignore"):
                share, _ = solve(operator, ones, x0=share, rtol=finer, maxiter=300 if solve is bicgstab else 3)
            if not np.isfinite(share).all():
                share = weight / size
                continue
            bound = proven(residual, share * size, left(share * size), size)
            if bound < inf:
                return bound
    return inf
