"""YAML as people write it, turned into plain text with a line for every value.

Every scalar stays text: the schema, not YAML, decides what is a number or a date, so `NO`,
`1e9` and `012` are never misread. The composer forgives duplicate keys, aliases and tags;
we refuse all three, and whatever is nested deeper than a person would write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from perpetuum.core.errors import NOT_UTF_8, Problem
from perpetuum.core.record import Where
from perpetuum.core.text import Text, both

Path = tuple[str | int, ...]
_TOO_DEEP = (
    both("the values are nested too deep.", "這些值的層次太深。"),
    both(
        "No file of a case needs more than a few levels; check the brackets.",
        "案例的檔案都只需要幾層；請檢查括號。",
    ),
)
# A terminal would obey them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
HAS_CONTROL = (
    both("a control character stands in this value.", "這個值裡有控制字元。"),
    both("Remove it.", "請移除。"),
)
_MERGE = (
    both("a merge key (`<<`) takes its values from elsewhere.", "合併鍵（`<<`）的值取自他處。"),
    both("Write the values out here.", "請把這些值寫在這裡。"),
)
NO_KEYS = (
    both("the file does not hold keys and values.", "這個檔案裡不是鍵與值。"),
    both("Start with `id: ...`; copy another file.", "請從 `id: ...` 開始；可以複製其他檔案。"),
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OWN = ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
_OWN_TAGS = {f"tag:yaml.org,2002:{name}" for name in _OWN}
LARGEST_FILE = 5_000_000
DEEPEST = 40


@dataclass(slots=True)
class Document:
    """One file: its plain content, and the line of every path in it."""

    file: str
    text: str = ""
    content: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, path: Path = ()) -> Where:
        """The line of a path, or of its nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return Where(self.file, self.lines.get(path, 1))

    def problem(self, path: Path, what: Text, repair: Text) -> None:
        """Note something wrong at a path."""
        self.problems.append(Problem(where=self.where(path), path=dotted(path), what=what, repair=repair))


def dotted(path: Path) -> str:
    """`("legs", 0, "payer")` as people read it: `legs.0.payer`."""
    return ".".join(str(part) for part in path)


def read_document(file: str, raw: bytes) -> Document:
    """Compose one YAML file; what is wrong is noted in ``problems``, never raised.

    Examples
    --------
    >>> read_document("a.yaml", b"legs:\\n  - {payer: NO}").content
    {'legs': [{'payer': 'NO'}]}
    >>> print(read_document("a.yaml", b"id: a\\nid: b").problems[0])
    a.yaml:2: id
      the key `id` stands here twice.
      Keep one of the two.
    """
    document = Document(file)
    text = decode(document, raw)
    if text is None:
        return document
    document.text = text
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        _note_syntax(document, error)
    except RecursionError:  # only the composer written in Python
        document.problem((), *_TOO_DEEP)
    else:
        _note_documents(document, nodes)
    return document


def _note_documents(document: Document, nodes: list[yaml.Node]) -> None:
    if len(nodes) == 1:
        document.content = _plain(document, nodes[0], (), set())
    elif nodes:
        document.lines[()] = nodes[1].start_mark.line + 1
        document.problem(
            (),
            both("a second document begins here.", "第二份文件從這裡開始。"),
            both(
                "Write one document per file; remove the line `---`.",
                "每個檔案只寫一份文件；請移除 `---` 這一行。",
            ),
        )
    else:
        document.problem(
            (),
            both("the file is empty.", "這個檔案是空的。"),
            both(
                "Fill it, or remove it; copy another file of the same folder.",
                "請填寫內容或移除檔案；可以複製同一資料夾的其他檔案。",
            ),
        )


