"""No file of the project tells on which machine it was written, or where packages come from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MADE = {"__pycache__", "dist", "results", "site", "node_modules"}
ENDS = ("py", "toml", "txt", "in", "md", "yml", "yaml", "csv", "json", "html", "sha256")
SUFFIXES = {"", *(f".{end}" for end in ENDS)}

# Written in pieces, so that this file does not find itself.
MACHINE = re.compile(r"(?<![\w./:~-])/(?:" + "|".join(["work", "tmp", "root", "home", "opt", "Users"]) + r")/\w")
HOSTS = ["py" + r"pi\.org", "python" + "hosted", r"registry\." + "npmjs", "deb" + r"\.debian\.org"]
REGISTRY = re.compile("|".join(HOSTS))
INDEX = re.compile(r"\w+://\S+/sim" + r"ple/?(?=[\s\"']|$)")


def texts() -> list[Path]:
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in MADE and (name == ".ci" or not name.startswith("."))]
        found += [Path(folder) / name for name in names if Path(name).suffix in SUFFIXES]
    return found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY, INDEX], ids=["machine", "registry", "index"])
def test_no_file_names_a_machine_or_a_registry(pattern):
    assert lines_with(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, 'open("' + "/tmp" + '/x")'),
        (REGISTRY, "https://py" + "pi.org/project/x"),
        (INDEX, "--index-url https://example.invalid/sim" + "ple"),
    ],
    ids=["machine", "registry", "index"],
)
def test_such_a_line_would_be_found(pattern, line):
    assert pattern.search(line)
