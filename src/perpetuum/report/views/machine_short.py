"""The machine's answer in sentences: when an engine pays its way, who falls, and what the answer hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Paragraph, Points, Rests, Title
from perpetuum.report.machine_chances import pays_its_way, sampling_error, so_far
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.words import joined, plain, say

TOLD = 3  # assumptions in one sentence
WHOLE = "machine"
_IN_BRIEF = ("gap_closed", "defaults", "vendor_money")


def short(ledger: Ledger, sim: Simulated) -> tuple[Block, ...]:
    """The sentences, then what they are made from."""
    sentences = tuple(Paragraph(text=text, rests=words.rests()) for _, text, _ in answers(ledger, sim))
    return (
        Points(sentences=sentences),
        Paragraph(text=made_from(sim), style="note"),
        Paragraph(text=not_known(sim), style="note"),
    )


def in_brief(ledger: Ledger, sim: Simulated | Text | None) -> tuple[Block, ...]:
    """Three of these sentences for whoever reads one page only; nothing where nobody was simulated."""
    if sim is None:
        return ()
    head = Title(text=say("machine_page.brief.title"))
    if isinstance(sim, Text):
        return head, Paragraph(text=say("machine_page.refused", why=sim), style="note")
    told = [Paragraph(text=text, rests=words.rests()) for id, text, _ in answers(ledger, sim) if id in _IN_BRIEF]
    note = say("machine_page.brief", assumed=len(sim.run.assumed), stated=len(sim.run.worlds[0].resolved.stated))
    whole = Rests(anchor=WHOLE, text=say("machine_page.brief.whole"))
    return head, Points(sentences=tuple(told)), Paragraph(text=note, style="note", rests=whole)


def answers(ledger: Ledger, sim: Simulated) -> Iterator[tuple[str, Text, dict[str, Any]]]:
    """Every sentence with a name and its numbers; each says who gives it and in which scenario."""
    run, engine, firsts = sim.run, sim.engine, sim.run.scenarios
    if engine is not None:
        gap = run.band(f"{engine}.funding_gap")
        yield "gap_closed", words.gives(sim, _pays_its_way(ledger, sim, engine)), {
            "firm": engine, "by_end_of": _closed(sim, engine, firsts[0]),
        }  # fmt: skip
        yield "burned", words.gives(sim, _burned(ledger, sim, engine)), {
            "firm": engine, "until": run.quarters[-1], "central": float(gap.central[-1]),
            "quantiles": {f"{level:g}": words.at_level(gap, level, -1) for level in gap.levels},
        }  # fmt: skip
    falls = sim.found.falls
    yield "defaults", words.gives(sim, _falls(ledger, sim)), {
        "anybody": falls.share, "ever": {fall.firm: fall.share for fall in falls.firms},
        "first": {fall.firm: fall.first for fall in falls.firms},
    }  # fmt: skip
    built = [float(run.band("gears.capex", scenario).mean.sum()) for scenario in firsts]
    yield "vendor_money", words.gives(sim, without(ledger, sim)), {
        "capex_of_gears": dict(zip(firsts, built, strict=True)),
        "gap_closed_by_end_of": {} if engine is None else {
            scenario: _closed(sim, engine, scenario) for scenario in firsts
        },
    }  # fmt: skip
    if sim.tornado is not None and engine is not None:
        yield "assumptions", words.gives(sim, _drivers(ledger, sim, engine)), {
            "of": str(sim.tornado.outcome), "central": sim.tornado.central,
            "swings": {row.address: [row.at_low, row.at_high] for row in sim.tornado.rows},
        }  # fmt: skip


def _closed(sim: Simulated, engine: str, scenario: str) -> dict[int, float]:
    """Share of futures in which the engine pays its way by the end of each year."""
    share = sim.run.event("gap_closed", engine, scenario)
    return {year: so_far(share, last) for year, last in sim.ends.items()}


def _pays_its_way(ledger: Ledger, sim: Simulated, engine: str) -> Text:
    run = sim.run
    by = [
        say("machine_page.by", by=words.end_of(each.by), share=share_of(each.share, run.done))
        for each, share_of in zip(sim.found.chances, (words.of_futures, words.with_error), strict=False)
    ]
    ever = pays_its_way(run, engine, run.scenarios[0], run.quarters[-1]).share
    return say(
        "machine_page.gap", firm=names.firm(ledger, engine), by=joined(by, ", ", "，"),
        never=words.with_error(max(0.0, 1.0 - ever), run.done), end=words.end_of(run.quarters[-1]),
    )  # fmt: skip


def _burned(ledger: Ledger, sim: Simulated, engine: str) -> Text:
    gap = sim.run.band(f"{engine}.funding_gap")
    return say(
        "machine_page.burned", firm=names.firm(ledger, engine), end=words.end_of(sim.run.quarters[-1]),
        middle=words.middle(gap, -1), range=words.nine_in_ten(gap, -1),
    )  # fmt: skip


def _falls(ledger: Ledger, sim: Simulated) -> Text:
    found = sim.found.falls
    if found.median is None:
        return say("machine_page.falls.none", draws=sim.run.done)
    told = [
        say("machine_page.falls.one", firm=names.firm(ledger, fall.firm), share=numbers.share(fall.first))
        for fall in words.first_to_fall(found)
    ]
    return say(
        "machine_page.falls", share=words.with_error(found.share, found.looked_at), draws=found.looked_at,
        firms=joined(told), median=numbers.quarter(found.median),
    )  # fmt: skip


def without(ledger: Ledger, sim: Simulated) -> Text:
    """What the same futures are without the money of vendors."""
    run, years = sim.run, plain(len(sim.ends))
    more = float(sim.pair.difference("gears.capex").mean.sum())
    whole = float(run.band("gears.capex").mean.sum())
    built = say(
        "machine_page.without.more" if more > 0 else "machine_page.without.less", amount=numbers.money(abs(more)),
        years=years, share=numbers.share(abs(more) / whole if whole else 0.0),
    )  # fmt: skip
    if sim.engine is None or sim.found.vendor_money is None:
        return say("machine_page.without", built=built)
    with_it, without_it = sim.found.vendor_money.chances[-1]
    return say(
        "machine_page.without.gap", built=built, firm=names.firm(ledger, sim.engine), by=words.end_of(with_it.by),
        with_it=numbers.share(with_it.share), without=numbers.share(without_it.share),
    )  # fmt: skip


def _drivers(ledger: Ledger, sim: Simulated, engine: str) -> Text:
    assert sim.tornado is not None
    rows = [row for row in sim.tornado.rows if np.isfinite(row.swing)][:TOLD]
    named = [words.address(ledger, sim, row.address, row.says) for row in rows]
    return say(
        "machine_page.drivers", firm=names.firm(ledger, engine), assumptions=joined(named, "; ", "；"),
        until=numbers.quarter(sim.tornado.outcome.until or sim.run.quarters[-1]), count=len(named),
    )  # fmt: skip


def made_from(sim: Simulated) -> Text:
    """Scenario, futures, seed, how they ended, and how far luck alone may put a share off."""
    run, ended = sim.run, sim.run.status
    return say(
        "machine_page.frame", scenario=sim.scenario.name, id=plain(sim.scenario.id), draws=run.done,
        first=numbers.quarter(run.first), last=numbers.quarter(run.quarters[-1]), seed=plain(run.origin.seed),
        settled=ended["settled"], others=run.done - ended["settled"],
        error=numbers.share(sampling_error(0.5, run.done)), hash=plain(run.origin.scenarios[sim.scenario.id][:12]),
    )  # fmt: skip


def not_known(sim: Simulated) -> Text:
    """What the network left out, and what is only counted with the sectors."""
    return say("machine_page.unknown", unknown=len(sim.run.unknown), folded=len(sim.run.folded))
