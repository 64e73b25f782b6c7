"""What Epoch AI collects of AI firms and their chips: revenue, users, compute, rounds, prices, counts of chips.

Where a row names its page and the day of the report, the claim rests on these; else on the table, known since
the answer was fetched. Tables of single sites are not read: a site is not what a firm has.
"""

from __future__ import annotations

from perpetuum.connectors import epoch_chips, epoch_firms
from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.epoch_rows import File
from perpetuum.connectors.table import table
from perpetuum.core.errors import UnknownName
from perpetuum.core.nouns import SERIES_OF_CONNECTOR
from perpetuum.core.text import both

FILES: dict[str, File] = {**epoch_firms.FILES, **epoch_chips.FILES}


def plan(request: Request) -> tuple[Address, ...]:
    """One address a table: those named in ``series`` (`revenue`, `usage`, `chips_owned`), else all that fit."""
    for name in request.series:
        if name not in FILES:
            raise UnknownName(name, FILES, what=SERIES_OF_CONNECTOR)
    wanted = [FILES[name] for name in request.series or FILES]
    return tuple(
        Address(url=f"{each.folder}{each.file}.csv", file=f"{each.file}*.csv", form="csv")
        for each in wanted
        if not request.attributes or set(each.gives) & set(request.attributes)
    )


def read(document: Document, request: Request) -> Read:
    """Claims of one table. Firms are known by the name the table uses; rows of others are listed."""
    each = next(file for file in FILES.values() if document.address.file == f"{file.file}*.csv")
    found = table(document)
    if not found.has(each.columns):
        return Read(remarks=tuple(found.remarks))
    found.misses(each.also)
    claims = tuple(each.rows(found, document, request))
    return Read(claims=claims, remarks=tuple(found.remarks))


CONNECTOR = Connector(
    id="epoch",
    hosts=("epoch.ai", "raw.githubusercontent.com"),
    gives=tuple(sorted({metric for file in FILES.values() for metric in file.gives})),
    name=both("Epoch AI: AI companies and chips", "Epoch AI：AI 公司與晶片"),
    licence=both(
        "CC BY 4.0, credit Epoch AI wherever a number is shown; counts of chips MIT",
        "CC BY 4.0，顯示數字時須註明 Epoch AI；晶片數量為 MIT",
    ),
    may_ship=True,
    plan=plan,
    read=read,
    understands=("subject",),
)
