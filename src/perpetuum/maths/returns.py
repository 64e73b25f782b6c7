"""Cross-checks: how often a dollar that leaves a node comes back to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cycling:
    """Finn's reading of a network in steady state, in the unit of its flows."""

    throughflow: Float[np.ndarray, " node"]
    total: float
    cycled: float
    index: float
    path_length: float
    boundary_input: float
    visits: Float[np.ndarray, " node"]
    return_probability: Float[np.ndarray, " node"]


def finn(flows: Float[np.ndarray, "node node"], inputs: Float[np.ndarray, " node"]) -> Cycling:
    """Finn's cycling index, path length and return probabilities.

    Parameters
    ----------
    flows
        Row gives to column.
    inputs
        What enters each node from outside.

    Returns
    -------
    Cycling
        By input throughflow T_i = z_i + sum over j of F_ji, so that networks balanced only
        nearly keep their published values. Index and path length are NaN where nothing flows.

    Raises
    ------
    ValueError
        For a loop that nothing enters: what goes round in it never ends.

    Notes
    -----
    N = (I - G)^-1 with G[i, j] = F_ji / T_j; a unit that enters node i visits it N_ii times, so
    it returns with probability 1 - 1/N_ii. Source: Finn (1976), doi:10.1016/0022-5193(76)90024-1.

    Examples
    --------
    >>> finn(np.array([[0.0, 1.0], [0.5, 0.0]]), np.array([0.5, 0.0])).return_probability
    array([0.5, 0.5])
    """
    throughflow = inputs + flows.sum(axis=0)
    share = np.divide(flows, throughflow[:, None], out=np.zeros_like(flows), where=throughflow[:, None] > 0)
    try:
        visits = np.diag(np.linalg.inv(np.eye(len(inputs)) - share.T)).copy()
    except np.linalg.LinAlgError:
        raise ValueError("nothing enters one of the loops; give it an input.") from None
    returning = 1.0 - 1.0 / visits
    total, entering = float(throughflow.sum()), float(inputs.sum())
    cycled = float((returning * throughflow).sum())
    return Cycling(
        throughflow=throughflow,
        total=total,
        cycled=cycled,
        index=cycled / total if total else float("nan"),
        path_length=total / entering if entering else float("nan"),
        boundary_input=entering,
        visits=visits,
        return_probability=returning,
    )


@dataclass(frozen=True, slots=True)
class Ascendency:
    """How concentrated a network is, in bits and in flow times bits."""

    total: float
    mutual_information: float
    diversity: float
    ascendency: float
    capacity: float


def ascendency(
    flows: Float[np.ndarray, "node node"],
    inputs: Float[np.ndarray, " node"],
    outputs: Float[np.ndarray, " node"],
) -> Ascendency:
    """Ascendency and capacity, with one node for all imports and one for all exports.

    Source: Ulanowicz (1986), Growth and Development.

    Examples
    --------
    >>> ascendency(np.zeros((1, 1)), np.array([1.0]), np.array([1.0])).mutual_information
    1.0
    """
    n = len(inputs)
    whole = np.zeros((n + 2, n + 2))
    whole[:n, :n] = flows
    whole[n, :n] = inputs
    whole[:n, n + 1] = outputs
    total = float(whole.sum())
    share = whole / total
    expected = share.sum(axis=1)[:, None] * share.sum(axis=0)[None, :]
    there = share > 0
    information = float((share[there] * np.log2(share[there] / expected[there])).sum())
    diversity = float(-(share[there] * np.log2(share[there])).sum())
    return Ascendency(total, information, diversity, total * information, total * diversity)


def leontief(requirements: Float[np.ndarray, "sector sector"]) -> tuple[Array, Array]:
    """The Leontief inverse, and the share of each sector's output that returns to it.

    Input-output tables run the other way round: column j says what sector j needs of row i.

    Examples
    --------
    >>> inverse, own = leontief(np.array([[0.2, 0.3], [0.4, 0.1]]))
    >>> own.round(6)
    array([0.333333, 0.25    ])
    """
    inverse = np.linalg.inv(np.eye(len(requirements)) - requirements)
    return inverse, 1.0 - 1.0 / np.diag(inverse)
