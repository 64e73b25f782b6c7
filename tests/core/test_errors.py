"""Every error says what is wrong and how to mend it, in English and in Chinese."""

from __future__ import annotations

import ast
import datetime
import pickle
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import perpetuum
from perpetuum import cli, gauges, ledger
from perpetuum.circularity.results import _around
from perpetuum.circularity.view import along
from perpetuum.connectors import Request, collect, sec_companyfacts
from perpetuum.connectors.sec import cik_of
from perpetuum.core.errors import (
    BooksDoNotBalance,
    CollectError,
    LedgerError,
    MissingExtra,
    NetworkError,
    PerpetuumError,
    Problem,
    ScenarioError,
    SeriesError,
    UnitError,
    UnknownName,
    lines,
    listed,
    not_a,
    one_of,
)
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Where
from perpetuum.core.scenario import Shock
from perpetuum.core.text import both
from perpetuum.core.when import Quarter, Span, When
from perpetuum.ledger.arithmetic import evaluate
from perpetuum.maths.bounds import Bounds
from perpetuum.report.views.question import Question, ask
from perpetuum.report.words import say
from tests.core.chinese import CHINESE, faults
from tests.ledger.small_case import small_case, spoiled

SMALL = ledger.load(small_case())
NO_PAYER, ADD_PAYER = both("no payer.", "沒有付款者。"), both("Add payer:", "請加上 payer:")


def no_payer(**more) -> Problem:
    return Problem(where=Where("a.yaml", 3), path="legs.0", what=NO_PAYER, repair=ADD_PAYER, **more)


# The tree


def test_what_is_wrong_stands_above_what_to_do():
    error = NetworkError(NO_PAYER, ADD_PAYER)
    assert str(error) == error.in_language("en") == error.says.en == "no payer.\n  Add payer:"
    assert error.in_language("zh") == error.says.zh == "沒有付款者。\n  請加上 payer:"


def test_an_error_without_a_repair_is_one_line():
    error = BooksDoNotBalance(NO_PAYER)
    assert (str(error), error.in_language("zh")) == ("no payer.", "沒有付款者。")


def test_a_warning_is_marked_in_either_language():
    warning = no_payer(severity="warning")
    assert str(warning) == "a.yaml:3: legs.0\n  warning: no payer.\n  Add payer:"
    assert warning.in_language("zh") == "a.yaml:3: legs.0\n  警告：沒有付款者。\n  請加上 payer:"


def test_a_problem_of_a_whole_file_has_no_path():
    assert replace(no_payer(), path="").in_language("zh") == "a.yaml:3\n  沒有付款者。\n  請加上 payer:"


def test_all_problems_of_a_case_are_one_error_in_either_language():
    error = LedgerError([no_payer(), no_payer(severity="warning")])
    assert str(error) == "\n".join(str(problem) for problem in error.problems)
    assert error.in_language("zh") == "\n".join(problem.in_language("zh") for problem in error.problems)
    assert len(error.problems) == 2


@pytest.mark.parametrize("error", [NetworkError(NO_PAYER, ADD_PAYER), UnitError(NO_PAYER, ADD_PAYER),
                                   BooksDoNotBalance(NO_PAYER)], ids=repr)  # fmt: skip
def test_an_error_survives_the_way_to_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.says) == (type(error), error.says)


@pytest.mark.parametrize(("noun", "en", "zh"), [
    (both("entity", "個體"), "`x` is not an entity; ", "`x` 不是個體；"),
    (both("unit", "單位"), "`x` is not a unit; ", "`x` 不是單位；"),
    (both("leg", "分項"), "`x` is not a leg; ", "`x` 不是分項；"),
])  # fmt: skip
def test_a_name_is_refused_with_its_article(noun, en, zh):
    text = not_a(noun, "x", ["x1"])
    assert (text.en, text.zh) == (f"{en}did you mean `x1`?", f"{zh}您是指 `x1` 嗎？")


def test_words_of_a_list_stay_as_they_are_typed():
    assert listed(iter(["a", "b"])) == both("a, b", "a、b")
    assert one_of(["a", "b"]) == both("Write one of: a, b", "請寫下列其中一個：a、b")
    assert lines(NO_PAYER, ADD_PAYER, indent="") == both("no payer.\nAdd payer:", "沒有付款者。\n請加上 payer:")


# Calls that go wrong


