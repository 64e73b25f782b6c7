"""The adoption file of a case: read with its sources, and every fault told with its line."""

from __future__ import annotations

import textwrap

import pytest

from perpetuum.core.errors import LedgerError
from perpetuum.ledger import examine, load
from tests.ledger.small_case import small_case

PAGE = """\
technologies:
  - {id: horn, name: {en: horn, zh: 號角}, article_years: 5 years}
populations:
  - {id: all, name: {en: everyone, zh: 所有人}, people: 1bn users, source: count}
  - {id: some, name: {en: some, zh: 部分人}}
launches:
  - {id: first_horn, technology: horn, on: 2000-06, name: {en: the first, zh: 第一支}, source: count}
announced:
  - technology: horn
    launch: first_horn
    measure: {en: blowers, zh: 吹奏者}
    populations: [all]
    seen:
      - {at: 2001-01-05, says: 10m users, source: count}
      - {at: 2002-01-05, says: 30m users, source: count}
spreads:
  - technology: horn
    population: some
    measure: {en: owners, zh: 擁有者}
    dated: year_end
    source: count
    seen:
      - {at: 2001, says: 4 %}
      - {at: 2002, says: 14 %, beside: true, note: {en: odd, zh: 奇怪}}
      - {at: 2002, says: 9 %}
sources:
  - {id: count, title: A count, kind: analyst, tier: 2, url: "https://example.org/count"}
"""


def with_page(*changes: tuple[str, str]) -> dict[str, bytes]:
    text = PAGE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return small_case() | {"adoption.yaml": textwrap.dedent(text).encode()}


def test_a_case_may_have_none():
    assert load(small_case()).adoption is None


def test_the_page_becomes_core_words_with_sources_and_lines():
    adoption = load(with_page()).adoption
    horn = adoption.announced[0]
    assert [each.value for each in horn.seen] == [1e7, 3e7]
    assert horn.seen[1].source.title == "A count"
    assert (adoption.technologies[0].article_years, adoption.populations[0].people) == (5, 1e9)
    assert [each.beside for each in adoption.spreads[0].seen] == [False, True, False]
    assert str(adoption.spreads[0].where).endswith("adoption.yaml:17")
    assert adoption.launches[0].year == pytest.approx(2000.455, abs=0.01)


def test_times_of_values_are_ends_of_years_ends_of_periods_or_labels():
    spread = load(with_page()).adoption.spreads[0]
    assert spread.time(spread.seen[0].at) == 2002.0
    label = load(with_page(("year_end", "label"))).adoption.spreads[0]
    assert label.time(label.seen[0].at) == 2001.0
    end = load(with_page(("year_end", "end"))).adoption.spreads[0]
    assert 2001.99 < end.time(end.seen[0].at) < 2002


def test_a_changed_figure_changes_the_hash():
    assert load(with_page()).hash != load(with_page(("30m users", "31m users"))).hash


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("article_years: 5 years", "article_yaers: 5 years", 2, "did you mean `article_years`"),
        ("article_years: 5 years", "article_years: 5", 2, "not a number of years"),
        ("people: 1bn users, source: count", "people: 1bn users", 4, "a number of people needs its source"),
        ("people: 1bn users", "people: 1bn USD", 4, "not a number of people"),
        ("technology: horn, on", "technology: hron, on", 7, "did you mean `horn`"),
        ("    launch: first_horn", "    launch: frst_horn", 10, "did you mean `first_horn`"),
        ("populations: [all]", "populations: [some]", 12, "`some` has no number of people"),
        ("populations: [all]", "populations: [al]", 12, "did you mean `all`"),
        ("at: 2001-01-05", "at: 2000-06-30", 14, "before the launch"),
        ("at: 2002-01-05", "at: 2001-01-05", 15, "the dates do not go forward"),
        ("at: 2002-01-05", "at: 2002-01", 15, "is not a day"),
        ("30m users, source: count", "30m users, source: cuont", 15, "did you mean `count`"),
        ("30m users, source: count", "30m users", 15, "`source` is missing"),
        ("dated: year_end", "dated: yearly", 20, "Write one of"),
        ("    source: count\n    seen", "    seen", 22, "this observation has no source"),
        ("says: 9 %", "says: 9", 25, "is not a share"),
        ("says: 9 %", "says: 109 %", 25, "is not a share"),
        ("at: 2002, says: 9 %", "at: 2001, says: 9 %", 25, "the dates do not go forward"),
        ("  - {id: some, name", "  - {id: all, name", 5, "`all` stands here twice"),
        ("technologies:", "tecnologies:", 1, "the key `tecnologies` is unknown"),
    ],
)
def test_a_fault_is_told_with_its_line_in_both_languages(old, new, line, says):
    with pytest.raises(LedgerError) as told:
        load(with_page((old, new)))
    problem = next(each for each in told.value.problems if says in str(each))
    assert problem.where.file.endswith("adoption.yaml")
    assert problem.where.line == line
    assert problem.in_language("zh") != problem.in_language("en")


