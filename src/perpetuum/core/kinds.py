"""The accountant's page: what each kind of flow does to the two firms.

A flow touches four accounts: the payer debits one and credits one, the payee likewise.
The class is what circularity asks for (``op``, ``fin``, ``back``, or none for entries that
move no money), the family is its name for people, and ``duty`` says what must be paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.text import Text

FlowClass = Literal["op", "fin", "back"]
Family = Literal["funding", "trade", "return", "own", "holding"]
Duty = Literal["due", "want", "at once", "once called", "scheduled", "minimum", "none"]
Layer = Literal["cash", "claim"]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of flow. Pairs are (debit, credit); a debit raises an asset.

    ``layer`` is ``cash`` where money moves and ``claim`` where one firm only holds a claim on
    another. ``cash`` is false for entries that are booked and never paid.
    """

    id: str
    family: Family
    flow_class: FlowClass | None
    payer: Pair | None
    payee: Pair | None
    duty: Duty
    name: Text
    cash: bool = True
    layer: Layer = "cash"


_BUY: Pair = ("earnings", "cash")
_SELL: Pair = ("cash", "earnings")


def _kind(
    id: str,
    family: Family,
    flow_class: FlowClass | None,
    payer: Pair | None,
    payee: Pair | None,
    duty: Duty,
    en: str,
    zh: str,
    *,
    cash: bool = True,
    layer: Layer = "cash",
) -> Kind:
    return Kind(id, family, flow_class, payer, payee, duty, Text(en=en, zh=zh), cash, layer)


KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        _kind("equity_investment", "funding", "fin", ("holdings", "cash"), ("cash", "paid_in"), "want",
              "equity investment", "股權投資"),
        _kind("loan", "funding", "fin", ("loans", "cash"), ("cash", "debt"), "want", "loan", "貸款"),
        _kind("bond", "funding", "fin", ("loans", "cash"), ("cash", "debt"), "want", "bond", "債券"),
        _kind("prepayment", "funding", "fin", ("prepaid", "cash"), ("cash", "deferred_revenue"), "want",
              "customer prepayment", "客戶預付款"),
        _kind("guarantee_call", "funding", "fin", ("receivables", "cash"), ("cash", "receivables"),
              "once called", "guarantee", "擔保", layer="claim"),
        _kind("in_kind_credit", "funding", "fin", ("holdings", "earnings"), ("prepaid", "paid_in"), "want",
              "credits given in kind", "實物抵用額度", cash=False),
        _kind("chips", "trade", "op", ("equipment", "cash"), _SELL, "want", "chip purchase", "晶片採購"),
        _kind("equipment_sale", "trade", "op", ("equipment", "cash"), _SELL, "want",
              "equipment purchase", "設備採購"),
        _kind("cloud", "trade", "op", _BUY, _SELL, "minimum", "cloud contract", "雲端合約"),
        _kind("rent", "trade", "op", _BUY, _SELL, "due", "lease", "租賃"),
        _kind("revenue_share", "trade", "op", _BUY, _SELL, "due", "revenue share", "營收分成"),
        _kind("subscription", "trade", "op", _BUY, _SELL, "at once", "subscription", "訂閱"),
        _kind("running_cost", "trade", "op", _BUY, _SELL, "due", "running cost", "營運支出"),
        _kind("interest", "return", "op", _BUY, _SELL, "due", "interest", "利息"),
        _kind("repayment", "return", "back", ("debt", "cash"), ("cash", "loans"), "scheduled",
              "repayment", "還款"),
        _kind("payout", "return", "back", ("earnings", "cash"), _SELL, "want",
              "dividend or buyback", "股利或庫藏股"),
        _kind("acquisition", "return", "back", ("holdings", "cash"), ("cash", "holdings"), "want",
              "acquisition", "收購"),
        _kind("stake_sale", "return", "back", ("holdings", "cash"), ("cash", "holdings"), "want",
              "sale of existing shares", "既有股份出售"),
        _kind("depreciation", "own", None, ("earnings", "equipment"), None, "none",
              "depreciation", "折舊", cash=False),
        _kind("warrant_vesting", "holding", "fin", ("earnings", "paid_in"), ("holdings", "earnings"), "none",
              "warrant", "認股權證", cash=False, layer="claim"),
        _kind("holding", "holding", None, None, None, "none", "stake", "持股", cash=False, layer="claim"),
        # What only a simulated quarter books: the rest of business, the outside sectors, and entries without cash.
        _kind("other_cloud", "trade", "op", _BUY, _SELL, "at once", "other cloud sales", "其他雲端營收"),
        _kind("other_chips", "trade", "op", _BUY, _SELL, "at once", "other chip sales", "其他晶片銷售"),
        _kind("buildings", "trade", "op", ("buildings", "cash"), _SELL, "want", "buildings and power", "廠房與電力"),
        _kind("chip_cost", "trade", "op", _BUY, _SELL, "at once", "cost of chips sold", "晶片銷貨成本"),
        _kind("engine_cost", "trade", "op", _BUY, _SELL, "due", "cost of running an engine", "引擎營運成本"),
        _kind("tax", "return", "op", _BUY, _SELL, "due", "tax", "稅款"),
        _kind("share_issue", "funding", "fin", ("holdings", "cash"), ("cash", "paid_in"), "want",
              "new shares", "發行新股"),
        _kind("arrears", "return", "op", ("payables", "cash"), ("cash", "receivables"), "due",
              "payment in arrears", "補繳欠款"),
        _kind("wages", "own", "op", _BUY, _SELL, "at once", "wages", "薪資"),
        _kind("profits", "own", "op", _BUY, _SELL, "at once", "profits of suppliers", "供應商利潤"),
        _kind("bank_profit", "own", "op", _BUY, _SELL, "at once", "profits of lenders", "放款人利潤"),
        _kind("spending", "own", "op", _BUY, _SELL, "at once", "spending of investors", "投資人支出"),
        _kind("gift", "own", "op", _BUY, _SELL, "at once", "test dollar", "測試資金"),
        _kind("write_off", "own", None, ("earnings", "equipment"), None, "none", "write-off", "沖銷", cash=False),
        _kind("wear", "own", None, ("earnings", "buildings"), None, "none",
              "depreciation of buildings", "建築物折舊", cash=False),
        _kind("unpaid", "own", None, ("earnings", "payables"), ("receivables", "earnings"), "none",
              "unpaid bill", "未付帳款", cash=False),
        _kind("unpaid_lost", "own", None, ("payables", "earnings"), ("earnings", "receivables"), "none",
              "unpaid bill written down", "未付帳款減記", cash=False),
        _kind("loan_lost", "own", None, ("debt", "earnings"), ("earnings", "loans"), "none",
              "loan written down", "放款減記", cash=False),
        _kind("gain", "own", None, ("holdings", "revaluation"), None, "none",
              "gain on a stake", "持股評價利益", cash=False),
        _kind("loss", "own", None, ("revaluation", "holdings"), None, "none",
              "loss on a stake", "持股評價損失", cash=False),
    )
}  # fmt: skip
