"""Which legs a machine has: those of the deals between its members, and a standing leg for every other pair of roles.

Every flow needs a leg. Deals keep their own; where two roles trade without a deal a standing leg stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from perpetuum.core.cast import Cast
from perpetuum.core.errors import NetworkError, listed
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import Text, both
from perpetuum.machine.guarantees import COVERS_NOTHING, Vouched, covered_legs, read_guarantee


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLeg:
    """One leg of a machine, in terms of its members.

    ``deal`` is true where a deal of the case or a scenario stands behind it. ``group`` is the moment of the
    quarter at which it is settled, ``place`` what it is to the firm it belongs to. ``vouched`` says of a guarantee
    whose fall calls it.
    """

    id: str
    kind: str
    payer: str
    payee: str
    group: str
    place: str
    deal: bool = False
    vouched: Vouched | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A leg that no pair of members has: which sectors its ends were counted with."""

    leg: str
    kind: str
    payer: str
    payee: str
    because: Text


GROUP_ORDER = ("dues", "customers", "costs", "builds", "funds", "paid_out", "passed", "idle")
NOT_SIMULATED = both(
    "no pair of simulated members: its ends are counted with the sectors.", "兩端不是同時被模擬的成員：併入部門計算。"
)
NO_TERMS = both("no physical terms: capacity, price and term are not known.", "沒有實體條件：容量、價格與期間未知。")
NO_LIMIT = both("no limit: how much may be borrowed is not known.", "沒有額度：可借多少未知。")


def members(cast: Cast) -> tuple[str, ...]:
    """Firms in an order that no file can change, then the four sectors.

    Raises
    ------
    NetworkError
        If a firm plays two parts, or a part that must be there has nobody.
    """
    parts = (*cast.fuel, *cast.gears, *cast.engines)
    twice = sorted({firm for firm in parts if parts.count(firm) > 1})
    if twice:
        named = listed(twice)
        raise NetworkError(
            both(f"{named.en}: a firm that plays two parts cannot be simulated.",
                 f"{named.zh}：同一家公司不能扮演兩種角色。"),
            both("Name it once, with its main part.", "請只列一次，寫主要的角色。"),
        )  # fmt: skip
    if not parts:
        raise NetworkError(
            both("the cast has no firm.", "沒有任何被模擬的公司。"),
            both("Name firms under machine: in case.yaml.", "請在 case.yaml 的 machine: 下列出公司。"),
        )
    return (*sorted(cast.fuel), *sorted(cast.gears), *sorted(cast.engines), *cast.sectors)


def legs_of(network: Network, scenario: Scenario, cast: Cast) -> tuple[tuple[MachineLeg, ...], tuple[Folded, ...]]:
    """All legs of a machine in the order of settlement, and the legs of the network that were folded."""
    deals, folded = _deals(network, scenario, cast)
    deals += _takeovers(scenario, cast)
    legs = [*deals, *_standing(cast, deals)]
    idle = _that_cover_nothing(legs)
    folded += [
        Folded(leg=leg.id, kind=leg.kind, payer=leg.payer, payee=leg.payee, because=COVERS_NOTHING) for leg in idle
    ]
    legs = [leg for leg in legs if leg.vouched is None or all(leg.vouched is not one.vouched for one in idle)]
    order = {group: n for n, group in enumerate(GROUP_ORDER)}
    legs.sort(key=lambda leg: (order[leg.group], leg.place, leg.id))
    return tuple(legs), tuple(folded)


def _deals(network: Network, scenario: Scenario, cast: Cast) -> tuple[list[MachineLeg], list[Folded]]:
    """Deals between members that a quarter knows: contracts, tranches, vendors' loans, guarantees, warrants, stakes."""
    found: list[MachineLeg] = []
    folded: list[Folded] = []
    sized = {change.target.rpartition(".")[0] for change in scenario.changes if change.to is not None}
    known = {leg.id: (leg.kind, leg.payer, leg.payee) for leg in scenario.legs}
    if scenario.opening == "ledger":
        for leg in network.every:
            known.setdefault(leg.id, (leg.kind, leg.payer, leg.payee))
    excluded, bound = set(scenario.excluded), _bound(network, scenario)
    every = {leg.id: leg for leg in network.every}
    for id, (kind, payer, payee) in sorted(known.items()):
        if id in excluded or id not in bound:
            continue
        ends = cast.stands_for.get(payer, payer), cast.stands_for.get(payee, payee)
        if kind == "guarantee_call" and id in every:
            vouched = read_guarantee(network, cast, every[id], id in sized)
            if isinstance(vouched, Text):
                folded.append(Folded(leg=id, kind=kind, payer=payer, payee=payee, because=vouched))
            else:
                found.append(_guarantee(id, kind, vouched))
            continue
        place = _place(cast, kind, *ends)
        if place is None:
            folded.append(Folded(leg=id, kind=kind, payer=payer, payee=payee, because=NOT_SIMULATED))
        elif id not in sized and place[1] in ("contract", "warrant", "stake", "vendor_loan"):
            why = NO_LIMIT if place[1] == "vendor_loan" else NO_TERMS
            folded.append(Folded(leg=id, kind=kind, payer=payer, payee=payee, because=why))
        else:
            group, role = place
            found.append(MachineLeg(id=id, kind=kind, payer=ends[0], payee=ends[1], group=group, place=role, deal=True))
    return found, folded


def _bound(network: Network, scenario: Scenario) -> set[str]:
    """Legs that take part: named by the scenario, or known at the stage of the network."""
    named = {*scenario.included, *(leg.id for leg in scenario.legs), *(leg.id for leg in network.legs)}
    return named | {id for id, stage in network.promised if stage == network.stage}


