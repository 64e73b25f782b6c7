"""Whatever is wrong with a case is told with file, line, problem and repair, all at once."""

from __future__ import annotations

import contextlib
import re
import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perpetuum
from perpetuum.core.errors import LedgerError, Problem, UnknownName
from perpetuum.ledger import examine, load
from tests.core.chinese import CHINESE, faults
from tests.ledger.small_case import DEAL, HEADER, SERIES, line_of, problems, small_case, spoiled

LEG = "  - id: second\n    kind: loan"


@pytest.fixture(autouse=True)
def _every_problem_is_told_in_chinese_too(monkeypatch):
    """Whatever a test of this file brings about, meant or not."""
    met, make = [], Problem.__init__

    def noted(self: Problem, **words) -> None:
        make(self, **words)
        met.append(self)

    monkeypatch.setattr(Problem, "__init__", noted)
    yield
    assert [fault for problem in met for text in (problem.what, problem.repair) for fault in faults(text)] == []
    assert [p for p in met if p.in_language("en").split("\n")[0] != p.in_language("zh").split("\n")[0]] == []


def refusal(files) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        load(files)
    return caught.value


def assert_refused(files, at: str, *words: str, path: str = DEAL) -> None:
    """The one error stands at the line of `at`, has a repair, and says all the words."""
    error = refusal(files)
    (problem,) = error.problems
    assert str(problem.where) == f"upload/{path}:{line_of(files, path, at)}"
    assert problem.what and problem.repair
    assert [word for word in words if word not in str(error)] == []


def assert_warned(files, at: str, *words: str) -> None:
    """The case loads, with one warning at the line of `at`."""
    (warning,) = load(files).warnings
    assert str(warning.where) == f"upload/{DEAL}:{line_of(files, DEAL, at)}"
    assert [word for word in words if word not in str(warning)] == []


def test_the_small_case_itself_is_sound():
    assert problems(small_case()) == ()


# What stands in a deal


def test_a_misspelt_key_comes_with_the_nearest():
    files = spoiled(("supersedes:", "superseeds:"))
    assert_refused(files, "superseeds:", "legs.1.superseeds", "did you mean `supersedes`?")


def test_a_misspelt_key_deep_inside_comes_with_the_nearest():
    files = spoiled(("supersedes: {leg: first", "supersedes: {legg: first"))
    error = refusal(files)
    assert "legs.1.supersedes.legg" in str(error) and "did you mean `leg`?" in str(error)


def test_an_unknown_entity_comes_with_the_nearest():
    files = spoiled(("payee: bolt", "payee: bolr"))
    assert_refused(files, "payee: bolr", "legs.0.payee", "`bolr` is not an entity; did you mean `bolt`?")


def test_a_day_that_does_not_exist_is_refused():
    files = spoiled(("announced: 2025-06-01", "announced: 2026-02-30"))
    assert_refused(files, "2026-02-30", "events.1.announced", "there is no such date as '2026-02-30'")


def test_an_amount_without_unit_is_refused():
    files = spoiled(("10bn USD", "10bn"))
    assert_refused(files, "says: 10bn,", "legs.0.amounts.0.says", "'10bn' has no unit", "for example: 10bn USD")


def test_an_amount_nobody_can_read_is_refused_with_an_example():
    files = spoiled(("10bn USD", "up to 100 billion dollars"))
    words = ("cannot read 'up to 100 billion dollars' as a quantity", "for example: up to 100bn USD")
    assert_refused(files, "billion dollars", *words)


def test_an_amount_that_is_no_money_is_refused():
    files = spoiled(("10bn USD", "27 %"))
    assert_refused(files, "27 %", "legs.0.amounts.0", "not in money")


def test_a_figure_without_stage_does_not_exist():
    files = spoiled(("10bn USD, stage: announced", "10bn USD"))
    assert_refused(files, "says: 10bn", "a figure without a stage does not exist", "announced, signed or paid")


def test_a_stage_left_blank_is_no_stage():
    files = spoiled(("10bn USD, stage: announced", "10bn USD, stage: "))
    assert_refused(files, "says: 10bn", "a figure without a stage does not exist")


def test_a_stage_nobody_knows_comes_with_the_three():
    files = spoiled(("10bn USD, stage: announced", "10bn USD, stage: promised"))
    assert_refused(files, "promised", "`promised` is not possible here", "announced, signed or paid")


def test_two_deals_with_one_id_are_refused_and_both_places_named():
    files = spoiled(("id: acme-bolt", "id: acme-bolt"))
    twin = "id: acme-bolt\nname: {en: Twin, zh: 雙}\nlegs:\n  - {id: third, kind: loan, payer: acme, payee: bolt}\n"
    files |= {"deals/twin.yaml": f"{twin}events:\n  - {{announced: 2025-02-01}}\n".encode()}
    place = f"already stands at upload/{DEAL}:1"
    assert_refused(files, "id: acme-bolt", "the deal id `acme-bolt`", place, path="deals/twin.yaml")


