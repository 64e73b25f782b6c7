"""Numbers typed in by a person: the only way in for private firms and the press, and the strictest one.

A publisher's unknown column is listed and passed over; a person's is an error, for a misspelt one would vanish.
"""

from __future__ import annotations

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.core.errors import LedgerError, listed
from perpetuum.core.metrics import METRICS
from perpetuum.core.rows import Rows
from perpetuum.core.text import both
from perpetuum.core.when import When


def plan(request: Request) -> tuple[Address, ...]:
    """The files named in ``series``, else `manual.csv`."""
    return tuple(Address(url="", file=name, form="csv") for name in request.series or ("manual.csv",))


def read(document: Document, request: Request) -> Read:
    """One claim a row, of the subjects asked for. Rows of others are listed, and rows of nobody are an error.

    Raises
    ------
    LedgerError
        With every problem: file, line, what, repair. Nothing is read by halves.
    """
    wanted = {entity.id for entity in request.subjects}
    everyone = sorted({entity.id for entity in (*request.known, *request.subjects)})
    rows = Rows(
        document.address.file, frozenset(everyone) if request.known else None, everyone,
        fetched=(When.day(document.retrieved.date()), document.hash),
    )  # fmt: skip
    rows.read(document.content)
    if rows.problems:
        raise LedgerError(rows.problems)
    others = sorted({claim.subject for claim in rows.claims if wanted and claim.subject not in wanted})
    return Read(
        claims=tuple(claim for claim in rows.claims if claim.subject not in others),
        remarks=(_not_asked_for(document.address.file, others),) if others else (),
    )


def _not_asked_for(file: str, others: list[str]) -> Remark:
    names = listed(others)
    return Remark(
        code="not_asked_for",
        about=file,
        says=both(f"not read: rows of {names.en}.", f"未讀取下列對象的列：{names.zh}。"),
    )


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
