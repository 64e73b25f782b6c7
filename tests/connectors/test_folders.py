"""The same answers from a folder or an archive: what is a link, climbs out or was changed is refused."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from perpetuum.connectors import Address, Read, Request, collect, connectors
from perpetuum.connectors.disk import inside, open_shelf
from perpetuum.core.errors import CollectError
from tests.connectors.filings import CIK, answer, firm
from tests.connectors.made_up import GOOD, in_both_languages, made_up

ASKED = Request(connector="made_up")


@pytest.fixture(autouse=True)
def publisher(monkeypatch):
    monkeypatch.setitem(connectors(), "made_up", made_up())


def zipped(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_folder_an_archive_and_a_folder_below_give_the_same_claims(tmp_path):
    flat, deep = tmp_path / "flat", tmp_path / "deep"
    (deep / "below").mkdir(parents=True)
    flat.mkdir()
    (flat / "rates.csv").write_bytes(GOOD)
    (deep / "below" / "rates_2026.csv").write_bytes(GOOD)
    packed = zipped(tmp_path / "a.zip", **{"x/rates.csv": GOOD})
    values = [[claim.says.value for claim in collect(ASKED, folder=place).claims] for place in (flat, deep, packed)]
    assert values == [[0.045, 0.0425]] * 3


def test_the_time_of_an_answer_is_when_its_file_was_written(tmp_path):
    (tmp_path / "rates.csv").write_bytes(GOOD)
    os.utime(tmp_path / "rates.csv", (1_700_000_000, 1_700_000_000))
    (document,) = collect(ASKED, folder=tmp_path).documents
    assert document.retrieved.isoformat() == "2023-11-14T22:13:20+00:00"


def test_of_several_files_the_last_by_name_is_read_and_that_is_told(tmp_path):
    (tmp_path / "rates_2026-01.csv").write_bytes(GOOD)
    (tmp_path / "rates_2026-04.csv").write_bytes(b"date,value\n2025-01-31,1\n")
    came = collect(ASKED, folder=tmp_path)
    assert [claim.says.value for claim in came.claims] == [0.01]
    assert [remark.code for remark in came.remarks] == ["several_files"] and came.status == "done"


def test_a_missing_file_is_told_with_the_name_it_should_have(tmp_path):
    came = collect(ASKED, folder=tmp_path)
    assert came.status == "nothing"
    assert came.remarks[0].code == "not_in_folder" and "rates*.csv" in came.remarks[0].says.zh


def test_a_file_that_is_what_its_manifest_says_is_read(tmp_path):
    (tmp_path / "rates.csv").write_bytes(GOOD)
    (tmp_path / "SHA256SUMS").write_text(f"{hashlib.sha256(GOOD).hexdigest()}  ./rates.csv\n")
    assert len(collect(ASKED, folder=tmp_path).claims) == 2


@pytest.mark.parametrize("archive", [False, True])
def test_a_file_that_was_changed_is_refused(tmp_path, archive):
    manifest = f"{hashlib.sha256(GOOD).hexdigest()} *rates.csv\n"
    changed = GOOD.replace(b"4.5", b"9.5")
    place = tmp_path
    if archive:
        place = zipped(tmp_path / "a.zip", **{"rates.csv": changed, "SHA256SUMS": manifest})
    else:
        (tmp_path / "rates.csv").write_bytes(changed)
        (tmp_path / "SHA256SUMS").write_text(manifest)
    with pytest.raises(CollectError, match="was changed") as refused:
        collect(ASKED, folder=place)
    assert in_both_languages(refused.value.says)


def test_a_link_is_refused_and_one_that_lies_beside_is_left_alone(tmp_path):
    (tmp_path / "rates.csv").write_bytes(GOOD)
    (tmp_path / "other").symlink_to("/etc/passwd")
    assert len(collect(ASKED, folder=tmp_path).claims) == 2
    (tmp_path / "rates.csv").unlink()
    (tmp_path / "rates.csv").symlink_to("/etc/passwd")
    with pytest.raises(CollectError, match="it is a link"):
        collect(ASKED, folder=tmp_path)


def test_a_link_in_an_archive_is_refused(tmp_path):
    link = zipfile.ZipInfo("rates.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(CollectError, match="it is a link"):
        collect(ASKED, folder=tmp_path / "a.zip")


@pytest.mark.parametrize(
    "name", ["../rates.csv", "/rates.csv", "a/../../rates.csv", "c:\\rates.csv", "..\\rates.csv", ""]
)
def test_a_name_that_leads_outside_is_refused(name):
    with pytest.raises(CollectError, match="outside"):
        inside(name)


@pytest.mark.parametrize("name", ["../rates.csv", "/rates.csv", "a/../../rates.csv"])
def test_an_archive_with_a_path_outside_its_folder_is_refused(tmp_path, name):
    with pytest.raises(CollectError, match="outside"):
        collect(ASKED, folder=zipped(tmp_path / "a.zip", **{name: GOOD}))


def test_a_connector_cannot_ask_for_a_file_outside(tmp_path):
    with pytest.raises(CollectError, match="outside"):
        open_shelf(tmp_path).find(Address(url="", file="../*.csv", form="csv"))


def test_what_is_neither_a_folder_nor_an_archive_is_refused(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    for place in (tmp_path / "x.zip", tmp_path / "nowhere"):
        with pytest.raises(CollectError, match="neither a folder nor a zip"):
            collect(ASKED, folder=place)


def test_of_two_answers_with_one_name_the_one_in_the_folder_of_the_address_is_read(tmp_path):
    for folder, content in (("companyfacts", answer({})), ("submissions", {"cik": CIK, "filings": {}})):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"CIK{CIK}.json").write_text(json.dumps(content))
    for connector, folder in (("sec_companyfacts", "companyfacts"), ("sec_submissions", "submissions")):
        came = collect(Request(connector=connector, subjects=(firm(),)), folder=tmp_path)
        assert came.documents[0].content == (tmp_path / folder / f"CIK{CIK}.json").read_bytes()
        assert "several_files" not in {remark.code for remark in came.remarks}


def hurt(archive: Path, *, locked: bool = False) -> None:
    """Break the packed bytes of an archive, or mark them as locked with a password."""
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("rates.csv", GOOD * 50, zipfile.ZIP_DEFLATED)
    raw = bytearray(archive.read_bytes())
    if locked:
        raw[6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
    else:
        raw[45:60] = bytes(15)
    archive.write_bytes(bytes(raw))


@pytest.mark.parametrize("locked", [False, True], ids=["damaged", "locked"])
def test_an_archive_that_cannot_be_unpacked_is_refused_with_a_sentence(tmp_path, locked):
    hurt(tmp_path / "answers.zip", locked=locked)
    with pytest.raises(CollectError, match="damaged or locked") as refused:
        collect(Request(connector="made_up"), folder=tmp_path / "answers.zip")
    assert in_both_languages(refused.value.says)


def test_an_answer_of_which_nothing_could_be_read_makes_the_run_partial(tmp_path):
    (tmp_path / "rates.csv").write_bytes(GOOD)
    assert collect(Request(connector="made_up"), folder=tmp_path).status == "done"
    (tmp_path / "rates.csv").write_bytes(GOOD.replace(b"value", b"worth"))
    came = collect(Request(connector="made_up"), folder=tmp_path)
    assert (came.status, [remark.code for remark in came.remarks]) == ("partial", ["columns_changed"])


def test_two_answers_that_quote_one_page_differently_are_two_claims(monkeypatch, tmp_path):
    """One key, two values: neither is lost, and keeping them is no error."""

    def quoting(document, request):
        read = made_up().read(document, request)
        source = replace(read.claims[0].source, url="https://page.example.org/")
        return Read(claims=tuple(replace(claim, source=source) for claim in read.claims))

    monkeypatch.setitem(connectors(), "made_up", made_up(read=quoting))
    for name, content in (("a", GOOD), ("b", GOOD.replace(b"4.25", b"9.5"))):
        (tmp_path / f"{name}.csv").write_bytes(content)
    came = collect(Request(connector="made_up", series=("a", "b")), folder=tmp_path)
    march = [(claim.says.value, claim.at) for claim in came.claims if claim.period_label == "2025-03-31"]
    assert march == [(0.0425, None), (0.095, "(2)")]
