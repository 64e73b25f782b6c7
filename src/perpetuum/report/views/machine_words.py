"""How the page of the machine speaks: whose answer it is, in which scenario, of whom, and in which quantity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.core.text import Text
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Rests
from perpetuum.report.simulated import Simulated
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.machine.run import Band, Share

ASSUMED = "machine-assumed"
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
_MANY = 2.0  # from here on a ratio is told as a multiple


def gives(sim: Simulated, what: Text) -> Text:
    """A sentence that can leave its place: the model gives it, in this scenario."""
    return say("machine_page.gives", scenario=plain(sim.scenario.id), what=what)


def rests() -> Rests:
    """The way to what an answer of the model rests on."""
    return Rests(anchor=ASSUMED, text=say("machine_page.rests"))


def at_level(band: Band, level: float, n: int) -> float:
    """One quantile of a series in one quarter."""
    return float(band.quantile[band.levels.index(level), n])


def middle(band: Band, n: int) -> Text:
    """The middle of a series in one quarter."""
    return quantity(at_level(band, MIDDLE, n), band.unit)


def nine_in_ten(band: Band, n: int) -> Text:
    """Where nine futures of ten lie."""
    low, high = (quantity(at_level(band, level, n), band.unit) for level in (LOW, HIGH))
    return say("machine_page.range", low=low, high=high)


def quantity(value: float | None, unit: str) -> Text:
    """A number of the machine in words; a ratio of two and more is a multiple, thin units are told in thicker ones."""
    if value is None or not np.isfinite(value):
        return say("unknown")
    if unit == "ratio" and abs(value) >= _MANY:
        return numbers.times(value)
    if unit == "GW/user":
        return numbers.count(value * 1e9, "W/user")
    if unit.startswith("USD/") and unit in UNITS and abs(value) >= 1e6:
        per = UNITS[unit].name
        en, zh = per.en.removeprefix("US dollars "), per.zh.removeprefix("美元")
        money = numbers.money(value)
        return Text(en=f"{money.en} {en}", zh=f"{money.zh}{zh}")
    return numbers.value_of(value, unit)


def by_then(share: Share, last: int) -> float:
    """Share of futures in which an event has happened by the close of a quarter."""
    return float(share.first[: last + 1].sum())


def when(share: Share, first: Quarter) -> Text:
    """The middle of the quarters in which an event first happens, of the futures in which it does."""
    so_far = np.cumsum(share.first)
    if share.ever <= 0.0:
        return plain("–")
    return numbers.quarter(first + int(np.searchsorted(so_far, share.ever / 2)))


def subject(ledger: Ledger, sim: Simulated, id: str) -> Text:
    """A firm or sector by its name; a leg by its two ends."""
    if id in sim.run.entities:
        return names.firm(ledger, id)
    legs = sim.run.worlds[0].legs
    leg = next((each for each in legs if each.id == id), None)
    if leg is None:
        return plain(id)
    path = names.path(ledger, (leg.payer, leg.payee))
    return joined([path, names.kind(leg.kind)], ": ", "：")


def address(ledger: Ledger, sim: Simulated, address: str, says: Text) -> Text:
    """A parameter in words: whose it is, and what."""
    owner, _, _ = address.rpartition(".")
    return joined([subject(ledger, sim, owner), says], ": ", "：") if owner else says


def firms(ledger: Ledger, ids: Sequence[str]) -> Text:
    """Several firms by name."""
    return joined([names.firm(ledger, id) for id in ids])
