"""What the page Ledger asks for: a template that is sound, deals as lanes, claims side by side, gaps as lists."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from perpetuum.ledger import examine, load
from perpetuum.ledger.gaps import gaps
from perpetuum.web import template
from perpetuum.web.uploads import unpacked
from tests.report.made_case import ai
from tests.web.asking import OURS, asking

ZIP = {**OURS, "Content-Type": "application/zip"}


def told(client, address: str):
    answer = client.get(f"/api/ledger?{address}")
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


# ---- a template, and a case that is brought


def test_the_template_is_a_sound_case_with_a_loop_and_two_sources_that_differ():
    ledger, problems = examine(unpacked(template.zipped()))
    assert problems == ()
    assert ledger.case.loop and ledger.case.shocks
    assert any(len(leg.amounts) > len({claim.stage for claim in leg.amounts}) for leg in ledger.legs_by_id.values())
    assert any(leg.supersedes for leg in ledger.legs_by_id.values())


def test_the_template_can_be_fetched_and_brought_back(client):
    got = client.get("/api/ledger/template")
    assert got.headers["content-type"] == "application/zip" and "my-case.zip" in got.headers["content-disposition"]
    assert all(member.startswith("my-case/") for member in zipfile.ZipFile(io.BytesIO(got.content)).namelist())
    came = client.post("/api/ledger/case", content=got.content, headers=ZIP)
    assert came.status_code == 201 and came.json()["problems"] == []
    name = came.json()["result"]["case"]
    assert told(client, f"case={name}&show=deals")["total"] == 3


def test_every_verb_answers_for_the_template_in_a_sentence_or_with_its_result(client):
    name = client.post("/api/ledger/case", content=template.zipped(), headers=ZIP).json()["result"]["case"]
    shows = ("summary", "case", "deals", "entities", "claims", "sources", "series", "audit", "gaps", "findings",
             "changes", "disagreements", "moves", "statements", "missing", "search&q=lab")  # fmt: skip
    asked = [f"ledger?case={name}&show={show}" for show in shows]
    asked += [f"{verb}?case={name}" for verb in ("loops", "gauges", "verdict", "report", "hindcast")]
    asked += [f"loops?case={name}&show=loop&firm=chip_a&via=lab_a,cloud_a"]
    asked += [f"stress?case={name}&shock=lab_a:stops-paying"]
    for address in asked:
        assert client.get(f"/api/{address}").status_code == 200, address
    refused = client.get(f"/api/simulate?case={name}&draws=2&quarters=2")
    assert refused.status_code in (400, 404)
    assert refused.json()["title"]["en"] and refused.json()["title"]["zh"]


def test_a_case_that_is_gone_says_that_it_lived_in_memory(client):
    gone = client.get("/api/ledger?case=0123456789abcdef0123456789abcdef")
    assert gone.status_code == 404 and gone.json()["where"] == "case"
    assert "memory" in gone.json()["title"]["en"] and "記憶體" in gone.json()["title"]["zh"]


def test_nobody_is_told_the_names_of_cases_that_others_brought():
    with asking({"ai": "ai"}) as client:
        name = client.post("/api/ledger/case", content=template.zipped(), headers=ZIP).json()["result"]["case"]
        assert name not in client.get("/api/ledger?case=a1").text


# ---- deals


def test_filters_hold_together_and_an_empty_answer_says_which_to_loosen(client):
    all_of_it = told(client, "show=deals&rows=500")
    some = told(client, "show=deals&rows=500&family=funding&status=current&least=10000000000&stage=signed")
    assert 0 < some["total"] < all_of_it["total"]
    for deal in some["rows"]:
        assert "funding" in deal["families"] and "signed" in deal["stages"] and deal["largest"] >= 1e10
    none = told(client, "show=deals&firm=nvidia&least=100000000000000")
    assert none["total"] == 0
    best = none["loosen"][0]
    assert best["filter"] == "least"
    assert best["rows"] == told(client, "show=deals&firm=nvidia")["total"]


def test_changed_since_keeps_what_was_heard_of_later(client):
    since = told(client, "show=deals&rows=500&since=2026-06-30&sort=-changed")
    assert 0 < since["total"] < told(client, "show=deals")["total"]
    days = [deal["changed"] for deal in since["rows"]]
    assert min(days) > "2026-06-30" and days == sorted(days, reverse=True)


def test_a_later_version_says_what_it_did_to_the_earlier(client):
    deal = told(client, "show=deals&q=nvidia-openai-equity")["rows"][0]
    links = {leg["id"]: leg["follows"] for leg in deal["legs"]}
    assert links["nvda_openai_2026_abandoned"] == {"leg": "nvda_openai_2025_loi", "mode": "cancels"}
    assert deal["legs"][0]["id"] == "nvda_openai_2025_loi"


def test_an_opened_deal_shows_terms_and_every_claim_with_one_in_use(client):
    deal = told(client, "show=deal&name=anth_spacex_2026_colossus")
    leg = next(leg for leg in deal["legs"] if leg["id"] == "anth_spacex_2026_colossus")
    terms = {term["term"]["en"]: term["text"]["en"] for term in leg["terms"]}
    assert "90 days" in terms["Right to leave"] and "30 Oct 2026" in terms["Right to leave"]
    assert "may fall away" in terms["Firm part"]
    for stage in leg["stages"]:
        for figure in stage["figures"]:
            assert sum(claim["chosen"] for claim in figure["claims"]) == 1
    known = {claim.id for claim in ai().legs_by_id[leg["id"]].amounts}
    assert known <= {claim["id"] for stage in leg["stages"] for f in stage["figures"] for claim in f["claims"]}


def test_no_version_is_opened_before_it_could_be_known(client):
    then = told(client, "show=deal&name=nvidia-openai-equity&at=2025-10-24")
    assert [leg["id"] for leg in then["legs"]] == ["nvda_openai_2025_loi"] and then["later"] == 2


# ---- claims and sources


def test_only_what_sources_differ_about_stands_side_by_side(client):
    for group in told(client, "show=disagreements&rows=500")["rows"]:
        assert len({claim["value"] for claim in group["claims"]}) > 1
        assert [claim["chosen"] for claim in group["claims"]].count(True) == 1


def test_the_articles_policy_moves_the_figure_it_prints(client):
    moves = told(client, "show=moves&against=article")
    moved = {row["deal"]: (row["before"]["en"], row["after"]["en"]) for row in moves["rows"]}
    assert moved["oracle-nvidia-chips"] == ("US$40bn", "US$10bn")
    figures = {policy: str(ai().figure("orcl_nvda_2025_40", "announced", policy=policy).quantity)
               for policy in ("best_source", "article")}  # fmt: skip
    assert figures == {"best_source": "40bn USD", "article": "10bn USD"}
    assert told(client, "show=moves&against=best_source")["total"] == 0


def test_what_rests_on_a_source_alone_is_unknown_without_it(client):
    name = client.post("/api/ledger/case", content=template.zipped(), headers=ZIP).json()["result"]["case"]
    rows = told(client, f"case={name}&show=sources")["rows"]
    news = next(row for row in rows if row["title"] == "Lab A to rent computing from Cloud A")
    moved = told(client, f"case={name}&show=without&name={news['key']}")
    assert [(row["before"]["en"], row["after"]["en"]) for row in moved["rows"]] == [("up to US$12bn", "about US$10bn")]
    filing = next(row for row in rows if row["id"] == "cloud-filing" and row["deals"] == ["cloud-chips", "lab-cloud"])
    lost = told(client, f"case={name}&show=without&name={filing['key']}")
    assert all(row["is_lost"] and row["after"]["en"] == "unknown" for row in lost["rows"]) and lost["total"] == 4
    paid = next(each for each in lost["sums"] if each["stage"] == "paid")
    assert paid["moves"] and paid["before"] != paid["after"]


def test_a_source_that_is_not_there_is_refused_with_where_to_look(client):
    refused = client.get("/api/ledger?show=without&name=nothing")
    assert refused.status_code == 400 and "/sources" in refused.json()["repair"]["en"]


# ---- the article, gaps, search


def test_the_audit_has_a_tally_a_proof_and_the_figure_used_elsewhere(client):
    audit = told(client, "show=statements")
    assert sum(each["count"] for each in audit["tally"]) == len(audit["statements"]) == 34
    chips = next(each for each in audit["statements"] if each["id"] == "c05_oracle_gpu")
    assert chips["printed"]["en"] == "US$10bn" and chips["used"]["text"]["en"] == "US$40bn"
    assert chips["proofs"][0]["en"].startswith("4.5 * 35 = 157.5")
    assert told(client, "show=statements&policy=article")["statements"][4]["used"]["text"]["en"] == "US$10bn"


@pytest.mark.parametrize("case", ["ai", "telecom-2000"])
def test_every_gap_opens_a_list_as_long_as_its_count(client, case):
    ledger = load(case)
    at, asof = ledger.clock()
    counted = gaps(ledger, at, asof)
    lengths = {
        "without_amount": counted.without_amount, "without_schedule": counted.without_schedule,
        "tier_3_only": counted.tier_3_only, "one_source": counted.one_source, "disputed": len(counted.disputed),
        "firms_without_balance": len(counted.firms_without_balance),
        "months_without_events": len(counted.months_without_events), "unpaid": counted.money.unknown,
    }  # fmt: skip
    found = {gap: told(client, f"case={case}&show=missing&name={gap}")["total"] for gap in lengths}
    found["unpaid"] = sum(
        told(client, f"case={case}&show=missing&name=unpaid&kind={kind}")["total"] for kind in counted.by_kind
    )
    assert found == lengths


@pytest.mark.parametrize(
    ("words", "group", "id"),
    [
        ("輝達", "firm", "nvidia"), ("NVDA", "firm", "nvidia"), ("oracle nvidia chips", "deal", "oracle-nvidia-chips"),
        ("確定的部分", "word", "glossary.signed"), ("dominoes", "page", "dominoes"), ("骨牌", "page", "dominoes"),
    ],
)  # fmt: skip
def test_search_finds_names_tickers_words_and_pages_in_both_languages(client, words, group, id):
    groups = {each["group"]: each for each in told(client, f"show=search&q={words}")["groups"]}
    assert id in [row["id"] for row in groups[group]["rows"]]


def test_search_without_words_finds_nothing_and_says_so(client):
    assert told(client, "show=search&q=%20")["groups"] == []


def test_names_from_a_case_are_words_in_every_answer(client):
    from tests.report.made_case import HOSTILE, made_case
    from tests.web.test_uploads import zipped

    came = client.post("/api/ledger/case", content=zipped(made_case(*HOSTILE.items())), headers=ZIP)
    assert came.status_code == 201, came.text
    name = came.json()["result"]["case"]
    firms = told(client, f"case={name}&show=entities")["rows"]
    assert any(re.search("<script>", firm["name"]["en"]) for firm in firms)
    for show in ("disagreements", "statements", "search&q=script", "deal&name=rent"):
        answer = client.get(f"/api/ledger?case={name}&show={show}")
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
