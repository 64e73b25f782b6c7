"""Ctrl-C in the middle of an answer: a real process, a real slow server, and a second run that goes on from there."""

from __future__ import annotations

import http.server
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.connectors.made_up import GOOD

ROOT = Path(__file__).parents[2]
# The command line with one more connector, whose publisher is on this machine.
PROGRAM = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from perpetuum import cli
from perpetuum.connectors import Address, connectors
from tests.connectors.made_up import made_up

def plan(request):
    site = f"http://127.0.0.1:{os.environ['PORT']}"
    return tuple(Address(url=f"{site}/{name}.csv", file=f"{name}.csv", form="csv", subject=name) for name in "abc")

connectors()["made_up"] = made_up(hosts=("127.0.0.1",), plan=plan)
cli.main()
"""


class Publisher(http.server.ThreadingHTTPServer):
    """Answers at once, but for one page, which it begins and does not finish until it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[str] = []
        self.has_begun, self.may_finish = threading.Event(), threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Page(http.server.BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        self.wfile.write(GOOD[:20])
        if self.path == "/b.csv" and not self.server.may_finish.is_set():
            self.wfile.flush()
            self.server.has_begun.set()
            self.server.may_finish.wait(20)
            return
        self.wfile.write(GOOD[20:])

    def log_message(self, *_: object) -> None:
        """Say nothing on the screen."""


@pytest.fixture
def publisher():
    server = Publisher()
    yield server
    server.may_finish.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    (folder / "entities").mkdir(parents=True)
    (folder / "case.yaml").write_text("id: case\nname: {en: Case, zh: 案例}\nnewest: 2026-09-30\n")
    (folder / "entities" / "acme.yaml").write_text("id: acme\nname: {en: Acme, zh: 甲公司}\nroles: [gear]\n")
    return folder


@pytest.fixture
def start(publisher, case, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'src'}:{ROOT}")
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)

    def run(language: str) -> subprocess.Popen[str]:
        monkeypatch.setenv("PORT", str(publisher.server_port))
        words = [sys.executable, "-c", PROGRAM, "collect", "made_up", "--case", str(case), "--lang", language]
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")

    return run


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that one process can send another")
def test_an_interrupted_run_leaves_nothing_half_written_and_the_next_goes_on(start, publisher, case, tmp_path):
    running = start("zh")
    assert publisher.has_begun.wait(20), running.communicate(timeout=5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (130, "")
    assert "Traceback" not in err and "已中斷" in err
    kept = sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert len(kept) == 2 and kept[1] == "index.jsonl"  # one whole answer and its line
    assert not (case / "collected").exists()

    publisher.may_finish.set()
    publisher.asked.clear()
    again = start("en")
    out, err = again.communicate(timeout=20)
    assert (again.returncode, err) == (0, "")
    assert publisher.asked == ["/b.csv", "/c.csv"]
    assert "All answers came: 3" in out and (case / "collected" / "made_up.csv").is_file()
