"""Claims side by side: what sources say of one thing, which of them is used, and what another choice would move."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from perpetuum.core.claim import STAGES, Claim, Figure
from perpetuum.core.errors import PerpetuumError, UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.nouns import POLICY
from perpetuum.ledger import Ledger
from perpetuum.ledger.figures import POLICIES, choose
from perpetuum.ledger.panels import is_measured
from perpetuum.ledger.payments import payments_of
from perpetuum.ledger.versions import usable
from perpetuum.report import names, numbers
from perpetuum.report.ledger_tables import Page, claim_row, claims_of, key_of, rows_told
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.wire import plain
from perpetuum.report.words import say

Row = dict[str, Any]
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One thing that sources speak of: an amount of a leg at a stage, or a number of a firm in a period."""

    id: str
    figure: Figure

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All that is said of it, the one in use first."""
        return (self.figure.chosen, *self.figure.others)


def sides(ledger: Ledger, asof: datetime.date, policy: str) -> Iterator[Side]:
    """Every figure of the case as a policy chooses it, with the claims it overruled."""
    for leg in ledger.legs_by_id.values():
        for stage in STAGES:
            claims = usable([*leg.amounts, *ledger.printed.get(leg.id, ())], stage, asof)
            if stage == "paid":
                found = [figure for _, figure in payments_of(claims, policy)]
            else:
                figure = choose(claims, policy)
                found = [figure] if figure else []
            yield from (Side(id=f"{leg.id}/{stage}/{n}", figure=figure) for n, figure in enumerate(found))
    groups: dict[str, list[Claim]] = {}
    for claim in ledger.metrics:
        if claim.known_from <= asof and is_measured(claim):
            parts = (claim.subject, claim.attribute, claim.product, claim.period_label, claim.definition)
            groups.setdefault("/".join(part or "" for part in parts), []).append(claim)
    for key, claims_of_one in groups.items():
        reported = [claim for claim in claims_of_one if claim.status == "reported"]
        if figure := choose(reported or claims_of_one, policy):
            yield Side(id=key, figure=figure)


def _row(ledger: Ledger, side: Side) -> Row:
    chosen = side.figure.chosen
    leg = ledger.legs_by_id.get(chosen.subject)
    deal = ledger.deal_of.get(chosen.subject)
    return {
        "id": side.id, "name": plain(names.claim(ledger, chosen)), "deal": deal.id if deal else None,
        "firms": [leg.payer, leg.payee] if leg else [chosen.subject],
        "kinds": [leg.kind if leg else chosen.attribute],
        "families": [KINDS[leg.kind].family] if leg and leg.kind in KINDS else [],
        "stages": [chosen.stage] if chosen.stage else [], "stage": chosen.stage,
        "period": chosen.period_label or (str(chosen.period) if chosen.period else None),
        "text": plain(numbers.quantity(chosen.says)), "value": chosen.says.value, "unit": chosen.says.unit,
    }  # fmt: skip


def disagreements(ledger: Ledger, asked: Asked, wanted: Page) -> Told:
    """What sources give different numbers for, side by side, the largest amount first."""
    _at, asof = ledger.clock(asked.at, asked.asof)
    policy = asked.policy or ledger.case.policy
    rows: list[Row] = []
    for side in sides(ledger, asof, policy):
        values = {claim.says.value for claim in side.claims}
        if len(values) > 1:
            rows.append(_row(ledger, side) | {
                "because": plain(side.figure.because), "disputed": side.figure.disputed,
                "statuses": ["disputed"] if side.figure.disputed else [],
                "claims": [said(ledger, claim) | {"chosen": claim is side.figure.chosen} for claim in side.claims],
            })  # fmt: skip
    money = [row for row in rows if row["unit"] == "USD" and row["deal"]]
    rest = [row for row in rows if not (row["unit"] == "USD" and row["deal"])]
    money.sort(key=lambda row: -row["value"])
    return rows_told(ledger, asked, [*money, *rest], wanted)


def said(ledger: Ledger, claim: Claim) -> Row:
    """A claim verbatim and as it was read, with who says it, when it was said and since when it is known."""
    return claim_row(ledger, claim, ledger.deal_of.get(claim.subject)) | {
        "verbatim": str(claim.says),
        "key": key_of(claim.source),
    }


def moves(ledger: Ledger, asked: Asked, other: str) -> Told:
    """Which figures another policy would change, and the sums over legs under both.

    Raises
    ------
    UnknownName
        If there is no such policy.
    """
    if other not in POLICIES:
        raise UnknownName(other, POLICIES, what=POLICY)
    _at, asof = ledger.clock(asked.at, asked.asof)
    policy = asked.policy or ledger.case.policy
    then = {side.id: side for side in sides(ledger, asof, other)}
    pairs = [(side, then.get(side.id)) for side in sides(ledger, asof, policy)]
    result = _compared(ledger, pairs) | {
        "policy": policy, "against": other, "because": plain(POLICIES[other][1]),
        "sums": _sums(ledger, ledger, asked, policy, other),
    }  # fmt: skip
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


def _compared(ledger: Ledger, pairs: list[tuple[Side, Side | None]]) -> Row:
    rows = []
    for before, after in pairs:
        if after is None or after.figure.value != before.figure.value:
            known = after.figure.quantity if after else None
            rows.append(_row(ledger, before) | {
                "before": plain(numbers.quantity(before.figure.quantity)),
                "after": plain(numbers.quantity(known) if known else say("unknown")),
                "is_lost": known is None,
                "evidence": [plain(before.figure.chosen), *([plain(after.figure.chosen)] if after else [])],
            })  # fmt: skip
    rows.sort(key=lambda row: (row["unit"] != "USD" or not row["deal"], -abs(row["value"])))
    return {"rows": rows[:MOST], "total": len(rows), "figures": len(pairs)}


def _sums(before: Ledger, after: Ledger, asked: Asked, policy: str, other: str) -> list[Row]:
    """The sum over counted legs at every stage, before and after; unknown where no leg has an amount."""
    rows = []
    for stage in STAGES:
        pair = [of.total(stage=stage, at=asked.at, asof=asked.asof, policy=by)
                for of, by in ((before, policy), (after, other))]  # fmt: skip
        texts = []
        for total in pair:
            money = numbers.money(total.value)
            amount = say("at_least", amount=money) if total.is_floor else money
            texts.append(amount if total.legs else say("unknown"))
        rows.append({"stage": stage, "before": plain(texts[0]), "after": plain(texts[1]),
                     "moves": pair[0].value != pair[1].value or len(pair[0].legs) != len(pair[1].legs)})  # fmt: skip
    return rows


# ---- if a source were wrong


def without(ledger: Ledger, asked: Asked, key: str) -> Told:
    """What would move if one document were wrong: figures that rest on it, and the sums over legs.

    Raises
    ------
    PerpetuumError
        If no claim of the case rests on such a document.
    """
    _at, asof = ledger.clock(asked.at, asked.asof)
    policy = asked.policy or ledger.case.policy
    of_it = [claim for claim, _ in claims_of(ledger) if claim.known_from <= asof and key_of(claim.source) == key]
    if not of_it:
        raise PerpetuumError(say("ledger.no_source"), say("ledger.no_source.how"))
    left = _without(ledger, key)
    gone = {claim.id for claim in of_it}
    resting = [side for side in sides(ledger, asof, policy) if side.figure.chosen.id in gone]
    pairs = [(side, _again(side, key, policy)) for side in resting]
    source = of_it[0].source
    result = _compared(ledger, pairs) | {
        "source": plain(source), "key": key, "claims": len(of_it),
        "sums": _sums(ledger, left, asked, policy, policy),
        "statements": [
            {"id": each.id, "what": plain(each.what)}
            for each in ledger.statements
            if source.url and each.url == source.url
        ],
    }  # fmt: skip
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


def _again(side: Side, key: str, policy: str) -> Side | None:
    """The same thing from what other documents say."""
    figure = choose([claim for claim in side.claims if key_of(claim.source) != key], policy)
    return Side(id=side.id, figure=figure) if figure else None


def _without(ledger: Ledger, key: str) -> Ledger:
    """The case as it would be if nobody had published the document."""

    def kept(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if key_of(claim.source) != key)

    deals = (replace(deal, legs=tuple(replace(leg, amounts=kept(leg.amounts)) for leg in deal.legs))
             for deal in ledger.deals)  # fmt: skip
    return replace(ledger, deals=tuple(deals), metrics=kept(ledger.metrics))
