"""In which order firms fell: rank correlation with the days on which they did, beside orders that need no model."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from perpetuum.core.collapse import Collapse
from perpetuum.core.criterion import Criterion
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.replay import NEVER, Judged, Lived, unknown, verdict_of
from perpetuum.report.words import joined, plain, say

Floats = NDArray[np.float64]


def judge(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    """Whether the median quarters of default stand in the order of the days, over enough firms to tell."""
    dated = sorted((each for each in ledger.collapses if each.on.first > opens), key=lambda each: each.on.first)
    seen = [each for each in dated if lived is not None and each.entity in lived.falls]
    happened = (
        say("replay.order.happened", count=len(dated), first=numbers.day(dated[0].on.first),
            last=numbers.day(dated[-1].on.last)),
    ) if dated else ()  # fmt: skip
    fewest, least = int(one.fewest or 0), float(one.least or 0.0)
    if lived is None or len(seen) < 2:
        return unknown(one, happened, say("replay.order.too_few", count=len(seen), of=len(dated), needs=fewest))
    rho, share = _agreement(seen, lived, least)
    told = say(
        "replay.order.model", count=len(seen), rho=_rho(rho), share=numbers.share(share), least=plain(f"{least:g}")
    )
    beside = (told, *_order_beside(ledger, seen, lived, least))
    if len(seen) < fewest:
        because = say("replay.order.too_few", count=len(seen), of=len(dated), needs=fewest)
        return unknown(one, happened, because, beside)
    return Judged(
        criterion=one, verdict=verdict_of(rho >= least, share), happened=happened, model=told, share=share,
        beside=beside[1:],
    )  # fmt: skip


def _agreement(seen: Sequence[Collapse], lived: Lived, least: float) -> tuple[float, float]:
    """Rank correlation of the median quarters of default with the days, and the share of futures that reach a bar."""
    days = np.array([each.on.first.toordinal() for each in seen], dtype=np.float64)
    falls = np.stack([lived.falls[each.entity] for each in seen], axis=1)
    medians = np.array([lived.median_fall(each.entity) for each in seen])
    each = spearman(falls, days)
    return float(spearman(medians[None, :], days)[0]), float((np.nan_to_num(each, nan=-1.0) >= least).mean())


def spearman(falls: Floats, days: Floats) -> Floats:
    """Rank correlation of each row with the days; ties share their ranks, what never falls comes last.

    Returns
    -------
    array, (future,)
        NaN where all of a row are tied: no order at all.

    Examples
    --------
    >>> spearman(np.array([[0.0, 2.0, np.inf], [5.0, 5.0, 5.0]]), np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, nan]
    """
    ours, theirs = rankdata(falls, axis=1), rankdata(days)
    ours, theirs = ours - ours.mean(axis=1, keepdims=True), theirs - theirs.mean()
    scale = np.sqrt((ours**2).sum(axis=1) * (theirs**2).sum())
    return np.asarray(np.divide(ours @ theirs, scale, out=np.full(len(ours), np.nan), where=scale > 0.0))


def _order_beside(ledger: Ledger, seen: Sequence[Collapse], lived: Lived, least: float) -> tuple[Text, ...]:
    """The same on dates with a page, a naive order (the largest debt first), how early, and who stood."""
    found = []
    paged = [each for each in seen if not each.is_remembered]
    if 2 <= len(paged) < len(seen):
        rho, _ = _agreement(paged, lived, least)
        found.append(say("replay.order.reported", count=len(paged), rho=_rho(rho)))
    days = np.array([each.on.first.toordinal() for each in seen], dtype=np.float64)
    for word, order in _naive(seen, lived):
        if not np.isnan(order).any():
            found.append(say(f"replay.order.{word}", rho=_rho(float(spearman(order[None, :], days)[0]))))
    found += _timing(seen, lived)
    stood = sorted({*lived.world.cast.gears} - {each.entity for each in ledger.collapses})
    if stood:
        fell = [firm for firm in stood if lived.median(firm) is not None]
        found.append(say("replay.order.stood", count=len(stood), fell=len(fell),
                         firms=joined([names.firm(ledger, firm) for firm in stood])))  # fmt: skip
    return tuple(found)


def _naive(seen: Sequence[Collapse], lived: Lived) -> tuple[tuple[str, Floats], ...]:
    """Two orders that need no model: the largest debt first, and the fewest quarters of losses in cash first.

    Losses are interest at the base rate less EBITDA, at the opening.
    """
    cash, debt, ebitda = (
        np.array([_opening(lived, f"{each.entity}.opening_{what}") for each in seen])
        for what in ("cash", "debt", "ebitda")
    )
    losses = _opening(lived, "base_rate") * debt - ebitda
    quarters = np.divide(cash, losses, out=np.full_like(cash, NEVER), where=losses > 0.0)
    return ("naive", -debt), ("runway", np.where(np.isnan(losses), np.nan, quarters))


def _timing(seen: Sequence[Collapse], lived: Lived) -> list[Text]:
    """How many quarters early or late half of the futures are, over the firms that fall in half of them."""
    off = [when - Quarter.of(each.on.first) for each in seen if (when := lived.median(each.entity)) is not None]
    if not off:
        return []
    early, middle = sum(one < 0 for one in off), float(np.median(off))
    return [say("replay.order.timing", count=len(off), early=early, quarters=_signed_number(middle))]


def _signed_number(value: float) -> Text:
    return plain(f"{value:+g}".replace("-", "−"))


def _opening(lived: Lived, address: str) -> float:
    world = lived.world
    return float(world.values[world.resolved.addresses.knob(address).index])


def _rho(value: float) -> Text:
    return say("replay.order.none") if np.isnan(value) else plain(f"{value:.2f}".replace("-", "−"))
