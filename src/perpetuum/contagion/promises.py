"""What a guarantee can be called for on a date, and what nobody can know about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from perpetuum.contagion.books import Form, Guarantee
from perpetuum.core.deal import Leg, Trigger
from perpetuum.core.network import Network
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter

_NO_TERMS = both("its terms are not on record", "條款沒有紀錄")
_NO_CAP = both("no source states its cap", "沒有來源說明上限")
_NO_DEBTOR = both("the leg it covers is not in the ledger, so whose loss it covers is unknown",
                  "所擔保的分項不在帳本中，無法得知涵蓋誰的損失")  # fmt: skip
_FORMS: dict[str, Form] = {"payment": "payment", "residual_value": "residual_value", "capacity": "capacity"}


def guarantee_of(network: Network, leg: Leg) -> tuple[Guarantee | None, Text]:
    """A guarantee as the books hold it, or why it cannot be there."""
    terms = leg.contingent
    if terms is None:
        return None, _NO_TERMS
    if not terms.covers:
        return None, _NO_DEBTOR
    cap = _cap(network, leg)
    if cap is None:
        return None, _NO_CAP
    released, because = cap
    first = terms.from_.first if terms.from_ else None
    last = terms.until.last if terms.until else None
    in_term = (first is None or network.at >= first) and (last is None or network.at <= last)
    if not in_term:
        released = (0.0, 0.0)
        begins = terms.from_ if first and network.at < first else terms.until
        because = both(f"its term runs from {terms.from_ or '?'} to {terms.until or '?'}",
                       f"期間自 {terms.from_ or '?'} 至 {terms.until or '?'}") if begins else because  # fmt: skip
    conditions = {each: _holds(network, each) for each in conditions_of(terms.when)}
    relet = network.parameters.get("relet_share")
    return Guarantee(
        leg=leg.id, guarantor=leg.payer, protected=leg.payee, cap=released,
        full=terms.cap.value if terms.cap else None, covers=terms.covers,
        share=1.0 if terms.share is None else terms.share, form=_FORMS.get(terms.form or "", "payment"),
        trigger=terms.when, holds=conditions, in_term=in_term, because=because,
        relet=relet.value if relet and terms.form == "residual_value" else 0.0,
    ), _NO_TERMS  # fmt: skip


def conditions_of(trigger: Trigger) -> Iterator[Trigger]:
    """The single conditions of a trigger that are no default."""
    if trigger.word in ("all", "any"):
        for part in trigger.parts:
            yield from conditions_of(part)
    elif trigger.word != "default":
        yield trigger


def defaults_of(trigger: Trigger) -> Iterator[str]:
    """The firms whose fall a trigger speaks of."""
    if trigger.word in ("all", "any"):
        for part in trigger.parts:
            yield from defaults_of(part)
    elif trigger.word == "default" and trigger.of:
        yield trigger.of


def ways_of(trigger: Trigger, holds: Mapping[Trigger, bool | None], open_triggers: bool) -> tuple[tuple[str, ...], ...]:
    """The ways in which a trigger can come to hold: for each, the firms that must have fallen.

    No way at all: some condition that is no default does not hold. Conditions that nobody can decide
    count as ``open_triggers`` says.

    Examples
    --------
    >>> falls = Trigger(word="default", of="lab")
    >>> ready = Trigger(word="milestone", of="site", stock="phases")
    >>> ways_of(Trigger(word="all", parts=(falls, ready)), {ready: True}, False)
    (('lab',),)
    >>> ways_of(Trigger(word="any", parts=(falls, ready)), {ready: False}, False)
    (('lab',),)
    """
    if trigger.word == "default":
        return ((trigger.of or "",),)
    if trigger.word == "any":
        return tuple(way for part in trigger.parts for way in ways_of(part, holds, open_triggers))
    if trigger.word == "all":
        found = product(*(ways_of(part, holds, open_triggers) for part in trigger.parts))
        return tuple(tuple(firm for way in ways for firm in way) for ways in found)
    known = holds.get(trigger)
    return ((),) if (open_triggers if known is None else known) else ()


def _cap(network: Network, leg: Leg) -> tuple[tuple[float, float], Text | None] | None:
    """What of the cap is released by now, (low, high) USD, and what is not known about it."""
    terms = leg.contingent
    if terms is None or terms.cap is None:
        return None
    full = terms.cap.value
    steps = terms.cap_follows
    if steps is None:
        return (full, full), None
    done = _stock(network, steps.of, steps.stock)
    if done is None:
        return (0.0, full), both(
            f"how much of it is released follows {steps.stock} of {steps.of}, which is not known",
            f"已釋出的額度取決於 {steps.of} 的 {steps.stock}，目前未知",
        )
    released = full * min(1.0, done / steps.full)
    return (released, released), None


def _stock(network: Network, of: str, stock: str) -> float | None:
    """A stock that milestones speak of, if anybody reports it."""
    panel = network.reported
    if panel is None:
        return None
    now = Quarter.of(network.at)
    for back in range(3):
        if figure := panel.figure(of, stock, now + -back):
            return figure.value
    return None


def _holds(network: Network, condition: Trigger) -> bool | None:
    """Does a condition hold on the date? None where nobody reports what it speaks of."""
    if condition.word == "milestone" and condition.of and condition.stock:
        done = _stock(network, condition.of, condition.stock)
        if done is None:
            return None
        return done >= _needed(condition) if condition.reaches else done > 0
    return None


def _needed(condition: Trigger) -> float:
    from perpetuum.core.quantity import Quantity

    return Quantity.parse(condition.reaches or "0").value