def test_two_legs_with_one_id_are_refused_and_both_places_named():
    files = spoiled(("id: second", "id: first"), ("    supersedes: {leg: first, mode: replaces}\n", ""))
    files[DEAL] = files[DEAL].replace(b"leg: second", b"leg: first")
    error = refusal(files)
    (problem,) = error.problems
    assert str(problem.where) == f"upload/{DEAL}:10"
    assert f"the leg id `first` already stands at upload/{DEAL}:4" in problem.what.en


def test_two_entities_with_one_id_are_refused():
    files = spoiled(("id: acme", "id: bolt"), path="entities/acme.yaml")
    assert "the entity id `bolt` already stands at" in str(refusal(files))


def test_superseding_a_leg_that_does_not_exist_offers_the_nearest():
    files = spoiled(("leg: first, mode", "leg: frist, mode"))
    assert_refused(files, "supersedes:", "legs.1.supersedes.leg", "`frist` is not a leg", "did you mean `first`?")


def test_a_chain_that_runs_in_a_circle_is_refused():
    files = spoiled((LEG, f"    supersedes: {{leg: second, mode: adds}}\n{LEG}"))
    assert_refused(files, "supersedes:", "the chain runs in a circle: first -> second -> first")


def test_a_leg_that_supersedes_itself_is_a_circle():
    files = spoiled(("leg: first, mode", "leg: second, mode"))
    assert_refused(files, "supersedes:", "the chain runs in a circle: second -> second")


def test_a_version_with_two_heirs_is_refused():
    third = "  - {id: third, kind: loan, payer: acme, payee: bolt, supersedes: {leg: first, mode: cancels}}\nevents:"
    files = spoiled(("events:", third), ("events:\n", "events:\n  - {announced: 2025-07-01, leg: third}\n"))
    assert_refused(files, "id: third", "`first` has two heirs: `second` and `third`")


def test_a_version_may_be_added_to_and_replaced():
    third = "  - {id: third, kind: loan, payer: acme, payee: bolt, supersedes: {leg: first, mode: adds}}\nevents:"
    files = spoiled(("events:", third), ("events:\n", "events:\n  - {announced: 2025-07-01, leg: third}\n"))
    assert problems(files) == ()


def test_a_rumour_cannot_replace_a_signed_version():
    files = spoiled(("{announced: 2025-06-01", "{rumoured: 2025-06-01"),
                    ("events:\n", "events:\n  - {signed: 2025-02-01, leg: first}\n"))  # fmt: skip
    assert_refused(files, "supersedes:", "a rumour cannot replace a signed version (`first`)", "its own leg")


def test_a_rumour_may_follow_an_announcement():
    assert problems(spoiled(("{announced: 2025-06-01", "{rumoured: 2025-06-01"))) == ()


def with_amount(line: str) -> dict[str, bytes]:
    return spoiled(("    supersedes:", f"      - {line}\n    supersedes:"))


def test_nothing_paid_exceeds_the_highest_reading():
    files = with_amount("{says: 30bn USD, stage: paid, source: wire}")
    assert_refused(files, "30bn", "legs.1.amounts.1", "paid (30bn USD) is more than the highest reading (20bn USD)")


def test_payments_of_several_spans_together_do_not_exceed_the_highest_reading():
    spans = ("2025-06..2025-07", "2025-08..2025-09")
    lines = [f"{{says: 12bn USD, stage: paid, source: wire, period: {span}}}" for span in spans]
    files = with_amount(f"{lines[0]}\n      - {lines[1]}")
    assert_refused(files, "12bn", "paid (24bn USD) is more than the highest reading (20bn USD)")


def test_a_highest_reading_makes_room_for_what_was_paid():
    files = with_amount("{says: 30bn USD, stage: paid, source: wire}\n"
                        "      - {says: 31bn USD, stage: announced, reading: highest, source: wire}")  # fmt: skip
    assert problems(files) == ()


def test_nothing_signed_exceeds_what_was_announced():
    files = with_amount("{says: 45bn USD, stage: signed, source: wire}")
    assert_refused(files, "45bn", "legs.1.amounts.1", "signed (45bn USD) is more than announced (20bn USD)", "swapped?")


def test_paid_above_signed_is_only_a_warning():
    files = with_amount("{says: 5bn USD, stage: signed, source: wire}\n"
                        "      - {says: 8bn USD, stage: paid, source: wire}")  # fmt: skip
    assert_warned(files, "8bn", "paid (8bn USD) is more than signed (5bn USD)")


def test_a_negative_amount_is_refused():
    files = spoiled(("10bn USD", "-10bn USD"))
    assert_refused(files, "-10bn", "a negative amount (-10bn USD)", "turn payer and payee round")


def test_nobody_pays_itself():
    files = spoiled(("payee: bolt", "payee: acme"))
    assert_refused(files, "id: first", "`acme` pays itself")


def test_nothing_ends_before_it_starts():
    files = spoiled(("    supersedes:", "    schedule: {start: 2026-03, end: 2025}\n    supersedes:"))
    assert_refused(files, "schedule:", "it ends (2025) before it starts (2026-03)")


def test_a_kind_nobody_knows_comes_with_the_nearest():
    files = spoiled(("kind: loan", "kind: laon"))
    assert_refused(files, "laon", "`laon` is not a kind of flow; did you mean `loan`?")


