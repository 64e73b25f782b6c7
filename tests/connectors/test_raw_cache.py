"""Every answer is kept as it came, once, and nothing damaged comes back."""

from __future__ import annotations

import dataclasses
import gzip
import json

import pytest

from perpetuum.connectors import Address, Document, RawCache
from perpetuum.core.errors import CollectError
from tests.connectors.made_up import GOOD, HOST, NOON

ADDRESS = Address(url=f"https://{HOST}/rates.csv", file="rates.csv", form="csv")
ANSWER = Document(address=ADDRESS, content=GOOD, retrieved=NOON, content_type="text/csv")


@pytest.fixture
def cache(tmp_path):
    kept = RawCache(tmp_path / "raw")
    kept.keep(ANSWER, connector="made_up", version="0.1.0", etag='"v1"')
    return kept


def the_file(cache):
    (path,) = cache.folder.rglob("*.gz")
    return path


def test_an_answer_comes_back_byte_for_byte_with_all_that_was_noted(cache):
    document, line = cache.newest(ADDRESS)
    assert document == ANSWER
    assert (line.hash, line.bytes, line.etag, line.connector, line.version) == (
        ANSWER.hash,
        len(GOOD),
        '"v1"',
        "made_up",
        "0.1.0",
    )
    assert the_file(cache).relative_to(cache.folder).as_posix() == f"{HOST}/{ANSWER.hash}.gz"
    assert gzip.decompress(the_file(cache).read_bytes()) == GOOD


def test_two_answers_with_one_hash_are_one_file_and_two_lines(cache):
    cache.keep(ANSWER, connector="made_up", version="0.1.0")
    assert len(list(cache.folder.rglob("*.gz"))) == 1 and len(list(cache.lines())) == 2


def test_the_newest_answer_is_given(cache):
    later = dataclasses.replace(ANSWER, content=GOOD + b"2025-04-30,4\n")
    cache.keep(later, connector="made_up", version="0.1.0")
    assert cache.newest(ADDRESS)[0].content == later.content


@pytest.mark.parametrize(
    "damage", [b"", b"no gzip", gzip.compress(GOOD)[:-9], gzip.compress(b"date,value\n2025-01-31,9\n")]
)
def test_a_damaged_answer_counts_as_none(cache, damage):
    the_file(cache).write_bytes(damage)
    assert cache.newest(ADDRESS) is None


def test_a_line_that_broke_off_is_passed_over_and_the_next_one_starts_anew(cache):
    index = cache.folder / "index.jsonl"
    index.write_bytes(index.read_bytes() + b'{"address": "https://x')
    cache.keep(ANSWER, connector="made_up", version="0.1.0")
    assert len(list(cache.lines())) == 2
    assert [json.loads(line)["hash"] for line in index.read_bytes().splitlines()[::2]] == [ANSWER.hash] * 2


@pytest.mark.parametrize("junk", [b"[]\n", b"7\n", b'{"address": 1}\n', b"\xff\xfe\n", b'{"retrieved": "today"}\n'])
def test_junk_in_the_index_is_passed_over(cache, junk):
    index = cache.folder / "index.jsonl"
    index.write_bytes(junk + index.read_bytes() + junk)
    assert cache.newest(ADDRESS)[0] == ANSWER


def test_the_name_of_a_host_cannot_lead_out_of_the_cache(cache, tmp_path):
    climbing = Address(url="https://../../x.csv", file="x.csv", form="csv")
    cache.keep(dataclasses.replace(ANSWER, address=climbing), connector="made_up", version="0")
    assert {path.parent.parent for path in tmp_path.rglob("*.gz")} == {cache.folder}


def test_a_cache_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "raw").write_bytes(b"a file")
    with pytest.raises(CollectError, match="XDG_CACHE_HOME"):
        RawCache(tmp_path / "raw").keep(ANSWER, connector="made_up", version="0")
