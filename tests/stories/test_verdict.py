"""The verdict on the case `ai`: what may be said of it today, and on the day of the article."""

from __future__ import annotations

import datetime
import io

import pytest
from rich.console import Console

import perpetuum
from perpetuum.contagion import books
from perpetuum.report import study
from perpetuum.report.terminal import draw
from perpetuum.report.verdict import PARTS, as_data
from perpetuum.report.views.verdict import told
from perpetuum.report.wire import plain
from tests.report.known_by import later_claims, without_later

ARTICLE = datetime.date(2025, 10, 24)
BN = 1e9


@pytest.fixture(scope="module")
def ai():
    return perpetuum.load("ai")


@pytest.fixture(scope="module")
def today(ai):
    return study(ai, at="latest").verdict


@pytest.fixture(scope="module")
def then(ai):
    return study(ai, asof=str(ARTICLE)).verdict


def sentence(of, id):
    return next(each for each in of.sentences if each.id == id)


def test_every_part_is_there_and_every_sentence_is_of_one_kind(today, then):
    for of in (today, then):
        assert [part for part in PARTS if not of.parts.get(part)] == []
        assert [each.id for each in of.sentences if not each.is_grounded] == []


def test_nobody_knows_whose_money_turns_it_and_the_page_does_not_pretend(today):
    said = sentence(today, "money")
    assert said.knowledge == "we do not know"
    paid = next(each for each in today.ranges if (each.part, each.stage) == ("both", "paid"))
    assert paid.window == "2025"
    assert paid.lost > 0.9  # Firms do not name their customers.
    # NVIDIA's own quarters of 2025, 44.1 + 46.7 + 57.0 + 68.1 and the rest of the cast: above a trillion.
    assert paid.receipts > 1_000 * BN


def test_headlines_say_more_of_the_machine_itself_than_was_known_a_year_before(today):
    def low(found):
        return next(e.low["recycled"] for e in found if (e.part, e.stage) == ("both", "announced"))

    year_ago = [each for each in today.earlier if each.asof == datetime.date(2025, 9, 16)]
    assert 0 < low(today.ranges) < 1
    assert 0 < low(year_ago) < 1


def test_the_smallest_shock_falls_on_the_gear_with_the_thinnest_equity(ai, today):
    said = sentence(today, "shock_one")
    assert said.value["usd"] == min(said.value["all"].values())
    made = books(ai.network(stage="signed"))
    equity = {
        firm: next(figure.value for figure in made.equity_figures[firm]
                   if figure.chosen.attribute == "stockholders_equity")
        for firm in said.value["all"]
    }  # fmt: skip
    # Nothing but its own equity stands between it and a fall; a domino could only make it cheaper.
    assert said.value["firm"] == min(equity, key=equity.get)
    assert said.value["usd"] == pytest.approx(equity[said.value["firm"]], rel=1e-4)


def test_engines_without_a_balance_sheet_are_named_as_unknown(today):
    said = sentence(today, "shock_unknown")
    assert said.knowledge == "we do not know"
    assert "OpenAI" in said.text.en


def test_more_dials_alarm_than_a_year_ago(today):
    now, before = sentence(today, "vote"), sentence(today, "vote_year_ago")
    assert len(now.value["bands"]["alarm"]) > len(before.value["bands"]["alarm"])
    assert len(now.value["bands"]["unknown"]) < len(before.value["bands"]["unknown"])


def test_the_table_reads_the_numbers_of_the_record(today):
    # NVIDIA at 26 April 2026: 34.1 firm and 9.8 of caps on 253.5 of revenue; 4.1 drawn; Oracle 54 % on one customer.
    now = {row.id: row.now for row in today.then.rows}
    assert now["promised"].value == pytest.approx((34.1 + 9.8) / 253.5, abs=5e-4)
    assert now["drawn"].value == pytest.approx(4.1 / 253.5, abs=5e-4)
    assert now["drawn_of_promised"].value == pytest.approx(4.1 / (34.1 + 9.8), abs=1e-3)
    assert now["concentration"].value == pytest.approx(0.54)
    assert now["capex_to_gdp"].value == pytest.approx(0.0134, abs=5e-5)
    assert now["capex_to_revenue"].value == pytest.approx(0.244, abs=5e-4)
    assert now["capex_to_cash_flow"].value == pytest.approx(0.683, abs=5e-4)
    assert now["left_over"].value == pytest.approx(191 * BN, abs=0.5 * BN)
    assert all(told.evidence for told in now.values() if told is not None)


def test_the_three_numbers_to_watch_are_the_largest_of_their_kind(today):
    watched = [each.value["headline"] for each in today.parts["watch"]]
    assert len(watched) == 3
    assert watched == sorted(watched, reverse=True)
    assert watched[0] >= 250 * BN


def test_the_machine_is_not_asked_on_the_articles_date(then):
    (said,) = then.parts["future"]
    assert said.knowledge == "we do not know"
    assert "hindsight" in said.text.en


def test_nothing_known_after_the_article_changes_what_was_said_on_its_day(ai, then):
    assert later_claims(ai, ARTICLE) > 500
    blind = study(without_later(ai, ARTICLE), asof=str(ARTICLE)).verdict
    assert plain(as_data(blind)) == plain(as_data(then))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_a_few_screens_in_a_terminal(today, language):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(draw(told(today), language))
    assert console.export_text().count("\n") < 275
