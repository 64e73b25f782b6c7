"""Read a case, check it, and give the ledger, or every problem at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from perpetuum.core.adoption import Adoption
from perpetuum.core.claim import Claim
from perpetuum.core.collapse import Collapse
from perpetuum.core.criterion import Criteria
from perpetuum.core.deal import Deal
from perpetuum.core.entity import Entity
from perpetuum.core.errors import LedgerError, Problem
from perpetuum.core.record import Where
from perpetuum.core.rows import Rows, no_collection
from perpetuum.core.text import Text, both
from perpetuum.ledger import schema
from perpetuum.ledger.adoption import build_adoption
from perpetuum.ledger.announced import announced_claims, check_announced
from perpetuum.ledger.audit import check_statements
from perpetuum.ledger.build import (
    DealBuilder,
    build_case,
    build_entity,
    build_findings,
    build_statements,
    fill,
    sound_parts,
)
from perpetuum.ledger.case import Case, Statement, Told
from perpetuum.ledger.check import check
from perpetuum.ledger.check_case import check_case
from perpetuum.ledger.collapses import FILE as COLLAPSES
from perpetuum.ledger.collapses import Fallen
from perpetuum.ledger.criteria import FILE as CRITERIA
from perpetuum.ledger.criteria import CriteriaForm, build_criteria, check_criteria
from perpetuum.ledger.files import read_files, shown_folder
from perpetuum.ledger.ledger import Ledger
from perpetuum.ledger.past_scores import FILE as SCORES
from perpetuum.ledger.past_scores import PastScore, Scored
from perpetuum.ledger.scenarios import Folder, Written, read_alone
from perpetuum.ledger.yaml_text import Document, read_document

_PAGES = (".yaml", ".yml")


@dataclass(slots=True)
class Reading:
    """What has been read so far, and everything wrong with it."""

    problems: list[Problem] = field(default_factory=list)
    contents: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    entities: list[Entity] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    unread_legs: set[str] = field(default_factory=set)
    deals: list[Deal] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    statements: tuple[Statement, ...] = ()
    findings: tuple[Told, ...] = ()
    adoption: Adoption | None = None
    collapses: list[Collapse] = field(default_factory=list)
    scores: list[PastScore] = field(default_factory=list)
    scenarios: dict[str, Written] = field(default_factory=dict)
    criteria: Criteria | None = None


def load(case: str | Path | Mapping[str, bytes]) -> Ledger:
    """Read a case from its files and check all of it.

    Parameters
    ----------
    case
        The name of a shipped case (``"ai"``), a folder, or a mapping from path inside the case
        to bytes (as for an upload).

    Returns
    -------
    Ledger
        Warnings are in ``ledger.warnings``.

    Raises
    ------
    LedgerError
        With every problem: file, line, what, repair. Nothing is returned half-read.
    UnknownName
        If there is no such case.

    Examples
    --------
    >>> ledger = load("ai")
    >>> ledger.case.name.zh
    'AI 永動機'
    """
    with no_collection():
        ledger, problems = examine(case)
    errors = [problem for problem in problems if problem.severity == "error"]
    if ledger is None or errors:
        raise LedgerError(errors)
    return ledger


def with_scenario(ledger: Ledger, file: str, raw: bytes) -> Ledger:
    """The same case with one more scenario, read from a file of its own.

    Raises
    ------
    LedgerError
        With every problem of the file.

    Examples
    --------
    >>> more = "id: mine\\nname: {en: Mine, zh: 我的}\\nabout: {en: A try., zh: 試算。}\\nbase: neutral"
    >>> with_scenario(load("ai"), "mine.yaml", more.encode()).scenario("mine").base
    'neutral'
    """
    document = read_document(file, raw)
    form = fill(document, schema.ScenarioForm)
    written: dict[str, Written] = {}
    if form is not None:
        legs = {leg.id for deal in ledger.deals for leg in deal.legs}
        written = {form.id: read_alone(document, form, ledger.case.sources, {*ledger.entities}, legs, ledger.written)}
    if document.problems:
        raise LedgerError(document.problems)
    return replace(ledger, written={**ledger.written, **written})


def examine(case: str | Path | Mapping[str, bytes]) -> tuple[Ledger | None, tuple[Problem, ...]]:
    """Read and check a case; gives the ledger (if there is one) and all problems, warnings too."""
    name, files = read_files(case)
    shown = shown_folder(case)
    reading = Reading()
    if "case.yaml" not in files:
        return None, (_no_case(shown),)
    described, is_sound = _case(reading, shown, files["case.yaml"])
    for path, raw in files.items():
        _read_one(reading, described, shown, path, raw)
    _read_tables(reading, described, shown, files)
    reading.claims += announced_claims(reading.adoption)
    _read_scenarios(reading, described, shown, files)
    _read_criteria(reading, shown, files)
    _check(reading, described)
    warnings = tuple(problem for problem in reading.problems if problem.severity == "warning")
    ledger = Ledger(
        name=name,
        case=described,
        entities={entity.id: entity for entity in sorted(reading.entities, key=lambda e: e.id)},
        deals=tuple(sorted(reading.deals, key=lambda deal: deal.id)),
        metrics=tuple(reading.claims),
        statements=reading.statements,
        told=reading.findings,
        adoption=reading.adoption,
        collapses=tuple(reading.collapses),
        scores=tuple(reading.scores),
        written=reading.scenarios,
        criteria=reading.criteria,
        hash=_hash(reading.contents),
        warnings=warnings,
    )
    problems = tuple(sorted(reading.problems, key=lambda p: (p.where.file, p.where.line)))
    return ledger if is_sound else None, problems


def _document(reading: Reading, shown: str, path: str, raw: bytes) -> Document:
    document = read_document(f"{shown}/{path}", raw)
    reading.contents[path] = document.content
    reading.documents[document.file] = document
    return document


def _check(reading: Reading, case: Case) -> None:
    entities = {*(entity.id for entity in reading.entities), *reading.unread}
    legs = {*(leg.id for deal in reading.deals for leg in deal.legs), *reading.unread_legs}
    # A firm whose own file is at fault is there all the same: one fault, one problem.
    there = [Entity(id=id, name=Text(en=id, zh=id), roles=("outside",)) for id in reading.unread]
    problems = [
        *check([*reading.entities, *there], reading.deals, reading.unread_legs),
        *check_statements(reading.statements, legs),
        *check_case(case, reading.findings, entities, legs),
        *check_criteria(reading.criteria, case, reading.findings, entities | set(case.topics), reading.scenarios),
        *check_announced(reading.adoption, entities | set(case.topics)),
    ]
    reading.problems += [_at_its_line(problem, reading.documents) for problem in problems]


def _leg_ids(content: Any) -> set[str]:
    """The ids of legs in a deal that could not be read as one."""
    legs = content.get("legs") if isinstance(content, dict) else None
    return {str(leg.get("id")) for leg in legs if isinstance(leg, dict)} if isinstance(legs, list) else set()


def _at_its_line(problem: Problem, documents: Mapping[str, Document]) -> Problem:
    """The same problem at the very line of its path, where that path is one of its file."""
    document = documents.get(problem.where.file)
    path = tuple(int(part) if part.isdigit() else part for part in problem.path.split("."))
    if document is None or path[:1] not in document.lines:
        return problem
    return replace(problem, where=document.where(path))


def _no_case(shown: str) -> Problem:
    return Problem(
        where=Where(shown),
        path="",
        what=both("the case has no case.yaml.", "這個案例沒有 case.yaml。"),
        repair=both("Add it; see docs/adding.md.", "請加上；見 docs/zh-Hant/adding.md。"),
    )


def _case(reading: Reading, shown: str, raw: bytes) -> tuple[Case, bool]:
    """What the case says about itself, and whether all of it is sound.

    A fault in case.yaml must not hide the faults of other files, so these are read with its sound parts.
    """
    document = _document(reading, shown, "case.yaml", raw)
    form = fill(document, schema.CaseForm)
    case = build_case(document, form or sound_parts(document.content))
    reading.problems += document.problems
    return case, form is not None


def _read_one(reading: Reading, case: Case, shown: str, path: str, raw: bytes) -> None:
    folder, _, _ = path.rpartition("/")
    if path in ("case.yaml", CRITERIA) or not path.endswith(_PAGES) or folder == "scenarios":
        return
    document = _document(reading, shown, path, raw)
    if folder == "entities":
        entity_form = fill(document, schema.EntityForm)
        reading.entities += [build_entity(document, entity_form)] if entity_form else []
        reading.unread += [] if entity_form else [path.removeprefix("entities/").rpartition(".")[0]]
    elif folder == "deals":
        deal_form = fill(document, schema.DealForm)
        shared = {source.id: source for source in case.sources}
        reading.deals += [DealBuilder(document, deal_form, shared).build()] if deal_form else []
        reading.unread_legs |= set() if deal_form else _leg_ids(document.content)
    elif path == "article.yaml":
        article_form = fill(document, schema.ArticleForm)
        reading.statements = build_statements(document, article_form) if article_form else ()
    elif path == "adoption.yaml":
        adoption_form = fill(document, schema.AdoptionForm)
        reading.adoption = build_adoption(document, adoption_form, case.sources) if adoption_form else None
    elif path == "findings.yaml":
        findings_form = fill(document, schema.FindingsForm)
        reading.findings = build_findings(document, findings_form) if findings_form else ()
    else:
        document.problem(
            (),
            both("this file has no place in a case.", "案例裡沒有放這個檔案的地方。"),
            both(
                "Put it under deals/, entities/ or scenarios/, or name it case, article, adoption or findings.yaml.",
                "請放到 deals/、entities/ 或 scenarios/ 底下，或命名為 case、article、adoption 或 findings.yaml。",
            ),
        )
    reading.problems += document.problems


def _read_tables(reading: Reading, case: Case, shown: str, files: Mapping[str, bytes]) -> None:
    entities = sorted({*(entity.id for entity in reading.entities), *reading.unread})
    subjects = {*entities, *case.topics}
    for path, raw in files.items():
        if path == COLLAPSES:
            fallen = Fallen(f"{shown}/{path}", entities, sorted(case.sectors))
            fallen.read(raw)
            reading.problems += fallen.problems
            reading.collapses += fallen.found
            reading.contents[path] = fallen.written
        if path == SCORES:
            # They name the hash of the case they were made with, so they are no part of it.
            scored = Scored(f"{shown}/{path}", entities)
            scored.read(raw)
            reading.problems += scored.problems
            reading.scores += scored.found
        if not path.endswith(".csv") or path in (COLLAPSES, SCORES):
            continue
        rows = Rows(f"{shown}/{path}", subjects, sorted(subjects))
        rows.read(raw)
        reading.problems += rows.problems
        reading.claims += rows.claims
        reading.contents[path] = rows.written


def _read_scenarios(reading: Reading, case: Case, shown: str, files: Mapping[str, bytes]) -> None:
    """The possible worlds. They are no facts: the hash of the ledger leaves them out, each has its own."""
    folder, documents = Folder(), []
    for path, raw in files.items():
        if path.startswith("scenarios/") and path.endswith(_PAGES) and path.count("/") == 1:
            document = read_document(f"{shown}/{path}", raw)
            documents.append(document)
            stem = path.removeprefix("scenarios/").rpartition(".")[0]
            folder.add(document, fill(document, schema.ScenarioForm), stem)
    entities = {*(entity.id for entity in reading.entities), *reading.unread}
    legs = {*(leg.id for deal in reading.deals for leg in deal.legs), *reading.unread_legs}
    reading.scenarios = folder.build(case.sources, entities, legs)
    reading.problems += [problem for document in documents for problem in document.problems]


def _read_criteria(reading: Reading, shown: str, files: Mapping[str, bytes]) -> None:
    """What a replay is judged by: no facts either, so the hash of the ledger leaves it out."""
    if CRITERIA in files:
        document = read_document(f"{shown}/{CRITERIA}", files[CRITERIA])
        form = fill(document, CriteriaForm)
        reading.criteria = build_criteria(document, form) if form else None
        reading.problems += document.problems
        reading.documents[document.file] = document


def _hash(contents: Mapping[str, Any]) -> str:
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
