"""Each verb asked and answered once: blocks for people, data for programs. Terminal and pages both call these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import perpetuum
from perpetuum.core.claim import STAGES, Stage
from perpetuum.core.errors import PerpetuumError, UnknownName
from perpetuum.core.nouns import PAGE
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import wire
from perpetuum.report.blocks import Block
from perpetuum.report.numbers import day
from perpetuum.report.words import say

if TYPE_CHECKING:
    from perpetuum.core.network import Network
    from perpetuum.machine.progress import Progress as Bar
    from perpetuum.report.kept import Kept
    from perpetuum.report.verdict import Verdict
    from perpetuum.report.verdict_dates import Clock
    from perpetuum.report.views.question import Question as AboutLoops
    from perpetuum.report.views.stressed import Question as AboutDominoes

Tell = Callable[[Text], None]
BINDS: Stage = "signed"


def _quiet(_: Text) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which date, what was known by when, and which rule picks among claims; what every verb is asked with."""

    at: str | None = None
    asof: str | None = None
    policy: str | None = None

    @property
    def has_dates(self) -> bool:
        """Is a date given?"""
        return self.at is not None or self.asof is not None

    def check(self, ledger: Ledger) -> None:
        """Refuse what cannot be read before anything is measured.

        Raises
        ------
        UnitError, UnknownName
            For what is no date, and for a rule that nobody knows.
        """
        ledger.clock(self.at, self.asof)
        if self.policy is not None and ledger.legs_by_id:
            ledger.figure(next(iter(ledger.legs_by_id)), "announced", None, self.policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer of a verb; words and data are made when asked for, and some answers have no words of their own."""

    verb: str
    origin: Mapping[str, Any] | None
    blocks: Callable[[], tuple[Block, ...]] = tuple
    result: Callable[[], Any]
    is_settled: bool = True

    def answer(self) -> dict[str, Any]:
        """The one object that ``--json`` prints and ``/api/<verb>`` gives."""
        return wire.answer(self.verb, self.origin, self.result())


def origin(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """What an answer was made from."""
    at, asof = ledger.clock(asked.at, asked.asof)
    return {"case": ledger.case.id, "case_hash": ledger.hash, "at": at, "asof": asof,
            "policy": asked.policy or ledger.case.policy, "version": perpetuum.__version__}  # fmt: skip


def stages_of(stage: str) -> tuple[Stage, ...]:
    """The stages a word asks for, side by side."""
    return tuple(each for each in STAGES if stage in ("all", each))


# ---- ledger


def summary(ledger: Ledger, asked: Asked, stages: tuple[Stage, ...]) -> Told:
    """What a case holds, and the sum over its legs at each stage."""
    from perpetuum.report.views import ledger as view

    at, asof = ledger.clock(asked.at, asked.asof)
    policy = asked.policy or ledger.case.policy
    return Told(
        verb="ledger",
        origin=origin(ledger, asked),
        blocks=lambda: view.summary(ledger, at, asof, policy, stages) + view.collapses(ledger, at, asof),
        result=lambda: {
            stage: ledger.total(stage=stage, at=at, asof=asof, policy=asked.policy) for stage in stages
        },
    )  # fmt: skip


def gaps(ledger: Ledger, asked: Asked) -> Told:
    """How much is unknown on a date."""
    from perpetuum.report.views import ledger as view

    holes = ledger.gaps(asked.at, asked.asof)
    return Told(verb="ledger", origin=origin(ledger, asked), blocks=lambda: view.gaps(holes), result=lambda: [holes])


def chain(ledger: Ledger, name: str, asked: Asked, stages: tuple[Stage, ...] = STAGES) -> Told:
    """All versions of one promise."""
    from perpetuum.report.views import ledger as view

    _at, asof = ledger.clock(asked.at, asked.asof)
    versions = ledger.chain(name)
    return Told(
        verb="ledger", origin=origin(ledger, asked), result=lambda: versions,
        blocks=lambda: view.chain(ledger, name, asof, asked.policy or ledger.case.policy, stages),
    )  # fmt: skip


def find(ledger: Ledger, name: str, asked: Asked, stages: tuple[Stage, ...] = STAGES) -> Told:
    """What stands under a name: firms, chains, claims side by side, series."""
    from perpetuum.report.views import ledger as view

    if not name.strip():
        raise PerpetuumError(say("find.nothing"), say("find.how"))
    _at, asof = ledger.clock(asked.at, asked.asof)
    found = ledger.find(name)
    return Told(
        verb="ledger", origin=origin(ledger, asked), result=lambda: found,
        blocks=lambda: view.find(ledger, found, asof, asked.policy or ledger.case.policy, stages),
    )  # fmt: skip


def audit(ledger: Ledger, asked: Asked) -> Told:
    """The article, statement by statement."""
    from perpetuum.report.views.audit import article

    audited = ledger.audit()
    return Told(
        verb="ledger", origin=origin(ledger, asked), blocks=lambda: article(ledger, audited), result=lambda: audited
    )


# ---- loops, dominoes


def about_loops(*, show: str | None, firm: str | None, via: str | None, **how: Any) -> AboutLoops:
    """The question of the words typed; the picture follows from the firms where none is named."""
    from perpetuum.report.views.question import Question

    chosen: Any = show or ("loop" if via else "origin" if firm else "inventory")
    return Question(show=chosen, firm=firm, via=tuple(via.split(",")) if via else (), **how)


def loops(
    ledger: Ledger, asked: Asked, stages: tuple[Stage, ...], question: AboutLoops, progress: Tell = _quiet
) -> Told:
    """Loops of money, and whose money a firm's revenue is."""
    from perpetuum.report.views.question import ask

    networks = {stage: network(ledger, asked, stage, progress) for stage in stages}
    answered = ask(ledger, networks, question)
    return Told(
        verb="loops", origin=origin(ledger, asked), blocks=lambda: answered.blocks, result=answered.result,
        is_settled=all(of.status != "too_many_loops" for of in answered.measured.values()),
    )  # fmt: skip


def network(ledger: Ledger, asked: Asked, stage: Stage, progress: Tell = _quiet) -> Network:
    """Who pays whom at one stage, saying so first."""
    progress(say("progress.measure", date=day(ledger.clock(asked.at, asked.asof)[0]), stage=say(f"stage.{stage}")))
    return ledger.network(at=asked.at, stage=stage, asof=asked.asof, policy=asked.policy)


def stress(
    ledger: Ledger, asked: Asked, stage: Stage, question: AboutDominoes, progress: Tell = _quiet
) -> Told:  # fmt: skip
    """Who falls if one falls, and who pays in the end."""
    from perpetuum.report.views.stressed import ask

    answered = ask(ledger, network(ledger, asked, stage, progress), question)
    return Told(
        verb="stress", origin={**origin(ledger, asked), "stage": stage}, blocks=lambda: answered.blocks,
        result=answered.result, is_settled=answered.settled,
    )  # fmt: skip


def stress_futures(
    ledger: Ledger,
    asked: Asked,
    stage: Stage,
    question: AboutDominoes,
    futures: Mapping[str, Any],
    progress: Bar | None = None,
) -> Told:
    """The same shock in many simulated futures; they open on a day of their own, so no date can be given."""
    from perpetuum.report.views.dominoes_futures import told
    from perpetuum.report.views.stressed_futures import Futures, ask

    if asked.has_dates or stage != BINDS:
        raise PerpetuumError(say("stress.futures.dates"), say("stress.futures.dates.how"))
    if question.holdings:
        raise PerpetuumError(say("held.futures"), say("held.futures.how"))
    done = ask(ledger, question, Futures(**futures), policy=asked.policy, progress=progress)
    return Told(
        verb="stress", origin={**origin(ledger, asked), "stage": stage, **done.origin()},
        blocks=lambda: told(ledger, done), is_settled=done.settled,
        result=lambda: {**done.result(), "told": {"blocks": told(ledger, done)}},
    )  # fmt: skip


# ---- gauges


def gauges(ledger: Ledger, asked: Asked, gauge: str | None = None, firm: str | None = None) -> Told:
    """The dials, how many stand in each band, and how that count moved."""
    from perpetuum.gauges import read_gauges
    from perpetuum.report.snapshots import closed, votes
    from perpetuum.report.views.gauges import dials

    at, asof = ledger.clock(asked.at, asked.asof)
    readings = read_gauges(ledger.panel(asof, asked.policy), closed(at), gauge, firm)
    is_open = gauge is not None or firm is not None

    def blocks() -> tuple[Block, ...]:
        counted = () if is_open else votes(ledger, at, asof, asked.policy)
        return dials(ledger, readings, counted, is_open=is_open)

    from perpetuum.report import board as boards

    return Told(verb="gauges", origin=origin(ledger, asked), blocks=blocks, result=lambda: boards.readings(readings))


def board(ledger: Ledger, asked: Asked, gauge: str | None = None, firm: str | None = None) -> Told:
    """The dials as a page draws them; one of them with all that it rests on."""
    from perpetuum.gauges import read_gauges
    from perpetuum.report import board as boards
    from perpetuum.report.snapshots import closed

    at, asof = ledger.clock(asked.at, asked.asof)
    panel = ledger.panel(asof, asked.policy)
    read = read_gauges(panel, closed(at), gauge, firm)
    is_open = gauge is not None or firm is not None
    return Told(verb="gauges", origin=origin(ledger, asked),
                result=lambda: boards.board(ledger, panel, read, is_open=is_open))  # fmt: skip


def bubble(ledger: Ledger, asked: Asked) -> Told:
    """The test for an explosive price on the basket that the case names, or what such a test would need."""
    from perpetuum.gauges.catalogue.explosive_price import tested
    from perpetuum.report import board as boards
    from perpetuum.report.snapshots import closed
    from perpetuum.report.views import bubble as view

    at, asof = ledger.clock(asked.at, asked.asof)
    found = tested(ledger.panel(asof, asked.policy), closed(at))
    pages = view.untested() if found is None else view.bubble(found, ledger.case.id)[1:]
    missing = boards.nothing_shipped(ledger) if found is None else None
    return Told(verb="gauges", origin=origin(ledger, asked), blocks=lambda: pages,
                result=lambda: {"missing": missing, "reading": found, "blocks": pages})  # fmt: skip


def spread(ledger: Ledger, asked: Asked, **how: Any) -> Told:
    """How far something new has spread, as a page draws it, with what can be chosen."""
    from perpetuum.gauges.adoption import read_adoption
    from perpetuum.maths.adoption_curves import GENERAL
    from perpetuum.report.views import adoption as view

    known, held = min(ledger.clock(asked.at, asked.asof)), ledger.adoption
    if held is None:
        nothing = say("adoption.nothing", case=ledger.case.name)
        return Told(verb="gauges", origin=origin(ledger, asked),
                    result=lambda: {"missing": nothing})  # fmt: skip
    reading = read_adoption(held, known, **how)
    return Told(
        verb="gauges", origin=origin(ledger, asked), blocks=lambda: view.spread(reading, known),
        result=lambda: {
            "missing": None, "share": reading.share, "choices": view.choices(held, [each.name for each in GENERAL]),
            **view.apart(reading, known),
        },
    )  # fmt: skip


def votes(ledger: Ledger, asked: Asked) -> Told:
    """How many dials stood in each band, quarter by quarter: as known then, and in hindsight."""
    from perpetuum.report.snapshots import votes as counted
    from perpetuum.report.views.gauges import pictures

    then, hindsight = counted(ledger, *ledger.clock(asked.at, asked.asof), asked.policy)
    both = {"then": then, "hindsight": hindsight, "pictures": pictures(then, hindsight)}
    return Told(verb="gauges", origin=origin(ledger, asked), result=lambda: both)


def adoption(ledger: Ledger, asked: Asked, **how: Any) -> Told:
    """How far something new has spread, three curves with their interval, and years to a share."""
    from perpetuum.gauges.adoption import read_adoption
    from perpetuum.report.views.adoption import spread

    known = min(ledger.clock(asked.at, asked.asof))
    reading = read_adoption(ledger.adoption, known, **how)
    return Told(
        verb="gauges", origin=origin(ledger, asked), blocks=lambda: spread(reading, known), result=lambda: reading
    )


# ---- verdict, report


def verdict(
    ledger: Ledger,
    asked: Asked,
    *,
    against: str | None = None,
    beside: Ledger | str | None = None,
    draws: int = 2_000,
    progress: Tell = _quiet,
    kept: Kept | None = None,
) -> Told:
    """What can be said of a machine of money on a date, or what changed between two."""
    from perpetuum.report.verdict import as_data
    from perpetuum.report.verdict_changes import changes
    from perpetuum.report.verdict_dates import asked as asked_dates
    from perpetuum.report.views import verdict as view

    clocks = asked_dates(ledger, asked.at, asked.asof, against)
    told = [_verdict_of(ledger, clock, asked.policy, beside, draws, progress, kept) for clock in clocks]
    made_from = origin(ledger, asked)
    if len(told) == 1:
        only = told[0]
        return Told(verb="verdict", origin=made_from, blocks=lambda: view.told(only), result=lambda: as_data(only))
    before, after = sorted(told, key=lambda each: (each.asof, each.at))
    found = changes(before, after)
    return Told(
        verb="verdict", origin=made_from, blocks=lambda: view.against(before, after, found),
        result=lambda: {"verdicts": [as_data(before), as_data(after)], "changed": found.ids,
                        "changes": found.as_data()},
    )  # fmt: skip


def history(ledger: Ledger, asked: Asked, beside: Ledger | str | None = None) -> Told:
    """This case beside another one: the table of the verdict, with lines, turns and the order of falls."""
    from perpetuum.report.history import compare

    at, asof = ledger.clock(asked.at, asked.asof)
    policy = asked.policy or ledger.case.policy
    return Told(verb="verdict", origin=origin(ledger, asked),
                result=lambda: compare(ledger, at, asof, policy, beside))  # fmt: skip


def _verdict_of(
    ledger: Ledger, clock: Clock, policy: str | None, beside: Ledger | str | None, draws: int, progress: Tell,
    kept: Kept | None,
) -> Verdict:  # fmt: skip
    """The verdict on one date; the machine is asked where that is no hindsight."""
    from perpetuum.report import study

    at, asof = clock
    done = study(ledger, at=str(at), asof=str(asof), policy=policy, futures=draws, beside=beside, progress=progress,
                 kept=kept, is_whole=False)  # fmt: skip
    verdict: Verdict | None = done.verdict
    assert verdict is not None
    return verdict


def report(
    ledger: Ledger, asked: Asked, stages: tuple[Stage, ...] = STAGES, page: str | None = None,
    progress: Tell = _quiet, kept: Kept | None = None,
) -> Reported:  # fmt: skip
    """The pages of the report, or one of them; what ``kept`` holds of earlier ones is not measured again."""
    from perpetuum.report import study, tell

    results = study(ledger, at=asked.at, asof=asked.asof, policy=asked.policy, stages=stages, progress=progress,
                    kept=kept)  # fmt: skip
    pages = tell(results, page)
    if page is not None and not pages:
        raise UnknownName(page, [each.id for each in tell(results)], what=PAGE)
    told = Told(
        verb="report", origin=origin(ledger, asked), result=lambda: pages,
        blocks=lambda: tuple(block for each in pages for block in each.blocks),
    )  # fmt: skip
    return Reported(told=told, study=results, pages=pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A report as an answer, and what its files are written from."""

    told: Told
    study: Any
    pages: tuple[Any, ...]


def past_scores(ledger: Ledger, asked: Asked) -> Told:
    """How forecasts did so far, from the scores kept with a case that could be known on the date."""
    from perpetuum.report.track_record import record

    _at, asof = ledger.clock(asked.at, asked.asof)
    found = record(ledger, asof)
    scores = [one for one in ledger.scores if one.known_from <= asof]
    return Told(verb="hindcast", origin=origin(ledger, asked),
                result=lambda: {"record": found, "scores": scores})  # fmt: skip


# ---- collect


def publishers() -> Told:
    """Which publishers can be asked; asking one is the terminal's."""
    from perpetuum.connectors import connectors
    from perpetuum.report.views import collected as view

    return Told(
        verb="collect", origin=None, blocks=lambda: view.catalogue(connectors()),
        result=lambda: view.listed(connectors()),
    )  # fmt: skip
