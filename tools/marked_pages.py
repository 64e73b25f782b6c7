"""Tables of the program on pages of the documentation, between two marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from perpetuum.core.text import Text
from perpetuum.report.blocks import Block, Cell, Fold, Paragraph, Points, Table, Title

Lang = Literal["en", "zh"]


def put(path: Path, begin: str, inside: str, end: str) -> None:
    """Write other words between the marks of a page; ``inside`` holds the marks too."""
    path.write_text(replaced(path.read_text(encoding="utf-8"), begin, inside, end), encoding="utf-8")


def replaced(page: str, begin: str, inside: str, end: str) -> str:
    """A page with other words between its marks; a page without them is refused with ``ValueError``.

    Examples
    --------
    >>> replaced("a\\n<\\nold\\n>\\nb\\n", "<", "<\\nnew\\n>", ">").splitlines()[2]
    'new'
    """
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no marks. Write {begin} and {end} where the tables belong.")
    return before + inside + after


def lines(block: Block, lang: Lang) -> Iterator[str]:
    """A block as lines of Markdown."""
    if isinstance(block, Title):
        yield f"{'#' * max(block.level + 1, 3)} {block.text.in_language(lang)}"
    elif isinstance(block, Paragraph):
        yield block.text.in_language(lang)
    elif isinstance(block, Points):
        yield from (f"- {point.text.in_language(lang)}" for point in block.sentences)
    elif isinstance(block, Table):
        yield from _table(block, lang)
    elif isinstance(block, Fold):
        yield f"**{block.summary.in_language(lang)}**"
        for inner in block.blocks:
            yield from ("", *lines(inner, lang))


def _table(block: Table, lang: Lang) -> Iterator[str]:
    if block.caption is not None:
        yield from (block.caption.in_language(lang), "")
    yield _row([_said(column.text, lang) for column in block.columns])
    yield _row(["---:" if column.align == "right" else "---" for column in block.columns])
    for row in block.rows:
        yield _row([_cell(cell, lang) for cell in row])


def _cell(cell: Cell, lang: Lang) -> str:
    small = (
        ""
        if cell.small is None
        else f" ({_said(cell.small, lang)})"
        if lang == "en"
        else f"（{_said(cell.small, lang)}）"
    )
    return _said(cell.text, lang) + small


def _said(text: Text, lang: Lang) -> str:
    return text.in_language(lang).replace("\n", " ").replace("|", "\\|")


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
