"""How large must a shock be, and where must it strike, before something happens?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Basis, Books, View
from perpetuum.contagion.cascade import Path, Unique
from perpetuum.contagion.from_network import books as books_of
from perpetuum.contagion.probe import Probe, State, happens, losing, lost_together
from perpetuum.contagion.shock import Hit, Shock
from perpetuum.contagion.solve import live_calls
from perpetuum.contagion.stress import stress
from perpetuum.contagion.strike import Struck
from perpetuum.contagion.study import STANDARD, Study
from perpetuum.contagion.target import Target, checked, parse_target
from perpetuum.core.errors import NetworkError
from perpetuum.core.network import Network
from perpetuum.core.text import both
from perpetuum.maths.bisect import first_crossing
from perpetuum.maths.critical import critical_haircuts

if TYPE_CHECKING:
    from perpetuum.maths.least_loss import LeastLoss

__all__ = ["Below", "CriticalSize", "Reached", "Reverse", "Target", "parse_target", "reverse"]

Array = NDArray[np.float64]
Kind = Literal["uniform", "target", "size"]
Status = Literal["settled", "lower_bound", "upper_bound", "no_shock_reaches_it", "not_settled"]
EVERYONE = (Hit(word="loses", firm="all", share=1.0),)
# Just below a size means this share of it, just above it a hair more.
JUST_BELOW, HAIR = 0.999, 1e-6
_MOST_SECONDS = 20.0
_MOST_PATHS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalSize:
    """A size at which something happens; ``trigger`` falls by the shock itself, ``dominoes`` with it."""

    size: float
    trigger: tuple[str, ...] = ()
    dominoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """What there is just below: the size (a share of the shock), who has fallen, what the target has left.

    ``lost`` is the share of its equity that the target has lost, ``equity`` in USD; none without a target.
    """

    size: float
    fallen: tuple[str, ...]
    equity: float | None = None
    lost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The largest effect there is, where nothing reaches the outcome: share of its equity lost, and who falls.

    ``firm`` is empty where all firms together are meant.
    """

    firm: str
    lost: float
    equity: float
    fallen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """The smallest shock that brings an outcome about; money in USD.

    Parameters
    ----------
    kind
        ``uniform``: everyone with a known balance loses the same share; ``target``: the least loss,
        wherever it strikes; ``size``: one shock, made larger and larger.
    sizes
        The critical sizes, smallest first; the outcome happens just above. Of a target there is one.
    total, loss
        Loss of outside assets in all (infinite if nothing reaches it) and by firm.
    direct
        What the target alone would have to lose, even if that is more than it has.
    verified
        Tried out: a hair more brings the outcome, 99.9 % of it does not.
    gap
        Proven: a loss smaller by more than this share does not do; none where no solver can tell.
    status
        ``lower_bound``: the least loss is larger than this one; ``upper_bound``: this loss does it, but
        more than payments decides, and ``gap`` (if any) is how much less might do.
    largest
        What the worst shock does, where nothing reaches the outcome.
    fell_before
        Firms that have fallen without any shock.
    """

    kind: Kind
    target: Target | None
    study: str
    status: Status
    sizes: tuple[CriticalSize, ...] = ()
    shock: Shock | None = None
    total: float = math.nan
    loss: Mapping[str, float] = field(default_factory=dict)
    direct: float | None = None
    just_below: Below | None = None
    paths: tuple[Path, ...] = ()
    verified: bool = False
    gap: float | None = None
    unique: Unique = "not_checked"
    monotone: bool = True
    largest: Reached | None = None
    fell_before: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        """The smallest critical size; infinite where nothing reaches the outcome."""
        return self.sizes[0].size if self.sizes else math.inf

    @property
    def path(self) -> Path | None:
        """The largest path on which the loss reaches the target, or the first to fall."""
        return self.paths[0] if self.paths else None


