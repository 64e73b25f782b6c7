"""The toy in sfctools: every payment is booked on two balance sheets, with or without its checks."""

from __future__ import annotations

import sys
import warnings
from importlib.metadata import version
from math import exp

import model as toy

warnings.simplefilter("ignore")
from sfctools import Accounts, Agent, BalanceEntry, BalanceSheet, Clock, FlowMatrix, World  # noqa: E402

MODEL = toy.read()
CHECKED = sys.argv[1] == "checked"


class Holder(Agent):
    """Cash and debts stand on the balance sheet, everything else is an attribute."""

    def __init__(self, alias: str):
        super().__init__(alias=alias)
        self.saved = 0.0

    def file_bankruptcy(self, event: object = None) -> None:
        """Nobody goes bankrupt in the toy; here the order of payments inside a quarter would decide who does."""


# The flow matrix adds up agents of one class, so each sector has its own.
SECTORS = {sector: type(sector.title(), (Holder,), {}) for sector in ("people", "engine", "gear", "fuel", "investors")}


def book(payer: Agent, payee: Agent, amount: float, subject: str, loan: bool) -> None:
    one, other = payer.balance_sheet, payee.balance_sheet
    with one.modify, other.modify:
        one.change_item("Cash", BalanceEntry.ASSETS, -amount)
        other.change_item("Cash", BalanceEntry.ASSETS, amount)
        if not loan:
            one.change_item("Equity", BalanceEntry.EQUITY, -amount)
            other.change_item("Equity", BalanceEntry.EQUITY, amount)
        elif subject.startswith("loan"):
            one.change_item("Debt", BalanceEntry.ASSETS, amount)
            other.change_item("Debt", BalanceEntry.LIABILITIES, amount)
        else:
            one.change_item("Debt", BalanceEntry.LIABILITIES, -amount)
            other.change_item("Debt", BalanceEntry.ASSETS, -amount)
    if not loan:
        FlowMatrix().log_flow((Accounts.CA, Accounts.CA), amount, payer, payee, subject)
        payer.saved, payee.saved = payer.saved - amount, payee.saved + amount


def on_the_sheet(name: str) -> bool:
    return name.startswith(("cash_", "debt_"))


def source() -> str:
    """The quarter: what each agent decides, and what its other stocks become."""

    def name(word: str) -> str:
        if word in toy.FUNCTIONS:
            return word
        if word in toy.KNOBS:
            return f"knobs['{word}']"
        if word.startswith("cash_"):
            return f"{MODEL.owner[word]}.balance_sheet.get_balance('Cash', BalanceEntry.ASSETS)"
        if word.startswith("debt_"):
            return f"{MODEL.owner[word]}.balance_sheet.get_balance('Debt', BalanceEntry.LIABILITIES)"
        return f"{MODEL.owner[word]}.{word}"

    lines = ["def decide(knobs, agents):", f"    {', '.join(MODEL.agents)} = agents"]
    lines += [f"    {name(each)} = {toy.renamed(text, name)}" for each, text in MODEL.equations.items()]
    lines += [f"    return [{', '.join(name(each) for each in toy.SERIES)}]"]
    others = {each: text for each, text in MODEL.changes.items() if not on_the_sheet(each)}
    lines += ["def advance(knobs, agents):", f"    {', '.join(MODEL.agents)} = agents"]
    lines += [f"    new_{each} = {name(each)} + ({toy.renamed(text, name)})" for each, text in others.items()]
    lines += [f"    {name(each)} = new_{each}" for each in others]
    return "\n".join(lines)


MADE: dict[str, object] = {"exp": exp, "BalanceEntry": BalanceEntry}
exec(source(), MADE)


def opened() -> dict[str, Agent]:
    agents = {agent: SECTORS[agent.split("_")[0]](agent) for agent in MODEL.agents}
    lender = agents["investors"].balance_sheet
    for name, opening in MODEL.openings.items():
        holder = agents[MODEL.owner[name]]
        sheet = holder.balance_sheet
        if name.startswith("cash_"):
            with sheet.modify:
                sheet.change_item("Cash", BalanceEntry.ASSETS, opening, suppress_stock=True)
                sheet.change_item("Equity", BalanceEntry.EQUITY, opening, suppress_stock=True)
        elif name.startswith("debt_"):
            with sheet.modify, lender.modify:
                sheet.change_item("Debt", BalanceEntry.LIABILITIES, opening, suppress_stock=True)
                sheet.change_item("Equity", BalanceEntry.EQUITY, -opening, suppress_stock=True)
                lender.change_item("Debt", BalanceEntry.ASSETS, opening, suppress_stock=True)
                lender.change_item("Equity", BalanceEntry.EQUITY, opening, suppress_stock=True)
        else:
            setattr(holder, name, opening)
    return agents


def run(knobs: dict[str, float]) -> list[list[float]]:
    for single in (World(), Clock(), FlowMatrix()):
        single.reset()
    BalanceSheet.check_consistency = CHECKED
    agents, told = opened(), []
    each = tuple(agents.values())
    for _ in range(toy.QUARTERS):
        told.append(MADE["decide"](knobs, each))  # type: ignore[operator]
        paid = [
            (agents[p.payer], agents[p.payee], getattr(agents[MODEL.owner[p.amount]], p.amount), p)
            for p in MODEL.payments
        ]
        MADE["advance"](knobs, each)  # type: ignore[operator]
        for payer, payee, amount, payment in paid:
            book(payer, payee, amount, payment.amount, payment.loan)
        for agent in each:
            FlowMatrix().log_flow((Accounts.CA, Accounts.KA), agent.saved, agent, agent, "saving")
            agent.saved = 0.0
        if CHECKED:
            FlowMatrix().check_consistency()
        FlowMatrix().reset()
        Clock().tick()
    return [list(series) for series in zip(*told, strict=True)]


if __name__ == "__main__":
    FlowMatrix.enabled = CHECKED
    BalanceSheet.set_bankruptcy_warnings(False)
    toy.serve(run, version=f"sfctools {version('sfctools')} {sys.argv[1]}")
