"""The dashboard dials: is the engine pulling, do the gears earn back what they spend, is the fuel getting cheaper?"""

from perpetuum.gauges.gauge import Gauge
from perpetuum.gauges.read import gauges, read_gauges

__all__ = ["Gauge", "gauges", "read_gauges"]
