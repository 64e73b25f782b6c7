"""One server and one browser for all journeys; where there is no browser they skip and say so."""

from __future__ import annotations

import contextlib
import os

import pytest

from tools.browser import SIZES, Missing, are_built, chromium, serving


def _without(why: str):
    if os.environ.get("PERPETUUM_NEED_BROWSER"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser():
    if not are_built():
        _without("the pages are not built")
    with contextlib.ExitStack() as stack:
        try:
            started = stack.enter_context(chromium())
        except Missing as missing:
            _without(str(missing))
        yield started


@pytest.fixture(scope="session")
def address(browser):
    if there := os.environ.get("PERPETUUM_AT"):
        yield there  # a server that runs already, for whoever works on the pages
        return
    with serving() as link:
        yield link


def _is_wrong(said) -> bool:
    """Is it an error that a page should not make?

    A newer question overtakes one (409), a machine gets ready (503), a token is asked for (401, 429), a link names
    what the case does not hold (404), and a connection is lost on purpose.
    """
    if said.type != "error" or "ERR_CONNECTION_REFUSED" in said.text:
        return False
    refused = any(f"status of {code}" in said.text for code in (401, 404, 409, 429, 503))
    return not (refused and "/api/" in said.location.get("url", ""))


@pytest.fixture
def visit(browser, address):
    """Opens a page as somebody would; afterwards nothing may have gone wrong, and nobody else may have been asked.

    What the content security policy refuses is an error of the console, so that is held too.
    """
    opened, wrong = [], []

    def _visit(path: str, lang: str = "en", size: str = "desk", theme: str | None = None, at: str | None = None, **how):
        begin = at or address
        context = browser.new_context(**{
            "viewport": SIZES[size], "locale": "zh-TW" if lang == "zh" else "en-GB", "reduced_motion": "reduce",
            "color_scheme": theme or ("dark" if lang == "zh" else "light"), **how,
        })  # fmt: skip
        context.set_default_timeout(90_000)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said) else None)
        ours = begin.partition("#")[0]
        page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(asked.url))
        page.goto(begin + path)
        opened.append(context)
        return page

    yield _visit
    for context in opened:
        context.close()
    assert wrong == []
