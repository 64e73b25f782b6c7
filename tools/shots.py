"""A sheet of pictures: every page in both languages, at a desk in light and dark and on a phone, to be looked at.

`python -m tools.shots FOLDER [ADDRESS]` writes one picture a view, from the top of the page to its end, and
`sheet.png` with the first screens of all of them side by side. The address is that of a server that runs already;
without one a server is started for it.
"""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import Any

from tools.browser import ADDRESSES, SIZES, chromium, serving

VIEWS = (("desk", "light"), ("desk", "dark"), ("phone", "light"))
_READY = "() => !document.querySelector('[data-waiting]') && document.querySelector('main')?.innerText.length > 200"
_DRAWN = """() => document.fonts.ready.then(() =>
  new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0)))))"""
_SHEET = """<!doctype html><meta charset="utf-8"><style>
body { margin: 16px; background: #888; font: 13px sans-serif; color: #fff; display: grid; gap: 12px;
  grid-template-columns: repeat(6, auto); justify-content: start; align-items: start }
figure { margin: 0 } figcaption { padding: 2px 0 }
img { display: block; height: 380px; width: 608px; object-fit: cover; object-position: top }
img.phone { width: 176px }
</style>"""


def shots(browser: Any, address: str, folder: Path) -> list[str]:
    """One picture a view; the names of the files."""
    made = []
    for page_name in ADDRESSES:
        for lang, locale in (("en", "en-GB"), ("zh", "zh-TW")):
            page = browser.new_page(locale=locale, reduced_motion="reduce", viewport=SIZES["desk"])
            page.goto(f"{address}{page_name}")
            with contextlib.suppress(Exception):  # what never comes is seen as it stands
                page.wait_for_function(_READY, timeout=60_000)
            for size, theme in VIEWS:
                page.set_viewport_size(SIZES[size])
                page.emulate_media(color_scheme=theme)
                page.evaluate(_DRAWN)
                made.append(f"{re.sub('[^a-z]+', '-', page_name.lower()) or 'overview'}-{lang}-{size}-{theme}.png")
                page.screenshot(path=folder / made[-1], full_page=True)
            page.close()
    return made


def sheet(browser: Any, folder: Path, names: list[str]) -> Path:
    """All pictures on one."""
    figures = "".join(
        f'<figure><img class="{name.split("-")[-2]}" src="{name}"><figcaption>{name[:-4]}</figcaption></figure>'
        for name in names
    )
    (folder / "sheet.html").write_text(_SHEET + figures, encoding="utf-8")
    page = browser.new_page(viewport={"width": 2900, "height": 900})
    page.goto((folder / "sheet.html").resolve().as_uri())
    page.screenshot(path=folder / "sheet.png", full_page=True)
    page.close()
    return folder / "sheet.png"


def main(arguments: list[str]) -> int:
    """Take the pictures."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        address = arguments[1] if len(arguments) > 1 else stack.enter_context(serving())
        browser = stack.enter_context(chromium())
        print(sheet(browser, folder, shots(browser, address, folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
