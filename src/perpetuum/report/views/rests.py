"""What the numbers of a cascade rest on: the figures of the legs and balance sheets behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from perpetuum.contagion import Cascade
from perpetuum.contagion.cascade import CHANNELS, PARTNERED, Channel
from perpetuum.contagion.stress import legs_between
from perpetuum.core.claim import STAGES, Figure
from perpetuum.core.network import Network


def promised(network: Network, legs: Iterable[str]) -> tuple[Figure, ...]:
    """All that is on record of some legs, at every stage."""
    return tuple(figure for leg in legs for stage in STAGES for figure in network.promised.get((leg, stage), ()))


def owing(cascade: Cascade, firm: str) -> tuple[str, ...]:
    """The legs on which a firm owes."""
    return tuple(dict.fromkeys(each.leg for each in cascade.books.obligations if each.debtor == firm and each.leg))


def rests(network: Network, cascade: Cascade, i: int, channels: Iterable[Channel] = CHANNELS) -> tuple[Figure, ...]:
    """The figures behind the loss of one firm, through some channels."""
    firm = cascade.firms[i]
    legs = dict.fromkeys(leg for channel in channels for leg in _legs(cascade, i, channel))
    own = cascade.books.equity_figures.get(firm, ()) if {"own", "costs"} & set(channels) else ()
    return (*promised(network, legs), *own, *(_stakes(cascade, i) if "owned" in channels else ()))


def _stakes(cascade: Cascade, i: int) -> Iterator[Figure]:
    """What the firms are worth of which one firm lost a part."""
    for j in np.flatnonzero(cascade.attribution.loss_by_pair[i, :, PARTNERED.index("owned")] > 0):
        yield from cascade.books.equity_figures.get(cascade.firms[j], ())


def _legs(cascade: Cascade, i: int, channel: Channel) -> Iterator[str]:
    firm, split = cascade.firms[i], cascade.attribution
    if channel in ("own", "costs"):
        if split.loss[i, CHANNELS.index(channel)] > 0:
            yield from owing(cascade, firm)
        return
    for j in np.flatnonzero(split.loss_by_pair[i, :, PARTNERED.index(channel)] > 0):
        yield from legs_between(cascade.books, firm, cascade.firms[j], channel)
