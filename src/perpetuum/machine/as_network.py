"""A simulated future as a network: legs, flows, debts and stakes, to be measured and stressed like any other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.deal import Leg, Schedule
from perpetuum.core.entity import Entity, Outside, Role
from perpetuum.core.kinds import KINDS
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter, Span, When
from perpetuum.machine import columns as c
from perpetuum.machine.history import History
from perpetuum.machine.knobs import LEG_KNOBS
from perpetuum.machine.legs import MachineLeg
from perpetuum.machine.panels import panel_of
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.world import LOAN

_THE_MODEL = both("the model gives it", "由模型推算")
# What a sector is, where the case does not say.
_OUTSIDE: dict[int, tuple[Outside, Text]] = {
    0: ("END_USERS", both("Users and other customers", "用戶與其他客戶")),
    1: ("OTHER_PAYEES", both("Suppliers, staff and state", "供應商、員工與政府")),
    2: ("OUTSIDE_EQUITY", both("Investors", "投資人")),
    3: ("DEBT", both("Lenders", "放款人")),
}
_ROLES: dict[str, Role] = {"fuel": "fuel", "gears": "gear", "engines": "engine"}
_START, _TERM, _MINIMUM = (LEG_KNOBS.index(knob) for knob in ("start", "term", "minimum"))
SMALL = 1e-6  # USD; less is rounding


def late_kind(leg: MachineLeg) -> str:
    """What a payment of arrears is: operating, but where a guarantor gets back what it paid for somebody else."""
    return "repayment" if leg.place == "recourse" else "arrears"


def outside_of(world: Prepared, network: Network, sector: str) -> Outside:
    """Which class of outside money a sector stands for."""
    known = next((entity.outside for entity in network.entities if entity.id == sector), None)
    return known or _OUTSIDE[world.cast.sectors.index(sector)][0]


def network_of(world: Prepared, history: History, given: Network, first: Quarter, row: int, draw: int) -> Network:
    """One future up to the close of a quarter.

    Parameters
    ----------
    given
        The network the simulation started from: names, groups and parameters travel on.
    first, row
        The first simulated quarter, and the number of the one at whose close the network stands.
    draw
        -1 is the central future.

    Returns
    -------
    Network
        At stage paid, one flow column for each leg and each kind of arrears. Debts, the firm part of contracts and
        unpaid bills are figures of their legs, stakes are shares of theirs. What a contract is worth beyond its
        firm part stands as announced.
    """
    made = _Made(world=world, history=history, given=given, first=first, row=row, draw=draw)
    for n, leg in enumerate(world.legs):
        made.add(n, leg)
    flows = np.array(made.columns).T.reshape(row + 1, len(made.legs))
    quarters = tuple(first + n for n in range(row + 1))
    whole = panel_of(world, History(places=history.places, rows=history.rows[:, : row + 1]), first, None, draw)
    return Network(
        entities=tuple(_entities(world, given)), legs=tuple(made.legs), quarters=quarters, flows=flows, stage="paid",
        at=quarters[-1].last, asof=quarters[-1].last, policy=given.policy, unknown=(),
        every=(*made.legs, *made.beside), figures={}, promised=made.promised,
        balance={
            (entity, metric): figure
            for (entity, metric), cell in whole.cells.items()
            if metric in ("cash", "total_debt", "receivables") and (figure := cell.get(quarters[-1])) is not None
        },
        reported=whole, groups=given.groups, parameters=given.parameters, cast=world.cast,
        origin=given.origin and replace(
            given.origin, at=quarters[-1].last, asof=quarters[-1].last, stage="paid",
        ),
    )  # fmt: skip


def _entities(world: Prepared, given: Network) -> Iterable[Entity]:
    """Members as firms with cash of their own, sectors as outside money."""
    known = {entity.id: entity for entity in given.entities}
    for part, role in _ROLES.items():
        for id in getattr(world.cast, part):
            entity = known.get(id, Entity(id=id, name=both(id, id), roles=(role,)))
            yield replace(entity, aggregate=False, outside=None, group=None, vehicle=False, of=None, merged_into=None)
    for n, id in enumerate(world.cast.sectors):
        outside, name = _OUTSIDE[n]
        entity = known.get(id, Entity(id=id, name=name, roles=("outside",)))
        yield replace(entity, aggregate=True, outside=entity.outside or outside, group=None, merged_into=None)


@dataclass(slots=True, kw_only=True)
class _Made:
    """Legs on their way: with flows, beside them, and what is on record of each."""

    world: Prepared
    history: History
    given: Network
    first: Quarter
    row: int
    draw: int
    legs: list[Leg] = field(default_factory=list)
    columns: list[np.ndarray] = field(default_factory=list)
    beside: list[Leg] = field(default_factory=list)
    promised: dict[tuple[str, Stage], tuple[Figure, ...]] = field(default_factory=dict)

    def add(self, n: int, leg: MachineLeg) -> None:
        """One leg of the machine, and what hangs on it."""
        kind = KINDS[leg.kind]
        known = next((one for one in self.given.every if one.id == leg.id), None)
        made = Leg(id=leg.id, kind=leg.kind, payer=leg.payer, payee=leg.payee) if known is None else known
        made = replace(
            made, payer=leg.payer, payee=leg.payee, amounts=(), schedule=Schedule(), contingent=None, exit=None,
            supersedes=None, stands_apart=None, share=None, unlock=None,
        )  # fmt: skip
        called = leg.place == "guarantee" and bool(self.history.flow[: self.row + 1, n].any())
        if called or (kind.cash and kind.layer == "cash"):
            made = self._with_terms(n, leg, made)
            self.legs.append(made)
            self.columns.append(self.history.flow[: self.row + 1, n])
            self._arrears(n, leg)
        if leg.place == "guarantee":
            self._late(leg, "called", float(self.history.positions[self.row, n, c.UNLOCKED]))
        self._stake(n, made)

    def _with_terms(self, n: int, leg: MachineLeg, made: Leg) -> Leg:
        """What of a leg is owed or on record at the close."""
        if leg.place == "contract":
            return self._contract(n, made)
        if leg.place == "loan":
            debtor = self.world.layout.payee[n]
            if self.world.layout.standing[LOAN, debtor] == n:
                self._record(made.id, "paid", self._owed_to_lenders(debtor))
        elif leg.place == "vendor_loan":
            self._record(made.id, "paid", self.history.positions[self.row, n, c.OUTSTANDING])
        elif leg.place == "tranche":
            self._record(made.id, "paid", self.history.positions[self.row, n, c.DRAWN])
        else:
            self._record(made.id, "signed", 0.0)  # no contract: nothing is promised
        return made

    def _owed_to_lenders(self, debtor: int) -> float:
        """All debt of a firm but that to vendors."""
        layout = self.world.layout
        loans = [int(leg) for leg in layout.loans[:, 0] if layout.payee[leg] == debtor]
        owed = self.history.accounts[self.row, debtor, c.DEBT]
        return max(float(owed - self.history.positions[self.row, loans, c.OUTSTANDING].sum()), 0.0)

    def _contract(self, n: int, made: Leg) -> Leg:
        """A contract: its firm part is signed, all of it announced, from the next quarter to the end of its term."""
        terms = self.world.knobs_of_leg(self.draw, n)
        backlog = float(self.history.positions[self.row, n, c.BACKLOG])
        starts = max(self.row + 1, round(float(terms[_START])) - 1)
        ends = round(float(terms[_START])) + round(float(terms[_TERM])) - 2
        self._record(made.id, "signed", float(terms[_MINIMUM]) * backlog)
        self._record(made.id, "announced", backlog)
        if ends < starts:
            return made
        span = Schedule(start=_day(self.first + starts), end=_day(self.first + ends))
        return replace(made, schedule=span)

    def _arrears(self, n: int, leg: MachineLeg) -> None:
        """Arrears that were paid have a leg of their own; what is unpaid still is due in the next quarter."""
        paid = self.history.arrears[: self.row + 1, n]
        if paid.any():
            self.legs.append(Leg(id=f"{leg.id}:arrears", kind=late_kind(leg), payer=leg.payer, payee=leg.payee))
            self.columns.append(paid)
        self._late(leg, "unpaid", float(self.history.positions[self.row, n, c.UNPAID]))

    def _late(self, leg: MachineLeg, why: str, owed: float) -> None:
        """What is owed beside the contract is due in the next quarter."""
        if owed > SMALL:
            due = _day(self.first + self.row + 1)
            kind = leg.kind if KINDS[leg.kind].family == "trade" else "running_cost"
            late = Leg(id=f"{leg.id}:{why}", kind=kind, payer=leg.payer, payee=leg.payee,
                       schedule=Schedule(start=due, end=due))  # fmt: skip
            self.beside.append(late)
            self._record(late.id, "signed", owed)

    def _stake(self, n: int, made: Leg) -> None:
        """Shares that are held through a leg, as a stake of its own."""
        for leg, issuer, holder in self.world.layout.shares:
            if leg != n:
                continue
            held = float(self.history.positions[self.row, n, c.HELD])
            every = float(self.history.stocks[self.row, issuer, c.SHARES])
            price = float(self.history.stocks[self.row, issuer, c.SHARE_PRICE])
            sectors = set(self.world.layout.sectors.tolist())
            if held <= 0.0 or every <= 0.0 or holder in sectors:
                return
            ends = self.world.entities[issuer], self.world.entities[holder]
            stake = Leg(id=f"{made.id}:held", kind="holding", payer=ends[0], payee=ends[1], share=held / every)
            self.beside.append(stake)
            self._record(stake.id, "paid", held * price)

    def _record(self, leg: str, stage: Stage, amount: float) -> None:
        """Write an amount down as a figure of the model."""
        at = self.first + self.row
        told = "central" if self.draw < 0 else str(self.draw)
        id = f"simulation:{self.world.id}:{told}"
        claim = Claim(
            id=f"{id}:{leg}:{stage}:{at}", subject=leg, attribute="amount", says=Quantity(float(amount), "USD"),
            source=Source(id=id, title=f"Simulation {self.world.id}, draw {told}", kind="analyst", tier=3),
            known_from=at.last, stage=stage, period=Span(at.first, at.last), period_label=str(at),
        )  # fmt: skip
        self.promised[leg, stage] = (Figure(chosen=claim, because=_THE_MODEL),)


def _day(quarter: Quarter) -> When:
    return When(str(quarter), quarter.first, quarter.last)
