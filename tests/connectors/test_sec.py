"""The connectors to the SEC: addresses, saved answers of an invented firm, and answers that are none."""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.connectors import (
    sec_companyconcept,
    sec_companyfacts,
    sec_frames,
    sec_instance,
    sec_submissions,
)
from perpetuum.connectors.connector import Read
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError, PerpetuumError, UnknownName
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from tests.connectors.filings import CAPEX, CIK, FETCHED, M, answer, document, firm, request, row, year_to_date

DATA = Path(__file__).parent / "data"
INSTANCE = "0000000901-24-022800/acme-20240128_htm.xml"
SINCE, UNTIL = Quarter(2023, 3), Quarter(2023, 3)
EVERY = (sec_companyfacts, sec_companyconcept, sec_frames, sec_submissions, sec_instance)
MEMBER = (("segment.cloud_revenue", "acme:CloudMember"), ("filed", "2024-02-28"))


def asks(connector, *attributes, **more):
    extra = {"series": (INSTANCE,)} if connector is sec_instance else {}
    extra |= {"since": SINCE, "until": UNTIL} if connector is sec_frames else {}
    return request(*attributes, connector=connector.CONNECTOR.id, **(extra | more))


def saved(name, connector, ask):
    address = connector.plan(ask)[0]
    return dataclasses.replace(document((DATA / name).read_bytes()), address=address)


SAVED = {
    sec_companyfacts: "sec_companyfacts_CIK0000000901.json",
    sec_companyconcept: "sec_companyconcept_CIK0000000901_Revenues.json",
    sec_frames: "sec_frames_Revenues_CY2023Q3.json",
    sec_submissions: "sec_submissions_CIK0000000901.json",
    sec_instance: "sec_instance_acme-20240128_htm.xml",
}


def read_saved(connector, *attributes, **more):
    ask = asks(connector, *attributes, **more)
    return connector.read(saved(SAVED[connector], connector, ask), ask)


def in_millions(read, metric):
    return {claim.period_label: claim.says.value / M for claim in read.claims if claim.attribute == metric}


def codes(read):
    return [remark.code for remark in read.remarks]


# Addresses.


def test_a_number_is_padded_to_ten_digits_and_the_answer_has_a_name_on_disk():
    (address,) = sec_companyfacts.plan(asks(sec_companyfacts, subjects=(firm(cik="901"),)))
    assert address.url == f"https://data.sec.gov/api/xbrl/companyfacts/CIK{CIK}.json"
    assert address.file == f"*CIK{CIK}*.json"


def test_a_concept_has_one_address_for_every_tag():
    urls = [address.url for address in sec_companyconcept.plan(asks(sec_companyconcept, "capex"))]
    tags = [url.rsplit("/", 1)[1] for url in urls]
    assert tags == [f"{CAPEX}.json", "PaymentsToAcquireProductiveAssets.json"]


def test_a_frame_of_a_balance_is_asked_at_the_close():
    ask = asks(sec_frames, "revenue", "cash", since=Quarter(2025, 3), until=Quarter(2025, 3))
    urls = [address.url for address in sec_frames.plan(ask)]
    assert "https://data.sec.gov/api/xbrl/frames/us-gaap/Revenues/USD/CY2025Q3.json" in urls
    assert urls[-1].endswith("/CashAndCashEquivalentsAtCarryingValue/USD/CY2025Q3I.json")


def test_the_document_of_a_filing_lies_in_a_folder_without_dashes():
    (address,) = sec_instance.plan(asks(sec_instance))
    assert address.url == "https://www.sec.gov/Archives/edgar/data/901/000000090124022800/acme-20240128_htm.xml"


@pytest.mark.parametrize("connector", EVERY, ids=lambda module: module.CONNECTOR.id)
def test_every_connector_to_the_sec_needs_a_user_agent_and_gives_known_metrics(connector):
    assert connector.CONNECTOR.needs == ("user_agent",)
    assert set(connector.CONNECTOR.gives) <= METRICS.keys()


@pytest.mark.parametrize("connector", EVERY, ids=lambda module: module.CONNECTOR.id)
def test_without_a_firm_nothing_is_asked(connector):
    with pytest.raises(CollectError, match="no firm was named"):
        connector.plan(asks(connector, subjects=()))


@pytest.mark.parametrize("cik", ["", "12345678901", "12a", "-5", "１２３"])
def test_a_firm_without_a_number_is_refused_with_a_way_out(cik):
    with pytest.raises(CollectError, match="Add sec_cik") as refused:
        sec_companyfacts.plan(asks(sec_companyfacts, subjects=(firm(cik=cik),)))
    assert "sec_cik" in refused.value.in_language("zh")


