"""The way to one firm, unrolled over time: each step a column, so that what runs in a circle no longer does."""

from __future__ import annotations

from dataclasses import dataclass

from perpetuum.circularity import Circularity
from perpetuum.circularity.shares import OF_CLASS
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import MONEY, Money
from perpetuum.report.views import parts
from perpetuum.report.words import say

COLUMNS = 8
FIRMS = 12
REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A firm, a kind of outside money, or the firms that were merged; it stands in every column."""

    id: str
    name: Text
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What one row paid another within a column, and whose money it was as the firm at the end sees it."""

    column: int
    payer: str
    payee: str
    usd: float
    parts: tuple[tuple[Money, float], ...]
    text: Text
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrolled:
    """Rows, columns and links; ``widest`` is the largest link in USD."""

    firm: str
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    widest: float


def unrolled(ledger: Ledger, of: Circularity, firm: str) -> Unrolled:
    """The money of one firm and of those that paid it, over the newest columns in which any of it moved."""
    flows = of.tracer.completed.flows
    entries = [entry for entry in (*flows.named, *flows.completed) if entry.payer != entry.payee]
    direct = {entry.payer for entry in entries if entry.payee == firm and entry.payer in flows.firms}
    near = [entry for entry in entries if entry.payee == firm or entry.payee in direct]
    steps = sorted({entry.step for entry in near})[-COLUMNS:]
    near = [entry for entry in near if entry.step in steps]
    sums: dict[str, float] = {}
    for entry in near:
        if entry.payer in flows.firms and entry.payer != firm:
            sums[entry.payer] = sums.get(entry.payer, 0.0) + entry.amount
        if entry.payee != firm:
            sums.setdefault(entry.payee, 0.0)
    kept = sorted(sums, key=lambda each: (each not in direct, -sums[each], each))[: FIRMS - 1]

    def row(end: str) -> str:
        if end in flows.firms:
            return end if end == firm or end in kept else REST
        return parts.COLOUR[OF_CLASS[end]]

    found: dict[tuple[int, str, str], float] = {}
    mixed: dict[tuple[str, str], dict[Money, float]] = {}
    for entry in near:
        payer, payee = row(entry.payer), row(entry.payee)
        if payer == payee:
            continue
        key = steps.index(entry.step), payer, payee
        found[key] = found.get(key, 0.0) + entry.amount
        pair = mixed.setdefault((payer, payee), dict.fromkeys(MONEY, 0.0))
        if entry.payer not in flows.firms:
            pair[parts.COLOUR[OF_CLASS[entry.payer]]] += entry.amount
    for (payer, payee), by in mixed.items():
        if payer in flows.firms and payee in flows.firms:
            for money, share in parts.by_money(of.tracer.makeup(firm, payer, payee, of.rules[0])):
                by[money] += share
        elif payer == REST or (payer in flows.firms and payee == REST):
            by["unknown"] += 1.0
    kinds = [kind for kind in MONEY if any(kind in key[1:] for key in found)]
    ends = [each for each in (*kept, REST, firm) if any(each in key[1:] for key in found)]
    rows = (
        *(Row(id=kind, name=say(f"money.{kind}"), kind="money") for kind in kinds),
        *(Row(id=end, name=say("unrolled.rest") if end == REST else names.firm(ledger, end),
              kind="rest" if end == REST else ledger.entity(end).roles[0]) for end in ends),
    )  # fmt: skip
    name = {each.id: each.name for each in rows}
    return Unrolled(
        firm=firm, columns=tuple(numbers.window(flows.steps[t].label) for t in steps), rows=rows,
        widest=max(found.values(), default=0.0),
        links=tuple(
            Link(column=column, payer=payer, payee=payee, usd=usd, parts=_shares(mixed[payer, payee]),
                 text=numbers.money(usd),
                 sentence=say("unrolled.link", payer=name[payer], payee=name[payee], amount=numbers.money(usd),
                              when=numbers.window(flows.steps[steps[column]].label)))
            for (column, payer, payee), usd in sorted(found.items(), key=lambda one: (one[0][0], -one[1]))
        ),
    )  # fmt: skip


def _shares(by: dict[Money, float]) -> tuple[tuple[Money, float], ...]:
    total = sum(by.values())
    return tuple((money, usd / total) for money, usd in by.items() if usd > 0) if total else (("unknown", 1.0),)
