"""Installs the built wheel in an empty environment and asks it a question, far from the checkout."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def left_out(wheel: Path, package: Path = ROOT / "src" / "perpetuum") -> list[str]:
    """Files of the package, cases included, that the wheel does not hold."""
    held = set(zipfile.ZipFile(wheel).namelist())
    ours = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(name for path in ours if (name := path.relative_to(package.parent).as_posix()) not in held)


def install(uv: str, wheel: Path, folder: Path) -> str:
    """The Python of a new environment that holds the wheel and what the lock says it needs."""
    python = str(folder / "venv" / "bin" / "python")
    into = [uv, "pip", "install", "--quiet", "--python", python]
    run([uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], folder)
    run([*into, "--require-hashes", "-r", str(ROOT / "locks" / "run.txt")], folder)
    run([*into, "--no-deps", str(wheel)], folder)
    return python


def run(command: list[str], folder: Path) -> bytes:
    """What a command prints; it neither stands in the checkout nor finds it on its path."""
    away = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(command, check=True, cwd=folder, env=away, stdout=subprocess.PIPE).stdout


def front_page(python: str, folder: Path) -> bytes:
    """What the server of an installed wheel gives for ``/``, and whether what it names is there too."""
    away = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [python, "-m", "perpetuum", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=away, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = ""
            while (link := re.search(r"http://127\.0\.0\.1:[1-9]\d*/", said)) is None:
                line = server.stdout.readline()
                if not line:
                    return said.encode()
                said += line
            page = asked(link[0])
            script = re.search(rb'src="\./(assets/[^"]+\.js)"', page)
            return page if script and asked(link[0] + script[1].decode()) else b""
        finally:
            server.terminate()


def asked(address: str) -> bytes:
    """What stands at an address; a server tells its address a moment before it listens."""
    for _ in range(100):
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(address, timeout=20) as answer:
            return bytes(answer.read())
        time.sleep(0.2)
    return b""


def main(uv: str) -> None:
    """Exit with a sentence if the wheel lacks a file or does not answer."""
    tool = uv if Path(uv).is_absolute() else str(ROOT / uv)
    (wheel,) = (ROOT / "dist").glob("*.whl")
    if missing := left_out(wheel):
        sys.exit(f"{wheel.name} lacks {len(missing)} files of the package, first {missing[0]}")
    with tempfile.TemporaryDirectory() as folder:
        python = install(tool, wheel, Path(folder))
        answer = run([python, "-m", "perpetuum", "loops", "--json"], Path(folder))
        page = front_page(python, Path(folder))
    if b'"perpetuum/loops/1"' not in answer:
        sys.exit(f"{wheel.name} is installed, but `perpetuum loops --json` gave no loops")
    if b'id="app"' not in page:
        sys.exit(f"{wheel.name} is installed, but `perpetuum serve` gave no page for /")
    print(f"{wheel.name}: installed in an empty environment, `perpetuum loops` answers, and so does the page /")


if __name__ == "__main__":
    main(sys.argv[1])
