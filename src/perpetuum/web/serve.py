"""Open the pages: who may reach them, under which names, and the link to follow."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from perpetuum.core.errors import PerpetuumError
from perpetuum.core.text import Text
from perpetuum.report.extras import WEB
from perpetuum.report.words import say

HOST, PORT = "127.0.0.1", 8765
SHORTEST = 16
_CASE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_EVERYWHERE = ("0.0.0.0", "::", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where to listen, who knows the token, and what is allowed."""

    host: str = HOST
    port: int = PORT
    token: str | None = None
    token_file: Path | None = None
    allow_host: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()


def serve(wanted: Wanted, tell: Callable[[Text], None]) -> None:
    """Serve until somebody ends it.

    Raises
    ------
    MissingExtra, PerpetuumError
        If something is missing, or others could reach it without a token; before anything listens.
    """
    WEB.refuse_missing()
    import uvicorn

    from perpetuum.web.app import application
    from perpetuum.web.security import is_loopback

    exposed = not is_loopback(wanted.host)
    token = _token(wanted)
    names = (*wanted.allow_host, *(() if wanted.host in _EVERYWHERE else (wanted.host,)))
    app = application(_cases(wanted.folders), exposed=exposed, token=token, hosts=names, allow=wanted.allow)
    with _listening(wanted.host, wanted.port) as listener:
        tell(say("web.serving", address=_link(wanted, listener, token)))
        if exposed:
            tell(say("web.serving.tls"))
        tell(say("web.serving.stop"))
        config = uvicorn.Config(
            app, http="h11", ws="none", lifespan="on", log_config=None, access_log=False, server_header=False,
            proxy_headers=False, timeout_keep_alive=20, timeout_graceful_shutdown=3, limit_concurrency=256,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listener])


def _token(wanted: Wanted) -> str | None:
    """The token that is asked for: a new one, or the first line of a file."""
    from perpetuum.web.security import new_token

    if wanted.token_file is not None:
        said = wanted.token_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
        if len(said) < SHORTEST:
            raise PerpetuumError(say("web.token.file", path=str(wanted.token_file)), say("web.token.file.how"))
        return said
    if wanted.token == "new":
        return new_token()
    if wanted.token is not None:
        raise PerpetuumError(say("web.token.only_new"), say("web.token.only_new.how"))
    return None


def _cases(folders: Sequence[Path]) -> dict[str, str | Path]:
    """The shipped cases, and the folders given beside them, by the name of the folder."""
    from perpetuum.ledger.files import shipped_cases

    found: dict[str, str | Path] = {name: name for name in shipped_cases()}
    for folder in folders:
        found |= _folder(folder)
    return found


def _folder(folder: Path) -> dict[str, str | Path]:
    from perpetuum.ledger.files import read_files

    name = folder.resolve().name.lower()
    if not _CASE.fullmatch(name):
        raise PerpetuumError(say("web.case.name", name=name or "–"), say("web.case.name.how"))
    read_files(folder)  # one that is not there is refused before anything listens
    return {name: folder}


def cases_named(given: Sequence[str]) -> dict[str, str | Path]:
    """Shipped cases by their name and folders by that of the folder, in the order given; all shipped ones if none is.

    Raises
    ------
    PerpetuumError
        If there is no such folder, or its name cannot stand in an address.
    """
    from perpetuum.ledger.files import shipped_cases

    shipped = shipped_cases()
    found: dict[str, str | Path] = {}
    for word in given or shipped:
        found |= {word: word} if word in shipped else _folder(Path(word))
    return found


def _listening(host: str, port: int) -> socket.socket:
    # Named as TCP, or asyncio does not send at once what is small: every answer would take 40 ms more.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        why = (getattr(error, "strerror", None) or str(error)).rstrip(".")
        told = say("web.port.taken", host=host or "–", port=str(port), why=why)
        raise PerpetuumError(told, say("web.port.taken.how")) from None
    return listener


def _link(wanted: Wanted, listener: socket.socket, token: str | None) -> str:
    host = wanted.host if wanted.host not in _EVERYWHERE else next(iter(wanted.allow_host), HOST)
    shown = f"[{host}]" if ":" in host else host
    # Behind the sign `#`: a browser neither sends nor logs it.
    return f"http://{shown}:{listener.getsockname()[1]}/{f'#token={token}' if token else ''}"
