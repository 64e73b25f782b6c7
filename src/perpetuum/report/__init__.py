"""How it is told: findings, tables and pictures, in two languages.

What needs several rooms is composed here, the lowest layer that may call rooms.
"""

from __future__ import annotations

import importlib
from typing import Any

_OFFERED = {
    "study": "perpetuum.report.snapshots",
    "Study": "perpetuum.report.snapshots",
    "tell": "perpetuum.report.storyteller",
    "run": "perpetuum.report.main_job",
}

__all__ = ["Study", "run", "study", "tell"]


def __getattr__(name: str) -> Any:
    # Imported when first used: the words alone must not bring in numpy.
    if name not in _OFFERED:
        raise AttributeError(f"perpetuum.report has no `{name}`; it offers: {', '.join(_OFFERED)}")
    return getattr(importlib.import_module(_OFFERED[name]), name)
