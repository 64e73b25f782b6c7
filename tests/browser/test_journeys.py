"""What visitors do from the first look to the answer they came for: in both languages, at a desk and on a phone."""

from __future__ import annotations

import zipfile

import pytest

from tests.browser.looking import say, settle

EVERYWHERE = pytest.mark.parametrize(
    ("lang", "size"), [("en", "desk"), ("zh", "desk"), ("en", "phone"), ("zh", "phone")]
)
NVIDIA = {"en": "NVIDIA", "zh": "輝達"}


def walk_to(page, name: str, lang: str) -> None:
    """To another page, by the menu at the top."""
    page.get_by_role("link", name=say(f"ui.page.{name}", lang), exact=True).click()
    page.get_by_role("heading", level=1, name=say(f"ui.page.{name}.question", lang)).wait_for()


def chosen_in(page, key: str, lang: str):
    return page.locator("label").filter(has_text=say(key, lang)).locator("select").first


@EVERYWHERE
def test_a_newcomers_first_minute(visit, lang, size):
    page = visit("", lang, size)
    wheels = page.locator("svg.wheels .wheel")
    wheels.nth(2).wait_for()
    answer = page.locator(".verdict-line")
    assert "%" in answer.inner_text()
    assert say("cover.word.unknown", lang) in answer.inner_text()
    assert answer.bounding_box()["y"] < page.locator("svg.wheels").bounding_box()["y"]
    assert all(wheels.nth(n).get_attribute("aria-label") for n in range(3))
    sources = page.locator(".lead .sources")
    sources.click()
    document = page.locator(".drawer a[href^=https]").first
    assert document.get_attribute("rel") == "noopener noreferrer"
    assert "evidence=" in page.url
    page.keyboard.press("Escape")
    page.locator(".drawer").wait_for(state="detached")
    assert sources.evaluate("here => here === document.activeElement")
    page.locator(".newcomer button").click()
    tour = page.locator(".tour")
    for step in range(1, 7):
        tour.get_by_role("heading", name=say(f"ui.tour.{step}.title", lang)).wait_for()
        if step in (1, 3, 4, 5):
            page.locator("[data-pointed]").wait_for()
        if step == 3:
            page.wait_for_url("**stage=announced**")
            page.get_by_text(say("ui.still", lang)).first.wait_for()
            assert page.locator("canvas.dots").count() == 0
        if step == 4:
            page.locator(".drawer .claim").first.wait_for()
        if step == 5:
            page.wait_for_url("**/machine?set=**")
        if step < 6:
            tour.get_by_role("button", name=say("ui.tour.next", lang), exact=True).click()
    page.wait_for_url("**/dominoes")
    page.keyboard.press("Escape")
    tour.wait_for(state="detached")
    assert page.locator("[data-pointed], .drawer").count() == 0
    walk_to(page, "overview", lang)
    page.locator(".lead").wait_for()
    assert "stage=" not in page.url
    assert page.locator(".newcomer").count() == 0  # remembered


@EVERYWHERE
def test_the_recycled_share_of_nvidia_leads_to_the_filing(visit, lang, size):
    page = visit("", lang, size)
    walk_to(page, "loops", lang)
    page.get_by_role("button", name=say("ui.show.origin", lang)).click()
    row = page.locator("tbody tr", has=page.locator("button", has_text=NVIDIA[lang]))
    row.locator(".share button").first.click()
    filing = page.locator(".drawer a[href^='https://www.sec.gov']").first
    filing.wait_for()
    assert filing.get_attribute("rel") == "noopener noreferrer"
    assert "show=origin" in page.url


def last_quarter(page, lang: str) -> str:
    """The last quarter read aloud, once the picture is whole."""
    page.get_by_text(say("ui.drawn", lang).format(draws="10,000", seed=0)).first.wait_for()
    page.get_by_text(say("ui.old", lang)).wait_for(state="detached")
    page.locator(".fan").first.focus()
    page.keyboard.press("End")
    told = page.locator(".reading").first.inner_text()
    page.locator("h1").focus()
    return told


@EVERYWHERE
def test_three_sliders_are_moved_and_the_link_shows_the_same_numbers_elsewhere(visit, lang, size):
    page = visit("machine", lang, size)
    before = last_quarter(page, lang)
    if size == "phone":
        page.locator(".sheet-handle").click()
    sliders = page.locator(".knob input[type=range]")
    for n in range(3):
        sliders.nth(n).focus()
        for _ in range(12):
            page.keyboard.press("ArrowLeft")
    assert page.url.count("set=") == 3
    page.locator(".changed-list li").nth(2).wait_for()
    told = last_quarter(page, lang)
    again = visit(page.url.split("/", 3)[3], lang, size)
    assert last_quarter(again, lang) == told != before
    if size == "phone":
        again.locator(".sheet-handle").click()
    assert again.locator(".changed-list").inner_text() == page.locator(".changed-list").inner_text()


