"""One application for all tests that change nothing in it."""

from __future__ import annotations

import importlib.util

import pytest

from tests.report.made_machine import machine_case

collect_ignore_glob = (
    [] if importlib.util.find_spec("fastapi") and importlib.util.find_spec("httpx2") else ["test_*.py"]
)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The folder of a case with a small machine."""
    return machine_case(tmp_path_factory.mktemp("cases") / "small")


@pytest.fixture(scope="session")
def client(small):
    from tests.web.asking import asking

    with asking({"ai": "ai", "telecom-2000": "telecom-2000", "small": small}) as found:
        yield found
