"""Do those who pay for AI pay for it? What customers paid the engines over what the engines paid out in cash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from perpetuum.circularity import Circularity
from perpetuum.core.claim import Figure
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers, verdict_money
from perpetuum.report.sentence import Number, Sentence
from perpetuum.report.wheels import roles_of
from perpetuum.report.words import joined, say

Word = Literal["yes", "no", "unknown"]
# How far back four known quarters are looked for.
BACK = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What one engine took in and paid out over four quarters, USD; low and high where sources differ."""

    firm: str
    taken: tuple[float, float, float]
    paid: tuple[float, float, float]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The share of the engines' cash bills that customers paid.

    ``value`` goes by the chosen figures. ``low`` counts only customers known to be end users, at the worst figures;
    ``high`` every customer, at the best ones.
    """

    first: Quarter
    last: Quarter
    firms: tuple[str, ...]
    left: tuple[str, ...]
    value: float
    low: float
    high: float
    figures: tuple[Figure, ...]

    @property
    def word(self) -> Word:
        """What follows from the interval alone.

        Examples
        --------
        >>> q = Quarter(2025, 4)
        >>> Cover(first=q, last=q, firms=("a",), left=(), value=0.6, low=0.5, high=0.9, figures=()).word
        'no'
        >>> Cover(first=q, last=q, firms=("a",), left=(), value=1.0, low=0.9, high=1.2, figures=()).word
        'unknown'
        """
        if self.low >= 1.0:
            return "yes"
        return "no" if self.high < 1.0 else "unknown"


def cover(ledger: Ledger, network: Network, of: Circularity) -> Cover | None:
    """The newest four quarters for which an engine's receipts and payments are known; nothing where there are none."""
    engines = tuple(firm for firm, role in roles_of(ledger, network).items() if role == "engine")
    if network.reported is None or not engines:
        return None
    newest = Quarter.of(network.at)
    for back in range(BACK):
        last = newest + -back
        if last.last > network.at:
            continue
        bills = [bill for firm in engines if (bill := _bill(network.reported, firm, last + -3, last)) is not None]
        if bills:
            return _of_bills(of, bills, last + -3, last, engines)
    return None


def _of_bills(of: Circularity, bills: list[Bill], first: Quarter, last: Quarter, engines: tuple[str, ...]) -> Cover:
    firms = tuple(bill.firm for bill in bills)
    flows = of.tracer.completed.flows
    inside = {n for n, step in enumerate(flows.steps) if first.first <= step.first and step.last <= last.last}
    named = sum(
        entry.amount for entry in flows.named
        if entry.payer == "END_USERS" and entry.payee in firms and entry.step in inside
    )  # fmt: skip
    taken, paid = (
        [sum(sums) for sums in zip(*each, strict=True)]
        for each in ((b.taken for b in bills), (b.paid for b in bills))
    )  # fmt: skip
    return Cover(
        first=first, last=last, firms=firms, left=tuple(firm for firm in engines if firm not in firms),
        value=taken[0] / paid[0], low=min(named, taken[1]) / paid[2], high=taken[2] / paid[1],
        figures=tuple(figure for bill in bills for figure in bill.figures),
    )  # fmt: skip


def _bill(panel: Panel, firm: str, first: Quarter, last: Quarter) -> Bill | None:
    """What a firm took in, and with what its cash fell beyond that; nothing where either is unknown."""
    days = (first.first, last.last)
    revenue = panel.over(firm, "revenue", *days)
    flow, sign = panel.over(firm, "free_cash_flow", *days), -1.0
    if not flow:
        flow, sign = panel.over(firm, "cash_burn", *days), 1.0
    burnt = [sign * each for each in _ends(flow)]
    if not flow:
        cash, built = panel.over(firm, "operating_cash_flow", *days), panel.over(firm, "capex", *days)
        flow = (*cash, *built) if cash and built else ()
        burnt = [spent - got for spent, got in zip(_ends(built), _ends(cash), strict=True)]
    if not revenue or not flow:
        return None
    taken = _ends(revenue)
    # Rivals of one figure are set against the chosen ones of the other, so that no claim is used against itself.
    paid = (taken[0] + burnt[0], taken[0] + min(burnt), taken[0] + max(burnt))
    return Bill(firm=firm, taken=taken, paid=paid, figures=(*revenue, *flow)) if paid[1] > 0 else None


def _ends(figures: Iterable[Figure]) -> tuple[float, float, float]:
    """The sum of some figures as chosen, and with the lowest and the highest claim of each."""
    said = [[claim.says.value for claim in (figure.chosen, *figure.others)] for figure in figures]
    return sum(each[0] for each in said), sum(min(each) for each in said), sum(max(each) for each in said)


def lines(ledger: Ledger, network: Network, of: Circularity) -> tuple[Sentence, ...]:
    """The verdict in two lines: whether customers pay the engines' bills, and whose money the fuel makers received."""
    return (_cover_line(ledger, network, cover(ledger, network, of)), *_fuel_lines(ledger, network, of))


def _cover_line(ledger: Ledger, network: Network, found: Cover | None) -> Sentence:
    if found is None:
        has_engines = "engine" in roles_of(ledger, network).values()
        return Sentence(id="cover", text=say("cover.none" if has_engines else "cover.nobody"),
                        knowledge="we do not know", value=None)  # fmt: skip
    firms, left = (joined([names.firm(ledger, firm) for firm in each]) for each in (found.firms, found.left))
    window = numbers.window(str(found.first.year) if found.first.number == 1 else f"{found.first}..{found.last}")
    word = say(f"cover.word.{found.word}")
    text = say(
        "cover.partly" if found.left else "cover.known", firms=firms, left=left, window=window,
        word=Text(en=word.en.lower(), zh=word.zh) if found.left else word,
        value=numbers.share(found.value), bounds=numbers.between(found.low, found.high),
    )  # fmt: skip
    return Sentence(
        id="cover", text=text, knowledge="our arithmetic", evidence=found.figures, gist=found.word,
        value={"value": found.value, "low": found.low, "high": found.high, "word": found.word, "stage": "paid",
               "first": found.first, "last": found.last, "firms": found.firms, "left": found.left},
        numbers=(Number(id="cover", label=say("cover.how"), shown=numbers.share(found.value), low=found.low,
                        high=found.high),),
    )  # fmt: skip


def _fuel_lines(ledger: Ledger, network: Network, of: Circularity) -> Iterator[Sentence]:
    """How much of what the fuel makers received is traced to financing by firms of the machine."""
    fuel = tuple(firm for firm, role in roles_of(ledger, network).items() if role == "fuel")
    told = verdict_money.ranges(of, network, "fuel", fuel) if fuel else None
    if told is None:
        if fuel:
            yield Sentence(id="fuel", text=say("cover.fuel.none"), knowledge="we do not know", value=None)
        return
    firms = [names.firm(ledger, firm) for firm in told.firms]
    yield Sentence(
        id="fuel", knowledge="our arithmetic", evidence=told.evidence, value=verdict_money.value(told),
        text=say("cover.fuel", receipts=numbers.money(told.receipts), window=numbers.window(told.window),
                 firms=joined(firms) if len(firms) <= 3 else say("cover.makers", count=len(firms)),
                 low=numbers.share(told.low["recycled"]), lost=numbers.share(told.lost),
                 bounds=numbers.between(told.low["recycled"], told.high["recycled"])),
    )  # fmt: skip
