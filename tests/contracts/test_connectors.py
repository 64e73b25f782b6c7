"""Every connector found: it works from a folder, keeps its evidence, repeats itself, and never trips over bad bytes."""

from __future__ import annotations

import dataclasses
import datetime
import random
import re
import subprocess
import sys

import pytest

from perpetuum.connectors import Document, RawCache, Read, Remark, Request, collect, connectors
from perpetuum.core.errors import CollectError, PerpetuumError
from perpetuum.core.metrics import METRICS, RAW_UNITS
from perpetuum.core.units import UNITS
from perpetuum.ledger import keep, load
from tests.connectors.made_up import CHINESE, NOON
from tests.connectors.samples import SAMPLES

FOUND = connectors()
LATER = NOON + datetime.timedelta(days=1)


@pytest.fixture(params=sorted(FOUND))
def connector(request):
    return FOUND[request.param]


@pytest.fixture
def sample(connector):
    assert connector.id in SAMPLES, f"tests/connectors/samples.py holds no answer of {connector.id}; add a small one"
    return SAMPLES[connector.id]


@pytest.fixture
def answers(connector, sample):
    """The saved answers as documents, fetched at noon."""
    found = []
    for address in connector.plan(sample.request):
        names = [name for name in sample.files if re.fullmatch(re.escape(address.file).replace(r"\*", ".*"), name)]
        found += [Document(address=address, content=sample.files[name], retrieved=NOON) for name in names]
    assert found, "no saved answer fits an address"
    return [*found, *(
        Document(address=address, content=sample.files[address.file], retrieved=NOON)
        for address in connector.follow(sample.request, found) if address.file in sample.files
    )]  # fmt: skip


@pytest.fixture
def folder(sample, tmp_path):
    for name, content in sample.files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_it_says_who_it_is_in_both_languages(connector):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", connector.id)
    for text in (connector.name, connector.licence):
        assert text.en != text.zh and CHINESE.search(text.zh)
    assert all(metric in METRICS for metric in connector.gives)
    assert all(re.fullmatch(r"[a-z0-9.-]+", host) for host in connector.hosts)


def test_from_a_folder_it_gives_claims_or_where_it_has_no_numbers_remarks(connector, sample, folder):
    came = collect(sample.request, folder=folder)
    assert came.claims if connector.gives else came.remarks
    assert {claim.attribute for claim in came.claims} <= set(connector.gives)


