"""A report as pages to print: the same blocks, words and pictures as in the browser, with its sources at the end."""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from perpetuum.core.claim import Claim
from perpetuum.core.text import Language, Text
from perpetuum.ledger import Ledger
from perpetuum.report import cascade, curves, draw, fans, names, numbers
from perpetuum.report.blocks import (
    MARKS,
    MONEY,
    SIGNS,
    Block,
    Card,
    Cards,
    Cell,
    Curves,
    Dominoes,
    Fans,
    Fold,
    Odds,
    Page,
    Paragraph,
    Points,
    Ring,
    Rings,
    Stack,
    Stacks,
    Swings,
    Table,
    Tallies,
    Title,
)
from perpetuum.report.evidence import Book, claims_of, is_remembered
from perpetuum.report.extras import PDF
from perpetuum.report.sheet import asset, colours, frame, leads_outside
from perpetuum.report.snapshots import Study
from perpetuum.report.words import say

Data = dict[str, Any]
FONT = "Noto Sans CJK TC"
# A number of two hundred claims is checked in the browser; on paper the first of them stand for all.
NAMED = 6
_LIT = {"running": "end-users", "watch": "outside", "alarm": "recycled", "unknown": "unknown"}
_SHADES = {"engine": "engine", "gear": "gear", "fuel": "fuel", "hollow": "muted"}
_VAR = re.compile(r"var\(--([a-z-]+)\)")


