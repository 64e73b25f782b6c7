"""What every test may use: the folder of golden cases, and shape checks on the toolbox."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# A whole number passes for a float, as it does for mypy and for whoever writes 2 instead of 2.0.
CHECKER = "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"
_HOOK: pytest.StashKey[object] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden",
        default=str(HERE / "tests" / "golden" / "data"),
        help="folder with golden cases: circularity/, contagion/, simulation/, bubbles/",
    )


def golden_folder(config: pytest.Config) -> Path:
    """The folder given by `--golden`, else the copies in this repository."""
    return config.invocation_params.dir / str(config.getoption("--golden"))


def pytest_configure(config: pytest.Config) -> None:
    # Annotations of the toolbox become checks; this must come before it is first imported.
    try:
        from jaxtyping import install_import_hook
    except ImportError:
        return
    config.stash[_HOOK] = install_import_hook("perpetuum.maths", CHECKER)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    # The pages need the extra `web`; without it there is nothing to read in their room.
    if importlib.util.find_spec("fastapi") is None and collection_path.is_relative_to(
        HERE / "src" / "perpetuum" / "web"
    ):
        return True
    # Programs write here; there is nothing to test.
    return True if collection_path.name in {"results", ".venv", ".tools"} else None
