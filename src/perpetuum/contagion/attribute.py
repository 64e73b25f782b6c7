"""Who cost whom how much: losses by channel, by origin and path, and by who bears them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books
from perpetuum.contagion.cascade import CHANNELS, PARTNERED, Attribution, Path
from perpetuum.core.errors import NetworkError
from perpetuum.core.text import both
from perpetuum.maths.ladder import Standing

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One solution as attribution needs it.

    ``standing`` is where everyone stands; ``own`` what each has outside before anything is lost through
    partners, in USD; ``revenue`` and ``funding`` what each lost through each partner (firm, partner), ``cut``
    the part of both that the shock itself took: cancelled, withdrawn, or ended by who stopped paying;
    ``forced`` who stops paying whatever it has; ``gap`` what losses leave owing beyond all outside assets, by firm;
    ``called`` what guarantors were called for, (guarantor, debtor whose fall it was, protected).
    """

    standing: Standing
    own: Array
    revenue: Array
    funding: Array
    cut: Array
    forced: NDArray[np.bool_]
    gap: Array
    called: tuple[tuple[int, int, int, float], ...] = ()


def losses(before: Settlement, after: Settlement) -> tuple[Array, Array]:
    """(firm, channel) and (firm, partner, channel) in USD, before minus after; the first adds up the second."""
    one, two = before.standing, after.standing
    firms = len(one.assets)
    pair = np.zeros((firms, firms, len(PARTNERED)))
    pair[:, :, 0] = one.from_debts - two.from_debts
    pair[:, :, 1] = one.from_shares - two.from_shares
    pair[:, :, 2] = after.revenue - before.revenue
    pair[:, :, 3] = after.funding - before.funding
    for sign, side in ((1.0, after), (-1.0, before)):
        for guarantor, debtor, protected, amount in side.called:
            # The guarantor loses through the debtor. What it owes the protected takes the place of the
            # debtor's loss there; what it then fails to pay is lost through the guarantor.
            pair[guarantor, debtor, 0] += sign * amount
            pair[protected, debtor, 0] -= sign * amount
            pair[protected, guarantor, 0] += sign * amount
    total = np.zeros((firms, len(CHANNELS)))
    total[:, 0] = before.own - after.own
    total[:, 1:5] = pair.sum(axis=1)
    total[:, 5] = two.costs - one.costs
    return total, pair


def attribute(
    books: Books, before: Settlement, after: Settlement, *, longest: int = 4, least: float = 0.01
) -> Attribution:
    """Split the loss by channel, by origin and path, and by who bears it; each split adds up.

    Parameters
    ----------
    longest, least
        Paths have at most so many steps and carry at least this share of the shock; the rest is one sum.

    Raises
    ------
    NetworkError
        If a firm gained by the shock itself: pro rata origins need losses.
    """
    loss, pair = losses(before, after)
    total = loss.sum(axis=1)
    scale = max(float(np.abs(total).max(initial=0.0)), 1e-300)
    if (loss[:, 0] < -1e-9 * scale).any():
        gains = ", ".join(np.array(books.firms)[loss[:, 0] < -1e-9 * scale])
        raise NetworkError(
            both(f"{gains} gain by the shock itself.", f"{gains} 因衝擊本身而獲利。"),
            both("Origins are split only for shocks that take.", "只有造成損失的衝擊才能拆分來源。"),
        )
    # What was lost already without the shock, the shock cannot take.
    cut = np.clip(after.cut - before.cut, 0.0, np.maximum(pair[:, :, 2] + pair[:, :, 3], 0.0))
    hit, handed, swell = _handed_on(loss, pair, cut, after.forced, _nothing(before, scale))
    began = np.linalg.solve(np.eye(len(total)) - swell[:, None] * handed, swell[:, None] * hit).astype(np.float64)
    paths, rest = _paths(books.firms, hit, total, handed, swell, longest, least)
    return Attribution(
        loss=loss, loss_by_pair=pair, total=total, began_at=began, paths=paths, paths_rest=rest,
        causes=_causes(loss, _marks(pair, before, after)), borne=_borne(books, before, after),
    )  # fmt: skip


def _nothing(before: Settlement, scale: float) -> float:
    """What is rounding and no loss, in USD."""
    return 1e-12 * max(scale, float(before.standing.assets.max(initial=0.0)))


