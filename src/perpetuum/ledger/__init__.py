"""What is known: who promised what to whom, how much of it moved, and who says so."""

from perpetuum.ledger.ledger import Ledger
from perpetuum.ledger.load import examine, load
from perpetuum.ledger.price_series import PriceSeries, read_price_series
from perpetuum.ledger.write import write_case

__all__ = ["Ledger", "PriceSeries", "examine", "load", "read_price_series", "write_case"]