def reverse(
    network: Network | Books | None = None,
    *,
    target: Target | str | None = None,
    outcome: Callable[[float], bool] | None = None,
    shock: Shock | None = None,
    low: float = 0.0,
    high: float = 1.0,
    study: Study = STANDARD,
    view: View = "value",
    basis: Basis = "book",
    horizon: int = 4,
) -> Reverse:
    """Find the smallest shock that brings an outcome about.

    Parameters
    ----------
    network
        A network of a date, or books; not needed for an ``outcome``.
    target
        ``oracle:falls`` and the like. Without a ``shock`` the least total loss is found, wherever it
        strikes; with one, the size of that shock. ``uniform`` or nothing: a loss of the same share of
        outside assets by everyone whose balance is known. ``3:fall`` and ``all:loss>=5bn USD`` ask for the
        size of a shock; without one, of a loss of the same share by everyone.
    outcome
        Any function of a size between ``low`` and ``high``, so that it works for simulations too.
    study, view, basis, horizon
        As for ``stress``.

    Raises
    ------
    UnknownName, NetworkError
        For firms nobody knows, and for targets whose equity nobody knows.

    Notes
    -----
    Where payments of one rank, shares and default costs decide, haircuts are exact and the least loss
    is one mixed-integer program. Where revenue, guarantees, ranks, warrants or other models take part,
    haircuts are found within 1e-6 by bisection and the least loss along a few directions; a program in
    which each fall does its worst then says how much less might do. An outcome
    that comes and goes is marked by ``monotone``. Source: see ``perpetuum.maths.least_loss``.

    Examples
    --------
    >>> made = Books.of(
    ...     outside_assets={"lab": 12, "cloud": 3}, obligations=[("lab", "cloud", 10), ("cloud", "banks", 9)]
    ... )
    >>> found = reverse(made, target="cloud:falls")
    >>> round(found.total, 6), found.direct, found.unique, found.verified
    (6.0, 4.0, 'no', True)
    """
    if outcome is not None:
        return _of_outcome(outcome, target, shock, low, high, study)
    if network is None:
        raise _refused("there is no network to ask.", "沒有可供計算的網路。",
                       "Give a network or books, or an outcome.", "請提供網路或帳目，或提供 outcome。")  # fmt: skip
    books = network if isinstance(network, Books) else books_of(network, view=view, basis=basis, horizon=horizon)
    wanted = parse_target(target) if isinstance(target, str) else target or Target(word="uniform")
    wanted = checked(books, wanted)
    if wanted.word == "uniform":
        if shock is not None:
            raise _refused("uniform is a shock of its own.", "uniform 本身就是一種衝擊。",
                           "Leave the shock out, or name an outcome such as <firm>:falls.",
                           "請不要另給衝擊，或指定結果，例如 <firm>:falls。")  # fmt: skip
        return _uniform(books, study)
    if shock is None and not wanted.is_about_one:
        # Where many are meant, no one loss is the least: the search is for a share that everyone loses.
        shock = Shock(hits=EVERYONE)
    if shock is not None:
        return _of_size(books, study, wanted, shock, low, high)
    return _least(books, study, wanted)


def _refused(en: str, zh: str, repair: str, mend: str) -> NetworkError:
    return NetworkError(both(en, zh), both(repair, mend))


def payments_decide(books: Books, study: Study) -> bool:
    """Is everything here debts in one rank and shares, so that the exact methods speak?"""
    simple = books.ranks == 1 and not books.warrants
    hopes = any(not (each.channel == "funding" and books.view == "value") for each in books.expected)
    return study.pays and simple and not hopes and not books.guarantees


# ---- any outcome, and one shock


def _of_outcome(
    outcome: Callable[[float], bool], target: Target | str | None, shock: Shock | None, low: float, high: float,
    study: Study,
) -> Reverse:  # fmt: skip
    if target is not None or shock is not None:
        raise _refused("an outcome of one's own needs neither target nor shock.", "自訂結果不需要目標或衝擊。",
                       "Give one of them.", "請擇一提供。")  # fmt: skip
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise _empty(low, high)
    found = first_crossing(outcome, low, high)
    return Reverse(
        kind="size", target=None, study=str(study), monotone=found.monotone, verified=found.reached,
        status="settled" if found.reached else "no_shock_reaches_it",
        sizes=(CriticalSize(size=found.at),) if found.reached else (),
        just_below=Below(size=found.below, fallen=()),
    )  # fmt: skip