def test_a_guarantee_without_trigger_is_refused():
    files = spoiled(("kind: loan", "kind: guarantee_call"))
    assert_refused(files, "id: first", "a contingent leg (guarantee_call) has no trigger", "contingent: {when:")


@pytest.mark.parametrize(
    ("contingent", "says"),
    [
        ("{cap: 3bn USD}", "`when` is missing"),
        ("{when: {}}", "a trigger has exactly one word, this has 0"),
        ("{when: {default: bolt, unsold: bolt}}", "a trigger has exactly one word, this has 2"),
        ("{when: {defualt: bolt}}", "did you mean `default`?"),
        ("{when: {default: blot}}", "`blot` is not an entity; did you mean `bolt`?"),
        ("{when: {all: [{default: bolt}, {milestone: built, of: blot}]}}", "`blot` is not an entity"),
        ("{when: {any: [{default: bolt}, {date: 2026-02-30}]}}", "there is no such date"),
        ("{when: {unsold: bolt, of: acme}}", "`of` has no meaning beside `unsold`"),
        ("{when: {default: bolt}, cap: 3 GW}", "a cap of 3 GW"),
        ("{when: {default: bolt}, cap: -3bn USD}", "a cap of -3bn USD"),
        ("{when: {default: bolt}, share: 120 %}", "'120 %' is not a share"),
        ("{when: {default: bolt}, covers: second}", "a list must stand here"),
        ("{when: {default: bolt}, covers: [secnod]}", "`secnod` is not a leg of this case; did you mean `second`?"),
        ("{when: {default: bolt}, covers: [second, first]}", "a guarantee cannot cover itself"),
        ("{when: {default: bolt}, form: rent}", "payment, residual_value or capacity"),
        ("{when: {default: bolt}, cap_follows: {stock: built, of: blot, full: 9}}", "`blot` is not an entity"),
        ("{when: {default: bolt}, cap_follows: {stock: built, of: bolt}}", "`full` is missing"),
        ("{when: {default: bolt}, cap_follows: {stock: built, of: bolt, full: 0}}", "greater than 0"),
        ("{when: {default: bolt}, cap_follows: phases}", "keys and values must stand here"),
        ("{when: {default: bolt}, count: 160m}", "'160m' is not a number of shares"),
        ("{when: {default: bolt}, count: 0 shares}", "'0 shares' is not a number of shares"),
        ("{when: {default: bolt}, strike: 70 shares}", "'70 shares' is not a price"),
        ("{when: {default: bolt}, strike: -1 USD}", "'-1 USD' is not a price"),
    ],
)
def test_a_trigger_says_one_thing_about_known_firms(contingent, says):
    files = spoiled(("kind: loan", f"kind: guarantee_call\n    contingent: {contingent}"))
    assert_refused(files, "contingent:", says)


@pytest.mark.parametrize(
    ("exit", "says"),
    [
        ("{by: anyone}", "payer, payee or either"),
        ("{notice: 90 days}", "`by` is missing"),
        ("{by: either, notice: ninety days}", "'ninety days' is not a length of days or months"),
        ("{by: either, notice: 90}", "for example: 90 days"),
        ("{by: either, notice: 0 days}", "'0 days' is not a length"),
        ("{by: either, notice: 1.5 months}", "'1.5 months' is not a length"),
        ("{by: either, notice: 2 quarters}", "'2 quarters' is not a length"),
        ("{by: either, notice: 90k days}", "'90k days' is not a length"),
        ("{by: either, after: some time}", "'some time' is neither a date nor a length"),
        ("{by: either, after: 2026-02-30}", "'2026-02-30' is neither a date nor a length"),
    ],
)
def test_a_right_to_leave_says_whose_it_is_and_how_long_the_notice_runs(exit, says):
    assert_refused(spoiled(("kind: loan", f"kind: loan\n    exit: {exit}")), "exit:", says)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("value: 0.5", "value: half"), "number"),
        (("value: 0.5", "value: 2"), "2 is not between 0 and 1"),
        (("low: 0", "low: 0.6"), "0.5 is not between 0.6 and 1"),
        (("high: 1", "high: nan"), "number"),
        (("unit: ratio", "unit: raito"), "`raito` is not a unit; did you mean `ratio`?"),
        (("unit: ratio", "unit: '%'"), "`%` is not a unit"),
        (("basis: assumed", "basis: guessed"), "assumed or sourced"),
        (("because", "becuase"), "the key `becuase` is unknown; did you mean `because`?"),
        (("zh: 無人知曉", "zn: 無人知曉"), "missing: zh"),
        (("id: share", "id: a share"), "`a share` is not an id"),
    ],
)
def test_a_number_that_studies_need_has_a_unit_a_range_and_a_reason(changed, says):
    one = "{id: share, value: 0.5, unit: ratio, low: 0, high: 1, basis: assumed, because: {en: Unknown, zh: 無人知曉}}"
    files = spoiled(("newest", f"parameters:\n  - {one.replace(*changed)}\nnewest"), path="case.yaml")
    assert_refused(files, "- {id", says, path="case.yaml")


