"""The locks hold versions and hashes, never the address of a package index."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LOCKS = Path(__file__).parent.parent / "locks"
# These two cannot be loaded in one process, and a third imports one of them.
REFUSED = ("ortools", "highspy", "pulp")


def faults(folder: Path = LOCKS) -> list[str]:
    """What is wrong with the locks, one line each."""
    found = []
    for lock in sorted(folder.glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        if "://" in text:
            found.append(f"{lock.name} holds an address; remake it with `make lock`.")
        if "--hash=" not in text:
            found.append(f"{lock.name} holds no hashes; remake it with `make lock`.")
        found += [
            f"{lock.name} holds {name}, which this project refuses."
            for name in REFUSED
            if re.search(rf"^{name}==", text, re.MULTILINE)
        ]
    pages = folder.parent / "web" / "package-lock.json"
    if pages.is_file() and '"resolved"' in pages.read_text(encoding="utf-8"):
        found.append("web/package-lock.json holds addresses; remake it with `make lock`.")
    return found


if __name__ == "__main__":
    wrong = faults()
    print("\n".join(wrong) if wrong else "locks: hashes everywhere, no address")
    sys.exit(bool(wrong))
