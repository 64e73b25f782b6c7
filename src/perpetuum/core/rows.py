"""Series of numbers from CSV: one row, one claim."""

from __future__ import annotations

import datetime
import functools
import gc
import math
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

from perpetuum.core.claim import STATUSES, Claim
from perpetuum.core.csv_table import csv_table, other_width
from perpetuum.core.errors import Problem, UnitError, listed, not_a, one_of, suggest
from perpetuum.core.metrics import METRICS, RAW_UNITS
from perpetuum.core.nouns import BOUND, METRIC, STATUS, UNIT
from perpetuum.core.quantity import BOUNDS, Quantity
from perpetuum.core.record import Where
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.when import Span, When, last_of_month

COLUMNS = ("entity_id", "metric", "period", "period_end", "value", "unit", "status",
           "source_url", "source_title", "source_date")  # fmt: skip
OPTIONAL = (
    "fiscal_label",
    "derivation",
    "product",
    "note",
    "definition",
    "at",
    "known_from",
    "assumed_days",
    "retrieved",
    "hash",
)
# People may write these too; programs never do.
BY_HAND = ("bound",)
# Plain digits only: a comma, a per cent sign or a scale can be read in more than one way.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAYS = re.compile(r"[0-9]{1,4}")
_QUARTER = re.compile(r"[0-9]{4}Q[1-4]")
_FILING_HOSTS = ("sec.gov",)
# A filing must reach the public within 40 to 45 days of a quarter's end, 60 to 75 after a year's:
# where only the date of a later copy is on record, the reader could have known it then (assumed).
DAYS_TO_KNOW, DAYS_TO_KNOW_A_YEAR = 45, 75
_FROM_FILINGS = {"direct", "instant", "ytd_diff", "fy_minus_3q", "ttm_undone", "sum_of_tags", "derived",
                 "secondary_transcription"}  # fmt: skip


# The mark of a row that somebody remembered and found on no page.
FROM_MEMORY = "from_memory"
_FACTORS = {name: (unit, Decimal(repr(factor))) for name, (unit, factor) in RAW_UNITS.items()}
_WIDE = {"．": ".", "，": ",", "－": "-", "％": "%", "\u3000": " "}
_UNITS = "usd_bn, pct"
_NO_SOURCE = (
    both("the row names no source.", "這一列沒有來源。"),
    both(
        "Write the page in source_url, or the document in source_title.",
        "請在 source_url 寫網頁，或在 source_title 寫文件名稱。",
    ),
)
_NO_HASH = (
    both("this is no SHA-256.", "這不是 SHA-256。"),
    both("Write 64 hexadecimal digits in small letters, or leave it blank.", "請寫 64 個小寫十六進位數字，或留空。"),
)


