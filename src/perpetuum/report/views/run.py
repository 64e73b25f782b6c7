"""What the main job prints: the answer in a screen or two, and where the rest lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perpetuum.ledger.queries import Answered
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.main_job import Done
from perpetuum.report.snapshots import Study
from perpetuum.report.views import audit, gauges, machine_short, origins, parts, replay, ring, verdict
from perpetuum.report.words import joined, plain, say


def told(done: Done) -> tuple[Block, ...]:
    """Blocks for the terminal after a run."""
    study, now = done.study, done.study.now
    ledger = study.ledger
    return (
        Title(text=say("run.headline", case=ledger.case.name, date=numbers.day(now.asof)), level=1),
        Paragraph(text=say("run.question"), style="note"),
        *_loop(study),
        *origins.bars(ledger, now.networks, now.measured, "announced", ledger.case.focus),
        *origins.bars(ledger, now.networks, now.measured, "paid", ledger.case.focus),
        _changed(done),
        _dials(study),
        *audit.article(ledger, study.audited)[1:2],
        *_unknown(done),
        *machine_short.in_brief(ledger, study.simulated),
        *replay.in_brief(study.ledger, study.replay),
        *verdict.in_brief(study.verdict),
        Paragraph(text=say("run.done", path=plain(str(done.folder / "report.html")))),
        Paragraph(text=say("run.files", files=joined([plain(name) for name in _beside(done)])), style="note"),
    )


def _beside(done: Done) -> tuple[str, ...]:
    """The other files of a run; tables are one folder."""
    folders = (name.partition("/")[0] + "/" if "/" in name else name for name in done.files)
    return tuple(dict.fromkeys(name for name in folders if name != "report.html"))


def _loop(study: Study) -> Iterator[Block]:
    """The loop of the case: its share at every stage, on every date."""
    dates = [snapshot for snapshot in study.snapshots if snapshot.loop]
    if not dates:
        return
    firms = study.ledger.case.loop
    yield Table(
        caption=say("run.loop", loop=names.ring(study.ledger, firms), firm=names.firm(study.ledger, firms[0]),
                    last=names.firm(study.ledger, firms[-1])),
        columns=(parts.head("known"), *(parts.head(f"mark.{stage}") for stage in dates[0].loop)),
        rows=tuple(
            (
                Cell(text=numbers.day(snapshot.at)),
                *(ring.ring_share(study.ledger, along, stage) for stage, along in snapshot.loop.items()),
            )
            for snapshot in dates
        ),
    )  # fmt: skip


def _changed(done: Done) -> Table:
    """What the case asked of itself on two dates."""
    twice = {each.told.id for each in done.study.answered if len(each.answers) > 1 and not _is_list(each)}
    rows = tuple(
        (Cell(text=finding.sentence), Cell(text=say(f"knowledge.{finding.knowledge}"), tone="muted"))
        for finding in done.told
        if finding.id in twice
    )
    return Table(columns=(parts.head("finding"), parts.head("knowledge")), rows=rows, empty=say("findings.none"))


def _is_list(answered: Answered) -> bool:
    """Is it a list of sums, too long for a line?"""
    return isinstance(answered.answers[-1].value, Mapping)


def _dials(study: Study) -> Table:
    """The gauges, a line each."""
    cards = [gauges.card(study.ledger, reading) for reading in study.now.readings]
    return Table(
        columns=(parts.head("gauge"), parts.head("value", right=True), parts.head("period"), parts.head("band")),
        rows=tuple(
            (Cell(text=joined([card.part, card.title], ": ", "：")), Cell(text=card.value.text),
             Cell(text=card.value.small or plain("–")), Cell(text=say(f"band.{card.light}")))
            for card in cards
        ),
    )  # fmt: skip


def _unknown(done: Done) -> Iterator[Block]:
    for finding in done.told:
        if finding.id == "paid_unknown":
            yield Paragraph(text=finding.sentence)
