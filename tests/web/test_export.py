"""Pages as files: whole or not at all, nobody's files overwritten, and one spelling of a question on both sides."""

from __future__ import annotations

import json
import re

import pytest

from perpetuum import cli
from perpetuum.core.errors import PerpetuumError, UnknownName
from perpetuum.web import export as exporting
from perpetuum.web.export import CSP, INDEX, export, refuse_occupied, spelled
from perpetuum.web.pages import PAGES
from perpetuum.web.security import POLICY


@pytest.fixture(scope="module")
def static(tmp_path_factory):
    """Built pages, small enough for a test."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text('<!doctype html><html><head><script src="./theme.js"></script></head></html>')
    (folder / "assets" / "index-abcdefgh.js").write_text("export {}")
    return folder


@pytest.fixture(scope="module")
def made(static, small, tmp_path_factory):
    """An export of the small case."""
    folder = tmp_path_factory.mktemp("export") / "pages"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "static_folder", lambda: static)
        yield export(folder, {"small": small}, ["calm"])


def index_of(folder):
    return json.loads((folder / INDEX).read_bytes())


def test_every_page_is_a_file_that_says_it_is_an_export(made):
    for page in PAGES:
        text = (made.folder / f"{page or 'index'}.html").read_text()
        assert '<meta name="perpetuum-export" content="small"' in text
        assert text.index("Content-Security-Policy") < text.index("<script")
    assert f"{CSP}; frame-ancestors 'none'" == POLICY
    assert made.files == sum(path.is_file() for path in made.folder.rglob("*"))


def test_an_answer_is_the_one_that_the_app_gives(made, client, small):
    answers = index_of(made.folder)["answers"]
    for question, verb in (("ledger", "ledger"), ("ledger show=case", "ledger"), ("report page=overview", "report"),
                           ("loops show=wheels stage=paid", "loops"), ("gauges show=board", "gauges")):  # fmt: skip
        words = "&".join(question.split(" ")[1:])
        # An export does not tell where on this machine a case lies.
        told = client.get(f"/api/{verb}?case=small{'&' if words else ''}{words}").text.replace(f"{small}/", "upload/")
        assert json.loads((made.folder / answers[question]).read_bytes()) == json.loads(told)
    assert "simulate draws=2000 quarters=24 scenario=calm" in answers
    assert {"report/file", "report/file lang=zh", "ledger/file"} <= set(answers)


def test_what_the_app_refuses_is_kept_as_its_sentence(made):
    refused = index_of(made.folder)["refused"]
    assert made.refused == len(refused)
    assert all(said["title"]["zh"] and said["status"] >= 400 for said in refused.values())


def test_a_question_has_one_spelling():
    assert (
        spelled("ledger", {"rows": "100", "show": "deals", "page": "2", "case": "ai"}, "ai")
        == "ledger page=2 show=deals"
    )
    assert spelled("ledger", {"case": "old"}, "ai") == "ledger case=old"
    assert spelled("loops", {"broad": "false", "stage": "all"}, "ai") == "loops"


def test_a_folder_with_anything_else_is_left_alone(tmp_path, small):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(PerpetuumError, match=r"letter\.txt"):
        export(tmp_path, {"small": small})
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_earlier_export_is_replaced_unless_somebody_added_to_it(made):
    refuse_occupied(made.folder)
    (made.folder / "CNAME").write_text("example.org")
    try:
        with pytest.raises(PerpetuumError, match="CNAME"):
            refuse_occupied(made.folder)
    finally:
        (made.folder / "CNAME").unlink()


def test_an_interrupt_leaves_nothing_half_written(tmp_path, small, static, monkeypatch):
    monkeypatch.setattr(exporting, "static_folder", lambda: static)

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting.os, "rename", stopped)
    monkeypatch.setattr(exporting, "ask_all", lambda *_: None)
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path / "out", {"small": small})
    assert list(tmp_path.iterdir()) == []


def test_the_terminal_says_where_and_how_much(tmp_path, small, static, monkeypatch, capsys):
    monkeypatch.setattr(exporting, "static_folder", lambda: static)
    monkeypatch.setattr(exporting, "ask_all", lambda ask, case, *_: ask("ledger", case=case))
    with pytest.raises(SystemExit) as left:
        cli.main(["export", str(tmp_path / "out"), "--case", small])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert re.search(r"14 files, 0\.\d MB, 2 answers", said), said


def test_a_scenario_that_no_case_has_is_refused_with_the_nearest(static, small, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "static_folder", lambda: static)
    with pytest.raises(UnknownName, match="calm"):
        export(tmp_path / "pages", {"small": small}, ["clam"])
    assert not (tmp_path / "pages").exists()
