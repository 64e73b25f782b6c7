"""Whether a price runs away from itself: three verdicts, their dates, and how often such a test is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from perpetuum.core.text import Text
from perpetuum.gauges.explosive import BubbleReading, InputReading
from perpetuum.gauges.explosive_inputs import INPUTS, NAMES
from perpetuum.gauges.explosive_known import (
    FALSE_VERDICTS,
    POWER,
    PUBLISHED,
    FalseVerdicts,
    FalseVerdictsTable,
    Power,
    PublishedVerdict,
)
from perpetuum.gauges.explosive_settings import Settings
from perpetuum.report import numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Points, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

NOT_SAID = ("cause", "direction", "level", "end", "none", "inputs")


def bubble(reading: BubbleReading, name: str, beside: Sequence[Block] = ()) -> tuple[Block, ...]:
    """All that the test says of a price, and all that is known against it.

    ``beside`` are blocks of other readings of the same price, which do not vote; they stand behind the episodes.
    """
    return (
        Title(text=say("bubble.title", name=name), level=1),
        Paragraph(text=verdict(reading), style="lead"),
        _inputs(reading),
        *_episodes(reading),
        Paragraph(text=how(reading), style="note"),
        *beside,
        *known_against(reading.false_verdicts, reading.power),
        *_published(reading.published),
        *_not_said(),
    )


def untested() -> tuple[Block, ...]:
    """What such a test needs, what is known against it, and what others found, where there is no price to test."""
    needs = Table(
        caption=say("bubble.inputs"),
        columns=(parts.head("bubble.input"), parts.head("bubble.verdict"),
                 parts.head("gauges.bubble.needs", wide=True)),
        rows=tuple(
            (Cell(text=NAMES[each]), Cell(text=say("bubble.missing"), tone="unknown"),
             Cell(text=say(f"gauges.bubble.needs.{each}")))
            for each in INPUTS
        ),
    )  # fmt: skip
    return (needs, *known_against(FALSE_VERDICTS, POWER), *_published(PUBLISHED), *_not_said())


def _not_said() -> tuple[Block, ...]:
    return (
        Title(text=say("bubble.not_said")),
        Points(sentences=tuple(Paragraph(text=say(f"bubble.not_said.{each}")) for each in NOT_SAID)),
    )


def verdict(reading: BubbleReading) -> Text:
    """The answer in a sentence or two: the band, and which inputs are behind it."""
    rejecting = [each.name for each in reading.inputs if each.verdict == "rejects"]
    missing = [each.name for each in reading.inputs if each.verdict == "missing"]
    band = say(f"band.{reading.band}")
    if rejecting:
        key = "bubble.some_missing" if missing else "bubble.some"
        return say(key, band=band, which=joined(rejecting), missing=joined(missing), many=len(rejecting))
    if missing:
        return say("bubble.unknown", band=band, missing=joined(missing))
    return say("bubble.none", band=band)


def how(reading: BubbleReading) -> Text:
    """Span, bound, false alarms, windows and lag, in words."""
    used = reading.settings
    return joined(
        [
            say("bubble.span", length=reading.length, since=numbers.window(reading.span[0]),
                until=numbers.window(reading.span[1])),
            say(f"bubble.bound.{used.bound}.how", draws=used.draws, paths=used.paths, seed=used.seed),
            say("bubble.family_wise", level=numbers.share(used.level), rate=numbers.share(reading.family_wise)),
            say(f"bubble.convention.{used.convention}", minw=used.minw or 0),
            _lag(used),
            say("bubble.min_length", length=used.min_length or 0),
            *(say("bubble.curve.how", curve=say(f"curve.{each.curve}"), count=each.observed or 0)
              for each in reading.inputs if each.curve is not None),
        ],
        " ", "",
    )  # fmt: skip


def _lag(used: Settings) -> Text:
    return say(f"bubble.lag.{used.lag_rule}", lag=used.lag)


def _inputs(reading: BubbleReading) -> Table:
    return Table(
        caption=say("bubble.inputs"),
        columns=(
            parts.head("bubble.input"),
            parts.head("bubble.verdict"),
            parts.head("bubble.gsadf", right=True),
            parts.head("bubble.bound", right=True),
            parts.head("bubble.p_value", right=True),
            parts.head("bubble.window"),
        ),
        rows=tuple(_input(each) for each in reading.inputs),
    )


def _input(each: InputReading) -> tuple[Cell, ...]:
    name = Cell(text=each.name, small=_form(each))
    if each.test is None or each.window is None:
        blank = Cell(text=plain("–"), tone="muted")
        return name, Cell(text=say("bubble.missing"), small=each.because, tone="unknown"), blank, blank, blank, blank
    test = each.test
    return (
        name,
        parts.word(f"bubble.{each.verdict}", "strong" if test.rejects else "plain"),
        Cell(text=numbers.statistic(test.sequence.gsadf)),
        Cell(text=numbers.statistic(test.bound), small=say(f"bubble.bound.{test.bound_name}")),
        Cell(text=numbers.statistic(test.p_value)),
        Cell(text=_from_to(*each.window)),
    )


def _form(each: InputReading) -> Text | None:
    """Whether logs or levels were tested, which curve stands beside, and whether later data went in."""
    if each.form is None:
        return None
    told = [say(f"bubble.form.{each.form}")]
    if each.in_hindsight:
        told.append(say("bubble.in_hindsight"))
    if each.curve is not None:
        told.append(say("bubble.curve", curve=say(f"curve.{each.curve}")))
    if each.since is not None:
        told.append(say("bubble.since", since=numbers.window(each.since)))
    return joined(told, ", ", "，")


def _episodes(reading: BubbleReading) -> tuple[Block, ...]:
    rows = [
        (
            Cell(text=each.name),
            Cell(text=numbers.window(found.start)),
            parts.word("bubble.ongoing", "strong") if found.ongoing else Cell(text=numbers.window(found.end)),
            Cell(text=numbers.window(found.peak)),
            Cell(text=plain(found.length)),
        )
        for each in reading.inputs
        for found in each.episodes
    ]
    return (
        Table(
            caption=say("bubble.episodes"),
            columns=(
                parts.head("bubble.input"),
                parts.head("bubble.from"),
                parts.head("bubble.to"),
                parts.head("bubble.peak"),
                parts.head("bubble.length", right=True),
            ),
            rows=tuple(rows),
            empty=say("bubble.no_episodes", length=reading.settings.min_length or 0),
        ),
    )


def known_against(known: FalseVerdictsTable, found: Sequence[Power]) -> tuple[Block, ...]:
    """How often the test is wrong where there is no bubble, and how seldom it finds one."""
    power = [
        say("bubble.power.one", growth=numbers.share(each.growth), found=numbers.share(each.found)) for each in found
    ]
    return (
        Title(text=say("bubble.wrong")),
        Table(
            caption=say("bubble.wrong.how", length=known.length, series=known.series, wild=known.wild_series,
                        nominal=numbers.share(known.nominal), source=known.source),
            columns=(
                parts.head("bubble.truth", wide=True),
                parts.head("bubble.wrong.gsadf", right=True),
                parts.head("bubble.wrong.sadf", right=True),
                parts.head("bubble.wrong.wild", right=True),
            ),
            rows=tuple(_false_row(row) for row in known.rows),
        ),
        Paragraph(text=say("bubble.growth"), style="note"),
        Paragraph(text=say("bubble.power", each=joined(power, "; ", "；")), style="note"),
    )  # fmt: skip


def _false_row(row: FalseVerdicts) -> tuple[Cell, ...]:
    return (
        Cell(text=row.truth, small=say("bubble.has_growth") if row.has_growth else None),
        Cell(text=numbers.share(row.gsadf)),
        Cell(text=numbers.share(row.sadf)),
        Cell(text=numbers.share(row.wild)) if row.wild is not None else Cell(text=plain("–"), tone="muted"),
    )


def _published(published: Sequence[PublishedVerdict]) -> tuple[Block, ...]:
    return (
        Title(text=say("bubble.published")),
        Paragraph(text=say("bubble.published.how"), style="note"),
        Table(
            columns=(parts.head("bubble.who"), parts.head("bubble.says", wide=True)),
            rows=tuple(
                (
                    Cell(text=say("bubble.year", who=each.who, year=str(each.year)), small=plain(each.where),
                         href=each.url),
                    Cell(text=each.says),
                )
                for each in published
            ),
        ),
    )  # fmt: skip


def _from_to(start: str, end: str) -> Text:
    return say("bubble.from_to", start=numbers.window(start), end=numbers.window(end))
