"""One possible future in plain words: what each year brings, and what happens in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import PerpetuumError
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import Run
from perpetuum.machine.events import EVENTS
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.run import CENTRAL, Draw
from perpetuum.machine.simulate import raise_if_unbalanced
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.words import joined, plain, say

Floats = NDArray[np.float64]


def read_draw(said: str) -> Draw:
    """A future by its number, or the central one.

    Raises
    ------
    PerpetuumError
        For anything else.

    Examples
    --------
    >>> read_draw("12"), read_draw("central")
    (12, 'central')
    """
    if said == CENTRAL:
        return CENTRAL
    if not said.isdecimal():
        raise PerpetuumError(say("machine.no_draw", said=said), say("machine.no_draw.repair"))
    return int(said)


def kept(run: Run, draw: Draw, asked: int) -> Run:
    """The run with one future whole, lived through once more; futures are counted up to ``asked``.

    Raises
    ------
    NetworkError
        For a number that is not among them.
    BooksDoNotBalance
        If an identity fails on the way.
    """
    run = replace(run, asked=asked, histories=dict(run.histories))
    number = run._number(draw)
    for world in run.worlds:
        history, told = world.history(number)
        raise_if_unbalanced(world, told, np.array([number]), run.first)
        run.histories[world.id, number] = history
    return run


def told(ledger: Ledger, run: Run, draw: Draw, engine: str | None) -> tuple[Block, ...]:
    """Year by year."""
    scenario, history = run.worlds[0].scenario, run.history(draw)
    which = say("machine.central") if draw == CENTRAL else say("machine.draw", draw=plain(draw))
    blocks: list[Block] = [
        Title(text=say("machine.replay", which=which, name=scenario.name, scenario=plain(scenario.id))),
        Paragraph(text=say("machine.replay.lead", scenario=scenario.id, seed=plain(run.origin.seed)), style="note"),
    ]
    events = run.happened_in(draw)
    for year in dict.fromkeys(quarter.year for quarter in run.quarters):
        rows = [n for n, quarter in enumerate(run.quarters) if quarter.year == year]
        blocks.append(Title(text=plain(year), level=3))
        blocks.append(Paragraph(text=joined(list(_year(ledger, run, draw, engine, rows)), " ", "")))
        here = [one for one in events if one[2].year == year]
        if here:
            blocks.append(Paragraph(text=joined(list(_events(ledger, run.worlds[0], here)), "; ", "；")))
    if not history.is_whole:
        blocks.append(Paragraph(text=say("machine.replay.broken", status=say(f"machine.status.{history.status}"))))
    return tuple(blocks)


def _year(ledger: Ledger, run: Run, draw: Draw, engine: str | None, rows: list[int]) -> Iterator[Text]:
    """What a year, or the part of it that is simulated, brings to the engine and to the gears."""

    def path(series: str) -> Floats:
        return run.path(series, draw)[rows]

    if engine is not None:
        burn = float(path(f"{engine}.cash_burn").sum())
        key = "machine.year.burns" if burn > 0 else "machine.year.earns"
        yield say(key, firm=names.firm(ledger, engine), revenue=numbers.money(float(path(f"{engine}.revenue").sum())),
                  burn=numbers.money(abs(burn)), cash=numbers.money(float(path(f"{engine}.cash")[-1])),
                  gw=numbers.count(float(path(f"{engine}.compute_used")[-1]), "GW"),
                  value=numbers.money(float(path(f"{engine}.valuation")[-1])))  # fmt: skip
    if run.worlds[0].layout.gears.size:
        capex, revenue = float(path("gears.capex").sum()), float(path("gears.revenue").sum())
        yield say("machine.year.gears", capex=numbers.money(capex),
                  share=numbers.share(capex / revenue if revenue > 0 else float("nan")))  # fmt: skip
    mood = float(path("mood")[-1])
    yield say("machine.year.mood", factor=numbers.times(float(np.exp(mood))))


def _events(ledger: Ledger, world: Prepared, happened: list[tuple[str, str, Quarter]]) -> Iterator[Text]:
    """What happens for the first time, in the order of time."""
    word = {event.id: event.name for event in EVENTS}
    for event, subject, quarter in happened:
        yield say("machine.event", quarter=numbers.quarter(quarter), who=subject_name(ledger, world, subject),
                  what=word[event])  # fmt: skip


def subject_name(ledger: Ledger, world: Prepared, subject: str) -> Text:
    """A firm by its name; a leg by its deal, or by who pays whom for what."""
    if subject in world.entities:
        return names.firm(ledger, subject)
    if subject in ledger.deal_of:
        return say("machine.deal", deal=names.deal_of(ledger, subject))
    leg = next(leg for leg in world.legs if leg.id == subject)
    return joined([names.path(ledger, (leg.payer, leg.payee)), names.kind(leg.kind)], ", ", "，")
