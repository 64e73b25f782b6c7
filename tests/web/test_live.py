"""Sliders and long runs: older questions stop, progress is told, and what is stopped frees the thread."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time

from perpetuum.web.compute import Stopped
from tests.web.asking import OURS, asking

ASK = "/api/simulate?case=small&quarters=40&outcome=lab.cash"


def view(seq: int) -> dict[str, str]:
    return {"X-View": "fan", "X-Seq": str(seq)}


def test_a_newer_question_of_the_same_view_stops_the_older(small):
    with asking({"small": small}) as client, concurrent.futures.ThreadPoolExecutor() as others:
        client.get(f"{ASK}&draws=2")
        desk = client.app.state.desk
        old = others.submit(client.get, f"{ASK}&draws=20000&seed=1", headers=view(1))
        while not desk.compute._running:
            time.sleep(0.001)
        new = client.get(f"{ASK}&draws=10&seed=2", headers=view(2))
        assert new.status_code == 200
        assert old.result().status_code in (409, 200)  # it may have been through already
        late = client.get(f"{ASK}&draws=10&seed=2", headers=view(1))
        assert late.status_code == 409
        assert late.json()["title"]["zh"]


def test_a_view_that_cannot_be_read_is_refused(client):
    for headers in ({"X-View": "a b"}, {"X-View": "a", "X-Seq": "-1"}, {"X-View": "a", "X-Seq": "x"}):
        assert client.get("/api/ledger?show=case", headers=headers).status_code == 422


def test_a_long_run_is_queued_told_and_fetched(small):
    with asking({"small": small}) as client:
        first = client.get(f"{ASK}&draws=20001")
        assert first.status_code == 202
        id = first.json()["result"]["id"]
        assert client.get(f"{ASK}&draws=20001").json()["result"]["id"] == id
        with client.stream("GET", f"/api/simulate/{id}/events") as events:
            assert events.headers["content-type"].startswith("text/event-stream")
            told = "".join(events.iter_text())
        assert "event: done" in told and "條路徑" in told
        answer = client.get(f"/api/simulate/{id}")
        assert answer.status_code == 200
        assert answer.json()["origin"]["draws"] == 20_001


def test_a_run_that_was_stopped_is_begun_anew_when_it_is_asked_for_again(small):
    with asking({"small": small}) as client:
        client.get(f"{ASK}&draws=2")
        id = client.get(f"{ASK}&draws=1000000").json()["result"]["id"]
        stopped = client.app.state.desk.runs[id].job
        while stopped not in client.app.state.desk.compute._running:
            time.sleep(0.001)
        stopped.stop("stopped")  # and has not noticed yet
        assert client.get(f"{ASK}&draws=1000000").json()["result"]["id"] == id
        again = client.app.state.desk.runs[id].job
        assert again is not stopped
        assert not again.is_ending
        client.delete(f"/api/simulate/{id}", headers=OURS)


def test_a_long_run_can_be_stopped(small):
    with asking({"small": small}) as client:
        client.get(f"{ASK}&draws=2")
        id = client.get(f"{ASK}&draws=1000000").json()["result"]["id"]
        assert client.delete(f"/api/simulate/{id}", headers=OURS).status_code == 204
        before = time.monotonic()
        assert client.get(f"{ASK}&draws=3").status_code == 200
        assert time.monotonic() - before < 10
        assert client.get(f"/api/simulate/{id}").status_code == 409
        with client.stream("GET", f"/api/simulate/{id}/events") as events:
            assert "event: failed" in "".join(events.iter_text())


def test_a_long_run_goes_on_until_the_last_who_asked_has_left(small):
    with asking({"small": small}) as client:
        client.get(f"{ASK}&draws=2")
        first, second = (client.get(f"{ASK}&draws=1000000").json()["result"]["id"] for _ in range(2))
        assert first == second
        run = client.app.state.desk.runs[first]
        client.delete(f"/api/simulate/{first}", headers=OURS)
        client.get(f"{ASK}&draws=3")
        assert not run.job.future.done()
        client.delete(f"/api/simulate/{first}", headers=OURS)
        assert isinstance(run.job.future.exception(timeout=10), Stopped)
        # Whoever asks for it afterwards has one that nobody stopped.
        assert client.get(f"{ASK}&draws=1000000").json()["result"]["id"] == first
        assert client.app.state.desk.runs[first] is not run
        client.delete(f"/api/simulate/{first}", headers=OURS)


def test_too_many_long_runs_are_refused(small):
    with asking({"small": small}) as client:
        client.get(f"{ASK}&draws=2")
        made = [client.get(f"{ASK}&draws=1000000&seed={seed}") for seed in range(5)]
        assert [each.status_code for each in made] == [202, 202, 202, 202, 503]
        for each in made[:4]:
            client.delete(f"/api/simulate/{each.json()['result']['id']}", headers=OURS)


def test_nobody_computes_for_those_who_left(small):
    with asking({"small": small}) as client:
        client.get(f"{ASK}&draws=2")
        app, compute = client.app, client.app.state.desk.compute
        sent = []

        async def leave() -> dict[str, object]:
            while not compute._running:
                await asyncio.sleep(0.001)
            return {"type": "http.disconnect"}

        async def note(message):
            sent.append(message)

        query = b"case=small&quarters=40&draws=20000&seed=77"
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
                 "scheme": "http", "path": "/api/simulate", "raw_path": b"/api/simulate", "query_string": query,
                 "root_path": "", "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
                 "server": ("127.0.0.1", 2)}  # fmt: skip
        # In a thread of its own: the browser's driver, if it ran before, keeps a loop in this one.
        with concurrent.futures.ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(lambda: asyncio.run(app(scope, leave, note))).result()
        assert sent[0]["status"] in (200, 409)
        ends = time.monotonic() + 20
        while compute._running and time.monotonic() < ends:
            time.sleep(0.01)
        assert not compute._running
        assert sent[0]["status"] == 409, "it was through before anybody could leave"


def test_a_preview_has_fewer_futures_while_others_wait(small, monkeypatch):
    with asking({"small": small}) as client:
        whole = client.get(f"{ASK}&draws=2000&fewest=500").json()
        assert whole["origin"]["draws"] == 2_000
        monkeypatch.setattr(client.app.state.desk.compute, "others", lambda _: 7)
        crowded = client.get(f"{ASK}&draws=2000&fewest=500&seed=5").json()
        assert crowded["origin"]["draws"] == crowded["origin"]["asked"] == 500
        assert client.get(f"{ASK}&draws=500&seed=5").json() == crowded
        assert client.get(f"{ASK}&draws=2000&seed=5").json()["origin"]["draws"] == 2_000
        monkeypatch.undo()
        # What was given in a crowd is not kept for those who ask in quiet.
        assert client.get(f"{ASK}&draws=2000&fewest=500&seed=5").json()["origin"]["draws"] == 2_000
        assert client.get(f"{ASK}&draws=20000&fewest=500").json()["origin"]["draws"] == 20_000
