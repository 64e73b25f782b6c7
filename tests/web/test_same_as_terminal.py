"""Every address gives the very object that the terminal prints."""

from __future__ import annotations

import json

import pytest

from tests.web.asking import OURS, terminal

PAIRS = [
    ("ledger?case=ai", "ledger"),
    ("ledger?case=telecom-2000", "ledger --case telecom-2000"),
    ("ledger?case=ai&stage=paid&asof=2026-03-31", "ledger --stage paid --asof 2026-03-31"),
    ("ledger?case=ai&show=gaps", "ledger gaps"),
    ("ledger?case=ai&show=audit", "ledger audit"),
    ("ledger?case=ai&show=find&q=stargate", "ledger find stargate"),
    ("ledger?case=telecom-2000&show=find&q=nortel", "ledger find nortel --case telecom-2000"),
    ("loops?case=ai&stage=paid", "loops --stage paid"),
    ("loops?case=ai&stage=paid&firm=nvidia&via=openai,oracle", "loops --stage paid --firm nvidia --via openai,oracle"),
    ("loops?case=telecom-2000&stage=signed&show=rings&counts=economic",
     "loops --case telecom-2000 --stage signed --show rings --counts economic"),
    ("loops?case=telecom-2000&stage=paid&show=wheels", "loops --case telecom-2000 --stage paid --show wheels"),
    ("loops?case=ai&stage=paid&firm=nvidia&rule=pooled&broad=true&window=2025",
     "loops --stage paid --firm nvidia --rule pooled --broad --window 2025"),
    ("stress?case=ai&shock=openai:stops-paying", "stress --shock openai:stops-paying"),
    ("stress?case=ai&shock=openai:stops-paying&size=60%25&view=cash&basis=market&horizon=2",
     "stress --shock openai:stops-paying --size 60% --view cash --basis market --horizon 2"),
    ("gauges?case=ai&firm=nvidia", "gauges --firm nvidia"),
    ("gauges?case=telecom-2000&at=2000-12-31", "gauges --case telecom-2000 --at 2000-12-31"),
    ("gauges?case=ai&show=adoption", "gauges adoption"),
    ("collect", "collect"),
    ("verdict?case=ai&draws=0", "verdict --draws 0"),
    ("report?case=ai&at=article&page=audit", "report --at article --page audit"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "words"), PAIRS, ids=[address for address, _ in PAIRS])
def test_an_address_gives_what_the_terminal_prints(client, capsys, address, words):
    told = client.get(f"/api/{address}")
    assert told.status_code == 200, told.text
    assert told.json() == terminal(capsys, *words.split())


def test_a_chain_is_the_same(client, capsys):
    deal = client.get("/api/ledger?show=deals&rows=1").json()["result"]["rows"][0]["id"]
    assert client.get(f"/api/ledger?show=chain&name={deal}").json() == terminal(capsys, "ledger", "chain", deal)


SIMULATED = [
    ("", ""),
    ("&seed=3&set=mood_persistence%3D0.9", "--seed 3 --set mood_persistence=0.9"),
    ("&against=gloom", "--against gloom"),
    ("&at=2027Q2", "--at 2027Q2"),
    ("&replay=2", "--replay 2"),
]


@pytest.mark.parametrize(("more", "words"), SIMULATED, ids=[more or "plain" for more, _ in SIMULATED])
def test_futures_are_the_same(client, capsys, small, more, words):
    told = client.get(f"/api/simulate?case=small&draws=4&quarters=8{more}")
    assert told.status_code == 200, told.text
    assert told.json() == terminal(
        capsys, "simulate", "--case", str(small), "--draws", "4", "--quarters", "8", *words.split()
    )


