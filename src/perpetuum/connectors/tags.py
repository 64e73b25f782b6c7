"""Which tags of a filing say what a metric is, in which order, and when two of them are added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from perpetuum.core.errors import CollectError
from perpetuum.core.text import both

Part = tuple[str, ...]
Way = tuple[Part, ...]
_TAG = re.compile(r"(?:[A-Za-z][\w-]*:)?[A-Z]\w*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one metric is read off tags.

    A part is a choice of tags: for every period the one with the freshest facts, of equally fresh
    ones the first. A way adds up parts, all of which must be there for the same days. The
    first way that gives a period is taken. ``never_negative`` metrics draw a remark where a
    difference is below zero.
    """

    metric: str
    ways: tuple[Way, ...]
    never_negative: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag that plays a role, each once, in order."""
        return tuple(dict.fromkeys(tag for way in self.ways for part in way for tag in part))


def _one_of(metric: str, *tags: str, never_negative: bool = False) -> Recipe:
    return Recipe(metric=metric, ways=((tags,),), never_negative=never_negative)


# us-gaap elements, https://xbrl.fasb.org/us-gaap/. Debt: current and noncurrent parts first, then the
# totals some firms give instead; leases are metrics of their own. Where a firm has only a noncurrent
# part and says no total, that part is all that is known: it comes last.
RECIPES: dict[str, Recipe] = {
    recipe.metric: recipe
    for recipe in (
        _one_of("revenue", "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet",
                never_negative=True),
        _one_of("capex", "PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets",
                never_negative=True),
        _one_of("operating_cash_flow", "NetCashProvidedByUsedInOperatingActivities"),
        _one_of("net_income", "NetIncomeLoss"),
        _one_of("depreciation", "DepreciationDepletionAndAmortization", "DepreciationAmortizationAndAccretionNet",
                "Depreciation", never_negative=True),
        _one_of("interest_expense", "InterestExpense", "InterestExpenseNonoperating"),
        _one_of("gross_profit", "GrossProfit"),
        _one_of("cost_of_revenue", "CostOfRevenue", "CostOfGoodsAndServicesSold", never_negative=True),
        _one_of("research_development", "ResearchAndDevelopmentExpense", never_negative=True),
        _one_of("stock_compensation", "ShareBasedCompensation"),
        _one_of("nonoperating_income", "NonoperatingIncomeExpense"),
        _one_of("equity_securities_gain", "EquitySecuritiesFvNiGainLoss"),
        _one_of("cash", "CashAndCashEquivalentsAtCarryingValue"),
        _one_of("marketable_securities", "MarketableSecuritiesCurrent", "ShortTermInvestments",
                "AvailableForSaleSecuritiesDebtSecuritiesCurrent"),
        _one_of("receivables", "AccountsReceivableNetCurrent"),
        _one_of("inventory", "InventoryNet"),
        _one_of("ppe_net", "PropertyPlantAndEquipmentNet"),
        _one_of("private_equity_stakes", "EquitySecuritiesWithoutReadilyDeterminableFairValueAmount"),
        _one_of("total_assets", "Assets"),
        _one_of("total_liabilities", "Liabilities"),
        _one_of("stockholders_equity", "StockholdersEquity"),
        Recipe(metric="total_debt", ways=(
            (("LongTermDebtNoncurrent",), ("LongTermDebtCurrent", "DebtCurrent")),
            (("LongTermDebt",),),
            (("DebtInstrumentCarryingAmount",),),
            (("NotesPayable",),),
            (("LongTermNotesPayable",), ("NotesPayableCurrent",)),
            (("LongTermDebtNoncurrent",),),
        )),
        _one_of("finance_lease_liability", "FinanceLeaseLiability"),
        _one_of("rpo_backlog", "RevenueRemainingPerformanceObligation"),
        _one_of("purchase_obligations", "PurchaseObligation"),
    )
}  # fmt: skip


def tag_options(metrics: Iterable[str]) -> tuple[str, ...]:
    """The names of the options that ``recipe_of`` reads."""
    return tuple(name for metric in metrics for name in (f"tags.{metric}", f"tags.{{firm}}.{metric}"))


def recipe_of(metric: str, firm: str, options: Mapping[str, str], *, like: str | None = None) -> Recipe:
    """The recipe of a metric, or the one that options give for it or for it at one firm.

    ``tags.capex`` holds for every firm asked about, ``tags.<firm>.capex`` for one. Commas part
    tags of which the freshest counts, a plus adds, a semicolon begins what is used if all before
    gives nothing. ``like`` names the metric whose recipe holds where the table has none.

    Raises
    ------
    CollectError
        If an option cannot be read.

    Examples
    --------
    >>> recipe_of("cash", "acme", {"tags.acme.cash": "Cash + ShortTermInvestments; Cash, CashAndDueFromBanks"}).ways
    ((('Cash',), ('ShortTermInvestments',)), (('Cash', 'CashAndDueFromBanks'),))
    """
    default = replace(RECIPES[like or metric], metric=metric)
    for name in (f"tags.{firm}.{metric}", f"tags.{metric}"):
        if name in options:
            return Recipe(metric=metric, ways=_ways(name, options[name]), never_negative=default.never_negative)
    return default


def _ways(name: str, text: str) -> tuple[Way, ...]:
    ways = tuple(
        tuple(tuple(tag.strip() for tag in part.split(",")) for part in way.split("+")) for way in text.split(";")
    )
    wrong = [tag for way in ways for part in way for tag in part if not _TAG.fullmatch(tag)]
    if wrong:
        raise CollectError(
            both(f"option {name}: '{wrong[0]}' is not a tag.", f"選項 {name}：「{wrong[0]}」不是標籤。"),
            both(
                "Write for example: LongTermDebtNoncurrent + LongTermDebtCurrent, DebtCurrent; LongTermDebt",
                "請寫成例如：LongTermDebtNoncurrent + LongTermDebtCurrent, DebtCurrent; LongTermDebt",
            ),
        )
    return ways
