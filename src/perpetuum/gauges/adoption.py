"""How far has it spread, how fast, and how many will there be: three curves together, and years to a share."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.adoption import Adoption, Announced, Between, Launch, Population, Seen, Spread, Technology
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.nouns import CURVE, LAUNCH, POPULATION, TECHNOLOGY
from perpetuum.core.text import Text, both
from perpetuum.core.when import DAYS_A_YEAR, years_between
from perpetuum.maths.adoption_curves import GENERAL, SHOWN, AdoptionCurve
from perpetuum.maths.crossing import Crossing, threshold_crossing
from perpetuum.maths.curve_fit import SPARE, CurveFit
from perpetuum.maths.curve_forecast import DRAWS, Forecast, forecast
from perpetuum.maths.saturation import Profile, Saturation, saturation

Array = NDArray[np.float64]
SHARE = 0.1
# A year more or less than the article says is the same answer.
AGREES = 1.0
AHEAD = 3
CURVES: dict[str, AdoptionCurve] = {curve.name: curve for curve in (*SHOWN, *GENERAL)}
FEWEST = max(curve.count for curve in SHOWN) + SPARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Announced users of one technology, and what curves make of them.

    ``time`` is in years of 365.25 days since ``launch``, ``seen`` what is fitted, ``beside`` what contradicts it.
    ``saturation`` and ``ahead`` are nothing where there are too few observations; ``because`` says so then.
    ``other`` are further curves that were asked for and fitted, without a vote on the point; ``too_many``
    those that have too many parameters for what was seen.
    """

    technology: Technology
    launch: Launch
    measure: Text
    seen: tuple[Seen, ...]
    beside: tuple[Seen, ...]
    time: Array
    saturation: Saturation | None
    other: Saturation | None
    ahead: Forecast | None
    too_many: tuple[str, ...] = ()
    because: Text | None = None

    @property
    def point(self) -> float | None:
        """How many users there will be in all; nothing unless the observations have earned a point."""
        return self.saturation.point if self.saturation else None

    def fits(self) -> Iterator[tuple[CurveFit, Profile]]:
        """Every curve with its interval, the three that are always shown first."""
        for found in (self.saturation, self.other):
            if found is not None:
                yield from zip(found.fits, found.profiles, strict=True)

    def date(self, time: float) -> datetime.date:
        """The day that lies some years after launch."""
        return self.launch.on.first + datetime.timedelta(days=round(time * DAYS_A_YEAR))


