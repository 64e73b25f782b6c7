"""One solution of a study: payments by the ladder or by sweeps, losses of revenue and funding with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.attribute import Settlement
from perpetuum.contagion.books import Books, Guarantee
from perpetuum.contagion.process import run_process
from perpetuum.contagion.promises import ways_of
from perpetuum.contagion.spread import spread
from perpetuum.contagion.strike import Struck
from perpetuum.contagion.study import Study
from perpetuum.contagion.valuation import PartnerState
from perpetuum.maths.calls import Call, Cover, clear_with_calls
from perpetuum.maths.claims import Claims
from perpetuum.maths.ladder import Standing, Status, ladder

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A solution, round by round, and how sure it is; ``called`` and ``paid`` by guarantee in USD."""

    rounds: tuple[Settlement, ...]
    round_of_default: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    status: Status
    residual: float
    error_bound: float
    called: dict[str, float]
    paid: dict[str, float]

    @property
    def end(self) -> Settlement:
        """Where it ends."""
        return self.rounds[-1]


class Losing:
    """Revenue and funding that partners stop giving; remembers each round, for it can only grow."""

    def __init__(self, books: Books, study: Study, start: Struck, opening: Array) -> None:
        self.books, self.study, self.start, self.opening = books, study, start, opening
        firms = len(books.firms)
        self.kept = np.ones(firms)
        self.hopes = np.zeros(firms)
        place = {firm: i for i, firm in enumerate(books.firms)}
        self.edges = [
            (place[each.firm], place.get(each.partner), each)
            for each in books.expected
            if each.firm in place and not (each.channel == "funding" and books.view == "value")
        ]
        for i, _, each in self.edges:
            self.hopes[i] += each.amount
        self.history: list[tuple[Array, Array]] = []

    def lost(self, state: PartnerState | None) -> tuple[Array, Array]:
        """(firm, partner) USD of revenue and of funding lost, given how partners are."""
        firms = len(self.books.firms)
        revenue, funding = np.zeros((firms, firms)), np.zeros((firms, firms))
        kept = {
            channel: np.ones(firms) if state is None else self.study.of_channel(channel).kept(state)
            for channel in ("revenue", "funding")
        }
        for i, j, each in self.edges:
            left = 1.0 if j is None else float(kept[each.channel][j])
            left *= 1.0 - self.start.cut.get(each.leg or "", 0.0)
            left *= 1.0 - (self.start.withdrawn.get(each.partner, 0.0) if each.channel == "funding" else 0.0)
            into = revenue if each.channel == "revenue" else funding
            # A pool outside has no column of its own: what it stops giving is lost at home.
            into[i, i if j is None else j] += each.amount * each.margin * (1.0 - left)
        return revenue, funding

    def first(self) -> tuple[Array, Array]:
        """Outside assets and gap at the start, with cancelled and withdrawn parts gone."""
        return self.after(self.lost(None))

    def __call__(self, fallen: NDArray[np.bool_], standing: Standing) -> tuple[Array, Array]:
        """Outside assets and gap of the coming round."""
        if not self.edges:
            return self.after(self.lost(None), remember=True)
        state = PartnerState(
            assets=np.where(fallen, 0.0, standing.assets), debt=standing.debt.sum(axis=0),
            outside_assets=standing.outside_assets, equity=np.where(fallen, 0.0, standing.equity),
            opening_equity=self.opening, fallen=fallen, receipts_kept=self.kept,
            from_shares=standing.from_shares.sum(axis=1),
        )  # fmt: skip
        return self.after(self.lost(state), remember=True)

    def after(self, lost: tuple[Array, Array], remember: bool = False) -> tuple[Array, Array]:
        """What is left outside, and what is lost beyond it."""
        revenue, funding = lost
        gone = revenue.sum(axis=1) + funding.sum(axis=1)
        if remember:
            self.history.append(lost)
            self.kept = np.where(self.hopes > 0, 1.0 - gone / np.where(self.hopes > 0, self.hopes, 1.0), 1.0)
        assets = np.maximum(0.0, self.start.assets - gone)
        gap = self.start.gap + np.maximum(0.0, gone - self.start.assets)
        return assets, gap


