"""The catalogue of words people read: a key, and the same words in both languages."""

from __future__ import annotations

import functools
import json
import re
from importlib import resources

from perpetuum.core.errors import UnknownName
from perpetuum.core.nouns import KEY_OF_WORDS
from perpetuum.core.text import Language, Text

# Between two Chinese signs there is no gap, whatever was filled in.
_GAP = re.compile(r"(?<=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef])")


@functools.cache
def catalogue() -> dict[str, Text]:
    """Every entry of ``words.json``; one that lacks a language cannot be made."""
    raw = (resources.files("perpetuum.report") / "words.json").read_text(encoding="utf-8")
    return {key: Text(en=both["en"], zh=both["zh"]) for key, both in json.loads(raw).items()}


def say(key: str, **parts: Text | str | int) -> Text:
    """The words of a key, with its parts filled in.

    Parameters
    ----------
    parts
        What stands for ``{name}`` in the words; a ``Text`` is filled in by language.

    Raises
    ------
    UnknownName
        If there is no such key.

    Examples
    --------
    >>> say("unknown").zh
    '未知'
    """
    if key not in catalogue():
        raise UnknownName(key, catalogue(), what=KEY_OF_WORDS)
    text = catalogue()[key]
    return fill(text, **parts) if parts else text


def fill(text: Text, *places: Text, **parts: Text | str | int) -> Text:
    """Words with their places filled in, by language; Chinese signs close up.

    Examples
    --------
    >>> fill(Text(en="from {0}", zh="由 {0} 起"), Text(en="US$1bn", zh="10 億美元")).zh
    '由 10 億美元起'
    """
    en = text.en.format(*(p.en for p in places), **{name: _in(part, "en") for name, part in parts.items()})
    zh = text.zh.format(*(p.zh for p in places), **{name: _in(part, "zh") for name, part in parts.items()})
    return Text(en=en, zh=_GAP.sub("", zh))


def _in(part: Text | str | int, language: Language) -> str:
    if isinstance(part, Text):
        return part.in_language(language)
    return f"{part:,}" if isinstance(part, int) else part


def plain(text: str | int) -> Text:
    """Signs that read the same in both languages: a name, a ticker, a number of things."""
    return Text(en=str(text), zh=str(text))


def joined(texts: list[Text] | tuple[Text, ...], en: str = ", ", zh: str = "、") -> Text:
    """Several texts as one; an em dash where there are none."""
    if not texts:
        return plain("–")
    return Text(en=en.join(text.en for text in texts), zh=zh.join(text.zh for text in texts))
