"""Where the files of a case come from: a shipped name, a folder, or an upload."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from perpetuum.core.errors import LedgerError, Problem, UnknownName
from perpetuum.core.nouns import CASE
from perpetuum.core.record import Where
from perpetuum.core.text import both
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
            what=both("this is a file, not the folder of a case.", "這是一個檔案，不是案例的資料夾。"),
            repair=both("Name the folder that holds case.yaml.", "請指定放有 case.yaml 的資料夾。"),
        )
        raise LedgerError([problem])
    raise UnknownName(str(case), shipped, what=CASE)


def _no_case(folder: Path, has_files: bool) -> Problem:
    return Problem(
        where=Where(str(folder)),
        path="",
        what=both("the case folder has no case.yaml.", "案例資料夾裡沒有 case.yaml。")
        if has_files
        else both(
            "the case folder is empty: it holds no YAML and no CSV file.",
            "案例資料夾是空的：沒有 YAML 檔案，也沒有 CSV 檔案。",
        ),
        repair=both(
            "Add case.yaml with id, name {en, zh} and newest; see docs/adding.md.",
            "請加上 case.yaml，寫明 id、name {en, zh} 與 newest；見 docs/zh-Hant/adding.md。",
        ),
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
        what=both(
            f"the file has {size / 1e6:.0f} MB; such a file of a case has at most {limit / 1e6:.0f} MB.",
            f"這個檔案有 {size / 1e6:.0f} MB；案例裡的這種檔案最多 {limit / 1e6:.0f} MB。",
        ),
        repair=both(
            "Split it by subject, or keep bulk data outside the case.",
            "請依主題分成幾個檔案，或把大量資料放在案例之外。",
        ),
    )
