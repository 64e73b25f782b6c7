"""Collected claims put into a case: whole or not at all, in a fixed order, and never over a person's file."""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from perpetuum.core.claim import Claim
from perpetuum.core.errors import LedgerError, Problem
from perpetuum.core.metrics import METRICS, RAW_UNITS
from perpetuum.core.record import Where
from perpetuum.core.rows import COLUMNS, OPTIONAL, Rows, key_of
from perpetuum.core.text import Text, both
from perpetuum.ledger.files import LARGEST_TABLE, shipped_cases
from perpetuum.ledger.load import load

# A file with exactly this header was written here; a person's file has other columns, or fewer.
HEADER = COLUMNS + OPTIONAL
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# A spreadsheet would run these.
_STARTS_A_FORMULA = ("=", "+", "-", "@")
_MILLION = 1_000_000
Row = dict[str, str]
Base = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping claims changed: ``restated`` are pairs of the former and the present claim.

    ``gone`` are claims within the span of what came that the publisher no longer makes. ``unchanged`` counts
    the others. ``left_out`` are claims in a unit the ledger has no sourced rate for, such as another currency.
    ``path`` is the file, whether or not it was written.
    """

    path: Path
    new: tuple[Claim, ...]
    restated: tuple[tuple[Claim, Claim], ...]
    unchanged: int
    gone: tuple[Claim, ...]
    left_out: tuple[Claim, ...] = ()


@dataclass(slots=True)
class _Side:
    """Rows by key without the day they became known: for each the vintages, in the order of that day.

    ``newest`` is the latest of one publisher's claims of one thing and period, whatever page it stands on.
    """

    rows: dict[Base, list[tuple[Row, Claim]]]
    newest: dict[Base, tuple[Row, Claim]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Row, Claim]]) -> _Side:
        rows: dict[Base, list[tuple[Row, Claim]]] = defaultdict(list)
        for row, claim in pairs:
            rows[_base(row)].append((row, claim))
        for vintages in rows.values():
            vintages.sort(key=lambda pair: pair[0]["known_from"])
        newest: dict[Base, tuple[Row, Claim]] = {}
        for row, claim in sorted((vintages[-1] for vintages in rows.values()), key=lambda pair: pair[0]["known_from"]):
            newest[(*_series(row), row["period"])] = (row, claim)
        return cls(dict(rows), newest)


def keep(
    claims: Sequence[Claim],
    connector: str,
    *,
    case: str | Path,
    asof: datetime.date | None = None,
    is_whole: bool = True,
    dry_run: bool = False,
) -> Kept:
    """Write the claims of a connector to ``collected/<connector>.csv`` of a case folder.

    What was there and is not asked for now stays. A number that is the same keeps the day since which it is
    known; only ``retrieved`` and ``hash`` move on. A number that changed stays beside the new one as the
    earlier vintage, if the new one became known later; else it gives way. A number within the span of what
    came (same subject, metric and product) that the publisher no longer prints is taken out and told.

    Parameters
    ----------
    case
        A folder with ``case.yaml``. A shipped name is refused: an installed package is not written to.
    asof
        The day as of which was asked: what became known later was not asked for, and stays.
    is_whole
        Did all answers come? If not, what is missing may be in them, and nothing is taken out.
    dry_run
        Say what would change, and write nothing.

    Raises
    ------
    LedgerError
        If the case cannot be written to or does not load, if the file is a person's, or if a claim names a
        subject or metric the case does not know. Then nothing has changed.
    """
    folder = _folder(case)
    shown = f"{case}/collected/{connector}.csv"
    if not _NAME.fullmatch(connector):
        raise _error(shown, *_NO_NAME)
    ledger = load(folder)
    subjects = sorted({*ledger.entities, *ledger.case.topics})
    path = folder / "collected" / f"{connector}.csv"
    before = _Side.of(_written(path, shown, subjects))
    fitting = [claim for claim in claims if _has_a_place(claim)]
    after = _Side.of(_once(fitting, shown))
    gone = _gone(before, after, asof or datetime.date.max) if is_whole else set()
    kept, told = _merged(before, after, gone, asof or datetime.date.max)
    raw = _as_csv(kept)
    _check(raw, shown, subjects)
    if not dry_run and kept:
        _put(path, raw)
    return Kept(path=path, new=told.new, restated=told.restated, unchanged=told.unchanged, gone=told.gone,
                left_out=tuple(claim for claim in claims if not _has_a_place(claim)))  # fmt: skip


def _has_a_place(claim: Claim) -> bool:
    """Can the table say it? A metric nobody knows is left to the check, which names the nearest."""
    metric = METRICS.get(claim.attribute)
    return metric is None or metric.unit == claim.says.unit


@dataclass(frozen=True, slots=True)
class _Told:
    new: tuple[Claim, ...]
    restated: tuple[tuple[Claim, Claim], ...]
    unchanged: int
    gone: tuple[Claim, ...]


def _merged(before: _Side, after: _Side, gone: set[Base], asof: datetime.date) -> tuple[list[Row], _Told]:
    rows: list[Row] = []
    new: list[Claim] = []
    restated: list[tuple[Claim, Claim]] = []
    unchanged = 0
    for base, vintages in after.rows.items():
        old, later = _parted(before.rows.get(base, []), vintages, asof)
        rows += [row for row, _ in later]
        if not old and later:
            new += [claim for _, claim in vintages]
            rows += [row for row, _ in vintages]
        elif not old:
            former = before.newest.get((*_series(vintages[0][0]), vintages[0][0]["period"]))
            for row, claim in vintages:
                if former and _says(former[0]) != _says(row):
                    restated.append((former[1], claim))
                else:
                    new.append(claim)
            rows += [row for row, _ in vintages]
        elif len(vintages) > 1 or _says(vintages[0][0]) != _says(old[-1][0]):
            changed = _changed(old, vintages)
            restated += changed
            unchanged += len(vintages) - len(changed)
            rows += _both_vintages(old, vintages)
        else:
            unchanged += 1
            rows += [*(row for row, _ in old[:-1]), _seen_again(old[-1][0], vintages[0][0])]
    left = [base for base in before.rows if base not in after.rows and base not in gone]
    rows += [row for base in left for row, _ in before.rows[base]]
    lost = tuple(claim for base in gone for _, claim in before.rows[base])
    return sorted(rows, key=_place), _Told(tuple(new), tuple(restated), unchanged, lost)


def _parted(
    old: list[tuple[Row, Claim]], vintages: list[tuple[Row, Claim]], asof: datetime.date
) -> tuple[list[tuple[Row, Claim]], list[tuple[Row, Claim]]]:
    """What the answer can speak of, and what it cannot: what became known later than was asked, or than it was fetched.

    An old answer read again must not undo what a newer one brought. A number it shares with the first of these
    is the same number, known since earlier.
    """
    newest = vintages[-1][0]

    def is_beyond(row: Row) -> bool:
        is_unasked = row["known_from"] > asof.isoformat() or row["retrieved"] > newest["retrieved"]
        return row["known_from"] > newest["known_from"] and is_unasked

    later = [pair for pair in old if is_beyond(pair[0])]
    if later and len(later) == len(old) and _says(old[0][0]) == _says(vintages[0][0]):
        later = later[1:]
    return [pair for pair in old if pair not in later], later


def _changed(old: list[tuple[Row, Claim]], vintages: list[tuple[Row, Claim]]) -> list[tuple[Claim, Claim]]:
    """Each number that was not said before, with the newest that was."""
    known = {_says(row) for row, _ in old} if len(vintages) > 1 else {_says(old[-1][0])}
    return [(old[-1][1], claim) for row, claim in vintages if _says(row) not in known]


def _both_vintages(old: list[tuple[Row, Claim]], vintages: list[tuple[Row, Claim]]) -> list[Row]:
    """What came, and the former numbers that were known before it."""
    first = vintages[0][0]["known_from"]
    return [*(row for row, _ in old if row["known_from"] < first), *(row for row, _ in vintages)]


def _seen_again(old: Row, new: Row) -> Row:
    """The row as it was, fetched anew, or long ago."""
    fetched = max(old, new, key=lambda row: row["retrieved"])
    known = min(old["known_from"], new["known_from"])
    return {**old, "known_from": known, "retrieved": fetched["retrieved"], "hash": fetched["hash"]}


def _gone(before: _Side, after: _Side, asof: datetime.date) -> set[Base]:
    """What stood between the first and the last of what came, and did not come."""
    spans: dict[Base, tuple[str, str]] = {}
    for vintages in after.rows.values():
        for row, _ in vintages:
            series, when = _series(row), _when(row)
            first, last = spans.get(series, (when, when))
            spans[series] = (min(first, when), max(last, when))
    missing = set()
    for base, vintages in before.rows.items():
        row = vintages[-1][0]
        first, last = spans.get(_series(row), ("9", "0"))
        if base not in after.rows and first <= _when(row) <= last and row["known_from"] <= asof.isoformat():
            missing.add(base)
    return missing


def _base(row: Row) -> Base:
    return key_of(row)[:-1]


def _says(row: Row) -> tuple[str, ...]:
    unit, factor = RAW_UNITS.get(row["unit"], (row["unit"], 1.0))
    return (str((Decimal(row["value"]) * Decimal(repr(factor))).normalize()), unit, row["status"])


def _series(row: Row) -> Base:
    """One publisher's numbers of one thing: pages of one host are one publisher."""
    host = row["source_url"].split("//", 1)[-1].split("/", 1)[0]
    return (row["entity_id"], row["metric"], row["product"], row["definition"], host)


