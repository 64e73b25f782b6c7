"""Every rule of the day: one file, one rule, called once in its phase, and it owns columns that exist."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from perpetuum.machine import columns, quarter
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.knobs import KNOBS
from perpetuum.machine.world import Chance, Happened, Knobs, Layout, Proposal, World

HERE = Path(inspect.getfile(quarter)).parent
FILES = sorted(path.stem for path in (HERE / "behaviours").glob("*.py") if path.stem != "__init__")
TREES = {path: ast.parse((HERE / "behaviours" / f"{path}.py").read_text(encoding="utf-8")) for path in FILES}
COLUMNS = {column.id for column in (*columns.ECONOMY, *columns.STOCKS, *columns.POSITIONS)}
GIVEN = {"quarter": int, "world": World, "knobs": Knobs, "layout": Layout, "proposal": Proposal, "chance": Chance}
# The close is long and compiled in two parts.
PHASES = {"demand": "demand", "operate": "operate", "build": "build", "fund": "fund", "repay": "repay",
          "close": "close", "value": "close"}  # fmt: skip


def calls_of_the_day() -> list[tuple[str, str]]:
    """Phase and rule, in the order in which they are written."""
    tree = ast.parse(inspect.getsource(quarter))
    return [
        (PHASES[function.name], node.value.func.id)
        for function in tree.body if isinstance(function, ast.FunctionDef) and function.name in PHASES
        for node in function.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
        and node.value.func.id in FILES
    ]  # fmt: skip


@pytest.fixture(params=FILES)
def module(request):
    return importlib.import_module(f"perpetuum.machine.behaviours.{request.param}")


def test_a_day_calls_every_rule_once_and_in_the_phase_it_names():
    calls = calls_of_the_day()

    assert sorted(rule for _, rule in calls) == FILES
    for phase, rule in calls:
        assert importlib.import_module(f"perpetuum.machine.behaviours.{rule}").BEHAVIOUR.phase == phase


def test_a_file_has_one_rule_of_its_name(module):
    name = module.__name__.rpartition(".")[2]
    rules = [value for value in vars(module).values() if isinstance(value, Behaviour)]

    assert rules == [module.BEHAVIOUR]
    assert str(module.BEHAVIOUR) == module.BEHAVIOUR.id == name
    assert callable(getattr(module, name))


def test_a_rule_takes_what_every_rule_of_its_phase_takes(module):
    function = getattr(module, module.BEHAVIOUR.id)
    asked = inspect.get_annotations(getattr(function, "py_func", function), eval_str=True)

    closing = {"happened": Happened} if module.BEHAVIOUR.phase == "close" else {}
    assert asked == {**GIVEN, **closing, "return": type(None)} or asked == {**GIVEN, **closing, "return": None}


def test_a_rule_owns_columns_that_are_remembered(module):
    owns = module.BEHAVIOUR.owns

    assert len(set(owns)) == len(owns)
    assert set(owns) <= COLUMNS


@pytest.mark.parametrize("name", FILES)
def test_a_rule_says_what_it_does_in_a_sentence(name):
    first = (ast.get_docstring(TREES[name]) or "").splitlines()[0]
    functions = [node for node in TREES[name].body if isinstance(node, ast.FunctionDef)]

    assert first.endswith(".") and " " in first
    assert all(ast.get_docstring(function) for function in functions)


@pytest.mark.parametrize("name", FILES)
def test_a_rule_names_no_firm_and_reads_no_other_rule(name):
    imported = {node.module for node in ast.walk(TREES[name]) if isinstance(node, ast.ImportFrom)}

    assert not [module for module in imported if module and ".behaviours" in module]
    said = {node.value for node in ast.walk(TREES[name]) if isinstance(node, ast.Constant) and type(node.value) is str}
    assert not [text for text in said if any(firm in text.lower() for firm in ("nvidia", "openai", "oracle", "amd"))]


@pytest.mark.parametrize("name", FILES)
def test_a_rule_moves_money_through_the_door_only(name):
    """No rule assigns a purse; `firms_default` and the ageing of capacity book what moves no cash."""
    written = {
        ast.unparse(index)
        for node in ast.walk(TREES[name]) if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith(("accounts", "flow", "arrears"))
        for index in [target.slice]
    }  # fmt: skip

    assert not [index for index in written if "CASH" in index or "DEPOSITS" in index or "," not in index]


def test_every_parameter_of_a_rule_is_in_the_dictionary_with_unit_range_and_both_languages():
    used = {
        alias.name.lower()
        for tree in (*TREES.values(), ast.parse((HERE / "amounts.py").read_text(encoding="utf-8")))
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "perpetuum.machine.knobs"
        for alias in node.names
    }

    assert len(used) > 50 and used <= set(KNOBS)