def test_a_question_can_be_posted_too(client):
    got = client.get("/api/simulate?case=small&draws=4&quarters=8&seed=1").json()
    posted = client.post("/api/simulate", json={"case": "small", "draws": 4, "quarters": 8, "seed": 1}, headers=OURS)
    assert posted.json() == got
    shock = {"case": "ai", "shock": ["openai:stops-paying"]}
    assert (
        client.post("/api/stress", json=shock, headers=OURS).json()
        == client.get("/api/stress?shock=openai:stops-paying").json()
    )


def test_futures_that_are_struck_are_the_same(client, capsys, small):
    told = client.get("/api/stress?case=small&shock=lab:stops-paying&draws=4&at-quarter=2027Q1")
    assert told.status_code == 200, told.text
    words = ("stress", "--case", str(small), "--shock", "lab:stops-paying", "--draws", "4", "--at-quarter", "2027Q1")
    assert told.json() == terminal(capsys, *words)


def test_a_preview_holds_the_same_numbers_as_the_whole(client):
    whole = client.get("/api/simulate?case=small&draws=4&quarters=8").json()["result"]
    some = client.get("/api/simulate?case=small&draws=4&quarters=8&outcome=lab.cash").json()["result"]
    assert list(some["series"]["neutral"]) == ["lab.cash"]
    assert some["series"]["neutral"]["lab.cash"] == whole["series"]["neutral"]["lab.cash"]
    assert some["quarters"] == whole["quarters"]


def test_kept_scores_are_those_known_on_the_date(client):
    now = client.get("/api/hindcast?case=ai").json()["result"]["scores"]
    then = client.get("/api/hindcast?case=ai&asof=2025-06-30").json()["result"]["scores"]
    assert len(then) < len(now)
    assert all(score["known_from"] <= "2025-06-30" for score in then)


@pytest.mark.parametrize("show", ["deals", "entities", "claims", "sources", "series", "findings", "changes"])
@pytest.mark.parametrize("case", ["ai", "telecom-2000"])
def test_tables_turn_page_by_page_and_never_say_nan(client, case, show):
    first = client.get(f"/api/ledger?case={case}&show={show}&rows=3").json()["result"]
    second = client.get(f"/api/ledger?case={case}&show={show}&rows=3&page=2").json()["result"]
    whole = client.get(f"/api/ledger?case={case}&show={show}&rows=500")
    assert [*first["rows"], *second["rows"]] == whole.json()["result"]["rows"][:6]
    assert first["pages"] == -(-first["total"] // 3)
    json.loads(whole.text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_tables_can_be_searched_and_sorted(client):
    found = client.get("/api/ledger?show=deals&q=stargate").json()["result"]
    assert 0 < found["total"] < client.get("/api/ledger?show=deals").json()["result"]["total"]
    rows = client.get("/api/ledger?show=sources&sort=-claims&rows=20").json()["result"]["rows"]
    counts = [row["claims"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    of_firm = client.get("/api/ledger?show=deals&firm=oracle").json()["result"]["rows"]
    assert of_firm and all("oracle" in row["firms"] for row in of_firm)


def test_what_was_not_known_then_is_not_told(client):
    then = client.get("/api/ledger?show=claims&asof=2025-06-30&rows=500").json()["result"]
    now = client.get("/api/ledger?show=claims&rows=500").json()["result"]
    assert then["total"] < now["total"]
    assert all(row["known_from"] <= "2025-06-30" for row in then["rows"])
    moved = client.get("/api/ledger?show=changes&asof=2026-06-30&since=2026-03-31&rows=500").json()["result"]["rows"]
    assert {row["moved"] for row in moved} <= {"world", "learned"}


def test_files_of_the_report_are_made_in_memory(client, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    html = client.get("/api/report/file?case=ai&at=article&format=html&lang=zh")
    assert html.headers["content-type"].startswith("text/html")
    assert 'lang="zh-Hant"' in html.text
    assert html.headers["content-disposition"] == 'attachment; filename="perpetuum-ai.html"'
    packed = client.get("/api/report/file?case=ai&at=article&format=csv")
    assert packed.content[:2] == b"PK"
    assert list(tmp_path.iterdir()) == []
