"""``/api/simulate``: many possible futures, at once or, if they are very many, for fetching later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

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


class SimulateWords(Words):
    """What is asked of the machine."""

    scenario: Id = option("scenario", "neutral")
    against: Id | None = option("against")
    set: list[Word] = option("set", default_factory=list, max_length=64)
    draws: int = option("draws", 10_000, ge=1, le=MOST)
    quarters: int = option("quarters", QUARTERS, ge=1, le=QUARTERS)
    seed: int = option("seed", 0, ge=0, le=2**53 - 1)
    replay: Annotated[str, Field(max_length=20)] | None = option("replay")
    at: Id | None = option("simulate_at")
    outcome: list[Id] = option("outcome", default_factory=list, max_length=16)
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
        return self.draws > LIVE


def plan(desk: Desk, words: SimulateWords) -> Plan:
    """The work behind one request."""

    small = bool(words.outcome) and words.draws <= PREVIEW

    def work(ledger: Ledger, job: Job) -> dict[str, Any] | Body:
        from perpetuum.report.machine_preview import preview
        from perpetuum.report.machine_verb import simulate

        draws = words.drawn_beside(desk.compute.others(job)) if small else words.draws
        question = Question(scenario=words.scenario, against=words.against, sets=tuple(words.set), draws=draws,
                            quarters=words.quarters, seed=words.seed, chunk=BLOCK)  # fmt: skip
        if words.outcome:
            network = desk.opening(ledger, words.case, words.scenario, words.policy)
            origin, result = preview(ledger, network, question, tuple(words.outcome), job.bar)
            told = wire.answer("simulate", origin, result)
            return told if draws == words.draws else Body(encoded(told), is_passing=True)
        done = simulate(ledger, question, policy=words.policy, replay=words.replay, at=words.at, progress=job.bar)
        return wire.answer("simulate", done.origin, done.result)

    return Plan(verb="simulate", case=words.case, words=words.key(), work=work, needs_machine=True,
                rank=QUICK if small else REFINEMENT if words.outcome else QUESTION)  # fmt: skip


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

    @routes.get("/simulate/{id}", summary=say("web.run.answer").en, responses=later)
    async def run(request: Request, id: RunId) -> Response:
        found = desk.run(id)
        if not found.job.future.done():
            return _later(found)
        return reply(request, _ended(found), {"cache": None})

    @routes.delete("/simulate/{id}", summary=say("web.run.stop").en, status_code=204)
    async def stop(id: RunId) -> Response:
        desk.stop(desk.run(id))
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
