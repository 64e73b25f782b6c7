"""What the hits of a shock do to the books before anything travels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books, Guarantee, Holding, Obligation
from perpetuum.contagion.shock import Hit, Shock, known, together
from perpetuum.core.deal import Trigger
from perpetuum.core.errors import NetworkError, PerpetuumError
from perpetuum.core.text import both

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """The start of a solution: what each has outside, in USD, and what has happened to it.

    ``gap`` is a loss beyond all outside assets; ``cut`` names the legs whose expected part is gone,
    ``withdrawn`` the funders; ``called`` guarantees whose trigger counts as met.
    """

    assets: Array
    gap: Array
    forced: NDArray[np.bool_]
    cut: Mapping[str, float]
    withdrawn: Mapping[str, float]
    called: frozenset[str]


def before_and_after(books: Books, shock: Shock) -> tuple[Books, Struck, Struck]:
    """The books with takeovers done, and the start without and with the shock.

    Raises
    ------
    UnknownName, NetworkError
        For firms and legs nobody knows, losses larger than the firm, and firms whose assets nobody
        knows; all at once.
    """
    known(books, shock)
    for hit in shock.hits:
        if hit.word == "taken-over" and hit.by:
            books = _joined(books, hit.firm, hit.by)
    quiet = _quiet(books, shock)
    problems: list[PerpetuumError] = []
    assets, gap, forced = quiet.assets.copy(), quiet.gap.copy(), quiet.forced.copy()
    cut: dict[str, float] = {}
    withdrawn: dict[str, float] = {}
    called: set[str] = set()
    for hit in shock.hits:
        try:
            if hit.word == "cancelled":
                cut[hit.firm] = shock.size
            elif hit.word == "withdraws":
                withdrawn[hit.firm] = shock.size
            elif hit.word == "called":
                called.add(hit.firm)
            elif hit.word != "taken-over":
                _lose(books, hit, shock.size, assets, gap, forced)
        except PerpetuumError as error:
            problems.append(error)
    if problems:
        raise together(problems)
    after = Struck(assets=assets, gap=gap, forced=forced, cut=cut, withdrawn=withdrawn, called=frozenset(called))
    return books, quiet, after


def _quiet(books: Books, shock: Shock) -> Struck:
    """The start without the shock. A firm of unknown equity that stops paying has just what it owes."""
    assets = books.outside_assets.copy()
    claims = books.claims
    for hit in shock.hits:
        if hit.word == "stops-paying" and hit.firm in books.unknown_equity:
            i = books.at(hit.firm)
            assets[i] = max(0.0, claims.debt[:, i].sum() - claims.owed[:, :, i].sum())
    firms = len(books.firms)
    return Struck(
        assets=assets, gap=np.zeros(firms), forced=np.zeros(firms, bool), cut={}, withdrawn={}, called=frozenset()
    )


def _lose(books: Books, hit: Hit, size: float, assets: Array, gap: Array, forced: NDArray[np.bool_]) -> None:
    if hit.firm == "all":
        # Of a firm whose assets nobody knows no share can be lost.
        known_ = np.array([firm not in books.unknown_equity for firm in books.firms])
        assets[known_] *= 1.0 - size * (hit.share or 0.0)
        return
    i = books.at(hit.firm)
    if hit.word == "stops-paying":
        assets[i] *= 1.0 - size * (1.0 - hit.keeps)
        forced[i] |= size == 1.0
        return
    if hit.firm in books.unknown_equity:
        raise NetworkError(
            both(f"what {hit.firm} has is not known, so it cannot lose a part of it.",
                 f"{hit.firm} 擁有多少資產未知，因此無法計算其損失的一部分。"),
            both(f"Ask {hit.firm}:stops-paying, or give its balance sheet to the case.",
                 f"可改問 {hit.firm}:stops-paying，或在案例中提供其資產負債表。"),
        )  # fmt: skip
    amount = size * _amount(books, hit, float(assets[i]))
    if hit.word == "loses" and hit.amount is not None and hit.amount > assets[i] * (1 + 1e-12):
        raise NetworkError(
            both(f"{hit.firm} cannot lose {hit.amount:,.0f} USD; apart from its partners it has {assets[i]:,.0f} USD.",
                 f"{hit.firm} 無法損失 {hit.amount:,.0f} 美元；除往來對象外，它只有 {assets[i]:,.0f} 美元。"),
            both("100 % of that is the most.", "最多損失其 100 %。"),
        )  # fmt: skip
    gap[i] += max(0.0, amount - assets[i])
    assets[i] = max(0.0, assets[i] - amount)


def _amount(books: Books, hit: Hit, has: float) -> float:
    """USD that a hit takes at full size."""
    if hit.word == "loses":
        return hit.amount if hit.amount is not None else has * (hit.share or 0.0)
    table, what = (
        (books.receipts, both("its receipts from outside are not known", "來自外部的收入未知"))
        if hit.word == "demand"
        else (books.franchise, both("what its market value exceeds its book equity by is not known",
                                    "市值超出帳面權益多少未知"))
    )  # fmt: skip
    if hit.firm not in table:
        raise NetworkError(
            both(f"{hit.firm}: {what.en}.", f"{hit.firm}：{what.zh}。"),
            both("Use a loss of assets, or the market basis for a price.", "請改用資產損失；價格衝擊請採市值基礎。"),
        )
    return table[hit.firm] * (hit.share or 0.0)


def _joined(books: Books, firm: str, owner: str) -> Books:
    if firm == owner:
        raise NetworkError(
            both(f"{firm} cannot take itself over.", f"{firm} 無法收購自己。"),
            both("Name another owner.", "請指定另一家公司。"),
        )
    return taken_over(books, firm, owner)


def taken_over(books: Books, firm: str, owner: str) -> Books:
    """The books in which two firms are one, under the owner's name; debts between them are gone."""

    def name(old: str) -> str:
        return owner if old == firm else old

    place, into = books.at(firm), books.at(owner)
    assets = books.outside_assets.copy()
    assets[into] += assets[place]
    kept = [i for i in range(len(books.firms)) if i != place]
    obligations = tuple(replace(o, debtor=name(o.debtor), creditor=name(o.creditor)) for o in books.obligations)
    holdings = tuple(replace(h, owner=name(h.owner), firm=name(h.firm)) for h in books.holdings if h.firm != firm)
    gap = {name(f): books.gap.get(f, 0.0) for f in books.gap}
    if firm in books.gap and owner in books.gap:
        gap[owner] = books.gap[firm] + books.gap[owner]
    unknown = {name(f) for f in books.unknown_equity}
    return replace(
        books, firms=tuple(books.firms[i] for i in kept), outside_assets=assets[kept],
        obligations=tuple(o for o in obligations if _apart(o)), holdings=tuple(h for h in holdings if _owns(h)),
        expected=tuple(e for e in (replace(e, firm=name(e.firm), partner=name(e.partner)) for e in books.expected)
                       if e.firm != e.partner),
        guarantees=tuple(_vouched(g, name) for g in books.guarantees
                         if not _vouches_for_itself(books, g, name)),
        warrants=tuple(replace(w, holder=name(w.holder)) for w in books.warrants
                       if w.issuer != firm and name(w.holder) != w.issuer),
        gap=gap, unknown_equity=frozenset(unknown),
    )  # fmt: skip


def _vouched(guarantee: Guarantee, name: Callable[[str], str]) -> Guarantee:
    """The same guarantee under the new names, those of its trigger too."""

    def renamed(trigger: Trigger) -> Trigger:
        return replace(
            trigger, of=name(trigger.of) if trigger.of else None, parts=tuple(renamed(part) for part in trigger.parts)
        )

    return replace(
        guarantee, guarantor=name(guarantee.guarantor), protected=name(guarantee.protected),
        trigger=renamed(guarantee.trigger), holds={renamed(each): holds for each, holds in guarantee.holds.items()},
    )  # fmt: skip


def _vouches_for_itself(books: Books, guarantee: Guarantee, name: Callable[[str], str]) -> bool:
    """Is the guarantor now the protected party, or the debtor whose loss is covered?"""
    debtors = {name(o.debtor) for o in books.obligations if o.leg in guarantee.covers}
    return name(guarantee.guarantor) in {name(guarantee.protected), *debtors}


def _apart(obligation: Obligation) -> bool:
    return obligation.debtor != obligation.creditor


def _owns(holding: Holding) -> bool:
    return holding.owner != holding.firm
