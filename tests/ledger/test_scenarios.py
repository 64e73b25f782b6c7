"""Possible worlds as files: what a scenario says, what it inherits, and what is wrong with it."""

from __future__ import annotations

from dataclasses import fields

import pytest

from perpetuum.core.cast import Cast
from perpetuum.core.errors import LedgerError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Where
from perpetuum.core.scenario import ASSUMED, Change, ScenarioLeg, Shock, Spread
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import load, write_case
from tests.ledger.small_case import small_case

BASE = """\
id: base
name: {en: Base, zh: 基準}
about: {en: As it is, zh: 現況}
legs:
  - {id: running, kind: cloud, payer: acme, payee: bolt, because: assumed}
changes:
  - {set: mood_persistence, to: 0.9, low: 0.7, high: 0.99, because: assumed}
  - {set: bolt.opening_cash, to: 2.5bn USD, because: {en: its accounts, zh: 其財報}, source: accounts}
spreads:
  - {of: imitation, law: lognormal, sd: 0.10}
shocks:
  - {at: 2028Q1, target: mood, do: add, value: -2.5, because: assumed}
sources:
  - {id: accounts, title: Accounts, kind: filing, tier: 1}
"""
GLOOM = """\
id: gloom
name: {en: Gloom, zh: 低迷}
about: {en: It lasts, zh: 持續低迷}
base: base
opening: stated
changes:
  - {set: mood_persistence, to: 0.95, because: assumed}
  - {leg: first, include: true}
spread_ranges: true
spreads:
  - {of: imitation, law: uniform, low: 5 %, high: 15 %, together: demand}
shocks:
  - {at: 2028Q2, target: running, do: cancel}
"""
MACHINE = """\
id: small
name: {en: Small, zh: 小案例}
newest: 2026-06-30
machine:
  fuel: [acme]
  gears: [bolt]
  users: everyone
  suppliers: makers
  investors: savers
  lenders: banks
  stands_for: {little: bolt}
"""


def entity(id: str) -> str:
    return f"id: {id}\nname: {{en: {id}, zh: 甲}}\nroles: [outside]\n"


SECTORS = {f"entities/{id}.yaml": entity(id) for id in ("everyone", "makers", "savers", "banks", "little")}


def case(base: str = BASE, gloom: str = GLOOM, **more: str) -> dict[str, bytes]:
    return small_case({"scenarios/base.yaml": base, "scenarios/gloom.yaml": gloom} | more)


def refusal(files: dict[str, bytes]) -> str:
    with pytest.raises(LedgerError) as caught:
        load(files)
    in_chinese = caught.value.in_language("zh")
    assert "，" in in_chinese or "。" in in_chinese
    return str(caught.value)


def one_wrong(old: str, new: str) -> str:
    """What loading says when one line of the second scenario is spoilt."""
    assert old in GLOOM
    return refusal(case(gloom=GLOOM.replace(old, new)))


# What a file says


def test_a_scenario_says_what_its_file_says():
    base = load(case()).scenario("base")
    assert base.name == Text(en="Base", zh="基準")
    assert base.about == Text(en="As it is", zh="現況")
    assert base.legs == (ScenarioLeg(id="running", kind="cloud", payer="acme", payee="bolt"),)
    assert base.changes[0] == Change(target="mood_persistence", to=0.9, low=0.7, high=0.99)
    assert base.changes[1].to == Quantity(2.5e9, "USD")
    assert base.spreads == (Spread(of="imitation", law="lognormal", sd=0.1),)
    assert base.shocks == (Shock(at=Quarter(2028, 1), target="mood", do="add", value=-2.5),)


def test_alone_it_opens_from_the_ledger_and_spreads_no_range():
    base = load(case()).scenario("base")
    assert (base.base, base.opening, base.spread_ranges) == (None, "ledger", False)


def test_a_value_with_a_source_is_sourced_and_one_without_is_assumed():
    assumed, sourced = load(case()).scenario("base").changes
    assert (assumed.basis, assumed.because, assumed.source) == ("assumed", ASSUMED, None)
    assert sourced.basis == "sourced" and sourced.source is not None and sourced.source.id == "accounts"


def test_every_line_remembers_where_it_stands():
    base = load(case()).scenario("base")
    assert base.changes[1].where == Where("upload/scenarios/base.yaml", 8)
    assert base.shocks[0].where == Where("upload/scenarios/base.yaml", 12)


def test_scenarios_are_known_by_name():
    ledger = load(case())
    assert ledger.scenarios() == ("base", "gloom")
    with pytest.raises(UnknownName, match="`glom` is not a scenario of this case; did you mean `gloom`"):
        ledger.scenario("glom")


