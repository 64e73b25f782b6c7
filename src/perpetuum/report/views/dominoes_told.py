"""The dominoes in words and finished sums, round by round and firm by firm, for whoever draws them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion import Cascade, valuations
from perpetuum.contagion.cascade import CHANNELS, PARTNERED, Fall
from perpetuum.contagion.study import CHANNELS as VALUED
from perpetuum.core.claim import Claim, Figure
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.evidence import claims_of
from perpetuum.report.views import dominoes
from perpetuum.report.views.rests import rests
from perpetuum.report.words import joined, plain, say

Array = NDArray[np.float64]
# What is smaller is what a solver leaves behind, and no loss.
A_DOLLAR = 1.0
MOST_SAID = 6


@dataclass(slots=True)
class Book:
    """Claims behind the numbers: each once, named by its id wherever it counts."""

    claims: dict[str, Claim] = field(default_factory=dict)

    def ids(self, figures: Iterable[Claim | Figure]) -> list[str]:
        """The ids of the claims in some figures."""
        found = claims_of(tuple(figures))
        self.claims |= {claim.id: claim for claim in found}
        return [claim.id for claim in found]


def as_words(ledger: Ledger, network: Network, cascade: Cascade) -> dict[str, Any]:
    """All that a page says of one cascade; every sum in it is made here."""
    book = Book()
    hurt = [i for i in dominoes.losers(cascade) if _is_hurt(cascade, i)]
    return {
        "asked": say("dominoes.title", shock=dominoes.shock(ledger, cascade)),
        "answer": dominoes.answer(ledger, cascade),
        "frame": dominoes.frame(cascade),
        "remarks": list(remarks(ledger, cascade)),
        "firms": [_firm(ledger, network, cascade, i, book) for i in hurt],
        "rounds": [_round(ledger, cascade, r, hurt) for r in range(len(cascade.equity))],
        "paths": list(_paths(ledger, cascade)),
        "ends": dominoes.ends(cascade),
        "channels": [_valued(cascade, channel) for channel in VALUED],
        "solutions": _solutions(ledger, cascade),
        "guarantees": dominoes.guarantees(ledger, network, cascade),
        "left_out": dominoes.left_out(ledger, cascade),
        "unknown": _unknown(ledger, cascade),
        "choices": choices(ledger, cascade),
        "claims": book.claims,
    }


def _is_hurt(cascade: Cascade, i: int) -> bool:
    return bool(cascade.attribution.total[i] >= A_DOLLAR or cascade.round_of_default[i] > 0)


def remarks(ledger: Ledger, cascade: Cascade) -> Iterator[Text]:
    """What must be known before the numbers."""
    if not cascade.settled:
        yield say(f"dominoes.status.{cascade.status}")
    is_unpaid = any(hit.word == "withdraws" for hit in cascade.shock.hits)
    if is_unpaid and cascade.books.view == "value" and dominoes.does_nothing(cascade):
        yield say("dominoes.nothing.unpaid")
    if cascade.estimated:
        yield dominoes.estimated(cascade)
    if cascade.fell_before:
        yield say("dominoes.before", firms=dominoes.firms(ledger, cascade.fell_before))
    if cascade.at_edge:
        yield say("dominoes.edge", firms=dominoes.firms(ledger, cascade.at_edge))


# ---- firm by firm


def _firm(ledger: Ledger, network: Network, cascade: Cascade, i: int, book: Book) -> dict[str, Any]:
    firm, total = cascade.firms[i], float(cascade.attribution.total[i])
    low, high = float(cascade.low[i]), float(cascade.high[i])
    spread = say("dominoes.range", low=numbers.money(low), high=numbers.money(high)) if high > low * 1.0001 else None
    left = left_of(cascade, i, len(cascade.equity) - 1)
    entity = ledger.entities.get(firm)
    return {
        "firm": firm, "name": names.firm(ledger, firm), "role": _role(entity.roles if entity else ()),
        "round": int(cascade.round_of_default[i]), "amount": total, "lost": numbers.money(total), "range": spread,
        "left": left, "remark": _left_word(cascade, i, left),
        "evidence": book.ids(cascade.books.equity_figures.get(firm, ())),
        "channels": {channel: float(cascade.attribution.loss[i, k]) for k, channel in enumerate(CHANNELS)},
        "by": _by(ledger, network, cascade, i, book),
    }  # fmt: skip


def _role(roles: Iterable[str]) -> str:
    """The rank in which a firm is drawn."""
    return next((role for role in roles if role in ("fuel", "gear", "engine")), "outside")


def left_of(cascade: Cascade, i: int, r: int) -> float | None:
    """Share of its equity that a firm has left at the end of a round; nothing where nobody knows it."""
    if cascade.firms[i] in cascade.unknown:
        return None
    before = float(cascade.before[i])
    return min(1.0, max(0.0, float(cascade.equity[r][i])) / before) if before > 0 else 0.0


def _left_word(cascade: Cascade, i: int, left: float | None) -> Text:
    if left is None:
        return say("dominoes.left.unknown")
    before, after = float(cascade.before[i]), float(cascade.equity[-1][i])
    return say("dominoes.left.of", share=numbers.share(left), before=numbers.money(before), after=numbers.money(after))


def _by(ledger: Ledger, network: Network, cascade: Cascade, i: int, book: Book) -> list[dict[str, Any]]:
    """Who cost a firm how much, through which channel; together its whole loss."""
    split = cascade.attribution
    found: list[tuple[str, int | None, float]] = [
        (channel, None, float(split.loss[i, CHANNELS.index(channel)])) for channel in ("own", "costs")
    ]
    for k, channel in enumerate(PARTNERED):
        found += [(channel, int(j), float(split.loss_by_pair[i, j, k])) for j in range(len(cascade.firms))]
    told = sorted((each for each in found if abs(each[2]) >= A_DOLLAR), key=lambda each: -each[2])
    return [
        {
            "channel": channel, "partner": None if j is None or j == i else cascade.firms[j], "amount": amount,
            "text": numbers.money(amount), "says": _cost(ledger, cascade, channel, i, j),
            "evidence": book.ids(rests(network, cascade, i, (channel,))),  # type: ignore[arg-type]
        }
        for channel, j, amount in told
    ]  # fmt: skip


def _cost(ledger: Ledger, cascade: Cascade, channel: str, i: int, j: int | None) -> Text:
    if j is None:
        return say(f"dominoes.cost.{channel}")
    # A pool outside has no column of its own: what it stops giving stands in the firm's own.
    partner = say("dominoes.cost.pool") if j == i else names.firm(ledger, cascade.firms[j])
    return say(f"dominoes.cost.{channel}", partner=partner)


# ---- round by round


def _round(ledger: Ledger, cascade: Cascade, r: int, hurt: list[int]) -> dict[str, Any]:
    loss = cascade.loss[r]
    by_channel = loss.sum(axis=0)
    called = float(cascade.called[r].sum())
    falls = [fall for fall in cascade.falls if fall.round == r and r > 0]
    moves = _moves(ledger, cascade, r)
    return {
        "round": r, "title": say("dominoes.told.round", round=r) if r else say("dominoes.told.shock"),
        "falls": [fall.firm for fall in falls], "says": list(_says(ledger, cascade, r, falls, moves)),
        "moves": [{**move, "says": _move(ledger, move)} for move in moves],
        "firms": {
            cascade.firms[i]: {"left": left_of(cascade, i, r), "amount": float(loss[i].sum()), "lost": _lost(loss[i])}
            for i in hurt
        },
        "channels": [
            {"channel": channel, "amount": float(by_channel[k]), "text": numbers.money(_clean(float(by_channel[k])))}
            for k, channel in enumerate(CHANNELS)
        ],
        "contingent": {"amount": called, "text": numbers.money(called)},
        "amount": float(loss.sum()), "total": numbers.money(_clean(float(loss.sum()))),
    }  # fmt: skip


def _clean(amount: float) -> float:
    return amount if abs(amount) >= A_DOLLAR else 0.0


def _lost(loss: Array) -> Text:
    amount = float(loss.sum())
    return say("dominoes.lost", amount=numbers.money(amount)) if amount >= A_DOLLAR else say("ui.no_loss")


def _moves(ledger: Ledger, cascade: Cascade, r: int) -> list[dict[str, Any]]:
    """Who loses what through whom in one round beyond the round before it, largest first."""
    pair = cascade.loss_by_pair[r] - (cascade.loss_by_pair[r - 1] if r else 0.0)
    found = [
        {
            "giver": None if i == j else cascade.firms[j], "taker": cascade.firms[i], "channel": PARTNERED[k],
            "amount": float(pair[i, j, k]), "text": numbers.money(float(pair[i, j, k])),
        }
        for i, j, k in np.argwhere(pair >= A_DOLLAR)
    ]  # fmt: skip
    return sorted(found, key=lambda move: -move["amount"])


def _move(ledger: Ledger, move: Mapping[str, Any]) -> Text:
    taker, channel = names.firm(ledger, move["taker"]), say(f"dominoes.channel.{move['channel']}")
    giver = names.firm(ledger, move["giver"]) if move["giver"] else say("dominoes.cost.pool")
    return say("dominoes.told.move", taker=taker, giver=giver, amount=move["text"], channel=channel)


def _says(
    ledger: Ledger, cascade: Cascade, r: int, falls: list[Fall], moves: list[dict[str, Any]]
) -> Iterator[Text]:  # fmt: skip
    """What happens in a round, in sentences."""
    if r == 0:
        own = [(i, float(cascade.loss[0][i, 0])) for i in range(len(cascade.firms))]
        struck = sorted((each for each in own if each[1] >= A_DOLLAR), key=lambda each: -each[1])
        for i, amount in struck[:MOST_SAID]:
            yield say(
                "dominoes.told.struck", firm=names.firm(ledger, cascade.firms[i]), amount=numbers.money(amount)
            )  # fmt: skip
        yield from _more(len(struck) - MOST_SAID)
    for fall in falls:
        key = "dominoes.told.falls" if fall.owes >= A_DOLLAR else "dominoes.told.falls.free"
        yield say(key, firm=names.firm(ledger, fall.firm), owes=numbers.money(fall.owes),
                  pays=numbers.money(fall.pays))  # fmt: skip
    for move in moves[:MOST_SAID]:
        yield _move(ledger, move)
    yield from _more(len(moves) - MOST_SAID)
    if r and not falls and not moves:
        yield say("dominoes.told.quiet")


def _more(count: int) -> Iterator[Text]:
    if count > 0:
        yield say("dominoes.told.more", count=count)


def _paths(ledger: Ledger, cascade: Cascade) -> Iterator[dict[str, Any]]:
    for path in cascade.attribution.paths[:8]:
        yield {"text": names.path(ledger, path.firms), "amount": numbers.money(path.amount)}


# ---- how it was valued, and what is not known


def _valued(cascade: Cascade, channel: str) -> dict[str, Any]:
    """The valuation of one channel, and those that could stand in its place."""
    now = cascade.study.of_channel(channel)  # type: ignore[arg-type]
    fit = [each for each in valuations().values() if channel in each.channels]
    return {
        "channel": channel, "said": str(now), "id": now.id, "name": now.name, "paper": now.paper,
        "is_usual": channel not in cascade.study.changed,
        "options": [
            {"id": each.id, "name": each.name, "paper": each.paper,
             "parameters": [
                 {"name": name, "value": dict(now.parameters)[name] if each.id == now.id else value, "usual": value,
                  "says": say(f"valuation.{name}")}
                 for name, value in each.parameters
             ]}
            for each in sorted(fit, key=lambda each: each.id)
        ],
    }  # fmt: skip


def _solutions(ledger: Ledger, cascade: Cascade) -> dict[str, Any] | None:
    """The solutions with the least and with the most harm side by side, where there is more than one."""
    least = cascade.least
    if least is None:
        return None
    differ = [
        i for i in range(len(cascade.firms))
        if abs(float(least.equity[i]) - float(cascade.equity[-1][i])) >= A_DOLLAR
        or bool(least.fallen[i]) != bool(cascade.round_of_default[i] > 0)
    ]  # fmt: skip
    return {
        "says": say("dominoes.told.two"),
        "firms": [
            {"name": names.firm(ledger, cascade.firms[i]),
             "greatest": _standing(bool(cascade.round_of_default[i] > 0), float(cascade.equity[-1][i])),
             "least": _standing(bool(least.fallen[i]), float(least.equity[i]))}
            for i in differ
        ],
    }  # fmt: skip


def _standing(is_fallen: bool, equity: float) -> Text:
    return say("dominoes.told.fallen") if is_fallen else say("dominoes.told.stands", equity=numbers.money(equity))


def _unknown(ledger: Ledger, cascade: Cascade) -> Text | None:
    if not cascade.unknown:
        return None
    return say(
        "dominoes.told.unknown", count=len(cascade.unknown), firms=dominoes.firms(ledger, cascade.unknown)
    )  # fmt: skip


def choices(ledger: Ledger, cascade: Cascade) -> dict[str, Any]:
    """Whom a shock can strike in these books, by the kind of shock."""
    books = cascade.books
    funders = sorted({each.partner for each in books.expected if each.channel == "funding"})
    hoped = dict.fromkeys(each.leg for each in books.expected if each.leg and each.channel == "revenue")
    return {
        "firms": [
            {"id": firm, "name": names.firm(ledger, firm), "is_known": firm not in books.unknown_equity}
            for firm in books.firms
        ],
        "demand": [firm for firm in books.firms if firm in books.receipts and firm not in books.unknown_equity],
        "price": [firm for firm in books.firms if firm in books.franchise and firm not in books.unknown_equity],
        "withdraws": [{"id": each, "name": names.firm(ledger, each)} for each in funders],
        "cancelled": [{"id": leg, "name": names.deal_of(ledger, leg)} for leg in hoped],
        "called": [
            {"id": each.leg, "name": _guarantee(ledger, each.leg, each.guarantor, each.protected)}
            for each in books.guarantees
        ],
        "named": [{"id": said, "name": _named(ledger, said)} for said in ledger.case.shocks],
    }  # fmt: skip


def _guarantee(ledger: Ledger, leg: str, guarantor: str, protected: str) -> Text:
    path = names.path(ledger, (guarantor, protected))
    return joined([path, names.deal_of(ledger, leg)], ": ", "：")


def _named(ledger: Ledger, said: str) -> Text:
    from perpetuum.contagion import Shock

    return dominoes.shock_in_words(ledger, Shock.parse(said)) if said else plain(said)
