"""The closed lists of the house: texts, units, metrics, kinds, accounts and errors."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import perpetuum
from perpetuum.core import claim, deal, entity, errors, source
from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.deal import Leg, StandsApart, Supersedes
from perpetuum.core.errors import PerpetuumError, Problem, UnknownName, suggest
from perpetuum.core.kinds import KINDS
from perpetuum.core.metrics import METRICS, RAW_UNITS
from perpetuum.core.record import Where
from perpetuum.core.text import Text, both
from perpetuum.core.units import UNITS

# Texts


@pytest.mark.parametrize("words", [{"en": "", "zh": "甲"}, {"en": "A", "zh": " "}])
def test_a_text_needs_both_languages(words):
    with pytest.raises(ValueError, match="both languages"):
        Text(**words)


def test_a_text_cannot_be_made_of_one_language():
    with pytest.raises(TypeError):
        Text(en="A")


def test_a_text_answers_in_either_language():
    text = Text(en="recycled", zh="回流")
    assert (text.in_language("en"), text.in_language("zh"), str(text)) == ("recycled", "回流", "recycled")


def test_a_value_cannot_be_changed():
    with pytest.raises(AttributeError):
        Text(en="a", zh="甲").en = "b"


def test_where_a_value_was_read_does_not_make_it_another_value():
    words = {"id": "a", "kind": "loan", "payer": "x", "payee": "y"}
    assert Leg(**words, where=Where("a.yaml", 3)) == Leg(**words, where=Where("b.yaml", 9))


# Units and metrics


def test_every_unit_leads_to_a_base_that_is_a_unit():
    assert {unit.base for unit in UNITS.values()} <= set(UNITS)
    assert {UNITS[unit.base].factor for unit in UNITS.values()} == {1.0}


def test_every_metric_is_measured_in_a_base_unit():
    assert {metric.unit for metric in METRICS.values()} <= {unit.base for unit in UNITS.values()}
    assert all(id == metric.id for id, metric in METRICS.items())


def test_every_raw_unit_stands_for_a_base_unit():
    assert {unit for unit, _ in RAW_UNITS.values()} <= {unit.base for unit in UNITS.values()}
    assert (RAW_UNITS["usd_bn"], RAW_UNITS["pct"], RAW_UNITS["users_mn"]) == (
        ("USD", 1e9), ("ratio", 0.01), ("users", 1e6)
    )  # fmt: skip


def test_no_two_metrics_bear_one_name():
    for language in ("en", "zh"):
        names = [metric.name.in_language(language) for metric in METRICS.values()]
        assert sorted({name for name in names if names.count(name) > 1}) == []


# Kinds of flow and the boxes they touch

booked = [kind for kind in KINDS.values() if kind.payer or kind.payee]


def change(pair) -> dict[str, int]:
    """What one entry of 1 does to assets and to the other side."""
    debit, credit = pair
    sides = {"asset": 0, "other": 0}
    sides["asset" if ACCOUNTS[debit].side == "asset" else "other"] += 1 if ACCOUNTS[debit].side == "asset" else -1
    sides["asset" if ACCOUNTS[credit].side == "asset" else "other"] -= 1 if ACCOUNTS[credit].side == "asset" else -1
    return sides


@pytest.mark.parametrize("kind", booked, ids=lambda kind: kind.id)
def test_an_entry_leaves_both_books_balanced(kind):
    for pair in (kind.payer, kind.payee):
        if pair:
            moved = change(pair)
            assert moved["asset"] == moved["other"]


@pytest.mark.parametrize("kind", booked, ids=lambda kind: kind.id)
def test_an_entry_touches_two_different_boxes_of_the_balance_sheet(kind):
    pairs = [pair for pair in (kind.payer, kind.payee) if pair]
    assert all(set(pair) <= set(ACCOUNTS) and pair[0] != pair[1] for pair in pairs)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_money_leaves_the_payer_and_reaches_the_payee_exactly_where_money_moves(kind):
    leaves = kind.payer is not None and kind.payer[1] == "cash"
    arrives = kind.payee is not None and kind.payee[0] == "cash"
    assert leaves == arrives == kind.cash


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_every_flow_of_money_has_a_class(kind):
    assert kind.flow_class is not None or not kind.cash


def test_of_claims_only_a_guarantee_turns_into_money_once_called():
    assert [(kind.id, kind.duty) for kind in KINDS.values() if kind.layer == "claim" and kind.cash] == [
        ("guarantee_call", "once called")
    ]


@pytest.mark.parametrize(("kind", "flow_class"), [
    ("equity_investment", "fin"), ("loan", "fin"), ("bond", "fin"), ("prepayment", "fin"), ("guarantee_call", "fin"),
    ("chips", "op"), ("cloud", "op"), ("rent", "op"), ("revenue_share", "op"), ("interest", "op"),
    ("repayment", "back"), ("payout", "back"), ("acquisition", "back"), ("stake_sale", "back"),
    ("depreciation", None), ("holding", None),
])  # fmt: skip
def test_kinds_belong_to_the_classes_of_the_literature(kind, flow_class):
    assert KINDS[kind].flow_class == flow_class


@pytest.mark.parametrize(("kind", "payer_gets", "payee_owes"), [
    ("loan", "loans", "debt"), ("bond", "loans", "debt"), ("equity_investment", "holdings", "paid_in"),
    ("prepayment", "prepaid", "deferred_revenue"), ("chips", "equipment", "earnings"),
])  # fmt: skip
def test_what_the_payer_gets_and_the_payee_gives(kind, payer_gets, payee_owes):
    assert (KINDS[kind].payer[0], KINDS[kind].payee[1]) == (payer_gets, payee_owes)


# What stands apart


@pytest.mark.parametrize(("mode", "why"), [("overlaps", "part_of"), ("disputes", "disputes"), ("adds", None),
                                           ("replaces", None), ("cancels", None)])  # fmt: skip
def test_a_version_that_overlaps_or_disputes_stands_apart(mode, why):
    leg = Leg(id="b", kind="loan", payer="x", payee="y", supersedes=Supersedes(leg="a", mode=mode))
    assert (leg.apart and leg.apart.why) == why


def test_a_reason_that_is_written_down_comes_first():
    written = StandsApart(why="aggregate")
    leg = Leg(id="b", kind="loan", payer="x", payee="y", supersedes=Supersedes(leg="a", mode="disputes"),
              stands_apart=written)  # fmt: skip
    assert leg.apart == written


def test_the_words_of_the_house_are_these():
    assert claim.STAGES == ("announced", "signed", "paid")
    assert claim.STATUSES == ("reported", "estimated", "projection", "guidance")
    assert source.SOURCE_KINDS == ("filing", "company", "news", "analyst", "essay", "memory")
    assert deal.MODES == ("replaces", "cancels", "adds", "overlaps", "disputes")
    assert entity.ROLES == ("fuel", "gear", "engine", "capital", "user", "outside")


# Errors


def errors_of_the_house() -> set[type[BaseException]]:
    found = set()
    for module in pkgutil.walk_packages(perpetuum.__path__, "perpetuum."):
        if not module.name.endswith("__main__"):
            members = vars(importlib.import_module(module.name)).values()
            found |= {m for m in members if inspect.isclass(m) and issubclass(m, BaseException)}
    return {error for error in found if error.__module__.startswith("perpetuum")}


# Signals between parts of the server: whoever asked is told with a `Refused`.
SIGNALS = ("perpetuum.web.compute", "perpetuum.web.security")


def test_every_error_descends_from_one():
    told = [error for error in errors_of_the_house() if error.__module__ not in SIGNALS]
    assert len(told) > 5
    assert [error for error in told if not issubclass(error, PerpetuumError)] == []


def test_the_tree_of_errors_shows_every_one():
    for error in errors_of_the_house():
        if error.__module__ == errors.__name__:
            assert error.__name__ in errors.__doc__


def test_a_problem_says_where_what_and_how():
    what, repair = both("no payer.", "沒有付款者。"), both("Add payer:", "請加上 payer:")
    problem = Problem(where=Where("a.yaml", 3), path="legs.0", what=what, repair=repair)
    assert str(problem) == problem.in_language("en") == "a.yaml:3: legs.0\n  no payer.\n  Add payer:"
    assert problem.in_language("zh") == "a.yaml:3: legs.0\n  沒有付款者。\n  請加上 payer:"


@pytest.mark.parametrize(("name", "known", "en", "zh"), [
    ("openia", ["openai", "oracle"], "did you mean `openai`?", "您是指 `openai` 嗎？"),
    ("OPENAI", ["openai", "oracle"], "did you mean `openai`?", "您是指 `openai` 嗎？"),
    ("zzz", ["b", "a"], "known: a, b.", "已知：a、b。"),
    ("zzz", [], "none are known.", "沒有任何已知的名稱。"),
    ("zzz", "ABCDEFGHIJKLMNO", "known: A, B, C, D, E, F, G, H, I, J, K, L ....",
     "已知：A、B、C、D、E、F、G、H、I、J、K、L……"),
])  # fmt: skip
def test_an_unknown_name_comes_with_the_nearest(name, known, en, zh):
    assert suggest(name, known) == both(en, zh)
    error = UnknownName(name, known, what=both("entity", "已知的個體"))
    assert str(error) == f"`{name}` is not an entity; {en}"
    assert error.in_language("zh") == f"`{name}` 不是已知的個體；{zh}"
