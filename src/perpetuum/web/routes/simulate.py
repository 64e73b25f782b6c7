"""``/api/simulate``: many possible futures, at once or, if they are very many, for fetching later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator, Field

from perpetuum.core.errors import PerpetuumError
from perpetuum.ledger import Ledger
from perpetuum.report import wire
from perpetuum.report.machine_question import Question
from perpetuum.report.words import say
from perpetuum.web.compute import QUESTION, QUICK, REFINEMENT, Job, Stopped
from perpetuum.web.desk import Desk, LongRun, Plan, reply
from perpetuum.web.routes.words import Id, Word, Words, option
from perpetuum.web.wire import JSON, Body, Refused, encoded, refusal

LIVE, MOST, QUARTERS, PREVIEW = 20_000, 1_000_000, 40, 2_000
# Between two blocks somebody may stop it; what comes out does not depend on their size. A preview is one block.
BLOCK = PREVIEW
# However many wait, a preview has as many; fewer would make the edges of the fan flicker.
FEWEST = 500
_STREAMS = 32
RunId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Futures = Annotated[int, Field(ge=0, lt=MOST)]
Others = Annotated[list[Id], BeforeValidator(lambda said: [said] if isinstance(said, str) else said)]


class SimulateWords(Words):
    """What is asked of the machine."""

    show: Literal["futures", "books", "reported"] = option("show_simulate", "futures")
    scenario: Id = option("scenario", "neutral")
    against: Others = option("against", default_factory=list, max_length=3)
    set: list[Word] = option("set", default_factory=list, max_length=64)
    draws: int = option("draws", 10_000, ge=1, le=MOST)
    quarters: int = option("quarters", QUARTERS, ge=1, le=QUARTERS)
    seed: int = option("seed", 0, ge=0, le=2**53 - 1)
    replay: Annotated[str, Field(max_length=20)] | None = option("replay")
    at: Id | None = option("simulate_at")
    by: Literal["sectors", "firms"] = option("books_by", "sectors")
    outcome: list[Id] = option("outcome", default_factory=list, max_length=16)
    future: list[Futures] = option("future", default_factory=list, max_length=3)
    fewest: int | None = option("fewest", ge=FEWEST, le=PREVIEW)

    def drawn_beside(self, others: int) -> int:
        """How many futures a preview has while so many others wait: their work together stays that of two.

        Examples
        --------
        >>> words = SimulateWords(draws=2_000, outcome=["cash"], fewest=500)
        >>> [words.drawn_beside(others) for others in (0, 1, 2, 3, 7)]
        [2000, 2000, 1300, 1000, 500]
        """
        if self.fewest is None:
            return self.draws
        shared = 2 * self.draws // (1 + others) // 100 * 100
        return min(self.draws, max(self.fewest, shared))

    @property
    def is_long(self) -> bool:
        """Does it take longer than a request may?"""
        return self.draws > LIVE and self.show == "futures"

    def question(self, draws: int | None = None) -> Question:
        """What is asked of the machine, with another number of draws if one is given."""
        return Question(scenario=self.scenario, against=self.against[0] if self.against else None,
                        sets=tuple(self.set), draws=draws or self.draws, quarters=self.quarters, seed=self.seed,
                        chunk=BLOCK)  # fmt: skip


class SavedWords(Words):
    """Which scenario is saved, with what was changed."""

    scenario: Id = option("scenario", "neutral")
    set: list[Word] = option("set", default_factory=list, max_length=64)


def plan(desk: Desk, words: SimulateWords) -> Plan:
    """The work behind one request."""

    small = words.show == "futures" and bool(words.outcome) and words.draws <= PREVIEW

    def work(ledger: Ledger, job: Job) -> dict[str, Any] | Body:
        ledger.scenario(words.scenario)
        if words.show == "futures" and not words.outcome:
            from perpetuum.report.machine_verb import simulate

            if words.against[1:]:
                raise PerpetuumError(say("web.against"), say("web.against.how"))
            done = simulate(ledger, words.question(), policy=words.policy, replay=words.replay, at=words.at,
                            progress=job.bar)  # fmt: skip
            return wire.answer("simulate", done.origin, done.result)
        draws = words.drawn_beside(desk.compute.others(job)) if small else words.draws
        question = words.question(draws)
        told = wire.answer("simulate", *_some(desk, ledger, words, question, job))
        return told if draws == words.draws else Body(encoded(told), is_passing=True)

    return Plan(verb="simulate", case=words.case, words=words.key(), work=work, needs_machine=True,
                rank=QUICK if small else REFINEMENT if words.outcome else QUESTION)  # fmt: skip


def _some(desk: Desk, ledger: Ledger, words: SimulateWords, question: Question, job: Job) -> tuple[Any, Any]:
    """A part of what can be told: some series, the tables of one quarter, or what was reported so far."""
    network = desk.opening(ledger, words.case, words.scenario, words.policy)
    if words.show == "books":
        from perpetuum.report.machine_books import Page, books

        page = Page(at=words.at, draw=words.replay or "central", by=words.by)
        return books(ledger, network, question, page, job.bar)
    if words.show == "reported":
        from perpetuum.report.machine_reported import origin, reported

        return origin(ledger, network), reported(network, words.outcome[0] if words.outcome else "")
    from perpetuum.report.machine_preview import preview

    return preview(ledger, network, question, tuple(words.outcome), job.bar, also=words.against[1:],
                   futures=words.future)  # fmt: skip


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()
    streams = 0

    async def answer(request: Request, words: SimulateWords) -> Response:
        asked = plan(desk, words)
        if not words.is_long:
            return await desk.answer(request, asked)
        return _later(await desk.queue(request, asked))

    later: Any = {202: {"description": say("web.run.later").en}}

    @routes.get("/simulate", summary=say("help.simulate").en, responses=later)
    async def simulate(request: Request, words: Annotated[SimulateWords, Query()]) -> Response:
        return await answer(request, words)

    @routes.post("/simulate", summary=say("help.simulate").en, responses=later)
    async def simulate_said(request: Request, words: SimulateWords) -> Response:
        return await answer(request, words)

    @routes.get(
        "/simulate/scenario",
        summary=say("web.saved").en,
        responses={200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}},
    )
    async def scenario(request: Request, words: Annotated[SavedWords, Query()]) -> Response:
        from perpetuum.report.machine_saved import saved

        ledger = await desk.ledger(words.case, request)
        job = desk.submit(Job(work=lambda _: saved(ledger, words.scenario, words.set), rank=QUICK))
        id, text = await desk.wait(job, request, words=words.key())
        return Response(text, media_type="application/yaml; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{id}.yaml"'})  # fmt: skip

    @routes.get("/simulate/{id}", summary=say("web.run.answer").en, responses=later)
    async def run(request: Request, id: RunId) -> Response:
        found = desk.run(id)
        if not found.job.future.done():
            return _later(found)
        return reply(request, _ended(found), {"cache": None})

    @routes.delete("/simulate/{id}", summary=say("web.run.stop").en, status_code=204)
    async def stop(id: RunId) -> Response:
        desk.leave(desk.run(id))
        return Response(status_code=204)

    @routes.get(
        "/simulate/{id}/events",
        summary=say("web.run.events").en,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
        response_class=StreamingResponse,
    )
    async def events(id: RunId) -> Response:
        found = desk.run(id)
        if streams >= _STREAMS:
            raise Refused(503, say("web.busy"), say("web.busy.how"), retry=5)

        async def counted() -> AsyncIterator[bytes]:
            nonlocal streams
            streams += 1
            try:
                async for event in _events(found):
                    yield event
            finally:
                streams -= 1

        return StreamingResponse(counted(), media_type="text/event-stream")

    return routes


def _later(run: LongRun) -> Response:
    result = {"id": run.id, "done": run.job.done, "total": run.job.total, "seconds_left": run.job.left}
    return Response(encoded(wire.answer("simulate", None, result)), media_type=JSON, status_code=202)


def _ended(run: LongRun) -> Body:
    try:
        body: Body = run.job.future.result()
    except Stopped:
        raise Refused(409, say("web.stopped")) from None
    except PerpetuumError as error:
        raise refusal(error) from error
    return body


async def _events(run: LongRun) -> AsyncIterator[bytes]:
    """How far it is whenever that changes, and how it ended; a sign of life where nothing changes."""
    told, spoke = (-1, -1), time.monotonic()
    while not run.job.future.done():
        now = (run.job.done, run.job.total)
        if now != told:
            told, spoke = now, time.monotonic()
            words = say("web.run.progress", done=now[0], total=now[1])
            yield _event("progress", {"done": now[0], "total": now[1], "seconds_left": run.job.left,
                                      "text": wire.plain(words)})  # fmt: skip
        elif time.monotonic() - spoke > 10:
            spoke = time.monotonic()
            yield b": still here\n\n"
        await asyncio.sleep(0.1)
    try:
        _ended(run)
    except Refused as refused:
        yield _event("failed", refused.as_data())
    except Exception:
        yield _event("failed", Refused(500, say("web.failed"), say("help.bug")).as_data())
    else:
        yield _event("done", {"id": run.id})


def _event(name: str, data: Any) -> bytes:
    return f"event: {name}\n".encode() + b"data: " + encoded(data) + b"\n\n"
