"""Who owes, owns, expects and guarantees what, by firm and with the legs behind it, on one date."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.claim import Figure
from perpetuum.core.deal import Trigger
from perpetuum.core.errors import NetworkError, UnknownName, lines
from perpetuum.core.network import Origin
from perpetuum.core.nouns import FIRM_OF_NETWORK
from perpetuum.core.parameter import Parameter
from perpetuum.core.text import Text, both
from perpetuum.maths.claims import Claims, Series

Array = NDArray[np.float64]
View = Literal["value", "cash"]
Basis = Literal["book", "market"]
Bearer = Literal["lenders", "users", "suppliers", "others"]
BEARERS: tuple[Bearer, ...] = ("lenders", "users", "suppliers", "others")
Form = Literal["payment", "residual_value", "capacity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Debtor owes creditor an amount, in USD; rank 0 is paid first.

    A creditor that is no firm of the books is outside: it cannot fall and belongs to a ``bearer``.
    ``estimated`` names the method where the amount was not observed.
    """

    debtor: str
    creditor: str
    amount: float
    rank: int = 0
    bearer: Bearer = "others"
    leg: str | None = None
    estimated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Owner holds a share (fraction) of a firm's existing shares."""

    owner: str
    firm: str
    share: float
    leg: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Warrant:
    """Holder may buy ``count`` new shares of the issuer at ``strike`` USD; ``shares`` exist already."""

    issuer: str
    holder: str
    count: float
    strike: float
    shares: float
    leg: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a firm hopes to get from a partner inside the horizon, beyond what is owed, in USD.

    ``margin`` is the share of it that is no cost avoided; 1 is an upper bound.
    """

    firm: str
    partner: str
    amount: float
    channel: Literal["revenue", "funding"]
    margin: float = 1.0
    leg: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """Guarantor pays the protected party up to a cap, once the trigger holds.

    ``full`` is the cap as agreed, ``cap`` what is released of it by now, in USD, (low, high) where
    that is not known; ``covers`` the legs whose loss it covers, a ``share`` of it. ``holds`` says of
    each condition of the trigger that is no default whether it holds, or None where nobody can know.
    """

    leg: str
    guarantor: str
    protected: str
    cap: tuple[float, float]
    covers: tuple[str, ...]
    full: float | None = None
    share: float = 1.0
    form: Form = "payment"
    trigger: Trigger = field(default_factory=lambda: Trigger(word="all"))
    holds: Mapping[Trigger, bool | None] = field(default_factory=dict)
    in_term: bool = True
    because: Text | None = None
    relet: float = 0.0
    loss: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A firm or leg that is not in the books, and why."""

    what: str
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The arrays of a study, with names and legs.

    Parameters
    ----------
    firms
        Names, in the order of all arrays.
    outside_assets
        USD by firm, never negative: what it has apart from claims on firms of the books.
    unknown_equity
        Firms whose opening balance is not known: they take losses and pass nothing on.
    names
        What firms are called, for sentences; the id where absent.
    gap
        USD by firm: obligations that stand for negative outside assets.
    equity_figures
        For each firm with a known balance, the figures behind it.
    receipts, franchise
        USD by firm, where known: what it gets from outside inside the horizon, and what its market
        value exceeds its book equity by.
    """

    firms: tuple[str, ...]
    outside_assets: Array = field(compare=False)
    obligations: tuple[Obligation, ...] = ()
    holdings: tuple[Holding, ...] = ()
    warrants: tuple[Warrant, ...] = ()
    expected: tuple[Expected, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)
    gap: Mapping[str, float] = field(default_factory=dict)
    unknown_equity: frozenset[str] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    equity_figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    receipts: Mapping[str, float] = field(default_factory=dict)
    franchise: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    view: View = "value"
    basis: Basis = "book"
    horizon: int = 4
    name: str = ""
    origin: Origin | None = None

    @classmethod
    def of(
        cls,
        *,
        outside_assets: Mapping[str, float],
        obligations: Iterable[Obligation | tuple[str, str, float]] = (),
        holdings: Iterable[Holding | tuple[str, str, float]] = (),
        warrants: Iterable[Warrant] = (),
        guarantees: Iterable[Guarantee] = (),
        expected: Iterable[Expected] = (),
        name: str = "",
        view: View = "value",
    ) -> Books:
        """Books made by hand; every firm has outside assets, every other name is an outside party.

        Raises
        ------
        NetworkError
            With everything that cannot be, all at once.

        Examples
        --------
        >>> made = Books.of(outside_assets={"lab": 12, "cloud": 3}, obligations=[("lab", "cloud", 10)])
        >>> made.claims.debt
        array([[10.,  0.]])
        """
        owes = tuple(
            each if isinstance(each, Obligation) else Obligation(debtor=each[0], creditor=each[1], amount=each[2])
            for each in obligations
        )
        owns = tuple(
            each if isinstance(each, Holding) else Holding(owner=each[0], firm=each[1], share=each[2])
            for each in holdings
        )
        return cls(
            firms=tuple(outside_assets), outside_assets=np.array(list(outside_assets.values()), dtype=float),
            obligations=owes, holdings=owns, warrants=tuple(warrants), guarantees=tuple(guarantees),
            expected=tuple(expected), name=name, view=view,
        ).checked()  # fmt: skip

    def checked(self) -> Books:
        """These books, if nothing in them is impossible; else every problem at once."""
        if problems := [*_bad_amounts(self), *_bad_claims(self), *_bad_warrants(self), *_bad_guarantees(self)]:
            raise NetworkError(lines(*(what for what, _ in problems), indent=""), _repairs(problems))
        return self

    def at(self, firm: str) -> int:
        """The place of a firm in all arrays; an unknown one raises ``UnknownName``."""
        if firm not in self.firms:
            raise UnknownName(firm, self.firms, what=FIRM_OF_NETWORK)
        return self.firms.index(firm)

    def name_of(self, firm: str) -> Text:
        """What a firm is called."""
        return self.names.get(firm) or both(firm, firm)

    @property
    def ranks(self) -> int:
        """How many ranks of debt there are, at least one."""
        return 1 + max((each.rank for each in self.obligations), default=0)

    @property
    def claims(self) -> Claims:
        """The arrays of the kernel: owed (rank, debtor, creditor), outside, owned, warrants."""
        place = {firm: i for i, firm in enumerate(self.firms)}
        owed = np.zeros((self.ranks, len(self.firms), len(self.firms)))
        outside = np.zeros((self.ranks, len(self.firms)))
        for each in self.obligations:
            if each.creditor in place:
                owed[each.rank, place[each.debtor], place[each.creditor]] += each.amount
            else:
                outside[each.rank, place[each.debtor]] += each.amount
        for firm, amount in self.gap.items():
            outside[0, place[firm]] += amount
        owned = np.zeros((len(self.firms), len(self.firms)))
        for stake in self.holdings:
            if stake.owner in place and stake.firm in place:
                owned[place[stake.owner], place[stake.firm]] += stake.share
        shares = np.ones(len(self.firms))
        for warrant in self.warrants:
            shares[place[warrant.issuer]] = warrant.shares
        series = tuple(
            Series(issuer=place[w.issuer], holder=place.get(w.holder), count=w.count, strike=w.strike)
            for w in sorted(self.warrants, key=lambda w: w.strike)
        )
        return Claims(owed=owed, outside=outside, owned=owned, shares=shares, warrants=series)

    @property
    def by_bearer(self) -> Mapping[Bearer, Array]:
        """What each firm owes outside, by (rank, firm), for each class of outside creditors, in USD."""
        place = {firm: i for i, firm in enumerate(self.firms)}
        found = {bearer: np.zeros((self.ranks, len(self.firms))) for bearer in BEARERS}
        for each in self.obligations:
            if each.creditor not in place:
                found[each.bearer][each.rank, place[each.debtor]] += each.amount
        for firm, amount in self.gap.items():
            found["others"][0, place[firm]] += amount
        return found

    @property
    def estimated(self) -> tuple[Obligation, ...]:
        """Obligations nobody observed."""
        return tuple(each for each in self.obligations if each.estimated)

    def with_assets(self, outside_assets: Array) -> Books:
        """The same with other outside assets."""
        return replace(self, outside_assets=outside_assets)


Problem = tuple[Text, Text]
_NEVER = both("amounts are finite and never negative.", "金額必須是有限的數，且絕不為負。")
_LEAVE_OUT = both("leave out what is unknown; unknown is not zero.", "未知的請不要列入；未知不等於零。")


def _repairs(problems: Sequence[Problem]) -> Text:
    seen = list(dict.fromkeys(repair for _, repair in problems))
    return lines(*seen, indent="  ")


def _bad(value: float) -> bool:
    return not math.isfinite(value) or value < 0


def _bad_amounts(books: Books) -> list[Problem]:
    found: list[Problem] = []

    def refuse(place: str, value: float) -> None:
        found.append((both(f"{place}: {value} USD; {_NEVER.en}", f"{place}：{value} USD；{_NEVER.zh}"), _LEAVE_OUT))

    for firm, assets in zip(books.firms, books.outside_assets, strict=True):
        if _bad(float(assets)):
            refuse(f"outside_assets.{firm}", float(assets))
    for each in books.obligations:
        if _bad(each.amount):
            refuse(each.leg or f"{each.debtor} -> {each.creditor}", each.amount)
    for hope in books.expected:
        if _bad(hope.amount):
            refuse(hope.leg or f"{hope.partner} -> {hope.firm}", hope.amount)
        if not 0 <= hope.margin <= 1:
            name = hope.leg or f"{hope.partner} -> {hope.firm}"
            what = both(f"{name}: a margin of {hope.margin}.", f"{name}：毛利率為 {hope.margin}。")
            found.append((what, both("a share lies between 0 and 1.", "比例介於 0 與 1 之間。")))
    for warrant in books.warrants:
        for value in (warrant.count, warrant.strike, warrant.shares):
            if _bad(value):
                refuse(warrant.leg or f"{warrant.issuer} -> {warrant.holder}", value)
    return found


def _bad_claims(books: Books) -> list[Problem]:
    found: list[Problem] = []
    known = set(books.firms)
    for each in books.obligations:
        if each.debtor == each.creditor:
            what = both(f"{each.leg or each.debtor}: {each.debtor} owes itself.",
                        f"{each.leg or each.debtor}：{each.debtor} 欠自己的債。")  # fmt: skip
            found.append((what, both("leave debts to oneself out.", "請勿列入對自己的債務。")))
        if each.rank < 0:
            name = each.leg or f"{each.debtor} -> {each.creditor}"
            what = both(f"{name}: rank {each.rank}.", f"{name}：順位為 {each.rank}。")
            found.append((what, both("rank 0 is paid first; count from there.", "順位 0 最先受償，請由此往下數。")))
        if each.debtor not in known:
            what = both(
                f"{each.debtor} owes money but has no outside assets.", f"{each.debtor} 有債務，卻沒有外部資產。"
            )
            found.append((what, both("give its outside assets, 0 if it has none.", "請提供其外部資產；若沒有請寫 0。")))
    for stake in books.holdings:
        if stake.owner == stake.firm:
            what = both(f"{stake.owner} owns shares in itself.", f"{stake.owner} 持有自己的股份。")
            found.append((what, both("leave own shares out.", "請勿列入庫藏股。")))
        if _bad(stake.share) or stake.share > 1:
            what = both(
                f"{stake.owner} owns {stake.share} of {stake.firm}.",
                f"{stake.owner} 持有 {stake.firm} 的 {stake.share}。",
            )
            found.append((what, both("a share lies between 0 and 1.", "持股比例介於 0 與 1 之間。")))
    if not found:
        found += _too_many_owners(books)
    return found


def _bad_warrants(books: Books) -> list[Problem]:
    found: list[Problem] = []
    shares: dict[str, float] = {}
    for each in books.warrants:
        name = each.leg or f"{each.issuer} -> {each.holder}"
        if each.issuer not in books.firms or each.issuer == each.holder:
            what = both(f"{name}: a warrant that {each.issuer} gives to {each.holder}.",
                        f"{name}：由 {each.issuer} 給予 {each.holder} 的認股權證。")  # fmt: skip
            repair = both("the issuer is a firm of the books, the holder somebody else.",
                          "發行者須為帳上的公司，持有者須為他人。")  # fmt: skip
            found.append((what, repair))
        if not (each.shares > 0 and each.count > 0) or shares.setdefault(each.issuer, each.shares) != each.shares:
            what = both(f"{name}: {each.count} warrants beside {each.shares} shares of {each.issuer}.",
                        f"{name}：{each.issuer} 有 {each.shares} 股，另有 {each.count} 份認股權證。")  # fmt: skip
            repair = both("both are above zero, and the shares of an issuer are one number.",
                          "兩者皆須大於零，且同一發行者的股數只有一個。")  # fmt: skip
            found.append((what, repair))
    return found


def _too_many_owners(books: Books) -> list[Problem]:
    found: list[Problem] = []
    for firm in books.firms:
        owners = [stake for stake in books.holdings if stake.firm == firm]
        total = sum(stake.share for stake in owners)
        if total > 1 + 1e-12:
            who = ", ".join(f"{stake.owner} {stake.share:.6g}" for stake in owners)
            what = both(f"more than all shares of {firm} are owned ({total:.6g}): {who}.",
                        f"{firm} 的持股合計超過全部股份（{total:.6g}）：{who}。")  # fmt: skip
            found.append((what, both("give each share once.", "每一筆持股只列一次。")))
    place = {firm: i for i, firm in enumerate(books.firms)}
    if not found and any("wholly" in said for said in replace(books, warrants=()).claims.problems()):
        closed = [f for f in books.firms if sum(s.share for s in books.holdings if s.firm == f) >= 1 - 1e-12]
        who = ", ".join(sorted(closed, key=place.__getitem__))
        what = both(f"{who} own each other wholly; their equity has no owner outside.",
                    f"{who} 完全互相持有，其權益沒有外部所有人。")  # fmt: skip
        found.append(
            (
                what,
                both(
                    "name an owner outside, or join them into one firm.", "請列出外部所有人，或將它們合併為一家公司。"
                ),
            )
        )
    return found


def _bad_guarantees(books: Books) -> list[Problem]:
    found: list[Problem] = []
    shares: dict[str, float] = {}
    for each in books.guarantees:
        if not 0 <= each.share <= 1:
            what = both(f"{each.leg}: covers {each.share} of the loss.", f"{each.leg}：涵蓋損失的 {each.share}。")
            found.append((what, both("a share lies between 0 and 1.", "比例介於 0 與 1 之間。")))
        if not 0 <= each.cap[0] <= each.cap[1]:
            what = both(f"{each.leg}: a cap of {each.cap}.", f"{each.leg}：上限為 {each.cap}。")
            found.append((what, _NEVER))
        for leg in each.covers:
            shares[leg] = shares.get(leg, 0.0) + each.share
    for leg, total in shares.items():
        if total > 1 + 1e-12:
            what = both(
                f"guarantees cover {total:.6g} of the loss on {leg}.", f"對 {leg} 的擔保涵蓋損失的 {total:.6g}。"
            )
            repair = both("together they cover at most the whole loss; else someone gains by a fall.",
                          "合計最多涵蓋全部損失，否則有人會因倒下而獲利。")  # fmt: skip
            found.append((what, repair))
    return found