def _when(row: Row) -> str:
    return row["period_end"] or row["period"]


def _place(row: Row) -> tuple[str, ...]:
    return (row["entity_id"], row["metric"], row["product"], row["definition"], _when(row), row["period"],
            row["source_url"], row["at"], row["known_from"])  # fmt: skip


def _once(claims: Sequence[Claim], shown: str) -> list[tuple[Row, Claim]]:
    """Each claim as a row; one that came twice counts once, two that fight over one key are an error."""
    found: dict[tuple[str, ...], tuple[Row, Claim]] = {}
    for claim in claims:
        row = as_row(claim)
        other = found.setdefault(key_of(row), (row, claim))
        if _says(other[0]) != _says(row):
            raise _error(
                shown,
                both(
                    f"{other[1].id} and {claim.id} say {other[1].says} and {claim.says} of the same thing: "
                    f"{claim.subject}, {claim.attribute}, {claim.period_label}, on one page.",
                    f"{other[1].id} 與 {claim.id} 對同一件事說法不同（{other[1].says}、{claim.says}）："
                    f"{claim.subject}、{claim.attribute}、{claim.period_label}，出自同一頁。",
                ),
                both("Ask for one of them only, or report it.", "請只索取其中之一，或回報此問題。"),
            )
    return list(found.values())


