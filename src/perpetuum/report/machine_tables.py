"""The numbers of a simulation as tables for spreadsheets: whole dollars, fractions, ids, both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from perpetuum.core.when import Quarter
from perpetuum.report.simulated import Simulated

Row = tuple[object, ...]


def machine_sheets(sim: Simulated) -> Mapping[str, tuple[tuple[str, ...], Iterator[Row]]]:
    """Head and rows of every table, by its file name."""
    levels = tuple(f"q{100 * level:02.0f}" for level in sim.run.keep.quantiles)
    made: dict[str, tuple[tuple[str, ...], Callable[[Simulated], Iterator[Row]]]] = {
        "machine.csv": (
            ("scenario", "entity", "metric", "unit", "quarter", "central", "mean", *levels, "sampling_error_of_middle",
             "futures"), _series),
        "machine_events.csv": (("scenario", "event", "subject", "quarter", "share", "first"), _events),
        "machine_flows.csv": (("scenario", "draw", "quarter", "kind", "entity", "usd"), _flows),
        "machine_sheets.csv": (("scenario", "draw", "quarter", "row", "entity", "usd"), _sheets),
        "machine_numbers.csv": (
            ("scenario", "address", "says", "says_zh", "value", "unit", "low", "high", "basis", "because",
             "because_zh", "source"), _numbers),
        "machine_swings.csv": (
            ("scenario", "outcome", "unit", "central", "address", "low", "high", "at_low", "at_high"), _swings),
    }  # fmt: skip
    return {name: (head, rows(sim)) for name, (head, rows) in made.items()}


def _series(sim: Simulated) -> Iterator[Row]:
    for label in sim.run.labels:
        for id in sim.run.series:
            band = sim.run.band(id, label)
            middle = len(band.levels) // 2
            for n, quarter in enumerate(band.quarters):
                yield (label, band.entity, band.metric, band.unit, quarter, float(band.central[n]),
                       float(band.mean[n]), *band.quantile[:, n].tolist(), float(band.sampling_error[middle, n]),
                       int(band.present[n]))  # fmt: skip


def _events(sim: Simulated) -> Iterator[Row]:
    for scenario in sim.run.scenarios:
        for each in sim.run.events_of(scenario):
            for n, quarter in enumerate(sim.run.quarters):
                if each.share[n] > 0:
                    yield scenario, each.event, each.subject, quarter, float(each.share[n]), float(each.first[n])


def _flows(sim: Simulated) -> Iterator[Row]:
    for quarter in sim.run.quarters:
        matrix = sim.run.matrix(quarter)
        for kind, row in zip(matrix.rows, matrix.values.tolist(), strict=True):
            for entity, usd in zip(matrix.columns, row, strict=True):
                if usd:
                    yield sim.scenario.id, "central", quarter, kind, entity, usd


def _sheets(sim: Simulated) -> Iterator[Row]:
    times: tuple[Quarter | str, ...] = ("opening", *sim.run.quarters)
    for at in times:
        sheet = sim.run.sheet(at)
        for name, row in zip(sheet.rows, sheet.values.tolist(), strict=True):
            for entity, usd in zip(sheet.columns, row, strict=True):
                if usd:
                    yield sim.scenario.id, "central", sheet.at, name, entity, usd


def _numbers(sim: Simulated) -> Iterator[Row]:
    world = sim.run.worlds[0]
    for each in world.resolved.stated:
        yield (sim.scenario.id, each.address, each.says.en, each.says.zh, each.value, each.unit, each.low, each.high,
               each.basis, each.because.en, each.because.zh, each.source.url if each.source else None)  # fmt: skip
    units = {each.address: each.unit for each in world.resolved.stated}
    for filled in world.filled:
        sources = {figure.chosen.source.url or figure.chosen.source.title: None for figure in filled.figures}
        yield (sim.scenario.id, filled.address, filled.says.en, filled.says.zh, float(filled.value),
               units.get(filled.address, "USD"), None, None, "ledger", None, None, " ".join(sources))  # fmt: skip


def _swings(sim: Simulated) -> Iterator[Row]:
    if sim.tornado is None:
        return
    told = sim.tornado
    for row in told.rows:
        yield (sim.scenario.id, told.outcome, told.unit, told.central, row.address, row.low[0], row.high[0],
               row.at_low, row.at_high)  # fmt: skip