class Rows:
    """One CSV file on its way to claims; without ``subjects`` any may stand in it.

    ``fetched`` is when the file was read and its hash, for rows that name neither.
    """

    def __init__(
        self,
        file: str,
        subjects: Container[str] | None,
        known_subjects: Sequence[str] = (),
        fetched: tuple[When, str] | None = None,
    ) -> None:
        self.file = file
        self.subjects = subjects
        self.fetched = fetched or (None, None)
        self.known_subjects = known_subjects
        self.problems: list[Problem] = []
        self.claims: list[Claim] = []
        self.written: list[dict[str, str]] = []
        self._seen: dict[tuple[str, ...], int] = {}
        self._sources: dict[tuple[str, ...], Source] = {}

    def read(self, raw: bytes) -> None:
        """Read the whole file; every bad row becomes one problem, every good one a claim."""
        header, rows = csv_table(raw, self._note)
        if header is None or not self._is_header(header):
            return
        with no_collection():
            for line, cells in rows:
                if len(cells) == len(header):
                    self._row(line, dict(zip(header, cells, strict=True)))
                    continue
                self._note(
                    line,
                    "",
                    other_width(cells, header),
                    both(
                        "Fill the missing cells (blank is allowed) or quote a cell that holds a comma.",
                        "請補上缺少的格子（可留空），或為含有逗號的格子加上引號。",
                    ),
                )

    def _is_header(self, header: list[str]) -> bool:
        wrong = [name for name in COLUMNS if name not in header] + [
            name for n, name in enumerate(header) if name not in COLUMNS + OPTIONAL + BY_HAND or name in header[:n]
        ]
        if wrong:
            columns, header_line = listed(wrong), ",".join(COLUMNS + OPTIONAL)
            self._note(
                1,
                "",
                both(
                    f"the header has missing, unknown or repeated columns: {columns.en}.",
                    f"標題列有缺少、不認得或重複的欄位：{columns.zh}。",
                ),
                both(f"Write: {header_line}", f"請寫成：{header_line}"),
            )
        return not wrong

    def _row(self, line: int, row: dict[str, str]) -> None:
        key = key_of(row)
        if key in self._seen:
            self._note(
                line,
                "",
                both(
                    f"the same entity, metric, period and source stand in line {self._seen[key]}.",
                    f"相同的個體、指標、期間與來源已出現在第 {self._seen[key]} 行。",
                ),
                both("Remove one of the two.", "請移除其中一列。"),
            )
            return
        self._seen[key] = line
        self.written.append(row)
        says, period = self._quantity(line, row), self._period(line, row)
        published = self._published(line, row)
        faults = self._unknown_words(line, row)
        if says is None or period is None or published is None or faults or self._unknown_evidence(line, row):
            return
        self.claims.append(self._claim(line, row, says, period, *published))

    def _claim(self, line: int, row: dict[str, str], says: Quantity, period: Span, published: When | None) -> Claim:
        derivation = row.get("derivation") or None
        known, assumed = self._known(row, published)
        return Claim(
            id=f"{self.file.rsplit('/', 1)[-1].removesuffix('.csv')}/{line}",
            subject=row["entity_id"],
            attribute=row["metric"],
            says=says,
            source=self._source(row, published),
            known_from=known,
            status=row["status"],  # type: ignore[arg-type]
            period=period,
            period_label=row["period"],
            assumed_days=assumed,
            derivation=derivation,
            fiscal_label=row.get("fiscal_label") or None,
            period_end=When.parse(row["period_end"]) if row["period_end"] else None,
            definition=row.get("definition") or None,
            at=row.get("at") or None,
            product=row.get("product") or None,
            note=row.get("note") or None,
            where=Where(self.file, line),
        )

    def _quantity(self, line: int, row: dict[str, str]) -> Quantity | None:
        unit = _FACTORS.get(row["unit"])
        if unit is None:
            self._note(line, "unit", not_a(UNIT, row["unit"], RAW_UNITS), one_of(RAW_UNITS))
            return None
        metric = METRICS.get(row["metric"])
        if metric is not None and metric.unit != unit[0]:
            self._note(
                line,
                "unit",
                both(
                    f"`{row['metric']}` is measured in {metric.unit}, not in {row['unit']}.",
                    f"`{row['metric']}` 的單位是 {metric.unit}，不是 {row['unit']}。",
                ),
                both("Correct the unit, or the metric.", "請更正單位或指標。"),
            )
            return None
        if not _NUMBER.fullmatch(row["value"]):
            self._note(line, "value", *unreadable_number(row["value"]))
            return None
        value = float(Decimal(row["value"]) * unit[1]) if unit[1] != 1 else float(row["value"])
        if not math.isfinite(value):
            self._note(line, "value", *unreadable_number(row["value"]))
            return None
        bound = row.get("bound") or "exactly"
        if bound not in BOUNDS:
            self._note(line, "bound", not_a(BOUND, bound, BOUNDS), one_of(BOUNDS))
            return None
        return Quantity(value, unit[0], bound)  # type: ignore[arg-type]

    def _period(self, line: int, row: dict[str, str]) -> Span | None:
        try:
            if row["period_end"]:
                When.parse(row["period_end"])
            return period_span(row["period"], row["period_end"])
        except UnitError as error:
            self._note(line, "period", error.what, error.repair)
            return None

    def _published(self, line: int, row: dict[str, str]) -> tuple[When | None] | None:
        """When its page appeared; a page without a date will do where the row itself says since when it was known."""
        if not row["source_date"] and row.get("known_from"):
            return (None,)
        try:
            return (When.parse(row["source_date"]),)
        except UnitError as error:
            self._note(line, "source_date", error.what, error.repair)
            return None

    def _unknown_words(self, line: int, row: dict[str, str]) -> bool:
        faults = 0
        if self.subjects is not None and row["entity_id"] not in self.subjects:
            faults += 1
            near = suggest(row["entity_id"], self.known_subjects)
            self._note(
                line,
                "entity_id",
                both(
                    f"`{row['entity_id']}` is neither an entity nor a topic; {near.en}",
                    f"`{row['entity_id']}` 既不是已知的個體，也不是已知的主題；{near.zh}",
                ),
                both("Correct it, or add the topic to case.yaml.", "請更正，或在 case.yaml 加上這個主題。"),
            )
        if row["metric"] not in METRICS:
            faults += 1
            repair = both("Correct it, or add a line to core/metrics.py.", "請更正，或在 core/metrics.py 加上一行。")
            self._note(line, "metric", not_a(METRIC, row["metric"], METRICS), repair)
        if row["status"] not in STATUSES:
            faults += 1
            self._note(line, "status", not_a(STATUS, row["status"], STATUSES), one_of(STATUSES))
        return bool(faults)

    def _source(self, row: dict[str, str], published: When | None) -> Source:
        get = row.get
        key = (get("source_url", ""), get("source_title", ""), get("source_date", ""), get("derivation", ""),
               get("retrieved", ""), get("hash", ""))  # fmt: skip
        if key not in self._sources:
            when, digest = self.fetched
            self._sources[key] = series_source(
                row["source_url"], row["source_title"], published, row.get("derivation", ""),
                retrieved=When.parse(row["retrieved"]) if row.get("retrieved") else when,
                hash=row.get("hash") or digest,
            )  # fmt: skip
        return self._sources[key]

    def _known(self, row: dict[str, str], published: When | None) -> tuple[datetime.date, int | None]:
        said = row.get("known_from")
        if said or published is None:
            return When.parse(said or "").first, int(row.get("assumed_days") or 0) or None
        return _known_from(row, published.first)

    def _unknown_evidence(self, line: int, row: dict[str, str]) -> bool:
        """Is there no document, or a date or hash of it that cannot be one?"""
        before = len(self.problems)
        if not row["source_url"] and not row["source_title"]:
            self._note(line, "source_url", *_NO_SOURCE)
        for column in ("known_from", "retrieved"):
            if said := row.get(column):
                try:
                    When.parse(said)
                except UnitError as error:
                    self._note(line, column, error.what, error.repair)
        if (said := row.get("assumed_days")) and not _DAYS.fullmatch(said):
            self._note(line, "assumed_days", *unreadable_number(said))
        if (said := row.get("hash")) and not _HASH.fullmatch(said):
            self._note(line, "hash", *_NO_HASH)
        return len(self.problems) > before

    def _note(self, line: int, path: str, what: Text, repair: Text) -> None:
        self.problems.append(Problem(where=Where(self.file, line), path=path, what=what, repair=repair))


