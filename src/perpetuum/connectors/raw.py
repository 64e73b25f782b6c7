"""Every answer as it came: kept byte for byte under its hash, with a line that says where and when."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from perpetuum.connectors.answers import public
from perpetuum.connectors.connector import Address, Document
from perpetuum.connectors.limiter import site_of
from perpetuum.core.errors import CollectError
from perpetuum.core.text import both

INDEX = "index.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the index: an answer or a refusal. It holds no secret."""

    address: str
    retrieved: datetime.datetime
    status: int
    content_type: str = ""
    bytes: int = 0
    hash: str = ""
    connector: str = ""
    version: str = ""
    etag: str = ""
    modified: str = ""


class RawCache:
    """A folder of raw answers: ``<host>/<sha256>.gz``, and an index that only grows.

    Two answers with one hash are one file. What is half written is never seen: files change names
    when they are whole, and a line of the index that broke off is passed over.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or user_cache() / "perpetuum" / "raw"

    def keep(self, document: Document, *, connector: str, version: str, etag: str = "", modified: str = "") -> None:
        """Keep an answer, and say so in the index."""
        path = self._path(document.address.url, document.hash)
        if not path.is_file():
            with self.part() as part:
                with gzip.GzipFile(fileobj=part, mode="wb", compresslevel=6, mtime=0, filename="") as packed:
                    packed.write(document.content)
                part.flush()
                os.fsync(part.fileno())
                part.close()
                path.parent.mkdir(parents=True, exist_ok=True)
                os.replace(part.name, path)
        self._note(
            Line(
                address=public(document.address.url), retrieved=document.retrieved, status=document.status,
                content_type=document.content_type, bytes=len(document.content), hash=document.hash,
                connector=connector, version=version, etag=etag, modified=modified,
            )
        )  # fmt: skip

    def seen_again(self, document: Document, line: Line) -> Document:
        """Note that a publisher says an answer has not changed; gives it with the new time."""
        self._note(replace(line, retrieved=document.retrieved))
        return document

    def refused(self, url: str, when: datetime.datetime, status: int, connector: str) -> None:
        """Note that a publisher turned us away, so that the next run does not ask at once."""
        self._note(Line(address=public(url), retrieved=when, status=status, connector=connector))

    def newest(self, address: Address) -> tuple[Document, Line] | None:
        """The newest answer of an address, whole and unchanged; nothing if there is none."""
        shown = public(address.url)
        for line in reversed([line for line in self.lines() if line.address == shown and line.hash]):
            content = self._content(line)
            if content is not None:
                found = Document(address=address, content=content, retrieved=line.retrieved, status=line.status,
                                 content_type=line.content_type)  # fmt: skip
                return found, line
        return None

    def turned_away(self, url: str) -> datetime.datetime | None:
        """When a publisher last turned us away."""
        site = site_of(urlsplit(url).hostname or "")
        times = [line.retrieved for line in self.lines()
                 if not line.hash and site_of(urlsplit(line.address).hostname or "") == site]  # fmt: skip
        return max(times, default=None)

    def lines(self) -> Iterator[Line]:
        """Every whole line of the index, oldest first."""
        try:
            raw = (self.folder / INDEX).read_bytes()
        except OSError:
            return
        for text in raw.splitlines():
            with suppress(ValueError, TypeError, KeyError):
                said: dict[str, Any] = json.loads(text)
                said["retrieved"] = datetime.datetime.fromisoformat(said["retrieved"])
                yield Line(**said)

    @contextmanager
    def part(self) -> Iterator[IO[bytes]]:
        """A file on its way; it is gone afterwards, unless it changed its name."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = tempfile.NamedTemporaryFile(dir=self.folder, prefix=".part-", delete=False)  # noqa: SIM115
        except OSError as error:
            raise _cannot_keep(self.folder, error) from error
        try:
            with part:
                yield part
        finally:
            Path(part.name).unlink(missing_ok=True)

    def _path(self, url: str, digest: str) -> Path:
        host = "".join(sign for sign in urlsplit(url).hostname or "" if sign.isalnum() or sign in ".-").strip(".")
        return self.folder / (host or "unknown") / f"{digest}.gz"

    def _content(self, line: Line) -> bytes | None:
        """The bytes a line speaks of; nothing if they are gone or are not those of the hash."""
        try:
            content = gzip.decompress(self._path(line.address, line.hash).read_bytes())
        except (OSError, EOFError, zlib.error):
            return None
        return content if hashlib.sha256(content).hexdigest() == line.hash else None

    def _note(self, line: Line) -> None:
        said = {name: getattr(line, name) for name in Line.__slots__} | {"retrieved": line.retrieved.isoformat()}
        raw = json.dumps(said, ensure_ascii=False).encode() + b"\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # One write at the end of the file: lines of two processes never mix.
            file = os.open(self.folder / INDEX, os.O_APPEND | os.O_CREAT | os.O_RDWR, 0o600)
            try:
                broke_off = os.lseek(file, 0, os.SEEK_END) > 0 and _last_byte(file) != b"\n"
                os.write(file, (b"\n" if broke_off else b"") + raw)
            finally:
                os.close(file)
        except OSError as error:
            raise _cannot_keep(self.folder, error) from error


def user_cache() -> Path:
    """Where this system keeps what can be fetched again."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")


def _last_byte(file: int) -> bytes:
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1)


def _cannot_keep(folder: Path, error: OSError) -> CollectError:
    return CollectError(
        both(
            f"raw answers cannot be kept in {folder}: {error.strerror}.",
            f"無法把原始回應保存在 {folder}：{error.strerror}。",
        ),
        both("Make room, or set XDG_CACHE_HOME to a folder that can be written.",
             "請騰出空間，或把 XDG_CACHE_HOME 設為可寫入的資料夾。"),
    )  # fmt: skip
