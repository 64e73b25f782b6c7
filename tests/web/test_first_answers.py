"""What is measured once serves every page, and the first answers are there before anybody is told that all is ready."""

from __future__ import annotations

import time

from starlette.testclient import TestClient

from perpetuum.report import snapshots
from perpetuum.web.app import application
from tests.web.asking import HERE, asking


def test_pages_and_files_of_one_study_measure_it_once(small, monkeypatch):
    measured, first = [], snapshots.snapshot
    monkeypatch.setattr(snapshots, "snapshot", lambda *given: measured.append(given[2:]) or first(*given))
    with asking({"small": small}) as client:
        pages = [each["id"] for each in client.get("/api/report?case=small").json()["result"]]
        once = len(measured)
        for page in pages:
            assert client.get(f"/api/report?case=small&page={page}").status_code == 200
        assert client.get("/api/report/file?case=small&format=html").status_code == 200
        assert len(measured) == once > 0
        assert client.get("/api/report?case=small&stage=paid").status_code == 200
        assert len(measured) > once


def test_a_page_by_itself_is_the_page_of_the_whole(client):
    whole = client.get("/api/report?case=small").json()["result"]
    for page in whole:
        assert client.get(f"/api/report?case=small&page={page['id']}").json()["result"] == [page]
    unknown = client.get("/api/report?case=small&page=overvew")
    assert unknown.status_code == 404 and unknown.json()["nearest"] == "overview"


def test_what_was_kept_changes_no_verdict(client):
    client.get("/api/report?case=small&page=overview")
    warm = client.get("/api/verdict?case=small&draws=4").json()
    client.app.state.desk.cache = type(client.app.state.desk.cache)()
    with asking(dict(client.app.state.desk.cases)) as fresh:
        assert fresh.get("/api/verdict?case=small&draws=4").json() == warm
    assert client.get("/api/verdict?case=small&draws=4").json() == warm


def test_health_is_ready_once_the_first_answers_are_there(small, monkeypatch):
    monkeypatch.setattr("perpetuum.report.machine_warm.is_compiled", lambda: True)
    with TestClient(application({"small": small}), base_url=HERE) as client:
        seen, ends = [], time.monotonic() + 120
        while (state := client.get("/api/health").json()["result"]["state"]) != "ready" and time.monotonic() < ends:
            seen.append(state)
            time.sleep(0.02)
        assert state == "ready"
        assert {*seen} <= {"preparing", "answering"}
        for asked in (
            "verdict?case=small",
            "report?case=small&page=overview",
            "ledger?case=small",
            "gauges?case=small&show=board",
            "loops?case=small&show=wheels&stage=paid",
            "ledger?case=small&show=changes&kind=world&rows=5&sort=-on",
        ):
            assert client.get(f"/api/{asked}").headers["server-timing"] == "cache;desc=hit", asked


def test_who_asks_at_the_start_waits_for_the_answer_that_is_made(small, monkeypatch):
    monkeypatch.setattr("perpetuum.report.machine_warm.is_compiled", lambda: True)
    made, verdict = [], snapshots.study
    monkeypatch.setattr("perpetuum.report.study", lambda *a, **b: made.append(b) or verdict(*a, **b), raising=False)
    with TestClient(application({"small": small}), base_url=HERE) as client:
        assert client.get("/api/verdict?case=small").status_code == 200
        while client.get("/api/health").json()["result"]["state"] != "ready":
            time.sleep(0.02)
    assert sum(each.get("futures") == 2_000 for each in made) == 1