def test_every_fault_is_told_at_once():
    _, problems = examine(with_page(("horn, on", "hron, on"), ("populations: [all]", "populations: [al]")))
    assert len([each for each in problems if each.severity == "error"]) == 2


def test_a_launch_of_another_technology_is_no_launch_of_this_one():
    page = with_page(
        ("  - {id: horn, name", "  - {id: drum, name: {en: drum, zh: 鼓}}\n  - {id: horn, name"),
        ("technology: horn, on", "technology: drum, on"),
    )
    _, problems = examine(page)
    assert any("`first_horn` is a launch of `drum`" in str(each) for each in problems)


# ---- announcements that are a series

SERIES = (
    "    populations: [all]\n    seen:",
    "    populations: [all]\n    series: {entity: bolt, metric: weekly_active_users}\n    seen:",
)


def test_announcements_with_a_name_are_the_dated_series_that_dials_read():
    ledger = load(with_page(SERIES, ("2002-01-05, says: 30m users, source: count",
                                     "2002-01-05, says: 30m users, source: paper"),
                            ("sources:\n", 'sources:\n  - {id: paper, title: A paper, kind: news, tier: 1, '
                                           'url: "https://example.org/paper", published: 2002-02}\n')))  # fmt: skip
    series = ledger.panel().dated["bolt", "weekly_active_users", None]
    assert [str(day) for day in series.dates] == ["2001-01-05", "2002-01-05"]
    assert series.values.tolist() == [1e7, 3e7]
    assert [figure.chosen.source.title for figure in series.figures] == ["A count", "A paper"]
    # The paper names a month only: on the last day of it at the latest a reader knew.
    assert [str(figure.chosen.known_from) for figure in series.figures] == ["2001-01-05", "2002-02-28"]
    assert len(ledger.panel("2002-02-27").dated["bolt", "weekly_active_users", None].dates) == 1


def test_an_observation_beside_the_others_is_no_part_of_the_series():
    odd = ("{at: 2001-01-05, says: 10m users, source: count}", "{at: 2001-01-05, says: 10m users, source: count}\n"
           "      - {at: 2001-03-05, says: 99m users, source: count, beside: true}")  # fmt: skip
    series = load(with_page(SERIES, odd)).panel().dated["bolt", "weekly_active_users", None]
    assert series.values.tolist() == [1e7, 3e7]


def test_announcements_without_a_name_are_no_series():
    assert not [key for key in load(with_page()).panel().dated if key[1] == "weekly_active_users"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("entity: nobody, metric: weekly_active_users", "series.entity"),
        ("entity: bolt, metric: capex", "series.metric"),
    ],
)
def test_a_series_of_nobody_or_of_no_users_is_refused_at_its_line(written, said):
    page = with_page(SERIES, ("entity: bolt, metric: weekly_active_users", written))
    with pytest.raises(LedgerError, match=f"adoption.yaml:13: announced.0.{said}"):
        load(page)


def test_the_dials_and_the_curves_of_the_shipped_case_rest_on_the_same_announcements():
    ledger = load("ai")
    told = {(each.at.last, each.value, each.source.url) for announced in ledger.adoption.announced
            for each in announced.seen if not each.beside}  # fmt: skip
    series = ledger.panel("latest").dated[ledger.case.series["users"]]
    read = {(day, figure.value, figure.chosen.source.url)
            for day, figure in zip(series.dates, series.figures, strict=True)}  # fmt: skip
    assert read == told and len(read) == 7
