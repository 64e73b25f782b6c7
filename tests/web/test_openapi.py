"""Whatever the description of the API allows can be asked, and nothing answers 500."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.web.asking import HERE, OURS, asking

schemathesis = pytest.importorskip("schemathesis", reason="the group `dev` is not installed")

FEW = 6
OPERATIONS = (
    "GET /api/ledger", "GET /api/ledger/file", "GET /api/ledger/template", "POST /api/ledger/case", "GET /api/loops",
    "GET /api/simulate",
    "POST /api/simulate",
    "GET /api/simulate/{id}", "DELETE /api/simulate/{id}", "GET /api/simulate/{id}/events", "GET /api/stress",
    "GET /api/simulate/scenario",
    "POST /api/stress", "GET /api/gauges", "GET /api/verdict", "GET /api/hindcast", "GET /api/report",
    "GET /api/report/file", "GET /api/collect", "GET /api/health", "POST /api/session",
)  # fmt: skip
NASTY = ("", " ", "%00", "%ed%a0%80", "../..", "-1", "1e999", "nan", "{0}", "{name}",
         "2026-02-30", "0000-01-01", "9999Q4", "2025Q9", "a,b,,c", "=1+1", "<b>", "輝達", "lab", "lab:stops-paying",
         "lab.cash=1e999", "x" * 201)  # fmt: skip
TRIED = {"ledger?show=deals": ("at", "asof", "policy", "show", "q", "firm", "kind", "sort", "page", "rows"),
         "ledger?show=changes": ("since",), "ledger?show=find": ("q", "name"), "ledger?show=chain": ("name",),
         "ledger/file?show=deals": ("at", "q", "firm", "sort"), "ledger/file?show=chain": ("name",),
         "loops": ("firm", "via", "window", "step", "at", "asof"), "loops?firm=lab": ("via", "window"),
         "stress?shock=lab:stops-paying": ("shock", "size", "channel", "model", "horizon", "reverse", "at-quarter"),
         "stress?draws=2&shock=lab:stops-paying": ("set", "scenario", "seed", "at-quarter"),
         "simulate?draws=2&quarters=2": ("scenario", "against", "set", "replay", "at", "outcome", "seed"),
         "simulate?quarters=2&show=books": ("at", "replay", "by", "set"), "simulate?show=reported": ("outcome",),
         "simulate?draws=2&quarters=2&outcome=lab.cash": ("future", "against"),
         "simulate/scenario": ("scenario", "set"),
         "gauges": ("gauge", "firm", "at", "asof"), "gauges?show=adoption": ("technology", "curve", "share"),
         "verdict?draws=0": ("against", "at", "asof", "beside"), "hindcast": ("at", "asof"),
         "report?at=early": ("page",)}  # fmt: skip


def test_every_route_is_described(client):
    described = client.get("/api/openapi.json").json()
    found = {f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods}
    assert found == set(OPERATIONS)
    for methods in described["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["422"]["content"]
            for option in operation.get("parameters", []):
                assert option["in"] in ("path", "header") or option.get("description"), option


@pytest.fixture(scope="module")
def described(small):
    """The small case under the name that is asked for where none is named, so that nothing takes long."""
    from perpetuum.web.app import application

    with asking({"ai": small}) as client:
        yield schemathesis.openapi.from_dict(application({"ai": small}, warm=False).openapi()), client


def asked(client, case):
    """A made-up request, sent to the application itself; whatever is left out of it, our own page asks."""
    said = case.as_transport_kwargs(base_url=HERE, headers=OURS)
    body = said.get("data") if "json" not in said else None
    content = body if isinstance(body, str | bytes) or body is None else str(body)
    headers = {name: value for name, value in said["headers"].items() if name != "User-Agent"}
    return client.request(
        said["method"], said["url"], params=said.get("params"), json=said.get("json"), content=content, headers=headers
    )


# An archive cannot be made up from a description; `test_uploads.py` does that by hand.
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if not each.endswith("/case")])
def test_whatever_is_allowed_can_be_asked(described, operation):
    schema, client = described
    method, path = operation.split()
    strategy = schema[path][method].as_strategy()

    @settings(
        max_examples=FEW, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def ask(case):
        told = asked(client, case)
        assert told.status_code < 500 or told.status_code == 503, told.text
        if told.status_code >= 400:
            assert told.headers["content-type"] == "application/problem+json"

    ask()


@pytest.mark.parametrize("address", TRIED)
def test_what_cannot_be_is_refused_with_a_sentence(described, address):
    _, client = described
    for name in TRIED[address]:
        for word in NASTY:
            told = client.get(f"/api/{address}{'&' if '?' in address else '?'}{name}={word}")
            assert told.status_code in (200, 400, 404, 409, 422), (name, word, told.text)
            assert told.status_code == 200 or told.json()["title"]["zh"]
