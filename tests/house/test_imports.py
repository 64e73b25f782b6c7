"""Rooms do not talk to each other, and the door opens quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"numpy", "scipy", "xarray", "pandas", "pydantic", "igraph", "networkx"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_rooms_import_only_what_lies_below_them():
    contracts = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
    )
    done = run(sys.executable, "-c", contracts)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("words", [["--help"], ["loops", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(words):
    # Every module is named on stderr as it is imported, so nothing depends on how the program ends.
    done = run(sys.executable, "-X", "importtime", "-m", "perpetuum", *words)
    assert done.returncode == 0, done.stderr[-2000:]
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "perpetuum" in imported
    assert imported & HEAVY == set()
