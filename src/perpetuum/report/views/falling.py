"""The picture of a cascade: columns of rounds, bands of losses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perpetuum.contagion import Cascade
from perpetuum.contagion.cascade import PARTNERED
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Cell, Domino, Dominoes, Loss, Push
from perpetuum.report.views.rests import rests
from perpetuum.report.words import say

MOST_ROUNDS, MOST_FIRMS = 3, 9
_LOSS: dict[str, Loss] = {"owed": "owed", "owned": "owned", "revenue": "revenue", "funding": "funding"}


def picture(ledger: Ledger, network: Network, cascade: Cascade) -> Iterator[Dominoes]:
    """Who fell in which round and who lost what through whom; nothing if nobody lost through anybody."""
    pair, total = cascade.attribution.loss_by_pair, cascade.attribution.total
    order = cascade.round_of_default
    hurt = [i for i in range(len(cascade.firms)) if order[i] > 0 or total[i] > 1e-3 * total.max(initial=0.0)]
    if not (pair > 0).any():
        return
    shown = sorted(hurt, key=lambda i: (order[i] if order[i] else np.inf, -total[i]))
    fallen = [i for i in shown if order[i] > 0][:MOST_FIRMS]
    others = [i for i in shown if order[i] == 0]
    kept = [*fallen, *others[: max(MOST_FIRMS - len(fallen), 5)]]
    last = min(cascade.rounds, MOST_ROUNDS)
    columns = [say("dominoes.column.round", round=k + 1) for k in range(last)]
    if any(order[i] == 0 for i in kept):
        columns.append(say("dominoes.column.stands"))
    yield Dominoes(
        dominoes=tuple(_domino(ledger, network, cascade, i, last) for i in kept),
        pushes=tuple(_pushes(cascade, kept)),
        columns=tuple(columns),
        caption=say("dominoes.picture"),
        more=say("dominoes.others", count=len(shown) - len(kept)) if len(shown) > len(kept) else None,
    )


def _domino(ledger: Ledger, network: Network, cascade: Cascade, i: int, last: int) -> Domino:
    firm, round_ = cascade.firms[i], int(cascade.round_of_default[i])
    unknown = firm in cascade.unknown
    before, after = float(cascade.before[i]), float(cascade.equity[-1][i])
    left = None if unknown else (max(0.0, after) / before if before > 0 else 0.0)
    entity = ledger.entities.get(firm)
    lost = say("dominoes.lost", amount=numbers.money(float(cascade.attribution.total[i])))
    return Domino(
        id=firm, name=names.firm(ledger, firm), role=entity.roles[0] if entity else "other", round=round_,
        column=min(round_, last) - 1 if round_ else last,
        lost=Cell(text=lost, evidence=rests(network, cascade, i)), left=left,
        remark=Cell(text=_remark(left), evidence=cascade.books.equity_figures.get(firm, ())),
    )  # fmt: skip


def _remark(left: float | None) -> Text:
    return say("dominoes.left.unknown") if left is None else say("dominoes.left", share=numbers.share(left))


def _pushes(cascade: Cascade, kept: list[int]) -> Iterator[Push]:
    pair = cascade.attribution.loss_by_pair
    least = 5e-3 * pair.max(initial=0.0)
    for j in kept:
        for i in kept:
            for k, channel in enumerate(PARTNERED):
                if i != j and pair[i, j, k] > least:
                    yield Push(
                        giver=cascade.firms[j], taker=cascade.firms[i], amount=float(pair[i, j, k]),
                        channel=_LOSS[channel],
                    )  # fmt: skip
