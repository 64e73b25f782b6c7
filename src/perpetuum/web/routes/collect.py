"""``/api/collect``: which publishers can be asked; the web itself asks none."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from perpetuum.report import verbs
from perpetuum.report.words import say
from perpetuum.web.desk import Desk, reply
from perpetuum.web.wire import Body, encoded


def router(desk: Desk) -> APIRouter:
    """The routes of this verb."""
    routes = APIRouter()

    @routes.get("/collect", summary=say("web.collect").en)
    async def collect(request: Request) -> Response:
        return reply(request, Body(encoded(verbs.publishers().answer())), {})

    return routes
