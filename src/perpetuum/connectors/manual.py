"""Numbers typed in by a person: the only way in for private firms and the press, and the strictest one.

A publisher's unknown column is listed and passed over; a person's is an error, for a misspelt one would vanish.
"""

from __future__ import annotations

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.core.errors import LedgerError
from perpetuum.core.metrics import METRICS
from perpetuum.core.rows import Rows
from perpetuum.core.text import both
from perpetuum.core.when import When


def plan(request: Request) -> tuple[Address, ...]:
    """The files named in ``series``, else `manual.csv`."""
    return tuple(Address(url="", file=name, form="csv") for name in request.series or ("manual.csv",))


def read(document: Document, request: Request) -> Read:
    """One claim a row, of the subjects asked for.

    Raises
    ------
    LedgerError
        With every problem: file, line, what, repair. Nothing is read by halves.
    """
    rows = Rows(document.address.file, None, fetched=(When.day(document.retrieved.date()), document.hash))
    rows.read(document.content)
    if rows.problems:
        raise LedgerError(rows.problems)
    wanted = {entity.id for entity in request.subjects}
    return Read(claims=tuple(claim for claim in rows.claims if not wanted or claim.subject in wanted))


CONNECTOR = Connector(
    id="manual",
    hosts=(),
    gives=tuple(METRICS),
    name=both("Numbers typed in by hand, from a file", "人工輸入的數字（讀檔）"),
    licence=both("that of each source you quote", "依各筆所引來源"),
    may_ship=True,
    plan=plan,
    read=read,
)
