"""How the machine's answers are worded: whose answer it is, in which scenario, of whom, and in which quantity."""

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
from perpetuum.report.machine_chances import half_by, sampling_error
from perpetuum.report.simulated import Futures, Simulated
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.machine.run import Band, Share
    from perpetuum.report.machine_facts import BadCase, Fall, Falls

ASSUMED = "machine-assumed"
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
_MANY = 2.0  # from here on a ratio is told as a multiple
_FIRST_FIRMS = 3
_MOST_CASES = 6


def gives(sim: Simulated | Futures, what: Text) -> Text:
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


def of_futures(share: float, futures: int) -> Text:
    """A share of futures, and twice its standard error because they are finitely many; `none` and `all` are words."""
    if share <= 0.0:
        return say("machine.none_of", futures=futures)
    if share >= 1.0 - 1e-12:
        return say("machine.all_of", futures=futures)
    return say("machine.share_of", share=with_error(share, futures), futures=futures)


def with_error(share: float, futures: int) -> Text:
    """A share, and twice its standard error because futures are finitely many; for `0 %` and `100 %` without it."""
    error = sampling_error(share, futures)
    if error <= 0.0:
        return numbers.share(share)
    rounded = numbers.share(float(numbers.significant(error, 1)))
    return say("machine.with_error", share=numbers.share(share), error=rounded)


def end_of(by: Quarter) -> Text:
    """The close of a quarter; that of the fourth is the end of a year."""
    return say("machine.end_of", year=plain(by.year)) if by.number == 4 else numbers.quarter(by)


def first_to_fall(found: Falls) -> tuple[Fall, ...]:
    """The firms that fall before all others most often."""
    return tuple(fall for fall in found.firms if fall.first > 0)[:_FIRST_FIRMS]


def bad_cases(ledger: Ledger, cases: Sequence[BadCase]) -> Text:
    """Who falls first in which of the other scenarios."""
    told = [
        say("machine.bad_case", scenario=case.scenario,
            firms=joined([joined([names.firm(ledger, firm), numbers.quarter(quarter)], " ", " ")
                          for firm, quarter in case.falls[:_FIRST_FIRMS]]))
        for case in cases[:_MOST_CASES]
    ]  # fmt: skip
    return say("machine.bad_cases", cases=joined(told, "; ", "；"))


def when(share: Share, first: Quarter) -> Text:
    """The middle of the quarters in which an event first happens, of the futures in which it does."""
    middle = half_by(share.first)
    return plain("–") if middle is None else numbers.quarter(first + middle)


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
