"""A textbook economy as it is written down: equations, parameters, first values, and what must always hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perpetuum.machine.equations_text import Formula

# Of the sum of absolute terms; an identity that misses by more is broken.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What must hold by accounting, though no equation says so.

    ``told`` is true where the file itself says that it does not hold: then it is only reported.
    """

    left: Formula
    right: Formula
    told: bool = False

    @property
    def text(self) -> str:
        """As one line."""
        return f"{self.left.text} = {self.right.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New values of parameters, from a period on."""

    period: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A column of the transaction-flow matrix; ``money`` is what it holds or, where it ``issues``, has issued."""

    id: str
    money: Formula
    issues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfFlow:
    """A row of the transaction-flow matrix: who may pay, who may be paid."""

    id: str
    payers: tuple[str, ...]
    payees: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A payment in every period, never negative."""

    kind: str
    payer: str
    payee: str
    amount: Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system of simultaneous equations that has been read and checked, from :func:`read_system`."""

    name: str
    periods: int
    variables: tuple[str, ...]
    equations: tuple[Formula, ...]
    parameters: Mapping[str, float]
    start: Mapping[str, float]
    changes: tuple[Change, ...] = ()
    identities: tuple[Identity, ...] = ()
    kinds: tuple[KindOfFlow, ...] = ()
    sectors: tuple[Sector, ...] = ()
    postings: tuple[Posting, ...] = ()

    @property
    def lags(self) -> tuple[int, ...]:
        """How many periods back anything looks, from 1."""
        formulas = (*self.equations, *self.asked)
        return tuple(sorted({back for formula in formulas for _, back in formula.before}))

    @property
    def asked(self) -> tuple[Formula, ...]:
        """What is worked out beside the equations."""
        return (
            *(side for each in self.identities for side in (each.left, each.right)),
            *(each.money for each in self.sectors),
            *(each.amount for each in self.postings),
        )
