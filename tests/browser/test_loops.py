"""Loops: one loop at three stages on one scale, whose money it was by which rule, and one firm."""

from __future__ import annotations

import pytest

from tests.browser.looking import say

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


@LANGUAGES
def test_one_loop_has_three_numbers_at_every_stage_and_a_condition_on_every_leg(visit, lang):
    page = visit("loops", lang)
    page.locator(".panel").nth(2).wait_for()
    assert page.locator(".panel > .strip > div").count() == 9
    assert page.get_by_role("columnheader", name=say("condition", lang)).count() == 1
    panels = page.locator(".panel .loop")
    assert len({panels.nth(n).get_attribute("viewBox") for n in range(panels.count())}) == 1
    page.get_by_label(say("ui.same_scale", lang)).uncheck()
    page.get_by_text(say("ui.own_scale", lang)).first.wait_for()
    assert "scale=own" in page.url


def test_on_a_phone_the_three_shares_stay_while_one_stage_is_shown(visit):
    page = visit("loops", "zh", "phone")
    page.locator(".side dd").nth(2).wait_for()
    assert page.locator(".panel:visible").count() == 1
    assert page.locator(".side dd:visible").count() == 3


def test_a_switch_says_what_it_assumes_and_is_in_the_address(visit):
    page = visit("loops?show=origin")
    page.get_by_label(say("ui.origin.rule.pooled", "en")).check()
    page.get_by_text(say("ui.origin.rule.pooled.says", "en")).wait_for()
    assert "rule=pooled" in page.url


def test_a_firm_shows_its_receipts_its_debts_and_its_domino(visit):
    page = visit("loops?show=firm&firm=nvidia")
    page.locator(".step").nth(2).wait_for()
    assert page.get_by_role("link", name=say("ui.firm.falls", "en")).get_attribute("href").startswith("dominoes?shock=")
