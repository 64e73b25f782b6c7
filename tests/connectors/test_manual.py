"""Numbers typed in by a person: strict, each problem with its line and its repair, and quick."""

from __future__ import annotations

import time

import pytest

from perpetuum.connectors import Request, collect
from perpetuum.core.errors import LedgerError
from tests.connectors.made_up import in_both_languages
from tests.connectors.samples import ACME, BOLT, MANUAL

HEADER = b"entity_id,metric,period,period_end,value,unit,status,source_url,source_title,source_date\n"
GOOD = "acme,revenue,2025Q2,2025-06-30,4.3,usd_bn,reported,https://acme.example/q2,Acme says,2025-08-01"


def read(tmp_path, content: bytes, **more):
    (tmp_path / "manual.csv").write_bytes(content)
    return collect(Request(connector="manual", **more), folder=tmp_path)


def refusal(tmp_path, row: str, header: bytes = HEADER) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        read(tmp_path, header + GOOD.replace("2025Q2", "2024Q2").encode() + b"\n" + row.encode() + b"\n")
    return refused.value


def test_good_rows_become_claims_with_the_hash_of_the_file(tmp_path):
    came = read(tmp_path, MANUAL["manual.csv"])
    revenue, users = came.claims
    assert (revenue.says.value, revenue.status, revenue.source.url) == (4.3e9, "reported", "https://acme.example/q2")
    assert (users.says.value, users.product) == (2e7, "Chat")
    assert revenue.source.hash == came.documents[0].hash and revenue.source.retrieved is not None


def test_only_rows_of_the_firms_asked_for_are_read(tmp_path):
    assert len(read(tmp_path, MANUAL["manual.csv"], subjects=(ACME,)).claims) == 2
    came = read(tmp_path, MANUAL["manual.csv"], subjects=(BOLT,))
    assert came.claims == ()
    (remark,) = came.remarks
    assert remark.code == "not_asked_for" and "acme" in remark.says.en and in_both_languages(remark.says)


def test_a_row_of_nobody_is_an_error_for_a_misspelt_firm_would_vanish(tmp_path):
    with pytest.raises(LedgerError) as refused:
        read(tmp_path, HEADER + GOOD.replace("acme", "amce").encode() + b"\n", subjects=(BOLT,), known=(ACME, BOLT))
    (problem,) = refused.value.problems
    assert (problem.where.line, problem.path) == (2, "entity_id")
    assert "did you mean `acme`" in problem.what.en and "您是指 `acme`" in problem.what.zh


def test_a_file_with_another_name_is_named_as_a_series(tmp_path):
    (tmp_path / "press.csv").write_bytes(MANUAL["manual.csv"])
    assert len(collect(Request(connector="manual", series=("press.csv",)), folder=tmp_path).claims) == 2


@pytest.mark.parametrize(
    ("cell", "reading"),
    [
        ("1.234,5", "1234.5 or 1.2345"),
        ("1,234", "1.234 or 1234"),
        ("1,234,567.8", "1234.5678 or 1234567.8"),
        ("12 %", "'%' is a scale or a unit"),
        ("3bn", "'bn' is a scale or a unit"),
        ("１２．５", "Is it 12.5?"),
        ("٣", "Is it 3?"),
        (" 4.3", "Remove the spaces"),
        ("4 300", "Remove the spaces"),
        ("4.3.1", "digits with a decimal point"),
        ("1_000", "digits with a decimal point"),
        ("nan", "digits with a decimal point"),
        ("1e999", "digits with a decimal point"),
        ("", "leave the row out if the value is unknown"),
        ("−4", "digits with a decimal point"),
    ],
)
def test_a_cell_that_can_be_read_in_two_ways_is_refused_and_the_readings_are_shown(tmp_path, cell, reading):
    error = refusal(tmp_path, GOOD.replace("4.3", f'"{cell}"'))
    (problem,) = error.problems
    assert (problem.where.line, problem.path) == (3, "value")
    assert reading in problem.repair.en
    assert cell in problem.what.zh and in_both_languages(problem.repair)


ROWS = {
    "no source": (GOOD.replace("https://acme.example/q2,Acme says", ","), "source_url"),
    "no date of the source": (GOOD.removesuffix("2025-08-01"), "source_date"),
    "no unit": (GOOD.replace("usd_bn", ""), "unit"),
    "a misspelt unit": (GOOD.replace("usd_bn", "usd_billion"), "unit"),
    "the unit of another metric": (GOOD.replace("usd_bn", "gw"), "unit"),
    "no status": (GOOD.replace("reported", ""), "status"),
    "a misspelt status": (GOOD.replace("reported", "raported"), "status"),
    "a misspelt metric": (GOOD.replace("revenue", "revenu"), "metric"),
    "a period that is none": (GOOD.replace("2025Q2", "2025Q5"), "period"),
    "a day that is none": (GOOD.replace("2025-06-30", "2025-06-31"), "period"),
    "the same key twice": (GOOD.replace("2025Q2", "2024Q2"), ""),
    "a cell too few": (GOOD.rpartition(",")[0], ""),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_an_error_with_its_line_and_a_repair_in_both_languages(tmp_path, name):
    row, column = ROWS[name]
    (problem,) = refusal(tmp_path, row).problems
    assert (problem.where.line, problem.path) == (3, column)
    assert in_both_languages(problem.what)
    if name == "the same key twice":
        assert "line 2" in problem.what.en


def test_a_misspelt_unit_comes_with_the_nearest_one(tmp_path):
    assert "`usd_billion` is not a unit; did you mean `usd_bn`?" in str(
        refusal(tmp_path, GOOD.replace("usd_bn", "usd_billion"))
    )


@pytest.mark.parametrize(
    "header",
    [HEADER.replace(b"\n", b",Produkt\n"), HEADER.replace(b"status", b"state"), HEADER.replace(b"\n", b",value\n")],
)
def test_an_unknown_missing_or_repeated_column_is_an_error(tmp_path, header):
    with pytest.raises(LedgerError, match="missing, unknown or repeated columns"):
        read(tmp_path, header + GOOD.encode() + b",x\n")


def test_all_problems_of_a_file_come_at_once(tmp_path):
    rows = "\n".join(row for row, _ in ROWS.values())
    with pytest.raises(LedgerError) as refused:
        read(tmp_path, HEADER + rows.encode() + b"\n")
    assert len(refused.value.problems) >= len(ROWS) - 1


def test_a_document_dated_after_it_was_read_is_a_remark_not_an_error(tmp_path):
    came = read(tmp_path, HEADER + GOOD.replace("2025-08-01", "2199-01-01").encode() + b"\n")
    assert [remark.code for remark in came.remarks] == ["in_the_future"]
    assert len(came.claims) == 1


def test_a_hundred_thousand_rows_are_read_within_the_bar(tmp_path):
    """The bar is 2 s; this only catches what is worse by several times, `make bench` measures."""
    rows = "".join(
        f"acme,revenue,{1980 + n % 40}Q{n % 4 + 1},,{n}.5,usd_thousand,estimated,https://a.example/{n},A,2025-08-01\n"
        for n in range(100_000)
    )
    (tmp_path / "manual.csv").write_bytes(HEADER + rows.encode())
    start = time.perf_counter()
    came = collect(Request(connector="manual"), folder=tmp_path)
    assert len(came.claims) == 100_000
    assert time.perf_counter() - start < 10
