"""The report in a terminal: the same words in one language, within the width of the window, stages marked."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from rich.console import Console

from perpetuum.core.text import Text
from perpetuum.ledger import load
from perpetuum.report import tell
from perpetuum.report.blocks import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Fold,
    Page,
    Paragraph,
    Points,
    Rings,
    Stack,
    Stacks,
    Table,
    Title,
)
from perpetuum.report.snapshots import study
from perpetuum.report.storyteller import makers
from perpetuum.report.terminal import BAR, draw
from perpetuum.report.words import plain
from tests.report.made_case import HOSTILE, SCRIPT, ai_study, made_case, triangle_study

MARKS = {"announced": "○", "signed": "◐", "paid": "●"}
UNFOLDED = 3000
STUDIES = {"shipped": ai_study, "triangle": triangle_study}


def printed(blocks: tuple[Block, ...], language: str = "en", width: int = 120) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, color_system=None).print(draw(blocks, language))
    return out.getvalue()


def cells(blocks: tuple[Block, ...]) -> Iterator[Cell]:
    """Every cell that is printed."""
    for block in blocks:
        match block:
            case Table():
                yield from (cell for row in block.rows for cell in row)
            case Stacks():
                yield from (cell for row in block.rows for cell in (row.whole, row.remark))
            case Rings():
                for ring in block.rings:
                    yield from (*(band.label for band in ring.bands), ring.share, *ring.lines)
            case Cards():
                for card in block.cards:
                    yield from (card.value, *card.lines)
            case Fold():
                yield from cells(block.blocks)


@functools.cache
def told(name: str) -> dict[str, Page]:
    return {page.id: page for page in tell(STUDIES[name]())}


# Nothing is simulated in these studies; the page of the machine has its own test.
PAGES = [maker.id for maker in makers() if maker.id not in ("machine", "replay")]


@pytest.fixture(params=[(name, id) for name in STUDIES for id in PAGES], ids="-".join)
def page(request):
    name, id = request.param
    return told(name)[id]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_fits_the_window_in_both_languages(page, language, width):
    lines = printed(page.blocks, language, width).splitlines()
    assert len(lines) > 3
    assert [line for line in lines if cell_len(line.rstrip()) > width] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_amount_that_has_a_stage_bears_its_mark(page, language):
    staged = [cell for cell in cells(page.blocks) if cell.stage]
    text = printed(page.blocks, language, UNFOLDED)
    for stage, mark in MARKS.items():
        assert text.count(mark) >= sum(cell.stage == stage for cell in staged)


def test_every_word_of_every_cell_is_printed(page):
    flat = "".join(printed(page.blocks, "zh", UNFOLDED).split())
    for cell in cells(page.blocks):
        assert "".join(cell.text.zh.split()) in flat


def test_a_stage_mark_stands_right_before_the_amount():
    for stage, mark in MARKS.items():
        money = Cell(text=Text(en="US$1bn", zh="10 億美元"), stage=stage)
        table = Table(columns=(Column(text=plain("x")),), rows=((money,),))
        stacks = Stacks(
            rows=(Stack(name=plain("n"), parts=(("unknown", 1.0),), remark=money, whole=money),), caption=plain("c")
        )
        assert f"{mark} US$1bn" in printed((table,))
        assert printed((stacks,), "zh").count(f"{mark} 10 億美元") == 2


def test_the_part_and_the_name_of_a_dial_are_joined_by_a_colon_of_their_language():
    name, part = Text(en="Weekly users", zh="每週活躍用戶"), Text(en="engine", zh="引擎")
    cards = Cards(cards=(Card(title=name, part=part, value=Cell(text=plain("9")), light="unknown"),))
    assert "engine: Weekly users" in printed((cards,))
    assert "引擎：每週活躍用戶" in printed((cards,), "zh")


def test_only_the_language_that_is_asked_for_is_printed():
    text = Text(en="english words", zh="中文字")
    blocks = (Title(text=text), Paragraph(text=text), Points(sentences=(Paragraph(text=text),)),
              Fold(summary=text, blocks=(Paragraph(text=text),)),
              Table(columns=(Column(text=text),), rows=((Cell(text=text, small=text),),), caption=text),
              Cards(cards=(Card(title=text, part=text, value=Cell(text=text, small=text), light="watch"),)),
              )  # fmt: skip
    assert "中" not in printed(blocks, "en")
    assert "english" not in printed(blocks, "zh")


def test_a_table_without_rows_says_what_is_missing():
    table = Table(columns=(Column(text=plain("x")),), rows=(), empty=plain("No loop is known."))
    assert printed((table,)).strip() == "No loop is known."
    assert printed((Table(columns=(), rows=()),), "zh").strip() == "未知"


@pytest.mark.parametrize(
    "parts", [(0.25, 0.25, 0.25, 0.25), (0.0, 0.001, 0.0, 0.999), (1.0, 0.0, 0.0, 0.0), (1 / 3, 1 / 3, 1 / 3, 0)]
)
def test_a_bar_has_one_length_and_every_part_that_is_there_shows(parts):
    makeup = tuple(zip(("end_users", "outside", "recycled", "unknown"), parts, strict=True))
    stack = Stack(name=plain("n"), parts=makeup, remark=Cell(text=plain("r")), whole=Cell(text=plain("w")))
    bar = next(
        line for line in printed((Stacks(rows=(stack,), caption=plain("c")),)).splitlines() if line.startswith("n")
    )
    drawn = [bar.count(sign) for sign in "█▓▒░"]
    assert sum(drawn) == BAR
    assert [count > 0 for count in drawn] == [part > 0 for part in parts]


def test_the_kinds_of_money_can_be_told_apart_without_colour():
    key = printed((Stacks(rows=(), caption=plain("c")),))
    assert all(sign in key for sign in "█▓▒░")


def test_square_brackets_and_markup_are_only_words():
    words = plain("[bold]x[/bold] [link=http://x]y :smile:")
    table = Table(columns=(Column(text=plain("x")),), rows=((Cell(text=words, small=words),),), caption=words)
    blocks = (Title(text=words), Paragraph(text=words), table)
    assert printed(blocks).count("[bold]x[/bold] [link=http://x]y :smile:") == 5


def test_a_script_in_a_name_is_only_words():
    pages = tell(study(load(made_case(*HOSTILE.items()))))
    text = "".join(printed(page.blocks, "en", 200) for page in pages)
    assert SCRIPT in text
    assert "=HYPERLINK(1)" in text
