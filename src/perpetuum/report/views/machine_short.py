"""The machine's answer in sentences: when an engine pays its way, who falls, and what the answer hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Paragraph, Points
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.words import joined, plain, say

TOLD = 3  # firms that fall, and assumptions, in one sentence


def short(ledger: Ledger, sim: Simulated) -> tuple[Block, ...]:
    """The sentences, then what they are made from."""
    sentences = tuple(Paragraph(text=text, rests=words.rests()) for _, text, _ in answers(ledger, sim))
    return (
        Points(sentences=sentences),
        Paragraph(text=made_from(sim), style="note"),
        Paragraph(text=not_known(sim), style="note"),
    )


def answers(ledger: Ledger, sim: Simulated) -> Iterator[tuple[str, Text, dict[str, Any]]]:
    """Every sentence with a name and its numbers; each says who gives it and in which scenario."""
    run, engine, firsts = sim.run, sim.engine, sim.run.scenarios
    if engine is not None:
        closed = [run.event("gap_closed", engine, scenario) for scenario in firsts]
        by_year = {year: [words.by_then(share, sim.ends[year]) for share in closed] for year in sim.ends}
        gap = run.band(f"{engine}.funding_gap")
        yield "gap_closed", words.gives(sim, _pays_its_way(ledger, sim, engine)), {
            "firm": engine, "by_end_of": {year: share for year, (share, _) in by_year.items()},
        }  # fmt: skip
        yield "burned", words.gives(sim, _burned(ledger, sim, engine)), {
            "firm": engine, "until": run.quarters[-1], "central": float(gap.central[-1]),
            "quantiles": {f"{level:g}": words.at_level(gap, level, -1) for level in gap.levels},
        }  # fmt: skip
    falls = {each.subject: each.ever for each in run.events if each.event == "default"}
    yield "defaults", words.gives(sim, _falls(ledger, sim)), {"ever": falls}
    built = [float(run.band("gears.capex", scenario).mean.sum()) for scenario in firsts]
    yield "vendor_money", words.gives(sim, without(ledger, sim)), {
        "capex_of_gears": dict(zip(firsts, built, strict=True)),
        "gap_closed_by_end_of": {} if engine is None else {
            scenario: {year: shares[n] for year, shares in by_year.items()} for n, scenario in enumerate(firsts)
        },
    }  # fmt: skip
    if sim.tornado is not None and engine is not None:
        yield "assumptions", words.gives(sim, _drivers(ledger, sim, engine)), {
            "of": str(sim.tornado.outcome), "central": sim.tornado.central,
            "swings": {row.address: [row.at_low, row.at_high] for row in sim.tornado.rows},
        }  # fmt: skip


def _pays_its_way(ledger: Ledger, sim: Simulated, engine: str) -> Text:
    closed = sim.run.event("gap_closed", engine)
    by = [
        say("machine_page.by", year=plain(year), share=numbers.share(words.by_then(closed, sim.ends[year])))
        for year in sim.asked
    ]
    return say(
        "machine_page.gap", firm=names.firm(ledger, engine), by=joined(by, ", ", "，"),
        never=numbers.share(max(0.0, 1.0 - closed.ever)), end=numbers.quarter(sim.run.quarters[-1]),
    )  # fmt: skip


def _burned(ledger: Ledger, sim: Simulated, engine: str) -> Text:
    gap = sim.run.band(f"{engine}.funding_gap")
    return say(
        "machine_page.burned", firm=names.firm(ledger, engine), end=numbers.quarter(sim.run.quarters[-1]),
        middle=words.middle(gap, -1), range=words.nine_in_ten(gap, -1),
    )  # fmt: skip


def _falls(ledger: Ledger, sim: Simulated) -> Text:
    fallen = sorted((e for e in sim.run.events if e.event == "default"), key=lambda e: -e.ever)
    if not fallen:
        return say("machine_page.falls.none", draws=sim.run.done)
    told = [
        say("machine_page.falls.one", firm=names.firm(ledger, each.subject), share=numbers.share(each.ever),
            when=words.when(each, sim.run.first))
        for each in fallen[:TOLD]
    ]  # fmt: skip
    return say("machine_page.falls", firms=joined(told, "; ", "；"))


def without(ledger: Ledger, sim: Simulated) -> Text:
    """What the same futures are without the money of vendors."""
    run, years = sim.run, plain(len(sim.ends))
    more = float(sim.pair.difference("gears.capex").mean.sum())
    whole = float(run.band("gears.capex").mean.sum())
    built = say(
        "machine_page.without.more" if more > 0 else "machine_page.without.less", amount=numbers.money(abs(more)),
        years=years, share=numbers.share(abs(more) / whole if whole else 0.0),
    )  # fmt: skip
    if sim.engine is None or not sim.asked:
        return say("machine_page.without", built=built)
    last = sim.asked[-1]
    both = [run.event("gap_closed", sim.engine, scenario) for scenario in run.scenarios]
    with_it, without_it = (numbers.share(words.by_then(share, sim.ends[last])) for share in both)
    return say(
        "machine_page.without.gap", built=built, firm=names.firm(ledger, sim.engine), year=plain(last),
        with_it=with_it, without=without_it,
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
        error=numbers.share(0.5 / np.sqrt(max(run.done, 1))), hash=plain(run.origin.scenarios[sim.scenario.id][:12]),
    )  # fmt: skip


def not_known(sim: Simulated) -> Text:
    """What the network left out, and what is only counted with the sectors."""
    return say("machine_page.unknown", unknown=len(sim.run.unknown), folded=len(sim.run.folded))