def test_two_numbers_of_one_name_are_refused():
    one = "  - {id: share, value: 0.5, unit: ratio, low: 0, high: 1, basis: assumed, because: {en: A, zh: 甲}}\n"
    files = spoiled(("newest", f"parameters:\n{one}{one}newest"), path="case.yaml")
    error = refusal(files)
    assert "the parameter `share` stands here twice" in str(error) and error.problems[0].where.line == 5


def test_a_text_without_chinese_does_not_exist():
    files = spoiled(("{en: Acme lends to Bolt, zh: 甲公司貸款給乙公司}", "{en: Acme lends to Bolt}"))
    assert_refused(files, "name:", "a text needs both languages; missing: zh", "{en: ..., zh: ...}")


def test_a_source_that_does_not_exist_comes_with_the_nearest():
    files = spoiled(("10bn USD, stage: announced, source: wire", "10bn USD, stage: announced, source: wier"))
    assert_refused(files, "wier", "legs.0.amounts.0.source", "did you mean `wire`?", "under `sources:`")


def test_the_source_of_an_event_must_exist_too():
    files = spoiled(("leg: first, source: wire", "leg: first, source: wier"))
    assert_refused(files, "wier", "events.0.source", "did you mean `wire`?")


def test_one_source_id_names_one_page():
    twin = "sources:\n  - {id: wire, title: Twin, kind: news, tier: 3}\n"
    assert_refused(spoiled(("sources:\n", twin)), "  - id: wire", "the source `wire` is declared twice")


def test_a_leg_of_which_nothing_happened_is_refused():
    files = spoiled(("  - {announced: 2025-06-01, leg: second, source: wire}\n", ""))
    assert_refused(files, "id: second", "the leg `second` has no event", "{announced: 2026-02-27, leg: second}")


def test_an_event_says_one_word():
    files = spoiled(("{announced: 2025-06-01", "{announced: 2025-06-01, signed: 2025-06-02"))
    assert_refused(files, "signed: 2025-06-02", "an event has exactly one word with its date, this has 2")


def test_an_event_speaks_of_a_leg_of_its_deal():
    files = spoiled(("events:\n", "events:\n  - {paid: 2025-07, leg: secnd}\n"))
    assert_refused(files, "secnd", "events.0.leg", "did you mean `second`?")


def test_what_stands_apart_names_a_leg_of_the_case():
    files = spoiled(("    supersedes:", "    stands_apart: {why: part_of, of: [frist]}\n    supersedes:"))
    assert_refused(files, "stands_apart:", "`frist` is not a leg of this case; did you mean `first`?")


def test_power_is_written_in_gigawatts():
    files = spoiled(("    supersedes:", "    compute_gw: 5\n    supersedes:"))
    assert_refused(files, "compute_gw:", "'5' is not a power", "4.5 GW")


# What stands where it cannot


