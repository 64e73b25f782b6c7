"""A case written back: the same facts, in the manner of the house."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from perpetuum.core.errors import LedgerError
from perpetuum.ledger.files import read_files, shown_folder
from perpetuum.ledger.yaml_text import NO_KEYS, read_document
from perpetuum.ledger.yaml_write import write


def write_case(case: str | Path | Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file of a case written anew, by path inside the case.

    Facts stay, comments and line ends of YAML files do not; tables stay byte for byte. What is given
    back loads to the same ledger; nothing is written to disk.

    Parameters
    ----------
    case
        A shipped name, a folder or a mapping, as for ``load``.

    Raises
    ------
    LedgerError
        If a YAML file cannot be read. Whether its facts agree is not asked here; ``load`` does that.
    """
    _, files = read_files(case)
    shown = shown_folder(case)
    return {path: raw if path.endswith(".csv") else _again(f"{shown}/{path}", raw) for path, raw in files.items()}


def _again(file: str, raw: bytes) -> bytes:
    document = read_document(file, raw)
    if not isinstance(document.content, dict):
        document.problem((), *NO_KEYS)
    if document.problems:
        raise LedgerError(document.problems)
    return write(document.content).encode()
