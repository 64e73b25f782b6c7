"""Copies the golden cases that may ship, and writes down their hashes."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent / "tests" / "golden" / "data"
# Our own cases; published values in them are single figures with their source.
MAY_SHIP = ("circularity", "contagion", "simulation")


def manifest(folder: Path = HERE) -> dict[str, str]:
    """SHA-256 of every copied file, by its path inside the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "MANIFEST.sha256"
    }


def written(folder: Path = HERE) -> dict[str, str]:
    """The hashes as the manifest holds them."""
    lines = (folder / "MANIFEST.sha256").read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def main(source: Path) -> None:
    """Copy and write the manifest."""
    for room in MAY_SHIP:
        if not (source / room).is_dir():
            sys.exit(f"{source / room} is not there; name the folder with the golden cases: make data GOLDEN=...")
        (HERE / room).mkdir(parents=True, exist_ok=True)
        for path in sorted((source / room).glob("*.json")):
            shutil.copyfile(path, HERE / room / path.name)
    lines = [f"{digest}  {path}" for path, digest in manifest().items()]
    (HERE / "MANIFEST.sha256").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} golden cases copied")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
