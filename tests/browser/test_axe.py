"""Everybody can use every page: axe finds nothing, in both languages, light and dark, at a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.looking import axe_faults, settle, still, turn_language
from tools.browser import ADDRESSES, SIZES

# A page is loaded once; a theme changes nothing but colours, so there only these are looked at.
LOOKS = [("en", "desk", "light"), ("en", "desk", "dark"), ("zh", "phone", "dark"), ("zh", "phone", "light")]
COLOURS = {("en", "desk", "dark"), ("zh", "phone", "light")}


def test_axe_finds_nothing_on_any_page(visit):
    page = visit("")
    begin = page.url.partition("?")[0].rsplit("/", 1)[0]
    found = {}
    for address in ADDRESSES:
        page.set_viewport_size(SIZES["desk"])
        page.goto(f"{begin}/{address}")
        settle(page)
        shown = "en"
        for look in LOOKS:
            lang, size, theme = look
            page.set_viewport_size(SIZES[size])
            page.emulate_media(color_scheme=theme)
            if lang != shown:
                turn_language(page, shown)
                shown = lang
            still(page)
            for fault in axe_faults(page, *(["color-contrast"] if look in COLOURS else [])):
                found.setdefault(f"{address or 'overview'}: {fault}", []).append(" ".join(look))
    assert not found, "\n".join(f"{fault} ({', '.join(where)})" for fault, where in found.items())


@pytest.mark.parametrize(("size", "lang"), [("desk", "en"), ("phone", "zh")])
def test_axe_finds_nothing_in_what_opens(visit, size, lang):
    page = visit("", lang, size)
    settle(page)
    found = {}
    page.locator(".lead .sources").click()
    page.locator(".drawer .claim").first.wait_for()
    found["drawer"] = axe_faults(page)
    page.keyboard.press("Escape")
    page.locator(".frame-line").click()
    page.locator("#asked select").first.wait_for()
    page.locator("#asked .more summary").click()
    found["what is asked"] = axe_faults(page)
    page.keyboard.press("Escape")
    page.locator(".newcomer button").click()
    page.locator(".tour h2").wait_for()
    found["tour"] = axe_faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.locator("#find").wait_for()
    found["search"] = axe_faults(page)
    faults = [f"{place}: {fault}" for place, each in found.items() for fault in each]
    assert not faults, "\n".join(faults)