@pytest.mark.parametrize(
    ("path", "old", "new", "en", "zh"),
    [
        (DEAL, "tier: 2", "tier: 0", "greater than or equal to 1.", "這個數必須大於或等於 1。"),
        (DEAL, "tier: 2", "tier: 4", "less than or equal to 3.", "這個數必須小於或等於 3。"),
        (DEAL, "tier: 2", "tier: two", "a valid integer", "這裡必須是整數。"),
        (DEAL, "tier: 2", "tier: [2]", "a valid integer", "這裡必須是整數。"),
        (DEAL, "title: A wire", "title: [A, wire]", "one word or sentence must stand here.", "一個詞或一句話"),
        (DEAL, "kind: news", "kind: new", "`new` is not possible here.", "這裡不能寫 `new`。"),
        (DEAL, "kind: news", "kind: new", "one of: filing, company, news, analyst, essay or memory.",
         "請寫下列其中一個：filing、company、news、analyst、essay、memory。"),
        (DEAL, "title: A wire", "titel: A wire", "did you mean `title`?", "您是指 `title` 嗎？"),
        (DEAL, "title: A wire\n", "\n", "`title` is missing.", "缺少 `title`。"),
        (DEAL, "published: 2025-01-15", "published: [2025]", "this must be a single value.", "這裡只能是一個值。"),
        (DEAL, "{en: Acme lends", "{en: '', xy: Acme lends", "missing: en.", "文字必須中英文兼備；缺少：en。"),
        (DEAL, "{en: Acme lends", "{fr: a, en: Acme lends", "unknown: fr.", "文字必須中英文兼備；不認得：fr。"),
        ("entities/bolt.yaml", "id: bolt", "id: b lt", "`b lt` is not an id.", "`b lt` 不是 id。"),
        ("entities/bolt.yaml", "[gear]", "gear", "a list must stand here.", "這裡必須是清單。"),
        ("entities/bolt.yaml", "[gear]", "[]", "the list is empty.", "清單是空的。"),
        ("entities/bolt.yaml", "[gear]", "[gear]\nvehicle: yes", "'yes' is neither true nor false.",
         "「yes」既不是 true 也不是 false。"),
        ("case.yaml", "newest", "dates: [soon]\nnewest", "keys and values must stand here.", "這裡必須是鍵與值。"),
        ("case.yaml", "newest", "groups: [soon]\nnewest", "keys and values must stand here.", "這裡必須是鍵與值。"),
        ("case.yaml", "newest", "series: {users: {entity: bolt, metric: revenue, off: a}}\nnewest",
         "Known here: entity, metric, product.", "這裡可用的有：entity、metric、product。"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_place_is_told_in_both_languages(path, old, new, en, zh):
    error = refusal(spoiled((old, new), path=path))
    assert en in str(error)
    assert zh in error.in_language("zh")


@pytest.mark.parametrize(("gives", "zh"), [("many", "這裡必須是數字。"), ("[1]", "這裡必須是數字。"),
                                           ("inf", "這裡必須是有限的數。")])  # fmt: skip
def test_what_a_proof_gives_is_a_finite_number(gives, zh):
    article = f"source: wire\non: 2025-10-24\nstatements:\n  - proofs: [{{compute: 1, gives: {gives}}}]\n"
    error = refusal(small_case({"article.yaml": article}))
    assert "statements.0.proofs.0.gives\n  Input should be a" in str(error)
    assert zh in error.in_language("zh")


def test_messages_are_chinese_where_chinese_is_asked_for():
    error = refusal(spoiled(("payee: bolt", "payee: bolr")))
    place = f"upload/{DEAL}:{line_of(spoiled(('payee: bolt', 'payee: bolr')), DEAL, 'bolr')}: legs.0.payee"
    assert error.in_language("zh") == (
        f"{place}\n  `bolr` 不是已知的個體；您是指 `bolt` 嗎？\n  請更正，或新增 entities/bolr.yaml。"
    )
    assert not CHINESE.search(str(error))


# What is only suspicious


def test_a_slip_of_ten_against_power_times_price_is_a_warning():
    files = spoiled(("    supersedes:", "    unlock: {stock: compute_gw, of: bolt, pays: 1bn USD/GW}\n"
                     "    compute_gw: 2 GW\n    supersedes:"))  # fmt: skip
    assert_warned(files, "says: 20bn", "1bn USD/GW x 2 GW is 2bn USD", "a factor of ten", "億")


@pytest.mark.parametrize("between", ["", "      - {says: 30bn USD, stage: announced, source: wire}\n"])
def test_a_slip_of_ten_between_two_sources_is_a_warning(between):
    slip = "      - {says: 2bn USD, stage: announced, source: wire}\n"
    files = spoiled(("    supersedes:", f"{between}{slip}    supersedes:"))
    assert_warned(files, "says: 2bn", "20bn USD and 2bn USD differ by a factor of ten", "億")


def test_two_definitions_may_differ_by_ten():
    other = "      - {says: 2bn USD, stage: announced, source: wire, definition: first year}\n"
    assert problems(spoiled(("    supersedes:", f"{other}    supersedes:"))) == ()


def test_a_large_amount_on_tier_3_pages_alone_is_a_warning():
    assert_warned(spoiled(("tier: 2", "tier: 3")), "id: second", "20bn USD rests on tier 3 pages only")


def test_a_promise_whose_answer_has_ended_is_a_warning_until_something_is_said_of_it():
    back = """\
        id: bolt-acme
        name: {en: Bolt rents from Acme, zh: 乙公司向甲公司承租}
        legs:
          - {id: back, kind: rent, payer: bolt, payee: acme}
        events:
          - {announced: 2025-02-01}
        """
    ended = spoiled(("events:\n", "events:\n  - {ended: 2026-01-31, leg: second}\n"))
    ended |= {"deals/bolt-acme.yaml": textwrap.dedent(back).encode()}
    (warning,) = load(ended).warnings
    assert warning.where.file == "upload/deals/bolt-acme.yaml"
    assert "what ran the other way ended (`acme-bolt`, 2026-01-31)" in warning.what.en
    ended["deals/bolt-acme.yaml"] += b"  - {amended: 2026-02}\n"
    assert load(ended).warnings == ()


def test_a_source_published_after_it_was_read_is_a_warning():
    files = spoiled(("published: 2025-01-15", "published: 2025-01-15\n    retrieved: 2024-12-31"))
    assert "was published after it was retrieved" in str(load(files).warnings[0])


# What stands in other files


def test_an_aggregate_needs_a_class_of_outside_money():
    files = spoiled(("roles: [gear]", "roles: [outside]\naggregate: true"), path="entities/bolt.yaml")
    assert_refused(files, "id: bolt", "an aggregate needs `outside:`", "DEBT", path="entities/bolt.yaml")


def test_a_merger_leads_to_a_known_firm():
    files = spoiled(("roles: [gear]", "roles: [gear]\nmerged_into: {entity: acmee, on: 2025-05-01}"),
                    path="entities/bolt.yaml")  # fmt: skip
    assert_refused(files, "merged_into", "`acmee` is not an entity; did you mean `acme`?", path="entities/bolt.yaml")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("policy: best", "`best` is not a policy; did you mean `newest`?"),
        ("article: essay", "`essay` is not a source of this file"),
        ("loop: [acme, blot]", "`blot` is not an entity; did you mean `bolt`?"),
        ("focus: [acmee]", "did you mean `acme`?"),
        ("groups: {gears: [blot]}", "did you mean `bolt`?"),
        ("series: {users: {entity: blot, metric: revenue}}", "did you mean `bolt`?"),
        ("series: {users: {entity: bolt, metric: revenu}}", "did you mean `revenue`?"),
        ("polcy: low", "did you mean `policy`?"),
        ("dates: [{id: then, on: 2025-10, name: {en: then, zh: 當時}}]", "'2025-10' is not a day"),
    ],
)
def test_what_a_case_names_exists(line, says):
    files = small_case()
    files["case.yaml"] += line.encode()
    assert_refused(files, line, says, path="case.yaml")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("query: cor", "`cor` is not a query; did you mean `core`?"),
        ("query: chain, ask: {leg: frist}", "`frist` is not a leg; did you mean `first`?"),
        ("query: promises, ask: {payer: acmee, kinds: [loan]}", "did you mean `acme`?"),
        ("query: promises, ask: {payer: acme, kinds: [laon]}", "did you mean `loan`?"),
    ],
)
def test_a_finding_asks_for_things_that_exist(line, says):
    finding = f"findings:\n  - {{id: a, {line}, sentence: {{en: So it is., zh: 如此。}}}}\n"
    assert_refused(small_case({"findings.yaml": finding}), line, says, path="findings.yaml")


