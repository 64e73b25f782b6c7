"""``/api/health`` and ``/api/session``: what runs here, and the token traded for a cookie."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

import perpetuum
from perpetuum.report import wire
from perpetuum.report.manifest import source_hash
from perpetuum.report.words import say
from perpetuum.web import uploads
from perpetuum.web.desk import Desk
from perpetuum.web.routes import simulate
from perpetuum.web.security import COOKIE, Door, address_of
from perpetuum.web.wire import JSON, encoded


class Session(BaseModel):
    """The token, as it stood behind the address."""

    token: str = Field(max_length=200)


def router(desk: Desk, door: Door) -> APIRouter:
    """The routes of the door."""
    routes = APIRouter()

    @routes.get("/health", summary=say("web.health").en)
    async def health() -> Response:
        result = {
            "state": desk.state, "seconds": round(time.monotonic() - desk.since, 1),
            "version": perpetuum.__version__, "source_hash": source_hash(),
            "cases": {name: {"name": case.case.name, "hash": case.hash} for name, case in desk.known().items()},
            "exposed": desk.exposed, "takes_cases": desk.takes_cases, "takes_long_runs": desk.takes_long_runs,
            "waiting": desk.compute.waiting, "cached_bytes": desk.cache.size,
            "limits": {"draws": simulate.LIVE, "draws_long": simulate.MOST, "quarters": simulate.QUARTERS,
                       "upload_bytes": uploads.LARGEST},
        }  # fmt: skip
        return Response(encoded(wire.answer("health", None, result)), media_type=JSON)

    @routes.post("/session", summary=say("web.session").en, status_code=204)
    async def session(request: Request, said: Session) -> Response:
        answer = Response(status_code=204)
        if door.token is not None:
            opened = door.enter(said.token, address_of(request.scope))
            answer.set_cookie(COOKIE, opened, httponly=True, samesite="strict", path="/")
        return answer

    return routes