def test_a_scenario_may_have_a_number_in_its_name():
    half = "id: mood-1.5\nname: {en: Half, zh: 半}\nabout: {en: Half, zh: 半}\n"
    based = half.replace("id: mood-1.5", "id: more\nbase: mood-1.5")
    ledger = load(case(**{"scenarios/mood-1.5.yaml": half, "scenarios/more.yaml": based}))
    assert ledger.scenario("more").base == "mood-1.5"


def test_the_facts_of_a_case_have_the_same_hash_whatever_is_imagined():
    assert load(case()).hash == load(small_case()).hash


def test_scenarios_written_back_are_the_same():
    ledger, again = load(case()), load(write_case(case()))
    assert again.written == ledger.written and again.scenario("gloom") == ledger.scenario("gloom")


# What a scenario inherits


def test_what_a_base_says_comes_first_and_own_lines_win():
    gloom = load(case()).scenario("gloom")
    assert [(change.target, change.to) for change in gloom.changes] == [
        ("mood_persistence", 0.95), ("bolt.opening_cash", Quantity(2.5e9, "USD")), ("first", None)
    ]  # fmt: skip
    assert gloom.included == ("first",) and gloom.excluded == ()


def test_a_later_value_keeps_the_earlier_range():
    change = load(case()).scenario("gloom").changes[0]
    assert (change.low, change.high) == (0.7, 0.99)


def test_a_later_value_with_a_range_of_its_own_has_that():
    gloom = GLOOM.replace("to: 0.95", "to: 0.95, low: 0.9, high: 0.96")
    change = load(case(gloom=gloom)).scenario("gloom").changes[0]
    assert (change.low, change.high) == (0.9, 0.96)


def test_a_spread_replaces_that_of_the_same_parameter():
    assert [(spread.of, spread.law) for spread in load(case()).scenario("gloom").spreads] == [("imitation", "uniform")]


def test_legs_and_shocks_are_added():
    gloom = load(case()).scenario("gloom")
    assert [leg.id for leg in gloom.legs] == ["running"]
    assert [shock.do for shock in gloom.shocks] == ["add", "cancel"]


@pytest.mark.parametrize(("by", "owner"), [(", by: acme", "acme"), ("", None)])
def test_a_takeover_says_who_comes(by, owner):
    gloom = GLOOM.replace("target: running, do: cancel", f"target: bolt, do: takeover{by}")
    shock = load(case(gloom=gloom)).scenario("gloom").shocks[1]
    assert (shock.do, shock.target, shock.by) == ("takeover", "bolt", owner)


def test_how_it_opens_and_whether_ranges_spread_is_inherited():
    third = "id: third\nname: {en: Third, zh: 三}\nabout: {en: Third, zh: 三}\nbase: gloom\n"
    third_of_gloom = load(case(**{"scenarios/third.yaml": third})).scenario("third")
    assert (third_of_gloom.opening, third_of_gloom.spread_ranges) == ("stated", True)
    back = third + "opening: ledger\nspread_ranges: false\n"
    own_words = load(case(**{"scenarios/third.yaml": back})).scenario("third")
    assert (own_words.opening, own_words.spread_ranges) == ("ledger", False)


def test_a_source_of_the_base_serves_what_is_based_on_it():
    gloom = GLOOM.replace("to: 0.95, because: assumed", "to: 0.95, source: accounts")
    change = load(case(gloom=gloom)).scenario("gloom").changes[0]
    assert change.source is not None and change.source.title == "Accounts"


# What is wrong with it


