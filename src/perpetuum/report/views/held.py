"""What a fall means for somebody's own holdings: names and weights in, exposure by firm and round out.

The question is answered and forgotten: nothing here is kept, and no holding stands in a word that is logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from perpetuum.contagion import Cascade
from perpetuum.contagion.balance import market_value
from perpetuum.core.claim import Figure
from perpetuum.core.errors import PerpetuumError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.nouns import ENTITY
from perpetuum.core.panel import Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Paragraph, Table, Title
from perpetuum.report.views import dominoes, parts
from perpetuum.report.words import plain, say

MOST = 50
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One holding: the firm, its weight in the whole, and what of it the model takes away, round by round.

    ``market_value`` in USD with the figures behind it; ``lost`` the share of the holding that is gone at the end
    of each round, empty where nobody can tell, and then ``because`` says why.
    """

    firm: str
    weight: float
    market_value: float | None = None
    figures: tuple[Figure, ...] = ()
    lost: tuple[float, ...] = ()
    because: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """All holdings, and what of the whole is gone round by round: of those of which it can be told."""

    held: tuple[Held, ...]
    rounds: int

    @property
    def told(self) -> float:
        """The weight of which anything can be told."""
        return sum(each.weight for each in self.held if each.lost)

    @property
    def by_round(self) -> tuple[float, ...]:
        """Share of the whole that is gone at the end of each round, at least."""
        return tuple(sum(each.weight * each.lost[r] for each in self.held if each.lost) for r in range(self.rounds))

    def as_data(self) -> dict[str, Any]:
        """The exposure as ``--json`` prints it."""
        return {
            "weight_told": self.told, "by_round": self.by_round,
            "held": [
                {"firm": each.firm, "weight": each.weight, "market_value": each.market_value, "lost": each.lost,
                 "because": each.because}
                for each in self.held
            ],
        }  # fmt: skip


def parse(ledger: Ledger, said: Iterable[str]) -> dict[str, float]:
    """Read ``nvidia=40%``: a firm by its id, name or ticker, and its weight in the whole.

    Raises
    ------
    UnknownName, PerpetuumError
        For a firm that the case does not know, with the nearest; for what is no weight; for more than the whole.
    """
    words = list(said)
    if len(words) > MOST:
        raise PerpetuumError(say("held.many", most=MOST), say("held.how"))
    known = _by_name(ledger)
    weights: dict[str, float] = {}
    for each in words:
        name, is_, weight = (part.strip() for part in each.rpartition("="))
        firm = known.get(name.casefold())
        if not is_ or not name:
            raise PerpetuumError(say("held.unreadable", said=each.strip()[:60] or "–"), say("held.how"))
        if firm is None:
            raise UnknownName(name, sorted(ledger.entities), what=ENTITY)
        weights[firm] = weights.get(firm, 0.0) + _weight(weight, each)
    if sum(weights.values()) > 1 + _SLACK:
        raise PerpetuumError(say("held.too_much", sum=numbers.share(sum(weights.values()))), say("held.how"))
    return weights


def _by_name(ledger: Ledger) -> dict[str, str]:
    found: dict[str, str] = {}
    for id, entity in ledger.entities.items():
        for name in (*(said for _, said in entity.identifiers), entity.name.zh, entity.name.en, id):
            found[name.casefold()] = id
    return found


def _weight(said: str, whole: str) -> float:
    try:
        weight = Quantity.parse(said)
    except PerpetuumError:
        weight = Quantity(float("nan"), "")
    if weight.unit != "ratio" or not 0 < weight.value <= 1:
        raise PerpetuumError(say("held.unreadable", said=whole.strip()[:60]), say("held.how"))
    return weight.value


def exposure(ledger: Ledger, network: Network, cascade: Cascade, said: Iterable[str]) -> Exposure:
    """What a cascade takes from the holdings somebody named."""
    weights = parse(ledger, said)
    held = tuple(_held(network, cascade, firm, weight) for firm, weight in weights.items())
    return Exposure(held=held, rounds=len(cascade.equity))


