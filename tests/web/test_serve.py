"""`perpetuum serve`: on this machine only unless others are let in, with one link to follow."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from perpetuum import cli
from perpetuum.report import extras
from tests.web.asking import OURS

httpx2 = pytest.importorskip("httpx2", reason="the group `dev` is not installed")


@pytest.fixture
def refused(capsys):
    def ask(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["serve", *words])
        return int(str(left.value.code)), capsys.readouterr().err

    return ask


def test_others_are_not_let_in_without_a_token(refused):
    code, said = refused("--host", "0.0.0.0", "--port", "0")
    assert code == cli.USAGE
    assert "--token new" in said


def test_a_token_is_not_written_on_the_command_line(refused):
    code, said = refused("--token", "secret-secret-secret")
    assert code == cli.USAGE
    assert "--token-file" in said


def test_a_token_must_be_long_enough(refused, tmp_path):
    (tmp_path / "token").write_text("short\n", encoding="utf-8")
    code, said = refused("--token-file", str(tmp_path / "token"))
    assert code == cli.USAGE
    assert "16" in said
    assert refused("--token-file", str(tmp_path / "nowhere"))[0] == cli.PROBLEMS


def test_a_port_that_is_taken_is_said(refused):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, said = refused("--port", str(other.getsockname()[1]))
    assert code == cli.USAGE
    assert "--port" in said


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_is_none_is_said(refused, port):
    assert refused(f"--port={port}")[0] == cli.USAGE


def test_a_folder_whose_name_cannot_stand_in_an_address_is_refused(refused, tmp_path):
    assert refused("--case", str(tmp_path / "my case"))[0] == cli.USAGE


def test_a_folder_that_is_not_there_is_refused_before_anything_listens(refused, tmp_path):
    code, said = refused("--case", str(tmp_path / "nope"))
    assert code != 0
    assert "nope" in said


def test_without_the_extra_one_sentence_says_what_to_install(refused, monkeypatch):
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: None)
    code, said = refused()
    assert code == cli.EXTRA
    assert "pip install 'perpetuum[web]'" in said
    assert len(said.splitlines()) == 2


def test_the_pages_open_and_close(small):
    command = [sys.executable, "-m", "perpetuum", "serve", "--port", "0", "--token", "new", "--case", str(small)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PERPETUUM_LANG": "en"})
    assert server.stdout is not None
    try:
        link = re.search(r"(http://127\.0\.0\.1:\d+)/#token=([\w-]{40,})", server.stdout.readline())
        assert link is not None
        here, token = link.groups()
        with httpx2.Client(base_url=here, trust_env=False, timeout=60) as client:
            assert client.get("/api/health").status_code == 401
            opened = client.post("/api/session", json={"token": token}, headers={**OURS, "Origin": here})
            assert opened.status_code == 204
            told = client.get("/api/ledger?case=small&show=case")
            assert told.json()["result"]["id"] == "triangle"
            assert "server" not in told.headers
    finally:
        server.send_signal(signal.SIGINT)
        ended = time.monotonic()
        code = server.wait(timeout=60)
        server.stdout.close()
    assert code == 0
    assert time.monotonic() - ended < 30
