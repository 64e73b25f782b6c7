"""The boxes of a balance sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.text import Text

Side = Literal["asset", "liability", "equity"]


@dataclass(frozen=True, slots=True)
class Account:
    """One box: its id, its side, its name."""

    id: str
    side: Side
    name: Text


def _account(id: str, side: Side, en: str, zh: str) -> Account:
    return Account(id, side, Text(en=en, zh=zh))


ACCOUNTS: dict[str, Account] = {
    account.id: account
    for account in (
        _account("cash", "asset", "Cash and securities", "現金與有價證券"),
        _account("receivables", "asset", "Receivables", "應收帳款"),
        _account("prepaid", "asset", "Prepaid services", "預付款項"),
        _account("equipment", "asset", "Equipment", "設備"),
        _account("buildings", "asset", "Buildings", "建築物"),
        _account("holdings", "asset", "Stakes in other firms", "持股"),
        _account("loans", "asset", "Loans given", "放款"),
        _account("other_assets", "asset", "Other assets", "其他資產"),
        _account("deposits", "liability", "Deposits", "存款"),
        _account("payables", "liability", "Payables", "應付帳款"),
        _account("debt", "liability", "Debt", "債務"),
        _account("deferred_revenue", "liability", "Deferred revenue", "遞延收入（合約負債）"),
        _account("paid_in", "equity", "Paid-in capital", "投入資本"),
        _account("earnings", "equity", "Earnings kept", "保留盈餘"),
        _account("revaluation", "equity", "Revaluation", "重估增值"),
    )
}