@contextmanager
def no_collection() -> Iterator[None]:
    """Thousands of small values are made at once; collecting in between doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def key_of(row: Mapping[str, str]) -> tuple[str, ...]:
    """What may stand only once in a table: of whom, what, when, by which document, known since when."""
    fixed = (row["entity_id"], row["metric"], row["period"], row["source_url"])
    return (*fixed, row.get("product", ""), row.get("definition", ""), row.get("at", ""), row.get("known_from", ""))


def unreadable_number(cell: str) -> tuple[Text, Text]:
    """What is wrong with a cell that should hold a number, and the repair: the reading that is refused is named.

    Examples
    --------
    >>> print(unreadable_number("1.234,5")[1])
    Is it 1234.5 or 1.2345? Write digits with a decimal point and nothing between them.
    """
    what = both(f"cannot read '{cell}' as a number.", f"無法把「{cell}」讀成數字。")
    bare = cell.strip()
    if ascii_digits(bare) != bare:
        digits = ascii_digits(bare)
        repair = both(f"Is it {digits}? Write the digits 0 to 9.", f"是 {digits} 嗎？請改用半形數字 0 到 9。")
    elif re.fullmatch(r"-?[0-9.]*[0-9],[0-9,.]*", bare):
        first, second = _with_mark_at(bare, ","), _with_mark_at(bare, ".")
        repair = both(
            f"Is it {first} or {second}? Write digits with a decimal point and nothing between them.",
            f"是 {first} 還是 {second}？請寫數字與小數點，中間不要有其他符號。",
        )
    elif re.fullmatch(r"-?[0-9.]+ ?[^0-9.\s]+", bare):
        sign = bare.lstrip("-0123456789. ")
        repair = both(
            f"'{sign}' is a scale or a unit: write the number alone, and in the column `unit` for example {_UNITS}.",
            f"「{sign}」是級距或單位：這裡只寫數字，單位寫在 `unit` 欄，例如 {_UNITS}。",
        )
    elif re.search(r"\s", cell):
        repair = both("Remove the spaces.", "請移除空白。")
    else:
        repair = both(
            "Write digits with a decimal point; leave the row out if the value is unknown.",
            "請寫阿拉伯數字與小數點；若數值未知，請不要列出這一列。",
        )
    return what, repair


def ascii_digits(text: str) -> str:
    """The same with digits of any script, and the full-width point and sign, as on an English keyboard."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else _WIDE.get(sign, sign) for sign in text)


