"""The dominoes in many futures, told: whom a fall takes along in how many of them, and who loses how much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.views import dominoes, parts
from perpetuum.report.views.machine_words import of_futures
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.report.views.stressed_futures import FirmOver, Stressed


def told(ledger: Ledger, of: Stressed) -> tuple[Block, ...]:
    """The whole answer: two sentences, what they rest on, and one row a firm."""
    title = say("stress.futures.title", shock=dominoes.shock(ledger, of.over.central), at=numbers.quarter(of.at))
    return (
        Title(text=title, level=2),
        Paragraph(text=_gives(ledger, of, _falling(ledger, of)), style="lead"),
        Paragraph(text=_gives(ledger, of, _losing(of)), style="lead"),
        Paragraph(text=_frame(of), style="note"),
        *_remarks(ledger, of),
        Title(text=say("stress.futures.table"), level=3),
        _table(ledger, of),
        Paragraph(text=say("stress.futures.rests", scenario=plain(of.run.scenarios[0])), style="note"),
    )


def _gives(ledger: Ledger, of: Stressed, what: Text) -> Text:
    """A sentence that can leave its place: scenario, model, shock and quarter stand in it."""
    return say("stress.futures.gives", scenario=plain(of.run.scenarios[0]), at=numbers.quarter(of.at), what=what,
               shock=dominoes.shock(ledger, of.over.central))  # fmt: skip


def _falling(ledger: Ledger, of: Stressed) -> Text:
    futures = len(of.over.draws)
    taken = [
        say("stress.futures.firm", firm=names.firm(ledger, one.firm), share=of_futures(one.taken, one.judged))
        for one in of.firms
        if not one.is_hit and one.taken
    ]
    falls = say("stress.futures.falls", firms=joined(taken, ", ", "，")) if taken else _nobody(futures)
    unknown = [
        say("stress.futures.firm", firm=names.firm(ledger, one.firm),
            share=of_futures(1.0 - one.judged / futures, futures))
        for one in of.firms
        if not one.is_hit and one.judged < futures
    ]  # fmt: skip
    if not unknown:
        return falls
    return joined([falls, say("stress.futures.unknown", firms=joined(unknown, ", ", "，"))], " ", "")


def _nobody(futures: int) -> Text:
    return say("stress.futures.nobody", futures=futures)


def _losing(of: Stressed) -> Text:
    low, middle, high = (numbers.money(usd) for usd in of.partners)
    return say("stress.futures.lose", low=low, middle=middle, high=high, futures=len(of.over.draws))


def _frame(of: Stressed) -> Text:
    """How many futures, from when to when, with which luck; view and study; how many answers are proven."""
    books = of.over.central.books
    basis = "book" if books.view == "cash" else books.basis
    return say(
        "stress.futures.frame", futures=len(of.over.draws), first=numbers.quarter(of.run.first),
        at=numbers.quarter(of.at), seed=plain(of.run.origin.seed), study=parts.study(str(of.over.central.study)),
        view=say(f"dominoes.view.{books.view}.{basis}", horizon=books.horizon), settled=int(of.over.settled.sum()),
    )  # fmt: skip


def _remarks(ledger: Ledger, of: Stressed) -> Iterator[Paragraph]:
    """What a reader must know before the numbers: futures left out, and who falls in any case."""
    if of.left_out:
        yield Paragraph(text=say("stress.futures.left_out", left=of.left_out, asked=of.run.done))
    anyway = [one for one in of.firms if one.anyway > 0.0]
    if anyway:
        firms = [
            say("stress.futures.firm", firm=names.firm(ledger, one.firm),
                share=of_futures(one.anyway, len(of.over.draws)))
            for one in anyway
        ]  # fmt: skip
        yield Paragraph(text=say("stress.futures.anyway", firms=joined(firms, ", ", "，")))
    unsettled = int((~of.over.settled).sum())
    if unsettled:
        yield Paragraph(text=say("stress.futures.unsettled", count=unsettled), style="lead")


def _table(ledger: Ledger, of: Stressed) -> Table:
    return Table(
        columns=(
            parts.head("firm"), parts.head("stress.futures.taken", right=True),
            parts.head("stress.futures.round", right=True), parts.head("stress.futures.anyway.head", right=True),
            parts.head("stress.futures.middle", right=True), parts.head("stress.futures.range", right=True),
            parts.head("stress.futures.central", right=True),
        ),
        rows=tuple(_row(ledger, one) for one in of.firms),
        caption=say("stress.futures.caption", scenario=plain(of.run.scenarios[0])),
        empty=say("nothing"),
    )  # fmt: skip


def _row(ledger: Ledger, one: FirmOver) -> tuple[Cell, ...]:
    return (
        Cell(text=names.firm(ledger, one.firm), small=say("stress.futures.hit") if one.is_hit else None,
             tone="strong" if one.taken else "plain"),
        _taken(one),
        Cell(text=_rounds(one)),
        Cell(text=numbers.share(one.anyway) if one.anyway else plain("–")),
        Cell(text=numbers.money(one.lost[1])),
        Cell(text=_nine_in_ten(one)),
        Cell(text=numbers.money(one.central_lost), small=_central(one)),
    )  # fmt: skip


def _taken(one: FirmOver) -> Cell:
    if one.taken is None or one.error is None:
        return parts.unknown()
    error = numbers.share(float(numbers.significant(one.error, 1)))
    small = say("stress.futures.error", error=error) if 0.0 < one.taken < 1.0 else None
    return Cell(text=numbers.share(one.taken), small=small)


def _rounds(one: FirmOver) -> Text:
    """The rounds in which it is taken down, in any future."""
    rounds = [n for n, share in enumerate(one.by_round, start=1) if share > 0.0]
    if not rounds:
        return plain("–")
    return plain(str(rounds[0]) if rounds[0] == rounds[-1] else f"{rounds[0]}–{rounds[-1]}")


def _nine_in_ten(one: FirmOver) -> Text:
    low, _, high = one.lost
    if low == high:
        return numbers.money(low) if low else plain("–")
    return say("range.money", low=numbers.money(low), high=numbers.money(high))


def _central(one: FirmOver) -> Text | None:
    return say("dominoes.column.round", round=one.central_round) if one.central_round else None
