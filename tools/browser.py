"""A Chromium that is there and a server of our own, for journeys and for pictures of the pages."""

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
from collections.abc import Iterator
from importlib import resources
from typing import Any

NAMES = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
# Without these Chromium looks for the outside world at every start.
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SIZES = {
    "desk": {"width": 1280, "height": 800},
    "zoomed": {"width": 640, "height": 400},  # a desk at 200 %
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
}
# Every address whose look differs; the sheet of pictures and the checks go through the same list.
ADDRESSES = [
    "", "loops", "loops?show=inventory", "loops?show=origin", "loops?show=firm&firm=nvidia", "machine",
    "dominoes", "dominoes?show=reverse", "dominoes?show=holdings",
    "gauges", "gauges?gauge=stock_and_receivables", "gauges?show=adoption", "gauges?show=bubble", "history",
    "ledger", "ledger?show=claims", "ledger?show=audit", "ledger?show=gaps", "ledger?show=find&q=NVIDIA",
    "ledger?show=bring", "sources", "report",
]  # fmt: skip


class Missing(Exception):
    """What is not on this machine; the words say which."""


def are_built() -> bool:
    """Were the pages built?"""
    return (resources.files("perpetuum.web") / "static" / "index.html").is_file()


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A browser of this machine, closed afterwards.

    Raises
    ------
    Missing
        If there is none, or nothing to drive it with.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Missing("playwright is not installed") from None
    found = next((path for name in NAMES if name and (path := shutil.which(name))), None)
    if found is None:
        raise Missing("there is no Chromium on this machine")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=[*FLAGS, *root])
        try:
            yield started
        finally:
            started.close()


@contextlib.contextmanager
def serving(*options: str) -> Iterator[str]:
    """The link that a server prints when it starts, once it is ready; ended afterwards."""
    command = [sys.executable, "-m", "perpetuum", "serve", "--port", "0", *options]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert server.stdout is not None
    try:
        said = ""
        while (link := re.search(r"(http://127\.0\.0\.\d+:[1-9]\d*/)(?:#token=(\S+))?", said)) is None:
            line = server.stdout.readline()
            assert line, said
            said += line
        _wait(link[1], link[2])
        yield link[0]
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


def _wait(address: str, token: str | None) -> None:
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    asked = urllib.request.Request(f"{address}api/health", headers=shown)
    for _ in range(240):
        # It tells its address a moment before it listens.
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(asked) as answer:
            if json.load(answer)["result"]["state"] == "ready":
                return
        time.sleep(0.5)
