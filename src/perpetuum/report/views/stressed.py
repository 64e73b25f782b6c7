"""One question about dominoes: a shock and what it does, or an outcome and the smallest shock that brings it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perpetuum.contagion import Cascade, Shock, Study, books, stress
from perpetuum.contagion.books import Basis, View
from perpetuum.contagion.cascade import CHANNELS
from perpetuum.core.errors import NetworkError, PerpetuumError
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.ledger import Ledger
from perpetuum.report.blocks import Block
from perpetuum.report.views import dominoes
from perpetuum.report.views.dominoes_told import as_words
from perpetuum.report.words import say

if TYPE_CHECKING:
    from perpetuum.contagion.reverse import Reverse
    from perpetuum.report.views.held import Exposure


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, in the words of the terminal."""

    shocks: tuple[str, ...] = ()
    size: str = "100%"
    channels: tuple[str, ...] = ()
    model: str | None = None
    view: View = "value"
    basis: Basis = "book"
    horizon: int = 4
    reverse: str | None = None
    holdings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer: as blocks, as plain data for ``--json``, and in the words a page draws with."""

    blocks: tuple[Block, ...]
    told: Callable[[], Mapping[str, Any]]
    cascade: Cascade | None = None
    backward: Reverse | None = None
    exposure: Exposure | None = None

    @property
    def settled(self) -> bool:
        """Is everything proven that was computed?"""
        forward = self.cascade is None or self.cascade.settled
        return forward and (self.backward is None or self.backward.status != "not_settled")

    def result(self) -> dict[str, Any]:
        """The result as ``--json`` prints it."""
        exposure = {} if self.exposure is None else {"holdings": self.exposure.as_data()}
        return {
            "cascade": None if self.cascade is None else as_data(self.cascade),
            "reverse": self.backward,
            **exposure,
            "told": self.told(),
        }


def ask(ledger: Ledger, network: Network, question: Question) -> Answered:
    """Answer one question; a question without a shock and without an outcome is refused."""
    if not question.shocks and question.reverse is None:
        raise PerpetuumError(say("stress.nothing"), say("stress.how"))
    refuse_no_quarters(question)
    study = Study.of(*question.channels, model=question.model)
    if question.holdings and question.reverse is not None:
        raise PerpetuumError(say("held.reverse"), say("held.reverse.how"))
    made = books(network, view=question.view, basis=question.basis, horizon=question.horizon)
    shock = shock_of(question) if question.shocks else None
    if question.reverse is not None:
        # The search needs a solver that the forward question does not wait for.
        from perpetuum.contagion.reverse import parse_target, reverse
        from perpetuum.report.views.backward import push
        from perpetuum.report.views.backward import told as told_backward

        found = reverse(made, target=parse_target(question.reverse), shock=shock, study=study)
        backward = told_backward(ledger, made, found)
        return Answered(blocks=backward, told=lambda: {"blocks": backward, "push": push(found)}, backward=found)
    assert shock is not None
    cascade = stress(made, shock, study=study)
    blocks, exposure = dominoes.told(ledger, network, cascade), None
    held: tuple[Block, ...] = ()
    if question.holdings:
        from perpetuum.report.views import held as view

        exposure = view.exposure(ledger, network, cascade, question.holdings)
        held = view.told(ledger, cascade, exposure)

    def told() -> Mapping[str, Any]:
        return {**as_words(ledger, network, cascade), **({"held": held} if held else {})}

    return Answered(blocks=(*blocks, *held), told=told, cascade=cascade, exposure=exposure)


def refuse_no_quarters(question: Question) -> None:
    """Contract minimums count over one quarter or more."""
    if question.horizon < 1:
        raise NetworkError(say("stress.horizon", horizon=question.horizon), say("stress.horizon.how"))


def shock_of(question: Question) -> Shock:
    """The shocks of a question, of the size it says."""
    return Shock.parse(*question.shocks, size=_size(question.size))


def _size(text: str) -> float:
    try:
        said = Quantity.parse(text)
    except PerpetuumError:
        said = Quantity(float("nan"), "")
    value = said.value if said.unit == "ratio" else float("nan")
    if not 0 <= value <= 1:
        raise NetworkError(say("stress.size", said=text.strip() or "–"), say("stress.size.how"))
    return value


def as_data(cascade: Cascade) -> dict[str, Any]:
    """A cascade as plain data: labels stand beside every number."""
    firms, split = cascade.firms, cascade.attribution
    by_firm = [
        {
            "firm": firm, "round_of_default": int(cascade.round_of_default[i]), "debt": cascade.debt[i],
            "recovery": cascade.recovery[i], "short": cascade.short[i], "equity_is_known": firm not in cascade.unknown,
            "equity_before": None if firm in cascade.unknown else cascade.before[i],
            "equity": None if firm in cascade.unknown else cascade.equity[-1][i],
            "loss": dict(zip(CHANNELS, split.loss[i], strict=True)), "total": split.total[i],
            "low": cascade.low[i], "high": cascade.high[i],
        }
        for i, firm in enumerate(firms)
    ]  # fmt: skip
    rounds = [
        {
            "round": r,
            "equity": {firm: cascade.equity[r][i] for i, firm in enumerate(firms) if firm not in cascade.unknown},
            "loss": {firm: dict(zip(CHANNELS, cascade.loss[r][i], strict=True))
                     for i, firm in enumerate(firms) if cascade.loss[r][i].any()},
        }
        for r in range(len(cascade.equity))
    ]  # fmt: skip
    return {
        "shock": str(cascade.shock), "size": cascade.shock.size, "study": str(cascade.study),
        "view": cascade.books.view, "basis": cascade.books.basis, "horizon": cascade.books.horizon,
        "status": cascade.status, "unique": cascade.unique, "residual": cascade.residual,
        "error_bound": cascade.error_bound, "falls": cascade.falls, "at_edge": cascade.at_edge,
        "fell_before": cascade.fell_before, "firms": by_firm, "rounds": rounds, "paths": split.paths,
        "paths_rest": split.paths_rest, "causes": split.causes, "borne": split.borne, "calls": cascade.calls,
        "unknown": cascade.unknown, "left_out": cascade.books.left_out, "estimated": cascade.estimated,
        "outside_assets": dict(zip(firms, cascade.books.outside_assets, strict=True)),
        "obligations": cascade.books.obligations, "holdings": cascade.books.holdings,
        "expected": cascade.books.expected,
    }  # fmt: skip
