"""Taken along: a picture as PNG and SVG, and all pages as files without a server."""

from __future__ import annotations

import contextlib
import functools
import http.server
import threading

import pytest

from tests.report.made_machine import machine_case

pytest.importorskip("xlsxwriter", reason="the extra `excel` is not installed")
HERE = ("", "loops.html", "machine.html", "dominoes.html", "gauges.html", "history.html", "ledger.html", "sources.html",
        "report.html")  # fmt: skip


def saved(page, button):
    with page.expect_download() as coming:
        button.click()
    return coming.value


def test_a_picture_leaves_with_its_title_and_where_it_comes_from(visit):
    page = visit("loops")
    line = page.locator(".take").first
    line.wait_for()
    svg = saved(page, line.get_by_role("button", name="SVG")).path().read_text()
    assert (
        svg.startswith("<svg")
        and "<script" not in svg
        and "url(#" not in svg.replace("url(#hatch)", "").replace("url(#dots)", "")
    )
    assert "case" in svg and "sources: in" in svg and "var(--" not in svg
    png = saved(page, line.get_by_role("button", name="PNG")).path().read_bytes()
    assert png.startswith(b"\x89PNG") and len(png) > 10_000


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nothing on the screen of whoever runs the tests."""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The pages of a small case below a prefix, handed out by a server that knows nothing of them."""
    from perpetuum.web.export import export

    root = tmp_path_factory.mktemp("site")
    export(root / "deep" / "pages", {"small": machine_case(tmp_path_factory.mktemp("cases") / "small")}, ["neutral"])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/deep/pages/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_exported_pages_ask_nothing_that_is_not_there(browser, exported, lang):
    wrong, asked = [], []
    with contextlib.closing(browser.new_context(locale="zh-TW" if lang == "zh" else "en-GB")) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("response", lambda came: wrong.append(came.url) if came.status >= 400 else asked.append(came.url))
        for path in HERE:
            page.goto(exported + path)
            page.locator("main h1").wait_for()
            page.wait_for_load_state("networkidle")
            assert page.locator("main [role=status]", has_text="perpetuum serve").count() == 0, path
        page.goto(exported + "machine.html?set=growth=1")
        page.goto(exported + "?at=2020-01-01")
        page.get_by_text("perpetuum serve").first.wait_for()
    assert wrong == []
    assert all(each.startswith(exported) for each in asked)
