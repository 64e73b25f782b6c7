"""Who finances whom, and how much of the money comes back.

`import perpetuum` offers the verbs (`load`, `collect`, `measure`, `simulate`, `stress`, `read_gauges`, `tell`) and the
nouns of `perpetuum.core`; they are imported when first used, so that starting is quick.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_OFFERED = {
    "load": "perpetuum.ledger",
    "collect": "perpetuum.connectors",
    "measure": "perpetuum.circularity",
    "simulate": "perpetuum.machine",
    "stress": "perpetuum.contagion",
    "read_gauges": "perpetuum.gauges",
    "tell": "perpetuum.report",
    "Claim": "perpetuum.core.claim",
    "Deal": "perpetuum.core.deal",
    "Entity": "perpetuum.core.entity",
    "Figure": "perpetuum.core.claim",
    "Finding": "perpetuum.core.reading",
    "Leg": "perpetuum.core.deal",
    "Network": "perpetuum.core.network",
    "Panel": "perpetuum.core.panel",
    "PerpetuumError": "perpetuum.core.errors",
    "Quantity": "perpetuum.core.quantity",
    "Quarter": "perpetuum.core.when",
    "Reading": "perpetuum.core.reading",
    "Scenario": "perpetuum.core.scenario",
    "Source": "perpetuum.core.source",
    "Text": "perpetuum.core.text",
}

__all__ = ["__version__", *_OFFERED]


def __getattr__(name: str) -> Any:
    if name not in _OFFERED:
        raise AttributeError(f"perpetuum has no `{name}`; it offers: {', '.join(_OFFERED)}")
    return getattr(importlib.import_module(_OFFERED[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