def test_a_misspelt_metric_comes_with_the_nearest_known_one():
    with pytest.raises(UnknownName, match="did you mean `capex`"):
        sec_companyfacts.plan(asks(sec_companyfacts, "capx"))


def test_a_frame_without_quarters_is_refused():
    with pytest.raises(CollectError, match="--since"):
        sec_frames.plan(asks(sec_frames, "revenue", since=None))


@pytest.mark.parametrize("series", [(), ("../../etc/passwd",), ("0000000901-24-022800/../x.xml",), ("a.xml",)])
def test_a_document_must_be_named_by_filing_and_file(series):
    with pytest.raises(CollectError, match="--series"):
        sec_instance.plan(asks(sec_instance, series=series))


# Saved answers.


def test_company_facts_give_quarters_of_a_firm_with_years_of_52_weeks():
    read = read_saved(sec_companyfacts, "revenue", "capex", "free_cash_flow", "total_debt", "cash")
    assert [in_millions(read, "revenue")[f"2021Q{n}"] for n in (1, 2, 3, 4)] == [400, 407, 414, 421]
    assert [in_millions(read, "capex")[f"2023Q{n}"] for n in (1, 2, 3, 4)] == [96, 103, 110, 117]
    assert in_millions(read, "free_cash_flow")["2023Q4"] == 120 - 40
    assert in_millions(read, "total_debt")["2023Q4"] == 441 - 20 + 141 + 0
    assert len(in_millions(read, "cash")) == 12


def test_a_claim_carries_its_evidence():
    read = read_saved(sec_companyfacts, "capex")
    claim = next(claim for claim in read.claims if claim.period_label == "2023Q4")
    assert (claim.derivation, claim.fiscal_label, claim.status) == ("ytd_diff", "FY2024Q4", "reported")
    assert (str(claim.period), claim.known_from) == ("2023-10-30..2024-01-28", datetime.date(2024, 2, 28))
    source = claim.source
    assert source.url == "https://www.sec.gov/Archives/edgar/data/901/000000090124022801/0000000901-24-022801-index.htm"
    assert (source.kind, source.tier, source.title) == (
        "filing", 1, "10-K, us-gaap:PaymentsToAcquireProductiveAssets")  # fmt: skip
    assert str(source.published) == "2024-02-28" and str(source.retrieved) == "2026-09-01"
    assert re.fullmatch("[0-9a-f]{64}", source.hash)
    assert claim.note == (
        "+ 426000000 (2023-01-30..2024-01-28, 0000000901-24-022801) "
        "- 309000000 (2023-01-30..2023-10-29, 0000000901-23-112200)"
    )


def test_no_two_claims_of_an_answer_have_one_name():
    claims = read_saved(sec_companyfacts).claims
    assert len({claim.id for claim in claims}) == len(claims) > 100


def test_a_request_as_of_a_day_gives_the_claims_known_by_then():
    day = datetime.date(2022, 6, 1)
    then = read_saved(sec_companyfacts, asof=day).claims
    assert set(then) == {claim for claim in read_saved(sec_companyfacts).claims if claim.known_from <= day}
    assert then


def test_only_the_quarters_asked_for_come_back():
    read = read_saved(sec_companyfacts, "capex", since=Quarter(2022, 4), until=Quarter(2023, 1))
    assert list(in_millions(read, "capex")) == ["2022Q4", "2023Q1"]


def test_free_cash_flow_needs_both_of_its_parts():
    concepts = {CAPEX: [row(year_to_date(2025, "Q1"), 5, "2025-04-28")]}
    read = sec_companyfacts.read(document(answer(concepts)), request("free_cash_flow"))
    assert not read.claims and codes(read) == ["nothing_found"]


def test_one_concept_gives_the_same_quarters_as_all_facts():
    one = in_millions(read_saved(sec_companyconcept, "revenue"), "revenue")
    assert one == in_millions(read_saved(sec_companyfacts, "revenue"), "revenue")


def test_a_frame_gives_the_firms_asked_about_and_is_known_only_since_it_was_fetched():
    read = read_saved(sec_frames, "revenue")
    (claim,) = read.claims
    assert (claim.subject, claim.period_label, claim.says.value) == ("acme", "2023Q3", 470 * M)
    assert claim.known_from == FETCHED.date() and claim.source.published is None
    then = read_saved(sec_frames, "revenue", asof=datetime.date(2024, 1, 1))
    assert not then.claims and codes(then) == ["not_known_then"]


