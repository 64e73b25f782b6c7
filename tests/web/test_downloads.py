"""What is taken along says what it is, and nothing in it runs: tables of the ledger and the report as files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest

from perpetuum.report import extras, workbook
from perpetuum.report.flat import SHEETS
from perpetuum.report.words import say

pytest.importorskip("xlsxwriter", reason="the extra `excel` is not installed")

NASTY = ("=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "https://example.org", "12")


def sheets_of(content):
    """A workbook read back: its sheets by name, and the XML of each."""
    book = zipfile.ZipFile(io.BytesIO(content))
    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    return {name: book.read(f"xl/worksheets/sheet{n}.xml").decode() for n, name in enumerate(names, 1)}, book


def test_a_cell_that_looks_like_a_formula_stays_text_and_a_number_a_number():
    made = workbook.workbook([("s", ("a", "b"), [(each, -2.5) for each in NASTY])])
    sheets, book = sheets_of(made)
    assert "<f>" not in sheets["s"] and "<hyperlink" not in sheets["s"]
    assert sheets["s"].count('t="s"') == len(NASTY) + 2
    assert sheets["s"].count("<v>-2.5</v>") == len(NASTY)
    assert "=1+1" in book.read("xl/sharedStrings.xml").decode()


def test_what_is_unknown_is_blank_and_what_is_too_long_says_so():
    sheets, book = sheets_of(workbook.workbook([("s", ("a", "b"), [(None, float("nan")), ("x" * 40_000, True)])]))
    assert 'r="A2"' not in sheets["s"] and 'r="B2"' not in sheets["s"]
    assert "xxx…</t>" in book.read("xl/sharedStrings.xml").decode()


def test_the_same_workbook_has_the_same_bytes(client):
    first = client.get("/api/ledger/file?case=small&show=claims&format=xlsx").content
    assert workbook.workbook([("s", ("a",), [("b",)])]) == workbook.workbook([("s", ("a",), [("b",)])])
    sheets, book = sheets_of(first)
    assert list(sheets) == ["claims", "definitions", "manifest"]
    assert "1980-01-01" in book.read("docProps/core.xml").decode()


@pytest.mark.parametrize("show", SHEETS)
def test_every_column_of_every_table_says_what_it_means(client, show):
    told = client.get(f"/api/ledger/file?case=ai&show={show}&format=json").json()
    columns = set(told["rows"][0])
    defined = {row["column"]: row for row in told["definitions"] if row["table"] == show}
    assert set(defined) == columns
    assert all(row["means"] and row["means_zh"] for row in defined.values())
    assert told["manifest"]["case_hash"]
    assert told["manifest"]["asof"] == client.get("/api/ledger?show=gaps").json()["origin"]["asof"]


def test_a_file_holds_all_pages_of_what_was_filtered(client):
    shown = client.get("/api/ledger?show=claims&firm=openai&rows=5").json()["result"]
    told = client.get("/api/ledger/file?show=claims&firm=openai&format=csv")
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert len(rows) == shown["total"] > shown["pages"] > 1
    assert rows[0]["claim"] == shown["rows"][0]["id"]
    assert float(rows[0]["value"]) == shown["rows"][0]["value"]


def test_amounts_of_the_file_are_those_of_the_page(client):
    rows = client.get("/api/ledger/file?show=deals&format=json").json()["rows"]
    shown = client.get("/api/ledger?show=deals&rows=500").json()["result"]["rows"]
    legs = {leg["id"]: leg for deal in shown for leg in deal["legs"]}
    assert {row["leg"] for row in rows} == set(legs)
    for row in rows:
        for stage in ("announced", "signed", "paid"):
            assert row[stage] == legs[row["leg"]]["amounts"].get(stage, {}).get("value")


def test_an_exposure_names_who_owes_whom_and_leaves_the_unknown_empty(client):
    rows = client.get("/api/ledger/file?show=exposures&format=json").json()["rows"]
    legs = {row["leg"]: row for row in client.get("/api/ledger/file?show=deals&format=json").json()["rows"]}
    for row in rows:
        lends = row["kind"] in ("loan", "bond", "prepayment")
        assert row["debtor"] == legs[row["leg"]]["payee" if lends else "payer"]
        assert row["rate"] is None
        assert legs[row["leg"]]["current"]


def test_the_whole_ledger_is_one_workbook_or_one_archive(client):
    book, _ = sheets_of(client.get("/api/ledger/file?case=small&format=xlsx").content)
    assert set(book) == {*SHEETS, "definitions", "manifest"}
    packed = client.get("/api/ledger/file?case=small")
    files = zipfile.ZipFile(io.BytesIO(packed.content)).namelist()
    assert set(files) == {*(f"{show}.csv" for show in SHEETS), "definitions.csv", "manifest.json"}
    assert packed.headers["content-disposition"].endswith('.zip"')
    assert set(client.get("/api/ledger/file?case=small&format=json").json()["tables"]) == set(SHEETS)


def test_the_report_comes_as_excel_and_as_pdf(client):
    book, _ = sheets_of(client.get("/api/report/file?case=small&format=xlsx").content)
    assert next(iter(book)) == "findings" and {"shares", "definitions", "manifest"} <= set(book)
    pytest.importorskip("typst", reason="the extra `report` is not installed")
    assert client.get("/api/report/file?case=small&format=pdf&lang=zh").content.startswith(b"%PDF")


@pytest.mark.parametrize(("address", "extra"), [
    ("ledger/file?case=small&show=gaps&format=xlsx&q=none", "excel"),
    ("report/file?case=small&at=early&format=xlsx", "excel"),
    ("report/file?case=small&at=early&format=pdf", "report"),
])  # fmt: skip
def test_without_the_extra_the_command_is_told_and_the_other_formats_stay(client, monkeypatch, address, extra):
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: None)
    refused = client.get(f"/api/{address}")
    assert refused.status_code == 503
    assert f"perpetuum[{extra}]" in refused.json()["repair"]["en"]
    assert f"perpetuum[{extra}]" in refused.json()["repair"]["zh"]
    assert client.get("/api/ledger/file?case=small&show=gaps&format=csv&q=none").status_code == 200


def test_a_table_that_there_is_not_is_refused_with_the_nearest(client):
    refused = client.get("/api/ledger/file?show=claim")
    assert refused.status_code == 422 and refused.json()["nearest"] == "claims"
    assert client.get("/api/ledger/file?show=chain&name=nobody").status_code == 404


def test_words_of_a_table_are_in_both_languages():
    assert all(say(f"table.{show}").zh for show in (*SHEETS, "whole"))
    assert json.dumps(say("column.stage_bound", stage="x").zh)
