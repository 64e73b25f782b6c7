"""The numbers of a report as tables for spreadsheets: whole dollars, fractions, ids, both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from perpetuum.circularity import ORIGINS
from perpetuum.contagion.cascade import CHANNELS
from perpetuum.core.reading import Finding
from perpetuum.report import names
from perpetuum.report.files import as_csv
from perpetuum.report.machine_tables import machine_sheets
from perpetuum.report.simulated import Simulated
from perpetuum.report.snapshots import Study

Row = tuple[object, ...]


def tables(study: Study, told: tuple[Finding, ...]) -> Mapping[str, bytes]:
    """Every table by its file name."""
    return {name: as_csv(head, rows) for name, (head, rows) in sheets(study, told).items()}


def sheets(study: Study, told: tuple[Finding, ...]) -> Mapping[str, tuple[tuple[str, ...], Iterator[Row]]]:
    """Head and rows of every table, by its file name."""
    made: dict[str, tuple[tuple[str, ...], Callable[[Study], Iterator[Row]]]] = {
        "shares.csv": (
            ("at", "asof", "stage", "window", "step", "view", "firm", "firm_zh", "rule", "recycled", "low", "high",
             "not_traced", "receipts_usd", "boomerang", "because"), _shares),
        "loop.csv": (
            ("at", "asof", "stage", "loop", "firm", "from", "rule", "recycled", "low", "high", "not_traced",
             "receipts_usd", "because"), _loop),
        "origins.csv": (("at", "stage", "window", "firm", "rule", "origin", "usd"), _origins),
        "loops.csv": (("at", "stage", "firms", "status", "weight_usd", "bottleneck_usd", "steps", "legs"), _loops),
        "structure.csv": (("at", "stage", "throughput", "volume", "netting_usd", "moved_usd", "status"), _structure),
        "legs.csv": (
            ("at", "asof", "stage", "leg", "kind", "payer", "payee", "usd", "period", "because", "sources"), _legs),
        "dominoes.csv": (
            ("at", "asof", "stage", "view", "basis", "horizon", "study", "shock", "firm", "round_of_default",
             "equity_known", "equity_before_usd", "equity_after_usd", "owes_usd", "recovery", *CHANNELS, "total_usd",
             "status"), _dominoes),
        "unknown.csv": (("at", "stage", "leg", "why", "because", "because_zh", "usd", "span"), _unknown),
        "gauges.csv": (("at", "read_at", "gauge", "role", "entity", "product", "quarter", "period", "value", "unit",
                        "band", "disputed", "sources"), _gauges),
        "votes.csv": (("quarter", "as_known", "gauge", "band"), _votes),
        "audit.csv": (("id", "statement", "statement_zh", "printed", "printed_unit", "public", "public_unit",
                       "verdict", "explanation", "explanation_zh", "proofs", "source"), _audit),
    }  # fmt: skip
    sim = study.simulated
    of_machine = machine_sheets(sim) if isinstance(sim, Simulated) else {}
    return {
        **{name: (head, rows(study)) for name, (head, rows) in made.items()},
        **of_machine,
        "findings.csv": (("id", "asof", "knowledge", "sentence", "sentence_zh"), _findings(told)),
    }


def _shares(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, of in snapshot.measured.items():
            for firm in of.firms:
                boomerang = of.boomerang(firm)
                for rule, share in of.recycled(firm).items():
                    name = names.firm(study.ledger, firm)
                    yield (snapshot.at, snapshot.asof, stage, of.window, of.step, of.view, firm, name.zh, rule,
                           share.value, share.low, share.high, share.not_traced, share.of, boomerang[rule],
                           share.because.en if share.because else None)  # fmt: skip


def _loop(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, along in snapshot.loop.items():
            firms = " > ".join((*along.firms, along.firms[0]))
            for rule, share in along.shares.items():
                yield (snapshot.at, snapshot.asof, stage, firms, share.firm, share.payer, rule, share.value, share.low,
                       share.high, share.not_traced, share.of, share.because.en if share.because else None)  # fmt: skip


def _origins(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, of in snapshot.measured.items():
            for firm in of.firms:
                for rule in of.rules:
                    table = of.origins(firm, rule)
                    yield from ((snapshot.at, stage, of.window, firm, rule, row, table[row]) for row in ORIGINS)


def _loops(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, of in snapshot.measured.items():
            for loop in of.loops:
                yield (snapshot.at, stage, " > ".join((*loop.firms, loop.firms[0])), loop.status, loop.weight,
                       loop.bottleneck, " ".join(loop.steps), " ".join(loop.legs))  # fmt: skip


def _structure(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, of in snapshot.measured.items():
            yield (snapshot.at, stage, of.throughput, of.volume, of.netting, of.structure.total, of.status)


def _legs(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, network in snapshot.networks.items():
            for leg in network.every:
                for figure in network.figures.get(leg.id, ()):
                    sources = {c.source.url or c.source.title: None for c in (figure.chosen, *figure.others)}
                    yield (snapshot.at, snapshot.asof, stage, leg.id, leg.kind, leg.payer, leg.payee, figure.value,
                           str(figure.chosen.period or ""), figure.because.en, " ".join(sources))  # fmt: skip


def _dominoes(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for cascade in snapshot.cascades.values():
            books, stage = cascade.books, snapshot.binding.stage
            for i, firm in enumerate(cascade.firms):
                known = firm not in cascade.unknown
                equity = (cascade.before[i], cascade.equity[-1][i]) if known else (None, None)
                yield (snapshot.at, snapshot.asof, stage, books.view, books.basis, books.horizon, str(cascade.study),
                       str(cascade.shock), firm, cascade.round_of_default[i], known, *equity, cascade.debt[i],
                       cascade.recovery[i], *cascade.attribution.loss[i], cascade.attribution.total[i],
                       cascade.status)  # fmt: skip


def _unknown(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for stage, network in snapshot.networks.items():
            for gap in network.unknown:
                yield (snapshot.at, stage, gap.leg, gap.why, gap.because.en, gap.because.zh, gap.amount,
                       str(gap.span or ""))  # fmt: skip


def _gauges(study: Study) -> Iterator[Row]:
    for snapshot in study.snapshots:
        for reading in snapshot.readings:
            for role, points in (("system", reading.history), ("firm", reading.firms)):
                for point in points:
                    sources = {figure.chosen.source.url or "": None for figure in point.figures}
                    yield (snapshot.at, reading.at, reading.gauge, role, point.entity, point.product, point.quarter,
                           point.period, point.value, reading.unit, point.band, point.disputed,
                           " ".join(sources))  # fmt: skip


def _votes(study: Study) -> Iterator[Row]:
    for known, votes in (("then", study.votes_then), ("newest", study.votes_hindsight)):
        for vote in votes:
            for gauge, band in vote.bands:
                yield (vote.quarter, known, gauge, band)


def _audit(study: Study) -> Iterator[Row]:
    for audited in study.audited:
        said = audited.statement
        proofs = "; ".join(f"{proven.proof.compute} = {proven.result:.6g}" for proven in audited.proofs)
        yield (said.id, said.what.en, said.what.zh, said.printed.value, said.printed.unit, said.public.value,
               said.public.unit, said.verdict, said.explanation.en, said.explanation.zh, proofs, said.url)  # fmt: skip


def _findings(told: tuple[Finding, ...]) -> Iterator[Row]:
    return ((finding.id, finding.asof, finding.knowledge, finding.sentence.en, finding.sentence.zh) for finding in told)
