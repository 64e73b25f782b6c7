"""YAML as people write it, turned into plain text with a line for every value.

Every scalar stays text: the schema, not YAML, decides what is a number or a date, so `NO`,
`1e9` and `012` are never misread. The composer forgives duplicate keys, aliases and tags;
we refuse all three, and whatever is nested deeper than a person would write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from perpetuum.core.errors import Problem
from perpetuum.core.record import Where

Path = tuple[str | int, ...]
_TOO_DEEP = ("the values are nested too deep.", "No file of a case needs more than a few levels; check the brackets.")
_MERGE = ("a merge key (`<<`) takes its values from elsewhere.", "Write the values out here.")
_TWICE = "Keep one of the two."
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

    def problem(self, path: Path, what: str, repair: str) -> None:
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
        document.problem((), "a second document begins here.", "Write one document per file; remove the line `---`.")
    else:
        document.problem((), "the file is empty.", "Fill it, or remove it; copy another file of the same folder.")


def decode(document: Document, raw: bytes) -> str | None:
    """Bytes to text; a file that is too large or not UTF-8 becomes a problem."""
    if len(raw) > LARGEST_FILE:
        document.problem(
            (),
            f"the file has {len(raw) / 1e6:.0f} MB; files people write have at most {LARGEST_FILE / 1e6:.0f} MB.",
            "Split it, or put series into collected/*.csv.",
        )
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.lines[()] = raw.count(b"\n", 0, error.start) + 1
        document.problem((), "the file is not UTF-8 text.", "Save it as UTF-8 and try again.")
        return None


def _note_syntax(document: Document, error: yaml.YAMLError) -> None:
    document.lines[()] = _line_of(error, document.text)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    document.problem(
        (), f"this is not YAML: {said}.", "Check indentation, quotes and colons on this line and the one before."
    )


def _line_of(error: yaml.YAMLError, text: str) -> int:
    if mark := getattr(error, "problem_mark", None):
        return int(mark.line) + 1
    if isinstance(error, yaml.reader.ReaderError):  # counts the bytes before the forbidden sign
        return text.encode()[: int(error.position)].count(b"\n") + 1
    return 1


def _plain(document: Document, node: yaml.Node, path: Path, seen: set[int]) -> Any:
    if id(node) in seen:
        document.problem(path, "an alias (`*name`) repeats another value.", "Write the value out again.")
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
    return node.value


def _plain_mapping(document: Document, node: yaml.MappingNode, path: Path, seen: set[int]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.problem(
                path, f"a list or a mapping stands as a key in line {line}.", "Write a single word as key."
            )
            continue
        key = str(key_node.value)
        if key in out or key == "<<":
            document.lines[(*path, key)] = line
            document.problem(
                (*path, key), *(_MERGE if key == "<<" else (f"the key `{key}` stands here twice.", _TWICE))
            )
            continue
        document.lines[(*path, key)] = line
        out[key] = _plain(document, value_node, (*path, key), seen)
    return out


def _refuse_tag(document: Document, node: yaml.Node, path: Path) -> None:
    begins_with_tag = document.text[node.start_mark.index : node.start_mark.index + 1] == "!"
    if begins_with_tag or node.tag not in _OWN_TAGS:
        document.problem(path, f"a tag (`{node.tag}`) stands before this value.", "Remove the tag.")
