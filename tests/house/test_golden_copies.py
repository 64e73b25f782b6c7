"""The golden cases in this repository are the ones that were copied, byte for byte."""

from __future__ import annotations

import json

from tools.golden import HERE, NO_FIELD, NOT_OURS_TO_SHIP, TABLES, copy_bubbles, manifest, written


def test_copies_match_their_manifest():
    assert written(), "the manifest is empty; run `make data`"
    assert manifest() == written()


def test_a_changed_copy_is_noticed(tmp_path):
    (tmp_path / "case.json").write_text("{}", encoding="utf-8")
    before = manifest(tmp_path)
    (tmp_path / "case.json").write_text("{ }", encoding="utf-8")
    assert manifest(tmp_path) != before


def test_series_and_numbers_of_others_are_not_copied():
    folder = HERE / "bubbles"
    assert (folder / "series.csv").is_file(), "the bubble cases are not copied; run `make data`"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv")))
    assert [name for name in NOT_OURS_TO_SHIP if name in text] == []
    assert [path.name for path in folder.glob("*.json") if NO_FIELD in path.read_text(encoding="utf-8")] == []
    assert {path.name for path in folder.glob("*.csv")} == set(TABLES)


def test_what_may_not_ship_is_left_out_of_a_copy(tmp_path):
    source, target = tmp_path / "from", tmp_path / "to"
    source.mkdir()
    (source / "cases.json").write_text(json.dumps({"cases": [{"id": "a", NO_FIELD: [1], "expected": [2]}]}))
    (source / "series.csv").write_text("series_id,t,date,value\nsyn_a,0,,1.0\nexuber_sim_b,0,,2.0\n")
    (source / "lppls_noisy.csv").write_text("t,log_price\n0,1.0\n")
    (source / "nasdaq.csv").write_text("date,price\n2000-01-03,1\n")
    copy_bubbles(source, target)
    assert json.loads((target / "cases.json").read_text()) == {"cases": [{"id": "a", "expected": [2]}]}
    assert (target / "series.csv").read_text() == "series_id,t,date,value\nsyn_a,0,,1.0\n"
    assert not (target / "nasdaq.csv").exists()
