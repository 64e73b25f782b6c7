"""Adoption and the log-periodic reading as people see them: no point, reasons, conflicts, false alarms."""

from __future__ import annotations

import datetime
import re
from functools import partial

import numpy as np
import pytest

import perpetuum
from perpetuum.gauges.adoption import read_adoption
from perpetuum.report.blocks import Curves, Paragraph, Points, Table
from perpetuum.report.curves import chart
from perpetuum.report.html import _Writer
from perpetuum.report.terminal import draw
from perpetuum.report.views.adoption import spread
from perpetuum.report.views.log_periodic import log_periodic
from perpetuum.report.wire import plain

AI = perpetuum.load("ai")
read = partial(read_adoption, draws=19)


@pytest.fixture(scope="module")
def blocks():
    return spread(read(AI.adoption, AI.case.newest), AI.case.newest)


def printed(blocks, language: str) -> str:
    from rich.console import Console

    console = Console(width=300)
    with console.capture() as out:
        console.print(draw(blocks, language))
    return re.sub(r"\s+", " ", out.get())


def test_the_reader_learns_that_there_is_no_point_and_why(blocks):
    text = printed(blocks, "en")
    assert "no point for saturation today" in text
    assert "Because an interval of 95 % reaches beyond twice its lower end" in text.replace("\u202f", " ")
    assert any(isinstance(block, Points) for block in blocks)


def test_the_article_and_the_conflict_stand_beside_what_is_known(blocks):
    text = printed(blocks, "en").replace("\u202f", " ")
    assert "no like-for-like support" in text
    assert "12.4 % for 2025 Q1" in text and "15.1 %" in text
    assert "20.4 to 22.4" in text and "under 2.6" in text


def test_it_is_told_in_chinese_too(blocks):
    text = printed(blocks, "zh")
    assert "今天還給不出飽和點" in text and "沒有可比的依據" in text
    assert "no point" not in text


def test_the_chart_has_three_lines_seven_dots_and_a_band_from_today_on(blocks):
    drawn = next(block for block in blocks if isinstance(block, Curves))
    svg = chart(drawn)
    assert len(drawn.lines) == 3
    assert svg.count('class="dot"') == 7 and svg.count('class="hollow"') == 3
    assert svg.count("<polyline") == 3 and svg.count('class="band"') == 1
    corners = re.search(r'<polygon points="([^"]+)"', svg)[1].split()
    assert len(corners) == 2 * sum(time >= drawn.now for time in drawn.times)
    for spot in re.findall(r"(-?[\d.]+),(-?[\d.]+)", svg):
        assert 0 <= float(spot[0]) <= 520 and 0 <= float(spot[1]) <= 250


def test_higher_numbers_are_drawn_higher(blocks):
    drawn = next(block for block in blocks if isinstance(block, Curves))
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="3.4" class="dot"', chart(drawn))
    assert [float(y) for _, y in dots] == sorted((float(y) for _, y in dots), reverse=True)
    assert [float(x) for x, _ in dots] == sorted(float(x) for x, _ in dots)


def test_the_page_draws_it_with_its_key_in_both_languages(blocks):
    html = _Writer().blocks(blocks)
    assert 'class="curves"' in html
    assert "互相矛盾，未納入擬合" in html and "contradicting, not fitted" in html


def test_an_early_date_says_that_there_are_too_few_announcements():
    early = datetime.date(2025, 3, 1)
    text = printed(spread(read(AI.adoption, early), early), "en")
    assert "announcements by this date: 4" in text
    assert "no point" not in text


def test_a_curve_with_too_many_parameters_is_named():
    day = datetime.date(2026, 1, 1)
    reading = read(AI.adoption, day, technology="chatgpt", curve="richards")
    assert "Not fitted: Richards has more parameters" in printed(spread(reading, day), "en")


def test_as_data_it_names_curves_and_no_place_in_memory(blocks):
    told = str(plain(read(AI.adoption, AI.case.newest, technology="chatgpt")))
    assert "'curve': 'gompertz'" in told
    assert " at 0x" not in told


def test_a_log_periodic_reading_never_comes_without_its_false_alarms():
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=n) for n in range(130)]
    walk = np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, 130)))
    told = log_periodic(days, walk)
    assert isinstance(told[1], Paragraph) and "random walk without any bubble" in told[1].text.en
    assert len([block for block in told if isinstance(block, Table)][-1].rows) == 6
    text = printed(told, "en").replace("\u202f", " ")
    assert "60.7 %" in text and "trading days" in text and "does not vote" in text
    assert "多常誤報" in printed(told, "zh")
