"""``/api/stress``: who falls if one falls; today, or in many simulated futures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from perpetuum.ledger import Ledger
from perpetuum.report import verbs
from perpetuum.report.views.stressed import Question
from perpetuum.report.words import say
from perpetuum.web.compute import QUESTION, Job
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes.words import Dated, Id, Word, option

MOST = 2_000


class StressWords(Dated):
    """What is asked of the dominoes."""

    stage: Literal["announced", "signed", "paid"] = option("stress_stage", "signed")
    shock: list[Word] = option("shock", default_factory=list, max_length=16)
    size: Id = option("size", "100%")
    channel: list[Id] = option("channel", default_factory=list, max_length=8)
    model: Id | None = option("model")
    view: Literal["value", "cash"] = option("stress_view", "value")
    basis: Literal["book", "market"] = option("basis", "book")
    horizon: int = option("horizon", 4, ge=1, le=40)
    reverse: Word | None = option("reverse")
    scenario: Id | None = option("stress_scenario")
    set: list[Word] = option("set", default_factory=list, max_length=64)
    draws: int | None = option("stress_draws", ge=1, le=MOST)
    seed: int | None = option("seed", ge=0, le=2**53 - 1)
    at_quarter: Id | None = option("at_quarter", alias="at-quarter")

    @property
    def futures(self) -> dict[str, Any]:
        """What is said of simulated futures; nothing where today's network is meant."""
        said = {"scenario": self.scenario, "sets": tuple(self.set) or None, "draws": self.draws, "seed": self.seed,
                "at": self.at_quarter}  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}


class HeldWords(StressWords):
    """The same, with somebody's own holdings. They are asked in the body only: an address is kept and logged."""

    holding: list[Word] = option("holding", default_factory=list, max_length=50)


def plan(words: StressWords) -> Plan:
    """The work behind one request."""
    holdings = tuple(words.holding) if isinstance(words, HeldWords) else ()

    def work(ledger: Ledger, job: Job) -> dict[str, Any]:
        words.asked.check(ledger)
        question = Question(shocks=tuple(words.shock), size=words.size, channels=tuple(words.channel),
                            model=words.model, view=words.view, basis=words.basis, horizon=words.horizon,
                            reverse=words.reverse, holdings=holdings)  # fmt: skip
        if words.futures:
            told = verbs.stress_futures(ledger, words.asked, words.stage, question, words.futures, job.bar)
        else:
            told = verbs.stress(ledger, words.asked, words.stage, question, job.tell)
        return told.answer()

    said = words.model_dump(mode="json", by_alias=True, exclude={"case", "holding"})
    return Plan(verb="stress", case=words.case, words=said, work=work, rank=QUESTION,
                needs_machine=bool(words.futures))  # fmt: skip


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/stress", summary=say("help.stress").en)
    async def stress(request: Request, words: Annotated[StressWords, Query()]) -> Response:
        return await desk.answer(request, plan(words))

    @routes.post("/stress", summary=say("help.stress").en)
    async def stress_said(request: Request, words: HeldWords) -> Response:
        if words.holding:
            return await desk.forget(request, plan(words))
        return await desk.answer(request, plan(words))

    return routes