def network(*flows: float) -> Network:
    """One leg, paid in one quarter."""
    made, money = SMALL.network(stage="announced"), np.array([flows or (1.0,)])
    return replace(made, stage="paid", legs=made.every[:1], quarters=(Quarter(2025, 1),), flows=money, reported=None)


def asked(**words):
    return ask(SMALL, {"announced": SMALL.network(stage="announced")}, Question(**words))


BAD_CALLS = {
    "a date": lambda: When.parse("yesterday"),
    "a day that is not there": lambda: When.parse("2026-02-30"),
    "a quarter": lambda: Quarter.parse("2025"),
    "a span": lambda: Span.parse("2026..2025"),
    "a quantity": lambda: Quantity.parse("much"),
    "a quantity without unit": lambda: Quantity.parse("10bn"),
    "a unit": lambda: Quantity.parse("10bn usd"),
    "a sum of words": lambda: evaluate("two"),
    "a sum without end": lambda: evaluate("1+" * 200 + "1"),
    "a sum without value": lambda: evaluate("1 / 0"),
    "a case": lambda: perpetuum.load("aii"),
    "files without case.yaml": lambda: perpetuum.load({}),
    "a broken file": lambda: perpetuum.load(spoiled(("payee: bolt", "payee: blot"))),
    "an entity": lambda: SMALL.entity("blot"),
    "a leg": lambda: SMALL.figure("frist", "announced"),
    "a policy": lambda: SMALL.figure("first", "announced", policy="best"),
    "a named date": lambda: SMALL.network("then"),
    "a chain": lambda: SMALL.chain("frist"),
    "words nobody bears": lambda: SMALL.find("frist"),
    "a kind": lambda: SMALL.total(stage="paid", kind="laon"),
    "a leg of a sum": lambda: SMALL.total(stage="paid", legs=["frist"]),
    "two versions in a sum": lambda: SMALL.total(stage="paid", legs=["first", "second"]),
    "a query": lambda: ledger.queries.ask(SMALL, "cor", datetime.date(2026, 1, 1), {}),
    "a stage": lambda: ledger.queries.ask(SMALL, "figure", datetime.date(2026, 1, 1), {"stage": "piad"}),
    "flows of another shape": lambda: network(1.0, 2.0),
    "a flow that is no number": lambda: network(float("nan")),
    "an entity of a network": lambda: network().entity("blot"),
    "a leg of a network": lambda: network().leg("frist"),
    "a window of nothing": lambda: perpetuum.measure(network(), window=0),
    "a window elsewhere": lambda: perpetuum.measure(network(), window="2030Q1"),
    "a firm of a network": lambda: perpetuum.measure(network(), firms=["blot"]),
    "a firm that is left out": lambda: perpetuum.measure(replace(network(), entities=())),
    "a payer of a network": lambda: perpetuum.measure(network()).recycled("bolt", payer="blot"),
    "a step": lambda: perpetuum.measure(network(), step="month"),
    "a view": lambda: perpetuum.measure(network(), view="first"),
    "a pool rule": lambda: perpetuum.measure(network(), rules=("brun",)),
    "lags in years": lambda: perpetuum.measure(network(), step="year").boomerang("acme", quarters=1),
    "a loop of one": lambda: along(network(), ("acme",)),
    "a loop of strangers": lambda: along(network(), ("acme", "blot")),
    "books that do not balance": lambda: _around(2.0, Bounds(0.0, 1.0, "settled"), 3.0, 0.0),
    "a panel of nothing": lambda: gauges.read_gauges(Panel(cells={}, quarters=())),
    "a gauge": lambda: gauges.read_gauges(SMALL.panel(), Quarter(2025, 1), "capex"),
    "a picture without a firm": lambda: asked(show="firm"),
    "a loop without a start": lambda: asked(show="loop", via=("acme",)),
    "a firm that is not on the loop": lambda: asked(show="loop", firm="acme"),
    "a scenario of a case": lambda: SMALL.scenario("base"),
    "a shock without a value": lambda: Shock(at=Quarter(2028, 1), target="mood", do="add"),
    "a publisher of files": lambda: collect(Request(connector="manual")),
    "a publisher": lambda: collect(Request(connector="freed")),
    "a key of words": lambda: say("unknwon"),
    "a request without a firm": lambda: sec_companyfacts.plan(Request(connector="sec_companyfacts")),
    "a firm that files nowhere": lambda: cik_of(SMALL.entity("acme")),
}  # fmt: skip


