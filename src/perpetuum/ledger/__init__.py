"""What is known: who promised what to whom, how much of it moved, and who says so."""

from perpetuum.ledger.keep import Kept, keep
from perpetuum.ledger.ledger import Ledger
from perpetuum.ledger.load import examine, load
from perpetuum.ledger.write import write_case

__all__ = ["Kept", "Ledger", "examine", "keep", "load", "write_case"]