def test_a_proof_gives_what_it_says():
    article = """\
        source: wire
        on: 2025-10-24
        statements:
          - id: c07
            subject: acme
            what: {en: price per gigawatt, zh: 每 GW 價格}
            printed: {value: 1, unit: bn USD}
            public: {value: 10, unit: bn USD}
            verdict: unit_slip
            explanation: {en: ten times too small, zh: 小了十倍}
            proofs:
              - {compute: 10 * 1, gives: 100, says: {en: so, zh: 如此}}
        """
    files = small_case({"article.yaml": article})
    assert_refused(files, "id: c07", "10 * 1 is 10, not 100", path="article.yaml")


def test_a_verdict_is_one_of_five():
    article = "source: wire\non: 2025-10-24\nstatements:\n  - id: c1\n    verdict: wrong\n"
    assert "`wrong` is not possible here" in str(refusal(small_case({"article.yaml": article})))


def test_a_file_in_the_wrong_place_is_refused():
    files = small_case({"acme.yaml": "id: acme\n"})
    assert_refused(files, "id: acme", "this file has no place in a case", path="acme.yaml")


def test_a_scenario_that_is_none_is_refused_with_its_line():
    scenario = "id: base\nname: {en: Base, zh: 基準}\nabout: {en: Base, zh: 基準}\nshocks: [what]\n"
    error = refusal(small_case({"scenarios/base.yaml": scenario}))
    assert "upload/scenarios/base.yaml:4: shocks.0\n  keys and values must stand here" in str(error)


# Folders


def test_an_empty_folder_is_no_case(tmp_path):
    error = refusal(tmp_path)
    assert "is empty: it holds no YAML and no CSV file" in str(error) and "case.yaml" in str(error)


def test_a_folder_without_case_yaml_is_no_case(tmp_path):
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals" / "a.yaml").write_text("id: a\n")
    assert "the case folder has no case.yaml" in str(refusal(tmp_path))


def test_an_upload_without_case_yaml_is_no_case():
    assert "the case has no case.yaml" in str(refusal({"deals/a.yaml": b"id: a\n"}))


