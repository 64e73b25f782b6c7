"""What the machine gives: when each engine pays its own way, and whether any gear or engine stops paying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.machine_chances import pays_its_way, sampling_error
from perpetuum.report.sentence import Number, Scores, Sentence, scored
from perpetuum.report.simulated import LEARNED, Futures
from perpetuum.report.views import machine_words as words
from perpetuum.report.words import joined, say

# The years that are asked of, as far as a run goes.
BY = (2028, 2030)


def sentences(ledger: Ledger, every: Sequence[Futures], why_not: Text, scores: Scores) -> tuple[Sentence, ...]:
    """For each scenario one sentence an engine, and one of defaults; why not, where nobody was simulated."""
    if every:
        return tuple(
            told for sim in every
            for told in (*_engines(ledger, sim, scores), *_defaults(sim, defaults(sim), scores), *_left_out(sim))
        )  # fmt: skip
    return (Sentence(id="machine", text=say("verdict_page.machine.none", why=why_not), knowledge="we do not know",
                     value=None),)  # fmt: skip


def _left_out(sim: Futures) -> Iterator[Sentence]:
    """Of whom nothing can be said."""
    gone = [one.firm for one in sim.run.left_out if one.part != "fuel"]
    if gone:
        yield Sentence(
            id=f"not_simulated{_mark(sim)}", text=say("verdict_page.not_simulated", count=len(gone)),
            knowledge="we do not know", value={"firms": gone},
        )  # fmt: skip


def _mark(sim: Futures) -> str:
    """What sets sentences of the calibrated scenario apart."""
    return f"_{sim.scenario.id}" if sim.scenario.id == LEARNED else ""


def _in(sim: Futures, label: Text) -> Text:
    """What a number is, and in which scenario."""
    return say("verdict_page.number.in", what=label, scenario=sim.scenario.id)


def run_id(sim: Futures) -> str:
    """The run behind an answer: scenario, the hash of its numbers, seed and futures."""
    origin, id = sim.run.origin, sim.scenario.id
    return f"{id}@{origin.scenarios[id][:12]} seed {origin.seed} futures {sim.run.done}"


def years(sim: Futures) -> dict[int, int]:
    """The years that are asked of, with the number of their last quarter; the last year of a shorter run."""
    ends = sim.ends
    return {year: ends[year] for year in BY if year in ends} or dict(list(ends.items())[-1:])


def _engines(ledger: Ledger, sim: Futures, scores: Scores) -> Iterator[Sentence]:
    """In what share of futures each engine has paid its own way for a year, by the end of each year asked of."""
    run = sim.run
    for engine in run.world().cast.engines:
        found = {
            year: pays_its_way(run, engine, run.scenarios[0], run.quarters[last]) for year, last in years(sim).items()
        }
        by = [
            say("machine_page.by", by=words.end_of(each.by), share=words.of_futures(each.share, run.done))
            for each in found.values()
        ]
        series, name = (f"{engine}.revenue", f"{engine}.cash"), names.firm(ledger, engine)
        yield Sentence(
            id=f"pays_its_way_{engine}{_mark(sim)}",
            text=words.gives(sim, say("verdict_page.pays", firm=name, by=joined(by, ", ", "，"))),
            knowledge="the model gives",
            value={"firm": engine, "by_end_of": {year: [each.share, each.error] for year, each in found.items()},
                   "told": {year: words.with_error(each.share, run.done) for year, each in found.items()}},
            model=run_id(sim), series=series, scores=scored(scores, series),
            numbers=tuple(
                _chance(f"pays_{engine}{_mark(sim)}.{year}",
                        _in(sim, say("verdict_page.number.pays", firm=name, year=str(year))), each.share, each.error)
                for year, each in found.items()
            ),
        )  # fmt: skip


def _chance(id: str, label: Text, share: float, error: float) -> Number:
    """A share of futures with its sampling error on either side."""
    low, high = max(0.0, share - error), min(1.0, share + error)
    return Number(id=id, label=label, shown=numbers.share(share), low=low, high=high)


def defaults(sim: Futures) -> dict[int, tuple[float, float]]:
    """Share of futures in which a gear or an engine has stopped paying by the end of each year, with its error."""
    from perpetuum.report.machine_facts import earliest_fall

    cast = sim.run.world().cast
    earliest = earliest_fall(sim.run, sim.run.scenarios[0], (*cast.gears, *cast.engines))
    found = {year: float((earliest <= last).mean()) for year, last in sim.ends.items()}
    return {year: (share, sampling_error(share, len(earliest))) for year, share in found.items()}


def _defaults(sim: Futures, by_year: Mapping[int, tuple[float, float]], scores: Scores) -> Iterator[Sentence]:
    cast = sim.run.world().cast
    if not by_year:
        return
    told = sorted({*years(sim), max(by_year)})
    by = [
        say("machine_page.by", by=words.end_of(sim.run.quarters[sim.ends[year]]),
            share=words.of_futures(by_year[year][0], sim.run.done))
        for year in told
    ]  # fmt: skip
    firms = tuple(dict.fromkeys((*cast.gears, *cast.engines)))
    series = tuple(f"{firm}.{metric}" for firm in firms for metric in ("cash", "total_debt"))
    yield Sentence(
        id=f"defaults{_mark(sim)}",
        text=words.gives(sim, say("verdict_page.defaults", firms=len(firms), by=joined(by, ", ", "，"))),
        knowledge="the model gives",
        value={"firms": firms, "by_end_of": {year: list(each) for year, each in by_year.items()}},
        model=run_id(sim), series=series, scores=scored(scores, series),
        numbers=tuple(
            _chance(f"defaults{_mark(sim)}.{year}", _in(sim, say("verdict_page.number.defaults", year=str(year))),
                    *by_year[year])
            for year in told
        ),
    )  # fmt: skip
