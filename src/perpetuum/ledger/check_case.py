"""What a case says about itself: every firm, series, policy and query it names must exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from perpetuum.core import nouns
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
    for i, finding in enumerate(told):
        yield from _finding(finding, f"findings.{i}", entities, legs)


def _finding(finding: Told, path: str, entities: Names, legs: Names) -> Iterator[Problem]:
    yield from _known(finding, f"{path}.query", finding.query, set(QUERIES), nouns.QUERY)
    kinds = {*KINDS, "guarantees"}
    firms = dict.fromkeys(("payer", "payers", "payee", "guarantor"), (entities, nouns.ENTITY))
    asked: dict[str, tuple[Names, Text]] = firms | {
        "leg": (legs, nouns.LEG),
        "kind": (kinds, nouns.KIND),
        "kinds": (kinds, nouns.KIND),
    }
    for key, value in finding.ask.items():
        if key in asked:
            for name in _each(value):
                yield from _known(finding, f"{path}.ask.{key}", name, *asked[key])


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
