"""``/api/report``: the findings as pages, and as files made in memory."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.ledger import Ledger
from perpetuum.report import verbs
from perpetuum.report.downloads import MEDIA, packed
from perpetuum.report.main_job import files_of, refuse_unwritable
from perpetuum.report.words import say
from perpetuum.web.compute import STUDY, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import Dated, Id, option
from perpetuum.web.wire import Body


class ReportWords(Dated):
    """What is asked of the report."""

    stage: Literal["announced", "signed", "paid", "all"] = option("stage", "all")
    page: Id | None = option("page")


class FileWords(ReportWords):
    """Which file of it."""

    format: Literal["html", "pdf", "csv", "json", "xlsx"] = option("format", "html")
    lang: Literal["en", "zh"] = option("lang", "en")


def plan(desk: Desk, words: ReportWords) -> Plan:
    """The work behind one request."""

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        return _reported(desk, ledger, words, job).told.answer()

    return Plan(verb="report", case=words.case, words=words.key(), work=work, rank=STUDY)


def file_plan(desk: Desk, words: FileWords) -> Plan:
    """The work behind a file."""

    def work(ledger: Ledger, job: Job) -> Body:
        from perpetuum.report.html import page

        # What cannot be written is refused before anything is measured.
        refuse_unwritable(words.format)
        made = _reported(desk, ledger, words, job)
        name = f"perpetuum-{ledger.case.id}"
        if words.format == "html":
            return _file(page(made.study, made.pages, words.lang).encode(), MEDIA["html"], f"{name}.html")
        files = files_of(made.study, words.lang, (words.format,))
        if words.format == "csv":
            return _file(packed(files), MEDIA["zip"], f"{name}-csv.zip")
        (content,) = files.values()
        return _file(content, MEDIA[words.format], f"{name}.{words.format}")

    return Plan(verb="report/file", case=words.case, words=words.key(), work=work, rank=STUDY)


def _reported(desk: Desk, ledger: Ledger, words: ReportWords, job: Job) -> verbs.Reported:
    words.asked.check(ledger)
    return verbs.report(ledger, words.asked, verbs.stages_of(words.stage), words.page, job.tell, desk.kept)


def _file(raw: bytes, media: str, name: str) -> Body:
    return Body(raw, media, {"Content-Disposition": f'attachment; filename="{name}"'})


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/report", summary=say("help.report").en)
    async def report(request: Request, words: Annotated[ReportWords, Query()]) -> Response:
        return await desk.answer(request, plan(desk, words))

    @routes.get(
        "/report/file",
        summary=say("web.report.file").en,
        response_class=Response,
        responses={200: {"content": {each: {"schema": {"type": "string", "format": "binary"}}
                                     for each in ("text/html", *map(MEDIA.get, ("pdf", "zip", "json", "xlsx")))}}},
    )  # fmt: skip
    async def file(request: Request, words: Annotated[FileWords, Query()]) -> Response:
        return await desk.answer(request, file_plan(desk, words))

    return routes
