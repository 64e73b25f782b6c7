"""Asking the SEC: numbers of nobody, tags nobody used, very many firms, and what was known on a day, kept in a case."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path

import httpx
import pytest

from perpetuum.connectors import RawCache, Request, advice, collect
from perpetuum.connectors.sec import MANY_FIRMS
from perpetuum.core.when import Quarter
from perpetuum.ledger import keep, load
from tests.connectors.filings import OCF, answer, firm, row
from tests.connectors.made_up import WHO, Time, in_both_languages

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "real" / "sec" / "companyfacts"
REVENUE = {"Revenues": [row("2025-01-01..2025-03-31", 5, "2025-04-28")]}
ACME, BOLT, CORE = firm("acme", "901234"), firm("bolt", "901243"), firm("core", "55")


@pytest.fixture
def ask(tmp_path):
    """Asks the SEC, played by a table of answers by the last part of the address; all else is not there."""
    asked: list[str] = []

    def run(request: Request, **pages: object):
        def play(question: httpx.Request) -> httpx.Response:
            asked.append(question.url.path)
            page = pages.get(question.url.path.rsplit("/", 1)[-1].removesuffix(".json"))
            return httpx.Response(404) if page is None else httpx.Response(200, json=page)

        time = Time()
        client = httpx.Client(transport=httpx.MockTransport(play), follow_redirects=False)
        return collect(request, client=client, cache=RawCache(tmp_path / "raw"), user_agent=WHO,
                       limiter=time.limiter(), clock=time.now, sleep=time.sleep)  # fmt: skip

    run.asked = asked
    return run


def wants(*subjects, connector="sec_companyfacts", **more) -> Request:
    return Request(connector=connector, subjects=subjects, attributes=("revenue",), **more)


# ---- a number that is nobody's


@pytest.mark.parametrize("connector", ["sec_companyfacts", "sec_submissions"])
def test_a_number_of_nobody_names_the_nearest_firm_and_the_others_go_on(ask, connector):
    request = Request(connector=connector, subjects=(ACME, CORE), known=(ACME, BOLT, CORE))
    filed = {"accessionNumber": [], "form": [], "filingDate": [], "reportDate": [], "primaryDocument": []}
    came = ask(request, CIK0000000055=answer(REVENUE, cik="55") | {"filings": {"recent": filed}})
    assert came.status == "partial" and [document.address.subject for document in came.documents] == ["core"]
    said = next(remark for remark in came.remarks if remark.code == "not_found")
    assert said.about == "acme" and in_both_languages(said.says)
    for language in (said.says.en, said.says.zh):
        assert "0000901234" in language and "0000901243" in language and "bolt" in language
    assert "ten digits" in said.says.en and "十位數" in said.says.zh


def test_a_number_like_no_other_gets_no_guess(ask):
    (said,) = ask(wants(CORE, known=(ACME, BOLT))).remarks
    assert "Did you mean" not in said.says.en and "ten digits" in said.says.en


def test_the_right_number_of_the_same_firm_may_be_the_nearest(ask):
    """`--cik` with a slip in it: the number in the case is told."""
    (said,) = ask(wants(firm("acme", "901235"), known=(ACME, CORE))).remarks
    assert "Did you mean 0000901234, acme?" in said.says.en


def test_a_tag_that_a_firm_never_used_is_an_answer_and_not_a_failure(ask):
    concept = {"cik": 55, "taxonomy": "us-gaap", "tag": "Revenues",
               "units": {"USD": REVENUE["Revenues"]}}  # fmt: skip
    came = ask(wants(CORE, connector="sec_companyconcept"), Revenues=concept)
    assert came.status == "done" and len(came.claims) == 1
    said = [remark for remark in came.remarks if remark.code == "no_such_tag"]
    assert [remark.about for remark in said] == [
        "core, RevenueFromContractWithCustomerExcludingAssessedTax", "core, SalesRevenueNet",
    ]  # fmt: skip
    assert all(in_both_languages(remark.says) for remark in said)
    assert ask(wants(BOLT, connector="sec_companyconcept")).status == "nothing"


def test_a_frame_that_is_not_there_yet_says_so(ask):
    came = ask(wants(CORE, connector="sec_frames", since=Quarter(2031, 1), until=Quarter(2031, 1)))
    assert came.status == "nothing" and {remark.code for remark in came.remarks} == {"no_such_frame"}
    assert "Revenues, CY2031Q1" in {remark.about for remark in came.remarks}
    assert in_both_languages(came.remarks[0].says)


# ---- very many firms


def firms(count: int) -> tuple:
    return tuple(firm(f"f{n}", str(5000 + n)) for n in range(count))


@pytest.mark.parametrize("connector", ["sec_companyfacts", "sec_submissions"])
def test_above_twenty_firms_one_download_is_proposed(connector):
    assert advice(Request(connector=connector, subjects=firms(MANY_FIRMS))) == ()
    (said,) = advice(Request(connector=connector, subjects=firms(MANY_FIRMS + 1)))
    assert said.code == "bulk_download" and in_both_languages(said.says)
    assert f"{connector.removeprefix('sec_')}.zip" in said.says.zh and "--from-disk" in said.says.zh


def test_the_proposal_stands_among_the_remarks_of_a_run(ask):
    came = ask(wants(*firms(MANY_FIRMS + 1)))
    assert came.remarks[0].code == "bulk_download" and len(ask.asked) == MANY_FIRMS + 1


def test_the_archive_is_read_without_unpacking_it(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(MANY_FIRMS + 1):
            archive.writestr(f"CIK{5000 + n:010d}.json", json.dumps(answer(REVENUE, cik=str(5000 + n))))
    (tmp_path / "companyfacts.zip").write_bytes(packed.getvalue())
    came = collect(wants(*firms(MANY_FIRMS + 1)), folder=tmp_path / "companyfacts.zip")
    assert (came.status, len(came.claims), came.remarks) == ("done", MANY_FIRMS + 1, ())


# ---- one firm by several tags of one filing


def test_two_tags_of_one_filing_are_two_claims_and_both_can_be_kept(ask, case):
    days = "2025-01-01..2025-03-31"
    pages = {tag: {"cik": 55, "taxonomy": "us-gaap", "tag": tag, "units": {"USD": [row(days, value, "2025-04-28")]}}
             for tag, value in (("InterestExpense", 5), ("InterestExpenseNonoperating", 7))}  # fmt: skip
    request = Request(connector="sec_companyconcept", subjects=(CORE,), attributes=("interest_expense",))
    came = ask(request, **pages)
    assert len({claim.source.url for claim in came.claims}) == 1
    assert len(keep(came.claims, "sec_companyconcept", case=case).new) == 2
    assert sorted((claim.says.value, claim.at) for claim in load(case).metrics) == [
        (5e6, "us-gaap:InterestExpense"), (7e6, "us-gaap:InterestExpenseNonoperating"),
    ]  # fmt: skip


# ---- what was known on a day, through collecting, keeping and loading


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    (folder / "entities").mkdir(parents=True)
    (folder / "case.yaml").write_text("id: case\nname: {en: Case, zh: 案例}\nnewest: 2026-09-30\n")
    (folder / "entities" / "core.yaml").write_text("id: core\nname: {en: Core, zh: 核心}\nroles: [gear]\n")
    return folder


def known(case: Path, day: str) -> float:
    """The operating cash flow of the first quarter of 2016 in billions, as a reader of the case knew it on a day."""
    return (
        load(case).panel(asof=datetime.date.fromisoformat(day)).value("core", "operating_cash_flow", Quarter(2016, 1))
        / 1e9
    )


def check_vintages(case: Path, content: bytes, cik: str, tmp_path: Path) -> None:
    (tmp_path / f"CIK{cik}.json").write_bytes(content)
    request = Request(connector="sec_companyfacts", subjects=(firm("core", cik),))
    came = collect(request, folder=tmp_path)
    first = keep(came.claims, "sec_companyfacts", case=case)
    for day, value in (("2016-06-30", 0.309), ("2016-12-31", 0.318), ("2017-06-30", 0.319)):
        assert known(case, day) == pytest.approx(value, abs=0.0005)
    before = first.path.read_bytes()
    # A second run, one that asks about a day in the past, and one that asks for other metrics: nothing moves.
    day = datetime.date(2016, 12, 31)
    narrow = Request(connector="sec_companyfacts", subjects=request.subjects, attributes=("capex",))
    then = Request(connector="sec_companyfacts", subjects=request.subjects, asof=day)
    for again in (request, then, narrow):
        kept = keep(collect(again, folder=tmp_path).claims, "sec_companyfacts", case=case, asof=again.asof)
        assert (kept.new, kept.restated, kept.gone) == ((), (), ())
        assert kept.path.read_bytes() == before


def test_vintages_survive_being_kept_and_loaded(case, tmp_path):
    quarter = "2016-02-01..2016-05-01"
    rows = [row(quarter, 309, "2016-05-25"), row(quarter, 318, "2016-11-22"), row(quarter, 319, "2017-05-23")]
    content = json.dumps(answer({OCF: rows}, cik="901")).encode()
    check_vintages(case, content, "0000000901", tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="the saved answers lie beside the repository, not in it")
def test_vintages_of_a_real_firm_survive_being_kept_and_loaded(case, tmp_path):
    content = (REAL / "CIK0001045810.json").read_bytes()
    check_vintages(case, content, "0001045810", tmp_path)
