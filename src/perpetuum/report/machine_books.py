"""One simulated quarter as two tables that add up: who paid whom for what, and what everyone holds and owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.machine import Keep, Matrix, Run
from perpetuum.machine.progress import Progress
from perpetuum.machine.run import CENTRAL, Draw
from perpetuum.report import machine_answer, names, numbers
from perpetuum.report.machine_preview import MOST_DRAWS
from perpetuum.report.machine_question import Question, answer
from perpetuum.report.machine_replay import kept, read_draw, subject_name
from perpetuum.report.machine_terminal import scaled, unit_word
from perpetuum.report.words import plain, say

MEAN: Literal["mean"] = "mean"
MEAN_DRAWS = 500  # everything of every one of them is added up
By = Literal["sectors", "firms"]
_PARTS = ("fuel", "gears", "engines")
_SHARES = "shares of "
_DUST = 5e5  # USD; less is a dot in a table of billions
_ROUNDING = 1.0  # USD; sums of billions that must be nothing are off by less
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which tables are wanted.

    Parameters
    ----------
    at
        A simulated quarter; the first if left out.
    draw
        ``central``, ``mean``, or the number of one future: medians do not add up, so there is no table of them.
    by
        One column a firm, or one a part and a sector.
    """

    at: str | None = None
    draw: str = CENTRAL
    by: By = "sectors"


def books(
    ledger: Ledger, network: Network, question: Question, page: Page, progress: Progress | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Origin and result: both tables of one quarter, every sum beside them.

    Raises
    ------
    NetworkError
        For a quarter that is not simulated.
    BooksDoNotBalance
        If money was lost or made.
    """
    is_mean = page.draw == MEAN
    draw: Draw | Literal["mean"] = MEAN if is_mean else read_draw(page.draw)
    asked = replace(question, draws=MEAN_DRAWS if is_mean else 1, vendor_money=False, against=None)
    run = answer(ledger, network, asked, progress, Keep(series=("mood",), mean=is_mean))
    if draw != MEAN:
        run = kept(run, draw, MOST_DRAWS)
    at = page.at or str(run.first)
    flows, sheet = run.matrix(at, draw), run.sheet(at, draw)
    groups = _groups(run) if page.by == "sectors" else {id: (id,) for id in flows.columns}
    off = max(float(np.abs(one.column_sums - one.expected).max()) for one in (flows, sheet))
    result = {
        "at": at,
        "quarters": run.quarters,
        "draw": page.draw,
        "by": page.by,
        "which": _which(page.draw),
        "flows": _told(ledger, flows, groups, "machine_books.flows") | {"legs": _legs(ledger, run, at, draw, groups)},
        "sheet": _told(ledger, sheet, groups, "machine_books.sheet"),
        "check": say("machine_books.check", off=plain(f"{off:.2g}")),
    }
    return machine_answer.origin(ledger, run), result


def _which(draw: str) -> Text:
    if draw == MEAN:
        return say("machine_books.mean", draws=MEAN_DRAWS)
    return say("machine.central") if draw == CENTRAL else say("machine.draw", draw=plain(draw))


def _groups(run: Run) -> Mapping[str, tuple[str, ...]]:
    """Every entity in one column: firms by the first part they play, sectors by themselves."""
    cast, taken = run.worlds[0].cast, set[str]()
    groups: dict[str, tuple[str, ...]] = {}
    for part in _PARTS:
        groups[part] = tuple(firm for firm in getattr(cast, part) if firm not in taken)
        taken |= set(groups[part])
    return {part: firms for part, firms in groups.items() if firms} | {id: (id,) for id in cast.sectors}


def _told(ledger: Ledger, matrix: Matrix, groups: Mapping[str, tuple[str, ...]], key: str) -> dict[str, Any]:
    """A table with the columns put together, and what its rows and columns add up to."""
    place = {id: n for n, id in enumerate(matrix.columns)}
    members = [[place[id] for id in ids] for ids in groups.values()]
    values = np.stack([matrix.values[:, some].sum(axis=1) for some in members], axis=1)
    sums = np.array([matrix.column_sums[some].sum() for some in members])
    expected = np.array([matrix.expected[some].sum() for some in members])
    shown = [n for n in range(len(matrix.rows)) if np.abs(matrix.values[n]).max() > _ROUNDING]
    return {
        "caption": say(f"{key}.caption", unit=unit_word("USD")),
        "columns": [{"id": id, "name": _column(ledger, id), "members": ids} for id, ids in groups.items()],
        "rows": [
            {"id": matrix.rows[n], "name": _row(ledger, matrix, n), "cells": [_cell(v) for v in values[n]],
             "sum": _sum(float(matrix.row_sums[n]))}
            for n in shown
        ],
        "sums": [_sum(float(value)) for value in sums],
        "expected": [_sum(float(value)) for value in expected],
        "total": _sum(float(matrix.column_sums.sum())),
    }  # fmt: skip


def _column(ledger: Ledger, id: str) -> Text:
    return say(f"machine_books.{id}") if id in _PARTS else names.firm(ledger, id)


def _row(ledger: Ledger, matrix: Matrix, n: int) -> Text:
    id = matrix.rows[n]
    if id.startswith(_SHARES):
        return say("machine.shares_of", firm=names.firm(ledger, id.removeprefix(_SHARES)))
    return matrix.names[n]


def _cell(value: float) -> dict[str, Any]:
    return {"value": value, "text": plain("·") if abs(value) <= _DUST else scaled(value, "USD")}


def _sum(value: float) -> dict[str, Any]:
    """A sum is printed in full, and zero is zero."""
    return {"value": value, "text": plain("0") if abs(value) < _ROUNDING else scaled(value, "USD")}


def _legs(
    ledger: Ledger, run: Run, at: str, draw: Draw | Literal["mean"], groups: Mapping[str, tuple[str, ...]]
) -> list[dict[str, Any]]:
    """What was paid on each leg in the quarter, the largest first: what the cells of the flow matrix are made of."""
    world, row = run.worlds[0], run.row_of(at)
    history = run.means[world.id] if draw == MEAN else run.history(draw)
    group_of = {id: group for group, ids in groups.items() for id in ids}
    found = []
    for paid, is_late in ((history.flow[row], False), (history.arrears[row], True)):
        found += [
            {"kind": "arrears" if is_late else leg.kind, "from": group_of[leg.payer], "to": group_of[leg.payee],
             "name": _leg(ledger, run, leg.id), "value": float(value), "text": numbers.money(float(value))}
            for leg, value in zip(world.legs, paid, strict=True) if abs(value) > _DUST
        ]  # fmt: skip
    return sorted(found, key=lambda leg: -abs(leg["value"]))


def _leg(ledger: Ledger, run: Run, id: str) -> Text:
    leg = next(leg for leg in run.worlds[0].legs if leg.id == id)
    path = names.path(ledger, (leg.payer, leg.payee))
    if id not in ledger.deal_of:
        return path
    return say("machine_books.leg", path=path, deal=subject_name(ledger, run.worlds[0], id))
