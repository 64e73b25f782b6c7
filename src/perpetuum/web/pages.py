"""The pages themselves: files of the package, found by their exact name, and one page for the nine addresses."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request, Response

from perpetuum.report.words import say
from perpetuum.web.desk import reply
from perpetuum.web.wire import Body, Refused

PAGES = ("", "loops", "machine", "dominoes", "gauges", "history", "ledger", "report", "sources")
_SHOW = re.compile(r"[a-z_-]{1,32}")
# A name that holds the hash of its content never changes.
_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2",
          ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8", ".json": "application/json",
          ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json"}  # fmt: skip
_PACKABLE = (".js", ".css", ".svg", ".json", ".html", ".txt")


def static_folder() -> Path:
    """Where the build puts the front end."""
    return Path(str(resources.files("perpetuum.web"))) / "static"


@dataclass(frozen=True, slots=True)
class Assets:
    """Files by the address they are asked for; what is not in this list does not exist."""

    files: Mapping[str, Path]
    made: dict[str, Body]

    @classmethod
    def of(cls, folder: Path) -> Assets:
        """All files below a folder, once; links are left out."""
        found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))
                 if path.is_file() and not path.is_symlink() and not path.name.startswith(".")}  # fmt: skip
        return cls(found, {})

    def body(self, name: str) -> Body | None:
        """One file as it is sent, read when it is first asked for."""
        if name not in self.files:
            return None
        if name not in self.made:
            path = self.files[name]
            media = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            keeps = "public, max-age=31536000, immutable" if _HASHED.search(path.name) else "no-cache"
            try:
                self.made[name] = Body(path.read_bytes(), media, {"Cache-Control": keeps})
            except OSError:  # built anew since the start: the page has other names now
                return None
        return self.made[name]

    def is_packable(self, name: str) -> bool:
        """Does it shrink?"""
        return name.endswith(_PACKABLE)


def router(folder: Path | None = None) -> APIRouter:
    """Every address that is no part of the API."""
    routes = APIRouter()
    assets = Assets.of(folder or static_folder())

    @routes.get("/{path:path}", include_in_schema=False)
    async def page(request: Request, path: str) -> Response:
        if path in PAGES:
            index = assets.body("index.html")
            if index is None:
                raise Refused(404, say("web.not_built"), say("web.not_built.how"))
            return reply(request, index, {})
        if path != "index.html" and (found := assets.body(path)) is not None:
            return reply(request, found, {}, is_packable=assets.is_packable(path))
        head, _, tail = path.partition("/")
        if head and head in PAGES and (not tail or _SHOW.fullmatch(tail)):
            return _redirected(request, head, tail)
        raise Refused(404, say("web.nothing"), say("web.nothing.how"), where="path")

    return routes


def _redirected(request: Request, page: str, show: str) -> Response:
    """A deeper address that somebody typed: the same page with ``show``."""
    said = [(name, value) for name, value in parse_qsl(request.url.query) if name != "show" or not show]
    query = urlencode([*([("show", show)] if show else []), *said])
    # Relative, so that it also works below a prefix.
    return Response(status_code=308, headers={"Location": f"../{page}{'?' if query else ''}{query}"})
