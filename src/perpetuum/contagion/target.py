"""What a reverse question asks for, read from the words of a terminal: `oracle:falls`, `lab:loss>=10%`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from perpetuum.contagion.books import Books
from perpetuum.core.errors import NetworkError, PerpetuumError
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both

Word = Literal["uniform", "falls", "loses"]
_LOSS = re.compile(r"loss\s*(?:>=|≥)\s*(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An outcome to bring about.

    ``uniform`` asks who falls if everyone loses the same share; ``falls`` and ``loses`` are about one
    ``firm``, which is to lose a ``share`` of its equity or an ``amount`` of it in USD, or more.
    """

    word: Word
    firm: str | None = None
    share: float | None = None
    amount: float | None = None

    def __str__(self) -> str:
        if self.word == "uniform":
            return "uniform"
        if self.word == "falls":
            return f"{self.firm}:falls"
        least = f"{self.amount:.15g} USD" if self.amount is not None else f"{100 * (self.share or 0):.6g}%"
        return f"{self.firm}:loss>={least}"

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
    Target(word='falls', firm='cloud', share=None, amount=None)
    >>> str(parse_target("lab: loss >= 5bn USD"))
    'lab:loss>=5000000000 USD'
    """
    firm, colon, what = (part.strip() for part in text.partition(":"))
    if not colon and firm == "uniform":
        return Target(word="uniform")
    if colon and firm and what == "falls":
        return Target(word="falls", firm=firm)
    if colon and firm and (loss := _LOSS.fullmatch(what)):
        try:
            said = Quantity.parse(loss[1])
        except PerpetuumError as error:
            raise _unreadable(text) from error
        if said.unit == "ratio" and 0 < said.value <= 1:
            return Target(word="loses", firm=firm, share=said.value)
        if said.unit == "USD" and said.value > 0:
            return Target(word="loses", firm=firm, amount=said.value)
    raise _unreadable(text)


def _unreadable(text: str) -> NetworkError:
    return NetworkError(
        both(f"cannot read `{text.strip()}` as an outcome.", f"無法把 `{text.strip()}` 讀成結果。"),
        both(
            'Write uniform, <firm>:falls, "<firm>:loss>=10%" (of its equity, at most 100 %) or "<firm>:loss>=5bn USD".',
            '請寫 uniform、<firm>:falls、"<firm>:loss>=10%"（占其權益，最多 100 %）或 "<firm>:loss>=5bn USD"。',
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
