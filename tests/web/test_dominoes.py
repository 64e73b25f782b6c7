"""The dominoes told for pages: finished sums, the search from an outcome, and holdings that nobody keeps."""

from __future__ import annotations

import logging

import pytest

from tests.web.asking import OURS, terminal

SHOCK = {"case": "ai", "shock": ["openai:stops-paying"]}
HELD = {**SHOCK, "holding": ["nvidia=40%", "Oracle=20%", "台積電=10%"]}


def told(client, **words):
    answer = client.post("/api/stress", json={"case": "ai", **words}, headers=OURS)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


@pytest.mark.parametrize("shock", ["openai:stops-paying", "all: -20 % assets", "oracle:stops-paying"])
def test_what_each_partner_cost_a_firm_adds_up_to_its_loss(client, shock):
    found = told(client, shock=[shock])
    whole = {each["firm"]: each["total"] for each in found["cascade"]["firms"]}
    assert found["told"]["firms"]
    for firm in found["told"]["firms"]:
        cost = sum(each["amount"] for each in firm["by"])
        assert cost == pytest.approx(whole[firm["firm"]], abs=1.0 * len(whole) * 6)


def test_each_round_is_summed_and_its_moves_end_at_the_last(client):
    found = told(client, shock=["openai:stops-paying"])
    rounds = found["told"]["rounds"]
    assert [each["round"] for each in rounds] == list(range(len(found["cascade"]["rounds"])))
    for each, plain in zip(rounds, found["cascade"]["rounds"], strict=True):
        for channel in each["channels"]:
            by_firm = sum(loss[channel["channel"]] for loss in plain["loss"].values())
            assert channel["amount"] == pytest.approx(by_firm, abs=1.0)
    moved = sum(move["amount"] for each in rounds for move in each["moves"])
    partnered = sum(
        channel["amount"] for channel in rounds[-1]["channels"] if channel["channel"] not in ("own", "costs")
    )
    assert moved == pytest.approx(partnered, rel=1e-6)
    claims = found["told"]["claims"]
    assert all(id in claims for firm in found["told"]["firms"] for each in firm["by"] for id in each["evidence"])


def test_a_shock_that_does_nothing_says_so_and_why(client):
    words = told(client, shock=["softbank:withdraws"])["told"]
    assert "nobody loses anything" in words["answer"]["en"]
    assert any("cash view" in remark["en"] for remark in words["remarks"])
    assert words["firms"] == []


@pytest.mark.parametrize("outcome", ["3:fall", "all:loss>=500bn USD", "oracle:falls"])
def test_the_shock_that_was_found_brings_the_outcome_when_asked_forward(client, outcome):
    found = told(client, reverse=outcome)
    push = found["told"]["push"]
    forward = told(client, shock=[push["shock"]], size=push["size"])["cascade"]
    fallen = {fall["firm"] for fall in forward["falls"]}
    known = [each for each in forward["firms"] if each["equity_is_known"]]
    happened = {
        "3:fall": len(fallen) >= 3,
        "oracle:falls": "oracle" in fallen,
        "all:loss>=500bn USD": sum(each["equity_before"] - each["equity"] for each in known) >= 5e11,
    }
    assert happened[outcome]
    assert found["reverse"]["verified"]


def test_holdings_are_the_same_in_the_terminal(client, capsys):
    words = [word for each in HELD["holding"] for word in ("--holding", each)]
    posted = client.post("/api/stress", json=HELD, headers=OURS).json()
    assert posted == terminal(capsys, "stress", "--shock", "openai:stops-paying", *words)


def test_a_holding_whose_value_nobody_knows_is_unknown_and_never_zero(client):
    found = told(client, **{name: HELD[name] for name in ("shock", "holding")})["holdings"]
    held = {each["firm"]: each for each in found["held"]}
    assert held["tsmc"]["lost"] == [] and held["tsmc"]["because"]["en"]
    assert found["weight_told"] == pytest.approx(0.6)
    loss = next(
        each["total"] for each in told(client, shock=HELD["shock"])["cascade"]["firms"] if each["firm"] == "oracle"
    )
    assert held["oracle"]["lost"][-1] == pytest.approx(loss / held["oracle"]["market_value"])
    assert found["by_round"][-1] == pytest.approx(
        sum(each["weight"] * each["lost"][-1] for each in held.values() if each["lost"])
    )


def test_a_fallen_firm_is_lost_whole(client):
    found = told(client, shock=["oracle:stops-paying"], holding=["oracle=50%"])["holdings"]
    assert found["held"][0]["lost"][-1] == 1.0
    assert found["by_round"][-1] == 0.5


def test_holdings_are_neither_kept_nor_logged(client, caplog):
    kept = client.app.state.desk.cache
    before = kept.size
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/api/stress", json=HELD, headers=OURS)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "台積電" not in caplog.text and "nvidia" not in caplog.text
    assert kept.size == before


def test_no_address_takes_a_holding(client):
    answer = client.get("/api/stress?shock=openai:stops-paying&holding=nvidia=40%25").json()
    assert "holdings" not in answer["result"]


REFUSED = [
    ({"holding": ["nvidai=40%"]}, 404, "nvidia"),
    ({"holding": ["nvidia=80%", "oracle=40%"]}, 400, None),
    ({"holding": ["nvidia"]}, 400, None),
    ({"holding": ["nvidia=40%"], "reverse": "oracle:falls"}, 400, None),
    ({"holding": ["nvidia=40%"], "draws": 4}, 400, None),
    ({"shock": ["openia:stops-paying"]}, 404, "openai"),
    ({"shock": ["openai: -60 % demand"]}, 400, None),
    ({"reverse": "0:fall"}, 400, None),
    ({"reverse": "all:loss>=10%"}, 400, None),
]


@pytest.mark.parametrize(("words", "status", "nearest"), REFUSED, ids=[str(words) for words, _, _ in REFUSED])
def test_what_cannot_be_asked_is_refused_with_the_repair(client, words, status, nearest):
    answer = client.post("/api/stress", json={**SHOCK, **words}, headers=OURS)
    problem = answer.json()
    assert (answer.status_code, problem.get("nearest")) == (status, nearest), problem
    # The nearest name stands in the sentence itself.
    assert problem["title"]["zh"] and (nearest or problem["repair"]["zh"])
