"""Whatever became known only after a day changes nothing that is asked as of that day.

Numbers, events, announcements of users and collapses later than a day are taken away, multiplied or moved, at random.
"""

from __future__ import annotations

import datetime
import functools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perpetuum
from perpetuum.core.adoption import Adoption, Seen
from perpetuum.core.claim import Claim
from perpetuum.core.deal import Deal, Event, Leg
from perpetuum.core.when import When
from perpetuum.ledger import Ledger
from perpetuum.report import study
from perpetuum.report.findings import findings
from perpetuum.report.tables import tables
from perpetuum.report.wire import plain

CASES = {
    "ai": (datetime.date(2025, 9, 22), datetime.date(2026, 8, 31)),
    "telecom-2000": (datetime.date(1999, 12, 31), datetime.date(2002, 6, 30)),
}


@functools.cache
def shipped(case: str) -> Ledger:
    return perpetuum.load(case)


def with_another_future(ledger: Ledger, day: datetime.date, chance: random.Random) -> Ledger:
    """The same ledger up to a day; after it, something else happened and something else was said."""

    def claims(told: tuple[Claim, ...]) -> tuple[Claim, ...]:
        return tuple(each for claim in told if (each := claim_of(claim)) is not None)

    def claim_of(claim: Claim) -> Claim | None:
        if claim.known_from <= day:
            return claim
        turn = chance.random()
        if turn < 0.3:
            return None
        return replace(claim, says=replace(claim.says, value=claim.says.value * (0.1 + 5.0 * turn)))

    def event_of(event: Event) -> Event | None:
        if event.on.first <= day:
            return event
        turn = chance.random()
        if turn < 0.3 and event.word not in ("announced", "rumoured", "signed"):
            return None
        later = event.on.last + datetime.timedelta(days=int(400 * turn))
        return replace(event, on=When.parse(str(later)))

    def leg_of(leg: Leg) -> Leg:
        return replace(leg, amounts=claims(leg.amounts))

    def deal_of(deal: Deal) -> Deal:
        events = tuple(each for event in deal.events if (each := event_of(event)) is not None)
        return replace(deal, legs=tuple(leg_of(leg) for leg in deal.legs), events=events)

    def seen_of(seen: tuple[Seen, ...]) -> tuple[Seen, ...]:
        return tuple(
            one
            if one.at.first <= day
            else replace(one, value=min(one.value * (0.5 + chance.random()), one.value * 1.5))
            for one in seen
        )

    def adoption_of(told: Adoption | None) -> Adoption | None:
        if told is None:
            return None
        return replace(told, announced=tuple(replace(each, seen=seen_of(each.seen)) for each in told.announced))

    return replace(
        ledger,
        deals=tuple(deal_of(deal) for deal in ledger.deals),
        metrics=claims(ledger.metrics),
        adoption=adoption_of(ledger.adoption),
        collapses=tuple(each for each in ledger.collapses if each.on.last <= day or chance.random() < 0.5),
    )


def everything(ledger: Ledger, day: datetime.date, futures: int = 0) -> tuple[list[object], dict[str, bytes]]:
    """All that the main job tells and writes as of a day."""
    told = study(ledger, asof=str(day), futures=futures)
    found = findings(told)
    return [plain(each) for each in found], tables(told, found)


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=2, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_another_future_changes_nothing_that_is_asked_as_of_a_day(case, data):
    first, last = CASES[case]
    day = data.draw(st.dates(first, last))
    ledger = shipped(case)
    other = with_another_future(ledger, day, random.Random(data.draw(st.integers(0, 2**32))))
    assert other != ledger
    told, written = everything(ledger, day)
    told_of_other, written_of_other = everything(other, day)
    assert [each["id"] for each in told_of_other] == [each["id"] for each in told]
    assert [(a, b) for a, b in zip(told, told_of_other, strict=True) if a != b] == []
    assert sorted(name for name in written if written[name] != written_of_other[name]) == []


def test_another_future_changes_no_simulated_one_of_a_scenario_that_had_opened():
    day = datetime.date(2000, 10, 15)
    ledger = shipped("telecom-2000")
    other = with_another_future(ledger, day, random.Random(1))
    told, written = everything(ledger, day, futures=5)
    assert any(str(each["id"]).startswith("machine_") for each in told)
    assert everything(other, day, futures=5) == (told, written)


@pytest.mark.parametrize("case", CASES)
def test_as_of_a_later_day_another_future_is_seen(case):
    day, later = CASES[case]
    ledger = shipped(case)
    other = with_another_future(ledger, day, random.Random(0))
    assert everything(other, later) != everything(ledger, later)
