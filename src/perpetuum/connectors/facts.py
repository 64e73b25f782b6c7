"""A fact is one number that one filing gives for one period; an answer of the SEC holds thousands."""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

US_GAAP = "us-gaap"
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}", re.ASCII)


class Fact(NamedTuple):
    """What one filing says of one tag: the days it covers, the value, and the filing itself.

    ``start`` is missing for a balance, which stands at the close of ``end``. ``fy`` and ``fp``
    describe the filing and not the fact: a year's number stands again, under another ``fy``, in the
    filing of the year after. Only ``start`` and ``end`` name a period.
    """

    tag: str
    unit: str
    start: datetime.date | None
    end: datetime.date
    value: float
    accession: str
    form: str
    filed: datetime.date
    fiscal_year: int | None = None
    fiscal_period: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of some tags of one firm, and what could not be read as one.

    ``newest_end`` is the last day that any fact of the answer covers, ``newest_filed`` the last
    day of filing: against them a tag that stopped is seen. ``backward`` are facts whose period
    does not have a single night; ``unreadable`` counts the rest that was set aside.
    """

    facts: tuple[Fact, ...] = ()
    backward: tuple[Fact, ...] = ()
    unreadable: int = 0
    taxonomies: tuple[str, ...] = ()
    newest_end: datetime.date | None = None
    newest_filed: datetime.date | None = None


def facts_of(taxonomies: Mapping[str, Any], tags: Collection[str], asof: datetime.date | None = None) -> Facts:
    """The facts of some tags out of the part `facts` of a company facts answer.

    Parameters
    ----------
    taxonomies
        taxonomy -> tag -> ``{"units": {unit: [fact, ...]}}``, as the SEC writes it.
    tags
        Which tags to read: `Assets` is one of us-gaap, `ifrs-full:Revenue` names its taxonomy.
    asof
        Facts filed later are left out, as if they were not there.

    Returns
    -------
    Facts
        In no order that matters. Whatever is not of the expected form is counted, never guessed.

    Examples
    --------
    >>> said = {"end": "2025-03-31", "val": 5, "accn": "0000000001-25-000001", "form": "10-Q", "filed": "2025-05-01"}
    >>> found = facts_of({"us-gaap": {"Assets": {"units": {"USD": [said, {"val": "five"}]}}}}, {"Assets"})
    >>> found.facts[0].value, found.unreadable
    (5.0, 1)
    """
    read: list[Fact] = []
    backward: list[Fact] = []
    unreadable = 0
    for tag, unit, row in _rows(taxonomies, tags):
        fact = read_fact(tag, unit, row)
        if fact is None:
            unreadable += 1
        elif asof is None or fact.filed <= asof:
            (read if fact.start is None or fact.start < fact.end else backward).append(fact)
    end, filed = _newest(taxonomies, asof)
    return Facts(facts=tuple(read), backward=tuple(backward), unreadable=unreadable,
                 taxonomies=tuple(sorted(taxonomies)), newest_end=end, newest_filed=filed)  # fmt: skip


def _rows(taxonomies: Mapping[str, Any], tags: Collection[str]) -> Iterator[tuple[str, str, Any]]:
    for tag in sorted(tags):
        taxonomy, _, name = tag.rpartition(":")
        for unit, row in _of_concept(_get(_get(taxonomies, taxonomy or US_GAAP), name)):
            yield tag, unit, row


def _of_concept(concept: Any) -> Iterator[tuple[str, Any]]:
    units = _get(concept, "units")
    for unit, rows in units.items() if isinstance(units, dict) else ():
        for row in rows if isinstance(rows, list) else ():
            yield unit, row


def _get(mapping: Any, key: str) -> Any:
    return mapping.get(key) if isinstance(mapping, dict) else None


def read_fact(tag: str, unit: str, row: Any) -> Fact | None:
    """One row as a fact; nothing where a part of it is missing or is not what it should be."""
    if not isinstance(row, dict):
        return None
    accession, value = row.get("accn"), number(row.get("val"))
    end, filed = day(row.get("end")), day(row.get("filed"))
    start = day(row["start"]) if "start" in row else None
    if value is None or end is None or filed is None or (start is None and "start" in row):
        return None
    if not isinstance(accession, str) or not is_accession(accession):
        return None
    form, year, period = row.get("form"), row.get("fy"), row.get("fp")
    return Fact(
        tag, unit, start, end, value, accession, form if isinstance(form, str) else "", filed,
        year if isinstance(year, int) else None, period if isinstance(period, str) else None,
    )  # fmt: skip


@functools.lru_cache(maxsize=8192)
def _read_day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:  # 31 February
        return None


def day(text: Any) -> datetime.date | None:
    """A day written `2025-03-31` in this or the neighboring centuries; nothing for anything else."""
    return _read_day(text) if isinstance(text, str) else None


def is_accession(text: str) -> bool:
    """Is this the number of a filing, as `0001234567-25-000001`?"""
    return _ACCESSION.fullmatch(text) is not None


def number(value: Any) -> float | None:
    """A finite number; a text, a truth value or infinity is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        as_float = float(value)
    except OverflowError:
        return None
    return as_float if math.isfinite(as_float) else None


def _newest(
    taxonomies: Mapping[str, Any], asof: datetime.date | None
) -> tuple[datetime.date | None, datetime.date | None]:
    """The last period end and the last filing of any us-gaap fact with a duration (a cover page dates balances)."""
    ends: set[str] = set()
    filings: set[str] = set()
    limit = asof.isoformat() if asof else "9999"
    concepts = _get(taxonomies, US_GAAP)
    for concept in concepts.values() if isinstance(concepts, dict) else ():
        for _, row in _of_concept(concept):
            if isinstance(row, dict) and isinstance(filed := row.get("filed"), str) and filed <= limit:
                filings.add(filed)
                if "start" in row and isinstance(end := row.get("end"), str) and end <= filed:
                    ends.add(end)
    return _last(ends), _last(filings)


def _last(days: set[str]) -> datetime.date | None:
    return max((read for text in days if (read := day(text))), default=None)