Known = Literal["observed", "inferred", "at_most", "not_yet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """How long one technology took to reach a share of one population, counted from one launch.

    ``low`` and ``high`` bound the years; they are the same where observations lie around the share and a
    straight line between them is taken. ``known`` is ``at_most`` where the first observation had passed it
    already, and ``not_yet`` where none has. ``path`` is that straight line, if there is one.
    """

    technology: Technology
    population: Population
    launch: Launch
    measure: Text
    share: float
    known: Known
    low: float | None
    high: float | None
    at: float | None
    seen: tuple[Seen, ...]
    inferred: Between | None = None
    note: Text | None = None

    def agrees(self, years: float) -> bool:
        """Whether a number of years is within one year of what is known here."""
        if self.known == "not_yet" or self.high is None:
            return False
        if self.known == "at_most":
            return False
        return (self.low or 0.0) - AGREES <= years <= self.high + AGREES


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the article says of one technology, and the rows that bear it out; none means no like-for-like support."""

    technology: Technology
    years: float
    rows: tuple[Years, ...]
    against: tuple[Years, ...]

    @property
    def holds(self) -> bool:
        """Whether at least one population and launch gives that number."""
        return bool(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionReading:
    """Growth with its curves, years to a share, and the article's numbers beside them."""

    share: float
    growth: tuple[Growth, ...]
    years: tuple[Years, ...]
    verdicts: tuple[Verdict, ...]


def read_adoption(
    adoption: Adoption | None,
    at: datetime.date,
    *,
    technology: str | None = None,
    population: str | None = None,
    launch: str | None = None,
    curve: str | None = None,
    share: float = SHARE,
    draws: int = DRAWS,
    seed: int = 0,
) -> AdoptionReading:
    """Read how far technologies have spread from what a case knows on a date.

    Parameters
    ----------
    adoption
        What the case knows; nothing raises ``SeriesError``.
    at
        Observations after this day are not looked at.
    technology, population, launch
        Only these, by id; an unknown one raises ``UnknownName`` with the nearest. Verdicts stay on all rows
        of a technology, since a choice of population must not make an article right or wrong.
    curve
        One more curve beside the three that are always shown: ``gamma_shifted_gompertz`` or ``richards``.
    share
        The share to be reached, between 0 and 1.
    draws, seed
        Of the redrawn histories behind the intervals ahead.

    Returns
    -------
    AdoptionReading
        A potential is an interval, with a point only where three rules hold.

    Raises
    ------
    SeriesError
        Where the case has nothing on adoption, or a share is not between 0 and 1.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> reading = read_adoption(ledger.adoption, ledger.case.newest, technology="mobile")
    >>> [(row.population.id, row.launch.id, round(row.high, 1)) for row in reading.years]
    [('world', 'tokyo_1979', 20.6), ('world', 'chicago_1983', 16.7), ('us', 'tokyo_1979', 15.3), ('us', 'chicago_1983', 11.4)]
    """  # noqa: E501
    known = _usable(adoption, share)
    if technology is not None:
        known.technology(technology, TECHNOLOGY)
    if population is not None:
        known.population(population, POPULATION)
    if launch is not None:
        known.launch(launch, LAUNCH)
    if curve is not None and curve not in CURVES:
        raise UnknownName(curve, CURVES, what=CURVE)
    rows = tuple(_rows(known, at, share))
    return AdoptionReading(
        share=share,
        growth=tuple(
            _growth(known, each, at, curve, draws, seed)
            for each in known.announced
            if technology in (None, each.technology) and launch in (None, each.launch)
            and (population is None or population in each.populations)
        ),
        years=tuple(
            row for row in rows
            if technology in (None, row.technology.id) and population in (None, row.population.id)
            and launch in (None, row.launch.id)
        ),
        verdicts=tuple(_verdict(each, rows) for each in known.technologies
                       if each.article_years is not None and share == SHARE and technology in (None, each.id)),
    )  # fmt: skip


def _usable(adoption: Adoption | None, share: float) -> Adoption:
    if adoption is None:
        raise SeriesError(
            both("the case has nothing on adoption.", "這個案例沒有普及率的資料。"),
            both(
                "Add adoption.yaml to the case; see docs/adoption.md.",
                "請在案例裡加上 adoption.yaml；見 docs/zh-Hant/adoption.md。",
            ),
        )
    if not 0 < share < 1:
        raise SeriesError(
            both(f"{share:g} is no share of a population.", f"{share:g} 不是母體的比率。"),
            both("Give a number between 0 and 1, such as 0.1.", "請給 0 與 1 之間的數，例如 0.1。"),
        )
    return adoption


# ---- growth and its curves


def _growth(adoption: Adoption, told: Announced, at: datetime.date, curve: str | None, draws: int, seed: int) -> Growth:
    technology = adoption.technology(told.technology, TECHNOLOGY)
    launch = adoption.launch(told.launch, LAUNCH)
    before = [each for each in told.seen if each.at.last <= at]
    seen = tuple(each for each in before if not each.beside)
    time = np.array([years_between(launch.on.first, each.at.first) for each in seen])
    users = np.array([each.value for each in seen])
    enough = len(seen) >= FEWEST
    further = CURVES.get(curve or "")
    asked = () if further is None or further in SHOWN or not enough else (further,)
    fitted = tuple(each for each in asked if len(seen) >= each.count + SPARE)
    found = saturation(users, time=time) if enough else None
    return Growth(
        technology=technology, launch=launch, measure=told.measure, seen=seen,
        beside=tuple(each for each in before if each.beside), time=time, saturation=found,
        other=saturation(users, time=time, curves=fitted) if fitted else None,
        too_many=tuple(each.name for each in asked if each not in fitted),
        ahead=forecast(users, _axis(time, launch, at), time=time, fits=found.fits, draws=draws, seed=seed)
        if found
        else None,
        because=None if enough else _few(len(seen)),
    )  # fmt: skip


def _axis(time: Array, launch: Launch, at: datetime.date) -> Array:
    """Quarters from launch to the end of the third year ahead, so that the curves can be drawn."""
    end = years_between(launch.on.first, datetime.date(at.year + AHEAD, 12, 31))
    steps = max(int(np.ceil(4 * end)), 2)
    return np.linspace(end / steps, end, steps)


def _few(count: int) -> Text:
    return both(
        f"announcements by this date: {count}; three parameters need {FEWEST}, so no curve is laid through them",
        f"此日以前只有 {count} 次公布；三個參數需要 {FEWEST} 次，因此不畫曲線",
    )


# ---- years to a share


def _rows(adoption: Adoption, at: datetime.date, share: float) -> Iterator[Years]:
    for technology in adoption.technologies:
        for told in adoption.announced:
            if told.technology == technology.id:
                yield from _of_users(adoption, told, at, share)
        for spread in adoption.spreads:
            if spread.technology == technology.id:
                yield from _of_shares(adoption, spread, at, share)


def _of_users(adoption: Adoption, told: Announced, at: datetime.date, share: float) -> Iterator[Years]:
    """Users over all people of a population: between the announcements around the share, whatever the path."""
    seen = tuple(each for each in told.seen if each.at.last <= at)
    used = [each for each in seen if not each.beside]
    for id in told.populations:
        people = adoption.population(id, POPULATION)
        if not used or people.people is None:
            continue
        shares = np.array([each.value for each in used]) / people.people
        for launch in adoption.launches_of(told.technology):
            time = np.array([launch.year + years_between(launch.on.first, each.at.first) for each in used])
            found = threshold_crossing(time, shares, share)
            yield _row(adoption, found, told.technology, people, launch, told.measure, share, seen, widely=True)


def _of_shares(adoption: Adoption, spread: Spread, at: datetime.date, share: float) -> Iterator[Years]:
    """Shares as observed, on straight lines between them; what somebody inferred where nobody observed it."""
    seen = tuple(each for each in spread.seen if each.at.last <= at)
    used = [each for each in seen if not each.beside]
    if not used:
        return
    time = np.array([spread.time(each.at) for each in used])
    found = threshold_crossing(time, np.array([each.value for each in used]), share)
    people = adoption.population(spread.population, POPULATION)
    inferred = spread.inferred if spread.inferred and np.isclose(spread.inferred.share, share) else None
    for launch in adoption.launches_of(spread.technology):
        yield _row(adoption, found, spread.technology, people, launch, spread.measure, share, seen,
                   inferred=inferred, note=spread.note)  # fmt: skip


def _row(
    adoption: Adoption,
    found: Crossing,
    technology: str,
    people: Population,
    launch: Launch,
    measure: Text,
    share: float,
    seen: tuple[Seen, ...],
    *,
    widely: bool = False,
    inferred: Between | None = None,
    note: Text | None = None,
) -> Years:
    known: Known
    low: float | None
    high: float | None
    if found.status == "crossed":
        known, low, high = "observed", found.earliest if widely else found.time, found.latest if widely else found.time
    elif found.status == "before_first" and inferred is not None:
        known, low, high = "inferred", float(inferred.first.first.year), float(inferred.last.last.year + 1)
    elif found.status == "before_first":
        known, low, high = "at_most", None, found.latest
    else:
        known, low, high = "not_yet", found.earliest, None
    return Years(
        technology=adoption.technology(technology, TECHNOLOGY), population=people, launch=launch, measure=measure,
        share=share, known=known, at=found.time,
        low=None if low is None else low - launch.year, high=None if high is None else high - launch.year,
        seen=seen, inferred=inferred, note=note,
    )  # fmt: skip


def _verdict(technology: Technology, rows: tuple[Years, ...]) -> Verdict:
    years = technology.article_years or 0.0
    own = [row for row in rows if row.technology.id == technology.id]
    return Verdict(
        technology=technology, years=years,
        rows=tuple(row for row in own if row.agrees(years)),
        against=tuple(row for row in own if not row.agrees(years)),
    )  # fmt: skip
