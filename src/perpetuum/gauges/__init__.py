"""The dashboard dials: is the engine pulling, do the gears earn back what they spend, is the price a bubble?"""

from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.read import disputes, gauges, read_gauges
from perpetuum.gauges.vote import vote, votes_as_known_then, votes_in_hindsight, votes_over

__all__ = [
    "Bands", "Gauge", "Scale", "Seen", "disputes", "gauges", "read_gauges", "vote", "votes_as_known_then",
    "votes_in_hindsight", "votes_over",
]  # fmt: skip
