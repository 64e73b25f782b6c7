"""Everybody can use every page: axe finds nothing, in both languages, light and dark, at a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.looking import ADDRESSES, axe_faults, say, settle

_LIGHT = "theme => { document.documentElement.dataset.theme = theme; }"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_on_any_page(visit, size):
    page = visit("", size=size)
    found = {}
    for address in ADDRESSES:
        page.goto(f"{page.url.partition('?')[0].rsplit('/', 1)[0]}/{address}")
        settle(page)
        found[f"{address} en light"] = axe_faults(page)
        page.evaluate(_LIGHT, "dark")
        found[f"{address} en dark"] = axe_faults(page, "color-contrast")
        page.get_by_role("button", name=say("ui.other_language", "en")).click()
        found[f"{address} zh dark"] = axe_faults(page)
        page.evaluate(_LIGHT, "light")
        found[f"{address} zh light"] = axe_faults(page, "color-contrast")
    faults = [f"{place}: {fault}" for place, each in found.items() for fault in each]
    assert not faults, "\n".join(faults)


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
