"""Blocks in a terminal: the same words and numbers as on the page, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from perpetuum.core.text import Language
from perpetuum.report.blocks import (
    LIGHTS,
    MARKS,
    SIGNS,
    Block,
    Card,
    Cards,
    Cell,
    Curves,
    Dominoes,
    Evidence,
    Fan,
    Fans,
    Fold,
    Light,
    Money,
    Odds,
    Paragraph,
    Points,
    Ring,
    Rings,
    Stack,
    Stacks,
    Swings,
    Table,
    Tallies,
    Tally,
    Title,
    Tone,
)
from perpetuum.report.evidence import is_remembered
from perpetuum.report.words import joined, say

if TYPE_CHECKING:
    from rich.console import RenderableType

_TONES: dict[Tone, str] = {"plain": "", "strong": "bold", "muted": "dim", "unknown": "dim italic"}
# Shapes tell the kinds of money apart where there is no colour.
_INK: dict[Money, tuple[str, str]] = {
    "end_users": ("█", "#2893d1"),
    "outside": ("▓", "#c67c00"),
    "recycled": ("▒", "#d1495b"),
    "unknown": ("░", "bright_black"),
}
_LIGHTS: dict[Light, str] = {"running": "#2893d1", "watch": "#c67c00", "alarm": "#d1495b", "unknown": "bright_black"}
BAR = 40
# Quarters of a tally that a terminal shows.
LINES = 6
WIDE = 44


def draw(blocks: tuple[Block, ...], language: Language) -> RenderableType:
    """Blocks as something a rich console prints."""
    return Group(*(_block(block, language) for block in blocks))


def _block(block: Block, language: Language) -> RenderableType:
    match block:
        case Title():
            return Padding(RichText(block.text.in_language(language), style="bold"), (1, 0, 0, 0))
        case Paragraph():
            style = "dim" if block.style == "note" else ""
            mark = _remembered(block.evidence, language)
            return Padding(RichText(block.text.in_language(language) + mark, style=style), (0, 0, 1, 0))
        case Points():
            return Group(*(_block(each, language) for each in block.sentences))
        case Table():
            return _table(block, language)
        case Stacks():
            return _stacks(block, language)
        case Rings():
            return Group(*(_ring(ring, language) for ring in block.rings))
        case Dominoes():
            # A terminal has the table of falls and losses; the picture would say it again.
            return Group()
        case Cards():
            return Group(*(_card(card, language) for card in block.cards))
        case Tallies():
            return Group(*(_tally(tally, language) for tally in block.tallies))
        case Fans():
            caption = RichText(block.caption.in_language(language), style="dim")
            return Padding(Group(caption, *(_fan(fan, language) for fan in block.fans)), (0, 0, 1, 0))
        case Curves():
            title = RichText(block.title.in_language(language), style="bold")
            told = RichText(joined([block.alt, block.caption], "\n", "\n").in_language(language), style="dim")
            return Padding(Group(title, told), (1, 0, 1, 0))
        case Odds():
            return _odds(block, language)
        case Swings():
            return _swings(block, language)
        case Fold():
            return Group(RichText(block.summary.in_language(language), style="bold"), draw(block.blocks, language))


def _cell(cell: Cell, language: Language, *, small: bool = True) -> RichText:
    mark = f"{MARKS[cell.stage]} " if cell.stage else ""
    words = mark + cell.text.in_language(language) + _remembered(cell.evidence, language)
    out = RichText(words, style=_TONES[cell.tone])
    if cell.href is not None:
        out.stylize(f"link {cell.href}")
    if small and cell.small is not None:
        out.append(f"\n{cell.small.in_language(language)}", style="dim not bold not italic")
    return out


def _remembered(evidence: Evidence, language: Language) -> str:
    """The mark of what stands in no document."""
    return f" {say('remembered').in_language(language)}" if is_remembered(evidence) else ""


def _table(block: Table, language: Language) -> RenderableType:
    if not block.rows:
        return RichText((block.empty or say("unknown")).in_language(language), style="dim")
    table = RichTable(
        box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="bold", show_edge=False, row_styles=[""]
    )
    for column in block.columns:
        width = WIDE if column.wide else None
        table.add_column(column.text.in_language(language), justify=column.align, overflow="fold", min_width=width)
    for row in block.rows:
        table.add_row(*(_cell(cell, language) for cell in row))
    caption = [RichText(block.caption.in_language(language), style="dim")] if block.caption else []
    return Padding(Group(*caption, table), (0, 0, 1, 0))


def _fan(block: Fan, language: Language) -> RichText:
    """A fan in words: a terminal has no room for its bands."""
    line = RichText(f"{block.title.in_language(language)}  ", style="bold")
    return line.append(block.note.in_language(language), style="not bold")


def _odds(block: Odds, language: Language) -> RenderableType:
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="bold", show_edge=False)
    table.add_column("")
    for year in block.years:
        table.add_column(year.in_language(language), justify="right")
    for name, _, shares in block.bars:
        table.add_row(name.in_language(language), *(f"{share:.0%}" for share in shares))
    title = RichText(block.title.in_language(language), style="bold")
    caption = RichText(block.caption.in_language(language), style="dim")
    return Padding(Group(title, caption, table), (0, 0, 1, 0))


def _swings(block: Swings, language: Language) -> RenderableType:
    table = RichTable(box=None, pad_edge=False, padding=(0, 1), show_header=False)
    for row in block.rows:
        table.add_row(_cell(row.name, language), _cell(row.words, language))
    return Padding(Group(RichText(block.caption.in_language(language), style="dim"), table), (0, 0, 1, 0))


def _stacks(block: Stacks, language: Language) -> RenderableType:
    table = RichTable(box=None, pad_edge=False, padding=(0, 1), show_header=False)
    for stack in block.rows:
        name = RichText(stack.name.in_language(language))
        remark = _cell(stack.remark, language, small=False)
        table.add_row(name, _bar(stack), _cell(stack.whole, language), remark, _small(stack.remark, language))
    key = RichText()
    for money, (sign, colour) in _INK.items():
        key.append(f"{sign} ", style=colour)
        key.append(f"{say(f'money.{money}').in_language(language)}   ", style="dim")
    return Padding(Group(RichText(block.caption.in_language(language), style="dim"), table, key), (0, 0, 1, 0))


def _small(cell: Cell, language: Language) -> RichText:
    return RichText(cell.small.in_language(language) if cell.small else "", style="dim")


def _bar(stack: Stack) -> RichText:
    """A bar of characters; every part that is there gets at least one."""
    out, parts = RichText(), [(money, part) for money, part in stack.parts if part > 0]
    widths = {money: max(1, round(BAR * part)) for money, part in parts}
    if widths:
        largest = max(widths, key=lambda money: widths[money])
        widths[largest] += BAR - sum(widths.values())
    for money, width in widths.items():
        sign, colour = _INK[money]
        out.append(sign * width, style=colour)
    return out


def _ring(ring: Ring, language: Language) -> RenderableType:
    names = {id: name.in_language(language) for id, name, _ in ring.firms}
    lines = [RichText(ring.title.in_language(language), style="bold")]
    for band in ring.bands:
        line = RichText(f"  {names[band.payer]} → {names[band.payee]}  ")
        line.append_text(_cell(band.label, language, small=False))
        if band.note is not None:
            line.append(f"  {band.note.in_language(language)}", style="dim")
        if band.label.small is not None:
            line.append(f"  {band.label.small.in_language(language)}", style="dim")
        lines.append(line)
    share = RichText("  ").append_text(_cell(ring.share, language, small=False))
    if ring.share.small is not None:
        share.append(f"  {ring.share.small.in_language(language)}", style="dim")
    lines.append(share)
    if ring.sentence is not None:
        lines.append(RichText(f"  {ring.sentence.text.in_language(language)}"))
    lines += [RichText("  ").append_text(_cell(line, language)) for line in ring.lines]
    return Padding(Group(*lines), (0, 0, 1, 0))


def _card(card: Card, language: Language) -> RenderableType:
    name = joined([card.part, card.title], ": ", "：")
    head = RichText(f"{name.in_language(language)}  ", style="bold")
    head.append_text(_cell(card.value, language, small=False))
    if card.value.small is not None:
        head.append(f"  {card.value.small.in_language(language)}", style="dim not bold")
    word = say(f"band.{card.light}").in_language(language)
    head.append(f"  {SIGNS[card.light]} {word}", style=f"not bold {_LIGHTS[card.light]}")
    lines: list[RenderableType] = [RichText("  ").append_text(_cell(line, language)) for line in card.lines]
    if card.is_open and card.details is not None:
        lines.append(Padding(draw(card.details.blocks, language), (0, 0, 0, 2)))
    return Padding(Group(head, *lines), (0, 0, 1, 0))


def _tally(tally: Tally, language: Language) -> RenderableType:
    """The newest columns as numbers, one line a quarter."""
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="bold", show_edge=False)
    table.add_column(tally.title.in_language(language))
    for light in LIGHTS:
        table.add_column(f"{SIGNS[light]} {say(f'band.{light}').in_language(language)}", justify="right")
    for quarter, counts in list(zip(tally.quarters, tally.counts, strict=True))[-LINES:]:
        table.add_row(quarter.in_language(language), *(str(count) for count in counts))
    return Padding(table, (0, 0, 1, 0))
