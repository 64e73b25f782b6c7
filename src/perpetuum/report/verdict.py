"""The verdict: whose money turns the machine, whether it will pay its own way, what stops it, and what we do not know.

Every sentence has one kind and names what it rests on; what cannot be asked on a date is said, never guessed.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import (
    numbers,
    then_and_now,
    track_record,
    verdict_machine,
    verdict_money,
    verdict_shock,
    verdict_vote,
    verdict_watch,
)
from perpetuum.report.evidence import claims_of
from perpetuum.report.kept import Kept
from perpetuum.report.sentence import Scores, Sentence
from perpetuum.report.simulated import Simulated
from perpetuum.report.snapshots import Study
from perpetuum.report.then_and_now import ThenAndNow
from perpetuum.report.track_record import Record
from perpetuum.report.verdict_money import Ranges
from perpetuum.report.words import say

PartId = Literal["money", "future", "record", "shock", "dials", "then", "watch"]
PARTS: tuple[PartId, ...] = get_args(PartId)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What we can say of a machine of money on one date, part by part, and the tables behind it.

    ``ranges`` are receipts by kind of money, now and at earlier dates; ``defaults`` the share of futures in which a
    gear or an engine has stopped paying by the end of each year, with its error, over so many ``futures`` of a
    ``scenario``; none where nobody was simulated. ``record`` is how forecasts did, as far as that could be known on
    the date.
    """

    case: str
    name: Text
    case_hash: str
    at: datetime.date
    asof: datetime.date
    policy: str
    parts: Mapping[PartId, tuple[Sentence, ...]]
    ranges: tuple[Ranges, ...]
    earlier: tuple[Ranges, ...]
    defaults: Mapping[int, tuple[float, float]]
    futures: int
    scenario: str | None
    then: ThenAndNow
    record: Record

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence, in the order of the page."""
        return tuple(sentence for part in PARTS for sentence in self.parts.get(part, ()))

    @property
    def in_short(self) -> tuple[Sentence, ...]:
        """The first sentence of every part."""
        return tuple(told[0] for part in PARTS if (told := self.parts.get(part, ())))


def verdict(
    study: Study, *, beside: Ledger | str | None = None, scores: Scores | None = None, kept: Kept | None = None
) -> Verdict:
    """The verdict on the newest date of a study.

    Parameters
    ----------
    study
        What was measured, and simulated if that was asked for.
    beside
        The case that is set beside this one, or its name.
    scores
        How forecasts of single series did so far, by name of the series; those kept with the case, as far as they
        could be known on the date, if left out. What is absent is "not yet scored".
    kept
        The parts of earlier verdicts, which are not measured again.

    Examples
    --------
    >>> import perpetuum
    >>> from perpetuum.report import study
    >>> told = verdict(study(perpetuum.load("ai"), asof="2025-10-24"))
    >>> all(sentence.is_grounded for sentence in told.sentences)
    True
    """
    ledger, now, policy = study.ledger, study.now, study.policy
    kept, present = Kept() if kept is None else kept, (ledger.case.id, ledger.hash, policy, now.at, now.asof)
    stages = tuple(now.measured)
    found = kept.of(("ranges", *present, stages), lambda: verdict_money.by_stage(now, ledger.case))
    before = kept.of(("earlier", *present), lambda: verdict_money.earlier(ledger, now.at, now.asof, policy))
    sim = study.simulated
    # First what is left once the reported numbers have been counted, then what was believed before.
    every = [one for one in (study.learned, sim.futures) if one is not None] if isinstance(sim, Simulated) else []
    why_not = sim if isinstance(sim, Text) else _why_not(study)
    table = then_and_now.then_and_now(ledger, now, policy, beside)
    past = _record(study) if scores is None else Record(asof=now.asof, scores=scores)
    parts: dict[PartId, tuple[Sentence, ...]] = {
        "money": verdict_money.sentences(found, before),
        "future": verdict_machine.sentences(ledger, every, why_not, past.scores),
        "record": track_record.sentences(past),
        "shock": kept.of(("shock", *present), lambda: verdict_shock.sentences(ledger, now.binding)),
        "dials": verdict_vote.sentences(ledger, now, policy),
        "then": then_and_now.sentences(table),
        "watch": verdict_watch.sentences(ledger, now.at, now.asof, policy, sim, past.scores),
    }
    return Verdict(
        case=ledger.case.id, name=ledger.case.name, case_hash=ledger.hash, at=now.at, asof=now.asof, policy=policy,
        parts=parts, ranges=found, earlier=before,
        defaults=verdict_machine.defaults(every[0]) if every else {},
        futures=every[0].run.done if every else 0, scenario=every[0].scenario.id if every else None,
        then=table, record=past,
    )  # fmt: skip


def _record(study: Study) -> Record:
    """The scores kept with the case, as far as they could be known on the date that is spoken of."""
    sim = study.simulated
    hashes = sim.run.origin.scenarios if isinstance(sim, Simulated) else {}
    return track_record.record(study.ledger, min(study.now.at, study.now.asof), hashes)


def _why_not(study: Study) -> Text:
    """Why nobody was simulated."""
    now, newest = study.now, study.ledger.case.newest
    if study.now.binding.cast is None:
        return say("verdict_page.machine.nobody")
    if min(now.at, now.asof) < newest:
        return say("verdict_page.machine.earlier", newest=numbers.day(newest))
    return say("verdict_page.machine.not_asked")


def as_data(told: Verdict) -> dict[str, Any]:
    """A verdict as data: claims are named in every sentence and stand once at the foot."""
    cells = [cell for row in told.then.rows for cell in (row.then, row.now) if cell is not None]
    claims = {claim.id: claim for sentence in told.sentences for claim in sentence.claims}
    claims |= {claim.id: claim for cell in cells for claim in claims_of(cell.evidence)}
    return {
        "case": told.case, "case_hash": told.case_hash, "at": told.at, "asof": told.asof, "policy": told.policy,
        "sentences": {part: [_sentence(each) for each in told.parts.get(part, ())] for part in PARTS},
        "ranges": [verdict_money.value(each) for each in (*told.earlier, *told.ranges)],
        "defaults": {year: list(each) for year, each in told.defaults.items()},
        "then_and_now": _table(told.then), "claims": claims,
    }  # fmt: skip


def _sentence(told: Sentence) -> dict[str, Any]:
    return {
        "id": told.id, "sentence": told.text, "knowledge": told.knowledge, "value": told.value, "model": told.model,
        "evidence": [claim.id for claim in told.claims], "series": told.series, "scores": told.scores,
    }  # fmt: skip


def _table(told: ThenAndNow) -> dict[str, Any]:
    return {
        "then": {"name": told.then_name, "at": told.then_at, "asof": told.then_asof, "missing": told.missing},
        "rows": [
            {"id": row.id, "then": _cell(row.then), "now": _cell(row.now), "comparable": row.comparable,
             "because": row.because}
            for row in told.rows
        ],
    }  # fmt: skip


def _cell(told: then_and_now.Told | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {"value": told.value, "text": told.text, "who": told.who, "period": told.period, "stage": told.stage,
            "known_since": told.known_since,
            "evidence": [claim.id for claim in claims_of(told.evidence)]}  # fmt: skip
