"""A replay for readers: what it had to give, what happened, what the model gave, and what nobody can judge yet."""

from __future__ import annotations

from collections.abc import Iterator

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Fold, Paragraph, Points, Table, Title, Tone
from perpetuum.report.replay import Judged, Lived, Replay, quarter_word
from perpetuum.report.replay_loans import what_is_held
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

_TONE: dict[str, Tone] = {"holds": "strong", "fails": "strong", "unknown": "unknown"}


def told(ledger: Ledger, replay: Replay | None) -> tuple[Block, ...]:
    """The criteria, the falls behind them, and what was left out."""
    if replay is None:
        return ()
    how = Paragraph(text=say("replay.how", draws=replay.draws, seed=replay.seed), style="note")
    return (*in_brief(ledger, replay), *_left_out(ledger, replay), how)


def in_brief(ledger: Ledger, replay: Replay | None) -> tuple[Block, ...]:
    """The criteria and who falls when, for the terminal."""
    if replay is None:
        return ()
    return (
        Title(text=say("replay.title", name=replay.name)),
        Paragraph(text=say("replay.lead", day=numbers.day(replay.opens), count=len(replay.judged),
                           verdicts=_counted(replay)), style="lead"),
        *([Paragraph(text=say("replay.refused", why=replay.refused))] if replay.refused else []),
        criteria(replay),
        *(block for one in replay.judged for block in _beside(one)),
        *falls(ledger, replay),
    )  # fmt: skip


def criteria(replay: Replay) -> Table:
    """A line for each criterion: what it asks, what happened, what the model gave, and the verdict."""
    return Table(
        columns=(parts.head("replay.head.verdict"), parts.head("replay.head.criterion"),
                 parts.head("replay.head.happened"), parts.head("replay.head.model")),
        rows=tuple(
            (Cell(text=say(f"replay.verdict.{one.verdict}"), tone=_TONE[one.verdict]), Cell(text=one.criterion.name),
             Cell(text=_several(one.happened)), Cell(text=one.model or _why(one)))
            for one in replay.judged
        ),
        stacks=True,
    )  # fmt: skip


def _counted(replay: Replay) -> Text:
    counts = {word: sum(one.verdict == word for one in replay.judged) for word in ("holds", "fails", "unknown")}
    return joined([say(f"replay.count.{word}", count=count) for word, count in counts.items() if count])


def _several(texts: tuple[Text, ...]) -> Text:
    return joined(texts, " ", "") if texts else plain("–")


def _why(one: Judged) -> Text:
    return one.because or plain("–")


def _beside(one: Judged) -> Iterator[Block]:
    """What must be printed with a verdict: what it hides, what was measured all the same, what would settle it."""
    said = [*([one.criterion.caveat] if one.criterion.caveat else []), *one.beside]
    if one.verdict == "unknown" and one.criterion.settles is not None:
        said.append(say("replay.settles", what=one.criterion.settles))
    if said:
        yield Title(text=one.criterion.name, level=3)
        yield Points(sentences=tuple(Paragraph(text=each) for each in said))


def falls(ledger: Ledger, replay: Replay) -> Iterator[Block]:
    """Each simulated firm: when it fell, and when it falls in the model."""
    if replay.lived is None:
        return
    others = {name: lived for name, lived in replay.beside.items() if not _is_same(lived, replay.lived)}
    columns = {replay.name: replay.lived} | {ledger.scenario(name).name: lived for name, lived in others.items()}
    happened = {each.entity: each for each in ledger.collapses}
    yield Title(text=say("replay.falls"), level=3)
    yield Table(
        caption=say("replay.falls.caption"),
        columns=(parts.head("replay.head.firm"), parts.head("replay.head.opening"), parts.head("replay.head.happened"),
                 *(Column(text=name) for name in columns)),
        rows=tuple(
            (
                Cell(text=names.firm(ledger, firm)), _opening(replay.lived, firm),
                Cell(text=numbers.day(happened[firm].on.first) if firm in happened else say("replay.stands"),
                     small=say("replay.remembered") if firm in happened and happened[firm].is_remembered else None),
                *(_fall(lived, firm) for lived in columns.values()),
            )
            for firm in _in_order(ledger, replay.lived)
        ),
        stacks=True,
    )  # fmt: skip
    vendors = () if replay.lived.network.cast is None else replay.lived.network.cast.fuel
    said = [what_is_held(replay.lived, vendors)]
    said += [say("replay.same", name=ledger.scenario(name).name) for name in replay.beside if name not in others]
    yield Points(sentences=tuple(Paragraph(text=each) for each in said))


def _is_same(one: Lived, other: Lived) -> bool:
    """Do the same firms fall in the same quarters of the same futures?"""
    return one.falls.keys() == other.falls.keys() and all(
        bool((one.falls[firm] == other.falls[firm]).all()) for firm in one.falls
    )


def _opening(lived: Lived, firm: str) -> Cell:
    """The day of the balance sheet a firm opens with, and the page it stands in."""
    figures = next((one.figures for one in lived.world.filled if one.address == f"{firm}.opening_cash"), ())
    day = max((figure.chosen.ended for figure in figures if figure.chosen.ended), default=None)
    return Cell(text=numbers.day(day) if day else say("replay.stated"), evidence=figures)


def _in_order(ledger: Ledger, lived: Lived) -> tuple[str, ...]:
    days = {each.entity: each.on.first for each in ledger.collapses}
    firms = lived.world.cast.firms
    return (*sorted((firm for firm in firms if firm in days), key=days.__getitem__),
            *(firm for firm in firms if firm not in days))  # fmt: skip


def _fall(lived: Lived, firm: str) -> Cell:
    if firm not in lived.falls:
        return parts.unknown()
    return Cell(
        text=quarter_word(lived.median(firm)),
        small=say("replay.fall.share", share=numbers.share(lived.share_fallen(firm))),
    )


def _left_out(ledger: Ledger, replay: Replay) -> Iterator[Block]:
    """Firms that nobody could simulate, and contracts that did not surely stand on the day."""
    if replay.left_out:
        rows = tuple(
            (Cell(text=names.firm(ledger, one.firm)),
             Cell(text=joined([say(f"replay.lacks.{address.rpartition('.')[2]}") for address in one.missing])))
            for one in replay.left_out
        )  # fmt: skip
        table = Table(columns=(parts.head("replay.head.firm"), parts.head("replay.head.lacks", wide=True)), rows=rows)
        yield Fold(summary=say("replay.left_out", count=len(rows)), blocks=(table,))
    if replay.not_then:
        legs = tuple(
            (Cell(text=plain(one.leg)), Cell(text=names.deal_of(ledger, one.leg)),
             Cell(text=say(f"replay.not_then.{one.because.replace(' ', '_')}")))
            for one in replay.not_then
        )  # fmt: skip
        table = Table(
            columns=(
                parts.head("replay.head.leg"),
                parts.head("dominoes.deal", wide=True),
                parts.head("replay.head.why"),
            ),
            rows=legs,
        )
        yield Fold(summary=say("replay.not_then", count=len(legs), day=numbers.day(replay.opens)), blocks=(table,))
