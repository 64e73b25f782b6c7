"""A shock travels until everyone has paid what they can: who falls, in what order, and who pays in the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.attribute import attribute, losses
from perpetuum.contagion.books import Basis, Books, Guarantee, View
from perpetuum.contagion.cascade import CHANNELS, PARTNERED, CallOf, Cascade, Fall, Least, Push, Unique
from perpetuum.contagion.from_network import books as books_of
from perpetuum.contagion.promises import defaults_of, ways_of
from perpetuum.contagion.shock import Shock
from perpetuum.contagion.solve import Solved, live_calls, solve, with_gap
from perpetuum.contagion.strike import Struck, before_and_after
from perpetuum.contagion.study import STANDARD, Study
from perpetuum.core.network import Network
from perpetuum.core.text import Text, both
from perpetuum.maths.sweeps import least

Array = NDArray[np.float64]


def stress(
    network: Network | Books,
    shock: Shock,
    *,
    study: Study = STANDARD,
    view: View = "value",
    basis: Basis = "book",
    horizon: int = 4,
) -> Cascade:
    """What a shock does to a network.

    Parameters
    ----------
    network
        A network of a date, or books made by hand (then view, basis and horizon are theirs).
    shock
        Hits and their size; ``Shock.parse`` reads the words of the terminal.
    study
        One valuation for each channel.
    view, basis, horizon
        As for ``books``.

    Returns
    -------
    Cascade
        With ``status``; the greatest solution (least harm), and whether it is the only one.

    Raises
    ------
    UnknownName, NetworkError
        For what the shock or the books cannot be; all problems at once.

    Notes
    -----
    Rounds are logic, not dates. Losses are the difference of two solutions, without and with the
    shock. Sources: see ``perpetuum.maths.ladder`` and the valuations.

    Examples
    --------
    A lab owes a cloud 10, the cloud owes lenders 9, a vendor owns parts of both:

    >>> made = Books.of(
    ...     outside_assets={"lab": 12, "cloud": 3, "vendor": 5},
    ...     obligations=[("lab", "cloud", 10), ("cloud", "banks", 9)],
    ...     holdings=[("vendor", "lab", 0.25), ("vendor", "cloud", 0.5)],
    ... )
    >>> out = stress(made, Shock.parse("lab: -8 USD"))
    >>> [(fall.firm, round(fall.recovery, 2)) for fall in out.falls]
    [('lab', 0.4), ('cloud', 0.78)]
    >>> out.attribution.total
    array([8. , 6. , 2.5])
    """
    books = network if isinstance(network, Books) else books_of(network, view=view, basis=basis, horizon=horizon)
    books, quiet, struck = before_and_after(books, shock)
    unhurt = solve(books, study, quiet, opening=np.zeros(len(books.firms)))
    opening = unhurt.rounds[0].standing.equity
    before = solve(books, study, quiet, opening=opening)
    after = solve(books, study, struck, opening=opening)
    open_ = _other_end(books, study, quiet, struck, opening)
    return _told(books, shock, study, before, after, open_, struck)


def _other_end(
    books: Books, study: Study, quiet: Struck, struck: Struck, opening: Array
) -> tuple[Solved, Solved] | None:
    """The same, without and with the shock, with every undecided trigger met; if that makes a difference."""
    if not study.pays:
        return None
    low, high = (
        [(each.leg, call) for each, call in live_calls(books, struck, end)] for end in (False, True)
    )  # fmt: skip
    if low == high:
        return None
    first, last = (solve(books, study, start, opening=opening, open_triggers=True) for start in (quiet, struck))
    return first, last


def _told(
    books: Books,
    shock: Shock,
    study: Study,
    before: Solved,
    after: Solved,
    open_: tuple[Solved, Solved] | None,
    struck: Struck,
) -> Cascade:
    split = attribute(books, before.end, after.end)
    by_round = [losses(before.end, each) for each in after.rounds]
    unique, most_harm = _unique(books, study, after, struck)
    other = open_[1] if open_ else None
    ends = [split.total]
    if open_:
        ends.append(losses(open_[0].end, open_[1].end)[0].sum(axis=1))
    standing = after.end.standing
    fell_before = tuple(books.firms[i] for i in np.flatnonzero(before.round_of_default > 0))
    edge = tuple(
        books.firms[i] for i in np.flatnonzero(after.at_edge) if books.firms[i] not in books.unknown_equity
    )  # fmt: skip
    return Cascade(
        books=books, shock=shock, study=study, firms=books.firms, before=before.end.standing.equity,
        equity=np.array([each.standing.equity for each in after.rounds]),
        recovery=_recovery(standing.debt, standing.paid), debt=standing.debt.sum(axis=0), short=standing.short,
        round_of_default=after.round_of_default, at_edge=edge, loss=np.array([loss for loss, _ in by_round]),
        attribution=split,
        falls=_falls(books, after, split.loss, split.loss_by_pair),
        calls=tuple(_call_of(books, each, after, other, struck) for each in books.guarantees),
        status=after.status if before.status == "settled" else before.status,
        unique=unique, least=most_harm, residual=max(before.residual, after.residual),
        error_bound=max(before.error_bound, after.error_bound), low=np.min(ends, axis=0), high=np.max(ends, axis=0),
        loss_by_pair=np.array([pair for _, pair in by_round]), called=_called(books, after),
        fell_before=fell_before, origin=books.origin,
    )  # fmt: skip


def _recovery(debt: Array, paid: Array) -> Array:
    """Share of all its debts that each pays; 1 for who owes nothing."""
    owes = debt.sum(axis=0)
    return np.where(owes > 0, paid.sum(axis=0) / np.where(owes > 0, owes, 1.0), 1.0)


def _falls(books: Books, after: Solved, loss: Array, pair: Array) -> tuple[Fall, ...]:
    order = [i for i in np.argsort(after.round_of_default, kind="stable") if after.round_of_default[i] > 0]
    standing = after.end.standing
    return tuple(
        Fall(
            firm=books.firms[i], round=int(after.round_of_default[i]), owes=float(standing.debt[:, i].sum()),
            pays=float(standing.paid[:, i].sum()), pushed=pushes(books, int(i), loss, pair),
        )
        for i in order
    )  # fmt: skip


def pushes(books: Books, firm: int, loss: Array, pair: Array) -> tuple[Push, ...]:
    """What a firm lost by itself and through each partner, largest first, with the legs behind it."""
    found = [
        Push(channel=channel, partner=None, amount=float(loss[firm, CHANNELS.index(channel)]))
        for channel in ("own", "costs")
    ]  # fmt: skip
    for k, channel in enumerate(PARTNERED):
        for j in np.flatnonzero(pair[firm, :, k] > 0):
            found.append(
                Push(
                    channel=channel, partner=books.firms[j], amount=float(pair[firm, j, k]),
                    legs=legs_between(books, books.firms[firm], books.firms[j], channel),
                )
            )  # fmt: skip
    return tuple(sorted((push for push in found if push.amount > 0), key=lambda push: -push.amount))


def legs_between(books: Books, firm: str, partner: str, channel: str) -> tuple[str, ...]:
    """The legs on which a firm can lose through a partner in one channel."""
    if channel == "owed":
        direct = [o.leg for o in books.obligations if o.debtor == partner and o.creditor == firm]
        vouched = [g.leg for g in books.guarantees if g.guarantor == firm and partner in defaults_of(g.trigger)]
        legs = [*direct, *vouched]
    elif channel == "owned":
        legs = [h.leg for h in books.holdings if h.owner == firm and h.firm == partner]
    else:
        legs = [e.leg for e in books.expected if e.firm == firm and e.partner == partner and e.channel == channel]
    return tuple(leg for leg in legs if leg)


def _called(books: Books, after: Solved) -> Array:
    """What each guarantor was called for by the end of each round, in USD."""
    called = np.zeros((len(after.rounds), len(books.firms)))
    for k, each in enumerate(after.rounds):
        for guarantor, _, _, amount in each.called:
            called[k, guarantor] += amount
    return called


def _unique(books: Books, study: Study, after: Solved, struck: Struck) -> tuple[Unique, Least | None]:
    """Is the greatest solution the only one? Checked where payments alone decide; if not, the least one too."""
    moved = any(each.revenue.any() or each.funding.any() for each in after.rounds)
    if not study.pays or moved or after.called:
        return "not_checked", None
    claims = with_gap(books.claims, struck.gap)
    swept = least(claims, after.end.standing.outside_assets, costs=study.costs)
    if not swept.error_bound <= 1e-8:
        return "not_checked", None
    money = after.end.standing.money
    debt = claims.debt.sum(axis=0)
    size = np.maximum(np.maximum(money, debt), 1e-300)
    if bool((np.abs(money - swept.money) <= 1e-7 * size).all()):
        return "yes", None
    equity = np.maximum(0.0, swept.money - debt)
    return "no", Least(equity=equity, fallen=struck.forced | (swept.money < debt * (1 - 1e-7)))


def _call_of(books: Books, each: Guarantee, after: Solved, other: Solved | None, struck: Struck) -> CallOf:
    called, paid = (side.get(each.leg, 0.0) for side in (after.called, after.paid))
    most = (other or after).called.get(each.leg, 0.0), (other or after).paid.get(each.leg, 0.0)
    fallen = {books.firms[i] for i in np.flatnonzero(after.round_of_default > 0)}
    needs = [firm for firm in defaults_of(each.trigger) if firm not in fallen]
    holds, can_hold = (
        each.in_term and any(fallen.issuperset(way) for way in ways_of(each.trigger, each.holds, open_))
        for open_ in (False, True)
    )
    met: bool | None = each.leg in struck.called or holds
    # Undecided conditions, of another guarantee too, can be what makes a firm fall.
    if not met and (can_hold or most[0] > 0):
        met = None
    return CallOf(
        leg=each.leg, guarantor=each.guarantor, protected=each.protected, full=each.full, released=each.cap,
        called=(min(called, most[0]), max(called, most[0])), paid=(min(paid, most[1]), max(paid, most[1])), met=met,
        because=_why(books, each, needs, met),
    )  # fmt: skip


def _why(books: Books, each: Guarantee, needs: list[str], met: bool | None) -> Text:
    if met:
        return both("its trigger is met: it pays for the loss it covers, up to its cap",
                    "觸發條件成立：在上限內補償所涵蓋的損失")  # fmt: skip
    parts = []
    if needs:
        who = _named(books, needs)
        parts.append(both(f"{who.en} has not fallen in this study", f"「{who.zh}」在本情境中並未倒下"))
    else:
        fell = _named(books, list(defaults_of(each.trigger)))
        if any(defaults_of(each.trigger)):
            parts.append(both(f"{fell.en} has fallen in this study", f"「{fell.zh}」在本情境中已倒下"))
    if not each.in_term and each.because:
        parts.append(both(f"but {each.because.en}", f"但{each.because.zh}") if not needs else each.because)
    else:
        parts += [
            _condition(trigger.stock or trigger.word, books.name_of(trigger.of or ""), holds)
            for trigger, holds in each.holds.items()
            if not holds
        ]
    ends = (
        both("nothing is due", "無須支付")
        if met is False
        else both("whether anything is due is not known", "是否須支付未知")
    )
    return both(
        "; ".join(part.en for part in parts) + f": {ends.en}", "；".join(part.zh for part in parts) + f"：{ends.zh}"
    )


def _condition(what: str, of: Text, holds: bool | None) -> Text:
    if holds is None:
        return both(f"{what} of {of.en} is not known", f"「{of.zh}」的 {what} 未知")
    return both(f"{what} of {of.en} is not reached", f"「{of.zh}」的 {what} 尚未達成")


def _named(books: Books, firms: list[str]) -> Text:
    return both(
        ", ".join(books.name_of(firm).en for firm in firms) or "–", "、".join(books.name_of(f).zh for f in firms) or "–"
    )
