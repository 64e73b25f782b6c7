"""Series over the quarters of many futures: fans, and the same numbers year by year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Fan, Fans, Fold, Look, Table
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.machine.run import Band

TICKS = 4
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SCALES = ((1e12, "tn", 1e12, "兆"), (1e9, "bn", 1e8, "億"), (1e6, "m", 1e4, "萬"))
_ENGINE = ("cash", "cash_burn", "compute_used", "valuation")
_GEARS = ("gears.capex_to_revenue", "gears.total_debt")
_SHOWN = ("cash", "cash_burn", "funding_gap", "compute_used", "valuation")


def fans(ledger: Ledger, sim: Simulated) -> tuple[Block, ...]:
    """The engine the case looks at, then all gears together; every number in a fold."""
    charts = tuple(_fans(ledger, sim))
    if not charts:
        return ()
    caption = words.gives(sim, say("machine_page.fans"))
    return Fans(fans=charts, caption=caption, rests=words.rests()), *_by_year(ledger, sim)


def _fans(ledger: Ledger, sim: Simulated) -> Iterator[Fan]:
    series = set(sim.run.series)
    for metric in _ENGINE:
        if sim.engine is not None and (id := f"{sim.engine}.{metric}") in series:
            need = f"{sim.engine}.compute_need" if metric == "compute_used" else None
            yield from _fan(ledger, sim, id, "engine", names.firm(ledger, sim.engine), need)
    for id in _GEARS:
        if id in series:
            yield from _fan(ledger, sim, id, "gear", say("machine_page.gears"), None)


def _fan(ledger: Ledger, sim: Simulated, id: str, look: Look, who: Text, beside: str | None) -> Iterator[Fan]:
    """One series; nothing where it is no number in some quarter."""
    band = sim.run.band(id)
    if not np.isfinite(band.quantile).all():
        return
    other = None if beside is None else sim.run.band(beside)
    levels = [tuple(row.tolist()) for row in band.quantile]
    compared = None if other is None else tuple(other.quantile[other.levels.index(words.MIDDLE)].tolist())
    every = [*levels[0], *levels[-1], *band.central.tolist(), *(compared or ())]
    n = min(4 * 5, len(band.quarters)) - 1
    title = joined([who, say(f"machine_page.series.{band.metric}")], ": ", "：")
    note = say(
        "machine_page.fan.note", when=numbers.quarter(band.quarters[n]), middle=words.middle(band, n),
        range=words.nine_in_ten(band, n),
    )  # fmt: skip
    if other is not None:
        note = joined([note, say("machine_page.fan.need", need=words.middle(other, n))], "; ", "；")
    yield Fan(
        title=title, look=look, bands=((levels[0], levels[-1]), (levels[1], levels[-2])),
        middle=levels[len(levels) // 2], central=tuple(band.central.tolist()), beside=compared,
        ticks=ticks(min(every), max(every), band.unit), marks=marks(band), alt=joined([title, note], "; ", "；"),
        note=note,
    )  # fmt: skip


def marks(band: Band) -> tuple[tuple[int, Text], ...]:
    """The first quarter of every other year."""
    return tuple(
        (n, plain(quarter.year)) for n, quarter in enumerate(band.quarters)
        if quarter.number == 1 and quarter.year % 2 == 0
    )  # fmt: skip


def ticks(low: float, high: float, unit: str) -> tuple[tuple[float, Text], ...]:
    """Round heights that hold all values, nothing among them, each in words of one scale.

    Examples
    --------
    >>> [(value, words.en) for value, words in ticks(-1e9, 7e9, "USD")]
    [(-2000000000.0, '−2bn'), (0.0, '0'), (2000000000.0, '2bn'), (4000000000.0, '4bn'), (6000000000.0, '6bn'), (8000000000.0, '8bn')]
    """  # noqa: E501
    low, high = min(low, 0.0), max(high, 0.0)
    if high <= low:
        high = low + 1.0
    raw = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * each for each in _STEPS if power * each >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    most = max(abs(first), abs(last)) * step
    return tuple((n * step, _tick(n * step, most, unit)) for n in range(first, last + 1))


def _tick(value: float, most: float, unit: str) -> Text:
    if value == 0:
        return plain("0")
    if unit == "ratio":
        return plain(f"{_digits(100 * value)}{numbers.THIN}%")
    if unit != "USD":
        return plain(f"{_digits(value)}{numbers.THIN}{unit}")
    for en, en_word, zh, zh_word in _SCALES:
        if most >= en:
            return Text(en=f"{_digits(value / en)}{en_word}", zh=f"{_digits(value / zh)}{numbers.THIN}{zh_word}")
    return plain(_digits(value))


def _digits(value: float) -> str:
    return numbers.digits(numbers.significant(value))


def _by_year(ledger: Ledger, sim: Simulated) -> Iterator[Fold]:
    """The last quarter of every year: the middle, and where nine futures of ten lie."""
    series = set(sim.run.series)
    ids = [f"{sim.engine}.{metric}" for metric in _SHOWN] + list(_GEARS)
    bands = [sim.run.band(id) for id in ids if id in series]
    if not bands or not sim.ends:
        return
    rows = tuple(
        (
            Cell(text=numbers.quarter(sim.run.quarters[n])),
            *(Cell(text=words.middle(band, n), small=words.nine_in_ten(band, n)) for band in bands),
        )
        for n in sim.ends.values()
    )
    heads = (
        parts.head("period"),
        *(Column(text=_head(ledger, band), align="right") for band in bands),
    )
    caption = words.gives(sim, say("machine_page.years.caption"))
    table = Table(columns=heads, rows=rows, caption=caption, rests=words.rests(), dense=True)
    yield Fold(summary=say("machine_page.years"), blocks=(table,))


def _head(ledger: Ledger, band: Band) -> Text:
    who = say("machine_page.gears") if band.entity == "gears" else names.firm(ledger, band.entity)
    return joined([who, say(f"machine_page.series.{band.metric}")], ": ", "：")
