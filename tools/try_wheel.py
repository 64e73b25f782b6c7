"""Installs the built wheel in an empty environment and asks it a question, far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(uv: str) -> None:
    """Raise if the wheel does not answer."""
    tool = str(ROOT / uv) if uv.startswith(".tools") else uv
    (wheel,) = (ROOT / "dist").glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        python = str(Path(folder) / "venv" / "bin" / "python")
        quiet = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        for command in (
            [tool, "venv", "--quiet", "--python", sys.executable, str(Path(folder) / "venv")],
            [tool, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r",
             str(ROOT / "locks" / "run.txt")],
            [tool, "pip", "install", "--quiet", "--python", python, "--no-deps", str(wheel)],
        ):  # fmt: skip
            subprocess.run(command, check=True, cwd=folder, env=quiet)
        answer = subprocess.run(
            [python, "-m", "perpetuum", "loops", "--json"], check=True, cwd=folder, env=quiet, capture_output=True
        )
        assert b'"perpetuum/loops/1"' in answer.stdout, "the wheel gave no loops"
    print(f"{wheel.name}: installed in an empty environment, `perpetuum loops` answers")


if __name__ == "__main__":
    main(sys.argv[1])
