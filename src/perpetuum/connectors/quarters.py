"""Calendar quarters out of filings: what each quarter was, and since when it could be known.

A firm files years, halves and quarters of a year of its own, says some of them again, and
sometimes otherwise. Here its facts are replayed in the order of filing. Whenever a filing changes
what a calendar quarter is, that is a vintage, known from that day on. Nothing looks ahead, so
the vintages up to a day are those that a reader of that day had.
"""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from perpetuum.connectors.durations import FiscalCalendar, length, nearest_quarter_end
from perpetuum.connectors.facts import Fact
from perpetuum.connectors.periods import Period, periods_of
from perpetuum.connectors.rounding import adds_up
from perpetuum.connectors.snapshots import days_of, held, snapshot, sums_can_tell
from perpetuum.connectors.sums import Days, choose, equations
from perpetuum.connectors.tags import Recipe
from perpetuum.connectors.vintages import Built, Doubt, Vintage
from perpetuum.core.when import Quarter

# A quarter of 80 to 100 days has its midpoint 39 to 50 days after its first day.
_TO_MIDPOINT = datetime.timedelta(days=39)


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
    doubts.extend(_crowded(vintages))
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
            if before is None or (before.value, before.start, before.end) != (
                vintage.value,
                vintage.start,
                vintage.end,
            ):
                last[vintage.quarter] = vintage
                yield vintage


def _doubts(periods: Sequence[Period]) -> Iterator[Doubt]:
    """Filer errors and sums that fail, as all filings together show them."""
    of_tag: dict[str, list[Period]] = defaultdict(list)
    for period in periods:
        of_tag[period.tag].append(period)
    for tag, group in of_tag.items():
        if not sums_can_tell(group):
            continue
        chosen = choose({days_of(period): period.versions for period in group})
        for days, choice in chosen.items():
            for error in choice.errors:
                yield Doubt("filer_error", tag, days, (error, choice.fact))
        failed: set[Days] = set()
        for equation in equations(chosen):
            facts = tuple(chosen[days].fact for days in equation.members)
            if equation.whole not in failed and not adds_up(facts[0].value, [fact.value for fact in facts[1:]]):
                failed.add(equation.whole)
                yield Doubt("does_not_add", tag, equation.whole, facts)


def _crowded(vintages: Sequence[Vintage]) -> Iterator[Doubt]:
    """Two quarters of the firm with their middle in one calendar quarter, of which only one can stay."""
    for before, after in itertools.pairwise(vintages):
        if before.quarter != after.quarter or not before.start or not after.start:
            continue
        if before.end < after.start or after.end < before.start:
            yield Doubt("crowded", after.tags[0], (after.start, after.end), (before.fact, after.fact))


def value_on(
    facts: Iterable[Fact], tag: str, start: datetime.date | None, end: datetime.date, on: datetime.date
) -> float | None:
    """What was known on a day of one period of one tag, whatever its length; nothing if nothing was.

    Of values that fight, the one that adds up with its neighbours as known on that day.

    Examples
    --------
    >>> from perpetuum.connectors.facts import read_fact
    >>> row = {"start": "2025-01-01", "end": "2025-12-31", "val": 8,
    ...        "accn": "0000000001-26-000001", "filed": "2026-02-01"}
    >>> fact = read_fact("Revenues", "USD", row)
    >>> value_on([fact], "Revenues", fact.start, fact.end, datetime.date(2026, 2, 1))
    8.0
    >>> value_on([fact], "Revenues", fact.start, fact.end, datetime.date(2026, 1, 31)) is None
    True
    """
    periods = periods_of(fact for fact in facts if fact.tag == tag and fact.filed <= on)
    unit = next((p.unit for p in periods if (p.start, p.end) == (start, end)), None)
    group = [p for p in periods if p.unit == unit and (p.start is None) == (start is None)]
    return held(group, on)[start or end, end].fact.value if unit else None
