"""Results as plain data: whole, readable by any program, and no share without what must travel with it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.errors import Problem
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record, Where
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, Span, When
from perpetuum.report.findings import findings
from perpetuum.report.views.question import Question, ask
from perpetuum.report.wire import answer, plain
from tests.report.made_case import ai, ai_study, triangle, triangle_study

BELONGS_TO_A_SHARE = {"value", "low", "high", "not_traced", "of", "stage", "window", "view", "rule", "firm"}

NO_PAYER = Text(en="no payer.", zh="沒有付款者。")


@dataclass(frozen=True, kw_only=True)
class Thing(Record):
    name: str
    when: Quarter


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.1, 0.1),
        (float("nan"), None),
        (float("inf"), None),
        ("words", "words"),
        (Text(en="a", zh="甲"), {"en": "a", "zh": "甲"}),
        (Quantity.parse("up to 9bn USD"), {"value": 9e9, "unit": "USD", "bound": "up to", "says": "up to 9bn USD"}),
        (datetime.date(2026, 9, 16), "2026-09-16"),
        (datetime.datetime(2026, 9, 16, 12, tzinfo=datetime.UTC), "2026-09-16T12:00:00+00:00"),
        (Quarter(2025, 3), "2025Q3"),
        (When.parse("2026-02"), "2026-02"),
        (Span.parse("2025Q1..2025Q2"), "2025-01-01..2025-06-30"),
        (np.array([[1.0, np.nan], [np.inf, 2.0]]), [[1.0, None], [None, 2.0]]),
        (np.float64("nan"), None),
        (np.int64(7), 7),
        (np.bool_(True), True),
        ({("a", "b"): 1, Quarter(2025, 1): 2, 3: 4}, {"a b": 1, "2025Q1": 2, "3": 4}),
        ((1, [2, (3,)]), [1, [2, [3]]]),
        (Thing(name="x", when=Quarter(2025, 1)), {"name": "x", "when": "2025Q1"}),
        (Thing(name="x", when=Quarter(2025, 1), where=Where("a.yaml", 3)),
         {"name": "x", "when": "2025Q1", "where": "a.yaml:3"}),
        (
            Problem(where=Where("a.yaml", 3), path="legs.0", what=NO_PAYER, repair=NO_PAYER),
            {"path": "legs.0", "what": {"en": "no payer.", "zh": "沒有付款者。"}, "severity": "error",
             "repair": {"en": "no payer.", "zh": "沒有付款者。"}, "where": "a.yaml:3"},
        ),
    ],
    ids=repr,
)  # fmt: skip
def test_a_value_of_each_kind_becomes_plain_data(value, wire):
    assert plain(value) == wire
    assert type(plain(value)) is type(wire)


def test_members_of_a_set_stand_in_one_order_always():
    assert plain(frozenset({"oracle", "amd", "nvidia"})) == ["amd", "nvidia", "oracle"]


def test_a_claim_carries_its_source_and_leaves_out_what_is_absent():
    claim = triangle().legs_by_id["maker-lab"].amounts[0]
    wire = plain(claim)
    assert wire["says"]["says"] == "up to 100bn USD"
    assert wire["source"]["url"] == "https://example.org/wire"
    assert wire["known_from"] == "2025-01-15"
    assert None not in wire.values()
    assert wire["where"].endswith("deals/funding.yaml:9")


def test_a_figure_carries_the_claims_it_overruled_and_why():
    figure = triangle().figure("maker-lab", "announced")
    wire = plain(figure)
    assert wire["chosen"]["says"]["value"] == 100e9
    assert [other["says"]["value"] for other in wire["others"]] == [90e9]
    assert set(wire["because"]) == {"en", "zh"}
    assert wire["disputed"] is False


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_whatever_comes_in_strict_json_comes_out(value):
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == plain(value)


def test_the_one_object_of_a_verb_has_four_parts():
    problem = Problem(where=Where("a.yaml"), path="", what=NO_PAYER, repair=NO_PAYER, severity="warning")
    wire = answer("loops", {"case": "ai"}, [1], (problem,))
    assert list(wire) == ["schema", "origin", "result", "problems"]
    assert wire["schema"] == "perpetuum/loops/1"
    assert wire["problems"][0]["severity"] == "warning"


# ---- whole answers


def mappings(wire: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in an answer, however deep."""
    if isinstance(wire, dict):
        yield wire
    for inner in wire.values() if isinstance(wire, dict) else wire if isinstance(wire, list) else ():
        yield from mappings(inner)


