"""The machine as wheels: what fuel, gears and engines received, whose money it was, and what moved between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from perpetuum.circularity import Circularity
from perpetuum.circularity.flows import CLASSES, Paid, one_node_each
from perpetuum.circularity.shares import OF_CLASS, ORIGINS, Origin
from perpetuum.circularity.steps import Step
from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.maths.shapes import Float
from perpetuum.maths.tracing import OP, Rule
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Money
from perpetuum.report.evidence import claims_of
from perpetuum.report.views import parts
from perpetuum.report.words import joined, say

Role = Literal["fuel", "gear", "engine"]
ROLES: tuple[Role, ...] = ("fuel", "gear", "engine")
# The rim of a wheel, in the order in which it is drawn.
RIM: tuple[Origin, ...] = (
    "end_users", "other_customers", "outside_equity", "debt",
    "own_financing", "others_financing", "unknown", "unnamed_customers",
)  # fmt: skip
# Where money comes from that no wheel paid, and where money goes that no wheel receives.
ENTERS = {
    "END_USERS": "end_users", "NON_AI_CUSTOMERS": "other_customers", "GOVERNMENT": "other_customers",
    "OTHER_GPU_BUYERS": "other_customers", "UNNAMED_CUSTOMERS": "unnamed_customers",
    "OUTSIDE_EQUITY": "outside_equity", "DEBT": "debt", "UNKNOWN": "unknown",
}  # fmt: skip
LEAVES = {"STAFF": "staff", "POWER": "power", "OTHER_PAYEES": "unnamed_payees", "UNKNOWN": "unknown"}
OTHERS = "other_firms"
NAMED = 4  # firms and payments that are named before the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stretch of a rim: what came from one origin."""

    origin: Origin
    money: Money
    share: float
    usd: float
    name: Text
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """What the firms of one role received in one period, and whose money it was.

    ``rim`` adds up to the whole; it is empty where nothing is known to have been received. ``missing`` are firms whose
    receipts nobody states: then the amount is the least it can be.
    """

    role: Role
    receipts: float
    text: Text
    rim: tuple[Part, ...]
    missing: tuple[Text, ...]
    sentence: Text
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What moved in one period from one place to another, in one way: bought, financed, or given back."""

    payer: str
    payee: str
    how: str
    money: Money | None
    usd: float
    text: Text
    sentence: Text
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """All wheels and what moved between them in one period of so many quarters."""

    label: str
    text: Text
    quarters: int
    wheels: tuple[Wheel, ...]
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine at one stage, period by period, oldest first.

    ``usual`` is the period to begin with: the newest in which most wheels are known to have received something.
    ``largest`` and ``widest`` are the largest receipts of a wheel and the largest stream of any period, USD, so that
    all periods can be drawn on one scale. ``unknown`` counts promises between wheels of which no amount is known.
    """

    stage: Stage
    step: str
    rule: Rule
    firms: Mapping[Role, tuple[Text, ...]]
    periods: tuple[Period, ...]
    usual: str | None
    largest: float
    widest: float
    unknown: int
    caption: Text
    none: Text | None
    claims: Mapping[str, Claim]


def roles_of(ledger: Ledger, network: Network) -> dict[str, Role]:
    """The wheel of each firm: its first part in the cast, with those it stands for; else its main role.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> roles_of(ledger, ledger.network(stage="paid"))["oracle"]
    'gear'
    """
    cast = ledger.case.machine
    if cast is None:
        return {
            each.id: role for each in network.entities if not each.aggregate for role in ROLES if each.roles[0] == role
        }
    found: dict[str, Role] = {}
    members: tuple[tuple[Role, tuple[str, ...]], ...] = (
        ("fuel", cast.fuel), ("gear", cast.gears), ("engine", cast.engines),
    )  # fmt: skip
    for role, firms in members:
        for firm in firms:
            found.setdefault(firm, role)
    stand_ins = {firm: found[other] for firm, other in cast.stands_for.items() if other in found}
    # Who stands for others in a simulation is no firm that could report anything.
    pools = {firm for firm in found if ledger.entities[firm].aggregate} | {*cast.stands_for.values()}
    return {firm: role for firm, role in (found | stand_ins).items() if firm not in pools}


