"""Every page says in a sentence what a case does not have: one that somebody brings, and one of another time."""

from __future__ import annotations

import re

from perpetuum.web import template
from tests.browser.looking import say, settle
from tests.report.made_case import as_folder
from tools.browser import ADDRESSES

MORE = ("dominoes?show=reverse", "dominoes?show=futures", "dominoes?show=holdings", "gauges?show=adoption",
        "gauges?show=bubble", "ledger?show=claims")  # fmt: skip
# What the template does not have, and the sentence that says so.
SAID = {
    "machine": "ui.machine.none", "dominoes?show=futures": "ui.futures.none", "ledger?show=audit": "ui.audit.none",
    "gauges": "ui.gauge.empty_case",
}  # fmt: skip
KEY = re.compile(r"\b(?:ui|html|stage|kind|band|money|verdict_page|machine_page)\.[a-z_]+")


def walk(page, case: str) -> dict[str, str]:
    """What each page of a case says; nothing may be refused, blank, or a key instead of words."""
    begin = page.url.partition("?")[0].rpartition("/")[0]
    refused, said = [], {}
    page.on("response", lambda came: refused.append(f"{came.status} {came.url}") if came.status >= 400 else None)
    for address in (*ADDRESSES, *MORE):
        page.goto(f"{begin}/{address}{'&' if '?' in address else '?'}case={case}")
        page.wait_for_function("() => document.querySelector('main h1') && !document.querySelector('[data-waiting]')")
        page.wait_for_load_state("networkidle")
        said[address] = page.locator("main").inner_text()
        assert len(said[address]) > 80, address
        assert say("ui.part_failed", "en") not in said[address], address
        assert KEY.findall(page.locator("body").inner_text()) == [], address
        assert case not in page.title(), address
    assert refused == []
    return said


def test_a_case_that_was_brought_tells_on_every_page_what_it_does_not_have(visit, tmp_path):
    page = visit("ledger?show=bring", size="phone")
    page.locator("input[webkitdirectory]").set_input_files(as_folder(template.files(), tmp_path / "own"))
    page.locator(".sound").wait_for()
    said = walk(page, page.url.split("case=")[1][:32])
    assert {address: key for address, key in SAID.items() if say(key, "en") not in said[address]} == {}


def test_a_case_of_another_time_tells_on_every_page_what_it_does_not_have(visit):
    page = visit("?case=telecom-2000")
    settle(page)
    said = walk(page, "telecom-2000")
    assert say("ui.shock.gone", "en") in said["dominoes"]
    assert say("ui.audit.none", "en") in said["ledger?show=audit"]
