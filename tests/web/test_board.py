"""What the pages of the dials and of history are drawn from."""

from __future__ import annotations

import json

import pytest

from perpetuum.gauges import gauges
from perpetuum.report.then_and_now import MEASURES


@pytest.fixture(scope="module")
def board(client):
    return client.get("/api/gauges?case=ai&show=board").json()["result"]


def by_id(told):
    return {dial["id"]: dial for dial in told["dials"]}


def test_every_dial_of_the_catalogue_is_on_the_board_with_its_rule_and_reason(board):
    dials = by_id(board)
    assert set(dials) == set(gauges())
    for dial in dials.values():
        assert dial["rule"]["zh"] and dial["because"]["en"] and dial["status"] in ("proposal", "back-tested")
        assert all(edge["text"]["en"] and edge["text"]["zh"] for edge in dial["edges"])


def test_the_edges_are_those_by_which_the_dial_judges(board):
    edges = {edge["band"]: edge for edge in by_id(board)["capex_to_cash_flow"]["edges"]}
    assert (edges["watch"]["at"], edges["alarm"]["at"]) == (0.7, 1.0)
    assert edges["watch"]["text"]["en"].replace("\u202f", "") == "70%"
    spread = by_id(board)["capex_to_revenue"]
    assert spread["scale"]["of"]["en"].startswith("growth of spending")
    assert [(edge["band"], edge["at"], edge["lasting"]) for edge in spread["edges"]] == [("watch", 0.0, 4)]


def test_an_edge_in_steps_follows_the_reading(board):
    dial = by_id(board)["users_against_curve"]
    (edge,) = dial["edges"]
    assert dial["scale"]["in_steps"] and -0.2 < edge["at"] < 0


def test_a_dial_without_fresh_data_has_no_needle_and_shows_its_last_value_with_its_date(board):
    empty, old = by_id(board)["credit_spread"], by_id(board)["price_at_fixed_quality"]
    assert (empty["band"], empty["needles"], empty["shown"]) == ("unknown", [], None)
    assert (old["band"], old["needles"], old["is_old"]) == ("unknown", [], True)
    assert old["shown"]["period"]["en"] == "Nov 2021 to Nov 2024"


def test_parts_count_every_voting_dial_once_and_the_anchor_nowhere(board):
    counted = [id for part in board["parts"] for ids in part["bands"].values() for id in ids]
    assert sorted(counted) == sorted(id for id, dial in gauges().items() if dial.votes)


def test_claims_stand_once_at_the_foot(board):
    named = {
        each for dial in board["dials"] for each in (dial["shown"] or {}).get("evidence", []) if isinstance(each, str)
    }
    assert named and named <= set(board["claims"])


def test_an_opened_dial_has_its_past_its_base_rate_and_its_firms(client):
    (dial,) = client.get("/api/gauges?case=ai&show=board&gauge=stock_and_receivables").json()["result"]["dials"]
    rate = dial["base_rate"]
    assert rate["all"] == len(rate["episodes"]) == 3
    assert rate["ended"] == sum(each["ended"] for each in rate["episodes"]) == 2
    assert "Of 3 past episodes" in rate["says"]["en"] and "3 次" in rate["says"]["zh"]
    assert [point["quarter"] for point in dial["history"]] == sorted(point["quarter"] for point in dial["history"])
    assert len(dial["firms"]) + len(dial["missing"]) == 3


def test_two_claims_in_two_bands_are_two_needles(monkeypatch, client):
    from perpetuum.gauges import Seen
    from perpetuum.report import board as boards

    def disputes(dial, panel, point):
        if dial.id != "backlog_concentration":
            return ()
        claim = point.figures[0].chosen
        return ((claim, Seen(value=0.3, band="watch", figures=point.figures, period=point.period)),)

    monkeypatch.setattr(boards, "disputes", disputes)
    # Another date, so that no kept answer is given.
    told = client.get("/api/gauges?case=ai&show=board&asof=2026-09-14").json()["result"]
    needles = by_id(told)["backlog_concentration"]["needles"]
    assert [(each["band"], each["number"]) for each in needles] == [("alarm", 0.54), ("watch", 0.3)]
    assert needles[1]["claim"] in told["claims"]


