"""The overview: a wheel is read aloud and opened, time is turned, and a case without engines has its answer too."""

from __future__ import annotations

from tests.browser.looking import say


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
