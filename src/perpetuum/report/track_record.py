"""How the machine's forecasts did so far, from the scores kept with a case, and never from one known only later."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from perpetuum.core.metrics import METRICS
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.past_scores import Made, PastScore
from perpetuum.report import names, numbers
from perpetuum.report.sentence import Score, Scores, Sentence
from perpetuum.report.words import plain, say

if TYPE_CHECKING:
    from perpetuum.report.hindcast_tables import Row

FORECAST, IN_HINDSIGHT = "machine", "hindsight"
_NO_HASHES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The scores that could be known on a date: of every series one, a forecast if there is any, else in hindsight.

    ``made`` is what they were made with; nothing where none is kept. ``is_current`` where case and scenario are still
    those; what cannot be compared counts as such.
    """

    asof: datetime.date
    scores: Scores = field(default_factory=dict)
    made: Made | None = None
    is_current: bool = True


def record(ledger: Ledger, asof: datetime.date, scenarios: Mapping[str, str] = _NO_HASHES) -> Record:
    """What could be known on a date of how forecasts did.

    Parameters
    ----------
    scenarios
        The hash of the numbers of each scenario that is told of, where futures were asked for.
    """
    known = tuple(one for one in ledger.scores if one.known_from <= asof)
    made = ledger.scores[0].made if ledger.scores else None
    if made is None or not any(one.model in (FORECAST, IN_HINDSIGHT) for one in known):
        return Record(asof=asof, made=made)
    numbers_of = scenarios.get(made.scenario, made.scenario_hash)
    is_current = ledger.hash.startswith(made.case_hash) and numbers_of.startswith(made.scenario_hash)
    if scenarios and made.scenario not in scenarios:
        return Record(asof=asof, made=made)  # Of another scenario they say nothing.
    scores = {row.group: _score(ledger, row, is_current) for row in _rows(known)}
    return Record(asof=asof, scores=scores, made=made, is_current=is_current)


def _rows(known: tuple[PastScore, ...]) -> list[Row]:
    """One row a series: hindsight first, so that a forecast takes its place."""
    # Imported where there is something to add up: whoever looks back past the first score need not wait for it.
    from perpetuum.report.hindcast_tables import grouped

    return [row for model in (IN_HINDSIGHT, FORECAST) for row in grouped(known, lambda one: one.series, (model,))]


def _score(ledger: Ledger, row: Row, is_current: bool) -> Score:
    firm, _, metric = row.group.rpartition(".")
    return Score(
        series=row.group, ratio=row.ratio, coverage=row.coverage, forecasts=row.count, rival=row.rival,
        is_hindsight=row.model == IN_HINDSIGHT, is_current=is_current,
        name=say("calibrate.series", firm=names.firm(ledger, firm), metric=METRICS[metric].name),
    )  # fmt: skip


def sentences(told: Record) -> tuple[Sentence, ...]:
    """On how many series the machine beat a naive rival, and on how many it lost; of forecasts and hindsight apart."""
    if not told.scores:
        text = say("verdict_page.record.none", day=numbers.day(told.asof))
        return (Sentence(id="record", text=text, knowledge="we do not know", value=None),)
    of = {
        word: tuple(one for one in told.scores.values() if one.is_hindsight is hindsight)
        for word, hindsight in (("forecast", False), ("hindsight", True))
    }
    found = [_told(told, word, scores) for word, scores in of.items() if scores]
    if not told.is_current and told.made is not None:
        found.append(_stale(told.made))
    return tuple(found)


def _told(told: Record, word: str, scores: tuple[Score, ...]) -> Sentence:
    compared = [one for one in scores if one.ratio is not None]
    worse = [one for one in compared if one.is_worse]
    count = sum(one.forecasts for one in scores)
    key = "all" if compared and len(worse) == len(compared) else "some"
    return Sentence(
        id="record" if word == "forecast" or not _has_forecasts(told) else "record_hindsight",
        text=say(f"verdict_page.record.{word}", result=say(
            f"verdict_page.record.{key}", worse=len(worse), compared=len(compared)), numbers=count,
            inside=inside(scores)),
        knowledge="the model gives",
        value={"of": word, "series": [one.series for one in scores], "worse": [one.series for one in worse],
               "numbers": count},
        model=made_with(told.made), tells_scores=True, scores=scores,
    )  # fmt: skip


def _has_forecasts(told: Record) -> bool:
    return any(not one.is_hindsight for one in told.scores.values())


def _stale(made: Made) -> Sentence:
    return Sentence(
        id="record_stale", text=say("verdict_page.record.stale", hash=plain(made.case_hash[:12]), version=made.version),
        knowledge="we do not know", value={"made": made.case_hash, "scenario": made.scenario_hash},
    )  # fmt: skip


def inside(scores: tuple[Score, ...], key: str = "verdict_page.inside") -> Text:
    """How many numbers lay inside the 80 % interval, of those that had one."""
    asked = [one for one in scores if one.coverage is not None]
    held = sum(round((one.coverage or 0.0) * one.forecasts) for one in asked)
    return say(key, held=held, of=sum(one.forecasts for one in asked))


def made_with(made: Made | None) -> str:
    """The hindcast behind some scores: scenario, the hash of its numbers, seed, futures, case and program."""
    if made is None:
        return "hindcast"
    return (f"hindcast {made.scenario}@{made.scenario_hash[:12]} seed {made.seed} futures {made.draws} "
            f"case {made.case_hash[:12]} perpetuum {made.version}")  # fmt: skip
