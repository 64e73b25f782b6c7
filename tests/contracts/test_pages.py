"""Every page of the report: it can be told of any case, however little is known, on paper and in a terminal."""

from __future__ import annotations

import io
import pkgutil
import re

import pytest
from rich.console import Console

from perpetuum.ledger import load
from perpetuum.report import html, pages
from perpetuum.report.blocks import Page
from perpetuum.report.snapshots import study
from perpetuum.report.storyteller import makers, tell
from perpetuum.report.terminal import draw
from tests.ledger.small_case import small_case
from tests.report.made_case import made_case, without
from tests.report.page_tree import parse

ENTITIES = ("entities/maker.yaml", "entities/lab.yaml", "entities/cloud.yaml", "entities/investors.yaml")
BARE = "id: triangle\nname: {en: A triangle, zh: 三角案例}\nnewest: 2026-01-31\n"
TWO_FIRMS = (("loop: [maker, lab, cloud]", "loop: [maker, lab]"), ("payee: cloud", "payee: maker"))


def bare(*paths: str) -> dict[str, bytes]:
    """A case that says nothing of itself but its name, with some of the files."""
    return {path: raw for path, raw in made_case().items() if path in paths} | {"case.yaml": BARE.encode()}


CASES = {
    "one loan": small_case,
    "one deal and nothing else": lambda: bare(*ENTITIES, "deals/rent.yaml"),
    "firms without deals": lambda: bare(*ENTITIES),
    "a name and nothing else": lambda: bare(),
    "no article, no findings, no series": lambda: {
        path: raw.replace(b"series: {users", b"topics: []\nseries: {}\n# {users").replace(b"article: essay\n", b"")
        for path, raw in without("article.yaml", "findings.yaml", "collected/series.csv").items()
    },
    "deals without amounts": lambda: {
        path: re.sub(rb"amounts:\n( +- \\{says.+\n)+", b"amounts: []\n", raw)
        for path, raw in without("article.yaml", "findings.yaml").items()
    },
    "a loop of two firms": lambda: made_case(*TWO_FIRMS),
    "a loop that nobody pays": lambda: made_case(("loop: [maker, lab, cloud]", "loop: [lab, maker, investors]")),
    "everything": made_case,
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def told(request):
    return study(load(request.param()))


# Told only where somebody is simulated; tests/report/test_machine_page.py tells it.
ASKED = ("machine", "replay")


@pytest.fixture(params=[maker for maker in makers() if maker.id not in ASKED], ids=lambda maker: maker.id)
def maker(request):
    return request.param


def test_there_is_one_page_in_each_file_and_it_bears_the_name_of_the_file():
    files = sorted(module.name for module in pkgutil.iter_modules(pages.__path__))
    assert sorted(maker.id for maker in makers()) == files


def test_every_page_has_a_place_of_its_own():
    places = [maker.place for maker in makers()]
    assert places == sorted(set(places))


def test_every_title_stands_in_both_languages_and_only_once():
    for language in ("en", "zh"):
        titles = [maker.title.in_language(language) for maker in makers()]
        assert len(set(titles)) == len(titles)
    assert [maker.id for maker in makers() if maker.title.en == maker.title.zh] == []


def test_a_page_is_told_of_any_case(maker, told):
    assert maker.tell(told)


def test_a_page_with_nothing_to_tell_is_left_out(told):
    assert [page.id for page in tell(told)] == [maker.id for maker in makers() if maker.id not in ASKED]


def test_a_page_of_any_case_is_well_formed_and_every_link_arrives(maker, told):
    tree, faults = parse(html.page(told, (Page(id=maker.id, title=maker.title, blocks=maker.tell(told)),)))
    assert faults == []
    ids = {node.get("id") for node in tree}
    assert [
        link.get("href") for link in tree.all("a") if link.get("href")[0] == "#" and link.get("href")[1:] not in ids
    ] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_of_any_case_can_be_read_in_a_terminal(maker, told, language):
    out = io.StringIO()
    Console(file=out, width=80).print(draw(maker.tell(told), language))
    assert out.getvalue().strip()


def test_nothing_unknown_is_written_as_a_number(told):
    tree, _ = parse(html.page(told, tell(told)))
    words = tree.all("main")[0].words()
    assert len(words) > 1000
    assert re.findall(r"\b(?:nan|NaN|None|inf|null|Infinity)\b|[{}]", words) == []


def test_no_two_pages_share_an_id_with_one_another_or_with_the_frame(told):
    tree, _ = parse(html.page(told, tell(told)))
    ids = [node.get("id") for node in tree if "id" in node.attributes]
    assert sorted({id for id in ids if ids.count(id) > 1}) == []
