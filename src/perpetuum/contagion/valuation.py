"""What is kept of a claim on a partner, given how the partner is: a model of contagion in one function."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import NetworkError, lines
from perpetuum.core.text import Text, both
from perpetuum.maths.shapes import Bool, Float

Array = NDArray[np.float64]
Channel = Literal["owed", "owned", "revenue", "funding"]
Range = Literal["share", "above zero", "zero or more"]
# Rounding, as a share of debt: assets that miss it by less reach it.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartnerState:
    """How each partner is; money in USD, by partner.

    ``assets`` everything it has, ``outside_assets`` and ``from_shares`` the parts that come from
    outside the network and from shares and warrants; ``equity`` assets less debt, negative where they
    do not reach; ``receipts_kept`` the share of its own expected receipts that is left to it.
    """

    assets: Float[np.ndarray, " partner"]
    debt: Float[np.ndarray, " partner"]
    outside_assets: Float[np.ndarray, " partner"]
    equity: Float[np.ndarray, " partner"]
    opening_equity: Float[np.ndarray, " partner"]
    fallen: Bool[np.ndarray, " partner"]
    receipts_kept: Float[np.ndarray, " partner"]
    from_shares: Float[np.ndarray, " partner"] | None = None

    @property
    def has_failed(self) -> NDArray[np.bool_]:
        """Who has fallen, or cannot pay all it owes; equal is solvent."""
        failed: NDArray[np.bool_] = self.fallen | (self.assets < self.debt * (1 - ROUNDING))
        return failed

    @property
    def distress(self) -> Array:
        """Share of its opening equity that each has lost, from 0 to 1; 1 for who had none or has fallen."""
        had = self.opening_equity > 0
        left = np.where(had, self.equity, 0.0) / np.where(had, self.opening_equity, 1.0)
        lost: Array = np.where(self.fallen, 1.0, np.clip(1.0 - left, 0.0, 1.0))
        return lost


Kept = Callable[[PartnerState], Float[np.ndarray, " partner"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """One way to value what partners are worth: its name, its channels, its paper, and what it keeps.

    ``kept`` gives the share kept by partner, between 0 and 1, never rising when the partner gets
    poorer. ``pays``: its losses are payments, and the ladder solves it exactly. ``has_own_solver``:
    the share is not the whole model (a process, or costs of its own); a function of ``maths`` is.
    """

    id: str
    name: Text
    channels: tuple[Channel, ...]
    paper: str
    kept: Kept = field(compare=False, repr=False)
    pays: bool = False
    has_own_solver: bool = False
    parameters: tuple[tuple[str, float], ...] = ()

    def parameter(self, name: str) -> float:
        """The value of one parameter."""
        return dict(self.parameters)[name]

    def __str__(self) -> str:
        said = ", ".join(f"{name}={_short(value)}" for name, value in self.parameters)
        return f"{self.id}({said})" if said else self.id


def _short(value: float) -> str:
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


_RANGES: dict[Range, tuple[Callable[[float], bool], Text]] = {
    "share": (lambda value: 0 <= value <= 1, both("a share between 0 and 1", "介於 0 與 1 之間的比率")),
    "above zero": (lambda value: 0 < value < math.inf, both("a finite number above zero", "大於零的有限數字")),
    "zero or more": (lambda value: 0 <= value < math.inf, both("a finite number, zero or more", "不小於零的有限數字")),
}


def parameters(valuation: str, **given: tuple[float, Range]) -> tuple[tuple[str, float], ...]:
    """Parameters within their ranges; all that are outside are refused together.

    Examples
    --------
    >>> parameters("fixed_recovery", R=(0.4, "share"))
    (('R', 0.4),)
    >>> parameters("fixed_recovery", R=(4, "share"))
    Traceback (most recent call last):
    perpetuum.core.errors.NetworkError: fixed_recovery: R is 4.
      Write for R a share between 0 and 1.
    """
    bad = [
        (name, value, _RANGES[range_][1]) for name, (value, range_) in given.items() if not _RANGES[range_][0](value)
    ]
    if bad:
        raise NetworkError(
            lines(*(both(f"{valuation}: {n} is {v:g}.", f"{valuation}：{n} 為 {v:g}。") for n, v, _ in bad), indent=""),
            lines(*(both(f"Write for {n} {r.en}.", f"{n} 請填{r.zh}。") for n, _, r in bad)),
        )
    return tuple((name, float(value)) for name, (value, _) in given.items())
