"""What a folder holds: every module in it is imported, and its objects of one type are collected by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def collect(folder: ModuleType, kind: type[T], name: Callable[[T], str]) -> dict[str, T]:
    """The objects of one type in the modules of a package, by name, in order of module names.

    Raises
    ------
    ValueError
        If two have the same name; nothing decides between them.
    """
    found: dict[str, T] = {}
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, kind) and found.setdefault(name(value), value) is not value:
                raise ValueError(f"two objects of {folder.__name__} are called `{name(value)}`; rename one.")
    return found
