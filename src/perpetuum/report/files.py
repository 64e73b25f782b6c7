"""Writing results: all of them or none, whatever interrupts."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, each whole; those already there that are not named stay.

    Everything is first written beside the folder. Only then the files change places, during
    which an interrupt waits. The last file of the mapping goes last.

    Raises
    ------
    OSError
        If the folder cannot be written; then nothing has changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        for name, content in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        for name in files:
            _make_room(folder / name)
        with interrupts_wait():
            for name in files:
                os.replace(staging / name, folder / name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _make_room(path: Path) -> None:
    # Whatever could stop a file from changing places must show before the first one does.
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


@contextlib.contextmanager
def interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back until the block is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV (UTF-8, LF, RFC 4180); words that a spreadsheet would run get an apostrophe.

    Examples
    --------
    >>> as_csv(["a"], [["=1+1"], [-2.0], [None]])
    b"a\\n'=1+1\\n-2.0\\n\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        cells = [_harmless(cell) for cell in row]
        # A lone empty cell would be quoted; blank means unknown here.
        out.write("\n") if cells == [""] else writer.writerow(cells)
    return out.getvalue().encode()


def _harmless(cell: Any) -> Any:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    # The writer quotes LF only; a bare CR would end the row in most programs.
    lines = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{lines}" if cell.startswith(_STARTS_A_FORMULA) else lines
