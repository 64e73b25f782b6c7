"""The columns of a world: what is remembered of the economy, of each firm and of each leg.

Kernels address them by number (`stocks[e, USERS]`), files by name (`openai.users`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """One remembered number: its unit, its name, and whether a scenario's shock may move it."""

    id: str
    per: Literal["world", "firm", "leg"]
    unit: str
    name: Text
    can_be_shocked: bool = False


def _column(id: str, per: Literal["world", "firm", "leg"], unit: str, en: str, zh: str, shock: bool = False) -> Column:
    return Column(id, per, unit, Text(en=en, zh=zh), shock)


ECONOMY: tuple[Column, ...] = (
    _column("mood", "world", "ratio", "mood of investors (log)", "投資人情緒（對數）", True),
    _column("use", "world", "ratio", "use per user, 1 at the start", "每用戶用量（起始為 1）", True),
    _column("use_rate", "world", "ratio", "growth of use per user", "每用戶用量成長率"),
    _column("efficiency", "world", "ratio", "tokens per gigawatt, 1 at the start", "每 GW 產出（起始為 1）", True),
    _column("efficiency_rate", "world", "ratio", "growth of efficiency", "效率成長率"),
    _column("built_gw", "world", "GW", "capacity ever built", "累計建置量"),
)
STOCKS: tuple[Column, ...] = (
    _column("users", "firm", "users", "weekly users", "每週用戶數", True),
    _column("pay_per_user", "firm", "USD", "pay per user and month", "每用戶每月付費", True),
    _column("pay_rate", "firm", "ratio", "growth of pay per user", "每用戶付費成長率", True),
    _column("revenue", "firm", "USD", "engine revenue of the quarter", "當季引擎營收"),
    _column("last_revenue", "firm", "USD", "engine revenue of the quarter before", "前一季引擎營收"),
    _column("training_now", "firm", "ratio", "training as a multiple of inference", "訓練相對推論的倍數", True),
    _column("need_gw", "firm", "GW", "compute needed", "算力需求"),
    _column("used_gw", "firm", "GW", "compute used", "已用算力"),
    _column("peak_gw", "firm", "GW", "most compute ever used", "歷來最高用量"),
    _column("fixed_cost_now", "firm", "USD", "fixed cost of the quarter", "當季固定成本", True),
    _column("burn", "firm", "USD", "cash burned in the quarter", "當季燒錢金額"),
    _column(
        "round_wanted",
        "firm",
        "USD",
        "what the engine would raise if investors had no end",
        "若投資人資金無上限所欲募集的金額",
    ),
    _column("expected_growth", "firm", "ratio", "growth of revenue that investors expect", "市場預期營收成長率"),
    _column("other_sales_now", "firm", "USD", "sales to other customers in the quarter", "當季對其他客戶營收", True),
    _column("own_need_now", "firm", "GW", "capacity a cloud wants for itself", "雲端業者自用需求", True),
    _column("own_gw", "firm", "GW", "capacity a cloud uses itself", "雲端業者自用算力"),
    _column("capacity_gw", "firm", "GW", "capacity", "算力規模"),
    _column("pipeline_gw", "firm", "GW", "capacity on order", "在途算力"),
    _column("ordered_gw", "firm", "GW", "capacity ordered in the quarter", "當季下單算力"),
    _column("ebitda", "firm", "USD", "EBITDA of the quarter", "當季 EBITDA"),
    _column("profit", "firm", "USD", "profit of the quarter", "當季獲利"),
    _column("smoothed_ebitda", "firm", "USD", "smoothed EBITDA", "平滑 EBITDA"),
    _column("smoothed_profit", "firm", "USD", "smoothed profit", "平滑獲利"),
    _column("taxable", "firm", "USD", "taxable profit of the quarter", "當季課稅所得"),
    _column("depreciation", "firm", "USD", "depreciation of the quarter", "當季折舊"),
    _column("capex", "firm", "USD", "capital spending of the quarter", "當季資本支出"),
    _column("interest_paid", "firm", "USD", "interest of the quarter", "當季利息"),
    _column("operating_cash", "firm", "USD", "operating cash flow of the quarter", "當季營業現金流"),
    _column("sales", "firm", "USD", "all sales of the quarter", "當季全部營收"),
    _column("engine_sales", "firm", "USD", "sales of the quarter to engines", "當季對引擎的營收"),
    _column("vendor_money", "firm", "USD", "vendor money received in the quarter", "當季收到的供應商資金"),
    _column("quarters_of_cash", "firm", "quarters", "quarters until the cash is burned", "現金可支撐季數"),
    _column("shares", "firm", "shares", "shares outstanding", "流通股數"),
    _column("share_price", "firm", "USD", "price of a share", "股價"),
    _column("value", "firm", "USD", "value of all shares", "股權總值"),
    _column("missed", "firm", "quarters", "quarters in arrears", "拖欠季數"),
    _column("fallen", "firm", "ratio", "1 once the firm has fallen", "倒下後為 1"),
    _column(
        "closed_run",
        "firm",
        "quarters",
        "quarters in a row in which receipts cover cash costs",
        "收入足以支應現金成本的連續季數",
    ),
)
POSITIONS: tuple[Column, ...] = (
    _column("unpaid", "leg", "USD", "dues not paid", "未付款項"),
    _column("held", "leg", "shares", "shares held through the leg", "透過此分項持有的股數"),
    _column("drawn", "leg", "USD", "paid of a promise", "已撥款"),
    _column("unlocked", "leg", "USD", "unlocked and not yet paid", "已解鎖未撥款"),
    _column("cancelled", "leg", "USD", "promise that ended unpaid", "已取消的承諾"),
    _column("vested", "leg", "ratio", "part of the warrants that has vested", "已歸屬認股權證比率"),
    _column("backlog", "leg", "USD", "contract still to be performed", "待履行合約金額"),
    _column("backlog_before", "leg", "USD", "the same as the quarter opened", "季初待履行合約金額"),
    _column("available", "leg", "GW", "capacity made available", "可用算力"),
    _column("taken", "leg", "GW", "capacity used", "使用算力"),
    _column("ended", "leg", "ratio", "1 once the contract has ended early", "提前終止後為 1"),
    _column("outstanding", "leg", "USD", "owed on a vendor's loan", "供應商貸款餘額"),
    _column("written_down", "leg", "USD", "written down so far of what was owed", "累計減記金額"),
)
_ACCOUNTS = tuple(ACCOUNTS)