def shares(wire: Any) -> list[Any]:
    """Everything that is called a share, and everything that looks like one."""
    called = [
        share for of in mappings(wire) for key in ("recycled", "shares") for share in dict(of.get(key, {})).values()
    ]
    return called + [of for of in mappings(wire) if {"not_traced", "low"} & set(of)]


def loops_answer(ledger, study, **asked) -> dict[str, Any]:
    return answer("loops", None, ask(ledger, study.now.networks, Question(**asked)).result())


ANSWERS = {
    "every loop of the shipped case": lambda: loops_answer(ai(), ai_study(), show="inventory"),
    "one loop of the shipped case": lambda: loops_answer(ai(), ai_study(), show="loop"),
    "one firm of the shipped case": lambda: loops_answer(ai(), ai_study(), show="origin", firm="nvidia", broad=True),
    "every loop of a small case": lambda: loops_answer(triangle(), triangle_study(), show="rings"),
    "one loop of a small case": lambda: loops_answer(triangle(), triangle_study(), show="loop"),
    "what the shipped case tells": lambda: answer("run", None, findings(ai_study())),
}


@pytest.fixture(scope="module", params=ANSWERS.values(), ids=ANSWERS)
def wire(request):
    return request.param()


def test_an_answer_is_strict_json(wire):
    assert json.loads(json.dumps(wire, allow_nan=False)) == wire


def test_no_share_stands_without_bounds_stage_window_and_what_is_not_traced(wire):
    found = shares(wire)
    assert found
    assert [share for share in found if not (isinstance(share, dict) and set(share) >= BELONGS_TO_A_SHARE)] == []


def test_a_share_without_a_value_says_why(wire):
    silent = [share for share in shares(wire) if share["value"] is None or share["low"] is None]
    assert [share for share in silent if not (share.get("because") or {}).get("zh")] == []


def test_the_bounds_of_a_share_hold_it(wire):
    valued = [share for share in shares(wire) if share["value"] is not None and share["low"] is not None]
    assert [s for s in valued if not 0 <= s["low"] <= s["value"] <= s["high"] <= 1 + 1e-9] == []


def test_a_share_with_money_says_how_much_of_it_is_not_traced(wire):
    valued = [share for share in shares(wire) if share["value"] is not None]
    assert [share for share in valued if share["not_traced"] is None and not share.get("because")] == []
    traced = [share["not_traced"] for share in valued if share["not_traced"] is not None]
    assert traced
    assert [lost for lost in traced if not 0 <= lost <= 1 + 1e-9] == []


def test_a_whole_measurement_is_strict_json():
    for of in triangle_study().now.measured.values():
        wire = json.loads(json.dumps(plain(of), allow_nan=False))
        assert (wire["stage"], wire["view"], wire["step"]) == (of.stage, of.view, of.step)


def test_half_of_what_the_maker_gets_in_headlines_is_its_own():
    told = loops_answer(triangle(), triangle_study(), show="origin", firm="maker")["result"]["announced"]
    share = told["firms"]["maker"]["recycled"]["burn"]
    assert share["value"] == pytest.approx(0.5)
    assert (share["low"], share["high"], share["not_traced"]) == (pytest.approx(0), pytest.approx(1), pytest.approx(0))
    assert told["firms"]["maker"]["still_out"]["burn"] == {"cloud": pytest.approx(10e9), "lab": pytest.approx(70e9)}
    assert told["firms"]["maker"]["boomerang"]["burn"] == pytest.approx(0.2)


def test_only_the_firm_that_is_asked_for_is_answered():
    told = loops_answer(triangle(), triangle_study(), show="origin", firm="maker")["result"]
    assert {name for of in told.values() for name in of["firms"]} == {"maker"}