def test_a_frame_agrees_with_all_facts():
    (claim,) = read_saved(sec_frames, "revenue").claims
    assert claim.says.value / M == in_millions(read_saved(sec_companyfacts, "revenue"), "revenue")["2023Q3"]


def test_submissions_in_the_wrapping_of_a_cache_tell_the_year_end_and_the_newest_report():
    read = read_saved(sec_submissions)
    said = {remark.code: remark.says.en for remark in read.remarks}
    assert "01-31" in said["fiscal_year_end"]
    assert "10-K 0000000901-24-022800" in said["newest_report"]
    then = read_saved(sec_submissions, asof=datetime.date(2023, 12, 1))
    assert "10-Q 0000000901-23-112200" in {r.code: r.says.en for r in then.remarks}["newest_report"]


def test_older_filings_are_asked_for_only_where_they_are_needed():
    ask = asks(sec_submissions)
    first = saved(SAVED[sec_submissions], sec_submissions, ask)
    assert sec_submissions.follow(ask, [first]) == ()
    (further,) = sec_submissions.follow(asks(sec_submissions, options=(("older", "yes"),)), [first])
    assert further.url == f"https://data.sec.gov/submissions/CIK{CIK}-submissions-001.json"
    old = json.loads((DATA / "sec_submissions_CIK0000000901-001.json").read_text())
    assert sec_submissions.submissions_of(old).filings[0].filed == datetime.date(2014, 3, 1)


def test_an_instance_gives_years_of_the_firm_and_of_its_segment():
    read = read_saved(sec_instance, "revenue", "cloud_revenue", "total_assets", options=MEMBER)
    assert in_millions(read, "revenue") == {"FY2023": 1754, "FY2024": 1866}
    assert in_millions(read, "cloud_revenue") == {"FY2023": 600, "FY2024": 700}
    assert in_millions(read, "total_assets") == {"2023Q4": 2121}
    assert {claim.known_from for claim in read.claims} == {datetime.date(2024, 2, 28)}
    assert not read.remarks


def test_an_axis_can_be_named_with_its_member():
    axis = "us-gaap:StatementBusinessSegmentsAxis=acme:CloudMember"
    read = read_saved(sec_instance, "cloud_revenue", options=(("segment.acme.cloud_revenue", axis),))
    assert in_millions(read, "cloud_revenue")["FY2024"] == 700


def test_an_instance_without_its_filing_day_is_known_since_it_was_fetched_and_says_so():
    read = read_saved(sec_instance, "revenue")
    assert codes(read) == ["no_filing_date"]
    assert {claim.known_from for claim in read.claims} == {FETCHED.date()}
    assert not read_saved(sec_instance, "revenue", asof=datetime.date(2024, 3, 1)).claims


def test_the_quarters_of_all_facts_add_up_to_the_years_of_the_document():
    quarters = in_millions(read_saved(sec_companyfacts, "revenue"), "revenue")
    years = in_millions(read_saved(sec_instance, "revenue", options=MEMBER), "revenue")
    for label, calendar_year in (("FY2023", 2022), ("FY2024", 2023)):
        assert sum(quarters[f"{calendar_year}Q{n}"] for n in (1, 2, 3, 4)) == years[label]


@pytest.mark.parametrize("connector", EVERY, ids=lambda module: module.CONNECTOR.id)
def test_the_same_bytes_give_the_same_claims(connector):
    assert read_saved(connector) == read_saved(connector)


@pytest.mark.parametrize("name", ["tags.capex", "tags.acme.capex"])
def test_the_tags_of_a_metric_can_be_named(name):
    concepts = {"OwnTag": [row(year_to_date(2025, "Q1"), 5, "2025-04-28")]}
    read = sec_companyfacts.read(document(answer(concepts)), request("capex", options=((name, "OwnTag"),)))
    assert in_millions(read, "capex") == {"2025Q1": 5}


@pytest.mark.parametrize(
    ("name", "text"), [("tags.capex", "one tag"), ("tags.capex", "A++B"), ("fiscal_year_end", "1331"),
                       ("fiscal_year_end", "0230"), ("fiscal_year_end", "Jan 31")],
)  # fmt: skip
def test_an_option_that_cannot_be_read_is_an_error_with_an_example(name, text):
    with pytest.raises(CollectError, match=f"option {name}.*\n.*for example"):
        sec_companyfacts.read(document(answer({})), request(options=((name, text),)))