def as_row(claim: Claim) -> Row:
    """A claim as the cells of a table; reading the cells again gives the same number to the last digit."""
    source = claim.source
    unit, value = _cell(claim.says.value, claim.says.unit)
    row: dict[str, str | None] = {
        "entity_id": claim.subject,
        "metric": claim.attribute,
        "period": claim.period_label or str(claim.period or ""),
        "period_end": str(claim.period_end or (claim.period.last if claim.period else "")),
        "value": value,
        "unit": unit,
        "status": claim.status or "",
        "source_url": source.url or "",
        "source_title": source.title,
        "source_date": str(source.published or claim.known_from),
        "fiscal_label": claim.fiscal_label,
        "derivation": claim.derivation,
        "product": claim.product,
        "note": claim.note,
        "definition": claim.definition,
        "at": claim.at,
        "known_from": claim.known_from.isoformat(),
        "assumed_days": "" if claim.assumed_days is None else str(claim.assumed_days),
        "retrieved": str(source.retrieved or ""),
        "hash": source.hash,
    }
    return {name: _harmless(cell or "") for name, cell in row.items()} | {"value": value}


def _cell(value: float, unit: str) -> tuple[str, str]:
    """A number and the unit it is written in: dollars in billions from a million on."""
    exact = Decimal(repr(value))
    if unit == "USD" and abs(value) >= _MILLION:
        return "usd_bn", format((exact / 10**9).normalize(), "f")
    names: dict[str, str] = {base: name for name, (base, factor) in RAW_UNITS.items() if factor == 1.0}
    return names.get(unit, unit), format(exact.normalize(), "f")