def _held(network: Network, cascade: Cascade, firm: str, weight: float) -> Held:
    if firm not in cascade.firms:
        return Held(firm=firm, weight=weight, because=say("held.not_in_books"))
    i = cascade.firms.index(firm)
    worth = market_value(network.reported or Panel(cells={}), firm, network.at)
    if worth is None or worth[0] <= 0:
        return Held(firm=firm, weight=weight, because=say("held.no_value"))
    fell = int(cascade.round_of_default[i])
    value, figures = worth
    lost = np.clip(cascade.loss[:, i].sum(axis=1) / value, 0.0, 1.0)
    gone = tuple(1.0 if fell and r >= fell else float(lost[r]) for r in range(len(lost)))
    return Held(firm=firm, weight=weight, market_value=value, figures=figures, lost=gone)


# ---- in words


def told(ledger: Ledger, cascade: Cascade, of: Exposure) -> tuple[Block, ...]:
    """One sentence, one row a holding, and what kind of number this is."""
    return (
        Title(text=say("held.title", shock=dominoes.shock(ledger, cascade))),
        Paragraph(text=_answer(ledger, of), style="lead"),
        _table(ledger, of),
        *(Paragraph(text=say(key), style="note") for key in ("held.model", "held.fallen")),
    )


def _answer(ledger: Ledger, of: Exposure) -> Text:
    if not of.told:
        return say("held.answer.unknown")
    least = numbers.share(of.by_round[-1])
    weight = sum(each.weight for each in of.held)
    missing = weight - of.told
    if missing > _SLACK:
        return say("held.answer.part", lost=least, told=numbers.share(of.told), unknown=numbers.share(missing))
    return say("held.answer", lost=least, told=numbers.share(of.told))


def _table(ledger: Ledger, of: Exposure) -> Table:
    rounds = [
        Column(text=say("dominoes.told.round", round=r) if r else say("dominoes.told.shock"), align="right")
        for r in range(of.rounds)
    ]  # fmt: skip
    return Table(
        columns=(parts.head("firm"), parts.head("held.weight", right=True), parts.head("held.value", right=True),
                 *rounds, parts.head("held.of_whole", right=True)),
        rows=(*(_row(ledger, each, of.rounds) for each in of.held), _sum(of)),
        caption=say("held.caption"),
    )  # fmt: skip


def _row(ledger: Ledger, each: Held, rounds: int) -> tuple[Cell, ...]:
    name = Cell(text=names.firm(ledger, each.firm), tone="strong", small=each.because)
    value = parts.amount(each.market_value, each.figures)
    if not each.lost:
        return (name, Cell(text=numbers.share(each.weight)), value, *(parts.unknown() for _ in range(rounds + 1)))
    return (name, Cell(text=numbers.share(each.weight)), value,
            *(Cell(text=numbers.share(lost)) for lost in each.lost),
            Cell(text=numbers.share(each.weight * each.lost[-1]), tone="strong"))  # fmt: skip


def _sum(of: Exposure) -> tuple[Cell, ...]:
    dash = Cell(text=plain("–"))
    weight = Cell(text=numbers.share(sum(each.weight for each in of.held)))
    if not of.told:
        return (parts.word("held.sum"), weight, dash, *(parts.unknown() for _ in range(of.rounds + 1)))
    return (parts.word("held.sum", "strong"), weight, dash, *(_at_least(of, lost) for lost in of.by_round),
            _at_least(of, of.by_round[-1]))  # fmt: skip


def _at_least(of: Exposure, lost: float) -> Cell:
    is_all = sum(each.weight for each in of.held) - of.told <= _SLACK
    text = numbers.share(lost)
    return Cell(text=text if is_all else say("bound.at least", amount=text), tone="strong")
