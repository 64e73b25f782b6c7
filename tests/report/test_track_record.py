"""How forecasts did so far: read from the scores kept with a case, and on no date from one known only later."""

from __future__ import annotations

import datetime
import functools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.ledger import Ledger, load
from perpetuum.ledger.past_scores import Made, PastScore
from perpetuum.report import study
from perpetuum.report.track_record import Record, record, sentences
from perpetuum.report.verdict import as_data
from perpetuum.report.views import verdict as view
from perpetuum.report.wire import plain
from tests.ledger.made_scores import with_scores
from tests.report.made_case import made_case, triangle

NEWEST = datetime.date(2026, 1, 31)
DAYS = st.dates(datetime.date(2025, 3, 1), datetime.date(2026, 3, 1))
# The machine was off by 2 and by 1 of 10, its best rival by 1 each time: 1.5 times as wrong.
ROWS = [
    {}, {"model": "drift", "crps": 1.0},
    {"date": "2025Q2", "asof": "2025-09-13", "quarter": "2025Q3", "crps": 1.0, "is_covered": "no",
     "known_from": "2025-11-01"},
    {"date": "2025Q2", "asof": "2025-09-13", "quarter": "2025Q3", "model": "drift", "crps": 1.0,
     "known_from": "2025-11-01"},
    {"series": "lab.revenue", "model": "hindsight", "crps": 3.0},
    {"series": "lab.revenue", "model": "last", "crps": 1.0},
]  # fmt: skip


@functools.cache
def scored() -> Ledger:
    return load(with_scores(made_case(), [row | {"case_hash": triangle().hash[:16]} for row in ROWS]))


def of(rows: list[dict], **more) -> Record:
    made = [row | {"case_hash": triangle().hash[:16]} | more for row in rows]
    return record(load(with_scores(made_case(), made)), NEWEST)


# ---- what is cited


def test_a_series_carries_its_ratio_to_the_best_rival_its_coverage_and_how_many_were_scored():
    one = record(scored(), NEWEST).scores["lab.cash"]
    assert one.ratio == pytest.approx(1.5)
    assert (one.coverage, one.forecasts, one.rival) == (0.5, 2, "drift")
    assert not one.is_hindsight and one.is_current and one.is_worse


def test_hindsight_is_told_as_hindsight_and_gives_way_to_a_forecast():
    assert record(scored(), NEWEST).scores["lab.revenue"].is_hindsight
    both = of([{}, {"model": "hindsight"}, {"model": "drift", "crps": 4.0}]).scores["lab.cash"]
    assert not both.is_hindsight and both.forecasts == 1


def test_of_rivals_alone_nothing_is_cited_and_the_page_says_so():
    told = of([{"model": "drift"}])
    assert dict(told.scores) == {}
    (said,) = sentences(told)
    assert said.knowledge == "we do not know"
    assert "by 31 Jan 2026 none of its forecasts could be scored" in said.text.en


def test_where_the_machine_lost_everywhere_the_sentence_says_so_plainly():
    (said,) = sentences(of([{"model": "hindsight"}, {"model": "drift", "crps": 1.0}]))
    assert "in hindsight only" in said.text.en and "It has no scored forecast yet" in said.text.en
    assert "worse than the best naive rival on every one of 1 series" in said.text.en
    assert "事後所知" in said.text.zh and "都不如最佳簡單對照法" in said.text.zh
    assert said.is_grounded and said.model.startswith("hindcast neutral@")


def test_forecasts_and_hindsight_are_two_sentences():
    told = sentences(record(scored(), NEWEST))
    assert [each.id for each in told] == ["record", "record_hindsight"]
    assert "hindsight" not in told[0].text.en


def test_a_sentence_on_scores_does_not_carry_them_once_more():
    said = sentences(record(scored(), NEWEST))[0]
    assert view.small_print(said).text.en.count("·") == 1


# ---- with what they were made


def test_scores_of_another_state_of_the_case_say_so_wherever_they_are_cited():
    told = of(ROWS, case_hash="c" * 16)
    assert not told.is_current
    assert sentences(told)[-1].id == "record_stale"
    assert "cccccccccccc" in sentences(told)[-1].text.en
    assert not any(one.is_current for one in told.scores.values())


def test_scores_of_another_scenario_are_not_cited_and_those_of_other_numbers_are_stale():
    assert dict(record(scored(), NEWEST, {"boom": "5" * 64}).scores) == {}
    assert record(scored(), NEWEST, {"neutral": "5" * 64}).is_current
    assert not record(scored(), NEWEST, {"neutral": "6" * 64}).is_current


# ---- no hindsight


@given(day=DAYS)
def test_no_score_is_cited_before_it_could_be_known(day):
    ledger = scored()
    known = {one.series for one in ledger.scores if one.known_from <= day and one.model in ("machine", "hindsight")}
    assert set(record(ledger, day).scores) == known


@given(day=DAYS, factor=st.floats(0.01, 100.0))
def test_a_score_known_only_later_changes_nothing(day, factor):
    ledger = scored()

    def louder(one: PastScore) -> PastScore:
        return one if one.known_from <= day else replace(one, crps=factor * one.crps, is_covered=None, bias=9.0)

    without = replace(ledger, scores=tuple(one for one in ledger.scores if one.known_from <= day))
    changed = replace(ledger, scores=tuple(louder(one) for one in ledger.scores))
    now = record(ledger, day).scores
    assert record(without, day).scores == now
    assert record(changed, day).scores == now


@pytest.mark.parametrize("day", ["2025-07-01", "2025-09-01", "2025-12-01"])
def test_the_whole_verdict_of_a_day_stays_the_same_without_later_scores(day):
    ledger = scored()
    blind = replace(ledger, scores=tuple(one for one in ledger.scores if str(one.known_from) <= day))
    now = as_data(study(ledger, asof=day).verdict)
    assert plain(as_data(study(blind, asof=day).verdict)) == plain(now)


def test_what_scores_were_made_with_is_one_thing():
    assert {type(one.made) for one in scored().scores} == {Made}
