"""On whose money the machine runs: what fuel and gears received, by whose money it was, between a low and a high."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from perpetuum.circularity import Circularity, measure
from perpetuum.circularity.shares import OF_CLASS
from perpetuum.core.claim import STAGES, Figure, Stage
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.case import Case
from perpetuum.maths.shapes import Float
from perpetuum.maths.tracing import Rule
from perpetuum.report import numbers
from perpetuum.report.blocks import MONEY, Evidence, Money
from perpetuum.report.sentence import Number, Sentence
from perpetuum.report.snapshots import STEP, Snapshot
from perpetuum.report.views import parts
from perpetuum.report.words import joined, say

KINDS: tuple[Money, ...] = ("end_users", "outside", "recycled")
YEARS_BACK = (1, 2)
# Shares closer than this are one share: far below what any source can tell.
_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Receipts of some firms by kind of money, at one stage, as known on one date.

    Parameters
    ----------
    receipts
        USD, of all these firms together.
    low, high
        Fractions of the receipts by kind. Low is the least that either pool rule traces; high is the most that
        either traces with all the money nobody can trace on top.
    lost
        Fraction that is not traced, the larger one of both rules.
    """

    part: str
    firms: tuple[str, ...]
    stage: Stage
    at: datetime.date
    asof: datetime.date
    window: str
    receipts: float
    low: Mapping[Money, float]
    high: Mapping[Money, float]
    lost: float
    evidence: Evidence

    @property
    def leader(self) -> Money | None:
        """The kind that is ahead of every other wherever in its range each lies; nothing where ranges overlap."""
        for kind in KINDS:
            if all(self.low[kind] > self.high[other] + _DUST for other in KINDS if other != kind):
                return kind
        return None


def turning(case: Case) -> dict[str, tuple[str, ...]]:
    """Fuel and gears of a case: its cast, else its groups, else the firms in focus."""
    cast = case.machine
    found = {
        "fuel": cast.fuel if cast else case.groups.get("vendors", ()),
        "gear": cast.gears if cast else case.groups.get("gears", ()),
    }
    return {part: firms for part, firms in found.items() if firms} or {"focus": case.focus}


def ranges(of: Circularity, network: Network, part: str, firms: Iterable[str]) -> Ranges | None:
    """Receipts of some firms by kind of money; nothing where none of them is known to have received any.

    Of what was paid, the newest calendar year that had ended by the date spoken of; of promises, all of them.
    """
    there = tuple(firm for firm in dict.fromkeys(firms) if firm in of.firms)
    if not there:
        return None
    step = _newest_whole_year(of) if of.stage == "paid" else None
    sums = {rule: _by_money(of, there, rule, step) for rule in of.rules}
    total = max(sum(usd.values()) for usd in sums.values())
    if total <= 0:
        return None
    shares = [{kind: usd / total for kind, usd in by.items()} for by in sums.values()]
    return Ranges(
        part=part, firms=there, stage=of.stage, at=of.at, asof=of.asof, receipts=total,
        window=of.window if step is None else of.tracer.completed.flows.steps[step].label,
        low={kind: min(by[kind] for by in shares) for kind in KINDS},
        high={kind: min(1.0, max(by[kind] + by["unknown"] for by in shares)) for kind in KINDS},
        lost=max(by["unknown"] for by in shares), evidence=_evidence(of, network, there, step),
    )  # fmt: skip


def _newest_whole_year(of: Circularity) -> int | None:
    """The number of the last step that is a whole calendar year and had ended by the date; nothing if none is."""
    steps = of.tracer.completed.flows.steps
    whole = [n for n, step in enumerate(steps) if len(step.quarters) == 4 and step.last <= of.at]
    return whole[-1] if whole else None


def _by_money(of: Circularity, firms: tuple[str, ...], rule: Rule, step: int | None) -> dict[Money, float]:
    """USD received by kind of money, of one step or of all."""
    sums = dict.fromkeys(MONEY, 0.0)
    for firm in firms:
        rows = of.tracer.row(firm, rule)
        for kind, usd in kinds_in(of, rows.sum(axis=0) if step is None else rows[step]).items():
            sums[kind] += usd
    return sums


def kinds_in(of: Circularity, by_tag: Float[np.ndarray, " tag"]) -> dict[Money, float]:
    """One row of tagged money by kind: money of outside classes, of firms in the machine, and of nobody knows whom."""
    flows, tags = of.tracer.completed.flows, of.tracer.tags
    sums = dict.fromkeys(MONEY, 0.0)
    for n, name in enumerate(flows.outside):
        sums[parts.COLOUR[OF_CLASS[name]]] += float(by_tag[n])
    sums["unknown"] += float(by_tag[tags.unknown])
    sums["recycled"] += float(by_tag[tags.financing(0) : tags.financing(tags.firms)].sum() + by_tag[tags.purchases])
    return sums


def _evidence(of: Circularity, network: Network, firms: tuple[str, ...], step: int | None) -> Evidence:
    """The figures of these receipts; of one year, those that speak of it."""
    found = [figure for firm in firms for figure in parts.receipts_evidence(of, network, firm)]
    if step is not None:
        year = of.tracer.completed.flows.steps[step]
        found = [figure for figure in found if _touches(figure, year.first, year.last)]
    return tuple({figure.chosen.id: figure for figure in found}.values())


def _touches(figure: Figure, first: datetime.date, last: datetime.date) -> bool:
    span = figure.chosen.period
    return span is None or (span.first <= last and first <= span.last)


def by_stage(snapshot: Snapshot, case: Case) -> tuple[Ranges, ...]:
    """Fuel, gears and both together, at every stage that was measured."""
    return _of(snapshot.measured, snapshot.networks, case)


