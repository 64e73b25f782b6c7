"""The smallest shock that brings an outcome about, and the proof that a smaller one does not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from perpetuum.contagion import Books, Shock
from perpetuum.contagion.reverse import EVERYONE, CriticalSize, Reverse, Target
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

_MOST_SIZES = 12
_MORE = 1.0001


def told(ledger: Ledger, books: Books, found: Reverse) -> tuple[Block, ...]:
    """The answer, where it strikes, how it travels, and what lies just below."""
    return (
        Title(text=say("reverse.title", target=outcome(ledger, found.target))),
        Paragraph(text=answer(ledger, found), style="lead"),
        *_where(ledger, books, found),
        *_sizes(ledger, found),
        *(Paragraph(text=sentence) for sentence in _proof(ledger, found)),
        Paragraph(text=say("reverse.frame", study=parts.study(str(found.study)), unknown=len(books.unknown_equity),
                           left=len(books.left_out)), style="note"),
    )  # fmt: skip


def push(found: Reverse) -> dict[str, str] | None:
    """The shock that was found, a hair larger, in the words of the terminal: asked forward it brings the outcome."""
    if not found.sizes or found.shock is None or found.status not in ("settled", "upper_bound"):
        return None
    if found.kind == "target":
        hits = tuple(replace(hit, amount=math.ceil((hit.amount or 0.0) * _MORE)) for hit in found.shock.hits)
        return {"shock": str(Shock(hits=hits)), "size": "100%"} if hits else None
    size = math.ceil(found.size * 1e5) / 1e3
    return {"shock": str(found.shock.resized(1.0)), "size": f"{min(size, 100.0):.6g}%"}


def outcome(ledger: Ledger, target: Target | None) -> Text:
    """What is asked for, in words."""
    if target is not None and target.word == "several":
        return say("reverse.outcome.several", count=target.count or 1)
    if target is not None and target.word == "together":
        return say("reverse.outcome.together", least=numbers.money(target.amount))
    if target is None or target.firm is None:
        return say("reverse.outcome.uniform")
    firm = names.firm(ledger, target.firm)
    if target.word == "falls":
        return say("reverse.outcome.falls", firm=firm)
    least = numbers.money(target.amount) if target.amount is not None else numbers.share(target.share)
    return say("reverse.outcome.loses", firm=firm, least=least)


def answer(ledger: Ledger, found: Reverse) -> Text:
    """The smallest shock in one sentence, or that there is none and how far the largest one goes."""
    if found.status == "no_shock_reaches_it":
        if found.largest is None:
            return say("reverse.none.uniform")
        if not found.largest.firm:
            return say("reverse.none.together", lost=numbers.share(found.largest.lost),
                       fallen=_firms(ledger, found.largest.fallen))  # fmt: skip
        return say("reverse.none", firm=names.firm(ledger, found.largest.firm), lost=numbers.share(found.largest.lost),
                   equity=numbers.money(found.largest.equity))  # fmt: skip
    if found.kind == "target":
        return say(f"reverse.answer.{found.status}", total=numbers.money(found.total))
    if not found.sizes:
        return say("reverse.none.uniform")
    first = found.sizes[0]
    if found.kind == "size" and found.shock is not None and found.shock.hits == EVERYONE:
        return say("reverse.answer.everyone", size=numbers.share(first.size),
                   fallen=_firms(ledger, (*first.trigger, *first.dominoes)))  # fmt: skip
    key = "reverse.answer.uniform" if found.kind == "uniform" else "reverse.answer.size"
    return say(key, size=numbers.share(first.size), fallen=_firms(ledger, (*first.trigger, *first.dominoes)),
               shock=plain(str(found.shock) if found.shock else "–"))  # fmt: skip


def _firms(ledger: Ledger, firms: tuple[str, ...]) -> Text:
    return joined([names.firm(ledger, firm) for firm in firms]) if firms else say("reverse.nobody")


def _where(ledger: Ledger, books: Books, found: Reverse) -> Iterator[Block]:
    """Which firms lose how much of what they have outside."""
    if found.kind != "target" or not math.isfinite(found.total):
        return
    has = dict(zip(books.firms, books.outside_assets, strict=True))
    hit = sorted(((firm, usd) for firm, usd in found.loss.items() if usd > 0), key=lambda each: -each[1])
    yield Table(
        columns=(parts.head("firm"), parts.head("reverse.loses", right=True), parts.head("reverse.has", right=True)),
        rows=tuple(
            (
                Cell(text=names.firm(ledger, firm)),
                parts.amount(usd),
                Cell(text=numbers.money(float(has[firm])), small=numbers.share(usd / has[firm]) if has[firm] else None),
            )
            for firm, usd in hit
        ),
        caption=say("reverse.where"),
    )


def _sizes(ledger: Ledger, found: Reverse) -> Iterator[Block]:
    """Every size at which somebody falls, and who comes down with them."""
    if found.kind != "uniform" or not found.sizes:
        return
    yield Table(
        columns=(parts.head("reverse.size", right=True), parts.head("reverse.trigger", wide=True),
                 parts.head("reverse.dominoes", wide=True)),
        rows=tuple(_size(ledger, each) for each in found.sizes[:_MOST_SIZES]),
    )  # fmt: skip


def _size(ledger: Ledger, each: CriticalSize) -> tuple[Cell, ...]:
    none = Cell(text=plain("–"))
    return (
        Cell(text=numbers.share(each.size)),
        Cell(text=_firms(ledger, each.trigger)) if each.trigger else none,
        Cell(text=_firms(ledger, each.dominoes)) if each.dominoes else none,
    )


def _proof(ledger: Ledger, found: Reverse) -> Iterator[Text]:
    if found.direct is not None and math.isfinite(found.direct):
        yield say("reverse.direct", direct=numbers.money(found.direct))
    below = found.just_below
    if below is not None:
        key = "reverse.below" if below.lost is None else "reverse.below.lost"
        lost = numbers.share(below.lost) if below.lost is not None else plain("–")
        yield say(key, fallen=_firms(ledger, below.fallen), lost=lost)
    travelled = [path for path in found.paths if len(path.firms) > 1]
    if travelled:
        told_ = [joined([names.path(ledger, p.firms), numbers.money(p.amount)], " ", " ") for p in travelled]
        yield say("dominoes.paths", paths=joined(told_, "; ", "；"))
    if found.status != "no_shock_reaches_it":
        yield say("reverse.verified" if found.verified else "reverse.not_verified")
        yield say(f"dominoes.unique.{found.unique}") if found.unique != "not_checked" else say("reverse.unique.unknown")
    if found.gap is not None:
        yield say("reverse.gap", gap=numbers.share(found.gap))
    if not found.monotone:
        yield say("reverse.not_monotone")
    if found.fell_before:
        yield say("dominoes.before", firms=_firms(ledger, found.fell_before))
