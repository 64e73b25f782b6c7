"""Every case that ships is whole: it loads, speaks both languages, and every amount has a page to open."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from perpetuum.ledger import examine, load
from perpetuum.ledger.files import read_files, shipped_cases
from perpetuum.ledger.gaps import Gaps
from perpetuum.ledger.yaml_text import read_document

CASES = sorted(shipped_cases())


@pytest.fixture(scope="module", params=CASES)
def ledger(request):
    return load(request.param)


def pages(case: str, folder: str) -> dict[str, str]:
    """The id that each file of a folder gives, by the name of the file."""
    _, files = read_files(case)
    found = {}
    for path, raw in files.items():
        if PurePosixPath(path).parent.name == folder:
            found[PurePosixPath(path).stem] = read_document(path, raw).content["id"]
    return found


def test_there_is_a_case():
    assert "ai" in CASES


@pytest.mark.parametrize("case", CASES)
def test_a_case_loads_without_errors(case):
    _, problems = examine(case)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


@pytest.mark.parametrize("case", CASES)
def test_a_case_loads_and_is_checked_within_a_second(case):
    began = time.process_time()
    load(case)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("folder", ["deals", "entities"])
def test_a_file_bears_the_name_of_what_it_holds(case, folder):
    found = pages(case, folder)
    assert found
    assert {name: id for name, id in found.items() if name != id} == {}


@pytest.mark.parametrize("case", CASES)
def test_a_folder_bears_the_name_of_its_case(case):
    assert load(case).case.id == case


def texts(ledger):
    yield from (deal.name for deal in ledger.deals)
    yield from (entity.name for entity in ledger.entities.values())
    yield from (told.sentence for told in ledger.told)
    yield from (said.explanation for said in ledger.statements)
    yield ledger.case.name


def test_every_name_and_sentence_stands_in_both_languages(ledger):
    assert [text for text in texts(ledger) if not (text.en.strip() and text.zh.strip())] == []


def test_the_name_of_a_deal_is_translated(ledger):
    assert [deal.id for deal in ledger.deals if deal.name.en == deal.name.zh] == []


def test_no_two_deals_bear_one_name(ledger):
    for language in ("en", "zh"):
        names = [deal.name.in_language(language) for deal in ledger.deals]
        assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_source_can_be_opened_or_is_named(ledger):
    sources = [source for deal in ledger.deals for source in deal.sources] + list(ledger.case.sources)
    assert [source.id for source in sources if not (source.url or (source.title and source.publisher))] == []


def test_every_amount_has_a_page_to_open(ledger):
    claims = [claim for leg in ledger.legs() for claim in leg.amounts] + list(ledger.metrics)
    assert claims
    without = [claim for claim in claims if not (claim.source.url or "").startswith("http")]
    assert [claim.id for claim in without if not claim.is_remembered] == []


def test_what_is_remembered_names_no_page_and_says_so(ledger):
    sources = [claim.source for claim in ledger.metrics] + [fall.source for fall in ledger.collapses]
    remembered = [source for source in sources if source.kind == "memory"]
    assert [source.id for source in remembered if source.url or "emember" not in source.title] == []


def test_every_amount_says_since_when_it_was_known_and_where_it_stands(ledger):
    claims = [claim for leg in ledger.legs() for claim in leg.amounts] + list(ledger.metrics)
    assert [claim.id for claim in claims if claim.where is None or claim.known_from > ledger.case.newest] == []


def test_every_firm_of_a_leg_has_a_file(ledger):
    names = {name for leg in ledger.legs() for name in (leg.payer, leg.payee)}
    assert names <= set(ledger.entities)


def test_every_named_date_can_be_read_at_every_stage(ledger):
    for date in ledger.case.dates:
        for stage in ("announced", "signed", "paid"):
            assert ledger.network(date.id, stage).at == date.on
        assert isinstance(ledger.gaps(date.id), Gaps)


def test_every_finding_agrees_with_what_the_case_says_of_itself(ledger):
    wrong = [
        (answered.told.id, answer) for answered in ledger.findings() for answer in answered.answers if not answer.agrees
    ]
    assert wrong == []


def test_every_proof_gives_what_it_says(ledger):
    proofs = [proven for audited in ledger.audit() for proven in audited.proofs]
    assert [p for p in proofs if abs(p.result - p.proof.gives) > p.proof.within] == []
