"""The same answers from files: for tests, for closed machines, and to replay what was once fetched."""

from __future__ import annotations

import datetime
import fnmatch
import hashlib
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from perpetuum.connectors.answers import NoAnswer
from perpetuum.connectors.connector import Address, Document
from perpetuum.connectors.http import LARGEST_ANSWER
from perpetuum.core.errors import CollectError
from perpetuum.core.text import Text, both

MANIFEST = "SHA256SUMS"
_LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of a folder or of an archive: its name there, its size, when it was written, how to read it."""

    name: str
    size: int
    written: datetime.datetime
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A folder or a zip archive of saved answers, with the hashes of its manifest."""

    entries: tuple[Entry, ...]
    hashes: dict[str, str]
    name: str

    def find(self, address: Address) -> tuple[Document, tuple[str, ...]]:
        """The saved answer of an address, and the names of all files that could be it.

        Among several the last by name is taken: names that hold a date sort by it.

        Raises
        ------
        NoAnswer
            If no file has the name.
        CollectError
            If the file differs from the manifest, or is too large.
        """
        inside(address.file)
        fitting = [entry for entry in self.entries if fnmatch.fnmatchcase(entry.name, address.file)]
        fitting = fitting or [e for e in self.entries if fnmatch.fnmatchcase(PurePosixPath(e.name).name, address.file)]
        if not fitting:
            where = address.url or "–"
            raise NoAnswer(
                "not_in_folder",
                both(f"{self.name}: there is no {address.file}.", f"{self.name}：沒有 {address.file}。"),
                both(
                    f"Save the publisher's answer under that name, with anything for a *. Its address: {where}",
                    f"請把發布者的回應以此名稱存檔，* 可為任意文字。網址：{where}",
                ),
            )  # fmt: skip
        entry = max(fitting, key=lambda entry: entry.name)
        return self._document(address, entry), tuple(sorted(entry.name for entry in fitting))

    def _document(self, address: Address, entry: Entry) -> Document:
        if entry.size > LARGEST_ANSWER:
            size, most = entry.size / 1e6, LARGEST_ANSWER / 1e6
            raise _refused(entry.name, both(f"it has {size:,.0f} MB; at most {most:,.0f} MB are read",
                                            f"檔案有 {size:,.0f} MB，最多讀 {most:,.0f} MB"))  # fmt: skip
        content = entry.read()
        due = self.hashes.get(entry.name)
        if due is not None and hashlib.sha256(content).hexdigest() != due:
            raise CollectError(
                both(f"{entry.name}: the file was changed; its hash is not the one in {MANIFEST}.",
                     f"{entry.name}：檔案被更動過，雜湊值與 {MANIFEST} 不符。"),
                both("Fetch it again, or make the manifest anew if you changed it on purpose: sha256sum * > SHA256SUMS",
                     "請重新取得；若是您有意修改，請重做清單：sha256sum * > SHA256SUMS"),
            )  # fmt: skip
        return Document(address=address, content=content, retrieved=entry.written)


def open_shelf(place: Path) -> Shelf:
    """A folder, or a zip archive, as a shelf. Nothing is unpacked.

    Raises
    ------
    CollectError
        If there is no such place, or if it holds a link, or a name that leads outside.
    """
    if place.is_dir():
        entries = _folder(place)
    elif place.is_file() and zipfile.is_zipfile(place):
        entries = _archive(place)
    else:
        raise CollectError(
            both(f"{place} is neither a folder nor a zip archive.", f"{place} 不是資料夾，也不是 zip 壓縮檔。"),
            both(
                "Give a folder with saved answers: --from-disk FOLDER", "請指定放有回應檔的資料夾：--from-disk FOLDER"
            ),
        )
    return Shelf(entries=entries, hashes=_manifest(entries), name=str(place))


def inside(name: str) -> str:
    """A name that stays in its folder, or an error.

    Raises
    ------
    CollectError
        If it is absolute or climbs.
    """
    parts = name.replace("\\", "/").split("/")
    if not name or parts[0] == "" or ".." in parts or ":" in parts[0] or "\0" in name:
        raise _refused(name, both("the name leads outside the folder", "名稱指向資料夾之外"))
    return name


def _folder(place: Path) -> tuple[Entry, ...]:
    found = []
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if path.is_symlink():
            found.append(Entry(name=name, size=0, written=_LONG_AGO, read=_link(name)))
        elif path.is_file():
            about = path.stat()
            written = datetime.datetime.fromtimestamp(int(about.st_mtime), datetime.UTC)
            found.append(Entry(name=name, size=about.st_size, written=written, read=path.read_bytes))
    return tuple(found)


def _link(name: str) -> Callable[[], bytes]:
    """A link is refused when it is asked for, not because it lies beside."""

    def read() -> bytes:
        raise _refused(name, both("it is a link", "它是連結"))

    return read


def _archive(place: Path) -> tuple[Entry, ...]:
    found = []
    with zipfile.ZipFile(place) as archive:
        for member in archive.infolist():
            name = inside(member.filename)
            if stat.S_ISLNK(member.external_attr >> 16):
                found.append(Entry(name=name, size=0, written=_LONG_AGO, read=_link(name)))
            elif not member.is_dir():
                written = datetime.datetime(*member.date_time, tzinfo=datetime.UTC)
                found.append(Entry(name=name, size=member.file_size, written=written, read=_member(place, name)))
    return tuple(found)


def _member(place: Path, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        with zipfile.ZipFile(place) as archive, archive.open(name) as file:
            content = file.read(LARGEST_ANSWER + 1)
        if len(content) > LARGEST_ANSWER:
            raise _refused(name, both("it unpacks to more than it says", "解壓縮後比標示的大"))
        return content

    return read


def _manifest(entries: tuple[Entry, ...]) -> dict[str, str]:
    """The hashes of the file that ``sha256sum`` writes, by name; none if there is no such file."""
    for entry in entries:
        if entry.name == MANIFEST:
            lines = entry.read().decode("utf-8", "replace").splitlines()
            pairs = (line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#"))
            return {pair[1].lstrip("*").removeprefix("./"): pair[0].lower() for pair in pairs if len(pair) == 2}
    return {}


def _refused(name: str, why: Text) -> CollectError:
    return CollectError(
        both(f"{name}: {why.en}, and is refused.", f"{name}：{why.zh}，因此拒讀。"),
        both("Put plain files into one folder.", "請把一般檔案放進同一個資料夾。"),
    )