@pytest.mark.parametrize("call", BAD_CALLS.values(), ids=BAD_CALLS)
def test_a_bad_call_is_told_in_both_languages(call):
    with pytest.raises(PerpetuumError) as refused:
        call()
    error = refused.value
    assert str(error) == error.in_language("en") != error.in_language("zh")
    assert not CHINESE.search(str(error))
    assert faults(error.what) == []
    assert error.repair is None or faults(error.repair) == []


def test_the_bad_calls_meet_every_error_that_is_raised():
    met = set()
    for call in BAD_CALLS.values():
        try:
            call()
        except PerpetuumError as error:
            met.add(type(error))
    assert met == {
        CollectError,
        LedgerError,
        NetworkError,
        ScenarioError,
        SeriesError,
        UnitError,
        UnknownName,
        BooksDoNotBalance,
    }
    # What the server refuses is asked in tests/web.
    ours = {error for error in PerpetuumError.__subclasses__() if not error.__module__.startswith("perpetuum.web")}
    assert met | {MissingExtra} == ours


@pytest.mark.parametrize("words", [["loops", "--firm", "opneai"], ["ledger", "--case", "aii"], ["ledger", "find"],
                                   ["gauges", "--gauge", "capex"], ["run", "--format", "docx"],
                                   ["loops", "--window", "0"]], ids=" ".join)  # fmt: skip
def test_the_terminal_tells_an_error_in_its_language(words, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    told = {}
    for language in ("en", "zh"):
        monkeypatch.setattr(cli, "LANGUAGE", language)
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == cli.USAGE
        told[language] = capsys.readouterr().err
    assert faults(both(**told)) == []
    assert not CHINESE.search(told["en"])


# The Chinese of every message of the sources

SOURCES = sorted(Path(perpetuum.__file__).parent.rglob("*.py"))


def written() -> dict[str, tuple[ast.expr, ast.expr]]:
    """The English and the Chinese of every message, by its place in the sources."""
    found = {}
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "both" and len(call.args) == 2:
                found[f"{path.stem}:{call.lineno}:{call.col_offset}"] = (call.args[0], call.args[1])
    return found


def template(words: ast.expr) -> str | None:
    """What stands there with its places filled in, by `字` where that is Chinese; nothing if it is made elsewhere."""
    if isinstance(words, ast.Constant):
        return str(words.value)
    if not isinstance(words, ast.JoinedStr):
        return None
    return "".join(
        part.value if isinstance(part, ast.Constant) else "字" if speaks_chinese(part) else "x" for part in words.values
    )


def speaks_chinese(part: ast.expr) -> bool:
    source = ast.unparse(part)
    return re.search(r"[._]zh\b", source) is not None or not source.isascii()


def places(words: ast.expr) -> set[str]:
    """What is filled in, the language aside; a choice of words is not."""
    parts = words.values if isinstance(words, ast.JoinedStr) else []
    return {
        re.sub(r"[._](en|zh)\b", "", ast.unparse(part.value))
        for part in parts
        if isinstance(part, ast.FormattedValue) and not isinstance(part.value, ast.IfExp)
    }


SIGN, WIDE = r"[\u4e00-\u9fff]", r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
AS_TYPED = re.compile(r"`[^`]*`")
TEXTS = written()
CHINESE_OF = {place: words for place, (_, zh) in TEXTS.items() if (words := template(zh)) is not None}


def test_the_search_for_texts_finds_them():
    assert len(CHINESE_OF) > 200
    assert any("check:" in place for place in CHINESE_OF)


def test_both_languages_fill_in_the_same():
    filled = {place: [places(words) for words in TEXTS[place]] for place in CHINESE_OF}
    assert {place: pair for place, pair in filled.items() if pair[0] != pair[1]} == {}


def test_what_is_typed_stays_as_it_is():
    typed = {place: [set(AS_TYPED.findall(template(words))) for words in TEXTS[place]] for place in CHINESE_OF}
    assert {place: pair for place, pair in typed.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize(
    "fault",
    [
        rf"{SIGN} ?[,;:?!()]|{SIGN}\.(?!\w)",  # half-width signs after a Chinese one
        rf"{SIGN}[A-Za-z0-9`]|[A-Za-z0-9`]{SIGN}",  # no gap beside a word
        rf"{WIDE} {WIDE}",  # a gap between Chinese signs
    ],
    ids=["half width", "no gap", "gap"],
)
def test_chinese_is_set_as_in_print(fault):
    assert {place: words for place, words in CHINESE_OF.items() if re.search(fault, words)} == {}
