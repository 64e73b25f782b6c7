"""`python -m tools.fonts`: cut the fonts of the printed report out of Noto Sans CJK, as Debian ships it.

They hold the common Chinese characters of Taiwan (Big5, level 1), Latin, Greek, and the signs of the report; never
only today's words, as a case may bring any name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

FOUND = Path("/usr/share/fonts/opentype/noto")
MADE = Path(__file__).parent.parent / "src" / "perpetuum" / "report" / "fonts"
FAMILY = "Noto Sans CJK TC"
WEIGHTS = ("Regular", "Bold")


def characters() -> set[int]:
    """Every character the fonts must have."""
    return {*_blocks(), *daily()}


def _blocks() -> Iterator[int]:
    for first, last in (
        (0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x370, 0x3FF), (0x2000, 0x206F), (0x2070, 0x209F),
        (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x259F),
        (0x25A0, 0x25FF), (0x2600, 0x26FF), (0x3000, 0x303F), (0x3100, 0x312F), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
    ):  # fmt: skip
        yield from range(first, last + 1)


def daily() -> Iterator[int]:
    """Level 1: the 5,401 characters of daily use."""
    for high in range(0xA4, 0xC7):
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            if (high, low) > (0xC6, 0x7E):
                return
            try:
                yield ord(bytes((high, low)).decode("big5"))
            except UnicodeDecodeError:
                continue


def make(weight: str, more: set[int]) -> Path:
    """One weight of the font, cut."""
    faces = TTCollection(str(FOUND / f"NotoSansCJK-{weight}.ttc")).fonts
    face = next(one for one in faces if one["name"].getDebugName(1).startswith(FAMILY))
    options = subset.Options()
    options.layout_features = ["kern", "liga", "tnum", "palt", "locl", "ccmp", "mark"]
    options.name_IDs = ["*"]
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters() | more)
    cutter.subset(face)
    path = MADE / f"NotoSansCJKtc-{weight}.otf"
    face.save(str(path))
    return path


def used() -> set[int]:
    """Every character of every shipped case and of the words of the report."""
    package = Path(__file__).parent.parent / "src" / "perpetuum"
    files = [*package.glob("cases/**/*.yaml"), package / "report" / "words.json"]
    return {ord(sign) for path in files for sign in path.read_text(encoding="utf-8") if sign.isprintable()}


def main() -> None:
    """Cut both weights."""
    for weight in WEIGHTS:
        path = make(weight, used())
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
