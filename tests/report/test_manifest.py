"""The manifest of a run: what it was made from, with what, and what came out, to be checked by anyone."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
import shutil

import pytest

from perpetuum.core.errors import LedgerError
from perpetuum.report import main_job, manifest
from perpetuum.report.main_job import run
from tests.report.made_case import as_folder, made_case, triangle


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return as_folder(made_case(), tmp_path_factory.mktemp("cases") / "triangle")


@pytest.fixture(scope="module")
def done(case, tmp_path_factory):
    return run(str(case), out=tmp_path_factory.mktemp("out") / "new")


@pytest.fixture(scope="module")
def told(done):
    return json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))


def test_every_file_beside_it_is_named_with_its_hash_and_size(done, told):
    named = {entry["file"]: entry for entry in told["what_came_out"]}
    there = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    assert set(named) == there - {"manifest.json"} == set(done.files) - {"manifest.json"}
    for name, entry in named.items():
        content = (done.folder / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)


def test_the_rows_of_every_table_are_counted(done, told):
    counted = {entry["file"]: entry["rows"] for entry in told["what_came_out"] if "rows" in entry}
    assert len(counted) == 12
    for name, rows in counted.items():
        table = list(csv.reader(io.StringIO((done.folder / name).read_text(encoding="utf-8"), newline="")))
        assert rows == len(table) - 1
        assert {len(row) for row in table if row} == {len(table[0])}


def test_it_says_what_was_asked_of_which_case(told):
    assert told["schema"] == "perpetuum/manifest/1"
    what = told["what"]
    assert (what["verb"], what["case"], what["policy"]) == ("run", "triangle", "best_source")
    assert what["case_hash"] == triangle().hash
    assert what["dates"] == [{"at": "2025-03-31", "asof": "2025-03-31"}, {"at": "2026-01-31", "asof": "2026-01-31"}]
    assert what["steps"] == {"announced": "window", "signed": "quarter", "paid": "year"}


def test_it_says_with_what_it_was_made_and_how_it_went(told):
    with_what, how = told["with_what"], told["how_it_went"]
    assert {"perpetuum", "source_hash", "python", "numpy", "scipy", "platform", "cores"} <= set(with_what)
    started, ended = (datetime.datetime.fromisoformat(how[word]) for word in ("started", "ended"))
    assert datetime.timedelta(0) <= ended - started < datetime.timedelta(minutes=5)
    assert started.tzinfo is not None
    assert set(how["seconds"]) == {"load", "measure", "tell"}
    assert min(how["seconds"].values()) >= 0
    assert set(how["status"].values()) == {"settled"}
    assert how["peak_memory_bytes"] > 10e6


def test_it_holds_nothing_of_the_machine_of_its_maker(done):
    text = (done.folder / "manifest.json").read_text(encoding="utf-8")
    assert str(done.folder) not in text


def test_the_hash_of_the_sources_is_one_and_the_same():
    first = manifest.source_hash()
    manifest.source_hash.cache_clear()
    assert manifest.source_hash() == first
    assert re.fullmatch("[0-9a-f]{64}", first)


def test_the_hash_of_the_sources_changes_with_a_source(tmp_path, monkeypatch):
    import perpetuum

    copy = tmp_path / "perpetuum"
    shutil.copytree(
        manifest.Path(perpetuum.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__", "cases")
    )
    monkeypatch.setattr(perpetuum, "__file__", str(copy / "__init__.py"))
    same = manifest.source_hash.__wrapped__()
    text = copy / "core" / "text.py"
    text.write_bytes(text.read_bytes() + b"\n")
    assert same == manifest.source_hash()
    assert manifest.source_hash.__wrapped__() != same


def without_time(told):
    return told["what"], told["with_what"], told["what_came_out"]


def test_the_same_case_gives_the_same_files_again(case, told, tmp_path):
    run(str(case), out=tmp_path)
    again = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert without_time(again) == without_time(told)


def test_comments_and_line_ends_do_not_change_the_hash_of_a_case(told, tmp_path):
    files = {path: raw.replace(b"\n", b"\r\n") if path.endswith(".yaml") else raw for path, raw in made_case().items()}
    files["deals/rent.yaml"] = b"# a remark\r\n" + files["deals/rent.yaml"]
    done = run(str(as_folder(files, tmp_path / "triangle")), out=tmp_path / "out", formats=())
    assert json.loads((done.folder / "manifest.json").read_text())["what"]["case_hash"] == told["what"]["case_hash"]


@pytest.mark.parametrize(
    ("formats", "files"),
    [(("json",), {"findings.json"}), (("html",), {"report.html"}), ((), set())],
    ids=["json", "html", "nothing"],
)
def test_only_the_files_that_are_asked_for_are_written(case, tmp_path, formats, files):
    run(str(case), out=tmp_path, formats=formats)
    assert {path.name for path in tmp_path.iterdir()} == files | {"manifest.json"}


def test_a_broken_case_writes_nothing(tmp_path):
    folder = as_folder(made_case(("payer: cloud", "payer: clod")), tmp_path / "case")
    with pytest.raises(LedgerError, match="clod"):
        run(str(folder), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_manifest_goes_last_so_that_it_never_speaks_of_files_that_are_not_there(done):
    assert done.files[-1] == "manifest.json"


def test_findings_name_claims_that_stand_once_at_the_foot_of_the_file(done):
    told = json.loads((done.folder / "findings.json").read_text(encoding="utf-8"))
    assert (told["schema"], told["manifest"]) == ("perpetuum/findings/1", "manifest.json")
    named = {id for finding in told["findings"] for id in finding["evidence"]}
    assert named == set(told["claims"])
    assert all(claim["source"]["title"] for claim in told["claims"].values())


def test_without_a_folder_results_go_to_one_of_the_name_of_the_case(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(str(case), formats=("json",))
    assert done.folder == main_job.RESULTS / "triangle"
    assert (tmp_path / "results" / "triangle" / "manifest.json").is_file()
