"""A string people read: both languages, or it does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The same words in English and in Traditional Chinese (Taiwan usage).

    Examples
    --------
    >>> Text(en="recycled", zh="回流").in_language("zh")
    '回流'
    """

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not self.en.strip() or not self.zh.strip():
            raise ValueError("a text needs both languages: en and zh")

    def in_language(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.en


def both(en: str, zh: str) -> Text:
    """A text from its two languages, English first.

    Examples
    --------
    >>> both("paid", "實付")
    Text(en='paid', zh='實付')
    """
    return Text(en=en, zh=zh)
