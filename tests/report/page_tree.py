"""A page as a tree, read by the parser of the standard library and by nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(slots=True)
class Node:
    """An element: its tag, attributes, children, and the words between them."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)

    def __iter__(self) -> Iterator[Node]:
        """The element and every element inside it."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child

    def all(self, tag: str, css: str | None = None) -> list[Node]:
        """Every element of one tag inside, of one class if that is given."""
        return [node for node in self if node.tag == tag and (css is None or css in node.classes)]

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    @property
    def above(self) -> Iterator[Node]:
        """Its parent, the parent of that, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def words(self, language: str | None = None, *, skip: str | None = None) -> str:
        """The words inside, in one language only if that is given, without elements of a class."""
        other = {"en": "zh-Hant", "zh-Hant": "en"}.get(language or "")
        out = []
        for child in self.children:
            if isinstance(child, str):
                out.append(child)
            elif not (other and child.get("lang") == other) and not (skip and skip in child.classes):
                out.append(child.words(language, skip=skip))
        return "".join(out)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"an attribute of <{tag}> stands twice at {self.getpos()}")
        node = Node(tag, dict(attrs), parent=self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open = self.open.parent or self.root

    def handle_endtag(self, tag: str) -> None:
        if self.open.tag != tag:
            self.faults.append(f"</{tag}> closes <{self.open.tag}> at {self.getpos()}")
            return
        self.open = self.open.parent or self.root

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(text: str) -> tuple[Node, list[str]]:
    """The tree of a page, and every tag that does not fit."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    still_open = [] if builder.open is builder.root else [f"<{builder.open.tag}> is never closed"]
    return builder.root, builder.faults + still_open
