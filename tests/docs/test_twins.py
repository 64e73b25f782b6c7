"""Every page stands in both languages, and every link inside the project leads somewhere."""

from __future__ import annotations

import pytest

from tests.docs.pages import DOCS, READMES, ROOT, TWINS, blocks, english_pages, headings, name, pages, relative_links

PAIRS = [*((page, TWINS / page.name) for page in english_pages()), READMES]


@pytest.mark.parametrize(("page", "twin"), PAIRS, ids=[name(page) for page, _ in PAIRS])
def test_a_page_and_its_twin_have_the_same_headings_and_blocks(page, twin):
    assert twin.is_file(), f"{name(page)} has no twin; write {name(twin)}"
    assert headings(page) == headings(twin)
    shapes = [[(block.language, block.title) for block in blocks(each)] for each in (page, twin)]
    assert shapes[0] == shapes[1]


def test_no_twin_stands_alone():
    assert [name(twin) for twin in TWINS.glob("*.md") if not (DOCS / twin.name).is_file()] == []


@pytest.mark.parametrize("page", [*pages(), ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"], ids=name)
def test_every_link_inside_the_project_leads_somewhere(page):
    assert [link for link in relative_links(page) if not (page.parent / link).exists()] == []
