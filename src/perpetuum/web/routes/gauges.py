"""``/api/gauges``: the dials, their count over time, and how far something new has spread."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.ledger import Ledger
from perpetuum.report import verbs
from perpetuum.report.words import say
from perpetuum.web.compute import QUICK, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import Dated, Id, option


class GaugesWords(Dated):
    """What is asked of the dials."""

    show: Literal["dials", "board", "votes", "adoption", "spread", "bubble"] = option("gauges_show", "dials")
    gauge: Id | None = option("gauge")
    firm: Id | None = option("gauge_firm")
    technology: Id | None = option("technology")
    population: Id | None = option("population")
    launch: Id | None = option("launch")
    curve: Id | None = option("curve")
    share: float = option("adoption_share", 0.1, gt=0, lt=1, allow_inf_nan=False)


def plan(words: GaugesWords) -> Plan:
    """The work behind one request."""

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        words.asked.check(ledger)
        match words.show:
            case "votes":
                return verbs.votes(ledger, words.asked).answer()
            case "board":
                return verbs.board(ledger, words.asked, words.gauge, words.firm).answer()
            case "bubble":
                return verbs.bubble(ledger, words.asked).answer()
            case "adoption" | "spread":
                tell = verbs.adoption if words.show == "adoption" else verbs.spread
                return tell(
                    ledger, words.asked, technology=words.technology, population=words.population,
                    launch=words.launch, curve=words.curve, share=words.share,
                ).answer()  # fmt: skip
        return verbs.gauges(ledger, words.asked, words.gauge, words.firm).answer()

    return Plan(verb="gauges", case=words.case, words=words.key(), work=work, rank=QUICK)


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/gauges", summary=say("help.gauges").en)
    async def gauges(request: Request, words: Annotated[GaugesWords, Query()]) -> Response:
        return await desk.answer(request, plan(words))

    return routes
