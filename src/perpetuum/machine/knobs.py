"""The dictionary of parameters: what can be turned, in which unit, how far, and what it means.

One line is one parameter. A `world` parameter has one value, a `firm` parameter one for each firm, a `leg`
parameter one for each leg. A case gives values with their reasons; where it is silent the default stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from perpetuum.core.text import Text

Per = Literal["world", "firm", "leg"]


@dataclass(frozen=True, slots=True)
class Knob:
    """One parameter: its default and its range in ``unit``; values outside the range are warned of.

    ``least`` and ``most`` are the limits beyond which it can mean nothing. ``opening`` marks what only sets
    the start. A default of NaN has no general value: the case or the ledger must give it.
    """

    id: str
    per: Per
    unit: str
    default: float
    low: float
    high: float
    says: Text
    least: float = 0.0
    most: float = np.inf
    opening: bool = False


def _knob(
    id: str, per: Per, unit: str, default: float, low: float, high: float, en: str, zh: str,
    *, least: float = 0.0, most: float = np.inf, opening: bool = False,
) -> Knob:  # fmt: skip
    return Knob(id, per, unit, default, low, high, Text(en=en, zh=zh), least, most, opening)


NONE = float("nan")
SHARE: Any = {"least": 0.0, "most": 1.0}
ANY: Any = {"least": -np.inf}
AT_START: Any = {"opening": True}

_WORLD = (
    # demand
    _knob("potential_users", "world", "users", 5.5e9, 3.0e9, 8.0e9,
          "people who may ever use an engine", "可能使用 AI 引擎的人數上限"),
    _knob("innovation", "world", "ratio", 0.003, 0.0, 0.02,
          "share of those left who start by themselves, a quarter", "每季自行開始使用的比率", **SHARE),
    _knob("imitation", "world", "ratio", 0.095, 0.03, 0.2,
          "pull of those who use it on those who do not, a quarter", "每季受他人帶動而開始使用的係數", **SHARE),
    _knob("adoption_noise", "world", "ratio", 0.03, 0.0, 0.2,
          "luck in new users (log)", "新增用戶的隨機幅度（對數）"),
    _knob("price_response", "world", "ratio", 0.0, 0.0, 2.0,
          "how much a lower price brings in new users", "降價帶來新用戶的程度"),
    _knob("pay_fade", "world", "ratio", 0.96, 0.8, 1.0,
          "what is left of the growth of pay per user after a quarter", "每用戶付費成長率的季保留率", **SHARE),
    _knob("use_growth", "world", "ratio", 0.165, 0.0, 0.4,
          "growth of use per user in the first quarter", "首季每用戶用量成長率", **ANY),
    _knob("use_fade", "world", "ratio", 0.963, 0.8, 1.0,
          "what is left of the growth of use after a quarter", "用量成長率的季保留率", **SHARE),
    _knob("efficiency_growth", "world", "ratio", 0.07, 0.0, 0.3,
          "growth of tokens per gigawatt in the first quarter", "首季每 GW 產出 token 的成長率", least=-0.9),
    _knob("efficiency_fade", "world", "ratio", 0.985, 0.8, 1.0,
          "what is left of the growth of efficiency after a quarter", "效率成長率的季保留率", **SHARE),
    _knob("rebound", "world", "ratio", 0.0, 0.0, 1.0,
          "part of a gain in efficiency that is used up by more use", "效率提升被用量增加抵銷的比率"),
    _knob("training_end", "world", "ratio", 0.45, 0.1, 1.0,
          "training as a multiple of inference, in the end", "訓練算力相對推論算力的長期倍數"),
    _knob("training_fade", "world", "ratio", 0.96, 0.8, 1.0,
          "how slowly training falls to that multiple", "訓練倍數趨近長期值的季保留率", **SHARE),
    # operate
    _knob("spot_price", "world", "USD/GW-quarter", 3.0e9, 1.5e9, 4.0e9,
          "price of spare capacity at the start", "起始時的現貨算力價格"),
    _knob("spot_learning", "world", "ratio", 0.08, 0.0, 0.3,
          "how fast that price falls as capacity is built", "現貨價格隨建置量下降的學習係數"),
    _knob("running_cost_per_gw", "world", "USD/GW-quarter", 0.45e9, 0.25e9, 0.8e9,
          "cost of running a gigawatt", "每 GW 每季營運成本"),
    _knob("own_revenue_per_gw", "world", "USD/GW-quarter", 2.6e9, 1.0e9, 4.0e9,
          "what a cloud earns on capacity it uses itself", "雲端業者自用算力每 GW 每季營收"),
    _knob("own_use_cap", "world", "ratio", 0.55, 0.2, 0.9,
          "most of its capacity that a cloud uses itself", "雲端業者自用算力的占比上限", **SHARE),
    # build
    _knob("belief_floor", "world", "ratio", 0.35, 0.0, 1.0,
          "least belief in a contract", "對合約的最低信任度", **SHARE),
    _knob("accelerator", "world", "ratio", 0.5, 0.1, 1.0,
          "part of the missing capacity ordered in a quarter", "每季下單占缺口的比率", **SHARE),
    _knob("order_finance", "world", "ratio", 0.25, 0.1, 1.0,
          "part of cash and credit that may go into the orders of a quarter",
          "每季下單可動用資金與信用額度的比率", **SHARE),
    _knob("lead", "world", "quarters", 4.0, 2.0, 8.0,
          "quarters from order to delivery", "下單到交付的季數", least=1.0, most=12.0),
    _knob("accounting_life", "world", "quarters", 24.0, 12.0, 24.0,
          "quarters over which chips are written off in the books", "晶片帳面折舊季數", least=1.0, most=60.0),
    _knob("economic_life", "world", "quarters", 20.0, 12.0, 28.0,
          "quarters after which chips are retired", "晶片實際使用季數", least=1.0, most=60.0),
    _knob("buildings_rate", "world", "ratio", 0.0125, 0.008, 0.02,
          "part of the book value of buildings written off in a quarter", "建築物每季折舊率", **SHARE),
    _knob("chip_cost", "world", "USD/GW", 24.0e9, 18.0e9, 40.0e9,
          "chips and network of a gigawatt at the start", "起始時每 GW 的晶片與網路成本"),
    _knob("site_cost", "world", "USD/GW", 13.0e9, 8.0e9, 20.0e9,
          "building and power of a gigawatt", "每 GW 的廠房與電力成本"),
    _knob("chip_learning", "world", "ratio", 0.12, 0.0, 0.3,
          "how fast chips get cheaper as capacity is built", "晶片成本隨建置量下降的學習係數"),
    _knob("cumulative_gw", "world", "GW", 20.0, 10.0, 40.0,
          "capacity ever built, at the start", "起始時的累計建置量", **AT_START),
    # fund
    _knob("smoothing", "world", "ratio", 0.4, 0.2, 1.0,
          "weight of the newest quarter in smoothed profit", "平滑獲利中最新一季的權重", **SHARE),
    _knob("capex_financed", "world", "ratio", 0.6, 0.0, 1.0,
          "part of capital spending that lenders finance beyond the limit",
          "超出額度後資本支出仍可融資的比率", **SHARE),
    _knob("issue_cap", "world", "ratio", 0.06, 0.0, 0.2,
          "most new shares in a quarter, of market value", "每季增資占市值的上限", **SHARE),
    _knob("runway", "world", "quarters", 4.0, 2.0, 8.0,
          "quarters of burn an engine wants to hold", "引擎希望持有的燒錢季數", least=1.0),
    _knob("cash_buffer", "world", "USD", 2.0e9, 0.0, 10.0e9,
          "cash an engine wants beyond that", "引擎額外的現金緩衝"),
    _knob("round_cap", "world", "ratio", 0.035, 0.01, 0.1,
          "largest round in a quarter, of value before it", "每季募資占投前估值的上限", **SHARE),
    _knob("annual_pool", "world", "USD", 250.0e9, 50.0e9, 500.0e9,
          "what outside investors put into engines in a year", "外部投資人每年投入引擎的資金"),
    _knob("investor_share", "world", "ratio", 0.5, 0.1, 1.0,
          "most of the investors' cash that may go into the rounds of a quarter",
          "投資人每季可投入的現金比率", **SHARE),
    _knob("promise_share", "world", "ratio", 0.35, 0.1, 1.0,
          "most of its cash that a vendor pays into tranches and loans in a quarter",
          "供應商每季投入撥款與貸款的現金上限比率", **SHARE),
    _knob("sell_warrants", "world", "ratio", 1.0, 0.0, 1.0,
          "part of vested warrants sold at once", "已歸屬認股權證立即出售的比率", **SHARE),
    # repay
    _knob("base_rate", "world", "ratio", 0.0105, 0.0, 0.02,
          "interest free of risk, a quarter", "每季無風險利率"),
    _knob("spread_slope", "world", "ratio", 0.002, 0.0, 0.01,
          "interest added a quarter for each turn of debt", "負債倍數每增一倍加收的季利率"),
    _knob("free_turns", "world", "ratio", 3.0, 2.0, 5.0,
          "debt over EBITDA that costs nothing extra", "不加碼的負債倍數"),
    _knob("most_turns", "world", "ratio", 20.0, 8.0, 40.0,
          "debt over EBITDA beyond which interest rises no further", "利率不再加碼的負債倍數上限"),
    _knob("tax_rate", "world", "ratio", 0.16, 0.1, 0.25,
          "tax on profit", "所得稅率", **SHARE),
    _knob("repay_speed", "world", "ratio", 0.05, 0.0, 0.2,
          "most of its debt a firm repays early in a quarter", "每季提前還款占債務的上限", **SHARE),
    # default
    _knob("grace_quarters", "world", "quarters", 0.0, 0.0, 4.0,
          "quarters in arrears before a firm falls", "違約前的寬限季數"),
    _knob("recovery", "world", "ratio", 0.45, 0.2, 0.7,
          "part of its debt a fallen firm still owes", "倒下公司債務的回收率", **SHARE),
    _knob("recovery_trade", "world", "ratio", 0.0, 0.0, 0.5,
          "part of unpaid bills that is not lost", "未付帳款的回收率", **SHARE),
    _knob("restructured_need", "world", "ratio", 0.5, 0.2, 1.0,
          "part of its need a fallen engine keeps", "倒下的引擎保留的算力需求比率", **SHARE),
    _knob("restructured_price", "world", "ratio", 0.35, 0.2, 1.0,
          "what it pays for capacity, of the spot price", "其支付價格占現貨價格的比率", **SHARE),
    # close
    _knob("wage_share", "world", "ratio", 0.75, 0.5, 0.9,
          "part of what suppliers receive that reaches users as wages", "供應商收入中成為用戶薪資的比率", **SHARE),
    _knob("investor_buffer", "world", "USD", 4.0e12, 1.0e12, 8.0e12,
          "cash the investors keep", "投資人保留的現金"),
    _knob("mature_multiple", "world", "x", 5.0, 3.0, 8.0,
          "value over yearly sales of an engine that no longer grows", "不再成長的引擎之市銷率"),
    _knob("quarters_ahead", "world", "quarters", 14.0, 6.0, 20.0,
          "quarters of growth paid in advance", "預先付價的成長季數"),
    _knob("least_multiple", "world", "x", 1.0, 0.2, 3.0,
          "least value over yearly sales", "最低市銷率"),
    _knob("expectation_speed", "world", "ratio", 0.25, 0.1, 0.5,
          "how fast expected growth follows growth", "預期成長追隨實際成長的速度", **SHARE),
    _knob("mood_persistence", "world", "ratio", 0.90, 0.7, 0.99,
          "what is left of a mood after a quarter", "市場情緒的季保留率", **SHARE),
    _knob("mood_response", "world", "ratio", 0.8, 0.0, 2.0,
          "how a surprise in growth moves the mood", "成長意外對情緒的影響"),
    _knob("mood_noise", "world", "ratio", 0.06, 0.0, 0.2,
          "luck in the mood", "情緒的隨機幅度"),
)  # fmt: skip

_FIRM = (
    # engines
    _knob("churn", "firm", "ratio", 0.010, 0.002, 0.05,
          "users who leave in a quarter", "每季流失率", **SHARE),
    _knob("pull", "firm", "ratio", 0.0, 0.0, 1.0,
          "share of new users who come to this engine", "新用戶選擇此引擎的比率", **SHARE),
    _knob("pay_growth", "firm", "ratio", 0.08, 0.0, 0.15,
          "growth of pay per user in the first quarter", "首季每用戶付費成長率", **ANY),
    _knob("other_sales", "firm", "ratio", 0.25, 0.0, 2.0,
          "interfaces and other sales, relative to subscriptions", "API 等其他營收相對訂閱的比率"),
    _knob("gw_per_user", "firm", "GW/user", 1.0e-9, 0.5e-9, 2.0e-9,
          "compute per user for inference at the start", "起始時每用戶推論所需算力"),
    _knob("training", "firm", "ratio", 1.1, 0.5, 2.0,
          "training as a multiple of inference at the start", "起始時訓練相對推論的倍數", **AT_START),
    _knob("cost_share", "firm", "ratio", 0.28, 0.15, 0.5,
          "running cost that grows with revenue", "隨營收變動的營運成本率"),
    _knob("fixed_cost", "firm", "USD", 2.4e9, 1.0e9, 4.0e9,
          "running cost that does not, a quarter, at the start", "起始時每季固定成本", **AT_START),
    _knob("fixed_cost_growth", "firm", "ratio", 0.04, 0.0, 0.08,
          "growth of that fixed cost in a quarter", "固定成本的季成長率", **ANY),
    _knob("opening_users", "firm", "users", NONE, 0.0, 8.0e9,
          "weekly users at the start", "起始時的每週用戶數", **AT_START),
    _knob("opening_pay", "firm", "USD", NONE, 0.0, 20.0,
          "pay per user and month at the start", "起始時每用戶每月付費", **AT_START),
    _knob("opening_growth", "firm", "ratio", 0.14, 0.0, 0.3,
          "growth of revenue that investors expect at the start, a quarter",
          "起始時市場預期的季營收成長率", opening=True, **ANY),
    _knob("opening_burn", "firm", "USD", NONE, -10.0e9, 20.0e9,
          "cash burned in the quarter before the start", "起始前一季的燒錢金額", opening=True, **ANY),
    # gears and fuel
    _knob("other_revenue", "firm", "USD", NONE, 0.0, 3.0e11,
          "sales to all other customers in a quarter, at the start", "起始時對其他客戶的季營收", **AT_START),
    _knob("other_growth", "firm", "ratio", 0.02, -0.02, 0.08,
          "their growth in a quarter", "對其他客戶營收的季成長率", **ANY),
    _knob("other_margin", "firm", "ratio", 0.3, 0.0, 0.6,
          "EBITDA over these sales", "其他業務的 EBITDA 利潤率", least=-20.0, most=1.0),
    _knob("own_need", "firm", "GW", 0.0, 0.0, 20.0,
          "capacity a cloud wants for itself at the start", "起始時雲端業者自用算力需求", **AT_START),
    _knob("own_growth", "firm", "ratio", 0.04, 0.0, 0.1,
          "growth of that need in a quarter", "自用需求的季成長率", **ANY),
    _knob("opening_gw", "firm", "GW", NONE, 0.0, 30.0,
          "capacity at the start", "起始時的算力規模", **AT_START),
    _knob("pipeline_share", "firm", "ratio", 0.06, 0.0, 0.2,
          "capacity on order for each coming quarter, relative to capacity",
          "未來每季在途訂單相對現有算力的比率", **AT_START),
    _knob("opening_cash", "firm", "USD", NONE, 0.0, 1.0e13,
          "cash at the start", "起始時的現金", **AT_START),
    _knob("opening_debt", "firm", "USD", NONE, 0.0, 1.0e12,
          "debt at the start", "起始時的債務", **AT_START),
    _knob("opening_equipment", "firm", "USD", NONE, 0.0, 1.0e12,
          "book value of chips and network at the start", "起始時晶片與網路的帳面價值", **AT_START),
    _knob("opening_buildings", "firm", "USD", NONE, 0.0, 1.0e12,
          "book value of buildings and power at the start", "起始時廠房與電力的帳面價值", **AT_START),
    _knob("opening_other_assets", "firm", "USD", 0.0, 0.0, 1.0e12,
          "other assets at the start, which no rule moves", "起始時的其他資產（模型不變動）", **AT_START),
    _knob("opening_equity", "firm", "USD", NONE, -1.0e11, 1.0e12,
          "equity as filed at the start; the sheet must agree with it",
          "起始時申報的權益；資產負債表須與之相符", opening=True, **ANY),
    _knob("opening_shares", "firm", "shares", 1000.0, 1.0, 1.0e12,
          "shares at the start", "起始時的股數", opening=True, least=1e-9),
    _knob("opening_profit", "firm", "USD", NONE, -1.0e11, 1.0e11,
          "smoothed profit of a quarter at the start", "起始時的平滑季獲利", opening=True, **ANY),
    _knob("opening_ebitda", "firm", "USD", NONE, -1.0e11, 1.0e11,
          "smoothed EBITDA of a quarter at the start", "起始時的平滑季 EBITDA", opening=True, **ANY),
    _knob("opening_taxable", "firm", "USD", NONE, -1.0e11, 1.0e11,
          "taxable profit of the quarter before the start", "起始前一季的課稅所得", opening=True, **ANY),
    _knob("least_cash", "firm", "USD", 0.0, 0.0, 1.0e11,
          "cash a firm keeps", "公司保留的最低現金"),
    _knob("leverage", "firm", "ratio", 3.0, 1.0, 10.0,
          "most debt over yearly EBITDA", "債務對年 EBITDA 的倍數上限"),
    _knob("spread", "firm", "ratio", 0.0, 0.0, 0.04,
          "interest added to the base rate, a quarter", "每季信用加碼"),
    _knob("scheduled_repayment", "firm", "ratio", 0.0, 0.0, 0.1,
          "part of its debt that falls due in a quarter", "每季到期的債務比率", **SHARE),
    _knob("payout", "firm", "ratio", 0.0, 0.0, 1.0,
          "share of smoothed profit paid out", "平滑獲利的配發比率", **SHARE),
    _knob("multiple", "firm", "x", 20.0, 5.0, 50.0,
          "market value over yearly profit", "本益比"),
    _knob("least_value", "firm", "USD", 1.0e9, 0.0, 1.0e10,
          "least market value", "市值下限"),
    _knob("gross_margin", "firm", "ratio", 0.6, 0.4, 0.8,
          "gross margin of a chip maker", "晶片商毛利率", least=-20.0, most=1.0),
    _knob("research", "firm", "USD", 0.0, 0.0, 2.0e10,
          "research and other fixed cost in a quarter", "每季研發與其他固定成本"),
)  # fmt: skip

_LEG = (
    _knob("start", "leg", "quarters", 1.0, -40.0, 40.0,
          "first quarter of a contract; 1 is the first simulated one, 0 the one before",
          "合約首季；1 為模擬的第一季，0 為其前一季", **ANY),
    _knob("ramp", "leg", "quarters", 1.0, 1.0, 40.0,
          "quarters until its full size", "達到全額所需季數", least=1.0),
    _knob("gw", "leg", "GW", 0.0, 0.0, 40.0,
          "capacity of a contract", "合約算力"),
    _knob("price", "leg", "USD/GW-year", 0.0, 0.0, 2.0e10,
          "price of a gigawatt for a year", "每 GW 每年價格"),
    _knob("term", "leg", "quarters", 0.0, 0.0, 80.0,
          "quarters a contract lasts", "合約季數"),
    _knob("minimum", "leg", "ratio", 0.0, 0.0, 1.0,
          "share that must be paid whether used or not", "照付不議比率", **SHARE),
    _knob("chip_share", "leg", "ratio", 0.0, 0.0, 1.0,
          "this chip maker's share in what the payer buys", "此晶片商占付款者採購的比率", **SHARE),
    _knob("headline", "leg", "USD", 0.0, 0.0, 2.0e11,
          "most that a funding leg, a loan or a guarantee will pay", "出資、貸款或擔保分項的總額上限"),
    _knob("per_gw", "leg", "USD/GW", 0.0, 0.0, 2.0e10,
          "unlocked for each gigawatt deployed", "每部署 1 GW 解鎖的金額"),
    _knob("draws_over", "leg", "quarters", 0.0, 0.0, 20.0,
          "quarters over which it is paid if nothing unlocks it", "無解鎖條件時的撥款季數"),
    _knob("stake", "leg", "ratio", 0.0, 0.0, 1.0,
          "share of the payee held at the start", "起始時的持股比率", opening=True, **SHARE),
    _knob("warrant_share", "leg", "ratio", 0.0, 0.0, 0.2,
          "shares of the issuer that warrants may give", "認股權證可得的發行公司股份比率", **SHARE),
    _knob("warrant_gw", "leg", "GW", 6.0, 1.0, 20.0,
          "gigawatts at which all warrants have vested", "認股權證全數歸屬所需 GW", least=1e-9),
    _knob("warrant_price", "leg", "USD", 0.0, 0.0, 1.0e4,
          "share price below which none vest", "歸屬所需的最低股價"),
    # A loan of a vendor pays all of a purchase: one for 125 % of an order and one for 150 % are on record.
    _knob("financed_share", "leg", "ratio", 1.0, 0.0, 1.5,
          "part of what a gear takes from a vendor that the vendor's loan pays", "供應商貸款支付其採購額的比率"),
    _knob("opening_drawn", "leg", "USD", 0.0, 0.0, 2.0e11,
          "drawn on a vendor's loan and still owed at the start", "起始時已動用且未償還的供應商貸款", **AT_START),
    # Server makers lent at 9 to 10 % a year in 2025, as a customer filed: base rate and this come to 9.2 %.
    _knob("loan_spread", "leg", "ratio", 0.0125, 0.0, 0.04,
          "interest on a vendor's loan beyond the base rate, a quarter", "供應商貸款的每季利率加碼"),
    _knob("repayment_share", "leg", "ratio", 0.05, 0.0, 0.25,
          "part of a vendor's loan that falls due in a quarter", "供應商貸款每季到期的比率", **SHARE),
    _knob("cover_share", "leg", "ratio", 1.0, 0.0, 1.0,
          "part of a loss that a guarantee makes good", "擔保彌補損失的比率", **SHARE),
)  # fmt: skip

KNOBS: dict[str, Knob] = {knob.id: knob for knob in (*_WORLD, *_FIRM, *_LEG)}
WORLD_KNOBS: tuple[str, ...] = tuple(knob.id for knob in _WORLD)
FIRM_KNOBS: tuple[str, ...] = tuple(knob.id for knob in _FIRM)
LEG_KNOBS: tuple[str, ...] = tuple(knob.id for knob in _LEG)

# Their numbers, for kernels: `knobs.world[IMITATION]`, `knobs.firm[e, CHURN]`, `knobs.leg[leg, GW]`.
(
    POTENTIAL_USERS, INNOVATION, IMITATION, ADOPTION_NOISE, PRICE_RESPONSE, PAY_FADE, USE_GROWTH, USE_FADE,
    EFFICIENCY_GROWTH, EFFICIENCY_FADE, REBOUND, TRAINING_END, TRAINING_FADE, SPOT_PRICE, SPOT_LEARNING,
    RUNNING_COST_PER_GW, OWN_REVENUE_PER_GW, OWN_USE_CAP, BELIEF_FLOOR, ACCELERATOR, ORDER_FINANCE, LEAD,
    ACCOUNTING_LIFE, ECONOMIC_LIFE, BUILDINGS_RATE, CHIP_COST, SITE_COST, CHIP_LEARNING, CUMULATIVE_GW, SMOOTHING,
    CAPEX_FINANCED, ISSUE_CAP, RUNWAY, CASH_BUFFER, ROUND_CAP, ANNUAL_POOL, INVESTOR_SHARE, PROMISE_SHARE,
    SELL_WARRANTS, BASE_RATE, SPREAD_SLOPE, FREE_TURNS, MOST_TURNS, TAX_RATE, REPAY_SPEED, GRACE_QUARTERS, RECOVERY,
    RECOVERY_TRADE, RESTRUCTURED_NEED, RESTRUCTURED_PRICE, WAGE_SHARE, INVESTOR_BUFFER, MATURE_MULTIPLE,
    QUARTERS_AHEAD, LEAST_MULTIPLE, EXPECTATION_SPEED, MOOD_PERSISTENCE, MOOD_RESPONSE, MOOD_NOISE,
) = range(len(WORLD_KNOBS))  # fmt: skip
(
    CHURN, PULL, PAY_GROWTH, OTHER_SALES, GW_PER_USER, TRAINING, COST_SHARE, FIXED_COST, FIXED_COST_GROWTH,
    OPENING_USERS, OPENING_PAY, OPENING_GROWTH, OPENING_BURN, OTHER_REVENUE, OTHER_GROWTH, OTHER_MARGIN, OWN_NEED,
    OWN_GROWTH, OPENING_GW, PIPELINE_SHARE, OPENING_CASH, OPENING_DEBT, OPENING_EQUIPMENT, OPENING_BUILDINGS,
    OPENING_OTHER_ASSETS, OPENING_EQUITY, OPENING_SHARES, OPENING_PROFIT, OPENING_EBITDA, OPENING_TAXABLE,
    LEAST_CASH, LEVERAGE, SPREAD, SCHEDULED_REPAYMENT, PAYOUT, MULTIPLE, LEAST_VALUE, GROSS_MARGIN, RESEARCH,
) = range(len(FIRM_KNOBS))  # fmt: skip
(
    START, RAMP, GW, PRICE, TERM, MINIMUM, CHIP_SHARE, HEADLINE, PER_GW, DRAWS_OVER, STAKE, WARRANT_SHARE,
    WARRANT_GW, WARRANT_PRICE, FINANCED_SHARE, OPENING_DRAWN, LOAN_SPREAD, REPAYMENT_SHARE, COVER_SHARE,
) = range(len(LEG_KNOBS))  # fmt: skip
