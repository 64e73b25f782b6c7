"""Every page fits and can be read: at a desk, at 200 %, on a phone, and on the narrowest screen."""

from __future__ import annotations

import pytest

from tests.browser.looking import layout_faults, settle, still, turn_language
from tools.browser import ADDRESSES, SIZES

# Words are longest in English, lines in Chinese.
LOOKS = [("en", "desk"), ("en", "zoomed"), ("en", "phone"), ("en", "narrow"), ("zh", "narrow"), ("zh", "desk")]


def test_nothing_is_cut_too_small_or_without_ink(visit):
    page = visit("")
    begin = page.url.partition("?")[0].rsplit("/", 1)[0]
    found = {}
    for address in ADDRESSES:
        page.goto(f"{begin}/{address}")
        settle(page)
        shown = "en"
        for lang, size in LOOKS:
            page.set_viewport_size(SIZES[size])
            if lang != shown:
                turn_language(page, shown)
                shown = lang
            still(page)
            for fault in layout_faults(page):
                found.setdefault(f"{address or 'overview'}: {fault}", []).append(f"{lang} {size}")
        page.set_viewport_size(SIZES["desk"])
    assert not found, "\n".join(f"{fault} ({', '.join(where)})" for fault, where in found.items())


_FOCUS = """() => {
  const at = document.activeElement, label = at.closest("label") ?? at;
  const isShown = [at, label].some((one) => getComputedStyle(one).outlineStyle !== "none");
  return `${at.outerHTML.slice(0, 80)} ${isShown}`;
}"""


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_tab_key_reaches_what_can_be_pressed_and_shows_where_it_is(visit, size):
    page = visit("history", size=size)
    settle(page)
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate(_FOCUS))
    assert len(seen) >= 10
    assert all(one.endswith("true") for one in seen), seen
