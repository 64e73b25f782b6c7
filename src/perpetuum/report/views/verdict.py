"""The verdict on one page: a few sentences with their kind, then the tables behind them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from perpetuum.core.text import Text
from perpetuum.report import numbers, then_and_now
from perpetuum.report.blocks import Block, Cell, Column, Fold, Paragraph, Points, Table, Title
from perpetuum.report.sentence import Score, Sentence
from perpetuum.report.then_and_now import Told
from perpetuum.report.verdict import PARTS, Changed, Verdict
from perpetuum.report.verdict_money import KINDS, Ranges, frame
from perpetuum.report.views import parts
from perpetuum.report.views.machine_words import rests
from perpetuum.report.words import joined, plain, say


def told(verdict: Verdict) -> tuple[Block, ...]:
    """Every part in its order: sentences, each with its small print, and what they are made from."""
    blocks: list[Block] = [
        Title(text=say("verdict_page.title", name=verdict.name)),
        Paragraph(text=say("verdict_page.lead", day=numbers.day(verdict.asof)), style="lead"),
    ]
    tables = {"money": _money(verdict), "future": _defaults(verdict), "then": _then(verdict)}
    for part in PARTS:
        blocks.append(Title(text=say(f"verdict_page.part.{part}"), level=3))
        for sentence in verdict.parts.get(part, ()):
            blocks += (_paragraph(sentence), small_print(sentence))
        blocks += tables.get(part, ())
    return (*blocks, Paragraph(text=say("verdict_page.how"), style="note"))


def _paragraph(sentence: Sentence) -> Paragraph:
    """A sentence with the way to its evidence; of the machine, to its assumptions."""
    of_machine = sentence.model is not None and not sentence.evidence
    return Paragraph(text=sentence.text, evidence=sentence.evidence, rests=rests() if of_machine else None)


def in_brief(verdict: Verdict | None) -> tuple[Block, ...]:
    """The first sentence of every part, for whoever reads one screen only."""
    if verdict is None:
        return ()
    told = tuple(Paragraph(text=kind_first(each), evidence=each.evidence) for each in verdict.in_short)
    return Title(text=say("verdict_page.brief", day=numbers.day(verdict.asof))), Points(sentences=told)


def kind_first(sentence: Sentence) -> Text:
    """A sentence that can leave its place: its kind in brackets behind it, unless it says so itself."""
    if sentence.knowledge in ("the model gives", "we do not know"):
        return sentence.text
    return say("verdict_page.kind", sentence=sentence.text, kind=say(f"knowledge.{sentence.knowledge}"))


def small_print(sentence: Sentence) -> Paragraph:
    """Its kind, what it rests on, and how that part of the model has forecast so far."""
    said = [say(f"knowledge.{sentence.knowledge}")]
    if sentence.claims:
        several = say("verdict_page.claims", count=len(sentence.claims))
        said.append(say("verdict_page.claims.one") if len(sentence.claims) == 1 else several)
    if sentence.model is not None:
        said += [say("verdict_page.run", run=plain(sentence.model)), _scored(sentence.scores)]
    return Paragraph(text=joined(said, " · ", " · "), style="note")


def _scored(scores: tuple[Score, ...]) -> Text:
    """The scores of the hindcast; the words "not yet scored" where there are none."""
    if not scores:
        return say("verdict_page.unscored")
    each = [
        say("verdict_page.score", series=plain(score.series), coverage=numbers.share(score.coverage),
            ratio=plain(numbers.digits(numbers.significant(score.ratio))), forecasts=score.forecasts)
        for score in scores
    ]  # fmt: skip
    return joined(each, "; ", "；")


# ---- tables


def _money(verdict: Verdict) -> tuple[Block, ...]:
    """Receipts by kind of money between low and high: now at every stage, and earlier as known then."""
    now, before = verdict.ranges, verdict.earlier
    whole = [each for each in (*before, *now) if each.part in ("both", "focus")]
    tables = (
        (say("verdict_page.ranges.now", day=numbers.day(verdict.asof)), now),
        (say("verdict_page.ranges.then"), tuple(whole) if before else ()),
    )
    return tuple(Fold(summary=summary, blocks=(_ranges(found),)) for summary, found in tables if found)


def _ranges(found: tuple[Ranges, ...]) -> Table:
    heads = [parts.head("verdict_page.whose"), parts.head("known"), parts.head("verdict_page.receipts", right=True)]
    kinds = [Column(text=say(f"money.{kind}"), align="right") for kind in KINDS]
    return Table(
        columns=(*heads, *kinds, parts.head("money.unknown", right=True)),
        rows=tuple(_range(each) for each in found),
    )  # fmt: skip


def _range(each: Ranges) -> tuple[Cell, ...]:
    return (
        Cell(text=say(f"verdict_page.group.{each.part}"), small=frame(each)),
        Cell(text=numbers.day(each.asof)),
        Cell(text=numbers.money(each.receipts), evidence=each.evidence, stage=each.stage),
        *(Cell(text=numbers.between(each.low[kind], each.high[kind]), evidence=each.evidence) for kind in KINDS),
        Cell(text=numbers.share(each.lost), tone="muted", evidence=each.evidence),
    )


def _defaults(verdict: Verdict) -> tuple[Block, ...]:
    """By the end of each year: in how many futures a gear or an engine has stopped paying."""
    if not verdict.defaults:
        return ()
    rows = tuple(
        (Cell(text=plain(year)), Cell(text=numbers.share(share)), Cell(text=_error(share, error, verdict.futures)))
        for year, (share, error) in verdict.defaults.items()
    )
    table = Table(
        columns=(parts.head("verdict_page.by_end_of"), parts.head("verdict_page.fallen", right=True),
                 parts.head("verdict_page.error", right=True)),
        rows=rows, dense=True,
    )  # fmt: skip
    return (Fold(summary=say("verdict_page.defaults.table"), blocks=(table,)),)


def _error(share: float, error: float, futures: int) -> Text:
    """Twice the standard error; where it happened never or always, what 95 % of such samples leave open.

    Three over the number of futures: Hanley and Lippman-Hand (1983), doi:10.1001/jama.1983.03330370053031.
    """
    if 0 < share < 1:
        return numbers.share(float(numbers.significant(error, 1)))
    return say("bound.up to", amount=numbers.share(3 / futures))


def _then(verdict: Verdict) -> tuple[Block, ...]:
    """This machine now beside the other one then."""
    told = verdict.then
    then_name = say("verdict_page.then.other") if told.then_name is None else told.then_name
    heads = (
        Column(text=_dated(then_name, told.then_at)),
        Column(text=_dated(told.now_name, told.now_at)),
    )
    return (
        Table(
            columns=(parts.head("verdict_page.measure"), *heads, parts.head("verdict_page.comparable")),
            rows=tuple(
                (
                    Cell(text=then_and_now.row_name(row.id)), _cell(row.then), _cell(row.now),
                    Cell(text=say(f"verdict_page.comparable.{row.comparable}"), small=row.because),
                )
                for row in told.rows
            ),
            caption=None if told.then_asof is None else say("verdict_page.then.known", day=numbers.day(told.then_asof)),
        ),
    )  # fmt: skip


def _dated(name: Text, at: datetime.date | None) -> Text:
    return name if at is None else joined([name, numbers.day(at)], ", ", "，")


def _cell(told: Told | None) -> Cell:
    if told is None:
        return parts.unknown()
    return Cell(text=told.text, small=then_and_now.small(told), stage=told.stage, evidence=told.evidence)


# ---- two dates


def against(before: Verdict, after: Verdict, found: tuple[Changed, ...]) -> tuple[Block, ...]:
    """Two dates side by side, sentence by sentence: what changed first."""
    dates = (numbers.day(before.asof), numbers.day(after.asof))
    moved, same = [each for each in found if each.is_new], [each for each in found if not each.is_new]
    return (
        Title(text=say("verdict_page.against", name=after.name, before=dates[0], after=dates[1])),
        Paragraph(text=say("verdict_page.against.lead", changed=len(moved), same=len(same)), style="lead"),
        *_pairs(say("verdict_page.against.changed"), dates, moved),
        *_pairs(say("verdict_page.against.same"), dates, same),
    )


def _pairs(title: Text, dates: tuple[Text, Text], found: list[Changed]) -> Iterator[Block]:
    if not found:
        return
    yield Title(text=title, level=3)
    yield Table(
        columns=tuple(Column(text=date, wide=True) for date in dates),
        rows=tuple((_said(each.before), _said(each.after)) for each in found),
    )


def _said(sentence: Sentence | None) -> Cell:
    if sentence is None:
        return Cell(text=say("verdict_page.against.unsaid"), tone="unknown")
    return Cell(text=sentence.text, small=say(f"knowledge.{sentence.knowledge}"), evidence=sentence.evidence)