def test_a_year_end_can_be_given_where_no_annual_report_tells_it():
    rows = [row(year_to_date(2025, part), value, filed) for part, value, filed in
            (("Q1", 1, "2025-04-28"), ("Q2", 2, "2025-07-28"), ("Q3", 3, "2025-10-28"),
             ("FY", 10, "2026-02-10"))]  # fmt: skip
    for options, derivation in (((), "ttm_undone"), ((("fiscal_year_end", "1231"),), "fy_minus_3q")):
        read = sec_companyfacts.read(document(answer({CAPEX: rows})), request("capex", options=options))
        assert (read.claims[-1].says.value, read.claims[-1].derivation) == (4 * M, derivation)


# Answers that are none.


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><body>Request Rate Threshold Exceeded</body></html>", "not_what_was_asked"),
        (b"", "not_what_was_asked"),
        (b"[1, 2]", "not_what_was_asked"),
        (b'{"cik": 901}', "not_what_was_asked"),
        (b'{"cik": 901, "facts": []}', "not_what_was_asked"),
        (b'{"cik": 7, "facts": {}}', "not_what_was_asked"),
        (b'{"cik": 901, "facts": {"us-gaap": {"Assets"', "truncated"),
        (b"[" * 200_000, "truncated"),
        (b'{"cik": 901, "facts": {"us-gaap": \xff\xfe}}', "truncated"),
    ],
)
def test_an_answer_that_is_none_gives_no_claims_and_one_sentence(content, code):
    read = sec_companyfacts.read(document(content), request())
    assert not read.claims and codes(read) == [code]
    assert len(read.remarks[0].says.en) < 300 and read.remarks[0].says.en.isprintable()


BAD_ROWS = {
    "no number": {"val": "12"},
    "a truth value": {"val": True},
    "not a number": {"val": float("nan")},
    "endless": {"val": float("inf")},
    "too large": {"val": 10**400},
    "no day": {"end": "2025-02-30"},
    "another century": {"end": "0001-01-01"},
    "no filing": {"accn": "../../x"},
    "no start": {"start": None},
    "a list": {"filed": ["2025-04-28"]},
}


