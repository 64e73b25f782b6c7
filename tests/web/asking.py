"""An application and whoever asks it, without a server."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")
pytest.importorskip("httpx2", reason="the group `dev` is not installed")

from starlette.testclient import TestClient

from perpetuum import cli
from perpetuum.web.app import application

HERE = "http://127.0.0.1:8765"
OURS = {"Origin": HERE}


@contextlib.contextmanager
def asking(cases: Mapping[str, str | Path] | None = None, **how: Any) -> Iterator[TestClient]:
    """Somebody who asks an application that prepares nothing."""
    with TestClient(application(cases, warm=False, **how), base_url=HERE) as client:
        yield client


def terminal(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What the terminal prints with ``--json``."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        cli.main([*words, "--json"])
    out, err = capsys.readouterr()
    assert left.value.code == 0, err
    return json.loads(out)
