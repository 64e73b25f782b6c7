"""From versions and claims to one network: at each stage, what is known to be on each leg."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.kinds import KINDS
from perpetuum.core.network import Network, Origin, Unknown, Why
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, Span, quarters_between
from perpetuum.ledger import panels
from perpetuum.ledger.figures import choose, grade
from perpetuum.ledger.payments import payments_of
from perpetuum.ledger.versions import Standing, standings, usable

if TYPE_CHECKING:
    from perpetuum.ledger.ledger import Ledger

_WHY: dict[Why, Text] = {
    "no figure": Text(en="no source states the amount at this stage", zh="沒有來源說明此階段的金額"),
    "no schedule": Text(en="the amount is known, the schedule is not", zh="金額已知，時程未知"),
    "span": Text(en="the amount is known only for a longer span", zh="金額只知道較長期間的合計"),
    "not reached": Text(en="not signed, as far as is known", zh="就目前所知尚未簽約"),
    "stands apart": Text(en="left out of sums, because it would count money twice", zh="不計入合計，以免重複計算"),
}
_NOT_BINDING = Text(en="a letter of intent binds nobody: nothing is firm", zh="意向書不具約束力，確定金額為零")
_NOTHING_FIRM = Text(en="a source says that nothing of it is firm", zh="來源指出其中沒有確定金額")
_NOT_STARTED = Text(
    en="nothing due yet: it starts after this date; other payments of the pair are unknown",
    zh="尚未到期：履約始於此日之後；雙方其他付款未知",
)
_ALL_STAGES_APART = ("aggregate", "stake_value", "project_cost", "not_a_deal", "disputes")


@dataclass(slots=True)
class Cell:
    """What is known of one leg: money by span, or the reason there is none."""

    standing: Standing
    leg: Leg
    figures: tuple[Figure, ...] = ()
    moved: list[tuple[Span, float]] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    remark: Text | None = None

    @property
    def is_known(self) -> bool:
        """Is there money, or a known zero?"""
        return bool(self.moved) or self.remark is not None

    def leave_out(self, why: Why, amount: float | None = None, span: Span | None = None) -> None:
        """Say why nothing usable is known."""
        self.unknown.append(Unknown(leg=self.leg.id, why=why, because=_WHY[why], amount=amount, span=span))


def build(ledger: Ledger, at: datetime.date, asof: datetime.date, stage: Stage, policy: str) -> Network:
    """Firms, legs and money at one stage; see ``Ledger.network``."""
    live = [s for s in standings(ledger.deals, at, asof).values() if s.is_current and not s.is_rumour]
    rename = merged_names(ledger.entities.values(), at)
    every = tuple(_as_known(standing.leg, rename, asof) for standing in live)
    cells = [
        _cell(ledger, standing, leg, at, asof, stage, policy)
        for standing, leg in zip(live, every, strict=True)
        if moves_cash(leg)
    ]
    if stage == "paid":
        _one_history_per_span(cells)
        _parts_only_once(cells)
    known = [cell for cell in cells if cell.is_known]
    quarters, flows = _lay_out(known, Quarter.of(at), stage)
    return Network(
        entities=_entities(ledger, every),
        legs=tuple(cell.leg for cell in known),
        quarters=quarters,
        flows=flows,
        stage=stage,
        at=at,
        asof=asof,
        policy=policy,
        unknown=tuple(unknown for cell in cells for unknown in cell.unknown),
        every=every,
        figures={cell.leg.id: cell.figures for cell in cells if cell.figures},
        remarks={cell.leg.id: cell.remark for cell in known if cell.remark},
        promised=_promised(ledger, every, at, asof, policy),
        balance=panels.balances(ledger, at, asof, policy),
        reported=ledger.panel(asof, policy),
        groups=ledger.case.groups,
        parameters=ledger.case.parameters,
        cast=ledger.case.machine,
        origin=origin(ledger, at, asof, stage, policy),
    )


def _promised(
    ledger: Ledger, legs: Iterable[Leg], at: datetime.date, asof: datetime.date, policy: str
) -> dict[tuple[str, Stage], tuple[Figure, ...]]:
    """What is on record at every stage: headline, firm amount, and each payment that had begun by the date."""
    found: dict[tuple[str, Stage], tuple[Figure, ...]] = {}
    for leg in legs:
        claims = [*leg.amounts, *ledger.printed.get(leg.id, ())]
        for stage in ("announced", "signed"):
            if figure := choose(usable(claims, stage, asof), policy):
                found[leg.id, stage] = (figure,)
        payments = payments_of(usable(claims, "paid", asof), policy)
        if begun := tuple(figure for span, figure in payments if span is None or span.first <= at):
            found[leg.id, "paid"] = begun
    return found


def origin(ledger: Ledger, at: datetime.date, asof: datetime.date, stage: Stage, policy: str) -> Origin:
    """What a result of this ledger was made from."""
    import perpetuum

    return Origin(
        case=ledger.case.id, case_hash=ledger.hash, at=at, asof=asof, stage=stage, policy=policy,
        version=perpetuum.__version__,
    )  # fmt: skip


def moves_cash(leg: Leg) -> bool:
    """Is it a payment, rather than a guarantee, an option or a stake?"""
    kind = KINDS[leg.kind]
    return kind.layer == "cash" and kind.cash and leg.contingent is None


def merged_names(entities: Iterable[Entity], at: datetime.date) -> dict[str, str]:
    """Firms that had become part of another by a date."""
    return {e.id: e.merged_into.entity for e in entities if e.merged_into and e.merged_into.on <= at}


def _as_known(leg: Leg, rename: Mapping[str, str], asof: datetime.date) -> Leg:
    """The leg with the names its firms bore, and without what was said of it later."""
    known = tuple(claim for claim in leg.amounts if claim.known_from <= asof)
    if len(known) == len(leg.amounts) and leg.payer not in rename and leg.payee not in rename:
        return leg
    payer, payee = rename.get(leg.payer, leg.payer), rename.get(leg.payee, leg.payee)
    return replace(leg, payer=payer, payee=payee, amounts=known)


def _entities(ledger: Ledger, legs: Iterable[Leg]) -> tuple[Entity, ...]:
    named = {id for leg in legs for id in (leg.payer, leg.payee)}
    return tuple(entity for id, entity in ledger.entities.items() if id in named)


def _cell(
    ledger: Ledger,
    standing: Standing,
    leg: Leg,
    at: datetime.date,
    asof: datetime.date,
    stage: Stage,
    policy: str,
) -> Cell:
    cell = Cell(standing, leg)
    if _stays_out(leg, stage):
        cell.leave_out("stands apart")
        return cell
    claims = usable([*leg.amounts, *ledger.printed.get(leg.id, ())], stage, asof)
    if stage == "announced":
        _announce(cell, claims, at, policy)
    elif stage == "signed":
        _sign(cell, claims, usable(leg.amounts, "paid", asof), policy)
    else:
        _pay(cell, claims, at, policy)
    return cell


def _stays_out(leg: Leg, stage: Stage) -> bool:
    apart = leg.apart
    return apart is not None and (stage != "paid" or apart.why in _ALL_STAGES_APART)


def _announce(cell: Cell, claims: tuple[Claim, ...], at: datetime.date, policy: str) -> None:
    figure = choose(claims, policy)
    if figure is None:
        cell.leave_out("no figure")
        return
    cell.figures = (figure,)
    cell.moved.append((Span(at, at), figure.value))


def _sign(cell: Cell, claims: tuple[Claim, ...], paid: tuple[Claim, ...], policy: str) -> None:
    figure = choose(claims, policy)
    if not cell.standing.binding:
        cell.remark = _NOT_BINDING
    elif figure is None:
        cell.leave_out("no figure" if cell.standing.reached in ("signed", "paid") else "not reached")
    else:
        cell.figures = (figure,)
        span = cell.leg.schedule.span
        if figure.value == 0:
            # Nothing on any schedule is nothing: a known zero, not an unknown one.
            cell.remark = _NOTHING_FIRM
            return
        if span is not None:
            cell.moved.append((span, figure.value))
        elif performed := _performed(paid, figure.value, policy):
            cell.moved += performed
        else:
            cell.leave_out("no schedule", figure.value)


def _performed(paid: tuple[Claim, ...], firm: float, policy: str) -> list[tuple[Span, float]]:
    """Payments that make up the whole firm amount say when it fell due, if no schedule does."""
    payments = [(span, figure.value) for span, figure in payments_of(paid, policy) if span and figure.value > 0]
    total = sum(value for _, value in payments)
    if not payments or not math.isclose(total, firm, rel_tol=0.01):
        return []
    return [(span, firm * (value / total)) for span, value in payments]


def _pay(cell: Cell, claims: tuple[Claim, ...], at: datetime.date, policy: str) -> None:
    payments = payments_of(claims, policy)
    cell.figures = tuple(figure for _, figure in payments)
    for span, figure in payments:
        if span is None:
            cell.remark = Text(en="a source says that nothing moved", zh="來源指出尚無現金移動")
        elif span.first <= at:
            cell.moved.append((span, figure.value))
    if not cell.is_known:
        start = cell.leg.schedule.start
        if start is not None and start.first > at:
            cell.remark = _NOT_STARTED
        else:
            cell.leave_out("no figure")


def fullest_first(span: Span | None, figure: Figure) -> tuple[float, int]:
    """Order of histories of one pair: most money a day first, then the better source.

    A history of "all payments" holds more a day than one of a single contract inside it.
    """
    days = span.days if span else 1
    return (-figure.value / days, grade(figure.chosen))


def _one_history_per_span(cells: list[Cell]) -> None:
    """Of payment histories of one pair that overlap in time, one enters; the others become rivals."""

    def first(cell: Cell) -> tuple[float, int, str]:
        (span, _), *_rest = cell.moved
        return (*fullest_first(span, cell.figures[0]), cell.leg.id)

    taken: dict[tuple[str, str], list[Span]] = {}
    histories = [c for c in cells if c.leg.apart and c.leg.apart.why == "payment_history" and c.moved]
    for cell in sorted(histories, key=first):
        spans = taken.setdefault((cell.leg.payer, cell.leg.payee), [])
        if any(span.overlaps(other) for span, _ in cell.moved for other in spans):
            cell.moved.clear()
            cell.leave_out("stands apart")
        else:
            spans += [span for span, _ in cell.moved]


def _parts_only_once(cells: list[Cell]) -> None:
    """A part counts only where its own payment is known and that of the whole is not."""
    known = {cell.leg.id for cell in cells if cell.moved}
    for cell in cells:
        apart = cell.leg.apart
        if apart is None or apart.why != "part_of" or not cell.is_known:
            continue
        has_own_payment = any(value > 0 for _, value in cell.moved)
        if not has_own_payment or any(other in known for other in apart.of):
            cell.moved.clear()
            cell.remark = None
            cell.leave_out("stands apart")


def _lay_out(
    cells: list[Cell], now: Quarter, stage: Stage
) -> tuple[tuple[Quarter, ...], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    spans = [span for cell in cells for span, _ in cell.moved]
    if stage == "announced" or not spans:
        quarters: tuple[Quarter, ...] = (now,)
    else:
        last = max(Quarter.of(span.last) for span in spans)
        last = min(last, now) if stage == "paid" else last
        quarters = quarters_between(min(min(Quarter.of(span.first) for span in spans), last), last)
    flows = np.zeros((len(quarters), len(cells)))
    for column, cell in enumerate(cells):
        for span, value in cell.moved:
            _place(cell, flows, column, quarters, span, value, spread=stage == "signed")
    return quarters, flows


def _place(
    cell: Cell,
    flows: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    column: int,
    quarters: tuple[Quarter, ...],
    span: Span,
    value: float,
    *,
    spread: bool,
) -> None:
    touched = [(row, q) for row, q in enumerate(quarters) if q.first <= span.last and span.first <= q.last]
    if len(touched) == 1 and (span.last <= quarters[-1].last or spread):
        flows[touched[0][0], column] += value
    elif spread:
        for row, quarter in touched:
            days = (min(quarter.last, span.last) - max(quarter.first, span.first)).days + 1
            flows[row, column] += value * days / span.days
    else:
        cell.leave_out("span", value, span)
