"""A case somebody brings: read in memory, refused with a sentence, never run and never written."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from perpetuum.ledger import load
from perpetuum.web import uploads
from perpetuum.web.uploads import Shelf, name_of, unpacked
from perpetuum.web.wire import Refused
from tests.web.asking import OURS, asking

ZIP = {**OURS, "Content-Type": "application/zip"}


def zipped(files: dict[str, bytes], **how) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in how.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return packed.getvalue()


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.suffix in (".yaml", ".csv")}  # fmt: skip


def told(raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        unpacked(raw)
    assert refused.value.status == 422 and refused.value.repair is not None and refused.value.title.zh
    return refused.value.title.en


def test_a_case_that_is_brought_is_answered_like_any_other(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = files_of(Path(small))
    with asking({"ai": "ai"}) as client:
        came = client.post("/api/ledger/case", content=zipped(files), headers=ZIP)
        assert came.status_code == 201, came.text
        name = came.json()["result"]["case"]
        assert name == name_of(files)
        assert came.json()["result"]["case_hash"] == load(dict(files)).hash
        got = client.get(f"/api/ledger?case={name}")
        assert got.json()["result"] is not None
        assert client.get(f"/api/simulate?case={name}&draws=2&quarters=4").status_code == 200
        inside = client.post(
            "/api/ledger/case", content=zipped({f"mine/{k}": v for k, v in files.items()}), headers=ZIP
        )
        assert inside.json()["result"]["case"] == name
    assert list(tmp_path.iterdir()) == []


def test_a_broken_case_comes_back_with_every_problem(small):
    files = files_of(Path(small))
    first = next(name for name in files if name.startswith("deals/"))
    files[first] += b"\nnonsense: 1\n"
    files["entities/who.yaml"] = b"id: who\n"
    with asking({"ai": "ai"}) as client:
        came = client.post("/api/ledger/case", content=zipped(files), headers=ZIP)
    assert came.status_code == 422
    problems = came.json()["problems"]
    assert {problem["where"].split(":")[0] for problem in problems} >= {f"upload/{first}", "upload/entities/who.yaml"}
    assert all(problem["what"]["zh"] and problem["repair"]["zh"] for problem in problems)


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        (b"id: &a x\nname: *a\n", "alias"),
        (b"id: !!python/object/apply:os.system [ls]\n", "tag"),
        (b"a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "alias"),
        (b"id: a\nid: b\n", "twice"),
        (b"[" * 100_000, "nesting"),
        (b"id: a\n---\nid: b\n", "second document"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_yaml_that_does_more_than_say_is_refused(yaml, says):
    with asking({"ai": "ai"}) as client:
        came = client.post("/api/ledger/case", content=zipped({"case.yaml": yaml}), headers=ZIP)
    assert came.status_code == 422
    assert says in came.text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../case.yaml", "points out"), ("/case.yaml", "points out"), ("a/../../case.yaml", "points out"),
        ("a\\..\\case.yaml", "points out"), ("./case.yaml", "points out"), ("a//case.yaml", "points out"),
        ("Case.yaml", "signs"), ("deals/a b.yaml", "signs"), ("deals/輝達.yaml", "signs"), ("c:case.yaml", "signs"),
        ("case.py", "neither"), ("run.sh", "neither"), ("inner.zip", "neither"), ("case.yml", "neither"),
        ("a/b/c/d/e.yaml", "deeper"),
    ],
)  # fmt: skip
def test_names_that_no_case_has_are_refused(name, says):
    assert says in told(zipped({name: b"id: a\n"}))


def test_links_and_devices_are_refused():
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO):
        assert "link" in told(
            zipped({"case.yaml": b"/etc/passwd"}, create_system=3, external_attr=(kind | 0o777) << 16)
        )


def test_an_archive_in_an_archive_is_refused():
    assert "archive itself" in told(zipped({"case.yaml": zipped({"case.yaml": b"id: a"})}))


def test_two_files_of_one_name_are_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("case.yaml", "id: a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("case.yaml", "id: b")
    assert "twice" in told(packed.getvalue())


def test_encryption_is_refused():
    raw = bytearray(zipped({"case.yaml": b"id: a"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    assert "encrypted" in told(bytes(raw))


def test_a_bomb_is_counted_while_it_opens(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED", 1_000_000)
    assert "more than" in told(zipped({"case.yaml": b"a" * 2_000_000}))
    # The header lies: it says one byte.
    raw = bytearray(zipped({"case.yaml": b"a" * 2_000_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", raw, raw.index(signature) + offset, 1)
    with pytest.raises(Refused):
        unpacked(bytes(raw))
    assert "more than" in told(zipped({f"a{n}.yaml": b"a" * 300_000 for n in range(5)}))


def test_too_many_members_are_refused():
    assert "members" in told(zipped({f"a{n}.yaml": b"" for n in range(uploads.MOST_MEMBERS + 1)}))


@pytest.mark.parametrize(
    "raw", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"not a zip" * 100, b"PK\x03\x04" + b"\0" * 99]
)
def test_what_is_no_archive_is_refused(raw):
    told(raw)


def test_a_damaged_archive_is_refused():
    raw = zipped({"case.yaml": b"id: a\n" * 1_000})
    for n in range(0, len(raw), 7):
        damaged = bytearray(raw)
        damaged[n] ^= 0xFF
        with contextlib.suppress(Refused):  # and nothing else
            unpacked(bytes(damaged))


def test_a_case_of_more_than_five_megabytes_is_refused():
    with asking({"ai": "ai"}) as client:
        assert client.post("/api/ledger/case", content=b"a" * 5_000_001, headers=ZIP).status_code == 413
        wrong = {**OURS, "Content-Type": "multipart/form-data; boundary=x"}
        assert client.post("/api/ledger/case", content=b"a", headers=wrong).status_code == 415


def test_only_the_newest_cases_are_kept(small):
    ledger, shelf = load(dict(files_of(Path(small)))), Shelf()
    for n in range(uploads.KEPT + 3):
        shelf.put(str(n), ledger)
    assert list(shelf.kept) == [str(n) for n in range(3, uploads.KEPT + 3)]


def test_words_of_a_case_stay_words(small):
    files = files_of(Path(small))
    files["case.yaml"] = files["case.yaml"].replace(b"name: {en: ", b"name: {en: <script>alert(1)</script> ", 1)
    with asking({"ai": "ai"}) as client:
        came = client.post("/api/ledger/case", content=zipped(files), headers=ZIP)
        if came.status_code == 201:
            name = came.json()["result"]["case"]
            page = client.get(f"/api/report/file?case={name}&format=html&at=2026-03-31")
            assert "<script>alert" not in page.text
        assert came.headers["content-type"] in ("application/json", "application/problem+json")
