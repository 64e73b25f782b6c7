"""A newcomer's first minute: the answer, its picture and its doubt, and the way to who says so."""

from __future__ import annotations

import pytest

from tests.browser.test_journeys import LANGUAGES, say


@LANGUAGES
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_answer_comes_first_and_its_picture_can_be_read_aloud(visit, lang, size):
    page = visit("", lang, size)
    page.locator("svg.wheels .wheel").nth(2).wait_for()
    answer = page.locator(".verdict-line").inner_text()
    assert "%" in answer
    assert say("cover.word.unknown", lang) in answer
    assert page.locator(".verdict-line").bounding_box()["y"] < page.locator("svg.wheels").bounding_box()["y"]
    wheels = page.locator("svg.wheels .wheel")
    assert all(wheels.nth(n).get_attribute("aria-label") for n in range(3))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_wheel_says_its_sentence_and_opens_its_sources(visit):
    page = visit("")
    wheel = page.locator("svg.wheels .wheel").first
    wheel.focus()
    assert page.locator(".reading").inner_text() in wheel.get_attribute("aria-label")
    page.keyboard.press("Enter")
    page.locator(".drawer a[href^=https]").first.wait_for()


def test_the_stage_switch_stops_the_dots_and_the_scrubber_is_in_the_address(visit):
    page = visit("")
    page.get_by_role("button", name=say("ui.play", "en")).click()
    page.locator("canvas.dots").wait_for()
    page.locator(".scrub input").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**period=**")
    page.locator(".stages input[value=announced]").check(force=True)
    page.locator("svg.wheels.announced").wait_for()
    assert page.locator("canvas.dots").count() == 0


def test_a_case_without_engines_says_so_and_still_draws_what_it_has(visit):
    page = visit("?case=telecom-2000")
    page.locator("svg.wheels .wheel").first.wait_for()
    assert page.locator(".verdict-line").inner_text().startswith(say("cover.nobody", "en"))