def test_the_answer_of_the_terminal_has_the_edges_too(client):
    (dial,) = client.get("/api/gauges?case=ai&gauge=off_balance_debt").json()["result"]
    assert (dial["dial"]["scale"]["watch"], dial["dial"]["scale"]["alarm"]) == (0.25, 0.75)


def test_a_replay_knows_nothing_later(client):
    def alarms(at):
        told = client.get(f"/api/gauges?case=telecom-2000&show=board&at={at}").json()
        assert told["origin"]["asof"] == told["origin"]["at"]
        known = [claim["known_from"] for claim in told["result"]["claims"].values()]
        assert all(day <= told["origin"]["asof"] for day in known)
        return {dial["id"] for dial in told["result"]["dials"] if dial["band"] == "alarm"}

    assert (alarms("1998Q4"), alarms("1999Q4"), alarms("2000Q4")) == (
        set(), {"stock_and_receivables"}, {"vendor_financing"},
    )  # fmt: skip


def test_without_prices_the_page_of_bubbles_says_what_it_needs(client):
    told = client.get("/api/gauges?case=ai&show=bubble").json()["result"]
    assert told["reading"] is None and told["missing"]["zh"]
    rows = [len(block["rows"]) for block in told["blocks"] if "rows" in block]
    assert rows == [3, 10, 4]


def test_a_case_without_adoption_says_so(client):
    told = client.get("/api/gauges?case=telecom-2000&show=spread").json()["result"]
    assert "no series" in told["missing"]["en"]


def test_population_and_launch_can_be_chosen(client):
    told = client.get("/api/gauges?case=ai&show=spread&technology=mobile&launch=tokyo_1979").json()["result"]
    (table,) = [block for block in told["years"] if "columns" in block]
    assert len(table["rows"]) == 2
    assert {"world", "us"} <= {each["id"] for each in told["choices"]["population"]}


@pytest.fixture(scope="module")
def compared(client):
    return client.get("/api/verdict?case=ai&show=then&beside=telecom-2000").json()["result"]


def test_both_machines_stand_on_the_same_measures(compared):
    assert [row["id"] for row in compared["rows"]] == [measure.id for measure in MEASURES]
    known = [row for row in compared["rows"] if row["then"] and row["now"]]
    assert {"promised", "stock", "receivables"} <= {row["id"] for row in known}
    assert all(row["because"]["en"] and row["because"]["zh"] for row in compared["rows"])
    assert all(row["comparable"] == "no" for row in compared["rows"] if row not in known)


def test_a_turn_is_known_not_yet_or_unknown(compared):
    status = {side: {turn["id"]: turn["status"] for turn in compared[side]["turns"]} for side in ("then", "now")}
    assert status["then"] == {"capex_peak": "known", "first_default": "known", "price_peak": "known"}
    assert status["now"] == {"capex_peak": "not_yet", "first_default": "not_yet", "price_peak": "unknown"}
    assert [turn["quarter"] for turn in compared["now"]["turns"]] == [None, None, None]


def test_who_fell_stands_in_the_order_of_dates(compared):
    days = [fall["on"] for fall in compared["then"]["falls"]]
    assert (days == sorted(days), len(days), compared["now"]["falls"]) == (True, 19, [])


def test_the_other_case_can_be_turned_round_and_one_alone_says_so(client):
    turned = client.get("/api/verdict?case=telecom-2000&show=then&beside=ai").json()["result"]
    assert (turned["then"]["case"], turned["now"]["case"]) == ("ai", "telecom-2000")
    alone = client.get("/api/verdict?case=telecom-2000&show=then").json()["result"]
    assert alone["then"] is None and alone["missing"]["zh"]
    json.dumps(alone, allow_nan=False)
