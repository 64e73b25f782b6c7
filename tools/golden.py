"""Copies the golden cases that may ship, and writes down their hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent / "tests" / "golden" / "data"
# Our own cases; published values in them are single figures with their source.
MAY_SHIP = ("circularity", "contagion", "simulation")
# Of the bubble tests some series and numbers belong to others: series that packages under another licence carry, and
# numbers stored in one. Prices of the two index files may not be passed on.
BUBBLES = "bubbles"
TABLES = ("series.csv", "lppls_noisy.csv")
NOT_OURS_TO_SHIP = ("exuber_sim_", "shiller_sp500_")
NO_FIELD = "exuber_stored_2000_reps"


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


def without(value: Any, field: str) -> Any:
    """A JSON value without a field, at any depth.

    Examples
    --------
    >>> without({"a": [{"b": 1, "c": 2}]}, "b")
    {'a': [{'c': 2}]}
    """
    if isinstance(value, dict):
        return {name: without(inner, field) for name, inner in value.items() if name != field}
    return [without(inner, field) for inner in value] if isinstance(value, list) else value


def series_that_may_ship(text: str) -> str:
    """The long table of series without those that are not ours to ship."""
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(row for row in rows if not row[0].startswith(NOT_OURS_TO_SHIP))
    return out.getvalue()


def copy_bubbles(source: Path, target: Path) -> None:
    """Copy cases and series, and leave out what may not ship; the tests of what is left out then say so and skip."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        if NO_FIELD in text:
            text = json.dumps(without(json.loads(text), NO_FIELD), ensure_ascii=False, indent=1) + "\n"
        (target / path.name).write_text(text, encoding="utf-8")
    for name in TABLES:
        text = (source / name).read_text(encoding="utf-8")
        (target / name).write_text(series_that_may_ship(text), encoding="utf-8")


def main(source: Path) -> None:
    """Copy and write the manifest."""
    for room in (*MAY_SHIP, BUBBLES):
        if not (source / room).is_dir():
            sys.exit(f"{source / room} is not there; name the folder with the golden cases: make data GOLDEN=...")
        if room == BUBBLES:
            copy_bubbles(source / room, HERE / room)
            continue
        (HERE / room).mkdir(parents=True, exist_ok=True)
        for path in sorted((source / room).glob("*.json")):
            shutil.copyfile(path, HERE / room / path.name)
    lines = [f"{digest}  {path}" for path, digest in manifest().items()]
    (HERE / "MANIFEST.sha256").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} golden cases copied")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
