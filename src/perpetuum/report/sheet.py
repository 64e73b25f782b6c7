"""What a page in the browser and one on paper share: files, colours, the framing line, and which links are safe."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources
from urllib.parse import urlsplit

from perpetuum.core.text import Text
from perpetuum.report import numbers
from perpetuum.report.snapshots import Study
from perpetuum.report.words import say

_LIGHT = re.compile(r":root \{(.*?)\}", re.S)
_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")


@functools.cache
def asset(name: str) -> str:
    """A file of the pages, by its name."""
    return (resources.files("perpetuum.report") / "assets" / name).read_text(encoding="utf-8")


@functools.cache
def colours() -> Mapping[str, str]:
    """The colours of the light page by the names they have in its style sheet."""
    found = _LIGHT.search(asset("style.css"))
    assert found is not None
    return dict(_COLOUR.findall(found[1]))


def frame(study: Study) -> Text:
    """Of which date, under which rule, of which case and by which version a report speaks."""
    import perpetuum

    return say("html.frame", date=numbers.day(study.now.asof), policy=say(f"policy.{study.policy}"),
               hash=study.ledger.hash[:12], version=perpetuum.__version__)  # fmt: skip


def leads_outside(url: str | None) -> bool:
    """May it be a link? With anything but http and https it stays words."""
    return url is not None and urlsplit(url).scheme in ("http", "https")
