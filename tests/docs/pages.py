"""The pages people read, taken apart: headings, links and blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
TWINS = DOCS / "zh-Hant"
READMES = (ROOT / "README.md", ROOT / "README.zh-Hant.md")
_FENCE = re.compile(
    r"^```(?P<language>\w*)(?:[^\S\n]+title=\"(?P<title>[^\"]*)\")?[^\S\n]*\n(?P<text>.*?)^```$", re.M | re.S
)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its page, its first line there, its language, its title and its text."""

    page: Path
    line: int
    language: str
    title: str | None
    text: str

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def english_pages() -> list[Path]:
    return sorted(DOCS.glob("*.md"))


def pages() -> list[Path]:
    return [*READMES, *sorted(DOCS.rglob("*.md"))]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str | None = None) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        if language in (None, found["language"]):
            line = text.count("\n", 0, found.start()) + 2
            yield Block(page, line, found["language"], found["title"], found["text"])


def prose(page: Path) -> str:
    """The page without its code."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))


def headings(page: Path) -> list[int]:
    """The level of every heading, in order."""
    return [len(mark) for mark in re.findall(r"^(#+) ", prose(page), re.M)]


def relative_links(page: Path) -> list[str]:
    return [link.partition("#")[0] for link in _LINK.findall(prose(page)) if not re.match(r"\w+:|#", link)]
