"""Other pages, other machines and other people: who may ask, and what every answer carries."""

from __future__ import annotations

import pytest

from perpetuum.core.errors import PerpetuumError
from tests.web.asking import HERE, OURS, asking

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
TOKEN = "a-token-of-more-than-sixteen-signs"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "address", ["/", "/api", "/api/health", "/api/ledger?show=case", "/api/loops?firm=nobody", "/nothing", "/ledger/x"]
)
def test_every_answer_carries_the_headers(client, address):
    told = client.get(address, follow_redirects=False).headers
    assert told["content-security-policy"] == POLICY
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "no-referrer"
    assert told["cross-origin-opener-policy"] == told["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in told["permissions-policy"]
    assert not [name for name in told if name.startswith("access-control")]
    assert "server" not in told


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::2]", "a b"],
)
def test_another_name_for_this_machine_is_refused(client, host):
    told = client.get("/api/health", headers={"Host": host})
    assert told.status_code == 400
    assert told.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8765", "LOCALHOST:8765"])
def test_names_of_the_loopback_address_are_allowed(client, host):
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_a_name_can_be_allowed():
    with asking({"ai": "ai"}, hosts=["machine.example"]) as client:
        assert client.get("/api/health", headers={"Host": "machine.example"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", ""])
def test_no_other_page_may_change_anything(client, origin):
    told = client.post("/api/simulate", json={}, headers={"Origin": origin})
    assert told.status_code == 403
    assert client.delete("/api/simulate/0123456789abcdef", headers={"Origin": origin}).status_code == 403


def test_a_program_must_say_its_origin(client):
    assert client.post("/api/simulate", json={}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_no_other_page_makes_this_machine_compute(client, headers):
    assert client.get("/api/simulate?case=small&draws=2", headers=headers).status_code == 403
    preflight = client.options("/api/simulate", headers={**headers, "Access-Control-Request-Method": "POST"})
    assert preflight.status_code in (403, 405)


def test_a_link_on_another_page_may_lead_here(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/api", headers=headers).status_code == 200


def test_what_is_too_large_is_refused(client):
    assert client.get("/api/ledger?q=" + "a" * 5_000).status_code == 413
    told = client.post("/api/simulate", content=b" " * 70_000, headers={**OURS, **JSON})
    assert told.status_code == 413
    assert told.json()["title"]["zh"]


def test_a_body_is_counted_whatever_its_header_says(client):
    def endless():
        for _ in range(100):
            yield b" " * 10_000

    told = client.post("/api/simulate", content=endless(), headers={**OURS, **JSON})
    assert told.status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 40])
def test_a_length_that_is_none_is_refused(client, length):
    told = client.post("/api/simulate", content=b"{}", headers={**OURS, **JSON, "Content-Length": length})
    assert told.status_code == 413


@pytest.mark.parametrize(
    "path",
    ["/../pyproject.toml", "/..%2f..%2fpyproject.toml", "/%2e%2e/%2e%2e/etc/passwd", "/static/../app.py", "/app.py",
     "//etc/passwd", "/..\\..\\app.py", "/assets/%00", "/loops/../../etc/passwd", "/index.html"],
)  # fmt: skip
def test_no_address_leads_to_a_file_of_this_machine(client, path):
    told = client.get(path, follow_redirects=False)
    assert told.status_code in (404, 308)
    assert b"root:" not in told.content and b"[project]" not in told.content


@pytest.mark.parametrize("case", ["../ai", "/etc", "a/b", "AI", "", "ai%00", "..", "~", "cases/ai"])
@pytest.mark.parametrize("verb", ["ledger", "loops", "simulate", "stress", "gauges", "report", "hindcast"])
def test_no_case_is_a_path(client, verb, case):
    assert client.get(f"/api/{verb}?case={case}").status_code in (404, 422)


def test_the_case_beside_is_no_path_either(client, tmp_path):
    assert client.get(f"/api/verdict?draws=0&beside={tmp_path}").status_code == 422
    assert client.get("/api/verdict?draws=0&beside=nobody").status_code == 404


# ---- the token


def test_nobody_is_let_in_from_outside_without_a_token():
    from perpetuum.web.app import application

    with pytest.raises(PerpetuumError, match="token"):
        application({}, exposed=True, warm=False)


@pytest.fixture
def exposed(small):
    with asking({"small": small}, exposed=True, token=TOKEN) as client:
        yield client


def test_with_a_token_nothing_is_told_without_it(exposed):
    for address in ("/api", "/api/health", "/api/ledger?case=small", "/api/openapi.json", "/api/nothing"):
        assert exposed.get(address).status_code == 401
    # The page itself must come, or it could not hand the token over.
    assert exposed.get("/").status_code in (200, 404)


def test_a_token_is_traded_for_a_cookie_that_scripts_cannot_read(exposed):
    told = exposed.post("/api/session", json={"token": TOKEN}, headers=OURS)
    assert told.status_code == 204
    cookie = told.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and TOKEN not in cookie
    assert told.headers["cache-control"] == "no-store"
    assert exposed.get("/api/health").status_code == 200


def test_a_program_may_bring_the_token_itself(exposed):
    assert exposed.get("/api/health", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert exposed.get("/api/health", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_made_up_cookie_opens_nothing(exposed):
    for cookie in ("perpetuum=made-up", "perpetuum=", f"perpetuum={TOKEN}", 'perpetuum="\\377"', "=;=;"):
        assert exposed.get("/api/health", headers={"Cookie": cookie}).status_code == 401


def test_five_wrong_words_a_minute_are_enough(exposed):
    for _ in range(5):
        assert exposed.post("/api/session", json={"token": "wrong"}, headers=OURS).status_code == 401
    told = exposed.post("/api/session", json={"token": TOKEN}, headers=OURS)
    assert told.status_code == 429
    assert 0 < int(told.headers["retry-after"]) <= 61


def test_after_a_minute_one_may_try_again():
    from perpetuum.web.security import Door
    from perpetuum.web.wire import Refused

    now = 0.0
    door = Door(TOKEN, clock=lambda: now)
    for _ in range(5):
        with pytest.raises(Refused):
            door.enter("wrong", "somewhere")
    with pytest.raises(Refused) as often:
        door.enter(TOKEN, "somewhere")
    assert often.value.status == 429
    assert door.knows(door.enter(TOKEN, "elsewhere"))
    now = 61.0
    assert door.knows(door.enter(TOKEN, "somewhere"))


def test_a_token_with_signs_beyond_ascii_is_merely_wrong(exposed):
    told = exposed.post("/api/session", content='{"token": "\\ud800永動"}'.encode(), headers={**OURS, **JSON})
    assert told.status_code in (401, 422)


def test_what_costs_much_is_off_where_others_can_reach_it(exposed, small):
    exposed.post("/api/session", json={"token": TOKEN}, headers=OURS)
    assert exposed.get("/api/simulate?case=small&draws=20001").status_code == 403
    zipped = {**OURS, "Content-Type": "application/zip"}
    assert exposed.post("/api/ledger/case", content=b"", headers=zipped).status_code == 403
    with asking({"small": small}, exposed=True, token=TOKEN, allow=("uploads", "runs")) as allowed:
        allowed.headers["Authorization"] = f"Bearer {TOKEN}"
        assert allowed.post("/api/ledger/case", content=b"", headers=zipped).status_code == 422
        assert allowed.get("/api/simulate?case=small&draws=20001&quarters=2&outcome=lab.cash").status_code == 202


def test_others_are_not_told_where_a_folder_lies(tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "case.yaml").write_text("id: broken\n", encoding="utf-8")
    with asking({"broken": broken}, exposed=True, token=TOKEN) as client:
        told = client.get("/api/ledger?case=broken", headers={"Authorization": f"Bearer {TOKEN}"})
    assert told.status_code == 422
    assert told.json()["problems"]
    assert str(tmp_path) not in told.text


def test_nobody_asks_from_elsewhere(client):
    assert client.base_url == HERE
