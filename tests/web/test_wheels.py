"""The machine as wheels: whose money each received, what moved between them, and the two lines of the verdict."""

from __future__ import annotations

import pytest

ROLES = {"fuel", "gear", "engine"}


def asked(client, address):
    told = client.get(f"/api/loops?{address}")
    assert told.status_code == 200, told.text
    return told.json()["result"]


@pytest.fixture(scope="module")
def paid(client):
    return asked(client, "case=ai&show=wheels&stage=paid")


def test_every_rim_adds_up_to_the_whole(paid):
    wheels = [wheel for period in paid["stages"]["paid"]["periods"] for wheel in period["wheels"]]
    known = [wheel for wheel in wheels if wheel["receipts"]]
    assert {wheel["role"] for wheel in known} == ROLES
    for wheel in known:
        assert sum(part["share"] for part in wheel["rim"]) == pytest.approx(1.0)
        assert sum(part["usd"] for part in wheel["rim"]) == pytest.approx(wheel["receipts"])
        assert wheel["evidence"]
        assert set(wheel["evidence"]) <= set(paid["claims"])


def test_a_wheel_receives_what_its_streams_bring(paid):
    for period in paid["stages"]["paid"]["periods"]:
        for wheel in period["wheels"]:
            brought = sum(
                one["usd"] for one in period["streams"] if one["payee"] == wheel["role"] and one["how"] == "op"
            )
            assert brought == pytest.approx(wheel["receipts"])


def test_an_amount_that_lacks_a_firm_is_the_least_it_can_be(paid):
    wheels = [wheel for period in paid["stages"]["paid"]["periods"] for wheel in period["wheels"] if wheel["receipts"]]
    assert any(wheel["missing"] for wheel in wheels)
    for wheel in wheels:
        assert wheel["text"]["en"].startswith("at least") == bool(wheel["missing"])


def test_the_word_follows_from_the_interval_alone(paid):
    line = next(line for line in paid["lines"] if line["id"] == "cover")
    low, high, word = (line["value"][key] for key in ("low", "high", "word"))
    assert word == ("yes" if low >= 1 else "no" if high < 1 else "unknown")
    assert low <= line["value"]["value"] <= high
    assert line["evidence"]
    assert line["value"]["left"], "engines that report nothing are named"
    assert line["sentence"]["en"].startswith("Cannot be told for all engines")


def test_the_second_line_gives_bounds_and_what_is_not_traced(paid):
    value = next(line for line in paid["lines"] if line["id"] == "fuel")["value"]
    recycled = next(kind for kind in value["kinds"] if kind["kind"] == "recycled")
    assert 0 <= recycled["least"] <= recycled["most"] <= 1
    assert recycled["most"] >= value["untraced"]


def test_headlines_have_one_period_and_no_verdict(client):
    told = asked(client, "case=ai&show=wheels&stage=announced")
    assert len(told["stages"]["announced"]["periods"]) == 1
    assert told["lines"] == []


def test_quarters_can_be_asked_for(client):
    periods = asked(client, "case=ai&show=wheels&stage=paid&step=quarter")["stages"]["paid"]["periods"]
    assert {period["quarters"] for period in periods} == {1}


@pytest.mark.parametrize("case", ["telecom-2000", "small"])
def test_a_case_that_lacks_an_engine_or_numbers_says_so(client, case):
    told = asked(client, f"case={case}&show=wheels&stage=paid")
    cover = told["lines"][0]
    assert cover["knowledge"] == "we do not know"
    assert cover["sentence"]["en"].startswith("Cannot be told")
    machine = told["stages"]["paid"]
    assert machine["none"] is None or machine["periods"] == []


def test_one_loop_brings_its_picture_its_legs_and_its_versions(client):
    told = asked(client, "case=ai&show=loop")
    assert [ring["stage"] for ring in told["picture"]["rings"]] == ["announced", "signed", "paid"]
    assert len(told["legs"]["columns"]) == 5
    days = [each["on"] for each in told["versions"]]
    assert days == sorted(set(days))
    assert len(days) > 2
    absent = [band["label"]["text"]["en"] for band in told["picture"]["rings"][2]["bands"]]
    assert "nothing due before 2027" in absent
    assert told["paid"]["strip"]["through"]["text"]["en"] == "US$0"


def test_the_rows_of_an_origin_table_add_up_and_lead_to_their_claims(client):
    told = asked(client, "case=ai&show=rings&stage=paid")["paid"]
    nvidia = told["origins_told"]["nvidia"]
    for rows in nvidia["rows"].values():
        assert sum(row["share"] for row in rows) == pytest.approx(1.0)
    assert set(nvidia["evidence"]) <= set(told["claims"])
    assert any(claim["source"]["url"].startswith("https://") for claim in told["claims"].values())


def test_what_a_firm_received_over_time_stands_year_by_year(client):
    told = asked(client, "case=ai&show=firm&firm=nvidia&stage=paid")["paid"]
    assert len(told["over_time"]) > 2
    for step in told["over_time"]:
        assert sum(kind["share"] for kind in step["kinds"]) == pytest.approx(1.0)
