"""Two machines side by side where a turn is unknown, and the dials of one replayed."""

from __future__ import annotations

import pytest

from tests.browser.looking import axe_faults


def test_where_nobody_knows_the_turn_no_line_is_drawn_for_that_side(visit):
    page = visit("history?align=price_peak")
    page.get_by_text("nobody knows whether it has turned").first.wait_for()
    assert "holds no share prices" in page.locator(".turns").inner_text()
    assert axe_faults(page) == []


@pytest.mark.parametrize(("lang", "size", "alarm"), [("en", "desk", "alarm"), ("zh", "phone", "警示")])
def test_the_date_of_the_replay_moves_the_dials_and_not_the_frame(visit, lang, size, alarm):
    page = visit("history?replay=1998Q4", lang=lang, size=size)
    page.locator('.replay [data-quarter="1998Q4"]').wait_for()
    frame = page.locator(".frame-line").inner_text()
    assert page.locator(".replay .needle").count() == 0
    slider = page.locator(".replay input[type=range]")
    for _ in range(4):
        slider.press("ArrowRight")
    page.locator('.replay [data-quarter="1999Q4"]').wait_for()
    page.locator(".replay .needle").first.wait_for()
    assert alarm in page.locator(".replay .dials").inner_text()
    assert "replay=1999Q4" in page.url
    assert page.locator(".frame-line").inner_text() == frame
    assert axe_faults(page) == []


def test_another_case_can_be_the_present_one(visit):
    page = visit("history?case=telecom-2000")
    page.locator(".history [role=row]").nth(3).wait_for()
    assert page.get_by_label("Set beside it").input_value() == "ai"
    assert page.locator(".falls ol").count() >= 1
