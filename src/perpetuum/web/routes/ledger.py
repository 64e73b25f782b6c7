"""``/api/ledger``: what is known, in the pictures the page has; and a case that somebody brings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.core.errors import PerpetuumError
from perpetuum.ledger import Ledger, examine
from perpetuum.report import evidence_told, ledger_tables, verbs
from perpetuum.report.wire import answer
from perpetuum.report.words import say
from perpetuum.web.compute import QUICK, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import Dated, Id, Word, option
from perpetuum.web.uploads import name_of, unpacked
from perpetuum.web.wire import JSON, Refused, encoded

Show = Literal["summary", "case", "deals", "chain", "find", "entities", "claims", "sources", "series", "audit", "gaps",
               "findings", "changes", "evidence"]  # fmt: skip


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
            if not words.name:
                raise PerpetuumError(say("web.name"), say("web.name.how"))
            return verbs.chain(ledger, words.name, asked)
        case "find":
            return verbs.find(ledger, words.name or words.q, asked)
        case "evidence":
            return evidence_told.evidence(ledger, words.claim, asked)
    page = ledger_tables.Page(q=words.q, firm=words.firm, kind=words.kind, sort=words.sort, page=words.page,
                              rows=words.rows, since=words.since)  # fmt: skip
    return ledger_tables.table(ledger, words.show, asked, page)


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/ledger", summary=say("help.ledger").en)
    async def ledger(request: Request, words: Annotated[LedgerWords, Query()]) -> Response:
        return await desk.answer(request, plan(words))

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
