"""Every connector there is: those of this folder, and those that other packages bring."""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import entry_points

from perpetuum.connectors.connector import Connector
from perpetuum.core import catalogue
from perpetuum.core.errors import CollectError, UnknownName
from perpetuum.core.nouns import CONNECTOR
from perpetuum.core.text import both

GROUP = "perpetuum.connectors"


@functools.cache
def connectors() -> dict[str, Connector]:
    """The connectors by id, in the order of their names.

    Raises
    ------
    CollectError
        If two have one id, or a package brings something else than a connector.
    """
    found = catalogue.collect(importlib.import_module("perpetuum.connectors"), Connector, lambda each: each.id)
    for point in entry_points(group=GROUP):
        brought = point.load()
        if not isinstance(brought, Connector) or found.setdefault(brought.id, brought) is not brought:
            raise CollectError(
                both(f"the entry point `{point.name}` ({point.value}) is no connector, or its id is taken.",
                     f"進入點 `{point.name}`（{point.value}）不是連接器，或 id 已被使用。"),
                both("Remove or update the package that brings it.", "請移除或更新帶來它的套件。"),
            )  # fmt: skip
    return dict(sorted(found.items()))


def connector(id: str) -> Connector:
    """One connector by its id.

    Raises
    ------
    UnknownName
        With the nearest one.
    """
    if id not in connectors():
        raise UnknownName(id, connectors(), what=CONNECTOR)
    return connectors()[id]
