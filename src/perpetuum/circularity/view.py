"""One loop at one stage: only the legs along it, so that three stages can stand side by side."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from perpetuum.circularity.flows import Counts, counts_as, one_node_each
from perpetuum.circularity.loops import Hop, make_hop, walk
from perpetuum.circularity.measure import measure
from perpetuum.circularity.results import Circularity
from perpetuum.circularity.shares import Origin, Share
from perpetuum.circularity.steps import StepWord, Window
from perpetuum.circularity.structure import in_structure
from perpetuum.core.deal import Leg
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.network import Network
from perpetuum.core.nouns import FIRM_OF_NETWORK
from perpetuum.core.text import Text, both
from perpetuum.maths.tracing import Rule, View

_TOO_LATE = Text(
    en="by the schedules that are signed, its financing cannot have come back in time",
    zh="依已簽約的時程，其出資不可能及時回流",
)
_NOTHING_FINANCED = Text(en="nothing was financed, so nothing can come back", zh="沒有任何出資，因此無從回流")


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What is known along one loop at one stage.

    ``shares`` say how much of the first firm's receipts from the last one is its own financing,
    with no contracts but these legs counted; each is without value where a leg is missing.
    ``makeup`` splits the USD on each hop by where they come from, by the first pool rule.
    """

    firms: tuple[str, ...]
    hops: tuple[Hop, ...]
    makeup: tuple[Mapping[Origin, float], ...]
    shares: dict[Rule, Share]
    boomerang: dict[Rule, float | None]
    measured: Circularity

    @property
    def missing(self) -> tuple[Hop, ...]:
        """Hops on which nobody says what moved."""
        return tuple(hop for hop in self.hops if hop.status == "unknown")


def along(
    network: Network,
    firms: tuple[str, ...],
    *,
    window: Window = None,
    step: StepWord = "quarter",
    view: View = "last_financier",
    counts: Counts = "cash",
) -> Along:
    """Follow one loop: the first firm's financing, hop by hop, back into its own receipts.

    Parameters
    ----------
    firms
        The focal firm first; each pays the next, the last pays the first. At least two, each
        once; a firm of a group stands for the group.

    Raises
    ------
    NetworkError
        For fewer than two firms, or one twice. ``UnknownName`` for a firm the network does not hold.

    Notes
    -----
    Where a leg is missing there is no share, but for one case: at stage signed the schedules
    alone may prove that nothing can come back. What was paid may have been paid outside any
    contract on record, so at stage paid they prove nothing.

    Examples
    --------
    >>> import perpetuum
    >>> network = perpetuum.load("ai").network(at="2025-10-24", stage="announced")
    >>> loop = along(network, ("nvidia", "openai", "oracle"))
    >>> round(loop.shares["burn"].value, 3), loop.shares["burn"].low, loop.shares["burn"].high
    (0.334, 0.0, 1.0)
    """
    nodes = one_node_each(network)
    for firm in firms:
        if firm not in nodes:
            raise UnknownName(firm, nodes, what=FIRM_OF_NETWORK)
    firms = tuple(nodes[firm] for firm in firms)
    if len(firms) < 2 or len(set(firms)) < len(firms):
        raise NetworkError(
            both("a loop needs at least two firms, each once.", "循環至少要有兩家公司，每家只出現一次。"),
            both("Name the others after --via, in order.", "請在 --via 之後依序寫出其他公司。"),
        )
    pairs = list(zip(firms, (*firms[1:], firms[0]), strict=True))
    part = _only(network, pairs)
    measured = measure(part, window=window, step=step, view=view, counts=counts)
    hops = tuple(_hop(measured, part, pair) for pair in pairs)
    shares = {rule: _share(measured, part, hops, rule) for rule in measured.rules}
    # What is not dated may have come back or not, unless it is certain that nothing did.
    known = all(share.value is not None for share in shares.values()) and (
        not any(hop.unknown for hop in hops) or all(share.because is not None for share in shares.values())
    )
    return Along(
        firms=firms,
        hops=hops,
        makeup=tuple(measured.tracer.makeup(firms[0], hop.payer, hop.payee, measured.rules[0]) for hop in hops),
        shares=shares,
        boomerang=dict(measured.boomerang(firms[0])) if known else dict.fromkeys(measured.rules),
        measured=measured,
    )


