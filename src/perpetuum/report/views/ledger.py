"""What is known: summary of a case, holes, chains of versions, what is found under a name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from perpetuum.core.claim import STAGES, Claim, Figure, Stage
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.chains import Found
from perpetuum.ledger.figures import choose
from perpetuum.ledger.gaps import Gaps
from perpetuum.ledger.totals import by_kind, counted
from perpetuum.ledger.versions import usable
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

MANY = 30


def summary(
    ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str, stages: tuple[Stage, ...] = STAGES
) -> tuple[Block, ...]:
    """How large the case is, and what it holds by kind at every stage."""
    legs = counted(ledger, at, asof, policy)
    sums = by_kind(legs)
    rows = []
    for kind in sums:
        group = [leg for leg in legs if leg.group == kind]
        signed = [choose(usable(leg.leg.amounts, "signed", asof), policy) for leg in group]
        figures: dict[Stage, list[tuple[Figure, ...]]] = {
            "announced": [(leg.headline,) for leg in group],
            "signed": [(figure,) if figure else () for figure in signed],
            "paid": [leg.paid for leg in group],
        }
        rows.append(
            (
                Cell(text=names.kind(kind)),
                Cell(text=plain(len(group))),
                *(_sum(figures[stage]) for stage in stages),
            )
        )
    return (
        Title(text=ledger.case.name, level=1),
        Paragraph(text=ledger.case.about or ledger.case.name),
        Paragraph(
            text=say("ledger.size", deals=len(ledger.deals), legs=len(ledger.legs_by_id), firms=len(ledger.entities),
                     points=len(ledger.metrics), statements=len(ledger.statements))
        ),
        Title(text=say("ledger.by_kind", date=numbers.day(at)), level=3),
        Table(
            columns=(parts.head("kind"), parts.head("legs", right=True),
                     *(parts.head(f"mark.{stage}", right=True) for stage in stages)),
            rows=tuple(rows),
            empty=say("ledger.empty"),
        ),
        Paragraph(text=say("ledger.note"), style="note"),
    )  # fmt: skip


def _sum(figures: list[tuple[Figure, ...]]) -> Cell:
    """The sum over legs; "at least" where a leg has no figure, unknown where nothing is left to say."""
    known = tuple(figure for of_leg in figures for figure in of_leg)
    total, is_floor = sum(figure.value for figure in known), not all(figures)
    if is_floor and total == 0:
        return parts.unknown()
    text = numbers.money(total)
    return Cell(text=say("at_least", amount=text) if is_floor else text, evidence=known)


def collapses(ledger: Ledger, at: datetime.date, asof: datetime.date) -> tuple[Block, ...]:
    """Who had fallen by a date, in order; nothing where the case lists nobody."""
    if not ledger.collapses:
        return ()
    fallen = [each for each in ledger.collapses if each.on.last <= min(at, asof)]
    rows = tuple(
        (
            Cell(text=plain(numbered)),
            Cell(text=numbers.window(each.on.text), small=say("remembered") if each.is_remembered else None),
            Cell(text=names.firm(ledger, each.entity)),
            Cell(text=ledger.case.sectors[each.sector]),
            Cell(text=plain(each.source.title), href=each.source.url, small=plain(each.note) if each.note else None),
        )
        for numbered, each in enumerate(sorted(fallen, key=lambda each: each.on.first), start=1)
    )
    return (
        Title(text=say("collapses.title")),
        Paragraph(text=say("collapses.lead", date=numbers.day(min(at, asof)), count=len(fallen))),
        Table(
            columns=(parts.head("collapses.number", right=True), parts.head("collapses.day"),
                     parts.head("collapses.firm"), parts.head("collapses.sector"), parts.head("source")),
            rows=rows,
        ),
    )  # fmt: skip


def gaps(found: Gaps) -> tuple[Block, ...]:
    """How much is unknown."""
    unknown, every = found.every_leg
    rows = [
        (
            Cell(text=names.kind(kind)),
            Cell(text=plain(f"{gap.unknown} / {gap.legs}")),
            parts.amount(gap.headline_unknown),
            parts.amount(gap.headline),
        )
        for kind, gap in found.by_kind.items()
    ]
    return (
        Title(text=say("gaps.title", date=numbers.day(found.at))),
        Paragraph(text=gaps_sentence(found), style="lead"),
        Table(
            columns=(parts.head("kind"), parts.head("gaps.legs", right=True),
                     parts.head("gaps.behind", right=True), parts.head("gaps.headline", right=True)),
            rows=tuple(rows),
            empty=say("ledger.empty"),
        ),
        Table(
            columns=(parts.head("gaps.what"), parts.head("gaps.count", right=True)),
            rows=(
                _count("gaps.every", f"{unknown} / {every}"),
                _count("gaps.without_amount", found.without_amount),
                _count("gaps.without_schedule", found.without_schedule),
                _count("gaps.tier_3_only", found.tier_3_only),
                _count("gaps.one_source", found.one_source),
                _count("gaps.disputed", len(found.disputed)),
                _count("gaps.without_balance", len(found.firms_without_balance)),
                _count("gaps.silent_months", ", ".join(found.months_without_events) or "–"),
            ),
        ),
        Paragraph(text=say("gaps.coverage"), style="note"),
    )  # fmt: skip


def gaps_sentence(found: Gaps) -> Text:
    """How much of the counted money nobody says was paid, in one sentence."""
    money = found.money
    part = money.headline_unknown / money.headline if money.headline else 0.0
    return say("gaps.lead", unknown=money.unknown, legs=money.legs, part=numbers.share(part),
               headline=numbers.money(money.headline))  # fmt: skip


def _count(key: str, value: str | int) -> tuple[Cell, ...]:
    return (parts.word(key), Cell(text=plain(value)))


def chain(
    ledger: Ledger, name: str, asof: datetime.date, policy: str, stages: tuple[Stage, ...] = STAGES
) -> tuple[Block, ...]:
    """All versions of one promise, oldest first, with their figures at every stage."""
    legs = ledger.chain(name)
    deal = ledger.deal_of[legs[0].id]
    return (
        Title(text=deal.name),
        Table(
            columns=(parts.head("version"), parts.head("event"), parts.head("follows"),
                     *(parts.head(f"mark.{stage}", right=True) for stage in stages)),
            rows=tuple(_version(ledger, leg, asof, policy, stages) for leg in legs),
        ),
        *(Paragraph(text=plain(f"{leg.id}: {leg.note}"), style="note") for leg in legs if leg.note),
    )  # fmt: skip


def _version(ledger: Ledger, leg: Leg, asof: datetime.date, policy: str, stages: tuple[Stage, ...]) -> tuple[Cell, ...]:
    events = [event for event in ledger.deal_of[leg.id].events_of(leg.id) if event.on.first <= asof]
    told = joined([joined([say(f"event.{e.word}"), numbers.window(e.on.text)], " ", "：") for e in events], "; ", "；")
    link = leg.supersedes
    return (
        Cell(text=names.path(ledger, (leg.payer, leg.payee)), small=plain(leg.id)),
        Cell(text=told if events else say("not_known_yet"), tone="plain" if events else "muted"),
        Cell(text=say(f"mode.{link.mode}", leg=link.leg) if link else plain("–"), tone="muted"),
        *(
            _at_stage(leg, stage, asof, policy)
            for stage in stages
        ),
    )  # fmt: skip


def _at_stage(leg: Leg, stage: Stage, asof: datetime.date, policy: str) -> Cell:
    figure = choose(usable(leg.amounts, stage, asof), policy)
    if figure is None:
        return parts.unknown()
    small = figure.because if len({figure.value, *(c.says.value for c in figure.others)}) > 1 else None
    return Cell(text=numbers.quantity(figure.quantity), evidence=(figure,), stage=stage, small=small)


def find(
    ledger: Ledger, found: tuple[Found, ...], asof: datetime.date, policy: str, stages: tuple[Stage, ...] = STAGES
) -> tuple[Block, ...]:
    """What stands under a name: firms, chains with claims side by side, series."""
    blocks: list[Block] = []
    for each in found[:MANY]:
        if each.entity:
            blocks += _entity(ledger, each.entity)
        elif each.deal:
            blocks += chain(ledger, each.id, asof, policy, stages)
            claims = [claim for leg in each.deal.legs for claim in leg.amounts if claim.stage in stages]
            blocks.append(_claims(claims, asof))
        else:
            blocks += [Title(text=plain(each.id)), _claims(each.claims[-MANY:], asof)]
    if len(found) > MANY:
        blocks.append(Paragraph(text=say("find.more", more=len(found) - MANY), style="note"))
    return tuple(blocks)


def _entity(ledger: Ledger, entity: Entity) -> list[Block]:
    words = [say(f"role.{role}") for role in entity.roles]
    facts = [Paragraph(text=plain(f"{entity.id}: {entity.note}"), style="note")] if entity.note else []
    return [
        Title(text=entity.name),
        Paragraph(text=say("find.roles", roles=joined(words))),
        *facts,
        Paragraph(text=say("find.deals", deals=joined(_deals_with(ledger, entity.id)))),
    ]


def _deals_with(ledger: Ledger, id: str) -> list[Text]:
    deals = [deal for deal in ledger.deals if any(id in (leg.payer, leg.payee) for leg in deal.legs)]
    return [plain(deal.id) for deal in deals]


def _claims(claims: Iterable[Claim], asof: datetime.date) -> Table:
    """Claims side by side, each with who says it and since when it is known."""
    known = [claim for claim in claims if claim.known_from <= asof]
    return Table(
        caption=say("claims"),
        columns=(parts.head("says", right=True), parts.head("stage"), parts.head("period"), parts.head("source"),
                 parts.head("known")),
        rows=tuple(
            (
                Cell(text=numbers.quantity(claim.says), evidence=(claim,)),
                Cell(text=_stage(claim)),
                Cell(text=plain(claim.period_label or (str(claim.period) if claim.period else "–"))),
                Cell(text=plain(claim.source.title), small=plain(claim.source.url or "–")),
                Cell(text=numbers.day(claim.known_from)),
            )
            for claim in known
        ),
        empty=say("claims.none"),
    )  # fmt: skip


def _stage(claim: Claim) -> Text:
    stage = say(f"stage.{claim.stage}") if claim.stage else say(f"status.{claim.status or 'reported'}")
    return joined([stage, say(f"reading.{claim.reading}")]) if claim.reading else stage