def decode(document: Document, raw: bytes) -> str | None:
    """Bytes to text; a file that is too large or not UTF-8 becomes a problem."""
    if len(raw) > LARGEST_FILE:
        document.problem(
            (),
            both(
                f"the file has {len(raw) / 1e6:.0f} MB; files people write have at most {LARGEST_FILE / 1e6:.0f} MB.",
                f"這個檔案有 {len(raw) / 1e6:.0f} MB；人寫的檔案最多 {LARGEST_FILE / 1e6:.0f} MB。",
            ),
            both("Split it, or put series into collected/*.csv.", "請分成幾個檔案，或把數列放進 collected/*.csv。"),
        )
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.lines[()] = raw.count(b"\n", 0, error.start) + 1
        document.problem((), NOT_UTF_8, both("Save it as UTF-8 and try again.", "請存成 UTF-8 後再試一次。"))
        return None


def _note_syntax(document: Document, error: yaml.YAMLError) -> None:
    document.lines[()] = _line_of(error, document.text)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    document.problem(
        (),
        both(f"this is not YAML: {said}.", f"這不是 YAML（{said}）。"),
        both(
            "Check indentation, quotes and colons on this line and the one before.",
            "請檢查這一行與前一行的縮排、引號與冒號。",
        ),
    )


def _line_of(error: yaml.YAMLError, text: str) -> int:
    if mark := getattr(error, "problem_mark", None):
        return int(mark.line) + 1
    if isinstance(error, yaml.reader.ReaderError):  # counts the bytes before the forbidden sign
        return text.encode()[: int(error.position)].count(b"\n") + 1
    return 1


def has_control(text: str) -> bool:
    """Does a text hold a character that is no sign but an order to a terminal?"""
    return _CONTROL.search(text) is not None


def _plain(document: Document, node: yaml.Node, path: Path, seen: set[int]) -> Any:
    if id(node) in seen:
        document.problem(
            path,
            both("an alias (`*name`) repeats another value.", "別名（`*name`）重複了另一個值。"),
            both("Write the value out again.", "請把值再寫一次。"),
        )
        return node.value if isinstance(node, yaml.ScalarNode) else None
    seen.add(id(node))
    document.lines.setdefault(path, node.start_mark.line + 1)
    _refuse_tag(document, node, path)
    if len(path) > DEEPEST:
        document.problem(path, *_TOO_DEEP)
        return None
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(document, node, path, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, child, (*path, i), seen) for i, child in enumerate(node.value)]
    is_plain = not getattr(node, "style", None)  # None from the composer in Python, blank from the one in C
    if node.tag == "tag:yaml.org,2002:null" and node.value in ("", "~", "null") and is_plain:
        return None
    if has_control(node.value):
        document.problem(path, *HAS_CONTROL)
    return node.value


def _plain_mapping(document: Document, node: yaml.MappingNode, path: Path, seen: set[int]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.problem(
                path,
                both(f"a list or a mapping stands as a key in line {line}.", f"第 {line} 行把清單或鍵值當成鍵。"),
                both("Write a single word as key.", "請以一個詞作為鍵。"),
            )
            continue
        key = str(key_node.value)
        if key in out or key == "<<":
            document.lines[(*path, key)] = line
            document.problem((*path, key), *(_MERGE if key == "<<" else _twice(key)))
            continue
        document.lines[(*path, key)] = line
        out[key] = _plain(document, value_node, (*path, key), seen)
    return out


def _twice(key: str) -> tuple[Text, Text]:
    return (
        both(f"the key `{key}` stands here twice.", f"鍵 `{key}` 在這裡出現了兩次。"),
        both("Keep one of the two.", "請只留一個。"),
    )


def _refuse_tag(document: Document, node: yaml.Node, path: Path) -> None:
    begins_with_tag = document.text[node.start_mark.index : node.start_mark.index + 1] == "!"
    if begins_with_tag or node.tag not in _OWN_TAGS:
        document.problem(
            path,
            both(f"a tag (`{node.tag}`) stands before this value.", f"這個值前面有標籤（`{node.tag}`）。"),
            both("Remove the tag.", "請移除標籤。"),
        )
