"""One server and one browser for all journeys; where there is no browser they skip and say so."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib import resources

import pytest

NAMES = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
# Without these Chromium looks for the outside world at every start.
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def _without(why: str):
    if os.environ.get("PERPETUUM_NEED_BROWSER"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _without("playwright is not installed")
    found = next((path for name in NAMES if name and (path := shutil.which(name))), None)
    if found is None:
        _without("there is no Chromium on this machine")
    if not (resources.files("perpetuum.web") / "static" / "index.html").is_file():
        _without("the pages are not built")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=[*FLAGS, *root])
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(browser):
    command = [sys.executable, "-m", "perpetuum", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = ""
        while (link := re.search(r"http://127\.0\.0\.1:[1-9]\d*/", said)) is None:
            line = server.stdout.readline()
            assert line, said
            said += line
        for _ in range(240):
            # It tells its address a moment before it listens.
            with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(f"{link[0]}api/health") as answer:
                if json.load(answer)["result"]["state"] == "ready":
                    break
            time.sleep(0.5)
        yield link[0]
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


def _expected(said: str) -> bool:
    return "409" in said or "ERR_CONNECTION_REFUSED" in said


SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def visit(browser, address):
    """Opens a page as somebody would; afterwards nothing may have gone wrong, and nobody else may have been asked."""
    opened, wrong = [], []

    def _visit(path: str, lang: str = "en", size: str = "desk"):
        context = browser.new_context(
            viewport=SIZES[size], locale="zh-TW" if lang == "zh" else "en-GB", reduced_motion="reduce",
            color_scheme="dark" if lang == "zh" else "light",
        )  # fmt: skip
        context.set_default_timeout(90_000)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # A question that a newer one overtakes is answered with 409: that is no error of the page.
        page.on(
            "console", lambda said: wrong.append(said.text) if said.type == "error" and not _expected(said.text) else 0
        )
        page.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
        page.goto(address + path)
        opened.append(context)
        return page

    yield _visit
    for context in opened:
        context.close()
    assert wrong == []