def _of(measured: Mapping[Stage, Circularity], networks: Mapping[Stage, Network], case: Case) -> tuple[Ranges, ...]:
    groups = turning(case)
    whole = {"both": tuple(firm for firms in groups.values() for firm in firms)} if len(groups) > 1 else {}
    found = (
        ranges(of, networks[stage], part, firms)
        for stage, of in measured.items()
        for part, firms in {**whole, **groups}.items()
    )
    return tuple(each for each in found if each is not None)


def earlier(ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str) -> tuple[Ranges, ...]:
    """The same one and two years earlier, as it was known then: oldest first."""
    found: list[Ranges] = []
    for back in sorted(YEARS_BACK, reverse=True):
        day = years_before(min(at, asof), back)
        networks = {stage: ledger.network(at=day, stage=stage, asof=day, policy=policy) for stage in STAGES}
        measured = {stage: measure(network, step=STEP[stage]) for stage, network in networks.items()}
        found += _of(measured, networks, ledger.case)
    return tuple(found)


def years_before(day: datetime.date, years: int) -> datetime.date:
    """The same day some years earlier; of 29 February, the 28th.

    Examples
    --------
    >>> years_before(datetime.date(2024, 2, 29), 1)
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def leading(found: Iterable[Ranges]) -> Ranges | None:
    """The one that answers for the machine: all its firms, by what was paid rather than by what is promised."""
    every = list(found)
    widest = [each for each in every if each.part in ("both", "focus")] or every
    order: tuple[Stage, ...] = ("paid", "signed", "announced")
    return min(widest, key=lambda each: order.index(each.stage), default=None)


def sentences(now: tuple[Ranges, ...], before: tuple[Ranges, ...]) -> tuple[Sentence, ...]:
    """Whose money it is today, and which way that has moved as far as it could be known each time."""
    told = leading(now)
    if told is None:
        return (Sentence(id="money", text=say("verdict_page.money.none"), knowledge="we do not know", value=None),)
    then = tuple(each for each in before if (each.part, each.stage) == (told.part, told.stage))
    return (_today(told), _trend(told, then))


def _today(told: Ranges) -> Sentence:
    kind = told.leader
    key = "verdict_page.money.overlap" if kind is None else "verdict_page.money.leads"
    return Sentence(
        id="money",
        text=say(key, firms=len(told.firms), receipts=numbers.money(told.receipts), frame=frame(told),
                 kind=say("money.unknown") if kind is None else say(f"money.{kind}"), shares=_shares(told),
                 lost=numbers.share(told.lost)),
        knowledge="we do not know" if kind is None else "our arithmetic",
        value=value(told), evidence=told.evidence, numbers=tuple(_numbers(told)), gist=kind,
    )  # fmt: skip


def _numbers(told: Ranges) -> Iterator[Number]:
    """The range of every kind of money."""
    for kind in KINDS:
        yield Number(id=f"money.{kind}", label=say("verdict_page.number.money", kind=say(f"money.{kind}")),
                     shown=numbers.between(told.low[kind], told.high[kind]), low=told.low[kind],
                     high=told.high[kind])  # fmt: skip


def _trend(now: Ranges, then: tuple[Ranges, ...]) -> Sentence:
    """Which kinds have surely risen or fallen since the oldest date; none where ranges touch."""
    if not then:
        return Sentence(id="money_trend", text=say("verdict_page.trend.none", stage=say(f"stage.{now.stage}")),
                        knowledge="we do not know", value=None)  # fmt: skip
    first = then[0]
    moved = {kind: direction for kind in KINDS if (direction := _moved(first, now, kind)) is not None}
    named = [say(f"verdict_page.trend.{direction}", kind=say(f"money.{kind}")) for kind, direction in moved.items()]
    dated = [say("verdict_page.trend.then", day=numbers.day(each.at), shares=_shares(each)) for each in then]
    return Sentence(
        id="money_trend",
        text=say("verdict_page.trend.sure" if moved else "verdict_page.trend.open", moved=joined(named, "; ", "；"),
                 dated=joined(dated, "; ", "；")),
        knowledge="our arithmetic" if moved else "we do not know",
        value={"moved": list(moved.items()), "then": [value(each) for each in then]},
        evidence=_once((now, *then)), gist=tuple(moved.items()),
    )  # fmt: skip


def _moved(then: Ranges, now: Ranges, kind: Money) -> str | None:
    if now.low[kind] > then.high[kind] + _DUST:
        return "rose"
    return "fell" if now.high[kind] < then.low[kind] - _DUST else None


def _once(found: Iterable[Ranges]) -> Evidence:
    return tuple(dict.fromkeys(item for each in found for item in each.evidence))


def _shares(told: Ranges) -> Text:
    """Every kind with its range."""
    each = [
        joined([say(f"money.{kind}"), numbers.between(told.low[kind], told.high[kind])], " ", " ") for kind in KINDS
    ]
    return joined(each, "; ", "；")


def frame(told: Ranges) -> Text:
    """Stage and time of some receipts."""
    if told.stage == "announced":
        return say("verdict_page.frame.announced")
    return say("verdict_page.frame", stage=say(f"stage.{told.stage}"), window=numbers.window(told.window))


def value(told: Ranges) -> dict[str, object]:
    """The numbers of some ranges as data; they are no bounds, and so are not named like bounds."""
    return {
        "part": told.part, "firms": told.firms, "stage": told.stage, "at": told.at, "asof": told.asof,
        "window": told.window, "receipts": told.receipts, "untraced": told.lost, "leader": told.leader,
        "kinds": [{"kind": kind, "least": told.low[kind], "most": told.high[kind]} for kind in KINDS],
    }  # fmt: skip
