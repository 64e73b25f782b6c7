"""Years to a share, and growth with three curves: what the case knows on a date, and the article beside it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import partial

import pytest

import perpetuum
from perpetuum.core.adoption import Adoption
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.gauges.adoption import read_adoption

AI = perpetuum.load("ai")
read = partial(read_adoption, draws=19)
NOW = AI.case.newest


@pytest.fixture(scope="module")
def reading():
    return read(AI.adoption, NOW)


def years(reading, technology, population, launch):
    return next(
        row for row in reading.years
        if (row.technology.id, row.population.id, row.launch.id) == (technology, population, launch)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("technology", "population", "launch", "low", "high", "known"),
    [
        ("mobile", "world", "tokyo_1979", 20.6, 20.6, "observed"),
        ("mobile", "us", "chicago_1983", 11.4, 11.4, "observed"),
        ("internet", "world", "web_1991", 11.2, 11.2, "observed"),
        ("internet", "us", "web_1991", 4.5, 4.5, "observed"),
        ("pc", "us_households", "altair_1975", 10.3, 10.3, "observed"),
        ("pc", "us_households", "ibm_pc_1981", 3.7, 3.7, "observed"),
        ("pc", "world", "ibm_pc_1981", 20.4, 22.4, "inferred"),
        ("chatgpt", "world_adults", "chatgpt_open", 2.7, 2.7, "observed"),
        ("chatgpt", "world", "chatgpt_open", 2.9, 3.2, "observed"),
        ("generative_ai", "world_15_64", "generative_ai_open", None, 2.6, "at_most"),
        ("generative_ai", "us_18_64", "generative_ai_open", None, 1.8, "at_most"),
    ],
)
def test_years_to_a_tenth_are_those_of_the_table(reading, technology, population, launch, low, high, known):
    row = years(reading, technology, population, launch)
    assert row.known == known
    assert (None if row.low is None else round(row.low, 1)) == low
    assert round(row.high, 1) == high


def test_the_article_holds_for_three_and_twenty_one_and_has_no_support_for_twelve(reading):
    verdicts = {each.technology.id: each for each in reading.verdicts}
    assert {id: each.holds for id, each in verdicts.items()} == {"chatgpt": True, "mobile": True, "pc": False}
    assert [(row.population.id, row.launch.id) for row in verdicts["mobile"].rows] == [("world", "tokyo_1979")]
    assert len(verdicts["pc"].against) == 4


def test_a_choice_of_population_makes_the_article_neither_right_nor_wrong(reading):
    chosen = read(AI.adoption, NOW, population="us")
    assert {row.population.id for row in chosen.years} == {"us"}
    assert [each.holds for each in chosen.verdicts] == [each.holds for each in reading.verdicts]
    assert chosen.growth == ()


def test_there_is_no_point_and_three_curves(reading):
    growth = reading.growth[0]
    assert growth.point is None
    assert [fit.curve.name for fit, _ in growth.fits()] == ["bass", "logistic", "gompertz"]
    assert growth.saturation.failed == ("narrow_interval",)


def test_contradicting_figures_are_shown_and_not_fitted(reading):
    growth = reading.growth[0]
    assert [each.value for each in growth.beside] == [2.4e8, 4.3e8, 7.7e8]
    assert len(growth.seen) == 7
    rival = [each for each in years(reading, "generative_ai", "world_15_64", "generative_ai_open").seen if each.beside]
    assert [each.value for each in rival] == [pytest.approx(0.124)]


def test_what_is_announced_later_changes_no_earlier_reading():
    day = datetime.date(2026, 1, 1)
    whole = read(AI.adoption, day, technology="chatgpt")
    cut = tuple(
        replace(told, seen=tuple(each for each in told.seen if each.at.last <= day)) for told in AI.adoption.announced
    )
    again = read(replace(AI.adoption, announced=cut), day, technology="chatgpt")
    assert len(whole.growth[0].seen) == 6
    assert whole.growth[0].saturation.fits[0].potential == again.growth[0].saturation.fits[0].potential
    assert whole.years == again.years


def test_the_world_had_not_reached_a_tenth_before_it_was_announced():
    row = years(read(AI.adoption, datetime.date(2025, 9, 1)), "chatgpt", "world", "chatgpt_open")
    assert (row.known, row.high) == ("not_yet", None)
    assert row.low == pytest.approx(2.67, abs=0.01)


def test_too_few_announcements_give_no_curve_and_say_so():
    growth = read(AI.adoption, datetime.date(2025, 3, 1), technology="chatgpt").growth[0]
    assert growth.saturation is None and growth.ahead is None
    assert growth.because.en.startswith("announcements by this date: 4; three parameters need 6")
    assert growth.because.zh


def test_a_fourth_curve_stands_beside_the_three_and_has_no_vote():
    growth = read(AI.adoption, NOW, technology="chatgpt", curve="richards").growth[0]
    assert [fit.curve.name for fit, _ in growth.fits()] == ["bass", "logistic", "gompertz", "richards"]
    assert len(growth.saturation.fits) == 3
    early = read(AI.adoption, datetime.date(2026, 1, 1), technology="chatgpt", curve="richards").growth[0]
    assert early.too_many == ("richards",)


def test_another_share_has_its_own_years_and_no_article():
    half = read(AI.adoption, NOW, share=0.2, technology="pc")
    assert half.verdicts == ()
    assert years(half, "pc", "world", "ibm_pc_1981").known == "not_yet"
    assert years(half, "pc", "us_households", "ibm_pc_1981").at == pytest.approx(1989 + 4 * 5 / 7.9)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"technology": "chatgtp"}, "did you mean `chatgpt`"),
        ({"population": "wrld"}, "did you mean `world`"),
        ({"launch": "tokyo"}, "did you mean `tokyo_1979`"),
        ({"curve": "gompertzz"}, "did you mean `gompertz`"),
    ],
)
def test_an_unknown_name_comes_with_the_nearest(choice, says):
    with pytest.raises(UnknownName, match=says):
        read(AI.adoption, NOW, **choice)


def test_a_case_without_adoption_and_a_share_that_is_none_are_refused_in_both_languages():
    for adoption, share in ((None, 0.1), (Adoption(), 1.5)):
        with pytest.raises(SeriesError) as told:
            read(adoption, NOW, share=share)
        assert told.value.in_language("zh") != told.value.in_language("en")


def test_a_case_that_knows_nothing_reads_nothing():
    empty = read(Adoption(), NOW)
    assert (empty.growth, empty.years, empty.verdicts) == ((), (), ())