@pytest.mark.parametrize("wrong", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_row_that_is_no_fact_is_counted_and_the_rest_is_read(wrong):
    good = row(year_to_date(2025, "Q1"), 5, "2025-04-28")
    bad = row(year_to_date(2024, "Q2"), 6, "2024-07-28") | wrong
    read = sec_companyfacts.read(document(answer({CAPEX: [bad, good]})), request("capex"))
    assert in_millions(read, "capex") == {"2025Q1": 5}
    assert codes(read) == ["unreadable_fact"]


@pytest.mark.parametrize("days", ["2025-03-31..2025-03-31", "2025-03-31..2025-01-01"])
def test_a_period_without_length_is_set_aside_and_listed(days):
    rows = [row(days, 9, "2025-04-28"), row(year_to_date(2025, "Q1"), 5, "2025-04-28")]
    read = sec_companyfacts.read(document(answer({CAPEX: rows})), request("capex"))
    assert in_millions(read, "capex") == {"2025Q1": 5}
    assert codes(read) == ["bad_duration"]


def test_a_length_that_fits_no_report_is_named_and_not_used():
    rows = [row("2025-01-01..2025-04-30", 9, "2025-05-28"), row(year_to_date(2025, "Q1"), 5, "2025-04-28")]
    read = sec_companyfacts.read(document(answer({CAPEX: rows})), request("capex"))
    assert in_millions(read, "capex") == {"2025Q1": 5}
    assert "2025-01-01..2025-04-30" in next(r.says.en for r in read.remarks if r.code == "unused_duration")


def test_a_missing_half_year_leaves_a_gap_that_is_listed():
    rows = [row(year_to_date(2025, "Q1"), 10, "2025-04-28"), row(year_to_date(2025, "9M"), 60, "2025-10-28"),
            row(year_to_date(2025, "FY"), 100, "2026-02-10", form="10-K")]  # fmt: skip
    read = sec_companyfacts.read(document(answer({CAPEX: rows})), request("capex"))
    assert in_millions(read, "capex") == {"2025Q1": 10, "2025Q4": 40}
    assert "2025Q2, 2025Q3" in next(r.says.en for r in read.remarks if r.code == "gap")


def test_a_negative_difference_is_kept_and_shown_with_both_inputs():
    rows = [row(year_to_date(2025, "Q1"), 10, "2025-04-28"), row(year_to_date(2025, "H1"), 7, "2025-07-28")]
    read = sec_companyfacts.read(document(answer({CAPEX: rows})), request("capex"))
    assert in_millions(read, "capex")["2025Q2"] == -3
    said = next(r.says for r in read.remarks if r.code == "implausible_difference")
    assert "7000000" in said.en and "10000000" in said.en and "10000000" in said.zh


def test_another_unit_stays_as_it_is_and_is_said():
    reply = answer({CAPEX: [row(year_to_date(2025, "Q1"), 10, "2025-04-28")]}, unit="TWD")
    read = sec_companyfacts.read(document(reply), request("capex"))
    assert [claim.says.unit for claim in read.claims] == ["TWD"]
    assert codes(read) == ["other_unit"]


def test_two_values_in_one_filing_that_nothing_decides_are_both_kept_as_evidence():
    filing = "0000000901-25-042800"
    rows = [row(year_to_date(2025, "Q1"), value, "2025-04-28", accession=filing) for value in (10, 30)]
    rows += [row(year_to_date(2025, "Q2"), 5, "2025-07-28"), row(year_to_date(2025, "H1"), 15, "2025-07-28")]
    read = sec_companyfacts.read(document(answer({CAPEX: rows})), request("capex"))
    assert [(c.says.value / M, str(c.known_from)) for c in read.claims if c.period_label == "2025Q1"] == [
        (30, "2025-04-28"),  # nothing told the two apart
        (10, "2025-07-28"),  # 10 + 5 = 15
    ]
    assert "filer_error" in codes(read)


def test_a_filing_dated_after_the_answer_was_fetched_is_said():
    reply = answer({CAPEX: [row(year_to_date(2026, "Q4"), 10, "2027-02-10")]})
    assert "filed_after_retrieved" in codes(sec_companyfacts.read(document(reply), request("capex")))


def test_an_answer_about_another_firm_is_refused():
    other = Entity(id="other", name=both("Other", "別家"), roles=("gear",), identifiers=(("sec_cik", "902"),))
    read = sec_companyfacts.read(document(answer({}), subject="other"), request(subjects=(firm(), other)))
    assert codes(read) == ["not_what_was_asked"]


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
<xbrl xmlns="http://www.xbrl.org/2003/instance">&b;</xbrl>"""


@pytest.mark.parametrize(
    "content", [LAUGHS, LAUGHS.decode().encode("utf-16"), b"<a>" * 5000], ids=["entities", "utf-16", "deep"]
)
def test_xml_that_could_grow_without_end_is_refused(content):
    ask = asks(sec_instance)
    read = sec_instance.read(dataclasses.replace(document(content), address=sec_instance.plan(ask)[0]), ask)
    assert not read.claims and codes(read) == ["refused"]


# Any bytes whatever.


@st.composite
def damaged(draw, whole: bytes):
    """A real answer that was cut, shuffled, or mixed with other bytes."""
    how = draw(st.sampled_from(("cut", "shuffled", "mixed", "utf-16", "swapped")))
    if how == "cut":
        return whole[: draw(st.integers(0, len(whole)))]
    if how == "shuffled":
        pieces = re.split(rb"(?<=[,{}<>\[\]])", whole)
        draw(st.randoms(use_true_random=False)).shuffle(pieces)
        return b"".join(pieces)
    if how == "utf-16":
        return whole.decode().encode("utf-16")[: draw(st.integers(0, 2 * len(whole)))]
    if how == "swapped":
        return _swap(whole, draw(st.randoms(use_true_random=False)))
    at = draw(st.integers(0, len(whole)))
    return whole[:at] + draw(st.binary(max_size=12)) + whole[at:]


def _swap(whole: bytes, chance: random.Random) -> bytes:
    """Still well formed, but with values where others belong."""
    values = [b"null", b"-1", b'"x"', b"[]", b"{}", b"1e308", b"true", b'"2025-01-01"', b'"\\ud800"']
    return re.sub(rb'(?<=": )("[^"]*"|\d+)', lambda m: chance.choice(values) if chance.random() < 0.1 else m[0], whole)


@pytest.mark.parametrize("connector", EVERY, ids=lambda module: module.CONNECTOR.id)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_bytes_give_an_answer_or_one_of_our_errors(connector, data):
    whole = (DATA / SAVED[connector]).read_bytes()
    ask = asks(connector, options=MEMBER if connector is sec_instance else ())
    content = data.draw(damaged(whole) | st.binary(max_size=200))
    reply = dataclasses.replace(document(content), address=connector.plan(ask)[0])
    try:
        read = connector.read(reply, ask)
    except PerpetuumError:
        return
    assert isinstance(read, Read)
    connector.CONNECTOR.follow(ask, [reply])
    for remark in read.remarks:
        remark.says.en.encode()
        remark.about.encode()
