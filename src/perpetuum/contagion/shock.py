"""What happens to whom: the hits of a study, read from the words of a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from perpetuum.contagion.books import Books
from perpetuum.core.errors import NetworkError, PerpetuumError, UnknownName
from perpetuum.core.nouns import FIRM_OF_NETWORK, GUARANTEE, LEG_WITH_EXPECTED
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both

Word = Literal["stops-paying", "loses", "demand", "price", "withdraws", "cancelled", "called", "taken-over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that happens.

    ``firm`` is the firm, leg or guarantee that is hit (``all`` for every firm); ``share`` a fraction
    lost, ``amount`` USD lost, ``keeps`` the fraction of its assets that a firm which stops paying
    keeps, ``by`` who takes it over.
    """

    word: Word
    firm: str
    share: float | None = None
    amount: float | None = None
    keeps: float = 0.0
    by: str | None = None

    def __str__(self) -> str:
        lost = f"-{self.amount:.15g} USD" if self.amount is not None else f"-{100 * (self.share or 0):.6g} %"
        return {
            "stops-paying": f"{self.firm}: stops-paying" + (f", keeps {100 * self.keeps:.6g} %" if self.keeps else ""),
            "loses": f"{self.firm}: {lost}" + (" assets" if self.amount is None else ""),
            "demand": f"{self.firm}: {lost} demand",
            "price": f"{self.firm}: {lost} price",
            "withdraws": f"{self.firm}: withdraws",
            "cancelled": f"{self.firm}: cancelled",
            "called": f"{self.firm}: called",
            "taken-over": f"{self.firm}: taken over by {self.by}",
        }[self.word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """The hits of a study together, scaled by one ``size`` between 0 and 1.

    Examples
    --------
    >>> str(Shock.parse("lab: -40 % assets", "cloud:stops-paying"))
    'lab: -40 % assets; cloud: stops-paying'
    """

    hits: tuple[Hit, ...]
    size: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.size <= 1:
            raise NetworkError(
                both(f"a shock of size {self.size}.", f"衝擊的大小為 {self.size}。"),
                both("give a share between 0 and 1.", "請給 0 與 1 之間的比例。"),
            )

    @classmethod
    def parse(cls, *words: str, size: float = 1.0) -> Shock:
        """Read hits as the terminal writes them; all that cannot be read is reported together."""
        hits, problems = [], []
        for each in (part for word in words for part in word.split(";")):
            try:
                hits.append(parse_hit(each))
            except PerpetuumError as error:
                problems.append(error)
        if problems:
            raise together(problems)
        return cls(hits=tuple(hits), size=size)

    def resized(self, size: float) -> Shock:
        """The same shock at another size."""
        return replace(self, size=size)

    def __str__(self) -> str:
        return "; ".join(map(str, self.hits))


def together(problems: Iterable[PerpetuumError]) -> PerpetuumError:
    """Several errors as one; a single one stays what it is."""
    problems = list(problems)
    if len(problems) == 1:
        return problems[0]
    return NetworkError(
        both(
            "\n".join(each.in_language("en") for each in problems),
            "\n".join(each.in_language("zh") for each in problems),
        )
    )


_LOSS = re.compile(r"[-−]\s*(?P<amount>.+?)(?:\s+(?P<of>assets|demand|price))?$")
_TAKEN = re.compile(r"taken[ -]over by (?P<by>\S+)$")
_BARE: dict[str, Word] = {
    "stops-paying": "stops-paying", "stops paying": "stops-paying", "withdraws": "withdraws",
    "cancelled": "cancelled", "called": "called",
}  # fmt: skip
_OF: dict[str, Word] = {"assets": "loses", "demand": "demand", "price": "price"}


def parse_hit(text: str) -> Hit:
    """One hit, such as ``lab:stops-paying``, ``cloud: -40 % assets`` or ``lab: taken over by cloud``."""
    firm, colon, what = (part.strip() for part in text.partition(":"))
    if colon and firm:
        if word := _BARE.get(what):
            return Hit(word=word, firm=firm)
        if keeps := re.fullmatch(r"stops[- ]paying,? keeps (.+)", what):
            return Hit(word="stops-paying", firm=firm, keeps=_share(keeps[1], text))
        if taken := _TAKEN.fullmatch(what):
            return Hit(word="taken-over", firm=firm, by=taken["by"])
        if lost := _LOSS.fullmatch(what):
            return _loss(firm, lost["amount"], lost["of"], text)
    raise NetworkError(
        both(f"cannot read `{text.strip()}` as a shock.", f"無法把 `{text.strip()}` 讀成衝擊。"),
        both(
            'Write, for example, <firm>:stops-paying, "<firm>: -40 % assets", "<firm>: -10bn USD", '
            '"all: -20 % assets", "<firm>: -60 % demand", <firm>:withdraws, <leg>:cancelled, '
            '<leg>:called, "<firm>: taken over by <owner>".',
            '例如：<firm>:stops-paying、"<firm>: -40 % assets"、"<firm>: -10bn USD"、"all: -20 % assets"、'
            '"<firm>: -60 % demand"、<firm>:withdraws、<leg>:cancelled、<leg>:called、'
            '"<firm>: taken over by <owner>"。',
        ),
    )


def _loss(firm: str, amount: str, of: str | None, text: str) -> Hit:
    if amount.rstrip().endswith("%"):
        return Hit(word=_OF[of or "assets"], firm=firm, share=_share(amount, text))
    money = Quantity.parse(amount)
    if money.unit != "USD" or of not in (None, "assets"):
        raise NetworkError(
            both(
                f"`{text.strip()}`: a loss is a share or an amount of USD.",
                f"`{text.strip()}`：損失須為比例或美元金額。",
            ),
            both("Write, for example, -40 % assets or -10bn USD.", "例如：-40 % assets 或 -10bn USD。"),
        )
    return Hit(word="loses", firm=firm, amount=money.value)


def _share(text: str, whole: str) -> float:
    said = Quantity.parse(text.strip())
    if said.unit != "ratio" or not 0 <= said.value <= 1:
        raise NetworkError(
            both(f"`{whole.strip()}`: {text.strip()} is no share between 0 and 100 %.",
                 f"`{whole.strip()}`：{text.strip()} 不是 0 到 100 % 之間的比例。"),
            both("A firm can lose 100 % at most.", "公司最多損失 100 %。"),
        )  # fmt: skip
    return said.value


def known(books: Books, shock: Shock) -> None:
    """Refuse names nobody knows, with the nearest ones, all at once."""
    problems: list[PerpetuumError] = []
    for hit in shock.hits:
        if hit.word == "cancelled":
            legs = sorted({each.leg for each in books.expected if each.leg})
            if hit.firm not in legs:
                problems.append(UnknownName(hit.firm, legs, what=LEG_WITH_EXPECTED))
        elif hit.word == "called":
            named = [each.leg for each in books.guarantees]
            if hit.firm not in named:
                problems.append(UnknownName(hit.firm, named, what=GUARANTEE))
        elif hit.word == "withdraws":
            funders = sorted({each.partner for each in books.expected} | set(books.firms))
            if hit.firm not in funders:
                problems.append(UnknownName(hit.firm, funders, what=FIRM_OF_NETWORK))
        else:
            for name in (hit.firm, *((hit.by,) if hit.by else ())):
                if name not in books.firms and not (name == "all" and hit.word == "loses"):
                    problems.append(UnknownName(name, books.firms, what=FIRM_OF_NETWORK))
    if problems:
        raise together(problems)