def document(study: Study, pages: tuple[Page, ...], language: Language = "en") -> bytes:
    """A report as a PDF: the same pages, in one language.

    Parameters
    ----------
    study
        What was measured; its date is the date of the document, so that the same report has the same bytes.

    Raises
    ------
    MissingExtra
        If the program was installed without what sets pages.
    """
    PDF.refuse_missing()
    import typst

    data, day = as_data(study, pages, language), study.now.asof
    try:
        return _set(data, day, ["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        data["frame"] += " " + say("pdf.boxes").in_language(language)
        return _set(data, day, [])


def _set(data: Data, day: datetime.date, standards: list[str]) -> bytes:
    import typst

    # Its types do not say that files may be given by name, out of memory; its manual does.
    files: Any = {
        "main.typ": asset("report.typ").encode(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    fonts = str(resources.files("perpetuum.report") / "fonts")
    noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
    strict: Any = standards
    return typst.compile(
        files, format="pdf", font_paths=[fonts], ignore_system_fonts=True, pdf_standards=strict, timestamp=noon
    )


def as_data(study: Study, pages: tuple[Page, ...], language: Language) -> Data:
    """What the template sets: text reaches it as data and never as markup."""
    ledger, writer = study.ledger, _Writer(language)
    sections = [writer.section(page) for page in pages]
    return {
        "title": writer.word(ledger.case.name), "lang": "zh" if language == "zh" else "en", "font": FONT,
        "frame": writer.word(frame(study)), "palette": _palette(), "sections": sections,
        "sources": {"title": writer.word(say("html.evidence")), "lead": writer.word(say("pdf.sources")),
                    "entries": list(writer.sources(ledger))},
        "date": [study.now.asof.year, study.now.asof.month, study.now.asof.day],
    }  # fmt: skip


def _palette() -> Data:
    """The colours of the light page on white paper."""
    return {**colours(), "paper": "#ffffff"}


@dataclass(slots=True)
class _Writer:
    """Blocks to data, entering evidence on the way."""

    language: Language
    book: Book = field(default_factory=Book)
    level: int = 1  # of the last heading: readers aloud want none skipped

    def word(self, text: Text) -> str:
        return text.in_language(self.language)

    def blocks(self, blocks: Iterable[Block]) -> list[Data]:
        return [told for block in blocks if (told := self.block(block))]

    def block(self, block: Block) -> Data:
        match block:
            case Title():
                return self.heading(block.text, max(block.level, 2))
            case Paragraph():
                return self.paragraph(block)
            case Points():
                return {"kind": "points", "each": [self.paragraph(each) for each in block.sentences]}
            case Table():
                return self.table(block)
            case Stacks():
                return self.bars(block)
            case Rings():
                return {"kind": "rings", "each": [self.ring(ring) for ring in block.rings],
                        "caption": self.word(block.caption), "key": self.money_key()}  # fmt: skip
            case Dominoes():
                return self.dominoes(block)
            case Cards():
                return {"kind": "cards", "each": [self.card(card) for card in block.cards]}
            case Tallies():
                each = [{"title": self.word(one.title), "svg": self.svg(draw.tally(one))} for one in block.tallies]
                return {"kind": "pictures", "each": each, "caption": self.word(block.caption)}
            case Fans():
                each = [
                    {"title": self.word(one.title), "svg": self.svg(fans.fan(one), one.look),
                     "note": self.word(one.note)}
                    for one in block.fans
                ]  # fmt: skip
                return {"kind": "pictures", "each": each, "caption": self.word(block.caption)}
            case Curves():
                return self.pictures(block.title, curves.chart(block), block.caption)
            case Odds():
                return self.pictures(block.title, fans.odds(block), block.caption)
            case Swings():
                return self.swings(block)
            case Fold():
                # What opens on demand would bury a printed page; it is in the browser.
                return {"kind": "fold", "text": self.word(say("pdf.fold", what=block.summary))}

    def heading(self, text: Text, level: int) -> Data:
        self.level = min(level, self.level + 1)
        return {"kind": "title", "level": self.level, "text": self.word(text)}

    def section(self, page: Page) -> Data:
        self.level = 1
        return {"id": page.id, "title": self.word(page.title), "blocks": self.blocks(page.blocks)}

    def pictures(self, title: Text, svg: str, caption: Text) -> Data:
        one = {"title": self.word(title), "svg": self.svg(svg)}
        return {"kind": "pictures", "each": [one], "caption": self.word(caption)}

    def paragraph(self, block: Paragraph) -> Data:
        return {"kind": "paragraph", "style": block.style, "text": self.word(block.text) + self.remembered(block),
                "note": self.book.enter(block.evidence)}  # fmt: skip

    def remembered(self, block: Paragraph | Cell) -> str:
        return f" {self.word(say('remembered'))}" if is_remembered(block.evidence) else ""

    def cell(self, cell: Cell) -> Data:
        mark = f"{MARKS[cell.stage]} " if cell.stage else ""
        return {
            "text": mark + self.word(cell.text) + self.remembered(cell), "tone": cell.tone,
            "small": self.word(cell.small) if cell.small else None, "note": self.book.enter(cell.evidence),
        }  # fmt: skip

    def table(self, block: Table) -> Data:
        caption = self.word(block.caption) if block.caption else None
        if not block.rows:
            return self.paragraph(Paragraph(text=block.empty, style="note")) if block.empty else {}
        return {
            "kind": "table", "caption": caption,
            "dense": block.dense, "widths": _widths(block),
            "heads": [{"text": self.word(column.text), "right": column.align == "right"} for column in block.columns],
            "rows": [[self.cell(cell) for cell in row] for row in block.rows],
        }  # fmt: skip

    def bars(self, block: Stacks) -> Data:
        return {"kind": "bars", "caption": self.word(block.caption), "key": self.money_key(),
                "rows": [self.bar(stack) for stack in block.rows]}  # fmt: skip

    def bar(self, stack: Stack) -> Data:
        parts = [{"money": money, "share": share} for money, share in stack.parts if share > 0.0]
        return {"name": self.word(stack.name), "parts": parts, "whole": self.cell(stack.whole),
                "remark": self.cell(stack.remark)}  # fmt: skip

    def ring(self, ring: Ring) -> Data:
        return {
            "title": self.word(ring.title), "svg": self.svg(draw.ring(ring, lambda _, inner: inner)),
            "share": self.cell(ring.share), "lines": [self.cell(line) for line in ring.lines],
            "sentence": self.paragraph(ring.sentence) if ring.sentence else None,
        }  # fmt: skip

    def dominoes(self, block: Dominoes) -> Data:
        key = [self.swatch(f"loss-{loss}", say(f"dominoes.channel.{loss}")) for loss in block.losses]
        one = {"svg": self.svg(cascade.dominoes(block, lambda _, inner: inner)), "title": None}
        more = f" {self.word(block.more)}" if block.more else ""
        return {"kind": "pictures", "each": [one], "caption": self.word(block.caption) + more, "key": key}

    def card(self, card: Card) -> Data:
        return {
            "part": self.word(card.part), "title": self.word(card.title), "value": self.cell(card.value),
            "band": f"{SIGNS[card.light]} {self.word(say(f'band.{card.light}'))}", "light": _LIT[card.light],
            "lines": [self.cell(line) for line in card.lines],
            "svg": self.svg(draw.line(card.chart)) if card.chart else None,
        }  # fmt: skip

    def swings(self, block: Swings) -> Data:
        rows = [
            {"name": self.cell(row.name), "low": row.low, "high": row.high, "words": self.cell(row.words)}
            for row in block.rows
        ]
        return {"kind": "swings", "caption": self.word(block.caption), "rows": rows, "middle": block.middle}

    def money_key(self) -> list[Data]:
        return [self.swatch(f"money-{money}", say(f"money.{money}")) for money in MONEY]

    def swatch(self, css: str, text: Text) -> Data:
        box = f'<svg viewBox="0 0 22 12"><rect width="22" height="12" class="{css}"/></svg>'
        return {"svg": self.svg(box), "text": self.word(text)}

    def svg(self, svg: str, look: str = "engine") -> str:
        """A picture that stands alone: one language, its colours with it."""
        other = "en" if self.language == "zh" else "zh-Hant"
        svg = re.sub(rf'<text [^>]*lang="{other}"[^>]*>.*?</text>', "", svg)
        svg = re.sub(r"<title>.*?</title>", "", svg)
        head, _, body = svg.partition(">")
        box = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', head)
        if box is not None:
            head += f' width="{box.group(1)}" height="{box.group(2)}"' if ' width="' not in head else ""
        if "xmlns=" not in head:
            head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        return f"{head}><style>{_style(look)}</style>{_DEFS}{body}"

    def sources(self, ledger: Ledger) -> Iterator[Data]:
        for number, evidence in self.book.entries.values():
            claims = claims_of(evidence)
            yield {
                "number": number,
                "claims": [self.claim(ledger, claim) for claim in claims[:NAMED]],
                "more": self.word(say("pdf.more", count=len(claims) - NAMED)) if len(claims) > NAMED else None,
            }

    def claim(self, ledger: Ledger, claim: Claim) -> Data:
        source = claim.source
        title = source.title + (f", {source.publisher}" if source.publisher else "")
        when = f", {numbers.window(str(source.published)).in_language(self.language)}" if source.published else ""
        told = say("pdf.claim", what=names.claim(ledger, claim), says=numbers.quantity(claim.says))
        return {"text": self.word(told), "page": title + when, "url": source.url if leads_outside(source.url) else None}


_DEFS = draw.patterns().partition(">")[2].removesuffix("</svg>")


def _widths(block: Table) -> list[float]:
    """Room for each column, by how much its cells say; none gets less than a third of the average."""
    longest = [max([6, *(_length(row[n]) for row in block.rows)]) for n in range(len(block.columns))]
    rooms = [min(each, 60) ** 0.6 for each in longest]
    least = sum(rooms) / len(rooms) / 3
    return [round(max(room, least), 3) for room in rooms]


def _length(cell: Cell) -> float:
    return len(cell.text.en) + (len(cell.small.en) / 3 if cell.small else 0.0)


@functools.cache
def _style(look: str) -> str:
    """The rules of the pages with colours in place of names; what concerns no picture does no harm."""
    sheet = re.sub(r"/\*.*?\*/", "", asset("style.css"), flags=re.S)
    sheet = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheet)
    kept = [rule for rule in re.findall(r"[^{}]+\{[^{}]*\}", sheet) if not rule.lstrip().startswith((":root", "html"))]
    palette = _palette()
    shades = {name: palette[colour] for name, colour in _SHADES.items()}
    named: Mapping[str, str] = {**palette, "shade": shades[look], "lit": palette["unknown"]}
    rules = "".join(_VAR.sub(lambda found: named.get(found.group(1), "#000"), rule) for rule in kept)
    rules += "".join(f".share.{name}{{fill:{colour};stroke:{colour}}}" for name, colour in shades.items())
    rules += f".share.hollow{{fill:{palette['paper']};stroke:{palette['muted']}}}"
    rules += "".join(f"rect.{light},circle.{light}{{fill:{palette[name]}}}" for light, name in _LIT.items())
    return rules + f'text{{font-family:"{FONT}"}}'
