"""The frame around all pages: the first visit, a link to a source, a lost connection, the token, keys alone, paper."""

from __future__ import annotations

import pytest

from tests.browser.looking import say, settle
from tools.browser import serving

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def test_a_shared_link_opens_the_evidence_wherever_it_stands(visit, address):
    page = visit("gauges")
    settle(page)
    claim = page.evaluate(
        "fetch('api/ledger?show=claims&rows=1&kind=paid').then(come => come.json()).then(told => told.result.rows[0])"
    )
    shared = visit(f"gauges?evidence={claim['id']}&h=00000000")
    drawer = shared.locator(".drawer")
    drawer.get_by_text(claim["source"]["title"]).first.wait_for()
    assert shared.get_by_text(say("ui.other_case", "en").partition("{")[0]).count() == 1
    shared.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    assert "evidence" not in shared.url
    gone = visit("gauges?evidence=nobody/said/this")
    gone.get_by_text(say("ui.evidence.missing", "en")).wait_for()


def test_the_language_changes_everything_and_keeps_the_place(visit):
    page = visit("ledger?show=gaps&at=2025Q4")
    settle(page)
    page.evaluate("scrollTo(0, 120)")
    before = page.evaluate("scrollY")
    page.get_by_role("button", name=say("ui.other_language", "en")).click()
    assert page.locator("h1").inner_text() == say("ui.page.ledger.question", "zh")
    assert "at=2025Q4" in page.url and "show=gaps" in page.url and "lang=zh" in page.url
    assert abs(page.evaluate("scrollY") - before) < 60
    assert page.locator("html").get_attribute("lang") == "zh-Hant-TW"


def test_a_date_is_chosen_from_quarters_that_have_data(visit):
    page = visit("ledger?show=gaps", size="phone")
    page.locator(".frame-line").click()
    dates = page.locator("#asked select").nth(1)
    page.wait_for_function("document.querySelectorAll('#asked option').length > 12")
    dates.select_option("2025Q3")
    assert "at=2025Q3" in page.url
    page.get_by_label(say("ui.known.today", "en")).check()
    assert "asof=latest" in page.url
    page.keyboard.press("Escape")
    line = page.locator(".frame-line").inner_text()
    assert "2025 Q3" in line and say("ui.known.today", "en") in line and say("stage.paid", "en") in line


@pytest.fixture(scope="module")
def locked(browser):
    with serving("--token", "new") as link:
        yield link


@LANGUAGES
def test_a_page_without_the_token_asks_for_it(visit, locked, lang):
    bare, _, token = locked.partition("#token=")
    page = visit("ledger?show=gaps", lang, at=bare)
    field = page.get_by_label(say("ui.token", lang), exact=True)
    field.fill("not the token")
    page.keyboard.press("Enter")
    page.get_by_text(say("ui.token.wrong", lang)).wait_for()
    field.fill(token)
    page.keyboard.press("Enter")
    page.locator(".holes li").first.wait_for()
    assert token not in page.content()


def test_the_printed_link_opens_and_forgets_the_token(visit, locked):
    bare, _, token = locked.partition("#")
    page = visit(f"ledger?show=gaps#{token}", at=bare)
    page.locator(".holes li").first.wait_for()
    assert page.url.endswith("ledger?show=gaps")


def test_a_visitor_without_a_mouse_reads_throws_compares_and_moves(visit):
    page = visit("")
    settle(page)

    def to(selector, most=60):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("what => document.activeElement.matches(what)", selector):
                return
        raise AssertionError(f"{selector} is not reached with the tab key")

    to("main [data-noted]")
    page.keyboard.press("Enter")
    page.locator(".drawer .claim a").first.wait_for()
    to(".drawer .claim a")
    page.keyboard.press("Escape")
    page.locator("body").press("Home")
    page.locator(".stages input:checked").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**stage=signed**")
    page.get_by_role("link", name=say("ui.page.loops", "en"), exact=True).press("Enter")
    page.locator(".payment").first.wait_for()
    to(".payment")
    page.get_by_role("link", name=say("ui.page.machine", "en"), exact=True).press("Enter")
    page.locator("input[type=range]").first.wait_for()
    to("input[type=range]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**set=**")


@LANGUAGES
def test_on_paper_the_page_is_light_and_its_sources_are_notes(visit, lang):
    page = visit("", lang, theme="dark")
    settle(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    notes = page.locator(".paper li")
    assert notes.count() >= 3
    assert page.locator("main [data-note='1']").count() >= 1
    assert "https://" in notes.first.inner_text()
    assert "&h=" in (foot := page.locator(".whence").inner_text()) or "?h=" in foot
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