def _handed_on(
    loss: Array, pair: Array, cut: Array, forced: NDArray[np.bool_], nothing: float
) -> tuple[Array, Array, Array]:
    """What the shock did to each (firm, by whom), the share of each loss that is handed on, and how costs swell it.

    ``began_at`` is (I - swell K)^-1 swell hit. Who lost nothing hands on nothing: what came through such a
    partner, and the costs of a firm that the shock made stop paying, began with the firm itself. Costs that
    a firm bore already without the shock can shrink a loss.
    """
    total = loss.sum(axis=1)
    lost = total > nothing
    through = pair.sum(axis=2) - cut
    handed = np.where(lost, through / np.where(lost, total, 1.0), 0.0)
    own_costs = np.where(forced, np.maximum(loss[:, 5], 0.0), 0.0)
    own = np.maximum(loss[:, 0], 0.0) + own_costs + np.maximum(through[:, ~lost], 0.0).sum(axis=1)
    arrived = total - (loss[:, 5] - own_costs)
    was_hit = arrived > nothing
    swell = np.where(lost, np.where(was_hit, total / np.where(was_hit, arrived, 1.0), 1.0), 0.0)
    own = np.where(was_hit, own, total)
    return np.diag(own) + cut, np.where(was_hit[:, None], handed, 0.0), swell


def _paths(
    firms: tuple[str, ...], hit: Array, total: Array, handed: Array, swell: Array, longest: int, least: float
) -> tuple[tuple[Path, ...], float]:
    """Walks of the loss from its origins, largest first, without the first step at the origin itself.

    A firm's own default costs swell what goes through it, so a walk carries them along.
    """
    least_worth = least * float(hit.sum())
    at_home = np.diag(hit) * swell
    open_: list[tuple[tuple[int, ...], float]] = [((int(k),), float(at_home[k])) for k in np.flatnonzero(at_home > 0)]
    taken = swell[:, None] * (hit - np.diag(np.diag(hit)))
    open_ += [((int(j), int(i)), float(taken[i, j])) for i, j in np.argwhere(taken > max(least_worth, 0.0))]
    found: list[Path] = []
    while open_:
        walk, amount = open_.pop()
        if len(walk) > 1:
            found.append(Path(firms=tuple(firms[k] for k in walk), amount=amount))
        if len(walk) > longest:
            continue
        for i in np.flatnonzero(handed[:, walk[-1]] > 0):
            arrives = amount * float(handed[i, walk[-1]]) * float(swell[i])
            if arrives >= least_worth:
                open_.append(((*walk, int(i)), arrives))
    found.sort(key=lambda path: -path.amount)
    rest = float(total.sum() - at_home.sum()) - sum(path.amount for path in found)
    return tuple(found), max(0.0, rest)


def _causes(loss: Array, marks: float) -> Mapping[str, float]:
    sums = loss.sum(axis=0)
    causes = {"shock": sums[0], "costs": sums[5], "revenue": sums[3], "funding": sums[4], "marks": marks}
    return {cause: float(amount) for cause, amount in causes.items()}


def _marks(pair: Array, before: Settlement, after: Settlement) -> float:
    """What claims are worth less although nobody has failed to pay them, in USD; zero where payments decide."""
    inside_short = sum(sign * float((side.standing.debt - side.standing.paid).sum()) for sign, side in
                       ((1.0, after), (-1.0, before)))  # fmt: skip
    return float(pair[:, :, 0].sum()) if inside_short == 0 and (after.standing.recovery == 1).all() else 0.0


def outside_equity(standing: Standing) -> Array:
    """What the shares of each firm are worth to owners outside, in USD; stakes held inside passed through."""
    left: Array = standing.equity - standing.from_shares.sum(axis=0)
    return left


def _borne(books: Books, before: Settlement, after: Settlement) -> Mapping[str, float]:
    kept = outside_equity(before.standing) - outside_equity(after.standing)
    found = {"shareholders": float(kept.sum())}
    for bearer, owed in books.by_bearer.items():
        found[bearer] = float((owed * (before.standing.recovery - after.standing.recovery)).sum())
    # Running costs that a lost revenue no longer covers are owed to others.
    for sign, side in ((1.0, after), (-1.0, before)):
        found["others"] += sign * float((side.gap * (1.0 - side.standing.recovery[0])).sum())
    return found
