"""Loops and origins in finished words, so that a page has nothing left to compute."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from perpetuum.circularity import ORIGINS, Circularity
from perpetuum.circularity.loops import Loop
from perpetuum.circularity.shares import Origin
from perpetuum.circularity.view import Along
from perpetuum.core.claim import Claim, Stage
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import MONEY, Cell
from perpetuum.report.evidence import claims_of
from perpetuum.report.verdict_money import kinds_in
from perpetuum.report.views import parts, structure
from perpetuum.report.words import joined, plain, say


def strip(along: Along, stage: Stage) -> dict[str, Cell]:
    """What stands under one picture of a loop: what went through, and what unfolds."""
    moved = [hop.amount for hop in along.hops if hop.status == "moved"]
    if along.missing and all(hop.status != "nothing" for hop in along.hops):
        through = Cell(text=say("unknown"), tone="unknown", stage=stage)
    else:
        through = Cell(text=numbers.money(min(moved) if len(moved) == len(along.hops) else 0.0), stage=stage)
    share = along.shares["burn"]
    return {
        "through": through,
        "lost": Cell(text=numbers.share(share.not_traced), stage=stage,
                     tone="plain" if share.not_traced is not None else "unknown"),
        "boomerang": Cell(text=numbers.share(along.boomerang["burn"]), stage=stage),
        "throughput": Cell(text=numbers.share(along.measured.throughput), stage=stage),
    }  # fmt: skip


def versions(ledger: Ledger, firms: tuple[str, ...], until: datetime.date) -> list[dict[str, Any]]:
    """The days on which something new became known of the legs along a loop, oldest first."""
    pairs = {*zip(firms, (*firms[1:], firms[0]), strict=True)}
    days = {
        claim.known_from
        for leg in ledger.legs_by_id.values() if (leg.payer, leg.payee) in pairs
        for claim in leg.amounts if claim.known_from <= until
    }  # fmt: skip
    return [{"on": day, "text": numbers.day(day)} for day in sorted(days)]


def structure_words(of: Circularity) -> dict[str, Text]:
    """The structure in words: each measure by its key in the catalogue."""
    multiple = of.booking_multiple()
    return {
        "throughput": numbers.share(of.throughput), "maximum": numbers.money(of.maximum),
        "netting": numbers.money(of.netting), "moved": numbers.money(of.structure.total),
        "booking": say("booking.none") if multiple is None else numbers.times(multiple),
    }  # fmt: skip


def loop_words(ledger: Ledger, loop: Loop) -> dict[str, Text]:
    """One row of the inventory: what it carries, its tightest leg, and when every leg moved."""
    tight = min((hop for hop in loop.hops if hop.status == "moved"), key=lambda hop: hop.amount, default=None)
    whole = loop.status == "complete" and loop.weight is not None
    silent = [hop for hop in loop.hops if hop.status == "unknown"]
    return {
        "carries": numbers.money(loop.weight) if whole else say(f"loops_told.{loop.status}"),
        "tightest": say("loops_told.leg", leg=names.path(ledger, (tight.payer, tight.payee)),
                        amount=numbers.money(tight.amount)) if whole and tight
        else names.hops(ledger, silent[:2]) if silent else plain("–"),
        "active": joined([numbers.window(step) for step in loop.steps[:4]]) if loop.steps else plain("–"),
    }  # fmt: skip


def alert_words(ledger: Ledger, of: Circularity) -> list[dict[str, Any]]:
    """Every flag in one sentence."""
    return [
        {"sentence": say("loops_told.alert", what=say(f"alert.{alert.word}"), firms=names.path(ledger, alert.firms),
                         seen=numbers.money(alert.seen) if alert.seen > 100 else numbers.share(alert.seen)),
         "threshold": alert.threshold}
        for alert in of.alerts
    ]  # fmt: skip


def unfunded_words(ledger: Ledger, of: Circularity) -> list[Text]:
    """Loops that no recorded money ever entered."""
    return [block.text for block in structure.unfunded(ledger, {of.stage: of})]


def origin_words(ledger: Ledger, network: Network, of: Circularity, firm: str, *, broad: bool) -> dict[str, Any]:
    """The origin table of one firm under every pool rule, as shares with their bounds, and what belongs beside it."""
    tables = {rule: of.origins(firm, rule) for rule in of.rules}
    total = max(sum(table.values()) for table in tables.values())
    shares = of.recycled(firm, broad=broad)
    evidence = parts.receipts_evidence(of, network, firm)
    first = of.rules[0]
    back = of.boomerang(firm)
    return {
        "name": names.firm(ledger, firm), "whole": parts.receipts(of, network, firm),
        "rows": {rule: _rows(tables, table, total, _ends(shares[first].low, shares[first].high), broad)
                 for rule, table in tables.items()},
        "shown": {rule: parts.share_cell(share) for rule, share in shares.items()},
        "sentence": parts.share_sentence(names.firm(ledger, firm), shares[first], of),
        "gap": _gap(shares[first].value, shares[of.rules[-1]].value),
        "boomerang": {rule: numbers.share(value) if value is not None else say("boomerang.none")
                      for rule, value in back.items()},
        "still_out": {rule: numbers.money(sum(out.values())) for rule, out in of.still_out(firm).items()},
        "evidence": [claim.id for claim in claims_of(evidence)],
    }  # fmt: skip


def _ends(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _rows(
    tables: Mapping[Any, Mapping[Origin, float]], table: Mapping[Origin, float], total: float,
    own: tuple[float, float] | None, broad: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """Each origin with its share and bounds: the least that any rule traces, the most with all that nobody can."""
    rows = []
    for origin, usd in table.items():
        if total <= 0:
            continue
        silent = max(each["unknown"] + each["unnamed_customers"] for each in tables.values())
        is_own = origin == "own_financing" and own is not None and not broad
        least = min(each[origin] for each in tables.values()) / total
        most = min(1.0, (max(each[origin] for each in tables.values()) + silent) / total)
        low, high = own if is_own and own is not None else (least, most)
        if origin in ("unknown", "unnamed_customers"):
            low, high = 0.0, most if origin == "unknown" else max(each[origin] for each in tables.values()) / total
        rows.append({
            "origin": origin, "name": ORIGINS[origin], "money": parts.COLOUR[origin], "share": usd / total,
            "text": numbers.share(usd / total), "amount": numbers.money(usd), "bounds": numbers.between(low, high),
        })  # fmt: skip
    return rows


def over_time(of: Circularity, firm: str) -> list[dict[str, Any]]:
    """What one firm received in each step by kind of money, with the least and the most each can be."""
    told = []
    for t, step in enumerate(of.tracer.completed.flows.steps):
        tables = [kinds_in(of, of.tracer.row(firm, rule)[t]) for rule in of.rules]
        total = max(sum(table.values()) for table in tables)
        if total <= 0:
            continue
        silent = max(table["unknown"] for table in tables)
        told.append({
            "label": step.label, "text": numbers.window(step.label), "amount": numbers.money(total),
            "kinds": [
                {"money": kind, "share": tables[0][kind] / total, "text": numbers.share(tables[0][kind] / total),
                 "bounds": numbers.between(
                     0.0 if kind == "unknown" else min(table[kind] for table in tables) / total,
                     min(1.0, (max(table[kind] for table in tables) + (0.0 if kind == "unknown" else silent)) / total))}
                for kind in MONEY
            ],
        })  # fmt: skip
    return told


def _gap(one: float | None, other: float | None) -> Text:
    """How far apart two pool rules are."""
    if one is None or other is None:
        return say("unknown")
    return say("loops_told.points", points=numbers.digits(numbers.significant(abs(one - other) * 100)))


def claims_behind(network: Network, of: Circularity, firms: Iterable[str]) -> dict[str, Claim]:
    """The claims that the receipts of some firms rest on, by id."""
    return {
        claim.id: claim for firm in firms for claim in claims_of(parts.receipts_evidence(of, network, firm))
    }  # fmt: skip
