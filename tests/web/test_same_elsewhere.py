"""What a page says to type elsewhere can be typed: in the terminal, and in Python."""

from __future__ import annotations

import ast
import inspect
import json
import shlex
from pathlib import Path

import pytest

import perpetuum
from perpetuum import cli
from perpetuum.report import ledger_deal, ledger_sides, ledger_tables, verbs
from perpetuum.report.machine_question import Question as Futures
from perpetuum.report.machine_verb import simulate
from perpetuum.report.views.stressed import Question as Shock

# The same table holds the pages to these words, in web/tests/same.test.ts.
ROWS = json.loads((Path(__file__).parent / "same.json").read_text(encoding="utf-8"))
GROUPS = ("ledger", "gauges")
MODULES = {module.__name__.rsplit(".", 1)[1]: module for module in (verbs, ledger_tables, ledger_deal, ledger_sides)}
QUICK = ("ledger?show=gaps", "sources", "gauges?at")


TYPED = [row for row in ROWS if row["terminal"] is not None]


@pytest.mark.parametrize("row", TYPED, ids=[row["address"] or "overview" for row in TYPED])
def test_the_terminal_understands_what_a_page_says_to_type(row):
    program, *words = shlex.split(row["terminal"])
    assert program == "perpetuum"
    command, bound, _ = cli.app.parse_args(words, exit_on_error=False, print_error=False)
    path = [word for word in words[:2] if not word.startswith("-")]
    assert command.__name__ == (path[-1] if path[0] in GROUPS else path[0])
    assert bound is not None


@pytest.mark.parametrize("row", ROWS, ids=[row["address"] or "overview" for row in ROWS])
def test_python_has_what_a_page_says_to_call(row):
    calls = [node for node in ast.walk(ast.parse("\n".join(row["python"]))) if isinstance(node, ast.Call)]
    names = {"simulate": simulate, "Question": Futures if row["address"].startswith("machine") else Shock}
    checked = 0
    for call in calls:
        match call.func:
            case ast.Attribute(ast.Name(module), name) if module in MODULES:
                called = getattr(MODULES[module], name)
            case ast.Name(name) if name in names:
                called = names[name]
            case _:
                continue
        inspect.signature(called).bind(*call.args, **{word.arg: word.value for word in call.keywords})
        checked += 1
    assert checked


@pytest.mark.parametrize("row", [row for row in ROWS if row["address"].startswith(QUICK)],
                         ids=lambda row: row["address"])  # fmt: skip
def test_the_lines_run_and_print_the_answer(row, capsys, monkeypatch):
    monkeypatch.setattr(perpetuum, "load", _loaded)
    exec("\n".join(row["python"]), {})
    told = ast.literal_eval(capsys.readouterr().out)
    assert told["origin"]["case"] == "ai"
    assert told["result"]


_kept: dict = {}


def _loaded(case):
    from perpetuum.ledger import load

    return _kept.setdefault(case, load(case))
