"""Calibration and hindcast in the terminal: both languages, one JSON object, and sentences for wrong words."""

from __future__ import annotations

import json
import re

import pytest

from perpetuum import cli

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASKED = ("--asof", "2026-06-14", "--free", "chip_cost,openai.opening_users", "--draws", "500")


@pytest.fixture
def run(capsys):
    def ran(*words):
        with pytest.raises(SystemExit) as left:
            cli.main(list(words))
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return ran


def test_a_calibration_is_printed_and_written(run, tmp_path):
    code, out, _ = run("calibrate", *ASKED, "--out", str(tmp_path / "found"))
    assert code == 0
    assert "chip_cost" in out
    manifest = json.loads((tmp_path / "found" / "manifest.json").read_bytes())
    assert manifest["what"]["asof"] == "2026-06-14"
    assert len(manifest["what"]["case_hash"]) == 64
    assert {one["file"] for one in manifest["what_came_out"]} >= {"parameters.csv", "fit.csv", "futures.csv"}


def test_the_answer_is_one_object(run):
    code, out, _ = run("calibrate", *ASKED, "--json")
    answer = json.loads(out)
    assert (code, answer["schema"]) == (0, "perpetuum/calibrate/1")
    assert [one["address"] for one in answer["result"]["parameters"]] == ["chip_cost", "openai.opening_users"]
    assert answer["origin"]["case_hash"]


def test_too_few_futures_are_an_exit_code_if_one_asks_for_it(run):
    code, out, _ = run("calibrate", *ASKED[:-1], "100", "--seed", "3", "--strict")
    assert "Too few futures fit" in out
    assert code == 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("calibrate", "--asof", "2026-01-02"), "needs 3 numbers of simulated firms, has 0"),
        (("calibrate", "--free", "imitatoin"), "did you mean `imitation`"),
        (("calibrate", "--asof", "2026-06-14", "--free", "recovery"), "nothing that was reported identifies it"),
        (("calibrate", "--scenario", "neutrla"), "did you mean `neutral`"),
        (("calibrate", "--draws", "5", "--free", "chip_cost"), "needs 100 futures at least, has 5"),
        (("hindcast", "--since", "2027Q1"), "there is no quarter end"),
        (("hindcast", "--since", "soon"), "cannot read 'soon' as a quarter"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(run, words, told):
    code, _, err = run(*words)
    assert told in err
    assert "Traceback" not in err
    assert code == 2


def test_a_hindcast_is_printed_in_chinese_and_filed(run, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "LANGUAGE", "zh")
    code, out, _ = run("hindcast", "--since", "2026Q1", "--draws", "500", "--lang", "zh", "--out", str(tmp_path))
    assert code == 0
    assert CHINESE.search(out)
    assert "簡單對照法" in out
    assert (tmp_path / "scores.csv").read_bytes().count(b"\n") > 5
