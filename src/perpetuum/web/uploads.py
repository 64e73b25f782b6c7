"""A case somebody brings: a zip that is read in memory, counted while it is read, and never unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from perpetuum.ledger import Ledger
from perpetuum.report.words import say
from perpetuum.web.wire import Refused

LARGEST = 5_000_000
MOST_UNPACKED = 50_000_000
MOST_MEMBERS = 2_000
DEEPEST = 3
KEPT = 16
_NAME = re.compile(r"[a-z0-9._-]+")
_ENDS = (".yaml", ".csv")
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_AT_ONCE = 65_536


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The files of a case by their path inside it.

    Raises
    ------
    Refused
        For whatever is no zip of one case folder: why, and what to do instead.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _without_folder(_read(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError):
        raise _no("zip") from None


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise _no("members", most=MOST_MEMBERS)
    found: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for member in members:
        _check_name(member)
        if member.is_dir():
            continue
        if member.filename in found:
            raise _no("twice", file=_shown(member.filename))
        # The header may say anything: only what comes out counts.
        content = bytearray()
        with archive.open(member) as source:
            while some := source.read(min(_AT_ONCE, left + 1)):
                content += some
                left -= len(some)
                if left < 0:
                    raise _no("large", most=MOST_UNPACKED // 1_000_000)
        if content.startswith(_PACKED):
            raise _no("nested", file=_shown(member.filename))
        found[member.filename] = bytes(content)
    return found


def _check_name(member: zipfile.ZipInfo) -> None:
    # `orig_filename`: the reader itself cuts a name at a NUL and turns backslashes on some systems.
    name, file = member.orig_filename, _shown(member.orig_filename)
    parts = name.removesuffix("/").split("/")
    if name.startswith("/") or "\\" in name or any(part in ("", ".", "..") for part in parts):
        raise _no("path", file=file)
    if not all(_NAME.fullmatch(part) for part in parts):
        raise _no("name", file=file)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _no("link", file=file)
    if member.flag_bits & 0x1:
        raise _no("locked", file=file)
    if len(parts) > DEEPEST + 1:
        raise _no("deep", file=file, most=DEEPEST)
    if not member.is_dir() and not name.endswith(_ENDS):
        raise _no("kind", file=file)


def _without_folder(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same without the one folder that all lie in."""
    if not files:
        raise _no("empty")
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        files = {name.partition("/")[2]: content for name, content in files.items()}
    for name in files:
        if name.count("/") >= DEEPEST:
            raise _no("deep", file=_shown(name), most=DEEPEST)
    return dict(sorted(files.items()))


def _shown(name: str) -> str:
    """A name from outside, short and without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else "?" for sign in name[:80]).strip() or "?"


def _no(key: str, **parts: str | int) -> Refused:
    return Refused(422, say(f"web.upload.{key}", **parts), say("web.upload.how"), where="body")


def name_of(files: Mapping[str, bytes]) -> str:
    """The name of a case that was brought: the hash of all its files, scenarios too."""
    told = hashlib.sha256()
    for path, content in sorted(files.items()):
        told.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return told.hexdigest()[:32]


def is_brought(name: str) -> bool:
    """Is this the name of a case that was brought?

    Examples
    --------
    >>> is_brought("0123456789abcdef0123456789abcdef"), is_brought("ai")
    (True, False)
    """
    return re.fullmatch(r"[0-9a-f]{32}", name) is not None


@dataclass(slots=True)
class Shelf:
    """The newest cases that were brought; they live in memory only."""

    kept: OrderedDict[str, Ledger] = field(default_factory=OrderedDict)

    def put(self, name: str, ledger: Ledger) -> None:
        """Keep one more; the oldest gives way."""
        self.kept[name] = ledger
        self.kept.move_to_end(name)
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
