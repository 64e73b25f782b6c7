"""Parts of a simulation that a page asks for: books that add up, single futures, comparisons, a scenario as a file."""

from __future__ import annotations

import pytest

from tests.web.asking import OURS, terminal

ASK = "/api/simulate?case=small&quarters=8"


def told(client, more: str):
    answer = client.get(f"{ASK}{more}")
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


@pytest.mark.parametrize("by", ["sectors", "firms"])
@pytest.mark.parametrize("draw", ["central", "3", "mean"])
def test_the_books_of_a_quarter_add_up_whichever_future_and_columns(client, draw, by):
    books = told(client, f"&show=books&at=2027Q1&replay={draw}&by={by}")
    flows, sheet = books["flows"], books["sheet"]
    assert all(abs(row["sum"]["value"]) < 1 for row in flows["rows"])
    assert {row["sum"]["text"]["en"] for row in flows["rows"]} == {"0"}
    for total, expected in zip(flows["sums"], flows["expected"], strict=True):
        assert total["value"] == pytest.approx(expected["value"], abs=1)
    assert {each["text"]["zh"] for each in sheet["sums"]} == {"0"}
    for row in flows["rows"]:
        assert row["sum"]["value"] == pytest.approx(sum(cell["value"] for cell in row["cells"]), abs=1)


def test_a_cell_is_made_of_its_legs(client):
    flows = told(client, "&show=books&at=2027Q1&by=firms")["flows"]
    legs = flows["legs"]
    assert legs
    for row in flows["rows"]:
        for column, cell in zip(flows["columns"], row["cells"], strict=True):
            of = [leg for leg in legs if leg["kind"] == row["id"]]
            made = sum(leg["value"] for leg in of if leg["to"] == column["id"])
            made -= sum(leg["value"] for leg in of if leg["from"] == column["id"])
            assert made == pytest.approx(cell["value"], abs=1e7), (row["id"], column["id"])  # a leg of dust is left out


def test_the_books_say_which_future_they_are_of(client):
    which = {draw: told(client, f"&show=books&replay={draw}")["which"]["en"] for draw in ("central", "mean", "3")}
    assert which == {"central": "the central future", "mean": "the mean of 500 futures", "3": "future 3"}
    assert client.get(f"{ASK}&show=books&at=2019Q1").status_code == 400
    assert client.get(f"{ASK}&show=books&replay=median").status_code == 400


def test_a_single_future_is_the_one_that_is_told_alone(client):
    part = told(client, "&draws=1&outcome=lab.cash&future=3&future=1")
    alone = told(client, "&draws=10&replay=3")
    assert [one["draw"] for one in part["futures"]] == [3, 1]
    assert part["futures"][0]["series"]["lab.cash"] == alone["series"]["lab.cash"]


def test_several_scenarios_are_set_against_the_first_with_the_same_luck(client):
    three = told(client, "&draws=20&outcome=lab.cash&against=gloom&against=calm")
    assert list(three["series"]) == ["neutral", "gloom", "calm", "gloom − neutral", "calm − neutral"]
    one = told(client, "&draws=20&outcome=lab.cash&against=gloom")
    assert one["series"]["gloom − neutral"] == three["series"]["gloom − neutral"]
    assert set(three["series"]["calm − neutral"]["lab.cash"]["central"]) == {0.0}
    for refused in ("&against=gloom&against=calm", "&outcome=lab.cash&against=gloom&against=gloom"):
        assert client.get(f"{ASK}&draws=2{refused}").status_code == 400


def test_what_nobody_reports_is_no_row(client):
    assert told(client, "&show=reported&outcome=lab.funding_gap")["rows"] == []


def test_reported_numbers_come_with_their_words_and_claims(client):
    rows = client.get("/api/simulate?show=reported&outcome=oracle.revenue").json()["result"]["rows"]
    assert len(rows) > 4
    assert all(row["value"] > 0 and row["text"]["zh"] and row["evidence"][0]["chosen"]["source"]["id"] for row in rows)
    assert [row["quarter"] for row in rows] == sorted(row["quarter"] for row in rows)


def test_marks_tell_when_who_and_how_often(client):
    marks = told(client, "&draws=20&scenario=gloom")["marks"]
    fall = next(mark for mark in marks if mark["event"] == "default" and mark["firms"] == ["lab"])
    assert fall["quarter"] == "2027Q2"
    assert "100" in fall["text"]["en"]
    assert [mark["quarter"] for mark in marks] == sorted(mark["quarter"] for mark in marks)


def test_a_saved_scenario_is_read_by_the_terminal_and_gives_the_same_numbers(client, capsys, small, tmp_path):
    sets = {"case": "small", "scenario": "gloom", "set": ["mood_persistence=0.8", "cloud.least_cash=9bn USD"]}
    answer = client.get("/api/simulate/scenario", params=sets)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="my-gloom.yaml"'
    file = tmp_path / "changed.yaml"
    file.write_bytes(answer.content)
    asked = "simulate", "--case", str(small), "--draws", "6", "--quarters", "8", "--scenario"
    saved = terminal(capsys, *asked, str(file))["result"]
    typed = terminal(capsys, *asked, "gloom", "--set", sets["set"][0], "--set", sets["set"][1])["result"]
    assert saved["series"]["my-gloom"] == typed["series"]["gloom"]


def test_a_scenario_that_cannot_be_saved_says_why(client):
    unread = client.get("/api/simulate/scenario", params={"case": "small", "set": "nonsense"})
    assert (unread.status_code, unread.json()["title"]["en"]) == (400, "`nonsense` changes no parameter.")
    assert (
        client.get("/api/simulate/scenario", params={"case": "small", "scenario": "glom"}).json()["nearest"] == "gloom"
    )


def test_a_comparison_can_be_posted_with_one_name_or_several(client):
    asked = {"case": "small", "draws": 4, "quarters": 8, "outcome": ["lab.cash"]}
    one = client.post("/api/simulate", json={**asked, "against": "gloom"}, headers=OURS).json()
    assert (
        one["result"]
        == client.post("/api/simulate", json={**asked, "against": ["gloom"]}, headers=OURS).json()["result"]
    )
