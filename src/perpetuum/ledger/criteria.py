"""What the case asks of its own replay, from criteria.yaml: each line whole, each name known."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from perpetuum.core import nouns
from perpetuum.core.criterion import Criteria, Criterion, Judge, Start
from perpetuum.core.errors import Problem, not_a
from perpetuum.core.metrics import METRICS
from perpetuum.core.record import Record, Where
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.ledger.case import Case, Told
from perpetuum.ledger.scenarios import Written, merged
from perpetuum.ledger.schema import ACount, ADay, ARatio, AText, AWhole, Form, Id, ScenarioId
from perpetuum.ledger.yaml_text import Document

FILE = "criteria.yaml"
# What each judge must be told, beside what it may be.
_NEEDS: dict[Judge, tuple[str, ...]] = {
    "order_of_failures": ("least", "fewest"),
    "nobody_falls": ("group", "by"),
    "change": ("firm", "metric", "starts", "low", "high", "by"),
    "share_lost": ("group", "low", "high", "by"),
    "dials_alarm": ("least", "parts", "by"),
}
_ALWAYS = ("id", "judge", "name", "happened", "caveat", "settles")

_NO_FUTURES = both("no futures judge nothing.", "沒有路徑就無從評斷。"), both("Write 1 or more.", "請寫 1 以上。")


class StartForm(Form):
    """Where a change is counted from."""

    metric: Id
    period: str


class CriterionForm(Form):
    """One thing that must come out; which keys it has depends on its judge."""

    id: Id
    judge: Judge
    name: AText
    by: ADay | None = None
    group: Id | None = None
    firm: Id | None = None
    metric: Id | None = None
    starts: tuple[StartForm, ...] = ()
    low: ARatio | None = None
    high: ARatio | None = None
    least: ARatio | None = None
    fewest: AWhole | None = None
    parts: tuple[str, ...] = ()
    happened: tuple[Id, ...] = ()
    caveat: AText | None = None
    settles: AText | None = None


class CriteriaForm(Form):
    """Which scenario is judged, and by what."""

    scenario: ScenarioId
    quarters: ACount
    draws: AWhole
    seed: AWhole = 0
    criteria: Annotated[tuple[CriterionForm, ...], Field(min_length=1)]


def build_criteria(document: Document, form: CriteriaForm) -> Criteria:
    """What a replay must give; lines that lack something, or have too much, become problems."""
    if form.draws < 1:
        document.problem(("draws",), *_NO_FUTURES)
    for i, one in enumerate(form.criteria):
        for what, repair, key in _misfits(one):
            document.problem(("criteria", i, *key), what, repair)
        if one.id in {earlier.id for earlier in form.criteria[:i]}:
            document.problem(
                ("criteria", i, "id"),
                both(f"`{one.id}` stands here twice.", f"`{one.id}` 在這裡出現了兩次。"),
                both("Give one of the two another id.", "請為其中之一改用別的 id。"),
            )
    return Criteria(
        scenario=form.scenario, quarters=form.quarters, draws=form.draws, seed=form.seed,
        each=tuple(_criterion(document, i, one) for i, one in enumerate(form.criteria)),
        where=document.where(),
    )  # fmt: skip


def _criterion(document: Document, i: int, form: CriterionForm) -> Criterion:
    given = {name: getattr(form, name) for name in type(form).model_fields if name != "starts"}
    starts = tuple(Start(metric=start.metric, period=start.period) for start in form.starts)
    return Criterion(**given, starts=starts, where=document.where(("criteria", i)))


def _misfits(form: CriterionForm) -> Iterator[tuple[Text, Text, tuple[str, ...]]]:
    needs = _NEEDS[form.judge]
    given = [name for name in type(form).model_fields if getattr(form, name) not in (None, ())]
    for name in needs:
        if name not in given:
            yield (
                both(f"`{form.judge}` needs `{name}`.", f"`{form.judge}` 需要 `{name}`。"),
                both(f"Add `{name}:`.", f"請加上 `{name}:`。"),
                (),
            )
    for name in given:
        if name not in needs and name not in _ALWAYS:
            yield (
                both(f"`{form.judge}` does not ask for `{name}`.", f"`{form.judge}` 用不到 `{name}`。"),
                both("Remove the line.", "請移除這一行。"),
                (name,),
            )
    if form.low is not None and form.high is not None and form.low > form.high:
        yield (
            both("low is above high.", "low 大於 high。"),
            both("Exchange the two.", "請將兩者對調。"),
            ("low",),
        )


def check_criteria(
    criteria: Criteria | None, case: Case, told: Sequence[Told], subjects: set[str], written: Mapping[str, Written]
) -> Iterator[Problem]:
    """Names that stand for nothing, and a scenario that may not be judged."""
    if criteria is None:
        return
    yield from _scenario(criteria, written)
    findings = {each.id for each in told}
    for i, one in enumerate(criteria.each):
        path = f"criteria.{i}"
        if one.group is not None:
            yield from _known(one, f"{path}.group", one.group, set(case.groups), nouns.GROUP)
        if one.firm is not None:
            yield from _known(one, f"{path}.firm", one.firm, subjects, nouns.ENTITY)
        if one.metric is not None:
            yield from _known(one, f"{path}.metric", one.metric, set(METRICS), nouns.METRIC)
        for n, start in enumerate(one.starts):
            yield from _known(one, f"{path}.starts.{n}.metric", start.metric, set(METRICS), nouns.METRIC)
        for n, finding in enumerate(one.happened):
            yield from _known(one, f"{path}.happened.{n}", finding, findings, nouns.FINDING)


def _scenario(criteria: Criteria, written: Mapping[str, Written]) -> Iterator[Problem]:
    yield from _known(criteria, "scenario", criteria.scenario, set(written), nouns.SCENARIO_OF_CASE)
    if criteria.scenario not in written:
        return
    judged = merged(criteria.scenario, written)
    if judged.opens is None:
        yield _wrong(
            criteria,
            both(f"`{judged.id}` does not say on which day it opens.", f"`{judged.id}` 沒有說明以哪一天開帳。"),
            both(
                "Add `opens:` to the scenario, the last day of a quarter.",
                "請在情境加上 `opens:`，寫某一季的最後一天。",
            ),
        )
    else:
        yield from _days(criteria, judged.opens)
    if judged.included:
        yield _wrong(
            criteria,
            both(f"`{judged.id}` takes in legs that the ledger leaves out.", f"`{judged.id}` 納入了帳本未計入的分項。"),
            both("Judge a scenario that includes none by hand.", "請改以沒有手動納入分項的情境受評。"),
        )
    if judged.shocks:
        yield _wrong(
            criteria,
            both(
                f"`{judged.id}` has shocks: what happened later is put in by hand.",
                f"`{judged.id}` 帶有衝擊：等於把後來發生的事先寫進去。",
            ),
            both("Judge a scenario without shocks.", "請改以沒有衝擊的情境受評。"),
        )


def _days(criteria: Criteria, opens: datetime.date) -> Iterator[Problem]:
    """A day up to which futures are judged must lie inside them."""
    last = (Quarter.of(opens) + criteria.quarters).last
    for i, one in enumerate(criteria.each):
        if one.by is not None and one.judge != "dials_alarm" and not opens < one.by <= last:
            yield Problem(
                where=one.where or Where(FILE), path=f"criteria.{i}.by",
                what=both(
                    f"{one.by} is not among the {criteria.quarters} quarters after {opens}.",
                    f"{one.by} 不在 {opens} 之後的 {criteria.quarters} 季之內。",
                ),
                repair=both(
                    f"Write a day up to {last}, or more `quarters:`.", f"請寫 {last} 以前的日期，或增加 `quarters:`。"
                ),
            )  # fmt: skip


def _wrong(criteria: Criteria, what: Text, repair: Text) -> Problem:
    return Problem(where=criteria.where or Where(FILE), path="scenario", what=what, repair=repair)


def _known(record: Record, path: str, name: str, known: set[str], what: Text) -> Iterator[Problem]:
    if name not in known:
        yield Problem(
            where=record.where or Where(FILE), path=path, what=not_a(what, name, known),
            repair=both("Correct the name, or add what it stands for.", "請更正名稱，或補上它所指的內容。"),
        )  # fmt: skip
