"""Plain Python loops, compiled by Numba and kept for the next start.

Numba does not see a change in a function that another one calls. So what is compiled is kept in a folder
named by the hash of all sources it can call: the toolbox, and for a room its own and the words. One changed
letter, another folder.
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
from numba.extending import register_jitable

HERE = Path(__file__).parent
_settings: Any = numba.config
# For what is compiled into its callers and never called from Python.
INSIDE: Any = {"forceinline": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
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


def inlined(function: F) -> F:
    """Compile a function into whatever calls it: for small functions that take large tuples of arrays.

    Called from Python it runs as it stands.
    """
    plain = inspect.unwrap(function)
    return function if _settings.DISABLE_JIT else cast(F, register_jitable(**INSIDE)(plain))


def compiled_over_draws(function: F) -> F:
    """Compile a function whose outer loop runs over draws with ``numba.prange``, side by side."""
    return _compile(function, parallel=True)


def _compile(function: F, *, parallel: bool) -> F:
    plain = inspect.unwrap(function)  # without the shape checks of tests, which Numba cannot read
    folder = cache_folder(room_of(Path(inspect.getfile(plain))))
    before = _settings.CACHE_DIR
    try:
        if folder is not None:
            _settings.CACHE_DIR = str(folder)
        compiler: Any = numba.njit
        make = compiler(
            cache=folder is not None,
            parallel=parallel,
            fastmath=False,
            error_model="numpy",
            no_cfunc_wrapper=True,
        )
        return cast(F, make(plain))
    finally:
        _settings.CACHE_DIR = before


def room_of(file: Path) -> Path | None:
    """The folder of the package a source lies in, this one for all sources outside; nothing if it is no file."""
    if not file.is_file():
        return None
    package = HERE.parent
    return package / file.relative_to(package).parts[0] if file.is_relative_to(package) else HERE


@lru_cache(maxsize=8)
def cache_folder(room: Path | None = HERE) -> Path | None:
    """The folder for what is compiled of one room, made if need be; nothing where it cannot be written."""
    if room is None:
        return None
    callable_from_it = (HERE,) if room == HERE else (HERE, HERE.parent / "core", room)
    folder = _user_cache() / "perpetuum" / "numba" / sources_hash(*callable_from_it)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def sources_hash(*folders: Path) -> str:
    """A name that changes with any Python source below some folders."""
    told = hashlib.sha256()
    for folder in folders or (HERE,):
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
