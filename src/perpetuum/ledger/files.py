"""Where the files of a case come from: a shipped name, a folder, or an upload."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from perpetuum.core.errors import LedgerError, Problem, UnknownName
from perpetuum.core.record import Where
from perpetuum.ledger.yaml_text import LARGEST_FILE

LARGEST_TABLE = 50_000_000
_SUFFIXES = (".yaml", ".yml", ".csv")


def shipped_cases() -> dict[str, Path]:
    """The cases inside the package, by name."""
    folder = Path(str(resources.files("perpetuum"))) / "cases"
    return {path.name: path for path in sorted(folder.iterdir()) if (path / "case.yaml").is_file()}


def read_files(case: str | Path | Mapping[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """The name of a case and the bytes of its files, by path inside the case, in the order of paths.

    Raises
    ------
    UnknownName
        If it is neither a shipped case nor a folder.
    LedgerError
        If the folder is empty or holds a file too large to be one of ours.
    """
    if isinstance(case, Mapping):
        _refuse_large("upload", {path: len(raw) for path, raw in case.items()})
        return "upload", dict(sorted(case.items()))
    folder = _folder(case)
    paths = [path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file()]
    if not (folder / "case.yaml").is_file():
        raise LedgerError([_no_case(folder, bool(paths))])
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    _refuse_large(shown_folder(case), {name: path.stat().st_size for name, path in names.items()})
    return folder.name, {name: path.read_bytes() for name, path in sorted(names.items())}


def shown_folder(case: str | Path | Mapping[str, bytes]) -> str:
    """The folder as error messages name it."""
    if isinstance(case, Mapping):
        return "upload"
    return f"cases/{case}" if str(case) in shipped_cases() else str(case)


def _folder(case: str | Path) -> Path:
    shipped = shipped_cases()
    if str(case) in shipped:
        return shipped[str(case)]
    folder = Path(case)
    if folder.is_dir():
        return folder
    if folder.exists():
        problem = Problem(
            where=Where(str(case)),
            path="",
            what="this is a file, not the folder of a case.",
            repair="Name the folder that holds case.yaml.",
        )
        raise LedgerError([problem])
    raise UnknownName(str(case), shipped, what="case")


def _no_case(folder: Path, has_files: bool) -> Problem:
    what = "has no case.yaml" if has_files else "is empty: it holds no YAML and no CSV file"
    return Problem(
        where=Where(str(folder)),
        path="",
        what=f"the case folder {what}.",
        repair="Add case.yaml with id, name {en, zh} and newest; see docs/adding.md.",
    )


def _refuse_large(shown: str, sizes: Mapping[str, int]) -> None:
    """Bulk data is refused before a byte of it is read."""
    too_large = [_too_large(f"{shown}/{path}", size) for path, size in sizes.items() if size > LARGEST_TABLE]
    if too_large:
        raise LedgerError(too_large)


def _too_large(file: str, size: int) -> Problem:
    limit = LARGEST_TABLE if file.endswith(".csv") else LARGEST_FILE
    return Problem(
        where=Where(file),
        path="",
        what=f"the file has {size / 1e6:.0f} MB; such a file of a case has at most {limit / 1e6:.0f} MB.",
        repair="Split it by subject, or keep bulk data outside the case.",
    )