def _empty(low: float, high: float) -> NetworkError:
    return _refused(f"the range of sizes from {low} to {high} is empty.", f"衝擊大小的範圍 {low} 到 {high} 是空的。",
                    "Give two numbers, the smaller one first.", "請給兩個數字，較小的在前。")  # fmt: skip


def _of_size(books: Books, study: Study, target: Target, shock: Shock, low: float, high: float) -> Reverse:
    """The size of one shock at which the target is reached."""
    if not 0 <= low < high <= 1:
        raise _empty(low, high)
    probe = Probe(books, study, shock.hits)
    books = probe.books
    checked(books, target)
    _has_equity(books, target, probe.before)
    unknown = books.unknown_equity
    found = first_crossing(lambda size: happens(target, probe.before, probe.at(size), unknown), low, high)
    said = Reverse(
        kind="size", target=target, study=str(study), status="settled", monotone=found.monotone,
        shock=shock.resized(found.at), fell_before=_names(probe.before, books),
    )  # fmt: skip
    if not found.reached:
        largest = _reached(target, probe.before, probe.at(high), books)
        return replace(said, status="no_shock_reaches_it", largest=largest, shock=shock.resized(high))
    below = min(found.below, JUST_BELOW * found.at)
    state = probe.at(below)
    fallen = _firm(target) or tuple(sorted(_new(probe, min(high, _above(found.at)))))
    return replace(
        said, sizes=(CriticalSize(size=found.at, trigger=fallen),),
        just_below=_below(below, target, probe.before, state, books),
        verified=found.at <= low or not happens(target, probe.before, state, unknown),
        paths=_paths(probe.start, study, shock.resized(found.at), fallen[:1]),
    )  # fmt: skip


# ---- everyone the same share


def _uniform(books: Books, study: Study) -> Reverse:
    """Every share of outside assets at which firms start to fall, if all with a known balance lose it."""
    probe = Probe(books, study, EVERYONE)
    exact = payments_decide(books, study)
    sizes = _haircuts(books, study) if exact else tuple(_halved(probe))
    said = Reverse(
        kind="uniform", target=Target(word="uniform"), study=str(study), sizes=sizes, status="settled",
        fell_before=_names(probe.before, books), gap=0.0 if exact else HAIR,
    )  # fmt: skip
    if not sizes:
        return replace(said, status="no_shock_reaches_it", largest=None, verified=not _new(probe, 1 - 1e-9))
    first = sizes[0]
    below, above = JUST_BELOW * first.size, _above(first.size)
    shock = Shock(hits=EVERYONE, size=first.size)
    known = _known(books)
    return replace(
        said, shock=shock, total=first.size * float(books.outside_assets[known].sum()),
        loss={books.firms[i]: first.size * float(books.outside_assets[i]) for i in np.flatnonzero(known)
              if first.size * books.outside_assets[i] > 0},
        just_below=_below(below, None, probe.before, probe.at(below), books),
        verified=_is_true(probe, sizes), paths=_paths(books, study, shock.resized(above), first.trigger[:1]),
    )  # fmt: skip


def _above(size: float) -> float:
    return min(1.0, size + HAIR * max(size, 1e-3))


def _haircuts(books: Books, study: Study) -> tuple[CriticalSize, ...]:
    claims, costs = books.claims, study.costs
    found = critical_haircuts(
        claims.owed[0], claims.outside[0], books.outside_assets, owned=claims.owned, exempt=~_known(books),
        alpha=costs.alpha, beta=costs.beta_debts, beta_shares=costs.beta_shares,
    )  # fmt: skip
    name = books.firms
    return tuple(
        CriticalSize(size=c.x, trigger=tuple(name[i] for i in c.trigger), dominoes=tuple(name[i] for i in c.dominoes))
        for c in found.critical
    )


