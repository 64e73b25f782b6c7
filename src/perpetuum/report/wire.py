"""Results as plain data for JSON: the same object in the terminal and, later, on the web."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.errors import Problem
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, Span, When


def answer(verb: str, origin: Any, result: Any, problems: tuple[Problem, ...] = ()) -> dict[str, Any]:
    """The one object that ``--json`` prints; a change of its shape raises the number in its schema."""
    return {
        "schema": f"perpetuum/{verb}/1",
        "origin": plain(origin),
        "result": plain(result),
        "problems": [plain(problem) for problem in problems],
    }


def plain(value: Any) -> Any:
    """A value as numbers, words, lists and mappings; what is unknown is null.

    Examples
    --------
    >>> plain(Text(en="a", zh="甲")), plain(float("nan"))
    ({'en': 'a', 'zh': '甲'}, None)
    """
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Text():
            return {"en": value.en, "zh": value.zh}
        case Quantity():
            return {"value": value.value, "unit": value.unit, "bound": value.bound, "says": str(value)}
        case datetime.date():
            return value.isoformat()
        case Quarter() | When() | Span():
            return str(value)
        case Claim():
            return _claim(value)
        case Figure():
            return {
                "chosen": plain(value.chosen),
                "others": [plain(claim) for claim in value.others],
                "because": plain(value.because),
                "disputed": value.disputed,
            }
        case np.ndarray() if value.dtype.kind in "iub" or (value.dtype.kind == "f" and np.isfinite(value).all()):
            return value.tolist()
        case np.ndarray() | np.generic():
            return plain(value.tolist())
        case Mapping():
            return {_key(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case set() | frozenset():
            # The order of a set changes from run to run; that of an answer must not.
            return sorted((plain(inner) for inner in value), key=str)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        where = fields.pop("where", None)
        if any(callable(inner) for inner in fields.values()):
            return plain(fields["name"])  # what holds functions is told by its name
        return {name: plain(inner) for name, inner in fields.items()} | ({"where": str(where)} if where else {})
    return str(value)


def _key(key: Any) -> str:
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _claim(claim: Claim) -> dict[str, Any]:
    """A claim with its source inline, without what is absent."""
    source = claim.source
    fields = {
        "id": claim.id,
        "subject": claim.subject,
        "attribute": claim.attribute,
        "says": plain(claim.says),
        "stage": claim.stage,
        "status": claim.status,
        "period": claim.period_label or (str(claim.period) if claim.period else None),
        "known_from": claim.known_from.isoformat(),
        "reading": claim.reading,
        "definition": claim.definition,
        "derivation": claim.derivation,
        "product": claim.product,
        "at": claim.at,
        "assumed_days": claim.assumed_days,
        "note": claim.note,
        "where": str(claim.where) if claim.where else None,
        "source": {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "kind": source.kind,
            "tier": source.tier,
            "url": source.url,
            "published": str(source.published) if source.published else None,
            "through": source.through,
        },
    }
    return {name: value for name, value in fields.items() if value is not None}