def test_every_problem_is_told_at_once():
    spoilt = GLOOM
    for old, new in (
        ("leg: first", "leg: frist"),
        ("target: running, ", "target: a b, "),
        ("law: uniform", "law: even"),
    ):
        spoilt = spoilt.replace(old, new)
    told = refusal(case(gloom=spoilt, base=BASE.replace("payer: acme", "payer: acne")))
    assert "scenarios/base.yaml:5: legs.0.payer\n  `acne` is not an entity; did you mean `acme`?" in told
    assert "scenarios/gloom.yaml:11: spreads.0.law" in told
    assert "scenarios/gloom.yaml:13: shocks.0.target\n  'a b' is not an address." in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("base: base", "base: bsae", "4: base\n  `bsae` is not a scenario of this case; did you mean `base`?"),
        ("base: base", "base: gloom", "4: base\n  the scenario inherits from itself: gloom → gloom."),
        ("zh: 低迷", "zh: ''", "2: name\n  a text needs both languages; missing: zh."),
        ("about:", "abuot:", "the key `abuot` is unknown; did you mean `about`?"),
        ("opening: stated", "opening: closed", "`closed` is not possible here.\n  Write one of: ledger or stated."),
        ("leg: first", "leg: frist", "8: changes.1.leg\n  `frist` is not a leg of this case; did you mean `first`?"),
        ("0.95, because: assumed", "0.95", "7: changes.0\n  a value without a reason does not exist."),
        ("because: assumed", "because: guess", "a reason is `assumed`, or a text in both languages."),
        ("because: assumed", "because: assumed, source: nowhere", "`nowhere` is not a source of this file"),
        ("because: assumed", "because: assumed, basis: sourced", "`basis: sourced` needs a source."),
        ("to: 0.95", "to: up to 1 %", "changes.0.to\n  'up to 1 %' is not one number."),
        ("to: 0.95", "to: 3bn dollars", "cannot read '3bn dollars' as a quantity"),
        ("to: 0.95", "to: 0.95, low: 0.9", "a range has two ends."),
        ("to: 0.95", "to: 0.95, low: 0.96, high: 0.99", "low, value and high are not in order: 0.96, 0.95, 0.99."),
        ("include: true", "include: perhaps", "'perhaps' is neither true nor false."),
        ("leg: first, ", "set: first, ", "a change gives a parameter a value or includes a leg."),
        ("low: 5 %, ", "", "11: spreads.0\n  a range has two ends."),
        ("law: uniform", "law: normal", "a normal spread has `sd` and no range."),
        ("do: cancel", "do: end", "Write one of: set, multiply, add, cancel, default or takeover."),
        ("do: cancel", "do: set", "13: shocks.0\n  `set` needs a value."),
        ("do: cancel", "do: cancel, ramp: 4", "`cancel` happens once and has no value."),
        ("do: cancel", "do: takeover, ramp: 4", "`takeover` happens once and has no value."),
        ("do: cancel", "do: cancel, by: acme", "`cancel` is nobody's doing.\n  Remove by:, or write do: takeover"),
        ("do: cancel", "do: cancel, ramp: 0", "'0' is not a number of quarters."),
        ("at: 2028Q2", "at: 2028-05", "cannot read '2028-05' as a quarter."),
        ("spread_ranges: true", "spread_ranges: true\nspread: []", "the key `spread` is unknown"),
        ("leg: first, include: true", "set: mood_persistence, to: 1 %, because: assumed", "stands here twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_its_repair(old, new, told):
    assert told in one_wrong(old, new)


def test_a_circle_of_bases_is_named():
    told = refusal(case(base=BASE.replace("legs:", "base: gloom\nlegs:")))
    assert "the scenario inherits from itself: base → gloom → base." in told


def test_a_leg_that_exists_is_not_added_again():
    assert "there is already a leg `first`." in refusal(case(base=BASE.replace("id: running", "id: first")))


def test_two_files_with_one_id_are_refused():
    told = refusal(case(**{"scenarios/other.yaml": BASE}))
    assert "upload/scenarios/other.yaml:1: id\n  the scenario `base` also stands in upload/scenarios/base.yaml." in told


def test_a_base_that_could_not_be_read_is_one_problem_and_not_two():
    with pytest.raises(LedgerError) as caught:
        load(case(base=BASE.replace("kind: cloud, ", "")))
    assert [problem.path for problem in caught.value.problems] == ["legs.0"]


# Who plays which part


def test_a_case_says_who_plays_which_part():
    ledger = load(small_case({"case.yaml": MACHINE} | SECTORS))
    cast = Cast(
        fuel=("acme",), gears=("bolt",), users="everyone", suppliers="makers", investors="savers", lenders="banks",
        stands_for={"little": "bolt"},
    )  # fmt: skip
    assert ledger.case.machine == cast
    assert ledger.network().cast == cast


def test_a_case_may_simulate_nothing():
    assert load(small_case()).network().cast is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "fuel: [acme]",
            "fuel: [acne]",
            "case.yaml:5: machine.fuel.0\n  `acne` is not an entity; did you mean `acme`?",
        ),
        ("lenders: banks", "lenders: savers", "machine.lenders\n  `savers` already plays a part of its own."),
        ("users: everyone", "users: bolt", "machine.users\n  `bolt` already plays a part of its own."),
        ("little: bolt", "little: bot", "machine.stands_for.little\n  `bot` is not a member of the cast"),
        ("little: bolt", "acme: bolt", "machine.stands_for.acme\n  `acme` already plays a part of its own."),
        ("  lenders: banks\n", "", "machine\n  `lenders` is missing."),
        ("  gears:", "  gear:", "the key `gear` is unknown; did you mean `gears`?"),
    ],
)
def test_a_part_that_nobody_can_play_is_told(old, new, told):
    assert old in MACHINE
    assert told in refusal(small_case({"case.yaml": MACHINE.replace(old, new)} | SECTORS))


def test_the_order_of_files_makes_no_difference():
    files = case()
    backwards = dict(reversed(files.items()))
    one, other = load(files), load(backwards)
    assert {field.name for field in fields(one) if getattr(one, field.name) != getattr(other, field.name)} == set()
