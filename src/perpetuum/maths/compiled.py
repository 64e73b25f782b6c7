"""Plain Python loops, compiled by Numba and kept for the next start.

Numba does not see a change in a function that another one calls. So what is compiled is kept in a folder
named by the hash of all sources of the toolbox: one changed letter, another folder.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

HERE = Path(__file__).parent
F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; the source stays the truth.

    Sums keep the order in which they are written (no ``fastmath``). With ``NUMBA_DISABLE_JIT=1`` the
    source runs as it stands. Where nothing can be kept, every start compiles anew.

    Examples
    --------
    >>> @compiled
    ... def shortfall(debt, assets):
    ...     return max(debt - assets, 0.0)
    >>> shortfall(10.0, 4.0)
    6.0
    """
    return _compile(function, parallel=False)


def compiled_over_draws(function: F) -> F:
    """Compile a function whose outer loop runs over draws with ``numba.prange``, side by side."""
    return _compile(function, parallel=True)


def _compile(function: F, *, parallel: bool) -> F:
    plain = inspect.unwrap(function)  # without the shape checks of tests, which Numba cannot read
    folder = cache_folder() if Path(inspect.getfile(plain)).is_file() else None
    config: Any = numba.config
    before = config.CACHE_DIR
    try:
        if folder is not None:
            config.CACHE_DIR = str(folder)
        return cast(F, numba.njit(cache=folder is not None, parallel=parallel, fastmath=False)(plain))
    finally:
        config.CACHE_DIR = before


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """The folder for what is compiled, made if need be; nothing where it cannot be written."""
    folder = _user_cache() / "perpetuum" / "numba" / sources_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def sources_hash(folder: Path = HERE) -> str:
    """A name that changes with any Python source below a folder."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:16]


def _user_cache() -> Path:
    """Where this system keeps what can be made again."""
    if named := os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
