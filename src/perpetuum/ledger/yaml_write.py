"""Plain values as YAML that a person likes to read.

Short mappings stand on one line, long sentences are folded, everything else is a block. What
is written here (text, nothing, lists and mappings) reads back to the very same values.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z0-9\u00c0-\ud7ff\uf900-\uffef<(/$+.][^\"]*")
_WORDS_WITH_MEANING = {"null", "~", "", "..."}
# Signs that YAML forbids, or takes for the end of a line.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


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
    return "\n".join(_mapping(content, 0) or ["{}"]) + "\n"


def _mapping(content: Mapping[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in content.items():
        lines += _entry(f"{' ' * indent}{_scalar(key, flow=True)}:", value, indent)
    return lines


def _entry(head: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        flow = _flow(value)
        if len(head) + len(flow) < WIDTH or not value:
            return [f"{head} {flow}"]
        return [head, *_mapping(value, indent + 2)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        flow = _flow(value)
        if not value or (len(head) + len(flow) < WIDTH and not any(isinstance(v, Mapping) for v in value)):
            return [f"{head} {flow}"]
        return [head, *_sequence(value, indent + 2)]
    return [head] if value is None else _text(head, str(value), indent)


def _sequence(items: Sequence[Any], indent: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        flow = _flow(item)
        if (indent + len(flow) < WIDTH + 60 and _is_simple(item)) or not isinstance(item, Mapping | list | tuple):
            lines.append(f"{' ' * indent}- {flow}")
        else:
            block = _mapping(item, indent + 2) if isinstance(item, Mapping) else _sequence(item, indent + 2)
            lines += [f"{' ' * indent}- {block[0].lstrip(' ')}", *block[1:]]
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
    return not _HIDDEN.search(value) and "  " not in value and value == value.strip()


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [f"{_scalar(key, flow=True)}: {_flow(inner)}" for key, inner in value.items()]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return "null" if value is None else _scalar(str(value), flow=True)


def _scalar(value: str, *, flow: bool) -> str:
    unsafe = (
        value in _WORDS_WITH_MEANING
        or not _PLAIN.fullmatch(value)
        or _HIDDEN.search(value) is not None
        or ": " in value
        or " #" in value
        or value.endswith((":", " "))
        or value.startswith(("- ", "? "))
        or (flow and re.search(r"[,\[\]{}]|:\?", value) is not None)
    )
    return _HIDDEN.sub(_escaped, json.dumps(value, ensure_ascii=False)) if unsafe else value


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"
