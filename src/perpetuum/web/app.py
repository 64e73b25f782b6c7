"""The application: cases in, answers out; an address and a case say all, and nothing is written to disk."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import perpetuum
from perpetuum.core.errors import PerpetuumError, suggest
from perpetuum.core.text import Language
from perpetuum.ledger.files import shipped_cases
from perpetuum.report.words import say
from perpetuum.web import pages, reference
from perpetuum.web.desk import Desk, Plan
from perpetuum.web.routes import collect, door, download, gauges, ledger, loops, report, simulate, stress, verdict
from perpetuum.web.security import Door, Guard, of_status
from perpetuum.web.wire import PROBLEM, Refused, encoded, refusal


def application(
    cases: Mapping[str, str | Path] | None = None,
    *,
    exposed: bool = False,
    token: str | None = None,
    hosts: Sequence[str] = (),
    allow: Sequence[str] = (),
    warm: bool = True,
    folder: Path | None = None,
) -> FastAPI:
    """The web app.

    Parameters
    ----------
    cases
        Shipped names or folders by the name they are asked for with; the shipped cases if left out.
    exposed
        Can others reach it? Then a token is needed, and cases from outside and long runs are refused unless allowed.
    token
        Who knows it may ask; on the loopback address it can be left out.
    hosts
        Names under which the server may be called, besides those of the loopback address.
    allow
        ``uploads``, ``runs``: what is allowed though the server is exposed.
    warm
        Whether kernels are compiled and the first answers made at the start.
    folder
        Where the pages lie; those of the package if left out.

    Raises
    ------
    PerpetuumError
        If it is exposed and has no token.
    """
    if exposed and not token:
        raise PerpetuumError(say("web.exposed"), say("web.exposed.how"))
    given = {name: name for name in shipped_cases()} if cases is None else cases
    desk = Desk(cases=given, exposed=exposed, takes_cases=not exposed or "uploads" in allow,
                takes_long_runs=not exposed or "runs" in allow)  # fmt: skip
    opened = Door(token)

    @contextlib.asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        desk.compute.start()
        preparing = asyncio.create_task(desk.prepare(lambda case: _first(desk, case))) if warm else None
        if preparing is None:
            desk.skip_preparation()
        try:
            yield
        finally:
            if preparing is not None:
                preparing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await preparing
            await asyncio.to_thread(desk.compute.close)

    # Its own pages load scripts from elsewhere: ours take their place.
    app = FastAPI(title="perpetuum", version=perpetuum.__version__, docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=living, redirect_slashes=False)  # fmt: skip
    app.state.desk = desk
    _problems(app)
    for routes in (ledger, download, loops, simulate, stress, gauges, verdict, report, collect):
        app.include_router(routes.router(desk), prefix="/api")
    app.include_router(door.router(desk, opened), prefix="/api")
    _reference(app)
    app.include_router(pages.router(folder))
    app.openapi = lambda: reference.described(app)  # type: ignore[method-assign]
    app.add_middleware(Guard, hosts=hosts, door=opened)
    return app


def _first(desk: Desk, case: str) -> tuple[Plan, ...]:
    """What every visitor of a case asks first, in the order in which it is read: the first line of all first."""
    of_ledger: tuple[ledger.Show, ...] = ("case", "gaps", "audit", "deals")
    changed = [ledger.LedgerWords(case=case, show="changes", kind=kind, rows=5, sort="-on")
               for kind in ("world", "learned")]  # fmt: skip
    return (
        loops.plan(loops.LoopsWords(case=case, show="wheels", stage="paid")),
        ledger.plan(ledger.LedgerWords(case=case, show="entities", rows=500)),
        ledger.plan(ledger.LedgerWords(case=case)),
        *(ledger.plan(each) for each in changed),
        gauges.plan(gauges.GaugesWords(case=case, show="board")),
        verdict.plan(desk, verdict.VerdictWords(case=case)),
        *(report.plan(desk, report.ReportWords(case=case, page=page)) for page in ("overview", "dominoes")),
        *(ledger.plan(ledger.LedgerWords(case=case, show=show)) for show in of_ledger),
        loops.plan(loops.LoopsWords(case=case, show="rings")),
        loops.plan(loops.LoopsWords(case=case)),
    )  # fmt: skip


def _reference(app: FastAPI) -> None:
    @app.get("/api/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return Response(encoded(reference.described(app)), media_type="application/json")

    @app.get("/api", include_in_schema=False)
    async def page(request: Request) -> Response:
        return Response(reference.page(app, _language(request)), media_type="text/html")

    @app.get("/api/{rest:path}", include_in_schema=False)
    async def nothing(rest: str) -> Response:
        verbs = {path.split("/")[2] for path in reference.described(app)["paths"]}
        near = suggest(rest.split("/")[0], verbs)
        error = refusal(PerpetuumError(say("web.nothing"), near), "path")
        raise Refused(404, error.title, error.repair, where="path", nearest=error.nearest)


def _language(request: Request) -> Language:
    said = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "zh" if said.lower().startswith("zh") else "en"


# ---- errors


def _problems(app: FastAPI) -> None:
    """Every error is a problem in both languages."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> Response:
        return _told(error)

    @app.exception_handler(PerpetuumError)
    async def ours(_: Request, error: PerpetuumError) -> Response:
        return _told(refusal(error))

    @app.exception_handler(RequestValidationError)
    async def unread(_: Request, error: RequestValidationError) -> Response:
        return _told(_unread(error))

    @app.exception_handler(HTTPException)
    async def framework(_: Request, error: HTTPException) -> Response:
        return _told(of_status(error.status_code))


def _told(refused: Refused) -> Response:
    return Response(encoded(refused.as_data()), status_code=refused.status, media_type=PROBLEM,
                    headers=refused.headers)  # fmt: skip


def _unread(error: RequestValidationError) -> Refused:
    """An option that cannot be read: which, what was said, what it may be; the first of them."""
    first: Any = next(iter(error.errors()), {})
    place = [str(part) for part in first.get("loc", ())]
    where, context = ".".join(place), first.get("ctx", {}) or {}
    if first.get("type") == "json_invalid" or place in (["body"], []):
        return of_status(422)
    name = next((part for part in reversed(place) if not part.isdigit()), "")
    said = str(first.get("input"))[:80].strip() or "–"
    title = say("web.option", name=name or "–", said=said)
    match first.get("type"):
        case "missing":
            return Refused(422, say("web.option.missing", name=name or "–"), where=where)
        case "literal_error":
            known = [
                word.strip().strip("'") for word in str(context.get("expected", "")).replace(" or ", ", ").split(",")
            ]
            near = suggest(said, known)
            again = refusal(PerpetuumError(title, near))
            return Refused(422, title, near, where=where, nearest=again.nearest)
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal" | "too_long" | "string_too_long":
            key = next((key for key in ("ge", "gt", "le", "lt", "max_length") if key in context), None)
            bound = say(f"web.option.{key}", bound=str(context[key])) if key else say("web.option.how")
            return Refused(422, title, bound, where=where)
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return Refused(422, title, say("web.option.whole"), where=where)
    return Refused(422, title, say("web.option.how"), where=where)
