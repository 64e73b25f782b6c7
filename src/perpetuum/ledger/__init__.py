"""What is known: who promised what to whom, how much of it moved, and who says so."""

from perpetuum.ledger.keep import Kept, keep
from perpetuum.ledger.ledger import Ledger
from perpetuum.ledger.load import examine, load
from perpetuum.ledger.price_series import PriceSeries, read_price_series
from perpetuum.ledger.write import write_case

__all__ = ["Kept", "Ledger", "PriceSeries", "examine", "keep", "load", "read_price_series", "write_case"]