def _halved(probe: Probe) -> Iterator[CriticalSize]:
    """The same by halving, within a millionth: what has fallen at a size has fallen at every larger one."""
    unknown = probe.books.unknown_equity
    first, last = probe.at(0.0), probe.at(1 - 1e-9)
    open_ = [(0.0, 1 - 1e-9, first, last)]
    while open_:
        low, high, before, after = open_.pop()
        new = after.fallen(unknown) - before.fallen(unknown)
        if not new:
            continue
        if high - low <= HAIR:
            rounds = {firm: int(after.round_of_default[after.firms.index(firm)]) for firm in new}
            trigger = tuple(sorted(firm for firm in new if rounds[firm] == min(rounds.values())))
            yield CriticalSize(size=high, trigger=trigger, dominoes=tuple(sorted(new - set(trigger))))
            continue
        middle = (low + high) / 2
        state = probe.at(middle)
        open_ += [(middle, high, state, after), (low, middle, before, state)]


def _new(probe: Probe, size: float) -> frozenset[str]:
    """Who has fallen at a size and not without a shock."""
    unknown = probe.books.unknown_equity
    return probe.at(size).fallen(unknown) - probe.before.fallen(unknown)


def _is_true(probe: Probe, sizes: tuple[CriticalSize, ...]) -> bool:
    """Just above each size all named so far have fallen, and just below it its trigger stands."""
    named: set[str] = set()
    for k, each in enumerate(sizes):
        follows = sizes[k + 1].size if k + 1 < len(sizes) else 1.0
        named |= {*each.trigger, *each.dominoes}
        above = probe.at(min(_above(each.size), (each.size + follows) / 2))
        fallen = above.fallen() | {above.firms[i] for i in np.flatnonzero(above.at_edge)}
        if not named <= fallen or set(each.trigger) & probe.at(JUST_BELOW * each.size).fallen():
            return False
    return True


# ---- the least loss


def _least(books: Books, study: Study, target: Target) -> Reverse:
    """The least total loss of outside assets that brings the target about."""
    probe = Probe(books, study, EVERYONE)
    _has_equity(books, target, probe.before)
    had = float(probe.before.equity[books.at(target.firm or "")])
    if target.word == "loses" and target.needs(had) > had * (1 + 1e-9):
        return Reverse(
            kind="target", target=target, study=str(study), status="no_shock_reaches_it", total=math.inf,
            largest=_reached(target, probe.before, probe.at(1.0), books), fell_before=_names(probe.before, books),
        )  # fmt: skip
    exact = payments_decide(books, study)
    found = _program(books, study, target, probe.before)
    said = Reverse(
        kind="target", target=target, study=str(study), status=found.status, direct=found.direct,
        gap=found.gap if math.isfinite(found.gap) else None, unique=found.unique if exact else "not_checked",
        fell_before=_names(probe.before, books),
    )  # fmt: skip
    if exact and found.status == "no_shock_reaches_it":
        return replace(said, total=math.inf, largest=_reached(target, probe.before, probe.at(1.0), books))
    if exact:
        return _tried(books, study, target, probe, said, found.loss)
    if happens(target, probe.before, probe.before):
        return _tried(books, study, target, probe, replace(said, status="settled"), 0.0 * found.loss)
    loss = _cheapest_way(books, study, target, probe, found)
    if loss is None:
        largest = _reached(target, probe.before, probe.at(1.0), books)
        return replace(said, status="no_shock_reaches_it", total=math.inf, largest=largest, gap=None)
    gap = _gap(books, study, target, probe.before, float(loss.sum()))
    status: Status = "settled" if gap is not None and gap <= 10 * HAIR else "upper_bound"
    return _tried(books, study, target, probe, replace(said, status=status, gap=gap), loss)


