"""Explosive roots, adoption curves and log-periodic fits: numbers of other programs, and rules that must hold.

Every JSON file of the folder is read and each of its cases run; what to do with one stands in its `function`, never in
its id or the name of its file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden import bubbles_curves, bubbles_explosive

Case = dict[str, Any]
RUNNERS = bubbles_explosive.RUNNERS | bubbles_curves.RUNNERS


def cases(folder: Path) -> list[tuple[str, Case | None]]:
    """Every case of every file with a name for the report; a file that holds none is a case that fails."""
    found: list[tuple[str, Case | None]] = []
    for path in sorted(folder.glob("*.json")):
        inside = json.loads(path.read_text(encoding="utf-8")).get("cases") or [None]
        found += [(f"{path.stem}-{n}-{(case or {}).get('id', 'none')}", case) for n, case in enumerate(inside)]
    return found or [("no-cases", None)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "golden_case" not in metafunc.fixturenames:
        return
    folder = Path(metafunc.config.getoption("--golden")) / "bubbles"
    found = cases(folder)
    metafunc.parametrize(("golden_case", "folder"), [(case, folder) for _, case in found], ids=[id for id, _ in found])


def test_golden_case(golden_case: Case | None, folder: Path) -> None:
    assert golden_case is not None, f"no cases in {folder}; name a folder with bubbles/*.json after --golden"
    run(golden_case, folder)


def test_a_function_that_nobody_knows_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no test knows the function `bubble_index`"):
        run({"id": "adf_1", "function": "bubble_index"}, tmp_path)


def test_a_file_without_cases_is_no_pass(tmp_path: Path) -> None:
    (tmp_path / "cases_psy.json").write_text("{}", encoding="utf-8")
    assert [case for _, case in cases(tmp_path)] == [None]


def test_an_empty_folder_is_no_pass(tmp_path: Path) -> None:
    assert [case for _, case in cases(tmp_path)] == [None]
    with pytest.raises(AssertionError, match="no cases in"):
        test_golden_case(None, tmp_path)


def test_a_wrong_number_fails(tmp_path: Path) -> None:
    case = {"function": "adf", "input": {"values": [1, 2, 4, 3, 5, 9, 8, 11]}, "expected": {"stat": 0.0}}
    with pytest.raises(AssertionError):
        run(case, tmp_path)


def run(case: Case, folder: Path) -> None:
    function = case.get("function")
    assert function in RUNNERS, f"no test knows the function `{function}`"
    RUNNERS[function](case, folder)
