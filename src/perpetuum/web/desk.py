"""Where questions arrive: cases that may be asked, answers that were given, and the thread that makes new ones."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fastapi import Request, Response

from perpetuum.core.errors import PerpetuumError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.nouns import CASE
from perpetuum.ledger import Ledger, load
from perpetuum.ledger.files import read_files
from perpetuum.report.kept import Kept
from perpetuum.report.words import say
from perpetuum.web.compute import LONG, QUICK, STUDY, Busy, Cache, Compute, Job, Stopped
from perpetuum.web.security import SECONDS
from perpetuum.web.uploads import Shelf, is_brought
from perpetuum.web.wire import JSON, Body, Refused, encoded, refusal

# Kernels are compiled; the first answers are made; all is there.
State = Literal["preparing", "answering", "ready"]
Work = Callable[[Ledger, Job], "Mapping[str, Any] | Body"]
_VIEW = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMPILE = "import perpetuum; from perpetuum.report.machine_warm import kernels; kernels({'ai': perpetuum.load('ai')})"
_RUNS = 16
# Of studies; the largest, a year of futures, takes some MB.
_PARTS = 64
_UNFINISHED = 4
_log = logging.getLogger("perpetuum.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a request comes to: the verb, the words that make the question, how urgent it is, and the work."""

    verb: str
    case: str
    words: Mapping[str, Any]
    work: Work
    rank: int
    needs_machine: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class LongRun:
    """A run that is asked for now and fetched later."""

    id: str
    key: str
    job: Job
    askers: int = 1


