"""The scores kept with a case: read with their day, no part of its hash, and every fault told with its line."""

from __future__ import annotations

import datetime

import pytest

from perpetuum.ledger import examine, load
from perpetuum.ledger.past_scores import COLUMNS, FILE, MODELS
from perpetuum.report.hindcast_tables import MODELS as OF_REPORT
from tests.ledger.made_scores import GOOD, table, with_scores
from tests.report.made_case import made_case


def told(raw: bytes) -> list[str]:
    _, problems = examine(made_case() | {FILE: raw})
    return [str(problem) for problem in problems if problem.severity == "error"]


def test_a_score_is_read_with_the_day_from_which_it_could_be_known():
    (one,) = load(with_scores(made_case(), [{}])).scores
    assert (one.series, str(one.date), str(one.quarter), one.model) == ("lab.cash", "2025Q1", "2025Q2", "machine")
    assert (one.came, one.crps, one.is_covered) == (10.0, 2.0, True)
    assert one.known_from == datetime.date(2025, 8, 1)
    assert (one.made.scenario, one.made.seed, one.made.draws, one.made.version) == ("neutral", 0, 1000, "0.1.0")
    assert str(one.where).endswith(f"{FILE}:2")


def test_a_plan_has_no_interval_and_so_is_neither_inside_nor_outside():
    (one,) = load(with_scores(made_case(), [{"model": "plan", "is_covered": "", "q10": "", "q90": ""}])).scores
    assert one.is_covered is None


def test_scores_change_neither_the_hash_of_the_case_nor_its_claims():
    bare, scored = load(made_case()), load(with_scores(made_case(), [{}]))
    assert scored.hash == bare.hash
    assert scored == bare


def test_the_ledger_and_the_report_name_the_same_forecasters():
    assert set(MODELS) == set(OF_REPORT)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"series": "lap.cash"}, "did you mean `lab`?"),
        ({"series": "lab.cahs"}, "did you mean `cash`?"),
        ({"model": "oracle"}, "`oracle` is not a forecaster"),
        ({"date": "2025-13"}, f"{FILE}:2: date"),
        ({"asof": "soon"}, "cannot read 'soon' as a day"),
        ({"crps": -1.0}, "a score is never below it"),
        ({"came": 0.0}, "what came is above zero"),
        ({"bias": "nan"}, "cannot read 'nan' as a number"),
        ({"seed": "1.5"}, "cannot read '1.5' as a whole number"),
        ({"is_covered": "perhaps"}, "neither yes nor no"),
        ({"known_from": "2025-06-14"}, "not after the forecast of 2025-06-14"),
    ],
)
def test_what_cannot_be_a_score_is_told_with_its_line_and_a_repair(row, says):
    (problem,) = told(table([row]))
    assert says in problem
    assert f"{FILE}:2" in problem
    assert len(problem.splitlines()) == 3


def test_every_bad_row_is_told_at_once():
    problems = told(table([{"crps": "much"}, {"quarter": "2025Q3"}, {"model": "oracle", "series": "lap.cash"}]))
    assert [problem.split(": ")[0].rpartition(":")[2] for problem in problems] == ["2", "4", "4"]


def test_the_same_forecast_twice_and_rows_of_two_runs_are_refused():
    (twice,) = told(table([{}, {"crps": 3.0}]))
    assert "already stands in line 2" in twice
    (mixed,) = told(table([{}, {"quarter": "2025Q3", "seed": 7}]))
    assert "seed" in mixed and "not made in one run" in mixed


def test_another_header_is_refused_with_the_columns():
    (problem,) = told(table([{}], header=COLUMNS[1:]))
    assert "make hindcast" in problem and "known_from" in problem


def test_a_row_that_is_too_short_is_refused_in_both_languages():
    _, problems = examine(made_case() | {FILE: table([{}]) + b"2025Q1,2025-06-14\n"})
    (problem,) = [each for each in problems if each.severity == "error"]
    assert "2 cells" in problem.what.en and "2 格" in problem.what.zh


def test_the_good_row_of_these_tests_fills_every_column():
    assert set(GOOD) == set(COLUMNS)
