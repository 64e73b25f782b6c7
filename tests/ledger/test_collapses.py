"""The list of who fell: every fault is told with its line, and nothing is read from a faulty list."""

from __future__ import annotations

import datetime

import pytest

from perpetuum.ledger import examine, load

HEADER = "entity_id,on,sector,known,source_url,source_title,source_date,note\n"
GOOD = HEADER + (
    "acme,2001-04-18,wires,reported,https://example.org/a,Acme files,2001-04-19,\n"
    "bolt,2001-08,wires,remembered,,Remembered,,\n"
)
CASE = b"""id: small
name: {en: Small, zh: \xe5\xb0\x8f}
newest: 2004-01-01
ends: 2003-12-31
sectors:
  - {id: wires, name: {en: wires, zh: \xe9\x9b\xbb\xe7\xb7\x9a}}
"""


def files(text: str) -> dict[str, bytes]:
    firms = {
        f"entities/{id}.yaml": f"id: {id}\nname: {{en: {id}, zh: {id}}}\nroles: [gear]\n".encode()
        for id in ("acme", "bolt")
    }
    return {"case.yaml": CASE, "collapses.csv": text.encode(), **firms}


def told(text: str) -> list[str]:
    _, problems = examine(files(text))
    return [str(problem) for problem in problems if problem.severity == "error"]


def test_a_list_is_read_in_its_order_with_how_each_date_is_known():
    found = load(files(GOOD)).collapses
    assert [(fall.entity, str(fall.on), fall.sector, fall.is_remembered) for fall in found] == [
        ("acme", "2001-04-18", "wires", False),
        ("bolt", "2001-08", "wires", True),
    ]
    assert found[1].where.line == 3


@pytest.mark.parametrize(("wrong", "right", "line", "words"), [
    ("acme,", "acmee,", 2, "did you mean `acme`"),
    ("2001-04-18", "2001-04-31", 2, "no such date"),
    (",wires,reported", ",wire,reported", 2, "sector"),
    (",reported,", ",heard,", 2, "reported"),
    ("https://example.org/a", "", 2, "a reported date needs its page"),
    ("Acme files", '"Acme files', 2, "not CSV"),
    ("bolt,", "acme,", 3, "already stands in line 2"),
    ("bolt,2001-08,", "bolt,", 3, "the row has 7 cells"),
    ("entity_id,on", "entity,on", 1, "header"),
])  # fmt: skip
def test_a_fault_is_told_with_its_line(wrong, right, line, words):
    assert wrong in GOOD
    problems = told(GOOD.replace(wrong, right))
    assert any(f"collapses.csv:{line}" in problem and words in problem for problem in problems), problems


def test_every_fault_is_told_at_once():
    assert len(told(GOOD.replace("acme,", "acmee,").replace(",remembered,", ",dreamt,"))) == 2


def test_a_list_that_is_no_text_is_refused():
    _, problems = examine({**files(GOOD), "collapses.csv": b"\xff\xfe"})
    assert any("collapses.csv:1" in str(problem) for problem in problems)


def test_a_case_that_has_ended_is_asked_on_its_last_day_with_all_that_is_known_by_now():
    case = load(files(GOOD))
    assert case.clock() == (datetime.date(2003, 12, 31), datetime.date(2004, 1, 1))
    assert case.clock(at="2001-05-01") == (datetime.date(2001, 5, 1), datetime.date(2001, 5, 1))
    assert case.clock(asof="latest")[1] == datetime.date(2004, 1, 1)
