"""How far something new has spread: three curves with their interval, and years to a share beside the article's."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import numpy as np

from perpetuum.core.adoption import Adoption, Seen
from perpetuum.core.text import Text
from perpetuum.core.when import years_between
from perpetuum.gauges.adoption import AdoptionReading, Growth, Verdict, Years
from perpetuum.maths.curve_fit import CurveFit
from perpetuum.maths.saturation import Profile
from perpetuum.report import numbers
from perpetuum.report.blocks import PENS, Block, Cell, Curves, Fold, Paragraph, Points, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.views.machine_fans import ticks
from perpetuum.report.words import joined, plain, say

HIGHEST = 1.15


def spread(reading: AdoptionReading, at: datetime.date) -> tuple[Block, ...]:
    """Everything of one reading: growth first, then years to the share, then the article."""
    return (
        Title(text=say("adoption.title")),
        Paragraph(text=say("adoption.how"), style="note"),
        *(block for growth in reading.growth for block in _growth(growth, at)),
        *_years(reading),
        *_verdicts(reading.verdicts),
    )


def in_brief(reading: AdoptionReading, at: datetime.date) -> tuple[Block, ...]:
    """The answer and the picture of each technology that grows; everything else opens on demand."""
    return (
        Title(text=say("adoption.title"), level=3),
        *(block for growth in reading.growth for block in _picture(growth, at)),
        Fold(summary=say("adoption.details"), blocks=tuple(_all_but_pictures(spread(reading, at)[1:]))),
    )


def apart(reading: AdoptionReading, at: datetime.date) -> dict[str, tuple[Block, ...]]:
    """The same in three parts, for a page that sets them apart: growth, years to the share, the article."""
    return {
        "growth": (
            Paragraph(text=say("adoption.how"), style="note"),
            *(block for growth in reading.growth for block in _growth(growth, at)),
        ),
        "years": tuple(_years(reading)),
        "article": tuple(_verdicts(reading.verdicts)),
    }


def choices(held: Adoption, curves: Iterable[str]) -> dict[str, list[dict[str, object]]]:
    """What can be chosen: technologies, populations, launches, and further curves."""
    return {
        "technology": [{"id": each.id, "name": each.name} for each in held.technologies],
        "population": [{"id": each.id, "name": each.name} for each in held.populations],
        "launch": [{"id": each.id, "name": each.name, "technology": each.technology} for each in held.launches],
        "curve": [{"id": each, "name": say(f"curve.{each}")} for each in curves],
    }


def _all_but_pictures(blocks: Iterable[Block]) -> Iterator[Block]:
    return (block for block in blocks if not isinstance(block, Curves))


def _picture(growth: Growth, at: datetime.date) -> Iterator[Block]:
    yield Paragraph(text=growth.because or _potential(growth))
    if growth.because is None:
        yield _chart(growth, at)


# ---- growth


def _growth(growth: Growth, at: datetime.date) -> Iterator[Block]:
    yield Title(text=growth.technology.name, level=3)
    if growth.because is not None:
        yield Paragraph(text=growth.because)
    else:
        yield Paragraph(text=_potential(growth), style="lead")
        yield from _why_no_point(growth)
        yield _chart(growth, at)
        yield _curves(growth)
    yield from (Paragraph(text=say("adoption.too_many", curve=say(f"curve.{name}")), style="note")
                for name in growth.too_many)  # fmt: skip
    yield _seen(growth)


def _potential(growth: Growth) -> Text:
    """How many there will be: an interval, and a point only where it is earned."""
    found = growth.saturation
    if found is None:
        return growth.because or say("unknown")
    low = _users(found.lower)
    if found.point is not None:
        return say("adoption.point", name=growth.technology.name, point=_users(found.point), low=low,
                   high=_users(found.upper))  # fmt: skip
    if not np.isfinite(found.upper):
        return say("adoption.no_point_no_end", name=growth.technology.name, low=low)
    return say("adoption.no_point", name=growth.technology.name, low=low, high=_users(found.upper))


def _why_no_point(growth: Growth) -> Iterator[Points]:
    """One sentence for each rule that does not hold."""
    found = growth.saturation
    if found is None or not found.failed:
        return
    told = []
    for rule in found.failed:
        if rule == "past_inflection":
            fewest = min(range(len(found.fits)), key=lambda n: found.after_inflection[n])
            told.append(say("adoption.rule.past_inflection", curve=_name(found.fits[fewest]),
                            count=found.after_inflection[fewest]))  # fmt: skip
        elif rule == "narrow_interval":
            wide = [
                say("adoption.interval_of", curve=_name(fit), interval=_interval(profile))
                for fit, profile in zip(found.fits, found.profiles, strict=True) if profile.ratio > 2
            ]  # fmt: skip
            told.append(say("adoption.rule.narrow_interval", which=joined(wide, "; ", "；")))
        else:
            low = min(found.fits, key=lambda fit: fit.potential)
            high = max(found.fits, key=lambda fit: fit.potential)
            told.append(say("adoption.rule.curves_agree", low=_users(low.potential), first=_name(low),
                            high=_users(high.potential), second=_name(high)))  # fmt: skip
    yield Points(sentences=tuple(Paragraph(text=each) for each in told))


def _curves(growth: Growth) -> Table:
    end = growth.date(float(growth.ahead.time[-1])) if growth.ahead else None
    rows = [_curve(growth, fit, profile) for fit, profile in growth.fits()]
    if growth.ahead is not None:
        low, middle, high = (float(each[-1]) for each in (growth.ahead.mixed_low, growth.ahead.mixed_middle,
                                                          growth.ahead.mixed_high))  # fmt: skip
        rows.append((
            Cell(text=say("adoption.together"), tone="strong"), Cell(text=plain("–")), Cell(text=plain("–")),
            Cell(text=plain("–")), Cell(text=plain("–")), Cell(text=_users(middle), small=_range(low, high)),
        ))  # fmt: skip
    until = numbers.day(end) if end else say("unknown")
    return Table(
        columns=(
            parts.head("adoption.head.curve"), parts.head("adoption.head.potential", right=True),
            parts.head("adoption.head.interval", right=True), parts.head("adoption.head.after", right=True),
            parts.head("adoption.head.miss", right=True), parts.head("adoption.head.ahead", right=True),
        ),
        rows=tuple(rows), caption=say("adoption.curves", when=until),
    )  # fmt: skip


def _curve(growth: Growth, fit: CurveFit, profile: Profile) -> tuple[Cell, ...]:
    """One row: what the curve gives as its own best number, always beside what it does not rule out."""
    after = int(np.sum(growth.time > fit.inflection))
    names = growth.ahead.curves if growth.ahead else ()
    ahead, small = say("unknown"), None
    if growth.ahead is not None and fit.curve.name in names:
        n = names.index(fit.curve.name)
        ahead = _users(float(growth.ahead.central[n, -1]))
        small = _range(float(growth.ahead.low[n, -1]), float(growth.ahead.high[n, -1]))
    elif growth.ahead is not None:
        ahead = _users(float(fit.level(growth.ahead.time[-1:])[0]))
    inflection = numbers.day(growth.date(fit.inflection))
    return (
        Cell(text=_name(fit)),
        Cell(text=_users(fit.potential), tone="muted",
             small=None if fit.status == "settled" else say(f"adoption.status.{fit.status}")),
        Cell(text=_interval(profile)),
        Cell(text=plain(after), small=say("adoption.inflection", when=inflection)),
        Cell(text=_users(fit.root_mean_square)),
        Cell(text=ahead, small=small),
    )  # fmt: skip


def _chart(growth: Growth, at: datetime.date) -> Curves:
    ahead = growth.ahead
    assert ahead is not None
    time = ahead.time
    # A band without end would press everything else to the ground; the table has its numbers.
    highest = HIGHEST * max(float(ahead.central.max()), float(ahead.mixed_high.max()), growth.seen[-1].value)
    first = growth.launch.on.first
    years = range(first.year + 1, growth.date(float(time[-1])).year + 2)
    now = years_between(first, at)
    marks = tuple(
        (each, plain(year)) for year in years
        if (each := years_between(first, datetime.date(year, 1, 1))) <= time[-1]
    )  # fmt: skip
    lines = tuple(
        (say(f"curve.{name}"), pen, tuple(float(each) for each in row))
        for name, pen, row in zip(ahead.curves, PENS, ahead.central, strict=False)
    )
    end = numbers.day(growth.date(float(time[-1])))
    return Curves(
        title=joined([growth.technology.name, growth.measure], ": ", "："),
        times=tuple(float(each) for each in time), lines=lines,
        band=(tuple(ahead.mixed_low.tolist()), tuple(ahead.mixed_high.tolist())),
        dots=tuple(zip(growth.time.tolist(), [each.value for each in growth.seen], strict=True)),
        hollow=tuple((years_between(first, each.at.first), each.value) for each in growth.beside),
        now=now, ticks=_heights(highest), marks=marks,
        alt=say("adoption.alt", when=end, low=_users(float(ahead.mixed_low[-1])),
                high=_users(float(ahead.mixed_high[-1]))),
        caption=say("adoption.chart", level=numbers.share(ahead.level)),
    )  # fmt: skip


def _heights(highest: float) -> tuple[tuple[float, Text], ...]:
    """Round numbers of people, in the scale of money without its sign."""
    return tuple((value, words) for value, words in ticks(0.0, highest, "USD"))


def _seen(growth: Growth) -> Table:
    every = sorted((*growth.seen, *growth.beside), key=lambda each: each.at.first)
    return Table(
        columns=(parts.head("adoption.head.date"), parts.head("adoption.head.users", right=True),
                 parts.head("adoption.head.source", wide=True)),
        rows=tuple(
            (Cell(text=numbers.day(each.at.first)),
             Cell(text=_users(each.value), tone="muted" if each.beside else "plain",
                  small=say("adoption.beside") if each.beside else None),
             _source(each))
            for each in every
        ),
        caption=say("adoption.seen"), empty=say("unknown"),
    )  # fmt: skip


# ---- years to a share


def _years(reading: AdoptionReading) -> Iterator[Block]:
    share = numbers.share(reading.share)
    yield Title(text=say("adoption.years", share=share), level=3)
    yield Table(
        columns=(parts.head("adoption.head.technology"), parts.head("adoption.head.population"),
                 parts.head("adoption.head.launch"), parts.head("adoption.head.years", right=True),
                 parts.head("adoption.head.source")),
        rows=tuple(_row(row) for row in reading.years), caption=say("adoption.years.caption"),
        empty=say("adoption.years.none"),
    )  # fmt: skip
    yield from (Paragraph(text=each, style="note") for each in _conflicts(reading.years))


def _row(row: Years) -> tuple[Cell, ...]:
    used = _around(row)
    note = joined([text for text in (row.inferred and row.inferred.because, row.note) if text], " ", "")
    return (
        Cell(text=row.technology.name, small=row.measure),
        Cell(text=row.population.name),
        Cell(text=row.launch.name, small=numbers.window(str(row.launch.on)), href=row.launch.source.url),
        Cell(text=_length(row), tone="unknown" if row.known == "not_yet" else "plain",
             small=say(f"adoption.known.{row.known}")),
        Cell(text=plain(used.source.title), href=used.source.url,
             small=note if row.inferred or row.note else used.note),
    )  # fmt: skip


def _around(row: Years) -> Seen:
    """The observation that first reached the share, or the last where none has."""
    used = [each for each in row.seen if not each.beside]
    people = row.population.people
    shares = [each.value / people if people and each.value > 1 else each.value for each in used]
    return next((each for each, value in zip(used, shares, strict=True) if value >= row.share), used[-1])


def _length(row: Years) -> Text:
    """Years with one digit, or between two."""
    if row.known == "not_yet":
        return say("adoption.length.more", years=_one(row.low))
    if row.known == "at_most":
        return say("adoption.length.less", years=_one(row.high))
    if _one(row.low) == _one(row.high):
        return plain(_one(row.high))
    return say("adoption.length.between", low=_one(row.low), high=_one(row.high))


def _one(years: float | None) -> str:
    return "–" if years is None else f"{years:.1f}"


def _conflicts(rows: tuple[Years, ...]) -> Iterator[Text]:
    """Observations that contradict the ones used, each said once."""
    told = set()
    for row in rows:
        for each in row.seen:
            if each.beside and each.value <= 1 and each not in told:
                told.add(each)
                yield say("adoption.conflict", name=row.technology.name, people=row.population.name,
                          value=numbers.share(each.value), when=numbers.window(str(each.at)),
                          why=each.note or say("unknown"))  # fmt: skip


# ---- the article


def _verdicts(verdicts: tuple[Verdict, ...]) -> Iterator[Block]:
    if not verdicts:
        return
    yield Title(text=say("adoption.article"), level=3)
    yield Table(
        columns=(parts.head("adoption.head.technology"), parts.head("adoption.head.article", right=True),
                 parts.head("adoption.head.verdict", wide=True)),
        rows=tuple(
            (Cell(text=each.technology.name), Cell(text=plain(f"{each.years:g}")), Cell(text=_verdict(each)))
            for each in verdicts
        ),
    )  # fmt: skip
    yield Paragraph(text=say("adoption.mixed"), style="note")


def _verdict(verdict: Verdict) -> Text:
    if verdict.holds:
        return say("adoption.holds", rows=joined([_one_row(row) for row in verdict.rows], "; ", "；"))
    return say("adoption.no_support", rows=joined([_one_row(row) for row in verdict.against], "; ", "；"))


def _one_row(row: Years) -> Text:
    return say("adoption.row", people=row.population.name, launch=row.launch.name, years=_length(row))


# ---- words


def _name(fit: CurveFit) -> Text:
    return say(f"curve.{fit.curve.name}")


def _users(value: float) -> Text:
    return numbers.count(value, "users")


def _range(low: float, high: float) -> Text:
    return say("adoption.range", low=_users(low), high=_users(high))


def _interval(profile: Profile) -> Text:
    if not np.isfinite(profile.upper):
        return say("adoption.from", low=_users(profile.lower))
    return _range(profile.lower, profile.upper)


def _source(seen: Seen) -> Cell:
    return Cell(text=plain(seen.source.title), href=seen.source.url, small=seen.note)
