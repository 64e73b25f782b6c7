"""A bar on standard error: how many futures are done, and how long the rest will take."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from perpetuum.core.text import Language
from perpetuum.report.words import say

if TYPE_CHECKING:
    from perpetuum.machine.progress import Progress


@contextlib.contextmanager
def bar(language: Language) -> Iterator[Progress]:
    """Show the futures go by; a first start says that the machine is being compiled."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        key = "machine.compiling" if must_compile() else "machine.opening"
        task = shown.add_task(say(key).in_language(language), total=None, left="")

        def tell(done: int, total: int, left: float | None) -> None:
            text = "" if left is None or done == total else _left(left, language)
            shown.update(task, description=say("machine.living").in_language(language), completed=done, total=total,
                         left=text)  # fmt: skip

        yield tell


def _left(seconds: float, language: Language) -> str:
    whole = max(1, round(seconds))
    if whole < 90:
        return say("machine.seconds_left", seconds=whole).in_language(language)
    return say("machine.minutes_left", minutes=round(whole / 60)).in_language(language)


def must_compile() -> bool:
    """Is this the first start since the machine changed? Where nothing can be kept, every start is."""
    import numba

    import perpetuum.machine
    from perpetuum.maths.compiled import cache_folder

    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return False
    folder = cache_folder(Path(perpetuum.machine.__file__).parent)
    return folder is None or not any(folder.rglob("*live_many*.nbi"))
