"""All verbs asked of one case: what was measured, on which dates, at which stages."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from perpetuum.circularity import Circularity, measure
from perpetuum.circularity.steps import StepWord
from perpetuum.circularity.view import Along, along
from perpetuum.contagion import Cascade, Shock, stress
from perpetuum.contagion.books import Basis
from perpetuum.core.claim import STAGES, Stage
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.reading import Reading, Vote
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, quarters_between
from perpetuum.gauges import read_gauges, votes_as_known_then, votes_in_hindsight
from perpetuum.gauges.adoption import AdoptionReading, read_adoption
from perpetuum.ledger import Ledger
from perpetuum.ledger.audit import Audited
from perpetuum.ledger.gaps import Gaps
from perpetuum.ledger.queries import Answered
from perpetuum.report.kept import Kept
from perpetuum.report.numbers import day
from perpetuum.report.simulated import LEARNED, SCENARIO, Futures, Simulated, learned, simulated
from perpetuum.report.words import say

if TYPE_CHECKING:
    from perpetuum.report.replay import Replay
    from perpetuum.report.sentence import Scores
    from perpetuum.report.verdict import Verdict

# Headlines have no time; contracts are spread over quarters; much cash is known only by year.
STEP: dict[Stage, StepWord] = {"announced": "window", "signed": "quarter", "paid": "year"}
# Contracts fall due; what is signed binds.
BINDING: Stage = "signed"
HORIZON = 4
# Quarters over which the dials are counted.
VOTES = 15
BASIS: Basis = "book"
Progress = Callable[[Text], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was known on one date, measured at the stages that were asked for."""

    name: Text
    at: datetime.date
    asof: datetime.date
    networks: Mapping[Stage, Network]
    measured: Mapping[Stage, Circularity]
    loop: Mapping[Stage, Along]
    readings: tuple[Reading, ...]
    gaps: Gaps
    binding: Network
    shocks: Mapping[str, Cascade | Text]

    @property
    def cascades(self) -> Mapping[str, Cascade]:
        """The shocks that could be asked, with what they do."""
        return {said: told for said, told in self.shocks.items() if isinstance(told, Cascade)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One case, read on several dates, oldest first; the last one is the present.

    ``simulated`` is what comes after it, or why that cannot be asked; nothing where nobody asked.
    ``votes_then`` and ``votes_hindsight`` count the dials of the quarters up to the present, as they could be
    known at the end of each and as they are known at the newest date. ``adoption`` is how far things have
    spread, where the case knows it. ``verdict`` is what can be said of the present,
    ``replay`` how the machine does on a time whose end is known, where the case asks for it, ``learned`` the futures
    of the scenario that the reported numbers leave.
    """

    ledger: Ledger
    policy: str
    snapshots: tuple[Snapshot, ...]
    audited: tuple[Audited, ...] = ()
    answered: tuple[Answered, ...] = ()
    simulated: Simulated | Text | None = None
    votes_then: tuple[Vote, ...] = ()
    votes_hindsight: tuple[Vote, ...] = ()
    adoption: AdoptionReading | None = None
    verdict: Verdict | None = None
    replay: Replay | None = None
    learned: Futures | None = None

    @property
    def now(self) -> Snapshot:
        """The newest date."""
        return self.snapshots[-1]


def study(
    ledger: Ledger,
    *,
    at: str | None = None,
    asof: str | None = None,
    policy: str | None = None,
    stages: tuple[Stage, ...] = STAGES,
    futures: int = 0,
    beside: Ledger | str | None = None,
    scores: Scores | None = None,
    scenario: str | None = None,
    progress: Progress = lambda _: None,
    kept: Kept | None = None,
    is_whole: bool = True,
) -> Study:
    """Ask every verb of a case, on its named dates or on the one that is given.

    Only if ``futures`` are asked for, so many are lived through, from the newest date on. ``beside`` is the case, or
    its name, that the verdict sets beside this one; ``scores`` say how forecasts of single series did so far; those
    kept with the case if left out.
    ``scenario`` is the one that is lived through; that all parameters spread in, if left out.
    ``kept`` holds the parts of earlier studies, which are not measured again. A study that is not ``is_whole`` has only
    what the verdict rests on: it counts no dials over time, fits no curves, audits no article and replays nothing.

    Examples
    --------
    >>> import perpetuum
    >>> told = study(perpetuum.load("ai"), at="article")
    >>> [str(snapshot.at) for snapshot in told.snapshots]
    ['2025-10-24']
    """
    if at is None and asof is None and ledger.case.dates:
        named = {(date.on, date.on): date.name for date in ledger.case.dates}
        # A time that is over is also told from its end, with all that is known of it by now.
        dates = sorted((named | ({ledger.clock(): say("date.ends")} if ledger.case.ends else {})).items())
    else:
        clock = ledger.clock(at, asof)
        dates = [(clock, say("date.asked"))]
    chosen, kept = policy or ledger.case.policy, Kept() if kept is None else kept

    def once(part: str, on: object, make: Callable[[], T]) -> T:
        return kept.of((part, ledger.case.id, ledger.hash, chosen, on), make)

    snapshots = tuple(
        replace(once("snapshot", (clock, stages), partial(snapshot, ledger, name, *clock, chosen, stages, progress)),
                name=name)
        for clock, name in dates
    )  # fmt: skip
    progress(say("progress.audit"))
    known, now = max(each.asof for each in snapshots), snapshots[-1]
    spoken, present = min(now.at, now.asof), (now.at, now.asof)
    start = _where_it_opens(ledger, now, scenario or SCENARIO)
    after = _where_it_opens(ledger, now, LEARNED)
    done = Study(
        ledger=ledger,
        policy=chosen,
        snapshots=snapshots,
        # Scenarios start from what is known now; asked on an earlier date they would be hindsight.
        simulated=None
        if start is None
        else once("simulated", (present, scenario, futures), lambda: simulated(
            ledger, start, scenario=scenario or SCENARIO, draws=futures, progress=progress)),
        learned=once("learned", (present, futures), lambda: learned(ledger, after, draws=futures))
        if scenario is None and after is not None else None,
    )  # fmt: skip
    if is_whole:
        then, hindsight = once("votes", present, lambda: votes(ledger, *present, chosen))
        done = replace(
            done,
            votes_then=then,
            votes_hindsight=hindsight,
            adoption=once("adoption", spoken, lambda: read_adoption(ledger.adoption, spoken))
            if ledger.adoption is not None else None,
            # Verdicts are those of the newest date; on an earlier one they would be hindsight.
            audited=ledger.audit() if known >= ledger.case.newest else (),
            answered=tuple(each for each in ledger.findings() if all(answer.asof <= known for answer in each.answers)),
            replay=_replay(ledger, known, scenario, chosen, futures, progress),
        )  # fmt: skip
    progress(say("verdict_page.progress"))
    # Told from the whole study, and part of it: imported where it is asked, as it reads studies itself.
    from perpetuum.report.verdict import verdict

    return replace(done, verdict=verdict(done, beside=beside, scores=scores, kept=kept))


def _where_it_opens(ledger: Ledger, now: Snapshot, scenario: str) -> Network | None:
    """Who had signed what where a scenario opens, as known on the date spoken of; nothing before it opens.

    Scenarios that do not say when they open start from what is known now; on an earlier date that is hindsight.
    """
    opens = ledger.scenario(scenario).opens if scenario in ledger.written else None
    if min(now.at, now.asof) < (opens or ledger.case.newest):
        return None
    return now.binding if opens is None else ledger.opening(scenario, now.binding.policy, now.asof)


def _replay(
    ledger: Ledger, known: datetime.date, scenario: str | None, policy: str, futures: int, progress: Progress
) -> Replay | None:
    """How the machine does on a time whose end is known: judged only by whoever knows that end."""
    judged = ledger.criteria.scenario if ledger.criteria else None
    if not futures or judged is None or scenario not in (None, judged) or known < ledger.case.newest:
        return None
    from perpetuum.report.replay import replay

    return replay(ledger, policy=policy, progress=progress)


def snapshot(
    ledger: Ledger,
    name: Text,
    at: datetime.date,
    asof: datetime.date,
    policy: str,
    stages: tuple[Stage, ...],
    progress: Progress,
) -> Snapshot:
    """Everything about one date."""
    networks, measured, loops = {}, {}, {}
    for stage in stages:
        progress(say("progress.measure", date=day(at), stage=say(f"stage.{stage}")))
        networks[stage] = ledger.network(at=at, stage=stage, asof=asof, policy=policy)
        measured[stage] = measure(networks[stage], step=STEP[stage])
        if loop_is_there(ledger.case.loop, networks[stage]):
            loops[stage] = along(networks[stage], ledger.case.loop, step=STEP[stage])
    progress(say("progress.stress", date=day(at)))
    binding = networks.get(BINDING) or ledger.network(at=at, stage=BINDING, asof=asof, policy=policy)
    progress(say("progress.gauges", date=day(at)))
    return Snapshot(
        name=name,
        at=at,
        asof=asof,
        networks=networks,
        measured=measured,
        loop=loops,
        readings=read_gauges(ledger.panel(asof, policy), closed(at)),
        gaps=ledger.gaps(at, asof),
        binding=binding,
        shocks=cascades(ledger, binding),
    )


def closed(at: datetime.date) -> Quarter:
    """The last quarter that had ended by a date: of the one that runs, nothing is reported yet."""
    quarter = Quarter.of(at)
    return quarter if at == quarter.last else quarter + -1


def votes(
    ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str | None
) -> tuple[tuple[Vote, ...], tuple[Vote, ...]]:
    """The dials counted quarter by quarter up to a date, as known then and as known on another."""
    last = closed(at)
    quarters = quarters_between(last + (1 - VOTES), last)
    return (
        votes_as_known_then(lambda day: ledger.panel(min(day, asof), policy), quarters),
        votes_in_hindsight(ledger.panel(asof, policy), quarters),
    )


def cascades(ledger: Ledger, network: Network) -> Mapping[str, Cascade | Text]:
    """What the shocks that the case names do on one date, or why one cannot be asked then."""
    told: dict[str, Cascade | Text] = {}
    for said in ledger.case.shocks:
        try:
            told[said] = stress(network, Shock.parse(said), basis=BASIS, horizon=HORIZON)
        except (NetworkError, UnknownName) as error:
            told[said] = error.says
    return told


def loop_is_there(firms: tuple[str, ...], network: Network) -> bool:
    """Does the network hold every firm of a loop? Outside pools of payers are no firms."""
    known = {entity.id for entity in network.entities if entity.outside is None}
    return len(firms) > 1 and set(firms) <= known
