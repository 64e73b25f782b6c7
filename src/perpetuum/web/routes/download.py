"""``/api/ledger/file``: a table of the ledger, or all of it, to take along."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.ledger import Ledger
from perpetuum.report.downloads import MEDIA, WHOLE, download
from perpetuum.report.ledger_tables import Page
from perpetuum.report.words import say
from perpetuum.web.compute import REFINEMENT, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.ledger import Family, Status
from perpetuum.web.routes.words import Dated, Id, Word, option
from perpetuum.web.wire import Body


class LedgerFileWords(Dated):
    """Which table, which of its rows, and as what."""

    show: Literal["whole", "deals", "chain", "exposures", "entities", "claims", "sources", "series", "findings",
                  "changes", "gaps", "audit"] = option("file_show", WHOLE)  # fmt: skip
    format: Literal["csv", "json", "xlsx"] = option("file_format", "csv")
    name: Word | None = option("name")
    q: Word = option("q", "")
    firm: Id | None = option("table_firm")
    kind: Id | None = option("table_kind")
    sort: Id | None = option("sort")
    since: Id | None = option("changes_since")
    stage: Literal["announced", "signed", "paid"] | None = option("stage")
    family: Family | None = option("table_family")
    status: Status | None = option("table_status")
    least: float | None = option("table_least", ge=0, le=1e15)


def plan(words: LedgerFileWords) -> Plan:
    """The work behind a file."""

    def work(ledger: Ledger, job: Job) -> Body:
        words.asked.check(ledger)
        wanted = Page(q=words.q, firm=words.firm, kind=words.kind, sort=words.sort, since=words.since,
                      stage=words.stage, family=words.family, status=words.status, least=words.least)  # fmt: skip
        made = download(ledger, words.show, words.format, words.asked, wanted, words.name)
        return Body(made.content, made.media, {"Content-Disposition": f'attachment; filename="{made.name}"'})

    return Plan(verb="ledger/file", case=words.case, words=words.key(), work=work, rank=REFINEMENT)


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get(
        "/ledger/file",
        summary=say("web.ledger.file").en,
        response_class=Response,
        responses={200: {"content": {MEDIA[each]: {"schema": {"type": "string", "format": "binary"}}
                                     for each in ("csv", "json", "xlsx", "zip")}}},
    )  # fmt: skip
    async def file(request: Request, words: Annotated[LedgerFileWords, Query()]) -> Response:
        return await desk.answer(request, plan(words))

    return routes
