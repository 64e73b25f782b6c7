"""What a case says about itself: every firm, series, policy and query it names must exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from perpetuum.core.errors import Problem, suggest
from perpetuum.core.kinds import KINDS
from perpetuum.core.metrics import METRICS
from perpetuum.core.record import Record, Where
from perpetuum.ledger.case import Case, Told
from perpetuum.ledger.figures import POLICIES
from perpetuum.ledger.queries import QUERIES

Names = set[str]


def check_case(case: Case, told: Sequence[Told], entities: Names, legs: Names) -> Iterator[Problem]:
    """Names in case.yaml and findings.yaml that stand for nothing."""
    subjects = entities | set(case.topics)
    yield from _known(case, "policy", case.policy, set(POLICIES), "policy")
    if case.article is not None:
        yield from _known(case, "article", case.article, {source.id for source in case.sources}, "source of this file")
    for key, firms in {"loop": case.loop, "focus": case.focus}.items():
        for n, firm in enumerate(firms):
            yield from _known(case, f"{key}.{n}", firm, entities, "entity")
    for name, firms in case.groups.items():
        for n, firm in enumerate(firms):
            yield from _known(case, f"groups.{name}.{n}", firm, entities, "entity")
    for name, (subject, metric, _) in case.series.items():
        yield from _known(case, f"series.{name}.entity", subject, subjects, "entity or topic")
        yield from _known(case, f"series.{name}.metric", metric, set(METRICS), "metric")
    for i, finding in enumerate(told):
        yield from _finding(finding, f"findings.{i}", entities, legs)


def _finding(finding: Told, path: str, entities: Names, legs: Names) -> Iterator[Problem]:
    yield from _known(finding, f"{path}.query", finding.query, set(QUERIES), "query")
    kinds = {*KINDS, "guarantees"}
    firms = dict.fromkeys(("payer", "payers", "payee", "guarantor"), (entities, "entity"))
    asked: dict[str, tuple[Names, str]] = firms | {
        "leg": (legs, "leg"),
        "kind": (kinds, "kind"),
        "kinds": (kinds, "kind"),
    }
    for key, value in finding.ask.items():
        if key in asked:
            for name in _each(value):
                yield from _known(finding, f"{path}.ask.{key}", name, *asked[key])


def _each(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list | tuple) else [str(value)]


def _known(record: Record, path: str, name: str, known: Names, what: str) -> Iterator[Problem]:
    if name not in known:
        yield Problem(
            where=record.where or Where("case.yaml"),
            path=path,
            what=f"`{name}` is not {'an' if what[0] in 'aeiou' else 'a'} {what}; {suggest(name, known)}",
            repair="Correct the name, or add what it stands for.",
        )
