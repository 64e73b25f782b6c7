"""``/api/loops``: loops of money, and whose money a firm's revenue is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.ledger import Ledger
from perpetuum.report import verbs
from perpetuum.report.words import say
from perpetuum.web.compute import QUESTION, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import Dated, Id, Word, option
from perpetuum.web.wire import Refused

LONGEST = 6


class LoopsWords(Dated):
    """What is asked of the loops."""

    stage: Literal["announced", "signed", "paid", "all"] = option("stage", "all")
    firm: Id | None = option("firm")
    via: Word | None = option("via")
    show: Literal["inventory", "loop", "origin", "firm", "rings", "wheels"] | None = option("show")
    window: Id | None = option("window")
    step: Literal["quarter", "year", "window"] | None = option("step")
    view: Literal["last_financier", "ultimate"] = option("view", "last_financier")
    rule: Literal["burn", "pooled"] = option("rule", "burn")
    counts: Literal["cash", "economic"] = option("counts", "cash")
    broad: bool = option("broad", False)


def plan(words: LoopsWords) -> Plan:
    """The work behind one request."""
    if words.via is not None and words.via.count(",") + 2 > LONGEST:
        raise Refused(422, say("web.loop.long", most=LONGEST), say("web.loop.long.how"), where="via")

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        words.asked.check(ledger)
        question = verbs.about_loops(
            show=words.show, firm=words.firm, via=words.via, window=words.window, step=words.step, view=words.view,
            rule=words.rule, counts=words.counts, broad=words.broad,
        )  # fmt: skip
        return verbs.loops(ledger, words.asked, verbs.stages_of(words.stage), question, job.tell).answer()

    return Plan(verb="loops", case=words.case, words=words.key(), work=work, rank=QUESTION)


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/loops", summary=say("help.loops").en)
    async def loops(request: Request, words: Annotated[LoopsWords, Query()]) -> Response:
        return await desk.answer(request, plan(words))

    return routes
