"""YAML as people write it, turned into plain text with a line for every value.

Every scalar stays text: the schema, not YAML, decides what is a number or a date, so `NO`,
`1e9` and `012` are never misread. The composer forgives duplicate keys, aliases and tags;
we refuse all three.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from perpetuum.core.errors import Problem
from perpetuum.core.record import Where

Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST_FILE = 5_000_000


@dataclass(slots=True)
class Document:
    """One file: its plain content, and the line of every path in it."""

    file: str
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
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        _note_syntax(document, error)
        return document
    if len(nodes) != 1 or nodes[0] is None:
        document.problem((), "the file does not hold exactly one document.", "Write one document per file.")
        return document
    document.content = _plain(document, nodes[0], (), set())
    return document


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
    mark = getattr(error, "problem_mark", None)
    document.lines[()] = mark.line + 1 if mark else 1
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    document.problem(
        (), f"this is not YAML: {said}.", "Check indentation, quotes and colons on this line and the one before."
    )


def _plain(document: Document, node: yaml.Node, path: Path, seen: set[int]) -> Any:
    document.lines[path] = node.start_mark.line + 1
    if id(node) in seen:
        document.problem(path, "an alias (`*name`) repeats another value.", "Write the value out again.")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(document, node, path, seen)
    if isinstance(node, yaml.SequenceNode):
        _refuse_tag(document, node, path, "tag:yaml.org,2002:seq")
        return [_plain(document, child, (*path, i), seen) for i, child in enumerate(node.value)]
    if not node.tag.startswith("tag:yaml.org,2002:") or "python/" in node.tag:
        _refuse_tag(document, node, path, "")
    is_plain = getattr(node, "style", None) is None
    if node.tag == "tag:yaml.org,2002:null" and node.value in ("", "~", "null") and is_plain:
        return None
    return node.value


def _plain_mapping(document: Document, node: yaml.MappingNode, path: Path, seen: set[int]) -> dict[str, Any]:
    _refuse_tag(document, node, path, "tag:yaml.org,2002:map")
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in out or key == "<<":
            document.lines[(*path, key)] = key_node.start_mark.line + 1
            what = "a merge key (`<<`) hides" if key == "<<" else f"the key `{key}` stands here twice"
            document.problem((*path, key), f"{what}.", "Keep one of the two.")
            continue
        out[key] = _plain(document, value_node, (*path, key), seen)
        document.lines[(*path, key)] = key_node.start_mark.line + 1
    return out


def _refuse_tag(document: Document, node: yaml.Node, path: Path, allowed: str) -> None:
    if node.tag != allowed:
        document.problem(path, f"a tag (`{node.tag}`) stands before this value.", "Remove the tag.")
