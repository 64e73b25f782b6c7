"""What a case says of itself is compared part by part, and a question that lacks something says so."""

from __future__ import annotations

import datetime

import pytest

from perpetuum.core.errors import LedgerError
from perpetuum.ledger import load
from perpetuum.ledger.queries import QUERIES, agree, in_base_units
from tests.ledger.small_case import small_case


@pytest.mark.parametrize(
    ("value", "wanted", "within"),
    [
        (5e9, 5e9, 0.0),
        (5.04e9, 5e9, 0.05e9),
        (None, None, 0.0),
        (4, 4.0, 0.0),
        ([100e9, None, 30e9], [100e9, None, 30e9], 0.0),
        (["nvidia", "openai"], ["nvidia", "openai"], 0.0),
        ({"loan": 2e9, "bond": 1e9}, {"bond": 1e9, "loan": 2e9}, 0.0),
    ],
)
def test_an_answer_agrees_part_by_part(value, wanted, within):
    assert agree(value, wanted, within)


@pytest.mark.parametrize(
    ("value", "wanted", "within"),
    [
        (5.06e9, 5e9, 0.05e9),
        (5e9 + 10, 5e9, 0.0),
        (None, 0.0, 0.0),
        (0.0, None, 0.0),
        (None, 5e9, 1e12),
        ([100e9, None], [100e9, None, 30e9], 0.0),
        ([100e9, 0.0, 30e9], [100e9, None, 30e9], 0.0),
        (["openai", "nvidia"], ["nvidia", "openai"], 0.0),
        ({"loan": 2e9}, {"loan": 2e9, "bond": 1e9}, 0.0),
        ({"loan": 2e9, "bond": 1e9}, {"loan": 2e9}, 0.0),
    ],
)
def test_an_answer_that_differs_anywhere_does_not_agree(value, wanted, within):
    assert not agree(value, wanted, within)


def test_unknown_is_not_zero_and_words_stay_words():
    assert in_base_units(["unknown", "0 USD", "30bn USD", "85 %", "oracle"]) == [None, 0.0, 30e9, 0.85, "oracle"]


FINDING = """\
    findings:
      - id: lends
        query: {query}
        ask: {ask}
        expect: [{{asof: 2026-06-30, gives: {gives}}}]
        sentence: {{en: "Acme promised {{0}}.", zh: "甲公司承諾 {{0}}。"}}
    """


def answer(query: str, ask: str, gives: str):
    page = FINDING.format(query=query, ask=ask, gives=gives)
    ((answered,),) = [found.answers for found in load(small_case({"findings.yaml": page})).findings()]
    return answered


def test_a_finding_agrees_with_the_ledger_and_shows_its_claims():
    found = answer("promises", "{payer: acme, kinds: [loan]}", "20bn USD")
    assert (found.value, found.agrees) == (20e9, True)
    assert [claim.id for claim in found.evidence] == ["second/announced/1"]


def test_a_finding_that_is_wrong_does_not_agree():
    assert not answer("promises", "{payer: acme, kinds: [loan]}", "10bn USD").agrees


NEEDS_NOTHING = {"core", "links", "mutual_pairs", "guarantees", "headline_by_kind", "paid_by_kind", "counted_legs",
                 "counted_headline", "fallen"}  # fmt: skip


@pytest.mark.parametrize("query", sorted(set(QUERIES) - NEEDS_NOTHING))
def test_a_question_that_lacks_something_says_what(query):
    with pytest.raises(LedgerError, match=f"the query `{query}` needs '"):
        answer(query, "{}", "0 USD")


BACK = """\
    id: bolt-acme
    name: {en: Bolt rents from Acme, zh: 乙公司向甲公司承租}
    legs: [{id: back, kind: rent, payer: bolt, payee: acme}]
    events: [{announced: 2025-07-01}]
    """


@pytest.mark.parametrize(("pages", "core"), [({}, []), ({"deals/bolt-acme.yaml": BACK}, ["acme", "bolt"])])
def test_a_circle_needs_two_firms(pages, core):
    ledger = load(small_case(pages))
    assert QUERIES["core"](ledger, ledger.case.newest, {})[0] == core
    assert QUERIES["core"](ledger, datetime.date(2025, 1, 1), {})[0] == []
