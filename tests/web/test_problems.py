"""What is refused says what, where and how to mend it, in both languages."""

from __future__ import annotations

import re

import pytest

from perpetuum.core.errors import BooksDoNotBalance
from perpetuum.core.text import both
from perpetuum.web.wire import Refused, encoded, refusal
from tests.web.asking import HERE, OURS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASKED = [
    ("loops?firm=nvida", 404, "nvidia", "query.firm"),
    ("loops?firm=nvidia&via=opnai,oracle", 404, "openai", "query.via"),
    ("loops?case=telecom", 404, "telecom-2000", "case"),
    ("loops?show=orign", 422, "origin", "query.show"),
    ("loops?show=origin", 400, None, None),
    ("loops?firm=nvidia&via=a,b,c,d,e,f", 422, None, "via"),
    ("loops?at=yesterday", 400, None, None),
    ("ledger?show=chain", 400, None, None),
    ("ledger?show=deals&sort=nmae", 404, "name", "query.sort"),
    ("ledger?policy=best_sauce", 404, "best_source", "query.policy"),
    ("stress", 400, None, None),
    ("stress?shock=openai:stops-paying&draws=2&at=2026-01-01", 400, None, None),
    ("simulate?case=small&scenario=glom", 404, "gloom", "query.scenario"),
    ("simulate?case=small&draws=0", 422, None, "query.draws"),
    ("simulate?case=small&draws=1e9", 422, None, "query.draws"),
    ("simulate?case=small&quarters=41", 422, None, "query.quarters"),
    ("simulate?case=small&draws=2&outcome=lab.csh", 404, "lab.cash", "query.outcome"),
    ("simulate?case=small&draws=2&set=mod_persistence%3D1", 422, "mood_persistence", None),
    ("simulate/0123456789abcdef", 404, None, "id"),
    ("gauges?gauge=capex_to_revenu", 404, "capex_to_revenue", "query.gauge"),
    ("report/file?format=pfd", 422, "pdf", "query.format"),
    ("lops", 404, "loops", "path"),
]


@pytest.mark.parametrize(("address", "status", "nearest", "where"), ASKED, ids=[asked[0] for asked in ASKED])
def test_a_refusal_names_place_repair_and_nearest(client, address, status, nearest, where):
    told = client.get(f"/api/{address}")
    assert told.status_code == status, told.text
    assert told.headers["content-type"] == "application/problem+json"
    said = told.json()
    assert said["status"] == status
    assert CHINESE.search(said["title"]["zh"]) and not CHINESE.search(said["title"]["en"])
    assert said.get("nearest") == nearest
    assert where is None or said["where"] == where
    if nearest is None and status != 404:
        assert CHINESE.search(said["repair"]["zh"])


def test_every_problem_of_a_parameter_comes_with_its_place(client):
    told = client.get("/api/simulate?case=small&draws=2&set=zzz%3D1&set=mood_persistence%3D9").json()
    assert len(told["problems"]) == 2
    assert all(problem["what"]["zh"] and problem["repair"]["zh"] for problem in told["problems"])


def test_books_that_do_not_balance_are_our_bug():
    refused = refusal(BooksDoNotBalance(both("US$1 was lost.", "少了 1 美元。")))
    assert refused.status == 500
    assert refused.as_data()["repair"]["zh"]


@pytest.mark.parametrize(
    ("body", "type", "status"),
    [("{", "application/json", 422), ("[]", "application/json", 422), ("{}", "text/plain", 415),
     ("{}", "application/json; charset=utf-8", 415), ('{"draws": "many"}', "application/json", 422),
     ('{"case": "\\ud800"}', "application/json", 422), ("\xff", "application/json", 400)],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_a_problem(client, body, type, status):
    told = client.post("/api/simulate", content=body.encode("latin-1"), headers={**OURS, "Content-Type": type})
    assert told.status_code == status, told.text
    assert told.json()["title"]["zh"]


def test_another_method_is_refused_with_a_sentence(client):
    told = client.put("/api/ledger", headers={**OURS, "Content-Type": "application/json"})
    assert told.status_code == 405
    assert told.json()["repair"]["zh"]


def test_no_number_that_is_none_leaves():
    with pytest.raises(ValueError, match="JSON"):
        encoded({"a": float("nan")})


def test_a_tag_saves_sending_the_same_again(client):
    first = client.get("/api/ledger?show=case")
    again = client.get("/api/ledger?show=case", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get("/api/ledger?show=case&case=telecom-2000", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_the_time_it_took_is_told(client):
    address = "/api/ledger?show=series&q=telling-time"
    first, second = (client.get(address).headers["server-timing"] for _ in range(2))
    assert re.fullmatch(r"queue;dur=[\d.]+, compute;dur=[\d.]+, encode;dur=[\d.]+", first)
    assert second == "cache;desc=hit"


def test_large_answers_are_packed_for_whoever_takes_it(client):
    packed = client.get("/api/ledger?show=claims", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/api/ledger?show=claims", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_health_says_what_runs_here(client):
    told = client.get("/api/health").json()["result"]
    assert told["state"] == "ready"
    assert {"ai", "small"} <= set(told["cases"]) | {"ai", "small"}
    assert told["limits"]["draws"] == 20_000


def test_what_cannot_be_simulated_yet_says_so(small):
    from tests.web.asking import asking

    with asking({"small": small}) as somebody:
        somebody.app.state.desk.state = "preparing"
        told = somebody.get("/api/simulate?case=small&draws=2")
        assert told.status_code == 503
        assert told.headers["retry-after"] == "5"
        assert somebody.get("/api/ledger?case=small").status_code == 200


def test_the_reference_page_names_every_route(client):
    page, openapi = client.get("/api"), client.get("/api/openapi.json").json()
    assert "<script" not in page.text and "style=" not in page.text
    for path in openapi["paths"]:
        assert path in page.text
    assert "可以問什麼" in client.get("/api?lang=zh").text


def test_a_refusal_tells_when_to_ask_again():
    assert Refused(503, both("busy.", "忙碌。"), retry=2).headers == {"Retry-After": "2"}
    assert HERE.startswith("http://127.0.0.1")
