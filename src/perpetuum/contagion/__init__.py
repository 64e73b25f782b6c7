"""The dominoes: a shock travels until everyone has paid what they can."""

from perpetuum.contagion.attribute import attribute
from perpetuum.contagion.books import Books, Expected, Guarantee, Holding, Obligation, Warrant
from perpetuum.contagion.cascade import Cascade
from perpetuum.contagion.clear import Clearing, Clearings, clear, clear_many
from perpetuum.contagion.from_network import books
from perpetuum.contagion.named import valuation, valuations
from perpetuum.contagion.net import Netting, net
from perpetuum.contagion.over_draws import over_draws
from perpetuum.contagion.propagate import (
    CrossHoldings,
    DebtRank2012,
    DebtRank2015,
    DebtRankNonlinear,
    ExAnte,
    FireSale,
    Sold,
    Threshold,
    propagate,
)
from perpetuum.contagion.reconstruct import Reconstructed, reconstruct
from perpetuum.contagion.reverse import Reverse, reverse
from perpetuum.contagion.roll_over import RolledOver, roll_over
from perpetuum.contagion.screen import Screening, screen
from perpetuum.contagion.sensitivity import Sensitivity, sensitivity
from perpetuum.contagion.shock import Hit, Shock
from perpetuum.contagion.stress import stress
from perpetuum.contagion.study import STANDARD, Study
from perpetuum.contagion.target import Target, parse_target

__all__ = [
    "Books", "Cascade", "Clearing", "Clearings", "CrossHoldings", "DebtRank2012", "DebtRank2015",
    "DebtRankNonlinear", "ExAnte", "Expected", "FireSale", "Guarantee", "Hit", "Holding", "Netting", "Obligation",
    "Reconstructed", "Reverse", "RolledOver", "STANDARD", "Screening", "Sensitivity", "Shock", "Sold", "Study",
    "Target", "Threshold", "Warrant",
    "attribute", "books", "clear", "clear_many", "net", "over_draws", "parse_target", "propagate", "reconstruct",
    "reverse", "roll_over", "screen", "sensitivity", "stress", "valuation", "valuations",
]  # fmt: skip