def _only(network: Network, pairs: list[tuple[str, str]]) -> Network:
    """The network with no legs but those along the given pairs."""
    nodes, wanted = one_node_each(network), set(pairs)

    def lies_along(leg: Leg) -> bool:
        return (nodes[leg.payer], nodes[leg.payee]) in wanted and in_structure(KINDS[leg.kind])

    columns = [i for i, leg in enumerate(network.legs) if lies_along(leg)]
    legs = tuple(network.legs[i] for i in columns)
    every = tuple(leg for leg in network.every if lies_along(leg))
    kept = {leg.id for leg in (*legs, *every)}
    stops = {firm for pair in pairs for firm in pair}
    return replace(
        network,
        entities=tuple(entity for entity in network.entities if nodes[entity.id] in stops),
        legs=legs,
        every=every,
        flows=network.flows[:, columns],
        unknown=tuple(unknown for unknown in network.unknown if unknown.leg in kept),
    )


def _hop(measured: Circularity, part: Network, pair: tuple[str, str]) -> Hop:
    """What is known of one hop of the loop."""
    nodes = one_node_each(part)
    between = [leg for leg in part.every or part.legs if (nodes[leg.payer], nodes[leg.payee]) == pair]
    legs = [leg for leg in between if _pays(leg, measured.counts)]
    silent = {unknown.leg: unknown for unknown in measured.unknown}
    moved: dict[int, float] = {}
    for entry in measured.tracer.completed.flows.named:
        if (entry.payer, entry.payee) == pair:
            moved[entry.step] = moved.get(entry.step, 0.0) + entry.amount
    return make_hop(pair, [leg.id for leg in legs], silent, moved)


def _pays(leg: Leg, counts: Counts) -> bool:
    kind = KINDS[leg.kind]
    return kind.layer == "cash" and leg.contingent is None and counts_as(kind, counts)


def _share(measured: Circularity, part: Network, hops: tuple[Hop, ...], rule: Rule) -> Share:
    focal, last = hops[0].payer, hops[-1].payer
    missing = [f"{hop.payer} → {hop.payee}" for hop in hops if hop.status == "unknown"]
    uncertain = missing or any(hop.unknown for hop in hops)
    zero = None
    if hops[0].status == "nothing":
        zero = _NOTHING_FINANCED
    elif uncertain and part.stage == "signed" and not walk(_possible(hop, measured, part) for hop in hops):
        zero = _TOO_LATE
    if zero is not None:
        # None of what the last firm pays can be the first one's own, whatever the other hops carried.
        known = measured.recycled(focal, payer=last)[rule] if hops[-1].status == "moved" else None
        share = known or _without(measured, rule, focal, last, zero)
        return replace(share, value=0.0, low=0.0, high=0.0, because=zero)
    if missing:
        legs = both(", ".join(missing), "、".join(missing))
        because = both(f"nobody says what moved: {legs.en}", f"沒有來源說明金額：{legs.zh}")
        if all(hop.is_only_undated for hop in hops if hop.status == "unknown"):
            because = both(f"nobody says when it moved: {legs.en}", f"沒有來源說明時間：{legs.zh}")
        return _without(measured, rule, focal, last, because)
    return measured.recycled(focal, payer=last)[rule]


def _possible(hop: Hop, measured: Circularity, part: Network) -> list[int]:
    """Steps in which money moved on a hop, or may have moved on its unknown legs."""
    steps = list(enumerate(measured.tracer.completed.flows.steps))
    if not hop.legs and not hop.unknown:
        return [t for t, _ in steps]
    found = set(hop.steps)
    for leg in hop.unknown:
        schedule = part.leg(leg).schedule
        first = schedule.start.first if schedule.start else datetime.date.min
        last = schedule.end.last if schedule.end else datetime.date.max
        found |= {t for t, step in steps if step.first <= last and first <= step.last}
    return sorted(found)


def _without(measured: Circularity, rule: Rule, focal: str, payer: str, because: Text) -> Share:
    return Share(
        firm=focal, rule=rule, payer=payer, stage=measured.stage, window=measured.window, view=measured.view,
        value=None, low=None, high=None, not_traced=None, of=None, because=because,
    )  # fmt: skip
