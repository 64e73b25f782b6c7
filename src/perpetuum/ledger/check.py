"""What can be wrong between files: names, chains, directions, amounts that contradict each other."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from perpetuum.core.claim import Claim, Stage
from perpetuum.core.deal import Deal, Leg, Trigger
from perpetuum.core.entity import Entity
from perpetuum.core.errors import Problem, Severity, not_a, one_of
from perpetuum.core.kinds import KINDS
from perpetuum.core.nouns import ENTITY, KIND_OF_FLOW, LEG_OF_CASE
from perpetuum.core.record import Record, Where
from perpetuum.core.text import Text, both
from perpetuum.ledger.payments import payments_of

LARGE_FOR_TIER_3 = 10e9
_SLIP = both("Was 億 (hundred million) read as bn, or bn as 億?", "是否把億讀成 bn，或把 bn 讀成億？")


def _problem(record: Record, path: str, what: Text, repair: Text, severity: Severity = "error") -> Problem:
    return Problem(where=record.where or Where("?"), path=path, what=what, repair=repair, severity=severity)


def check(entities: Sequence[Entity], deals: Sequence[Deal], unread: Container[str] = ()) -> Iterator[Problem]:
    """Every contradiction between entities and deals, errors and warnings.

    The path of a problem is the one inside its file, so that the loader can find its line. Legs of
    files that are themselves at fault are ``unread``: they are there, and nobody is blamed for naming them.
    """
    yield from _twice([(entity, "id") for entity in entities], both("entity", "個體"))
    yield from _twice([(deal, "id") for deal in deals], both("deal", "交易"))
    yield from _twice([(leg, f"legs.{i}.id") for deal in deals for i, leg in enumerate(deal.legs)], both("leg", "分項"))
    names = {entity.id: entity for entity in entities}
    for entity in entities:
        yield from _entity(entity, names)
    legs = {leg.id: leg for deal in deals for leg in deal.legs}
    for deal in deals:
        for i, leg in enumerate(deal.legs):
            yield from _words(leg, f"legs.{i}", names)
            yield from _amounts(leg, f"legs.{i}")
            yield from _links(deal, leg, f"legs.{i}", legs, unread)
            yield from _slips(leg, f"legs.{i}")
            yield from _thin(leg, f"legs.{i}")
    yield from _chains(deals, legs)
    yield from _left_behind(deals)


def _twice(records: Iterable[tuple[Entity | Deal | Leg, str]], what: Text) -> Iterator[Problem]:
    first: dict[str, Entity | Deal | Leg] = {}
    for record, path in records:
        if record.id in first:
            other = first[record.id].where
            yield _problem(
                record, path,
                both(f"the {what.en} id `{record.id}` already stands at {other}.",
                     f"{what.zh}的 id `{record.id}` 已出現在 {other}。"),
                both("Give one of the two another id.", "請為其中之一改用別的 id。"),
            )  # fmt: skip
        first.setdefault(record.id, record)


def _entity(entity: Entity, names: Mapping[str, Entity]) -> Iterator[Problem]:
    if entity.aggregate and entity.outside is None:
        yield _problem(
            entity, "",
            both("an aggregate needs `outside:` (DEBT, OUTSIDE_EQUITY, ... or UNKNOWN).",
                 "資金池需要 `outside:`（DEBT、OUTSIDE_EQUITY……或 UNKNOWN）。"),
            both("Add the class of outside money it stands for.", "請加上它所代表的外部資金類別。"),
        )  # fmt: skip
    links = {"merged_into": entity.merged_into and entity.merged_into.entity, "group": entity.group, "of": entity.of}
    for key, id in links.items():
        if id:
            yield from _entity_exists(entity, key, id, names)


def _entity_exists(record: Record, path: str, id: str, names: Mapping[str, Entity]) -> Iterator[Problem]:
    if id not in names:
        repair = both(f"Correct it, or add entities/{id}.yaml.", f"請更正，或新增 entities/{id}.yaml。")
        yield _problem(record, path, not_a(ENTITY, id, names), repair)


def _words(leg: Leg, path: str, names: Mapping[str, Entity]) -> Iterator[Problem]:
    for key, id in (("payer", leg.payer), ("payee", leg.payee)):
        yield from _entity_exists(leg, f"{path}.{key}", id, names)
    if leg.payer == leg.payee:
        yield _problem(leg, path, both(f"`{leg.payer}` pays itself.", f"`{leg.payer}` 付錢給自己。"),
                       both("Name another payer or payee.", "請改寫付款者或收款者。"))  # fmt: skip
    if leg.kind not in KINDS:
        yield _problem(leg, f"{path}.kind", not_a(KIND_OF_FLOW, leg.kind, KINDS), one_of(KINDS))
    elif KINDS[leg.kind].layer == "claim" and leg.kind != "holding" and leg.contingent is None:
        yield _problem(
            leg, path,
            both(f"a contingent leg ({leg.kind}) has no trigger.", f"或有分項（{leg.kind}）沒有觸發條件。"),
            both("Add `contingent: {when: {default: <entity>}, cap: ...}`.",
                 "請加上 `contingent: {when: {default: <entity>}, cap: ...}`。"),
        )  # fmt: skip
    start, end = leg.schedule.start, leg.schedule.end
    if start and end and end.last < start.first:
        yield _problem(
            leg, f"{path}.schedule",
            both(f"it ends ({end}) before it starts ({start}).", f"結束（{end}）早於開始（{start}）。"),
            both("Are the two dates swapped?", "兩個日期是否對調了？"),
        )  # fmt: skip
    named = [("unlock.of", leg.unlock.of)] if leg.unlock else []
    named += [("contingent.when", id) for id in _named(leg.contingent.when)] if leg.contingent else []
    steps = leg.contingent.cap_follows if leg.contingent else None
    named += [("contingent.cap_follows.of", steps.of)] if steps else []
    for key, id in named:
        yield from _entity_exists(leg, f"{path}.{key}", id, names)
    cap = leg.contingent.cap if leg.contingent else None
    if cap and (cap.unit not in ("USD", "shares") or cap.value < 0):
        yield _problem(leg, f"{path}.contingent.cap", both(f"a cap of {cap}.", f"上限為 {cap}。"),
                       both("Write it in USD or in shares, above zero.",
                            "請以 USD 或 shares 為單位，寫大於零的數。"))  # fmt: skip


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
            yield _problem(claim, where, both(f"a negative amount ({claim.says}).", f"金額為負（{claim.says}）。"),
                           both("Amounts are never negative: turn payer and payee round.",
                                "金額絕不為負：請對調付款者與收款者。"))  # fmt: skip
        if claim.says.unit != "USD":
            yield _problem(
                claim, where,
                both(f"an amount in {claim.says.unit}, not in money.", f"金額的單位是 {claim.says.unit}，不是錢。"),
                both("Write it in USD; other units go into share, compute_gw or note.",
                     "請以 USD 為單位；其他單位寫在 share、compute_gw 或 note。"),
            )  # fmt: skip
    if any(claim.says.unit != "USD" for claim in leg.amounts):
        return
    yield from _order(leg, path)


def _order(leg: Leg, path: str) -> Iterator[Problem]:
    announced, signed = (max((c.says.value for c in _by_stage(leg, stage)), default=None)
                         for stage in ("announced", "signed"))  # fmt: skip
    if signed is not None and announced is not None and signed > announced:
        claim = max(_by_stage(leg, "signed"), key=lambda c: c.says.value)
        yield _problem(
            claim, _line_of(path, claim),
            both(f"signed ({_bn(signed)}) is more than announced ({_bn(announced)}).",
                 f"簽約（{_bn(signed)}）高於宣布（{_bn(announced)}）。"),
            both("Are the two lines swapped?", "兩行是否對調了？"),
        )  # fmt: skip
    payments = payments_of(_by_stage(leg, "paid"), "high")
    if not payments:
        return
    paid = sum(figure.value for _, figure in payments)
    claim = max((figure.chosen for _, figure in payments), key=lambda c: c.says.value)
    highest = max((value for value in (announced, signed) if value is not None), default=None)
    if highest is not None and paid > highest * (1 + 1e-9):
        yield _problem(
            claim, _line_of(path, claim),
            both(f"paid ({_bn(paid)}) is more than the highest reading ({_bn(highest)}).",
                 f"實付（{_bn(paid)}）高於最高讀法（{_bn(highest)}）。"),
            both("Check both lines; a later, larger promise is its own leg.",
                 "請檢查這兩行；之後更大的承諾應自成一個分項。"),
        )  # fmt: skip
    elif signed is not None and paid > signed * (1 + 1e-9):
        yield _problem(
            claim, _line_of(path, claim),
            both(f"paid ({_bn(paid)}) is more than signed ({_bn(signed)}).",
                 f"實付（{_bn(paid)}）高於簽約（{_bn(signed)}）。"),
            both("It lies within the highest reading; check whether the firm part grew.",
                 "尚在最高讀法之內；請檢查確定部分是否增加了。"),
            "warning",
        )  # fmt: skip


def _bn(value: float) -> str:
    return f"{value / 1e9:g}bn USD"


def _slips(leg: Leg, path: str) -> Iterator[Problem]:
    announced = [c for c in _by_stage(leg, "announced") if c.reading is None and c.says.value > 0]
    if leg.unlock and leg.compute_gw and leg.unlock.pays.unit == "USD/GW":
        product = leg.unlock.pays.value * leg.compute_gw
        for claim in announced:
            if _off_by_ten(product, claim.says.value):
                formula = f"{leg.unlock.pays} x {leg.compute_gw:g} GW"
                yield _problem(
                    claim, _line_of(path, claim),
                    both(f"{formula} is {_bn(product)}, but the amount is {claim.says}: a factor of ten.",
                         f"{formula} 等於 {_bn(product)}，但金額是 {claim.says}：相差十倍。"),
                    _SLIP, "warning",
                )  # fmt: skip
    for a, b in combinations(announced, 2):
        if a.definition == b.definition and _off_by_ten(a.says.value, b.says.value):
            yield _problem(
                b, _line_of(path, b),
                both(f"{a.says} and {b.says} differ by a factor of ten.", f"{a.says} 與 {b.says} 相差十倍。"),
                _SLIP, "warning",
            )  # fmt: skip


def _off_by_ten(a: float, b: float) -> bool:
    ratio = max(a, b) / min(a, b) if min(a, b) > 0 else 0.0
    return any(abs(ratio / power - 1) < 0.01 for power in (10, 100, 1000))


def _thin(leg: Leg, path: str) -> Iterator[Problem]:
    amounts = [c for c in leg.amounts if c.says.unit == "USD"]
    large = max((c.says.value for c in amounts), default=0.0)
    if large > LARGE_FOR_TIER_3 and all(claim.source.tier == 3 for claim in amounts):
        yield _problem(
            leg, path,
            both(f"{_bn(large)} rests on tier 3 pages only.", f"{_bn(large)} 只有第三級來源。"),
            both("Add a filing or a news house.", "請補上申報文件或新聞媒體。"),
            "warning",
        )  # fmt: skip
    for claim in amounts:
        source = claim.source
        if source.published and source.retrieved and source.published.first > source.retrieved.last:
            yield _problem(
                claim, _line_of(path, claim),
                both(f"the source `{source.id}` was published after it was retrieved.",
                     f"來源 `{source.id}` 的發布日晚於擷取日。"),
                both("Check both dates.", "請檢查這兩個日期。"),
                "warning",
            )  # fmt: skip


def _links(deal: Deal, leg: Leg, path: str, legs: Mapping[str, Leg], unread: Container[str]) -> Iterator[Problem]:
    for other in leg.stands_apart.of if leg.stands_apart else ():
        if other not in legs and other not in unread:
            yield _problem(leg, f"{path}.stands_apart.of", not_a(LEG_OF_CASE, other, legs),
                           both("Correct the id.", "請更正 id。"))  # fmt: skip
    yield from _covered(leg, f"{path}.contingent.covers", legs, unread)
    link = leg.supersedes
    if link is None or link.leg in unread:
        return
    if link.leg not in legs:
        yield _problem(
            leg, f"{path}.supersedes.leg", not_a(LEG_OF_CASE, link.leg, legs),
            both("Correct the id, or add the earlier version.", "請更正 id，或補上較早的版本。"),
        )  # fmt: skip
        return
    is_rumour = all(event.word == "rumoured" for event in deal.events_of(leg.id))
    firm = {"signed", "paid", "done", "amended"}
    if (
        link.mode in ("replaces", "cancels")
        and is_rumour
        and any(event.word in firm for event in deal.events_of(link.leg))
    ):
        yield _problem(
            leg, f"{path}.supersedes",
            both(f"a rumour cannot replace a signed version (`{link.leg}`).",
                 f"傳聞不能取代已簽約的版本（`{link.leg}`）。"),
            both("Add it as its own leg.", "請另列為一個分項。"),
        )  # fmt: skip


def _covered(leg: Leg, path: str, legs: Mapping[str, Leg], unread: Container[str]) -> Iterator[Problem]:
    for n, other in enumerate(leg.contingent.covers if leg.contingent else ()):
        if other == leg.id:
            yield _problem(leg, f"{path}.{n}", both("a guarantee cannot cover itself.", "擔保不能擔保自己。"),
                           both("Name the leg whose loss it covers.", "請寫它所擔保的分項。"))  # fmt: skip
        elif other not in legs and other not in unread:
            yield _problem(leg, f"{path}.{n}", not_a(LEG_OF_CASE, other, legs),
                           both("Correct the id, or leave it out and put the words into `says`.",
                                "請更正 id，或省略並把文字寫進 `says`。"))  # fmt: skip


def _chains(deals: Sequence[Deal], legs: Mapping[str, Leg]) -> Iterator[Problem]:
    heirs: dict[str, Leg] = {}
    paths = {leg.id: f"legs.{i}.supersedes" for deal in deals for i, leg in enumerate(deal.legs)}
    for leg in (leg for deal in deals for leg in deal.legs):
        link = leg.supersedes
        if link and link.mode in ("replaces", "cancels"):
            if link.leg in heirs:
                first = heirs[link.leg].id
                yield _problem(
                    leg, paths[leg.id],
                    both(f"`{link.leg}` has two heirs: `{first}` and `{leg.id}`.",
                         f"`{link.leg}` 有兩個後繼者：`{first}` 與 `{leg.id}`。"),
                    both("Let one of them supersede the other.", "請讓其中一個承接另一個。"),
                )  # fmt: skip
            heirs.setdefault(link.leg, leg)
    seen: set[str] = set()
    for leg in legs.values():
        trail: list[str] = []
        step: Leg | None = leg
        while step is not None and step.id not in trail and step.id not in seen:
            trail.append(step.id)
            step = legs.get(step.supersedes.leg) if step.supersedes else None
        if step is not None and step.id in trail:
            circle = " -> ".join([*trail[trail.index(step.id) :], step.id])
            yield _problem(step, paths[step.id],
                           both(f"the chain runs in a circle: {circle}.", f"版本鏈繞成一圈：{circle}。"),
                           both("Remove one `supersedes`.", "請移除其中一個 `supersedes`。"))  # fmt: skip
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
                yield _problem(
                    other, "",
                    both(f"nothing is said of it since what ran the other way ended (`{deal.id}`, {ends[deal.id]}).",
                         f"反方向的交易已終止（`{deal.id}`，{ends[deal.id]}），此後便沒有任何消息。"),
                    both("Add an event if it ended or changed too.", "若它也已終止或改變，請加上事件。"),
                    "warning",
                )  # fmt: skip


def _ended(deal: Deal) -> datetime.date | None:
    """The day on which the last version of a promise ended; nothing while one still runs."""
    retired = {
        leg.supersedes.leg for leg in deal.legs if leg.supersedes and leg.supersedes.mode in ("replaces", "cancels")
    }
    last = [leg for leg in deal.legs if leg.id not in retired]
    days = [[event.on.first for event in deal.events_of(leg.id) if event.word == "ended"] for leg in last]
    return max(min(found) for found in days) if days and all(days) else None