def machine(ledger: Ledger, network: Network, of: Circularity, rule: Rule = "burn") -> Machine:
    """Every period in which a wheel is known to have received or paid anything."""
    roles, claims = roles_of(ledger, network), dict[str, Claim]()
    nodes = one_node_each(network)
    by_role = {role: tuple(firm for firm, its in roles.items() if its == role) for role in ROLES}
    steps = of.tracer.completed.flows.steps
    entries = _by_step(of, {nodes.get(firm, firm): role for firm, role in roles.items()})
    periods = tuple(
        Period(
            label=step.label, text=numbers.window(step.label), quarters=len(step.quarters),
            wheels=tuple(_wheel(ledger, network, of, rule, t, role, by_role[role], claims) for role in ROLES
                         if by_role[role]),
            streams=tuple(_streams(ledger, network, of, step, entries.get(t, {}), claims)),
        )
        for t, step in enumerate(steps)
    )  # fmt: skip
    known = tuple(each for each in periods if each.streams or any(wheel.receipts for wheel in each.wheels))
    silent = sum(_between(network, unknown.leg, roles) for unknown in of.unknown)
    return Machine(
        stage=of.stage, step=of.step, rule=rule, periods=known, usual=_usual(known), unknown=silent, claims=claims,
        firms={role: tuple(names.firm(ledger, firm) for firm in by_role[role]) for role in ROLES},
        largest=max((wheel.receipts for each in known for wheel in each.wheels), default=0.0),
        widest=max((stream.usd for each in known for stream in each.streams), default=0.0),
        caption=say(f"wheels.caption.{of.stage}", rule=say(f"rule.{rule}")),
        none=None if known else say("wheels.none" if roles else "wheels.nobody"),
    )  # fmt: skip


def _usual(periods: tuple[Period, ...]) -> str | None:
    known = [sum(wheel.receipts > 0 for wheel in each.wheels) for each in periods]
    return next(
        (each.label for each, count in zip(periods[::-1], known[::-1], strict=True) if count == max(known)), None
    )


def _between(network: Network, leg: str, roles: Mapping[str, Role]) -> bool:
    found = next((each for each in (*network.every, *network.legs) if each.id == leg), None)
    return found is not None and found.payer in roles and found.payee in roles


def _wheel(
    ledger: Ledger, network: Network, of: Circularity, rule: Rule, t: int, role: Role, firms: tuple[str, ...],
    claims: dict[str, Claim],
) -> Wheel:  # fmt: skip
    flows = of.tracer.completed.flows
    there = tuple(dict.fromkeys(firm for firm in firms if firm in flows.firms))
    sums = dict.fromkeys(RIM, 0.0)
    for firm in there:
        for origin, usd in _origins(of, there, of.tracer.row(firm, rule)[t]).items():
            sums[origin] += usd
    total = sum(sums.values())
    whole = {firm for firm, step in of.tracer.completed.reported if step == t}
    missing = tuple(names.firm(ledger, firm) for firm in firms if firm not in whole) if of.stage == "paid" else ()
    rim = tuple(
        Part(origin=origin, money=parts.COLOUR[origin], share=usd / total, usd=usd, name=_origin_name(origin),
             text=numbers.share(usd / total))
        for origin, usd in sums.items() if usd > 0
    )  # fmt: skip
    text = numbers.money(total) if total else say("unknown")
    if total and missing:
        text = say("at_least", amount=text)
    window = say("wheels.all") if of.stage == "announced" else numbers.window(flows.steps[t].label)
    lost = sums["unknown"] + sums["unnamed_customers"]
    key = "wheels.wheel" if total else "wheels.wheel.none"
    return Wheel(
        role=role, receipts=total, text=text, rim=rim, missing=missing,
        sentence=say(key, role=say(f"wheels.role.{role}"), amount=text, window=window,
                     own=numbers.share(sums["own_financing"] / total if total else None),
                     lost=numbers.share(lost / total if total else None)),
        evidence=_keep(claims, _of_receipts(network, of, there, t)),
    )  # fmt: skip


def _origin_name(origin: Origin) -> Text:
    return say(f"wheels.origin.{origin}") if origin in ("own_financing", "others_financing") else ORIGINS[origin]


def _origins(of: Circularity, wheel: tuple[str, ...], by_tag: Float[np.ndarray, " tag"]) -> dict[Origin, float]:
    """One row of tagged money as the rim of a wheel; own is what its own firms financed or bought."""
    flows, tags = of.tracer.completed.flows, of.tracer.tags
    out: dict[Origin, float] = dict.fromkeys(RIM, 0.0)
    for n, name in enumerate(flows.outside):
        out[OF_CLASS[name]] += float(by_tag[n])
    own = float(sum(by_tag[tags.financing(flows.position(firm))] for firm in wheel))
    every = float(by_tag[tags.financing(0) : tags.financing(tags.firms)].sum())
    out["unknown"] += float(by_tag[tags.unknown])
    out["own_financing"] += own + float(by_tag[tags.purchases])
    out["others_financing"] += every - own
    return out