(MOOD, USE, USE_RATE, EFFICIENCY, EFFICIENCY_RATE, BUILT_GW) = range(len(ECONOMY))
(
    USERS, PAY_PER_USER, PAY_RATE, REVENUE, LAST_REVENUE, TRAINING_NOW, NEED_GW, USED_GW, PEAK_GW, FIXED_COST_NOW,
    BURN, ROUND_WANTED, EXPECTED_GROWTH, OTHER_SALES_NOW, OWN_NEED_NOW, OWN_GW, CAPACITY_GW, PIPELINE_GW, ORDERED_GW,
    EBITDA, PROFIT, SMOOTHED_EBITDA, SMOOTHED_PROFIT, TAXABLE, DEPRECIATION, CAPEX, INTEREST_PAID, OPERATING_CASH,
    SALES, ENGINE_SALES, VENDOR_MONEY, QUARTERS_OF_CASH, SHARES, SHARE_PRICE, VALUE, MISSED, FALLEN, CLOSED_RUN,
) = range(len(STOCKS))  # fmt: skip
(
    UNPAID,
    HELD,
    DRAWN,
    UNLOCKED,
    CANCELLED,
    VESTED,
    BACKLOG,
    BACKLOG_BEFORE,
    AVAILABLE,
    TAKEN,
    ENDED,
    OUTSTANDING,
    WRITTEN_DOWN,
) = range(len(POSITIONS))
(
    CASH, RECEIVABLES, PREPAID, EQUIPMENT, BUILDINGS, HOLDINGS, LOANS, OTHER_ASSETS, DEPOSITS, PAYABLES, DEBT,
    DEFERRED_REVENUE, PAID_IN, EARNINGS, REVALUATION,
) = range(len(_ACCOUNTS))  # fmt: skip
# Vintages and pipeline in one: by quarter of arrival, what was ordered, what arrived, what it stands in the books at.
ON_ORDER, ARRIVED_GW, BOOK_VALUE = range(3)