def _with_mark_at(text: str, mark: str) -> str:
    """The number if a sign is the decimal point and the other one only parts the thousands."""
    other = "," if mark == "." else "."
    whole, _, rest = text.replace(other, "").rpartition(mark)
    return f"{whole.replace(mark, '')}.{rest}" if whole else rest


def _known_from(row: dict[str, str], published: datetime.date) -> tuple[datetime.date, int | None]:
    """Since when a number could be known, and after how many days where that date is assumed.

    Tables of filings often hold only the newest document that repeats a number. The first one
    that printed it was due some weeks after the period; a later restatement may hide behind it.
    """
    is_quarter = _QUARTER.fullmatch(row["period"]) is not None
    if not (
        is_quarter and row["status"] == "reported" and row.get("derivation") in _FROM_FILINGS and row["period_end"]
    ):
        return published, None
    is_year_end = (row.get("fiscal_label") or row["period"]).endswith("Q4")
    days = DAYS_TO_KNOW_A_YEAR if is_year_end else DAYS_TO_KNOW
    due = When.parse(row["period_end"]).last + datetime.timedelta(days=days)
    if due >= published:
        return published, None
    return due, days


def series_source(
    url: str,
    title: str,
    published: When | None,
    derivation: str,
    retrieved: When | None = None,
    hash: str | None = None,
) -> Source:
    """The page a row was taken from; its kind follows from its host and from how it was read."""
    host = url.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")
    if derivation == FROM_MEMORY:
        kind, tier = "memory", 3
    elif derivation == "claim":
        kind, tier = "essay", 3
    elif any(host == filing or host.endswith("." + filing) for filing in _FILING_HOSTS):
        kind, tier = "filing", 1
    else:
        kind, tier = "news", 3
    name = "-".join(part for part in (host or "memory", str(published or "")) if part)
    return Source(
        id=name, title=title or host, kind=kind, tier=tier, url=url or None,  # type: ignore[arg-type]
        publisher=host or None, published=published, retrieved=retrieved, hash=hash,
    )  # fmt: skip


def _a_year_before(day: datetime.date) -> datetime.date:
    if day == last_of_month(day.year, day.month):
        return last_of_month(day.year - 1, day.month)
    return day.replace(year=day.year - 1)


@functools.lru_cache(maxsize=4096)
def period_span(label: str, end: str) -> Span:
    """The days a period label covers.

    Examples
    --------
    >>> str(period_span("2025Q3", "2025-10-26"))
    '2025-07-01..2025-09-30'
    >>> str(period_span("FY2025", "2025-05-31"))
    '2024-06-01..2025-05-31'
    >>> str(period_span("2025Q1-Q3", ""))
    '2025-01-01..2025-09-30'
    """
    if re.fullmatch(r"\d{4}Q[1-4]-Q[1-4]", label):
        return Span.parse(f"{label[:6]}..{label[:4]}{label[7:]}")
    if ".." in label:
        return Span.parse(label)
    if re.fullmatch(r"FY\d{4}", label):
        last = When.parse(end or label[2:]).last
        return Span(_a_year_before(last) + datetime.timedelta(days=1), last)
    if re.fullmatch(r"\d{4}(H[12])?-\d{4}", label):
        return Span.parse(label.replace("-", ".."))
    if re.fullmatch(r"\d+y_used|per_year", label):
        return Span(When.parse(end).first, When.parse(end).last)
    return Span(When.parse(label).first, When.parse(label).last)
