"""Visitors turn assumptions, compare, open the books, ask for more futures, and need no mouse."""

from __future__ import annotations

import pytest

from tests.browser import looking

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def say(key: str, lang: str = "en", **parts: object) -> str:
    return looking.say(key, lang).format(**parts)


@LANGUAGES
def test_the_counterfactual_is_paired_with_the_base_and_the_books_add_up(visit, lang):
    page = visit("machine?against=no-vendor-money&books=2027Q1", lang)
    page.locator(".difference svg").wait_for()
    assert page.locator(".multiples").first.locator("svg").count() == 2
    page.get_by_role("checkbox", name=say("ui.without", lang)).check()
    page.get_by_text(say("ui.without.note", lang)).wait_for()
    rows = page.locator(".books .row-sum")
    rows.nth(5).wait_for()
    flows = page.locator(".books table").first
    assert set(flows.locator(".row-sum").all_inner_texts()) == {"0"}
    assert set(page.locator(".books table").nth(1).locator(".column-sum").all_inner_texts()) == {"0"}
    flows.locator("td button").first.focus()
    page.keyboard.press("Enter")
    page.locator(".legs li").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_long_run_tells_how_far_it_is_takes_the_pictures_place_and_can_be_stopped(visit):
    page = visit("machine")
    run = page.get_by_role("button", name=say("ui.long.run", draws="100,000"))
    page.get_by_text(say("ui.drawn", draws="10,000", seed=0)).first.wait_for()
    run.click()
    page.locator(".long progress").wait_for()
    page.locator(".long").get_by_role("button", name=say("ui.long.stop")).click()
    run.wait_for()
    assert page.locator(".long progress").count() == 0
    run.click()
    page.get_by_text(say("ui.drawn", draws="100,000", seed=0)).first.wait_for()


def test_a_visitor_with_a_keyboard_alone_turns_a_knob_reads_a_quarter_and_draws_a_future(visit):
    page = visit("machine")
    number = page.locator(".knob input[type=number]").first
    number.focus()
    usual = number.input_value()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("6")
    page.keyboard.press("Tab")
    assert "set=" in page.url
    assert number.input_value() == "6" != usual
    slider = page.locator(".knob.moved input[type=range]").first
    assert "6" in slider.get_attribute("aria-valuetext")
    page.locator(".changed-list li button").first.press("Enter")
    page.locator(".changed-list").wait_for(state="detached")
    page.locator(".single input").focus()
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    page.locator(".key-future").wait_for(state="attached")
    assert "future=17" in page.url
    page.locator(".fan").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert say("ui.fan.future_at", draw=17, value="") in page.locator(".reading").first.inner_text()


def test_on_a_phone_the_chart_stays_in_view_while_a_slider_moves(visit):
    page = visit("machine", size="phone")
    page.locator(".fan svg").first.wait_for()
    page.locator(".sheet-handle").click()
    slider = page.locator(".knob input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    chart, hand = page.locator(".fan").first.bounding_box(), slider.bounding_box()
    assert chart["y"] >= 0
    assert chart["y"] + 200 <= page.locator(".knobs").bounding_box()["y"] < hand["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.go_back()  # a step of the slider is a step back
    assert "set=" not in page.url
