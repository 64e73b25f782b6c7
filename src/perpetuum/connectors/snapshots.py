"""What every calendar quarter was on one day, seen from all that had been filed by then."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence

from perpetuum.connectors.differences import Piece, Said, quarters_of, whole_piece
from perpetuum.connectors.durations import FiscalCalendar, calendar_quarter, length, nearest_quarter_end
from perpetuum.connectors.periods import Period
from perpetuum.connectors.sums import Days, choose
from perpetuum.connectors.tags import Part, Recipe
from perpetuum.connectors.vintages import Vintage
from perpetuum.core.when import Quarter

Place = tuple[datetime.date | None, datetime.date]  # no start: a balance


def snapshot(
    periods: Sequence[Period], recipe: Recipe, calendar: FiscalCalendar, on: datetime.date
) -> Iterator[Vintage]:
    """What every calendar quarter was, as far as a reader could know on a day."""
    known = [p for p in periods if p.filings[0] <= on and (p.start or calendar.may_close(p.end, on))]
    by_tag = _pieces_by_tag(known, calendar, on)
    taken: set[Quarter] = set()
    for way in recipe.ways:
        best: dict[Quarter, tuple[Piece, tuple[str, ...]]] = {}
        for piece, tags in _of_way(way, by_tag):
            quarter = _quarter(piece)
            rival = best.get(quarter)
            if rival is None or _rank(piece, known, on) > _rank(rival[0], known, on):
                best[quarter] = piece, tags
        for quarter, (piece, tags) in best.items():
            if quarter not in taken:
                taken.add(quarter)
                yield _vintage(quarter, piece, tags, calendar, on)


def _quarter(piece: Piece) -> Quarter:
    return calendar_quarter(piece.start, piece.end) if piece.start else nearest_quarter_end(piece.end)


def _rank(piece: Piece, known: Sequence[Period], on: datetime.date) -> tuple[object, ...]:
    """Of two periods in one calendar quarter: filed as it stands, filed later, filed more often, ending later."""
    filings = sum(len([day for day in p.filings if day <= on]) for p in known if p.end == piece.end)
    return piece.derivation == "direct", piece.fresh, filings, piece.end


def _pieces_by_tag(
    periods: Sequence[Period], calendar: FiscalCalendar, on: datetime.date
) -> dict[str, dict[Place, Piece]]:
    of_tag: dict[str, list[Period]] = defaultdict(list)
    for period in periods:
        of_tag[period.tag].append(period)
    return {tag: _pieces(group, calendar, on) for tag, group in of_tag.items()}


def _pieces(group: Sequence[Period], calendar: FiscalCalendar, on: datetime.date) -> dict[Place, Piece]:
    """What one tag gives: balances as they stand, quarters with all that subtraction shows."""
    values = held(group, on)
    if group[0].start is None:
        return {(None, days[1]): whole_piece(said, "instant") for days, said in values.items()}
    if not _adds(group[0].unit):
        return {days: whole_piece(said, "direct") for days, said in values.items() if _is_quarter(days)}
    found: dict[Place, Piece] = {}
    for days, piece in quarters_of(values, calendar, on).items():
        found[days] = piece
    return found


def _adds(unit: str) -> bool:
    return "/" not in unit and unit != "shares"


def _is_quarter(days: Days) -> bool:
    return length((days[1] - days[0]).days + 1) == "quarter"


def held(group: Sequence[Period], on: datetime.date) -> dict[Days, Said]:
    """One value for every period of a tag."""
    known = {days_of(period): period.known(on) for period in group}
    if sums_can_tell(group):
        facts = {days: choice.fact for days, choice in choose(known).items()}
    else:
        facts = {days: versions[-1] for days, versions in known.items()}
    return {days_of(period): Said(facts[days_of(period)], period.freshest(on)) for period in group}


def days_of(period: Period) -> Days:
    """First and last day; a balance has one day for both."""
    return period.start or period.end, period.end


def sums_can_tell(group: Sequence[Period]) -> bool:
    """Do the periods of a tag add up to one another? Balances, per-share numbers and counts of shares do not."""
    return group[0].start is not None and _adds(group[0].unit)


def _of_way(way: tuple[Part, ...], by_tag: dict[str, dict[Place, Piece]]) -> Iterator[tuple[Piece, tuple[str, ...]]]:
    """The periods for which every part of a way has a tag."""
    parts = [_freshest(part, by_tag) for part in way]
    for place, (piece, tag) in parts[0].items():
        if len(parts) == 1:
            yield piece, (tag,)
        elif all(place in part for part in parts):
            chosen = [part[place] for part in parts]
            yield _sum([piece for piece, _ in chosen]), tuple(tag for _, tag in chosen)


def _freshest(part: Part, by_tag: dict[str, dict[Place, Piece]]) -> dict[Place, tuple[Piece, str]]:
    best: dict[Place, tuple[Piece, str]] = {}
    for tag in part:
        for place, piece in by_tag.get(tag, {}).items():
            if place not in best or piece.fresh > best[place][0].fresh:
                best[place] = piece, tag
    return best


def _sum(pieces: Sequence[Piece]) -> Piece:
    newest = max(pieces, key=lambda piece: (piece.fact.filed, piece.fact.accession))
    return newest._replace(
        value=sum(piece.value for piece in pieces),
        derivation="sum_of_tags",
        terms=tuple(term for piece in pieces for term in piece.terms),
        fresh=max(piece.fresh for piece in pieces),
    )


def _vintage(
    quarter: Quarter, piece: Piece, tags: tuple[str, ...], calendar: FiscalCalendar, on: datetime.date
) -> Vintage:
    return Vintage(
        quarter=quarter, unit=piece.fact.unit, value=piece.value, start=piece.start, end=piece.end,
        derivation=piece.derivation, tags=tags, terms=piece.terms, fact=piece.fact, known_from=on,
        label=calendar.label(piece.end, on),
    )  # fmt: skip
