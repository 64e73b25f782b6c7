"""What visitors do: they read, doubt, check, compare, move an assumption, and send a link."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

WORDS = json.loads((resources.files("perpetuum.report") / "words.json").read_text(encoding="utf-8"))
PAGES = ["", "loops", "loops?show=inventory&stage=announced", "machine", "dominoes", "gauges", "history", "ledger",
         "ledger?show=audit", "ledger?show=gaps", "sources", "report"]  # fmt: skip
LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def say(key: str, lang: str) -> str:
    return WORDS[key][lang]


@LANGUAGES
@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_its_question_and_fits(visit, path, lang, size):
    page = visit(path, lang, size)
    page.wait_for_load_state("networkidle")
    name = re.split(r"[?]", path)[0] or "overview"
    question = say(f"ui.page.{'ledger' if name == 'sources' else name}.question", lang)
    assert page.get_by_role("heading", level=1).inner_text() == question
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-Hant-TW"}[lang]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert len(page.locator("main").inner_text()) > 200


@LANGUAGES
def test_a_newcomer_reads_the_verdict_and_reaches_a_document_in_two_clicks(visit, lang):
    page = visit("", lang)
    sources = page.locator(".lead .sources")
    sources.click()
    drawer = page.locator(".drawer")
    assert drawer.locator("a[href^=https]").first.get_attribute("rel") == "noopener noreferrer"
    assert "evidence=" in page.url
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    assert sources.evaluate("here => here === document.activeElement")


@LANGUAGES
def test_announced_money_stands_still(visit, lang):
    page = visit("", lang)
    page.locator(".stages input[value=announced]").check(force=True)
    page.get_by_text(say("ui.still", lang)).first.wait_for()
    assert "stage=announced" in page.url
    assert page.locator("canvas.dots").count() == 0


def test_one_loop_stands_at_three_stages_on_one_scale(visit):
    page = visit("loops")
    panels = page.locator(".panel .loop")
    panels.nth(2).wait_for()
    assert panels.count() == 3
    assert len({panels.nth(n).get_attribute("viewBox") for n in range(3)}) == 1
    widths = [panels.nth(n).bounding_box()["width"] for n in range(3)]
    assert max(widths) - min(widths) <= 1
    page.locator(".payment").first.focus()
    assert page.locator("tr.lit").count() >= 1


def test_a_moved_slider_is_a_link_that_shows_the_same_elsewhere(visit):
    page = visit("machine")
    slider = page.locator(".knob input[type=range]").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.locator(".knob.moved output").first.wait_for()
    assert "set=" in page.url
    told = page.locator(".knob.moved output").first.inner_text()
    again = visit(page.url.split("/", 3)[3])
    assert again.locator(".knob.moved output").first.inner_text() == told
    page.go_back()
    assert page.url != again.url  # a step of the slider is a step back


@LANGUAGES
def test_a_domino_is_pushed_and_stepped_through_with_keys(visit, lang):
    page = visit("dominoes?shock=oracle:stops-paying", lang)
    page.locator(".token.fallen").first.wait_for()
    page.locator(".playback").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".round").inner_text() == say("ui.round.before", lang)
    assert page.locator(".token.fallen").count() == 0


@LANGUAGES
def test_a_dial_without_data_is_unknown_and_has_no_needle(visit, lang):
    page = visit("gauges", lang)
    empty = page.locator(".card.unknown").first
    empty.wait_for()
    assert say("band.unknown", lang) in empty.locator(".dial").get_attribute("aria-label")
    assert empty.locator(".needle").count() == 0


@LANGUAGES
def test_the_article_is_audited_statement_by_statement(visit, lang):
    page = visit("ledger?show=audit", lang)
    page.locator(".statements li").first.wait_for()
    page.get_by_role("button", name=say("ui.audit.contradicted", lang)).click()
    verdicts = set(page.locator(".verdict-word").all_inner_texts())
    assert len(verdicts) == 1
    assert say("ui.audit.contradicted", lang) in verdicts.pop()


def test_the_slash_key_finds_a_firm_by_its_chinese_name(visit):
    page = visit("loops")
    page.locator(".loop").first.wait_for()
    page.keyboard.press("/")
    page.locator("#find").fill("輝達")
    page.keyboard.press("Enter")
    page.locator(".hit").first.wait_for()
    assert "NVIDIA" in page.locator("main").inner_text()


def test_the_language_changes_at_once_and_keeps_the_view(visit):
    page = visit("loops?show=inventory&stage=announced")
    page.locator(".inventory tr").nth(2).wait_for()
    page.get_by_role("button", name=WORDS["ui.other_language"]["en"]).click()
    assert page.get_by_role("heading", level=1).inner_text() == say("ui.page.loops.question", "zh")
    assert "lang=zh" in page.url
    assert "show=inventory" in page.url


def test_a_lost_connection_keeps_the_picture_and_comes_back(visit):
    page = visit("history")
    page.locator(".then-now").nth(2).wait_for()
    page.context.route("**/api/**", lambda route: route.abort("connectionrefused"))
    page.get_by_role("link", name=say("ui.page.ledger", "en"), exact=True).click()
    page.get_by_text(say("ui.gone", "en")).first.wait_for()
    page.context.unroute("**/api/**")
    page.locator("section.lane").nth(3).wait_for()
