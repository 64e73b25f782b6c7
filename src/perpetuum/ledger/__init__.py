"""What is known: who promised what to whom, how much of it moved, and who says so."""

from perpetuum.ledger.ledger import Ledger
from perpetuum.ledger.load import examine, load

__all__ = ["Ledger", "examine", "load"]
