"""Tables written by people: bounds, pages without a date, and what somebody only remembers."""

from __future__ import annotations

import datetime

import pytest

from perpetuum.core.claim import Claim
from perpetuum.core.rows import Rows
from perpetuum.core.when import When
from perpetuum.ledger.figures import choose

HEADER = ("entity_id,metric,period,period_end,value,bound,unit,status,source_url,source_title,source_date,derivation,"
          "known_from\n")  # fmt: skip
PAGE = "acme,revenue,FY2000,2000-09-30,30,about,usd_bn,reported,https://example.org/a,A page,,,2000-12-14\n"
MEMORY = "acme,revenue,FY2000,2000-09-30,33.8,,usd_bn,reported,,Remembered,,from_memory,2000-12-14\n"


def read(*lines: str) -> Rows:
    rows = Rows("t/metrics.csv", None)
    rows.read((HEADER + "".join(lines)).encode())
    return rows


def claims(*lines: str) -> list[Claim]:
    rows = read(*lines)
    assert rows.problems == []
    return rows.claims


def test_a_bound_and_a_page_without_a_date_are_read():
    (claim,) = claims(PAGE)
    assert (str(claim.says), claim.source.published) == ("about 30bn USD", None)
    assert claim.known_from == datetime.date(2000, 12, 14)


@pytest.mark.parametrize(("wrong", "right", "path"), [
    ("about", "roughly", "bound"),
    (",2000-12-14", ",", "source_date"),
    (",2000-12-14", ",soon", "known_from"),
])  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(wrong, right, path):
    rows = read(PAGE.replace(wrong, right))
    assert rows.claims == []
    assert [(problem.path, problem.where.line) for problem in rows.problems] == [(path, 2)]


def test_what_is_remembered_is_of_a_kind_of_its_own():
    (claim,) = claims(MEMORY)
    assert claim.is_remembered and claim.source.kind == "memory" and claim.source.url is None


def test_any_page_stands_above_memory():
    figure = choose(claims(MEMORY, PAGE))
    assert not figure.chosen.is_remembered
    assert [other.is_remembered for other in figure.others] == [True]
    assert choose(claims(MEMORY)).chosen.is_remembered


def test_a_period_is_over_when_the_firms_own_is():
    (claim,) = claims(PAGE.replace("FY2000,2000-09-30", "2000Q3,2000-10-28"))
    assert claim.period.last == When.parse("2000-09-30").last
    assert claim.ended == datetime.date(2000, 10, 28)
