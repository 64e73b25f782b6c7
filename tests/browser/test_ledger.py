"""The ledger in a browser: filters, a case that is broken and mended, and a hostile one that stays words."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from perpetuum.web import template
from tests.report.made_case import HOSTILE, as_folder, made_case

WORDS = json.loads((resources.files("perpetuum.report") / "words.json").read_text(encoding="utf-8"))
PAGES = ["", "loops", "machine", "dominoes", "gauges", "history", "ledger", "ledger?show=claims", "ledger?show=audit",
         "ledger?show=gaps", "sources", "report"]  # fmt: skip


def say(key: str, lang: str = "en") -> str:
    return WORDS[key][lang]


@pytest.fixture
def page(browser, address):
    """A page that may be refused what it asks for; nothing may fail, open a dialog or ask anybody else."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(90_000)
    opened, wrong = context.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert wrong == []


def template_name() -> str:
    said = template.files()["case.yaml"].decode()
    return re.search(r"^name: \{en: \"?(.+?)\"?, zh", said, re.M)[1]


def bring(page, folder) -> None:
    page.locator("input[webkitdirectory]").set_input_files(folder)


def test_a_filter_that_finds_nothing_says_which_to_loosen(visit):
    page = visit("ledger?firm=nvidia&family=holding&least=100000000000")
    page.get_by_text(say("ui.filter.none")).wait_for()
    page.locator(".loosen button").first.click()
    page.locator("section.lane").first.wait_for()


def test_search_is_gone_through_with_arrow_keys(visit):
    page = visit("ledger?show=find&q=甲骨文", "zh")
    page.locator("button.hit").nth(2).wait_for()
    page.locator("#find").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator("button.hit").first.evaluate("here => here === document.activeElement")
    page.keyboard.press("Enter")
    page.locator("section.lane").first.wait_for()
    assert "firm=oracle" in page.url


def test_a_broken_case_is_mended_and_every_page_works_on_it(page, address, tmp_path):
    files = template.files()
    wrong = files["deals/lab-cloud.yaml"].replace(b"payee: cloud_a", b"payee: cluod_a")
    broken = files | {"deals/lab-cloud.yaml": wrong}
    page.goto(f"{address}gauges")
    page.locator(".frame-line").click()
    page.locator("#asked select").first.select_option(label=say("ui.show.bring"))
    page.wait_for_url("**/ledger?show=bring")
    bring(page, as_folder(broken, tmp_path / "broken"))
    fault = page.locator(".faults tbody tr").first
    assert "deals/lab-cloud.yaml:9" in fault.inner_text() and "did you mean `cloud_a`?" in fault.inner_text()
    bring(page, as_folder(files, tmp_path / "mended"))
    page.locator(".sound").wait_for()
    name = page.url.split("case=")[1][:32]
    page.locator(".frame-line", has_text=template_name()).wait_for()
    # A server that was started anew does not know the case; this page still has it and sends it again.
    lost = json.dumps({"status": 404, "where": "case", "title": {"en": "gone", "zh": "不在"}})
    answer = {"status": 404, "body": lost, "content_type": "application/problem+json"}
    page.route("**/api/ledger?*show=gaps*", lambda route: route.fulfill(**answer), times=1)
    with page.expect_request(lambda asked: asked.method == "POST"):
        page.get_by_role("button", name=say("ui.show.gaps")).click()
    page.locator(".holes li").first.wait_for()
    for path in PAGES:
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}case={name}")
        page.wait_for_load_state("networkidle")
        said = page.locator("main").inner_text()
        assert say("ui.part_failed") not in said, path
        assert len(said) > 60, path
    page.goto(f"{address}ledger?case={'0' * 32}")
    page.get_by_role("link", name=say("ui.bring.lost")).first.wait_for()


def test_a_hostile_case_shows_as_text_and_runs_nothing(page, address, tmp_path):
    files = made_case(*HOSTILE.items(), ("https://example.org/blog", "javascript:alert(7)"))
    page.goto(f"{address}ledger?show=bring")
    bring(page, as_folder(files, tmp_path / "hostile"))
    page.locator(".sound, .complaint").first.wait_for()
    if page.locator(".complaint").count():  # refused at the door
        assert "javascript" in page.locator(".faults").inner_text()
        files = made_case(*HOSTILE.items())
        bring(page, as_folder(files, tmp_path / "hostile-still"))
    page.locator(".sound").wait_for()
    name = page.url.split("case=")[1][:32]
    for path in ("ledger?deal=rent", "sources", "ledger?show=claims", "ledger?show=find&q=script", "", "dominoes"):
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}case={name}")
        page.wait_for_load_state("networkidle")
        assert page.locator("a[href^='javascript' i]").count() == 0
        assert page.locator("main img, main script").count() == 0
    page.goto(f"{address}ledger?as=table&case={name}")
    page.locator("table.deals").get_by_text("<script>alert('x')</script>").first.wait_for()