def _harmless(cell: str) -> str:
    """One line of text that no program runs."""
    line = _CONTROL.sub(" ", cell)
    return f"'{line}" if line.startswith(_STARTS_A_FORMULA) else line


def _as_csv(rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([row.get(name, "") for name in HEADER] for row in rows)
    return out.getvalue().encode()


def _written(path: Path, shown: str, subjects: list[str]) -> list[tuple[Row, Claim]]:
    """The rows of an earlier run, each with its claim."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise _error(shown, *_NO_FILE)
    if not path.exists():
        return []
    raw = path.read_bytes()
    if raw.split(b"\n", 1)[0].rstrip(b"\r") != ",".join(HEADER).encode():
        raise _error(shown, *_A_PERSONS)
    rows = _check(raw, shown, subjects)
    return list(zip(rows.written, rows.claims, strict=True))


def _check(raw: bytes, shown: str, subjects: list[str]) -> Rows:
    """The table as the ledger will read it, or every problem of it."""
    if len(raw) > LARGEST_TABLE:
        raise _error(shown, *_TOO_LARGE)
    rows = Rows(shown, frozenset(subjects), subjects)
    rows.read(raw)
    if rows.problems:
        raise LedgerError(rows.problems)
    return rows


def _put(path: Path, raw: bytes) -> None:
    """Write beside the file, then change names: whoever looks sees the old table or the new one."""
    path.parent.mkdir(exist_ok=True)
    part, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(part, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _folder(case: str | Path) -> Path:
    """The folder of a case that may be written to."""
    shipped = shipped_cases()
    folder = Path(case)
    is_name = isinstance(case, str) and case in shipped and not (folder / "case.yaml").is_file()
    if is_name or (
        folder.resolve() in {path.resolve() for path in shipped.values()} and not _is_checkout(folder.resolve())
    ):
        raise _error(
            str(case),
            both("a case that came with the package is not written to.", "隨套件安裝的案例不會被寫入。"),
            both("Copy it, or work in a checkout, and name the folder: --case FOLDER",
                 "請複製一份，或在 git 工作目錄中操作，並指定資料夾：--case FOLDER"),
        )  # fmt: skip
    if not (folder / "case.yaml").is_file():
        raise _error(
            str(case),
            both("there is no case.yaml in this folder.", "這個資料夾裡沒有 case.yaml。"),
            both("Name the folder of a case: --case FOLDER", "請指定案例的資料夾：--case FOLDER"),
        )
    return folder


def _is_checkout(folder: Path) -> bool:
    above = folder.parents
    return any((path / ".git").exists() for path in above) and not {"site-packages", "dist-packages"} & set(
        folder.parts
    )


def _error(shown: str, what: Text, repair: Text) -> LedgerError:
    return LedgerError([Problem(where=Where(shown), path="", what=what, repair=repair)])


_NO_NAME = (
    both("this is no name of a connector.", "這不是連接器的名稱。"),
    both("Small letters, digits and _ only.", "只能用小寫字母、數字與 _。"),
)
_NO_FILE = (
    both("this is a link or a folder, not a file.", "這是連結或資料夾，不是檔案。"),
    both("Move it away.", "請移走它。"),
)
_A_PERSONS = (
    both(
        "this file was not written by `perpetuum collect`; it is left alone.",
        "這個檔案不是 `perpetuum collect` 寫的；不予更動。",
    ),
    both(
        "Give it another name; files of people and of programs lie side by side.",
        "請改用其他檔名；人寫的與程式寫的檔案可以並存。",
    ),
)
_TOO_LARGE = (
    both(
        f"the table would have more than {LARGEST_TABLE / 1e6:.0f} MB.",
        f"這個表格會超過 {LARGEST_TABLE / 1e6:.0f} MB。",
    ),
    both("Ask for fewer series or quarters.", "請減少數列或季度。"),
)