def test_a_file_is_no_case(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text("id: a\n")
    assert "this is a file, not the folder of a case" in str(refusal(path))


def test_a_wrong_name_comes_with_the_nearest_case():
    with pytest.raises(UnknownName, match="`ai2` is not a case; did you mean `ai`"):
        perpetuum.load("ai2")


def test_a_case_may_lie_in_any_folder(tmp_path):
    for path, raw in small_case().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    assert load(tmp_path).hash == load(small_case()).hash
    assert str(examine(tmp_path)[1]) == "()"


@pytest.mark.parametrize(("path", "limit"), [("collected/huge.csv", "50 MB"), ("deals/huge.yaml", "5 MB")])
def test_a_huge_file_is_refused_without_reading_it(tmp_path, path, limit):
    for name in ("case.yaml", path):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(small_case()["case.yaml"])
    with (tmp_path / path).open("ab") as file:
        file.truncate(200_000_000)
    began = time.process_time()
    error = refusal(tmp_path)
    assert time.process_time() - began < 0.5
    assert f"{tmp_path}/{path}:1\n  the file has 200 MB" in str(error) and limit in str(error)


def test_a_huge_upload_is_refused_too():
    error = refusal(small_case() | {SERIES: bytes(51_000_000)})
    assert f"upload/{SERIES}:1\n  the file has 51 MB" in str(error)


# YAML that is not what it seems


@pytest.mark.parametrize("raw", ["甲".encode("big5"), "id: a".encode("utf-16"), b"id: acme\nname: caf\xe9\n"])
def test_a_file_that_is_not_utf_8_is_refused(raw):
    error = refusal(small_case() | {DEAL: raw})
    assert re.search(rf"upload/{DEAL}:[12]\n  the file is not UTF-8 text", str(error))


def test_windows_line_ends_and_a_byte_order_mark_are_fine():
    files = small_case()
    windows = {path: b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n") for path, raw in files.items()}
    assert load(windows).hash == load(files).hash


def test_a_key_that_stands_twice_is_refused():
    files = spoiled(("kind: loan", "kind: loan\n    kind: bond"))
    assert_refused(files, "kind: bond", "the key `kind` stands here twice", "Keep one of the two")


def test_an_alias_is_refused():
    files = spoiled(("name: {en: Acme lends to Bolt", "name: {en: &name Acme lends to Bolt"),
                    ("title: A wire", "title: *name"))  # fmt: skip
    assert_refused(files, "title: *name", "an alias (`*name`) repeats another value", "Write the value out again")


@pytest.mark.parametrize("tag", ["!!str", "!python/object:os.system", "!!python/name:os.system", "!acme"])
def test_a_tag_is_refused(tag):
    files = spoiled(("payer: acme", f"payer: {tag} acme"))
    assert_refused(files, tag, "legs.0.payer", "a tag (`", "Remove the tag")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///a", "example.org", "data:text/html"])
def test_a_source_without_the_address_of_a_web_page_is_refused(address):
    files = spoiled(("https://example.org/wire", address))
    assert_refused(files, address, "sources.0.url", "is not the address of a page", "http:// or https://")


def test_a_control_character_that_a_terminal_would_obey_is_refused():
    files = spoiled(("title: A wire", 'title: "A \\e[2Jwire"'))
    assert_refused(files, "title:", "a control character stands in this value")


def test_a_fault_in_the_file_of_a_firm_makes_no_strangers_elsewhere():
    path = "entities/acme.yaml"
    files = spoiled(("name:", "nmae:"), path=path)
    assert {problem.where.file for problem in refusal(files).problems} == {f"upload/{path}"}


def test_a_misspelt_key_is_not_missing_as_well():
    (problem,) = refusal(spoiled(("title: A wire", "titel: A wire"))).problems
    assert "did you mean `title`?" in problem.what.en


def test_nobody_is_blamed_for_naming_a_leg_of_a_file_that_is_at_fault_itself():
    other = (
        "id: other\nname: {en: Other, zh: 另一筆}\nlegs:\n"
        "  - {id: third, kind: loan, payer: acme, payee: bolt, stands_apart: {why: part_of, of: [first]}}\n"
        "events:\n  - {announced: 2025-02-01}\n"
    )
    files = spoiled(("title: A wire", "titel: A wire")) | {"deals/other.yaml": other.encode()}
    assert {problem.where.file for problem in refusal(files).problems} == {f"upload/{DEAL}"}


def test_a_merge_key_is_refused():
    files = spoiled(("kind: loan", "kind: loan\n    <<: {note: hidden}"))
    assert_refused(files, "<<:", "a merge key (`<<`) takes its values from elsewhere")


def test_a_list_is_no_key():
    files = spoiled(("kind: loan", "kind: loan\n    ? [a, b]\n    : c"))
    assert "a list or a mapping stands as a key in line 6" in str(refusal(files))


def test_a_second_document_is_refused():
    files = spoiled(("sources:", "---\nsources:"))
    assert_refused(files, "sources:", "a second document begins here", "one document per file")


@pytest.mark.parametrize(("raw", "says"), [(b"", "the file is empty"), (b"# only this\n", "the file is empty"),
                                           (b"- a\n", "does not hold keys and values"),
                                           (b"a\n", "does not hold keys and values")])  # fmt: skip
def test_a_file_without_keys_is_refused(raw, says):
    assert says in str(refusal(small_case() | {DEAL: raw}))


def test_a_tab_as_indentation_is_refused_at_its_line():
    files = spoiled(("    kind: loan", "\tkind: loan"))
    (problem,) = refusal(files).problems
    assert problem.what.en.startswith("this is not YAML") and "tab" in problem.what.en
    assert abs(problem.where.line - line_of(files, DEAL, "\tkind")) <= 1


def test_a_control_character_is_refused_at_its_line():
    files = spoiled(("甲公司貸款給乙公司", "甲公司"), ("kind: loan", "kind: lo\x00an"))
    assert_refused(files, "lo\x00an", "this is not YAML", "control characters")


def test_a_bomb_of_aliases_does_not_go_off():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    began = time.process_time()
    error = refusal(small_case() | {DEAL: "\n".join(lines).encode()})
    assert time.process_time() - began < 1.0
    assert "an alias (`*name`) repeats another value" in str(error)


@pytest.mark.parametrize("levels", [60, 500, 1000, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ("{a: ", "}"), ("[", "")])
def test_endless_nesting_is_a_problem_and_no_traceback(levels, opens, closes):
    error = refusal(small_case() | {DEAL: f"id: {opens * levels}{closes * levels}\n".encode()})
    assert re.search("nest|this is not YAML", str(error))


# Tables


def with_row(*changes: tuple[str, str]) -> dict[str, bytes]:
    return spoiled(*changes, path=SERIES)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("bolt,revenue", "blot,revenue", "`blot` is neither an entity nor a topic; did you mean `bolt`?"),
        (",revenue,", ",revenu,", "`revenu` is not a metric; did you mean `revenue`?"),
        ("usd_bn", "usd_nb", "`usd_nb` is not a unit; did you mean `usd_bn`?"),
        ("usd_bn", "pct", "`revenue` is measured in USD, not in pct"),
        ("reported", "reprted", "`reprted` is not a status; did you mean `reported`?"),
        (",1.5,", ",,", "cannot read '' as a number"),
        (",1.5,", ",nan,", "cannot read 'nan' as a number"),
        (",1.5,", ",1e999,", "cannot read '1e999' as a number"),
        ("2025Q1", "2025Q5", "cannot read '2025Q5' as a date"),
        ("2025Q1", "2026-2024", "ends before it starts"),
        ("2025-03-31", "2025-03-32", "there is no such date as '2025-03-32'"),
        ("2025-05-01", "2025-04-31", "there is no such date as '2025-04-31'"),
        ("2025-05-01", "", "cannot read '' as a date"),
        (",,,,\n", "\n", "the row has 10 cells, the header 14"),
        ("First quarter", '"First quarter', "this is not CSV: unexpected end of data"),
        ("First quarter", '"First" quarter', "this is not CSV"),
        ("First quarter", "First\x00quarter", r"a control character ('\x00') stands here"),
        ("First quarter", "x" * 200_000, "this is not CSV: field larger than field limit"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_at_its_line(old, new, says):
    assert_refused(with_row((old, new)), "bolt" if old != "bolt,revenue" else "blot", says, path=SERIES)


def test_every_bad_row_is_told_and_the_good_ones_do_not_hide_them():
    rows = "bolt,revenu,2025Q2,,1,usd_bn,reported,https://example.org/a,A,2025-08-01,,,,\nbolt,1\n"
    files = small_case()
    files[SERIES] += rows.encode()
    assert [problem.where.line for problem in refusal(files).problems] == [3, 4]


def test_a_broken_quote_is_told_at_the_row_where_it_opens():
    files = small_case()
    good = files[SERIES].splitlines(keepends=True)[1].replace(b"2025Q1", b"2025Q2")
    files[SERIES] += good.replace(b"First quarter", b'"First quarter') + good.replace(b"2025Q2", b"2025Q3") * 5
    (problem,) = refusal(files).problems
    assert problem.where.line == 3


def test_a_row_that_stands_twice_is_refused():
    files = small_case()
    files[SERIES] += files[SERIES].splitlines(keepends=True)[1]
    assert "upload/collected/series.csv:3" in str(refusal(files)) and "stand in line 2" in str(refusal(files))


@pytest.mark.parametrize(("header", "says"), [
    (HEADER.replace("value", "valeu"), "columns: value, valeu"),
    (HEADER.replace("status", "value"), "columns: status, value"),
    ("", "columns: entity_id"),
])  # fmt: skip
def test_a_header_that_is_not_ours_is_refused(header, says):
    error = refusal(small_case({SERIES: header}))
    assert f"upload/{SERIES}:1" in str(error) and says in str(error)


def test_a_table_that_is_not_utf_8_is_refused():
    error = refusal(small_case() | {SERIES: HEADER.encode() + b"caf\xe9\n"})
    assert f"upload/{SERIES}:2\n  the file is not UTF-8 text" in str(error)


# All at once


def test_five_faults_in_five_files_are_told_together():
    files = spoiled(("mode: replaces", "mode: replces"))
    changes = {"case.yaml": ("newest", "newset"), "entities/acme.yaml": ("capital", "captial"),
               "entities/bolt.yaml": (", zh: 乙公司", ""), SERIES: ("usd_bn", "usd_b")}  # fmt: skip
    files |= {path: files[path].replace(old.encode(), new.encode()) for path, (old, new) in changes.items()}
    told = {problem.where.file.removeprefix("upload/") for problem in refusal(files).problems}
    assert told >= {DEAL, *changes}


def test_errors_come_in_the_order_of_files_and_lines():
    files = spoiled(("payee: bolt", "payee: blot"), ("20bn USD", "20bn"))
    files["entities/acme.yaml"] = b"id: acme\n"
    places = [(problem.where.file, problem.where.line) for problem in refusal(files).problems]
    assert len(places) >= 3 and places == sorted(places)


PATCHES = st.binary(max_size=12) | st.sampled_from(b'&a |*a|!!|<<: |\t|: |- |{|]|null|~|"|\x00|-|9|Q'.split(b"|"))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(small_case())), st.integers(0, 800), st.integers(0, 40), PATCHES)
def test_no_damage_to_a_file_brings_the_program_down(path, start, length, patch):
    files = small_case()
    raw = files[path]
    files[path] = raw[:start] + patch + raw[start + length :]
    with contextlib.suppress(LedgerError):
        load(files)
