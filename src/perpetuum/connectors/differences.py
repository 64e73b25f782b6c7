"""Quarters out of what was filed: those that were filed, and those that only a subtraction shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from perpetuum.connectors.durations import LENGTHS, NEXT_LONGER, ONE_DAY, FiscalCalendar, length, next_day
from perpetuum.connectors.facts import Fact
from perpetuum.connectors.sums import Days

Derivation = Literal["direct", "instant", "ytd_diff", "fy_minus_3q", "ttm_undone", "sum_of_tags", "derived"]


class Term(NamedTuple):
    """One number in the sum that makes a piece: its sign, its days, its value and the filing it is from."""

    sign: int
    start: datetime.date | None
    end: datetime.date
    value: float
    fact: Fact


class Piece(NamedTuple):
    """A quarter or a balance with how it came about.

    ``fact`` is the newest filing among the inputs, ``fresh`` the last day on which the tag was
    filed for this period, repeats included.
    """

    start: datetime.date | None
    end: datetime.date
    value: float
    derivation: Derivation
    terms: tuple[Term, ...]
    fact: Fact
    fresh: datetime.date


class Said(NamedTuple):
    """The value held for one period, and the last day on which it was filed."""

    fact: Fact
    fresh: datetime.date


def whole_piece(said: Said, derivation: Derivation) -> Piece:
    """What a filing gives as it stands."""
    fact, fresh = said
    term = Term(1, fact.start, fact.end, fact.value, fact)
    return Piece(fact.start, fact.end, fact.value, derivation, (term,), fact, fresh)


def quarters_of(held: Mapping[Days, Said], calendar: FiscalCalendar, on: datetime.date) -> dict[Days, Piece]:
    """All quarters that the periods of one tag give, each by the first way that works.

    Parameters
    ----------
    held
        One value for every period of the tag.
    calendar, on
        Where the firm's years end, as known on a day.

    Returns
    -------
    dict
        By start and end. Direct quarters come first, then differences of two periods with one
        start that end a quarter apart, then years and at last trailing years less the three other
        quarters. A quarter that only half a difference could give is not there.
    """
    by_length: dict[str, list[Days]] = {name: [] for name in LENGTHS}
    for days in sorted(held):
        name = length((days[1] - days[0]).days + 1)
        if name:
            by_length[name].append(days)
    pieces = {days: whole_piece(held[days], "direct") for days in by_length["quarter"]}
    for shorter, longer in _neighbours(by_length):
        _keep_first(pieces, _ytd_less(held[longer], held[shorter]))
    years = [days for days in by_length["year"] if calendar.ends_a_year(days[1], on)]
    trailing = [days for days in by_length["year"] if days not in years]
    grown = True
    while grown:
        before = len(pieces)
        for days in years:
            _keep_first(pieces, _remainder(held[days], "fy_minus_3q", pieces))
        for days in trailing:
            _keep_first(pieces, _remainder(held[days], "ttm_undone", pieces))
        grown = len(pieces) > before
    return pieces


def _neighbours(by_length: Mapping[str, list[Days]]) -> Iterator[tuple[Days, Days]]:
    """Periods with one start, of which one is a quarter longer."""
    for name, longer_name in NEXT_LONGER.items():
        for longer in by_length[longer_name]:
            for shorter in by_length[name]:
                if shorter[0] == longer[0]:
                    yield shorter, longer


def _ytd_less(longer: Said, shorter: Said) -> Piece | None:
    return _less(longer, "ytd_diff", [whole_piece(shorter, "direct")], next_day(shorter.fact.end), longer.fact.end)


def _keep_first(pieces: dict[Days, Piece], piece: Piece | None) -> None:
    if piece is not None and piece.start is not None:
        pieces.setdefault((piece.start, piece.end), piece)


def _remainder(whole: Said, derivation: Derivation, pieces: Mapping[Days, Piece]) -> Piece | None:
    """Twelve months less the three quarters known of them, whichever one is missing."""
    start, end = whole.fact.start, whole.fact.end
    if start is None:
        return None
    by_start = {days[0]: piece for days, piece in pieces.items()}
    by_end = {days[1]: piece for days, piece in pieces.items()}
    others: list[Piece] = []
    first, last = start, end
    while (piece := by_start.get(first)) and piece.end < last and len(others) < 3:
        others.append(piece)
        first = next_day(piece.end)
    while (piece := by_end.get(last)) and piece.start and piece.start > first and len(others) < 3:
        others.append(piece)
        last = piece.start - ONE_DAY
    return _less(whole, derivation, others, first, last) if len(others) == 3 else None


def _less(
    whole: Said, derivation: Derivation, others: list[Piece], first: datetime.date, last: datetime.date
) -> Piece | None:
    """What is left of a period without some pieces; nothing unless that is as long as a quarter."""
    if length((last - first).days + 1) != "quarter":
        return None
    fact, fresh = whole
    terms = (
        Term(1, fact.start, fact.end, fact.value, fact),
        *(Term(-1, other.start, other.end, other.value, other.fact) for other in others),
    )
    newest = max((term.fact for term in terms), key=lambda f: (f.filed, f.end, f.accession))
    return Piece(first, last, fact.value - sum(other.value for other in others), derivation, terms, newest, fresh)