def test_it_works_where_httpx_is_not_installed(connector):
    code = f"""
import sys
sys.modules["httpx"] = None
from pathlib import Path
from tempfile import TemporaryDirectory
from perpetuum.connectors import collect
from tests.connectors.samples import SAMPLES
with TemporaryDirectory() as place:
    for name, content in SAMPLES[{connector.id!r}].files.items():
        (Path(place) / name).write_bytes(content)
    came = collect(SAMPLES[{connector.id!r}].request, folder=Path(place))
    print(len(came.claims or came.remarks))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 0


def test_its_halves_are_pure(connector, sample, answers, monkeypatch):
    plans, reads = connector.plan(sample.request), [connector.read(answer, sample.request) for answer in answers]
    monkeypatch.setattr("time.time", lambda: 0.0)
    monkeypatch.setattr("socket.socket.connect", None)
    monkeypatch.setattr("builtins.open", None)
    assert connector.plan(sample.request) == plans
    assert [connector.read(answer, sample.request) for answer in answers] == reads


def test_every_claim_keeps_its_evidence(connector, sample, answers):
    for answer in answers:
        for claim in connector.read(answer, sample.request).claims:
            assert claim.source.title and claim.source.hash and re.fullmatch(r"[0-9a-f]{64}", claim.source.hash)
            assert claim.source.hash == answer.hash
            assert str(claim.source.retrieved) == NOON.date().isoformat()
            assert claim.period is not None and claim.known_from is not None and claim.status is not None
            assert claim.says.unit in UNITS or connector.id.startswith("sec_")
            assert claim.derivation is not None or connector.id == "manual"


def test_only_the_time_of_fetching_distinguishes_two_readings_of_the_same_bytes(connector, sample, answers):
    for answer in answers:
        today, tomorrow = (
            connector.read(dataclasses.replace(answer, retrieved=when), sample.request).claims for when in (NOON, LATER)
        )
        assert [(claim.subject, claim.says, claim.period) for claim in today] == [
            (claim.subject, claim.says, claim.period) for claim in tomorrow
        ]


def test_its_addresses_are_on_its_hosts_and_hold_no_secret(connector, sample):
    for address in connector.plan(sample.request):
        assert address.file and ".." not in address.file and not address.file.startswith("/")
        host = re.match(r"https://([^/]+)/", address.url)
        assert (host and host[1] in connector.hosts) or (not address.url and not connector.hosts)
        assert not re.search(r"api_?key|token|password", address.url, re.IGNORECASE)


def test_a_connector_that_needs_a_name_is_refused_without_one(connector, sample, monkeypatch, tmp_path):
    monkeypatch.delenv("PERPETUUM_USER_AGENT", raising=False)
    if "user_agent" not in connector.needs and connector.hosts:
        return
    with pytest.raises(CollectError):
        collect(sample.request, cache=RawCache(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_it_gives_can_be_kept_and_running_again_changes_nothing(connector, sample, folder, tmp_path):
    came = collect(sample.request, folder=folder)
    subjects = sorted({claim.subject for claim in came.claims})
    case = tmp_path / "case"
    (case / "entities").mkdir(parents=True)
    (case / "case.yaml").write_text("id: case\nname: {en: Case, zh: 案例}\nnewest: 2026-09-30\n")
    for id in subjects:
        (case / "entities" / f"{id}.yaml").write_text(f"id: {id}\nname: {{en: A, zh: 甲}}\nroles: [gear]\n")
    first = keep(came.claims, connector.id, case=case)
    assert bool(first.new) == bool(connector.gives) == first.path.is_file()
    if not connector.gives:
        return
    before = first.path.read_bytes()
    again = keep(came.claims, connector.id, case=case)
    assert (again.new, again.restated, again.gone) == ((), (), ())
    assert first.path.read_bytes() == before
    loaded = load(case).metrics
    keep(loaded, connector.id, case=case)
    assert first.path.read_bytes() == before and load(case).metrics == loaded


@pytest.mark.parametrize("seed", range(12))
def test_spoilt_bytes_give_a_result_or_a_sentence(connector, sample, answers, seed):
    chance = random.Random(f"{connector.id} {seed}")
    for answer in answers:
        for spoilt in spoil(answer.content, chance):
            try:
                read = connector.read(dataclasses.replace(answer, content=spoilt), sample.request)
            except PerpetuumError as error:
                read = Read(remarks=(Remark(code="refused", about=connector.id, says=error.says),))
            assert isinstance(read, Read)
            assert [remark for remark in read.remarks if not CHINESE.search(remark.says.zh)] == []


def spoil(content: bytes, chance: random.Random):
    cut = chance.randrange(len(content))
    lines = content.split(b"\n")
    chance.shuffle(lines)
    holes = bytearray(content)
    for _ in range(8):
        holes[chance.randrange(len(holes))] = chance.randrange(256)
    yield content[:cut]
    yield b"\n".join(lines)
    yield bytes(holes)
    yield content.decode("utf-8", "replace").encode("utf-16")
    yield content.replace(b",", b";")
    yield content[:cut] + "，１２３．４％\x00".encode() + content[cut:]
    yield b""
    yield b'"' * 1000
    yield b"[" * 5000


def test_a_request_for_nothing_it_knows_is_a_sentence(connector):
    for odd in (Request(connector=connector.id, series=("no such series",)), Request(connector=connector.id)):
        try:
            answer = connector.plan(odd)
        except PerpetuumError as error:
            answer = error.says
        assert isinstance(answer, tuple) or CHINESE.search(answer.zh)


def test_units_of_all_metrics_can_be_written_in_a_table():
    written = {unit for unit, _ in RAW_UNITS.values()}
    assert {metric.unit for metric in METRICS.values()} <= written
    assert all(unit in UNITS for unit in written)
