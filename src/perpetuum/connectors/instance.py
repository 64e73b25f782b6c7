"""The XBRL document of one filing, with the segments that the SEC's collected answers leave out."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from perpetuum.connectors.facts import day
from perpetuum.core.errors import CollectError
from perpetuum.core.text import both

_INSTANCE = "http://www.xbrl.org/2003/instance"
_DIMENSIONS = "http://xbrl.org/2006/xbrldi"
_NIL = "http://www.w3.org/2001/XMLSchema-instance}nil"
_TAXONOMY = re.compile(r"https?://(?:[\w.-]+/)+(us-gaap|dei|ifrs-full|srt)(?:/[\w.-]+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DEEPEST = 100  # elements inside one another; an instance needs about ten


def _refused() -> CollectError:
    return CollectError(
        both(
            "the document declares entities or is nested without end; it was not read.",
            "文件宣告了實體或層層巢狀沒有盡頭；未讀取。",
        ),
        both(
            "Take the XBRL instance of the filing, a file that ends in .xml.",
            "請取用該份申報的 XBRL 實例文件（.xml）。",
        ),
    )


class Context(NamedTuple):
    """Whom and when a fact is about: the filer's number, the days, and its place on every axis."""

    filer: str
    start: datetime.date | None
    end: datetime.date
    members: tuple[tuple[str, str], ...]


class Tagged(NamedTuple):
    """One number with its tag, unit and context."""

    tag: str
    unit: str
    value: float
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """The numbers of a document and the words of its cover (`DocumentType`, `DocumentFiscalYearFocus`)."""

    numbers: tuple[Tagged, ...]
    cover: dict[str, str]


def read_instance(content: bytes) -> Instance | None:
    """Read an XBRL instance; nothing where it is no XML, damaged, or XML of another kind.

    Raises
    ------
    CollectError
        If the document declares a document type, and with it perhaps entities that grow, or is
        nested deeper than any filing.
    """
    root = _parse(content)
    if root is None or root.tag != f"{_INSTANCE}}}xbrl":
        return None
    contexts = {node.get("id", ""): context for node in root if (context := _context(node))}
    units = {node.get("id", ""): _unit(node) for node in root if node.tag == f"{_INSTANCE}}}unit"}
    return Instance(
        numbers=tuple(_numbers(root, contexts, units)),
        cover={_local(node.tag): (node.text or "").strip() for node in root if _prefix(node.tag) == "dei"},
    )


def _parse(content: bytes) -> ET.Element | None:
    builder = ET.TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _refused()
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> None:
        raise _refused()

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, LookupError, AssertionError, ValueError):
        return None


def _context(node: ET.Element) -> Context | None:
    if node.tag != f"{_INSTANCE}}}context":
        return None
    filer, start, end = "", None, None
    members = []
    for part in node.iter():
        text = (part.text or "").strip()
        if part.tag == f"{_INSTANCE}}}identifier":
            filer = text
        elif part.tag == f"{_INSTANCE}}}startDate":
            start = day(text)
        elif part.tag in (f"{_INSTANCE}}}endDate", f"{_INSTANCE}}}instant"):
            end = day(text)
        elif part.tag == f"{_DIMENSIONS}}}explicitMember":
            members.append((part.get("dimension", ""), text))
        elif part.tag == f"{_DIMENSIONS}}}typedMember":
            members.append((part.get("dimension", ""), "".join(part.itertext()).strip()))
    return Context(filer, start, end, tuple(sorted(members))) if end else None


def _unit(node: ET.Element) -> str:
    """The unit as the SEC writes it: `USD`, `shares`, `USD/shares`."""
    measures = [(part.text or "").strip().rpartition(":")[2] for part in node.iter(f"{_INSTANCE}}}measure")]
    return "/".join(measures)


def _numbers(root: ET.Element, contexts: dict[str, Context], units: dict[str, str]) -> Iterator[Tagged]:
    for node in root:
        context, unit = contexts.get(node.get("contextRef", "")), units.get(node.get("unitRef", ""))
        text = (node.text or "").strip()
        if context and unit and node.get(_NIL) != "true" and _NUMBER.fullmatch(text):
            value = float(text)
            if abs(value) != float("inf"):
                prefix = _prefix(node.tag)
                name = _local(node.tag)
                yield Tagged(name if prefix == "us-gaap" else f"{prefix}:{name}", unit, value, context)


def _prefix(tag: str) -> str:
    """The taxonomy of a tag; a firm's own tags keep the address they are declared under."""
    namespace = tag.rpartition("}")[0]
    known = _TAXONOMY.fullmatch(namespace)
    return known[1] if known else namespace


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
