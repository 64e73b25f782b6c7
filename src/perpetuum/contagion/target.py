"""What a reverse question asks for, in the words of a terminal: `oracle:falls`, `3:fall`, `all:loss>=5bn USD`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from perpetuum.contagion.books import Books
from perpetuum.core.errors import NetworkError, PerpetuumError
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both

Word = Literal["uniform", "falls", "loses", "several", "together"]
EVERYBODY = "all"
_LOSS = re.compile(r"loss\s*(?:>=|≥)\s*(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An outcome to bring about.

    ``uniform`` asks who falls if everyone loses the same share; ``falls`` and ``loses`` are about one
    ``firm``, which is to lose a ``share`` of its equity or an ``amount`` of it in USD, or more. ``several``
    wants a ``count`` of firms to fall, ``together`` an ``amount`` of equity to be lost by all of them in sum;
    both are about firms whose equity is known.
    """

    word: Word
    firm: str | None = None
    share: float | None = None
    amount: float | None = None
    count: int | None = None

    @property
    def is_about_one(self) -> bool:
        """Is it one firm that something is to happen to?"""
        return self.firm is not None

    def __str__(self) -> str:
        if self.word == "uniform":
            return "uniform"
        if self.word == "falls":
            return f"{self.firm}:falls"
        if self.word == "several":
            return f"{self.count}:fall"
        least = f"{self.amount:.15g} USD" if self.amount is not None else f"{100 * (self.share or 0):.6g}%"
        return f"{self.firm or EVERYBODY}:loss>={least}"

    def needs(self, equity: float) -> float:
        """How much of its equity the firm is to lose, in USD."""
        return self.amount if self.amount is not None else equity * (self.share or 0.0)


def parse_target(text: str) -> Target:
    """Read what is asked for.

    Raises
    ------
    NetworkError
        For words nobody can read, shares above 100 % and losses of nothing.

    Examples
    --------
    >>> parse_target("cloud:falls")
    Target(word='falls', firm='cloud', share=None, amount=None, count=None)
    >>> str(parse_target("lab: loss >= 5bn USD"))
    'lab:loss>=5000000000 USD'
    >>> parse_target("3:fall").count, str(parse_target("all: loss >= 5bn USD"))
    (3, 'all:loss>=5000000000 USD')
    """
    firm, colon, what = (part.strip() for part in text.partition(":"))
    if not colon and firm == "uniform":
        return Target(word="uniform")
    if colon and firm and what == "falls":
        return Target(word="falls", firm=firm)
    if colon and what == "fall" and firm.isascii() and firm.isdigit() and 0 < int(firm) < 1000:
        return Target(word="several", count=int(firm))
    if colon and firm and (loss := _LOSS.fullmatch(what)):
        try:
            said = Quantity.parse(loss[1])
        except PerpetuumError as error:
            raise _unreadable(text) from error
        if firm == EVERYBODY:
            if said.unit == "USD" and said.value > 0:
                return Target(word="together", amount=said.value)
            raise _unreadable(text)
        if said.unit == "ratio" and 0 < said.value <= 1:
            return Target(word="loses", firm=firm, share=said.value)
        if said.unit == "USD" and said.value > 0:
            return Target(word="loses", firm=firm, amount=said.value)
    raise _unreadable(text)


def _unreadable(text: str) -> NetworkError:
    return NetworkError(
        both(f"cannot read `{text.strip()}` as an outcome.", f"無法把 `{text.strip()}` 讀成結果。"),
        both(
            'Write uniform, <firm>:falls, "<firm>:loss>=10%" (of its equity, at most 100 %), "<firm>:loss>=5bn USD", '
            '3:fall or "all:loss>=5bn USD".',
            '請寫 uniform、<firm>:falls、"<firm>:loss>=10%"（占其權益，最多 100 %）、"<firm>:loss>=5bn USD"、'
            '3:fall 或 "all:loss>=5bn USD"。',
        ),
    )


def checked(books: Books, target: Target) -> Target:
    """The target, if its firm is in the books and its equity is known."""
    if target.firm is None:
        return target
    books.at(target.firm)
    if target.firm in books.unknown_equity:
        raise NetworkError(
            both(f"the equity of {target.firm} is not known, so nobody can say what brings it down.",
                 f"{target.firm} 的權益未知，因此無法得知什麼會使它倒下。"),
            both("Give its balance sheet to the case, or ask for a firm with a known one.",
                 "請在案例中提供其資產負債表，或改問權益已知的公司。"),
        )  # fmt: skip
    return target
