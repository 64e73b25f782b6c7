"""The dials in a browser: an empty one is not green, an opened one leads to its source."""

from __future__ import annotations

import re

import pytest

from tests.browser.looking import axe_faults


def test_an_empty_gauge_is_not_green_and_has_no_needle(visit):
    page = visit("gauges")
    empty = page.locator("#dial-credit_spread")
    empty.get_by_text("no data", exact=True).wait_for()
    assert empty.locator(".needle, .lit").count() == 0
    assert empty.locator("path.empty").count() == 1
    old = page.locator("#dial-price_at_fixed_quality")
    assert "the last value:" in old.inner_text() and "Nov 2024" in old.inner_text()
    # Neither counts as running.
    row = page.locator(".vote-table td.running").all_inner_texts()
    assert not any(name in " ".join(row) for name in ("Credit spread", "Price at fixed quality"))
    assert axe_faults(page) == []


@pytest.mark.parametrize(("lang", "size", "band"), [("en", "desk", "watch"), ("zh", "phone", "觀察")])
def test_a_dial_opens_and_leads_to_its_source(visit, lang, size, band):
    page = visit("gauges", lang=lang, size=size)
    page.locator("#dial-stock_and_receivables h3 a").click()
    opened = page.locator(".opened")
    opened.locator(".band-line svg").wait_for()
    assert "gauge=stock_and_receivables" in page.url
    assert band in opened.locator(".band-word").inner_text()
    assert opened.locator(".episodes li").count() == 3
    assert "perpetuum gauges --gauge stock_and_receivables" in opened.inner_text()
    # The chart is read by keyboard, newest quarter first.
    opened.locator(".band-line svg").press("ArrowLeft")
    assert re.search(r"2026.*Q1|2026.*第.*1", opened.locator(".reading").inner_text())
    opened.locator(".figure button.n").click()
    page.locator(".drawer .claim a[href^=http]").first.wait_for()
    assert axe_faults(page) == []
    page.keyboard.press("Escape")
    page.go_back()
    page.locator("#dial-credit_spread").wait_for()


def test_a_launch_is_chosen_and_the_choice_is_in_the_address(visit):
    from playwright.sync_api import expect

    page = visit("gauges?show=adoption&technology=mobile")
    table = page.locator(".spread table", has_text="Population")
    table.wait_for()
    assert table.locator("tbody tr").count() == 4
    page.get_by_label("Counted from").select_option("tokyo_1979")
    expect(table.locator("tbody tr")).to_have_count(2, timeout=60_000)
    assert "launch=tokyo_1979" in page.url
    assert axe_faults(page) == []


def test_a_case_without_a_reading_says_so_and_so_do_its_tests_for_bubbles(visit):
    page = visit("gauges?case=telecom-2000&at=1996Q1")
    page.get_by_text("every dial is empty").wait_for()
    assert page.locator(".needle").count() == 0
    page.get_by_role("button", name="Tests for a bubble").click()
    page.get_by_text("no basket of prices is named").wait_for()
    assert axe_faults(page) == []
