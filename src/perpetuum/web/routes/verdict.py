"""``/api/verdict`` and ``/api/hindcast``: what can be said on a date, and how forecasts did so far."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from perpetuum.ledger import Ledger
from perpetuum.report import verbs
from perpetuum.report.words import say
from perpetuum.web.compute import STUDY, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import CASE, Dated, Id, option

MOST = 10_000


class VerdictWords(Dated):
    """What is asked of the verdict."""

    show: Literal["all", "then"] = option("verdict_show", "all")
    against: Id | None = option("verdict_against")
    beside: Annotated[str, Field(pattern=CASE)] | None = option("beside")
    draws: int = option("verdict_draws", 2_000, ge=0, le=MOST)


def plan(desk: Desk, words: VerdictWords, beside: Ledger | None = None) -> Plan:
    """The work behind one request; the case to set beside was read before."""

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        words.asked.check(ledger)
        if words.show == "then":
            return verbs.history(ledger, words.asked, beside).answer()
        told = verbs.verdict(ledger, words.asked, against=words.against, beside=beside, draws=words.draws,
                             progress=job.tell, kept=desk.kept)  # fmt: skip
        return told.answer()

    return Plan(verb="verdict", case=words.case, words=words.key(), work=work, rank=STUDY,
                needs_machine=words.draws > 0 and words.show == "all")  # fmt: skip


def kept_scores(words: Dated) -> Plan:
    """How the forecasts kept with a case did; nothing is forecast anew."""

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        words.asked.check(ledger)
        return verbs.past_scores(ledger, words.asked).answer()

    return Plan(verb="hindcast", case=words.case, words=words.key(), work=work, rank=STUDY)


def router(desk: Desk) -> APIRouter:
    """The routes of these verbs."""
    routes = APIRouter()

    @routes.get("/verdict", summary=say("help.verdict").en)
    async def verdict(request: Request, words: Annotated[VerdictWords, Query()]) -> Response:
        beside = None if words.beside is None else await desk.ledger(words.beside, request)
        return await desk.answer(request, plan(desk, words, beside))

    @routes.get("/hindcast", summary=say("web.hindcast").en)
    async def hindcast(request: Request, words: Annotated[Dated, Query()]) -> Response:
        return await desk.answer(request, kept_scores(words))

    return routes
