"""The golden cases in this repository are the ones that were copied, byte for byte."""

from __future__ import annotations

from tools.golden import manifest, written


def test_copies_match_their_manifest():
    assert written(), "the manifest is empty; run `make data`"
    assert manifest() == written()


def test_a_changed_copy_is_noticed(tmp_path):
    (tmp_path / "case.json").write_text("{}", encoding="utf-8")
    before = manifest(tmp_path)
    (tmp_path / "case.json").write_text("{ }", encoding="utf-8")
    assert manifest(tmp_path) != before