@dataclass(eq=False, kw_only=True)
class Desk:
    """All that the server holds; queues and cases that were brought live in memory only."""

    cases: Mapping[str, str | Path]
    exposed: bool = False
    takes_cases: bool = True
    takes_long_runs: bool = True
    compute: Compute = field(default_factory=Compute)
    cache: Cache = field(default_factory=Cache)
    kept: Kept = field(default_factory=lambda: Kept(_PARTS))
    shelf: Shelf = field(default_factory=Shelf)
    runs: OrderedDict[str, LongRun] = field(default_factory=OrderedDict)
    state: State = "preparing"
    since: float = field(default_factory=time.monotonic)
    _ledgers: dict[str, Ledger] = field(default_factory=dict)
    _openings: OrderedDict[tuple[str, str, str | None], Network] = field(default_factory=OrderedDict)
    _flying: dict[str, tuple[Job, int]] = field(default_factory=dict)
    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    # ---- cases

    async def ledger(self, name: str, request: Request | None = None) -> Ledger:
        """A case by its name, or by the hash of one that was brought.

        Raises
        ------
        Refused
            If there is none, with the nearest; if its files have problems, with all of them.
        """
        if (found := self._ledgers.get(name) or self.shelf.kept.get(name)) is not None:
            return found
        if name not in self.cases and is_brought(name):
            raise Refused(404, say("web.case.gone"), say("web.case.gone.how"), where="case")
        if name not in self.cases:
            raise refusal(UnknownName(name, self.cases, what=CASE), "case")
        read: Ledger = await self.wait(self.submit(Job(work=lambda _: self._load(name), rank=QUICK)), request)
        return read

    def _load(self, name: str) -> Ledger:
        if name not in self._ledgers:
            given = self.cases[name]
            # Others are not told where on this machine a folder lies.
            self._ledgers[name] = load(read_files(given)[1] if self.exposed and isinstance(given, Path) else given)
        return self._ledgers[name]

    def known(self) -> Mapping[str, Ledger]:
        """The cases that were read."""
        return self._ledgers

    def opening(self, ledger: Ledger, case: str, scenario: str, policy: str | None) -> Network:
        """Where a scenario opens; kept, as a slider asks for it again and again."""
        key = (case, scenario, policy)
        if key not in self._openings:
            self._openings[key] = ledger.opening(scenario, policy)
            while len(self._openings) > 32:
                self._openings.popitem(last=False)
        return self._openings[key]

    # ---- questions

    async def answer(self, request: Request, plan: Plan) -> Response:
        """Answer from what was answered before, or compute it; the newest question of a view wins."""
        ledger = await self.ledger(plan.case, request)
        if unknown := {*request.query_params} - {*plan.words, "case"}:
            _log.info("options that nobody knows are ignored: %s", sorted(name[:40] for name in unknown)[:8])
        view, seq = _view(request)
        key = key_of(plan, ledger)
        if (kept := self.cache.get(key)) is not None:
            try:
                self.compute.note(view, seq)
            except Stopped as stopped:
                raise _stopped(stopped) from None
            return reply(request, kept, {"cache": None})
        await self._refuse_unprepared(plan)
        began = time.perf_counter()
        if view is not None:
            job = self.submit(Job(work=self._work(plan, ledger, key), rank=plan.rank, view=view, seq=seq))
            body = await self.wait(job, request, words=plan.words)
        else:
            body = await self._together(request, plan, ledger, key)
        spent = time.perf_counter() - began
        return reply(request, body, {"queue": spent - sum(body.seconds.values()), **body.seconds})

    async def forget(self, request: Request, plan: Plan) -> Response:
        """Answer a question that is somebody's own business: computed alone, never kept, never told to a cache."""
        ledger = await self.ledger(plan.case, request)
        await self._refuse_unprepared(plan)

        def work(job: Job) -> bytes:
            return encoded(plan.work(ledger, job))

        raw: bytes = await self.wait(self.submit(Job(work=work, rank=plan.rank)), request, words=plan.words)
        return Response(raw, media_type=JSON, headers={"Cache-Control": "no-store"})

    async def _refuse_unprepared(self, plan: Plan) -> None:
        if not plan.needs_machine:
            return
        await self._begun.wait()
        if self.state == "preparing":
            raise Refused(503, say("web.preparing"), say("web.preparing.how"), retry=5)

    async def _together(self, request: Request | None, plan: Plan, ledger: Ledger, key: str) -> Body:
        """The same question asked by several at once is answered once."""
        job, askers = self._flying.get(key, (None, 0))
        if job is None or job.future.done():
            job, askers = self.submit(Job(work=self._work(plan, ledger, key), rank=plan.rank)), 0
        self._flying[key] = job, askers + 1
        try:
            body: Body = await self.wait(job, request, words=plan.words, is_shared=True)
        finally:
            now, left = self._flying.get(key, (job, 1))
            if now is job and left <= 1:
                self._flying.pop(key, None)
                if not job.future.done():
                    self.compute.drop(job, "gone")
            elif now is job:
                self._flying[key] = job, left - 1
        return body

    def _work(self, plan: Plan, ledger: Ledger, key: str) -> Callable[[Job], Body]:
        def work(job: Job) -> Body:
            if (kept := self.cache.get(key)) is not None:
                return kept
            clock = time.perf_counter()
            made = plan.work(ledger, job)
            computed = time.perf_counter()
            body = made if isinstance(made, Body) else Body(encoded(made))
            body.seconds = {"compute": computed - clock, "encode": time.perf_counter() - computed}
            if not body.is_passing:
                self.cache.put(key, body)
            return body

        return work

    def submit(self, job: Job) -> Job:
        try:
            return self.compute.submit(job)
        except Stopped as stopped:
            raise _stopped(stopped) from None
        except Busy:
            raise Refused(503, say("web.busy"), say("web.busy.how"), retry=2) from None

    async def wait(
        self, job: Job, request: Request | None = None, *, words: Mapping[str, Any] | None = None,
        is_shared: bool = False,
    ) -> Any:  # fmt: skip
        """What a work gives; it is stopped if whoever asked leaves or has waited too long.

        Raises
        ------
        Refused
            With whatever came instead.
        """
        came = asyncio.wrap_future(job.future)
        gone = asyncio.ensure_future(_gone(request)) if request is not None else None
        both = {came} if gone is None else {came, gone}
        # Nobody sits before what is made at the start.
        patience = SECONDS if request is not None or not is_shared else None
        done, _ = await asyncio.wait(both, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if gone is not None:
            gone.cancel()
        if came in done:
            return _result(came, words or {})
        came.add_done_callback(_forget)
        has_left = gone is not None and gone in done
        if not is_shared:
            self.compute.drop(job, "gone" if has_left else "late")
        raise _stopped(Stopped("gone" if has_left else "late"))

    # ---- long runs

    async def queue(self, request: Request, plan: Plan) -> LongRun:
        """A run that takes longer than a request may; the same question has the same id, whoever asks it."""
        ledger = await self.ledger(plan.case, request)
        await self._refuse_unprepared(plan)
        if not self.takes_long_runs:
            raise Refused(403, say("web.long.off"), say("web.long.off.how"), where="draws")
        key = key_of(plan, ledger)
        id = key[:16]
        found = self.runs.get(id)
        if found is not None and not found.job.is_ending and not _failed(found.job):
            found.askers += 1
            return found
        if sum(not run.job.future.done() for run in self.runs.values()) >= _UNFINISHED:
            raise Refused(503, say("web.busy"), say("web.busy.how"), retry=30)
        run = LongRun(id=id, key=key, job=self.submit(Job(work=self._work(plan, ledger, key), rank=LONG)))
        self.runs[id] = run
        while len(self.runs) > _RUNS:
            oldest = next(iter(self.runs.values()))
            self.compute.drop(oldest.job, "stopped")
            self.runs.pop(oldest.id, None)
        return run

    def run(self, id: str) -> LongRun:
        """A long run by its id."""
        if id not in self.runs:
            raise Refused(404, say("web.run.none"), say("web.run.none.how"), where="id")
        return self.runs[id]

    def leave(self, run: LongRun) -> None:
        """One of those who asked waits no more; when the last has left, the run ends at its next block."""
        run.askers = max(0, run.askers - 1)
        if run.askers == 0:
            self.compute.drop(run.job, "stopped")

    # ---- at the start

    def skip_preparation(self) -> None:
        """Be ready at once: whoever asks first waits for a compiler."""
        self.state = "ready"
        self._begun.set()

    async def prepare(self, plans: Callable[[str], tuple[Plan, ...]]) -> None:
        """Have the kernels compiled, and answer of every case what every visitor asks first."""
        try:
            for name in self.cases:
                await self._at_start(self._reading(name))
            asked = [(name, plans(name)) for name in self.cases if name in self._ledgers]
            # Of every case the first line; it needs no machine, so nobody waits for one.
            for name, first in asked:
                await self._at_start(self._make(name, first[0]))
            is_compiled = await self._at_start(self._do(Job(work=lambda _: _is_compiled(), rank=QUICK)))
            if is_compiled:
                # Kernels that are kept on disk are there in a second: whoever asks may wait for them.
                self.state = "answering"
            self._begun.set()
            if not is_compiled:
                # In a process of its own: compiling takes minutes, and pages can be read meanwhile.
                await _compile_elsewhere()
                self.state = "answering"
            for name, plan in [(name, plan) for name, each in asked for plan in each[1:]]:
                await self._at_start(self._make(name, plan))
            await self._at_start(self._do(Job(work=lambda _: _kernels(self._ledgers), rank=STUDY)))
            _log.info("ready after %.0f s", time.monotonic() - self.since)
        finally:
            self.skip_preparation()

    async def _reading(self, name: str) -> None:
        await self._do(Job(work=lambda _: self._load(name), rank=QUICK))

    async def _make(self, name: str, plan: Plan) -> None:
        ledger = self._ledgers[name]
        await self._together(None, plan, ledger, key_of(plan, ledger))

    async def _do(self, job: Job) -> Any:
        return await asyncio.wrap_future(self.compute.submit(job).future)

    async def _at_start(self, step: Awaitable[Any]) -> Any:
        try:
            return await step
        except (PerpetuumError, Stopped, Busy) as error:
            _log.warning("%s", error)
        except Exception:
            # Whoever asks for it will be told; the rest of the preparation goes on.
            _log.exception("the preparation failed in part")
        return None


def _is_compiled() -> bool:
    from perpetuum.report.machine_warm import is_compiled

    return is_compiled()


def _kernels(ledgers: Mapping[str, Ledger]) -> None:
    from perpetuum.report.machine_warm import kernels

    kernels(ledgers)


def key_of(plan: Plan, ledger: Ledger) -> str:
    """The name of a question: the hash of all that its answer depends on."""
    said = [plan.verb, plan.case, ledger.hash, plan.words]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def reply(
    request: Request, body: Body, seconds: Mapping[str, float | None], *, is_packable: bool | None = None
) -> Response:
    """An answer with its tag, or that it has not changed."""
    timing = [f"{name};dur={1000 * value:.1f}" if value is not None else f"{name};desc=hit"
              for name, value in seconds.items()]  # fmt: skip
    tag = f"W/{body.etag}"
    headers = {"ETag": tag, "Vary": "Accept-Encoding", **body.headers}
    if timing:
        headers["Server-Timing"] = ", ".join(timing)
    said = request.headers.get("if-none-match", "")
    if said.strip() == "*" or body.etag in [each.strip().removeprefix("W/") for each in said.split(",")]:
        return Response(status_code=304, headers=headers)
    takes = [each.split(";")[0].strip() for each in request.headers.get("accept-encoding", "").split(",")]
    packs = body.media == JSON if is_packable is None else is_packable
    packed = body.packed() if "gzip" in takes and packs else None
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(body.raw if packed is None else packed, media_type=body.media, headers=headers)


def _view(request: Request) -> tuple[str | None, int]:
    view, seq = request.headers.get("x-view"), request.headers.get("x-seq", "0")
    if view is None:
        return None, 0
    if not _VIEW.fullmatch(view) or not (seq.isascii() and seq.isdigit() and len(seq) < 16):
        raise Refused(422, say("web.view"), say("web.view.how"), where="X-View")
    return view, int(seq)


def _result(came: asyncio.Future[Any], words: Mapping[str, Any]) -> Any:
    try:
        return came.result()
    except Stopped as stopped:
        raise _stopped(stopped) from None
    except PerpetuumError as error:
        raise refusal(error, _said_in(words, error)) from error


def _said_in(words: Mapping[str, Any], error: PerpetuumError) -> str | None:
    """The option in which an unknown name was said."""
    if not isinstance(error, UnknownName):
        return None
    said = (name for name, value in words.items()
            if error.name in (value if isinstance(value, list) else str(value).split(",")))  # fmt: skip
    return next((f"query.{name}" for name in said), None)


def _stopped(stopped: Stopped) -> Refused:
    match stopped.why:
        case "superseded":
            return Refused(409, say("web.superseded"))
        case "late":
            return Refused(503, say("web.late"), say("web.late.how"), retry=5)
    return Refused(409, say("web.stopped"))


def _failed(job: Job) -> bool:
    return job.future.done() and job.future.exception() is not None


def _forget(came: asyncio.Future[Any]) -> None:
    if not came.cancelled():
        came.exception()


async def _gone(request: Request) -> None:
    """Returns when whoever asked has left."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return


async def _compile_elsewhere() -> None:
    nothing = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", _COMPILE, stdout=nothing, stderr=nothing)
    try:
        await child.wait()
    finally:
        if child.returncode is None:  # the server ends before it is done
            child.kill()
            await child.wait()
