"""How much of the money comes back: whose money a firm's revenue is, and which loops there are."""

from perpetuum.circularity.measure import measure
from perpetuum.circularity.results import Circularity
from perpetuum.circularity.shares import ORIGINS, Share
from perpetuum.circularity.view import along

__all__ = ["ORIGINS", "Circularity", "Share", "along", "measure"]
