"""What can be wrong between files: names, chains, directions, amounts that contradict each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal

from perpetuum.core.claim import Claim, Stage
from perpetuum.core.deal import Deal, Leg, Trigger
from perpetuum.core.entity import Entity
from perpetuum.core.errors import Problem, suggest
from perpetuum.core.kinds import KINDS
from perpetuum.core.record import Record, Where
from perpetuum.ledger.networks import payments_of

LARGE_FOR_TIER_3 = 10e9


def _problem(
    record: Record, path: str, what: str, repair: str, severity: Literal["error", "warning"] = "error"
) -> Problem:
    return Problem(where=record.where or Where("?"), path=path, what=what, repair=repair, severity=severity)


def check(entities: Sequence[Entity], deals: Sequence[Deal]) -> Iterator[Problem]:
    """Every contradiction between entities and deals, errors and warnings.

    The path of a problem is the one inside its file, so that the loader can find its line.
    """
    yield from _twice([(entity, "id") for entity in entities], "entity")
    yield from _twice([(deal, "id") for deal in deals], "deal")
    yield from _twice([(leg, f"legs.{i}.id") for deal in deals for i, leg in enumerate(deal.legs)], "leg")
    names = {entity.id: entity for entity in entities}
    for entity in entities:
        yield from _entity(entity, names)
    legs = {leg.id: leg for deal in deals for leg in deal.legs}
    for deal in deals:
        for i, leg in enumerate(deal.legs):
            yield from _words(leg, f"legs.{i}", names)
            yield from _amounts(leg, f"legs.{i}")
            yield from _links(deal, leg, f"legs.{i}", legs)
            yield from _slips(leg, f"legs.{i}")
            yield from _thin(leg, f"legs.{i}")
    yield from _chains(deals, legs)
    yield from _left_behind(deals)


def _twice(records: Iterable[tuple[Entity | Deal | Leg, str]], what: str) -> Iterator[Problem]:
    first: dict[str, Entity | Deal | Leg] = {}
    for record, path in records:
        if record.id in first:
            other = first[record.id].where
            yield _problem(record, path, f"the {what} id `{record.id}` already stands at {other}.",
                           "Give one of the two another id.")  # fmt: skip
        first.setdefault(record.id, record)


def _entity(entity: Entity, names: Mapping[str, Entity]) -> Iterator[Problem]:
    if entity.aggregate and entity.outside is None:
        yield _problem(entity, "", "an aggregate needs `outside:` (DEBT, OUTSIDE_EQUITY, ... or UNKNOWN).",
                       "Add the class of outside money it stands for.")  # fmt: skip
    links = {"merged_into": entity.merged_into and entity.merged_into.entity, "group": entity.group, "of": entity.of}
    for key, id in links.items():
        if id and id not in names:
            yield _problem(entity, key, f"`{id}` is not an entity; {suggest(id, names)}",
                           f"Correct it, or add entities/{id}.yaml.")  # fmt: skip


def _words(leg: Leg, path: str, names: Mapping[str, Entity]) -> Iterator[Problem]:
    for key, id in (("payer", leg.payer), ("payee", leg.payee)):
        if id not in names:
            yield _problem(leg, f"{path}.{key}", f"`{id}` is not an entity; {suggest(id, names)}",
                           f"Correct it, or add entities/{id}.yaml.")  # fmt: skip
    if leg.payer == leg.payee:
        yield _problem(leg, path, f"`{leg.payer}` pays itself.", "Name another payer or payee.")
    if leg.kind not in KINDS:
        yield _problem(leg, f"{path}.kind", f"`{leg.kind}` is not a kind of flow; {suggest(leg.kind, KINDS)}",
                       f"Write one of: {', '.join(KINDS)}")  # fmt: skip
    elif KINDS[leg.kind].layer == "claim" and leg.kind != "holding" and leg.contingent is None:
        yield _problem(leg, path, f"a contingent leg ({leg.kind}) has no trigger.",
                       "Add `contingent: {when: {default: <entity>}, cap: ...}`.")  # fmt: skip
    start, end = leg.schedule.start, leg.schedule.end
    if start and end and end.last < start.first:
        yield _problem(leg, f"{path}.schedule", f"it ends ({end}) before it starts ({start}).",
                       "Are the two dates swapped?")  # fmt: skip
    named = [("unlock.of", leg.unlock.of)] if leg.unlock else []
    named += [("contingent.when", id) for id in _named(leg.contingent.when)] if leg.contingent else []
    for key, id in named:
        if id not in names:
            yield _problem(leg, f"{path}.{key}", f"`{id}` is not an entity; {suggest(id, names)}",
                           f"Correct it, or add entities/{id}.yaml.")  # fmt: skip
    cap = leg.contingent.cap if leg.contingent else None
    if cap and (cap.unit not in ("USD", "shares") or cap.value < 0):
        yield _problem(leg, f"{path}.contingent.cap", f"a cap of {cap}.", "Write it in USD or in shares, above zero.")


def _named(trigger: Trigger) -> Iterator[str]:
    if trigger.of:
        yield trigger.of
    for part in trigger.parts:
        yield from _named(part)


def _by_stage(leg: Leg, stage: Stage) -> list[Claim]:
    return [claim for claim in leg.amounts if claim.stage == stage]


def _line_of(path: str, claim: Claim) -> str:
    """The path of a claim, whose id ends with its number among the amounts of its leg."""
    return f"{path}.amounts.{int(claim.id.rpartition('/')[2]) - 1}"


def _amounts(leg: Leg, path: str) -> Iterator[Problem]:
    for claim in leg.amounts:
        where = _line_of(path, claim)
        if claim.says.value < 0:
            yield _problem(claim, where, f"a negative amount ({claim.says}).",
                           "Amounts are never negative: turn payer and payee round.")  # fmt: skip
        if claim.says.unit != "USD":
            yield _problem(claim, where, f"an amount in {claim.says.unit}, not in money.",
                           "Write it in USD; other units go into share, compute_gw or note.")  # fmt: skip
    if any(claim.says.unit != "USD" for claim in leg.amounts):
        return
    yield from _order(leg, path)


def _order(leg: Leg, path: str) -> Iterator[Problem]:
    announced, signed = (max((c.says.value for c in _by_stage(leg, stage)), default=None)
                         for stage in ("announced", "signed"))  # fmt: skip
    if signed is not None and announced is not None and signed > announced:
        claim = max(_by_stage(leg, "signed"), key=lambda c: c.says.value)
        yield _problem(claim, _line_of(path, claim), f"signed ({_bn(signed)}) is more than announced "
                       f"({_bn(announced)}).", "Are the two lines swapped?")  # fmt: skip
    payments = payments_of(_by_stage(leg, "paid"), "high")
    if not payments:
        return
    paid = sum(figure.value for _, figure in payments)
    claim = max((figure.chosen for _, figure in payments), key=lambda c: c.says.value)
    highest = max((value for value in (announced, signed) if value is not None), default=None)
    if highest is not None and paid > highest * (1 + 1e-9):
        yield _problem(claim, _line_of(path, claim), f"paid ({_bn(paid)}) is more than the highest reading "
                       f"({_bn(highest)}).", "Check both lines; a later, larger promise is its own leg.")  # fmt: skip
    elif signed is not None and paid > signed * (1 + 1e-9):
        yield _problem(claim, _line_of(path, claim), f"paid ({_bn(paid)}) is more than signed ({_bn(signed)}).",
                       "It lies within the highest reading; check whether the firm part grew.", "warning")  # fmt: skip


def _bn(value: float) -> str:
    return f"{value / 1e9:g}bn USD"


def _slips(leg: Leg, path: str) -> Iterator[Problem]:
    announced = [c for c in _by_stage(leg, "announced") if c.reading is None and c.says.value > 0]
    if leg.unlock and leg.compute_gw and leg.unlock.pays.unit == "USD/GW":
        product = leg.unlock.pays.value * leg.compute_gw
        for claim in announced:
            if _off_by_ten(product, claim.says.value):
                yield _problem(claim, _line_of(path, claim), f"{leg.unlock.pays} x {leg.compute_gw:g} GW is "
                               f"{_bn(product)}, but the amount is {claim.says}: a factor of ten.",
                               "Was 億 (hundred million) read as bn, or bn as 億?", "warning")  # fmt: skip
    for a, b in combinations(announced, 2):
        if a.definition == b.definition and _off_by_ten(a.says.value, b.says.value):
            yield _problem(b, _line_of(path, b), f"{a.says} and {b.says} differ by a factor of ten.",
                           "Was 億 (hundred million) read as bn, or bn as 億?", "warning")  # fmt: skip


def _off_by_ten(a: float, b: float) -> bool:
    ratio = max(a, b) / min(a, b) if min(a, b) > 0 else 0.0
    return any(abs(ratio / power - 1) < 0.01 for power in (10, 100, 1000))


def _thin(leg: Leg, path: str) -> Iterator[Problem]:
    amounts = [c for c in leg.amounts if c.says.unit == "USD"]
    large = max((c.says.value for c in amounts), default=0.0)
    if large > LARGE_FOR_TIER_3 and all(claim.source.tier == 3 for claim in amounts):
        yield _problem(
            leg, path, f"{_bn(large)} rests on tier 3 pages only.", "Add a filing or a news house.", "warning"
        )
    for claim in amounts:
        source = claim.source
        if source.published and source.retrieved and source.published.first > source.retrieved.last:
            yield _problem(claim, _line_of(path, claim),
                           f"the source `{source.id}` was published after it was retrieved.",
                           "Check both dates.", "warning")  # fmt: skip


def _links(deal: Deal, leg: Leg, path: str, legs: Mapping[str, Leg]) -> Iterator[Problem]:
    for other in leg.stands_apart.of if leg.stands_apart else ():
        if other not in legs:
            yield _problem(leg, f"{path}.stands_apart.of", f"`{other}` is not a leg of this case; "
                           f"{suggest(other, legs)}", "Correct the id.")  # fmt: skip
    link = leg.supersedes
    if link is None:
        return
    if link.leg not in legs:
        yield _problem(leg, f"{path}.supersedes.leg", f"`{link.leg}` is not a leg of this case; "
                       f"{suggest(link.leg, legs)}", "Correct the id, or add the earlier version.")  # fmt: skip
        return
    is_rumour = all(event.word == "rumoured" for event in deal.events_of(leg.id))
    firm = {"signed", "paid", "done", "amended"}
    if (
        link.mode in ("replaces", "cancels")
        and is_rumour
        and any(event.word in firm for event in deal.events_of(link.leg))
    ):
        yield _problem(leg, f"{path}.supersedes", f"a rumour cannot replace a signed version (`{link.leg}`).",
                       "Add it as its own leg.")  # fmt: skip


def _chains(deals: Sequence[Deal], legs: Mapping[str, Leg]) -> Iterator[Problem]:
    heirs: dict[str, Leg] = {}
    paths = {leg.id: f"legs.{i}.supersedes" for deal in deals for i, leg in enumerate(deal.legs)}
    for leg in (leg for deal in deals for leg in deal.legs):
        link = leg.supersedes
        if link and link.mode in ("replaces", "cancels"):
            if link.leg in heirs:
                yield _problem(leg, paths[leg.id],
                               f"`{link.leg}` has two heirs: `{heirs[link.leg].id}` and `{leg.id}`.",
                               "Let one of them supersede the other.")  # fmt: skip
            heirs.setdefault(link.leg, leg)
    seen: set[str] = set()
    for leg in legs.values():
        trail: list[str] = []
        step: Leg | None = leg
        while step is not None and step.id not in trail and step.id not in seen:
            trail.append(step.id)
            step = legs.get(step.supersedes.leg) if step.supersedes else None
        if step is not None and step.id in trail:
            circle = [*trail[trail.index(step.id) :], step.id]
            yield _problem(step, paths[step.id], f"the chain runs in a circle: {' -> '.join(circle)}.",
                           "Remove one `supersedes`.")  # fmt: skip
        seen.update(trail)


def _left_behind(deals: Sequence[Deal]) -> Iterator[Problem]:
    """Promises that answered one that has ended, and of which nothing was said since."""
    ends = {deal.id: end for deal in deals if (end := _ended(deal))}
    for deal in deals:
        if deal.id not in ends:
            continue
        ways_back = {(leg.payee, leg.payer) for leg in deal.legs}
        for other in deals:
            answers = any((leg.payer, leg.payee) in ways_back for leg in other.legs)
            settled = any(event.word == "done" or event.on.last >= ends[deal.id] for event in other.events)
            if answers and not settled and other.id not in ends:
                yield _problem(other, "", f"nothing is said of it since what ran the other way ended (`{deal.id}`, "
                               f"{ends[deal.id]}).", "Add an event if it ended or changed too.", "warning")  # fmt: skip


def _ended(deal: Deal) -> datetime.date | None:
    """The day on which the last version of a promise ended; nothing while one still runs."""
    retired = {
        leg.supersedes.leg for leg in deal.legs if leg.supersedes and leg.supersedes.mode in ("replaces", "cancels")
    }
    last = [leg for leg in deal.legs if leg.id not in retired]
    days = [[event.on.first for event in deal.events_of(leg.id) if event.word == "ended"] for leg in last]
    return max(min(found) for found in days) if days and all(days) else None