def _gap(books: Books, study: Study, target: Target, before: State, total: float) -> float | None:
    """How much less might do, as a share of the loss found; none where no program can tell."""
    from perpetuum.maths.least_loss import least_loss_bound

    lost_with = worst_of_falls(books, study)
    if lost_with is None or total <= 0:
        return None
    claims, place = books.claims, books.at(target.firm or "")
    bound = least_loss_bound(
        claims.owed[0], claims.outside[0], books.outside_assets, place, lost_with, owned=claims.owned,
        most_lost=_most(books), equity_at_most=_left(target, before, place), seconds=_MOST_SECONDS,
    )  # fmt: skip
    return max(0.0, 1.0 - bound / total)


def worst_of_falls(books: Books, study: Study) -> Array | None:
    """(firm, partner) USD that a firm loses, or has to pay, at most once a partner has fallen.

    Revenue, funding and called guarantees; none where they cannot be told from falls alone, and with
    default costs, ranks or warrants.
    """
    only_falls = all(channel.id == "stops_when_failed" for channel in (study.revenue, study.funding))
    if not (study.pays and study.costs.are_none and only_falls and books.ranks == 1 and not books.warrants):
        return None
    place = {firm: i for i, firm in enumerate(books.firms)}
    out = np.zeros((len(place), len(place)))
    for each in books.expected:
        if each.partner in place and each.firm in place and not (each.channel == "funding" and books.view == "value"):
            out[place[each.firm], place[each.partner]] += each.amount * each.margin
    quiet = Struck(assets=books.outside_assets, gap=0.0 * books.outside_assets, forced=_known(books) & False,
                   cut={}, withdrawn={}, called=frozenset())  # fmt: skip
    for _, call in live_calls(books, quiet, False):
        if call.lost:
            return None
        for debtor in {*call.needs, *(cover.debtor for cover in call.covers)}:
            out[call.guarantor, debtor] += call.cap
    return out


def _program(books: Books, study: Study, target: Target, before: State) -> LeastLoss:
    """The mixed-integer program on debts of all ranks together."""
    # The solver takes a while to load, and only this question needs it.
    from perpetuum.maths.least_loss import least_loss

    claims, costs = books.claims, study.costs
    place = books.at(target.firm or "")
    return least_loss(
        claims.owed.sum(axis=0), claims.outside.sum(axis=0), books.outside_assets, place, owned=claims.owned,
        most_lost=_most(books), alpha=costs.alpha, beta=costs.beta_debts, beta_shares=costs.beta_shares,
        equity_at_most=_left(target, before, place), must_fall=target.word == "falls", seconds=_MOST_SECONDS,
    )  # fmt: skip


def _left(target: Target, before: State, place: int) -> float:
    """What the target is to be left with, in USD."""
    had = float(before.equity[place])
    return 0.0 if target.word == "falls" else max(0.0, had - target.needs(had))


def _most(books: Books) -> Array:
    """What each can lose: all it has outside, nothing where nobody knows what that is."""
    return np.where(_known(books), books.outside_assets, 0.0)


def _cheapest_way(books: Books, study: Study, target: Target, probe: Probe, found: LeastLoss) -> Array | None:
    """The cheapest of a few directions: what payments alone would say, the target alone, everyone."""
    most, place = _most(books), books.at(target.firm or "")
    ways = [(most, 1.0), (np.where(np.arange(len(most)) == place, most, 0.0), 1.0)]
    if found.status in ("settled", "lower_bound"):
        ways.append((found.loss, 2.0))
    best: Array | None = None
    for way, longest in ways:
        if not way.any():
            continue

        def reaches(size: float, way: Array = way) -> bool:
            return happens(target, probe.before, _after(probe, np.minimum(size * way, most)))

        crossing = first_crossing(reaches, 0.0, longest)
        loss = np.minimum(crossing.at * way, most)
        if crossing.reached and (best is None or loss.sum() < best.sum()):
            best = loss
    return best


