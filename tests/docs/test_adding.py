"""The small case of the page "adding" loads, and every error it shows is the error one gets."""

from __future__ import annotations

import pytest

from perpetuum.ledger import examine
from tests.docs.pages import DOCS, TWINS, Block, blocks, name

PAGES = [DOCS / "adding.md", TWINS / "adding.md"]
DEAL = "deals/lab-cloud.yaml"
# What goes wrong, as what stands in the file and what stands there instead.
SLIPS = {
    "a misspelt firm": ("payee: cloud_a", "payee: cluod_a"),
    "no unit": ("up to 12bn USD", "up to 12bn"),
    "no stage": ("says: 3bn USD, stage: signed", "says: 3bn USD"),
    "lines swapped": ("{says: 3bn USD, stage: signed", "{says: 30bn USD, stage: signed"),
    "an unknown key": ("schedule:", "shedule:"),
    "one language": (
        "{en: The lab rents from the cloud, zh: 實驗室向雲端業者租用算力}",
        "{en: The lab rents from the cloud}",
    ),
    "a source nobody declared": ("stage: signed, source: cloud-filing", "stage: signed, source: cloud-filling"),
    "no event": (
        "events:\n  - {announced: 2026-03-02, source: lab-news}\n  - {signed: 2026-05-14, source: cloud-filing}\n",
        "",
    ),
}


def case_of(page) -> dict[str, bytes]:
    return {block.title: block.text.encode() for block in blocks(page, "yaml") if block.title}


def shown(page) -> list[Block]:
    return list(blocks(page, "text"))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_small_case_of_the_page_has_no_problem(page):
    ledger, problems = examine(case_of(page))
    assert ledger is not None
    assert problems == ()


@pytest.mark.parametrize("page", PAGES, ids=name)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_gives_the_error_that_the_page_shows(page, slip):
    files = case_of(page)
    text, (good, bad) = files[DEAL].decode(), SLIPS[slip]
    assert text.count(good) == 1
    _, problems = examine(files | {DEAL: text.replace(good, bad).encode()})
    language = "zh" if page.parent == TWINS else "en"
    said = [problem.in_language(language).removeprefix("upload/") for problem in problems]
    page_says = [block.text.strip() for block in shown(page)]
    assert said and all(any(each in block for block in page_says) for each in said), "\n".join(said)
