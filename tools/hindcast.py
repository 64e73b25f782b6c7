"""`python -m tools.hindcast [case]`: remake the scores kept with a case and the tables of the page on hindcasts.

The tables stand between two marks, in both languages, and say of which case, with which hash and up to which date they
are. They are of the shipped case; of another one, only its scores are kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from perpetuum import __version__, load
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.files import shipped_cases
from perpetuum.report import numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.files import write_all
from perpetuum.report.hindcast import Hindcast, hindcast
from perpetuum.report.hindcast_kept import kept
from perpetuum.report.views.hindcast import told

Lang = Literal["en", "zh"]
DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Lang, Path] = {"en": DOCS / "hindcast.md", "zh": DOCS / "zh-Hant" / "hindcast.md"}
BEGIN, END = "<!-- made by tools/hindcast.py: begin -->", "<!-- made by tools/hindcast.py: end -->"
_MADE: dict[Lang, str] = {
    "en": "Case `{case}` of {date}, hash `{hash}`, perpetuum {version}, {draws} futures in a round, seed {seed}.",
    "zh": "案例 `{case}`（{date}），雜湊 `{hash}`，perpetuum {version}，每輪 {draws} 條路徑，種子 {seed}。",
}
DRAWS, SEED = 40_000, 0
CASE = "ai"  # whose tables the pages show


def made(ledger: Ledger, done: Hindcast, lang: Lang) -> str:
    """What stands between the marks."""
    date = numbers.day(done.newest).in_language(lang)
    head = _MADE[lang].format(case=ledger.case.id, date=date, hash=ledger.hash[:16], version=__version__,
                              draws=f"{DRAWS:,}", seed=SEED)  # fmt: skip
    blocks = [line for block in told(ledger, done) for line in (*_lines(block, lang), "")]
    return "\n".join([BEGIN, "", head, "", *blocks, END])


def put(page: str, inside: str) -> str:
    """A page with other words between its marks; a page without them is refused with ``ValueError``.

    Examples
    --------
    >>> put(f"a\\n{BEGIN}\\nold\\n{END}\\nb\\n", f"{BEGIN}\\nnew\\n{END}").splitlines()[2]
    'new'
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no marks. Write {BEGIN} and {END} where the tables belong.")
    return before + inside + after


def _lines(block: Block, lang: Lang) -> Iterator[str]:
    if isinstance(block, Title):
        yield f"{'#' * max(block.level + 1, 3)} {block.text.in_language(lang)}"
    elif isinstance(block, Paragraph):
        yield block.text.in_language(lang)
    elif isinstance(block, Table):
        yield from _table(block, lang)


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


def main(case: str = "ai") -> None:
    """Forecast, score, keep the scores with the case, and write both pages where they are of it."""
    ledger = load(case)
    done = hindcast(
        ledger, draws=DRAWS, seed=SEED, progress=lambda text: print(text.in_language("en"), file=sys.stderr, flush=True)
    )
    write_all(shipped_cases().get(case, Path(case)), kept(ledger, done, draws=DRAWS, seed=SEED))
    if case != CASE:
        return
    for lang, path in PAGES.items():
        path.write_text(put(path.read_text(encoding="utf-8"), made(ledger, done, lang)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2])
