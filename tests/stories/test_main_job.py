"""The main job on the case `ai`: one command reads it, measures the money, audits the article and writes it down."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
from collections import Counter, defaultdict

import pytest
from rich.console import Console

from perpetuum.report.blocks import Rings
from perpetuum.report.main_job import run
from perpetuum.report.numbers import share as in_words
from perpetuum.report.storyteller import tell
from perpetuum.report.terminal import draw
from perpetuum.report.views.run import told as after_a_run

THEN, NOW = "2025-10-24", "2026-09-16"
STAGES = ("announced", "signed", "paid")
BN = 1e9


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    return run("ai", out=tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def findings(done):
    told = json.loads((done.folder / "findings.json").read_text(encoding="utf-8"))
    return {finding["id"]: finding for finding in told["findings"]}


@pytest.fixture(scope="module")
def page(done):
    return (done.folder / "report.html").read_text(encoding="utf-8")


def table(done, name: str) -> list[dict[str, str]]:
    text = (done.folder / "csv" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# ---- what is written


def test_a_page_findings_tables_and_a_manifest_are_written(done):
    there = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    tables = (
        "audit",
        "dominoes",
        "findings",
        "gauges",
        "legs",
        "loop",
        "loops",
        "machine",
        "machine_events",
        "machine_flows",
        "machine_numbers",
        "machine_sheets",
        "machine_swings",
        "origins",
        "shares",
        "structure",
        "unknown",
        "votes",
    )
    pages = {"report.html", "report.pdf", "findings.json", "manifest.json"}
    assert there == pages | {f"csv/{name}.csv" for name in tables}


def test_the_manifest_knows_every_file_by_its_hash(done):
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["what_came_out"]:
        assert hashlib.sha256((done.folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert [date["at"] for date in manifest["what"]["dates"]] == [THEN, NOW]
    assert set(manifest["how_it_went"]["status"].values()) == {"settled"}


def test_the_page_can_be_sent_by_mail(page):
    assert len(page.encode()) < 5e6


# ---- NVIDIA -> OpenAI -> Oracle -> NVIDIA, three kinds of money


def loop(done, date: str, stage: str):
    snapshot = next(each for each in done.study.snapshots if str(each.at) == date)
    along = snapshot.loop[stage]
    assert along.firms == ("nvidia", "openai", "oracle")
    return along.shares["burn"]


def test_a_third_of_the_headline_was_nvidias_own_money_when_the_article_was_written(done):
    # OpenAI was to get 100 from NVIDIA, and had 0.1; it was to pay Oracle 300, which was to pay NVIDIA 40.
    share = loop(done, THEN, "announced")
    assert share.value == pytest.approx(100.1 / 300)
    assert (share.low, share.high) == (pytest.approx(0), pytest.approx(1))
    assert share.not_traced == pytest.approx(199.9 / 300)
    assert share.of == pytest.approx(40 * BN)
    assert in_words(share.value).en == "33.4\u202f%"


def test_a_tenth_is_left_since_the_letter_of_intent_became_thirty_billion(done):
    share = loop(done, NOW, "announced")
    assert share.value == pytest.approx(30.1 / 300)
    assert (share.low, share.high) == (pytest.approx(0), pytest.approx(30.1 / 40))
    assert share.not_traced == pytest.approx(269.9 / 300)
    assert in_words(share.value).en == "10\u202f%"


@pytest.mark.parametrize("date", [THEN, NOW])
def test_nothing_signed_goes_round_the_loop(done, date):
    share = loop(done, date, "signed")
    assert (share.value, share.low, share.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("date", [THEN, NOW])
def test_whether_cash_went_round_nobody_knows_and_no_number_is_made_up(done, date):
    share = loop(done, date, "paid")
    assert (share.value, share.low, share.high, share.not_traced) == (None, None, None, None)
    assert "oracle" in share.because.en and "nvidia" in share.because.en


def test_the_numbers_of_the_loop_stand_on_the_page_and_on_the_screen(done, page):
    out = io.StringIO()
    Console(file=out, width=250, highlight=False).print(draw(after_a_run(done), "en"))
    for words in (
        "33.4\u202f%",
        "66.6\u202f% not traced",
        "0 to 75.3\u202f%",
        "payments are unknown for Oracle → NVIDIA",
    ):
        assert words in page
        assert words in out.getvalue()


def test_the_one_loop_on_which_cash_is_known_to_have_gone_round_is_shown(done, page):
    went_round = [row for row in table(done, "loops.csv") if (row["stage"], row["status"]) == ("paid", "complete")]
    assert {row["firms"] for row in went_round} == {"coreweave > nvidia > coreweave"}
    assert {float(row["bottleneck_usd"]) for row in went_round} == {2 * BN}
    loops = page[page.index('<section id="loops"') : page.index('<section id="gauges"')]
    assert "CoreWeave → NVIDIA → CoreWeave" in loops


def test_thirty_billion_signed_without_a_schedule_cannot_have_come_back_and_are_not_dropped(done):
    # Only 0.1 of what NVIDIA signed for OpenAI has a schedule; the words beside the band say both. The rest was
    # signed after Oracle's purchases began and before OpenAI pays Oracle anything: it cannot be in what Oracle pays.
    hop = done.study.now.loop["signed"].hops[0]
    assert (hop.amount, len(hop.unknown)) == (pytest.approx(0.1 * BN), 1)
    pictures = next(block for block in tell(done.study)[0].blocks if isinstance(block, Rings))
    signed = next(ring for ring in pictures.rings if ring.stage == "signed")
    assert signed.bands[0].label.text.en == "US$30.1bn"
    assert signed.bands[0].note.en == "US$30bn not dated"
    assert "cannot have come back in time" in signed.share.small.en
    left_out = [row for row in table(done, "unknown.csv") if row["leg"] == "nvda_openai_2026_round"]
    assert [(row["stage"], row["usd"]) for row in left_out if row["at"] == NOW and row["stage"] == "signed"] == [
        ("signed", str(30.0 * BN))
    ]


# ---- findings


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("date", [THEN, NOW])
def test_recycled_shares_are_told_at_every_stage_on_both_dates_with_all_that_belongs_to_them(findings, stage, date):
    told = [
        finding for id, finding in findings.items() if id.startswith("recycled_") and id.endswith(f"_{stage}_{date}")
    ]
    assert len(told) >= 3
    for finding in told:
        share = finding["value"]
        assert share["stage"] == stage
        assert 0 <= share["low"] <= share["value"] <= share["high"] <= 1
        assert 0 <= share["not_traced"] <= 1
        assert share["window"] and share["view"] == "last_financier" and share["rule"] == "burn"
        assert finding["asof"] == date
        assert finding["evidence"]


def test_every_recycled_share_says_its_bounds_in_its_sentence(findings):
    for id, finding in findings.items():
        if id.startswith("recycled_"):
            assert in_words(finding["value"]["value"]).en in finding["sentence"]["en"]
            assert "[" in finding["sentence"]["en"] and "［" in finding["sentence"]["zh"]


def test_what_the_case_says_of_itself_is_what_comes_out(done):
    wrong = [each.told.id for each in done.study.answered if not all(answer.agrees for answer in each.answers)]
    assert wrong == []


def test_the_circle_of_firms_grew_from_four_to_eleven(findings):
    assert [len(firms) for firms in findings["core_of_paying_firms"]["value"].values()] == [4, 11]
    assert findings["core_of_paying_firms"]["sentence"]["en"].startswith("The largest circle of firms")


def test_what_was_unknown_then_and_known_since_is_told_as_that(findings):
    finding = findings["openai_paid_microsoft_usd"]
    assert finding["value"] == {"2025-12-31": None, NOW: 17.2 * BN}


def test_nothing_was_due_under_a_contract_that_starts_in_2027(done, findings):
    assert findings["oracle_contract_paid"]["value"] == {THEN: 0.0, NOW: 0.0}
    network = done.study.now.networks["paid"]
    assert "other payments of the pair are unknown" in network.remarks["openai_orcl_2025_300"].en


def test_an_early_reading_tells_nothing_that_came_later(tmp_path):
    early = run("ai", at="2025-03-31", out=tmp_path)
    assert early.study.audited == () and early.study.answered == ()
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    later = ("since the accounts leaked", "letter of intent of 22 September 2025")
    assert [words for words in later if words in page] == []


def test_how_much_is_unknown_is_itself_a_finding(findings):
    unknown = findings["paid_unknown"]
    assert unknown["knowledge"] == "we do not know"
    assert (unknown["value"]["unknown"], unknown["value"]["legs"]) == (81, 133)


def test_every_finding_is_told_in_both_languages_and_says_what_kind_of_knowledge_it_is(findings):
    kinds = {"the filing says", "the source says", "our arithmetic", "the model gives", "we do not know"}
    assert {finding["knowledge"] for finding in findings.values()} == kinds
    assert [
        id for id, finding in findings.items() if not (finding["sentence"]["en"] and finding["sentence"]["zh"])
    ] == []


# ---- what comes next


def test_the_machine_lives_through_two_thousand_futures_and_says_when_the_gap_closes(done, findings, page):
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))["what"]["machine"]
    assert (manifest["futures"], manifest["first"], manifest["quarters"]) == (2000, "2026Q1", 40)
    assert {ended["settled"] for ended in manifest["status"].values()} == {2000}
    told = findings["machine_gap_closed_neutral"]
    assert told["knowledge"] == "the model gives" and told["value"]["firm"] == "openai"
    by = [told["value"]["by_end_of"][year] for year in ("2028", "2030", "2035")]
    assert by[0] < by[1] < by[2] < 1
    assert told["sentence"]["en"].startswith("The model gives, in the scenario neutral: OpenAI pays its own way")
    assert told["sentence"]["zh"].startswith("模型給出（情境 neutral）：OpenAI")
    assert in_words(by[1]).en in page and '<section id="machine"' in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_overview_and_the_last_words_of_a_run_say_what_may_come_next(done, findings, page, language):
    short = page[page.index('<section id="overview"') : page.index('<section id="loop"')]
    console = Console(file=io.StringIO(), width=10_000)
    console.print(draw(after_a_run(done), language))
    for name in ("gap_closed", "defaults", "vendor_money"):
        sentence = findings[f"machine_{name}_neutral"]["sentence"][language]
        assert sentence in short and sentence in console.file.getvalue()
    assert 'href="#machine"' in short and 'href="#machine-assumed"' in short


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_ends_with_the_verdict_and_the_report_has_it_after_the_overview(done, findings, page, language):
    verdict = done.study.verdict
    told_on_page = page[page.index('<section id="verdict"') : page.index('<section id="loop"')]
    assert page.index('<section id="overview"') < page.index('<section id="verdict"')
    console = Console(file=io.StringIO(), width=10_000)
    console.print(draw(after_a_run(done), language))
    last = console.file.getvalue()
    last = last[last.rindex(("The verdict, as known on", "判斷（截至")[language == "zh"]) :]
    for sentence in verdict.in_short:
        assert sentence.text.in_language(language).split("\n")[0] in last
    for sentence in verdict.sentences:
        kept = findings[f"verdict_{sentence.id}_{verdict.asof}"]
        assert kept["knowledge"] == sentence.knowledge
        assert kept["value"]["run"] == sentence.model
        assert sentence.text.in_language(language) in html.unescape(told_on_page)


def test_every_assumed_number_is_listed_on_the_page_and_in_a_table(done, page):
    assumed = [row for row in table(done, "machine_numbers.csv") if row["basis"] == "assumed"]
    assert len(assumed) > 200
    assert [row["address"] for row in assumed if not (row["because"] and row["because_zh"])] == []
    section = page[page.index('<section id="machine"') : page.index('<section id="gauges"')]
    assert [row["address"] for row in assumed if row["address"].replace(">", "&gt;") not in section] == []


def test_an_early_reading_does_not_simulate_from_what_was_known_later(tmp_path):
    early = run("ai", at="2025-03-31", stages=("paid",), out=tmp_path, formats=("html",))
    assert early.study.simulated is None
    assert '<section id="machine"' not in (tmp_path / "report.html").read_text(encoding="utf-8")


# ---- the article and the gauges


def test_the_article_is_audited_statement_by_statement(done, findings):
    counts = {"confirmed": 12, "contradicted": 7, "unit_slip": 3, "stale": 8, "unverifiable": 4}
    assert Counter(each.statement.verdict for each in done.study.audited) == counts
    assert Counter(row["verdict"] for row in table(done, "audit.csv")) == counts
    assert Counter(f["value"] for id, f in findings.items() if id.startswith("article_")) == counts


def test_every_dial_is_read_on_both_dates_and_the_count_stands_in_a_table_of_its_own(done):
    readings = [reading for snapshot in done.study.snapshots for reading in snapshot.readings]
    assert len(readings) == 34
    assert {reading.band for reading in readings} == {"running", "watch", "alarm", "unknown"}
    newest = {row["gauge"]: row["band"] for row in table(done, "votes.csv")
              if (row["quarter"], row["as_known"]) == ("2026Q2", "newest")}  # fmt: skip
    assert newest == {each.gauge: each.band for each in done.study.now.readings
                      if each.gauge != "compute_shortfall_2030"}  # fmt: skip


def test_a_quarter_of_what_the_clouds_sell_they_spend_on_building(done):
    dial = next(reading for reading in done.study.now.readings if reading.gauge == "capex_to_revenue")
    assert 100 * dial.system.value == pytest.approx(24.4, abs=0.05)


# ---- the same numbers everywhere


def test_tables_and_findings_give_the_same_shares(done, findings):
    rows = {(r["firm"], r["stage"], r["at"]): r for r in table(done, "shares.csv") if r["rule"] == "burn"}
    compared = 0
    for id, finding in findings.items():
        if id.startswith("recycled_"):
            share = finding["value"]
            row = rows[share["firm"], share["stage"], finding["asof"]]
            for ours, theirs in (("recycled", "value"), ("low", "low"), ("high", "high"), ("not_traced", "not_traced")):
                assert float(row[ours]) == share[theirs]
            compared += 1
    assert compared > 30


def test_the_origins_of_every_firm_add_up_to_its_receipts(done):
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in table(done, "origins.csv"):
        sums[row["at"], row["stage"], row["firm"], row["rule"]] += float(row["usd"])
    shares = table(done, "shares.csv")
    assert len(shares) == len(sums)
    for row in shares:
        assert sums[row["at"], row["stage"], row["firm"], row["rule"]] == pytest.approx(float(row["receipts_usd"]))


def test_every_payment_in_the_tables_has_a_page_to_open(done):
    rows = table(done, "legs.csv")
    assert len(rows) > 200
    assert [row["leg"] for row in rows if not row["sources"].startswith("http")] == []


def test_what_is_unknown_is_listed_with_its_reason_and_gets_no_number(done):
    rows = table(done, "unknown.csv")
    assert len(rows) > 100
    assert [row for row in rows if not (row["because"] and row["because_zh"])] == []
    unpriced = [row for row in rows if row["why"] == "no figure"]
    assert len(unpriced) > 50
    assert {row["usd"] for row in unpriced} == {""}
