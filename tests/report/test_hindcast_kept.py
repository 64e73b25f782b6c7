"""Scores written by a program are read back as they were, with the day from which each could be known."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

import perpetuum
from perpetuum.core.when import Quarter
from perpetuum.ledger import load
from perpetuum.ledger.files import read_files
from perpetuum.ledger.past_scores import FILE, SHORT
from perpetuum.report.hindcast import HINDSIGHT, hindcast
from perpetuum.report.hindcast_kept import kept, scenario_hash

WRITTEN = datetime.date(2026, 9, 1)


@pytest.fixture(scope="module")
def ai():
    return perpetuum.load("ai")


@pytest.fixture(scope="module")
def done(ai):
    found = hindcast(ai, since=Quarter(2026, 1), machine=False)
    # As if the machine had run with an opening that was written later.
    late = tuple(replace(one, model=HINDSIGHT) for one in found.scores if one.model == "last")
    dates = tuple(replace(one, written=WRITTEN) for one in found.dates)
    return replace(found, scores=(*found.scores, *late), dates=dates)


@pytest.fixture(scope="module")
def again(ai, done):
    _, files = read_files("ai")
    return load(files | kept(ai, done, draws=1000, seed=3))


def test_every_score_is_read_back_as_it_was(done, again):
    assert len(again.scores) == len(done.scores) > 10
    for read, made in zip(again.scores, done.scores, strict=True):
        assert (read.date, read.series, read.quarter, read.model) == (made.date, made.series, made.quarter, made.model)
        assert read.crps == pytest.approx(made.crps, rel=1e-5)
        assert read.is_covered == made.is_covered


def test_they_name_the_case_the_scenario_seed_and_futures_and_leave_the_hash_alone(ai, again):
    assert again.hash == ai.hash
    made = again.scores[0].made
    assert made.case_hash == ai.hash[:SHORT]
    assert made.scenario_hash == scenario_hash(ai, "neutral")[:SHORT]
    assert (made.scenario, made.seed, made.draws, made.version) == ("neutral", 3, 1000, perpetuum.__version__)


def test_what_came_was_known_after_the_forecast_and_hindsight_not_before_its_opening_was_written(again):
    assert all(one.asof < one.known_from <= again.case.newest for one in again.scores)
    late = {(one.series, one.quarter): one.known_from for one in again.scores if one.model == HINDSIGHT}
    came = {(one.series, one.quarter): one.known_from for one in again.scores if one.model == "last"}
    assert late == {key: max(day, WRITTEN) for key, day in came.items()}
    assert min(came.values()) < WRITTEN


def test_the_file_of_the_shipped_case_is_one_run_of_a_hindcast(ai):
    assert {one.made for one in ai.scores} == {ai.scores[0].made}
    assert (FILE in read_files("ai")[1]) and len(ai.scores) > 1000
