"""What makes a message Chinese: it is no copy of the English, and as many words stay as they are typed."""

from __future__ import annotations

import re

from perpetuum.core.text import Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def faults(text: Text) -> list[str]:
    """What is wrong with the Chinese of a message; nothing, if it may be printed."""
    found = {
        "the same as the English": text.zh == text.en,
        "no Chinese sign": not CHINESE.search(text.zh),
        "another number of words as typed": text.zh.count("`") != text.en.count("`"),
        "another number of lines": text.zh.count("\n") != text.en.count("\n"),
    }
    return [f"{fault}: {text}, {text.zh}" for fault, is_there in found.items() if is_there]
