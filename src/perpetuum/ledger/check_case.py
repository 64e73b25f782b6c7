"""What a case says about itself: every firm, series, policy and query it names must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from perpetuum.core import nouns
from perpetuum.core.cast import Cast
from perpetuum.core.errors import Problem, not_a
from perpetuum.core.kinds import KINDS
from perpetuum.core.metrics import METRICS
from perpetuum.core.record import Record, Where
from perpetuum.core.text import Text, both
from perpetuum.ledger.case import Case, Told
from perpetuum.ledger.figures import POLICIES
from perpetuum.ledger.queries import QUERIES

Names = set[str]


def check_case(case: Case, told: Sequence[Told], entities: Names, legs: Names) -> Iterator[Problem]:
    """Names in case.yaml and findings.yaml that stand for nothing."""
    subjects = entities | set(case.topics)
    yield from _known(case, "policy", case.policy, set(POLICIES), nouns.POLICY)
    if case.article is not None:
        sources = {source.id for source in case.sources}
        yield from _known(case, "article", case.article, sources, nouns.SOURCE_OF_FILE)
    for key, firms in {"loop": case.loop, "focus": case.focus}.items():
        for n, firm in enumerate(firms):
            yield from _known(case, f"{key}.{n}", firm, entities, nouns.ENTITY)
    for name, firms in case.groups.items():
        for n, firm in enumerate(firms):
            yield from _known(case, f"groups.{name}.{n}", firm, entities, nouns.ENTITY)
    for name, (subject, metric, _) in case.series.items():
        yield from _known(case, f"series.{name}.entity", subject, subjects, nouns.ENTITY_OR_TOPIC)
        yield from _known(case, f"series.{name}.metric", metric, set(METRICS), nouns.METRIC)
    if case.machine is not None:
        yield from _cast(case.machine, entities)
    for i, finding in enumerate(told):
        yield from _finding(finding, f"findings.{i}", entities, subjects, legs)


def _cast(cast: Cast, entities: Names) -> Iterator[Problem]:
    for part in ("fuel", "gears", "engines"):
        for n, firm in enumerate(getattr(cast, part)):
            yield from _known(cast, f"machine.{part}.{n}", firm, entities, nouns.ENTITY)
            if firm in getattr(cast, part)[:n]:
                yield _wrong(cast, f"machine.{part}.{n}", *_twice(firm))
    sectors = ("users", "suppliers", "investors", "lenders")
    for n, sector in enumerate(sectors):
        yield from _known(cast, f"machine.{sector}", cast.sectors[n], entities, nouns.ENTITY)
        if cast.sectors[n] in (*cast.firms, *cast.sectors[:n]):
            yield _wrong(cast, f"machine.{sector}", *_twice(cast.sectors[n]))
    for firm, member in cast.stands_for.items():
        path = f"machine.stands_for.{firm}"
        yield from _known(cast, path, firm, entities, nouns.ENTITY)
        yield from _known(cast, path, member, set(cast.members), nouns.MEMBER_OF_CAST)
        if firm in cast.members:
            yield _wrong(cast, path, *_twice(firm))


def _twice(name: str) -> tuple[Text, Text]:
    return (
        both(f"`{name}` already plays a part of its own.", f"`{name}` 已另有角色。"),
        both("Name it once; a sector is none of the firms.", "請只寫一次；部門不能同時是公司。"),
    )


def _wrong(record: Record, path: str, what: Text, repair: Text) -> Problem:
    return Problem(where=record.where or Where("case.yaml"), path=path, what=what, repair=repair)


def _finding(finding: Told, path: str, entities: Names, subjects: Names, legs: Names) -> Iterator[Problem]:
    yield from _known(finding, f"{path}.query", finding.query, set(QUERIES), nouns.QUERY)
    yield from _asked(finding, f"{path}.ask", finding.ask, entities, subjects, legs)


def _asked(
    finding: Told, path: str, ask: Mapping[str, Any], entities: Names, subjects: Names, legs: Names
) -> Iterator[Problem]:
    """Names in a question, and in the questions inside it."""
    kinds = {*KINDS, "guarantees"}
    firms = dict.fromkeys(("payer", "payers", "payee", "guarantor"), (entities, nouns.ENTITY))
    asked: dict[str, tuple[Names, Text]] = firms | {
        "leg": (legs, nouns.LEG),
        "beside": (legs, nouns.LEG),
        "entity": (subjects, nouns.ENTITY_OR_TOPIC),
        "metric": (set(METRICS), nouns.METRIC),
        "query": (set(QUERIES), nouns.QUERY),
        "kind": (kinds, nouns.KIND),
        "kinds": (kinds, nouns.KIND),
    }
    for key, value in ask.items():
        inside = [value] if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else []
        for each in inside:
            if isinstance(each, Mapping):
                yield from _asked(finding, f"{path}.{key}", each, entities, subjects, legs)
        if key in asked:
            for name in _each(value):
                yield from _known(finding, f"{path}.{key}", name, *asked[key])


def _each(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list | tuple) else [str(value)]


def _known(record: Record, path: str, name: str, known: Names, what: Text) -> Iterator[Problem]:
    if name not in known:
        yield Problem(
            where=record.where or Where("case.yaml"),
            path=path,
            what=not_a(what, name, known),
            repair=both("Correct the name, or add what it stands for.", "請更正名稱，或補上它所指的內容。"),
        )