def solve(books: Books, study: Study, start: Struck, *, opening: Array, open_triggers: bool = False) -> Solved:
    """The greatest solution from one start.

    Parameters
    ----------
    opening
        Equity by firm before anything happened, in USD.
    open_triggers
        Whether conditions that nobody can decide count as met.
    """
    claims = books.claims
    losing = Losing(books, study, start, opening)
    assets, gap = losing.first()
    unknown = np.array([firm in books.unknown_equity for firm in books.firms], dtype=bool)
    calls = list(live_calls(books, start, open_triggers)) if study.pays else []
    if not study.pays:
        if study.is_process:
            full = with_gap(claims, gap)
            out = run_process(full, assets, study, opening=opening, fallen=start.forced, unknown=unknown)
        else:
            out = spread(
                claims, assets, study, opening=opening, fallen=start.forced, outside=losing, passes_nothing=unknown
            )
        rounds, default, edge = out.rounds, out.round_of_default, out.at_edge
        status, residual, bound = out.status, out.residual, out.error_bound
        called = paid = np.zeros((len(rounds), 0))
    elif calls:
        found = clear_with_calls(claims, assets, tuple(call for _, call in calls), costs=study.costs,
                                 fallen=start.forced, outside=losing)  # fmt: skip
        rounds, default, edge = found.rounds, found.round_of_default, found.at_edge
        status, residual, bound = found.status, found.residual, found.error_bound
        called, paid = found.called, found.paid
    else:
        way = ladder(claims, assets, costs=study.costs, fallen=start.forced, outside=losing)
        rounds, default, edge = way.rounds, way.round_of_default, way.at_edge
        status, residual, bound = way.status, way.residual, way.error_bound
        called = paid = np.zeros((len(rounds), 0))
    own = start.assets - start.gap
    settlements = []
    for k, standing in enumerate(rounds):
        revenue, funding = losing.history[k - 1] if 0 < k <= len(losing.history) else losing.lost(None)
        gone = revenue.sum(axis=1) + funding.sum(axis=1)
        cut = np.where(start.forced[None, :], revenue + funding, np.add(*losing.lost(None)))
        settlements.append(
            Settlement(
                standing=standing, own=own, revenue=revenue, funding=funding, cut=cut, forced=start.forced,
                gap=start.gap + np.maximum(0.0, gone - start.assets),
                called=tuple(
                    (call.guarantor, _whose(call), call.protected, float(called[k, c]))
                    for c, (_, call) in enumerate(calls) if called[k, c] > 0
                ),
            )
        )  # fmt: skip
    return Solved(
        rounds=tuple(settlements), round_of_default=default, at_edge=edge, status=status, residual=residual,
        error_bound=bound,
        called={g.leg: float(called[-1, c]) for c, (g, _) in enumerate(calls)},
        paid={g.leg: float(paid[-1, c]) for c, (g, _) in enumerate(calls)},
    )  # fmt: skip


def with_gap(claims: Claims, gap: Array) -> Claims:
    """Claims with obligations of rank 0 added."""
    outside = claims.outside.copy()
    outside[0] += gap
    return replace(claims, outside=outside)


def _whose(call: Call) -> int:
    """The debtor through whose fall a guarantor loses."""
    return call.needs[0] if call.needs else (call.covers[0].debtor if call.covers else call.guarantor)


def live_calls(books: Books, start: Struck, open_triggers: bool) -> list[tuple[Guarantee, Call]]:
    """Guarantees that can be called at all, as the kernel wants them."""
    found = []
    place = {firm: i for i, firm in enumerate(books.firms)}
    for each in books.guarantees:
        if each.guarantor not in place or each.protected not in place:
            continue
        forced = each.leg in start.called
        cap = each.cap[1] if open_triggers or forced else each.cap[0]
        if cap <= 0 or not (each.in_term or forced):
            continue
        ways = ((),) if forced else ways_of(each.trigger, each.holds, open_triggers)
        # Who is not in the books cannot fall.
        falls = [tuple(place[firm] for firm in way) for way in ways if all(firm in place for firm in way)]
        if falls:
            found.append((each, _call(books, each, place, cap, falls, open_triggers)))
    return found


def _call(
    books: Books, guarantee: Guarantee, place: dict[str, int], cap: float, ways: list[tuple[int, ...]], high: bool
) -> Call:
    covers = tuple(
        Cover(debtor=place[o.debtor], rank=o.rank, amount=o.amount, keeps=guarantee.relet * o.amount)
        for o in books.obligations
        if o.leg in guarantee.covers and o.debtor in place and o.creditor == guarantee.protected
    )
    lost, lost_with = 0.0, None
    if guarantee.form == "capacity":
        hopes = [e for e in books.expected if e.leg in guarantee.covers and e.firm == guarantee.protected]
        lost = sum(e.amount * e.margin for e in hopes)
        lost_with = next((place[e.partner] for e in hopes if e.partner in place), None)
    if not covers and high and not lost:
        # The amount covered is not known: at most the whole cap.
        lost = cap / max(guarantee.share, 1e-12)
    return Call(
        guarantor=place[guarantee.guarantor], protected=place[guarantee.protected], cap=cap, covers=covers,
        share=guarantee.share, needs=ways[0], or_needs=tuple(ways[1:]), lost=lost, lost_with=lost_with,
    )  # fmt: skip
