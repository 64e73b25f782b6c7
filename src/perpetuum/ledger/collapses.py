"""Who fell and when, from collapses.csv: one row, one firm, and how its date is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perpetuum.core.collapse import Collapse
from perpetuum.core.csv_table import csv_table, other_width
from perpetuum.core.errors import Problem, UnitError, listed, not_a, one_of
from perpetuum.core.nouns import ENTITY, KNOWN_HOW, SECTOR
from perpetuum.core.record import Where
from perpetuum.core.rows import FROM_MEMORY, series_source
from perpetuum.core.text import Text, both
from perpetuum.core.when import When

FILE = "collapses.csv"
COLUMNS = ("entity_id", "on", "sector", "known", "source_url", "source_title", "source_date", "note")
REPORTED, REMEMBERED = "reported", "remembered"
KNOWN = (REPORTED, REMEMBERED)


class Fallen:
    """One such file on its way to values; every bad row becomes one problem."""

    def __init__(self, file: str, entities: Sequence[str], sectors: Sequence[str]) -> None:
        self.file, self.entities, self.sectors = file, entities, sectors
        self.problems: list[Problem] = []
        self.found: list[Collapse] = []
        self.written: list[dict[str, str]] = []

    def read(self, raw: bytes) -> None:
        """Read the whole file, in its own order."""
        header, rows = csv_table(raw, self._note)
        if header is None or not self._is_header(header):
            return
        lines: dict[str, int] = {}
        for line, cells in rows:
            if len(cells) != len(header):
                self._note(
                    line, "", other_width(cells, header),
                    both("Fill the missing cells, or quote a cell that holds a comma.",
                         "請補上缺少的格子，或為含有逗號的格子加上引號。"),
                )  # fmt: skip
                continue
            row = dict(zip(header, cells, strict=True))
            self.written.append(row)
            if row["entity_id"] in lines:
                self._note(
                    line, "entity_id",
                    both(f"`{row['entity_id']}` already stands in line {lines[row['entity_id']]}.",
                         f"`{row['entity_id']}` 已出現在第 {lines[row['entity_id']]} 行。"),
                    both("Keep one of the two.", "請只留一列。"),
                )  # fmt: skip
                continue
            lines[row["entity_id"]] = line
            if (one := self._one(line, row)) is not None:
                self.found.append(one)

    def _is_header(self, header: list[str]) -> bool:
        if tuple(header) == COLUMNS:
            return True
        columns = listed(COLUMNS)
        self._note(
            1, "",
            both("the header is not that of a list of collapses.", "標題列不是倒閉名單的標題列。"),
            both(f"Write these columns: {columns.en}.", f"請寫這些欄位：{columns.zh}。"),
        )  # fmt: skip
        return False

    def _one(self, line: int, row: Mapping[str, str]) -> Collapse | None:
        before = len(self.problems)
        for column, known, what in (
            ("entity_id", self.entities, ENTITY),
            ("sector", self.sectors, SECTOR),
            ("known", KNOWN, KNOWN_HOW),
        ):
            if row[column] not in known:
                self._note(line, column, not_a(what, row[column], known), one_of(known))
        on, published = self._when(line, "on", row["on"]), None
        if row["source_date"]:
            published = self._when(line, "source_date", row["source_date"])
        if row["known"] == REPORTED and not row["source_url"]:
            self._note(
                line, "source_url", both("a reported date needs its page.", "有報導的日期必須註明網頁。"),
                both("Write the page, or say that it is remembered.", "請寫網址，或註明為 remembered。"),
            )  # fmt: skip
        if on is None or len(self.problems) > before:
            return None
        derivation = FROM_MEMORY if row["known"] == REMEMBERED else ""
        return Collapse(
            entity=row["entity_id"], on=on, sector=row["sector"], note=row["note"] or None,
            source=series_source(row["source_url"], row["source_title"], published, derivation),
            where=Where(self.file, line),
        )  # fmt: skip

    def _when(self, line: int, column: str, text: str) -> When | None:
        try:
            return When.parse(text)
        except UnitError as error:
            self._note(line, column, error.what, error.repair)
            return None

    def _note(self, line: int, path: str, what: Text, repair: Text) -> None:
        self.problems.append(Problem(where=Where(self.file, line), path=path, what=what, repair=repair))
