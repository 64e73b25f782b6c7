"""A price from a CSV file: whole, or every problem with its line."""

from __future__ import annotations

import re

import numpy as np
import pytest

from perpetuum.core.errors import LedgerError
from perpetuum.ledger import read_price_series
from tests.core.chinese import CHINESE

ROWS = [f"2024-{month:02d},{10 + month}.5" for month in range(1, 11)]


@pytest.fixture
def write(tmp_path):
    def written(text, name="price.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def problems(path, *options):
    with pytest.raises(LedgerError) as caught:
        read_price_series(path, *options)
    for problem in caught.value.problems:
        assert CHINESE.search(problem.what.zh) and CHINESE.search(problem.repair.zh)
        assert problem.where.file == str(path)
    return [(problem.where.line, problem.path, problem.what.en) for problem in caught.value.problems]


def table(*rows, header="date,price"):
    return "\n".join([header, *rows]) + "\n"


def test_a_file_becomes_dates_and_prices(write):
    series = read_price_series(write(table(*ROWS)))
    assert series.dates[:2] == ("2024-01", "2024-02")
    np.testing.assert_array_equal(series.prices, np.arange(11, 21) + 0.5)
    assert series.fundamental is None
    assert len(series.hash) == 64


def test_columns_may_stand_in_any_order_and_a_fundamental_beside_them(write):
    rows = [f" 2.5 ,{row.split(',')[1]},{row.split(',')[0]}" for row in ROWS]
    series = read_price_series(write("\ufeff" + table(*rows, header="fundamental, price ,date").replace("\n", "\r\n")))
    np.testing.assert_array_equal(series.fundamental, [2.5] * 10)
    assert series.dates[-1] == "2024-10"


def test_days_and_months_and_exponents_are_read(write):
    rows = ["2024-01-31,1e1", "2024-02-29,+12", "2024-03-31,.5", "2024-04-30,7.", *ROWS[4:]]
    assert read_price_series(write(table(*rows))).prices[:4].tolist() == [10.0, 12.0, 0.5, 7.0]


@pytest.mark.parametrize(
    ("at", "row", "path", "told"),
    [
        (3, "2024-04,", "price", "blank"),
        (3, "2024-04,NaN", "price", "cannot read 'NaN'"),
        (3, "2024-04,inf", "price", "cannot read 'inf'"),
        (3, "2024-04,12%", "price", "cannot read '12%'"),
        (3, "2024-04,１２", "price", "cannot read"),
        (3, '2024-04,"1,234.5"', "price", "cannot read '1,234.5'"),
        (3, "2024-04,1e999", "price", "cannot read '1e999'"),
        (3, "2024-04,0", "price", "0 is not above zero"),
        (3, "2024-04,-3", "price", "-3 is not above zero"),
        (3, "2024-02,3", "date", "stands in line 3 already"),
        (3, "2024-03-01,3", "date", "stands in line 4 already"),
        (9, "2024-03-15,3", "date", "comes after 2024-09 of line 10"),
        (3, "2024-13,3", "date", "cannot read '2024-13' as a date"),
        (3, "2024-02-30,3", "date", "as a date"),
        (3, "04/2024,3", "date", "as a date"),
        (3, ",3", "date", "as a date"),
        (3, "2024-04,3,4", "", "3 cells, the header 2"),
        (3, "2024-04", "", "1 cells"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_line(write, at, row, path, told):
    rows = ROWS.copy()
    rows[at] = row
    found = problems(write(table(*rows)))
    assert [(line, place) for line, place, _ in found] == [(at + 2, path)]
    assert told in found[0][2]


def test_every_problem_is_told_at_once(write):
    rows = ["2024-01,x", "2024-03,1", "2024-02,2", "2024-03,0"]
    assert [line for line, _, _ in problems(write(table(*rows)))] == [2, 4, 5, 5]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("date,close", ["lacks the column price", "`close` is no column"]),
        ("dat,price", ["lacks the column date", "did you mean `date`?"]),
        ("date,price,price", ["stands twice"]),
        ("date;price", ["separated by semicolons"]),
        ("date\tprice\tfundamental", ["separated by tabs"]),
        ("", ["there is no header"]),
    ],
)
def test_wrong_columns_are_told_with_the_right_ones(write, header, told):
    found = [what for _, _, what in problems(write(table(*ROWS, header=header)))]
    assert all(any(words in what for what in found) for words in told), found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "there is no header"),
        (table(), "has 0 dates"),
        (table(*ROWS[:6]), "has 6 dates; a test needs 7"),
        (table(*(f"2024-{month:02d},5" for month in range(1, 11))), "never changes"),
        (table(*ROWS).encode("utf-16"), "UTF-8"),
        (table(*ROWS[:3], '2024-04,"1'), "not CSV"),
        (table("2024-01,\x001"), "control character"),
    ],
)
def test_a_file_that_is_no_series_is_told(write, text, told):
    ((_, _, what),) = problems(write(text))
    assert told in what


def test_more_dates_are_asked_for_where_a_window_needs_them(write):
    assert "a test needs 23" in problems(write(table(*ROWS)), 23)[0][2]


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path):
    assert "no such file" in problems(tmp_path / "nothing.csv")[0][2]
    assert "folder" in problems(tmp_path)[0][2]


def test_bad_prices_are_told_row_by_row_and_dates_that_nobody_can_read_once(write):
    found = problems(write(table(*("2024/01,y" for _ in range(5_000)))))
    assert len(found) == 5_001
    assert found[0] == (2, "date", "no date can be read; the first is '2024/01'.")
    assert all(re.match("cannot read 'y' as a number", what) for _, _, what in found[1:])


def test_bad_dates_among_good_ones_are_told_row_by_row(write):
    assert len(problems(write(table(*ROWS[:2], *("x,1" for _ in range(5_000)))))) == 5_000


def test_a_file_from_new_to_old_is_one_problem_and_its_prices_are_told_too(write):
    rows = ROWS[::-1]
    rows[4] = rows[4].split(",")[0] + ",-1"
    assert problems(write(table(*rows))) == [
        (3, "date", "the dates run from new to old."), (6, "price", "-1 is not above zero.")]  # fmt: skip


def test_two_dates_that_changed_places_are_told_where_they_stand(write):
    rows = [ROWS[1], ROWS[0], *ROWS[2:]]
    assert problems(write(table(*rows))) == [(3, "date", "2024-01 comes after 2024-02 of line 2.")]


def test_the_names_of_columns_may_have_capitals(write):
    assert read_price_series(write(table(*ROWS, header="Date,PRICE"))).prices[0] == 11.5


def test_users_may_be_blank_where_nothing_new_was_known(write):
    rows = [f"{row},{'' if n % 3 else 100 + n}" for n, row in enumerate(ROWS)]
    series = read_price_series(write(table(*rows, header="date,price,users")))
    np.testing.assert_array_equal(series.users[[0, 3, 6, 9]], [100, 103, 106, 109])
    assert np.isnan(series.users).sum() == 6 and series.fundamental is None
    assert [day.isoformat() for day in series.days[:2]] == ["2024-01-01", "2024-02-01"]


def test_users_that_are_no_number_are_told_and_a_blank_fundamental_too(write):
    rows = [f"{row},1,5" for row in ROWS]
    rows[2], rows[3], rows[4] = "2024-03,2,1,-5", "2024-04,2,1,many", "2024-05,2,,5"
    found = problems(write(table(*rows, header="date,price,fundamental,users")))
    assert [(line, column) for line, column, _ in found] == [(4, "users"), (5, "users"), (6, "fundamental")]