def _place(cast: Cast, kind: str, payer: str, payee: str) -> tuple[str, str] | None:
    if kind == "cloud" and payer in cast.engines and payee in cast.gears:
        return "dues", "contract"
    if kind == "equity_investment" and payer in cast.fuel and payee in cast.engines:
        return "funds", "tranche"
    if kind == "warrant_vesting" and payer in cast.fuel and payee in cast.engines:
        return "idle", "warrant"
    if kind == "loan" and payer in cast.fuel and payee in (*cast.gears, *cast.engines):
        return "funds", "vendor_loan"
    if kind == "gift" and cast.investors in (payer, payee):
        return "costs", "gift"
    if kind == "holding" and (payer in cast.engines) != (payee in cast.engines):
        holder = payee if payer in cast.engines else payer
        return ("idle", "stake") if holder in (*cast.fuel, *cast.gears) else None
    return None


def _guarantee(id: str, kind: str, vouched: Vouched) -> MachineLeg:
    """What is called falls due among all other dues."""
    return MachineLeg(
        id=id, kind=kind, payer=vouched.guarantor, payee=vouched.protected, group="dues", place="guarantee",
        deal=True, vouched=vouched,
    )  # fmt: skip


def _that_cover_nothing(legs: list[MachineLeg]) -> list[MachineLeg]:
    """Guarantees of something that is no leg here."""
    known = [(leg.id, leg.place, leg.payer, leg.payee) for leg in legs]
    return [leg for leg in legs if leg.place == "guarantee" and leg.vouched and not covered_legs(leg.vouched, known)]


def takeover_leg(owner: str, firm: str) -> str:
    """The leg on which a new owner pays into a firm."""
    return f"{owner}>{firm}:equity_investment(takeover)"


def with_owners(scenario: Scenario, cast: Cast) -> Scenario:
    """The same scenario; whoever is taken over by nobody in particular is taken over by the investors."""
    shocks = [
        replace(shock, by=shock.by or cast.investors) if shock.do == "takeover" else shock for shock in scenario.shocks
    ]
    return replace(scenario, shocks=tuple(shocks))


def _takeovers(scenario: Scenario, cast: Cast) -> list[MachineLeg]:
    """One leg for each owner and firm that a scenario brings together."""
    shocks = with_owners(scenario, cast).shocks
    pairs = {(shock.by or "", shock.target) for shock in shocks if shock.do == "takeover"}
    return [
        MachineLeg(id=takeover_leg(owner, firm), kind="equity_investment", payer=owner, payee=firm, group="funds",
                   place="takeover", deal=True)
        for owner, firm in sorted(pairs)
        if firm in cast.firms and owner in (*cast.firms, cast.investors) and owner != firm
    ]  # fmt: skip


def _standing(cast: Cast, deals: list[MachineLeg]) -> Iterator[MachineLeg]:
    """One leg for every pair of roles that trades without a deal."""

    def leg(payer: str, payee: str, kind: str, group: str, place: str, suffix: str = "") -> MachineLeg:
        return MachineLeg(
            id=f"{payer}>{payee}:{kind}{suffix}", kind=kind, payer=payer, payee=payee, group=group, place=place
        )

    users, suppliers, investors, lenders = cast.sectors
    for e in cast.engines:
        yield from (leg(e, g, "cloud", "dues", "spot") for g in cast.gears)
        yield leg(e, suppliers, "engine_cost", "dues", "engine_costs")
        yield leg(users, e, "subscription", "customers", "subscription")
        yield leg(investors, e, "equity_investment", "funds", "round")
    for g in cast.gears:
        yield leg(users, g, "other_cloud", "customers", "other_cloud")
        yield leg(g, suppliers, "buildings", "builds", "building")
        yield from (leg(g, v, "chips", "builds", "chips") for v in cast.fuel)
    for v in cast.fuel:
        yield leg(users, v, "other_chips", "customers", "other_chips")
        yield leg(v, suppliers, "chip_cost", "costs", "chip_costs")
    for f in (*cast.fuel, *cast.gears):
        yield leg(f, suppliers, "running_cost", "dues", "running")
        yield leg(investors, f, "share_issue", "funds", "issue")
        yield leg(lenders, f, "loan", "funds", "loan")
        yield leg(f, investors, "payout", "paid_out", "payouts")
    for f in cast.firms:
        yield leg(f, lenders, "interest", "dues", "interest")
        yield leg(f, suppliers, "tax", "dues", "tax")
        yield leg(f, lenders, "repayment", "dues", "repayment")
    for e in cast.engines:
        yield leg(lenders, e, "loan", "funds", "loan")
    for deal in deals:
        if deal.place == "warrant":
            yield leg(investors, deal.payee, "stake_sale", "funds", "sale", suffix=f"({deal.id})")
        elif deal.place == "vendor_loan":
            yield leg(deal.payee, deal.payer, "interest", "dues", "vendor_interest", suffix=f"({deal.id})")
            yield leg(deal.payee, deal.payer, "repayment", "dues", "vendor_repayment", suffix=f"({deal.id})")
        elif deal.vouched is not None:
            yield replace(
                leg(deal.vouched.debtor, deal.payer, "arrears", "dues", "recourse", suffix=f"({deal.id})"),
                vouched=deal.vouched,
            )
    yield leg(suppliers, users, "wages", "passed", "passes_on")
    yield leg(suppliers, investors, "profits", "passed", "passes_on_too")
    yield leg(lenders, investors, "bank_profit", "passed", "passes_on")
    yield leg(investors, users, "spending", "passed", "passes_on")
