"""How forecasts did, from scores/hindcast.csv: one row, one forecast that can be held against what came.

A program writes it. Scores are no facts: the hash of a case leaves them out, and they name the one they were made with.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perpetuum.core.csv_table import csv_table, other_width
from perpetuum.core.errors import Problem, UnitError, listed, not_a, one_of
from perpetuum.core.metrics import METRICS
from perpetuum.core.nouns import ENTITY, FORECASTER, METRIC
from perpetuum.core.record import Record, Where
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter

FILE = "scores/hindcast.csv"
# Rivals first; `machine` is a forecast, `hindsight` one whose opening was written after its date.
MODELS = ("last", "drift", "season", "plan", "machine", "hindsight")
MADE = ("case_hash", "scenario", "scenario_hash", "seed", "draws", "version")
COLUMNS = ("date", "asof", "series", "quarter", "ahead", "model", "median", "q10", "q90", "came", "crps", "is_covered",
           "bias", "share_below", "known_from", *MADE)  # fmt: skip
# Of a hash, so many signs are written.
SHORT = 16
ANSWERS = {"yes": True, "no": False, "": None}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_AGAIN = both("Make the file anew with `make hindcast`.", "請以 `make hindcast` 重新產生此檔案。")
_WRITE_DAY = both("Write it as 2026-02-27.", "請寫成 2026-02-27。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """With what scores were made: the case, the scenario, seed, futures and program.

    ``case_hash`` and ``scenario_hash`` are the first signs of the hash of the case and of the scenario's numbers.
    """

    case_hash: str
    scenario: str
    scenario_hash: str
    seed: int
    draws: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastScore(Record):
    """How good one forecast of one number was.

    Parameters
    ----------
    date
        The quarter at whose close it was made, with what was known on ``asof``.
    model
        A naive rival, ``machine``, or ``hindsight``: the machine with an opening that was written later.
    came, crps
        What came and the score, both in the unit of the series.
    is_covered
        Whether it came inside the middle 80 %; nothing where no interval was given.
    known_from
        The first day on which this score could have been worked out.
    """

    date: Quarter
    asof: datetime.date
    series: str
    quarter: Quarter
    ahead: int
    model: str
    came: float
    crps: float
    is_covered: bool | None
    bias: float
    known_from: datetime.date
    made: Made


class Scored:
    """One such file on its way to values; every bad row becomes a problem."""

    def __init__(self, file: str, entities: Sequence[str]) -> None:
        self.file, self.entities = file, entities
        self.problems: list[Problem] = []
        self.found: list[PastScore] = []
        self._lines: dict[tuple[Quarter, str, Quarter, str], int] = {}

    def read(self, raw: bytes) -> None:
        """Read the whole file, in its own order."""
        header, rows = csv_table(raw, self._note)
        if header is None or not self._is_header(header):
            return
        for line, cells in rows:
            if len(cells) != len(header):
                self._note(line, "", other_width(cells, header), _AGAIN)
            elif (one := self._one(line, dict(zip(header, cells, strict=True)))) is not None:
                self._keep(line, one)

    def _is_header(self, header: list[str]) -> bool:
        if tuple(header) == COLUMNS:
            return True
        columns = listed(COLUMNS)
        self._note(
            1, "", both("the header is not that of a list of scores.", "標題列不是評分清單的標題列。"),
            both(f"Make the file anew with `make hindcast`; its columns are: {columns.en}.",
                 f"請以 `make hindcast` 重新產生此檔案；欄位為：{columns.zh}。"),
        )  # fmt: skip
        return False

    def _keep(self, line: int, one: PastScore) -> None:
        """A row that says nothing twice and was made together with the first."""
        key = one.date, one.series, one.quarter, one.model
        if key in self._lines:
            told = both(f"the same forecast already stands in line {self._lines[key]}.",
                        f"同一個預測已出現在第 {self._lines[key]} 行。")  # fmt: skip
            self._note(line, "", told, _AGAIN)
            return
        if self.found and one.made != self.found[0].made:
            other = next(name for name in MADE if getattr(one.made, name) != getattr(self.found[0].made, name))
            told = both("the rows of this file were not made in one run.", "此檔案的各列不是同一次產生的。")
            self._note(line, other, told, _AGAIN)
            return
        self._lines[key] = line
        self.found.append(one)

    def _one(self, line: int, row: Mapping[str, str]) -> PastScore | None:
        before = len(self.problems)
        self._names(line, row)
        date, quarter = self._quarter(line, "date", row), self._quarter(line, "quarter", row)
        asof, known = self._day(line, "asof", row), self._day(line, "known_from", row)
        numbers = {name: self._number(line, name, row) for name in ("came", "crps", "bias")}
        whole = {name: self._whole(line, name, row) for name in ("ahead", "seed", "draws")}
        if row["is_covered"] not in ANSWERS:
            told = both(f"`{row['is_covered']}` is neither yes nor no.", f"`{row['is_covered']}` 不是 yes 或 no。")
            self._note(line, "is_covered", told, both("Write yes, no, or nothing.", "請寫 yes、no 或留白。"))
        if asof is not None and known is not None and known <= asof:
            told = both(f"what came was known on {known}, not after the forecast of {asof}.",
                        f"結果在 {known} 已知，並非在 {asof} 的預測之後。")  # fmt: skip
            self._note(line, "known_from", told, _AGAIN)
        if len(self.problems) > before or None in (date, quarter, asof, known):
            return None
        made = Made(case_hash=row["case_hash"], scenario=row["scenario"], scenario_hash=row["scenario_hash"],
                    seed=whole["seed"], draws=whole["draws"], version=row["version"])  # fmt: skip
        assert date is not None and quarter is not None and asof is not None and known is not None
        return PastScore(
            date=date, asof=asof, series=row["series"], quarter=quarter, ahead=whole["ahead"], model=row["model"],
            is_covered=ANSWERS[row["is_covered"]], known_from=known, made=made, where=Where(self.file, line), **numbers,
        )  # fmt: skip

    def _names(self, line: int, row: Mapping[str, str]) -> None:
        firm, _, metric = row["series"].rpartition(".")
        if firm not in self.entities:
            self._note(line, "series", not_a(ENTITY, firm, self.entities), _AGAIN)
        if metric not in METRICS:
            self._note(line, "series", not_a(METRIC, metric, METRICS), _AGAIN)
        if row["model"] not in MODELS:
            self._note(line, "model", not_a(FORECASTER, row["model"], MODELS), one_of(MODELS))

    def _quarter(self, line: int, column: str, row: Mapping[str, str]) -> Quarter | None:
        try:
            return Quarter.parse(row[column])
        except UnitError as error:
            self._note(line, column, error.what, error.repair)
            return None

    def _day(self, line: int, column: str, row: Mapping[str, str]) -> datetime.date | None:
        try:
            return datetime.date.fromisoformat(row[column])
        except ValueError:
            told = both(f"cannot read '{row[column]}' as a day.", f"無法將「{row[column]}」讀成日期。")
            self._note(line, column, told, _WRITE_DAY)
            return None

    def _number(self, line: int, column: str, row: Mapping[str, str]) -> float:
        value = float(row[column]) if _NUMBER.fullmatch(row[column]) else math.nan
        if not math.isfinite(value):
            told = both(f"cannot read '{row[column]}' as a number.", f"無法將「{row[column]}」讀成數字。")
            self._note(line, column, told, _AGAIN)
        elif (value <= 0 and column == "came") or (value < 0 and column == "crps"):
            told = both(f"{row[column]} cannot be: what came is above zero, and a score is never below it.",
                        f"不可能是 {row[column]}：結果大於零，評分不小於零。")  # fmt: skip
            self._note(line, column, told, _AGAIN)
        return value

    def _whole(self, line: int, column: str, row: Mapping[str, str]) -> int:
        if _WHOLE.fullmatch(row[column]):
            return int(row[column])
        told = both(f"cannot read '{row[column]}' as a whole number.", f"無法將「{row[column]}」讀成整數。")
        self._note(line, column, told, _AGAIN)
        return 0

    def _note(self, line: int, path: str, what: Text, repair: Text) -> None:
        self.problems.append(Problem(where=Where(self.file, line), path=path, what=what, repair=repair))
