"""Plain values as YAML that a person likes to read.

Short mappings stand on one line, long sentences are folded, everything else is a block. What
is written here reads back to the very same values.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z0-9\u00c0-\uffef<>(/$+.][^\n\t\"]*")
_WORDS_WITH_MEANING = {"null", "Null", "NULL", "~", ""}


def write(content: Mapping[str, Any]) -> str:
    """One document.

    Examples
    --------
    >>> print(write({"id": "a", "name": {"en": "A", "zh": "甲"}, "legs": [{"id": "x: y"}]}), end="")
    id: a
    name: {en: A, zh: 甲}
    legs:
      - {id: "x: y"}
    """
    return "\n".join(_mapping(content, 0)) + "\n"


def _mapping(content: Mapping[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in content.items():
        lines += _entry(f"{' ' * indent}{key}:", value, indent)
    return lines


def _entry(head: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        flow = _flow(value)
        if flow is not None and len(head) + len(flow) < WIDTH:
            return [f"{head} {flow}"]
        return [head, *_mapping(value, indent + 2)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        flow = _flow(value)
        if flow is not None and len(head) + len(flow) < WIDTH and not any(isinstance(v, Mapping) for v in value):
            return [f"{head} {flow}"]
        return [head, *_sequence(value, indent + 2)]
    return _text(head, str(value), indent)


def _sequence(items: Sequence[Any], indent: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        flow = _flow(item)
        if flow is not None and indent + len(flow) < WIDTH + 60 and _is_simple(item):
            lines.append(f"{' ' * indent}- {flow}")
        elif isinstance(item, Mapping):
            block = _mapping(item, indent + 2)
            lines += [f"{' ' * indent}- {block[0].lstrip()}", *block[1:]]
        else:
            lines.append(f"{' ' * indent}- {_scalar(str(item), flow=False)}")
    return lines


def _is_simple(item: Any) -> bool:
    return not isinstance(item, Mapping) or (not {"legs", "amounts", "explanation", "payer"} & set(item))


def _text(head: str, value: str, indent: int) -> list[str]:
    if len(head) + len(value) + 1 <= WIDTH or not _can_fold(value):
        return [f"{head} {_scalar(value, flow=False)}"]
    pad = " " * (indent + 2)
    wrapped = textwrap.wrap(value, WIDTH - len(pad), break_long_words=False, break_on_hyphens=False)
    return [f"{head} >-", *(pad + line for line in wrapped)]


def _can_fold(value: str) -> bool:
    return "\n" not in value and "  " not in value and "\t" not in value and value == value.strip()


def _flow(value: Any) -> str | None:
    if isinstance(value, Mapping):
        parts = [(key, _flow(inner)) for key, inner in value.items()]
        if any(inner is None for _, inner in parts):
            return None
        return "{" + ", ".join(f"{key}: {inner}" for key, inner in parts) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        inner = [_flow(item) for item in value]
        if any(item is None for item in inner):
            return None
        return "[" + ", ".join(str(item) for item in inner) + "]"
    return _scalar(str(value), flow=True)


def _scalar(value: str, *, flow: bool) -> str:
    unsafe = (
        value in _WORDS_WITH_MEANING
        or not _PLAIN.fullmatch(value)
        or ": " in value
        or " #" in value
        or value.endswith((":", " "))
        or value.startswith(("- ", "? "))
        or (flow and re.search(r"[,\[\]{}]", value) is not None)
    )
    return json.dumps(value, ensure_ascii=False) if unsafe else value
