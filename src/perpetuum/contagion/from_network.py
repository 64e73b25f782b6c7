"""From a network to books: what each leg owes, owns or hopes for, without remainder or overlap."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.balance import Balance, opening
from perpetuum.contagion.books import Basis, Bearer, Books, Expected, Guarantee, Holding, LeftOut, Obligation, View
from perpetuum.contagion.promises import guarantee_of
from perpetuum.core.claim import Stage
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import NetworkError
from perpetuum.core.network import Network
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter

Array = NDArray[np.float64]
_BEARER: Mapping[str, Bearer] = {
    "DEBT": "lenders", "END_USERS": "users", "STAFF": "suppliers", "POWER": "suppliers",
    "OTHER_VENDORS": "suppliers", "OTHER_PAYEES": "suppliers",
}  # fmt: skip
_DEBTS = ("loan", "bond")
_TRADE = ("cloud", "rent", "chips", "equipment_sale", "revenue_share", "subscription", "running_cost")
_STAKES = ("equity_investment", "holding")
_NO_AMOUNT = both("no source states an amount", "沒有來源說明金額")
_NO_SCHEDULE = both("the amount is known, when it falls due is not", "金額已知，何時到期未知")
_NO_SHARE = both("money went in, but no source states the share it bought", "已出資，但沒有來源說明換得的持股比例")
_NOT_DRAWN = both("no source states how much was drawn", "沒有來源說明已動用多少")
_NO_DEBT_YET = both("a purchase of a firm is no debt before it closes", "收購在完成之前不是債務")
_NO_VALUE = both("what the firm is worth is not known, so neither is the stake", "公司價值未知，因此持股價值也未知")
_NOT_VESTED = both("nothing of it has vested, as far as is known", "就目前所知尚未取得任何認股權")


def books(network: Network, *, view: View = "value", basis: Basis = "book", horizon: int = 4) -> Books:
    """The books of a network: arrays with names, legs and everything that was left out.

    Parameters
    ----------
    view
        ``value`` asks who owes more than it is worth, ``cash`` who cannot pay what falls due.
    basis
        Of the value view: ``book`` equity as reported, or ``market`` value or last round, and book
        equity where neither is known.
    horizon
        Quarters: firm parts of contracts that fall due inside it are owed, the rest is expected.

    Raises
    ------
    NetworkError
        If there is no balance sheet and no obligation at all.
    """
    legs = [leg for leg in network.every if leg.apart is None or leg.kind == "holding"]
    covered = frozenset(id for leg in legs if leg.contingent for id in leg.contingent.covers)
    firms_ = frozenset(entity.id for entity in network.entities if _is_firm(entity))
    sheet = _Sheet(network, view, horizon, firms_, covered)
    for leg in legs:
        sheet.add(leg)
    if network.stage == "paid":
        sheet.expected.clear()
    owes = tuple(sheet.obligations)
    holdings = tuple(sheet.holdings) if view == "value" else ()
    firms = tuple(sorted({name for each in owes for name in (each.debtor, each.creditor)}
                         | {name for each in holdings for name in (each.owner, each.firm)}
                         | {name for each in sheet.expected for name in (each.firm, each.partner)}
                         | {name for each in sheet.guarantees for name in (each.guarantor, each.protected)}
                         & sheet.firms))  # fmt: skip
    firms = tuple(firm for firm in firms if firm in sheet.firms)
    found = {firm: opening(network, firm, view, basis, horizon) for firm in firms}
    if not owes and not any(each.is_known for each in found.values()):
        raise NetworkError(
            both("nothing is known of any balance sheet or obligation.", "完全沒有已知的資產負債表或債務。"),
            both(
                "Metrics such as total_assets and total_liabilities would supply it, or legs with schedules.",
                "可由 total_assets、total_liabilities 等指標，或有時程的分項提供。",
            ),
        )  # fmt: skip
    return _balanced(network, sheet, owes, holdings, firms, found, view, basis, horizon)


def _is_firm(entity: Entity) -> bool:
    return not entity.aggregate and entity.outside is None


@dataclass(slots=True)
class _Sheet:
    """What the legs say, sorted: obligations, holdings, expectations, guarantees, and what had to stay out."""

    network: Network
    view: View
    horizon: int
    firms: frozenset[str]
    covered: frozenset[str]
    obligations: list[Obligation] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    guarantees: list[Guarantee] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def add(self, leg: Leg) -> None:
        """Sort one leg; a pool on both sides concerns no firm."""
        if leg.payer not in self.firms and leg.payee not in self.firms:
            return
        if leg.contingent is not None and leg.kind != "warrant_vesting":
            made, why = guarantee_of(self.network, leg)
            if made is not None:
                self.guarantees.append(made)
            else:
                self.leave(leg, why)
        elif leg.kind == "warrant_vesting":
            self.leave(leg, _NOT_VESTED)
        elif leg.kind in _DEBTS:
            self.debt(leg)
        elif leg.kind in _STAKES:
            self.stake(leg)
        elif leg.kind == "prepayment":
            self.prepaid(leg)
        elif leg.kind in _TRADE:
            self.trade(leg)
        elif leg.kind in ("acquisition", "stake_sale") and not self.amount(leg, "paid"):
            self.leave(leg, _NO_DEBT_YET)

    def leave(self, leg: Leg, because: Text) -> None:
        """Say that a leg stays out, and why."""
        self.left_out.append(LeftOut(what=leg.id, because=because))

    def amount(self, leg: Leg, stage: Stage) -> float | None:
        """What is on record at a stage, in USD: a figure, or payments so far together."""
        figures = self.network.promised.get((leg.id, stage))
        return sum(figure.value for figure in figures) if figures else None

    def owe(self, debtor: str, creditor: str, amount: float, leg: Leg, bearer: Bearer | None = None) -> None:
        """Book an obligation if its debtor is a firm; what pools owe is part of outside assets."""
        if debtor in self.firms and amount > 0:
            bearer = bearer or self.bearer(creditor, leg)
            self.obligations.append(
                Obligation(debtor=debtor, creditor=creditor, amount=amount, bearer=bearer, leg=leg.id)
            )

    def bearer(self, creditor: str, leg: Leg) -> Bearer:
        """Which class an outside creditor belongs to."""
        if leg.kind in _DEBTS:
            return "lenders"
        entity = next((e for e in self.network.entities if e.id == creditor), None)
        return _BEARER.get((entity.outside if entity else None) or "", "suppliers" if leg.kind in _TRADE else "others")

    def debt(self, leg: Leg) -> None:
        """Drawn is owed by the borrower; signed and not drawn is expected funding.

        When a debt falls due is on no leg, so the cash view takes what firms report instead.
        """
        drawn = self.amount(leg, "paid")
        if self.network.stage == "announced":
            headline = self.amount(leg, "announced")
            drawn = drawn if headline is None else headline
        if drawn is None:
            self.leave(leg, _NOT_DRAWN)
        elif self.view == "value":
            self.owe(leg.payee, leg.payer, drawn, leg)
        self.fund(leg, drawn or 0.0)

    def fund(self, leg: Leg, drawn: float) -> None:
        """What a funder has signed and not yet paid is hoped for by the receiver."""
        signed = self.amount(leg, "signed")
        if signed is not None and signed > drawn and leg.payee in self.firms:
            self.expected.append(
                Expected(firm=leg.payee, partner=leg.payer, amount=signed - drawn, channel="funding", leg=leg.id)
            )

    def stake(self, leg: Leg) -> None:
        """Drawn equity with a known share is a holding."""
        owner, firm = (leg.payee, leg.payer) if leg.kind == "holding" else (leg.payer, leg.payee)
        drawn = self.amount(leg, "paid")
        if leg.kind == "equity_investment":
            self.fund(leg, drawn or 0.0)
        if owner not in self.firms or firm not in self.firms:
            return
        if leg.share is not None and (leg.kind == "holding" or drawn):
            self.holdings.append(Holding(owner=owner, firm=firm, share=leg.share, leg=leg.id))
        elif leg.kind == "holding" or drawn or drawn is None:
            self.leave(leg, _NO_SHARE if drawn else _NO_AMOUNT)

    def prepaid(self, leg: Leg) -> None:
        """The provider owes the service, or the money back; customers are creditors here."""
        paid = self.amount(leg, "paid")
        if paid and self.view == "value":
            self.owe(leg.payee, leg.payer, paid, leg, bearer="users")
        elif not paid:
            self.leave(leg, _NO_AMOUNT)

    def trade(self, leg: Leg) -> None:
        """The firm part inside the horizon is owed by the customer; what is promised beyond is expected."""
        firm = self.inside(leg, "signed")
        headline = self.inside(leg, "announced")
        if self.network.stage == "announced":
            firm = headline if headline is not None else firm
        if firm is None:
            known = self.amount(leg, "signed") or self.amount(leg, "announced")
            self.leave(leg, _NO_SCHEDULE if known else _NO_AMOUNT)
        else:
            self.owe(leg.payer, leg.payee, firm, leg)
        beyond = (headline or 0.0) - (firm or 0.0)
        if beyond > 0 and leg.payee in self.firms:
            self.expected.append(
                Expected(firm=leg.payee, partner=leg.payer, amount=beyond, channel="revenue", leg=leg.id)
            )

    def inside(self, leg: Leg, stage: Stage) -> float | None:
        """USD of a stage that fall due inside the horizon; none where amount or schedule is unknown.

        A zero is known even without a schedule. Whoever may leave a contract owes its firm part, locked months
        and notice, at once when it leaves, so that part is not spread over the years it might stay.
        """
        first, last = window(self.network.at, self.horizon)
        if self.view == "value" and leg.id in self.covered:
            last = max([last, *self.network.quarters])  # the whole firm remainder: guarantees cover it all
        ids = [each.id for each in self.network.legs]
        if stage == "signed" and self.network.stage == "signed" and leg.id in ids:
            rows = [row for row, quarter in enumerate(self.network.quarters) if first <= quarter <= last]
            column = self.network.flows[:, ids.index(leg.id)]
            due = float(column[rows].sum())
            return float(column.sum()) if leg.exit is not None and due > 0 else due
        amount, span = self.amount(leg, stage), leg.schedule.span
        if amount == 0:
            return 0.0
        if amount is None or span is None:
            return None
        days = (min(last.last, span.last) - max(first.first, span.first)).days + 1
        return amount * max(days, 0) / span.days


def window(at: datetime.date, horizon: int) -> tuple[Quarter, Quarter]:
    """The whole quarters after a date that the horizon takes in, first and last.

    Examples
    --------
    >>> window(datetime.date(2026, 9, 16), 4)
    (Quarter(year=2026, number=4), Quarter(year=2027, number=3))
    """
    now = Quarter.of(at)
    return now + 1, now + horizon


def _balanced(
    network: Network,
    sheet: _Sheet,
    owes: tuple[Obligation, ...],
    holdings: tuple[Holding, ...],
    firms: tuple[str, ...],
    found: Mapping[str, Balance],
    view: View,
    basis: Basis,
    horizon: int,
) -> Books:
    """Outside assets are what makes the opening equity come out; a negative rest is an obligation."""
    owes = (*owes, *(extra for firm in firms for extra in _rest_of_debts(firm, found[firm], owes, view)))
    valued = tuple(each for each in holdings if found[each.firm].is_known)
    left = [*sheet.left_out, *(LeftOut(what=each.leg or each.firm, because=_NO_VALUE)
                               for each in holdings if not found[each.firm].is_known)]  # fmt: skip
    assets, gap = np.zeros(len(firms)), {}
    unknown = frozenset(firm for firm in firms if not found[firm].is_known)
    for i, firm in enumerate(firms):
        debts = sum(each.amount for each in owes if each.debtor == firm)
        claims = sum(each.amount for each in owes if each.creditor == firm)
        stakes = sum(each.share * (found[each.firm].equity or 0.0) for each in valued if each.owner == firm)
        hopes = sum(each.amount for each in sheet.expected if each.firm == firm and each.channel == "funding")
        equity = found[firm].equity
        if equity is None:
            assets[i] = debts + sum(each.amount for each in sheet.expected if each.firm == firm)
            left.append(LeftOut(what=firm, because=found[firm].because))
            continue
        if view == "cash":
            # What is due to lenders comes on top; the rest is in the year's cash flow already.
            equity += hopes - (found[firm].debt_due or 0.0)
        rest = equity + debts - claims - stakes
        assets[i] = max(rest, 0.0)
        if rest < 0:
            gap[firm] = -rest
    return Books(
        firms=firms, outside_assets=assets, obligations=owes, holdings=valued, expected=tuple(sheet.expected),
        guarantees=tuple(sheet.guarantees), names={each.id: each.name for each in network.entities},
        gap=gap, unknown_equity=unknown, left_out=tuple(left),
        receipts=_receipts(sheet, firms, found, horizon),
        franchise={firm: worth for firm in firms if (worth := found[firm].franchise) is not None},
        equity_figures={firm: found[firm].figures for firm in firms}, parameters=network.parameters, view=view,
        basis=basis, horizon=horizon, name=network.origin.case if network.origin else "", origin=network.origin,
    ).checked()  # fmt: skip


def _receipts(sheet: _Sheet, firms: tuple[str, ...], found: Mapping[str, Balance], horizon: int) -> Mapping[str, float]:
    """USD from outside inside the horizon: a year's revenue scaled to it, less what partners owe and promise."""
    receipts = {}
    for firm in firms:
        revenue = found[firm].revenue
        if revenue is not None:
            inside = sum(
                each.amount for each in sheet.obligations if each.creditor == firm and each.bearer != "lenders"
            )
            inside += sum(each.amount for each in sheet.expected if each.firm == firm and each.channel == "revenue")
            receipts[firm] = max(0.0, revenue * horizon / 4 - inside)
    return receipts


def _rest_of_debts(firm: str, balance: Balance, owes: tuple[Obligation, ...], view: View) -> list[Obligation]:
    """Reported liabilities that no leg shows, so that together they are what the firm reports."""
    if view == "cash":
        due = balance.debt_due or 0.0
        return [Obligation(debtor=firm, creditor="", amount=due, bearer="lenders")] if due > 0 else []
    shown = sum(each.amount for each in owes if each.debtor == firm and each.bearer == "lenders")
    paid_ahead = sum(each.amount for each in owes if each.debtor == firm and each.bearer == "users")
    found = []
    debt = max((balance.debt or 0.0) - shown, 0.0)
    if debt > 0:
        found.append(Obligation(debtor=firm, creditor="", amount=debt, bearer="lenders"))
    other = (balance.liabilities or 0.0) - max(balance.debt or 0.0, shown) - paid_ahead
    if other > 0:
        found.append(Obligation(debtor=firm, creditor="", amount=other, bearer="others"))
    return found