def _after(probe: Probe, loss: Array) -> State:
    return probe.losing(dict(zip(probe.books.firms, loss.tolist(), strict=True)))


def _tried(books: Books, study: Study, target: Target, probe: Probe, said: Reverse, loss: Array) -> Reverse:
    """The answer with its loss tried out: a hair more brings it, a thousandth less does not."""
    place, most, before = books.at(target.firm or ""), _most(books), probe.before
    more = np.minimum(loss * (1 + HAIR), most)
    above, below = _after(probe, more), _after(probe, JUST_BELOW * loss)
    brings = happens(target, before, above) or bool(target.word == "falls" and above.at_edge[place])
    spared = not loss.any() or not happens(target, before, below)
    by_firm = {firm: float(amount) for firm, amount in zip(books.firms, loss, strict=True) if amount > 0}
    shock = Shock(hits=losing(by_firm))
    return replace(
        said, total=float(loss.sum()), loss=by_firm, shock=shock, verified=brings and spared,
        sizes=(CriticalSize(size=1.0 if by_firm else 0.0, trigger=_firm(target),
                            dominoes=tuple(sorted(above.fallen(books.unknown_equity) - {target.firm}))),),
        just_below=_below(JUST_BELOW, target, before, below, books),
        paths=_paths(books, study, shock, _firm(target)) if by_firm else (),
    )  # fmt: skip


# ---- what all of them tell


def _known(books: Books) -> NDArray[np.bool_]:
    return np.array([firm not in books.unknown_equity for firm in books.firms], dtype=bool)


def _firm(target: Target) -> tuple[str, ...]:
    return (target.firm,) if target.firm else ()


def _names(state: State, books: Books) -> tuple[str, ...]:
    return tuple(sorted(state.fallen(books.unknown_equity)))


def _has_equity(books: Books, target: Target, before: State) -> None:
    """A firm without equity has none to lose."""
    if target.word == "loses" and not before.equity[books.at(target.firm or "")] > 0:
        raise _refused(f"{target.firm} has no equity to lose.", f"{target.firm} 沒有可供損失的權益。",
                       f"Ask {target.firm}:falls.", f"可改問 {target.firm}:falls。")  # fmt: skip


def _below(size: float, target: Target | None, before: State, state: State, books: Books) -> Below:
    fallen = _names(state, books)
    if target is None or target.firm is None:
        return Below(size=size, fallen=fallen)
    i = books.at(target.firm)
    return Below(size=size, fallen=fallen, equity=float(state.equity[i]), lost=_lost(before, state, i))


def _lost(before: State, state: State, place: int) -> float:
    had = float(before.equity[place])
    return (had - float(state.equity[place])) / had if had > 0 else 0.0


def _reached(target: Target, before: State, worst: State, books: Books) -> Reached:
    if not target.is_about_one:
        known = _known(books)
        had, lost = float(before.equity[known].sum()), lost_together(before, worst, books.unknown_equity)
        return Reached(
            firm="", lost=lost / had if had > 0 else 0.0, equity=float(worst.equity[known].sum()),
            fallen=_names(worst, books),
        )  # fmt: skip
    i = books.at(target.firm or "")
    return Reached(
        firm=target.firm or "", lost=_lost(before, worst, i), equity=float(worst.equity[i]),
        fallen=_names(worst, books),
    )  # fmt: skip


def _paths(books: Books, study: Study, shock: Shock, firms: tuple[str, ...]) -> tuple[Path, ...]:
    """How the loss comes to a firm: by itself, and through partners; largest first."""
    if not firms:
        return ()
    out = stress(books, shock, study=study)
    own = float(out.attribution.loss[out.books.at(firms[0]), 0])
    found = [path for path in out.attribution.paths if path.firms[-1] == firms[0]]
    if own > 0:
        found.append(Path(firms=(firms[0],), amount=own))
    return tuple(sorted(found, key=lambda path: -path.amount)[:_MOST_PATHS])
