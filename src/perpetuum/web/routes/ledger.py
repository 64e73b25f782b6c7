"""``/api/ledger``: what is known, in the pictures the page has; and a case that somebody brings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.core.errors import PerpetuumError
from perpetuum.ledger import Ledger, examine
from perpetuum.report import (
    evidence_told,
    ledger_audit,
    ledger_deal,
    ledger_gaps,
    ledger_search,
    ledger_sides,
    ledger_tables,
    verbs,
)
from perpetuum.report.wire import answer
from perpetuum.report.words import say
from perpetuum.web import template
from perpetuum.web.compute import QUICK, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import Dated, Id, Word, option
from perpetuum.web.uploads import name_of, unpacked
from perpetuum.web.wire import JSON, Refused, encoded

Show = Literal["summary", "case", "deals", "chain", "find", "entities", "claims", "sources", "series", "audit", "gaps",
               "findings", "changes", "evidence", "deal", "disagreements", "moves", "without", "statements", "missing",
               "search"]  # fmt: skip
Status = Literal["current", "over", "disputed", "rumoured", "not_binding", "unpaid"]
Family = Literal["funding", "trade", "return", "own", "holding"]


class LedgerWords(Dated):
    """What is asked of the ledger."""

    show: Show = option("ledger_show", "summary")
    stage: Literal["announced", "signed", "paid", "all"] = option("stage", "all")
    name: Word | None = option("name")
    q: Word = option("q", "")
    firm: Id | None = option("table_firm")
    kind: Id | None = option("table_kind")
    sort: Id | None = option("sort")
    page: int = option("page_number", 1, ge=1, le=100_000)
    rows: int = option("rows", 100, ge=1, le=ledger_tables.MOST_ROWS)
    since: Id | None = option("changes_since")
    claim: list[Id] = option("claim", default_factory=list, max_length=evidence_told.MOST_CLAIMS)
    family: Family | None = option("table_family")
    status: Status | None = option("table_status")
    least: float | None = option("table_least", ge=0, le=1e15)
    against: Id | None = option("ledger_against")


def plan(words: LedgerWords) -> Plan:
    """The work behind one request."""

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        asked = words.asked
        asked.check(ledger)
        return _told(ledger, asked, words).answer()

    return Plan(verb="ledger", case=words.case, words=words.key(), work=work, rank=QUICK)


def _told(ledger: Ledger, asked: verbs.Asked, words: LedgerWords) -> verbs.Told:
    match words.show:
        case "summary":
            return verbs.summary(ledger, asked, verbs.stages_of(words.stage))
        case "case":
            return ledger_tables.about(ledger, asked)
        case "gaps":
            return verbs.gaps(ledger, asked)
        case "audit":
            return verbs.audit(ledger, asked)
        case "chain":
            return verbs.chain(ledger, _named(words), asked)
        case "find":
            return verbs.find(ledger, words.name or words.q, asked)
        case "evidence":
            return evidence_told.evidence(ledger, words.claim, asked)
        case "deal":
            return ledger_deal.opened(ledger, _named(words), asked)
        case "moves":
            return ledger_sides.moves(ledger, asked, words.against or "article")
        case "without":
            return ledger_sides.without(ledger, asked, _named(words))
        case "statements":
            return ledger_audit.statements(ledger, asked)
        case "missing":
            return ledger_gaps.listed(ledger, asked, words.name or "unpaid", words.kind)
        case "search":
            return ledger_search.search(ledger, words.q, asked)
    page = ledger_tables.Page(q=words.q, firm=words.firm, kind=words.kind, sort=words.sort, page=words.page,
                              rows=words.rows, since=words.since, family=words.family, status=words.status,
                              least=words.least,
                              stage=None if words.stage == "all" else words.stage)  # fmt: skip
    if words.show == "disagreements":
        return ledger_sides.disagreements(ledger, asked, page)
    return ledger_tables.table(ledger, words.show, asked, page)


def _named(words: LedgerWords) -> str:
    if not words.name:
        raise PerpetuumError(say("web.name"), say("web.name.how"))
    return words.name


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/ledger", summary=say("help.ledger").en)
    async def ledger(request: Request, words: Annotated[LedgerWords, Query()]) -> Response:
        return await desk.answer(request, plan(words))

    @routes.get(
        "/ledger/template",
        summary=say("web.template").en,
        responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
    )
    async def template_of_a_case() -> Response:
        named = {"Content-Disposition": f'attachment; filename="{template.FOLDER}.zip"'}
        return Response(template.zipped(), media_type="application/zip", headers=named)

    @routes.post(
        "/ledger/case",
        summary=say("web.upload").en,
        openapi_extra={"requestBody": {"required": True, "content": {
            "application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
    )  # fmt: skip
    async def case(request: Request) -> Response:
        if not desk.takes_cases:
            raise Refused(403, say("web.upload.off"), say("web.upload.off.how"))
        files = unpacked(await request.body())
        name = name_of(files)
        if name not in desk.shelf.kept:
            job = Job(work=lambda _: examine(files), rank=QUICK)
            found, problems = await desk.wait(desk.submit(job), request)
            if found is None or any(problem.severity == "error" for problem in problems):
                raise Refused(422, say("web.problems"), say("web.problems.how"), where="body", problems=problems)
            desk.shelf.put(name, found)
        kept = desk.shelf.kept[name]
        told = answer("ledger", None, {"case": name, "name": kept.case.name, "case_hash": kept.hash}, kept.warnings)
        return Response(encoded(told), media_type=JSON, status_code=201)

    return routes
