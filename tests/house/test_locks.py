"""What a fresh machine installs is pinned, hashed and free of addresses."""

from __future__ import annotations

import re

import pytest

from tools.locks import LOCKS, REFUSED, faults


def pins(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[^\s;]+)", (LOCKS / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_no_lock_holds_an_address_or_a_refused_package():
    assert faults() == []


def test_what_tests_run_on_is_what_users_run():
    assert pins("run.txt") <= pins("dev.txt")


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "build.txt", "tools.txt"])
def test_every_pin_carries_a_hash(name):
    entries = re.split(r"\n(?=\S)", (LOCKS / name).read_text(encoding="utf-8").strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    "line",
    ["there==1.0 --hash=sha256:00 # https" + "://somewhere", *(f"{name}==1.0 --hash=sha256:00" for name in REFUSED)],
)
def test_a_bad_lock_is_noticed(tmp_path, line):
    (tmp_path / "run.txt").write_text(line + "\n", encoding="utf-8")
    assert len(faults(tmp_path)) == 1
