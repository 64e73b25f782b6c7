"""Calendar quarters out of filings: what each quarter was, and since when it could be known.

A firm files years, halves and quarters of a year of its own, says some of them again, and
sometimes otherwise. Here its facts are replayed in the order of filing. Whenever a filing changes
what a calendar quarter is, that is a vintage, known from that day on. Nothing looks ahead, so
the vintages up to a day are those that a reader of that day had.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from perpetuum.connectors.differences import Derivation, Piece, Said, Term, quarters_of, whole_piece
from perpetuum.connectors.durations import FiscalCalendar, calendar_quarter, length, nearest_quarter_end
from perpetuum.connectors.facts import Fact
from perpetuum.connectors.periods import Period, periods_of
from perpetuum.connectors.sums import Days, choose, equations
from perpetuum.connectors.rounding import adds_up
from perpetuum.connectors.tags import Part, Recipe
from perpetuum.core.when import Quarter

# A quarter of 80 to 100 days has its midpoint 39 to 50 days after its first day.
_TO_MIDPOINT = datetime.timedelta(days=39)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """What a calendar quarter was, or a balance at its close, from one day on.

    ``start`` and ``end`` are the real days of the firm's period; a balance has no start. ``fact``
    is the newest filing it rests on. ``label`` is how the firm's own filing calls the quarter.
    """

    quarter: Quarter
    unit: str
    value: float
    start: datetime.date | None
    end: datetime.date
    derivation: Derivation
    tags: tuple[str, ...]
    terms: tuple[Term, ...]
    fact: Fact
    known_from: datetime.date
    label: str | None = None


class Doubt(NamedTuple):
    """Something odd about one period: which kind, the tag, the days, the fact or numbers it is about."""

    code: str
    tag: str
    days: Days
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """All vintages of one metric in one unit, by quarter and day; what is odd; periods of no use."""

    vintages: tuple[Vintage, ...]
    doubts: tuple[Doubt, ...]
    unused: tuple[Period, ...]

    def newest(self) -> dict[Quarter, Vintage]:
        """The last vintage of every quarter."""
        return {vintage.quarter: vintage for vintage in self.vintages}


def build(facts: Iterable[Fact], recipe: Recipe, calendar: FiscalCalendar, asof: datetime.date | None = None) -> Built:
    """Build the calendar quarters of one metric of one firm.

    Parameters
    ----------
    facts
        Of one firm and one unit, any tags, in any order. Balances and durations are told apart by
        whether they have a start.
    recipe
        Which tags say what the metric is.
    calendar
        Where the firm's years end.
    asof
        Facts filed later are left out. The result equals the vintages of the whole with
        ``known_from`` up to this day.

    Returns
    -------
    Built
        Flows belong to the calendar quarter with their midpoint, balances to the nearest quarter
        end. A quarter that cannot be had is missing; nothing is spread or guessed. What counts per
        share or counts shares is never subtracted: a split between two filings would make nonsense.
    """
    wanted = set(recipe.tags)
    periods = periods_of(f for f in facts if f.tag in wanted and (asof is None or f.filed <= asof))
    durations = [period for period in periods if period.start]
    useful = [period for period in durations if length(period.days)]
    vintages: list[Vintage] = []
    doubts: list[Doubt] = []
    for group in (*_runs(useful), *_closes(period for period in periods if not period.start)):
        vintages.extend(_replay(group, recipe, calendar))
        doubts.extend(_doubts(group))
    vintages.sort(key=lambda vintage: (vintage.quarter, vintage.known_from))
    return Built(
        vintages=tuple(vintages),
        doubts=tuple(doubts),
        unused=tuple(period for period in durations if not length(period.days)),
    )


def _runs(periods: Sequence[Period]) -> Iterator[list[Period]]:
    """Periods that can have a say in the same calendar quarter: years as a rule, more where years trail."""
    reach = sorted(((*_quarters_touched(period), n) for n, period in enumerate(periods)))
    run: list[Period] = []
    until: Quarter | None = None
    for first, last, n in reach:
        if until is not None and first > until:
            yield run
            run, until = [], None
        run.append(periods[n])
        until = last if until is None else max(until, last)
    if run:
        yield run


def _quarters_touched(period: Period) -> tuple[Quarter, Quarter]:
    assert period.start is not None  # balances go another way
    return Quarter.of(period.start + _TO_MIDPOINT), Quarter.of(period.end - _TO_MIDPOINT)


def _closes(periods: Iterable[Period]) -> list[list[Period]]:
    by_quarter = defaultdict(list)
    for period in periods:
        by_quarter[nearest_quarter_end(period.end)].append(period)
    return [by_quarter[quarter] for quarter in sorted(by_quarter)]


def _replay(periods: Sequence[Period], recipe: Recipe, calendar: FiscalCalendar) -> Iterator[Vintage]:
    """What changes, filing day by filing day."""
    last: dict[Quarter, Vintage] = {}
    for day in sorted({day for period in periods for day in period.filings}):
        for vintage in snapshot(periods, recipe, calendar, day):
            before = last.get(vintage.quarter)
            if before is None or (before.value, before.start, before.end) != (vintage.value, vintage.start, vintage.end):
                last[vintage.quarter] = vintage
                yield vintage


def snapshot(
    periods: Sequence[Period], recipe: Recipe, calendar: FiscalCalendar, on: datetime.date
) -> Iterator[Vintage]:
    """What every calendar quarter was, as far as a reader could know on a day."""
    known = [period for period in periods if period.filings[0] <= on]
    by_tag = _pieces_by_tag(known, calendar, on)
    taken: set[Quarter] = set()
    for way in recipe.ways:
        best: dict[Quarter, tuple[Piece, tuple[str, ...]]] = {}
        for piece, tags in _of_way(way, by_tag):
            quarter = _quarter(piece)
            rival = best.get(quarter)
            if rival is None or _rank(piece, known, calendar, on) > _rank(rival[0], known, calendar, on):
                best[quarter] = piece, tags
        for quarter, (piece, tags) in best.items():
            if quarter not in taken:
                taken.add(quarter)
                yield _vintage(quarter, piece, tags, calendar, on)


def _quarter(piece: Piece) -> Quarter:
    return calendar_quarter(piece.start, piece.end) if piece.start else nearest_quarter_end(piece.end)


def _rank(
    piece: Piece, known: Sequence[Period], calendar: FiscalCalendar, on: datetime.date
) -> tuple[object, ...]:
    """Of two periods in one calendar quarter: the close of a report, filed more often, filed later, ending later."""
    filings = sum(len([day for day in p.filings if day <= on]) for p in known if p.end == piece.end)
    return calendar.is_close(piece.end, on), piece.derivation == "direct", piece.fresh, filings, piece.end


def _pieces_by_tag(
    periods: Sequence[Period], calendar: FiscalCalendar, on: datetime.date
) -> dict[str, dict[tuple[datetime.date | None, datetime.date], Piece]]:
    of_tag: dict[str, list[Period]] = defaultdict(list)
    for period in periods:
        of_tag[period.tag].append(period)
    found: dict[str, dict[tuple[datetime.date | None, datetime.date], Piece]] = {}
    for tag, group in of_tag.items():
        held = _held(group, on)
        if group[0].start is None:
            found[tag] = {(None, days[1]): whole_piece(said, "instant") for days, said in held.items()}
        elif _adds(group[0].unit):
            found[tag] = dict(quarters_of(held, calendar, on))
        else:
            found[tag] = {
                days: whole_piece(said, "direct") for days, said in held.items() if _is_quarter(days)
            }
    return found


def _adds(unit: str) -> bool:
    return "/" not in unit and unit != "shares"


def _is_quarter(days: Days) -> bool:
    return length((days[1] - days[0]).days + 1) == "quarter"


def _held(group: Sequence[Period], on: datetime.date) -> dict[Days, Said]:
    """One value for every period of a tag."""
    known = {_days(period): period.known(on) for period in group}
    if _sums_can_tell(group):
        facts = {days: choice.fact for days, choice in choose(known).items()}
    else:
        facts = {days: versions[-1] for days, versions in known.items()}
    return {_days(period): Said(facts[_days(period)], period.freshest(on)) for period in group}


def _days(period: Period) -> Days:
    return period.start or period.end, period.end


def _sums_can_tell(group: Sequence[Period]) -> bool:
    return group[0].start is not None and _adds(group[0].unit)


Place = tuple[datetime.date | None, datetime.date]


def _of_way(
    way: tuple[Part, ...], by_tag: dict[str, dict[Place, Piece]]
) -> Iterator[tuple[Piece, tuple[str, ...]]]:
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


def _doubts(periods: Sequence[Period]) -> Iterator[Doubt]:
    """Filer errors and sums that fail, as all filings together show them."""
    of_tag: dict[str, list[Period]] = defaultdict(list)
    for period in periods:
        of_tag[period.tag].append(period)
    for tag, group in of_tag.items():
        if not _sums_can_tell(group):
            continue
        chosen = choose({_days(period): period.versions for period in group})
        for days, choice in chosen.items():
            for error in choice.errors:
                yield Doubt("filer_error", tag, days, (error, choice.fact))
        for equation in equations(chosen):
            facts = tuple(chosen[days].fact for days in equation.members)
            if not adds_up(facts[0].value, [fact.value for fact in facts[1:]]):
                yield Doubt("does_not_add", tag, equation.whole, facts)


def less(
    minuend: Sequence[Vintage], subtrahend: Sequence[Vintage]
) -> tuple[Vintage, ...]:
    """The difference of two metrics, quarter by quarter, wherever both are known for the same days.

    Every day on which one of the two changes and the difference with it is a vintage.
    """
    first, second = _by_quarter(minuend), _by_quarter(subtrahend)
    return tuple(
        vintage for quarter in sorted(first.keys() & second.keys()) for vintage in _less(first[quarter], second[quarter])
    )


def _by_quarter(vintages: Iterable[Vintage]) -> dict[Quarter, list[Vintage]]:
    by_quarter = defaultdict(list)
    for vintage in vintages:
        by_quarter[vintage.quarter].append(vintage)
    return by_quarter


def _less(minuend: Sequence[Vintage], subtrahend: Sequence[Vintage]) -> Iterator[Vintage]:
    value: float | None = None
    for day in sorted({vintage.known_from for vintage in (*minuend, *subtrahend)}):
        one, other = _last(minuend, day), _last(subtrahend, day)
        if one is None or other is None or (one.start, one.end, one.unit) != (other.start, other.end, other.unit):
            continue
        if one.value - other.value != value:
            value = one.value - other.value
            yield _difference(one, other, day)


def _last(vintages: Sequence[Vintage], on: datetime.date) -> Vintage | None:
    return next((vintage for vintage in reversed(vintages) if vintage.known_from <= on), None)


def _difference(one: Vintage, other: Vintage, day: datetime.date) -> Vintage:
    newer = max(one, other, key=lambda vintage: vintage.known_from)
    terms = (*one.terms, *(term._replace(sign=-term.sign) for term in other.terms))
    return replace(newer, value=one.value - other.value, derivation="derived", tags=(*one.tags, *other.tags),
                   terms=terms, known_from=day, label=one.label or other.label)  # fmt: skip


def value_on(
    facts: Iterable[Fact], tag: str, start: datetime.date | None, end: datetime.date, on: datetime.date
) -> float | None:
    """What was known on a day of one period of one tag, whatever its length; nothing if nothing was.

    Of values that fight, the one that adds up with its neighbours as known on that day.

    Examples
    --------
    >>> from perpetuum.connectors.facts import read_fact
    >>> row = {"start": "2025-01-01", "end": "2025-12-31", "val": 8, "accn": "0000000001-26-000001", "filed": "2026-02-01"}
    >>> fact = read_fact("Revenues", "USD", row)
    >>> value_on([fact], "Revenues", fact.start, fact.end, datetime.date(2026, 2, 1))
    8.0
    >>> value_on([fact], "Revenues", fact.start, fact.end, datetime.date(2026, 1, 31)) is None
    True
    """
    periods = periods_of(fact for fact in facts if fact.tag == tag and fact.filed <= on)
    unit = next((p.unit for p in periods if (p.start, p.end) == (start, end)), None)
    group = [p for p in periods if p.unit == unit and (p.start is None) == (start is None)]
    return _held(group, on)[start or end, end].fact.value if unit else None
