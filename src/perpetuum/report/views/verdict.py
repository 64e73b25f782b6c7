"""The verdict on one page: a few sentences with their kind, then the tables behind them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from perpetuum.core.text import Text
from perpetuum.report import numbers, then_and_now, track_record
from perpetuum.report.blocks import Block, Cell, Column, Fold, Paragraph, Points, Table, Title
from perpetuum.report.sentence import Number, Score, Sentence
from perpetuum.report.then_and_now import Told
from perpetuum.report.verdict import PARTS, Verdict
from perpetuum.report.verdict_changes import Changes, Otherwise, Pair
from perpetuum.report.verdict_money import KINDS, Ranges, frame
from perpetuum.report.views import parts
from perpetuum.report.views.machine_words import rests
from perpetuum.report.words import joined, plain, say

# From here on a number that grew is told as a multiple.
_MANY = 3.0


def told(verdict: Verdict) -> tuple[Block, ...]:
    """Every part in its order: sentences, each with its small print, and what they are made from."""
    blocks: list[Block] = [
        Title(text=say("verdict_page.title", name=verdict.name)),
        Paragraph(text=say("verdict_page.lead", day=numbers.day(verdict.asof)), style="lead"),
    ]
    tables = {"money": _money(verdict), "future": _defaults(verdict), "record": _record(verdict),
              "then": _then(verdict)}  # fmt: skip
    for part in PARTS:
        blocks.append(Title(text=say(f"verdict_page.part.{part}"), level=3))
        for sentence in verdict.parts.get(part, ()):
            blocks += (_paragraph(sentence), small_print(sentence))
        blocks += tables.get(part, ())
    return (*blocks, Paragraph(text=say("verdict_page.how"), style="note"))


def _paragraph(sentence: Sentence) -> Paragraph:
    """A sentence with the way to its evidence; of the machine, to its assumptions."""
    of_machine = sentence.model is not None and not sentence.evidence and not sentence.tells_scores
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
        said.append(say("verdict_page.run", run=plain(sentence.model)))
    if sentence.model is not None and not sentence.tells_scores:
        said.append(_scored(sentence))
    return Paragraph(text=joined(said, " · ", " · "), style="note")


def _scored(sentence: Sentence) -> Text:
    """The scores of the series it rests on, forecasts and hindsight apart; "not yet scored" where there are none."""
    if not sentence.scores:
        return say("verdict_page.unscored")
    of = [tuple(each for each in sentence.scores if each.is_hindsight is late) for late in (False, True)]
    told = [_of_kind(scores) for scores in of if scores]
    if (left := len(sentence.series) - len(sentence.scores)) > 0:
        told.append(say("verdict_page.unscored.others", count=left))
    if not all(each.is_current for each in sentence.scores):
        told.append(say("verdict_page.scored.before"))
    return joined(told, "; ", "；")


def _of_kind(scores: tuple[Score, ...]) -> Text:
    """What the scores of one kind say together; each is in the table of the part on forecasts."""
    word = "hindsight" if scores[0].is_hindsight else "forecast"
    compared = [each.ratio for each in scores if each.ratio is not None]
    worse = sum(each.is_worse for each in scores)
    if not compared:
        return say(f"verdict_page.scored.{word}.alone", series=_series(scores), inside=track_record.inside(scores))
    key = "worse" if worse == len(compared) else "better" if worse == 0 else "mixed"
    return say(
        f"verdict_page.scored.{word}", series=_series(scores), inside=track_record.inside(scores),
        result=say(f"verdict_page.scored.{key}", ratio=_ratios(compared), worse=worse, compared=len(compared)),
    )  # fmt: skip


def _series(scores: tuple[Score, ...]) -> Text:
    return joined([each.name or plain(each.series) for each in scores], ", ", "、")


def _ratios(ratios: list[float]) -> Text:
    """From the lowest to the highest; one number where they are the same."""
    ends = [plain(numbers.digits(numbers.significant(end))) for end in (min(ratios), max(ratios))]
    return ends[0] if ends[0] == ends[1] else say("verdict_page.ratios", low=ends[0], high=ends[1])


# ---- tables


def _money(verdict: Verdict) -> tuple[Block, ...]:
    """Receipts by kind of money between low and high: now at every stage, and earlier as known then."""
    now, before = verdict.ranges, verdict.earlier
    whole = [each for each in (*before, *now) if each.part in ("both", "focus")]
    tables = (
        (say("verdict_page.ranges.now", day=numbers.day(verdict.asof)), now),
        (say("verdict_page.ranges.then"), tuple(whole) if before else ()),
    )
    return tuple(
        Fold(summary=summary, blocks=(_ranges(found, is_dated=found is not now),)) for summary, found in tables if found
    )


def _ranges(found: tuple[Ranges, ...], is_dated: bool) -> Table:
    """With the receipts where all are of one date, else with the dates."""
    second = parts.head("known") if is_dated else parts.head("verdict_page.receipts", right=True)
    kinds = [Column(text=say(f"money.{kind}"), align="right") for kind in KINDS]
    return Table(
        columns=(parts.head("verdict_page.whose"), second, *kinds, parts.head("money.unknown", right=True)),
        rows=tuple(_range(each, is_dated) for each in found),
        stacks=True,
    )


def _range(each: Ranges, is_dated: bool) -> tuple[Cell, ...]:
    received = Cell(text=numbers.money(each.receipts), evidence=each.evidence, stage=each.stage)
    return (
        Cell(text=say(f"verdict_page.group.{each.part}"), small=frame(each)),
        Cell(text=numbers.day(each.asof), stage=each.stage) if is_dated else received,
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
    return (Fold(summary=say("verdict_page.defaults.table", scenario=verdict.scenario or ""), blocks=(table,)),)


def _error(share: float, error: float, futures: int) -> Text:
    """Twice the standard error; where it happened never or always, what 95 % of such samples leave open.

    Three over the number of futures: Hanley and Lippman-Hand (1983), doi:10.1001/jama.1983.03330370053031.
    """
    if 0 < share < 1:
        return numbers.share(float(numbers.significant(error, 1)))
    return say("bound.up to", amount=numbers.share(3 / futures))


def _record(verdict: Verdict) -> tuple[Block, ...]:
    """Every series that was scored, the worst first."""
    scores = sorted(verdict.record.scores.values(), key=lambda each: -(each.ratio or 0.0))
    if not scores:
        return ()
    rows = tuple(
        (Cell(text=each.name or plain(each.series),
              small=say("verdict_page.hindsight") if each.is_hindsight else say("verdict_page.forecast")),
         Cell(text=plain("–") if each.ratio is None else plain(f"{each.ratio:.2f}"),
              small=say(f"hindcast.model.{each.rival}") if each.rival else None),
         Cell(text=track_record.inside((each,), "verdict_page.inside.short")))
        for each in scores
    )  # fmt: skip
    table = Table(
        columns=(parts.head("verdict_page.series"), parts.head("verdict_page.ratio", right=True),
                 parts.head("verdict_page.coverage", right=True)),
        rows=rows, dense=True, caption=say("verdict_page.record.caption"),
    )  # fmt: skip
    return (Fold(summary=say("verdict_page.record.table"), blocks=(table,)),)


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
            stacks=True,
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


def against(before: Verdict, after: Verdict, found: Changes) -> tuple[Block, ...]:
    """Two dates side by side: the numbers that lie apart first, then what is said otherwise, then what hardly moved."""
    dates = (_day(before), _day(after))
    apart, overlap, same = found.moved("apart", "known", "unknown"), found.moved("overlap"), found.moved("same")
    return (
        Title(text=say("verdict_page.against", name=after.name, before=dates[0], after=dates[1])),
        Paragraph(text=say("verdict_page.against.lead", all=len(apart) + len(overlap) + len(same), apart=len(apart),
                           overlap=len(overlap), same=len(same), otherwise=len(found.otherwise)), style="lead"),
        *_numbers(say("verdict_page.against.apart"), dates, apart),
        *_numbers(say("verdict_page.against.overlap"), dates, overlap),
        *_pairs(say("verdict_page.against.otherwise"), dates, found.otherwise),
        *_numbers(say("verdict_page.against.same"), dates, same),
        Paragraph(text=say("verdict_page.against.how"), style="note"),
    )  # fmt: skip


def _day(of: Verdict) -> Text:
    """The day spoken of, and by when it was known where that is another."""
    if of.at == of.asof:
        return numbers.day(of.at)
    return say("verdict_page.against.known", at=numbers.day(of.at), asof=numbers.day(of.asof))


def _numbers(title: Text, dates: tuple[Text, Text], found: tuple[Pair, ...]) -> Iterator[Block]:
    """One row a number: what it was, what it is, and how far that is."""
    if not found:
        return
    yield Title(text=title, level=3)
    yield Table(
        columns=(parts.head("verdict_page.against.what"), *(Column(text=date, align="right") for date in dates),
                 parts.head("verdict_page.against.move")),
        rows=tuple(
            (Cell(text=pair.either.label), _shown(pair.before), _shown(pair.after),
             Cell(text=_moved(pair), tone="muted"))
            for pair in found
        ),
    )  # fmt: skip


def _moved(pair: Pair) -> Text:
    """By how much a number without a range moved; of ranges, whether they touch."""
    before, after = pair.before, pair.after
    if before is None or after is None or before.is_range or after.is_range or pair.move == "same":
        return say(f"verdict_page.move.{pair.move}")
    change = after.low - before.low
    sign = "+" if change > 0 else numbers.MINUS
    if after.counts or before.low <= 0:
        return plain(f"{sign}{abs(change):g}") if after.counts else say("verdict_page.move.differs")
    ratio = after.low / before.low
    if ratio >= _MANY:
        return say("verdict_page.move.times", ratio=plain(numbers.digits(numbers.significant(ratio, 2))))
    return plain(f"{sign}{numbers.share(float(numbers.significant(abs(ratio - 1), 2)))}")


def _shown(number: Number | None) -> Cell:
    return parts.unknown() if number is None else Cell(text=number.shown)


def _pairs(title: Text, dates: tuple[Text, Text], found: tuple[Otherwise, ...]) -> Iterator[Block]:
    if not found:
        return
    yield Title(text=title, level=3)
    yield Table(
        columns=tuple(Column(text=date) for date in dates),
        rows=tuple(
            (_said(each.before, before.before if before else None), _said(each.after, before.after if before else None))
            for before, each in zip((None, *found), found, strict=False)
        ),
    )  # fmt: skip


def _said(sentence: Sentence | None, above: Sentence | None) -> Cell:
    if sentence is not None and sentence is above:
        return Cell(text=say("verdict_page.against.above"), tone="muted")
    if sentence is None:
        return Cell(text=say("verdict_page.against.unsaid"), tone="unknown")
    return Cell(text=sentence.text, small=say(f"knowledge.{sentence.knowledge}"), evidence=sentence.evidence)
