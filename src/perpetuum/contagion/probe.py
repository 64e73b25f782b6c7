"""The same hits at many sizes: what one of them leaves, without telling who cost whom how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books
from perpetuum.contagion.shock import Hit, Shock
from perpetuum.contagion.solve import solve
from perpetuum.contagion.strike import Struck, before_and_after
from perpetuum.contagion.study import Study
from perpetuum.contagion.target import Target

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a shock leaves: who has fallen in which round (0 never), who is at the edge, and equity in USD."""

    firms: tuple[str, ...]
    round_of_default: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    equity: Array

    def fallen(self, unknown: frozenset[str] = frozenset()) -> frozenset[str]:
        """Names of all that have fallen, without those whose equity nobody knows."""
        return frozenset(self.firms[i] for i in np.flatnonzero(self.round_of_default > 0)) - unknown


class Probe:
    """Hits on books, ready to be asked again and again.

    Conditions of guarantees that nobody can decide count as not met.
    """

    def __init__(self, books: Books, study: Study, hits: tuple[Hit, ...]) -> None:
        self.shock = Shock(hits=hits)
        self.start, self.study = books, study
        self.books, quiet, _ = before_and_after(books, self.shock.resized(0.0))
        unhurt = solve(self.books, study, quiet, opening=np.zeros(len(self.books.firms)))
        self.opening = unhurt.rounds[0].standing.equity
        self.before = self._state(quiet)

    def _state(self, start: Struck) -> State:
        found = solve(self.books, self.study, start, opening=self.opening)
        return State(
            firms=self.books.firms, round_of_default=found.round_of_default, at_edge=found.at_edge,
            equity=found.end.standing.equity,
        )  # fmt: skip

    def at(self, size: float) -> State:
        """The state after the hits at one size."""
        return self._state(before_and_after(self.start, self.shock.resized(size))[2])

    def losing(self, losses: Mapping[str, float]) -> State:
        """The state if firms lose so much of what they have outside, in USD, instead of the hits."""
        return self._state(before_and_after(self.start, Shock(hits=losing(losses)))[2])


def losing(losses: Mapping[str, float]) -> tuple[Hit, ...]:
    """Hits by which firms lose so much of what they have outside, in USD."""
    return tuple(Hit(word="loses", firm=firm, amount=amount) for firm, amount in losses.items() if amount > 0)


def happens(target: Target, before: State, after: State, unknown: frozenset[str] = frozenset()) -> bool:
    """Has the outcome come about? At the very edge of default a firm still stands."""
    if target.word == "several":
        return len(after.fallen(unknown) - before.fallen(unknown)) >= (target.count or 1)
    if target.word == "together":
        lost = lost_together(before, after, unknown)
        return lost >= (target.amount or 0.0) * (1 - 1e-9)
    assert target.firm is not None
    i = after.firms.index(target.firm)
    if target.word == "falls":
        return bool(after.round_of_default[i] > 0)
    had = float(before.equity[i])
    return bool(had - after.equity[i] >= target.needs(had) - 1e-9 * max(abs(had), target.needs(had)))


def lost_together(before: State, after: State, unknown: frozenset[str]) -> float:
    """Equity that all firms with a known one have lost in sum, in USD."""
    known = np.array([firm not in unknown for firm in after.firms], dtype=bool)
    return float((before.equity - after.equity)[known].sum())
