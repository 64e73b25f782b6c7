"""A sheet of pictures: every page in both languages, at a desk in light and dark and on a phone, to be looked at.

`python -m tools.shots FOLDER [ADDRESS]` writes one picture a view, and `sheet.png` with all of them side by side.
The address is that of a server that runs already; without one a server is started for it.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

from tools.browser import SIZES, chromium, serving

PAGES = ("", "loops", "machine", "dominoes", "gauges", "history", "ledger", "report")
VIEWS = (("desk", "light"), ("desk", "dark"), ("phone", "light"))
_READY = "() => !document.querySelector('[data-waiting]') && document.querySelector('main')?.innerText.length > 200"
_SHEET = """<!doctype html><meta charset="utf-8"><style>
body { margin: 16px; background: #888; font: 13px sans-serif; color: #fff; display: grid; gap: 12px;
  grid-template-columns: repeat(6, auto); justify-content: start; align-items: start }
figure { margin: 0 } img { height: 380px; display: block } figcaption { padding: 2px 0 }
</style>"""


def shots(browser: Any, address: str, folder: Path) -> list[str]:
    """One picture a view; the names of the files."""
    made = []
    for page_name in PAGES:
        for lang in ("en", "zh"):
            for size, theme in VIEWS:
                context = browser.new_context(viewport=SIZES[size], color_scheme=theme, reduced_motion="reduce",
                                              locale="zh-TW" if lang == "zh" else "en-GB")  # fmt: skip
                page = context.new_page()
                page.goto(f"{address}{page_name}")
                with contextlib.suppress(Exception):  # what never comes is seen as it stands
                    page.wait_for_function(_READY, timeout=60_000)
                page.evaluate("() => document.fonts.ready.then(() => 0)")
                made.append(f"{page_name or 'overview'}-{lang}-{size}-{theme}.png")
                page.screenshot(path=folder / made[-1])
                context.close()
    return made


def sheet(browser: Any, folder: Path, names: list[str]) -> Path:
    """All pictures on one."""
    figures = "".join(f'<figure><img src="{name}"><figcaption>{name[:-4]}</figcaption></figure>' for name in names)
    (folder / "sheet.html").write_text(_SHEET + figures, encoding="utf-8")
    page = browser.new_page(viewport={"width": 2700, "height": 900})
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
