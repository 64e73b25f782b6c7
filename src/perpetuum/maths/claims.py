"""Who owes and owns whom, and the ladder that every dollar of a firm climbs.

First the debts of rank 0, then those of rank 1, ..., then the old shares, then shares and warrants
together. Every dollar on a rung is handed out in fixed shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.refusals import wholly_owned
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
MOST_FIRMS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Warrants of one issue: ``holder`` may buy ``count`` new shares of ``issuer`` at ``strike`` USD each.

    ``holder`` is none where a party outside holds them; they dilute the owners all the same.
    """

    issuer: int
    holder: int | None
    count: float
    strike: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Who owes and owns whom.

    Parameters
    ----------
    owed
        USD, shape (rank, firm, firm); row owes column; rank 0 is paid first.
    outside
        USD, shape (rank, firm); what is owed to parties that cannot fall.
    owned
        Fraction of the column's old shares that the row holds.
    shares
        Number of old shares by firm; needed where warrants are.
    """

    owed: Float[np.ndarray, "rank firm firm"]
    outside: Float[np.ndarray, "rank firm"]
    owned: Float[np.ndarray, "firm firm"]
    shares: Float[np.ndarray, " firm"]
    warrants: tuple[Series, ...] = ()

    @classmethod
    def of(
        cls,
        owed: Array,
        outside: Array | None = None,
        owned: Array | None = None,
        shares: Array | None = None,
        warrants: tuple[Series, ...] = (),
    ) -> Claims:
        """Claims with the parts that are missing filled by nothing; a matrix is one rank.

        Raises
        ------
        ValueError
            With every impossible entry: NaN, negative amounts, claims on oneself, more than all
            shares of a firm, firms that own each other wholly, more than 2,000 firms.
        """
        owed = np.asarray(owed, dtype=float)
        owed = owed[None] if owed.ndim == 2 else owed
        firms = owed.shape[-1]
        claims = cls(
            owed=owed,
            outside=np.zeros(owed.shape[:2]) if outside is None else np.asarray(outside, float).reshape(owed.shape[:2]),
            owned=np.zeros((firms, firms)) if owned is None else np.asarray(owned, dtype=float),
            shares=np.ones(firms) if shares is None else np.asarray(shares, dtype=float),
            warrants=tuple(sorted(warrants, key=lambda series: (series.issuer, series.strike))),
        )
        if problems := claims.problems():
            raise ValueError("\n".join(problems))
        return claims

    @property
    def firms(self) -> int:
        """How many there are."""
        return int(self.owed.shape[-1])

    @property
    def debt(self) -> Float[np.ndarray, "rank firm"]:
        """What each owes in all, by rank, in USD."""
        total: Array = self.owed.sum(axis=2) + self.outside
        return total

    def problems(self) -> list[str]:
        """All that is impossible here, one sentence each."""
        if self.firms > MOST_FIRMS:
            return [f"{self.firms} firms; ranks, shares and warrants are solved for at most {MOST_FIRMS}."]
        found: list[str] = []
        for name, values in (("owed", self.owed), ("outside", self.outside), ("owned", self.owned)):
            for place in np.argwhere(~np.isfinite(values) | (values < 0))[:5]:
                at = ", ".join(map(str, place))
                found.append(f"{name}[{at}] is {values[tuple(place)]}; amounts are finite and never negative.")
        if found:
            return found
        own = np.flatnonzero(np.einsum("sii->i", self.owed) > 0)
        found += [f"firm {i} owes itself money; leave such debts out." for i in own]
        found += [f"firm {i} owns its own shares; leave them out." for i in np.flatnonzero(np.diag(self.owned) > 0)]
        over = np.flatnonzero(self.owned.sum(axis=0) > 1 + 1e-12)
        found += [
            f"of firm {j} more than all shares are owned ({self.owned[:, j].sum():.6g}), by {_who(self.owned[:, j])}."
            for j in over
        ]
        found += [
            f"warrant on firm {w.issuer}: count and strike are finite and not negative, and shares are above zero."
            for w in self.warrants
            if not (np.isfinite([w.count, w.strike]).all() and w.count > 0 and w.strike >= 0
                    and self.shares[w.issuer] > 0)
        ]  # fmt: skip
        closed = () if found else wholly_owned(self.owned)
        if len(closed):
            who = ", ".join(map(str, closed))
            found.append(f"firms {who} own each other wholly; their equity has no owner outside.")
        return found


def _who(column: Array) -> str:
    return ", ".join(f"{i} ({column[i]:.6g})" for i in np.flatnonzero(column > 0))


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of every firm's ladder: where it starts, how much fits on it, who gets a dollar on it.

    ``share[i, j]``: what i gets of a dollar on j's rung. ``is_debt`` tells debts from shares.
    """

    floor: Float[np.ndarray, " firm"]
    size: Float[np.ndarray, " firm"]
    share: Float[np.ndarray, "firm firm"]
    is_debt: bool


def rungs(claims: Claims) -> tuple[Rung, ...]:
    """The ladder of each firm, lowest rung first; the last has no end."""
    steps: list[Rung] = []
    floor = np.zeros(claims.firms)
    for rank, debt in enumerate(claims.debt):
        safe = np.where(debt > 0, debt, 1.0)
        steps.append(Rung(floor, debt, claims.owed[rank].T / safe, True))
        floor = floor + debt
    most = max((sum(w.issuer == j for w in claims.warrants) for j in range(claims.firms)), default=0)
    strikes = [_share_rungs(claims, j) for j in range(claims.firms)]
    for level in range(most + 1):
        begins, ends, share = np.zeros(claims.firms), np.zeros(claims.firms), np.zeros((claims.firms, claims.firms))
        for j, own in enumerate(strikes):
            starts = [*own.starts, np.inf]
            begins[j], ends[j] = (starts[level], starts[level + 1]) if level < len(own.starts) else (np.inf, np.inf)
            share[:, j] = own.split[min(level, len(own.starts) - 1)]
        size = np.where(np.isfinite(begins), ends - np.where(np.isfinite(begins), begins, 0.0), 0.0)
        steps.append(Rung(floor + begins, size, share, False))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Own:
    """Where the share rungs of one firm start, in USD of equity, and who gets a dollar on each."""

    starts: tuple[float, ...]
    split: tuple[Array, ...]


def _share_rungs(claims: Claims, firm: int) -> _Own:
    """Old shares up to the first strike, then old shares and one more series of warrants each time."""
    old, starts = float(claims.shares[firm]), [0.0]
    split, held = [claims.owned[:, firm].copy()], np.zeros(claims.firms)
    count = paid = 0.0
    for series in (w for w in claims.warrants if w.issuer == firm):
        starts.append(series.strike * (old + count) - paid)
        count, paid = count + series.count, paid + series.count * series.strike
        if series.holder is not None:
            held[series.holder] += series.count
        split.append((claims.owned[:, firm] * old + held) / (old + count))
    return _Own(tuple(starts), tuple(split))


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a fallen firm can still hand out: alpha of its outside assets, beta of what it is paid."""

    alpha: float = 1.0
    beta_debts: float = 1.0
    beta_shares: float = 1.0

    def __post_init__(self) -> None:
        for name in ("alpha", "beta_debts", "beta_shares"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is {value}; it is a share between 0 and 1.")

    @property
    def are_none(self) -> bool:
        """Is nothing lost by falling?"""
        return self.alpha == self.beta_debts == self.beta_shares == 1


NO_COSTS = Costs()
