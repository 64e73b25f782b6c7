"""What a firm filed and when, and the day its years end."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.facts import day, is_accession
from perpetuum.connectors.sec import (
    HOSTS,
    LICENCE,
    cik_of,
    data_address,
    firm_of,
    firms_asked,
    nobodys_number,
    not_asked,
    one_download,
    read_json,
    remark,
)
from perpetuum.core.entity import Entity
from perpetuum.core.text import both

ARCHIVE = "https://www.sec.gov/Archives/edgar/daily-index/bulkdata/submissions.zip"
# Forms that carry financial statements.
REPORTS = ("10-K", "10-Q", "20-F", "40-F", "6-K")
_FURTHER = re.compile(r"CIK\d{10}-submissions-\d{3}\.json", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One filing: its number, its form, the day it was filed, the day it reports on, its main document."""

    accession: str
    form: str
    filed: datetime.date
    reports_on: datetime.date | None
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submissions:
    """What one answer says: filings, the last day of the firm's year as MMDD, names of files with older filings."""

    filings: tuple[Filing, ...]
    fiscal_year_end: str | None = None
    further: tuple[str, ...] = ()


def submissions_of(answer: Mapping[str, Any]) -> Submissions:
    """Read an answer, or one of the further files, which hold the inner table only.

    Examples
    --------
    >>> table = {"accessionNumber": ["0000000001-25-000007"], "form": ["10-Q"], "filingDate": ["2025-05-01"],
    ...          "reportDate": ["2025-03-31"], "primaryDocument": ["q.htm"]}
    >>> submissions_of({"fiscalYearEnd": "1231", "filings": {"recent": table}}).filings[0].form
    '10-Q'
    """
    filings = answer.get("filings")
    inner = filings if isinstance(filings, dict) else {"recent": answer}
    year_end, files = answer.get("fiscalYearEnd"), inner.get("files")
    names = [file.get("name") for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return Submissions(
        filings=tuple(_filings(inner.get("recent"))),
        fiscal_year_end=year_end if isinstance(year_end, str) and re.fullmatch(r"[0-9]{4}", year_end) else None,
        further=tuple(name for name in names if isinstance(name, str) and _FURTHER.fullmatch(name)),
    )


def _filings(table: Any) -> Iterator[Filing]:
    """Rows of a table that is kept by columns; a row that lacks its number, form or day is passed over."""
    names = ("accessionNumber", "form", "filingDate", "reportDate", "primaryDocument")
    columns = [table.get(name) if isinstance(table, dict) else None for name in names]
    if not all(isinstance(column, list) for column in columns):
        return
    for accession, form, filed, reports_on, main in zip(*columns, strict=False):  # type: ignore[arg-type]
        when = day(filed)
        if isinstance(accession, str) and is_accession(accession) and isinstance(form, str) and when:
            yield Filing(accession=accession, form=form, filed=when, reports_on=day(reports_on),
                         document=main if isinstance(main, str) else "")  # fmt: skip


def newest_report(filings: Sequence[Filing], asof: datetime.date | None = None) -> Filing | None:
    """The last filing with financial statements that a reader could know on a day."""
    reports = [f for f in filings if f.form.startswith(REPORTS) and (asof is None or f.filed <= asof)]
    return max(reports, key=lambda filing: (filing.filed, filing.accession), default=None)


def plan(request: Request) -> tuple[Address, ...]:
    """One address a firm."""
    return tuple(_address(firm) for firm in firms_asked(request))


def _address(firm: Entity) -> Address:
    cik = cik_of(firm)
    return data_address(f"submissions/CIK{cik}.json", firm.id, f"*CIK{cik}.json")


def follow(request: Request, documents: Sequence[Document]) -> tuple[Address, ...]:
    """The files with older filings that the first answers name, for the option `older=yes` or a day in the past.

    The first answer holds about a thousand filings or a year, whichever is more.
    """
    if dict(request.options).get("older") != "yes" and request.asof is None:
        return ()
    found: list[Address] = []
    for document in documents:
        answer, _ = read_json(document)
        for name in submissions_of(answer).further if answer else ():
            found.append(data_address(f"submissions/{name}", document.address.subject, name))
    return tuple(found)


def read(document: Document, request: Request) -> Read:
    """No number, but two remarks: the day a firm's years end, and its newest report."""
    answer, wrong = read_json(document)
    if answer is None:
        return Read(remarks=(wrong,) if wrong else ())
    said = submissions_of(answer)
    if not said.filings:
        return Read(remarks=(not_asked(document),))
    if "filings" not in answer:  # a further file does not say whose it is, its address does
        return Read()
    firm, wrong = firm_of(document, answer, request)
    if firm is None:
        return Read(remarks=(wrong,) if wrong else ())
    remarks = []
    if said.fiscal_year_end:
        end = said.fiscal_year_end
        remarks.append(remark("fiscal_year_end", firm.id, both(f"its years end on {end[:2]}-{end[2:]} (month-day).",
                              f"會計年度結束於 {end[:2]}-{end[2:]}（月-日）。")))  # fmt: skip
    report = newest_report(said.filings, request.asof)
    if report:
        on = report.reports_on or "-"
        remarks.append(
            remark(
                "newest_report",
                firm.id,
                both(
                    f"the newest report is {report.form} {report.accession}, filed {report.filed}, "
                    f"on the period to {on}.",
                    f"最新的報告是 {report.form} {report.accession}，{report.filed} 申報，期間至 {on}。",
                ),
            )
        )
    return Read(remarks=tuple(remarks))


CONNECTOR = Connector(
    id="sec_submissions",
    hosts=HOSTS,
    needs=("user_agent",),
    gives=(),
    name=both("SEC EDGAR submissions", "美國證管會申報清單"),
    licence=LICENCE,
    may_ship=True,
    plan=plan,
    read=read,
    follow=follow,
    advise=partial(one_download, file=ARCHIVE),
    absent=nobodys_number,
    understands=("older",),
)
