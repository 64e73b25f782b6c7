"""The smallest shock that stops the machine: what everybody would have to lose, or one gear or engine alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

from perpetuum.contagion import Books, books
from perpetuum.contagion.reverse import CriticalSize, Reverse, parse_target, reverse
from perpetuum.core.claim import Figure
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.case import Case
from perpetuum.report import names, numbers
from perpetuum.report.sentence import Number, Sentence
from perpetuum.report.snapshots import BASIS, HORIZON
from perpetuum.report.verdict_money import turning
from perpetuum.report.words import joined, say

# Told as bounds: a size is found by halving, within this share of everything.
_TOLERANCE = 1e-6


def machine_firms(case: Case) -> tuple[str, ...]:
    """Gears and engines: the machine stands still when one of them falls."""
    engines = case.machine.engines if case.machine else case.groups.get("engines", ())
    found = turning(case)
    gears = found.get("gear") or tuple(firm for firms in found.values() for firm in firms)
    return tuple(dict.fromkeys((*gears, *engines)))


def sentences(ledger: Ledger, network: Network) -> tuple[Sentence, ...]:
    """Everybody loses the same share; one firm is struck as cheaply as possible; and whom nobody can ask about."""
    try:
        made = books(network, basis=BASIS, horizon=HORIZON)
        return tuple(_told(ledger, network, made))
    except (NetworkError, UnknownName) as error:
        text = say("verdict_page.shock.refused", why=error.what)
        return (Sentence(id="shock", text=text, knowledge="we do not know", value=None),)


def _told(ledger: Ledger, network: Network, made: Books) -> Iterator[Sentence]:
    firms = tuple(firm for firm in machine_firms(ledger.case) if firm in made.firms)
    known = tuple(firm for firm in firms if firm not in made.unknown_equity)
    absent = tuple(firm for firm in machine_firms(ledger.case) if firm not in known)
    if known:
        everybody = reverse(made, target="uniform")
        yield _uniform(ledger, network, made, everybody, known)
        alone = {firm: reverse(made, target=parse_target(f"{firm}:falls")) for firm in known}
        yield _cheapest(ledger, network, made, alone)
    if absent or not known:
        yield _not_asked(ledger, absent)


def _uniform(ledger: Ledger, network: Network, made: Books, found: Reverse, known: tuple[str, ...]) -> Sentence:
    """The first size of a loss shared by all at which a gear or an engine falls."""
    first = next((each for each in found.sizes if set(known) & {*each.trigger, *each.dominoes}), None)
    if first is None:
        text = say("verdict_page.shock.uniform.none", firms=len(known))
    else:
        text = say("verdict_page.shock.uniform", size=numbers.share(first.size), usd=numbers.money(_usd(made, first)),
                   firms=_names(ledger, tuple(f for f in (*first.trigger, *first.dominoes) if f in known)),
                   tolerance=numbers.money(_TOLERANCE * _outside(made)))  # fmt: skip
    return Sentence(
        id="shock_uniform", text=text, knowledge="the model gives",
        value={"size": first.size if first else None, "usd": _usd(made, first) if first else None,
               "firms": (*first.trigger, *first.dominoes) if first else (), "within": _TOLERANCE,
               "verified": found.verified, "fell_before": found.fell_before},
        evidence=_balances(made, known), model=_model(network, found), gist=(*first.trigger, *first.dominoes) if first
        else (), numbers=() if first is None else (_point("shock.uniform", numbers.share(first.size), first.size),),
    )  # fmt: skip


def _point(id: str, shown: Text, value: float) -> Number:
    return Number(id=id, label=say(f"verdict_page.number.{id}"), shown=shown, low=value, high=value)


def _outside(made: Books) -> float:
    """USD of outside assets of everybody whose balance is known."""
    known = [usd for firm, usd in zip(made.firms, made.outside_assets, strict=True) if firm not in made.unknown_equity]
    return float(sum(known))


def _usd(made: Books, each: CriticalSize) -> float:
    return each.size * _outside(made)


def _cheapest(ledger: Ledger, network: Network, made: Books, alone: dict[str, Reverse]) -> Sentence:
    """The firm that the smallest loss brings down, wherever it strikes; with the proof of how much less might do."""
    reached = {firm: found for firm, found in alone.items() if math.isfinite(found.total) and found.sizes}
    if not reached:
        some = next(iter(alone.values()))
        return Sentence(id="shock_one", text=say("verdict_page.shock.one.none", firms=len(alone)),
                        knowledge="the model gives", value=None, model=_model(network, some))  # fmt: skip
    firm = min(reached, key=lambda each: reached[each].total)
    found = reached[firm]
    return Sentence(
        id="shock_one",
        text=say("verdict_page.shock.one", firm=names.firm(ledger, firm), total=numbers.money(found.total),
                 bound=_bound(found), firms=len(alone)),
        knowledge="the model gives",
        value={"firm": firm, "usd": found.total, "status": found.status, "gap": found.gap, "verified": found.verified,
               "proven_above": _low(found), "all": {each: told.total for each, told in reached.items()}},
        evidence=_balances(made, (firm,)), model=_model(network, found), gist=firm,
        numbers=(_point("shock.one", numbers.money(found.total), found.total),),
    )  # fmt: skip


def _low(found: Reverse) -> float | None:
    """USD below which nothing brings it down, as far as that is proven."""
    if found.status == "lower_bound":
        return found.total
    return None if found.gap is None else found.total * (1 - found.gap)


def _bound(found: Reverse) -> Text:
    low = _low(found)
    if found.status == "settled":
        return say("verdict_page.shock.exact")
    if found.status == "lower_bound":
        return say("verdict_page.shock.at_least")
    return say("verdict_page.shock.open") if low is None else say("verdict_page.shock.low", low=numbers.money(low))


def _not_asked(ledger: Ledger, absent: tuple[str, ...]) -> Sentence:
    return Sentence(
        id="shock_unknown", text=say("verdict_page.shock.unknown", firms=_names(ledger, absent), count=len(absent)),
        knowledge="we do not know", value={"firms": absent}, gist=absent,
    )  # fmt: skip


def _names(ledger: Ledger, firms: tuple[str, ...]) -> Text:
    return joined([names.firm(ledger, firm) for firm in firms])


def _balances(made: Books, firms: tuple[str, ...]) -> tuple[Figure, ...]:
    return tuple(dict.fromkeys(figure for firm in firms for figure in made.equity_figures.get(firm, ())))


def _model(network: Network, found: Reverse) -> str:
    """The model that was asked: its setting, its books, and the date and case they were made from."""
    made_from = network.origin.case_hash[:12] if network.origin else "–"
    return f"stress {found.study} {BASIS} {HORIZON}q {network.stage} {network.at} case {made_from}"