@EVERYWHERE
def test_openai_stops_and_the_dominoes_are_played(visit, lang, size):
    page = visit("", lang, size)
    walk_to(page, "dominoes", lang)
    page.locator(".token.fallen").first.wait_for()
    assert chosen_in(page, "ui.shock", lang).input_value() == "stops-paying"
    assert chosen_in(page, "ui.shock.whom", lang).input_value() == "openai"
    said = page.locator(".log").inner_text()
    playback = page.locator(".playback")
    playback.focus()
    for _ in range(9):
        if "round=0" in page.url:
            break
        playback.press("ArrowLeft")
    assert "round=0" in page.url
    assert page.locator(".round").inner_text() == say("ui.round.before", lang)
    assert page.locator(".token.fallen").count() == 0
    assert len(page.locator(".log").inner_text()) < len(said)
    playback.press("ArrowRight")
    page.locator(".token.fallen").first.wait_for()


@EVERYWHERE
def test_now_is_compared_with_telecom_2000_and_a_cell_leads_to_its_source(visit, lang, size):
    page = visit("", lang, size)
    walk_to(page, "history", lang)
    page.locator(".then-now .pair svg").first.wait_for()
    assert page.locator(".history [role=row]").count() > 10
    assert page.get_by_label(say("ui.history.beside", lang)).input_value() == "telecom-2000"
    page.get_by_label(say("ui.history.align", lang)).select_option("first_default")
    page.wait_for_url("**align=first_default**")
    page.locator(".falls li").first.wait_for()
    page.locator(".side-cell.then button.n").first.click()
    page.locator(".drawer .claim a[href^=http]").first.wait_for()


@EVERYWHERE
def test_a_wrong_claim_of_the_article_is_audited_to_the_figure_used_elsewhere(visit, lang, size):
    page = visit("", lang, size)
    walk_to(page, "ledger", lang)
    page.get_by_role("button", name=say("ui.show.audit", lang)).click()
    wrong = say("ui.audit.contradicted", lang)
    page.get_by_role("button", name=wrong).click()
    page.wait_for_url("**verdict=contradicted**")
    verdicts = page.locator(".verdict-word")
    verdicts.first.wait_for()
    assert all(wrong in one for one in verdicts.all_inner_texts())
    statement = page.locator("#c05_oracle_gpu")
    assert "4.5 * 35 = 157.5" in statement.inner_text()
    statement.locator(".used button").click()
    page.locator("article table.sides").first.wait_for()
    assert "deal=oracle-nvidia-chips" in page.url
    page.go_back()
    page.get_by_role("button", name=say("ui.audit.policy", lang)).click()
    page.get_by_text(say("ui.audit.policy.on", lang)).wait_for()
    assert "policy=article" in page.url


@EVERYWHERE
def test_a_table_is_downloaded_as_excel_and_opened_again(visit, lang, size):
    pytest.importorskip("xlsxwriter", reason="the extra `excel` is not installed")
    page = visit("ledger?firm=oracle", lang, size)
    link = page.locator("footer .download").get_by_role("link", name=say("ui.download.xlsx", lang), exact=True)
    with page.expect_download() as coming:
        link.click()
    assert coming.value.suggested_filename.endswith(".xlsx")
    book = zipfile.ZipFile(coming.value.path())
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    words = book.read("xl/sharedStrings.xml").decode()
    assert "<t>oracle</t>" in words
    assert "case_hash" in words


@EVERYWHERE
def test_a_lost_connection_keeps_the_picture_and_recovers_by_itself(visit, lang, size):
    page = visit("history", lang, size)
    settle(page)
    page.context.route("**/api/**", lambda route: route.abort("connectionrefused"))
    page.get_by_role("link", name=say("ui.page.ledger", lang), exact=True).click()
    page.get_by_text(say("ui.gone", lang)).wait_for()
    assert page.get_by_text(say("ui.gone", lang)).count() == 1
    page.context.unroute("**/api/**")
    page.locator("section.lane").nth(3).wait_for()
    page.get_by_text(say("ui.gone", lang)).wait_for(state="detached")