def _of_receipts(network: Network, of: Circularity, firms: tuple[str, ...], t: int) -> Iterator[Figure]:
    """The figures of what some firms received in one step: named payments, and their own statements."""
    flows = of.tracer.completed.flows
    legs = {entry.leg for entry in flows.named if entry.step == t and entry.flow_class == OP and entry.payee in firms}
    yield from _in_time(parts.figures_of(network, sorted(legs)), flows.steps[t])
    yield from _in_time((each for each in of.tracer.completed.figures if each.chosen.subject in firms), flows.steps[t])


def _in_time(figures: Iterable[Figure], step: Step) -> Iterator[Figure]:
    for figure in figures:
        span = figure.chosen.period
        if span is None or (span.first <= step.last and step.first <= span.last):
            yield figure


def _keep(claims: dict[str, Claim], figures: Iterable[Figure]) -> tuple[str, ...]:
    """The ids of the claims; the claims themselves stand once at the foot of the answer."""
    found = claims_of(tuple(figures))
    claims.update({claim.id: claim for claim in found})
    return tuple(claim.id for claim in found)


def _by_step(of: Circularity, roles: Mapping[str, Role]) -> dict[int, dict[tuple[str, str, str], list[Paid]]]:
    """Payments that a wheel makes or gets, by step and by where they come from, go to, and how."""
    flows, how = of.tracer.completed.flows, {number: word for word, number in CLASSES.items()}
    found: dict[int, dict[tuple[str, str, str], list[Paid]]] = {}
    for entry in (*flows.named, *flows.completed):
        if entry.payer not in roles and entry.payee not in roles:
            continue
        payer = roles.get(entry.payer) or ENTERS.get(entry.payer, OTHERS)
        payee = roles.get(entry.payee) or LEAVES.get(entry.payee, OTHERS)
        found.setdefault(entry.step, {}).setdefault((payer, payee, how[entry.flow_class]), []).append(entry)
    return found


# What money is known to be by the place it comes from; what a firm buys with can be anybody's.
_MONEY: dict[str, Money] = {
    "end_users": "end_users", "other_customers": "end_users", "outside_equity": "outside", "debt": "outside",
    "unnamed_customers": "unknown", "unknown": "unknown",
}  # fmt: skip


def _streams(
    ledger: Ledger, network: Network, of: Circularity, step: Step, found: Mapping[tuple[str, str, str], list[Paid]],
    claims: dict[str, Claim],
) -> Iterator[Stream]:  # fmt: skip
    order = (*ROLES, *dict.fromkeys(ENTERS.values()), *LEAVES.values(), OTHERS)
    for (payer, payee, how), entries in sorted(found.items(), key=lambda one: [order.index(end) for end in one[0][:2]]):
        usd = sum(entry.amount for entry in entries)
        legs = sorted({entry.leg for entry in entries if entry.leg})
        figures = list(_in_time(parts.figures_of(network, legs), step))
        if len(legs) < len(entries):  # some of it rests on firms' own statements
            ends = {entry.payee for entry in entries} | {entry.payer for entry in entries}
            own = (each for each in of.tracer.completed.figures if each.chosen.subject in ends)
            figures += _in_time(own, step)
        text = numbers.money(usd)
        yield Stream(
            payer=payer, payee=payee, how=how, usd=usd, text=text,
            money="recycled" if how == "fin" and payer not in _MONEY else _MONEY.get(payer),
            sentence=say(f"wheels.stream.{how}", payer=say(f"wheels.place.{payer}"), payee=say(f"wheels.place.{payee}"),
                         amount=text, stage=say(f"stage.{of.stage}"), largest=_largest(ledger, entries)),
            evidence=_keep(claims, figures),
        )  # fmt: skip


def _largest(ledger: Ledger, entries: list[Paid]) -> Text:
    """The largest payments of a stream by name, and the end of the sentence."""
    sums: dict[tuple[str, str], float] = {}
    for entry in entries:
        if entry.payer in ledger.entities and entry.payee in ledger.entities:
            sums[entry.payer, entry.payee] = sums.get((entry.payer, entry.payee), 0.0) + entry.amount
    pairs = sorted(sums.items(), key=lambda one: -one[1])
    if not pairs:
        return Text(en=".", zh="。")
    told = [joined([names.path(ledger, pair), numbers.money(usd)], " ", " ") for pair, usd in pairs[:NAMED]]
    rest = len(pairs) - NAMED
    if rest > 0:
        told.append(say("wheels.more", count=rest))
    return Text(en=f": {', '.join(each.en for each in told)}.", zh=f"：{'、'.join(each.zh for each in told)}。")
