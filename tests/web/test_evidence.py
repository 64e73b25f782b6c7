"""A number opened to its sources, as the drawer asks for it."""

from __future__ import annotations

import pytest


def claims(client, **more):
    asked = {"case": "ai", "show": "claims", "rows": 500, **more}
    return client.get("/api/ledger", params=asked).json()["result"]["rows"]


def opened(client, *ids, **more):
    told = client.get("/api/ledger", params={"case": "ai", "show": "evidence", "claim": ids, **more})
    assert told.status_code == 200, told.text
    return told.json()["result"]


def test_a_claim_opens_with_its_meaning_its_rivals_and_a_citation(client):
    row = claims(client, kind="revenue")[0]
    (found,) = opened(client, row["id"])
    figure = found["figure"]
    assert found["means"]["en"].startswith("Sales recognized")
    assert row["id"] in {figure["chosen"]["id"], *(other["id"] for other in figure["others"])}
    assert figure["because"]["zh"]
    for language in ("en", "zh"):
        assert row["source"]["title"] in found["cite"][language]
        assert found["text"][language] in found["cite"][language]


def test_rivals_speak_of_the_same_thing(client):
    rows = claims(client, kind="announced")
    found = opened(client, *(row["id"] for row in rows[:40]))
    some = [one for one in found if one["figure"]["others"]]
    assert some, "no claim in this part of the case has a rival"
    for one in some:
        chosen = one["figure"]["chosen"]
        assert {(other["subject"], other["stage"]) for other in one["figure"]["others"]} == {
            (chosen["subject"], chosen["stage"])
        }


def test_what_came_to_light_later_is_not_shown(client):
    row = max(claims(client), key=lambda each: each["known_from"])
    assert opened(client, row["id"], asof="2024-01-01") == []


def test_an_id_that_no_claim_has_is_refused_with_the_nearest(client):
    row = claims(client)[0]
    told = client.get("/api/ledger", params={"show": "evidence", "claim": row["id"] + "x"})
    assert told.status_code == 404
    assert told.json()["nearest"] == row["id"]


@pytest.mark.parametrize("case", ["ai", "telecom-2000"])
def test_quarters_to_choose_from_are_over_and_in_order(client, case):
    about = client.get("/api/ledger", params={"case": case, "show": "case"}).json()["result"]
    assert about["quarters"] == sorted(about["quarters"])
    assert len(about["quarters"]) >= 8
    for quarter in (about["quarters"][0], about["quarters"][-1]):
        told = client.get("/api/ledger", params={"case": case, "show": "gaps", "at": quarter})
        assert told.json()["origin"]["at"] <= about["newest"]
