"""Numbers printed in books and papers, or worked out by hand, for clearing and contagion.

Every JSON file of the folder is run; what to do with it stands in its `kind`, never in its name.
A kind may be run by several methods, each of which must give the same numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.golden import contagion_clearing, contagion_ladder, contagion_models, contagion_reverse

METHODS = (contagion_clearing, contagion_ladder, contagion_models, contagion_reverse)


def runners(kind: str) -> list[Callable[[dict[str, Any]], None]]:
    return [method.RUNNERS[kind] for method in METHODS if kind in method.RUNNERS]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = Path(metafunc.config.getoption("--golden")) / "contagion"
    files = sorted(p for p in folder.glob("*.json") if p.name != "index.json" and not p.name.startswith("_"))
    metafunc.parametrize("file", files or [folder], ids=[p.stem for p in files] or ["no-cases"])


def test_golden_case(file: Path) -> None:
    assert file.is_file(), f"{file} holds no golden cases; name a folder with contagion/*.json after --golden"
    case = json.loads(file.read_text(encoding="utf-8"))
    ways = runners(case["kind"])
    assert ways, f"{file.name}: no test knows the kind `{case['kind']}`"
    for run in ways:
        run(case)
