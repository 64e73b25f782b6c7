"""Dominoes in a browser: what one firm loses, one's own shock, asked back to front, and holdings nobody else sees."""

from __future__ import annotations

import pytest

from tests.browser.looking import axe_faults, say

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def field(page, key: str, lang: str):
    return page.locator("label").filter(has_text=say(key, lang)).locator("select").first


def test_a_firm_opened_says_who_cost_it_how_much(visit):
    page = visit("dominoes?firm=oracle")
    rows = page.locator(".cost tr")
    rows.first.wait_for()
    assert "OpenAI" in rows.first.inner_text()
    assert rows.first.locator("td").inner_text() == rows.last.locator("td").inner_text()
    assert axe_faults(page) == []
    page.locator(".token", has_text="Broadcom").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**firm=broadcom**")


def test_a_shock_is_chosen_in_a_sentence_and_shared_as_a_link(visit):
    page = visit("dominoes")
    page.locator(".token").first.wait_for()
    field(page, "ui.shock", "en").select_option("assets")
    field(page, "ui.shock.whom", "en").select_option("oracle")
    assert "Oracle loses" in page.locator(".sentence").inner_text()
    field(page, "ui.shock.whom", "en").select_option("all")
    page.locator(".percent input").fill("20")
    assert "every firm loses 20" in page.locator(".sentence").inner_text()
    page.get_by_role("button", name=say("ui.push", "en")).click()
    page.wait_for_url("**shock=all:**")
    page.locator(".lead", has_text="JPMorgan").wait_for()


@LANGUAGES
def test_from_an_outcome_to_the_shock_that_brings_it(visit, lang):
    page = visit("dominoes?show=reverse", lang)
    field(page, "ui.reverse.outcome", lang).select_option("several")
    page.get_by_role("button", name=say("ui.reverse.ask", lang)).click()
    page.wait_for_url("**reverse=3:fall**")
    page.locator(".prose .lead").wait_for()
    assert axe_faults(page) == []
    page.get_by_role("button", name=say("ui.reverse.see", lang)).click()
    page.locator(".token.fallen").nth(2).wait_for()


def test_holdings_are_sent_once_and_stand_in_no_address(visit):
    page = visit("dominoes?show=holdings")
    asked = []
    page.on("request", lambda request: asked.append(request))
    page.locator(".rows input").nth(0).fill("Oracle")
    page.locator(".rows input").nth(1).fill("37")
    send = page.get_by_role("button", name=say("ui.held.ask", "en"))
    page.locator(".push").wait_for()
    send.click()
    page.locator(".prose table").wait_for()
    posts = [request for request in asked if request.method == "POST"]
    assert axe_faults(page) == []
    assert len(posts) == 1 and "Oracle=37%" in posts[0].post_data
    assert all("37" not in request.url and "holding" not in request.url.split("?")[-1].replace("show=holdings", "")
               for request in asked)  # fmt: skip
    assert "37" not in page.url
    assert page.evaluate("Object.values(localStorage).join()").count("Oracle") == 0
    page.get_by_label(say("ui.held.keep", "en")).check()
    assert page.evaluate("Object.values(localStorage).join()").count("Oracle") == 1
    page.get_by_label(say("ui.held.keep", "en")).uncheck()
    assert page.evaluate("Object.values(localStorage).join()").count("Oracle") == 0
